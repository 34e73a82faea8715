"""The solvers by name, and their options."""

import json
import math
from dataclasses import dataclass
from typing import Any, Mapping

from . import _core


@dataclass(frozen=True)
class Solver:
    """A solver that `minimize` knows by name.

    Attributes
    ----------
    name : str
        The name, for the argument `method`.
    summary : str
        What it does, in some words.
    options : dict
        Its options and their defaults; ``None`` is no limit, or one that depends on the number of variables.
    """

    name: str
    summary: str
    options: dict[str, Any]


def solvers() -> list[Solver]:
    """Return all solvers.

    Examples
    --------
    >>> import patternsearch
    >>> [solver.name for solver in patternsearch.solvers()][:5]
    ['patternsearch', 'coordinate', 'hybrid', 'quasi-newton', 'automatic']
    """
    return [Solver(name, summary, json.loads(defaults)) for name, summary, defaults in _core.solvers()]


#: The option that `tol` sets: the first of these that a solver has.
TOLERANCES = ("mesh_tolerance", "tolerance", "gradient_tolerance", "step_tolerance", "function_tolerance")


def solver_named(method: str) -> Solver:
    """Return the solver of this name, whatever the case; ``_`` stands for ``-``."""
    if not isinstance(method, str):
        raise TypeError(f"method is {method!r}; expected the name of a solver")
    name = method.lower().replace("_", "-")
    for solver in solvers():
        if solver.name == name:
            return solver
    known = ", ".join(solver.name for solver in solvers())
    raise ValueError(f"method is {method!r}; expected one of {known}")


def as_json(options: Mapping[str, Any]) -> str:
    """Return the options as JSON; infinities and NaN are words there."""
    return json.dumps({key: _plain(value) for key, value in options.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    raise TypeError(f"an option has the value {value!r}; expected a number, a word or a truth value")
