"""`compare`: studies of solvers that are functions of Python, and of ours."""

import inspect
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from . import _core
from ._bounds import Vector
from ._minimize import problem_of
from ._numbers import whole
from ._plain import Statement

#: What a problem of one's own may say.
KEYS = ("fun", "x0", "args", "bounds", "constraints", "optimum")

#: What the axis of a figure counts.
AXES = ("evaluations", "rounds", "seconds")

PlainProblem = tuple[str, Statement, Callable[[Vector], Any], str, float | None]
PlainSolver = tuple[str, Callable[..., Any] | None, str, bool]


@dataclass(frozen=True)
class Record:
    """A run of a solver on a problem.

    Attributes
    ----------
    problem, solver : str
        Their names.
    seed : int
        The seed; 1 where neither problem nor solver takes one.
    n : int
        The number of coordinates.
    evaluations, values : numpy.ndarray
        Each new best value with the number of its evaluation, of which the first is 1, at the start. Under constraints
        only points count that violate none by more than 1e-6.
    nfev, nfail : int
        Evaluations, and how many of them failed; a point outside the bounds is not evaluated and has failed.
    message : str
        How the run ended.
    """

    problem: str
    solver: str
    seed: int
    n: int
    evaluations: npt.NDArray[np.int64]
    values: Vector
    nfev: int
    nfail: int
    message: str


class Comparison:
    """The runs of a study, and what follows from them. ``print`` gives a table, the best solver first.

    Attributes
    ----------
    records : list of Record
        The runs.
    """

    def __init__(self, native: _core.Comparison) -> None:
        self._native = native
        self.records = [
            Record(problem, solver, seed, n, *_columns(steps, np.int64), nfev, nfail, message)
            for problem, solver, seed, n, steps, nfev, nfail, message in native.records()
        ]

    def data_profile(self, tolerance: float) -> dict[str, tuple[Vector, Vector]]:
        """Return the data profiles of all solvers, the best first.

        An instance (a problem with a seed) is solved to the tolerance ``tau`` by the first value of at most
        ``f_L + tau * (f(x0) - f_L)``, where ``f_L`` is the optimum if it is known, and otherwise the least value that any
        solver of the study has found (Moré & Wild 2009, equations 2.2 and 2.3).

        Parameters
        ----------
        tolerance : float
            ``tau``, above 0 and below 1.

        Returns
        -------
        dict
            For each solver that takes part an array of simplex gradients (evaluations divided by n + 1), in order, and one
            of the share of the instances that are solved from there on. Both are empty for a solver that has solved none.
        """
        steps = self._native.data_profile(_tolerance(tolerance))
        return {solver: _columns(points, np.float64) for solver, points in steps}

    def figure(
        self, path: str | os.PathLike[str], tolerances: Iterable[float] = (1e-1, 1e-3), by: str = "evaluations"
    ) -> None:
        """Write the data profiles as an SVG figure, with a panel for each tolerance, by evaluations, rounds or seconds."""
        if by not in AXES:
            raise ValueError(f"by is {by!r}; expected one of {', '.join(AXES)}")
        panels = [_tolerance(tolerance) for tolerance in tolerances]
        if not panels:
            raise ValueError("tolerances is empty; expected at least one")
        Path(path).write_text(self._native.svg(panels, by), encoding="utf-8")

    def __repr__(self) -> str:
        instances, left_out = self._native.instances()
        rows = [("solver", "area", *(f"{tolerance:g}" for tolerance in self._native.tolerances()))]
        for solver, area, solved in self._native.solvers():
            rows.append((solver, f"{area:.3f}", *(f"{share:.3f}" for share in solved)))
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = [
            f"{instances} instances: the area under the data profiles, and the share solved to each tolerance",
            *("  ".join(cell.ljust(w) if k == 0 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths)))
              for row in rows),
            *(f"not taken part: {solver}, which refuses every problem" for solver in self._native.absent()),
            *(f"in no figure: {problem}, {reason}" for problem, reason in left_out),
        ]
        return "\n".join(lines)


def compare(
    problems: str | Mapping[str, Mapping[str, Any]],
    solvers: Mapping[str, Callable[..., Any]] | Iterable[str | Callable[..., Any]],
    budget: int = 100,
    *,
    seeds: int = 1,
    out: str | os.PathLike[str] | None = None,
) -> Comparison:
    """Compare solvers on problems, under one budget that is kept outside of them.

    It makes the study that the program ``compare run`` makes, with functions among the solvers and problems. A record has
    what the objective returned, never what a solver reports.

    Parameters
    ----------
    problems : mapping, or str
        The name of a suite of published problems, such as ``"more-wild"``; or for each problem of your own its name and the
        arguments of `minimize` that state it: ``fun``, ``x0``, ``args``, ``bounds``, ``constraints``, and ``optimum``, the
        least value if it is known.
    solvers : mapping, or iterable
        Functions ``solver(fun, x0, bounds)``, by name or under their own names, and the names of solvers of ``compare list``.
        `fun` takes a point of shape ``(n,)`` and returns a float, `x0` is an array of shape ``(n,)``, and `bounds` is a list
        of pairs as in SciPy, or ``None`` if there are none. What a function returns does not count. One that has a
        parameter ``seed`` gets 1, 2, ..., and runs from each of `seeds`.
    budget : int
        The budget of each run in simplex gradients, that is ``n + 1`` evaluations.
    seeds : int
        How many seeds.
    out : path, optional
        A file for the study. Runs that it has already are not made again, and ``compare report`` reads it. A function whose
        source has changed is refused.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError, TypeError
        If an argument is wrong, or the file is that of another study; the message says why.
    KeyboardInterrupt
        After Ctrl-C, once the run that has begun is finished and stored.

    Notes
    -----
    - The start is evaluated before a function is called, and the first time that it asks for it, that costs nothing.
    - When the budget is spent, each further call of `fun` raises `RunEnded`, which is no ``Exception``.
    - A point outside the bounds is not evaluated. It gets infinity, as an evaluation that fails, and counts as one.
    - Problems within bounds come in units of ``max(1, max(abs(x0)))``, so that a first step of 1 is the same for all
      solvers (Moré & Wild 2009). Those with constraints stay in their own, and functions, which are not told of
      constraints, refuse them.
    - A function that raises ends its run with the reason in the record. If it has not asked for a point, the run has no
      value and is made again the next time.
    - After each run, the objective is called at the start for its time, up to 200 times within 20 milliseconds.
    - Functions run on a thread of their own.

    Examples
    --------
    >>> import patternsearch
    >>> def halving(fun, x0, bounds):
    ...     x, best, step = x0, fun(x0), 1.0
    ...     while True:  # ends with the budget
    ...         for i in range(len(x)):
    ...             for d in (step, -step):
    ...                 trial = x.copy()
    ...                 trial[i] += d
    ...                 if (value := fun(trial)) < best:
    ...                     x, best = trial, value
    ...         step /= 2
    >>> def valley(x):
    ...     return (x[1] - x[0] ** 2) ** 2 + 0.01 * (1 - x[0]) ** 2
    >>> problems = {"valley": dict(fun=valley, x0=[-1.2, 1.0], optimum=0.0)}
    >>> study = patternsearch.compare(problems, [halving, "hybrid"], budget=50)
    >>> [(record.solver, record.nfev) for record in study.records]
    [('halving', 150), ('hybrid', 150)]
    >>> gradients, share = study.data_profile(1e-3)["hybrid"]
    >>> share.tolist()
    [1.0]
    """
    suite, plain = (problems, []) if isinstance(problems, str) else (None, _problems(problems))
    native = _core.compare_solvers(
        suite, plain, _solvers(solvers), whole("budget", budget), whole("seeds", seeds), _path(out)
    )
    return Comparison(native)


def _path(out: str | os.PathLike[str] | None) -> str | None:
    return None if out is None else os.fspath(out)


def _columns(steps: list[tuple[Any, float]], kind: Any) -> tuple[Any, Vector]:
    return np.array([at for at, _ in steps], dtype=kind), np.array([value for _, value in steps], dtype=np.float64)


def _tolerance(tolerance: float) -> float:
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance is {tolerance!r}; expected a number above 0 and below 1")
    return float(tolerance)


def _problems(problems: Mapping[str, Mapping[str, Any]]) -> list[PlainProblem]:
    if not isinstance(problems, Mapping) or not problems:
        raise TypeError(f"problems is {problems!r}; expected a mapping of names to problems, or the name of a suite")
    return [_problem(str(name), problem) for name, problem in problems.items()]


def _problem(name: str, problem: Mapping[str, Any]) -> PlainProblem:
    if not isinstance(problem, Mapping) or not {"fun", "x0"} <= set(problem) <= set(KEYS):
        raise TypeError(f"problems[{name!r}] is {problem!r}; expected a mapping with fun, x0 and perhaps {', '.join(KEYS[2:])}")
    optimum = problem.get("optimum")
    call, _, statement = problem_of(
        problem["fun"],
        problem["x0"],
        problem.get("args", ()),
        None,
        problem.get("bounds"),
        problem.get("constraints", ()),
        None,
        None,
        None,
    )
    return name, statement, call, _identity(problem["fun"]), None if optimum is None else float(optimum)


def _solvers(solvers: Any) -> list[PlainSolver]:
    if isinstance(solvers, Mapping):
        named = list(solvers.items())
    elif isinstance(solvers, Iterable) and not isinstance(solvers, str):
        named = [(one if isinstance(one, str) else getattr(one, "__name__", repr(one)), one) for one in solvers]
    else:
        named = []
    if not named:
        raise TypeError(f"solvers is {solvers!r}; expected functions and names of solvers, at least one")
    return [_solver(str(name), one) for name, one in named]


def _solver(name: str, solver: Any) -> PlainSolver:
    if isinstance(solver, str):
        if solver != name:
            raise ValueError(f"solvers[{name!r}] is {solver!r}; expected a function, or the solver under its own name")
        return name, None, "", False
    if not callable(solver):
        raise TypeError(f"solvers[{name!r}] is {solver!r}; expected a function, or the name of a solver")
    try:
        takes_seed = "seed" in inspect.signature(solver).parameters
    except ValueError:
        takes_seed = False
    return name, _Called(solver), _identity(solver), takes_seed


class _Called:
    """A function as the native half calls it."""

    def __init__(self, solver: Callable[..., Any]) -> None:
        self.solver = solver

    def __call__(
        self,
        counted: Callable[[list[float]], float],
        x0: list[float],
        lower: list[float],
        upper: list[float],
        seed: int | None,
    ) -> None:
        def fun(x: Any) -> float:
            return counted(np.asarray(x, dtype=float).ravel().tolist())

        pairs = [tuple(None if np.isinf(bound) else bound for bound in pair) for pair in zip(lower, upper)]
        bounds = pairs if any(bound is not None for pair in pairs for bound in pair) else None
        self.solver(fun, np.array(x0), bounds, **({} if seed is None else {"seed": seed}))


def _identity(function: Any) -> str:
    """The name of a function, and a checksum of its source if there is one."""
    name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', type(function).__qualname__)}"
    try:
        return f"{name} {zlib.crc32(inspect.getsource(function).encode()):08x}"
    except (OSError, TypeError):
        return name
