"""The seam for parallel work: a pool of spawned processes, shaped like ``concurrent.futures.Executor``.

Each process keeps the scenario it was started with. Processes ignore Ctrl-C (the parent stops them through the shared
event) and end when their parent has gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.synchronize import Event as SharedEvent
from types import TracebackType
from typing import Any, TypeVar

from pebble import ProcessPool

from domain.scenario import Scenario

T = TypeVar("T")

_scenario: Scenario | None = None
_stop: SharedEvent | None = None


class Workers:
    """``workers`` spawned processes that solve parts of one scenario. A killed process loses its own job only."""

    def __init__(self, scenario: Scenario, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.stop = context.Event()
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


def _begin(scenario: Scenario, stop: SharedEvent, parent: int) -> None:
    global _scenario, _stop
    _scenario, _stop = scenario, stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    process = multiprocessing.parent_process()
    while process is not None and process.is_alive() and os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def scenario_here() -> Scenario:
    """Return the scenario of this process."""
    if _scenario is None:
        raise RuntimeError("scenario_here() is for jobs of Workers")
    return _scenario


def stopped_here() -> bool:
    """Return whether this process was asked to stop."""
    return _stop is not None and _stop.is_set()
