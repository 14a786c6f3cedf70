"""Remediations in a repair: which ones it may have to re-plan, with which squads, and where else they could be held.

A repair first leaves every remediation where and when it is filed. Where the hard rules then leave no roster, or a
remediation that loses somebody falls below its strength, all squads that may send people are opened; and where that
does not help either, it may move to one of the nearest free dates at its place, or be given up at R12's price.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from constraints.base import Candidate
from domain.calendar import dates
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import LockKind, RemediationKind
from scheduler.candidates import list_candidates
from scheduler.published import candidate_of

NEAREST = 8
"""Other times tried for one remediation, nearest first."""


def at_stake(
    scenario: Scenario, before: Scenario, published: Roster, given: Roster, edited: Iterable[str]
) -> tuple[Remediation, ...]:
    """Return the remediations of ``given`` that somebody newly absent, or somebody whose days were edited, is part of.

    ``before`` is the input the roster was published for.
    """
    old = {(a.officer, on) for a in before.absences for on in dates(a.start, a.end)}
    new = {(a.officer, on) for a in scenario.absences for on in dates(a.start, a.end)} - old
    touched = set(edited)
    known = {r.id: r for r in published.remediations}
    found = []
    for r in given.remediations:
        people = {*r.participants, r.commander, *(use.driver for use in r.vehicles)}
        lost = {o for o in people if (o, r.start.date()) in new} | (people & touched)
        if lost or set(known[r.id].participants if r.id in known else ()) - people:
            found.append(r)
    return tuple(found)


def squads_of(scenario: Scenario, remediation: Remediation) -> frozenset[str]:
    """Return the squads that may send people to a remediation, and those that do."""
    c = candidate_of(scenario, remediation)
    home = {o.id: o.squad for o in scenario.officers}
    there = {home[p] for p in (*remediation.participants, remediation.commander) if p in home}
    return frozenset({*c.squads, *c.helpers, *there})


def weaker(scenario: Scenario, published: Roster, now: Roster, among: Iterable[Remediation]) -> tuple[Remediation, ...]:
    """Return those of ``among`` that have fewer people than was published, and than they should."""
    before = {r.id: len(r.participants) for r in published.remediations}
    after = {r.id: len(r.participants) for r in now.remediations}
    return tuple(
        r
        for r in among
        if after.get(r.id, 0) < min(before.get(r.id, 0), candidate_of(scenario, r).target_heads or before.get(r.id, 0))
    )


def movable(scenario: Scenario, remediations: Iterable[Remediation]) -> tuple[Remediation, ...]:
    """Return the remediations that no lock holds and no order fixes."""
    locked = {(k.group, k.place, k.date, k.start) for k in scenario.locks if k.kind is LockKind.REMEDIATION}
    found = []
    for r in remediations:
        order = next((d for d in scenario.designated if d.id == r.designated), None)
        fixed = order is not None and order.start is not None and len(dates(order.first, order.end)) == 1
        if not fixed and (r.group, r.hotspot, r.start.date(), r.start.time()) not in locked:
            found.append(r)
    return tuple(found)


def elsewhere(
    scenario: Scenario, given: Roster, moving: Collection[Remediation], closed: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """Return where else each of ``moving`` could be held: at its place, on the nearest dates that its group has free.

    ``closed`` are ids that are taken. Dates before the first that may change are left out by the caller.
    """
    if not moving:
        return ()
    ids = {r.id for r in moving}
    taken = {r.id for r in given.remediations} | set(closed)
    every = [c for c in list_candidates(scenario) if c.id not in taken]
    found: dict[str, Candidate] = {}
    for r in moving:
        group = scenario.group_by_id.get(r.group)
        apart = group.days_apart if group is not None else 0
        others = [
            o.start.date() for o in given.remediations
            if o.group == r.group and o.kind is RemediationKind.MONTHLY and o.id not in ids
        ]  # fmt: skip
        free = [
            c for c in every
            if (c.group, c.hotspot, c.kind, c.designated) == (r.group, r.hotspot, r.kind, r.designated)
            and (r.kind is not RemediationKind.MONTHLY or all(abs((c.day - on).days) >= apart for on in others))
        ]  # fmt: skip
        free.sort(key=lambda c: (abs(c.start - r.start), c.id))
        found |= {c.id: c for c in free[:NEAREST]}
    return tuple(found.values())
