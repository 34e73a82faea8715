"""Markdown tables of a study, the losses first."""

from statistics import median
from textwrap import fill

OURS = ("automatic", "automatic on residuals", "hybrid", "patternsearch", "coordinate")
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
    lines += by_problem(study, cells)
    lines += failures(study)
    # Tables and headings stay as they are.
    return "\n".join(
        line if line[:1] in "|#-" else fill(line, 118, break_on_hyphens=False) for line in lines
    ).rstrip()


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
    found, compared, summary = [], {}, {}
    for (group, n, solver), cell in cells.items():
        ours = cells.get((group, n, MAIN))
        if solver in OURS or ours is None or not cell["runs"]:
            continue
        among = {key(run) for run in cell["runs"]}
        row, behind = [], False
        for k in range(len(study["taus"])):
            theirs, mine = share(cell, k, among), share(ours, k, among)
            quotient, pairs = ratio(cell, ours, k)
            more, fewer = theirs > mine, quotient is not None and quotient < 1
            compared[group] = compared.get(group, 0) + 1
            counts = summary.setdefault((group, solver), [0, 0, 0, 0])
            counts[0] += 1
            counts[1] += more
            counts[2] += fewer
            counts[3] += more or fewer
            behind = behind or more or fewer
            solved = f"{theirs:.0f} ({mine:.0f})"
            times = "-" if quotient is None else f"{quotient:.2f} of {pairs}"
            row += [f"**{solved}**" if more else solved, f"**{times}**" if fewer else times]
        if behind:
            runs = len(cell["runs"])
            mark = "" if runs == cell["instances"] else f" ({runs} of {cell['instances']})"
            found.append((group, n, f"{solver}{mark}", row))
    lines = [
        "## Where we lose",
        "",
        "A cell is a peer, a group, a number of variables and a target. The table counts the cells in which the peer solves "
        "more, needs fewer evaluations (median where both solve), or does at least one of the two. Both are compared on the "
        "instances that the peer has run.",
        "",
        "| | peer | cells | solves more | needs fewer | either |",
        "|--|--|--:|--:|--:|--:|",
    ]
    for group in study["groups"]:
        for (of, solver), counts in summary.items():
            if of == group and counts[3]:
                lines.append(f"| {group} | {solver} | " + " | ".join(map(str, counts)) + " |")
        total = [sum(counts[k] for (of, _), counts in summary.items() if of == group) for k in range(4)]
        lines.append(f"| {group} | **all peers** | " + " | ".join(f"**{count}**" for count in total) + " |")
    lines += [
        "",
        "These are all the losses; the figure that is lost is bold. Solved: the peer's %, ours in parentheses. "
        "Evaluations: the peer's divided by ours, of so many instances that both solve.",
        "",
    ]
    for group in study["groups"]:
        here = [item for item in found if item[0] == group]
        lines += [f"### Losses: {group}", ""]
        if not here:
            lines += ["No peer is ahead in any cell.", ""]
            continue
        heads = [
            f"{what}, {tau:.0e}".replace("e-0", "e-") for tau in study["taus"] for what in ("solved", "evaluations")
        ]
        lines += ["| n | peer | " + " | ".join(heads) + " |", "|--:|--|" + "--:|" * len(heads)]
        lines += [f"| {n} | {solver} | " + " | ".join(row) + " |" for _, n, solver, row in here]
        lines.append("")
    return lines


def tables(study, cells, group):
    """The three tables of a group."""
    sizes, names = study["sizes"], [name for name, _ in study["solvers"]]
    head = ["| | " + " | ".join(f"n = {n}" for n in sizes) + " |", "|--|" + "--:|" * len(sizes)]
    ours = {n: cells.get((group, n, MAIN)) for n in sizes}

    def table(content, always=False):
        rows = []
        for name in names:
            row = []
            for n in sizes:
                cell = cells.get((group, n, name))
                if cell is None or not cell["runs"]:
                    row.append("-")
                    continue
                part = len(cell["runs"]) < cell["instances"]
                mark = f"{len(cell['runs'])} of {cell['instances']}"
                if (
                    always
                    or not part
                    or (ours[n] and len(cell["runs"]) >= len({key(run)[0] for run in ours[n]["runs"]}))
                ):
                    text = content(cell, ours[n])
                    row.append(f"{text} ({mark})" if part else text)
                else:
                    # Not even one start of each problem: a share would say nothing.
                    row.append(f"({mark})")
            rows.append(f"| {name} | " + " | ".join(row) + " |")
        return [*head, *rows, ""]

    def solved(cell, _):
        return " / ".join(f"{share(cell, k):.0f}" for k in range(len(study["taus"])))

    def times(cell, mine):
        if mine is None:
            return "-"
        found = [ratio(cell, mine, k)[0] for k in range(len(study["taus"]))]
        return " / ".join("-" if quotient is None else f"{quotient:.2f}" for quotient in found)

    counts = ", ".join(f"{ours[n]['instances']} at n = {n}" for n in sizes if ours[n] is not None)
    lines = [f"## {group.capitalize()}", "", f"Instances: {counts}.", ""]
    lines += ["Solved, % (tau = 1e-3 / 1e-6):", "", *table(solved)]
    lines += [
        f"Evaluations / those of `{MAIN}`, median where both solve (above 1: ours needs fewer):",
        "",
        *table(times),
    ]
    lines += [
        "Own CPU for each evaluation, median, microseconds:",
        "",
        *table(lambda cell, _: f"{own(cell):.0f}", True),
    ]
    return lines


def by_problem(study, cells):
    """Which problems the main solver of ours solves, and the best peer."""
    lines = [
        "## Problem by problem",
        "",
        f"Solved at tau = {study['taus'][-1]:.0e}, %: `{MAIN}` / the best peer.".replace("e-0", "e-"),
        "",
    ]
    sizes = study["sizes"]
    lines += ["| | | " + " | ".join(f"n = {n}" for n in sizes) + " |", "|--|--|" + "--:|" * len(sizes)]
    for group in study["groups"]:
        here = {n: {solver: cell for (of, m, solver), cell in cells.items() if of == group and m == n} for n in sizes}
        names = dict.fromkeys(run["problem"] for n in sizes for run in here[n].get(MAIN, {"runs": []})["runs"])
        for problem in names:
            row = []
            for n in sizes:
                shares = {}
                for solver, cell in here[n].items():
                    runs = [run for run in cell["runs"] if run["problem"] == problem]
                    # Of a cell in part, one lucky run says little.
                    if runs and (solver == MAIN or len(cell["runs"]) == cell["instances"]):
                        shares[solver] = 100 * sum(run["reached"][-1] is not None for run in runs) / len(runs)
                peers = {solver: value for solver, value in shares.items() if solver not in OURS}
                row.append(f"{shares[MAIN]:.0f} / {max(peers.values(), default=0):.0f}" if MAIN in shares else "-")
            lines.append(f"| {group} | {problem} | " + " | ".join(row) + " |")
    return [*lines, ""]


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
