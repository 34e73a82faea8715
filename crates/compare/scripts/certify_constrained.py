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
            columns.append((function(above) - function(below)) / (above[i] - below[i]))
        return np.stack(columns, axis=-1)

    return derivative


def slsqp(problem, start):
    p = problem
    parts = {
        "ineq": lambda x: np.concatenate([p.b - p.a @ x, -p.values(x)[1]]),
        "eq": lambda x: np.concatenate([p.aeq @ x - p.beq, p.values(x)[2]]),
    }
    constraints = [
        {"type": kind, "fun": part, "jac": central(part, p.lower, p.upper)}
        for kind, part in parts.items()
        if len(part(start)) > 0
    ]
    value = lambda x: p.values(x)[0]
    x = start
    for ftol in [1e-9, 1e-16]:
        found = minimize(
            value, x, jac=central(value, p.lower, p.upper), bounds=list(zip(p.lower, p.upper)),
            constraints=constraints, method="SLSQP", options={"ftol": ftol, "maxiter": 400},
        )
        if not np.all(np.isfinite(found.x)):
            break
        x = np.clip(found.x, p.lower, p.upper)
    f, c, h = p.values(x)
    return x, f, p.violation(x, c, h)


def starts(problem, count):
    random = np.random.default_rng(1)
    yield np.clip(problem.start, problem.lower, problem.upper)
    for k in range(count):
        if k % 2 and np.all(np.isfinite(problem.upper - problem.lower)):
            yield random.uniform(problem.lower, problem.upper)
        else:
            spread = 0.3 * np.maximum(np.abs(problem.start), 1.0)
            yield np.clip(problem.start + spread * random.standard_normal(problem.n), problem.lower, problem.upper)


def main(suite, out):
    server, solutions = program(), {}
    for name in names(server, suite):
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
            good = best and abs(best[1] - problem.optimum) <= 1e-6 * max(1.0, abs(problem.optimum))
            print("ok " if good else "BAD", name, "published", problem.optimum, "found", best and best[1:], "from start", from_start, flush=True)
            if best and not good:
                print("    x", best[0].tolist())
            if best:
                solutions[name] = best[0].tolist()
    with open(out, "w") as file:
        json.dump(solutions, file, indent=1)


main(*sys.argv[1:])
