#!/usr/bin/env python3
"""Evaluations and CPU seconds of `patternsearch.minimize` beside its peers from PyPI, in one process.

    pip install . "numpy<2" scipy nlopt pdfo Py-BOBYQA DFO-LS PyNomadBBO cma
    python crates/python/benchmarks/peers.py > table.md

All solvers see the same counted function. A run has 100 (n + 1) evaluations, and ends as soon as it has the best of the
two targets, f* + tau (f0 - f*) for tau = 1e-3 and 1e-6, at a point that violates no constraint by more than 1e-6.
Own CPU is the CPU time of the process less that within the function and its constraints.

A peer has so many CPU seconds for each group and n (`--seconds`); what it has not begun by then is left out, shifted
starts first, and the table marks the cell. `automatic`, to which all are compared, does all. `--quick` takes the
published starts at n = 2 and 5 only.
"""

import argparse
import json
import os
import sys
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402

from problems import GROUPS, problems  # noqa: E402
from report import MAIN, report  # noqa: E402
from solvers import SOLVERS, missing  # noqa: E402

TAUS = (1e-3, 1e-6)
FEASIBLE = 1e-6
SHIFTS = 4
SIZES = (2, 5, 10, 30)


class Over(BaseException):
    """The run has what it is for, or no evaluations left. No solver takes this for a failed evaluation."""


class Counted:
    """The objective that all solvers see.

    Attributes
    ----------
    evaluations : int
        How many there were.
    reached : list of int or None
        The evaluation that reached each of the targets.
    inside : float
        CPU seconds within the objective and the constraints.
    over : bool
        Whether further evaluations are refused.
    """

    def __init__(self, problem, x0, budget):
        self.problem, self.budget = problem, budget
        gap = problem.fun(x0) - problem.best
        assert gap > 0, problem.name
        self.targets = [problem.best + tau * gap for tau in TAUS]
        self.evaluations, self.reached = 0, [None] * len(TAUS)
        self.inside, self.over = 0.0, False
        self.began, self.ended = time.process_time(), None

    def end(self):
        """Take the time, once."""
        if self.ended is None:
            self.ended = time.process_time()

    def __call__(self, x):
        return self._evaluate(x, None)

    def residuals(self, x):
        """The residuals at `x`, which count as one evaluation."""
        return self._evaluate(x, self.problem.residuals)

    def _evaluate(self, x, residuals):
        before = time.process_time()
        if self.over or self.evaluations >= self.budget:
            self._refuse()
        x = np.array(x, dtype=float)
        answer = self.problem.fun(x) if residuals is None else residuals(x)
        value = answer if residuals is None else float(answer @ answer)
        self.evaluations += 1
        # The first target is the easier one.
        if value <= self.targets[0] and self.problem.violation(x) <= FEASIBLE:
            for k, target in enumerate(self.targets):
                if self.reached[k] is None and value <= target:
                    self.reached[k] = self.evaluations
        if self.reached[-1] is not None:
            self._refuse()
        self.inside += time.process_time() - before
        return answer

    def constraints(self, x):
        """The nonlinear constraints at `x`; they are not counted."""
        before = time.process_time()
        if self.over:
            self._refuse()
        values = self.problem.c(np.array(x, dtype=float))
        self.inside += time.process_time() - before
        return values

    def _refuse(self):
        self.over = True
        self.end()
        raise Over


def run(solve, problem, x0):
    """Return what one run has to show."""
    n = x0.size
    counted = Counted(problem, x0, 100 * (n + 1))
    failure = None
    try:
        solve(problem, counted, x0.copy(), counted.budget)
    except Over:
        pass
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Some wrap the exception that ends a run.
        if not counted.over:
            failure = f"{type(error).__name__}: {error}".splitlines()[0][:160]
    counted.end()
    return {
        "evaluations": counted.evaluations,
        "reached": counted.reached,
        "own": counted.ended - counted.began - counted.inside,
        "failure": failure,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="published starts, n = 2 and 5")
    parser.add_argument("--seconds", type=float, default=5.0, help="CPU seconds for each solver, group and n")
    parser.add_argument("--only", default="", help="names of solvers, separated by commas")
    parser.add_argument("--json", help="a file for all runs")
    parser.add_argument("--from-json", help="make the tables of such a file, and run nothing")
    given = parser.parse_args()
    if given.from_json:
        with open(given.from_json) as file:
            print(report(json.load(file)))
        return
    sizes, shifts = ((2, 5), 0) if given.quick else (SIZES, SHIFTS)
    absent = missing()
    only = [name for name in given.only.split(",") if name]
    chosen = [solver for solver in SOLVERS if not only or solver[0] in only]
    began = time.process_time()
    study = {
        "cells": [],
        "taus": TAUS,
        "sizes": sizes,
        "groups": GROUPS,
        "solvers": [(name, package) for name, package, *_ in chosen],
        "missing": {name: absent[module] for name, _, module, *_ in chosen if module in absent},
        "versions": versions(chosen),
    }
    for n in sizes:
        everything = problems(n)
        for group in GROUPS:
            members = [problem for problem in everything if problem.group == group]
            starts = {problem.name: problem.starts(shifts) for problem in members}
            # The published starts of all problems come first.
            instances = [(problem, k) for k in range(shifts + 1) for problem in members]
            for name, _, module, groups, solve, largest in chosen:
                if module in absent or group not in groups or n > largest:
                    continue
                first, runs = time.process_time(), []
                for problem, k in instances:
                    if name != MAIN and time.process_time() - first > given.seconds:
                        break
                    outcome = run(solve, problem, starts[problem.name][k])
                    runs.append({"problem": problem.name, "start": k, **outcome})
                spent = time.process_time() - first
                study["cells"].append(
                    {"group": group, "n": n, "solver": name, "instances": len(instances), "runs": runs, "cpu": spent}
                )
                study["cpu"] = time.process_time() - began
                if given.json:
                    # Some peers can end the whole process.
                    with open(given.json, "w") as file:
                        json.dump(study, file)
                print(f"{group}, n = {n}, {name}: {len(runs)} runs, {spent:.1f} s", file=sys.stderr, flush=True)
    print(report(study))


def versions(chosen):
    """Return the versions of Python and of the packages."""
    from importlib import metadata

    found = {"Python": sys.version.split()[0]}
    for package in ["numpy", *dict.fromkeys(package for _, package, *_ in chosen)]:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "-"
    return found


if __name__ == "__main__":
    main()
