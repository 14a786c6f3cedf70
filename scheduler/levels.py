"""The levels of a repair, one by one: shortfalls, changed shifts, changed duties, objective; each with a bound.

The first three are asked of the whole time that is open. If the other squads could help (at remediations and standing
presences), a second model takes their help as given for nothing; its optimum bounds what all squads together need. So a
level is proven when both agree, however few squads were opened.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import LinearExprT

from constraints.base import GRAIN
from scheduler.changes import Ask, Part, accepted, part_of
from scheduler.decided import Decided, read_off
from scheduler.solve import Limits, run_solver
from scheduler.starting import suggest_given, suggest_values, values_of
from scheduler.stuck import Why

DAYS, NEW = 10_000, 1_000
"""What a changed officer-day and a participant from a squad that is not mobile weigh beside a changed duty."""
VISITS = 1_000
"""What one unit of the objective weighs beside a visit that differs from the published ones."""
BETTER_SECONDS, BETTER_PART = 0.7, 0.0175
"""Seconds for the objective of all parts once the other levels are settled; this part of all time if that is more."""
ANY_SECONDS = 60.0
"""Seconds beyond its time that a part gets to find any repair at all."""
HELP_SECONDS = 2.0
"""Least seconds for the bound with help, which is sought beside the objective."""
CARRY_SECONDS = 20.0
"""Most seconds to carry a repair over into the model with the objective, which takes less than one."""
AROUND = 4
"""Days before and after a changed one that the objective may use."""
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class Unsolvable(Exception):  # noqa: N818
    """The hard rules leave no roster for these squads, or (``proven`` is False) none was found in time."""

    def __init__(self, squads: tuple[str, ...], *, proven: bool) -> None:
        super().__init__(f"no repair of {', '.join(squads)}")
        self.squads, self.proven = squads, proven
        self.why = Why()


@dataclass(frozen=True)
class Level:
    """What one level came to and its proven lower bound, in points or numbers."""

    value: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether nothing less exists."""
        return self.value <= self.bound + 1e-6

    def __add__(self, other: Level) -> Level:
        return Level(self.value + other.value, self.bound + other.bound)


NONE = Level(0.0, 0.0)


@dataclass(frozen=True)
class Levels:
    """Shortfalls beyond the published ones [points], changed officer-days, changed duties, objective [points].

    The first three are bounded over all that may change; the objective over the squads that were opened, given the
    counts of changes.
    """

    shortfalls: Level = NONE
    days: Level = NONE
    duties: Level = NONE
    objective: Level = NONE

    def __add__(self, other: Levels) -> Levels:
        return Levels(
            self.shortfalls + other.shortfalls,
            self.days + other.days,
            self.duties + other.duties,
            self.objective + other.objective,
        )


@dataclass(frozen=True)
class Repaired:
    """A repaired part: its decisions, whose days stay as published (``kept``), and how good it is.

    The bounds of ``levels`` are those of the part alone; ``helped`` are those with the other squads' help, which may
    still be sought.
    """

    part: Part
    decided: Decided
    kept: frozenset[tuple[str, date]]
    levels: Levels
    helped: Future[Levels]

    def settled(self) -> Levels:
        """Wait for the bounds with help, and return the levels with them."""
        return replace(self.helped.result(), objective=self.levels.objective)


class Clock:
    """Seconds left of a part's share, those for its objective (``better``), and whether it was stopped."""

    def __init__(self, seconds: float, better: float, stopped: Callable[[], bool], seed: int, threads: int) -> None:
        self.until, self.stopped, self.seed, self.threads = time.monotonic() + seconds, stopped, seed, threads
        self.better = better

    def limits(self, share: float, *, least: float = 0.5, most: float = math.inf) -> Limits:
        """Return limits for a solve that gets a share of what is left."""
        left = max(0.0, self.until - time.monotonic())
        seconds = max(least, min(most, left * share))
        return Limits(seconds=seconds, seed=self.seed, threads=self.threads, counting=True)


def settle(
    ask: Ask, clock: Clock, beside: Executor, *, most: int | None = None, around: Iterable[date] = ()
) -> Repaired:
    """Repair a part: find the levels' least values, prove or bound them, then better the objective.

    ``beside`` seeks the bounds with help: they take one core of two, and change nothing of the repair. ``most`` is the
    largest number of changed officer-days allowed; ``around`` are days the objective may use besides those that change.
    Raises Unsolvable.
    """
    known = accepted(ask)
    part = part_of(replace(ask, wishes=False), known)
    if most is not None:
        part.built.model.cp.add(total(part.changed) <= most)
    suggest_given(part)
    shortfalls, found = NONE, _fewest_changes(part, part.built.model.cp.clone(), 0.0, clock)
    if found is None:
        shortfalls, least = _least_shortfalls(part, clock)
        suggest_values(part.built.model.cp, least.values)
        found = _fewest_changes(part, part.built.model.cp, shortfalls.value, clock) or least
    levels = Levels(shortfalls, found.days, found.duties)
    return _best_objective(part, known, found.values, levels, clock, around, beside)


def total(parts: Iterable[LinearExprT]) -> cp_model.LinearExpr:
    """Return a sum as an expression, also where it has no summands."""
    return cp_model.LinearExpr.sum(list(parts))


def _steps(part: Part) -> LinearExprT:
    return cp_model.LinearExpr.weighted_sum([a for _, a in part.excess], [p // part.grain for p, _ in part.excess])


def _changes(part: Part) -> LinearExprT:
    return DAYS * NEW * total(part.changed) + NEW * total(part.duties) + total(part.others)


@dataclass(frozen=True)
class _Found:
    """A repair as values by variable, with its changed officer-days and duties."""

    values: dict[int, int]
    days: Level
    duties: Level


def _least_shortfalls(part: Part, clock: Clock) -> tuple[Level, _Found]:
    """Return the least shortfall beyond the published one, and a repair that has it, whatever it changes."""
    cp = part.built.model.cp
    cp.minimize(_steps(part))
    solver, code = run_solver(cp, clock.limits(0.5), clock.stopped)
    if code == cp_model.UNKNOWN:  # any repair is better than none, whatever time is left
        limits = Limits(seconds=ANY_SECONDS, seed=clock.seed, threads=clock.threads, counting=True, first=True)
        solver, code = run_solver(cp, limits, clock.stopped)
    if code not in FOUND:
        raise Unsolvable(part.ask.squads, proven=code == cp_model.INFEASIBLE)
    unit = part.grain / GRAIN
    bound = math.ceil(solver.best_objective_bound - 1e-6)
    days, duties = _value(solver, part.changed), _value(solver, part.duties)
    found = _Found(values_of(cp, solver), Level(days, min(days, _forced(part))), Level(duties, 0))
    return Level(round(solver.objective_value) * unit, bound * unit), found


def _held_to(part: Part, cp: cp_model.CpModel, shortfalls: float) -> None:
    """Post into a model of the part that the shortfalls stay within what was found [points]."""
    steps = round(shortfalls * GRAIN / part.grain)
    if steps == 0:
        for _, amount in part.excess:
            cp.add(amount == 0)
    else:
        cp.add(_steps(part) <= steps)


def _fewest_changes(part: Part, cp: cp_model.CpModel, shortfalls: float, clock: Clock) -> _Found | None:
    """Return the repair with the fewest changes within a shortfall [points]; None where none was found."""
    _held_to(part, cp, shortfalls)
    cp.minimize(_changes(part))
    solver, code = run_solver(cp, clock.limits(0.5), clock.stopped)
    if code not in FOUND:
        return None
    days, duties = _value(solver, part.changed), _value(solver, part.duties)
    least_days, least_duties = _split(solver.best_objective_bound, days)
    return _Found(values_of(cp, solver), Level(days, least_days), Level(duties, least_duties))


def _split(bound: float, days: int) -> tuple[int, int]:
    """Return the bounds on officer-days and duties that a bound of their weighted sum means."""
    least = math.ceil(bound - 1e-6)
    least_days = max(0, least // (DAYS * NEW))
    if least_days < days:
        return least_days, 0
    return days, max(0, -(-(least - DAYS * NEW * days - NEW + 1) // NEW))


def _value(solver: cp_model.CpSolver, parts: Sequence[LinearExprT]) -> int:
    return int(solver.value(total(parts)))


# -- what the other squads could help ---------------------------------------------------------------------------


def _with_help(part: Part, known: Mapping[tuple[str, int], int], levels: Levels, clock: Clock) -> Levels:
    """Lower the bounds to what would be needed if the other squads did whatever helps."""
    shortfalls, days, duties = levels.shortfalls, levels.days, levels.duties
    if not _coupled(part) or (shortfalls.value == 0 and days.value == _forced(part) and duties.value == 0):
        return levels
    helped = part_of(replace(part.ask, wishes=False, ideal=True), known)
    if shortfalls.value > 0 and helped.excess:
        helped.built.model.cp.minimize(_steps(helped))
        solver, code = run_solver(helped.built.model.cp, clock.limits(0.3), clock.stopped)
        least = math.ceil(solver.best_objective_bound - 1e-6) * helped.grain / GRAIN if code in FOUND else 0.0
        shortfalls = Level(shortfalls.value, min(shortfalls.bound, max(0.0, least)))
    elif shortfalls.value > 0:
        shortfalls = Level(shortfalls.value, 0.0)
    if helped.excess:
        _held_to(helped, helped.built.model.cp, shortfalls.value)
    suggest_given(helped)
    helped.built.model.cp.minimize(_changes(helped))
    solver, code = run_solver(helped.built.model.cp, clock.limits(0.8, least=HELP_SECONDS), clock.stopped)
    bound = solver.best_objective_bound if code in (*FOUND, cp_model.UNKNOWN) else 0.0
    least_days, least_duties = _split(bound, int(days.value))
    days = Level(days.value, min(days.bound, least_days))
    return Levels(shortfalls, days, Level(duties.value, min(duties.bound, least_duties) if days.proven else 0.0))


def _coupled(part: Part) -> bool:
    """Return whether other squads have a hand in what the part needs: at a remediation or a standing presence."""
    ask, inside = part.ask, set(part.ask.squads)
    if any(ask.open(c.day) and not {*c.squads, *c.helpers} <= inside for c in part.candidates):
        return True
    shared = {p.id for p in ask.scenario.presences if set(p.squads) & inside and not set(p.squads) <= inside}
    return any(need.place in shared and ask.open(need.day) for need in ask.scenario.presence_needs)


def _forced(part: Part) -> int:
    """Return how many officer-days change whatever is done: shifts in a new absence, and edits that are kept."""
    ask = part.ask
    away = {key for key in part.was.shifts if ask.open(key[1]) and ask.scenario.absence(*key) is not None}
    now = ask.given.shift_on
    edited = {
        key for key in ask.fixed
        if ask.open(key[1]) and (was.shift if (was := part.was.shifts.get(key)) else None) != now.get(key)
    }  # fmt: skip
    return len(away | edited)


# -- the objective ------------------------------------------------------------------------------------------------


def _best_objective(
    part: Part,
    known: Mapping[tuple[str, int], int],
    found: Mapping[int, int],
    levels: Levels,
    clock: Clock,
    around: Iterable[date],
    beside: Executor,
) -> Repaired:
    """Better the objective with the counts of changes held, on the days that change and some around them."""
    touched = {*_touched(part, found), *around}
    near = frozenset(d for d in part.built.model.days if any(abs((d - t).days) <= AROUND for t in touched))
    carried = _carried(part, known, found, levels, near if part.ask.days is None else near & part.ask.days)
    # a holding of a new remediation may be due beyond these days
    carried = carried or _carried(part, known, found, levels, part.ask.days)
    if carried is None:
        raise Unsolvable(part.ask.squads, proven=False)
    best, solver = carried
    helped = beside.submit(_with_help, part, known, levels, clock)  # builds its model while the next solve runs
    model, cp = best.built.model, best.built.model.cp
    suggest_values(cp, values_of(cp, solver))
    better, code = run_solver(cp, clock.limits(1.0, least=clock.better, most=clock.better), clock.stopped)
    bound = better.best_objective_bound if code in (*FOUND, cp_model.UNKNOWN) else 0.0
    solver = better if code in FOUND else solver
    cost = int(solver.value(total(best.built.cost)))
    least = max(0.0, (bound - _most_visits(best)) / VISITS) if code != cp_model.OPTIMAL else cost
    return Repaired(
        part=best,
        decided=read_off(model, solver),
        kept=frozenset(key for key, literal in best.keep.items() if solver.value(literal)),
        levels=replace(levels, objective=Level(cost / GRAIN, min(cost, least) / GRAIN)),
        helped=helped,
    )


def _carried(
    part: Part,
    known: Mapping[tuple[str, int], int],
    found: Mapping[int, int],
    levels: Levels,
    days: frozenset[date] | None,
) -> tuple[Part, cp_model.CpSolver] | None:
    """Return the model with the objective on some days and a solve with the repair found; None where these are too few.

    It is not stopped, as it takes less than a second and what was found is to be kept.
    """
    old, best = part.built.model, part_of(replace(part.ask, days=days), known)
    model, cp = best.built.model, best.built.model.cp
    if best.excess:
        _held_to(best, cp, levels.shortfalls.value)
    cp.add(total(best.changed) <= int(levels.days.value))
    cp.add(total(best.duties) <= int(levels.duties.value))
    cp.add(total(best.others) <= sum(_at(found, literal) for literal in part.others))
    cp.minimize(VISITS * total(best.built.cost) + total(best.visits))
    start = cp.clone()
    pairs: list[tuple[object, object]] = [(var, old.works.get(key, 0)) for key, var in model.works.items()]
    pairs += [(var, old.joins.get(pair, 0)) for pair, var in model.joins.items()]
    pairs += [(var, old.staff.get(heads, 0)) for heads, var in model.staff.items()]
    for var, before in pairs:
        if isinstance(var, cp_model.IntVar):
            start.add(var == (found[before.index] if isinstance(before, cp_model.IntVar) else 0))
    for key, literal in best.keep.items():
        start.add(literal == _at(found, part.keep.get(key, 0)))
    limits = Limits(seconds=CARRY_SECONDS, counting=True)
    solver, code = run_solver(start, limits)
    return (best, solver) if code in FOUND else None


def _at(found: Mapping[int, int], literal: cp_model.IntVar | int) -> int:
    return literal if isinstance(literal, int) else found[literal.index]


def _touched(part: Part, found: Mapping[int, int]) -> Iterator[date]:
    """Yield the days on which somebody's shift or duties are not as published."""
    model = part.built.model
    for (officer, shift), var in model.works.items():
        if isinstance(var, int) or not part.ask.open(shift.day):
            continue
        was, works = part.was.shifts.get((officer, shift.day)) == shift, bool(_at(found, var))
        if works != was or (works and not _at(found, part.keep.get((officer, shift.day), 0))):
            yield shift.day


def _most_visits(part: Part) -> int:
    """Return the most that visits can differ by."""
    return sum(max(part.was.visits[key], key[1].wanted) for key in part.was.visits) + len(part.built.model.uses)
