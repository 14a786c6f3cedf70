"""Units that share something, two and two: each alone can do no better around the other, where both together could.

Visits to a border cost nothing to move from one squad to the other only if both change at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from constraints.base import OfficerClass
from domain.calendar import ShiftDay
from domain.scenario import Scenario
from domain.words import LockKind
from scheduler.build import class_of
from scheduler.decided import Decided
from scheduler.learned import Learned
from scheduler.parts import Unit

MOST_UNITS = 4
"""Units whose dates are solved as one with the heads fixed."""
Heads = Mapping[tuple[OfficerClass, ShiftDay], int]


def neighbours(scenario: Scenario, units: Sequence[Unit]) -> list[Unit]:
    """Return every two units that share hotspots or standing presences, as one; who share most come first."""
    unit_of = {squad: unit for unit in units for squad in unit}
    shared: Counter[frozenset[Unit]] = Counter()
    for squads in (place.squads for places in (scenario.hotspots, scenario.presences) for place in places):
        there = {unit_of[squad] for squad in squads if squad in unit_of}
        shared.update(frozenset(two) for two in combinations(sorted(there), 2))
    order = {squad.id: n for n, squad in enumerate(scenario.squads)}
    found = {two: tuple(sorted((squad for unit in two for squad in unit), key=order.__getitem__)) for two in shared}
    return [found[two] for two in sorted(found, key=lambda two: (-shared[two], found[two]))]


def clusters(pairs: Iterable[Unit], units: Iterable[Unit]) -> list[Unit]:
    """Return units that hang together, as one, `MOST_UNITS` at most; who has no neighbour is left out.

    Pairs that come first are joined first.
    """
    of: dict[Unit, frozenset[Unit]] = {unit: frozenset({unit}) for unit in units}
    for pair in pairs:
        joined = frozenset[Unit]().union(*(of[unit] for unit in of if set(unit) <= set(pair)))
        if len(joined) <= MOST_UNITS:
            of |= dict.fromkeys(joined, joined)
    several = dict.fromkeys(some for some in of.values() if len(some) > 1)
    return [tuple(squad for unit in of if unit in some for squad in unit) for some in several]


def matched(pairs: Iterable[Unit], units: Iterable[Unit], often: Mapping[Unit, int]) -> list[Unit]:
    """Return pairs of which no two share a unit, those that had their turn least ``often`` first, and who is left."""
    taken: set[str] = set()
    found: list[Unit] = []
    for pair in sorted(pairs, key=lambda two: often.get(two, 0)):
        if not taken.intersection(pair):
            taken.update(pair)
            found.append(pair)
    return found + [unit for unit in units if not taken.intersection(unit)]


def together(parts: Sequence[Learned], heads: Mapping[date, Heads]) -> Learned:
    """Return what several units have learned, to begin with as one from the ``heads`` that they have."""
    if len(parts) == 1:
        return parts[0]
    prices = {name: price for part in parts for name, price in part.prices.items()}
    return Learned(prices, tuple(heads.items()))


def alone(learned: Learned, unit: Unit) -> Learned:
    """Return what units that were solved as one have learned about one of them."""
    rows = ((on, {key: n for key, n in heads.items() if key[0].squad in unit}) for on, heads in learned.heads)
    return replace(learned, heads=tuple(rows))


def heads_of(scenario: Scenario, squads: Unit, known: Decided) -> dict[date, Heads]:
    """Return the heads that decisions give every date of the horizon to some squads."""
    locked = {lock.officer for lock in scenario.locks if lock.kind is LockKind.DUTY}
    found: dict[date, dict[tuple[OfficerClass, ShiftDay], int]] = {on: defaultdict(int) for on in scenario.dates}
    for oid, shift in known.shifts:
        officer = scenario.officer_by_id[oid]
        if officer.squad in squads and shift.day in found:
            found[shift.day][class_of(officer, locked=oid in locked), shift] += 1
    return {on: dict(heads) for on, heads in found.items()}


def added(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up rows of numbers by name; a name with nothing stays."""
    found: dict[str, int] = {}
    for row in rows:
        for name, n in row.items():
            found[name] = found.get(name, 0) + n
    return found
