"""Shows how what-if runs are doing: done, running, left, and the time that is likely left."""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text as RichText

if TYPE_CHECKING:
    from types import TracebackType

    from app.console import Voice
    from scheduler.farm import FarmProgress

QUIET_SECONDS = 10.0
"""Least time between two lines where stderr is no console."""


def line(voice: Voice, progress: FarmProgress) -> str:
    """Return the progress in one line."""
    left = "-" if progress.left_s is None else f"{progress.left_s:,.0f}"
    zh = (
        f"[{progress.elapsed_s:5.0f} 秒] 完成 {progress.done},沿用 {progress.reused},在算 {progress.running},"
        f"等待 {progress.left},约剩 {left} 秒"
    )
    en = (
        f"[{progress.elapsed_s:5.0f} s] done {progress.done}, reused {progress.reused}, running {progress.running}, "
        f"left {progress.left}, about {left} s to go"
    )
    return voice.pick(zh, en)


class RunsLine:
    """Keeps the latest progress and shows it; ``tell`` may be called from any thread, ``tick`` from the main one."""

    def __init__(self, voice: Voice, stop: Event) -> None:
        self._voice, self._stop = voice, stop
        self._latest: FarmProgress | None = None
        self._shown: FarmProgress | None = None
        self._shown_at = 0.0
        self._said_stop = False
        self._live = Live(console=voice.err, auto_refresh=False, transient=True) if voice.err.is_terminal else None

    def __enter__(self) -> RunsLine:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, progress: FarmProgress) -> None:
        """Keep a report until the next tick."""
        self._latest = progress

    def tick(self) -> None:
        """Show the latest report if it is due; say once that a stop was heard."""
        if self._stop.is_set() and not self._said_stop:
            self._said_stop = True
            self._voice.warn(
                "收到中断:写出已算完的部分;用 --resume 可接着算;再按一次 Ctrl-C 放弃。",
                "Stopping: what is done is being written; --resume goes on from there; Ctrl-C again to abort.",
            )
        latest = self._latest
        if latest is None:
            return
        now = time.monotonic()
        text = line(self._voice, latest)
        if self._live is not None:
            self._live.update(RichText(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif self._due(latest, now):
            self._voice.warn(text, text)
            self._shown, self._shown_at = latest, now

    def _due(self, latest: FarmProgress, now: float) -> bool:
        if self._shown is None:
            return True
        landed = (latest.done, latest.running) != (self._shown.done, self._shown.running)
        return landed or now - self._shown_at >= QUIET_SECONDS
