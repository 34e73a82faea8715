"""The problem that a VOCS of gest-api states: coordinates, values and violations. It needs the package ``gest-api``."""

import math
import numbers
from typing import Any, Mapping, Sequence

import numpy as np
from gest_api.vocs import (
    VOCS,
    BoundsConstraint,
    ContextualVariable,
    ContinuousVariable,
    DiscreteVariable,
    GreaterThanConstraint,
    LessThanConstraint,
    MaximizeObjective,
    MinimizeObjective,
)

Entry = Mapping[str, Any]
Key = tuple[float, ...]


class Axis:
    """A variable as a coordinate of the search: its value, or the index of its value among the discrete ones."""

    def __init__(self, name: str, variable: Any) -> None:
        self.name = name
        self.default = variable.default_value
        self.values: list[Any] | None = None
        if isinstance(variable, DiscreteVariable):
            for value in variable.values:
                if not isinstance(value, numbers.Real) or isinstance(value, bool):
                    raise ValueError(f"variable {name} has the value {value!r}; expected numbers")
            self.values = sorted(variable.values)
            self.integer, self.lower, self.upper = True, 0.0, len(self.values) - 1.0
        elif isinstance(variable, ContinuousVariable) and not isinstance(variable, ContextualVariable):
            if isinstance(variable.dtype, tuple):
                raise ValueError(f"variable {name} has the dtype {variable.dtype!r}; expected that of a scalar")
            self.integer = np.issubdtype(np.dtype(variable.dtype or float), np.integer)
            self.lower, self.upper = variable.domain
        else:
            raise ValueError(f"variable {name} is {variable!r}; expected a continuous or a discrete one")

    def value(self, coordinate: float) -> Any:
        if self.values is not None:
            return self.values[round(coordinate)]
        return round(coordinate) if self.integer else coordinate

    def coordinate(self, value: Any) -> float:
        if self.values is None:
            return float(value)
        if value not in self.values:
            raise ValueError(f"the start of {self.name} is {value!r}; expected one of {self.values}")
        return float(self.values.index(value))

    @property
    def start(self) -> Any:
        """The default value, or the middle of the domain."""
        if self.default is not None:
            return self.default
        if not (math.isfinite(self.lower) and math.isfinite(self.upper)):
            return min(max(0.0, self.lower), self.upper)
        middle = self.lower + (self.upper - self.lower) / 2
        return self.value(math.floor(middle) if self.integer else middle)


class Stated:
    """The problem of a VOCS."""

    def __init__(self, vocs: VOCS) -> None:
        if not vocs.variables:
            raise ValueError("vocs has no variables; expected at least one")
        if len(vocs.objectives) != 1:
            raise ValueError(f"vocs has {len(vocs.objectives)} objectives; expected one")
        self.axes = [Axis(name, variable) for name, variable in vocs.variables.items()]
        [(self.objective, objective)] = vocs.objectives.items()
        if not isinstance(objective, (MinimizeObjective, MaximizeObjective)):
            raise ValueError(f"objective {self.objective} is {objective!r}; expected MINIMIZE or MAXIMIZE")
        self.sign = -1.0 if isinstance(objective, MaximizeObjective) else 1.0
        self.limits = {name: _limits(name, constraint) for name, constraint in vocs.constraints.items()}
        self.constants = {name: constant.value for name, constant in vocs.constants.items()}

    @property
    def inequalities(self) -> int:
        return sum(math.isfinite(limit) for limits in self.limits.values() for limit in limits)

    def entry(self, x: Sequence[float]) -> dict[str, Any]:
        """The variables and constants at a point of the search."""
        return {**{axis.name: axis.value(c) for axis, c in zip(self.axes, x)}, **self.constants}

    def key(self, entry: Entry) -> Key:
        """The variables as numbers."""
        key = []
        for axis in self.axes:
            if axis.name not in entry:
                raise ValueError(f"{axis.name} is missing in {dict(entry)!r}; expected a value for each variable")
            try:
                key.append(float(entry[axis.name]))
            except (TypeError, ValueError) as error:
                raise TypeError(f"{axis.name} is {entry[axis.name]!r}; expected a number") from error
        return tuple(key)

    def coordinates(self, entry: Entry) -> list[float]:
        """The point of the search."""
        return [axis.coordinate(value) for axis, value in zip(self.axes, self.key(entry))]

    def answer(self, result: Entry) -> tuple[float, list[float]]:
        """The value to minimize and the constraints ``c <= 0``; an error says why there is none."""
        if result.get("xopt_error") in (True,):
            words = str(result.get("xopt_error_str", "")).strip().splitlines()
            raise RuntimeError(words[-1] if words else "xopt_error is true")
        value = self.sign * _finite(self.objective, result)
        violations: list[float] = []
        for name, (lower, upper) in self.limits.items():
            c = _finite(name, result)
            violations += [lower - c] if math.isfinite(lower) else []
            violations += [c - upper] if math.isfinite(upper) else []
        return value, violations


def _limits(name: str, constraint: Any) -> tuple[float, float]:
    if isinstance(constraint, LessThanConstraint):
        return -math.inf, constraint.value
    if isinstance(constraint, GreaterThanConstraint):
        return constraint.value, math.inf
    if isinstance(constraint, BoundsConstraint):
        lower, upper = constraint.range
        return lower, upper
    raise ValueError(f"constraint {name} is {constraint!r}; expected LESS_THAN, GREATER_THAN or BOUNDS")


def _finite(name: str, result: Entry) -> float:
    value = result.get(name)
    if value is None:
        raise ValueError(f"{name} is missing; expected a number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}; expected a finite number")
    return number
