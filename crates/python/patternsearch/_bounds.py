"""Starts, bounds and integers in the forms that SciPy takes."""

from typing import Any, Sequence

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def vector(name: str, values: Any) -> Vector:
    """Return a new vector of finite or infinite numbers; `name` is the argument's."""
    try:
        array = np.atleast_1d(np.array(values, dtype=float))
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} is {values!r}; expected a sequence of numbers") from error
    if array.ndim != 1:
        raise ValueError(f"{name} has the shape {array.shape}; expected one dimension")
    return array


def start(x0: Any) -> Vector:
    """Return the start."""
    array = vector("x0", x0)
    if array.size == 0:
        raise ValueError("x0 is empty; expected at least one coordinate")
    return array


def lower_and_upper(bounds: Any, n: int) -> tuple[list[float], list[float]]:
    """Return the bounds: a ``scipy.optimize.Bounds``, or one pair for each coordinate, ``None`` for no bound."""
    if bounds is None:
        return [-np.inf] * n, [np.inf] * n
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        sides = (vector("bounds.lb", bounds.lb), vector("bounds.ub", bounds.ub))
        lower, upper = (_spread(name, side, n) for name, side in zip(("bounds.lb", "bounds.ub"), sides))
        return lower, upper
    pairs = [_pair(i, pair) for i, pair in enumerate(bounds)]
    if len(pairs) != n:
        raise ValueError(f"bounds has {len(pairs)} pairs; expected {n}, one for each coordinate of x0")
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _pair(i: int, pair: Sequence[Any]) -> tuple[float, float]:
    try:
        lower, upper = pair
        return (
            -np.inf if lower is None else float(lower),
            np.inf if upper is None else float(upper),
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"bounds[{i}] is {pair!r}; expected a pair (lower, upper) of numbers or None") from error


def _spread(name: str, side: Vector, n: int) -> list[float]:
    if side.size not in (1, n):
        raise ValueError(f"{name} has {side.size} numbers; expected {n}, one for each coordinate of x0, or one for all")
    spread: list[float] = np.broadcast_to(side, (n,)).tolist()
    return spread


def granularities(integrality: Any, granularity: Any, n: int) -> list[float] | None:
    """Return what each coordinate is a multiple of, 0 for a continuous one; ``None`` where all are continuous."""
    if integrality is not None and granularity is not None:
        raise ValueError("integrality and granularity are both given; expected one of them")
    if integrality is not None:
        kinds = _spread("integrality", vector("integrality", integrality), n)
        for i, kind in enumerate(kinds):
            if kind not in (0, 1):
                raise ValueError(f"integrality[{i}] is {kind:g}; expected 0 (continuous) or 1 (integer)")
        return kinds if any(kinds) else None
    if granularity is not None:
        return _spread("granularity", vector("granularity", granularity), n)
    return None
