"""`least_squares`, called as SciPy's."""

from typing import Any, Callable

import numpy as np

from ._minimize import KINKED, minimize
from ._result import OptimizeResult


def least_squares(
    fun: Callable[..., Any],
    x0: Any,
    *,
    bounds: Any = (-np.inf, np.inf),
    loss: str = "linear",
    f_scale: float = 1.0,
    sigma: Any = None,
    max_nfev: int | None = None,
    args: Any = (),
    **more: Any,
) -> OptimizeResult:
    """Minimize a sum of squares of residuals, or another loss of them, without derivatives.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args)`` returns the residuals, an array of m numbers. It is called once at `x0` to count them; that call
        is the first evaluation. Later calls may raise or return ``NaN``, which are failed evaluations; if the first one
        raises, the methods see the sum of squares alone.
    x0 : array_like, shape (n,)
        The start.
    bounds : 2-tuple of array_like, or scipy.optimize.Bounds
        Lower and upper bounds, each an array or one number for all.
    loss : {"linear", "huber", "soft_l1", "cauchy", "l1", "minimax", "chebyshev"}
        The function ``rho`` of a squared residual ``u``: ``u``; ``u`` up to 1 and ``2 sqrt(u) - 1`` beyond;
        ``2 (sqrt(1 + u) - 1)``; ``ln(1 + u)``. The last three, which SciPy does not have, are no sums of squares:
        ``sum(abs(fun / sigma))``, ``max(fun / sigma)`` and ``max(abs(fun / sigma))``.
    f_scale : float
        The size of a residual, divided by its `sigma`, from which it counts less than its square. Used by the robust losses alone.
    sigma : array_like, optional
        Standard deviations of the residuals, one for each or one for all; 1 by default.
    max_nfev : int, optional
        Most evaluations.
    args : tuple
        Further arguments of `fun`.
    **more
        Other arguments of `minimize`: ``method``, ``constraints``, ``known``, ``hint``, ``workers``, ``journal``, ``seed``,
        ``uncertainty`` (standard errors and confidence intervals), ...

    Returns
    -------
    OptimizeResult
        As from `minimize`, but ``fun`` holds the residuals at ``x``, as `fun` returns them, and ``cost`` is
        ``0.5 * sum(f_scale**2 * rho((fun / (f_scale * sigma))**2))``, as in SciPy; with the last three losses it is the
        value itself.

    Examples
    --------
    >>> import numpy as np
    >>> import patternsearch
    >>> t = np.linspace(0, 4, 9)
    >>> y = 2 * np.exp(-0.7 * t)
    >>> y[3] = 5  # an outlier
    >>> result = patternsearch.least_squares(
    ...     lambda x: x[0] * np.exp(-x[1] * t) - y, [1.0, 1.0], loss="cauchy", f_scale=0.01
    ... )
    >>> result.x.round(3).tolist()
    [2.0, 0.7]
    """
    options = dict(more.pop("options", None) or {})
    if max_nfev is not None:
        options["maxfev"] = max_nfev
    result = minimize(
        None,
        x0,
        args,
        bounds=_pairs(bounds, np.size(x0)),
        options=options,
        residuals=fun,
        sigma=sigma,
        loss=loss,
        f_scale=f_scale,
        **more,
    )
    result["cost"] = result.fun if loss in KINKED else 0.5 * result.fun
    residuals = result.pop("residuals", None)
    if residuals is None:
        residuals = np.asarray(fun(result.x, *(args if isinstance(args, tuple) else (args,))), dtype=float).ravel()
    result["fun"] = residuals
    return result


def _pairs(bounds: Any, n: int) -> Any:
    """Return bounds as `minimize` takes them: a pair for each variable."""
    if hasattr(bounds, "lb"):
        return bounds
    try:
        lower, upper = bounds
        columns = (np.broadcast_to(np.asarray(side, dtype=float), (n,)) for side in (lower, upper))
    except (TypeError, ValueError) as error:
        raise ValueError(f"bounds is {bounds!r}; expected (lower, upper) for {n} variables") from error
    return list(zip(*columns))
