"""Shows how a run is doing, on stderr: one live line on a console, now and then a line in a log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from rich.live import Live
from rich.text import Text as RichText

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from app.console import Voice
    from scheduler.progress import Progress

T = TypeVar("T")

QUIET_SECONDS = 10.0
"""Least time between two lines of one phase where stderr is not a console."""


def line(voice: Voice, progress: Progress, elapsed_s: float) -> str:
    """Return phase, objective, bound, gap and elapsed time in one line; a dash for what is not known yet."""
    gap = "-" if progress.gap is None else f"{progress.gap:.1%}"
    zh = f"{progress.phase.zh} | 目标 {_points(progress.objective)} | 下界 {_points(progress.bound)} | 差距 {gap}"
    en = f"{progress.phase.en} | objective {_points(progress.objective)} | bound {_points(progress.bound)} | gap {gap}"
    return voice.pick(f"[{elapsed_s:5.0f} 秒] {zh}", f"[{elapsed_s:5.0f} s] {en}")


def _points(points: float | None) -> str:
    return "-" if points is None else f"{points:,.0f}"


class LiveLine(Generic[T]):
    """Keeps the latest report and shows it; ``tell`` may be called from any thread, ``tick`` from the main one.

    ``text`` puts a report in one line; ``turned`` says whether it is news that a log should have at once.
    """

    def __init__(self, voice: Voice, text: Callable[[T], str], turned: Callable[[T, T], bool]) -> None:
        self._voice, self._text, self._turned = voice, text, turned
        self._latest: T | None = None
        self._shown: T | None = None
        self._shown_at = 0.0
        self._live = Live(console=voice.err, auto_refresh=False, transient=True) if voice.err.is_terminal else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, report: T) -> None:
        """Keep a report until the next tick."""
        self._latest = report

    def tick(self) -> None:
        """Show the latest report if it is due."""
        latest = self._latest
        if latest is None:
            return
        now = time.monotonic()
        text = self._text(latest)
        if self._live is not None:
            self._live.update(RichText(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif self._due(latest, now):
            self._voice.warn(text, text)
            self._shown, self._shown_at = latest, now

    def _due(self, latest: T, now: float) -> bool:
        if self._shown is None or self._turned(latest, self._shown):
            return True
        return self._repeats(latest, self._shown) and now - self._shown_at >= QUIET_SECONDS

    def _repeats(self, latest: T, shown: T) -> bool:
        """Return whether a report may be shown again after a while."""
        return latest != shown


class ProgressLine(LiveLine["Progress"]):
    """The progress of one roster."""

    def __init__(self, voice: Voice, started: float) -> None:
        super().__init__(
            voice,
            lambda progress: line(voice, progress, time.monotonic() - started),
            lambda latest, shown: latest.phase != shown.phase,
        )
