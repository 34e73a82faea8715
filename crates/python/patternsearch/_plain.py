"""The plain form of a problem and of a run, which the native half reads."""

from dataclasses import dataclass, field


@dataclass
class Statement:
    """A problem without its functions."""

    x0: list[float]
    lower: list[float]
    upper: list[float]
    granularity: list[float] | None = None
    a: list[list[float]] = field(default_factory=list)
    b: list[float] = field(default_factory=list)
    aeq: list[list[float]] = field(default_factory=list)
    beq: list[float] = field(default_factory=list)
    inequalities: int = 0
    equalities: int = 0
    residuals: int = 0
    sigma: list[float] | None = None
    loss: str = "linear"
    f_scale: float = 1.0
    known: list[tuple[list[float], object]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    hint: list[tuple[list[float], object]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


@dataclass
class Settings:
    """How a run is carried out. `options` is a JSON object."""

    method: str
    options: str = "{}"
    seed: int | None = None
    evaluations: int | None = None
    seconds: float | None = None
    display: str = "off"
    journal: str | None = None
    resume: bool = False
    flush_interval: float = 1.0
    label: str = ""
    uncertainty: float | None = None
