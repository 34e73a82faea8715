"""Objectives that other processes can import."""

import os
import signal
import time
from pathlib import Path

import numpy as np


def rosenbrock(x):
    return float(sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def rough(x):
    """A kink, and a region without values."""
    if x[0] < -0.5:
        raise ValueError(f"no value at {x[0]}")
    return abs(x[0] - 0.3) + (x[1] + 0.2) ** 2


def uneven(x):
    """Takes longer at some points than at others."""
    time.sleep(0.002 * (hash(x.tobytes()) % 4))
    return rosenbrock(x)


def deadly(x, folder):
    """Kills its process once, at the first point that it meets on the right."""
    mark = Path(folder) / "killed"
    if x[0] > 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return rosenbrock(x)


def disc(x):
    return 1 - x @ x


def decay(x, t, y):
    return x[0] * np.exp(-x[1] * t) - y
