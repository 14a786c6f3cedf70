"""The cheapest ways out of a shortfall: each is re-solved around the roster, audited, priced and ranked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from ortools.sat.python import cp_model
from pebble import ProcessExpired

from constraints.base import Task
from domain.calendar import minutes
from domain.explanation import Entry, Offer, Option, ShortDay
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from scheduler.around import Around, Goal
from scheduler.parallel import Workers, scenario_here
from scheduler.told import changes, overtime
from scheduler.wants import MANNED, Want, want_of
from scheduler.way_price import Prices, Region
from scheduler.ways import Way, ways

MORE_DAYS = 1
"""Further dates of an entry, after the dearest, on which the quick ways are tried too; the rest is for the asking."""
CALLED_TWO = Text("叫两名休息的队员来上班", "call in two resting officers")
QUICK = ("drop", "borrow")
"""Ways that change nobody's shift."""


@dataclass(frozen=True)
class Solved:
    """A way that works on a date: the new roster, what it fills of how much, and what it costs more."""

    way: Way
    day: date
    roster: Roster
    filled: int
    missing: int
    points: float


def offer(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry, on: date | None = None
) -> Offer:
    """Return the options of an entry, cheapest first; the same every time it is asked.

    Every way is tried on its dearest date (or on the date asked for, and on no other), the quick ones on the next too.
    """
    solved, vain = _tried(scenario, roster, findings, entry, on)
    options = tuple(
        Option(
            number=n,
            kind=s.way.kind,
            text=s.way.text,
            day=s.day,
            filled=s.filled,
            missing=s.missing,
            points=round(s.points, 2),
            changes=tuple(changes(scenario, roster, s.roster)),
            inputs=s.way.inputs,
            overtime=tuple(overtime(s.way.scenario, roster, s.roster)),
        )
        for n, s in enumerate(solved, 1)
    )
    asked = entry.id if on is None else f"{entry.id}@{on:%m-%d}"
    return Offer(entry=asked, options=options, tried=tuple(dict.fromkeys(way.text for way in vain)))


def offers(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], wanted: Sequence[Entry], workers: Workers
) -> Iterator[Offer]:
    """Yield the options of several entries in their order, worked out side by side."""
    futures: list[Future[Offer]] = []
    for entry in wanted:
        mine = [f for f in findings if any(_is_of(f, entry, d.day) for d in entry.days)]
        futures.append(workers.submit(offer_here, roster, mine, entry.model_copy(update={"people": ()})))
    for entry, future in zip(wanted, futures, strict=True):
        try:
            yield future.result()
        except ProcessExpired:  # a process that died loses its own piece only
            yield offer(scenario, roster, findings, entry)


def offer_here(roster: Roster, findings: Sequence[Finding], entry: Entry) -> Offer:
    """Return the options of an entry, worked out in this process (see Workers)."""
    return offer(scenario_here(), roster, findings, entry)


def applied(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    option: Option,
    on: date | None = None,
) -> tuple[Scenario, Roster]:
    """Return the input and the roster with an option of ``offer`` carried out."""
    solved, _ = _tried(scenario, roster, findings, entry, on)
    chosen = solved[option.number - 1]
    return chosen.way.scenario, chosen.roster


def dearest(entry: Entry) -> date:
    """Return the date of an entry that costs most, the first of equals."""
    return _by_price(entry)[0].day


def _by_price(entry: Entry) -> list[ShortDay]:
    return sorted(entry.days, key=lambda d: (-d.points, d.day))


def _is_of(finding: Finding, entry: Entry, day: date) -> bool:
    where = finding.where
    same = (finding.rule, finding.item, where.place, where.day) == (entry.rule, entry.item, entry.place, day)
    clock = where.start is None or not entry.hours or f"{where.start:%H:%M}" == entry.hours[:5]
    group = where.group is not None and where.group == entry.group
    home = entry.place is not None or where.squad in entry.squads or group
    return same and home and (clock or entry.rule not in ("S02", "S04"))


def _tried(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry, on: date | None
) -> tuple[list[Solved], list[Way]]:
    days = list(dict.fromkeys(d.day for d in _by_price(entry))) if on is None else [on]
    found: list[Solved] = []
    vain: list[Way] = []
    trier = _Trier(scenario, roster)
    for n, day in enumerate(days[: 1 + MORE_DAYS]):
        mine = [f for f in findings if _is_of(f, entry, day)]
        want = want_for(scenario, roster, mine[0]) if mine else None
        for way in ways(scenario, roster, want) if want is not None else ():
            if n and way.kind not in QUICK:
                continue
            solved = trier.solved(way, want, entry, day, sum(f.amount for f in mine)) if want is not None else None
            if solved is None:
                vain += [way] if not n else []
            elif not any(solved.roster == other.roster for other in found):
                found.append(solved)
    found.sort(key=lambda s: (bool(s.way.inputs), s.points, s.way.kind))
    return found, vain


def want_for(scenario: Scenario, roster: Roster, finding: Finding) -> Want | None:
    """Return what a shortfall asks for; of missing vehicles that is the crew that would drive them."""
    if finding.rule == "S03" and finding.item == "vehicles":
        r = next(r for r in roster.remediations if r.id == finding.where.remediation)
        return Want(finding, r.start.date(), DutyKind.REMEDIATION, r.id, ((r.start, r.end),), (), whole=True)
    return want_of(scenario, roster, finding)


@dataclass
class _Trier:
    """Tries ways on one roster; keeps the model of those that change shifts, and what was true before."""

    scenario: Scenario
    roster: Roster
    _models: dict[tuple[str, ...], Around] = field(default_factory=dict)
    _prices: Prices = field(init=False)

    def __post_init__(self) -> None:
        self._prices = Prices(self.roster)

    def solved(self, way: Way, want: Want, entry: Entry, day: date, missing: int) -> Solved | None:
        """Return the way solved, audited and priced; None where it fills nothing or breaks a hard rule."""
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
            f for f in change.after if _is_of(f, entry, day) or (_kind(f) == _kind(want.finding) and _at(f) in come)
        ]
        filled = missing - sum(f.amount for f in short)
        if filled <= 0 or change.broken:
            return None
        if way.kind == "move rest" and all(d == day for _, d in opening.free):
            way = replace(way, kind="call in two", text=CALLED_TWO)
        return Solved(way, day, roster, filled, missing, change.points)

    def _model(self, way: Way) -> Around:
        """Return a model for a way; that of whole months serves all ways of some squads, whatever their band."""
        if way.stage.days is not None:
            return Around(way.scenario, self.roster, way.stage)
        if way.stage.squads not in self._models:
            self._models[way.stage.squads] = Around(self.scenario, self.roster, way.stage)
        return self._models[way.stage.squads]


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.item


def _at(finding: Finding) -> str:
    return finding.where.remediation or ""


# -- what is to be filled -----------------------------------------------------------------------------------------


def goal_of(want: Want) -> Goal:
    """Return what a want asks to be made large: person-minutes in its spans, visits, people, vehicles, a leader."""

    def goal(around: Around, cp: cp_model.CpModel) -> cp_model.LinearExprT:
        model = around.model
        if want.kind is DutyKind.REMEDIATION:
            return _crew(around, cp, want)
        if want.window is not None:
            counts = [v for (_, w), v in model.visits.items() if w == want.window and not isinstance(v, int)]
            most = want.window.wanted
            filled = cp.new_int_var(0, most, "option/visits")
            cp.add(filled <= sum(counts))
            return filled
        if want.kind in MANNED.values():
            return _manned(around, cp, want)
        shifts = [
            model.works[o.id, s]
            for o in want.people
            if around.scenario.absence(o.id, want.day) is None
            for s in model.shift_days(o)
            if s.day == want.day and want.shift in (None, s.shift)
        ]
        most = 1 if want.shift is None else len(shifts)
        filled = cp.new_int_var(0, most, "option/people")
        cp.add(filled <= sum(shifts))
        return filled

    return goal


def _crew(around: Around, cp: cp_model.CpModel, want: Want) -> cp_model.LinearExprT:
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
        filled = cp.new_int_var(0, most, f"option/crew/{c.id}")
        cp.add(filled <= sum(there))
        parts.append(filled)
    return sum(parts)


def _manned(around: Around, cp: cp_model.CpModel, want: Want) -> cp_model.LinearExprT:
    model, scenario = around.model, around.scenario
    task, heads = Task(want.kind, want.place or ""), _heads(scenario, want)
    inside = [p for ps in model.periods.values() for p in ps if any(p.start < b and a < p.end for a, b in want.spans)]
    marks = sorted({t for p in inside for t in (p.start, p.end)} | {t for span in want.spans for t in span})
    parts: list[cp_model.LinearExprT] = []
    for a, b in pairwise(marks):
        if not any(x <= a and b <= y for x, y in want.spans):
            continue
        there = [
            heads_there
            for p in inside
            if p.start <= a and b <= p.end
            for c, heads_there in model.tasked(p, task)
            if want.kind is not DutyKind.DESK or c.certified
        ]
        filled = cp.new_int_var(0, heads, f"option/{a:%m%d%H%M}")
        cp.add(filled <= sum(there))
        parts.append(minutes(b - a) * filled)
    return sum(parts)


def _heads(scenario: Scenario, want: Want) -> int:
    if want.kind is DutyKind.DESK:
        return 2
    places = scenario.post_by_id if want.kind is DutyKind.POST else scenario.presence_by_id
    return places[want.place or ""].heads
