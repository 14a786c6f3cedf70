"""Chooses on the aggregated level which remediations to hold, and about how many people each squad sends.

The choice is a small model of its own over all candidates: R12 and S15 as they stand, preferably one remediation a day
as all share the mobile squads, and a mild preference for times that several shifts cover. It is a start: the squads
then decide who really goes, and the rules judge what came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ortools.sat.python import cp_model

from constraints.base import GRAIN, Candidate, RosterModel, all_rules
from domain.roster import Remediation
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, LockKind, RemediationKind

UNCOVERED_POINTS = 15
"""Points against a candidate for each shift of the day that does not cover it: fewer people could come."""
CROWDED_POINTS = 400
"""Points against a second remediation on one day: it would compete for the mobile squads."""
CHOOSE_UNITS = 10.0


def choose(scenario: Scenario, candidates: Sequence[Candidate], *, seed: int = 1) -> tuple[Candidate, ...]:
    """Return the candidates to hold: the forced ones, one for each order, and for each group as many as R12 asks."""
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
    for c in candidates:
        if c.forced:
            cp.add(model.held[c.id] == 1)
        cost.append(GRAIN * UNCOVERED_POINTS * _uncovered(scenario, c) * model.held[c.id])
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


def quotas(scenario: Scenario, c: Candidate) -> dict[str, int]:
    """Return about how many people each squad sends: by size, mobile squads half as much again.

    At least two each; a squad that cannot send two certified officers sends nobody.
    """
    able = {s: [o for o in scenario.officers_of(s) if _present(scenario, o, c)] for s in (*c.squads, *c.helpers)}
    weight = {s: len(people) * (3 if s in c.helpers else 2) for s, people in able.items()}
    total = max(1, sum(weight.values()))
    wanted = {s: min(len(able[s]), max(2, round(c.target_heads * w / total))) for s, w in weight.items()}
    return {s: n if s in c.helpers or _can_send(scenario, s, c) else 0 for s, n in wanted.items()}


def _present(scenario: Scenario, officer: Officer, c: Candidate) -> bool:
    rests = {(lock.officer, lock.date) for lock in scenario.locks if lock.kind is LockKind.REST}
    if (officer.id, c.day) in rests:
        return False
    return scenario.absence(officer.id, c.day) is None and DutyKind.REMEDIATION not in officer.barred_duties


def nominal(scenario: Scenario, chosen: Iterable[Candidate], squads: Iterable[str]) -> tuple[Remediation, ...]:
    """Return the chosen remediations as if ``squads`` had sent their quotas: leaders and certified officers first.

    A squad that is solved while the others are still open takes this for granted.
    """
    inside = set(squads)
    found = []
    for c in chosen:
        people: list[str] = []
        for squad, heads in quotas(scenario, c).items():
            if squad in inside:
                able = [o for o in scenario.officers_of(squad) if _present(scenario, o, c)]
                able.sort(key=lambda o: (not (o.leads and o.certified), not o.certified, o.id))
                people += [o.id for o in able[:heads]]
        if c.commander is not None and c.commander not in people:
            people.append(c.commander)
        found.append(
            Remediation(
                id=c.id,
                group=c.group,
                hotspot=c.hotspot,
                start=c.start,
                end=c.end,
                host=c.host,
                lead=c.host,
                commander=people[0] if people else "",
                participants=tuple(people),
                kind=c.kind,
                designated=c.designated,
            )
        )
    return tuple(found)
