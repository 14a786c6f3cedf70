"""An officer's line and what ties the lines together, read off what the rules have posted.

A line is an officer's row of the roster: on every date one choice, a shift or rest. The rules are posted twice as they
are everywhere else: once for one officer alone, which gives the conditions on that line, and once for all officers with
their squads, which gives the conditions that tie lines together. From the posted models the linear conditions and costs
are read; no rule is written again. Everything after works on these tables and knows no rule.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from constraints.base import RosterModel, Rule, all_rules
from domain.calendar import ShiftDay
from domain.scenario import Officer, Scenario
from domain.words import LockKind, Scope, Severity
from scheduler.build import post, shifts_alone

INFINITE = float("inf")
FAR = 2**60
"""Bounds beyond this stand for none in CP-SAT's linear conditions."""


class Unread(Exception):  # noqa: N818
    """A rule has posted something other than a linear condition; lines cannot be read off then."""


@dataclass(frozen=True)
class Aux:
    """A variable that a rule made for itself, with its bounds and its cost in units of 1/GRAIN point."""

    low: int
    high: int
    cost: int = 0


@dataclass(frozen=True)
class LineRow:
    """low <= sum over dates of gains[date][choice] + sum of factor x aux <= high, for one officer's line.

    ``gains`` maps the position of a date to one number per choice; choice 0 is rest and gains 0.
    """

    gains: dict[int, tuple[int, ...]]
    aux: dict[int, int]
    low: float
    high: float


@dataclass(frozen=True)
class LineModel:
    """Everything that holds for one officer's line. ``choices[n]`` are the shifts of date n, from choice 1 on.

    ``cost[n][c]`` is what choice c on date n costs the officer, ``fixed`` what every line costs.
    """

    officer: str
    choices: tuple[tuple[ShiftDay, ...], ...]
    rows: tuple[LineRow, ...]
    aux: tuple[Aux, ...]
    cost: tuple[tuple[int, ...], ...]
    fixed: int

    def shifts(self, line: Sequence[int]) -> list[ShiftDay]:
        """Return the dated shifts of a line of choices."""
        return [self.choices[n][c - 1] for n, c in enumerate(line) if c]


@dataclass(frozen=True)
class TieRow:
    """low <= sum of factor x total + sum of factor x aux <= high."""

    totals: dict[int, int]
    aux: dict[int, int]
    low: float
    high: float


Table = tuple[tuple[tuple[tuple[int, int], ...], ...], ...]
"""By date and choice: (total, what the choice adds to it)."""


@dataclass(frozen=True)
class Ties:
    """What ties the lines together: totals over all lines, and conditions and costs on the totals.

    A total is a sum over officers of what their choices add to it, as the heads on a shift of a date. ``adds[o]`` is
    the table of officer number o; officers who add alike share one. ``fixed`` is what every roster costs.
    """

    totals: int
    adds: tuple[Table, ...]
    rows: tuple[TieRow, ...]
    aux: tuple[Aux, ...]
    fixed: int


def of_lines_alone(scenario: Scenario) -> bool:
    """Return whether shifts are all there is to decide: nothing in the scenario asks for duties, visits or actions."""
    duties = any(lock.kind in (LockKind.DUTY, LockKind.REMEDIATION) for lock in scenario.locks)
    actions = any(group.min_remediations for group in scenario.groups) or bool(scenario.designated)
    needs = scenario.posts or scenario.desks or scenario.presences or any(h.hours for h in scenario.hotspots)
    return not (duties or actions or needs)


def loud_rules(scenario: Scenario) -> tuple[Rule, ...]:
    """Return the rules of the first stage that can say anything: hard ones and those with a price that is not 0."""
    return tuple(
        rule
        for rule in all_rules()
        if rule.scope is not Scope.NAMING
        and (rule.severity is Severity.HARD or any(rule.price(scenario, item) for item in rule.prices))
    )


def line_model(scenario: Scenario, officer: Officer) -> LineModel:
    """Post every rule for one officer alone and read the line's conditions and costs off the model.

    Raises
    ------
    Unread
        If a rule has posted what is not linear.
    """
    model = shifts_alone(scenario, (officer,))
    post(model, scenario, loud_rules(scenario))
    choices = [tuple(model.shift_days_on(officer, day)) for day in model.days]
    meaning: dict[int, tuple[int, int]] = {}
    for n, day in enumerate(model.days):
        meaning[index_of(model.rest[officer.id, day])] = (n, 0)
        for c, shift in enumerate(choices[n], start=1):
            meaning[index_of(model.works[officer.id, shift])] = (n, c)
    reading = posted(model, meaning)
    rows = []
    for terms, low, high in reading.rows:
        gains: dict[int, list[int]] = {}
        aux: dict[int, int] = {}
        moved = 0
        for var, factor in terms:
            if var in reading.aux_of:
                aux[reading.aux_of[var]] = aux.get(reading.aux_of[var], 0) + factor
                continue
            n, choice = meaning[var]
            gain = gains.get(n)
            if gain is None:
                gain = gains[n] = [0] * (len(choices[n]) + 1)
            moved += add_gain(gain, choice, factor)
        plain = {n: tuple(gain) for n, gain in gains.items() if any(gain)}
        if plain or aux:
            rows.append(LineRow(plain, aux, low - moved, high - moved))
        elif not low <= moved <= high:
            rows.append(LineRow({}, {}, 1, 0))
    cost = [[0] * (len(shifts) + 1) for shifts in choices]
    aux_cost = [0] * len(reading.aux)
    fixed = reading.fixed
    for var, factor in reading.costs:
        if var in reading.aux_of:
            aux_cost[reading.aux_of[var]] += factor
        else:
            n, choice = meaning[var]
            fixed += add_gain(cost[n], choice, factor)
    return LineModel(
        officer=officer.id,
        choices=tuple(choices),
        rows=tuple(rows),
        aux=tuple(Aux(low, high, aux_cost[i]) for i, (low, high) in enumerate(reading.aux)),
        cost=tuple(tuple(c) for c in cost),
        fixed=fixed,
    )


def add_gain(gain: list[int], choice: int, factor: int) -> int:
    """Add a variable's factor to the gains of a date; rest is counted as no shift. Return what every line gains."""
    if choice:
        gain[choice] += factor
        return 0
    for c in range(1, len(gain)):
        gain[c] -= factor
    return factor


# -- reading a posted model ---------------------------------------------------------------------------------------


@dataclass
class Posted:
    """A posted model as tables: variables that rules made for themselves by index, linear rows, costs."""

    aux_of: dict[int, int]
    aux: list[tuple[int, int]]
    rows: list[tuple[list[tuple[int, int]], float, float]]
    costs: list[tuple[int, int]]
    fixed: int


def posted(model: RosterModel, meant: Container[int]) -> Posted:
    """Read a posted model off; ``meant`` are the variables that are no rule's own.

    Raises
    ------
    Unread
        If a rule has posted what is not linear.
    """
    proto = model.cp.proto
    aux_of: dict[int, int] = {}
    aux: list[tuple[int, int]] = []
    for index, variable in enumerate(proto.variables):
        if index not in meant:
            domain = list(variable.domain)
            if len(domain) != 2:
                raise Unread(variable.name)
            aux_of[index] = len(aux)
            aux.append((domain[0], domain[1]))
    rows = []
    for constraint in proto.constraints:
        if not constraint.has_linear() or len(constraint.enforcement_literal):
            raise Unread(constraint.name)
        linear = constraint.linear
        bounds = list(linear.domain)
        if len(bounds) != 2:
            raise Unread(constraint.name)
        terms = list(zip(linear.vars, linear.coeffs, strict=True))
        rows.append((terms, _far(bounds[0]), _far(bounds[1])))
    objective = proto.objective
    costs = list(zip(objective.vars, objective.coeffs, strict=True))
    return Posted(aux_of, aux, rows, costs, round(objective.offset))


def index_of(literal: object) -> int:
    """Return the index of a variable."""
    return int(getattr(literal, "index"))  # noqa: B009


def _far(bound: int) -> float:
    return float(bound) if abs(bound) < FAR else INFINITE if bound > 0 else -INFINITE
