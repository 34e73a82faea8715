#!/usr/bin/env python3
"""Profiles by established Python packages, for the test `profiles.rs`.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 perfprof==0.2
    venv/bin/python check_profiles.py > ../tests/profiles.json

Writes made-up histories of three solvers on twelve problems from two seeds, and what the packages make of them: data profiles
and distributions of runtimes by `scipy.stats.ecdf`, performance profiles by `perfprof` (after the program in the MATLAB
Guide), areas by integrating the former, log-ratios and best values by NumPy, bands of log-ratios by `scipy.stats.bootstrap`.
"""

import json

import matplotlib

matplotlib.use("Agg")
import numpy as np
from perfprof import perfprof
from scipy.stats import CensoredData, bootstrap, ecdf

TOLERANCES = [1e-1, 1e-3, 1e-5]
BUDGET = 50.0
SOLVERS = ["swift", "steady", "late"]
GRID = np.geomspace(1, 60, 25)

random = np.random.default_rng(20240229)
instances = []
for problem in range(12):
    n = int(random.integers(1, 9))
    least, start = random.normal(), 10 ** random.uniform(0, 5)
    for seed in (1, 2):
        histories = []
        for speed in (0.9, 0.6, 0.4):
            evaluations = int(BUDGET * (n + 1) * random.uniform(0.3, 1.0))
            path = np.exp(-speed * random.uniform(0.1, 1.2) * np.arange(evaluations) / (n + 1))
            path *= np.exp(0.7 * random.normal(size=evaluations))
            path[0] = 1.0
            values = least + start * np.maximum(path, 10 ** random.uniform(-9, -4))
            best = np.minimum.accumulate(values)
            better = np.flatnonzero(np.r_[True, best[1:] < best[:-1]])
            histories.append([[int(k) + 1, float(best[k])] for k in better])
        instances.append({"problem": f"p{problem}", "seed": seed, "n": n, "histories": histories})

floor = {}
for instance in instances:
    least = min(history[-1][1] for history in instance["histories"])
    floor[instance["problem"]] = min(least, floor.get(instance["problem"], np.inf))

dimensions = np.array([instance["n"] for instance in instances])


def first_below(history, target):
    evaluations, values = np.array(history).T
    return evaluations[np.argmax(values <= target)] if values[-1] <= target else np.inf


def distribution(sample):
    """Times that never came are censored after all others."""
    came = np.isfinite(sample)
    return ecdf(CensoredData(uncensored=sample[came], right=np.full(np.sum(~came), 1e9))).cdf


def at(sample, grid):
    return distribution(sample).evaluate(grid).tolist()


def area(sample):
    """The integral of the empirical distribution over the logarithm, from 1 to the budget."""
    ends = np.unique(np.r_[1.0, sample[(sample > 1) & (sample < BUDGET)], BUDGET])
    heights = distribution(sample).evaluate(ends[:-1])
    return float(np.sum(heights * np.diff(np.log(ends))) / np.log(BUDGET))


def ratio_bands(first, second):
    """Of each log-ratio, percentile intervals of that quantile over problems: low ends at 98 % and 92 %, high ends at 92 %
    and 98 %. Infinite ratios, to times that never came, are drawn at 1.1 times the largest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log2(first / second)
    beyond = 1.1 * np.abs(ratios[np.isfinite(ratios)]).max()
    by_problem = {}
    for instance, ratio in zip(instances, np.clip(ratios, -beyond, beyond)):
        if not np.isnan(ratio):
            by_problem.setdefault(instance["problem"], []).append(ratio)
    by_problem = list(by_problem.values())
    count = sum(map(len, by_problem))
    bands = []
    for k in range(count):
        def quantile(drawn):
            bars = np.sort(np.concatenate([by_problem[problem] for problem in drawn]))
            return bars[(2 * k + 1) * len(bars) // (2 * count)]

        result, ends = None, []
        for level in (0.98, 0.92):
            result = bootstrap(
                (np.arange(len(by_problem)),), quantile, vectorized=False, method="percentile", confidence_level=level,
                n_resamples=0 if result else 9999, bootstrap_result=result, rng=np.random.default_rng(1),
            )
            ends.append(result.confidence_interval)
        [(low, high), (inner_low, inner_high)] = ends
        bands.append([float(end) for end in (low, inner_low, inner_high, high)])
    return bands


all_times, tables = [], []
for tolerance in TOLERANCES:
    times = np.empty((len(instances), len(SOLVERS)))
    for k, instance in enumerate(instances):
        start = instance["histories"][0][0][1]
        least = floor[instance["problem"]]
        for s, history in enumerate(instance["histories"]):
            times[k, s] = first_below(history, least + tolerance * (start - least))
    all_times.append(times)
    matplotlib.pyplot.figure()
    largest, lines = perfprof(times, ["-"] * len(SOLVERS))
    performance = [np.column_stack(line.get_data()).tolist() for [line] in lines]
    both = np.isfinite(times[:, 0]) & np.isfinite(times[:, 1])
    tables.append({
        "tolerance": tolerance,
        "data": [at(times[:, s] / (dimensions + 1), GRID) for s in range(len(SOLVERS))],
        "performance": performance,
        "area": [area(times[:, s] / (dimensions + 1)) for s in range(len(SOLVERS))],
        "ratios": np.sort(np.log2(times[both, 0] / times[both, 1])).tolist(),
        "ratio_bands": ratio_bands(times[:, 0], times[:, 1]),
    })
runtimes = [
    at(np.concatenate([times[:, s] / dimensions for times in all_times]), GRID) for s in range(len(SOLVERS))
]


def digits(instance, history):
    start, least = history[0][1], floor[instance["problem"]]
    reached = [value for evaluation, value in history if evaluation <= 10 * (instance["n"] + 1)]
    with np.errstate(divide="ignore"):
        return float(np.clip(-np.log10((reached[-1] - least) / (start - least)), 0, 16))


print(json.dumps({
    "solvers": SOLVERS,
    "budget": BUDGET,
    "grid": GRID.tolist(),
    "instances": instances,
    "tables": tables,
    "runtimes": runtimes,
    "digits_after_10": [[digits(i, h) for h in i["histories"]] for i in instances],
}))
