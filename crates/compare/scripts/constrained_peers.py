"""Runs solvers of other packages on a constrained suite of `compare`, and freezes what they reached.

    python constrained_peers.py hock-schittkowski-constrained ../data/constrained_peers [--histories histories.csv]

The problems are evaluated by `compare` itself (`examples/serve_problem.rs`), so nothing is coded twice. Solvers:

- COBYQA (package cobyqa): linear constraints as such;
- COBYLA (PRIMA's, in SciPy): linear constraints as such;
- SLSQP (SciPy) on forward differences, each of which is an evaluation;
- NLopt's COBYLA (package nlopt): linear constraints like the others;
- NOMAD (package PyNomadBBO): progressive barrier, an equality as two inequalities that meet within 1e-7; alone in
  taking grids.

First radius `max(1, |x0|_inf)`, at most a quarter of the narrowest box; final radius 1e-9. The budget is 100 (n + 1)
evaluations and 60 s; the time ends the slowest runs before the evaluations do (`time`).

Writes `SUITE.csv` (problem, solver, evaluations, for each tau the first evaluation within 1e-6 of feasible that reached
f* + tau max(1, |f*|), the first feasible one, and how the run ended) and `SUITE.json` (versions and settings). Rows of
other solvers in an existing file stay. With --histories every evaluation is written as problem, solver, evaluation,
value, violation. `examples/constrained_table.rs` prints the table.
"""

import argparse
import csv
import importlib.metadata
import json
import multiprocessing
import platform
import time
from pathlib import Path

import numpy as np

from served import TOLERANCE, Problem, Spent, names, program

TAUS = [1e-1, 1e-3, 1e-5, 1e-7]
GRADIENTS = 100
SECONDS = 60
FINAL = 1e-9


def radius(problem):
    width = problem.upper - problem.lower
    widest = max(1.0, np.max(np.abs(problem.start)))
    return min(widest, 0.25 * np.min(width[width > 0], initial=np.inf))


def start(problem):
    """Within the bounds and on the grid."""
    x = np.clip(problem.start, problem.lower, problem.upper)
    step = np.where(problem.granularity > 0, problem.granularity, 1.0)
    return np.where(problem.granularity > 0, np.round(x / step) * step, x)


def of_scipy(problem, solve):
    """Rows and nonlinear constraints in SciPy's form."""
    from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint

    p, constraints = problem, []
    if len(p.b):
        constraints.append(LinearConstraint(p.a, -np.inf, p.b))
    if len(p.beq):
        constraints.append(LinearConstraint(p.aeq, p.beq, p.beq))
    if p.inequalities:
        constraints.append(NonlinearConstraint(lambda x: p.values(x)[1], -np.inf, 0))
    if p.equalities:
        constraints.append(NonlinearConstraint(lambda x: p.values(x)[2], 0, 0))
    return solve(lambda x: p.values(x)[0], start(p), Bounds(p.lower, p.upper), constraints)


def cobyqa(problem):
    import cobyqa

    first = radius(problem)
    options = {"radius_init": first, "radius_final": min(FINAL, first), "maxfev": 10**6, "maxiter": 10**6, "feasibility_tol": 1e-8}
    of_scipy(problem, lambda f, x0, bounds, constraints: cobyqa.minimize(f, x0, bounds=bounds, constraints=constraints, options=options))


def cobyla(problem):
    from scipy.optimize import minimize

    options = {"rhobeg": radius(problem), "maxiter": 10**6, "catol": 1e-8}
    of_scipy(problem, lambda f, x0, bounds, constraints: minimize(f, x0, bounds=bounds, constraints=constraints, method="COBYLA", tol=FINAL, options=options))


def forward(problem, x):
    """f, c, h and their derivatives by forward differences, backward at an upper bound."""
    p = problem
    base = np.concatenate([[p.values(x)[0]], *p.values(x)[1:]])
    columns = []
    for i in range(p.n):
        step = 1.5e-8 * max(1.0, abs(x[i]))
        if x[i] + step > p.upper[i]:
            step = -step
        beside = x.copy()
        beside[i] += step
        f, c, h = p.values(beside)
        columns.append((np.concatenate([[f], c, h]) - base) / (beside[i] - x[i]))
    return base, np.stack(columns, axis=-1)


def slsqp(problem):
    from scipy.optimize import minimize

    p, m = problem, problem.inequalities
    known = {}

    def both(x):
        key = x.tobytes()
        if key not in known:
            known[key] = forward(p, x)
        return known[key]

    def values(x):
        return known[x.tobytes()][0] if x.tobytes() in known else np.concatenate([[p.values(x)[0]], *p.values(x)[1:]])

    parts = [
        ("ineq", lambda x: p.b - p.a @ x, lambda x: -p.a, len(p.b)),
        ("eq", lambda x: p.aeq @ x - p.beq, lambda x: p.aeq, len(p.beq)),
        ("ineq", lambda x: -values(x)[1 : 1 + m], lambda x: -both(x)[1][1 : 1 + m], m),
        ("eq", lambda x: values(x)[1 + m :], lambda x: both(x)[1][1 + m :], p.equalities),
    ]
    constraints = [{"type": kind, "fun": fun, "jac": jac} for kind, fun, jac, count in parts if count]
    minimize(
        lambda x: values(x)[0], start(p), jac=lambda x: both(x)[1][0], bounds=list(zip(p.lower, p.upper)),
        constraints=constraints, method="SLSQP", options={"ftol": 1e-15, "maxiter": 10**5},
    )


def nlopt_cobyla(problem):
    import nlopt

    p = problem
    solver = nlopt.opt(nlopt.LN_COBYLA, p.n)
    solver.set_lower_bounds(p.lower)
    solver.set_upper_bounds(p.upper)
    solver.set_initial_step(radius(p))
    solver.set_xtol_abs(FINAL)
    solver.set_min_objective(lambda x, _: float(p.values(x)[0]))

    def several(function, count, add):
        def fill(result, x, _):
            result[:] = function(x)

        if count:
            add(fill, np.full(count, 1e-8))

    inequalities = lambda x: np.concatenate([p.a @ x - p.b, p.values(x)[1]])
    equalities = lambda x: np.concatenate([p.aeq @ x - p.beq, p.values(x)[2]])
    several(inequalities, len(p.b) + p.inequalities, solver.add_inequality_mconstraint)
    several(equalities, len(p.beq) + p.equalities, solver.add_equality_mconstraint)
    solver.optimize(start(p))


def nomad(problem):
    import PyNomad

    p = problem
    spent = []

    def block(point):
        x = np.array([point.get_coord(i) for i in range(p.n)])
        try:
            f, c, h = p.values(x)
        except Spent:
            spent.append(True)
            return 0
        equalities = np.concatenate([p.aeq @ x - p.beq, h])
        outputs = [f, *(p.a @ x - p.b), *c, *(equalities - 1e-7), *(-equalities - 1e-7)]
        if not np.all(np.isfinite(outputs)):
            return 0
        point.setBBO(" ".join(repr(float(v)) for v in outputs).encode())
        return 1

    count = len(p.b) + p.inequalities + 2 * (len(p.beq) + p.equalities)
    kind = "BB_INPUT_TYPE ( " + " ".join("I" if g == 1.0 else "R" for g in p.granularity) + " )"
    granularity = "GRANULARITY ( " + " ".join(repr(float(g)) for g in p.granularity) + " )"
    parameters = [
        "BB_OUTPUT_TYPE OBJ" + " PB" * count, f"MAX_BB_EVAL {p.budget}", "DISPLAY_DEGREE 0", "SEED 1", kind,
        f"MAX_TIME {SECONDS}",
    ]
    if np.any((p.granularity > 0) & (p.granularity != 1.0)):
        parameters.append(granularity)
    ends = lambda values: [float(v) for v in values] if np.all(np.isfinite(values)) else [float(v) if np.isfinite(v) else None for v in values]
    lower, upper = ends(p.lower), ends(p.upper)
    big = lambda values, sign: [sign * 1e20 if v is None else v for v in values]
    PyNomad.optimize(block, [float(v) for v in start(p)], big(lower, -1), big(upper, 1), parameters)


SOLVERS = {"cobyqa": cobyqa, "prima-cobyla": cobyla, "slsqp": slsqp, "nlopt-cobyla": nlopt_cobyla, "nomad": nomad}
GRIDS = {"nomad"}


def run(task):
    """In a process of its own: a solver may crash or hang."""
    server, suite, name, solver, pipe = task
    with Problem(server, suite, name) as problem:
        problem.budget = GRADIENTS * (problem.n + 1)
        ended, began = "ended", time.time()
        problem.until = began + SECONDS
        if np.any(problem.granularity > 0) and solver not in GRIDS:
            ended = "refused"
        else:
            try:
                SOLVERS[solver](problem)
                if problem.count >= problem.budget:
                    ended = "budget"
                elif time.time() - began > 0.95 * SECONDS:
                    ended = "time"
            except Spent:
                ended = "budget" if problem.count >= problem.budget else "time"
            except Exception as error:  # What a package raises belongs to its result.
                spent = problem.count >= problem.budget or time.time() > problem.until
                ended = f"{type(error).__name__}: {error}" if not spent else "time" if problem.count < problem.budget else "budget"
        pipe.send((problem.n, problem.optimum, problem.history, ended.splitlines()[0]))


def guarded(server, suite, name, solver):
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=run, args=((server, suite, name, solver, there),))
    process.start()
    there.close()
    result = None
    try:
        if here.poll(4 * SECONDS):
            result = here.recv()
    except EOFError:
        pass
    process.terminate() if process.is_alive() and result is None else None
    process.join()
    return result


def reached(history, optimum):
    """Per tau the first evaluation that counts, from 1; 0 if there is none. The last is the first feasible one."""
    targets = [optimum + tau * max(1.0, abs(optimum)) for tau in TAUS] + [np.inf]
    first = lambda target: next((k for k, (f, v) in enumerate(history, 1) if v <= TOLERANCE and f <= target), 0)
    return [first(target) for target in targets]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--histories", type=Path)
    parser.add_argument("--solvers", default=",".join(SOLVERS))
    parser.add_argument("--server", help="a built serve_problem; by default it is built")
    arguments = parser.parse_args()
    server = arguments.server or program()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    histories = csv.writer(open(arguments.histories, "w", newline="")) if arguments.histories else None
    if histories:
        histories.writerow(["problem", "solver", "evaluation", "value", "violation"])
    out, chosen = arguments.folder / f"{arguments.suite}.csv", arguments.solvers.split(",")
    problems = names(server, arguments.suite)
    kept = list(csv.reader(open(out)))[1:] if out.exists() else []
    rows = {(name, solver): row for row in kept for name, solver in [row[:2]] if solver not in chosen}
    for name in problems:
        for solver in chosen:
            began = time.time()
            result = guarded(server, arguments.suite, name, solver)
            if result is None:
                rows[name, solver] = [name, solver, 0, 0, 0, 0, 0, 0, f"crashed or over {4 * SECONDS} s"]
                continue
            _, optimum, history, ended = result
            rows[name, solver] = [name, solver, len(history), *reached(history, optimum), ended]
            if histories:
                histories.writerows([name, solver, k, repr(f), repr(v)] for k, (f, v) in enumerate(history, 1))
            print(*rows[name, solver], f"{time.time() - began:.1f} s", flush=True)
        order = [rows[name, solver] for name in problems for solver in SOLVERS if (name, solver) in rows]
        with open(out, "w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["problem", "solver", "evaluations", *(f"{tau:.0e}" for tau in TAUS), "feasible", "ended"])
            table.writerows(order)
    packages = {"cobyqa": "cobyqa", "scipy": "scipy", "numpy": "numpy", "nlopt": "nlopt", "nomad": "PyNomadBBO"}
    versions = {name: importlib.metadata.version(package) for name, package in packages.items()}
    about = {"suite": arguments.suite, "python": platform.python_version(), **versions, "simplex_gradients": GRADIENTS, "violation": TOLERANCE}
    (arguments.folder / f"{arguments.suite}.json").write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
