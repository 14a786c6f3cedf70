"""Standing presences as one unit sees them: what it owes of those that it shares with others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from constraints.base import Candidate, OfficerClass, Period, Task
from domain.calendar import DAY, Need
from domain.places import Presence
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler.build import periods_of

Unit = tuple[str, ...]
Staff = Mapping[tuple[OfficerClass, Period, Task], int]


def shared_out(scenario: Scenario, squads: Unit, owed: Mapping[str, int] | None = None) -> tuple[Presence, ...]:
    """Return the presences that a unit has part in, with its share of heads.

    ``owed`` are the heads by presence; where it says nothing they go by size of squad.
    """
    presences = []
    for presence in scenario.presences:
        sizes = {s: len(scenario.officers_of(s)) for s in presence.squads}
        total = max(1, sum(sizes.values()))
        marks = [presence.heads * sum(list(sizes.values())[:n]) // total for n in range(len(sizes) + 1)]
        shares = dict(zip(sizes, (b - a for a, b in pairwise(marks)), strict=True))
        mine = tuple(s for s in presence.squads if s in squads)
        if mine:
            heads = (owed or {}).get(presence.id, sum(shares[s] for s in mine))
            presences.append(presence.model_copy(update={"squads": mine, "heads": heads}))
    return tuple(presences)


def left_over(
    scenario: Scenario, squads: Unit, others: Staff, candidates: Sequence[Candidate] = ()
) -> tuple[Presence, ...]:
    """Return the presences that a unit has part in, with the heads that the ``others`` leave to it at every time.

    A presence is cut where these heads change, but no finer than the unit's own time is cut anyway.
    """
    there = [(period, task, n) for (_, period, task), n in others.items() if task.kind is DutyKind.PRESENCE and n]
    marks = {s: {t for p in periods_of(scenario, s, candidates) for t in (p.start, p.end)} for s in squads}
    found = []
    for need in scenario.presence_needs:
        presence = scenario.presence_by_id[need.place]
        mine = tuple(s for s in presence.squads if s in squads)
        if mine:
            rows = [(p.start, p.end, n) for p, task, n in there if task.place == need.place]
            cuts = set.intersection(*(marks[s] for s in mine))
            for start, end, heads in _pieces(need, cuts, rows):
                found.append(
                    presence.model_copy(
                        update={
                            "squads": mine,
                            "first": need.day,
                            "end": need.day + DAY,
                            "start": start.time(),
                            "length": end - start,
                            "heads": heads,
                        }
                    )
                )
    return tuple(found)


def _pieces(
    need: Need, cuts: Iterable[datetime], others: Sequence[tuple[datetime, datetime, int]]
) -> list[tuple[datetime, datetime, int]]:
    """Cut a need where the heads change that are left of it; they are as many as lack at the worst time of a piece."""
    inside = {t for t in cuts if need.start < t < need.end and t.date() == need.day}
    found: list[tuple[datetime, datetime, int]] = []
    for start, end in pairwise(sorted({need.start, need.end, *inside})):
        times = {start, *(t for a, b, _ in others for t in (a, b) if start < t < end)}
        least = min(sum(n for a, b, n in others if a <= t < b) for t in times)
        heads = max(0, need.heads - least)
        if found and found[-1][2] == heads:
            start = found.pop()[0]
        found.append((start, end, heads))
    return found
