"""`lianqin roster`: input workbook -> plan -> workbook -> read back -> the same audit -> the target file."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Voice
from app.counting import show_counted
from app.explain import explanation_for
from app.interrupt import listening, run_beside
from app.pace import pace_of
from app.progress import ProgressLine
from app.shipping import ship
from app.summary import show_summary
from app.writing import refuse_bad_target, tell_moved
from constraints.base import all_parameters
from domain.explanation import Explanation
from domain.result import Result
from domain.scenario import Scenario
from inputs.places import Places, line_places
from inputs.read import read_workbook
from outputs.readback import read_roster
from scheduler.audit import rule_infos
from scheduler.carry_over import carried_over
from scheduler.counting import count
from scheduler.progress import Options, Watch
from scheduler.restrict import restricted

if TYPE_CHECKING:
    from scheduler.clash_lines import Line

WRITTEN, NONE_FOUND, REJECTED = 0, 3, 4
FINISHING_BASE_S, FINISHING_PER_OFFICER_DAY_S = 1.0, 0.0006
"""Time that writing, reading back and auditing take, rounded up from what the sample brigade takes."""
EXPLAINING_SHARE = 0.35
"""Reasons are written with the roster if they take no more of the time than this; `lianqin explain` gives them too."""
LATE = 0.05
"""Reasons are still written where the command's time would end later by this share of it, and else left out."""
OPTIONS_SHARE = 0.02
"""Ways out are written for as many of the dearest shortfalls as this share of the time is enough for."""
OPTION_S = 3.0
"""Time of one process that the ways out of one shortfall take."""
MOST_OPTIONS = 20
EXPLAINING_PER_OFFICER_DAY_S = 0.002
"""Time of one process that the reasons of shortfalls take, where demand is beyond the staff as in the sample."""


@dataclass(frozen=True)
class Request:
    """What `lianqin roster` was asked; ``options.seconds`` is the whole command's time, counted from ``started``."""

    source: Path
    target: Path
    json_target: Path | None
    options: Options
    started: float
    previous: Path | None = None
    pace: float = 1.0
    """How slow the machine turned out to be (see `Watch`)."""


def make_roster(request: Request, voice: Voice) -> int:
    """Make the roster, write it and print the summary; return the exit code 0, 3 or 4, or raise InputError."""
    refuse_bad_target(request.target, request.source)
    if request.json_target is not None:
        refuse_bad_target(request.json_target, suffix=".json")
    began = time.monotonic()
    scenario = read_workbook(request.source, all_parameters())
    pace = pace_of(scenario, time.monotonic() - began)
    if request.previous is not None:
        scenario = _after(scenario, request.previous, voice)
    scenario = restricted(scenario, request.options)
    from scheduler.plan import NoRoster, plan  # loads the solver, which a problem of the input need not wait for

    request = replace(request, pace=pace)
    seconds = _until_writing(scenario, request)
    watch = Watch(seconds=seconds, started=request.started, pace=pace, latest=_latest(scenario, request))
    show_counted(voice, count(scenario))
    with listening(watch.stop):
        try:
            options = replace(request.options, seconds=seconds)
            result = _watched(lambda: plan(scenario, options, watch, _placing(request.source)), watch, voice)
        except NoRoster:
            return _none_found(watch, voice)
        return _finish(request, scenario, result, voice, stopped=watch.stop.is_set())


def _after(scenario: Scenario, previous: Path, voice: Voice) -> Scenario:
    """Return the scenario with what the roster of the month before hands on."""
    back = read_roster(previous, all_parameters())
    if back.publication is None:
        voice.warn(
            f"“{previous.name}”没有公布过,按表上现有的班次结转。",
            f"{previous.name} was not published; carried over as its sheets stand.",
        )
    return carried_over(scenario, back.scenario, back.roster)


def _placing(source: Path) -> Callable[[Line], tuple[str, int | None]]:
    """Return what finds sheet and row of a line of the input; the workbook is read when first asked."""
    known: list[Places] = []

    def place(line: Line) -> tuple[str, int | None]:
        if not known:
            known.append(line_places(source))
        return known[0].get((line.sheet, line.key), (line.sheet, None))

    return place


def _until_writing(scenario: Scenario, request: Request) -> float:
    """Return what is left of the command's time once reasons, writing and auditing have theirs; at least half."""
    return max(request.options.seconds / 2, _latest(scenario, request) - _explaining(scenario, request))


def _latest(scenario: Scenario, request: Request) -> float:
    """Return what is left of the command's time if writing and auditing alone have theirs; at least half."""
    size = len(scenario.officers) * len(scenario.dates)
    work = request.pace * (FINISHING_BASE_S + size * FINISHING_PER_OFFICER_DAY_S)
    return max(request.options.seconds / 2, request.options.seconds - work)


def _explaining(scenario: Scenario, request: Request) -> float:
    """Return the time that reasons and ways out get; none where they would take too much from the roster itself."""
    seconds, workers = request.options.seconds, request.options.workers
    size = len(scenario.officers) * len(scenario.dates)
    needed = request.pace * size * EXPLAINING_PER_OFFICER_DAY_S / workers
    return (
        needed + _options(request) * request.pace * OPTION_S / workers if needed <= EXPLAINING_SHARE * seconds else 0.0
    )


def _options(request: Request) -> int:
    """Return for how many of the dearest shortfalls there is time to look for ways out; for one without a clock."""
    seconds, workers = request.options.seconds, request.options.workers
    if not isfinite(seconds):
        return 1
    return int(min(MOST_OPTIONS, OPTIONS_SHARE * seconds * workers / (request.pace * OPTION_S)))


def _none_found(watch: Watch, voice: Voice) -> int:
    voice.warn(
        f"{watch.elapsed:.0f} 秒内没有排出班表,没有写出文件。请用 --time 给更多时间,或用 --squad、--group 先排一部分。",
        f"No roster was found in {watch.elapsed:.0f} s; nothing was written. Give more time with --time, "
        "or roster a part first with --squad or --group.",
        style="bold",
    )
    return NONE_FOUND


def _watched(work: Callable[[], Result], watch: Watch, voice: Voice) -> Result:
    """Do the work while its progress is shown and interrupts are heard."""
    stopping = False
    with ProgressLine(voice, watch.started) as progress:
        watch.tell = progress.tell

        def tick() -> None:
            nonlocal stopping
            progress.tick()
            if watch.stop.is_set() and not stopping:
                stopping = True
                voice.warn(
                    "收到中断:正在收尾,将写出目前最好的排班表;再按一次 Ctrl-C 放弃。",
                    "Stopping: the best roster so far is being finished and written; Ctrl-C again to abort.",
                )

        return run_beside(work, tick)


def _reasons(request: Request, scenario: Scenario, result: Result, voice: Voice) -> Explanation:
    voice.warn("正在写明缺口原因……", "Writing why needs stay unfilled ...")
    workers = request.options.workers
    return explanation_for(scenario, result.roster, result.findings, workers, _options(request))


def _finish(request: Request, scenario: Scenario, result: Result, voice: Voice, *, stopped: bool) -> int:
    """Write beside the target, read that file back, audit it, and only then put it in place.

    Who has ``stopped`` the run does not wait for the reasons of shortfalls; `lianqin explain` gives them.
    """
    needed, reached = _explaining(scenario, request), time.monotonic() - request.started
    explains = not stopped and 0 < needed <= _latest(scenario, request) - reached + LATE * request.options.seconds
    explained = _reasons(request, scenario, result, voice) if explains else None
    written = ship(request.target, scenario, result, voice, json_target=request.json_target, explained=explained)
    if written is None:
        return REJECTED
    tell_moved(voice, request.target, written)
    show_summary(voice, scenario, result, rule_infos(), written, time.monotonic() - request.started)
    return WRITTEN
