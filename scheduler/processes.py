"""Processes of our own for what-if runs: each with a pipe to itself, so that the death of one touches no other.

A pool with a common queue can be broken by a process that is killed while it holds the queue's lock; these cannot.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from scheduler.child import end_with_parent, search_seldom

T = TypeVar("T")
BROKEN = (EOFError, OSError)
"""What a pipe raises when the process at its other end is gone."""


class ProcessDied(Exception):  # noqa: N818
    """The process of a job ended before the job did."""


class OwnProcesses:
    """``count`` spawned processes, each started when it is first needed and again after it died.

    A job may start processes of its own, up to ``most_places`` at work. Leaving ends all, whatever they are at.
    """

    def __init__(self, count: int) -> None:
        self.count = self.most_places = count
        self._threads = ThreadPoolExecutor(max_workers=count)
        self._slots = [_Slot() for _ in range(count)]
        self._idle: SimpleQueue[_Slot] = SimpleQueue()
        for slot in self._slots:
            self._idle.put(slot)

    def submit(self, fn: Callable[..., T], *args: Any) -> Future[T]:  # noqa: ANN401
        """Run ``fn(*args)`` in one of the processes."""
        return self._threads.submit(self._call, fn, args)

    def _call(self, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        slot = self._idle.get()
        try:
            found: T = slot.call(fn, args)
            return found
        finally:
            self._idle.put(slot)

    def lost(self, error: BaseException) -> bool:
        """Return whether the process of a future died."""
        return isinstance(error, ProcessDied)

    def gone(self) -> bool:
        """Return False: processes that die are replaced."""
        return False

    def stop_name(self) -> str | None:
        """Return None: the processes are ended."""
        return None

    def __enter__(self) -> OwnProcesses:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for slot in self._slots:
            slot.close()
        self._threads.shutdown(wait=True, cancel_futures=True)


class _Slot:
    """One process and the pipe to it; used by one thread at a time."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()
        self._closed = False

    def call(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:  # noqa: ANN401
        """Run ``fn(*args)`` there and return its result or raise its error; ProcessDied if it ends meanwhile."""
        process, pipe = self._running()
        try:
            pipe.send((fn, args))
            wait([pipe, process.sentinel])
            fine, found = pipe.recv() if pipe.poll() else (False, ProcessDied())
        except BROKEN:
            fine, found = False, ProcessDied()
        if fine:
            return found
        if isinstance(found, ProcessDied):
            self._end(process, pipe)
        raise found

    def _running(self) -> tuple[SpawnProcess, Connection]:
        with self._lock:
            if self._closed:
                raise ProcessDied
            if self._process is None or self._pipe is None or not self._process.is_alive():
                context = multiprocessing.get_context("spawn")
                ours, theirs = context.Pipe()
                self._process = context.Process(target=serve, args=(theirs, os.getpid()))
                self._process.start()
                theirs.close()
                self._pipe = ours
            return self._process, self._pipe

    def _end(self, process: SpawnProcess, pipe: Connection) -> None:
        with self._lock:
            process.kill()
            process.join()
            pipe.close()
            if self._process is process:
                self._process = self._pipe = None

    def close(self) -> None:
        """End the process; whoever waits for it is told that it died."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None:
            process.kill()
            process.join()


def serve(pipe: Connection, parent: int) -> None:
    """Run the jobs that come through a pipe until it closes or the parent is gone."""
    search_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, args=(parent,), daemon=True).start()
    while True:
        try:
            fn, args = pipe.recv()
        except BROKEN:
            return
        try:
            answer: tuple[bool, Any] = True, fn(*args)
        except Exception as error:  # whatever it is, the parent raises it
            answer = False, error
        pipe.send(answer)
