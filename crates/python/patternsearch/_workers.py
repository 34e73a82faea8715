"""Where points are evaluated: processes, an executor, or a function like `map`."""

import os
import pickle
import signal
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures import BrokenExecutor
from itertools import count
from multiprocessing import get_start_method
from typing import Any, Callable, Iterable

from ._bounds import Vector

#: Seconds between two looks at the limits of the run while no value has come.
PAUSE = 0.2

#: How often a point is given to a worker that dies of it.
TRIES = 3

Answer = tuple[int, Any, BaseException | None]


def workers_for(call: Callable[[Vector], Any], workers: Any) -> "Pool | Mapped | None":
    """Return who evaluates; ``None`` for this thread."""
    if isinstance(workers, bool) or workers is None:
        raise TypeError(f"workers is {workers!r}; expected a number, an executor, or a function like map")
    if isinstance(workers, int):
        if workers == 1:
            return None
        if workers == 0 or workers < -1:
            raise ValueError(f"workers is {workers}; expected at least 1, or -1 for all processors")
        return Pool.of_processes(call, workers if workers > 0 else os.cpu_count() or 1)
    if hasattr(workers, "submit"):
        return Pool(call, workers, _size(workers))
    if callable(workers):
        return Mapped(call, workers, os.cpu_count() or 1)
    raise TypeError(f"workers is {workers!r}; expected a number, an executor, or a function like map")


def _size(executor: Any) -> int:
    """How many points an executor evaluates at once."""
    size = getattr(executor, "_max_workers", None)
    client = getattr(executor, "_client", None)
    if not isinstance(size, int) and client is not None and hasattr(client, "nthreads"):
        # Dask's: as many as its workers have threads now.
        size = sum(client.nthreads().values())
    return size if isinstance(size, int) and size > 0 else os.cpu_count() or 1


#: In a worker process: what it evaluates.
_call: Callable[[Vector], Any] | None = None


def _install(call: Callable[[Vector], Any]) -> None:
    global _call
    _call = call
    # Ctrl-C reaches all processes of the terminal; what it means is for the first one to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _installed(x: Vector) -> Any:
    assert _call is not None
    return _call(x)


def _numbered(_number: int, call: Callable[[Vector], Any], x: Vector) -> Any:
    """A call unlike all others: Dask takes equal calls for one, and cancels both when one is withdrawn."""
    return call(x)


def _outcome(future: "Future[Any]") -> tuple[Any, BaseException | None]:
    """What a call has returned or raised; raises `CancelledError` where the executor has cancelled it."""
    error = future.exception()
    if error is not None:
        return None, error
    value = future.result()
    # Dask's executor gives a cancellation as the value when the worker that holds the value dies before it is fetched.
    if isinstance(value, CancelledError):
        raise value
    return value, None


class Pool:
    """Points on a ``concurrent.futures.Executor``."""

    def __init__(self, call: Callable[[Vector], Any], executor: Executor | Any, size: int) -> None:
        self.call, self.executor, self.size = call, executor, size
        self.renew: Callable[[], Executor] | None = None
        self.futures: dict[Future[Any], int] = {}
        self.points: dict[int, Vector] = {}
        self.tries: dict[int, int] = {}
        self.answers: list[Answer] = []
        self.number = count()

    @classmethod
    def of_processes(cls, call: Callable[[Vector], Any], size: int) -> "Pool":
        """A pool of its own, in which a process that dies is replaced."""
        if get_start_method() != "fork":
            try:
                pickle.dumps(call)
            except Exception as error:
                raise TypeError(
                    "workers is a number of processes, and fun cannot be sent to them: "
                    f"{error}; expected functions of a module, or a concurrent.futures.ThreadPoolExecutor as workers"
                ) from error

        def processes() -> Executor:
            return ProcessPoolExecutor(size, initializer=_install, initargs=(call,))

        pool = cls(_installed, processes(), size)
        pool.renew = processes
        return pool

    def room(self) -> int:
        return self.size - len(self.futures) - len(self.answers)

    def submit(self, id: int, x: Vector) -> None:
        self.points[id] = x
        try:
            self.futures[self.executor.submit(_numbered, next(self.number), self.call, x)] = id
        except BrokenExecutor:
            self._begin_anew([])
            self.futures[self.executor.submit(_numbered, next(self.number), self.call, x)] = id

    def wait(self) -> Answer | None:
        if not self.answers:
            done, _ = wait(self.futures, timeout=PAUSE, return_when=FIRST_COMPLETED)
            self._take(done)
        return self.answers.pop(0) if self.answers else None

    def _take(self, done: Iterable["Future[Any]"]) -> None:
        broken = []
        for future in done:
            id = self.futures.pop(future)
            try:
                value, error = _outcome(future)
            except CancelledError:
                self._again(id, "the executor has cancelled it {} times")
                continue
            if isinstance(error, BrokenExecutor):
                broken.append((id, error))
                continue
            del self.points[id]
            self.answers.append((id, value, error))
        if broken:
            self._begin_anew(broken)

    def _begin_anew(self, broken: list[tuple[int, BrokenExecutor]]) -> None:
        """A process has died, and with it the pool: all points under way go to a new one."""
        if self.renew is None:
            raise broken[0][1] if broken else BrokenExecutor("the executor given as workers is broken")
        # Which of them it died of is not known.
        lost = [id for id, _ in broken] + list(self.futures.values())
        self.futures.clear()
        self.executor.shutdown(wait=False)
        self.executor = self.renew()
        for id in lost:
            self._again(id, "{} worker processes have died of it")

    def _again(self, id: int, says: str) -> None:
        """Gives a point that has come back without an answer to another worker, `TRIES` times in all."""
        self.tries[id] = self.tries.get(id, 0) + 1
        if self.tries[id] < TRIES:
            self.submit(id, self.points[id])
        else:
            del self.points[id]
            self.answers.append((id, None, RuntimeError(says.format(TRIES))))

    def withdraw(self, id: int) -> bool:
        for future, other in self.futures.items():
            if other == id and future.cancel():
                del self.futures[future], self.points[id]
                return True
        return False

    def end(self) -> list[Answer]:
        for future in list(self.futures):
            if future.cancel():
                del self.futures[future]
        while self.futures:
            done, _ = wait(self.futures, return_when=FIRST_COMPLETED)
            for future in done:
                id = self.futures.pop(future)
                try:
                    value, error = _outcome(future)
                except CancelledError:
                    continue
                if not isinstance(error, BrokenExecutor):
                    self.answers.append((id, value, error))
        self.close()
        answers, self.answers = self.answers, []
        return answers

    def close(self) -> None:
        """Ends what this pool has begun; an executor of the user goes on."""
        for future in self.futures:
            future.cancel()
        self.futures.clear()
        if self.renew is not None:
            self.executor.shutdown(wait=False, cancel_futures=True)


class _Caught:
    """A call that returns what it raises."""

    def __init__(self, call: Callable[[Vector], Any]) -> None:
        self.call = call

    def __call__(self, x: Vector) -> tuple[Any, Exception | None]:
        try:
            return self.call(x), None
        except Exception as error:
            return None, error


class Mapped:
    """Points in lots, by a function like `map`: ``multiprocessing.Pool().map``, for one."""

    def __init__(self, call: Callable[[Vector], Any], map_like: Callable[..., Iterable[Any]], size: int) -> None:
        self.call, self.map_like, self.size = _Caught(call), map_like, size
        self.points: dict[int, Vector] = {}
        self.answers: list[Answer] = []

    def room(self) -> int:
        return self.size - len(self.points) - len(self.answers)

    def submit(self, id: int, x: Vector) -> None:
        self.points[id] = x

    def wait(self) -> Answer | None:
        if not self.answers and self.points:
            points, self.points = self.points, {}
            values = list(self.map_like(self.call, list(points.values())))
            self.answers = [(id, value, error) for id, (value, error) in zip(points, values)]
        return self.answers.pop(0) if self.answers else None

    def withdraw(self, id: int) -> bool:
        return self.points.pop(id, None) is not None

    def end(self) -> list[Answer]:
        answers, self.answers = self.answers, []
        self.points.clear()
        return answers

    def close(self) -> None:
        self.points.clear()
