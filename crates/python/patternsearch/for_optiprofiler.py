"""Solvers for the benchmarks of OptiProfiler. It needs the package ``scipy``, as OptiProfiler does."""

import math
from typing import Any, Callable

from scipy.optimize import LinearConstraint, NonlinearConstraint

from ._bounds import Vector
from ._minimize import minimize
from ._solvers import solver_named


class BenchmarkSolver:
    """A solver with the signature of OptiProfiler: of a problem without constraints, with bounds, rows, or all of them.

    OptiProfiler ends a run by ``StopIteration`` from the function. That ends the search too; any other exception is a
    failed evaluation.

    Parameters
    ----------
    method : str
        A solver of `patternsearch.solvers`.
    **more
        ``tol``, ``options`` and ``seed``, as for `patternsearch.minimize`.

    Examples
    --------
    >>> from optiprofiler import Problem
    >>> from patternsearch.for_optiprofiler import BenchmarkSolver
    >>> problem = Problem(lambda x: (x[0] - 1) ** 2 + (x[1] + 2) ** 2, [3, 3], xl=[-1, -1], xu=[5, 5])
    >>> BenchmarkSolver("hybrid")(problem.fun, problem.x0, problem.xl, problem.xu).round(3).tolist()
    [1.0, -1.0]

    In a benchmark::

        from optiprofiler import benchmark

        solvers = [BenchmarkSolver("patternsearch"), BenchmarkSolver("hybrid")]
        benchmark(solvers, solver_names=["patternsearch", "hybrid"], ptype="ubln", maxdim=5)
    """

    def __init__(self, method: str = "automatic", **more: Any) -> None:
        self.__name__ = solver_named(method).name
        self.method, self.more = method, more

    def __call__(
        self,
        fun: Callable[[Vector], float],
        x0: Vector,
        xl: Vector | None = None,
        xu: Vector | None = None,
        aub: Vector | None = None,
        bub: Vector | None = None,
        aeq: Vector | None = None,
        beq: Vector | None = None,
        cub: Callable[[Vector], Vector] | None = None,
        ceq: Callable[[Vector], Vector] | None = None,
    ) -> Vector:
        """Return the best point."""
        budget = _Budget()
        constraints: list[Any] = []
        if bub is not None and bub.size:
            constraints.append(LinearConstraint(aub, -math.inf, bub))
        if beq is not None and beq.size:
            constraints.append(LinearConstraint(aeq, beq, beq))
        if cub is not None:
            constraints.append(NonlinearConstraint(budget.within(cub), -math.inf, 0))
        if ceq is not None:
            constraints.append(NonlinearConstraint(budget.within(ceq), 0, 0))
        bounds = None if xl is None or xu is None else list(zip(xl, xu))
        result = minimize(
            budget.within(fun),
            x0,
            method=self.method,
            bounds=bounds,
            constraints=constraints,
            callback=budget.check,
            **self.more,
        )
        best: Vector = result.x
        return best


class _Budget:
    """Whether the benchmark has more evaluations to give."""

    def __init__(self) -> None:
        self.spent: StopIteration | None = None

    def within(self, function: Callable[[Vector], Any]) -> Callable[[Vector], Any]:
        def called(x: Vector) -> Any:
            try:
                return function(x)
            except StopIteration as stop:
                self.spent = stop
                raise

        return called

    def check(self, xk: Vector) -> None:
        if self.spent is not None:
            raise StopIteration
