"""The counts model: how many of each class work each shift, without saying who.

Posts, desks, patrols and visits read heads of a class only, so their rules post themselves into this model as they do
into the full one. What an officer may do enters as sums: every linear condition that the officer's rules have posted
for each officer of a class is added up over the class. Each roster satisfies the sums, so this model is a relaxation:
its bound is a bound of the full model, it is far smaller, and its counts are a good aim for the officers' lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import ceil, floor, gcd

from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, RosterModel, Rule, Task
from domain.calendar import ShiftDay
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Scope
from scheduler.build import NOTHING, Built, add_staff, add_visits, periods_of, post, variables

Shape = tuple[tuple[ShiftDay, int], ...]
"""Dated shifts with coefficients: the left side of a condition on one officer's month."""
Range = tuple[float, float]

FEW = 0.5
"""A condition is added up only where at least this share of the class has it; otherwise the sum says little."""


def count_model(
    scenario: Scenario,
    rules: Sequence[Rule],
    squads: Collection[str],
    *,
    candidates: Sequence[Candidate] = (),
    quotas: Mapping[tuple[str, str], int] | None = None,
    frozen: Roster = NOTHING,
) -> tuple[Built, dict[tuple[OfficerClass, ShiftDay], cp_model.IntVar]]:
    """Build the counts model of some squads and return it with its counts by class and dated shift.

    ``quotas`` (squad, candidate id) -> heads: the squad sends so many to a remediation, two of them certified, and its
    posts and desk are manned meanwhile (R14). Officer rules enter as sums, rules that read heads by class as they are;
    others are left out, which can only lower the cost.
    """
    cp = cp_model.CpModel()
    part = tuple(s for s in scenario.squads if s.id in squads)
    model = RosterModel(
        cp=cp,
        officers=(),
        squads=part,
        groups=(),
        days=scenario.dates,
        candidates=tuple(candidates),
        squad_of={o.id: o.squad for o in scenario.officers},
    )
    lines = variables(scenario, squads=tuple(squads))
    people = lines.members
    counts: dict[tuple[OfficerClass, ShiftDay], cp_model.IntVar] = {}
    for n, (group, members) in enumerate(sorted(people.items())):
        stand_in = members[0].model_copy(update={"id": f"class {n}"})
        model.members[group] = (stand_in,)
        for shift in lines.shift_days(members[0]):
            if shift.day >= model.days[0]:
                var = cp.new_int_var(0, len(members), f"count/{n}/{shift.day:%m%d}/{shift.shift}")
                counts[group, shift] = var
                model.add_works(stand_in.id, shift, var)
    for sid in (s.id for s in part):
        model.classes[sid] = lines.classes[sid]
        model.periods[sid] = periods_of(scenario, sid, candidates)
        add_staff(model, scenario, sid, {c: len(people[c]) for c in model.classes[sid]})
    add_visits(model, scenario, set(squads), frozen)
    for (squad, cid), heads in (quotas or {}).items():
        c = next(c for c in candidates if c.id == cid)
        _send(model, scenario, squad, c, min(heads, sum(len(people[g]) for g in model.classes[squad])))
    built = post(model, scenario, [r for r in rules if r.by_class])
    for group, shape, low, high in _sums(scenario, rules, lines):
        total = cp_model.LinearExpr.weighted_sum([counts[group, s] for s, _ in shape], [a for _, a in shape])
        cp.add_linear_constraint(total, ceil(low), floor(high))
    return built, counts


def _send(model: RosterModel, scenario: Scenario, squad: str, c: Candidate, heads: int) -> None:
    """Reserve heads for a remediation, the same people in all of its periods; R14 then guards the squad's own places."""
    cp = model.cp
    model.sends[squad, c.id] = 1
    model.held[c.id] = 1
    task = Task(DutyKind.REMEDIATION, c.id)
    sent = []
    for group in model.classes[squad]:
        if not group.may(DutyKind.REMEDIATION):
            continue
        covering = [
            model.works[model.members[group][0].id, s]
            for s in model.shift_days(model.members[group][0])
            if s.covers(c.start, c.end)
        ]
        var = cp.new_int_var(0, heads, f"sent/{group.force}/{group.tag}/{c.id}")
        cp.add(var <= sum(covering))
        sent.append((group, var))
        for period in model.periods[squad]:
            if c.start <= period.start and period.end <= c.end:
                model.add_staff(group, period, task, var)
    cp.add(sum(var for _, var in sent) == heads)
    cp.add(sum(var for group, var in sent if group.certified) >= min(2, heads))


# -- sums of the officers' conditions -----------------------------------------------------------------------------


def _sums(
    scenario: Scenario, rules: Sequence[Rule], lines: RosterModel
) -> Iterator[tuple[OfficerClass, Shape, float, float]]:
    """Yield class, left side and limits of every officer condition added up over the class."""
    post(lines, scenario, [r for r in rules if r.scope is Scope.OFFICER])
    conditions = _conditions(lines)
    for group, members in lines.members.items():
        by_shape: dict[Shape, dict[str, Range]] = defaultdict(dict)
        for officer in members:
            for shape, limits in conditions.get(officer.id, {}).items():
                by_shape[shape][officer.id] = limits
        for shape, found in by_shape.items():
            most = sum(_reach(shape, 1))
            least = sum(_reach(shape, -1))
            if len(found) < FEW * len(members) and not _forbids(found.values()):
                continue
            rest = len(members) - len(found)
            low = sum(max(r[0], least) for r in found.values()) + rest * least
            high = sum(min(r[1], most) for r in found.values()) + rest * most
            if low > least * len(members) or high < most * len(members):
                yield group, shape, low, high


def _forbids(ranges: Collection[Range]) -> bool:
    return any(high <= 0 for _, high in ranges)


def _reach(shape: Shape, sign: int) -> Iterator[int]:
    """Yield the largest (sign 1) or smallest (-1) contribution of each day: one shift a day at most."""
    by_day: dict[object, int] = defaultdict(int)
    for shift, factor in shape:
        by_day[shift.day] = max(by_day[shift.day], sign * factor)
    yield from (sign * value for value in by_day.values())


def _conditions(lines: RosterModel) -> dict[str, dict[Shape, Range]]:
    """Read the linear conditions on one officer's shifts off the posted model; a rest day is no shift that day."""
    meaning: dict[int, tuple[str, tuple[ShiftDay, ...], bool]] = {}
    for (oid, shift), var in lines.works.items():
        if not isinstance(var, int):
            meaning[var.index] = (oid, (shift,), False)
    for (oid, day), var in lines.rest.items():
        if not isinstance(var, int):
            on_day = tuple(s for s in lines.shift_days(oid) if s.day == day)
            meaning[var.index] = (oid, on_day, True)
    found: dict[str, dict[Shape, Range]] = defaultdict(dict)
    for oid, day in lines.rest:
        shape = tuple((s, 1) for s in lines.shift_days(oid) if s.day == day)
        found[oid][shape] = (0, 1)
    for constraint in lines.cp.proto.constraints:
        if not constraint.has_linear() or len(constraint.enforcement_literal):
            continue
        linear = constraint.linear
        read = _read(list(linear.vars), list(linear.coeffs), list(linear.domain), meaning)
        if read is None:
            continue
        oid, shape, low, high = read
        before = found[oid].get(shape, (float("-inf"), float("inf")))
        found[oid][shape] = (max(before[0], low), min(before[1], high))
    return found


def _read(
    variables_used: list[int],
    factors: list[int],
    domain: list[int],
    meaning: Mapping[int, tuple[str, tuple[ShiftDay, ...], bool]],
) -> tuple[str, Shape, float, float] | None:
    if len(domain) != 2 or any(v not in meaning for v in variables_used):
        return None
    oid = meaning[variables_used[0]][0]
    left: dict[ShiftDay, int] = defaultdict(int)
    moved = 0
    for v, factor in zip(variables_used, factors, strict=True):
        who, shifts, rests = meaning[v]
        if who != oid:
            return None
        moved += factor if rests else 0
        for shift in shifts:
            left[shift] += -factor if rests else factor
    shape = tuple(sorted((s, f) for s, f in left.items() if f))
    if not shape:
        return None
    low, high = _limit(domain[0]) - moved, _limit(domain[1]) - moved
    divisor = gcd(*(f for _, f in shape))
    whole = tuple((s, f // divisor) for s, f in shape)
    return oid, whole, _up(low / divisor), _down(high / divisor)


def _limit(value: int) -> float:
    return float(value) if abs(value) < 2**60 else float("inf") * (1 if value > 0 else -1)


def _up(value: float) -> float:
    return value if value in (float("inf"), float("-inf")) else ceil(value)


def _down(value: float) -> float:
    return value if value in (float("inf"), float("-inf")) else floor(value)
