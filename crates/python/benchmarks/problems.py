"""Published problems in closed form, for any number of variables, with their optima.

Where a source has a fixed number of variables, the docstring says how the problem is extended.
"""

from dataclasses import dataclass
from typing import Callable

import numpy as np

GROUPS = ("bounded", "linear constraints", "nonlinear constraints", "least squares")

INF = np.inf


@dataclass
class Problem:
    """One problem: minimize `fun` within bounds, rows ``a x <= b`` and ``c(x) <= 0``.

    Attributes
    ----------
    name, group : str
    x0 : array
        The published start.
    best : float
        The optimum.
    residuals : callable or None
        Its sum of squares is `fun`, in the group of least squares.
    """

    name: str
    group: str
    x0: np.ndarray
    best: float
    fun: Callable
    lower: np.ndarray
    upper: np.ndarray
    a: np.ndarray | None = None
    b: np.ndarray | None = None
    c: Callable | None = None
    residuals: Callable | None = None

    def violation(self, x):
        """Return the greatest violation of bounds and constraints at `x`."""
        worst = max(0.0, float(np.max(self.lower - x)), float(np.max(x - self.upper)))
        if self.a is not None:
            worst = max(worst, float(np.max(self.a @ x - self.b)))
        if self.c is not None:
            worst = max(worst, float(np.max(self.c(x))))
        return worst

    def starts(self, shifts):
        """Return the published start and so many shifted ones.

        Each coordinate is shifted by up to half its size, or by up to a half where the size is below 1. Shifted starts
        are moved onto the bounds, as published ones outside are: some solvers refuse others. Where the published start
        is feasible, a shift that is not is halved until it is.
        """
        random = np.random.default_rng(20240229)
        n = self.x0.size
        published = np.clip(self.x0, self.lower, self.upper)
        feasible = self.violation(published) <= 0
        found = [published]
        for _ in range(shifts):
            shift = random.uniform(-0.5, 0.5, n) * np.maximum(1.0, np.abs(self.x0))
            x = np.clip(self.x0 + shift, self.lower, self.upper)
            while feasible and self.violation(x) > 0 and np.max(np.abs(shift)) > 1e-9:
                shift /= 2
                x = np.clip(self.x0 + shift, self.lower, self.upper)
            found.append(x)
        return found


# Residuals of Moré, Garbow & Hillstrom 1981, "Testing unconstrained optimization software"; the number is theirs.


def rosenbrock_r(x):
    """Extended Rosenbrock (21). A variable without a partner adds ``1 - x``."""
    even = x.size // 2 * 2
    u, v = x[:even:2], x[1:even:2]
    return np.concatenate([10 * (v - u * u), 1 - u, 1 - x[even:]])


def powell_singular_r(x):
    """Extended Powell singular (22). Variables beyond the last four add ``x``."""
    whole = x.size // 4 * 4
    p, q, r, s = (x[i:whole:4] for i in range(4))
    return np.concatenate([p + 10 * q, np.sqrt(5) * (r - s), (q - 2 * r) ** 2, np.sqrt(10) * (p - s) ** 2, x[whole:]])


def variably_dimensioned_r(x):
    """Variably dimensioned (25)."""
    s = np.arange(1, x.size + 1) @ (x - 1)
    return np.concatenate([x - 1, [s, s * s]])


def trigonometric_r(x):
    """Trigonometric (26)."""
    return x.size - np.sum(np.cos(x)) + np.arange(1, x.size + 1) * (1 - np.cos(x)) - np.sin(x)


def boundary_value_r(x):
    """Discrete boundary value (28)."""
    n = x.size
    h = 1 / (n + 1)
    t = np.arange(1, n + 1) * h
    y = np.concatenate([[0.0], x, [0.0]])
    return 2 * x - y[:-2] - y[2:] + h * h * (x + t + 1) ** 3 / 2


def broyden_tridiagonal_r(x):
    """Broyden tridiagonal (30)."""
    y = np.concatenate([[0.0], x, [0.0]])
    return (3 - 2 * x) * x - y[:-2] - 2 * y[2:] + 1


def broyden_banded_r(x):
    """Broyden banded (31): five variables below, one above."""
    g = np.concatenate([np.zeros(5), x * (1 + x), [0.0]])
    n = x.size
    return x * (2 + 5 * x * x) + 1 - sum(g[k : k + n] for k in (0, 1, 2, 3, 4, 6))


def linear_full_rank_r(x):
    """Linear function, full rank (32), with twice as many residuals as variables: its optimum is n."""
    n = x.size
    r = np.full(2 * n, -np.sum(x) / n - 1)
    r[:n] += x
    return r


def pairs(n, x1, x2, odd):
    """Return a vector of pairs ``x1, x2``; `odd` is the last variable of an odd number."""
    x = np.empty(n)
    even = n // 2 * 2
    x[:even:2], x[1:even:2], x[even:] = x1, x2, odd
    return x


def halves(x):
    """Return the first and the second variables of all pairs, and what is left."""
    even = x.size // 2 * 2
    return x[:even:2], x[1:even:2], x[even:]


def problems(n):
    """Return all problems in n variables."""
    found = []
    i = np.arange(1, n + 1)
    ones, zeros = np.ones(n), np.zeros(n)
    free = (np.full(n, -INF), np.full(n, INF))

    def squares(residuals):
        def fun(x):
            r = residuals(x)
            return float(r @ r)

        return fun

    def add(group, name, x0, best, fun, lower=None, upper=None, **more):
        low = free[0] if lower is None else np.broadcast_to(np.asarray(lower, dtype=float), (n,)).copy()
        high = free[1] if upper is None else np.broadcast_to(np.asarray(upper, dtype=float), (n,)).copy()
        found.append(Problem(name, group, np.array(x0, dtype=float), float(best), fun, low, high, **more))

    start_r = pairs(n, -1.2, 1.0, -1.2)
    start_p = np.array([(3.0, -1.0, 0.0, 1.0)[k % 4] if k < n // 4 * 4 else 1.0 for k in range(n)])
    rosenbrock = squares(rosenbrock_r)

    # Least squares: without bounds.
    for name, r, x0, best, least in (
        ("Rosenbrock extended", rosenbrock_r, start_r, 0.0, 2),
        ("Powell singular", powell_singular_r, start_p, 0.0, 4),
        ("variably dimensioned", variably_dimensioned_r, 1 - i / n, 0.0, 2),
        ("trigonometric", trigonometric_r, ones / n, 0.0, 2),
        ("discrete boundary value", boundary_value_r, i / (n + 1) * (i / (n + 1) - 1), 0.0, 2),
        ("Broyden tridiagonal", broyden_tridiagonal_r, -ones, 0.0, 2),
        ("Broyden banded", broyden_banded_r, -ones, 0.0, 2),
        ("linear, full rank", linear_full_rank_r, ones, n, 2),
    ):
        if n >= least:
            add("least squares", name, x0, best, squares(r), residuals=r)

    # Bounded. First those of Moré, Garbow & Hillstrom within boxes whose inside has the optimum.
    add("bounded", "Rosenbrock extended", start_r, 0.0, rosenbrock, -3, 3)
    # An active bound: the optimum of a pair is (1/2, 1/4) with the value 1/4.
    add(
        "bounded",
        "Rosenbrock extended, active bounds",
        start_r,
        0.25 * ((n + 1) // 2),
        rosenbrock,
        -3,
        pairs(n, 0.5, 3.0, 0.5),
    )
    if n >= 4:
        add("bounded", "Powell singular", start_p, 0.0, squares(powell_singular_r), -4, 5)
    add("bounded", "trigonometric", ones / n, 0.0, squares(trigonometric_r), -np.pi, np.pi)
    add("bounded", "Broyden tridiagonal", -ones, 0.0, squares(broyden_tridiagonal_r), -2, 2)

    # Hock & Schittkowski 1981, "Test examples for nonlinear programming codes". Sums of pairs of their variables.
    def hs4(x):
        """Problem 4; a last variable without a partner adds itself, and is not negative."""
        u, v, w = halves(x)
        return float(np.sum((u + 1) ** 3 / 3 + v) + np.sum(w))

    add("bounded", "Hock-Schittkowski 4", pairs(n, 1.125, 0.125, 0.125), n // 2 * 8 / 3, hs4, pairs(n, 1, 0, 0))

    def hs5(x):
        """Problem 5; a last variable without a partner adds its square."""
        u, v, w = halves(x)
        return float(np.sum(np.sin(u + v) + (u - v) ** 2 - 1.5 * u + 2.5 * v + 1) + w @ w)

    add(
        "bounded",
        "Hock-Schittkowski 5",
        zeros,
        -(n // 2) * (np.sqrt(3) / 2 + np.pi / 3),
        hs5,
        pairs(n, -1.5, -3.0, -1.5),
        pairs(n, 4.0, 3.0, 4.0),
    )

    # The sphere (De Jong 1975) with its centre outside the box in every second coordinate.
    centre = np.where(i % 2 == 1, 1.7, 0.3)
    add(
        "bounded",
        "sphere",
        np.full(n, -1.0),
        0.49 * ((n + 1) // 2),
        lambda x: float(np.sum((x - centre) ** 2)),
        -2,
        1,
    )
    # Sums of absolute values with weights 1 to n (weighted medians; Schwefel 1981 has them without centres).
    kinks = 0.1 + 0.8 * (i % 3) / 3
    add("bounded", "kinked sum", np.full(n, -1.0), 0.0, lambda x: float(i @ np.abs(x - kinks)), -2, 2)

    # Haarala, Miettinen & Mäkelä 2004, "New limited memory bundle method for large-scale nonsmooth optimization".
    def chained_lq(x):
        u, v = x[:-1], x[1:]
        return float(np.sum(np.maximum(-u - v, -u - v + u * u + v * v - 1)))

    add("bounded", "chained LQ", np.full(n, -0.5), -(n - 1) * np.sqrt(2), chained_lq, -5, 5)

    def chained_cb3(x):
        u, v = x[:-1], x[1:]
        return float(
            np.sum(
                np.maximum(np.maximum(u**4 + v**2, (2 - u) ** 2 + (2 - v) ** 2), 2 * np.exp(np.minimum(v - u, 50.0)))
            )
        )

    add("bounded", "chained CB3 I", np.full(n, 2.0), 2 * (n - 1), chained_cb3, -5, 5)

    # Linear constraints.
    linear = "linear constraints"

    def hs21(x):
        """Problem 21; a last variable without a partner adds its square."""
        u, v, w = halves(x)
        return float(np.sum(0.01 * u * u + v * v - 100) + w @ w)

    rows = np.zeros((n // 2, n))
    for k in range(n // 2):
        rows[k, 2 * k], rows[k, 2 * k + 1] = -10, 1
    add(
        linear,
        "Hock-Schittkowski 21",
        -ones,
        -99.96 * (n // 2),
        hs21,
        pairs(n, 2, -50, -50),
        50,
        a=rows,
        b=np.full(n // 2, -10.0),
    )

    # Problem 37, a product under a budget: the geometric mean, so that n variables have the range of three. By the
    # inequality of the means all of x1, 2 x2, 2 x3, ... are 24. (Negative variables count as 0.)
    budget = np.full(n, 2.0)
    budget[0] = 1.0
    add(
        linear,
        "Hock-Schittkowski 37",
        np.full(n, 10.0),
        -(2 ** (3 / n)) * 1728,
        lambda x: -float(np.exp(3 * np.mean(np.log(np.maximum(x, 1e-100))))),
        0,
        42,
        a=budget[None, :],
        b=np.array([24.0 * n]),
    )

    # Isotonic regression of falling data (Barlow, Bartholomew, Bremner & Brunk 1972): the optimum is their mean.
    data = (n - i) / n + 0.05 * (i % 2)
    rising = np.zeros((n - 1, n))
    rising[np.arange(n - 1), np.arange(n - 1)], rising[np.arange(n - 1), np.arange(1, n)] = 1, -1
    pooled = float(np.sum((data - data.mean()) ** 2))
    add(
        linear,
        "isotonic regression",
        i / n,
        pooled,
        lambda x: float(np.sum((x - data) ** 2)),
        a=rising,
        b=np.zeros(n - 1),
    )

    # The nearest point of the simplex (Michelot 1986); all its coordinates are positive for this point.
    point = 0.5 + i / n / n / 2
    add(
        linear,
        "projection on the simplex",
        zeros,
        (point.sum() - 1) ** 2 / n,
        lambda x: float(np.sum((x - point) ** 2)),
        0,
        1,
        a=ones[None, :],
        b=ones[:1],
    )
    # Rosenbrock's valley cut off at its end: the sum of the variables is at most n.
    add(linear, "Rosenbrock extended, row", start_r, 0.0, rosenbrock, -3, 3, a=ones[None, :], b=np.array([float(n)]))

    # Nonlinear constraints.
    nonlinear = "nonlinear constraints"

    def hs12(x):
        """Problem 12; a last variable without a partner adds its square."""
        u, v, w = halves(x)
        return float(np.sum(0.5 * u * u + v * v - u * v - 7 * u - 7 * v) + w @ w)

    def hs12_c(x):
        u, v, _ = halves(x)
        return 4 * u * u + v * v - 25

    add(nonlinear, "Hock-Schittkowski 12", zeros, -30.0 * (n // 2), hs12, c=hs12_c)

    # Problem 29, a product in an ellipsoid: the geometric mean, as in 37, of sizes, as all patterns of signs are alike.
    weights = np.array([(1.0, 2.0, 4.0)[k % 3] for k in range(n)])
    add(
        nonlinear,
        "Hock-Schittkowski 29",
        ones,
        -float(np.exp(3 * np.mean(np.log(4 / np.sqrt(weights))))),
        lambda x: -float(np.exp(3 * np.mean(np.log(np.maximum(np.abs(x), 1e-100))))),
        c=lambda x: np.array([weights @ (x * x) - 16 * n]),
    )

    # Powell 1994, "A direct search optimization method that models the objective and constraint functions by linear
    # interpolation", problem 2: products in the unit ball, from outside of it. The least eigenvalue is -1/2.
    def products(x):
        u, v, _ = halves(x)
        return float(u @ v)

    add(nonlinear, "products in a ball", ones, -0.5, products, c=lambda x: np.array([x @ x - 1]))
    # Rosenbrock's function in the ball that ends at its optimum (Mishra 2006, in two variables: in a disk).
    add(nonlinear, "Rosenbrock extended in a ball", zeros, 0.0, rosenbrock, c=lambda x: np.array([x @ x - n]))
    # A kinked sum in a ball: by the inequality of Cauchy and Schwarz the sum of x is at most n.
    add(
        nonlinear,
        "kinked sum in a ball",
        zeros,
        n,
        lambda x: float(np.sum(np.abs(x - 2))),
        c=lambda x: np.array([x @ x - n]),
    )
    return found
