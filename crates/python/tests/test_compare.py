"""`compare`: functions as solvers, under the rules of the program `compare`."""

import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import patternsearch
from patternsearch import RunEnded, compare, minimize

PAGE = Path(__file__).parents[3] / "docs" / "own-studies.md"


def valley(x):
    return (x[1] - x[0] ** 2) ** 2 + 0.01 * (1 - x[0]) ** 2


def sphere(x):
    return float(x @ x)


VALLEY = {"valley": dict(fun=valley, x0=[-1.2, 1.0], optimum=0.0)}


def ray(fun, x0, bounds):
    """Walks along the first coordinate for ever."""
    for k in range(10**9):
        fun(x0 + k * np.eye(len(x0))[0])


def test_the_budget_ends_a_function_whatever_it_catches():
    calls, caught = [], []

    def counted(x):
        calls.append(threading.current_thread().name)
        return sphere(x)

    def stubborn(fun, x0, bounds):
        try:
            while True:
                try:
                    fun(x0 + 1)
                except Exception as error:
                    caught.append(error)
        except RunEnded:
            with pytest.raises(RunEnded):
                fun(x0)
            raise

    (record,) = compare({"sphere": dict(fun=counted, x0=[3.0, 4.0])}, [stubborn], budget=7).records
    assert (record.nfev, record.nfail, record.n, record.seed) == (21, 0, 2, 1) and not caught
    assert record.evaluations.tolist() == [1] and record.values.tolist() == [25.0]
    assert "evaluations" in record.message


def test_what_a_function_returns_does_not_count_and_the_start_is_free_once():
    seen = []

    def liar(fun, x0, bounds):
        seen.append((x0.tolist(), bounds))
        assert fun(x0) == 25.0 and fun(x0.tolist()) == 25.0 and fun(x0.reshape(1, 2) / 2) == 6.25
        with pytest.raises(ValueError, match="x has 3 coordinates; expected 2"):
            fun([1, 2, 3])
        return -1e9

    # Within bounds a problem comes in units of the largest coordinate of its start, which is 4.
    study = compare({"sphere": dict(fun=lambda x, a: a * sphere(x), x0=[3.0, 4.0], args=1.0)}, {"liar": liar})
    (record,) = study.records
    assert seen == [([0.75, 1.0], None)]
    assert record.nfev == 3 and record.evaluations.tolist() == [1, 3] and record.values.tolist() == [25.0, 6.25]


def test_points_outside_the_bounds_are_not_evaluated_and_count_as_failures():
    inside = []

    def watched(x):
        inside.append(x[0])
        return sphere(x)

    def careless(fun, x0, bounds):
        assert bounds == [(0.5, 2.0), (None, 3.0)]
        assert fun(x0 - [1, 0]) == np.inf and fun(x0 + [0, 5]) == np.inf and np.isfinite(fun(x0 + [0.5, 0]))

    problem = dict(fun=watched, x0=[1.0, 1.0], bounds=[(0.5, 2), (None, 3)])
    (record,) = compare({"box": problem}, [careless]).records
    assert (record.nfev, record.nfail) == (4, 2) and "2 of its points were outside the bounds" in record.message
    assert min(inside) >= 0.5


def test_failures_of_the_objective_count_and_never_win():
    def rough(x):
        if x[0] > 3:
            raise ValueError("no value")
        return -1e300 if x[0] > 5 else np.nan if x[0] == 2 else sphere(x)

    (record,) = compare({"rough": dict(fun=rough, x0=[1.0])}, [ray], budget=5).records
    # 1 at the start, which is asked for first; then 2 (NaN), 3, and seven that raise.
    assert (record.nfev, record.nfail, record.values.tolist()) == (10, 8, [1.0])


def test_a_function_that_raises_ends_its_run_with_the_reason():
    def absent(fun, x0, bounds):
        import no_such_package  # noqa: F401

    def late(fun, x0, bounds):
        fun(x0 / 2)
        raise ZeroDivisionError("step is 0")

    study = compare(VALLEY, [absent, late, "nelder-mead"], budget=20)
    by_name = {record.solver: record for record in study.records}
    assert "ModuleNotFoundError: No module named 'no_such_package'" in by_name["absent"].message
    assert "ZeroDivisionError: step is 0" in by_name["late"].message and by_name["late"].nfev == 2
    assert by_name["nelder-mead"].nfev == 60

    def gone(fun, x0, bounds):
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        compare(VALLEY, [gone])


def test_seeds_are_given_to_functions_that_take_one():
    def walk(fun, x0, bounds, seed):
        random = np.random.default_rng(seed)
        while True:
            fun(x0 + random.normal(size=x0.size))

    study = compare(VALLEY, [walk, ray], budget=30, seeds=3)
    walks = [record for record in study.records if record.solver == "walk"]
    assert [record.seed for record in walks] == [1, 2, 3]
    assert len({record.values[-1] for record in walks}) == 3
    assert [record.seed for record in study.records if record.solver == "ray"] == [1]
    again = compare(VALLEY, [walk, ray], budget=30, seeds=3)
    assert [record.values.tolist() for record in again.records] == [record.values.tolist() for record in study.records]


def test_a_data_profile_is_that_of_its_definition():
    """Two problems of one coordinate, whose values fall from 1 to 0 by one half in each evaluation."""

    def halves(fun, x0, bounds):
        for k in range(30):
            fun(x0 * 0.5**k)

    def slow(fun, x0, bounds):
        for k in range(30):
            for _ in range(2):
                fun(x0 * 0.5**k)

    problems = {name: dict(fun=lambda x: abs(x[0]), x0=[1.0], optimum=0.0) for name in ("a", "b")}
    study = compare(problems, [halves, slow], budget=100)
    profile = study.data_profile(0.1)
    # The first value of at most 0.1 is 1/16: the fifth of one; of the other the ninth, since the start is free once.
    assert {name: (alpha.tolist(), share.tolist()) for name, (alpha, share) in profile.items()} == {
        "halves": ([5 / 2], [1.0]),
        "slow": ([9 / 2], [1.0]),
    }
    assert list(profile) == ["halves", "slow"]
    text = repr(study)
    assert text.startswith("2 instances") and re.search(r"halves +0\.\d+ +1\.000 +1\.000 +1\.000 +1\.000", text)


def test_a_study_goes_on_from_its_file_and_refuses_a_function_that_has_changed(tmp_path):
    file, calls = tmp_path / "study.db", []

    def noted(x):
        calls.append(1)
        return sphere(x)

    problems = {"sphere": dict(fun=noted, x0=[1.0])}
    first = compare(problems, [ray], budget=10, out=file)
    made = len(calls)
    second = compare(problems, [ray, "hybrid"], budget=10, out=file)
    of_ray = [record for record in second.records if record.solver == "ray"]
    assert [record.values.tolist() for record in of_ray] == [record.values.tolist() for record in first.records]
    assert len(calls) > made and len(second.records) == 2
    made = len(calls)
    compare(problems, [ray, "hybrid"], budget=10, out=file)
    assert len(calls) == made

    def other(fun, x0, bounds):
        fun(x0 / 3)

    with pytest.raises(ValueError, match="the options of ray"):
        compare(problems, {"ray": other}, budget=10, out=file)
    with pytest.raises(ValueError, match="the budget"):
        compare(problems, [ray], budget=11, out=file)


def test_ctrl_c_ends_a_study_when_its_run_is_finished(tmp_path):
    begun = []

    def slow(x):
        time.sleep(0.01)
        return sphere(x)

    def first(fun, x0, bounds):
        begun.append("first")
        ray(fun, x0, bounds)

    def second(fun, x0, bounds):
        begun.append("second")
        ray(fun, x0, bounds)

    arguments = dict(problems={"slow": dict(fun=slow, x0=[1.0])}, solvers=[first, second], budget=20)
    main = threading.main_thread().ident
    threading.Timer(0.1, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        compare(**arguments, out=tmp_path / "study.db")
    assert len(begun) == 1
    study = compare(**arguments, out=tmp_path / "study.db")
    assert sorted(begun) == ["first", "second"] and [record.nfev for record in study.records] == [40, 40]


def test_a_function_may_use_minimize_itself():
    def ours(fun, x0, bounds):
        minimize(fun, x0, bounds=bounds, method="hybrid", options={"maxfev": 10**6})

    problems = {"valley": dict(fun=valley, x0=[-1.0, 1.0])}
    study = compare(problems, [ours, "hybrid"], budget=40)
    assert study.data_profile(1e-3)["ours"][1].tolist() == [1.0]


def test_functions_refuse_problems_with_constraints_and_our_solvers_take_them():
    disc = {"type": "ineq", "fun": lambda x: 1 - x @ x}
    problems = {"disc": dict(fun=lambda x: x[0], x0=[0.5, 0.5], constraints=disc)}
    study = compare(problems, [ray, "hybrid"])
    assert repr(study).splitlines()[-1] == "not taken part: ray, which refuses every problem"
    by_name = {record.solver: record for record in study.records}
    assert by_name["ray"].nfev == 0 and "constraints" in by_name["ray"].message
    assert by_name["hybrid"].values[-1] == pytest.approx(-1, abs=1e-3)


def test_the_example_of_the_page_runs_as_it_stands(tmp_path):
    pytest.importorskip("scipy")
    examples = re.findall(r"```py\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 2 and len(examples[0].strip().splitlines()) < 20
    script = tmp_path / "study.py"
    script.write_text("\n".join(examples), encoding="utf-8")
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.search(r"^hybrid +0\.\d{3}", done.stdout, re.MULTILINE), done.stdout
    figure = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert figure.count('fill="none"') == 6  # three solvers in two panels
    assert (tmp_path / "study.db").exists()


WRONG = [
    (dict(problems="more-wilde"), ValueError, "problems is 'more-wilde'; expected one of more-wild,"),
    (dict(problems={}), TypeError, "problems is {}"),
    (dict(problems={"a": dict(fun=sphere)}), TypeError, r"problems\['a'\] is .* expected a mapping with fun, x0"),
    (dict(problems={"a": dict(fun=sphere, x0=[1], start=3)}), TypeError, r"problems\['a'\]"),
    (dict(problems={"a": dict(fun=3, x0=[1])}), TypeError, "fun is 3"),
    (dict(solvers=[]), TypeError, r"solvers is \[\]"),
    (dict(solvers="hybrid"), TypeError, "solvers is 'hybrid'"),
    (dict(solvers=["hybird"]), ValueError, "a solver is 'hybird'; expected one of patternsearch,"),
    (dict(solvers={"mine": "hybrid"}), ValueError, r"solvers\['mine'\] is 'hybrid'"),
    (dict(solvers={"mine": 3}), TypeError, r"solvers\['mine'\] is 3"),
    (dict(solvers=[ray, ray]), ValueError, "two solvers are named ray"),
    (dict(budget=0), ValueError, "budget is 0; expected a whole number"),
    (dict(seeds=1.5), ValueError, "seeds is 1.5"),
    (dict(out="/nowhere/study.db"), ValueError, "unable to open"),
]


@pytest.mark.parametrize("wrong, exception, words", WRONG, ids=[words for _, _, words in WRONG])
def test_wrong_arguments_are_named(wrong, exception, words):
    with pytest.raises(exception, match=words):
        compare(**{"problems": VALLEY, "solvers": [ray], "budget": 5, **wrong})


def test_tolerances_are_checked():
    study = compare(VALLEY, [ray], budget=5)
    with pytest.raises(ValueError, match="tolerance is 0; expected a number above 0"):
        study.data_profile(0)
    with pytest.raises(ValueError, match="tolerances is empty"):
        study.figure("figure.svg", tolerances=[])
    assert isinstance(study, patternsearch.Comparison)


def test_a_figure_counts_what_is_asked_for(tmp_path):
    study = compare(VALLEY, [ray], budget=5)
    for by, axis in (("evaluations", ">simplex gradients<"), ("rounds", ">rounds<"), ("seconds", ">seconds<")):
        study.figure(tmp_path / "figure.svg", by=by)
        assert axis in (tmp_path / "figure.svg").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="by is 'hours'; expected one of evaluations, rounds, seconds"):
        study.figure(tmp_path / "figure.svg", by="hours")
