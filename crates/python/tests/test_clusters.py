"""MPI and Ray as workers, where they are installed."""

import shutil
import subprocess
import sys

import pytest
from functions import rosenbrock

from patternsearch import minimize

START = [-1.2, 1.0]


def test_mpi(tmp_path):
    pytest.importorskip("mpi4py")
    if shutil.which("mpiexec") is None:
        pytest.skip("there is no mpiexec")
    script = tmp_path / "run.py"
    script.write_text(
        "from functions import rosenbrock\n"
        "from mpi4py.futures import MPIPoolExecutor\n"
        "from patternsearch import minimize\n"
        "if __name__ == '__main__':\n"
        "    with MPIPoolExecutor() as executor:\n"
        "        result = minimize(rosenbrock, [-1.2, 1.0], workers=executor)\n"
        "        print(executor.num_workers, result.nfev, result.fun.hex())\n"
    )
    command = ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", str(script)]
    whole = minimize(rosenbrock, START)
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    assert output.split() == ["2", str(whole.nfev), whole.fun.hex()]


def test_ray():
    ray = pytest.importorskip("ray")
    from ray.util.multiprocessing import Pool

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        with Pool(2) as pool:
            trace = minimize(rosenbrock, START, workers=pool.map).trace
            assert trace.tobytes() == minimize(rosenbrock, START).trace.tobytes()
    finally:
        ray.shutdown()
