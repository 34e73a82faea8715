"""Runs DFO-LS on the sums of squares of `compare`, and freezes its histories.

    python fits_peers.py ../data/fits_peers [--suites more-wild,more-wild-noise]

The problems are evaluated by `compare` itself (`examples/serve_problem.rs`), so nothing is coded twice. DFO-LS (package
DFO-LS: Cartis, Fiala, Marteau & Roberts 2019, "Improving the flexibility and robustness of model-based derivative-free
optimization solvers") has its defaults, but for a first radius that fits into the bounds, for the tolerances, so that the budget of 100 (n + 1) evaluations ends the
runs, and for `objfun_has_noise` on noisy suites.

Writes `SUITE.csv` (problem, seed, solver, evaluations, microseconds of processor time per evaluation, and `evaluation:value` of
new least values, the true values where there is noise) and `versions.json`. `examples/fits_table.rs` prints the table.
"""

import argparse
import csv
import importlib.metadata
import json
import platform
import time
import warnings
from pathlib import Path

import numpy as np

from served import Problem, Spent, names, program

SUITES = ["more-wild", "more-wild-bounded", "more-wild-noise", "more-wild-rotated", "more-wild-moved"]
SEEDED = {"more-wild-noise", "more-wild-moved"}
SEEDS = [1, 2, 3]
GRADIENTS = 100
LEAST = 1e-20
KEPT, NOTHING = 0.7, 1e-10


def dfo_ls(problem, noisy):
    import dfols

    def residuals(x):
        problem.values(x)
        return problem.terms

    lower, upper = np.maximum(problem.lower, -1e20), np.minimum(problem.upper, 1e20)
    # Its default radius, which has to fit into the box twice.
    radius = min(0.1 * max(1.0, np.max(np.abs(problem.start))), 0.49 * np.min(upper - lower))
    options = {"bounds": (lower, upper)} if np.any(np.isfinite(problem.lower) | np.isfinite(problem.upper)) else {}
    try:
        dfols.solve(
            residuals,
            problem.start,
            maxfun=problem.budget,
            rhobeg=radius,
            rhoend=min(1e-13, 0.1 * radius),
            objfun_has_noise=noisy,
            user_params={"model.abs_tol": LEAST, "model.rel_tol": LEAST},
            do_logging=False,
            **options,
        )
    except Spent:
        pass


def improvements(history):
    """`evaluation:value` of each new least, thinned in favour of the solver.

    The first is the value at the start. Then values whose distance from the last, least one is at least `KEPT` times that of the first of them are one entry, of
    the first evaluation and the least value; so are all whose distance is below `NOTHING` of the whole way.
    """
    found, least = [], np.inf
    for evaluation, (value, _) in enumerate(history, 1):
        if value < least:
            least = value
            found.append((evaluation, value))
    thinned = []
    for evaluation, value in found:
        gap = value - least
        if len(thinned) > 1 and (gap >= KEPT * thinned[-1][2] or thinned[-1][2] <= NOTHING * (found[0][1] - least)):
            thinned[-1][1] = value
        else:
            thinned.append([evaluation, value, gap])
    return " ".join(f"{evaluation}:{value:.12g}" for evaluation, value, _ in thinned)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suites", default=",".join(SUITES))
    parser.add_argument("--server", help="a built serve_problem; by default it is built")
    arguments = parser.parse_args()
    server = arguments.server or program()
    warnings.simplefilter("ignore")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for suite in arguments.suites.split(","):
        with open(arguments.folder / f"{suite}.csv", "w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["problem", "seed", "solver", "evaluations", "microseconds", "history"])
            for name in names(server, suite):
                for seed in SEEDS if suite in SEEDED else [1]:
                    # DFO-LS draws random directions.
                    np.random.seed(0)
                    with Problem(server, suite, name, seed) as problem:
                        problem.budget = GRADIENTS * (problem.n + 1)
                        # Seconds of this process alone: the problem is evaluated in another.
                        began = time.process_time()
                        dfo_ls(problem, "noise" in suite)
                        own = 1e6 * (time.process_time() - began) / problem.count
                        history = improvements(problem.history)
                        table.writerow([name, seed, "dfo-ls", problem.count, f"{own:.0f}", history])
                        print(suite, name, seed, problem.count, f"{own:.0f}", history.split(" ")[-1], flush=True)
    versions = {package: importlib.metadata.version(package) for package in ["DFO-LS", "numpy", "scipy"]}
    about = {"python": platform.python_version(), **versions, "simplex_gradients": GRADIENTS}
    (arguments.folder / "versions.json").write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
