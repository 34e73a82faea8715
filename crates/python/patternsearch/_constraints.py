"""Constraints in the forms that SciPy takes."""

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from ._bounds import Vector, vector


#: The values ``(c, ceq)`` of inequalities and equalities.
Values = tuple[list[float], list[float]]


@dataclass(frozen=True)
class Returned:
    """Constraints that the objective itself returns, as a simulator does: ``fun(x)`` is ``(f, c)`` or ``(f, c, ceq)``.

    Parameters
    ----------
    inequalities : int
        The number of inequalities ``c(x) <= 0``.
    equalities : int
        The number of equalities ``ceq(x) = 0``.

    Examples
    --------
    >>> import patternsearch
    >>> def simulator(x):
    ...     mass, load = x[0] * x[1], x[0] * x[1] ** 2
    ...     return mass, [2 - load]
    >>> result = patternsearch.minimize(simulator, [1.0, 1.0], bounds=[(0.1, 3)] * 2, method="patternsearch",
    ...                                 constraints=patternsearch.Returned(1))
    >>> result.success, round(float(result.fun), 3)
    (True, 0.667)
    """

    inequalities: int = 0
    equalities: int = 0


class ConstraintError(RuntimeError):
    """The function of a constraint has raised, so that the evaluation has failed.

    The message names the constraint and what its function raised; that exception is the `__cause__`.
    """


class Nonlinear:
    """The values ``(c, ceq)`` of nonlinear constraints at a point, from one function for each constraint."""

    def __init__(self, parts: list["_Part"]) -> None:
        self.parts = parts

    def __call__(self, x: Vector) -> Values:
        inequalities: list[float] = []
        equalities: list[float] = []
        for part in self.parts:
            c, ceq = part(x)
            inequalities += c
            equalities += ceq
        return inequalities, equalities

    def count(self, x: Vector) -> tuple[int, int]:
        """How many inequalities and equalities there are, from their values at `x`."""
        counts = [part.count(x) for part in self.parts]
        return sum(c for c, _ in counts), sum(ceq for _, ceq in counts)


class _Part:
    """``lower <= fun(x) <= upper``; equal limits make an equality, infinite ones nothing."""

    def __init__(
        self, name: str, fun: Callable[..., Any], args: tuple[Any, ...], lower: Vector, upper: Vector
    ) -> None:
        if np.isnan(lower).any() or np.isnan(upper).any():
            raise ValueError(f"{name} has the limit nan; expected numbers, or infinities for no limit")
        try:
            self.lower, self.upper = np.broadcast_arrays(lower, upper)
        except ValueError as error:
            raise ValueError(f"{name} has {lower.size} lower and {upper.size} upper limits; expected as many") from error
        self.name, self.fun, self.args = name, fun, args
        #: The point at which the values were counted, and the values or the error there.
        self.known: tuple[bytes, Values | ConstraintError] | None = None
        #: Whether the worst of all values stands for them, since nobody knows how many there are.
        self.is_one = False

    def __call__(self, x: Vector) -> Values:
        if self.known is None or self.known[0] != x.tobytes():
            return self._sides(self._values(x))
        if isinstance(self.known[1], ConstraintError):
            raise self.known[1]
        return self.known[1]

    def count(self, x: Vector) -> tuple[int, int]:
        """How many inequalities and equalities there are; by the limits if there are no values at `x`."""
        try:
            sides = self._sides(self._values(x))
            self.known = x.tobytes(), sides
        except ConstraintError as error:
            self.known = x.tobytes(), error
            self.is_one = self.lower.size == 1
            sides = self._sides(np.zeros(self.lower.size))
        return len(sides[0]), len(sides[1])

    def _values(self, x: Vector) -> Vector:
        try:
            values = np.atleast_1d(np.asarray(self.fun(x.copy(), *self.args), dtype=float)).ravel()
        except Exception as error:
            raise ConstraintError(f"{self.name} raised {type(error).__name__}: {error}") from error
        if self.lower.size not in (1, values.size):
            raise ValueError(f"{self.name} returned {values.size} values; expected {self.lower.size}, one for each limit")
        return values

    def _sides(self, values: Vector) -> Values:
        lower, upper = np.broadcast_to(self.lower, values.shape), np.broadcast_to(self.upper, values.shape)
        same = lower == upper
        below, above = np.isfinite(lower) & ~same, np.isfinite(upper) & ~same
        sides = (lower - values)[below], (values - upper)[above], (values - lower)[same]
        if self.is_one:
            sides = _worst(sides[0], sides[0]), _worst(sides[1], sides[1]), _worst(sides[2], np.abs(sides[2]))
        return [*sides[0].tolist(), *sides[1].tolist()], sides[2].tolist()


def _worst(values: Vector, violations: Vector) -> Vector:
    """The value with the largest violation; none of none."""
    return values[np.argsort(violations)[-1:]]


@dataclass
class Constraints:
    """All constraints of a problem: rows ``a x <= b`` and ``aeq x = beq``, and the nonlinear ones."""

    a: list[list[float]]
    b: list[float]
    aeq: list[list[float]]
    beq: list[float]
    nonlinear: Nonlinear | None
    returned: Returned | None


def constraints_of(given: Any, n: int) -> Constraints:
    """Read SciPy's ``LinearConstraint``, ``NonlinearConstraint`` and dictionaries, one or a sequence; or `Returned`."""
    constraints = Constraints([], [], [], [], None, None)
    parts: list[_Part] = []
    if given is None:
        one_by_one: list[Any] = []
    elif isinstance(given, (Mapping, Returned)) or hasattr(given, "A") or hasattr(given, "fun"):
        one_by_one = [given]
    elif isinstance(given, Iterable):
        one_by_one = list(given)
    else:
        raise TypeError(f"constraints is {given!r}; expected constraints as scipy.optimize.minimize takes them")
    for i, constraint in enumerate(one_by_one):
        name = f"constraints[{i}]"
        if isinstance(constraint, Returned):
            constraints.returned = constraint
        elif isinstance(constraint, Mapping):
            parts.append(_dictionary(name, constraint))
        elif hasattr(constraint, "A"):
            _add_rows(name, constraint, n, constraints)
        elif hasattr(constraint, "fun"):
            parts.append(_Part(name, constraint.fun, (), vector(f"{name}.lb", constraint.lb), vector(f"{name}.ub", constraint.ub)))
        else:
            raise TypeError(
                f"{name} is {constraint!r}; expected a LinearConstraint, a NonlinearConstraint or a dictionary"
            )
    if parts and constraints.returned:
        raise ValueError("constraints has Returned beside functions; expected one of the two")
    constraints.nonlinear = Nonlinear(parts) if parts else None
    return constraints


def _dictionary(name: str, constraint: Mapping[str, Any]) -> _Part:
    kind = constraint.get("type")
    if not isinstance(kind, str) or kind.lower() not in ("eq", "ineq"):
        raise ValueError(f"{name}['type'] is {kind!r}; expected 'eq' or 'ineq'")
    if not callable(constraint.get("fun")):
        raise ValueError(f"{name}['fun'] is {constraint.get('fun')!r}; expected a function")
    args = constraint.get("args", ())
    args = args if isinstance(args, tuple) else (args,)
    # SciPy's inequalities are `fun(x) >= 0`.
    upper = np.zeros(1) if kind.lower() == "eq" else np.full(1, np.inf)
    return _Part(name, constraint["fun"], args, np.zeros(1), upper)


def _add_rows(name: str, constraint: Any, n: int, constraints: Constraints) -> None:
    dense = constraint.A.toarray() if hasattr(constraint.A, "toarray") else constraint.A
    try:
        rows: npt.NDArray[np.float64] = np.atleast_2d(np.asarray(dense, dtype=float))
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}.A is {constraint.A!r}; expected a matrix of numbers") from error
    if rows.shape[1] != n:
        raise ValueError(f"{name}.A has {rows.shape[1]} columns; expected {n}, one for each coordinate of x0")
    try:
        lower = np.broadcast_to(vector(f"{name}.lb", constraint.lb), (rows.shape[0],))
        upper = np.broadcast_to(vector(f"{name}.ub", constraint.ub), (rows.shape[0],))
    except ValueError as error:
        raise ValueError(f"{name} has limits of another length than A has rows ({rows.shape[0]})") from error
    for row, low, high in zip(rows.tolist(), lower.tolist(), upper.tolist()):
        if low == high:
            constraints.aeq.append(row)
            constraints.beq.append(low)
            continue
        if high != np.inf:
            constraints.a.append(row)
            constraints.b.append(high)
        if low != -np.inf:
            constraints.a.append([-coefficient for coefficient in row])
            constraints.b.append(-low)
