"""What a new month takes from the last one: history, balances, whose turn it is, and holdings that still run."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from domain.calendar import DAY
from domain.problem import InputError, Problem
from domain.roster import Roster
from domain.scenario import Group, Officer, PastRemediation, PastShift, Scenario
from domain.words import Text
from domain.yearly import Turns
from outputs.ledger import ledger_rows

SHIFT_DAYS, REMEDIATION_DAYS = 14, 42
"""Days of shifts and of remediations that count as history."""


def carried_over(scenario: Scenario, previous: Scenario, roster: Roster) -> Scenario:
    """Return the input of a month with everything that the roster of the month before hands on to it.

    What was entered for the history, the officers' balances, the conveners and the squads' turns is replaced; officers
    and squads that are new keep what was entered. Turns begin anew with the year.

    Raises
    ------
    InputError
        If it is another brigade, not the month before, or its shifts, hotspots or groups are unknown here.
    """
    _refuse_strangers(scenario, previous)
    past_shifts = _past_shifts(scenario, previous, roster)
    past_remediations = _past_remediations(scenario, previous, roster)
    _refuse_unknown(scenario, past_shifts, past_remediations)
    figures = {row.officer: row for row in ledger_rows(previous, roster)}

    def balanced(officer: Officer) -> Officer:
        row, old = figures.get(officer.id), previous.officer_by_id.get(officer.id)
        if row is None or old is None:
            return officer
        return officer.model_copy(
            update={
                "carried_late": old.carried_late + row.late,
                "carried_weekends": old.carried_weekends + row.weekend_days,
                "carried_holidays": old.carried_holidays + row.holidays,
                "carried_remediations": old.carried_remediations + row.remediations,
                "lieu": timedelta(minutes=round(60 * row.lieu_balance_h)),
            }
        )

    return scenario.model_copy(
        update={
            "officers": tuple(balanced(o) for o in scenario.officers),
            "groups": tuple(_next_convener(g, previous) for g in scenario.groups),
            "past_shifts": past_shifts,
            "past_remediations": past_remediations,
            "turns": _turns(scenario, previous, roster),
        }
    )


def _refuse_strangers(scenario: Scenario, previous: Scenario) -> None:
    if previous.brigade != scenario.brigade:
        raise _problem(
            f"--previous 是“{previous.brigade}”的排班,不是“{scenario.brigade}”的",
            f"--previous is a roster of {previous.brigade}, not of {scenario.brigade}",
        )
    if previous.end != scenario.first:
        last = previous.end - DAY
        raise _problem(
            f"--previous 的排班到 {last} 为止,本期从 {scenario.first} 开始,两者不相接",
            f"--previous ends on {last}, this period begins on {scenario.first}: they do not meet",
        )


def _past_shifts(scenario: Scenario, previous: Scenario, roster: Roster) -> tuple[PastShift, ...]:
    since = scenario.first - SHIFT_DAYS * DAY
    rows = [p for p in previous.past_shifts if p.date >= since]
    rows += [PastShift(officer=a.officer, date=a.day, shift=a.shift) for a in roster.shifts if a.day >= since]
    known = [row for row in rows if row.officer in scenario.officer_by_id]
    return tuple(sorted(known, key=lambda row: (row.officer, row.date)))


def _past_remediations(scenario: Scenario, previous: Scenario, roster: Roster) -> tuple[PastRemediation, ...]:
    since = scenario.first - REMEDIATION_DAYS * DAY
    rows = [p for p in previous.past_remediations if p.date >= since]
    rows += [
        PastRemediation(id=r.id, group=r.group, hotspot=r.hotspot, host=r.host, date=r.start.date(), kind=r.kind)
        for r in roster.remediations
        if r.start.date() >= since
    ]
    return tuple(sorted(rows, key=lambda row: (row.date, row.id)))


def _refuse_unknown(
    scenario: Scenario, shifts: tuple[PastShift, ...], remediations: tuple[PastRemediation, ...]
) -> None:
    gone: list[tuple[Text, str]] = []
    gone += [(Text("班次", "shift"), p.shift) for p in shifts if p.shift not in scenario.shift_by_id]
    for p in remediations:
        gone += [(Text("联动小组", "joint group"), p.group)] if p.group not in scenario.group_by_id else []
        gone += [(Text("热点", "hotspot"), p.hotspot)] if p.hotspot not in scenario.hotspot_by_id else []
        gone += [(Text("中队", "squad"), p.host)] if p.host not in scenario.squad_by_id else []
    if gone:
        raise InputError(
            tuple(
                Problem(
                    text=Text(
                        f"上期用到的{what.zh}“{value}”本期输入里没有,请补上(可以不再使用)",
                        f"the {what.en} {value} of the last period is not in this input; add it, used or not",
                    )
                )
                for what, value in dict.fromkeys(gone)
            )
        )


def _next_convener(group: Group, previous: Scenario) -> Group:
    """Return the group with the member after the last convener; unchanged where he or the group is new."""
    old = previous.group_by_id.get(group.id)
    if old is None or old.convener not in group.members:
        return group
    turn = (group.members.index(old.convener) + 1) % len(group.members)
    return group.model_copy(update={"convener": group.members[turn]})


def _turns(scenario: Scenario, previous: Scenario, roster: Roster) -> tuple[Turns, ...]:
    same_year = scenario.first.year == previous.first.year
    before = {turns.squad: turns for turns in previous.turns} if same_year else {}
    hosted = Counter(r.host for r in roster.remediations if r.start.year == scenario.first.year)
    convened = Counter(g.convener for g in previous.groups if same_year)
    entered = {turns.squad: turns for turns in scenario.turns}
    found = []
    for squad in scenario.squads:
        if squad.id not in previous.squad_by_id:
            found += [entered[squad.id]] if squad.id in entered else []
            continue
        old = before.get(squad.id) or Turns(squad=squad.id)
        now = Turns(
            squad=squad.id,
            hosted=old.hosted + hosted[squad.id],
            convened=old.convened + convened[squad.id],
        )
        if now.hosted or now.convened:
            found.append(now)
    return tuple(found)


def _problem(zh: str, en: str) -> InputError:
    return InputError((Problem(text=Text(zh, en)),))
