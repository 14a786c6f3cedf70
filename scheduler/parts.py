"""Parts of the brigade that are solved on their own: the seams officer, squad, group, brigade made visible.

A unit is the smallest part: a squad, or the squads that share a case desk. Squads touch each other only at border
hotspots, standing presences and remediations; `touching` says which units are not re-solved at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from constraints.base import Candidate, RosterModel, all_rules
from domain.calendar import OpenWindow
from domain.roster import Roster, Visits
from domain.scenario import Scenario
from domain.words import BorderKind, LockKind, Scope
from scheduler.build import Built, build
from scheduler.decided import Decided
from scheduler.parallel import scenario_here, stopped_here
from scheduler.solve import Limits, Outcome, solve

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

    ``held`` candidates are held, the other ``candidates`` are open. ``frozen`` is what the rest of the brigade does,
    ``must_send`` the squads that take part whatever it costs them. Outside ``free_days`` (None: everywhere) the shifts
    of ``known`` stay. With ``prices`` the job is a relaxation for the bound: no remediations, and border windows are
    charged by the given units per visit instead of S02's amount.
    """

    squads: Unit
    limits: Limits
    candidates: tuple[Candidate, ...] = ()
    held: frozenset[str] = frozenset()
    frozen: Roster = field(default_factory=Roster)
    known: Decided | None = None
    must_send: frozenset[tuple[str, str]] = frozenset()
    free_days: frozenset[date] | None = None
    prices: tuple[tuple[OpenWindow, int], ...] | None = None


def run(job: Job) -> Outcome:
    """Solve a job in this process (see Workers)."""
    scenario = scenario_here()
    built = relaxed(scenario, job) if job.prices is not None else posted(scenario, job)
    return solve(built, job.limits, known=job.known, stopped=stopped_here)


def posted(scenario: Scenario, job: Job) -> Built:
    """Build the part of a job with all deciding rules."""
    built = build(scenario, DECIDING, squads=job.squads, candidates=job.candidates, frozen=job.frozen)
    model = built.model
    for cid in job.held:
        model.cp.add(model.held[cid] == 1)
    for squad, cid in job.must_send:
        sends = model.sends.get((squad, cid), 0)
        if not isinstance(sends, int):
            model.cp.add(sends == 1)
    if job.free_days is not None and job.known is not None:
        _keep_other_days(model, job.known, job.free_days)
    return built


def _keep_other_days(model: RosterModel, known: Decided, free: frozenset[date]) -> None:
    for (oid, shift), var in model.works.items():
        if shift.day not in free and not isinstance(var, int):
            model.cp.add(var == int((oid, shift) in known.shifts))


# -- the bound ----------------------------------------------------------------------------------------------------


def without_remediations(scenario: Scenario) -> Scenario:
    """Return the scenario that the bound solves: no groups, orders, presences, nor locks on remediations.

    Every roster of the full scenario is, with its remediation duties turned into patrols, a roster of this one that
    costs no more in what is kept; what is left out costs nothing at least. So its bound bounds the full one.
    """
    locks = tuple(lock for lock in scenario.locks if lock.kind is not LockKind.REMEDIATION and lock.duty is None)
    return scenario.model_copy(update={"groups": (), "designated": (), "presences": (), "locks": locks})


def relaxed(scenario: Scenario, job: Job) -> Built:
    """Build the relaxation of a unit: the terms that hang on remediations or on other units are dropped.

    S11 and the shares of remediations in S05 only ever add cost. A border window has its convex cost replaced by a
    tangents, which lies below it everywhere and can be divided among the squads.
    """
    plain = without_remediations(scenario)
    outside = full_visits(plain, job.squads)
    rules = [rule for rule in DECIDING if rule.id not in {"S11", "S05"}]
    built = build(plain, rules, squads=job.squads, frozen=outside)
    shares = [r for r in DECIDING if r.id == "S05"]
    cost = built.cost
    for rule in shares:
        terms = [t for t in rule.post(built.model, plain) if t.item != "remediations"]
        cost += [rule.price(plain, t.item) * t.amount for t in terms]
    for window, price in job.prices or ():
        cost += [-price * v for s in job.squads if (v := built.model.visits.get((s, window))) is not None]
    built.model.cp.minimize(sum(cost))
    return Built(built.model, built.terms, cost)


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
