"""A problem of `compare`, evaluated by the program that knows it (`examples/serve_problem.rs`)."""

import json
import subprocess
import time
from pathlib import Path

import numpy as np

CRATE = Path(__file__).resolve().parent.parent
TOLERANCE = 1e-6


def program():
    """Builds the program and returns its path."""
    command = ["cargo", "build", "--release", "--example", "serve_problem", "--message-format", "json"]
    built = subprocess.run(command, cwd=CRATE, check=True, stdout=subprocess.PIPE, text=True)
    artifacts = [json.loads(line) for line in built.stdout.splitlines()]
    return next(a["executable"] for a in artifacts if a.get("target", {}).get("name") == "serve_problem" and a.get("executable"))


def names(server, suite):
    return subprocess.run([server, suite], check=True, stdout=subprocess.PIPE, text=True).stdout.split()


class Problem:
    """f, c <= 0 and h = 0 of a point, with the last point remembered: asked twice, it is evaluated once."""

    def __init__(self, server, suite, name, seed=1):
        command = [server, suite, name, str(seed)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        about = json.loads(self.process.stdout.readline())
        self.name, self.optimum = name, about["optimum"]
        self.start = np.array(about["start"], float)
        self.n = len(self.start)
        ends = lambda key, missing: np.array([missing if v is None else v for v in about[key]], float)
        self.lower, self.upper = ends("lower", -np.inf), ends("upper", np.inf)
        self.granularity = np.array(about["granularity"] or [0.0] * self.n, float)
        matrix = lambda key: np.array(about[key], float).reshape(-1, self.n)
        self.a, self.b, self.aeq, self.beq = matrix("a"), np.array(about["b"]), matrix("aeq"), np.array(about["beq"])
        self.inequalities, self.equalities, self.residuals = about["inequalities"], about["equalities"], about["residuals"]
        self.last, self.count, self.history, self.budget, self.until = None, 0, [], None, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def values(self, x):
        """(f, c, h); NaN where there is no value. Raises `Spent` at the end of the budget or of the time.

        `terms` then holds the residuals of a sum of squares.
        """
        x = np.asarray(x, float)
        if self.last is not None and np.array_equal(self.last[0], x):
            return self.last[1]
        if self.budget is not None and self.count >= self.budget:
            raise Spent
        if self.until is not None and time.time() > self.until:
            raise Spent
        self.process.stdin.write(json.dumps(x.tolist()) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        value = float("nan") if answer["f"] is None else answer["f"]
        truth = float("nan") if answer["truth"] is None else answer["truth"]
        c = np.array(answer["c"] or [np.nan] * self.inequalities, float)
        h = np.array(answer["h"] or [np.nan] * self.equalities, float)
        self.terms = np.array(answer["r"] or [np.nan] * self.residuals, float)
        self.count += 1
        self.history.append((truth, self.violation(x, c, h)))
        self.last = (x.copy(), (value, c, h))
        return value, c, h

    def violation(self, x, c, h):
        """The largest of bounds, rows, c and |h|, none of them divided by anything."""
        parts = [self.lower - x, x - self.upper, self.a @ x - self.b, np.abs(self.aeq @ x - self.beq), c, np.abs(h)]
        worst = np.max(np.concatenate([[0.0], *parts]))
        return float("inf") if np.isnan(worst) else float(worst)


class Spent(Exception):
    """The budget or the time is spent."""
