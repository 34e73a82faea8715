"""Solvers for OptiProfiler's benchmarks."""

import doctest
import pickle

import numpy as np
import pytest

pytest.importorskip("optiprofiler")

from functions import rosenbrock
from optiprofiler import Feature, FeaturedProblem, Problem, benchmark

from patternsearch import for_optiprofiler
from patternsearch.for_optiprofiler import BenchmarkSolver


def test_the_example():
    assert doctest.testmod(for_optiprofiler).failed == 0


def bowl(x):
    return float((x - 1) @ (x - 1))


def row_sum(x):
    return np.array([x.sum() - 1])


@pytest.mark.parametrize(
    "constraints, expected",
    [
        ({}, 0.0),
        ({"xl": [-1, -1], "xu": [0.5, 5]}, 0.25),
        ({"xu": [5, 5], "aub": [[1, 1]], "bub": [1]}, 0.5),
        ({"aeq": [[1, 1]], "beq": [1]}, 0.5),
        ({"xl": [-1, -1], "cub": row_sum}, 0.5),
        ({"aub": [[1, 0]], "bub": [0.25], "ceq": row_sum}, 0.625),
    ],
)
def test_problems_of_each_type(constraints, expected):
    problem = Problem(bowl, [0.0, 0.0], **constraints)
    arguments = {
        "u": [],
        "b": ["xl", "xu"],
        "l": ["xl", "xu", "aub", "bub", "aeq", "beq"],
        "n": ["xl", "xu", "aub", "bub", "aeq", "beq", "cub", "ceq"],
    }[problem.ptype]
    solver = pickle.loads(pickle.dumps(BenchmarkSolver("patternsearch")))
    x = solver(problem.fun, problem.x0, *(getattr(problem, name) for name in arguments))
    assert problem.fun(x) == pytest.approx(expected, abs=1e-3)
    assert problem.maxcv(x) <= 1e-5


def test_the_run_ends_when_the_benchmark_has_no_more_evaluations():
    calls = []

    def counted(x):
        calls.append(x)
        return problem.fun(x)

    problem = FeaturedProblem(Problem(rosenbrock, np.zeros(6)), Feature("plain"), 20, 0)
    BenchmarkSolver("coordinate")(counted, problem.x0)
    assert 40 < len(calls) <= 60


def test_benchmark(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    solvers = [BenchmarkSolver("patternsearch"), BenchmarkSolver("nelder-mead", options={"maxfev": 3})]
    scores, *_ = benchmark(solvers, plibs=["custom"], ptype="u", n_jobs=1, score_only=True, silent=True)
    assert scores[0] > scores[1]
