"""Columns of days put together: a linear programme mixes them within the sums, and a small model picks whole ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from constraints.base import OfficerClass
from domain.calendar import ShiftDay
from scheduler.averages import PENALTY
from scheduler.counts import Sum
from scheduler.kinds import Column, Dated
from scheduler.mip import LINEARIZATION

CHOICE_UNITS, CHOICE_GAP = 0.7, 0.001
USED = 1e-6
MOST_COLUMNS = 24
"""The last choice is among so many columns a day, those of least reduced cost."""
MISSED_UNITS = 4_800_000
"""Units (2,000 points) per head by which the chosen columns may miss a sum; the officers' lines then make it good."""

Uses = Mapping[tuple[OfficerClass, ShiftDay], list[tuple[int, int]]]
"""The sums that a head counts in: number of the sum and factor."""


@dataclass(frozen=True)
class Mix:
    """Value of the linear programme (units; infinite where it failed), dual prices of sums, columns with a share."""

    value: float
    duals: tuple[float, ...]
    used: tuple[tuple[date, Column], ...] = ()
    shares: tuple[float, ...] = ()
    """What each used column has of its date, all of a date one together."""


def mix(days: Sequence[Dated], sums: Sequence[Sum], uses: Uses) -> Mix:
    """Solve the linear programme over the columns."""
    lp = pywraplp.Solver.CreateSolver("GLOP")
    rows = [lp.Constraint(s.low, s.high) for s in sums]
    objective = lp.Objective()
    shares = []
    for row in rows:
        for sign in (1.0, -1.0):
            slack = lp.NumVar(0.0, lp.infinity(), "")
            row.SetCoefficient(slack, sign)
            objective.SetCoefficient(slack, PENALTY)
    for day in days:
        one = lp.Constraint(1.0, 1.0)
        for column in day.columns:
            share = lp.NumVar(0.0, lp.infinity(), "")
            shares.append((day.day, column, share))
            one.SetCoefficient(share, 1.0)
            objective.SetCoefficient(share, column.cost)
            left: dict[int, int] = defaultdict(int)
            for key, n in column.heads.items():
                for row_n, factor in uses[key]:
                    left[row_n] += factor * n
            for row_n, value in left.items():
                rows[row_n].SetCoefficient(share, value)
    objective.SetMinimization()
    if lp.Solve() != pywraplp.Solver.OPTIMAL:
        return Mix(inf, (0.0,) * len(rows))
    used = [(day, column, found) for day, column, share in shares if (found := share.solution_value()) > USED]
    duals = tuple(row.dual_value() for row in rows)
    return Mix(objective.Value(), duals, tuple((day, c) for day, c, _ in used), tuple(part for _, _, part in used))


def pick(
    days: Sequence[Dated], sums: Sequence[Sum], uses: Uses, duals: Sequence[float], seed: int
) -> tuple[Column, ...]:
    """Pick one column a day within the sums at least cost, none where none fit; a sum may be missed at a price."""
    cp = cp_model.CpModel()
    cheapest = reduced(uses, duals)
    literals = [
        [(column, cp.new_bool_var("")) for column in sorted(day.columns, key=cheapest)[:MOST_COLUMNS]] for day in days
    ]
    if any(not found for found in literals):
        return ()
    for found in literals:
        cp.add_exactly_one(literal for _, literal in found)
    cost: list[cp_model.LinearExprT] = [column.cost * literal for found in literals for column, literal in found]
    left: list[list[cp_model.LinearExprT]] = [[] for _ in sums]
    for found in literals:
        for column, literal in found:
            for key, n in column.heads.items():
                for row_n, factor in uses[key]:
                    left[row_n].append(factor * n * literal)
    for s, parts in zip(sums, left, strict=True):
        missed = cp.new_int_var(0, 10**6, "")
        cp.add(sum([*parts, missed]) >= s.low)
        cp.add(sum([*parts, -missed]) <= s.high)
        cost.append(MISSED_UNITS * missed)
    cp.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = LINEARIZATION
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = CHOICE_UNITS
    solver.parameters.relative_gap_limit = CHOICE_GAP
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    return tuple(column for found in literals for column, literal in found if solver.value(literal))


def reduced(uses: Uses, duals: Sequence[float]) -> Callable[[Column], float]:
    """Return the key of a column: its cost less what its heads are worth at the dual prices."""

    def key(column: Column) -> float:
        worth = sum(n * sum(duals[row] * f for row, f in uses[at]) for at, n in column.heads.items())
        return column.cost - worth

    return key
