"""The linear programme over lines: mix every officer's lines so that what ties them together costs least.

Lines are its columns (Dantzig-Wolfe). Its dual prices say what a shift on a date is worth to the rest, and the pricing
of each officer answers with a better line, or proves that there is none. The bound is Lagrange's: for any prices, the
sum of every officer's cheapest line at these prices, plus the least the ties' own variables can cost at them, is below
the cost of every roster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

from ortools.linear_solver import pywraplp

from constraints.base import GRAIN
from scheduler.line_cp import Line
from scheduler.line_model import Aux, TieRow, Ties

GLOP, DUAL = "use_preprocessing: false use_dual_simplex: false", "use_preprocessing: false use_dual_simplex: true"
"""With preprocessing the last basis would be of no use. New lines leave it primal, new bounds of shares dual feasible.
"""
MOST_MISSED = 1_000_000


@dataclass(frozen=True)
class Prices:
    """Dual prices: of the ties' rows, and of each officer's choice of one line, in units of 1/GRAIN point."""

    rows: tuple[float, ...]
    officers: Mapping[int, float]


@dataclass
class Master:
    """The linear programme, growing by columns; ``columns`` are (officer number, line) -> cost."""

    ties: Ties
    officers: Sequence[int]
    base: Sequence[int] | None = None
    """What the other officers add to the totals; nothing if None."""
    columns: dict[tuple[int, Line], int] = field(default_factory=dict)
    solver: pywraplp.Solver | None = None
    """GLOP if None; with a solver for whole numbers the shares are 0 or 1."""

    def __post_init__(self) -> None:
        self._whole = self.solver is not None
        self._lp = self.solver or pywraplp.Solver.CreateSolver("GLOP")
        if not self._whole:
            self._lp.SetSolverSpecificParametersAsString(GLOP)
        self._settled: dict[int, Line] = {}
        self._bound = False
        """Whether shares have been bound or released since the last solution."""
        self._build()

    def _afresh(self) -> None:
        """Start again from the columns, without the last basis: it may have led where GLOP cannot go on."""
        self._lp = pywraplp.Solver.CreateSolver("GLOP")
        self._build()
        columns, self.columns = self.columns, {}
        self.add((officer, line, cost) for (officer, line), cost in columns.items())
        for officer, line in self._settled.items():
            self.settle(officer, line)

    def _build(self) -> None:
        infinity = self._lp.infinity()
        base = self.base if self.base is not None else [0] * self.ties.totals
        self._rows, self._parts = [], pairs_of(self.ties)
        for parts in self._parts:
            row = self.ties.rows[parts[0]]
            there = sum(factor * base[total] for total, factor in row.totals.items())
            low, high = max(self.ties.rows[n].low for n in parts), min(self.ties.rows[n].high for n in parts)
            self._rows.append(
                self._lp.Constraint(
                    low - there if isfinite(low) else -infinity, high - there if isfinite(high) else infinity
                )
            )
        self._one = {officer: self._lp.Constraint(1.0, 1.0) for officer in self.officers}
        self._objective = self._lp.Objective()
        self._objective.SetMinimization()
        self._on_total: list[list[tuple[int, int]]] = [[] for _ in range(self.ties.totals)]
        for n, parts in enumerate(self._parts):
            for total, factor in self.ties.rows[parts[0]].totals.items():
                self._on_total[total].append((n, factor))
        aux = self._aux = [self._lp.NumVar(a.low, a.high, "") for a in self.ties.aux]
        for var, a in zip(aux, self.ties.aux, strict=True):
            self._objective.SetCoefficient(var, a.cost / GRAIN)
        for parts, constraint in zip(self._parts, self._rows, strict=True):
            for n in parts:
                for place, factor in self.ties.rows[n].aux.items():
                    constraint.SetCoefficient(aux[place], factor)
        self._shares: dict[tuple[int, Line], pywraplp.Variable] = {}
        self._lines: dict[int, list[Line]] = {officer: [] for officer in self.officers}

    def add(self, found: Iterable[tuple[int, Line, int]]) -> int:
        """Add lines (officer number, line, cost) that are not there yet; return how many."""
        before = len(self.columns)
        for officer, line, cost in found:
            key = (officer, line)
            if key in self.columns:
                continue
            self.columns[key] = cost
            share = self._lp.IntVar(0.0, 1.0, "") if self._whole else self._lp.NumVar(0.0, self._lp.infinity(), "")
            self._shares[key] = share
            self._lines[officer].append(line)
            self._one[officer].SetCoefficient(share, 1.0)
            self._objective.SetCoefficient(share, cost / GRAIN)
            left: dict[int, int] = {}
            table = self.ties.adds[officer]
            for n, choice in enumerate(line):
                for total, value in table[n][choice]:
                    for row, factor in self._on_total[total]:
                        left[row] = left.get(row, 0) + factor * value
            for row, value in left.items():
                self._rows[row].SetCoefficient(share, value)
        return len(self.columns) - before

    def solve(self, seconds: float | None = None) -> tuple[float, Prices] | None:
        """Return cost and dual prices of the best mix; None if it could not be found."""
        if seconds is not None:
            self._lp.SetTimeLimit(max(100, int(1000 * seconds)))
        if not self._whole:
            self._lp.SetSolverSpecificParametersAsString(DUAL if self._bound else GLOP)
        self._bound = False
        if self._lp.Solve() != pywraplp.Solver.OPTIMAL:
            self._afresh()
            if self._lp.Solve() != pywraplp.Solver.OPTIMAL:
                return None
        rows = [0.0] * len(self.ties.rows)
        for parts, row in zip(self._parts, self._rows, strict=True):
            price = GRAIN * row.dual_value()
            rows[parts[0] if price >= 0 else parts[-1]] = price
        prices = Prices(tuple(rows), {officer: GRAIN * one.dual_value() for officer, one in self._one.items()})
        return self.value, prices

    @property
    def value(self) -> float:
        """Return the cost of the mix, or choice, last found."""
        return GRAIN * float(self._objective.Value()) + self.ties.fixed

    def aux_values(self) -> list[float]:
        """Return the values of the ties' own variables in the best mix."""
        return [float(var.solution_value()) for var in self._aux]

    def settle(self, officer: int, line: Line) -> None:
        """Give an officer one of the lines for good."""
        self._settled[officer] = line
        self._bind(officer, 0.0)
        self._shares[officer, line].SetBounds(1.0, 1.0)

    def release(self, officer: int) -> None:
        """Take back what was settled for an officer."""
        del self._settled[officer]
        self._bind(officer, self._lp.infinity())

    def _bind(self, officer: int, high: float) -> None:
        """Bind all shares of an officer: what is bound need not be looked at."""
        for line in self._lines[officer]:
            self._shares[officer, line].SetBounds(0.0, high)
        self._bound = True

    def shares(self) -> dict[tuple[int, Line], float]:
        """Return the lines in the best mix with their shares."""
        return {key: v for key, share in self._shares.items() if (v := share.solution_value()) > 1e-6}


def pairs_of(ties: Ties) -> list[tuple[int, ...]]:
    """Return the places of rows, each with the one that it can share a row of the linear programme with, if any.

    At least so many heads, or a price for each one short, and at most so many, or a price for each one over, are one
    row with both variables: at no total does either help the other. The row with the lower limit is first.
    """
    uses = Counter(place for row in ties.rows for place in row.aux)
    lower: dict[frozenset[tuple[int, int]], int] = {}
    upper: dict[frozenset[tuple[int, int]], int] = {}
    for n, row in enumerate(ties.rows):
        if len(row.aux) != 1 or not row.totals:
            continue
        ((place, factor),) = row.aux.items()
        own = ties.aux[place]
        if own.low or own.cost < 0 or uses[place] > 1:
            continue
        if factor > 0 and isfinite(row.low) and not isfinite(row.high):
            lower.setdefault(frozenset(row.totals.items()), n)
        elif factor < 0 and isfinite(row.high) and not isfinite(row.low):
            upper.setdefault(frozenset(row.totals.items()), n)
    paired = {
        n: upper[key] for key, n in lower.items() if key in upper and ties.rows[n].low <= ties.rows[upper[key]].high
    }
    second = set(paired.values())
    return [(n, paired[n]) if n in paired else (n,) for n in range(len(ties.rows)) if n not in second]


@dataclass(frozen=True)
class Cut:
    """low <= sum of some of the ties' own variables <= high; of two cuts that share out all whole sums one holds."""

    places: tuple[int, ...]
    low: float
    high: float


def cut_ties(ties: Ties, cuts: Sequence[Cut], penalty: int) -> Ties:
    """Return the ties with cuts added; a cut may be missed at a penalty, so that there is always a mix."""
    rows, aux = list(ties.rows), list(ties.aux)
    for cut in cuts:
        sign = 1 if isfinite(cut.low) else -1
        rows.append(TieRow({}, dict.fromkeys(cut.places, 1) | {len(aux): sign}, cut.low, cut.high))
        aux.append(Aux(0, MOST_MISSED, penalty))
    return Ties(ties.totals, ties.adds, tuple(rows), tuple(aux), ties.fixed)


def lawful(ties: Ties, rows: Sequence[float]) -> tuple[float, ...]:
    """Return prices with those at nil whose sign would make the bound infinite."""
    return tuple(
        0.0 if (price > 0 and not isfinite(row.low)) or (price < 0 and not isfinite(row.high)) else price
        for price, row in zip(rows, ties.rows, strict=True)
    )


def on_totals(ties: Ties, rows: Sequence[float]) -> list[float]:
    """Return the price of adding one to each total."""
    found = [0.0] * ties.totals
    for price, row in zip(rows, ties.rows, strict=True):
        if price:
            for total, factor in row.totals.items():
                found[total] += price * factor
    return found


def bound_of(ties: Ties, rows: Sequence[float], least: Mapping[int, float]) -> float:
    """Return the proven bound at lawful prices; ``least`` is every officer's lowest possible line value at them."""
    found = float(ties.fixed) + sum(least.values())
    aux = [float(a.cost) for a in ties.aux]
    for price, row in zip(rows, ties.rows, strict=True):
        if not price:
            continue
        limit = row.low if price > 0 else row.high
        if not isfinite(limit):
            return -inf
        found += price * limit
        for place, factor in row.aux.items():
            aux[place] -= price * factor
    return found + sum(min(value * a.low, value * a.high) for value, a in zip(aux, ties.aux, strict=True))
