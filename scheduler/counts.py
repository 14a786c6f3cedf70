"""The counts model: how many of each class work each shift, without saying who.

Posts, desks, patrols and visits read heads of a class only, so their rules post themselves into this model as they do
into the full one. What an officer may do enters as sums: every linear condition that the officer's rules have posted
for each officer of a class is added up over the class. Each roster satisfies the sums, so this model is a relaxation:
its bound is a bound of the full model, it is far smaller, and its counts are a good aim for the officers' lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil, floor, gcd

from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, RosterModel, Rule, all_rules
from domain.calendar import ShiftDay
from domain.roster import Roster
from domain.scenario import Officer, Scenario
from domain.words import Scope, Severity
from scheduler.build import NOTHING, Built, add_staff, add_visits, periods_of, post, shifts_alone
from scheduler.owed import add_going, add_owed, class_of, sent_by_class, shift_of

Shape = tuple[tuple[ShiftDay, int], ...]
"""Dated shifts with coefficients: the left side of a condition on one officer's month."""
Range = tuple[float, float]
Counts = dict[tuple[OfficerClass, ShiftDay], cp_model.IntVar]

FEW = 0.5
"""A condition is added up only where at least this share of the class has it; otherwise the sum says little."""
INFINITE = float("inf")
Switches = Callable[[RosterModel], Iterable[cp_model.LinearExprT]]
"""Says how many changes of duty heads need (S20), summand by summand."""


@dataclass(frozen=True)
class Sum:
    """low <= sum of factor x heads of ``group`` over the dated shifts of ``shape`` <= high."""

    group: OfficerClass
    shape: Shape
    low: int
    high: int

    @property
    def days(self) -> set[date]:
        """Dates the sum runs over."""
        return {shift.day for shift, _ in self.shape}


def heads_model(
    scenario: Scenario,
    rules: Sequence[Rule],
    people: Mapping[OfficerClass, tuple[Officer, ...]],
    *,
    candidates: Sequence[Candidate] = (),
    quotas: Mapping[tuple[str, str], int] | None = None,
    going: Sequence[tuple[Sequence[str], int, str | None, bool]] = (),
    owed: Sequence[Candidate] = (),
    frozen: Roster = NOTHING,
    switches: Switches | None = None,
    met: Collection[str] = (),
    cuts: Collection[datetime] = (),
) -> tuple[Built, Counts]:
    """Build the counts model of the classes of ``people`` over the scenario's days, without the sums.

    ``quotas`` (squad, candidate id) -> heads: the squad sends so many to a remediation, two of them certified, and its
    posts and desk are manned meanwhile (R14). ``going`` are, for each candidate, squads that send people (see owed);
    each head sent may be paid for at what it costs if it is missing there. ``owed`` candidates may be held (see owed).
    Rules that read heads by class enter as they are; others are left out, which can only lower the cost. With
    ``switches`` the changes of duty that it says the heads need are charged as well (S20), which names can only raise.
    Of hotspots ``met`` all squads are here, so that it counts how many go there at a time (S11). ``cuts`` are further
    boundaries of all squads' periods.
    """
    cp = cp_model.CpModel()
    squads = {group.squad for group in people}
    model = RosterModel(
        cp=cp,
        officers=(),
        squads=tuple(s for s in scenario.squads if s.id in squads),
        groups=(),
        days=scenario.dates,
        candidates=(*candidates, *owed),
        squad_of={o.id: o.squad for o in scenario.officers},
    )
    counts: Counts = {}
    for n, (group, members) in enumerate(sorted(people.items())):
        stand_in = members[0].model_copy(update={"id": f"class {n}"})
        model.members[group] = (stand_in,)
        for day in model.days:
            for shift in sorted(scenario.shift_day(s.id, day) for s in scenario.shifts_of(group.squad)):
                counts[group, shift] = cp.new_int_var(0, len(members), f"count/{n}/{day:%m%d}/{shift.shift}")
                model.add_works(stand_in.id, shift, counts[group, shift])
            cp.add(sum(counts[group, s] for s in model.shift_days_on(stand_in, day)) <= len(members))  # one shift a day
    for squad in squads:
        model.classes[squad] = tuple(sorted(group for group in people if group.squad == squad))
        model.periods[squad] = periods_of(scenario, squad, (*candidates, *owed), cuts)
        add_staff(model, scenario, squad, {group: len(people[group]) for group in model.classes[squad]})
    add_visits(model, scenario, squads, frozen)
    for c in candidates:
        model.held[c.id] = 1
        model.sends |= {(squad, c.id): 0 for squad in (*c.squads, *c.helpers)}
    by_id = {c.id: c for c in candidates}
    for (squad, cid), heads in (quotas or {}).items():
        if squad in squads and cid in by_id:
            _send(model, squad, by_id[cid], min(heads, sum(len(people[g]) for g in model.classes[squad])))
    paid = [add_going(model, scenario, c, *who, people) for c, who in zip(candidates, going, strict=bool(going))]
    missing = [add_owed(model, scenario, c, people) for c in owed]
    counts |= {(class_of(c), shift_of(c)): held for c, (held, _) in zip(owed, missing, strict=True)}
    built = post(model, scenario, [r for r in rules if r.by_class])
    built.cost += [*paid, *(cost for _, cost in missing)]
    price = next(rule for rule in all_rules() if rule.id == "S20").price(scenario)
    if switches and price:
        built.cost += [price * least for least in switches(model)]
    for rule in (rule for rule in all_rules() if rule.id == "S11" and met):
        there = replace(model, visits={key: n for key, n in model.visits.items() if key[1].hotspot in met})
        built.cost += [rule.price(scenario, t.item) * t.amount for t in rule.post(there, scenario)]
    return built, counts


def _send(model: RosterModel, squad: str, c: Candidate, heads: int) -> None:
    """Reserve heads for a remediation, the same people in all of its periods; R14 then guards the own places."""
    cp = model.cp
    model.sends[squad, c.id] = 1
    sent = sent_by_class(model, c, squad, heads)
    cp.add(sum(var for _, var in sent) == heads)
    cp.add(sum(var for group, var in sent if group.certified) >= min(2, heads))


# -- sums of the officers' conditions -----------------------------------------------------------------------------


def most_shifts(scenario: Scenario, rules: Sequence[Rule], officers: Iterable[Officer]) -> dict[str, float]:
    """Return the shifts that those among some officers who have absences or locks can work at most."""
    away = {absence.officer for absence in scenario.absences} | {lock.officer for lock in scenario.locks}
    return {o.id: _most_shifts(scenario, rules, o) for o in officers if o.id in away}


def sums(
    scenario: Scenario, rules: Sequence[Rule], lines: RosterModel, most: Mapping[str, float] | None = None
) -> Iterator[Sum]:
    """Yield every officer condition added up over the class; ``lines`` is a model of the part without rules yet.

    ``most`` are the `most_shifts`, worked out here if not given.
    """
    post(lines, scenario, personal(rules))
    conditions = _conditions(lines)
    at_most = most_shifts(scenario, rules, lines.officers) if most is None else most
    for members in lines.members.values():
        if any(o.id in at_most for o in members):
            mine = tuple((s, 1) for s in lines.shift_days(members[0]) if s.day >= scenario.first)
            for o in members:
                low, high = conditions.get(o.id, {}).get(mine, (0.0, INFINITE))
                conditions.setdefault(o.id, {})[mine] = (low, min(high, at_most.get(o.id, INFINITE)))
    for group, members in lines.members.items():
        by_shape: dict[Shape, dict[str, Range]] = defaultdict(dict)
        for officer in members:
            for shape, limits in conditions.get(officer.id, {}).items():
                by_shape[shape][officer.id] = limits
        for shape, found in by_shape.items():
            if len(found) < FEW * len(members) and not any(high <= 0 for _, high in found.values()):
                continue
            ranges = [_range(shape, conditions.get(o.id, {})) for o in members]
            low, high = sum(r[0] for r in ranges), sum(r[1] for r in ranges)
            if low > -_reach(shape, -1) * len(members) or high < _reach(shape, 1) * len(members):
                yield Sum(group, shape, ceil(low), floor(high))


def _range(shape: Shape, conditions: Mapping[Shape, Range]) -> Range:
    """Return the least and most of a left side for one officer; absences and locks leave some shifts no choice."""
    fixed, free = 0.0, []
    for shift, factor in shape:
        low, high = conditions.get(((shift, 1),), (0.0, 1.0))
        low, high = max(0.0, low), min(1.0, high)
        if low >= high:
            fixed += factor * high
        else:
            free.append((shift, factor))
    low, high = conditions.get(shape, (-INFINITE, INFINITE))
    if len(free) < len(shape):
        rest = conditions.get(tuple(free), (-INFINITE, INFINITE))
        low, high = max(low, fixed + rest[0]), min(high, fixed + rest[1])
    return max(low, fixed - _reach(free, -1)), min(high, fixed + _reach(free, 1))


def _most_shifts(scenario: Scenario, rules: Sequence[Rule], officer: Officer) -> float:
    """Return a proven most of the shifts that an officer can work in the horizon under the officer's rules alone.

    Absences break a month into pieces; what fits into them is less than each rule says by itself.
    """
    alone = scenario.model_copy(update={"officers": (officer,)})
    lines = shifts_alone(alone, (officer,), (officer.squad,))
    post(lines, alone, personal(rules))
    worked = [v for (_, shift), v in lines.works.items() if not isinstance(v, int) and shift.day >= scenario.first]
    lines.cp.maximize(sum(worked))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 0.1
    status = solver.solve(lines.cp)
    return floor(solver.best_objective_bound + 1e-6) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else INFINITE


def add_sums(cp: cp_model.CpModel, counts: Counts, found: Collection[Sum]) -> None:
    """Post sums that run over shifts of the model only."""
    for s in found:
        left = cp_model.LinearExpr.weighted_sum(
            [counts[s.group, shift] for shift, _ in s.shape], [f for _, f in s.shape]
        )
        cp.add_linear_constraint(left, s.low, s.high)


def lines_of(scenario: Scenario, squads: Collection[str]) -> RosterModel:
    """Return the shifts and rest days of the officers of some squads, for `sums`."""
    return shifts_alone(scenario, [o for o in scenario.officers if o.squad in squads], tuple(squads))


def personal(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules that say what one officer may do; what somebody wishes is no condition."""
    return [r for r in rules if r.scope is Scope.OFFICER and r.severity is Severity.HARD]


def _reach(shape: Sequence[tuple[ShiftDay, int]], sign: int) -> int:
    """Return how far a left side can get in the direction of ``sign``, one shift a day at most."""
    by_day: dict[date, int] = defaultdict(int)
    for shift, factor in shape:
        by_day[shift.day] = max(by_day[shift.day], sign * factor)
    return sum(by_day.values())


Meaning = Mapping[int, tuple[str, tuple[ShiftDay, ...], bool]]
"""Variable index -> officer id, dated shifts, and whether it is their rest (1 when none of them is worked)."""


def _conditions(lines: RosterModel) -> dict[str, dict[Shape, Range]]:
    """Read the linear conditions on one officer's shifts off the posted model; a rest day is no shift that day."""
    meaning: dict[int, tuple[str, tuple[ShiftDay, ...], bool]] = {}
    found: dict[str, dict[Shape, Range]] = defaultdict(dict)
    for (oid, shift), var in lines.works.items():
        if isinstance(var, int):
            if shift.day >= lines.days[0]:
                found[oid][(shift, 1),] = (var, var)
        else:
            meaning[var.index] = (oid, (shift,), False)
    for officer in lines.officers:
        for day in lines.days:
            on_day = tuple(lines.shift_days_on(officer, day))
            rest = lines.rest[officer.id, day]
            if not isinstance(rest, int):
                meaning[rest.index] = (officer.id, on_day, True)
            found[officer.id][tuple((s, 1) for s in on_day)] = (0, 1)
    for constraint in lines.cp.proto.constraints:
        if not constraint.has_linear() or len(constraint.enforcement_literal):
            continue
        linear = constraint.linear
        read = _read(list(linear.vars), list(linear.coeffs), list(linear.domain), meaning)
        if read is None:
            continue
        oid, shape, (low, high) = read
        before = found[oid].get(shape, (-INFINITE, INFINITE))
        found[oid][shape] = (max(before[0], low), min(before[1], high))
    return found


def _read(
    used: Sequence[int], factors: Sequence[int], domain: Sequence[int], meaning: Meaning
) -> tuple[str, Shape, Range] | None:
    """Return officer, left side and limits of a condition on one officer's shifts; None for anything else."""
    if len(domain) != 2 or not used or any(v not in meaning for v in used):
        return None
    oid = meaning[used[0]][0]
    left: dict[ShiftDay, int] = defaultdict(int)
    moved = 0
    for v, factor in zip(used, factors, strict=True):
        who, shifts, rests = meaning[v]
        if who != oid:
            return None
        moved += factor if rests else 0
        for shift in shifts:
            left[shift] += -factor if rests else factor
    shape = sorted((s, f) for s, f in left.items() if f)
    if not shape:
        return None
    divisor = gcd(*(f for _, f in shape)) * (1 if shape[0][1] > 0 else -1)
    low, high = sorted(_limit(d) * divisor if abs(d) >= 2**60 else (d - moved) / divisor for d in domain)
    low, high = (x if abs(x) == INFINITE else r(x) for x, r in ((low, ceil), (high, floor)))
    return oid, tuple((s, f // divisor) for s, f in shape), (low, high)


def _limit(value: int) -> float:
    return INFINITE if value > 0 else -INFINITE
