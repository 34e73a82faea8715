"""Ask and tell: the path of `minimize`, in any order, pickled, in another process."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from functions import rosenbrock

import patternsearch

START = [-1.2, 1.0]


def finish(search, most=3, reverse=False):
    while not search.done:
        points = search.ask(most)
        for point in reversed(points) if reverse else points:
            search.tell(point.id, rosenbrock(point.x))
    return search.result


@pytest.mark.parametrize("method", ["patternsearch", "hybrid", "coordinate", "quasi-newton", "nelder-mead"])
def test_the_path_is_that_of_minimize(method):
    whole = patternsearch.minimize(rosenbrock, START, method=method)
    for most, reverse in ((1, False), (3, False), (4, True)):
        result = finish(patternsearch.Search(START, method=method), most, reverse)
        assert (result.fun, result.nfev) == (whole.fun, whole.nfev)
        assert result.trace.tobytes() == whole.trace.tobytes()


def test_a_pickled_search_goes_on_to_the_same_bits():
    whole = finish(patternsearch.Search(START))
    search = patternsearch.Search(START)
    rounds = 0
    while not search.done:
        points = search.ask(2)
        search.tell(points[0].id, rosenbrock(points[0].x))
        # The other one is lost, and asked again.
        search = pickle.loads(pickle.dumps(search))
        rounds += 1
    assert rounds > 50 and search.result.trace.tobytes() == whole.trace.tobytes()


def test_it_goes_on_in_another_process(tmp_path):
    search = patternsearch.Search(START)
    for _ in range(20):
        for point in search.ask(1):
            search.tell(point.id, rosenbrock(point.x))
    (tmp_path / "search.pickle").write_bytes(pickle.dumps(search))
    script = (
        "import pickle, sys\n"
        "from functions import rosenbrock\n"
        "search = pickle.load(open(sys.argv[1], 'rb'))\n"
        "while not search.done:\n"
        "    for point in search.ask(1):\n"
        "        search.tell(point.id, rosenbrock(point.x))\n"
        "print(search.result.fun.hex(), search.result.nfev)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "search.pickle")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    whole = patternsearch.minimize(rosenbrock, START)
    assert text.split() == [whole.fun.hex(), str(whole.nfev)]


def test_failures_bounds_and_constraints():
    search = patternsearch.Search(
        [0.0, 0.0], method="patternsearch", bounds=[(-1, 1)] * 2, constraints=patternsearch.Returned(1)
    )
    count = 0
    while not search.done:
        for point in search.ask(2):
            assert np.all(np.abs(point.x) <= 1)
            count += 1
            value = ValueError("no license") if count % 7 == 0 else -point.x.sum()
            search.tell(point.id, value, c=[point.x @ point.x - 1])
    assert search.result.success and search.result.nfail > 5
    assert search.result.fun == pytest.approx(-(2**0.5), abs=1e-3)
    assert search.best[1] == search.result.fun and search.pending == []


def test_wrong_calls_are_named():
    search = patternsearch.Search(START)
    with pytest.raises(ValueError, match="most is 0"):
        search.ask(0)
    with pytest.raises(ValueError, match="99"):
        search.tell(99, 1.0)
    (point,) = search.ask(1)
    search.tell(point.id, 1.0)
    with pytest.raises(ValueError):
        search.tell(point.id, 1.0)
    with pytest.raises(TypeError, match="Returned"):
        patternsearch.Search(START, constraints={"type": "ineq", "fun": rosenbrock})


def valley(x):
    """Rosenbrock's function as two residuals."""
    return [10 * (x[1] - x[0] ** 2), 1 - x[0]]


def test_residuals_are_told_in_place_of_a_value():
    search = patternsearch.Search(START, method="hybrid", residuals=2, sigma=[2.0, 1.0], loss="soft_l1", f_scale=3.0)
    whole = patternsearch.minimize(
        None, START, method="hybrid", residuals=valley, sigma=[2.0, 1.0], loss="soft_l1", f_scale=3.0
    )
    while not search.done:
        for point in search.ask(1):
            search.tell(point.id, valley(point.x))
    assert (search.result.fun, search.result.nfev) == (whole.fun, whole.nfev)
    assert search.result.residuals.tolist() == whole.residuals.tolist()


def test_known_points_and_a_hint_go_with_a_pickled_search():
    known = ([START, [0.0, 0.0]], [rosenbrock(np.array(START)), 1.0])
    hint = ([[0.9, 0.9], [0.5, 0.5]], [0.0, 1.0])
    search = patternsearch.Search(START, method="hybrid", known=known, hint=hint)
    asked = []
    while not search.done:
        for point in search.ask(1):
            asked.append(point.x.tolist())
            search.tell(point.id, rosenbrock(point.x))
        search = pickle.loads(pickle.dumps(search))
    assert asked[0] == [0.9, 0.9] and START not in asked and [0.0, 0.0] not in asked
    assert search.result.trace["value"][0] == 1.0 and search.result.success


def test_wrong_arguments_of_a_fit_are_named():
    with pytest.raises(ValueError, match="residuals is 0"):
        patternsearch.Search(START, residuals=0)
    with pytest.raises(ValueError, match="sigma or loss is given without residuals"):
        patternsearch.Search(START, loss="huber")
    search = patternsearch.Search(START, residuals=2)
    (point,) = search.ask(1)
    with pytest.raises(ValueError, match="1 residuals; expected 2"):
        search.tell(point.id, [1.0])
