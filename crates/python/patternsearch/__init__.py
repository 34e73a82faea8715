"""Derivative-free optimization under bounds and constraints.

:func:`minimize` is called as ``scipy.optimize.minimize`` is. :class:`Search` asks for points and is told their values.
The searches need no gradients, survive evaluations that fail, and take the same path on any number of workers and after
a crash and a resume.
"""

from ._compare import Comparison, Record, compare
from ._constraints import ConstraintError, Returned
from ._core import RunEnded
from ._least_squares import least_squares
from ._minimize import Interrupted, minimize, scipy_method
from ._problem_file import run
from ._result import OptimizeResult, Uncertainty
from ._search import Point, Search
from ._solvers import Solver, solvers

__all__ = [
    "Comparison",
    "ConstraintError",
    "Interrupted",
    "OptimizeResult",
    "Point",
    "Record",
    "Returned",
    "RunEnded",
    "Search",
    "Solver",
    "Uncertainty",
    "compare",
    "least_squares",
    "minimize",
    "run",
    "scipy_method",
    "solvers",
]
