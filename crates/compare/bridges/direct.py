"""Calls the solvers of `bridge.py` without it: python direct.py NAME VERSION EVALUATIONS prints each point and value.

The problem is Rosenbrock's function of two coordinates from (-1.2, 0.5) within [-2, 2] x (-inf, 0.75]; solvers that take
constraints have x0^2 + x1^2 <= 1.5 and x0 + x1 <= 1 beside it. A test of `compare` compares the points and values with
those of a run through the bridge, to the bit. Exit code 77 says that a package is missing, or has another version.
"""

import importlib.metadata
import json
import sys

import numpy as np

START, LOWER, UPPER = np.array([-1.2, 0.5]), np.array([-2.0, -np.inf]), np.array([2.0, 0.75])
# A quarter of the only finite width; the largest coordinate of the start is 1.2.
STEP = 1.0
seen = []


def f(x):
    if len(seen) >= int(sys.argv[3]):
        finish()
    a, b = float(x[1]) - float(x[0]) * float(x[0]), 1.0 - float(x[0])
    value = 100.0 * (a * a) + b * b
    seen.append((list(map(float, x)), value))
    return value


def residuals(x):
    f(x)
    return np.array([10.0 * (float(x[1]) - float(x[0]) * float(x[0])), 1.0 - float(x[0])])


def c(x):
    """At most 0; evaluated where f is, or counted as a point of its own."""
    if not any(point == list(map(float, x)) for point, _ in seen):
        f(x)
    return float(x[0]) * float(x[0]) + float(x[1]) * float(x[1]) - 1.5


def finish():
    for point, value in seen:
        print(json.dumps([point, value]))
    sys.stdout.flush()
    # Past all frames of other languages.
    import os

    os._exit(0)


def inside(x):
    return np.clip(x, LOWER, UPPER)


def of_scipy(method, options, constraints=(), place=lambda x: x):
    from scipy.optimize import Bounds, minimize

    minimize(lambda x: f(place(x)), START, method=method, bounds=Bounds(LOWER, UPPER), constraints=constraints, options=options)


def parts(place=lambda x: x):
    from scipy.optimize import LinearConstraint, NonlinearConstraint

    return [LinearConstraint([[1.0, 1.0]], -np.inf, [1.0]), NonlinearConstraint(lambda x: c(place(x)), -np.inf, 0)]


def nlopt(algorithm, constrained):
    import nlopt

    solver = nlopt.opt(algorithm(nlopt), 2)
    solver.set_lower_bounds(LOWER)
    solver.set_upper_bounds(UPPER)
    solver.set_initial_step(STEP)
    solver.set_xtol_abs(1e-13)
    solver.set_min_objective(lambda x, _: f(x))
    if constrained:
        solver.add_inequality_constraint(lambda x, _: x[0] + x[1] - 1.0, 1e-8)
        solver.add_inequality_constraint(lambda x, _: c(x), 1e-8)
    solver.optimize(START)


def scipy_nelder_mead():
    simplex = [[-1.2, 0.5], [-0.19999999999999996, 0.5], [-1.2, -0.5]]
    of_scipy("Nelder-Mead", {"initial_simplex": simplex, "xatol": 1e-13, "fatol": 0.0, "maxiter": 10**9, "maxfev": 10**9})


def scipy_powell():
    of_scipy("Powell", {"direc": np.eye(2), "xtol": 1e-13, "ftol": 0.0, "maxiter": 10**9, "maxfev": 10**9})


def scipy_cobyla():
    of_scipy("COBYLA", {"rhobeg": STEP, "tol": 1e-13, "maxiter": 10**9, "catol": 1e-8}, parts(inside), inside)


def scipy_cobyqa():
    options = {"initial_tr_radius": STEP, "final_tr_radius": 1e-13, "maxiter": 10**9, "maxfev": 10**9, "feasibility_tol": 1e-8}
    of_scipy("COBYQA", options, parts())


def scipy_l_bfgs_b():
    of_scipy("L-BFGS-B", {"ftol": 0.0, "gtol": 1e-13, "maxiter": 10**9, "maxfun": 10**9})


def scipy_slsqp():
    of_scipy("SLSQP", {"ftol": 1e-15, "maxiter": 10**9}, parts())


def python_nlopt_bobyqa():
    nlopt(lambda package: package.LN_BOBYQA, constrained=False)


def python_nlopt_cobyla():
    nlopt(lambda package: package.LN_COBYLA, constrained=True)


def python_nlopt_sbplx():
    nlopt(lambda package: package.LN_SBPLX, constrained=False)


def powells():
    from pdfo import pdfo
    from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint

    rows = [LinearConstraint([[1.0, 1.0]], -np.inf, [1.0]), NonlinearConstraint(lambda x: c(inside(x)), -np.inf, 0)]
    pdfo(lambda x: f(inside(x)), START, bounds=Bounds(LOWER, UPPER), constraints=rows, options={"rhobeg": STEP, "rhoend": 1e-13, "quiet": True, "maxfev": 10**5})


def py_bobyqa():
    import pybobyqa

    np.random.seed(0)
    box = (np.array([-2.0, -1e20]), UPPER)
    pybobyqa.solve(f, START, bounds=box, rhobeg=STEP, rhoend=1e-13, maxfun=10**5, user_params={"model.abs_tol": -np.inf}, do_logging=False)


def dfo_ls():
    import dfols

    np.random.seed(0)
    tolerances = {"model.abs_tol": 1e-20, "model.rel_tol": 1e-20}
    box = (np.array([-2.0, -1e20]), UPPER)
    dfols.solve(residuals, START, bounds=box, rhobeg=STEP, rhoend=1e-13, maxfun=10**5, user_params=tolerances, do_logging=False)


def pycma():
    import cma

    never = {"tolfun": 0, "tolfunhist": 0, "tolstagnation": 10**9, "tolflatfitness": 10**9, "maxiter": 10**9}
    options = {"bounds": [[-2.0, None], [2.0, 0.75]], "seed": 1, "verbose": -9, "tolx": 1e-13, **never}
    search = cma.CMAEvolutionStrategy(START, STEP, options)
    while not search.stop():
        points = [inside(x) for x in search.ask()]
        search.tell(points, [f(x) for x in points])


def nomad():
    import PyNomad

    def block(point):
        x = [point.get_coord(0), point.get_coord(1)]
        point.setBBO(f"{f(x)!r} {x[0] + x[1] - 1.0!r} {c(x)!r}".encode())
        return 1

    words = ["BB_OUTPUT_TYPE OBJ PB PB", "MAX_BB_EVAL 100000", "DISPLAY_DEGREE 0", "SEED 0", "INITIAL_FRAME_SIZE ( 1.0 1.0 )", "BB_INPUT_TYPE ( R R )"]
    PyNomad.optimize(block, START.tolist(), [-2.0, -1e20], UPPER.tolist(), words)


def main():
    try:
        for pin in sys.argv[2].split():
            package, version = pin.split("==")
            if importlib.metadata.version(package) != version:
                raise ImportError(f"{package} {importlib.metadata.version(package)} is not {version}")
    except ImportError as missing:
        print(missing, file=sys.stderr)
        sys.exit(77)
    # PDFO looks for its own name in the names of its callers.
    name = {"pdfo": "powells"}.get(sys.argv[1], sys.argv[1])
    globals()[name.replace("-", "_")]()
    finish()


if __name__ == "__main__":
    main()
