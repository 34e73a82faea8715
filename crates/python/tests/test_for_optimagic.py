"""The algorithm for optimagic."""

import doctest

import numpy as np
import pytest

optimagic = pytest.importorskip("optimagic")

from functions import rosenbrock, rough

import patternsearch
from patternsearch import for_optimagic
from patternsearch.for_optimagic import PatternSearch


def test_the_example():
    assert doctest.testmod(for_optimagic).failed == 0


@pytest.mark.parametrize("n_cores", [1, 2])
def test_the_path_is_that_of_minimize_and_failures_do_not_end_it(n_cores):
    whole = patternsearch.minimize(rough, [1.0, 1.0], options={"maxfev": 50})
    assert whole.nfail > 0
    result = optimagic.minimize(rough, np.ones(2), algorithm=PatternSearch(stopping_maxfun=50, n_cores=n_cores))
    assert result.params.tolist() == whole.x.tolist()
    assert (result.fun, result.n_fun_evals) == (whole.fun, whole.nfev)
    # Points that fail have no entry, points ahead of their turn have one.
    assert 50 - whole.nfail <= len(result.history.fun) <= 60


def test_maximize_within_bounds_by_options():
    result = optimagic.maximize(
        lambda params: -rosenbrock(params),
        np.array([-1.2, 1.0]),
        algorithm=PatternSearch,
        algo_options={"method": "hybrid", "stopping_maxfun": 400, "options": {"mesh_tolerance": 1e-4}},
        bounds=optimagic.Bounds(lower=np.array([-2.0, -np.inf]), upper=np.array([0.5, np.inf])),
    )
    assert result.params[0] == 0.5 and result.fun == pytest.approx(-0.25, abs=1e-4)
    result = optimagic.minimize(
        rosenbrock, np.array([-1.2, 1.0]), algorithm=PatternSearch().with_stopping(maxfun=30, maxtime=60.0)
    )
    assert not result.success and result.n_fun_evals == 30


@pytest.mark.parametrize("limits", [{"lower_bound": 1.0}, {"value": 1.0}])
def test_nonlinear_constraints(limits):
    result = optimagic.minimize(
        lambda params: params @ params,
        np.array([2.0, 2.0]),
        algorithm=PatternSearch(method="patternsearch"),
        constraints=optimagic.NonlinearConstraint(func=lambda params: params.sum(), **limits),
    )
    assert result.success and result.fun == pytest.approx(0.5, abs=1e-4)
