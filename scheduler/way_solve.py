"""Tries ways out: each is re-solved around the roster, audited and priced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from constraints.base import Task
from domain.calendar import minutes, overlaps
from domain.explanation import Entry, Option
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Record, Text
from scheduler.around import Around, Goal, Part
from scheduler.opening import Stage
from scheduler.told import changes, overtime
from scheduler.wants import MANNED, Want, needs_at
from scheduler.way_jobs import Found, Job, is_of
from scheduler.way_price import Prices, Region
from scheduler.ways import Way

CALLED_TWO = Text("叫两名休息的队员来上班", "call in two resting officers")


@dataclass(frozen=True)
class Solved:
    """A way that works: the new roster, what it fills, and what it costs more."""

    way: Way
    roster: Roster
    filled: int
    points: float


@dataclass
class Trier:
    """Tries ways on one roster; keeps the model of those that change shifts near a date, and what was true before."""

    scenario: Scenario
    roster: Roster
    _models: dict[Stage, Around] = field(default_factory=dict)
    _prices: Prices = field(init=False)

    def __post_init__(self) -> None:
        self._prices = Prices(self.roster)

    def found(self, job: Job, entry: Entry) -> Found | None:
        """Return a way as it is told; None where it does not help."""
        solved = self.solved(job, entry)
        if solved is None:
            return None
        way, after = solved.way, solved.roster
        option = Option(
            number=0,
            kind=way.kind,
            text=way.text,
            day=job.day,
            filled=solved.filled,
            missing=job.missing,
            points=round(solved.points, 2),
            changes=tuple(changes(self.scenario, self.roster, after)),
            inputs=way.inputs,
            overtime=tuple(overtime(way.scenario, self.roster, after)),
        )
        return Found(option, _rows(self.roster, after))

    def solved(self, job: Job, entry: Entry) -> Solved | None:
        """Return the way solved, audited and priced; None where it fills nothing or breaks a hard rule."""
        way, want, day = job.way, job.want, job.day
        around, opening, goal = self._model(way), way.opening, goal_of(want)
        known = around.solve(opening, goal, way.scenario)
        if known is not None and any(d not in opening.days for _, d in opening.free):
            opening = around.changed(known, opening)  # the dates that stayed are closed again, or they'd be tidied too
            known = around.solve(opening, goal, way.scenario)
        if known is None:
            return None
        roster = around.roster_of(known, opening.days | {d for _, d in opening.free})
        dates = opening.days | {d for _, d in opening.free}
        joint = bool(way.stage.come or way.stage.gone)
        region = Region(way.stage.squads, min(dates), max(dates), joint)
        change = self._prices.difference(way.scenario, roster, region)
        come = {c.id for c in way.stage.come}
        short = [
            f for f in change.after if is_of(f, entry, day) or (_kind(f) == _kind(want.finding) and _at(f) in come)
        ]
        filled = job.missing - sum(f.amount for f in short)
        if filled <= 0 or change.broken:
            return None
        if way.kind == "move rest" and all(d == day for _, d in opening.free):
            way = replace(way, kind="call in two", text=CALLED_TWO)
        return Solved(way, roster, filled, change.points)

    def _model(self, way: Way) -> Around:
        """Return a model for a way; that of whole months serves all ways of some squads, whatever their band."""
        if way.stage.days is not None:
            return Around(way.scenario, self.roster, way.stage)
        if way.stage not in self._models:
            self._models[way.stage] = Around(self.scenario, self.roster, way.stage)
        return self._models[way.stage]


def _rows(before: Roster, after: Roster) -> tuple[frozenset[Record], frozenset[Record]]:
    """Return the rows that a roster no longer has, and those it has instead."""
    out: set[Record] = set()
    come: set[Record] = set()
    for name in ("shifts", "duties", "visits", "remediations", "holdings"):
        old, new = getattr(before, name), getattr(after, name)
        known, kept = {id(row) for row in old}, {id(row) for row in new}
        out |= {row for row in old if id(row) not in kept}
        come |= {row for row in new if id(row) not in known}
    return frozenset(out - come), frozenset(come - out)


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.item


def _at(finding: Finding) -> str:
    return finding.where.remediation or ""


# -- what is to be filled -----------------------------------------------------------------------------------------


def goal_of(want: Want) -> Goal:
    """Return what a want asks to be made large: person-minutes in its spans, visits, people, vehicles, a leader."""

    def goal(around: Around) -> Sequence[Part]:
        model = around.model
        if want.kind is DutyKind.REMEDIATION:
            return _crew(around, want)
        if want.window is not None:
            counts = [v for (_, w), v in model.visits.items() if w == want.window and not isinstance(v, int)]
            return (Part(tuple(counts), want.window.wanted),)
        if want.kind in MANNED.values():
            return tuple(_manned(around, want))
        shifts = [
            var
            for o in want.people
            if around.scenario.absence(o.id, want.day) is None
            for s in model.shift_days(o)
            if s.day == want.day and want.shift in (None, s.shift)
            if not isinstance(var := model.works[o.id, s], int)
        ]
        return (Part(tuple(shifts), 1 if want.shift is None else len(shifts)),)

    return goal


def _crew(around: Around, want: Want) -> Sequence[Part]:
    """Return the people (or vehicles) of the remediation that the stage lets others join, up to its target."""
    model, parts = around.model, []
    for c in around.stage.come:
        vehicles = want.finding.item == "vehicles"
        most = c.target_vehicles if vehicles else c.target_heads
        there = (
            [uses for (_, cid), uses in model.uses.items() if cid == c.id]
            if vehicles
            else [joins for _, joins in model.joining(c)]
        )
        parts.append(Part(tuple(v for v in there if not isinstance(v, int)), most))
    return parts


def _manned(around: Around, want: Want) -> Iterator[Part]:
    """Yield every stretch of the place's needs that day: an hour filled is nothing won where another one empties."""
    model, task = around.model, Task(want.kind, want.place or "")
    needs = needs_at(around.scenario, want.kind, task.place, want.day)
    inside = [
        p for ps in model.periods.values() for p in ps if any(overlaps(p.start, p.end, n.start, n.end) for n in needs)
    ]
    marks = sorted({t for p in inside for t in (p.start, p.end)} | {t for n in needs for t in (n.start, n.end)})
    for a, b in pairwise(marks):
        heads = max((n.heads for n in needs if n.start <= a and b <= n.end), default=0)
        there = [
            heads_there
            for p in inside
            if p.start <= a and b <= p.end
            for c, heads_there in model.tasked(p, task)
            if want.kind is not DutyKind.DESK or c.certified
        ]
        if heads:
            yield Part(tuple(there), heads, minutes(b - a))
