"""A finished roster as facts for a model: who works when, what everybody does in every period, who is where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from constraints.base import Candidate, OfficerClass, Period, RosterModel, Task
from constraints.r13_taking_part import TakingPart
from domain.calendar import OpenWindow, ShiftDay
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, LockKind
from scheduler.build import class_of

ON_BEAT = (DutyKind.PATROL, DutyKind.HOLDING, DutyKind.STANDBY)
"""Duties that leave an officer to what nobody else needs: they are no task of a model."""

Doing = tuple[tuple[Period, Task | None], ...]
"""What an officer does on a date, period by period in time order; None is patrol, holding or standby."""


@dataclass(frozen=True)
class Facts:
    """A roster in the terms of a model of some squads.

    ``shifts`` by officer and date; ``doing`` by officer and date, for those whose duties fill their shift without gap
    or overlap; ``visits`` by squad and window; ``joins`` are officer and remediation.
    """

    shifts: Mapping[tuple[str, date], ShiftDay]
    doing: Mapping[tuple[str, date], Doing]
    visits: Mapping[tuple[str, OpenWindow], int]
    joins: frozenset[tuple[str, str]]


def facts(scenario: Scenario, roster: Roster, model: RosterModel) -> Facts:
    """Return the facts of a roster for the officers and squads of a model whose periods are cut at its duties."""
    shifts = {
        (a.officer, a.day): scenario.shift_day(a.shift, a.day)
        for a in roster.shifts
        if a.officer in scenario.officer_by_id and a.shift in scenario.shift_by_id
    }
    mine = {o.id for o in model.officers}
    shifts = {key: shift for key, shift in shifts.items() if key[0] in mine}
    by_day: dict[tuple[str, date], list[Period]] = defaultdict(list)
    for squad, periods in model.periods.items():
        for period in periods:
            by_day[squad, period.start.date()].append(period)
    doing = {}
    for (officer, day), shift in shifts.items():
        days = sorted({shift.start.date(), shift.end.date()})
        inside = [p for d in days for p in by_day[model.squad_of[officer], d] if shift.covers(p.start, p.end)]
        found = _doing(roster, officer, day, inside)
        if found is not None:
            doing[officer, day] = found
    made = {(v.squad, v.hotspot, v.start): v.count for v in roster.visits}
    return Facts(
        shifts=shifts,
        doing=doing,
        visits={(s, w): made.get((s, w.hotspot, w.start), 0) for s, w in model.visits},
        joins=frozenset((p, r.id) for r in roster.remediations for p in r.participants if p in mine),
    )


def _doing(roster: Roster, officer: str, day: date, periods: Sequence[Period]) -> Doing | None:
    duties = [d for d in roster.duties_of(officer) if d.day == day]
    rows: list[tuple[Period, Task | None]] = []
    for period in periods:
        at = [d for d in duties if d.start <= period.start and period.end <= d.end]
        if len(at) != 1:
            return None
        rows.append((period, None if at[0].kind in ON_BEAT else Task(at[0].kind, at[0].place or "")))
    return tuple(rows)


def cuts(scenario: Scenario, rosters: Iterable[Roster], squads: Collection[str]) -> dict[str, set[datetime]]:
    """Return the starts and ends of all duties of some squads' officers, by squad."""
    found: dict[str, set[datetime]] = {squad: set() for squad in squads}
    for roster in rosters:
        for duty in roster.duties:
            officer = scenario.officer_by_id.get(duty.officer)
            if officer is not None and officer.squad in found:
                found[officer.squad] |= {duty.start, duty.end}
    return found


def heads(scenario: Scenario, doing: Mapping[tuple[str, date], Doing]) -> dict[tuple[OfficerClass, Period, Task], int]:
    """Return the heads of each class on each task of some officers' days."""
    locked = {lock.officer for lock in scenario.locks if lock.kind is LockKind.DUTY}
    found: dict[tuple[OfficerClass, Period, Task], int] = defaultdict(int)
    for (officer, _), rows in doing.items():
        group = class_of(scenario.officer_by_id[officer], locked=officer in locked)
        for period, task in rows:
            if task is not None and task.kind is not DutyKind.REMEDIATION:
                found[group, period, task] += 1
    return dict(found)


def candidate_of(scenario: Scenario, found: Remediation) -> Candidate:
    """Return a remediation of a roster as the one candidate it is: held there and then, whoever takes part."""
    order = next((d for d in scenario.designated if d.id == found.designated), None)
    group = scenario.group_by_id.get(found.group)
    mobile = scenario.mobile_squads
    squads = tuple(s for s in order.squads if s not in mobile) if order else group.members if group else ()
    least = int(TakingPart().params(scenario).squads)
    return Candidate(
        id=found.id,
        group=found.group,
        hotspot=found.hotspot,
        host=found.host,
        start=found.start,
        end=found.end,
        squads=squads,
        helpers=tuple(s for s in mobile if s not in squads),
        need_squads=min(least, len(squads)),
        target_heads=order.heads if order else group.target_heads if group else 0,
        target_vehicles=order.vehicles if order else group.target_vehicles if group else 0,
        kind=found.kind,
        designated=found.designated,
        commander=order.commander if order else None,
        forced=True,
    )


def concerns(scenario: Scenario, candidate: Candidate, squads: Collection[str]) -> bool:
    """Return whether a remediation may take people of some squads, or leaves them its holding."""
    hotspot = scenario.hotspot_by_id.get(candidate.hotspot)
    holder = candidate.host if hotspot is None or candidate.host in hotspot.squads else hotspot.squads[0]
    boss = scenario.officer_by_id.get(candidate.commander or "")
    named = {*candidate.squads, *candidate.helpers, holder, *((boss.squad,) if boss else ())}
    return bool(named & set(squads))
