"""Solvers of Python packages as programs for `compare`.

    compare run --suite more-wild --solvers hybrid,crates/compare/bridges/scipy-cobyqa.toml --out runs.db

Each TOML file beside this one names a solver of the table at the end, and pins the versions of its packages, which
`requirements.txt` installs. A solver takes the first step that all solvers of a study take, `max(1, |x0|_inf)`, or a
quarter of the narrowest box if that is less; its tolerances are as fine as it allows, and its own limits are lifted. All
else has the package's defaults.

Where a problem has nonlinear constraints, each point is evaluated once, though objective and constraints are asked for
apart. Without them, a point that a solver asks for twice costs two evaluations.
"""

import importlib.metadata
import json
import math
import os
import sys
import warnings

import numpy as np

FINEST = 1e-13
NO_LIMIT = 10**9
FEASIBLE = 1e-8


class Problem:
    """What `compare` says in its first line, and the values that it gives for points."""

    def __init__(self, answers, questions):
        self.answers, self.questions = answers, questions
        header = json.loads(answers.readline())
        array = lambda key: np.array([float(number) for number in header[key]], float)
        self.start, self.lower, self.upper = array("start"), array("lower"), array("upper")
        self.n = len(self.start)
        self.granularity = array("granularity") if "granularity" in header else np.zeros(self.n)
        matrix = lambda key: np.array(header.get(key, []), float).reshape(-1, self.n)
        limits = lambda key: np.array(header.get(key, []), float)
        self.a, self.b, self.aeq, self.beq = matrix("a"), limits("b"), matrix("aeq"), limits("beq")
        self.inequalities, self.equalities = header.get("constraints", 0), header.get("equalities", 0)
        self.residual_count = header.get("residuals", 0)
        self.budget, self.seed = header.get("budget", NO_LIMIT), header.get("seed", 0)
        self.options, self.version = header["options"], header.get("version", "")
        self.known = {}
        width = self.upper - self.lower
        narrowest = np.min(width[width > 0], initial=np.inf)
        self.step = min(max(1.0, np.max(np.abs(self.start))), 0.25 * narrowest)

    def ask(self, x):
        point = [float(number) if math.isfinite(number) else None for number in x]
        self.questions.write(json.dumps({"x": point}) + "\n")

    def read(self):
        """(f, c, h, r) of the point asked for first; NaN where there is no value."""
        self.questions.flush()
        line = self.answers.readline()
        if not line:
            sys.exit(0)
        answer = json.loads(line)
        array = lambda key, count: np.array(answer.get(key) or [np.nan] * count, float)
        constraints = array("constraints", self.inequalities), array("equalities", self.equalities)
        return answer.get("value", np.nan), *constraints, array("residuals", self.residual_count)

    def values(self, x):
        x = np.asarray(x, float)
        is_constrained = self.inequalities + self.equalities > 0
        if is_constrained and x.tobytes() in self.known:
            return self.known[x.tobytes()]
        self.ask(x)
        values = self.read()
        if is_constrained:
            self.known[x.tobytes()] = values
        return values

    def f(self, x):
        return float(self.values(x)[0])

    def within(self, x):
        return np.clip(x, self.lower, self.upper)


def scipy(method, options, constrained=False, projected=False):
    """`scipy.optimize.minimize`; gradients are SciPy's forward differences, each of which is an evaluation."""

    def solve(problem):
        from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint, minimize

        p = problem
        place = p.within if projected else lambda x: x
        arguments = {"bounds": Bounds(p.lower, p.upper)}
        if constrained:
            parts = arguments["constraints"] = []
            if len(p.b):
                parts.append(LinearConstraint(p.a, -np.inf, p.b))
            if len(p.beq):
                parts.append(LinearConstraint(p.aeq, p.beq, p.beq))
            if p.inequalities:
                parts.append(NonlinearConstraint(lambda x: p.values(place(x))[1], -np.inf, 0))
            if p.equalities:
                parts.append(NonlinearConstraint(lambda x: p.values(place(x))[2], 0, 0))
        minimize(lambda x: p.f(place(x)), p.start, method=method, options=options(p), **arguments)

    return solve


def simplex(p):
    """The start and a step along each coordinate, away from a bound that is nearer."""
    steps = np.where(p.start + p.step <= p.upper, p.step, -p.step)
    return np.vstack([p.start, p.start + np.diag(steps)])


def nlopt(algorithm):
    def solve(problem):
        import nlopt

        p = problem
        solver = nlopt.opt(getattr(nlopt, algorithm), p.n)
        solver.set_lower_bounds(p.lower)
        solver.set_upper_bounds(p.upper)
        solver.set_initial_step(p.step)
        solver.set_xtol_abs(FINEST)
        solver.set_min_objective(lambda x, _: p.f(x))

        def several(count, function, add):
            def fill(result, x, _):
                result[:] = function(x)

            if count:
                add(fill, np.full(count, FEASIBLE))

        several(len(p.b) + p.inequalities, lambda x: np.concatenate([p.a @ x - p.b, p.values(x)[1]]), solver.add_inequality_mconstraint)
        several(len(p.beq) + p.equalities, lambda x: np.concatenate([p.aeq @ x - p.beq, p.values(x)[2]]), solver.add_equality_mconstraint)
        try:
            solver.optimize(p.start)
        except nlopt.RoundoffLimited:
            pass

    return solve


def powells(problem):
    """PDFO, which looks for its own name in the names of its callers: this function cannot have it."""
    from pdfo import pdfo
    from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint

    p, parts = problem, []
    if len(p.b):
        parts.append(LinearConstraint(p.a, -np.inf, p.b))
    if len(p.beq):
        parts.append(LinearConstraint(p.aeq, p.beq, p.beq))
    # Its COBYLA leaves the bounds.
    if p.inequalities:
        # PDFO takes no one number for all limits.
        above = np.full(p.inequalities, -np.inf), np.zeros(p.inequalities)
        parts.append(NonlinearConstraint(lambda x: p.values(p.within(x))[1], *above))
    if p.equalities:
        zeros = np.zeros(p.equalities)
        parts.append(NonlinearConstraint(lambda x: p.values(p.within(x))[2], zeros, zeros))
    options = {"rhobeg": p.step, "rhoend": min(FINEST, p.step), "maxfev": p.budget + 1, "quiet": True}
    pdfo(lambda x: p.f(p.within(x)), p.start, bounds=Bounds(p.lower, p.upper), constraints=parts, options=options)


def far(values):
    """Bounds of packages for which 1e20 is none."""
    return np.clip(values, -1e20, 1e20)


def py_bobyqa(problem):
    import pybobyqa

    p = problem
    np.random.seed(p.seed)
    pybobyqa.solve(
        p.f, p.start, bounds=(far(p.lower), far(p.upper)), rhobeg=p.step, rhoend=FINEST, maxfun=p.budget + 1, do_logging=False,
        user_params={"model.abs_tol": -np.inf},
    )


def dfo_ls(problem):
    import dfols

    p = problem
    np.random.seed(p.seed)
    dfols.solve(
        lambda x: p.values(x)[3], p.start, bounds=(far(p.lower), far(p.upper)), rhobeg=p.step, rhoend=FINEST, maxfun=p.budget + 1,
        do_logging=False, user_params={"model.abs_tol": 1e-20, "model.rel_tol": 1e-20},
    )


def cma(problem):
    import cma

    p = problem
    ends = lambda values: [float(value) if math.isfinite(value) else None for value in values]
    options = {
        "bounds": [ends(p.lower), ends(p.upper)], "seed": p.seed + 1, "verbose": -9, "tolfun": 0, "tolfunhist": 0, "tolx": FINEST,
        "tolstagnation": NO_LIMIT, "tolflatfitness": NO_LIMIT, "maxiter": NO_LIMIT,
    }
    search = cma.CMAEvolutionStrategy(p.start, p.step, options)
    while not search.stop():
        points = [p.within(x) for x in search.ask()]
        for x in points:
            p.ask(x)
        search.tell(points, [p.read()[0] for _ in points])


def nomad(problem):
    """The progressive barrier; an equality is two inequalities that meet within 1e-7."""
    import PyNomad

    p = problem

    def block(point):
        x = np.array([point.get_coord(i) for i in range(p.n)])
        f, c, h, _ = p.values(x)
        equalities = np.concatenate([p.aeq @ x - p.beq, h])
        outputs = [f, *(p.a @ x - p.b), *c, *(equalities - 1e-7), *(-equalities - 1e-7)]
        if not np.all(np.isfinite(outputs)):
            return 0
        point.setBBO(" ".join(repr(float(value)) for value in outputs).encode())
        return 1

    count = len(p.b) + p.inequalities + 2 * (len(p.beq) + p.equalities)
    listed = lambda words: "( " + " ".join(words) + " )"
    kinds = listed("I" if step == 1.0 else "R" for step in p.granularity)
    # NOMAD ends with an error where the frame of a granular variable is no multiple of its step.
    frames = [step * max(1.0, np.round(p.step / step)) if step > 0.0 else p.step for step in p.granularity]
    parameters = [
        "BB_OUTPUT_TYPE OBJ" + " PB" * count, f"MAX_BB_EVAL {p.budget + 1}", "DISPLAY_DEGREE 0", f"SEED {p.seed}",
        f"BB_INPUT_TYPE {kinds}", f"INITIAL_FRAME_SIZE {listed(repr(float(frame)) for frame in frames)}",
    ]
    if np.any((p.granularity > 0) & (p.granularity != 1.0)):
        parameters.append(f"GRANULARITY {listed(repr(float(step)) for step in p.granularity)}")
    PyNomad.optimize(block, p.start.tolist(), far(p.lower).tolist(), far(p.upper).tolist(), parameters)


SOLVERS = {
    "scipy-nelder-mead": scipy(
        "Nelder-Mead", lambda p: {"initial_simplex": simplex(p), "xatol": FINEST, "fatol": 0.0, "maxiter": NO_LIMIT, "maxfev": NO_LIMIT}
    ),
    "scipy-powell": scipy(
        "Powell", lambda p: {"direc": p.step * np.eye(p.n), "xtol": FINEST, "ftol": 0.0, "maxiter": NO_LIMIT, "maxfev": NO_LIMIT}
    ),
    "scipy-cobyla": scipy(
        "COBYLA", lambda p: {"rhobeg": p.step, "tol": FINEST, "maxiter": NO_LIMIT, "catol": FEASIBLE}, constrained=True, projected=True
    ),
    "scipy-cobyqa": scipy(
        "COBYQA",
        lambda p: {
            "initial_tr_radius": p.step, "final_tr_radius": FINEST, "maxiter": NO_LIMIT, "maxfev": NO_LIMIT, "feasibility_tol": FEASIBLE
        },
        constrained=True,
    ),
    "scipy-l-bfgs-b": scipy("L-BFGS-B", lambda p: {"ftol": 0.0, "gtol": FINEST, "maxiter": NO_LIMIT, "maxfun": NO_LIMIT}),
    "scipy-slsqp": scipy("SLSQP", lambda p: {"ftol": 1e-15, "maxiter": NO_LIMIT}, constrained=True),
    "python-nlopt-bobyqa": nlopt("LN_BOBYQA"),
    "python-nlopt-cobyla": nlopt("LN_COBYLA"),
    "python-nlopt-sbplx": nlopt("LN_SBPLX"),
    "pdfo": powells,
    "py-bobyqa": py_bobyqa,
    "dfo-ls": dfo_ls,
    "pycma": cma,
    "nomad": nomad,
}


def check(version):
    """Ends the program if a package has another version than `package==version` says."""
    for pin in version.split():
        package, expected = pin.split("==")
        found = importlib.metadata.version(package)
        if found != expected:
            sys.exit(f"{package} {found} is installed; expected {expected}, which {__file__} is pinned to")


def main():
    warnings.simplefilter("ignore")
    # What a package prints must not be taken for a point.
    questions = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    problem = Problem(sys.stdin, questions)
    check(problem.version)
    SOLVERS[sys.argv[1]](problem)
    questions.write(json.dumps({"done": sys.argv[1]}) + "\n")
    questions.flush()


if __name__ == "__main__":
    main()
