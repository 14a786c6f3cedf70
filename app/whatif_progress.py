"""Shows how what-if runs are doing: done, running, left, and the time that is likely left."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from typing_extensions import override

from app.progress import LiveLine

if TYPE_CHECKING:
    from app.console import Voice
    from scheduler.farm import FarmProgress


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


class RunsLine(LiveLine["FarmProgress"]):
    """The progress of what-if runs."""

    def __init__(self, voice: Voice, stop: Event) -> None:
        super().__init__(
            voice,
            lambda progress: line(voice, progress),
            lambda latest, shown: (latest.done, latest.running) != (shown.done, shown.running),
        )
        self._stop, self._said_stop = stop, False

    @override
    def tick(self) -> None:
        """Show the latest report if it is due; say once that a stop was heard."""
        if self._stop.is_set() and not self._said_stop:
            self._said_stop = True
            self._voice.warn(
                "收到中断:写出已算完的部分;用 --resume 可接着算;再按一次 Ctrl-C 放弃。",
                "Stopping: what is done is being written; --resume goes on from there; Ctrl-C again to abort.",
            )
        super().tick()

    @override
    def _repeats(self, latest: FarmProgress, shown: FarmProgress) -> bool:
        return True
