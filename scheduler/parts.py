"""Parts of the brigade that are solved on their own: the seams officer, squad, group, brigade made visible.

A unit is the smallest part: a squad, or the squads that share a case desk. Squads touch each other only at border
hotspots, standing presences and remediations; `touching` says which units are not re-solved at the same time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from constraints.base import Candidate, OfficerClass, RosterModel, all_rules
from domain.calendar import OpenWindow, ShiftDay
from domain.roster import Roster, Visits
from domain.scenario import Scenario
from domain.words import BorderKind, LockKind, Scope, Severity, Status
from scheduler.build import Built, build, tasks_of
from scheduler.days import Days, whole
from scheduler.decided import Decided
from scheduler.parallel import scenario_here, stopped_here
from scheduler.solve import Limits, Outcome, solve

HEADS_SHARE, LINES_SHARE = 0.4, 0.35
"""Shares of the time left that heads and lines of a first roster get; the duties get the rest."""
FIRST_ROUNDS, FIRST_GAP, PROOF_ROUNDS = 40, 0.01, 200
SHORT_UNITS, BUSY_UNITS = 240_000, 4_800_000
"""Units (100 points, 2,000 on days with a remediation) for a head that the lines have less than the aim."""
LINES_GAP, DUTIES_GAP, DUTIES_SECONDS = 0.03, 0.002, 2.0
LINES_THREADS = 2
"""The lines without wishes are easy: more threads only take time from each other."""
MIN_IMPROVE_SECONDS = 1.0

Unit = tuple[str, ...]
"""Squad ids solved together, in input order."""

DECIDING = tuple(rule for rule in all_rules() if rule.scope is not Scope.NAMING)
NAMING = tuple(rule for rule in all_rules() if rule.scope is Scope.NAMING)


def units(scenario: Scenario) -> tuple[Unit, ...]:
    """Return the units: squads joined where they share a case desk."""
    unit_of = {s.id: {s.id} for s in scenario.squads}
    for desk in scenario.desks:
        joined: set[str] = set().union(*(unit_of[s] for s in desk.squads))
        for member in joined:
            unit_of[member] = joined
    found: dict[int, Unit] = {}
    for squad in scenario.squads:
        members = unit_of[squad.id]
        found[id(members)] = tuple(s.id for s in scenario.squads if s.id in members)
    return tuple(found.values())


def touching(scenario: Scenario, candidates: Iterable[Candidate], a: Unit, b: Unit) -> bool:
    """Return whether two units share a border hotspot, a presence or a remediation in play."""
    shared = [h.squads for h in scenario.hotspots if len(h.squads) > 1]
    shared += [p.squads for p in scenario.presences]
    shared += [(*c.squads, *c.helpers) for c in candidates]
    return any(set(s) & set(a) and set(s) & set(b) for s in shared)


@dataclass(frozen=True)
class Job:
    """One solve of a part in a process.

    ``held`` candidates are held. ``frozen`` is what the rest of the brigade does, ``quotas`` (squad, candidate id) say
    how many people a first roster sends. ``known`` decisions are improved on; without them a first roster is made.
    """

    squads: Unit
    limits: Limits
    candidates: tuple[Candidate, ...] = ()
    held: frozenset[str] = frozenset()
    frozen: Roster = field(default_factory=Roster)
    known: Decided | None = None
    quotas: tuple[tuple[tuple[str, str], int], ...] = ()


@dataclass(frozen=True)
class BoundJob:
    """A proof for a unit: border windows are charged ``prices`` units a visit instead of S02's amount."""

    squads: Unit
    limits: Limits
    prices: tuple[tuple[OpenWindow, int], ...] = ()


def run(job: Job) -> Outcome:
    """Solve a job in this process (see Workers): improve what is known, or make a first roster and improve that."""
    scenario = shared_out(scenario_here(), job.squads)
    clock = Clock(job.limits)
    if job.known is not None:
        return solve(posted(scenario, job), clock.rest(), known=job.known, stopped=stopped_here)
    first = first_roster(scenario, job, clock)
    if first.decided is None or clock.over(MIN_IMPROVE_SECONDS):
        return first
    better = solve(posted(scenario, job), clock.rest(), known=first.decided, stopped=stopped_here)
    return better if better.decided is not None else first


def prove(job: BoundJob) -> int | None:
    """Return a proven bound of a unit's cost in units of 1/GRAIN point; None if there was no time for one."""
    scenario = without_remediations(scenario_here())
    if _crosses_midnight(scenario, job.squads):
        return None
    rules = [rule for rule in DECIDING if rule.id != "S11"]
    frozen = full_visits(scenario, job.squads)
    prices = dict(job.prices)
    days = Days(scenario, rules, job.squads, frozen=frozen, visit_prices=prices, seed=job.limits.seed)
    return whole(days.run(Clock(job.limits).go_on, rounds=PROOF_ROUNDS).bound)


class Clock:
    """Shares one job's limits among its stages."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.started = time.monotonic()

    def go_on(self) -> bool:
        """Return whether there is time left; a deterministic limit counts solver work instead, stage by stage."""
        return not stopped_here() and not self.over(0.0)

    def over(self, reserve: float) -> bool:
        """Return whether less than ``reserve`` seconds are left."""
        return self.limits.seconds is not None and time.monotonic() - self.started > self.limits.seconds - reserve

    def rest(self, share: float = 1.0, *, least: float = 0.2, gap: float = 0.0) -> Limits:
        """Return limits for a stage that gets a share of what is left, at ``least`` so many seconds."""
        if self.limits.seconds is None:
            return replace(self.limits, gap=gap)
        left = self.limits.seconds - (time.monotonic() - self.started)
        return replace(self.limits, seconds=max(least, left * share), gap=gap)


# -- a first roster ---------------------------------------------------------------------------------------------


def first_roster(scenario: Scenario, job: Job, clock: Clock) -> Outcome:
    """Make a roster of a part: heads of every day first, then the officers' lines to match, then the duties.

    Whatever the lines cannot match is made good by the last stage, where only the duties are open.
    """
    quotas = dict(job.quotas)
    rules = [rule for rule in DECIDING if rule.id != "S11"]
    days = Days(
        scenario, rules, job.squads, candidates=job.candidates, quotas=quotas, frozen=job.frozen, seed=job.limits.seed
    )
    half = Clock(clock.rest(HEADS_SHARE))
    month = days.run(half.go_on, rounds=FIRST_ROUNDS, gap=FIRST_GAP)
    aim = {key: n for column in month.columns for key, n in column.heads.items()}
    staff = {key: n for column in month.columns for key, n in column.staff.items()}
    visits = {key: n for column in month.columns for key, n in column.visits.items()}
    few = replace(clock.rest(LINES_SHARE, least=1.0, gap=LINES_GAP), threads=LINES_THREADS)
    lines = solve(lines_model(scenario, job, aim), few, stopped=stopped_here)
    if lines.decided is None:
        return lines
    known = replace(lines.decided, staff=staff, visits=visits)
    built = posted(scenario, job)
    _fix_shifts(built.model, known)
    duties = solve(built, clock.rest(least=DUTIES_SECONDS, gap=DUTIES_GAP), known=known, stopped=stopped_here)
    return replace(duties, status=Status.FEASIBLE) if duties.decided is not None else duties


def lines_model(
    scenario: Scenario,
    job: Job,
    aim: Mapping[tuple[OfficerClass, ShiftDay], int],
) -> Built:
    """Build the officers' lines alone: no rules on heads, no wishes, and a price for every head short of the aim.

    Heads on days with a remediation are dear, so that posts and desk can stay manned meanwhile (R14).
    """
    rules = [r for r in DECIDING if r.id == "R01" or not (r.by_class or r.severity is Severity.WISH)]
    built = build(scenario, rules, squads=job.squads, candidates=job.candidates, frozen=job.frozen)
    model = built.model
    _hold(model, job)
    busy = {c.day for c in job.candidates if any(cid == c.id for (_, cid), _ in job.quotas)}
    for group, members in model.members.items():
        for shift in model.shift_days(members[0]):
            wanted = aim.get((group, shift), 0)
            if shift.day < model.days[0] or not wanted:
                continue
            heads = sum(model.works[o.id, shift] for o in members)
            short = model.cp.new_int_var(0, wanted, f"short/{group.force}/{group.tag}/{shift.day}/{shift.shift}")
            model.cp.add(heads + short >= wanted)
            built.cost.append((BUSY_UNITS if shift.day in busy else SHORT_UNITS) * short)
    model.cp.minimize(sum(built.cost))
    return built


def posted(scenario: Scenario, job: Job) -> Built:
    """Build the part of a job with all deciding rules."""
    built = build(scenario, DECIDING, squads=job.squads, candidates=job.candidates, frozen=job.frozen)
    _hold(built.model, job)
    return built


def _hold(model: RosterModel, job: Job) -> None:
    for cid in job.held:
        model.cp.add(model.held[cid] == 1)
    for (squad, cid), _ in job.quotas:
        sends = model.sends.get((squad, cid), 0)
        candidate = next(c for c in job.candidates if c.id == cid)
        if not isinstance(sends, int) and squad in candidate.squads:
            model.cp.add(sends == 1)


def _fix_shifts(model: RosterModel, known: Decided) -> None:
    for key, var in model.works.items():
        if not isinstance(var, int):
            model.cp.add(var == int(key in known.shifts))


def shared_out(scenario: Scenario, squads: Unit) -> Scenario:
    """Return the scenario as a unit sees it: of a standing presence it owes its share of heads, by size of squad."""
    presences = []
    for presence in scenario.presences:
        sizes = {s: len(scenario.officers_of(s)) for s in presence.squads}
        total = max(1, sum(sizes.values()))
        marks = [presence.heads * sum(list(sizes.values())[:n]) // total for n in range(len(sizes) + 1)]
        shares = dict(zip(sizes, (b - a for a, b in pairwise(marks)), strict=True))
        mine = tuple(s for s in presence.squads if s in squads)
        if mine:
            heads = sum(shares[s] for s in mine)
            presences.append(presence.model_copy(update={"squads": mine, "heads": heads}))
    return scenario.model_copy(update={"presences": tuple(presences)}) if scenario.presences else scenario


# -- the bound ----------------------------------------------------------------------------------------------------


def without_remediations(scenario: Scenario) -> Scenario:
    """Return the scenario that the bound solves: no groups, orders, presences, nor locks on duties or remediations.

    Every roster of the full scenario is, with its remediation duties turned into patrols, a roster of this one that
    costs no more in what is kept; what is left out costs nothing at least. So a bound of this one bounds the full one.
    S11 is left out too, and a border window's convex cost gives way to a tangent, which lies below it everywhere and
    can be divided among the squads.
    """
    locks = tuple(lock for lock in scenario.locks if lock.kind is not LockKind.REMEDIATION and lock.duty is None)
    return scenario.model_copy(update={"groups": (), "designated": (), "presences": (), "locks": locks})


def _crosses_midnight(scenario: Scenario, squads: Unit) -> bool:
    """Return whether a night shift reaches a need or window of the next date, which would tie the dates together."""
    ends = [
        s.end
        for squad in squads
        for shift in scenario.shifts_of(squad)
        if (s := scenario.shift_day(shift.id, scenario.first)).end.date() > s.day
    ]
    if not ends:
        return False
    reach = max(ends) - datetime.combine(scenario.first, datetime.min.time()) - timedelta(days=1)
    starts = [need.start for squad in squads for _, need in tasks_of(scenario, squad)]
    for hotspot in scenario.hotspots:
        if set(squads) & set(hotspot.squads):
            starts += [w.start for day in scenario.dates for w in scenario.open_windows(hotspot.id, day)]
    return any(start - datetime.combine(start.date(), datetime.min.time()) < reach for start in starts)


def window_units(scenario: Scenario, window: OpenWindow) -> int:
    """Return what the first missing visit of a window costs (S02), in units of 1/GRAIN point."""
    visits = next(rule for rule in DECIDING if rule.id == "S02")
    on_border = scenario.hotspot_by_id[window.hotspot].border is BorderKind.SQUADS
    percent = visits.params(scenario).border_percent if on_border else 100
    return int(window.weight_cents * percent // 100 * visits.price(scenario))


def full_visits(scenario: Scenario, squads: Sequence[str], *, hosted_elsewhere: bool = False) -> Roster:
    """Return a rest of the brigade that makes every wanted visit to shared windows: S02 then charges nothing there.

    With ``hosted_elsewhere`` only at hotspots whose first squad is not one of ``squads``.
    """
    rows = []
    for hotspot in scenario.hotspots:
        others = [s for s in hotspot.squads if s not in squads]
        if hosted_elsewhere and hotspot.squads[0] in squads:
            continue
        if others and set(hotspot.squads) & set(squads):
            for day in scenario.dates:
                for w in scenario.open_windows(hotspot.id, day):
                    rows.append(Visits(squad=others[0], hotspot=hotspot.id, start=w.start, count=w.wanted))
    return Roster(visits=tuple(rows))
