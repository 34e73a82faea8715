"""What a run returns."""

from collections.abc import Mapping
from typing import Any

import numpy as np

#: The columns of a trace.
TRACE = np.dtype(
    [
        ("iteration", np.int64),
        ("evaluations", np.int64),
        ("value", np.float64),
        ("violation", np.float64),
        ("mesh_size", np.float64),
        ("method", "U18"),
    ]
)


class OptimizeResult(dict[str, Any]):
    """The result of a run: a dictionary whose keys are attributes as well, as ``scipy.optimize.OptimizeResult``.

    Attributes
    ----------
    x : numpy.ndarray
        The best point of all that were evaluated. Inside the bounds to the bit; on the grid to the bit.
    fun : float
        The value there.
    residuals : numpy.ndarray
        The residuals there; only if `residuals` was given.
    uncertainty : Uncertainty
        What the minimum is worth; only if `uncertainty` was asked for and the search has converged.
    success : bool
        Whether the search has converged, at a point that satisfies the constraints. A limit that was reached, a
        callback that stopped the run and Ctrl-C are no success.
    status : int
        MATLAB's exit flag: 1 to 4 converged, 0 a limit, -1 stopped, -2 no feasible point, -3 unbounded or
        given up.
    message : str
        Why the run ended.
    nfev : int
        Evaluations, the start and failed ones included.
    nrounds : int
        How many times the search has waited for values: ``nfev`` with ``batch`` 1, and fewer with more.
    nit : int
        Iterations.
    maxcv : float
        The largest violation of a nonlinear constraint at ``x``; 0 without any.
    multipliers : (list of float, list of float) or None
        The Lagrange multipliers of the inequalities ``c <= 0`` and of the equalities, as the models of ``hybrid``
        estimate them; None from other methods and if the search did not converge.
    nfail : int
        Evaluations that failed.
    nspec : int
        Evaluations beyond ``nfev`` that workers made ahead of their turn and that were not needed.
    first_failure : str or None
        The first evaluation that failed, and why.
    method : str
        The solver; ``automatic`` names its choice.
    resumed : int
        Evaluations that came from the journal.
    trace : numpy.ndarray
        One row for each iteration, the start first, with the columns ``iteration``, ``evaluations``, ``value``,
        ``violation`` (NaN without nonlinear constraints), ``mesh_size`` (NaN without a mesh) and ``method``, which says
        what the iteration did: ``result.trace["value"]`` is a column, and ``pandas.DataFrame(result.trace)`` a table.

    Examples
    --------
    >>> import patternsearch
    >>> result = patternsearch.minimize(lambda x: (x[0] - 1) ** 2, [3.0])
    >>> result.success, result["success"]
    (True, True)
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error

    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__

    def __repr__(self) -> str:
        shown = {key: value for key, value in self.items() if key != "trace"}
        width = max(map(len, shown), default=0)
        return "\n".join(f"{key.rjust(width)}: {value!r}" for key, value in shown.items())

    def __dir__(self) -> list[str]:
        return list(self)


def result_of(outcome: Mapping[str, Any]) -> OptimizeResult:
    """Return the result of a run from what the native half tells of it."""
    columns = outcome["trace"]
    trace = np.empty(len(columns["value"]), TRACE)
    for name in columns:
        trace[name] = columns[name]
    result = OptimizeResult(outcome, trace=trace)
    if "uncertainty" in result:
        result["uncertainty"] = Uncertainty(result["uncertainty"])
    return result


class Uncertainty(OptimizeResult):
    """What the values beside a minimum say of it. ``print`` gives a table.

    Attributes
    ----------
    x : numpy.ndarray
        The point.
    steps : numpy.ndarray
        The step of each variable; 0 for one that is held at its value: fixed, at a bound, or without values beside it.
    gradient, gradient_errors, curvatures, curvature_errors : numpy.ndarray
        First and second derivatives along the variables by central differences, and bounds on their errors; NaN for a
        variable that is held.
    standard_errors : numpy.ndarray
        For residuals: the standard error of each parameter, 0 for one that is held. This and what follows is in
        docs/fits.md with its formulas.
    intervals : numpy.ndarray, shape (n, 2)
        The ends of the 95 % confidence intervals.
    covariance, correlations : numpy.ndarray, shape (n, n)
        Of the parameters.
    degrees_of_freedom : int
        Residuals less free parameters.
    residual_deviation : float
        The standard deviation of the residuals, in units of `sigma`.
    uses_given_deviations : bool
        Whether the errors follow from `sigma` alone.
    least_determined : dict
        The combination of parameters that the data determine least: ``ratio`` (the least singular value of the scaled
        Jacobian over the largest), ``is_determined``, ``direction`` and ``shares``.

    Examples
    --------
    >>> import numpy as np
    >>> import patternsearch
    >>> t, y = np.arange(4.0), np.array([0.1, 0.9, 2.1, 2.9])
    >>> line = lambda x: x[0] + x[1] * t - y
    >>> result = patternsearch.least_squares(line, [1.0, 1.0], uncertainty=True)
    >>> result.uncertainty.standard_errors.round(5).tolist()
    [0.10583, 0.05657]
    """

    def __str__(self) -> str:
        return str(self["text"])
