"""What bounding one scenario has taught, in a form that is stored: another scenario much like it need not start anew.

A unit whose bound depends on nothing that has changed keeps its proof. Of the others it is known how far the best
prices of the sums were from those of the survey; they begin that far from those of their own survey.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain.scenario import Scenario
from domain.words import Record
from scheduler.owed import owed_by
from scheduler.parts import BoundJob, Proof, recutting
from scheduler.recut import cuts_of
from scheduler.restrict import narrowed
from scheduler.sending import Going, Key, going_of

SMALL = 0.5
"""Prices (units) below which nothing is stored."""


class GoingRow(Record):
    """Who of a unit goes to a remediation, and when (see `sending`)."""

    start: datetime
    end: datetime
    squads: tuple[str, ...]
    least: int
    surely: str | None
    paid: bool

    def key(self) -> Key:
        """Return what a proof knows it by."""
        return self.start, self.end, Going(self.squads, self.least, self.surely, self.paid)


class SentRow(GoingRow):
    """What sending people adds to a unit's bound (units)."""

    extra: int


class BothRow(Record):
    """What sending people to two remediations on one date adds to a unit's bound (units) (see `both`)."""

    one: GoingRow
    other: GoingRow
    extra: int


class SparedRow(Record):
    """By how much a date may cost less where it is cut at some ``marks`` (units) (see `sparing`)."""

    marks: tuple[datetime, ...]
    less: int


class KeptRow(Record):
    """What holding on a day after a remediation adds to a unit's bound (units) (see `keeping`)."""

    hotspot: str
    squad: str
    after: date
    day: date
    extra: int


class MoreRow(Record):
    """What a second look has found that a date costs beyond the proof (units) (see `second_look`)."""

    day: date
    extra: int


class UnitTaught(Record):
    """The proof of one unit: what it depends on, as a hash, the bound (units), and prices of sums by name (units).

    ``done``: more time cannot raise it by much. ``seconds`` is what it took.
    """

    squads: tuple[str, ...]
    look: str
    bound: int
    done: bool
    seconds: float
    surveyed: Mapping[str, float]
    """Prices of the survey, which the proof began with."""
    proven: Mapping[str, float]
    """Prices at which the bound was best."""
    sent: tuple[SentRow, ...] = ()
    kept: tuple[KeptRow, ...] = ()
    both: tuple[BothRow, ...] = ()
    spared: tuple[SparedRow, ...] = ()
    more: tuple[MoreRow, ...] = ()

    def proof(self) -> Proof:
        """Return the proof again."""
        sent = {row.key(): row.extra for row in self.sent}
        kept = {(row.hotspot, row.squad, row.after, row.day): row.extra for row in self.kept}
        both = {(row.one.key(), row.other.key()): row.extra for row in self.both}
        less = {row.marks: row.less for row in self.spared}
        more = {row.day: row.extra for row in self.more}
        return Proof(self.bound, self.proven, self.done, self.seconds, sent, kept, both=both, spared=less, more=more)


class Taught(Record):
    """The proofs of the units that have one."""

    units: tuple[UnitTaught, ...]

    def of(self, squads: tuple[str, ...]) -> UnitTaught | None:
        """Return what is known of a unit."""
        return next((unit for unit in self.units if unit.squads == squads), None)


def teach(scenario: Scenario, job: BoundJob, surveyed: Mapping[str, float], proof: Proof) -> UnitTaught | None:
    """Return what a proof teaches; None if there is none."""
    if proof.bound is None:
        return None
    return UnitTaught(
        squads=job.squads,
        look=look(scenario, job),
        bound=proof.bound,
        done=proof.done,
        seconds=proof.seconds,
        surveyed={name: price for name, price in surveyed.items() if abs(price) >= SMALL},
        proven={name: price for name, price in proof.prices.items() if abs(price) >= SMALL},
        sent=tuple(SentRow(**_row(key), extra=extra) for key, extra in proof.sent.items()),
        kept=tuple(
            KeptRow(hotspot=hotspot, squad=squad, after=after, day=day, extra=extra)
            for (hotspot, squad, after, day), extra in proof.kept.items()
        ),
        both=tuple(
            BothRow(one=GoingRow(**_row(one)), other=GoingRow(**_row(other)), extra=extra)
            for (one, other), extra in proof.both.items()
        ),
        spared=tuple(SparedRow(marks=marks, less=less) for marks, less in proof.spared.items()),
        more=tuple(MoreRow(day=day, extra=extra) for day, extra in proof.more.items()),
    )


def _row(key: Key) -> dict[str, Any]:
    start, end, going = key
    return {"start": start, "end": end, **going._asdict()}


def shifted(taught: UnitTaught, surveyed: Mapping[str, float]) -> dict[str, float]:
    """Return prices to begin with: the unit's own survey, moved as the survey taught was moved by its proof."""
    names = {*surveyed, *taught.surveyed, *taught.proven}
    return {
        name: surveyed.get(name, 0.0) + taught.proven.get(name, 0.0) - taught.surveyed.get(name, 0.0) for name in names
    }


def look(scenario: Scenario, job: BoundJob) -> str:
    """Return a hash of everything that the bound of a unit depends on (see `without_remediations`)."""
    mine = set(job.squads)
    recut = recutting(scenario, job.squads)
    cuts = cuts_of(scenario, job.squads, recut)
    spots = [h for h in scenario.hotspots if mine & set(h.squads)]
    names = {h.id for h in spots}
    alone = narrowed(scenario, mine, ()).model_copy(
        update={
            "policy": dict(sorted(scenario.policy.items())),
            "past_remediations": (),
            "brigade": "",
        }
    )
    held = [
        (p.hotspot, p.host, p.date, p.kind.value)
        for p in scenario.past_remediations
        if p.hotspot in names or p.host in mine
    ]
    parts = (
        alone.model_dump_json(),
        *(h.model_dump_json() for h in spots),
        *(d.model_dump_json() for d in scenario.desks if mine & set(d.squads)),
        *(p.model_dump_json() for p in scenario.presences if mine & set(p.squads)),
        repr(sorted(held)),
        repr(owed_by(scenario, job.squads)),
        *sorted({repr((c.start, c.end, going_of(c, mine), cuts[c.id])) for c in recut}),
        repr(sorted((repr(tag), price) for tag, price in job.prices.items() if tag[0] in names)),
        f"{job.presence_points} {job.limits.seed}",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
