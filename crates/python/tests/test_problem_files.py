"""Problem files from Python: the run of the program, Ctrl-C, journals."""

import os
import signal
import sys
import threading

import pytest

import patternsearch

BEAM = """
program = ["awk", "BEGIN { x = ARGV[1]; y = ARGV[2]; printf \\"%.17g %.17g\\\\n\\", x * x + y * y, 1 - x - y }"]
variables = ["width", "height"]
start = [3, 2]
lower = 0
outputs = ["cost", "lack"]
constraints = ["lack <= 0"]
solver = "patternsearch"
"""


@pytest.fixture
def beam(tmp_path):
    path = tmp_path / "beam.toml"
    path.write_text(BEAM)
    return path


def test_a_file_is_run_with_any_number_of_workers(beam):
    result = patternsearch.run(beam)
    assert result.success and result.fun == pytest.approx(0.5, abs=1e-3)
    assert list(result.variables) == ["width", "height"]
    together = patternsearch.run(beam, workers=3)
    assert together.x.tobytes() == result.x.tobytes() and together.trace.tobytes() == result.trace.tobytes()


def test_a_file_with_a_journal_goes_on(beam, tmp_path):
    whole = patternsearch.run(beam)
    journal = tmp_path / "run.journal"
    few = patternsearch.run(beam, method="patternsearch", options={"maxfev": 40}, journal=journal)
    assert few.nfev == 40
    resumed = patternsearch.run(beam, journal=journal, resume=True)
    assert resumed.resumed == 40 and resumed.trace.tobytes() == whole.trace.tobytes()


def test_ctrl_c_keeps_the_best_point(beam):
    timer = threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(patternsearch.Interrupted) as raised:
        for _ in range(100):
            patternsearch.run(beam)
    timer.join()
    assert not raised.value.result.success


def test_what_is_wrong_is_named(beam):
    beam.write_text(BEAM + "budgets = 3\n")
    with pytest.raises(ValueError, match="unknown field `budgets`"):
        patternsearch.run(beam)
    with pytest.raises(ValueError, match="without a method"):
        patternsearch.run(beam, seed=3)


def test_the_bits_are_those_of_the_library(tmp_path):
    """A program is minimized by the Rust library alone; the same function in Python takes the same path."""
    script = tmp_path / "rosenbrock.py"
    script.write_text(
        "import sys\n"
        "for line in sys.stdin:\n"
        "    x, y = map(float, line.split())\n"
        "    print(repr(100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)))\n"
    )
    path = tmp_path / "rosenbrock.toml"
    path.write_text(
        f"program = [{sys.executable!r}, {str(script)!r}]\npass = 'lines'\nstart = [-1.2, 1]\nlower = -2\nupper = [0.5, 2]\n"
    )

    def rosenbrock(x):
        x, y = map(float, x)
        return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)

    for method in ("patternsearch", "coordinate", "hybrid", "quasi-newton", "nelder-mead", "l-bfgs"):
        theirs = patternsearch.run(path, method=method)
        ours = patternsearch.minimize(rosenbrock, [-1.2, 1.0], method=method, bounds=[(-2, 0.5), (-2, 2)])
        assert ours.x.tobytes() == theirs.x.tobytes() and ours.trace.tobytes() == theirs.trace.tobytes(), method
