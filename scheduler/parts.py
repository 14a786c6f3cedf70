"""Parts of the brigade that are solved on their own: the seams officer, squad, group, brigade made visible.

A unit is the smallest part: a squad, or the squads that share a case desk. Units touch each other only at border
hotspots, standing presences and remediations.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import combinations
from math import inf
from typing import Protocol

from constraints.base import GRAIN, Candidate, all_rules
from constraints.s12_post_rotation import Stand
from constraints.s20_duty_switches import least_switches
from domain.calendar import OpenWindow, overlaps
from domain.roster import Roster, Visits
from domain.scenario import Scenario
from domain.words import BorderKind, LockKind, Scope
from scheduler.both import BOTH, Both, both_of, sending_to_both
from scheduler.build import periods_of, tasks_of
from scheduler.candidates import list_candidates
from scheduler.counts import Switches
from scheduler.days import Days, whole
from scheduler.keeping import Kept, kept
from scheduler.kinds import Column, tag_of
from scheduler.learned import Learned
from scheduler.owed import owed_by
from scheduler.parallel import scenario_here, stopped_here
from scheduler.recut import Spared, cuts_of, recut_by
from scheduler.relaxed import Average, Border, Tag
from scheduler.sending import DEAR, Away, Sent, at_best, base_of, going_of, sent
from scheduler.solve import Limits
from scheduler.sparing import RECUT, sparing
from scheduler.together import Parts, parts_of

PROOF_ROUNDS, PROOF_GAP, PROOF_POINTS = 200, 0.0005, 0.5
"""A proof ends within this share of the unit's cost, or within so many points for each of its officers: what is paid
for visits leaves little of the cost of some units."""
DONE = 0.003
"""Share by which a proof may lie below the mix of columns, above which it cannot come, and count as done."""
SHARING, SENDING = 0.2, 0.35
"""Shares of a proof's time: for what common things cost, where that is asked; of the rest for what sending people to
remediations and holding afterwards cost."""
TOLL_SHARE = 0.4
"""Stands at posts are tolled if so large a share of a proof's time for its bound is left."""
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


# -- the bound ----------------------------------------------------------------------------------------------------


def borders(scenario: Scenario) -> dict[Tag, Border]:
    """Return the windows of hotspots that squads of several units visit."""
    unit_of = {squad: n for n, unit in enumerate(units(scenario)) for squad in unit}
    found: dict[Tag, Border] = {}
    for hotspot in scenario.hotspots:
        if len({unit_of[squad] for squad in hotspot.squads if squad in unit_of}) > 1:
            for day in scenario.dates:
                for w in scenario.open_windows(hotspot.id, day):
                    dates = found[tag_of(w)].dates if tag_of(w) in found else 0
                    found[tag_of(w)] = Border(w.wanted, window_units(scenario, w), dates + 1)
    return found


def crowded(scenario: Scenario) -> frozenset[tuple[Tag, date]]:
    """Return windows on borders and dates on which a unit of theirs shares another one at the same time.

    The same people would make those visits, so what one of the two costs says nothing without the other.
    """
    unit_of = {squad: n for n, unit in enumerate(units(scenario)) for squad in unit}
    found: set[tuple[Tag, date]] = set()
    for day in scenario.dates:
        here = [
            (w, sharing)
            for hotspot in scenario.hotspots
            if len(sharing := {unit_of[squad] for squad in hotspot.squads if squad in unit_of}) > 1
            for w in scenario.open_windows(hotspot.id, day)
        ]
        for (one, mine), (other, theirs) in combinations(here, 2):
            if mine & theirs and overlaps(one.start, one.end, other.start, other.end):
                found |= {(tag_of(one), day), (tag_of(other), day)}
    return frozenset(found)


def survey(squads: Unit) -> Average:
    """Return the linear relaxation of a unit, whose border windows all units meet at (see `relax`)."""
    return bare_days(scenario_here(), squads, BoundJob(squads, Limits(None))).average()


@dataclass(frozen=True)
class BoundJob:
    """A proof for a unit: visits to border windows are paid for at ``prices`` (units each) instead of S02's amount.

    ``start`` is what to begin with, ``second`` where to begin again if that ends early with days unproven; ``most`` is
    what the survey found (see `Average`). ``presence_points`` an hour is what missing at a standing presence of several
    units costs each of them; `counted_twice` is taken off again. ``sharing``: whether it is asked what parts in common
    things cost; ``tolling``: whether stands at posts may be tolled (see `tolls`).
    """

    squads: Unit
    limits: Limits
    prices: Mapping[Tag, int] = field(default_factory=dict)
    start: Learned | None = None
    second: Learned | None = None
    most: Mapping[str, float] | None = None
    presence_points: int = 0
    sharing: bool = False
    tolling: bool = True


@dataclass(frozen=True)
class Priced:
    """Where a bound is proven: prices of sums by name, tolls on stands, and what each date costs at least (units).

    ``columns`` are the cheapest heads there, as far as any were found.
    """

    sums: Mapping[str, float]
    tolls: Mapping[Stand, int]
    least: Mapping[date, float]
    columns: Mapping[date, Column] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """A proven bound of a unit's cost in units of 1/GRAIN point, None if there is none, and its prices of sums.

    ``done``: more time cannot raise it by much. ``seconds`` it took, by the clock. ``sent`` is what sending people to
    remediations adds to it (see `sending`), ``kept`` what holding adds (see `keeping`), ``visited`` the visits
    in its mix of columns by window, ``parts`` what parts in common things cost, ``away`` the visits that are not
    made by those who are sent, ``both`` what sending people to two remediations on a date adds (see `both`); nothing is
    known where they are empty. ``spared`` is by how much dates may cost less that remediations cut (see `sparing`).
    ``at`` is where all of this is proven, ``more`` what dates cost beyond it (see `second_look`).
    """

    bound: int | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    done: bool = False
    seconds: float = 0.0
    sent: Sent = field(default_factory=dict)
    kept: Kept = field(default_factory=dict)
    visited: Mapping[Tag, float] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)
    away: Away = field(default_factory=dict)
    both: Both = field(default_factory=dict)
    spared: Spared = field(default_factory=dict)
    at: Priced | None = None
    more: Mapping[date, int] = field(default_factory=dict)


def prove(job: BoundJob) -> Proof:
    """Bound a unit; there is no bound if there was no time, or where night shifts tie the dates together."""
    if _crosses_midnight(scenario_here(), job.squads):
        return Proof()
    scenario, clock = scenario_here(), Clock(job.limits)
    days = bare_days(scenario, job.squads, job)
    days.charge(job.prices)
    recut = recutting(scenario, job.squads)
    shared = tuple(c for c in recut if going_of(c, job.squads) is not None)
    last = SHARING * (job.limits.seconds or 0.0) if job.sharing else 0.0
    reserve = last + SENDING * ((job.limits.seconds or 0.0) - last)

    def go_on() -> bool:
        return clock.go_on() and not (days.bound > -inf and clock.over(reserve))

    def go_sending() -> bool:
        return clock.go_on() and not clock.over(last)

    def may_toll() -> bool:
        return job.tolling and not clock.over(reserve + TOLL_SHARE * ((job.limits.seconds or 0.0) - reserve))

    near = _near(scenario, job.squads)
    found = days.run(go_on, rounds=PROOF_ROUNDS, gap=PROOF_GAP, near=near, start=job.start, choose=False, toll=may_toll)
    if job.second is not None and go_on() and found.mixed - found.bound > DONE * abs(found.mixed):
        found = days.run(go_on, rounds=PROOF_ROUNDS, gap=PROOF_GAP, near=near, start=job.second, choose=False)
    done = go_on() or found.mixed - found.bound <= DONE * abs(found.mixed)
    prices = dict(zip(days.names, days.best, strict=True))
    days.best = days.surest or days.best
    known = at_best(days)
    extra: Sent = {}
    away: Away = {}
    after: Kept = {}
    both: Both = {}
    less: Spared = {}
    at = None
    if known is not None:
        at = Priced(dict(zip(days.names, days.best, strict=True)), days.tolls, known[1], days.at_best())
        cuts = cuts_of(scenario, job.squads, recut)
        recut_dates = sparing(days, days.best, known[1], partial(base_of, days), cuts.values())
        twice = sending_to_both(days, job.squads, shared, cuts)
        recut_dates.relax()
        twice.relax()
        extra, away = sent(days, job.squads, shared, cuts, go_sending)
        after = kept(days, job.squads, shared, go_sending)
        twice.solve(replace(BOTH, seed=days.seed), go_sending, most=twice.cheapest + DEAR)
        recut_dates.solve(replace(RECUT, seed=days.seed), go_sending, most=0.0)
        both, less = both_of(twice), recut_dates.told
    common = Parts()
    if job.sharing and known is not None:
        common = parts_of(days, scenario, job.squads, borders(scenario), crowded(scenario), clock.go_on)
    bound = -inf if known is None and recut else found.bound if known is None else known[0]
    took = time.monotonic() - clock.started
    return Proof(whole(bound), prices, done, took, extra, after, days.visited(), common, away, both, less, at)


def _near(scenario: Scenario, squads: Unit) -> float:
    return PROOF_POINTS * GRAIN * sum(len(scenario.officers_of(squad)) for squad in squads)


def recutting(scenario: Scenario, squads: Unit) -> tuple[Candidate, ...]:
    """Return the candidates that cut a unit's time (see `recut`), without the orders that it carries out alone."""
    found = ((c, recut_by(scenario, c)) for c in list_candidates(scenario))
    alone = {c.id for c in owed_by(scenario, squads)}
    return tuple(c for c, cut in found if not cut.isdisjoint(squads) and c.id not in alone)


class Bare(Protocol):
    """What a job says of the models of the dates without remediations."""

    @property
    def limits(self) -> Limits:
        """Limits of the job, with the seed."""

    @property
    def presence_points(self) -> int:
        """What missing at a shared presence costs (see `BoundJob`)."""

    @property
    def most(self) -> Mapping[str, float] | None:
        """What the survey found (see `Average`)."""


def bare_days(
    scenario: Scenario, squads: Unit, job: Bare, switches: Switches = least_switches, met: Collection[str] = ()
) -> Days:
    """Return the dates of a unit, or of several as one, without remediations but the orders that one carries out alone.

    ``switches`` says how many changes of duty heads need (S20); it counts who goes to the hotspots ``met`` (S11).
    """
    bare = without_remediations(scenario, squads, job.presence_points)
    rules = [rule for rule in DECIDING if rule.id != "S11"]
    owed = [c for unit in units(scenario) if set(unit) <= set(squads) for c in owed_by(scenario, unit)]
    return Days(
        bare,
        rules,
        squads,
        owed=owed,
        most=job.most,
        frozen=full_visits(bare, squads),
        switches=switches,
        met=met,
        cuts=_marks(scenario, squads) - _marks(bare, squads),
        seed=job.limits.seed,
    )


def _marks(scenario: Scenario, squads: Unit) -> frozenset[datetime]:
    """Return where periods of some squads begin and end, without remediations."""
    return frozenset(mark for s in squads for p in periods_of(scenario, s) for mark in (p.start, p.end))


def without_remediations(scenario: Scenario, squads: Unit, presence_points: int = 0) -> Scenario:
    """Return what the bound of a unit solves: no groups, orders, presences of others, locks on duties or remediations.

    Orders that the unit carries out alone come back as `owed_by` it.

    Every roster of the full scenario is, with its remediation duties turned into patrols, a roster of this one that
    costs no more in what is kept; what is left out costs nothing at least. So a bound of this one bounds the full one.
    The fewest switches of duty that heads allow (S20) are kept: patrols in place of a remediation have no more of them.
    S11 is left out too, and in place of a border window's cost the squads are paid for their visits; what the window
    costs at least at that price is added once for all of them (`Border.least`).

    A presence shared with other units is left out, or each unit owes all of its heads at ``presence_points`` an hour,
    no more than they cost: then what is missing altogether is counted once too often for every unit but one.
    """
    locks = tuple(lock for lock in scenario.locks if lock.kind is not LockKind.REMEDIATION and lock.duty is None)
    owed = [p for p in scenario.presences if set(p.squads) <= set(squads)]
    policy = scenario.policy
    if presence_points:
        owed = [p for p in scenario.presences if set(p.squads) & set(squads)]
        policy = {**policy, "S17.weight": presence_points}
    mine = tuple(p.model_copy(update={"squads": tuple(s for s in p.squads if s in squads)}) for p in owed)
    return scenario.model_copy(
        update={"groups": (), "designated": (), "presences": mine, "locks": locks, "policy": policy}
    )


def presence_points(scenario: Scenario, worth: Mapping[str, float]) -> int:
    """Return points an hour for standing presences of several units: what the cheapest of their people are worth.

    ``worth`` is in units an hour, by squad. Nothing where no presence is shared.
    """
    inside = [set(unit) for unit in units(scenario)]
    squads = {s for p in scenario.presences if not any(set(p.squads) <= unit for unit in inside) for s in p.squads}
    cheapest = min((worth.get(s, 0.0) for s in squads), default=0.0)
    weight = next(rule for rule in DECIDING if rule.id == "S17").params(scenario).weight
    return min(int(weight), int(max(0.0, cheapest) / GRAIN))


def counted_twice(scenario: Scenario, points: int) -> int:
    """Return what the units' bounds count too often where each owes all heads of a presence, in units."""
    minutes = 0
    for need in scenario.presence_needs:
        squads = set(scenario.presence_by_id[need.place].squads)
        sharing = sum(1 for unit in units(scenario) if squads & set(unit))
        minutes += max(0, sharing - 1) * need.heads * int((need.end - need.start).total_seconds() // 60)
    return minutes * points * GRAIN // 60


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


def full_visits(scenario: Scenario, squads: Sequence[str]) -> Roster:
    """Return a rest of the brigade that makes every wanted visit to shared windows: S02 then charges nothing there."""
    rows = []
    for hotspot in scenario.hotspots:
        others = [s for s in hotspot.squads if s not in squads]
        if others and set(hotspot.squads) & set(squads):
            for day in scenario.dates:
                for w in scenario.open_windows(hotspot.id, day):
                    rows.append(Visits(squad=others[0], hotspot=hotspot.id, start=w.start, count=w.wanted))
    return Roster(visits=tuple(rows))
