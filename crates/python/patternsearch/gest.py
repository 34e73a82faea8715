"""A generator of gest-api, for Xopt and libEnsemble. It needs the package ``gest-api``."""

from typing import Any, Mapping

import numpy as np
from gest_api import Generator
from gest_api.vocs import VOCS

from ._constraints import Returned
from ._search import Search
from ._solvers import solver_named
from ._vocs import Entry, Key, Stated

#: What gest-api calls the number of a point.
ID = "_id"


class SearchEnded(ValueError):
    """A generator was asked for points after its search had ended."""


class PatternSearchGenerator(Generator):  # type: ignore[misc, unused-ignore]
    """A search as a generator of gest-api, which Xopt and libEnsemble run.

    `suggest` returns fewer points than asked for, or none, where the search needs values first.

    Every point has a number, ``_id``, by which `ingest` knows its result. A result without one, or with NaN or -1 in
    its place, is matched by its coordinates, to the bit. The result of a point that was not suggested is kept: it may
    choose the start, and the search takes its value should it come to that point.

    A result is a failed evaluation if the objective or a constraint is missing, ``None``, NaN or infinite, or if
    ``xopt_error`` is true. The search goes on, and never accepts such a point.

    Parameters
    ----------
    vocs : gest_api.vocs.VOCS
        One objective to minimize or maximize. A variable is continuous, or has an integer ``dtype``, or is discrete
        with numbers as values, which are searched in ascending order. Constraints may be of any type.
    x0 : mapping, optional
        The start: a value for each variable. Otherwise it is the best feasible result that was ingested before the
        first call of `suggest`. Without any, it is the default value of each variable, or the middle of its domain.
    method : str
        A solver of `patternsearch.solvers`.
    raise_at_end : bool
        Whether `suggest` raises `SearchEnded` after the end; otherwise it returns no points.
    **more
        ``tol``, ``options``, ``seed``, ``journal`` and ``resume``, as for `patternsearch.Search`.

    Raises
    ------
    ValueError
        If a variable, an objective or a constraint is of another type; the message names it.

    Examples
    --------
    >>> from gest_api.vocs import VOCS
    >>> from patternsearch.gest import PatternSearchGenerator
    >>> vocs = VOCS(variables={"x": [-5, 5], "y": [-5, 5]}, objectives={"f": "MINIMIZE"},
    ...             constraints={"c": ["GREATER_THAN", 1]})
    >>> def simulate(point):
    ...     return {"f": point["x"] ** 2 + point["y"] ** 2, "c": point["x"]}
    >>> generator = PatternSearchGenerator(vocs, x0={"x": 3, "y": 2})
    >>> while not generator.done:
    ...     points = generator.suggest(2)
    ...     generator.ingest([{**point, **simulate(point)} for point in points])
    >>> round(generator.best["x"], 3), round(generator.best["f"], 3)
    (1.0, 1.0)
    """

    returns_id = True

    def __init__(
        self,
        vocs: VOCS,
        x0: Entry | None = None,
        method: str = "automatic",
        *,
        raise_at_end: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(vocs)
        solver_named(method)
        self.vocs = vocs
        self.raise_at_end = raise_at_end
        self._stated = Stated(vocs)
        self._x0 = None if x0 is None else self._stated.coordinates(x0)
        self._settings: Mapping[str, Any] = {"method": method, **more}
        #: Begun by the first `suggest`, when all results that may choose the start are there.
        self._search: Search | None = None
        #: How many points have been suggested.
        self._suggested = 0
        #: The points under way: their numbers in the search, and their variables.
        self._pending: dict[int, tuple[int, Key]] = {}
        #: Points that were under way when this copy was made. The search asks for them again.
        self._lost: dict[int, Key] = {}
        #: Results that the search has not asked for.
        self._known: dict[Key, Entry] = {}

    def _validate_vocs(self, vocs: VOCS) -> None:
        Stated(vocs)

    def suggest(self, num_points: int | None = None) -> list[dict[str, Any]]:
        """Return points to evaluate, up to `num_points`; up to one for ``None``.

        Raises
        ------
        SearchEnded
            After the end, unless `raise_at_end` is false.
        """
        most = 1 if num_points is None else num_points
        if most < 1:
            raise ValueError(f"num_points is {num_points}; expected at least 1, or None")
        if self._search is None:
            self._search = self._begin()
        points: list[dict[str, Any]] = []
        while len(points) < most and (asked := self._search.ask(most - len(points))):
            for point in asked:
                entry = self._stated.entry(point.x.tolist())
                key = self._stated.key(entry)
                if key in self._known:
                    self._tell(point.id, self._known[key])
                    continue
                self._pending[self._suggested] = point.id, key
                points.append({**entry, ID: self._suggested})
                self._suggested += 1
        ended = self._search.result
        if not points and ended is not None and self.raise_at_end:
            raise SearchEnded(f"num_points is {num_points}; expected no further call of suggest: {ended.message}")
        return points

    def ingest(self, results: list[dict[str, Any]]) -> None:
        """Take the results of points, in any order.

        Raises
        ------
        ValueError
            If a result has a number that no point of this generator had, or lacks a variable.
        """
        for result in results:
            id = _id(result)
            if id is not None and not 0 <= id < self._suggested:
                raise ValueError(f"{ID} is {id}; expected the number of a point of this generator, or none")
            if id is None or id in self._lost:
                key = self._stated.key(result) if id is None else self._lost.pop(id)
                id = next((id for id, (_, other) in self._pending.items() if other == key), None)
                if id is None:
                    self._known[key] = dict(result)
            if id in self._pending:
                self._tell(self._pending.pop(id)[0], result)

    @property
    def done(self) -> bool:
        """Whether the search has ended."""
        return self._search is not None and self._search.done

    @property
    def best(self) -> dict[str, Any] | None:
        """The variables and constants at the best point so far, and the objective; ``None`` if no point had a value."""
        best = None if self._search is None else self._search.best
        if best is None:
            return None
        x, value = best
        return {**self._stated.entry(x.tolist()), self._stated.objective: self._stated.sign * value}

    def _begin(self) -> Search:
        axes, inequalities = self._stated.axes, self._stated.inequalities
        return Search(
            self._start(),
            bounds=[(axis.lower, axis.upper) for axis in axes],
            integrality=[axis.integer for axis in axes],
            constraints=Returned(inequalities) if inequalities else (),
            **self._settings,
        )

    def _start(self) -> list[float]:
        if self._x0 is not None:
            return self._x0
        best, start = np.inf, {axis.name: axis.start for axis in self._stated.axes}
        for result in self._known.values():
            try:
                value, violations = self._stated.answer(result)
            except Exception:
                continue
            if value < best and max(violations, default=0) <= 0:
                best, start = value, dict(result)
        return self._stated.coordinates(start)

    def _tell(self, id: int, result: Entry) -> None:
        assert self._search is not None
        try:
            answer: tuple[Any, ...] = self._stated.answer(result)
        except Exception as error:
            answer = (error,)
        self._search.tell(id, *answer)

    def __getstate__(self) -> dict[str, Any]:
        lost = {**self._lost, **{id: key for id, (_, key) in self._pending.items()}}
        return {**self.__dict__, "_lost": lost, "_pending": {}, "_known": dict(self._known)}


def _id(result: Entry) -> int | None:
    """The number of a point, if it has one; tables of results have NaN or -1 where there is none."""
    id = result.get(ID)
    if id is None or id != id or id == -1:
        return None
    return int(id)


def until_done(
    W: Any,
    H: Any,
    sim_specs: dict[str, Any],
    gen_specs: dict[str, Any],
    alloc_specs: dict[str, Any],
    persis_info: dict[str, Any],
    libE_info: dict[str, Any],
) -> tuple[Any, ...]:
    """Allocate as libEnsemble's ``only_persistent_gens`` does, and end the run when the search has ended.

    For a generator with ``raise_at_end=False``. libEnsemble has no other way for a generator of gest-api to end a run.

    Examples
    --------
    >>> from libensemble.specs import AllocSpecs
    >>> from patternsearch.gest import until_done
    >>> specs = AllocSpecs(alloc_f=until_done, user={"async_return": True})
    """
    from libensemble.alloc_funcs.start_only_persistent import only_persistent_gens

    work, persis_info, *stop = only_persistent_gens(
        W, H, sim_specs, gen_specs, alloc_specs, persis_info, libE_info
    )
    begun = persis_info.get("num_gens_started", 0) > 0
    if begun and not work and not np.any(W["active"]):
        stop = [1]
    return work, persis_info, *stop
