"""One solve of a part in a process: what it opens, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from constraints.base import Candidate, RosterModel
from domain.places import Presence
from domain.roster import Roster
from scheduler.decided import Decided
from scheduler.learned import Learned
from scheduler.parts import Unit
from scheduler.solve import Limits


class Way(StrEnum):
    """What a job opens: everything from the heads on, the lines or the duties alone, or all at once on some days."""

    HEADS = "heads"
    WISHES = "wishes"
    DUTIES = "duties"
    SPAN = "span"


@dataclass(frozen=True)
class Job:
    """One solve of a part in a process.

    ``held`` candidates are held. ``frozen`` is what the rest of the brigade does, ``quotas`` (squad, candidate id) say
    how many people each squad sends where heads are open. ``known`` decisions are bettered; a first roster has none.
    ``days`` are the ones that `Way.SPAN` opens. ``start`` is what the heads begin with, ``most`` what
    the survey found (see `Average`). ``wishes``: bettered heads get lines that meet more wishes. ``presences``
    are what the part owes of them (see `standing`). ``deep``: heads are sought for as long as there is time.
    """

    squads: Unit
    limits: Limits
    way: Way = Way.HEADS
    candidates: tuple[Candidate, ...] = ()
    held: frozenset[str] = frozenset()
    frozen: Roster = field(default_factory=Roster)
    known: Decided | None = None
    quotas: tuple[tuple[tuple[str, str], int], ...] = ()
    days: frozenset[date] = frozenset()
    start: Learned | None = None
    most: Mapping[str, float] | None = None
    wishes: bool = True
    presences: tuple[Presence, ...] = ()
    deep: bool = False

    @property
    def busy(self) -> frozenset[date]:
        """Dates with a remediation."""
        return frozenset(c.day for c in self.candidates)

    def hold(self, model: RosterModel) -> None:
        """Hold the remediations of the job in a model of its part, with as many people as are asked of each squad."""
        for cid in self.held:
            model.cp.add(model.held[cid] == 1)
        for (squad, cid), heads in self.quotas:
            sends = model.sends.get((squad, cid), 0)
            candidate = next(c for c in self.candidates if c.id == cid)
            if heads and not isinstance(sends, int) and squad in candidate.squads:
                model.cp.add(sends == 1)
            joins = [literal for _, literal in model.joining(candidate, squad)]
            if heads and joins:
                model.cp.add(sum(joins) >= heads)
