"""`minimize`, called as SciPy's."""

import inspect
import os
import warnings
from typing import Any, Callable, Mapping

import numpy as np

from . import _core
from ._bounds import Vector, granularities, lower_and_upper, start
from ._constraints import Constraints, constraints_of
from ._evaluation import Evaluation, First, Residuals, SumOfSquares
from ._numbers import positive, whole
from ._plain import Settings, Statement
from ._result import OptimizeResult, result_of
from ._solvers import TOLERANCES, Solver, as_json, solver_named
from ._workers import workers_for


class Interrupted(KeyboardInterrupt):
    """Ctrl-C has ended a run.

    Attributes
    ----------
    result : OptimizeResult
        The best point so far, with ``success`` false.
    """

    def __init__(self, result: OptimizeResult) -> None:
        super().__init__(f"after {result.nfev} evaluations; the best value was {result.fun}")
        self.result = result


def minimize(
    fun: Callable[..., Any] | None,
    x0: Any,
    args: Any = (),
    method: str = "automatic",
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: Mapping[str, Any] | None = None,
    *,
    integrality: Any = None,
    granularity: Any = None,
    residuals: Callable[..., Any] | None = None,
    sigma: Any = None,
    loss: str = "linear",
    f_scale: float = 1.0,
    known: Any = None,
    hint: Any = None,
    batch: int | None = None,
    asynchronous: bool = False,
    workers: Any = 1,
    journal: str | os.PathLike[str] | None = None,
    resume: bool = False,
    seed: int | None = None,
    uncertainty: bool | float = False,
) -> OptimizeResult:
    """Minimize a function of one or more variables, without gradients.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args) -> float``, with `x` a vector of shape ``(n,)``. An exception, ``NaN`` and an infinity are
        failed evaluations: the search goes on, and never accepts such a point.
    x0 : array_like, shape (n,)
        The start. Outside the bounds it is moved onto them.
    args : tuple
        Further arguments of `fun` and `residuals`.
    method : str
        A solver of `solvers`. ``"automatic"`` chooses by the problem: ``"hybrid"`` (models and polls) for few
        variables, ``"quasi-newton"`` for more than 12, ``"patternsearch"`` (MATLAB's) where the hybrid takes no
        constraints or integers.
    jac, hess, hessp
        Not used, as all methods do without; given for ``jac=True``, `fun` returns the value and the gradient.
    bounds : sequence or scipy.optimize.Bounds, optional
        A pair ``(lower, upper)`` for each variable, ``None`` for no bound. No point outside is ever evaluated.
    constraints : optional
        ``LinearConstraint``, ``NonlinearConstraint``, SciPy's dictionaries, one or a list of them; or `Returned`. Linear
        constraints hold at all points that are evaluated, up to rounding. A function that raises makes the evaluation a
        failed one, with a `ConstraintError`. Functions are called once at the start to count their values; that call
        belongs to the first evaluation. Of one that raises there and has the same limits for all its values, the
        worst value stands for all.
    tol : float, optional
        Sets all tolerances of the method; the mesh tolerance of the searches is 1e-6 otherwise.
    callback : callable, optional
        Called after each iteration with the best point so far: ``callback(xk)``, or
        ``callback(*, intermediate_result)`` with an `OptimizeResult`. ``StopIteration`` ends the run.
    options : dict, optional
        ``maxfev`` (evaluations), ``maxiter`` (iterations), ``maxtime`` (seconds), ``disp``; and the options of the method
        (`solvers` lists them), also in MATLAB's spelling.
    integrality : array_like, optional
        1 for an integer variable, 0 for a continuous one.
    granularity : array_like, optional
        What each variable is a multiple of, 0 for a continuous one.
    residuals : callable, optional
        In place of `fun`: ``residuals(x, *args)`` is a vector, the sum of whose squares is minimized, or another `loss`, such
        as ``"minimax"`` for the largest. It is called once at
        the start to count them; that call is the first evaluation. If it raises, methods see the sum alone.
    sigma, loss, f_scale
        Standard deviations and loss of the residuals, as for `least_squares`.
    known : optional
        Points whose values are known: ``(points, values)``, with a row for each point and what `fun` returns there
        (the residuals of a fit; ``(f, c, ceq)`` under nonlinear constraints); or the path of a CSV file with columns
        ``x1``, ``x2``, ..., ``value``. The best of them is the start, and none is evaluated.
    hint : optional
        Points of a neighbouring problem, such as `fun` at another setting or a fit to other data, given as `known` is; or
        the journal of a run of it. They show ``"hybrid"``, and ``"automatic"`` where it chooses that, where to begin and
        the slopes of residuals; other methods refuse them. They are never returned, and their values are not believed.
    batch : int, optional
        How many points the search asks for at once, 1 by default: an option of ``"automatic"``, ``"hybrid"``,
        ``"coordinate"`` and ``"quasi-newton"``. It changes the path of the search; the number of workers does not.
    asynchronous : bool
        Whether the search goes on with the values of a batch that have arrived, instead of waiting for the slowest: an
        option of ``"hybrid"``, and of ``"automatic"`` where it chooses that, with a `batch` of at least 2. The path then
        depends on the order of arrival, which the journal records.
    workers : int, Executor or map-like
        Who evaluates: so many processes (-1: one for each processor), a ``concurrent.futures.Executor``, as Dask's
        ``Client.get_executor()``, or a function like `map`. Unless the search is `asynchronous`, the result is the same
        with any of them, to the bit.
    journal : path, optional
        A file that records every evaluation, so that a run that was killed can go on.
    resume : bool
        Whether to go on from the journal.
    seed : int, optional
        For methods with random numbers.
    uncertainty : bool or float
        Whether to find out what the minimum is worth, by at most 2n further evaluations after convergence: the result's
        ``uncertainty``. A number is the step relative to each variable, 6e-6 by default; noise needs more. For problems
        within bounds alone.

    Returns
    -------
    OptimizeResult

    Raises
    ------
    Interrupted
        A ``KeyboardInterrupt`` with the best point so far in its attribute `result`.
    RuntimeError
        If no evaluation had a value; the first exception is its cause.
    ValueError, TypeError
        If an argument is wrong; the message names it.

    Examples
    --------
    >>> import patternsearch
    >>> def rosenbrock(x):
    ...     return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
    >>> result = patternsearch.minimize(rosenbrock, [-1.2, 1.0], bounds=[(-2, 2), (-2, 2)])
    >>> result.success, result.x.round(4).tolist()
    (True, [1.0, 1.0])

    The same under a row ``x0 + x1 <= 1``:

    >>> row = {"type": "ineq", "fun": lambda x: 1 - x[0] - x[1]}
    >>> result = patternsearch.minimize(rosenbrock, [-1.2, 1.0], constraints=row, method="patternsearch")
    >>> result.success, round(float(result.fun), 2)
    (True, 0.15)
    """
    solver = solver_named(method)
    call, count, statement = problem_of(
        fun, x0, args, jac, bounds, constraints, integrality, granularity, residuals
    )
    for name, given in (("jac", jac), ("hess", hess), ("hessp", hessp)):
        if given is not None and given is not False and not (name == "jac" and given is True):
            warnings.warn(f"{name} is not used: method {method!r} needs none", RuntimeWarning, stacklevel=2)
    fit_of(statement, residuals, sigma, loss, f_scale)
    statement.known, statement.tables = points_of("known", known)
    statement.hint, statement.hints = points_of("hint", hint)
    settings = settings_of(solver, with_batch(options, batch, asynchronous), tol, seed, journal, resume)
    settings.uncertainty = _step(uncertainty)
    pool = workers_for(call, workers)
    try:
        outcome, ended_by = _core.minimize(
            None if pool else call, statement, settings, pool, callback_of(callback)
        )
    finally:
        if pool:
            pool.close()
    result = result_of(outcome)
    if isinstance(ended_by, KeyboardInterrupt):
        raise Interrupted(result) from ended_by
    if ended_by is not None:
        raise ended_by
    return result


def _step(uncertainty: bool | float) -> float | None:
    """Return the relative step of an uncertainty that is asked for."""
    if uncertainty is False:
        return None
    return STEP if uncertainty is True else positive("uncertainty", uncertainty)


def problem_of(
    fun: Callable[..., Any] | None,
    x0: Any,
    args: Any,
    jac: Any,
    bounds: Any,
    constraints: Any,
    integrality: Any,
    granularity: Any,
    residuals: Callable[..., Any] | None,
) -> tuple[Callable[[Vector], Any], tuple[int, int], Statement]:
    """Return what is to be called, the number of nonlinear constraints, and the problem without it."""
    if residuals is not None:
        if fun is not None:
            raise ValueError("fun and residuals are both given; expected one of them, and None for the other")
        if not callable(residuals):
            raise TypeError(f"residuals is {residuals!r}; expected a function")
        fun = Residuals(residuals)
    if not callable(fun):
        raise TypeError(f"fun is {fun!r}; expected a function")
    if jac is True:
        fun = First(fun)
    statement, parts = statement_of(x0, bounds, constraints, integrality, granularity)
    args = args if isinstance(args, tuple) else (args,)
    first = np.clip(np.array(statement.x0), statement.lower, statement.upper)
    if isinstance(fun, Residuals):
        try:
            statement.residuals = fun.count(first, args)
        except Exception:
            fun = SumOfSquares(fun.residuals)
    evaluation = Evaluation(fun, args, parts.nonlinear, parts.returned)
    count = evaluation.count(first)
    statement.inequalities, statement.equalities = count
    plain = not args and count == (0, 0) and parts.nonlinear is None
    return (fun if plain else evaluation), count, statement


def statement_of(
    x0: Any, bounds: Any, constraints: Any, integrality: Any, granularity: Any
) -> tuple[Statement, Constraints]:
    """Return a problem without its functions, and its constraints."""
    first = start(x0)
    n = first.size
    lower, upper = lower_and_upper(bounds, n)
    parts = constraints_of(constraints, n)
    steps = granularities(integrality, granularity, n)
    statement = Statement(first.tolist(), lower, upper, steps, parts.a, parts.b, parts.aeq, parts.beq)
    return statement, parts


#: The losses of residuals that are no sums of squares.
KINKED = ("l1", "minimax", "chebyshev")

#: All losses of residuals, the first with SciPy's names.
LOSSES = ("linear", "huber", "soft_l1", "cauchy", *KINKED)


def fit_of(statement: Statement, residuals: object, sigma: Any, loss: str, f_scale: float) -> None:
    """Set the standard deviations and the loss of residuals."""
    if loss not in LOSSES:
        raise ValueError(f"loss is {loss!r}; expected one of {', '.join(LOSSES)}")
    if sigma is None and loss == "linear":
        return
    if residuals is None:
        raise ValueError("sigma or loss is given without residuals; expected residuals in place of fun")
    if statement.residuals == 0:
        raise ValueError("residuals has no value at the start; expected one, to count them for sigma and loss")
    statement.loss, statement.f_scale = loss, positive("f_scale", f_scale)
    if sigma is not None:
        deviations = np.asarray(sigma, dtype=float)
        deviations = np.full(statement.residuals, deviations) if deviations.ndim == 0 else deviations.ravel()
        statement.sigma = deviations.tolist()


def points_of(name: str, given: Any) -> tuple[list[tuple[list[float], object]], list[str]]:
    """Return points with what a function returned there, and the paths of tables, from the argument of this name."""
    if given is None:
        return [], []
    if isinstance(given, (str, os.PathLike)):
        return [], [os.fspath(given)]
    try:
        points, values = given
        points, values = np.asarray(points, dtype=float).tolist(), list(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {given!r}; expected (points, values) or the path of a table") from error
    if len(points) != len(values):
        raise ValueError(f"{name} has {len(points)} points and {len(values)} values; expected one for each")
    return [(x, _answer(value)) for x, value in zip(points, values)], []


def _answer(value: Any) -> Any:
    """Return what a function returned in its plain form: a number, a list of residuals, or a tuple of parts."""
    if isinstance(value, tuple):
        return tuple(_answer(part) for part in value)
    return np.asarray(value, dtype=float).tolist()


#: The options of a solver that end its run by themselves.
LIMITS = ("max_function_evaluations", "max_iterations")

#: SciPy's names for limits.
EVALUATIONS = ("maxfev", "maxfun")

# The cube root of the machine precision: `Run::UNCERTAINTY_STEP` of the native half.
STEP = 6.055454452393343e-6


def with_batch(
    options: Mapping[str, Any] | None, batch: int | None, asynchronous: bool
) -> Mapping[str, Any] | None:
    """Return the options with `batch` and `asynchronous` among them, if they are given."""
    given: dict[str, Any] = {}
    if batch is not None:
        given["batch"] = whole("batch", batch)
    if asynchronous is not False:
        given["asynchronous"] = asynchronous
    for name in given:
        if isinstance(options, Mapping) and name in options:
            raise ValueError(f"{name} is given twice, also in options; expected it once")
    return {**(options or {}), **given} if given else options


def settings_of(
    solver: Solver,
    options: Mapping[str, Any] | None,
    tol: float | None,
    seed: int | None,
    journal: str | os.PathLike[str] | None,
    resume: bool,
) -> Settings:
    """Return how the run is carried out."""
    if options is not None and not isinstance(options, Mapping):
        raise TypeError(f"options is {options!r}; expected a dictionary")
    own = dict(options or {})
    settings = Settings(solver.name, seed=_seed(seed), resume=bool(resume))
    if resume and journal is None:
        raise ValueError("resume is set without a journal; expected the journal to go on from")
    settings.journal = None if journal is None else os.fspath(journal)
    for name in EVALUATIONS:
        if name in own:
            settings.evaluations = whole(f"options[{name!r}]", own.pop(name))
            # A limit given takes the place of those that nobody gave, as in SciPy.
            given = ("max_iterations",) if "maxiter" in own else ()
            for limit in LIMITS:
                if limit in solver.options and limit not in given:
                    own.setdefault(limit, 2**63)
    if "maxtime" in own:
        settings.seconds = positive("options['maxtime']", own.pop("maxtime"))
    if "maxiter" in own:
        if "max_iterations" not in solver.options:
            raise ValueError(f"options['maxiter']: {solver.name} has no limit of iterations; expected maxfev")
        own["max_iterations"] = whole("options['maxiter']", own.pop("maxiter"))
    for name in ("disp", "display", "Display"):
        if name in own:
            settings.display = _display(name, own.pop(name))
    if tol is not None:
        tol = positive("tol", tol)
        own = {**{name: tol for name in TOLERANCES if name in solver.options}, **own}
    settings.options = as_json(own)
    return settings


def _seed(seed: Any) -> int | None:
    if seed is None:
        return None
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed!r}; expected a whole number from 0 to 2**64 - 1")
    return int(seed)


def _display(name: str, value: Any) -> str:
    if isinstance(value, str):
        word = value.lower()
        if word in ("iter", "final", "off", "none"):
            return word
        raise ValueError(f"options[{name!r}] is {value!r}; expected 'iter', 'final' or 'off'")
    return "iter" if int(value) > 1 else "final" if value else "off"


def callback_of(
    callback: Callable[..., Any] | None,
) -> Callable[[Vector, float, int, int, float], None] | None:
    """Return what the native half calls after each iteration."""
    if callback is None:
        return None
    if not callable(callback):
        raise TypeError(f"callback is {callback!r}; expected a function")
    try:
        takes_result = set(inspect.signature(callback).parameters) == {"intermediate_result"}
    except ValueError:
        takes_result = False
    user = callback

    def called(x: Vector, fun: float, nit: int, nfev: int, maxcv: float) -> None:
        if takes_result:
            user(intermediate_result=OptimizeResult(x=x, fun=fun, nit=nit, nfev=nfev, maxcv=maxcv))
        elif user(x) is True:
            # As with SciPy's older methods.
            raise StopIteration

    return called


def scipy_method(name: str = "automatic", **more: Any) -> Callable[..., Any]:
    """Return a method for ``scipy.optimize.minimize``.

    Parameters
    ----------
    name : str
        The solver.
    **more
        Keyword arguments of `minimize` that SciPy does not have: ``workers``, ``journal``, ``seed``, ...

    Examples
    --------
    >>> from scipy.optimize import minimize, rosen
    >>> import patternsearch
    >>> result = minimize(rosen, [-1.2, 1.0], method=patternsearch.scipy_method("hybrid"))
    >>> result.success, type(result).__module__.split(".")[0]
    (True, 'scipy')
    """
    solver_named(name)

    def method(
        fun: Callable[..., Any],
        x0: Any,
        args: Any = (),
        jac: Any = None,
        hess: Any = None,
        hessp: Any = None,
        bounds: Any = None,
        constraints: Any = (),
        callback: Callable[..., Any] | None = None,
        tol: float | None = None,
        **options: Any,
    ) -> Any:
        from scipy.optimize import OptimizeResult as Theirs  # type: ignore[import-untyped, unused-ignore]

        result = minimize(
            fun, x0, args, name, None, None, None, bounds, constraints, tol, callback, options, **more
        )
        return Theirs(result)

    return method
