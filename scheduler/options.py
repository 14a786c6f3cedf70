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
from domain.words import DutyKind, Record, Text
from scheduler.around import Around, Goal, Stage
from scheduler.beside import Beside, shared
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
class Job:
    """One way to try on one date for one entry, of which ``missing`` is short that day; ``n`` is its place in line."""

    n: int
    way: Way
    want: Want
    day: date
    missing: int
    extra: bool
    """Whether the date is a further one, on which nobody is told what was tried in vain."""


@dataclass(frozen=True)
class Solved:
    """A way that works: the new roster, what it fills, and what it costs more."""

    way: Way
    roster: Roster
    filled: int
    points: float


@dataclass(frozen=True)
class Found:
    """A way that works, as it is told: an option without its number, and the rows it takes out and puts in."""

    option: Option
    rows: tuple[frozenset[Record], frozenset[Record]]


def offer(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    on: date | None = None,
    beside: Beside | None = None,
) -> Offer:
    """Return the options of an entry, cheapest first; the same every time it is asked.

    Every way is tried on its dearest date (or on the date asked for, and on no other), the quick ones on the next too.
    The process ``beside``, which knows scenario and roster, shares the work.
    """
    jobs, ranked = _ranked(scenario, roster, findings, entry, on, beside)
    vain = [jobs[n].way.text for n, found in ranked if found is None and not jobs[n].extra]
    options = (found.option for _, found in ranked if found is not None)
    return Offer(
        entry=entry.id if on is None else f"{entry.id}@{on:%m-%d}",
        options=tuple(o.model_copy(update={"number": n}) for n, o in enumerate(options, 1)),
        tried=tuple(dict.fromkeys(vain)),
    )


def offers(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], wanted: Sequence[Entry], workers: Workers
) -> Iterator[Offer]:
    """Yield the options of several entries in their order, worked out side by side."""
    futures: list[Future[Offer]] = []
    for entry in wanted:
        futures.append(workers.submit(offer_here, roster, *_bare(findings, entry)))
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
    beside: Beside | None = None,
) -> tuple[Scenario, Roster]:
    """Return the input and the roster with an option of ``offer`` carried out."""
    jobs, ranked = _ranked(scenario, roster, findings, entry, on, beside)
    chosen = [n for n, found in ranked if found is not None][option.number - 1]
    solved = _Trier(scenario, roster).solved(jobs[chosen], entry)
    if solved is None:
        raise RuntimeError(f"{entry.id}:{option.number} was solved before")
    return solved.way.scenario, solved.roster


def _bare(findings: Sequence[Finding], entry: Entry) -> tuple[list[Finding], Entry]:
    """Return what a process is sent of an entry: its findings, and no reasons."""
    mine = [f for f in findings if any(_is_of(f, entry, d.day) for d in entry.days)]
    return mine, entry.model_copy(update={"people": ()})


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


def _ranked(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    on: date | None,
    beside: Beside | None,
) -> tuple[list[Job], list[tuple[int, Found | None]]]:
    """Return the ways tried, and for each of them what came of it: those that work first, in order; one twice once."""
    jobs, trier = _jobs(scenario, roster, findings, entry, on), _Trier(scenario, roster)
    mine, bare = _bare(findings, entry)
    line = sorted(range(len(jobs)), key=lambda n: jobs[n].way.stage.days is not None)  # the long ones first
    shares = shared(
        beside, [(mine, bare, on, n) for n in line], lambda job: trier.found(jobs[job[-1]], entry), found_at
    )
    by_n: dict[int, Found | None] = dict(zip(line, shares, strict=True))
    kept: list[tuple[int, Found]] = []
    for n in range(len(jobs)):
        found = by_n[n]
        if found is not None and not any(found.rows == other.rows for _, other in kept):
            kept.append((n, found))
    kept.sort(key=lambda row: (bool(row[1].option.inputs), row[1].option.points, row[1].option.kind))
    return jobs, [*kept, *((n, None) for n in range(len(jobs)) if by_n[n] is None)]


def _jobs(scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry, on: date | None) -> list[Job]:
    """Return the ways to try: all on the first date, the quick ones on those that follow."""
    days = list(dict.fromkeys(d.day for d in _by_price(entry))) if on is None else [on]
    jobs: list[Job] = []
    for nth, day in enumerate(days[: 1 + MORE_DAYS]):
        mine = [f for f in findings if _is_of(f, entry, day)]
        want = want_for(scenario, roster, mine[0]) if mine else None
        if want is None:
            continue
        missing = sum(f.amount for f in mine)
        chosen = [way for way in ways(scenario, roster, want) if not nth or way.kind in QUICK]
        jobs += [Job(len(jobs) + n, way, want, day, missing, nth > 0) for n, way in enumerate(chosen)]
    return jobs


_asked: list[tuple[Roster, Entry, date | None, list[Job], _Trier]] = []
"""The last question that this process was asked beside another: its jobs are the same ones."""


def found_at(
    scenario: Scenario, roster: Roster, job: tuple[Sequence[Finding], Entry, date | None, int]
) -> Found | None:
    """Return what comes of one way, by its number, in a process beside the one that asks."""
    findings, entry, on, n = job
    if not _asked or _asked[0][0] is not roster or _asked[0][1:3] != (entry, on):
        _asked[:] = [(roster, entry, on, _jobs(scenario, roster, findings, entry, on), _Trier(scenario, roster))]
    *_, jobs, trier = _asked[0]
    return trier.found(jobs[n], entry)


def want_for(scenario: Scenario, roster: Roster, finding: Finding) -> Want | None:
    """Return what a shortfall asks for; of missing vehicles that is the crew that would drive them."""
    if finding.rule == "S03" and finding.item == "vehicles":
        r = next(r for r in roster.remediations if r.id == finding.where.remediation)
        return Want(finding, r.start.date(), DutyKind.REMEDIATION, r.id, ((r.start, r.end),), (), whole=True)
    return want_of(scenario, roster, finding)


@dataclass
class _Trier:
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
            f for f in change.after if _is_of(f, entry, day) or (_kind(f) == _kind(want.finding) and _at(f) in come)
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
