"""`lianqin roster`: input workbook -> plan -> workbook -> read back -> the same audit -> the target file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from app.console import Voice
from app.interrupt import listening, run_beside
from app.progress import ProgressLine
from app.summary import show_summary
from app.writing import Draft, refuse_bad_target, write_text
from constraints.base import all_parameters
from domain.problem import InputError, Problem
from domain.result import Result
from domain.scenario import Scenario
from domain.words import Text
from inputs.read import read_workbook
from outputs.readback import read_roster
from outputs.report_json import to_json
from outputs.workbook import write_roster
from scheduler.audit import audit, hard, rule_infos
from scheduler.judge import Disagreement, disagreement
from scheduler.plan import NoRoster, plan
from scheduler.progress import Options, Watch

WRITTEN, NONE_FOUND, REJECTED = 0, 3, 4
FINISHING_BASE_S, FINISHING_PER_OFFICER_DAY_S = 1.0, 0.0012
"""Our own estimate of the time that writing, reading back and auditing take."""


@dataclass(frozen=True)
class Request:
    """What `lianqin roster` was asked; ``options.seconds`` is the whole command's time, counted from ``started``."""

    source: Path
    target: Path
    json_target: Path | None
    options: Options
    started: float


def make_roster(request: Request, voice: Voice) -> int:
    """Make the roster, write it and print the summary; return the exit code 0, 3 or 4, or raise InputError."""
    for target in (request.target, request.json_target):
        if target is not None:
            refuse_bad_target(target, request.source)
    scenario = read_workbook(request.source, all_parameters())
    _refuse_unknown_part(scenario, request.options)
    watch = Watch(seconds=_until_writing(scenario, request.options.seconds), started=request.started)
    with listening(watch.stop):
        try:
            result = _planned(scenario, request.options, watch, voice)
        except NoRoster as none:
            voice.warn(f"没有得到排班表:{none.text.zh}", f"No roster was found: {none.text.en}", style="bold")
            return NONE_FOUND
        return _finish(request, scenario, result, voice)


def _until_writing(scenario: Scenario, seconds: float) -> float:
    """Return what is left of the command's time once writing and auditing have theirs; at least half."""
    work = FINISHING_BASE_S + FINISHING_PER_OFFICER_DAY_S * len(scenario.officers) * len(scenario.dates)
    return max(seconds / 2, seconds - work)


def _refuse_unknown_part(scenario: Scenario, options: Options) -> None:
    for asked, known, zh, en in (
        (options.squad, scenario.squad_by_id, "中队", "squad"),
        (options.group, scenario.group_by_id, "联动小组", "group"),
    ):
        if asked is not None and asked not in known:
            ids = "、".join(known)
            text = Text(f"没有编号为 {asked} 的{zh}", f"there is no {en} {asked}")
            expected = Text(f"其中之一:{ids}", f"one of: {', '.join(known)}")
            raise InputError((Problem(text=text, read=asked, expected=expected),))


def _planned(scenario: Scenario, options: Options, watch: Watch, voice: Voice) -> Result:
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

        return run_beside(lambda: plan(scenario, options, watch), tick)


def _finish(request: Request, scenario: Scenario, result: Result, voice: Voice) -> int:
    """Write beside the target, read that file back, audit it, and only then put it in place."""
    parameters, rules = all_parameters(), rule_infos()
    with Draft(request.target) as draft:
        write_roster(draft.path, scenario, result, parameters, rules, lang=voice.lang)
        back = read_roster(draft.path, parameters)
        found = audit(back.scenario, back.roster)
        differing = disagreement(found, result.findings)
        if differing or hard(found):
            return _rejected(draft, differing, len(hard(found)), voice)
        written = draft.accept()
    if written != request.target:
        voice.warn(
            f"“{request.target.name}”正被其他程序打开,已写到旁边的“{written.name}”。",
            f"{request.target.name} is open in another program; written beside it as {written.name}.",
        )
    if request.json_target is not None:
        write_text(request.json_target, to_json(scenario, result))
    show_summary(voice, scenario, result, rules, written, time.monotonic() - request.started)
    return WRITTEN


def _rejected(draft: Draft, differing: Disagreement, breaches: int, voice: Voice) -> int:
    kept = draft.reject()
    voice.warn(
        f"自查未通过:写出的文件与排班结果不一致,或有硬性违规({breaches} 处)。目标文件未动,"
        f"本次文件保存为“{kept}”,请连同它报告问题。",
        f"Our own audit disagrees with our own roster, or found hard breaches ({breaches}). The target was left alone; "
        f"the file is kept as {kept}. Please report this together with the file.",
        style="bold",
    )
    for finding in differing.first[:5]:
        voice.warn(
            f"只在文件中:{finding.rule} {finding.text.zh}", f"only in the file: {finding.rule} {finding.text.en}"
        )
    for finding in differing.second[:5]:
        voice.warn(
            f"只在排班结果中:{finding.rule} {finding.text.zh}",
            f"only in the roster: {finding.rule} {finding.text.en}",
        )
    return REJECTED
