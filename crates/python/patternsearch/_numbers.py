"""Numbers that a caller gives."""

import numbers
from typing import Any


def whole(name: str, value: Any) -> int:
    """Return a whole number of at least 1, given as any real number."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not 1 <= value < 2**63 or value % 1 != 0:
        raise ValueError(f"{name} is {value!r}; expected a whole number, at least 1")
    return int(value)


def positive(name: str, value: Any) -> float:
    """Return a number above 0."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not float(value) > 0:
        raise ValueError(f"{name} is {value!r}; expected a number above 0")
    return float(value)
