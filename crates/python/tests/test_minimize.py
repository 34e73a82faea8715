"""`minimize`: SciPy's calls, the same bits everywhere, failures, Ctrl-C, journals."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from multiprocessing import Pool

import numpy as np
import pytest
from functions import decay, deadly, disc, rosenbrock, rough, uneven

import patternsearch
from patternsearch import minimize

optimize = pytest.importorskip("scipy.optimize")

START = [-1.2, 1.0]


def same(a, b):
    """Whether two runs are the same to the bit, whoever evaluated."""
    return a.x.tobytes() == b.x.tobytes() and a.trace.tobytes() == b.trace.tobytes() and (a.fun, a.nfev) == (b.fun, b.nfev)


# Calls as scipy.optimize.minimize takes them, and the value at the minimum.
CALLS = {
    "plain": (dict(fun=rosenbrock, x0=START), 0),
    "array": (dict(fun=rosenbrock, x0=np.array(START)), 0),
    "args tuple": (dict(fun=lambda x, a, b: (x[0] - a) ** 2 + b, x0=[0.0], args=(2.0, 3.0)), 3),
    "one arg": (dict(fun=lambda x, a: (x[0] - a) ** 2, x0=[0.0], args=2.0), 0),
    "scalar start": (dict(fun=lambda x: (x[0] - 1) ** 2, x0=3.0), 0),
    "integers as start": (dict(fun=rosenbrock, x0=[0, 0]), 0),
    "array of one as value": (dict(fun=lambda x: np.array([x[0] ** 2]), x0=[1.0]), 0),
    "zero-dimensional value": (dict(fun=lambda x: np.sum(x**2), x0=[1.0, 2.0]), 0),
    "jac=True": (dict(fun=lambda x: (x @ x, 2 * x), x0=[1.0, 2.0], jac=True), 0),
    "pairs": (dict(fun=rosenbrock, x0=[0.0, 0.0], bounds=[(-2, 0.5), (None, None)]), 0.25),
    "Bounds": (dict(fun=rosenbrock, x0=[0.0, 0.0], bounds=optimize.Bounds([-2, -np.inf], [0.5, np.inf])), 0.25),
    "one Bounds for all": (dict(fun=lambda x: x @ x, x0=[3.0, 3.0], bounds=optimize.Bounds(1, 5)), 2),
    "array of pairs": (dict(fun=lambda x: x @ x, x0=[3.0, 3.0], bounds=np.array([[1, 5], [1, 5]])), 2),
    "LinearConstraint": (
        dict(fun=lambda x: (x - 2) @ (x - 2), x0=[0.0, 0.0], constraints=optimize.LinearConstraint([1, 1], ub=2)),
        2,
    ),
    "linear equality": (
        dict(fun=lambda x: x @ x, x0=[2.0, 0.0], constraints=[optimize.LinearConstraint([[1, 1]], 2, 2)]),
        2,
    ),
    "NonlinearConstraint": (
        dict(fun=lambda x: -x[0] - x[1], x0=[0.0, 0.0], constraints=optimize.NonlinearConstraint(disc, 0, np.inf)),
        -(2**0.5),
    ),
    "both sides": (
        dict(fun=lambda x: x @ x, x0=[1.0, 2.0], constraints=optimize.NonlinearConstraint(lambda x: x[0], 1, 3)),
        1,
    ),
    "ineq": (dict(fun=lambda x: -x[0] - x[1], x0=[0.0, 0.0], constraints={"type": "ineq", "fun": disc}), -(2**0.5)),
    "eq with args": (
        dict(
            fun=lambda x: x @ x,
            x0=[2.0, 1.0],
            constraints=({"type": "eq", "fun": lambda x, a: x[0] - a, "args": (1,)},),
        ),
        1,
    ),
    "tol": (dict(fun=rosenbrock, x0=START, tol=1e-8), 0),
    "options": (dict(fun=lambda x: x @ x, x0=[1.0], options={"maxiter": 300, "disp": False}), 0),
    "callback": (dict(fun=lambda x: x @ x, x0=[1.0], callback=lambda xk: None), 0),
}


@pytest.mark.parametrize("call", CALLS)
def test_calls_of_scipy(call):
    arguments, value = CALLS[call]
    ours = minimize(**arguments)
    assert ours.success and ours.maxcv < 1e-5
    assert ours.fun == pytest.approx(value, abs=1e-4)
    theirs = optimize.minimize(**arguments, method=patternsearch.scipy_method())
    assert isinstance(theirs, optimize.OptimizeResult)
    assert theirs.fun == ours.fun and theirs.nfev == ours.nfev


def test_every_solver_is_known_by_name():
    for solver in patternsearch.solvers():
        box = [(-2.0, 2.0)] if solver.name in ("brent", "golden-section") else [(-2.0, 2.0)] * 2
        f = lambda x: float((x - 0.5) @ (x - 0.5))  # noqa: E731
        result = minimize(f, [1.0] * len(box), method=solver.name, bounds=box, seed=1, options={"maxfev": 3000})
        assert result.fun < 1e-3, solver.name


@pytest.mark.parametrize("workers", [2, 3, 8, -1, "threads", "pool", "map"])
def test_workers_do_not_change_a_bit(workers):
    alone = minimize(uneven, START)
    if workers == "threads":
        with ThreadPoolExecutor(3) as executor:
            together = minimize(uneven, START, workers=executor)
            assert executor.submit(int).result() == 0, "the executor is the user's"
    elif workers == "pool":
        with Pool(2) as pool:
            together = minimize(uneven, START, workers=pool.map)
    else:
        together = minimize(uneven, START, workers=map if workers == "map" else workers)
    assert same(alone, together)


def test_a_batch_decides_on_the_path_and_the_workers_do_not():
    alone = minimize(rosenbrock, START, batch=8)
    with ThreadPoolExecutor(8) as pool:
        together = minimize(rosenbrock, START, batch=8, workers=pool)
    assert same(alone, together) and alone.nrounds == together.nrounds < alone.nfev / 2
    assert same(alone, minimize(rosenbrock, START, options={"batch": 8}))
    assert minimize(rosenbrock, START).nrounds == minimize(rosenbrock, START).nfev
    for wrong, says in (
        (dict(batch=0), "batch"),
        (dict(batch=2, options={"batch": 2}), "batch is given twice"),
        (dict(batch=2, method="patternsearch"), "batch"),
    ):
        with pytest.raises(ValueError, match=says):
            minimize(rosenbrock, START, **wrong)


def test_a_search_that_waits_for_no_batch_is_replayed_from_its_journal(tmp_path):
    settings = dict(batch=8, asynchronous=True, journal=tmp_path / "journal")
    with ThreadPoolExecutor(8) as pool:
        whole = minimize(rosenbrock, START, workers=pool, **settings)
    assert whole.success and same(whole, minimize(rosenbrock, START, resume=True, **settings))
    for wrong, says in (
        (dict(asynchronous=True), "asynchronous is true; expected false with a batch of 1"),
        (dict(asynchronous=1, batch=2), "asynchronous"),
        (dict(asynchronous=True, options={"asynchronous": True}), "asynchronous is given twice"),
        (dict(asynchronous=True, batch=2, method="coordinate"), "asynchronous"),
    ):
        with pytest.raises(ValueError, match=says):
            minimize(rosenbrock, START, **wrong)


def test_a_worker_that_dies_changes_no_bit(tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "killed").touch()
    alone = minimize(deadly, START, args=(tmp_path / "whole",))
    together = minimize(deadly, START, args=(tmp_path,), workers=2)
    assert (tmp_path / "killed").exists() and same(alone, together)


def test_a_point_that_kills_every_worker_has_failed():
    def f(x):
        if x[0] < -1.3:
            os.kill(os.getpid(), signal.SIGKILL)
        return rosenbrock(x)

    result = minimize(f, START, workers=2, options={"maxfev": 60})
    assert result.fun < 4 and (result.nfail > 0 or result.nspec > 0)


def test_an_executor_that_breaks_ends_the_run():
    class Broken(ThreadPoolExecutor):
        def submit(self, *_):
            from concurrent.futures import BrokenExecutor

            raise BrokenExecutor("no workers")

    with pytest.raises(Exception, match="executor given as workers is broken"):
        minimize(rosenbrock, START, workers=Broken(2))


def test_a_cancellation_that_comes_as_a_value_is_no_value():
    class Cancelling(ThreadPoolExecutor):
        """Now and then gives a cancellation as the value, as Dask's executor does when a worker dies."""

        calls = 0

        def submit(self, *call):
            self.calls += 1
            return super().submit(CancelledError) if self.calls % 7 == 0 else super().submit(*call)

    with Cancelling(2) as workers:
        assert same(minimize(rosenbrock, START), minimize(rosenbrock, START, workers=workers))

    class Refusing(ThreadPoolExecutor):
        def submit(self, *_):
            return super().submit(CancelledError)

    with Refusing(2) as workers, pytest.raises(RuntimeError, match="the executor has cancelled it 3 times"):
        minimize(rosenbrock, START, workers=workers, options={"maxfev": 20})


@pytest.mark.parametrize("batch", [1, 8])
def test_dask_with_a_killed_worker(tmp_path, batch):
    distributed = pytest.importorskip("distributed")
    alone = minimize(rosenbrock, START, batch=batch)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster, distributed.Client(cluster) as client:
        workers = client.get_executor()
        together = minimize(deadly, START, args=(str(tmp_path),), batch=batch, workers=workers)
    assert (tmp_path / "killed").exists() and same(alone, together)


def test_loky():
    loky = pytest.importorskip("loky")
    assert same(minimize(uneven, START), minimize(uneven, START, workers=loky.get_reusable_executor(2)))


def test_failures_are_not_the_end():
    result = minimize(rough, [1.0, 1.0])
    assert result.success and result.fun < 1e-5
    result = minimize(rough, [0.0, 1.0], method="patternsearch")
    assert result.nfail > 0 and "ValueError: no value at" in result.first_failure
    for value in (float("nan"), float("inf"), None, "word", [1.0, 2.0], 1j):
        result = minimize(lambda x, value=value: x[0] ** 2 if x[0] < 1.5 else value, [1.0])
        assert result.success and result.fun < 1e-6, value


def outside(x):
    """A constraint without values in a half-plane, where the start is."""
    if x[0] > 0.4:
        raise ArithmeticError(f"no mesh at {x[0]}")
    return disc(x)


FAILING = {
    "ineq": {"type": "ineq", "fun": outside},
    "NonlinearConstraint": optimize.NonlinearConstraint(outside, 0, np.inf),
    "many values": optimize.NonlinearConstraint(lambda x: [outside(x), x[0] + 1], [0, -np.inf], [np.inf, 3]),
    # How many values there are cannot be known at the start: the worst of them counts.
    "limits for all": optimize.NonlinearConstraint(lambda x: [outside(x), 1 - x @ x / 2], 0, 1),
}


@pytest.mark.parametrize("constraint", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("workers", [1, "threads"])
def test_a_constraint_that_raises_at_the_start_is_a_failed_evaluation(constraint, workers):
    with ThreadPoolExecutor(2) as threads:
        result = minimize(
            lambda x: (x - 1) @ (x - 1),
            [0.5, 0.0],
            method="patternsearch",
            constraints=[{"type": "ineq", "fun": lambda x: 2 - x[1]}, constraint],
            workers=threads if workers == "threads" else workers,
        )
    # The minimum within the disc and x[0] <= 0.4, beyond which there are no values.
    assert result.success and result.x == pytest.approx([0.4, 0.84**0.5], abs=1e-3)
    assert result.nfail >= 1
    assert "constraints[1] raised ArithmeticError: no mesh at 0.5" in result.first_failure


def test_an_equality_that_raises_at_the_start_holds_at_the_end():
    def both(x):
        if x.tolist() == [2.0, 1.0]:
            raise ValueError("not here")
        return [x[0] - x[1], x[1] - x[0]]

    result = minimize(lambda x: x @ x - x[0], [2.0, 1.0], constraints={"type": "eq", "fun": both})
    assert result.success and result.x == pytest.approx([0.25, 0.25], abs=1e-3) and result.nfail == 1


def test_failures_of_constraints_name_the_constraint_and_the_exception():
    def late(x):
        if x[0] < 0.5:
            raise KeyError("table")
        return x[0]

    arguments = dict(fun=lambda x: x @ x, x0=[1.0, 1.0], method="patternsearch")
    result = minimize(**arguments, constraints={"type": "ineq", "fun": late})
    assert result.x[0] >= 0.5 and "constraints[0] raised KeyError: 'table'" in result.first_failure

    def never(x):
        return undefined_name  # noqa: F821

    with pytest.raises(RuntimeError, match=r"constraints\[0\] raised NameError") as raised:
        minimize(**arguments, constraints={"type": "ineq", "fun": never})
    assert isinstance(raised.value.__cause__, patternsearch.ConstraintError)
    assert isinstance(raised.value.__cause__.__cause__, NameError)

    def stopped(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        minimize(**arguments, constraints={"type": "ineq", "fun": stopped})

    # Another number of values than at the start, and none.
    for other in ([1.0, 1.0], np.nan, "word"):
        uneven = lambda x, other=other: x[0] if x[0] > 0.5 else other  # noqa: E731
        result = minimize(**arguments, constraints={"type": "ineq", "fun": uneven})
        assert result.x[0] > 0.5 and result.nfail > 0, other


def test_a_gradient_that_is_not_returned_and_residuals_that_change_in_number_are_failures():
    with pytest.raises(RuntimeError, match=r"fun returned 1.0; expected \(f, gradient\), since jac is True"):
        minimize(lambda x: 1.0, [1.0], jac=True)
    result = minimize(None, [1.0], residuals=lambda x: [x[0], 1] if x[0] > -0.5 else [x[0]], method="hybrid")
    assert result.success and abs(result.x[0]) < 1e-3
    wrong = minimize(None, [1.0], residuals=lambda x: [x[0], 1] if x[0] > 0.5 else [x[0]])
    assert wrong.x[0] > 0.5 and wrong.nfail > 0 and "residuals" in wrong.first_failure


def test_where_nothing_has_a_value_the_first_exception_is_the_cause():
    def f(x):
        return undefined_name  # noqa: F821

    with pytest.raises(RuntimeError, match="no evaluation gave a value") as raised:
        minimize(f, START)
    assert isinstance(raised.value.__cause__, NameError)


def test_callbacks():
    points, results = [], []
    minimize(rosenbrock, START, callback=points.append)
    minimize(rosenbrock, START, callback=lambda *, intermediate_result: results.append(intermediate_result))
    assert len(points) == len(results) > 10
    assert results[-1].fun == rosenbrock(points[-1]) and results[-1].nfev > results[0].nfev

    def stop(intermediate_result):
        if intermediate_result.fun < 1:
            raise StopIteration

    result = minimize(rosenbrock, START, callback=stop)
    assert not result.success and result.fun < 1 and result.status == -1

    def wrong(xk):
        raise ZeroDivisionError("in the callback")

    with pytest.raises(ZeroDivisionError):
        minimize(rosenbrock, START, callback=wrong)


@pytest.mark.parametrize("workers", [1, "threads"])
def test_ctrl_c_keeps_the_best_point(workers):
    calls = []

    def f(x):
        calls.append(1)
        if len(calls) == 25:
            signal.raise_signal(signal.SIGINT) if workers == 1 else os.kill(os.getpid(), signal.SIGINT)
        return rosenbrock(x)

    with pytest.raises(KeyboardInterrupt) as raised:
        if workers == 1:
            minimize(f, START)
        else:
            with ThreadPoolExecutor(2) as executor:
                minimize(f, START, workers=executor)
    result = raised.value.result
    assert not result.success and result.fun < rosenbrock(np.array(START)) and len(calls) <= 28
    if workers == 1:
        assert len(calls) == 25


def test_a_journal_goes_on_to_the_same_bits(tmp_path):
    whole = minimize(rosenbrock, START)
    journal = tmp_path / "run.journal"
    minimize(rosenbrock, START, journal=journal, options={"maxfev": 40})
    calls = []

    def counted(x):
        calls.append(1)
        return rosenbrock(x)

    resumed = minimize(counted, START, journal=journal, resume=True, workers=1)
    assert same(whole, resumed) and resumed.resumed == 40 and len(calls) == whole.nfev - 40
    with pytest.raises(OSError, match="run.journal"):
        minimize(rosenbrock, START, journal=journal)


def test_a_killed_process_goes_on_to_the_same_bits(tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "import time\nfrom functions import rosenbrock\nimport patternsearch\n"
        "f = lambda x: time.sleep(0.005) or rosenbrock(x)\n"
        "patternsearch.minimize(f, [-1.2, 1.0], workers=2, journal=sys.argv[1], resume=True)\n"
    )
    journal = tmp_path / "run.journal"
    command = [sys.executable, "-c", script, str(journal), os.path.dirname(__file__)]
    for seconds in (0.6, 0.7, 0.8):
        process = subprocess.Popen(command, start_new_session=True)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    resumed = minimize(rosenbrock, START, journal=journal, resume=True)
    assert same(minimize(rosenbrock, START), resumed)


def test_integers_and_grids():
    f = lambda x: (x[0] - 7.3) ** 2 + (x[1] - 0.5) ** 2  # noqa: E731
    result = minimize(f, [1.0, 1.0], integrality=[1, 0])
    assert result.x[0] == 7 and result.success
    result = minimize(f, [1.0, 1.0], granularity=[0.25, 0], bounds=[(0, 7), (0, 1)])
    assert result.x[0] == 7 and result.success


def test_a_limit_given_is_the_only_one():
    options = {"maxfev": 6000, "mesh_tolerance": 1e-300}
    result = minimize(lambda x: abs(x[0]) + 1, [1.0], method="patternsearch", options=options)
    assert result.nfev > 2000 or result.success
    result = minimize(rosenbrock, START, method="coordinate", options={"maxfev": 50, "maxiter": 3})
    assert result.nit == 3
    # A limit of iterations leaves the limit of evaluations that is given: the method's own is 2000 for one coordinate.
    options = {"maxfev": 3000, "maxiter": 10**9, "restarts": 10**6}
    assert minimize(lambda x: abs(x[0]) + 1, [1.0], method="hybrid", options=options).nfev == 3000


def test_residuals():
    t = np.linspace(0, 3, 20)
    y = 2 * np.exp(-0.7 * t)
    result = minimize(None, [1.0, 1.0], args=(t, y), residuals=decay)
    assert result.x == pytest.approx([2, 0.7], abs=1e-4)


def test_residuals_reach_the_search_and_are_counted_by_the_first_evaluation():
    t = np.linspace(0, 3, 20)
    y = 2 * np.exp(-0.7 * t)
    calls = []

    def counted(x):
        calls.append(x.copy())
        return decay(x, t, y)

    result = minimize(None, [1.0, 1.0], residuals=counted, method="hybrid", options={"maxfev": 40})
    assert len(calls) == result.nfev
    assert result.residuals.tolist() == decay(result.x, t, y).tolist()
    assert result.fun == pytest.approx(result.residuals @ result.residuals, rel=1e-14)
    fit = minimize(None, [1.0, 1.0], residuals=decay, args=(t, y), workers=2, options={"maxfev": 100})
    alone = minimize(None, [1.0, 1.0], residuals=decay, args=(t, y), options={"maxfev": 100})
    assert fit.x.tolist() == alone.x.tolist() and fit.residuals.tolist() == alone.residuals.tolist()
    disc = {"type": "ineq", "fun": lambda x: 4 - x @ x}
    under = minimize(None, [1.0, 1.0], args=(t, y), residuals=decay, constraints=disc, options={"maxfev": 400})
    assert under.residuals.shape == (20,) and under.x @ under.x <= 4 + 1e-6


def test_least_squares_is_called_as_scipys():
    t = np.linspace(0, 3, 20)
    y = 2 * np.exp(-0.7 * t)
    y[4] += 3
    for loss in ("huber", "soft_l1", "cauchy"):
        result = patternsearch.least_squares(
            decay, [1.0, 1.0], args=(t, y), loss=loss, f_scale=0.01, bounds=([0, 0], np.inf)
        )
        assert result.x == pytest.approx([2, 0.7], abs=0.02), loss
        assert result.fun.tolist() == decay(result.x, t, y).tolist()
    # The start: cost = 0.5 * sum of C^2 rho((r / (C sigma))^2), at C = 2 and sigma = 0.5, so that u = (r)^2.
    r = np.array([0.5, -3.0])
    start = dict(max_nfev=1, f_scale=2, sigma=0.5, method="patternsearch")
    rho = {"huber": 0.25 + 5, "soft_l1": 2 * (1.25**0.5 - 1) + 2 * (10**0.5 - 1), "cauchy": np.log(1.25) + np.log(10)}
    for loss, expected in rho.items():
        result = patternsearch.least_squares(lambda x: r, [1.0], loss=loss, **start)
        assert result.cost == pytest.approx(0.5 * 4 * expected, rel=1e-14)
    with pytest.raises(ValueError, match="loss is 'tukey'; expected one of linear, huber"):
        patternsearch.least_squares(decay, [1.0, 1.0], args=(t, y), loss="tukey")
    with pytest.raises(ValueError, match="standard deviation 0 is 0"):
        patternsearch.least_squares(decay, [1.0, 1.0], args=(t, y), sigma=0)


def test_losses_with_kinks_are_followed():
    # Of the numbers 0, 1 and 5 the median is least in |x - number|, and the middle between the ends in the largest of them.
    numbers = np.array([0.0, 1.0, 5.0])
    for loss, x, value in (("l1", 1.0, 5.0), ("chebyshev", 2.5, 2.5)):
        fit = minimize(None, [9.0], residuals=lambda x: x[0] - numbers, loss=loss)
        assert fit.success and fit.x == pytest.approx([x], abs=1e-8) and fit.fun == pytest.approx(value, abs=1e-8)
        result = patternsearch.least_squares(lambda x: x[0] - numbers, [9.0], loss=loss)
        assert result.x.tolist() == fit.x.tolist() and result.cost == fit.fun
        assert result.fun.tolist() == (result.x[0] - numbers).tolist()
    # The larger of x^2 and (x - 2)^2 - 1 is where they meet, at 3/4; in deviations of 2 and 1 another.
    largest = minimize(None, [9.0], residuals=lambda x: [x[0] ** 2, (x[0] - 2) ** 2 - 1], loss="minimax")
    assert largest.x == pytest.approx([0.75], abs=1e-8) and largest.fun == pytest.approx(0.5625, abs=1e-8)
    weighed = minimize(None, [9.0], residuals=lambda x: [x[0], 1 - x[0]], sigma=[2.0, 1.0], loss="minimax")
    assert weighed.x == pytest.approx([2 / 3], abs=1e-8)
    with pytest.raises(ValueError, match="has kinks, and no uncertainty; expected squares or a robust loss"):
        minimize(None, [9.0], residuals=lambda x: x[0] - numbers, loss="l1", uncertainty=True)


def test_uncertainty_has_the_errors_of_a_straight_line():
    # s^2 = 0.032 / 2 and sum (t - 1.5)^2 = 5 (Draper & Smith 1998, section 1.4).
    t, y = np.arange(4.0), np.array([0.1, 0.9, 2.1, 2.9])
    result = patternsearch.least_squares(lambda x: x[0] + x[1] * t - y, [1.0, 1.0], uncertainty=True)
    found, s = result.uncertainty, 0.016**0.5
    assert found.standard_errors == pytest.approx([s * (0.25 + 2.25 / 5) ** 0.5, s / 5**0.5], rel=1e-4)
    assert found.covariance[0, 1] == pytest.approx(-1.5 * s**2 / 5, rel=1e-4)
    assert found.intervals[1, 1] - found.x[1] == pytest.approx(4.302652729911275 * found.standard_errors[1], rel=1e-9)
    assert str(found).startswith("parameter  value")
    assert "uncertainty" not in patternsearch.least_squares(lambda x: x[0] + x[1] * t - y, [1.0, 1.0])
    plain = minimize(lambda x: 3 * (x[0] - 1) ** 2, [2.0], uncertainty=1e-3).uncertainty
    assert plain.curvatures == pytest.approx([6.0], rel=1e-6) and "standard_errors" not in plain
    with pytest.raises(ValueError, match="expected a number above 0 and at most 0.1"):
        minimize(rosenbrock, [2.0, 2.0], uncertainty=2)


def test_known_points_are_the_start_and_are_not_evaluated(tmp_path):
    points = [[3.0, 3.0], [0.5, 0.25]]
    values = [rosenbrock(np.array(x)) for x in points]

    def unknown(x):
        assert x.tolist() not in points
        return rosenbrock(x)

    table = tmp_path / "points.csv"
    rows = [f"{x[0]!r},{x[1]!r},{value!r}" for x, value in zip(points, values)]
    table.write_text("\n".join(["x1,x2,value", *rows]))
    results = [minimize(unknown, [-1.0, 1.0], known=known, options={"maxfev": 50}) for known in [(points, values), table]]
    assert results[0].x.tolist() == results[1].x.tolist()
    assert [result.trace["value"][0] for result in results] == [values[1]] * 2
    assert results[0].nfail == 0 and results[0].trace["evaluations"][0] == 0
    with pytest.raises(ValueError, match="known has 2 points and 1 values"):
        minimize(rosenbrock, [0.0, 0.0], known=(points, values[:1]))


def test_a_hint_is_looked_at_second_and_is_not_believed(tmp_path):
    points = [[1.1, 1.2], [0.5, 0.25]]
    values = [-5.0, -4.0]
    table = tmp_path / "points.csv"
    rows = [f"{x[0]!r},{x[1]!r},{value!r}" for x, value in zip(points, values)]
    table.write_text("\n".join(["x1,x2,value", *rows]))
    for hint in [(points, values), table]:
        asked = []

        def seen(x):
            asked.append(x.tolist())
            return rosenbrock(x)

        result = minimize(seen, [-1.0, 1.0], method="hybrid", hint=hint)
        assert asked[:2] == [[-1.0, 1.0], points[0]]
        assert result.success and 0 <= result.fun < 1e-9
    with pytest.raises(ValueError, match="hint has 2 points and 1 values"):
        minimize(rosenbrock, [0.0, 0.0], hint=(points, values[:1]))


def test_constraints_that_the_objective_returns():
    f = lambda x: (-x[0] - x[1], [x @ x - 1], [x[0] - 2 * x[1]])  # noqa: E731
    result = minimize(f, [0.5, 0.5], constraints=patternsearch.Returned(1, 1))
    assert result.success and result.x == pytest.approx([2 / 5**0.5, 1 / 5**0.5], abs=1e-3)


WRONG = [
    (dict(fun=3), TypeError, "fun is 3"),
    (dict(x0=[]), ValueError, "x0 is empty"),
    (dict(x0=["a"]), TypeError, "x0 is"),
    (dict(x0=[[1.0, 2.0]]), ValueError, "x0 has the shape"),
    (dict(x0=[np.nan, 1]), ValueError, r"start\[0\] is NaN"),
    (dict(bounds=[(0, 1)]), ValueError, "bounds has 1 pairs"),
    (dict(bounds=[(0, 1), 3]), ValueError, r"bounds\[1\] is 3"),
    (dict(bounds=[(1, 0), (0, 1)]), ValueError, "bounds of coordinate 0"),
    (dict(method="newton"), ValueError, "method is 'newton'"),
    (dict(method=None), TypeError, "method is None"),
    (dict(options={"bugdet": 3}), ValueError, "bugdet"),
    (dict(options={"maxfev": 0}), ValueError, "maxfev"),
    (dict(options={"maxiter": 1.5}), ValueError, "maxiter"),
    (dict(options={"mesh_tolerance": -1}), ValueError, "mesh_tolerance is -1"),
    (dict(options={"mesh_tolerance": object()}), TypeError, "an option has the value"),
    (dict(options={"disp": "loud"}), ValueError, "disp"),
    (dict(tol=-1), ValueError, "tol is -1"),
    (dict(tol="small"), ValueError, "tol is 'small'"),
    (dict(options=[3]), TypeError, r"options is \[3\]"),
    (dict(options={"maxtime": np.nan}), ValueError, "maxtime"),
    (dict(bounds=[(np.nan, 1), (0, 1)]), ValueError, "bounds of coordinate 0"),
    (dict(constraints=optimize.NonlinearConstraint(disc, np.nan, 1)), ValueError, "limit nan"),
    (dict(callback=3), TypeError, "callback is 3"),
    (dict(workers=0), ValueError, "workers is 0"),
    (dict(workers="two"), TypeError, "workers is 'two'"),
    (dict(resume=True), ValueError, "resume"),
    (dict(seed=-1), ValueError, "seed is -1"),
    (dict(integrality=[2, 0]), ValueError, r"integrality\[0\] is 2"),
    (dict(integrality=[1, 0], granularity=[1, 0]), ValueError, "both given"),
    (dict(constraints=3), TypeError, "constraints is 3"),
    (dict(constraints=[3]), TypeError, r"constraints\[0\] is 3"),
    (dict(constraints={"type": "le", "fun": disc}), ValueError, r"\['type'\] is 'le'"),
    (dict(constraints=optimize.LinearConstraint([1, 1, 1], ub=1)), ValueError, "3 columns; expected 2"),
    (dict(residuals=disc), ValueError, "both given"),
    (
        dict(constraints=optimize.NonlinearConstraint(lambda x: [1, 2, 3], [0, 0], [1, 1])),
        ValueError,
        r"constraints\[0\] returned 3 values; expected 2, one for each limit",
    ),
    (
        dict(constraints=optimize.NonlinearConstraint(disc, [0, 0], [1, 1, 1])),
        ValueError,
        r"constraints\[0\] has 2 lower and 3 upper limits",
    ),
    (dict(method="nelder-mead", constraints={"type": "ineq", "fun": disc}), ValueError, "nonlinear constraints"),
]


@pytest.mark.parametrize("wrong, exception, words", WRONG, ids=[str(list(w[0])) + w[2] for w in WRONG])
def test_wrong_arguments_are_named(wrong, exception, words):
    with pytest.raises(exception, match=words):
        minimize(**{"fun": rosenbrock, "x0": START, **wrong})


def test_gradients_given_are_told_to_be_unused():
    with pytest.warns(RuntimeWarning, match="jac is not used"):
        minimize(rosenbrock, START, jac=lambda x: x, options={"maxfev": 5})


def test_objectives_may_use_threads_fork_and_minimize():
    def nested(x):
        inner = minimize(lambda y: (y[0] - x[0]) ** 2, [0.0], options={"maxfev": 20})
        return inner.fun + (x[0] - 1) ** 2

    assert minimize(nested, [3.0]).success

    def threaded(x):
        values = []
        thread = threading.Thread(target=lambda: values.append(rosenbrock(x)))
        thread.start()
        thread.join()
        return values[0]

    assert minimize(threaded, START).success

    def forks(x):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, repr(rosenbrock(x)).encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(write)
        with os.fdopen(read) as answer:
            return float(answer.read())

    assert minimize(forks, START, options={"maxfev": 100}).fun < 1


def test_runs_in_many_threads_at_once():
    whole = minimize(rosenbrock, START)
    with ThreadPoolExecutor(8) as executor:
        results = list(executor.map(lambda _: minimize(rosenbrock, START), range(16)))
    assert all(same(whole, result) for result in results)


def test_the_display_goes_to_sys_stdout(capsys):
    minimize(rosenbrock, START, method="patternsearch", options={"Display": "iter", "maxfev": 50})
    assert "Func-count" in capsys.readouterr().out


def test_evaluations_do_not_leak():
    resource = pytest.importorskip("resource")
    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # noqa: E731
    f = lambda x: float(x[0] * 0 + 1)  # noqa: E731

    def run(evaluations):
        options = {"maxfev": evaluations, "MeshTolerance": 5e-324}
        minimize(f, [1.0] * 50, method="patternsearch", options=options)

    run(2000)
    before = peak()
    for _ in range(20):
        run(10_000)
    assert peak() - before < 20_000, "kilobytes"
