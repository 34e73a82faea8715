"""The function that the search calls: the objective and the constraints at a point."""

from typing import Any, Callable

import numpy as np

from ._bounds import Vector
from ._constraints import Nonlinear, Returned


class SumOfSquares:
    """The sum of the squares of residuals."""

    def __init__(self, residuals: Callable[..., Any]) -> None:
        self.residuals = residuals

    def __call__(self, x: Vector, *args: Any) -> float:
        r = np.asarray(self.residuals(x, *args), dtype=float).ravel()
        return float(r @ r)


class Residuals:
    """Residuals as a list. Those at the point where they were counted are known already."""

    def __init__(self, residuals: Callable[..., Any]) -> None:
        self.residuals = residuals
        self.known: tuple[bytes, list[float]] | None = None

    def __call__(self, x: Vector, *args: Any) -> list[float]:
        if self.known is not None and self.known[0] == x.tobytes():
            return self.known[1]
        return _list(self.residuals(x, *args))

    def count(self, x: Vector, args: tuple[Any, ...]) -> int:
        """How many there are at `x`."""
        values = self(x.copy(), *args)
        self.known = x.tobytes(), values
        return len(values)


class First:
    """The first of what a function returns: the value of one that returns its gradient as well."""

    def __init__(self, fun: Callable[..., Any]) -> None:
        self.fun = fun

    def __call__(self, x: Vector, *args: Any) -> Any:
        answer = self.fun(x, *args)
        try:
            return answer[0]
        except (TypeError, IndexError) as error:
            raise TypeError(f"fun returned {answer!r}; expected (f, gradient), since jac is True") from error


class Evaluation:
    """``f(x)``, or ``(f, c, ceq)`` under nonlinear constraints. It can be pickled if its functions can."""

    def __init__(
        self,
        fun: Callable[..., Any],
        args: tuple[Any, ...],
        nonlinear: Nonlinear | None,
        returned: Returned | None,
    ) -> None:
        self.fun, self.args, self.nonlinear, self.returned = fun, args, nonlinear, returned

    def __call__(self, x: Vector) -> Any:
        if self.returned is not None:
            return _values(self.fun(x, *self.args))
        if self.nonlinear is None:
            return self.fun(x, *self.args)
        at = x.copy()
        value = self.fun(x, *self.args)
        return value, *self.nonlinear(at)

    def count(self, x: Vector) -> tuple[int, int]:
        """How many inequalities and equalities there are, from their values at `x`."""
        if self.returned is not None:
            return self.returned.inequalities, self.returned.equalities
        if self.nonlinear is None:
            return 0, 0
        return self.nonlinear.count(x)


def _values(answer: Any) -> tuple[Any, list[float], list[float]]:
    try:
        value, *constraints = answer
        inequalities, equalities = (*constraints, [], [])[:2]
    except TypeError as error:
        raise TypeError(f"fun returned {answer!r}; expected (f, c) or (f, c, ceq)") from error
    return value, _list(inequalities), _list(equalities)


def _list(values: Any) -> list[float]:
    numbers: list[float] = np.atleast_1d(np.asarray(values, dtype=float)).ravel().tolist()
    return numbers
