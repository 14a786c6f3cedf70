"""Who stands in which row of 每日勤务表: people of one duty, place and time; patrols and holdings in pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.roster import Duty, Roster
from domain.scenario import Scenario
from domain.words import DutyKind

PAIRED = (DutyKind.PATROL, DutyKind.HOLDING)


class Crew(NamedTuple):
    """People of one squad who do one duty at one place in [start, end); ``day`` is the date of their shift."""

    day: date
    squad: str
    start: datetime
    end: datetime
    kind: DutyKind
    place: str | None
    officers: tuple[str, ...]


def crews(scenario: Scenario, roster: Roster) -> tuple[Crew, ...]:
    """Return every crew by date, squad in the scenario's order, time and duty; together they hold every duty once.

    A patrol or holding duty may be cut where its pair changes; the pieces touch, so that they read as one duty again.
    """
    squads = {squad.id: n for n, squad in enumerate(scenario.squads)}
    kinds = {kind: n for n, kind in enumerate(DutyKind)}
    people = {officer.id: n for n, officer in enumerate(scenario.officers)}
    pools: dict[tuple[date, str, DutyKind, str | None], list[Duty]] = defaultdict(list)
    for duty in roster.duties:
        pools[duty.day, scenario.officer_by_id[duty.officer].squad, duty.kind, duty.place].append(duty)
    found = [crew for key, duties in pools.items() for crew in _crews(scenario, roster, key, duties)]

    def order(crew: Crew) -> tuple[object, ...]:
        first = people[crew.officers[0]]
        return (crew.day, squads[crew.squad], crew.start, kinds[crew.kind], crew.place or "", crew.end, first)

    return tuple(sorted(found, key=order))


def _crews(
    scenario: Scenario, roster: Roster, key: tuple[date, str, DutyKind, str | None], duties: Sequence[Duty]
) -> Iterable[Crew]:
    day, squad, kind, place = key
    if kind in PAIRED:
        for start, end, pair in _pairs(scenario, duties):
            yield Crew(day, squad, start, end, kind, place, pair)
        return
    together: dict[tuple[datetime, datetime, str | None], list[str]] = defaultdict(list)
    for duty in duties:
        together[duty.start, duty.end, roster.shift_on.get((duty.officer, day))].append(duty.officer)
    for (start, end, _), officers in together.items():
        yield Crew(day, squad, start, end, kind, place, tuple(officers))


def _pairs(scenario: Scenario, duties: Sequence[Duty]) -> list[tuple[datetime, datetime, tuple[str, ...]]]:
    """Return pairs and lone officers with their times: a pair stays together as long as that keeps as many pairs."""
    moments = sorted({moment for duty in duties for moment in (duty.start, duty.end)})
    done: list[tuple[datetime, datetime, tuple[str, ...]]] = []
    running: dict[tuple[str, ...], datetime] = {}
    for start, end in zip(moments, moments[1:], strict=False):
        present = [duty.officer for duty in duties if duty.start <= start and end <= duty.end]
        now = _form(scenario, present, [crew for crew in running if len(crew) == 2])
        done += [(since, start, crew) for crew, since in running.items() if crew not in now]
        running = {crew: running.get(crew, start) for crew in now}
    return done + [(since, moments[-1], crew) for crew, since in running.items()]


def _form(scenario: Scenario, present: Sequence[str], before: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    certified = [o for o in present if scenario.officer_by_id[o].certified]
    most = min(len(present) // 2, len(certified))
    kept = [crew for crew in before if set(crew) <= set(present)]
    for start in (kept, []):
        formed = _fill(certified, present, start)
        if sum(len(crew) == 2 for crew in formed) == most:
            break
    return formed


def _fill(certified: Sequence[str], present: Sequence[str], kept: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the kept pairs, then certified with uncertified, certified among themselves, and whoever is left alone."""
    taken = {officer for crew in kept for officer in crew}
    leads = [o for o in certified if o not in taken]
    others = [o for o in present if o not in taken and o not in certified]
    found: list[tuple[str, ...]] = list(kept)
    both = min(len(leads), len(others))
    found += zip(leads[:both], others[:both], strict=True)
    leads, others = leads[both:], others[both:]
    found += [tuple(leads[n : n + 2]) for n in range(0, len(leads), 2)]
    return found + [(officer,) for officer in others]
