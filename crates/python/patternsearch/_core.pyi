from typing import Any, Callable

import numpy as np
import numpy.typing as npt

from ._plain import Settings, Statement

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

def minimize(
    function: Callable[[Vector], Any] | None,
    statement: Statement,
    settings: Settings,
    workers: object | None,
    callback: Callable[[Vector, float, int, int, float], None] | None,
) -> tuple[dict[str, Any], BaseException | None]: ...
def run_file(
    path: str,
    settings: Settings,
    workers: int | None,
    callback: Callable[[Vector, float, int, int, float], None] | None,
) -> tuple[dict[str, Any], BaseException | None, list[str]]: ...
def solvers() -> list[tuple[str, str, str]]: ...

def compare_solvers(
    suite: str | None,
    problems: list[tuple[str, Statement, Callable[[Vector], Any], str, float | None]],
    solvers: list[tuple[str, Callable[..., Any] | None, str, bool]],
    gradients: int,
    seeds: int,
    out: str | None,
) -> Comparison: ...

class RunEnded(BaseException): ...

class Comparison:
    def records(self) -> list[tuple[str, str, int, int, list[tuple[int, float]], int, int, str]]: ...
    def solvers(self) -> list[tuple[str, float, list[float]]]: ...
    @staticmethod
    def tolerances() -> list[float]: ...
    def instances(self) -> tuple[int, list[tuple[str, str]]]: ...
    def absent(self) -> list[str]: ...
    def data_profile(self, tolerance: float) -> list[tuple[str, list[tuple[float, float]]]]: ...
    def svg(self, tolerances: list[float], by: str) -> str: ...

class Session:
    def __init__(self, statement: Statement, settings: Settings, state: bytes | None) -> None: ...
    def ask(self, most: int) -> list[tuple[int, Vector]]: ...
    def pending(self) -> list[tuple[int, Vector]]: ...
    def tell(self, id: int, value: object | None, failure: str | None) -> None: ...
    def is_needed(self, id: int) -> bool: ...
    def best(self) -> tuple[Vector, float] | None: ...
    def outcome(self) -> dict[str, Any] | None: ...
    def state(self) -> bytes: ...

class Nets:
    @staticmethod
    def fit(
        inputs: Matrix,
        targets: Matrix,
        weights: Vector | None,
        classes: bool,
        loss: str | Callable[[Matrix, Matrix], float] | None,
        delta: float,
        monotone: list[int],
        nonnegative: str | None,
        sizes: list[tuple[list[int], float]],
        folds: int,
        nets: int,
        starts: int,
        early_stopping: tuple[float, int] | None,
        method: str,
        iterations: int | None,
        seed: int,
        journal: str | None,
        resume: bool,
    ) -> tuple[Nets, tuple[list[int], float], list[tuple[list[int], float, float, float]]]: ...
    @staticmethod
    def default_sizes() -> list[tuple[list[int], float]]: ...
    @staticmethod
    def from_json(text: str) -> Nets: ...
    def json(self) -> str: ...
    def outputs(self, inputs: Matrix) -> Matrix: ...
    def report(
        self,
        features: list[str],
        targets: list[str],
        classes: list[str] | None,
        monotone: list[int],
        size: tuple[list[int], float],
        candidates: list[tuple[list[int], float, float, float]],
        inputs: Matrix,
        answers: Matrix,
        weights: Vector | None,
    ) -> str: ...
    def onnx(self, classes: list[Any] | None) -> bytes: ...
    def proofs(self, monotone: list[int], inputs: Matrix) -> list[str]: ...
