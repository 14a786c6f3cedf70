"""The seam for parallel work: a pool of spawned processes, shaped like ``concurrent.futures.Executor``.

Each process keeps the scenario it was started with. Processes ignore Ctrl-C (the parent stops them through the shared
event) and end when their parent has gone. Where no processes can be started, as in a worker of a cluster, or where a
run has a process of its own already, ``inside()`` makes ``workers_for`` hand out a thread of this process instead.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, TypeVar

from typing_extensions import override

from domain.roster import Roster
from domain.scenario import Scenario
from scheduler.child import end_with_parent, search_seldom

T = TypeVar("T")


class Stop(Protocol):
    """What asks processes or threads to stop."""

    def set(self) -> None:
        """Ask."""

    def is_set(self) -> bool:
        """Return whether it was asked."""


_scenario: Scenario | None = None
_stop: Stop | None = None
_rosters: list[tuple[bytes, Roster]] = []
_inside = threading.local()
_one_at_a_time = threading.RLock()


class Workers:
    """``workers`` spawned processes that solve parts of one scenario. A killed process loses its own job only."""

    def __init__(self, scenario: Scenario, workers: int) -> None:
        from pebble import ProcessPool  # here, as questions about one roster are answered without it

        context = multiprocessing.get_context("spawn")
        self.stop: Stop = context.Event()
        self.count = workers
        self._pool = ProcessPool(
            max_workers=workers, initializer=_begin, initargs=(scenario, self.stop, os.getpid()), context=context
        )

    def submit(self, fn: Callable[..., T], *args: Any) -> Future[T]:  # noqa: ANN401
        """Run ``fn(*args)`` in a process; a process that dies makes the future raise."""
        future: Future[T] = self._pool.schedule(fn, args=args)
        return future

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


class Inside(Workers):
    """One worker of the same shape in a thread of this process; one at a time, as jobs find their scenario here.

    The thread that has one may open another inside it.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.stop = threading.Event()
        self.count = 1
        self._here = scenario
        self._before: tuple[Scenario | None, Stop | None] = (None, None)
        self._threads = ThreadPoolExecutor(max_workers=1)

    @override
    def submit(self, fn: Callable[..., T], *args: Any) -> Future[T]:
        return self._threads.submit(fn, *args)

    @override
    def __enter__(self) -> Inside:
        global _scenario, _stop
        _one_at_a_time.acquire()
        self._before = _scenario, _stop
        _scenario, _stop = self._here, self.stop
        return self

    @override
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _scenario, _stop
        self.stop.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
        _scenario, _stop = self._before
        _one_at_a_time.release()


@contextmanager
def inside() -> Iterator[None]:
    """Let ``workers_for`` start no processes while the block lasts, in this thread."""
    before = getattr(_inside, "on", False)
    _inside.on = True
    try:
        yield
    finally:
        _inside.on = before


def workers_for(scenario: Scenario, workers: int) -> Workers:
    """Return so many processes that solve parts of a scenario, or one thread where ``inside()`` says so."""
    return Inside(scenario) if getattr(_inside, "on", False) else Workers(scenario, workers)


def _begin(scenario: Scenario, stop: Stop, parent: int) -> None:
    global _scenario, _stop
    _scenario, _stop = scenario, stop
    search_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, args=(parent,), daemon=True).start()


def scenario_here() -> Scenario:
    """Return the scenario of this process."""
    if _scenario is None:
        raise RuntimeError("scenario_here() is for jobs of Workers")
    return _scenario


def roster_here(packed: bytes) -> Roster:
    """Return the roster that `pickle.dumps` packed; the last one is kept, with all that it remembers of itself."""
    if not _rosters or _rosters[0][0] != packed:
        _rosters[:] = [(packed, pickle.loads(packed))]  # noqa: S301  from the process that started this one
    return _rosters[0][1]


def stopped_here() -> bool:
    """Return whether this process was asked to stop."""
    return _stop is not None and _stop.is_set()
