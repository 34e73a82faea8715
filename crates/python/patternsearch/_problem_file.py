"""Problem files: a program, its variables, its constraints, and how to solve it."""

import os
from typing import Any, Callable, Mapping

from . import _core
from ._minimize import Interrupted, callback_of, settings_of
from ._plain import Settings
from ._result import OptimizeResult, result_of
from ._solvers import solver_named


def run(
    path: str | os.PathLike[str],
    *,
    method: str | None = None,
    options: Mapping[str, Any] | None = None,
    workers: int | None = None,
    journal: str | os.PathLike[str] | None = None,
    resume: bool = False,
    callback: Callable[..., Any] | None = None,
    seed: int | None = None,
) -> OptimizeResult:
    """Minimize the program that a problem file describes.

    Parameters
    ----------
    path : path
        The file, TOML or JSON, as ``patternsearch run`` reads it.
    method, options, workers, journal, seed
        In place of what the file says.
    resume : bool
        Whether to go on from the journal.
    callback : callable, optional
        As for `minimize`.

    Returns
    -------
    OptimizeResult
        With the attribute `variables`, a dictionary of the best point by name.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import patternsearch
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "square.toml"
    >>> _ = path.write_text('''
    ... program = ["awk", "BEGIN { print (ARGV[1] - 2) ^ 2 }"]
    ... variables = ["width"]
    ... start = [1]
    ... ''')
    >>> patternsearch.run(path).variables
    {'width': 2.0}
    """
    if method is None and (options or seed is not None):
        raise ValueError("options or seed are given without a method; expected the method that they are for")
    if method is None:
        settings = Settings("", resume=bool(resume), journal=None if journal is None else os.fspath(journal))
    else:
        # Whether there is a journal is for the file to say.
        settings = settings_of(solver_named(method), options, None, seed, journal, False)
        settings.resume = bool(resume)
    outcome, ended_by, names = _core.run_file(os.fspath(path), settings, workers, callback_of(callback))
    result = result_of(outcome)
    result["variables"] = dict(zip(names, result.x.tolist()))
    if isinstance(ended_by, KeyboardInterrupt):
        raise Interrupted(result) from ended_by
    if ended_by is not None:
        raise ended_by
    return result
