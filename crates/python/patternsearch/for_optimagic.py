"""An algorithm for optimagic. It needs the package ``optimagic``."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from optimagic import mark
from optimagic.batch_evaluators import process_batch_evaluator
from optimagic.optimization.algorithm import Algorithm, InternalOptimizeResult
from optimagic.optimization.history import HistoryEntry
from optimagic.optimization.internal_optimization_problem import InternalOptimizationProblem
from optimagic.typing import AggregationLevel, ErrorHandling, PositiveFloat, PositiveInt

from ._bounds import Vector
from ._constraints import Nonlinear, Returned, constraints_of
from ._search import Search


@mark.minimizer(  # type: ignore[untyped-decorator, unused-ignore]
    name="patternsearch",
    solver_type=AggregationLevel.SCALAR,
    is_available=True,
    is_global=False,
    needs_jac=False,
    needs_hess=False,
    needs_bounds=False,
    supports_parallelism=True,
    supports_bounds=True,
    supports_infinite_bounds=True,
    supports_linear_constraints=False,
    supports_nonlinear_constraints=True,
    disable_history=False,
)
@dataclass(frozen=True)
class PatternSearch(Algorithm):  # type: ignore[misc, unused-ignore]
    """The searches of this package as an algorithm of optimagic.

    A function that raises has failed at that point, and the search goes on, whatever `error_handling` says; NaN and
    infinities are failures as well. Only the first evaluation, which optimagic itself makes, must succeed.

    Attributes
    ----------
    method : str
        A solver of `patternsearch.solvers`.
    convergence_tol : float, optional
        Sets all tolerances of the method, as `tol` of `patternsearch.minimize`.
    stopping_maxfun : int, optional
        The largest number of evaluations.
    stopping_maxiter : int, optional
        The largest number of iterations, for the methods that count them.
    stopping_maxtime : float, optional
        The largest number of seconds.
    n_cores : int
        How many processes evaluate the function. The result is the same with any number.
    batch_size : int, optional
        How many points are evaluated in one batch, at most; `n_cores` otherwise.
    seed : int, optional
        For methods with random numbers.
    options : dict, optional
        The options of the method; `patternsearch.solvers` lists them.

    Examples
    --------
    >>> import optimagic
    >>> from patternsearch.for_optimagic import PatternSearch
    >>> result = optimagic.minimize(
    ...     lambda params: (params["a"] - 1) ** 2 + (params["b"] + 2) ** 2,
    ...     {"a": 3.0, "b": 3.0},
    ...     algorithm=PatternSearch(stopping_maxfun=500),
    ...     bounds=optimagic.Bounds(lower={"a": -5.0, "b": -1.0}, upper={"a": 5.0, "b": 5.0}),
    ... )
    >>> result.success, {name: round(float(value), 3) for name, value in result.params.items()}
    (True, {'a': 1.0, 'b': -1.0})
    """

    method: str = "automatic"
    convergence_tol: PositiveFloat | None = None
    stopping_maxfun: PositiveInt | None = None
    stopping_maxiter: PositiveInt | None = None
    stopping_maxtime: PositiveFloat | None = None
    n_cores: PositiveInt = 1
    batch_size: PositiveInt | None = None
    seed: int | None = None
    options: dict[str, Any] | None = None

    def _solve_internal_problem(self, problem: InternalOptimizationProblem, x0: Vector) -> InternalOptimizeResult:
        # As a penalty, a failure would look like a value to the search.
        problem = problem.with_error_handling(ErrorHandling.RAISE)
        unbounded = [None] * x0.size
        lower, upper = (unbounded if side is None else side for side in (problem.bounds.lower, problem.bounds.upper))
        nonlinear = constraints_of(problem.nonlinear_constraints, x0.size).nonlinear
        inequalities, equalities = ([], []) if nonlinear is None else nonlinear(x0)
        limits = {"maxfev": self.stopping_maxfun, "maxiter": self.stopping_maxiter, "maxtime": self.stopping_maxtime}
        search = Search(
            x0,
            self.method,
            bounds=list(zip(lower, upper)),
            constraints=Returned(len(inequalities), len(equalities)) if nonlinear else (),
            tol=self.convergence_tol,
            options={**{name: limit for name, limit in limits.items() if limit is not None}, **(self.options or {})},
            seed=self.seed,
        )
        batch_size = max(self.batch_size or 1, self.n_cores)
        evaluate = process_batch_evaluator("joblib")
        while not search.done:
            points = search.ask(batch_size)
            attempts = evaluate(
                func=partial(_attempt, problem),
                arguments=[point.x for point in points],
                n_cores=self.n_cores,
                error_handling="raise",
            )
            problem.history.add_batch([entry for _, entry in attempts if entry is not None], batch_size)
            for point, (value, _) in zip(points, attempts):
                search.tell(point.id, *_answer(value, nonlinear, point.x))
        result = search.result
        assert result is not None
        return InternalOptimizeResult(
            x=result.x,
            fun=result.fun,
            success=result.success,
            message=result.message,
            status=result.status,
            n_fun_evals=result.nfev,
            n_iterations=result.nit,
            max_constraint_violation=float(result.maxcv),
            info={"method": result.method, "nfail": result.nfail, "first_failure": result.first_failure},
        )


def _attempt(problem: InternalOptimizationProblem, x: Vector) -> tuple[Any, HistoryEntry | None]:
    """The value and its entry in the history, or the error; in any process."""
    problem = problem.with_new_history()
    try:
        value = problem.fun(x)
    except Exception as error:
        cause = error.__cause__ or error
        return RuntimeError(f"{type(cause).__name__}: {cause}"), None
    [params], [fun], [task] = problem.history.params, problem.history.fun, problem.history.task
    [start], [stop] = problem.history.start_time, problem.history.stop_time
    return value, HistoryEntry(params, fun, start, stop, task)


def _answer(value: Any, nonlinear: Nonlinear | None, x: Vector) -> tuple[Any, ...]:
    """What is told of a point: the value and the constraints, or the error."""
    if nonlinear is None or isinstance(value, Exception):
        return (value,)
    try:
        return value, *nonlinear(x)
    except Exception as error:
        return (error,)
