"""`lianqin replace`: who can step in, ranked by cost, with rules, hours and fair shares. Loads no solver."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from rich.table import Table

from app.console import Voice
from app.edits import price_line
from app.summary import points
from app.writing import problem
from constraints.base import all_parameters
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Text
from inputs.values import CellError, to_date
from outputs.readback import read_roster, visit_span
from scheduler.standin import StandIn, Vacancy, at_place, of_officer, stand_ins

SHOWN = 10
HOUR = timedelta(hours=1)


def replace_officer(source: Path, duty: str | None, officer: str | None, day: str, voice: Voice) -> int:
    """Print who could step in and what each costs; return 0, or raise InputError where there is nothing to fill."""
    parameters = all_parameters()
    back = read_roster(source, parameters, baseline=False)
    scenario = back.scenario
    on = _date(day, scenario)
    vacancy = _vacancy(scenario, back.roster, duty, officer, on)
    found = stand_ins(scenario, back.roster, vacancy, visit_span(scenario, parameters))
    _head(voice, scenario, vacancy)
    if not found:
        voice.say("没有人可以顶班。", "Nobody could step in.", style="bold")
        return 0
    _table(voice, scenario, found[:SHOWN])
    for one in found[: SHOWN // 2]:
        _details(voice, scenario, one)
    return 0


def _date(text: str, scenario: Scenario) -> date:
    try:
        found = to_date(text.strip())
    except CellError:
        found = None
    if found is None or not scenario.first <= found < scenario.end:
        last = scenario.dates[-1]
        raise problem(
            f"--date “{text}”不是 {scenario.first} 至 {last} 内的日期",
            f"--date '{text}' is no date from {scenario.first} to {last}",
        )
    return found


def _vacancy(scenario: Scenario, roster: Roster, duty: str | None, officer: str | None, on: date) -> Vacancy:
    if officer is not None:
        if officer not in scenario.officer_by_id:
            raise problem(f"没有编号为“{officer}”的队员", f"there is no officer {officer}")
        found = of_officer(scenario, roster, officer, on, duty)
        if found is None:
            name = scenario.officer_by_id[officer].name
            raise problem(f"{name} {on} 没有这样的勤务,不需要顶班", f"{name} has no such duty on {on}: nothing to fill")
        return found
    found = at_place(scenario, roster, duty or "", on)
    if found is None:
        raise problem(
            f"{on} 没有编号为“{duty}”的岗位(固定岗、案件岗或值守)",
            f"no post, desk or presence {duty} is open on {on}",
            expected=Text("输入表里的编号,或用 --officer", "an id of the input, or --officer"),
        )
    return found


def _head(voice: Voice, scenario: Scenario, vacancy: Vacancy) -> None:
    what = "、".join(f"{d.start:%H:%M}-{d.end:%H:%M} {d.place or ''}".strip() for d in vacancy.duties)
    who = scenario.officer_by_id[vacancy.officer].name if vacancy.officer else ""
    voice.say(
        f"{vacancy.day} {who}需要顶班:{what}",
        f"{vacancy.day} {who} to be filled: {what}".replace("  ", " "),
        style="bold",
    )


def _table(voice: Voice, scenario: Scenario, found: list[StandIn]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for zh, en in (("人员", "Who"), ("班次", "Shift"), ("分值", "Points"), ("违规", "Breaches"), ("工时", "Hours")):
        table.add_column(voice.pick(zh, en))
    for one in found:
        officer = scenario.officer_by_id[one.officer]
        hours = f"{one.hours_before / HOUR:g} -> {one.hours_after / HOUR:g} / {one.target / HOUR:g}"
        table.add_row(
            f"{officer.name}({officer.id})",
            f"{_shift(voice, scenario, one.before)} -> {_shift(voice, scenario, one.after)}",
            points(one.points),
            ", ".join(sorted({f.rule for f in one.breaks})) or "-",
            hours,
        )
    voice.out.print(table)


def _shift(voice: Voice, scenario: Scenario, shift: str | None) -> str:
    found = scenario.shift_by_id.get(shift or "")
    return found.name if found else voice.pick("休", "off")


def _details(voice: Voice, scenario: Scenario, one: StandIn) -> None:
    officer = scenario.officer_by_id[one.officer]
    zh, en = price_line(one.points, one.prices)
    voice.say(f"{officer.name}:{zh}", f"{officer.name}: {en}")
    voice.say(
        f"晚班 {one.late}、周末 {one.weekends}、节假日 {one.holidays}(含结转)",
        f"late {one.late}, weekends {one.weekends}, holidays {one.holidays} (carried included)",
        indent=4,
    )
    for finding in one.breaks:
        voice.say(f"违反 {finding.rule}:{finding.text.zh}", f"breaks {finding.rule}: {finding.text.en}", indent=4)
