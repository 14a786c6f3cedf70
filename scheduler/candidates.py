"""Candidates: the remediations that may be held, listed before the solve.

A candidate has a date, a start and a hotspot. Starts are window starts, latest starts and shift starts only, at most
four a hotspot and day, and only where some shift covers the whole length. Length is the policy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from constraints.base import Candidate
from constraints.r13_taking_part import TakingPart
from domain.calendar import dates
from domain.scenario import Designated, Group, Hotspot, Scenario
from domain.words import LockKind, RemediationKind

MOST_A_DAY = 4


def remediation_id(group: str, start: datetime, hotspot: str) -> str:
    """Return the printed number of a remediation, as in ``A-1012-1400-H05``."""
    return f"{group}-{start:%m%d-%H%M}-{hotspot}"


def list_candidates(scenario: Scenario, groups: Sequence[Group] | None = None) -> tuple[Candidate, ...]:
    """Return every candidate of the groups (all by default), in order of group, start and hotspot.

    Locked remediations and designated ones with one possible start are ``forced``. Days within the groups' distance of
    a past monthly remediation are left out, as R12 forbids them.
    """
    found: dict[str, Candidate] = {}
    for group in scenario.groups if groups is None else groups:
        for candidate in (*_locked(scenario, group), *_ordered(scenario, group), *_monthly(scenario, group)):
            found.setdefault(candidate.id, candidate)
    return tuple(sorted(found.values(), key=lambda c: (c.group, c.start, c.hotspot)))


def host_of(hotspot: Hotspot, squads: Sequence[str]) -> str | None:
    """Return the squad that hosts there: the first of the hotspot's squads among ``squads``."""
    return next((squad for squad in hotspot.squads if squad in squads), None)


def _need_squads(scenario: Scenario, squads: Sequence[str]) -> int:
    return min(int(TakingPart().params(scenario).squads), len(squads))


def starts_on(scenario: Scenario, hotspot: str, on: date, length: timedelta) -> list[datetime]:
    """Return the starts worth trying on a date, the earliest four."""
    found: set[datetime] = set()
    shifts = [scenario.shift_day(shift.id, on) for shift in scenario.shifts]
    for window in scenario.open_windows(hotspot, on):
        tries = {window.start, window.end - length, *(s.start for s in shifts), *(s.end - length for s in shifts)}
        found |= {t for t in tries if window.start <= t and t + length <= window.end}
    return sorted(t for t in found if any(s.covers(t, t + length) for s in shifts))[:MOST_A_DAY]


def _monthly(scenario: Scenario, group: Group) -> Iterator[Candidate]:
    past = [p.date for p in scenario.past_remediations if p.group == group.id and p.kind is RemediationKind.MONTHLY]
    for hotspot in scenario.hotspots:
        host = host_of(hotspot, group.members)
        if not hotspot.may_host or host is None or hotspot.squads[0] != host:
            continue
        for on in scenario.dates:
            if any((on - before).days < group.days_apart for before in past):
                continue
            for start in starts_on(scenario, hotspot.id, on, group.length):
                yield _group_candidate(scenario, group, hotspot.id, host, start)


def _group_candidate(
    scenario: Scenario, group: Group, hotspot: str, host: str, start: datetime, *, forced: bool = False
) -> Candidate:
    helpers = tuple(s for s in scenario.mobile_squads if s not in group.members)
    return Candidate(
        id=remediation_id(group.id, start, hotspot),
        group=group.id,
        hotspot=hotspot,
        host=host,
        start=start,
        end=start + group.length,
        squads=group.members,
        helpers=helpers,
        need_squads=_need_squads(scenario, group.members),
        target_heads=group.target_heads,
        target_vehicles=group.target_vehicles,
        forced=forced,
        may_lack=_heads(scenario, helpers) < group.target_heads,
    )


def _heads(scenario: Scenario, squads: Sequence[str]) -> int:
    return sum(len(scenario.officers_of(squad)) for squad in squads)


def _locked(scenario: Scenario, group: Group) -> Iterator[Candidate]:
    for lock in scenario.locks:
        if lock.kind is LockKind.REMEDIATION and lock.group == group.id and lock.place and lock.start:
            host = host_of(scenario.hotspot_by_id[lock.place], group.members) or group.members[0]
            start = datetime.combine(lock.date, lock.start)
            yield _group_candidate(scenario, group, lock.place, host, start, forced=True)


def _ordered(scenario: Scenario, group: Group) -> Iterator[Candidate]:
    for order in scenario.designated:
        if order.group == group.id:
            starts = list(_order_starts(scenario, order))
            for start in starts:
                yield _order_candidate(scenario, order, start, forced=len(starts) == 1)


def _order_starts(scenario: Scenario, order: Designated) -> Iterator[datetime]:
    for on in dates(max(order.first, scenario.first), min(order.end, scenario.end)):
        if order.start is not None:
            yield datetime.combine(on, order.start)
        else:
            yield from starts_on(scenario, order.hotspot, on, order.length)


def _order_candidate(scenario: Scenario, order: Designated, start: datetime, *, forced: bool) -> Candidate:
    squads = tuple(s for s in order.squads if s not in scenario.mobile_squads)
    hotspot = scenario.hotspot_by_id[order.hotspot]
    return Candidate(
        id=f"{remediation_id(order.group, start, order.hotspot)}-{order.id}",
        group=order.group,
        hotspot=order.hotspot,
        host=host_of(hotspot, squads) or squads[0],
        start=start,
        end=start + order.length,
        squads=squads,
        helpers=scenario.mobile_squads,
        need_squads=_need_squads(scenario, squads),
        target_heads=order.heads,
        target_vehicles=order.vehicles,
        kind=order.kind,
        designated=order.id,
        commander=order.commander,
        forced=forced,
        may_lack=_heads(scenario, scenario.mobile_squads) + (order.commander is not None) < order.heads,
    )
