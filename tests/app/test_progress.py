"""Progress on stderr: a line for each phase, not one for each figure."""

from __future__ import annotations

import io
import time

from rich.console import Console

from app.console import Voice
from app.progress import ProgressLine, line
from domain.words import Text
from scheduler.progress import Progress

FIRST, SECOND = Text("建立班表", "First roster"), Text("改进", "Improving")


def voice(lang: str = "en") -> Voice:
    return Voice(lang, err=Console(file=io.StringIO(), width=80))


def said(speaker: Voice) -> list[str]:
    stream = speaker.err.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue().splitlines()


def test_a_line_holds_phase_objective_bound_gap_and_elapsed_time() -> None:
    progress = Progress(SECOND, 3.0, 2000.0, 1500.0)
    assert line(voice(), progress, 12.0) == "[   12 s] Improving | objective 2,000 | bound 1,500 | gap 25.0%"
    assert line(voice("zh"), progress, 12.0) == "[   12 秒] 改进 | 目标 2,000 | 下界 1,500 | 差距 25.0%"


def test_what_is_not_known_yet_is_a_dash() -> None:
    assert line(voice(), Progress(FIRST, 0.0), 1.0).endswith("objective - | bound - | gap -")


def test_in_a_log_each_phase_gets_a_line_and_figures_wait() -> None:
    speaker = voice()
    with ProgressLine(speaker, time.monotonic()) as shown:
        shown.tick()
        for progress in (Progress(FIRST, 0.0), Progress(FIRST, 1.0, 9.0), Progress(FIRST, 2.0, 8.0)):
            shown.tell(progress)
            shown.tick()
        shown.tell(Progress(SECOND, 3.0, 7.0, 5.0))
        shown.tick()
        shown.tick()
    assert [text.split("] ")[1].split(" |")[0] for text in said(speaker)] == ["First roster", "Improving"]
