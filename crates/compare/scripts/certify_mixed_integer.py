"""Finds the least values of problems with granular coordinates.

    python certify_mixed_integer.py mixed-integer

For the convex problems by branch and bound with SciPy's SLSQP on the relaxations, which is exact up to 1e-7. For the
others by every choice of the granular coordinates within WINDOWS (a whole range where a coordinate is not named), with
SLSQP from several starts over the rest.
"""

import itertools
import sys

import numpy as np

from certify_constrained import slsqp
from served import Problem, names, program

CONVEX = {"floudas-3", "hs43-integer", "hs76-integer", "hs100-integer", "hs113-integer"}
WINDOWS = {"pressure-vessel-granular": {0: (0.75, 1.125), 1: (0.3125, 0.625)}, "speed-reducer": {2: (17, 20)}}


def solved(problem, lower, upper, starts):
    """The best of SLSQP within these bounds, or None."""
    problem.lower, problem.upper = lower, upper
    best = None
    for start in starts:
        try:
            x, f, violation = slsqp(problem, np.clip(start, lower, upper))
        except (ValueError, ZeroDivisionError, FloatingPointError):
            continue
        if violation < 1e-7 and np.isfinite(f) and (best is None or f < best[1]):
            best = (x, f)
    return best


def branch_and_bound(problem, lower, upper):
    best, open_boxes, nodes = None, [(lower, upper)], 0
    while open_boxes:
        lower, upper = open_boxes.pop()
        nodes += 1
        middle = np.where(np.isfinite(lower + upper), (lower + upper) / 2, problem.start)
        relaxed = solved(problem, lower, upper, [problem.start, middle])
        if relaxed is None or (best and relaxed[1] >= best[1] - 1e-9):
            continue
        x, f = relaxed
        grid = problem.granularity > 0
        off = np.where(grid, np.abs(x - np.round(x)), 0.0)
        if off.max() < 1e-6:
            best = (x, f)
            continue
        i = int(np.argmax(off))
        below, above = upper.copy(), lower.copy()
        below[i], above[i] = np.floor(x[i]), np.ceil(x[i])
        nearer = [(lower, below), (above, upper)]
        open_boxes.extend(nearer if x[i] - below[i] > 0.5 else nearer[::-1])
    return best, nodes


def enumerated(problem, name, lower, upper):
    grid = np.flatnonzero(problem.granularity > 0)
    values = []
    for i in grid:
        g = problem.granularity[i]
        low, high = WINDOWS.get(name, {}).get(int(i), (lower[i], upper[i]))
        values.append(np.arange(round(low / g), round(high / g) + 1) * g)
    best, count = None, 0
    random = np.random.default_rng(1)
    for choice in itertools.product(*values):
        count += 1
        low, high = lower.copy(), upper.copy()
        low[grid] = high[grid] = choice
        if len(grid) == problem.n:
            f, c, h = problem.values(np.array(choice))
            found = (np.array(choice), f) if problem.violation(np.array(choice), c, h) <= 1e-9 else None
        else:
            ends = np.where(np.isfinite(high), high, low + 10.0)
            found = solved(problem, low, high, [problem.start] + [random.uniform(low, ends) for _ in range(6)])
        if found and (best is None or found[1] < best[1]):
            best = found
    return best, count


def main(suite, *only):
    server = program()
    for name in only or names(server, suite):
        with Problem(server, suite, name) as problem:
            if not np.any(problem.granularity > 0):
                continue
            lower, upper = problem.lower.copy(), problem.upper.copy()
            search = branch_and_bound if name in CONVEX else lambda p, a, b: enumerated(p, name, a, b)
            best, count = search(problem, lower, upper)
            print(name, "stated", problem.optimum, "found", best and repr(best[1]), "at", best and best[0].tolist(), "of", count, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
