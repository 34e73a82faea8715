"""The generator of gest-api: alone, under Xopt and under libEnsemble."""

import copy
import doctest
import math
import pickle
from contextlib import suppress

import numpy as np
import pytest

pytest.importorskip("gest_api")

from gest_api.vocs import VOCS, ContinuousVariable

import patternsearch
from patternsearch import gest
from patternsearch.gest import PatternSearchGenerator, SearchEnded

PLANE = {"x": [-5.0, 5.0], "y": [-5.0, 5.0]}


def bowl(point):
    return {"f": (point["x"] - 1) ** 2 + (point["y"] + 2) ** 2}


def finish(generator, function=bowl, most=3, numbered=True):
    told = 0
    while not generator.done:
        results = [{**point, **function(point)} for point in generator.suggest(most)]
        told += len(results)
        if not numbered:
            results = [{key: value for key, value in result.items() if key != "_id"} for result in results]
        generator.ingest(results[::-1])
    return told


def test_the_examples():
    pytest.importorskip("libensemble")
    assert doctest.testmod(gest).failed == 0


@pytest.mark.parametrize("numbered", [True, False])
def test_the_path_is_that_of_minimize(numbered):
    whole = patternsearch.minimize(lambda x: (x[0] - 1) ** 2 + (x[1] + 2) ** 2, [3, 3], bounds=[(-5, 5)] * 2)
    generator = PatternSearchGenerator(VOCS(variables=PLANE, objectives={"f": "MINIMIZE"}), x0={"x": 3, "y": 3})
    finish(generator, numbered=numbered)
    assert generator.best == {"x": whole.x[0], "y": whole.x[1], "f": whole.fun}


def test_maximize_under_constraints_of_all_types():
    vocs = VOCS(
        variables=PLANE,
        objectives={"f": "MAXIMIZE"},
        constraints={"a": ["LESS_THAN", 2], "b": ["GREATER_THAN", -1], "c": ["BOUNDS", -3, 3]},
        constants={"k": 7},
    )

    def function(point):
        assert point["k"] == 7
        return {"f": point["x"] - point["y"], "a": point["x"], "b": point["y"], "c": point["x"] - point["y"]}

    generator = PatternSearchGenerator(vocs)
    finish(generator, function)
    assert generator.best["f"] == pytest.approx(3, abs=1e-5)


def test_integers_and_discrete_values():
    variables = {"n": ContinuousVariable(domain=[0, 50], dtype=int), "d": {1, 10, 100, 1000}, "x": [0.0, 1.0]}
    generator = PatternSearchGenerator(VOCS(variables=variables, objectives={"f": "MINIMIZE"}))

    def function(point):
        assert isinstance(point["n"], int) and point["d"] in (1, 10, 100, 1000)
        return {"f": abs(point["n"] - 33) + abs(math.log10(point["d"]) - 2) + (point["x"] - 0.25) ** 2}

    finish(generator, function)
    assert (generator.best["n"], generator.best["d"]) == (33, 100)
    assert generator.best["x"] == pytest.approx(0.25, abs=1e-3)


@pytest.mark.parametrize("failed", [{}, {"f": None}, {"f": math.nan}, {"f": math.inf}, {"f": 0.0, "xopt_error": True}])
def test_failed_results_do_not_end_the_search(failed):
    generator = PatternSearchGenerator(VOCS(variables=PLANE, objectives={"f": "MINIMIZE"}), x0={"x": 3, "y": -1})
    finish(generator, lambda point: failed if point["x"] < 0.5 else bowl(point))
    assert generator.best["f"] == pytest.approx(0, abs=1e-6)


def test_results_of_others_choose_the_start_and_are_not_asked_again():
    vocs = VOCS(variables=PLANE, objectives={"f": "MINIMIZE"})
    generator = PatternSearchGenerator(vocs)
    results = [{"x": 1.0, "y": 1.0, "f": 9.0, "_id": math.nan}, {"x": 2.0, "y": -2.0, "f": 1.0}, {"x": 0.0, "y": 0.0}]
    generator.ingest(results)
    first = generator.suggest(1)
    assert generator.best == {"x": 2.0, "y": -2.0, "f": 1.0}
    assert (first[0]["x"], first[0]["y"]) != (2.0, -2.0)


def test_a_copy_takes_results_of_points_that_were_under_way():
    generator = PatternSearchGenerator(VOCS(variables=PLANE, objectives={"f": "MINIMIZE"}), x0={"x": 3, "y": 3})
    whole = copy.deepcopy(generator)
    count = finish(whole)
    generator.ingest([{**point, **bowl(point)} for point in generator.suggest(1)])
    points = generator.suggest(3)
    other = pickle.loads(pickle.dumps(generator))
    again = other.suggest(1)
    assert again[0]["_id"] == len(points) + 1 and again[0]["x"] == points[0]["x"]
    other.ingest([{**point, **bowl(point)} for point in points])
    # The result is there already, and a second one is no error.
    other.ingest([{**again[0], "f": math.nan}])
    assert 1 + len(points) + finish(other) == count
    assert other.best == whole.best


def test_the_end_and_wrong_arguments():
    vocs = VOCS(variables=PLANE, objectives={"f": "MINIMIZE"})
    generator = PatternSearchGenerator(vocs, options={"maxfev": 5})
    assert finish(generator, most=1) == 5
    with pytest.raises(SearchEnded, match="num_points is 2"):
        generator.suggest(2)
    generator.raise_at_end = False
    assert generator.suggest(2) == []
    with pytest.raises(ValueError, match="_id is 17"):
        generator.ingest([{"x": 0.0, "y": 0.0, "f": 1.0, "_id": 17}])
    with pytest.raises(ValueError, match="y is missing"):
        generator.ingest([{"x": 0.0, "f": 1.0}])
    with pytest.raises(ValueError, match="method is 'nonesuch'"):
        PatternSearchGenerator(vocs, method="nonesuch")
    for wrong, words in (
        ({"objectives": {"f": "MINIMIZE", "g": "MINIMIZE"}}, "2 objectives"),
        ({"objectives": {"f": "EXPLORE"}}, "objective f"),
        ({"variables": {"x": {"red", "blue"}}}, "variable x"),
        ({"variables": {"x": "CONTEXTUAL"}}, "variable x"),
    ):
        with pytest.raises(ValueError, match=words):
            PatternSearchGenerator(VOCS(**{"variables": PLANE, "objectives": {"f": "MINIMIZE"}, **wrong}))


def simulation(point):
    """Fails in a part of the plane, as libEnsemble's simulations do: NaN."""
    return bowl(point) if point["x"] > -1 else {"f": math.nan}


def test_xopt():
    xopt = pytest.importorskip("xopt")

    def function(point):
        if point["x"] < -1:
            raise ArithmeticError("no value here")
        return bowl(point)

    vocs = VOCS(variables=PLANE, objectives={"f": "MINIMIZE"})
    run = xopt.Xopt(
        generator=PatternSearchGenerator(vocs), evaluator=xopt.Evaluator(function=function), strict=False
    )
    run.random_evaluate(5, seed=1)
    with suppress(SearchEnded):
        while True:
            run.step()
    assert run.generator.best["f"] == pytest.approx(0, abs=1e-6)
    assert run.data["f"].min() == run.generator.best["f"]
    run.stopping_condition = xopt.stopping_conditions.MaxEvaluationsCondition(max_evaluations=10_000)
    with pytest.raises(SearchEnded):
        run.run()


def test_xopt_with_workers():
    xopt = pytest.importorskip("xopt")
    from concurrent.futures import ThreadPoolExecutor

    vocs = VOCS(variables=PLANE, objectives={"f": "MINIMIZE"}, constraints={"c": ["LESS_THAN", 0.5]})
    with ThreadPoolExecutor(3) as executor:
        evaluator = xopt.Evaluator(
            function=lambda point: {**bowl(point), "c": point["x"]}, executor=executor, max_workers=3
        )
        condition = xopt.stopping_conditions.MaxEvaluationsCondition(max_evaluations=60)
        run = xopt.Xopt(generator=PatternSearchGenerator(vocs), evaluator=evaluator, stopping_condition=condition)
        run.run()
    assert 60 <= len(run.data) < 63
    assert run.generator.best["f"] == pytest.approx(0.25, abs=1e-2)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_libensemble(asynchronous, tmp_path, monkeypatch):
    pytest.importorskip("libensemble")
    from libensemble import Ensemble
    from libensemble.specs import AllocSpecs, ExitCriteria, GenSpecs, LibeSpecs, SimSpecs

    monkeypatch.chdir(tmp_path)
    vocs = VOCS(variables={**PLANE, "n": set(range(5))}, objectives={"f": "MINIMIZE"})
    generator = PatternSearchGenerator(vocs, raise_at_end=False)
    ensemble = Ensemble(
        parse_args=False,
        libE_specs=LibeSpecs(
            nworkers=3, comms="threads", gen_on_manager=True, disable_log_files=True, save_every_k_sims=0
        ),
        gen_specs=GenSpecs(generator=generator, vocs=vocs, batch_size=2),
        sim_specs=SimSpecs(simulator=simulation, vocs=vocs),
        alloc_specs=AllocSpecs(alloc_f=gest.until_done, user={"async_return": asynchronous}),
        exit_criteria=ExitCriteria(sim_max=5000, wallclock_max=120),
    )
    history, _, flag = ensemble.run()
    done = history[history["sim_ended"]]
    assert flag == 0 and generator.done and len(done) < 5000
    assert sorted(done["_id"]) == list(range(len(done)))
    assert np.nanmin(done["f"]) == generator.best["f"] == pytest.approx(0, abs=1e-6)
