"""CP-SAT over lines: all of them, or a part while the rest stays as it is, from the tables of `line_model`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite

from ortools.sat.python import cp_model

from domain.words import Status
from scheduler.line_model import LineModel, Ties
from scheduler.solve import Limits, run_solver

Line = tuple[int, ...]
"""One choice a date: 0 is rest, c the c-th shift of that date."""
Cells = Mapping[int, Mapping[int, Sequence[int]]]
"""By officer number and position of a date: the choices that are open there."""


@dataclass(frozen=True)
class Found:
    """What a solve came to: lines by officer number (None: none found), cost and bound of what was open."""

    status: Status
    lines: Mapping[int, Line] | None
    cost: int | None
    bound: float | None


@dataclass
class _Open:
    """The part of one officer's line that is open: literals by date and open choice; closed dates have none."""

    literals: dict[int, dict[int, cp_model.IntVar]]
    line: Line | None


def totals_of(ties: Ties, lines: Mapping[int, Line]) -> list[int]:
    """Return the totals that lines come to, by officer number."""
    found = [0] * ties.totals
    for officer, line in lines.items():
        table = ties.adds[officer]
        for n, choice in enumerate(line):
            for total, value in table[n][choice]:
                found[total] += value
    return found


def between(lines: Mapping[int, Collection[Line]]) -> dict[int, dict[int, tuple[int, ...]]]:
    """Return the cells in which an officer's lines differ, with their choices there."""
    found: dict[int, dict[int, tuple[int, ...]]] = {}
    for officer, several in lines.items():
        choices = [tuple(sorted(set(column))) for column in zip(*several, strict=True)]
        cells = {n: there for n, there in enumerate(choices) if len(there) > 1}
        if cells:
            found[officer] = cells
    return found


def own_cost(model: LineModel, line: Line) -> int:
    """Return what a line costs by choices alone; what a rule's own variables cost is not in it."""
    return model.fixed + sum(model.cost[n][choice] for n, choice in enumerate(line))


def solve_part(
    models: Mapping[int, LineModel],
    ties: Ties,
    limits: Limits,
    *,
    known: Mapping[int, Line] | None = None,
    totals: Sequence[int] | None = None,
    cells: Cells | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Found:
    """Solve the lines of ``models`` (by officer number) together; all other lines stay.

    Parameters
    ----------
    known
        Lines to start from; needed where ``cells`` are given.
    totals
        What all other officers add to the totals; nothing if None.
    cells
        What is open; everything else stays as known. All if None.
    """
    cp = cp_model.CpModel()
    cost: list[cp_model.LinearExprT] = []
    base = list(totals) if totals is not None else [0] * ties.totals
    parts: list[list[tuple[cp_model.IntVar, int]]] = [[] for _ in base]
    opened: dict[int, _Open] = {}
    fixed = 0
    for officer, model in models.items():
        line = None if known is None else known.get(officer)
        part, more = _add_line(cp, model, line, None if cells is None else cells.get(officer, {}), cost)
        opened[officer], fixed = part, fixed + more
        table = ties.adds[officer]
        for n in range(len(model.choices)):
            if n in part.literals:
                for choice, literal in part.literals[n].items():
                    for total, value in table[n][choice]:
                        parts[total].append((literal, value))
            elif line is not None:
                for total, value in table[n][line[n]]:
                    base[total] += value
    fixed += _add_ties(cp, ties, base, parts, cost)
    cp.minimize(sum(cost))
    return _solve(cp, opened, fixed, limits, stopped)


def _add_line(
    cp: cp_model.CpModel,
    model: LineModel,
    line: Line | None,
    cells: Mapping[int, Sequence[int]] | None,
    cost: list[cp_model.LinearExprT],
) -> tuple[_Open, int]:
    literals: dict[int, dict[int, cp_model.IntVar]] = {}
    fixed = model.fixed
    for n, shifts in enumerate(model.choices):
        choices = range(len(shifts) + 1) if cells is None else cells.get(n, ())
        if line is not None and not choices:
            fixed += model.cost[n][line[n]]
            continue
        found = {c: cp.new_bool_var("") for c in choices}
        cp.add_exactly_one(found.values())
        literals[n] = found
        cost += [model.cost[n][c] * literal for c, literal in found.items() if model.cost[n][c]]
        if line is not None:
            for c, literal in found.items():
                cp.add_hint(literal, line[n] == c)
    aux = [cp.new_int_var(a.low, a.high, "") for a in model.aux]
    cost += [a.cost * var for a, var in zip(model.aux, aux, strict=True) if a.cost]
    for row in model.rows:
        constant, variables, factors = 0, [], []
        for n, gain in row.gains.items():
            if n in literals:
                for c, literal in literals[n].items():
                    if gain[c]:
                        variables.append(literal)
                        factors.append(gain[c])
            elif line is not None:
                constant += gain[line[n]]
        for place, factor in row.aux.items():
            variables.append(aux[place])
            factors.append(factor)
        add_row(cp, variables, factors, row.low - constant, row.high - constant)
    return _Open(literals, line), fixed


def _add_ties(
    cp: cp_model.CpModel,
    ties: Ties,
    base: Sequence[int],
    parts: Sequence[Sequence[tuple[cp_model.IntVar, int]]],
    cost: list[cp_model.LinearExprT],
) -> int:
    """Post the conditions on totals that are still open; return what those already settled cost."""
    aux = [cp.new_int_var(a.low, a.high, "") for a in ties.aux]
    cost += [a.cost * var for a, var in zip(ties.aux, aux, strict=True) if a.cost]
    for row in ties.rows:
        constant = sum(factor * base[total] for total, factor in row.totals.items())
        pairs = [(var, factor * value) for total, factor in row.totals.items() for var, value in parts[total]]
        pairs += [(aux[place], factor) for place, factor in row.aux.items()]
        add_row(cp, [v for v, _ in pairs], [f for _, f in pairs], row.low - constant, row.high - constant)
    return ties.fixed


def add_row(
    cp: cp_model.CpModel, variables: Sequence[cp_model.IntVar], factors: Sequence[int], low: float, high: float
) -> None:
    """Post low <= sum of factor x variable <= high; a row that says nothing is left out."""
    if not isfinite(low) and not isfinite(high):
        return
    least = ceil(low) if isfinite(low) else -(2**40)
    most = floor(high) if isfinite(high) else 2**40
    cp.add_linear_constraint(cp_model.LinearExpr.weighted_sum(list(variables), list(factors)), least, most)


def _solve(
    cp: cp_model.CpModel, opened: Mapping[int, _Open], fixed: int, limits: Limits, stopped: Callable[[], bool]
) -> Found:
    if stopped():
        return Found(Status.UNKNOWN, None, None, None)
    solver, code = run_solver(cp, limits, stopped)
    status = Status(solver.status_name(code))
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        bound = solver.best_objective_bound + fixed if status is Status.UNKNOWN else None
        return Found(status, None, None, bound)
    lines = {officer: _line(part, solver) for officer, part in opened.items()}
    return Found(status, lines, round(solver.objective_value) + fixed, solver.best_objective_bound + fixed)


def _line(part: _Open, solver: cp_model.CpSolver) -> Line:
    found = list(part.line) if part.line is not None else [0] * len(part.literals)
    for n, literals in part.literals.items():
        found[n] = next(c for c, literal in literals.items() if solver.boolean_value(literal))
    return tuple(found)
