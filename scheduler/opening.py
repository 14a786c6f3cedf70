"""What a question about a finished roster opens: officer-days and dates, of some squads, with some remediations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from constraints.base import Candidate
from constraints.r13_taking_part import TakingPart
from domain.roster import Remediation
from domain.scenario import Scenario

Key = tuple[str, date]


@dataclass(frozen=True)
class Opening:
    """What may change: the shifts of ``free`` officer-days, at most ``most`` of them, and the duties of their dates.

    Duties and visits of ``days`` are open too. With ``same_heads`` every shift keeps its number of people.
    """

    days: frozenset[date]
    free: frozenset[Key] = frozenset()
    most: int = 0
    same_heads: bool = False


@dataclass(frozen=True)
class Stage:
    """Where a question is asked: the squads whose people may move, and how much of the model is needed.

    ``days``: [first, last] of a model in which no shift may change; None for the horizon. ``gone`` are remediations
    no longer held, ``come`` those held instead or with other people: who takes part in them is open. ``near``: [first,
    last] of the duties that a model of the horizon knows; what lies outside stays, so it need not be in it.
    """

    squads: tuple[str, ...]
    days: tuple[date, date] | None = None
    gone: frozenset[str] = frozenset()
    come: tuple[Candidate, ...] = ()
    near: tuple[date, date] | None = None


def candidate_of(scenario: Scenario, r: Remediation) -> Candidate:
    """Return a remediation of a roster as the candidate it is."""
    order = next((d for d in scenario.designated if d.id == r.designated), None)
    group = scenario.group_by_id.get(r.group)
    mobile = scenario.mobile_squads
    squads = tuple(s for s in order.squads if s not in mobile) if order else group.members if group else ()
    strength = (
        (order.heads, order.vehicles) if order else (group.target_heads, group.target_vehicles) if group else (0, 0)
    )
    return Candidate(
        id=r.id,
        group=r.group,
        hotspot=r.hotspot,
        host=r.host,
        start=r.start,
        end=r.end,
        squads=squads,
        helpers=tuple(s for s in mobile if s not in squads),
        need_squads=min(int(TakingPart().params(scenario).squads), len(squads)),
        target_heads=strength[0],
        target_vehicles=strength[1],
        kind=r.kind,
        designated=r.designated,
        commander=order.commander if order else None,
        forced=True,
    )
