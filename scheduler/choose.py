"""Chooses on the aggregated level which remediations to hold, and about how many people each squad sends.

The choice is a small model of its own over all candidates: R12 and S15 as they stand, preferably one remediation a day
as all share the mobile squads, and a mild preference for times that several shifts cover. What the holding after a
remediation costs is what S04 finds missing of the visits that squads make in the survey. It is a start: the squads then
decide who really goes, and the rules judge what came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ortools.sat.python import cp_model

from constraints.base import GRAIN, Candidate, RosterModel, all_rules
from domain.roster import Remediation, Roster, Visits
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, LockKind, RemediationKind
from scheduler.decided import as_remediation
from scheduler.kinds import tag_of
from scheduler.relaxed import Tag

UNCOVERED_POINTS = 15
"""Points against a candidate for each shift of the day that does not cover it: fewer people could come."""
CROWDED_POINTS = 400
"""Points against a second remediation on one day: it would compete for the mobile squads."""
CHOOSE_UNITS = 10.0
LEAST_HEADS = 2
"""People of a squad that takes part: a certified pair."""


def choose(
    scenario: Scenario,
    candidates: Sequence[Candidate],
    *,
    worth: Mapping[str, float] | None = None,
    visits: Mapping[tuple[str, Tag], float] | None = None,
    least: Mapping[str, int] | None = None,
    seed: int = 1,
) -> tuple[Candidate, ...]:
    """Return the candidates to hold: the forced ones, one for each order, and for each group as many as R12 asks.

    ``worth`` is what an hour of each squad's people is worth where they are (units): hosts and partners cost as much.
    ``visits`` are the visits on a date that squads make to each window anyway. ``least`` is what people cost each
    candidate, by its id [units], where more is known of it than their worth.
    """
    candidates = [c for c in candidates if c.forced or c.designated or _able(scenario, c)]
    cp = cp_model.CpModel()
    model = RosterModel(
        cp=cp,
        officers=(),
        squads=(),
        groups=scenario.groups,
        days=scenario.dates,
        candidates=tuple(candidates),
    )
    model.held = {c.id: cp.new_bool_var(f"held/{c.id}") for c in candidates}
    cost: list[cp_model.LinearExprT] = []
    for rule in all_rules():
        if rule.id in {"R12", "S15"}:
            cost += [rule.price(scenario, t.item) * t.amount for t in rule.post(model, scenario)]
    holding = _holding(scenario, candidates, visits) if visits else {}
    for c in candidates:
        if c.forced:
            cp.add(model.held[c.id] == 1)
        people = least[c.id] if least is not None else round(_people(scenario, c, worth or {}))
        people += holding.get((c.hotspot, c.host, c.day), 0)
        cost.append((GRAIN * UNCOVERED_POINTS * _uncovered(scenario, c) + people) * model.held[c.id])
    orders = {c.designated for c in candidates if c.designated is not None}
    for order in sorted(orders):
        cp.add_exactly_one(model.held[c.id] for c in candidates if c.designated == order)
    cost += _crowding(model, candidates)
    for group in scenario.groups:
        mine = [model.held[c.id] for c in candidates if c.group == group.id and c.kind is RemediationKind.MONTHLY]
        locked = sum(c.forced for c in candidates if c.group == group.id and c.kind is RemediationKind.MONTHLY)
        cp.add(sum(mine) <= max(group.min_remediations, locked))
    cp.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = CHOOSE_UNITS
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return tuple(c for c in candidates if c.forced)
    return tuple(c for c in candidates if solver.value(model.held[c.id]))


def _holding(
    scenario: Scenario, candidates: Iterable[Candidate], visits: Mapping[tuple[str, Tag], float]
) -> dict[tuple[str, str, date], int]:
    """Return what the holding after each remediation costs if visits are as in ``visits``, in units.

    By hotspot, host and day.
    """
    rule = next(rule for rule in all_rules() if rule.id == "S04")
    alone = scenario.model_copy(update={"past_remediations": ()})
    made: dict[str, tuple[Visits, ...]] = {}
    found: dict[tuple[str, str, date], int] = {}
    for c in candidates:
        if (c.hotspot, c.host, c.day) not in found:
            if c.hotspot not in made:
                made[c.hotspot] = _made(scenario, c.hotspot, visits)
            there = Roster(visits=made[c.hotspot], remediations=(as_remediation(c, c.host, "", ()),))
            missing = rule.audit(alone, there)
            found[c.hotspot, c.host, c.day] = round(GRAIN * sum(finding.points for finding in missing))
    return found


def _made(scenario: Scenario, hotspot: str, visits: Mapping[tuple[str, Tag], float]) -> tuple[Visits, ...]:
    return tuple(
        Visits(squad=squad, hotspot=hotspot, start=w.start, count=int(visits.get((squad, tag_of(w)), 0.0) + 1e-6))
        for day in scenario.dates
        for w in scenario.open_windows(hotspot, day)
        for squad in scenario.hotspot_by_id[hotspot].squads
    )


def _people(scenario: Scenario, c: Candidate, worth: Mapping[str, float]) -> float:
    """Return what the people that must come are worth where they are, in units."""
    sent = quotas(scenario, c, worth)
    return sum(worth.get(s, 0.0) * n for s, n in sent.items()) * c.length_min / 60


def _uncovered(scenario: Scenario, c: Candidate) -> int:
    return sum(not scenario.shift_day(s.id, c.day).covers(c.start, c.end) for s in scenario.shifts_of(c.host))


def _crowding(model: RosterModel, candidates: Sequence[Candidate]) -> list[cp_model.LinearExprT]:
    """Charge every remediation of a day beyond the first: they would compete for the mobile squads."""
    by_day: dict[object, list[cp_model.LinearExprT]] = {}
    for c in candidates:
        by_day.setdefault(c.day, []).append(model.held[c.id])
    cost: list[cp_model.LinearExprT] = []
    for day, literals in by_day.items():
        beyond = model.cp.new_int_var(0, len(literals), f"crowded/{day}")
        model.cp.add(beyond >= sum(literals) - 1)
        cost.append(GRAIN * CROWDED_POINTS * beyond)
    return cost


def _able(scenario: Scenario, c: Candidate) -> bool:
    """Return whether the host has a leader that day, and enough squads two certified officers each."""
    leads = any(o.leads and _present(scenario, o, c) for o in scenario.officers_of(c.host))
    return leads and sum(_can_send(scenario, squad, c) for squad in c.squads) >= c.need_squads


def _can_send(scenario: Scenario, squad: str, c: Candidate) -> bool:
    return sum(o.certified and _present(scenario, o, c) for o in scenario.officers_of(squad)) >= 2


def quotas(scenario: Scenario, c: Candidate, worth: Mapping[str, float] | None = None) -> dict[str, int]:
    """Return about how many people each squad sends.

    As many squads take part as must, the host and those whose people are ``worth`` least where they are (units of
    1/GRAIN point an hour), two certified officers each. The rest comes from where people are worth less than one
    missing at the remediation, half of a squad at most; of equal worth, by size.
    """
    worth = worth or {}
    able = {s: [o for o in scenario.officers_of(s) if _present(scenario, o, c)] for s in (*c.squads, *c.helpers)}
    can = [s for s in c.squads if _can_send(scenario, s, c)]
    can.sort(key=lambda s: (s != c.host, worth.get(s, 0.0), -len(able[s])))
    part = can[: c.need_squads]
    sent = {s: LEAST_HEADS if s in part else 0 for s in able}
    missing = next(rule for rule in all_rules() if rule.id == "S03").price(scenario, "heads") * 60
    givers = [s for s in (*part, *c.helpers) if worth.get(s, 0.0) <= missing]
    while sum(sent.values()) < c.target_heads:
        free = [s for s in givers if sent[s] < len(able[s]) // 2]
        if not free:
            break
        sent[min(free, key=lambda s: (worth.get(s, 0.0), sent[s] / len(able[s]), s))] += 1
    return sent


def enough(c: Candidate, sent: Mapping[str, int], worth: Mapping[str, float]) -> dict[str, int]:
    """Return how many of those ``sent`` by squad are to go on going, no more in all than the remediation wants.

    Of squads that take part those whose people are ``worth`` most keep theirs first, but for a certified pair; helpers
    have nothing else to do.
    """
    asked = dict(sent)
    beyond = sum(sent.values()) - c.target_heads
    for squad in sorted(set(sent) & set(c.squads), key=lambda s: (-worth.get(s, 0.0), s)):
        stay = max(0, min(beyond, sent[squad] - LEAST_HEADS))
        asked[squad] -= stay
        beyond -= stay
    return asked


def _present(scenario: Scenario, officer: Officer, c: Candidate) -> bool:
    rests = {(lock.officer, lock.date) for lock in scenario.locks if lock.kind is LockKind.REST}
    if (officer.id, c.day) in rests:
        return False
    return scenario.absence(officer.id, c.day) is None and DutyKind.REMEDIATION not in officer.barred_duties


def nominal(
    scenario: Scenario, chosen: Iterable[Candidate], squads: Iterable[str], worth: Mapping[str, float] | None = None
) -> tuple[Remediation, ...]:
    """Return the chosen remediations as if ``squads`` had sent their quotas: leaders and certified officers first.

    A squad that is solved while the others are still open takes this for granted.
    """
    inside = set(squads)
    found = []
    for c in chosen:
        people: list[str] = []
        for squad, heads in quotas(scenario, c, worth).items():
            if squad in inside:
                able = [o for o in scenario.officers_of(squad) if _present(scenario, o, c)]
                able.sort(key=lambda o: (not (o.leads and o.certified), not o.certified, o.id))
                people += [o.id for o in able[:heads]]
        if c.commander is not None and c.commander not in people:
            people.append(c.commander)
        found.append(as_remediation(c, c.host, people[0] if people else "", people))
    return tuple(found)
