"""Markdown tables of a study, the losses first."""

from statistics import median

OURS = ("automatic", "hybrid", "patternsearch", "coordinate")
MAIN = "automatic"


def report(study):
    """Return the whole report."""
    cells = {(cell["group"], cell["n"], cell["solver"]): cell for cell in study["cells"]}
    lines = [f"Versions: {', '.join(f'{name} {version}' for name, version in study['versions'].items())}.", ""]
    lines += [f"CPU of the whole run: {study['cpu']:.0f} s.", ""]
    for name, why in study["missing"].items():
        lines += [f"Missing: {name} ({why}).", ""]
    lines += losses(study, cells)
    for group in study["groups"]:
        lines += tables(study, cells, group)
    lines += failures(study)
    return "\n".join(lines).rstrip()


def share(cell, k, among=None):
    """The percentage of runs that reached target `k`."""
    runs = [run for run in cell["runs"] if among is None or key(run) in among]
    return 100 * sum(run["reached"][k] is not None for run in runs) / len(runs)


def key(run):
    return run["problem"], run["start"]


def ratio(peer, ours, k):
    """The median of peer's evaluations divided by ours, where both reach target `k`."""
    known = {key(run): run["reached"][k] for run in ours["runs"]}
    ratios = [
        run["reached"][k] / known[key(run)]
        for run in peer["runs"]
        if run["reached"][k] is not None and known.get(key(run)) is not None
    ]
    return (median(ratios), len(ratios)) if ratios else (None, 0)


def own(cell):
    """Microseconds for each evaluation."""
    return median(1e6 * run["own"] / max(1, run["evaluations"]) for run in cell["runs"])


def losses(study, cells):
    """Where a peer solves more, or needs fewer evaluations."""
    lines = ["## Where we lose", ""]
    found, compared = [], 0
    for (group, n, solver), cell in cells.items():
        ours = cells.get((group, n, MAIN))
        if solver in OURS or ours is None or not cell["runs"]:
            continue
        among = {key(run) for run in cell["runs"]} & {key(run) for run in ours["runs"]}
        for k, tau in enumerate(study["taus"]):
            theirs, mine = share(cell, k, among), share(ours, k, among)
            quotient, pairs = ratio(cell, ours, k)
            compared += 1
            more, fewer = theirs > mine, quotient is not None and quotient < 1
            if more or fewer:
                found.append((group, n, tau, solver, theirs, mine, quotient, pairs, more, fewer))
    lines += [
        f"A cell is a peer, a group, a number of variables and a target. Of {compared} cells, a peer solves more in "
        f"{sum(item[8] for item in found)}, needs fewer evaluations in {sum(item[9] for item in found)}, and does at least one "
        f"of the two in {len(found)}. In {sum(item[8] and item[9] for item in found)} it does both. "
        "The worse of the two figures is bold.",
        "",
    ]
    for group in study["groups"]:
        here = [item for item in found if item[0] == group]
        lines += [f"**{group.capitalize()}**", ""]
        if not here:
            lines += ["No peer is ahead in any cell.", ""]
            continue
        lines += ["| n | tau | peer | solves (ours) | its evaluations / ours | instances of both |", "|--:|--|--|--:|--:|--:|"]
        here.sort(key=lambda item: (item[1], -item[2], item[6] if item[6] is not None else 9))
        for _, n, tau, solver, theirs, mine, quotient, pairs, more, fewer in here:
            solved = f"{theirs:.0f} % ({mine:.0f} %)"
            times = "-" if quotient is None else f"{quotient:.2f}"
            solved = f"**{solved}**" if more else solved
            times = f"**{times}**" if fewer else times
            lines.append(f"| {n} | {tau:.0e} | {solver} | {solved} | {times} | {pairs} |".replace("e-0", "e-"))
        lines.append("")
    return lines


def tables(study, cells, group):
    """The three tables of a group."""
    sizes, names = study["sizes"], [name for name, _ in study["solvers"]]
    head = ["| | " + " | ".join(f"n = {n}" for n in sizes) + " |", "|--|" + "--:|" * len(sizes)]
    ours = {n: cells.get((group, n, MAIN)) for n in sizes}

    def table(content):
        rows = []
        for name in names:
            row = []
            for n in sizes:
                cell = cells.get((group, n, name))
                if cell is None or not cell["runs"]:
                    row.append("-")
                    continue
                text = content(cell, ours[n])
                part = len(cell["runs"]) < cell["instances"]
                row.append(f"{text} ({len(cell['runs'])} of {cell['instances']})" if part else text)
            rows.append(f"| {name} | " + " | ".join(row) + " |")
        return [*head, *rows, ""]

    def solved(cell, _):
        return " / ".join(f"{share(cell, k):.0f}" for k in range(len(study["taus"])))

    def times(cell, mine):
        if mine is None:
            return "-"
        found = [ratio(cell, mine, k)[0] for k in range(len(study["taus"]))]
        return " / ".join("-" if quotient is None else f"{quotient:.2f}" for quotient in found)

    counts = ", ".join(
        f"{ours[n]['instances']} at n = {n}" for n in sizes if ours[n] is not None
    )
    lines = [f"## {group.capitalize()}", "", f"Instances: {counts}.", ""]
    lines += ["Solved, % (tau = 1e-3 / 1e-6):", "", *table(solved)]
    lines += [f"Evaluations / those of `{MAIN}`, median where both solve (above 1: ours needs fewer):", "", *table(times)]
    lines += ["Own CPU for each evaluation, median, microseconds:", "", *table(lambda cell, _: f"{own(cell):.0f}")]
    return lines


def failures(study):
    """Which runs ended with an error."""
    found = {}
    for cell in study["cells"]:
        for run in cell["runs"]:
            if run["failure"]:
                found.setdefault((cell["solver"], run["failure"]), []).append(
                    f"{run['problem']}, n = {cell['n']}, start {run['start']}"
                )
    if not found:
        return []
    lines = ["## Runs that ended with an error", ""]
    for (solver, failure), where in found.items():
        lines.append(f"- {solver}: `{failure}`: {len(where)} runs, the first {where[0]}")
    return [*lines, ""]
