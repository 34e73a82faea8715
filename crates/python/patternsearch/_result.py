"""What a run returns."""

from typing import Any


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
    success : bool
        Whether the search has converged, at a point that satisfies the constraints. A limit that was reached, a
        callback that stopped the run and Ctrl-C are no success.
    status : int
        MATLAB's exit flag: 1 to 4 converged, 0 a limit, -1 stopped, -2 no feasible point, -3 the solver gave up.
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
    trace : list of tuple
        One row for each iteration, the start first: iteration, evaluations, value, violation, mesh size, what it did.

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
