"""Where remediations cut a date: at their hours, for all who may have a part in them, people sent or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from constraints.base import Candidate
from domain.scenario import Scenario

NEVER = 10**11
"""Units that stand for nobody being able to do something: far more than a remediation is worth."""

Cut = tuple[datetime, ...]
"""Where a date is cut, in order."""
Spared = Mapping[Cut, int]
"""Units by which a date may cost less than its unit's proof says where it is cut so; untold, it may be any number."""


def recut_by(scenario: Scenario, c: Candidate) -> frozenset[str]:
    """Return the squads whose time a candidate cuts: all who may take part, and whose officer commands it."""
    boss = scenario.officer_by_id.get(c.commander or "")
    return frozenset((*c.squads, *c.helpers, *(() if boss is None else (boss.squad,))))


def one_at_most(scenario: Scenario, c: Candidate) -> str:
    """Return the name of a set of candidates of which at most one is held on a date."""
    if c.designated is not None:
        return f"order {c.designated}"
    return f"month {c.group}" if scenario.group_by_id[c.group].days_apart > 0 else c.id


def cuts_of(scenario: Scenario, squads: Collection[str], candidates: Iterable[Candidate]) -> dict[str, Cut]:
    """Return where each candidate cuts its date for some squads, by id, along with all that may be held on it too."""
    by_date: dict[date, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for c in candidates:
        if not recut_by(scenario, c).isdisjoint(squads):
            by_date[c.day][one_at_most(scenario, c)].append(c)
    found: dict[str, Cut] = {}
    for sets in by_date.values():
        marks = {name: {mark for c in there for mark in (c.start, c.end)} for name, there in sets.items()}
        for name, there in sets.items():
            others = set().union(*(marks[other] for other in sets if other != name))
            found |= {c.id: tuple(sorted({c.start, c.end, *others})) for c in there}
    return found


def spared_by(
    scenario: Scenario, known: Mapping[tuple[str, ...], Spared], candidates: Collection[Candidate]
) -> dict[tuple[str, ...], dict[str, int]]:
    """Return by how many units a date of each unit in ``known`` may cost less where a candidate is held, by its id."""
    cuts = {unit: cuts_of(scenario, unit, candidates) for unit in known}
    return {unit: {cid: spared.get(cuts[unit][cid], NEVER) for cid in cuts[unit]} for unit, spared in known.items()}
