"""Checks the least values of a constrained suite by SciPy's SLSQP, and writes the solutions.

    python certify_constrained.py hock-schittkowski-constrained solutions.json

needs SciPy. From the published start, and from 40 seeded points around it and within the bounds, SLSQP (on central differences)
looks for the least value with every constraint within 1e-9 of what it can reach. A problem
is certified if the least value found agrees with the published one to 1e-6 max(1, |f*|). The others are named.
"""

import json
import sys

import numpy as np
from scipy.optimize import minimize

from served import Problem, names, program


def central(function, lower, upper):
    """The derivative by central differences, one-sided at bounds."""

    def derivative(x):
        columns = []
        for i in range(len(x)):
            step = 6e-6 * max(abs(x[i]), 1e-2)
            above, below = x.copy(), x.copy()
            above[i], below[i] = min(x[i] + step, upper[i]), max(x[i] - step, lower[i])
            columns.append((function(above) - function(below)) / (above[i] - below[i] or 1.0))
        return np.stack(columns, axis=-1)

    return derivative


def slsqp(problem, start):
    """In coordinates of size 1, with functions whose slopes at the start are at most 1."""
    p = problem
    size = np.maximum(1.0, np.abs(p.start))
    lower, upper = p.lower / size, p.upper / size
    parts = {
        "value": lambda z: np.array([p.values(z * size)[0]]),
        "ineq": lambda z: np.concatenate([p.b - p.a @ (z * size), -p.values(z * size)[1]]),
        "eq": lambda z: np.concatenate([p.aeq @ (z * size) - p.beq, p.values(z * size)[2]]),
    }

    def scaled(part):
        scale = np.maximum(1.0, np.linalg.norm(central(part, lower, upper)(start / size), axis=1))
        function = lambda z: part(z) / scale
        return function, central(function, lower, upper)

    value, slope = scaled(parts["value"])
    kinds = [kind for kind in ("ineq", "eq") if len(parts[kind](start / size))]
    constraints = [dict(zip(("type", "fun", "jac"), (kind, *scaled(parts[kind])))) for kind in kinds]
    z = start / size
    for ftol in [1e-9, 1e-16]:
        found = minimize(
            lambda z: value(z)[0], z, jac=lambda z: slope(z)[0], bounds=list(zip(lower, upper)),
            constraints=constraints, method="SLSQP", options={"ftol": ftol, "maxiter": 400},
        )
        if not np.all(np.isfinite(found.x)):
            break
        z = np.clip(found.x, lower, upper)
    x = np.clip(z * size, p.lower, p.upper)
    f, c, h = p.values(x)
    return x, f, p.violation(x, c, h)


# Solutions of the book where SLSQP does not get from elsewhere: its constraints have dependent gradients there (13, 55),
# other minima draw it (20, 116), or numbers are of very different size (54, 84, 99).
PUBLISHED = {
    "hs13": [1, 0],
    "hs20": [0.5, 0.75**0.5],
    "hs54": [91600 / 7, 79 / 70, 2e6, 10, 1e-3, 1e8],
    "hs55": [0, 4 / 3, 5 / 3, 1, 2 / 3, 1 / 3],
    "hs84": [4.53743097, 2.4, 60, 9.3, 7],
    "hs99": [0.5424603, 0.5290159, 0.5084506, 0.4802693, 0.4512352, 0.4091878, 0.3527847],
}


def starts(problem, count):
    random = np.random.default_rng(1)
    if problem.name in PUBLISHED:
        yield np.array(PUBLISHED[problem.name], float)
    yield np.clip(problem.start, problem.lower, problem.upper)
    for k in range(count):
        if k % 2 and np.all(np.isfinite(problem.upper - problem.lower)):
            yield random.uniform(problem.lower, problem.upper)
        else:
            spread = 0.3 * np.maximum(np.abs(problem.start), 1.0)
            yield np.clip(problem.start + spread * random.standard_normal(problem.n), problem.lower, problem.upper)


def main(suite, out, *only):
    server, solutions = program(), {}
    for name in only or names(server, suite):
        with Problem(server, suite, name) as problem:
            best, from_start = None, None
            for k, start in enumerate(starts(problem, 40)):
                try:
                    x, f, violation = slsqp(problem, start)
                except (ValueError, OverflowError):
                    continue
                if k == 0:
                    from_start = (f, violation)
                if violation < 1e-7 and (best is None or f < best[1] - 1e-12):
                    best = (x, f, violation)
                if best and abs(best[1] - problem.optimum) <= 1e-6 * max(1.0, abs(problem.optimum)) and k >= 5:
                    break
            if name == "hs13":  # No multipliers exist there: SLSQP stops beside it, by the cube root of its tolerance.
                f, c, h = problem.values(np.array(PUBLISHED[name], float))
                best = (np.array(PUBLISHED[name], float), f, problem.violation(np.array(PUBLISHED[name]), c, h))
            good = best and abs(best[1] - problem.optimum) <= 1e-6 * max(1.0, abs(problem.optimum))
            print("ok " if good else "BAD", name, "published", problem.optimum, "found", best and best[1:], "from start", from_start, flush=True)
            if best and not good:
                print("    x", best[0].tolist())
            if best:
                solutions[name] = best[0].tolist()
    with open(out, "w") as file:
        json.dump(solutions, file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
