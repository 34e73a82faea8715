"""The solvers of the benchmark, each called as its documentation says, with the same tolerance and budget.

A solver is a function ``(problem, counted, x0, budget)`` that minimizes; what it returns is ignored, as `counted` has
seen all values. All final tolerances are 1e-8. Where a solver has a default for its first radius, it keeps it: each
comment says what that is. A group that a solver has no means for is not in its list.
"""

import importlib
import warnings

import numpy as np

TOLERANCE = 1e-8

BOUNDED, LINEAR, NONLINEAR, SQUARES = GROUPS = (
    "bounded",
    "linear constraints",
    "nonlinear constraints",
    "least squares",
)


def scipy_constraints(problem, counted):
    from scipy.optimize import LinearConstraint, NonlinearConstraint

    constraints = []
    if problem.a is not None:
        constraints.append(LinearConstraint(problem.a, -np.inf, problem.b))
    if problem.c is not None:
        constraints.append(NonlinearConstraint(counted.constraints, -np.inf, 0.0))
    return constraints


def scipy_bounds(problem):
    """Bounds for SciPy, or None where there are none."""
    from scipy.optimize import Bounds

    if np.isinf(problem.lower).all() and np.isinf(problem.upper).all():
        return None
    return Bounds(problem.lower, problem.upper)


def patternsearch(method):
    """Ours. First mesh: the default, one unit of each variable. A sum of squares is given as its value."""

    def solve(problem, counted, x0, budget):
        import patternsearch

        patternsearch.minimize(
            counted,
            x0,
            method=method,
            bounds=scipy_bounds(problem),
            constraints=scipy_constraints(problem, counted),
            tol=TOLERANCE,
            options={"maxfev": budget},
        )

    return solve


def scipy(method, options):
    """SciPy. COBYQA and COBYLA begin with the radius 1, their default; Nelder-Mead and Powell have none."""

    def solve(problem, counted, x0, budget):
        from scipy.optimize import minimize

        minimize(
            counted,
            x0,
            method=method,
            bounds=scipy_bounds(problem),
            constraints=scipy_constraints(problem, counted),
            options=options(budget),
        )

    return solve


def nlopt(name):
    """NLopt. The first step is its default, which depends on start and bounds. Constraints may be violated by 1e-8."""

    def solve(problem, counted, x0, budget):
        import nlopt

        n = x0.size
        opt = nlopt.opt(getattr(nlopt, name), n)
        opt.set_lower_bounds(problem.lower)
        opt.set_upper_bounds(problem.upper)
        opt.set_min_objective(lambda x, gradient: counted(x))
        if problem.a is not None:

            def rows(result, x, gradient):
                result[:] = problem.a @ x - problem.b

            opt.add_inequality_mconstraint(rows, np.full(problem.b.size, TOLERANCE))
        if problem.c is not None:

            def inequalities(result, x, gradient):
                result[:] = counted.constraints(x)

            opt.add_inequality_mconstraint(inequalities, np.full(problem.c(x0).size, TOLERANCE))
        opt.set_xtol_rel(TOLERANCE)
        opt.set_xtol_abs(TOLERANCE)
        opt.set_maxeval(budget)
        opt.optimize(x0)

    return solve


def powells(problem, counted, x0, budget):
    """PDFO chooses one of Powell's five solvers. First radius: its default, 1, or less in a narrow box.

    (It looks for its own name in the names of its callers; this function must not be called `pdfo`.)
    """
    from pdfo import pdfo
    from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint

    constraints = []
    if problem.a is not None:
        constraints.append(LinearConstraint(problem.a, np.full(problem.b.size, -np.inf), problem.b))
    if problem.c is not None:
        m = problem.c(x0).size
        constraints.append(NonlinearConstraint(counted.constraints, np.full(m, -np.inf), np.zeros(m)))
    bounds = None if scipy_bounds(problem) is None else Bounds(problem.lower, problem.upper)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pdfo(
            counted,
            x0,
            bounds=bounds,
            constraints=constraints,
            options={"rhoend": TOLERANCE, "maxfev": budget, "quiet": True},
        )


def both_bounds(problem):
    """Bounds for Py-BOBYQA, which takes both or none; 1e20 is its infinity."""
    if scipy_bounds(problem) is None:
        return None
    return np.maximum(problem.lower, -1e20), np.minimum(problem.upper, 1e20)


def py_bobyqa(problem, counted, x0, budget):
    """Py-BOBYQA. First radius: its default, a tenth of the greatest coordinate of the start, or 0.1."""
    import pybobyqa

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pybobyqa.solve(
            counted,
            x0,
            bounds=both_bounds(problem),
            rhoend=TOLERANCE,
            maxfun=budget,
            do_logging=False,
        )


def fitted(problem, counted, x0, budget):
    """`least_squares`, which sees all residuals."""
    import patternsearch

    patternsearch.least_squares(counted.residuals, x0, max_nfev=budget, tol=TOLERANCE)


def dfo_ls(problem, counted, x0, budget):
    """DFO-LS, which sees all residuals. First radius: its default, as that of Py-BOBYQA."""
    import dfols

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dfols.solve(counted.residuals, x0, rhoend=TOLERANCE, maxfun=budget, do_logging=False)


def nomad(problem, counted, x0, budget):
    """NOMAD with all its defaults, its first frame too; constraints go to its progressive barrier (PB).

    It ends with a frame of 1e-8. It swallows exceptions: evaluations fail once the run is over, and the callback ends
    it. (Own CPU is taken when the run is over.)
    """
    import PyNomad

    m = 0 if problem.a is None else problem.b.size
    if problem.c is not None:
        m += problem.c(x0).size

    def blackbox(point):
        if counted.over:
            return 0
        x = np.array([point.get_coord(i) for i in range(point.size())])
        try:
            values = [counted(x)]
            if problem.a is not None:
                values.extend((problem.a @ x - problem.b).tolist())
            if problem.c is not None:
                values.extend(counted.constraints(x).tolist())
        except BaseException:
            return 0
        point.setBBO(" ".join(repr(float(value)) for value in values).encode())
        return 1

    # PyNomad keeps no reference of its own.
    keep = nomad.callback = lambda block: counted.over
    PyNomad.setCustomMegaIterEndCallback(keep)
    lower = [] if scipy_bounds(problem) is None else [max(low, -1e20) for low in problem.lower.tolist()]
    upper = [] if scipy_bounds(problem) is None else [min(high, 1e20) for high in problem.upper.tolist()]
    PyNomad.optimize(
        blackbox,
        x0.tolist(),
        lower,
        upper,
        [
            f"DIMENSION {x0.size}",
            "BB_OUTPUT_TYPE OBJ" + " PB" * m,
            f"MAX_BB_EVAL {budget}",
            f"MIN_FRAME_SIZE * {TOLERANCE}",
            "DISPLAY_DEGREE 0",
            "NB_THREADS_PARALLEL_EVAL 1",
            "SEED 1",
        ],
    )


def cma_es(problem, counted, x0, budget):
    """CMA-ES. It has no default for its first deviation: 1. Constraints go to its augmented Lagrangian."""
    import cma

    options = {
        "verbose": -9,
        "verb_log": 0,
        "verb_disp": 0,
        "seed": 1,
        "maxfevals": budget,
        "tolx": TOLERANCE,
    }
    if scipy_bounds(problem) is not None:
        options["bounds"] = [problem.lower.tolist(), problem.upper.tolist()]

    def constraints(x):
        values = []
        if problem.a is not None:
            values.extend(problem.a @ x - problem.b)
        if problem.c is not None:
            values.extend(counted.constraints(np.asarray(x)))
        return values

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if problem.a is None and problem.c is None:
            cma.fmin2(counted, x0, 1.0, options)
        else:
            cma.fmin_con2(counted, x0, 1.0, constraints, options=options)


#: Name, package, module, groups, function; the last is the largest n that it is run at.
SOLVERS = [
    ("automatic", "patternsearch", "patternsearch", GROUPS, patternsearch("automatic"), 30),
    ("automatic on residuals", "patternsearch", "patternsearch", (SQUARES,), fitted, 30),
    ("hybrid", "patternsearch", "patternsearch", (BOUNDED, SQUARES), patternsearch("hybrid"), 30),
    ("patternsearch", "patternsearch", "patternsearch", GROUPS, patternsearch("patternsearch"), 30),
    ("coordinate", "patternsearch", "patternsearch", (BOUNDED, SQUARES), patternsearch("coordinate"), 30),
    (
        "SciPy COBYQA",
        "scipy",
        "scipy",
        GROUPS,
        scipy("COBYQA", lambda budget: {"final_tr_radius": TOLERANCE, "maxfev": budget}),
        30,
    ),
    (
        "SciPy COBYLA",
        "scipy",
        "scipy",
        GROUPS,
        # At n = 30 it costs 2 to 23 ms for each evaluation: one run would take up to a minute.
        scipy("COBYLA", lambda budget: {"tol": TOLERANCE, "maxiter": budget}),
        10,
    ),
    (
        "SciPy Nelder-Mead",
        "scipy",
        "scipy",
        (BOUNDED, SQUARES),
        scipy(
            "Nelder-Mead",
            lambda budget: {"xatol": TOLERANCE, "fatol": TOLERANCE, "maxfev": budget, "maxiter": budget},
        ),
        30,
    ),
    (
        "SciPy Powell",
        "scipy",
        "scipy",
        (BOUNDED, SQUARES),
        scipy("Powell", lambda budget: {"xtol": TOLERANCE, "ftol": TOLERANCE, "maxfev": budget}),
        30,
    ),
    ("NLopt BOBYQA", "nlopt", "nlopt", (BOUNDED, SQUARES), nlopt("LN_BOBYQA"), 30),
    ("NLopt COBYLA", "nlopt", "nlopt", GROUPS, nlopt("LN_COBYLA"), 30),
    ("NLopt Sbplx", "nlopt", "nlopt", (BOUNDED, SQUARES), nlopt("LN_SBPLX"), 30),
    ("PDFO", "pdfo", "pdfo", GROUPS, powells, 30),
    # It costs 10 ms for each evaluation at n = 10, and 40 ms at n = 30: one run there would take two minutes.
    ("Py-BOBYQA", "Py-BOBYQA", "pybobyqa", (BOUNDED, SQUARES), py_bobyqa, 10),
    ("DFO-LS", "DFO-LS", "dfols", (SQUARES,), dfo_ls, 30),
    # It costs 10 ms and more for each evaluation at n = 10: one run would take a quarter of a minute, and minutes at
    # n = 30.
    ("NOMAD", "PyNomadBBO", "PyNomad", GROUPS, nomad, 5),
    ("CMA-ES", "cma", "cma", GROUPS, cma_es, 30),
]


def missing():
    """Return why a module cannot be imported, by its name."""
    found = {}
    for _, _, module, _, _, _ in SOLVERS:
        if module in found:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(module)
                if module == "pdfo":
                    # What its compiled half needs shows only here.
                    importlib.import_module("pdfo.gethuge")
        except Exception as error:
            found[module] = f"{type(error).__name__}: {error}".splitlines()[0]
    return found
