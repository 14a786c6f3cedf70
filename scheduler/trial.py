"""What if one officer stood at one place on one day? The roster with that done, for the rules to be asked again.

Putting somebody there gives him the duty in the spans wanted and patrol (standby where barred) in what else is new of
his shift; what he did then is left. Visits that the patrols promised and can no longer make are given up, as the rules'
own audit (S02) says how many those are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from constraints.base import Rule, all_rules
from constraints.s02_visits import HotspotVisits
from domain.calendar import OpenWindow, overlaps
from domain.roster import Assignment, Duty, Remediation, Roster, VehicleUse, Visits
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, Severity

Span = tuple[datetime, datetime]
"""Time [start, end)."""

VISITS_RULE = HotspotVisits()


@dataclass(frozen=True)
class Trial:
    """One officer on ``shift`` of ``day``, doing ``kind`` at ``place`` in the ``spans``.

    ``window`` is set where visits are wanted: the patrols then promise all that its hotspot lacks there.
    """

    officer: str
    day: date
    shift: str
    spans: tuple[Span, ...]
    kind: DutyKind
    place: str | None
    window: OpenWindow | None = None


def placed(scenario: Scenario, roster: Roster, trial: Trial) -> Roster:
    """Return the roster with the officer put there; visits stay as they were promised."""
    who = scenario.officer_by_id[trial.officer]
    stays = roster.shift_on.get((who.id, trial.day)) == trial.shift
    before = [d for d in roster.duties_of(who.id) if d.day == trial.day]
    left = _left(roster, trial, before, stays=stays)
    now = _day(scenario, who, trial, [d for d in before if stays and d.place not in left])
    shifts = roster.shifts
    if not stays:
        others = (a for a in roster.shifts if (a.officer, a.day) != (who.id, trial.day))
        shifts = (*others, Assignment(officer=who.id, day=trial.day, shift=trial.shift))
    return Roster(
        shifts=shifts,
        duties=(*(d for d in roster.duties if d.officer != who.id or d.day != trial.day), *now),
        visits=roster.visits,
        remediations=tuple(_with(scenario, r, trial, left) for r in roster.remediations),
        holdings=roster.holdings,
    )


def _left(roster: Roster, trial: Trial, before: Sequence[Duty], *, stays: bool) -> set[str]:
    """Return the remediations of the day the officer no longer takes part in."""
    there = [d for d in before if d.kind is DutyKind.REMEDIATION and d.place is not None]
    if stays:
        there = [d for d in there if d.place != trial.place and any(a < d.end and d.start < b for a, b in trial.spans)]
    return {d.place for d in there if d.place is not None}


def _day(scenario: Scenario, who: Officer, trial: Trial, kept: Sequence[Duty]) -> list[Duty]:
    """Return the duties of the day: the spans wanted, what is kept around them, and patrol or standby for the rest."""
    shift = scenario.shift_day(trial.shift, trial.day)
    rest = DutyKind.STANDBY if DutyKind.PATROL in who.barred_duties else DutyKind.PATROL
    found = [
        Duty(officer=who.id, day=trial.day, start=a, end=b, kind=trial.kind, place=trial.place) for a, b in trial.spans
    ]
    for duty in kept:
        for a, b in _outside(duty.start, duty.end, trial.spans):
            found.append(duty.model_copy(update={"start": a, "end": b}))
    taken = sorted((d.start, d.end) for d in found)
    for a, b in _outside(shift.start, shift.end, taken):
        found.append(Duty(officer=who.id, day=trial.day, start=a, end=b, kind=rest, place=None))
    return _joined(sorted(found, key=lambda d: d.start))


def _outside(start: datetime, end: datetime, taken: Sequence[Span]) -> list[Span]:
    """Return the parts of [start, end) that no span takes."""
    found, reached = [], start
    for a, b in sorted(taken):
        if a >= end:
            break
        if a > reached:
            found.append((reached, a))
        reached = max(reached, b)
    return [*found, (reached, end)] if reached < end else found


def _joined(duties: Sequence[Duty]) -> list[Duty]:
    """Return the duties with neighbours of one kind and place made one."""
    found: list[Duty] = []
    for duty in duties:
        last = found[-1] if found else None
        if last is not None and (last.kind, last.place, last.end) == (duty.kind, duty.place, duty.start):
            found[-1] = last.model_copy(update={"end": duty.end})
        else:
            found.append(duty)
    return found


def _with(scenario: Scenario, r: Remediation, trial: Trial, left: Collection[str]) -> Remediation:
    """Return a remediation with the officer off it or on it; another licensed participant takes over his vehicle."""
    if r.id in left and trial.officer in r.participants:
        people = tuple(p for p in r.participants if p != trial.officer)
        return r.model_copy(update={"participants": people, "vehicles": _driven(scenario, r, people)})
    if trial.kind is DutyKind.REMEDIATION and r.id == trial.place and trial.officer not in r.participants:
        return r.model_copy(update={"participants": (*r.participants, trial.officer)})
    return r


def _driven(scenario: Scenario, r: Remediation, people: Sequence[str]) -> tuple[VehicleUse, ...]:
    kept = [use for use in r.vehicles if use.driver in people]
    free = [p for p in people if p not in {use.driver for use in kept}]
    for use in r.vehicles:
        vehicle = scenario.vehicle_by_id.get(use.vehicle)
        if use.driver in people or vehicle is None:
            continue
        able = (p for p in free if p in scenario.officer_by_id and vehicle.kind in scenario.officer_by_id[p].licences)
        driver = next(able, None)
        if driver is not None:
            free.remove(driver)
            kept.append(VehicleUse(vehicle=use.vehicle, driver=driver))
    return tuple(kept)


def lacking(roster: Roster, window: OpenWindow) -> int:
    """Return how many visits a window lacks."""
    reached = sum(v.count for v in roster.visits if (v.hotspot, v.start) == (window.hotspot, window.start))
    return max(0, window.wanted - reached)


def promising(roster: Roster, squad: str, window: OpenWindow) -> Roster:
    """Return the roster in which the squad's patrols promise all visits that the window still lacks."""
    more = lacking(roster, window)
    rows = list(roster.visits)
    for n, v in enumerate(rows):
        if (v.squad, v.hotspot, v.start) == (squad, window.hotspot, window.start):
            rows[n] = v.model_copy(update={"count": v.count + more})
            return roster.model_copy(update={"visits": tuple(rows)})
    rows.append(Visits(squad=squad, hotspot=window.hotspot, start=window.start, count=more))
    return roster.model_copy(update={"visits": tuple(rows)})


def settled(
    scenario: Scenario, roster: Roster, squads: Collection[str], first: OpenWindow | None = None, more: int = 0
) -> Roster:
    """Return the roster without the visits that the patrols of ``squads`` cannot make.

    Where a window beside ``first`` cannot be kept, the ``more`` visits that were promised there are given up before.
    """
    while True:
        cuts: dict[tuple[str, str, datetime], int] = {}
        for squad, window, amount in VISITS_RULE.overdue(scenario, roster):
            if squad not in squads:
                continue
            key = squad, window.hotspot, window.start
            if first is not None and more > 0 and overlaps(window.start, window.end, first.start, first.end):
                key, amount = (squad, first.hotspot, first.start), min(more, amount)
                more -= amount
            cuts[key] = cuts.get(key, 0) + amount
        if not cuts:
            return roster
        elsewhere = first is not None and any(key[1:] == (first.hotspot, first.start) for key in cuts)
        rows = [
            v.model_copy(update={"count": v.count - cuts[key]}) if (key := (v.squad, v.hotspot, v.start)) in cuts else v
            for v in roster.visits
        ]
        roster = roster.model_copy(update={"visits": tuple(v for v in rows if v.count > 0)})
        if not elsewhere:  # what could not be made is gone where it was promised: the rest is made as before
            return roster


def tried(scenario: Scenario, roster: Roster, trial: Trial, squads: Collection[str]) -> Roster:
    """Return the roster with the officer put there and the visits of ``squads`` that can still, or now, be made."""
    return visiting(scenario, placed(scenario, roster, trial), trial, squads)


def visiting(scenario: Scenario, roster: Roster, trial: Trial, squads: Collection[str]) -> Roster:
    """Return a roster in which the officer has been placed with the visits that can still, or now, be made."""
    if trial.window is None:
        return settled(scenario, roster, squads)
    home = scenario.officer_by_id[trial.officer].squad
    return settled(scenario, promising(roster, home, trial.window), squads, trial.window, lacking(roster, trial.window))


def judging() -> tuple[Rule, ...]:
    """Return the rules that say why somebody is not there: the hard ones and the shortfalls, no wishes."""
    return tuple(rule for rule in all_rules() if rule.severity is not Severity.WISH)
