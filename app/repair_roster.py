"""`lianqin repair`: hand edits, sick calls and sudden remediations -> the lawful roster with the fewest changes."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Voice
from app.findings import show_edits
from app.interrupt import listening, run_beside
from app.progress import ProgressLine
from app.shipping import ship
from app.summary import points
from app.writing import problem, refuse_bad_target, tell_moved
from constraints.base import all_parameters
from domain.calendar import DAY
from domain.problem import InputError, Problem
from domain.result import Finding, Report, Result
from domain.roster import Roster
from domain.scenario import Absence, Scenario
from domain.words import AbsenceKind, Status, Text
from inputs.orders import read_orders
from inputs.values import CellError, to_date, to_member
from outputs.readback import ReadBack, read_roster
from outputs.visible_grid import cell_at
from scheduler.audit import audit, hard, totals
from scheduler.audit import points as sum_of
from scheduler.judge import naming_rules
from scheduler.progress import Watch

if TYPE_CHECKING:
    from scheduler.levels import Unsolvable
    from scheduler.repair import Repair, Wanted
    from scheduler.stuck import Why

WRITTEN, NONE_FOUND, REJECTED = 0, 3, 4
ALL = "all"


@dataclass(frozen=True)
class Asked:
    """What `lianqin repair` was asked, as typed."""

    source: Path
    target: Path
    started: float
    keep: str = ALL
    absent: tuple[str, ...] = ()
    orders: Path | None = None
    first: str | None = None
    most: int | None = None
    force: bool = False
    visits: bool = False
    seconds: float = 40.0
    json_target: Path | None = None


def repair_roster(asked: Asked, voice: Voice) -> int:
    """Repair, write and say what changed; return the exit code 0, 3 or 4, or raise InputError."""
    refuse_bad_target(asked.target, asked.source)
    if asked.json_target is not None:
        refuse_bad_target(asked.json_target, suffix=".json")
    back = read_roster(asked.source, all_parameters())
    from scheduler.levels import Unsolvable  # loads the solver, which a problem of the input need not wait for
    from scheduler.repair import repair

    wanted = _wanted(asked, back)
    published = back.roster if back.baseline is None else back.baseline
    watch = Watch(seconds=asked.seconds, started=asked.started)
    with listening(watch.stop), ProgressLine(voice, asked.started) as line:
        watch.tell = line.tell
        try:
            done = run_beside(
                lambda: repair(
                    back.scenario, published, back.roster, wanted, tell=watch.say, stopped=watch.stop.is_set
                ),
                line.tick,
            )
        except Unsolvable as nothing:
            return _nothing(back.scenario, nothing, voice, stopped=watch.stop.is_set())
    return _finish(asked, back, published, done, voice)


def _wanted(asked: Asked, back: ReadBack) -> Wanted:
    from scheduler.repair import Wanted

    scenario = back.scenario
    return Wanted(
        first=_first(asked.first, scenario),
        absences=_absences(asked.absent, scenario),
        orders=read_orders(asked.orders, scenario) if asked.orders is not None else (),
        keep=None if asked.keep.strip() == ALL else cells_of(asked.keep, back),
        most=asked.most,
        force=asked.force,
        visits=asked.visits,
        seconds=asked.seconds,
    )


def _absences(texts: Sequence[str], scenario: Scenario) -> tuple[Absence, ...]:
    """Return all absences as typed; InputError with every one that cannot be read."""
    found: list[Absence] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(absence_of(text, scenario))
        except InputError as error:
            problems += error.problems
    if problems:
        from scheduler.repair import absence_problems

        raise InputError((*problems, *absence_problems(scenario, found)))
    return tuple(found)


def _first(text: str | None, scenario: Scenario) -> date:
    """Return the first date that may change: as typed, else today if it lies in the period, else its first."""
    if text is None:
        today = date.today()
        return today if scenario.first <= today < scenario.end else scenario.first
    found = _date(text, "--from")
    if not scenario.first <= found < scenario.end:
        last = scenario.dates[-1]
        raise problem(
            f"--from {found} 不在 {scenario.first} 至 {last} 内", f"--from {found} is not in {scenario.first} to {last}"
        )
    return found


def _date(text: str, option: str) -> date:
    try:
        return to_date(text.strip())
    except CellError:
        raise problem(
            f"{option} 里的“{text}”不是日期",
            f"'{text}' in {option} is no date",
            expected=Text("如 2026-10-12", "such as 2026-10-12"),
        ) from None


def absence_of(text: str, scenario: Scenario) -> Absence:
    """Return the absence written as ID:FROM..TO[:KIND], both dates included; sick leave by default."""
    match = re.fullmatch(r"(.+?):([0-9./-]+?)(?:\.\.([0-9/-]+))?(?::(.+))?", text.strip())
    if match is None:
        raise problem(
            f"--absent 读不懂“{text}”",
            f"--absent cannot be read: '{text}'",
            expected=Text("编号:起..止[:类别],如 1004:2026-10-12..2026-10-14:病", "1004:2026-10-12..2026-10-14:sick"),
        )
    who, start, end, kind = match.groups()
    first = _date(start, "--absent")
    last = _date(end, "--absent") if end else first
    if last < first:
        raise problem(f"--absent “{text}”的止早于起", f"--absent '{text}': the last date is before the first")
    officer = who if who in scenario.officer_by_id else _by_name(who, scenario)
    try:
        member = AbsenceKind.SICK if kind is None else AbsenceKind(to_member(AbsenceKind, kind.strip()))
    except CellError as error:
        raise problem(
            f"--absent “{text}”的类别不认识", f"--absent '{text}': an unknown kind", expected=error.expected
        ) from None
    return Absence(officer=officer, kind=member, start=first, end=last + DAY)


def _by_name(name: str, scenario: Scenario) -> str:
    """Return the id of the only officer of a name; the name itself where there is none, which is reported later."""
    found = [o.id for o in scenario.officers if o.name == name]
    return found[0] if len(found) == 1 else name


def cells_of(text: str, back: ReadBack) -> frozenset[tuple[str, date]]:
    """Return officers and dates of the cells to keep: SHEET!CELL of a month grid, or ID:DATE, separated by commas."""
    found = set()
    for piece in (part.strip() for part in text.split(",") if part.strip()):
        cell = cell_at(back.cells, piece)
        if cell is not None:
            found.add((cell.officer, cell.day))
            continue
        who, _, when = piece.rpartition(":")
        if who not in back.scenario.officer_by_id:
            raise problem(
                f"--keep 里的“{piece}”既不是月排班表的单元格,也不是“编号:日期”",
                f"'{piece}' in --keep is neither a cell of a month grid nor ID:DATE",
                expected=Text("如 月排班表·外滩!K12 或 1004:2026-10-12", "such as 1004:2026-10-12"),
            )
        found.add((who, _date(when, "--keep")))
    return frozenset(found)


# -- the result ---------------------------------------------------------------------------------------------------


def _finish(asked: Asked, back: ReadBack, published: Roster, done: Repair, voice: Voice) -> int:
    from app.repair_notes import (  # loads the solver
        forced_days,
        forced_notes,
        level_texts,
        lock_notes,
        remediation_notes,
    )

    findings = audit(done.scenario, done.roster)
    breaches = hard(findings)
    before = hard(audit(back.scenario, published)) if breaches and back.baseline is not None else ()
    allowed = [f for f in breaches if f in before or _by_force(f, done)]

    def notes() -> tuple[Text, ...]:
        return (
            *level_texts(done.levels),
            *remediation_notes(done, published),
            *lock_notes(back.scenario, done),
            *forced_notes(done),
        )

    report = _report(back, done, findings, time.monotonic() - asked.started)
    forced = forced_days(done, findings)
    known = {(f.officer, f.day) for f in forced}
    now, was = done.roster.shift_on, back.roster.shift_on
    stays = [f for f in back.forced if was.get((f.officer, f.day)) == now.get((f.officer, f.day))]
    result = Result(
        roster=done.roster,
        report=report,
        findings=findings,
        publication=back.publication,
        forced=(*(f for f in stays if (f.officer, f.day) not in known), *forced),
    )
    written = ship(
        asked.target,
        done.scenario,
        result,
        voice,
        json_target=asked.json_target,
        accepted=allowed,
        quick=True,
        notes=notes,
    )
    if written is None:
        return REJECTED
    tell_moved(voice, asked.target, written)
    for text in notes():
        voice.say(text.zh, text.en)
    show_edits(voice, done.scenario, done.found)
    opened = [done.scenario.squad_by_id[s].name for s in done.squads]
    voice.say(f"打开的中队:{'、'.join(opened) or '无'}", f"Squads opened: {', '.join(opened) or 'none'}")
    voice.say(
        f"目标值:{points(report.objective)}(公布时 {points(sum_of(back.declared))})",
        f"Objective: {points(report.objective)} (published: {points(sum_of(back.declared))})",
    )
    voice.say(f"文件:{written}", f"File: {written}", style="bold", whole=True)
    return WRITTEN


def _by_force(finding: Finding, done: Repair) -> bool:
    """Return whether a breach is about an officer whose edit was forced, or a squad's rule that the edit broke."""
    return any(finding.where.officer == officer for officer, _ in done.forced)


def _report(back: ReadBack, done: Repair, findings: Sequence[Finding], seconds: float) -> Report:
    """Return the report; the bound of the first solve still holds if the repair added nothing but locks."""
    objective, named = sum_of(findings), sum_of(findings, naming_rules())
    same = (done.scenario.absences, done.scenario.designated) == (back.scenario.absences, back.scenario.designated)
    bound = min(back.report.bound, objective) if back.report is not None and same else 0.0
    return Report(
        status=Status.FEASIBLE,
        objective=objective,
        decided=objective - named,
        named=named,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        totals=totals(findings),
        seed=back.report.seed if back.report else 0,
        workers=back.report.workers if back.report else 0,
        deterministic=None,
        wall_seconds=round(seconds, 1),
        versions=back.report.versions if back.report else (),
        scope=back.report.scope if back.report else "brigade",
    )


def _nothing(scenario: Scenario, nothing: Unsolvable, voice: Voice, *, stopped: bool) -> int:
    names = [scenario.squad_by_id[s].name for s in nothing.squads]
    if nothing.proven:
        said = _reason(scenario, nothing.why)
        voice.warn(
            f"{'、'.join(names)}:{said.zh}没有写出文件。",
            f"{', '.join(names)}: {said.en} Nothing was written.",
            style="bold",
        )
    elif stopped:
        voice.warn(
            f"{'、'.join(names)}:已按要求停止,此时还没有找到修复方案。没有写出文件。",
            f"{', '.join(names)}: stopped as asked before any repair was found. Nothing was written.",
            style="bold",
        )
    else:
        voice.warn(
            f"{'、'.join(names)}:时间内没有找到修复方案,请用 --time 给更多时间。没有写出文件。",
            f"{', '.join(names)}: no repair was found in the time given; give more with --time. Nothing was written.",
            style="bold",
        )
    return NONE_FOUND


def _reason(scenario: Scenario, why: Why) -> Text:
    """Return why there is no repair, and the way out."""
    if why.days is not None:
        return Text(
            f"至少要改动 {why.days} 人·天的班次,已证明;请放宽 --max-changes。",
            f"at least {why.days} officer-days have to change (proven); allow more with --max-changes.",
        )
    if why.clash:
        zh = "、".join(f"{scenario.officer_by_id[o].name}({o}) {day:%m-%d}" for o, day in why.clash)
        en = ", ".join(f"{scenario.officer_by_id[o].name} ({o}) {day:%m-%d}" for o, day in why.clash)
        if len(why.clash) == 1:
            return Text(
                f"保留 {zh} 的改动,硬性规则(含已定的联动整治)排不出任何班表;请改回,或用 --keep 不保留它。",
                f"with the edit {en} kept, the hard rules, the remediations as planned included, leave no roster; undo "
                "it, or leave it out of --keep.",
            )
        sure = Text("去掉其中任何一处即可", "without any one of them it can be done")
        sure = sure if why.least else Text("是哪几处未及查清", "which of them was not found out in time")
        return Text(
            f"这 {len(why.clash)} 处改动不能同时保留({sure.zh}):{zh};请改回一处,或用 --keep 只保留其余的。",
            f"these {len(why.clash)} edits cannot all be kept ({sure.en}): {en}; undo one, or --keep the others only.",
        )
    return Text(
        "在这些请假、锁定和已定的联动整治下,硬性规则排不出任何班表;请先改计划表里的联动整治,或撤去锁定。",
        "with these absences, locks and remediations as planned the hard rules leave no roster; change the plan or the "
        "locks first.",
    )
