"""Prices from the linear relaxation: what a head of a class is worth on a day, and a visit on a border.

Dates of one kind are alike but for where they lie in the month, so the relaxation has one average day for each kind,
counted as often as there are such dates; sums run over the average days. Squads meet at border windows: there the
visits of all count together, and what is missing is dearer the more is missing. It is solved in a blink, and its dual
prices are very near the best ones. Any prices make a true bound, so nothing here has to be exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from ortools.linear_solver import pywraplp

Tag = tuple[object, ...]
"""What tells a border window from the others, but for its date."""


@dataclass(frozen=True)
class Row:
    """low <= sum of factor x column <= high."""

    factors: Mapping[int, float]
    low: float = -inf
    high: float = inf


@dataclass
class Average:
    """The relaxation of one unit in plain numbers, so that it travels between processes.

    ``columns`` are (low, high, cost of one in units); ``sums`` the rows whose dual prices are wanted, each with the
    names of all sums that say the same; ``visits`` are (squad, window, column, number of dates); ``heads`` are (squad,
    column, person-hours that one of it stands for). ``most`` are the shifts that officers with absences or locks can
    work at most, found on the way, and so is ``difficulty``: windows that a date's patrols can visit, times the
    heads that the date's model asks for.
    """

    columns: list[tuple[float, float, float]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    sums: list[tuple[Row, tuple[str, ...]]] = field(default_factory=list)
    visits: list[tuple[str, Tag, int, int]] = field(default_factory=list)
    heads: list[tuple[str, int, float]] = field(default_factory=list)
    most: dict[str, float] = field(default_factory=dict)
    difficulty: float = 0.0


@dataclass(frozen=True)
class Border:
    """A window on a border on all its ``dates``: visits wanted on each; the n-th missing one costs n x ``units``."""

    wanted: int
    units: int
    dates: int

    def least(self, price: float) -> float:
        """Return the least that the window can cost if every visit made has to be paid for at ``price`` units."""
        worst = range(self.wanted + 1)
        return self.dates * min(self.units * m * (m + 1) / 2 + price * (self.wanted - m) for m in worst)


@dataclass(frozen=True)
class Prices:
    """Value of the relaxation in units, dual prices by part and sum and by border window, and what follows."""

    value: float
    sums: tuple[Mapping[str, float], ...]
    windows: Mapping[Tag, float]
    visits: Mapping[tuple[str, Tag], float]
    """Visits on a date by squad and window."""
    worth: Mapping[str, float]
    """Units that a person-hour of a squad is worth where it is, on average."""
    columns: tuple[tuple[float, ...], ...]
    """By part: the value of every column."""
    parts: tuple[float, ...]
    """By part: its least cost in units if it is paid for its visits to border windows at ``windows``."""


def relax(parts: Sequence[Average], borders: Mapping[Tag, Border]) -> Prices | None:
    """Solve the relaxation of all parts together; None if the solver fails."""
    lp = pywraplp.Solver.CreateSolver("GLOP")
    objective = lp.Objective()
    objective.SetMinimization()
    meeting: dict[Tag, list[tuple[pywraplp.Variable, int]]] = defaultdict(list)
    sums: list[list[tuple[pywraplp.Constraint, tuple[str, ...]]]] = []
    made: list[list[pywraplp.Variable]] = []
    for part in parts:
        columns = [_column(lp, objective, *column) for column in part.columns]
        made.append(columns)
        for row in part.rows:
            _row(lp, columns, row)
        sums.append([(_row(lp, columns, row), names) for row, names in part.sums])
        for _, tag, n, dates in part.visits:
            meeting[tag].append((columns[n], dates))
    meets = {tag: _meet(lp, objective, meeting[tag], border) for tag, border in borders.items()}
    if lp.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    return Prices(
        objective.Value(),
        tuple({name: row.dual_value() / len(names) for row, names in found for name in names} for found in sums),
        {tag: row.dual_value() for tag, row in meets.items()},
        _visits((row, columns[row[2]]) for part, columns in zip(parts, made, strict=True) for row in part.visits),
        {
            squad: worth
            for part, rows in zip(parts, sums, strict=True)
            for squad, worth in _worth(part, [row.dual_value() for row, _ in rows]).items()
        },
        tuple(tuple(column.solution_value() for column in columns) for columns in made),
        tuple(_paid(part, columns, meets) for part, columns in zip(parts, made, strict=True)),
    )


def _paid(part: Average, columns: Sequence[pywraplp.Variable], meets: Mapping[Tag, pywraplp.Constraint]) -> float:
    """Return what a part's columns cost less what their visits are paid for; at the optimum that is its least."""
    made = [float(column.solution_value()) for column in columns]
    cost = sum(each * n for (_, _, each), n in zip(part.columns, made, strict=True))
    paid = (float(meets[tag].dual_value()) * dates * made[n] for _, tag, n, dates in part.visits if tag in meets)
    return cost - sum(paid)


def _column(
    lp: pywraplp.Solver, objective: pywraplp.Objective, low: float, high: float, cost: float
) -> pywraplp.Variable:
    column = lp.NumVar(low, high, "")
    objective.SetCoefficient(column, cost)
    return column


def _row(lp: pywraplp.Solver, columns: Sequence[pywraplp.Variable], row: Row) -> pywraplp.Constraint:
    made = lp.Constraint(row.low, row.high)
    for n, factor in row.factors.items():
        made.SetCoefficient(columns[n], factor)
    return made


def _meet(
    lp: pywraplp.Solver, objective: pywraplp.Objective, visits: Iterable[tuple[pywraplp.Variable, int]], border: Border
) -> pywraplp.Constraint:
    row = lp.Constraint(float(border.wanted * border.dates), inf)
    for column, dates in visits:
        row.SetCoefficient(column, row.GetCoefficient(column) + dates)
    for n in range(1, border.wanted + 1):
        row.SetCoefficient(_column(lp, objective, 0.0, float(border.dates), float(n * border.units)), 1.0)
    return row


def _visits(
    rows: Iterable[tuple[tuple[str, Tag, int, int], pywraplp.Variable]],
) -> dict[tuple[str, Tag], float]:
    total: dict[tuple[str, Tag], float] = defaultdict(float)
    over: dict[tuple[str, Tag], int] = defaultdict(int)
    for (squad, tag, _, dates), column in rows:
        total[squad, tag] += column.solution_value() * dates
        over[squad, tag] += dates
    return {key: visits / over[key] for key, visits in total.items()}


def _worth(part: Average, duals: Sequence[float]) -> dict[str, float]:
    paid: dict[int, float] = defaultdict(float)
    for (row, _), dual in zip(part.sums, duals, strict=True):
        for n, factor in row.factors.items():
            paid[n] -= dual * factor
    found: dict[str, list[float]] = defaultdict(list)
    for squad, n, hours in part.heads:
        found[squad].append(paid[n] / hours)
    return {squad: sum(values) / len(values) for squad, values in found.items()}
