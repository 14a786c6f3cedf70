"""Runs a case of a benchmark in a process of its own and watches its memory and time from outside."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import psutil

POLL_SECONDS = 0.2
GRACE_SECONDS = 300.0
"""A case is ended when it takes this much longer than its time; the plain model may still be building then."""
MEMORY_SHARE = 0.85
"""A case is ended when the machine's memory is in use up to this share."""


@dataclass
class Measured:
    """What a case came to; seconds from its start, points, None where there is none."""

    first_s: float | None = None
    near_s: float | None = None
    objective: float | None = None
    bound: float | None = None
    hard: int | None = None
    note: str = ""

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective; None while either is unknown."""
        if self.objective is None or self.bound is None:
            return None
        return (self.objective - self.bound) / self.objective if self.objective else 0.0


@dataclass
class Seen:
    """What was measured in a case, and from outside its wall time [s] and the most memory [MB] it had."""

    measured: Measured = field(default_factory=Measured)
    wall_s: float = 0.0
    peak_mb: float = 0.0


def watched(way: Callable[..., Measured], *args: Any, seconds: float) -> Seen:  # noqa: ANN401
    """Call ``way(*args)`` in a spawned process; it is ended ``GRACE_SECONDS`` after ``seconds``.

    The process may start others; it and all its children are ended together.
    """
    context = multiprocessing.get_context("spawn")
    ours_end, case_end = context.Pipe(duplex=False)
    seen = Seen()
    process = context.Process(target=_run, args=(case_end, way, args))
    started = time.monotonic()
    process.start()
    case_end.close()
    while not ours_end.poll(POLL_SECONDS):
        seen.peak_mb = max(seen.peak_mb, tree_mb(process.pid))
        full = psutil.virtual_memory().percent > 100 * MEMORY_SHARE
        late = time.monotonic() > started + seconds + GRACE_SECONDS
        if full or late or not process.is_alive():
            seen.measured.note = "out of memory" if full else "out of time" if process.is_alive() else "died"
            end_tree(process.pid)
            break
    else:
        try:
            seen.measured = ours_end.recv()
        except EOFError:
            seen.measured.note = "died"
    process.join()
    seen.wall_s = time.monotonic() - started
    return seen


def _run(answer: Connection, way: Callable[..., Measured], args: tuple[Any, ...]) -> None:
    answer.send(way(*args))


def tree(pid: int | None) -> list[psutil.Process]:
    """Return a process and all its children, as far as they still run."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def tree_mb(pid: int | None) -> float:
    """Return the resident memory [MB] of a process and all its children."""
    total = 0
    for process in tree(pid):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:  # it ended between being listed and being asked
            continue
    return total / 2**20


def end_tree(pid: int | None) -> None:
    """End a process of ours and its children."""
    for process in reversed(tree(pid)):
        try:
            process.kill()
        except psutil.NoSuchProcess:  # it ended by itself
            continue


def number(value: float | None, digits: int) -> str:
    """Return a number with thousands apart, "-" for none."""
    return "-" if value is None else f"{value:,.{digits}f}"
