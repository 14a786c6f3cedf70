"""Rosters by hand for the tests of reasons: everybody patrols the whole shift but for the duties given."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from constraints.s04_holding import holdings
from domain.result import Finding
from domain.roster import Duty, Roster
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler.audit import audit
from scheduler.plan import plan
from scheduler.progress import Options, Watch
from tests.constraints.kit import at, worked
from tests.scheduler.kit import desk, post, two_squads


def by_hand(scenario: Scenario, rows: dict[str, str], *duties: tuple[str, int, str, str, DutyKind, str]) -> Roster:
    """Return a roster of shifts by letter a day; ``duties`` are officer, day, from, to, kind and place."""
    shifts = worked(scenario, rows)
    found: list[Duty] = []
    for a in shifts:
        shift = scenario.shift_day(a.shift, a.day)
        reached = shift.start
        mine = sorted(d for d in duties if d[0] == a.officer and scenario.dates[d[1]] == a.day)
        for _, _, start, end, kind, place in mine:
            first, last = at(a.day, start), at(a.day, end)
            if reached < first:
                found.append(_patrol(a.officer, a.day, reached, first))
            found.append(Duty(officer=a.officer, day=a.day, start=first, end=last, kind=kind, place=place))
            reached = last
        if reached < shift.end:
            found.append(_patrol(a.officer, a.day, reached, shift.end))
    return Roster(shifts=shifts, duties=tuple(found))


def _patrol(officer: str, day: date, start: datetime, end: datetime) -> Duty:
    return Duty(officer=officer, day=day, start=start, end=end, kind=DutyKind.PATROL)


def scarce() -> Scenario:
    """Return two squads for eight days with more to do than they can: a post for four, a desk all day."""
    return two_squads(
        8, posts=(post("P", "A", heads=4), post("Q", "B", clock="17:00", heads=2)), desks=(desk("D", "B", hours=10),)
    )


@cache
def rostered() -> tuple[Scenario, Roster, tuple[Finding, ...]]:
    """Return the scarce brigade with a solved roster and its findings."""
    scenario = scarce()
    result = plan(scenario, Options(deterministic=0.1, workers=1, seed=3), Watch(3600.0))
    roster = result.roster
    return scenario, roster.model_copy(update={"holdings": holdings(scenario, roster)}), audit(scenario, roster)
