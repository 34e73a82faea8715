"""Ask and tell."""

import os
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np

from . import _core
from ._bounds import Vector
from ._constraints import Returned
from ._minimize import fit_of, points_of, settings_of, statement_of, with_batch
from ._numbers import whole
from ._result import OptimizeResult, result_of
from ._solvers import solver_named


@dataclass(frozen=True)
class Point:
    """A point whose value a search wants to know.

    Attributes
    ----------
    id : int
        Its number, for `Search.tell`.
    x : numpy.ndarray
        The point.
    """

    id: int
    x: Vector


class Search:
    """A search that is asked for points and told their values.

    It takes the same path whatever the order in which values are told. It can be pickled at any time; the copy goes on
    to the same bits in another process, and asks again for what was asked and not told.

    Parameters
    ----------
    x0, method, bounds, tol, options, integrality, granularity, seed, journal, resume
        As for `minimize`.
    constraints : optional
        ``LinearConstraint``, one or a list; for nonlinear constraints, whose values are told, `Returned` with their number.
    residuals : int, optional
        How many residuals are told in place of a value, for a fit: the sum of their squares is minimized.
    sigma, loss, f_scale, known, hint
        As for `minimize`.

    Examples
    --------
    >>> import patternsearch
    >>> search = patternsearch.Search([3.0, 2.0], method="hybrid")
    >>> while not search.done:
    ...     for point in search.ask(4):
    ...         search.tell(point.id, (point.x[0] - 1) ** 2 + (point.x[1] + 0.5) ** 2)
    >>> search.result.success, search.result.x.round(3).tolist()
    (True, [1.0, -0.5])
    """

    def __init__(
        self,
        x0: Any,
        method: str = "automatic",
        bounds: Any = None,
        constraints: Any = (),
        tol: float | None = None,
        options: Mapping[str, Any] | None = None,
        *,
        integrality: Any = None,
        granularity: Any = None,
        residuals: int | None = None,
        sigma: Any = None,
        loss: str = "linear",
        f_scale: float = 1.0,
        known: Any = None,
        hint: Any = None,
        batch: int | None = None,
        seed: int | None = None,
        journal: str | os.PathLike[str] | None = None,
        resume: bool = False,
    ) -> None:
        statement, parts = statement_of(x0, bounds, constraints, integrality, granularity)
        if parts.nonlinear is not None:
            raise TypeError("constraints has functions, which nobody would call; expected Returned with their number")
        if parts.returned is not None:
            statement.inequalities = parts.returned.inequalities
            statement.equalities = parts.returned.equalities
        if residuals is not None:
            statement.residuals = whole("residuals", residuals)
        fit_of(statement, residuals, sigma, loss, f_scale)
        statement.known, statement.tables = points_of("known", known)
        statement.hint, statement.hints = points_of("hint", hint)
        self._statement = statement
        self._settings = settings_of(
            solver_named(method), with_batch(options, batch), tol, seed, journal, resume
        )
        self._session = _core.Session(self._statement, self._settings, None)

    def ask(self, most: int = 1) -> list[Point]:
        """Return up to `most` points that have not been asked for yet; fewer where the search needs values first.

        Parameters
        ----------
        most : int
            How many, at most.

        Returns
        -------
        list of Point
        """
        if most < 1:
            raise ValueError(f"most is {most}; expected at least 1")
        return [Point(id, x) for id, x in self._session.ask(most)]

    def tell(self, id: int, value: Any, c: Any = (), ceq: Any = ()) -> None:
        """Tell the value of a point.

        Parameters
        ----------
        id : int
            The point's number.
        value : float, array_like, None or Exception
            The value, or the vector of `residuals`; ``None``, an exception, ``NaN`` or an infinity for an evaluation that
            failed. Values that come after the end are ignored.
        c, ceq : array_like
            The values of the nonlinear constraints.
        """
        if self.done:
            return
        if value is None or isinstance(value, BaseException):
            words = None if value is None else f"{type(value).__name__}: {value}"
            self._session.tell(id, None, words or "no value")
            return
        if self._statement.residuals:
            value = _list(value)
        if self._statement.inequalities or self._statement.equalities:
            self._session.tell(id, (value, _list(c), _list(ceq)), None)
        else:
            self._session.tell(id, value, None)

    @property
    def pending(self) -> list[Point]:
        """The points that have been asked and not told."""
        return [Point(id, x) for id, x in self._session.pending()]

    def is_needed(self, id: int) -> bool:
        """Whether the value of a point that was asked is still needed."""
        return self._session.is_needed(id)

    @property
    def best(self) -> tuple[Vector, float] | None:
        """The best point so far and its value, if any had one."""
        return self._session.best()

    @property
    def done(self) -> bool:
        """Whether the search has ended."""
        return self._session.outcome() is not None

    @property
    def result(self) -> OptimizeResult | None:
        """How the search has ended; ``None`` while it has not."""
        outcome = self._session.outcome()
        return None if outcome is None else result_of(outcome)

    def __getstate__(self) -> dict[str, Any]:
        return {"statement": self._statement, "settings": self._settings, "state": self._session.state()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._statement, self._settings = state["statement"], state["settings"]
        # The journal belongs to the process that began it.
        self._settings.journal, self._settings.resume = None, False
        self._session = _core.Session(self._statement, self._settings, state["state"])


def _list(numbers: Any) -> list[float]:
    listed: list[float] = np.atleast_1d(np.asarray(numbers, dtype=float)).ravel().tolist()
    return listed
