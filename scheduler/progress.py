"""What a long run says while it runs, what it is asked for, and how it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from domain.words import Text

TOLERANCE = 1e-6
"""Objective and bound that differ by less are the same."""


@dataclass(frozen=True)
class Options:
    """What the user asked for. ``deterministic`` (deterministic-time units) and ``seconds`` exclude each other.

    ``seconds`` is the wall time left for solving and naming; the search ends before at a gap of ``gap``. ``squad`` or
    ``group`` restricts the roster to one.
    """

    seconds: float = 120.0
    workers: int = 2
    seed: int = 1
    deterministic: float | None = None
    squad: str | None = None
    group: str | None = None
    gap: float = 0.0

    def near(self, objective: float, bound: float) -> bool:
        """Return whether no more is asked of an objective: it is as near to the bound as is wanted (any one unit)."""
        return objective - bound <= max(self.gap * objective, TOLERANCE)


@dataclass(frozen=True)
class Progress:
    """One line of progress; objective and bound in points, None while unknown."""

    phase: Text
    elapsed_s: float
    objective: float | None = None
    bound: float | None = None

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective; None while either is unknown."""
        if self.objective is None or self.bound is None:
            return None
        return (self.objective - self.bound) / self.objective if self.objective else 0.0


@dataclass
class Watch:
    """The clock of a run: started at the command's start, asked everywhere whether to go on.

    ``pace`` says how many times slower this machine is than the one on which the seconds in the code were measured.
    A first roster may be sought until ``latest`` seconds, as any roster is worth more than what comes after the search.
    """

    seconds: float
    tell: Callable[[Progress], None] = lambda progress: None
    stop: Event = field(default_factory=Event)
    started: float = field(default_factory=time.monotonic)
    pace: float = 1.0
    latest: float = 0.0

    @contextmanager
    def any_roster(self) -> Iterator[None]:
        """Let the time last until ``latest`` meanwhile."""
        planned = self.seconds
        self.seconds = max(planned, self.latest)
        try:
            yield
        finally:
            self.seconds = planned

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds left, 0 once stopped."""
        return 0.0 if self.stop.is_set() else max(0.0, self.seconds - self.elapsed)

    def say(self, phase: Text, objective: float | None = None, bound: float | None = None) -> None:
        """Report progress."""
        self.tell(Progress(phase, self.elapsed, objective, bound))
