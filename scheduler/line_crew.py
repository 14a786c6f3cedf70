"""The processes that work on lines: each has officers of its own, whose walks it keeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, TypeVar

from scheduler.parallel import Workers
from scheduler.progress import Watch

T = TypeVar("T")
POLL_SECONDS = 0.1
GRACE_SECONDS, GRACE_SHARE = 1.0, 0.03
"""How long a job may go on after it was asked to stop: so many seconds, or this share of all time."""


class OutOfTime(Exception):  # noqa: N818
    """A job went on though the time is up; it is given up, and its process ends with the crew."""


class Crew:
    """Processes with their shares of the officers (by number); jobs are given up when the time is up."""

    def __init__(self, workers: Sequence[Workers], officers: Sequence[int], watch: Watch) -> None:
        self.workers = tuple(workers)
        self.shares = [tuple(officers[n :: len(workers)]) for n in range(len(workers))]
        self._watch = watch
        self._asked: float | None = None

    def ask_all(self, fn: Callable[..., T], *args: Any) -> list[T]:  # noqa: ANN401
        """Return what ``fn(share, *args)`` comes to in every process that has a share.

        Raises
        ------
        OutOfTime
            If a process goes on though the time is up.
        """
        pairs = zip(self.workers, self.shares, strict=True)
        asked = [worker.submit(fn, share, *args) for worker, share in pairs if share]
        for future in asked:
            while not future.done():
                self.finished([future])
        return [future.result() for future in asked]

    def finished(self, running: Collection[Future[T]]) -> set[Future[T]]:
        """Wait a moment; return the jobs that have ended. When the time is up all processes are asked to stop.

        Raises
        ------
        OutOfTime
            If that was a while ago.
        """
        done, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        if not done and self._watch.left <= 0:
            self.stop()
            if self._asked is not None and time.monotonic() - self._asked > self._grace():
                raise OutOfTime
        return done

    def stop(self) -> None:
        """Ask all processes to stop."""
        if self._asked is None:
            self._asked = time.monotonic()
        for worker in self.workers:
            worker.stop.set()

    def _grace(self) -> float:
        return max(GRACE_SECONDS, GRACE_SHARE * self._watch.seconds)
