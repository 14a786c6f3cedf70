"""Counts by columns of days: which heads each day gets, found day by day, and a bound for the month.

The days of a month hang together only through the sums of the officers' conditions. So a day with given heads is a
column with a price, a linear programme picks one column a day within the sums, and its dual prices tell each day's
small model which heads to try next (Dantzig-Wolfe). The bound holds at any time: the dual value of the sums plus the
least each day can cost at those prices. A last small model picks whole columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil, inf, isfinite

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, Period, Rule, Task
from domain.calendar import DAY, Day, OpenWindow, ShiftDay
from domain.roster import Roster
from domain.scenario import Scenario
from scheduler.build import NOTHING, Built, tasks_of
from scheduler.counts import Counts, Sum, add_sums, heads_model, lines_of, sums

SMOOTH = 0.6
"""Share of the old dual prices in the next ones: without it the prices swing and converge slowly."""
PENALTY = 7_200_000
"""Units (3,000 points) per head by which a sum is missed, in the linear programme only; it bounds the dual prices."""
START_FACTORS = (1.0, 0.85, 1.15, 0.7, 1.35)
"""The first columns of a day have so many times the heads that the month's hours give on average."""
DAY_UNITS, DAY_GAP, CHOICE_UNITS, CHOICE_GAP = 0.3, 0.002, 0.6, 0.005
FEW_STARTS = 3
MOST_COLUMNS = 12
"""The last choice is among so many columns a day, those of least reduced cost."""
MISSED_UNITS = 4_800_000
"""Units (2,000 points) per head by which the chosen columns may miss a sum; the officers' lines then make it good."""


@dataclass(frozen=True)
class Column:
    """Heads of a day with their cost (units of 1/GRAIN point) and what they do."""

    day: date
    heads: Mapping[tuple[OfficerClass, ShiftDay], int]
    cost: int
    staff: Mapping[tuple[OfficerClass, Period, Task], int]
    visits: Mapping[tuple[str, OpenWindow], int]


Duals = Mapping[tuple[object, ...], float]
"""Dual price by what tells a sum apart: class, first and last shift, length, factors."""


@dataclass(frozen=True)
class Month:
    """Columns chosen for every day, their cost (None: none fit together), and the bound, in units of 1/GRAIN point."""

    columns: tuple[Column, ...]
    cost: int | None
    bound: float
    duals: Duals
    """Dual prices at the end: a good start for another run on the same officers."""


@dataclass
class _Kind:
    """The small model of all days with the same needs, windows and shifts, built for one of them."""

    day: date
    built: Built
    counts: Counts
    base: list[cp_model.LinearExprT]
    known: dict[tuple[int, ...], tuple[float, Column | None]] = field(default_factory=dict)
    """Answers already found, by the prices of heads."""
    within: dict[object, _Kind] = field(default_factory=dict)
    """The same model within the conditions of some dates."""


@dataclass
class _Day:
    """One date: its kind, the officers' conditions on that date alone, and the columns found.

    ``own`` is the kind within those conditions; dates of a kind with the same conditions share it.
    """

    day: date
    kind: _Kind
    limits: list[Sum]
    own: _Kind
    columns: list[Column] = field(default_factory=list)


class Days:
    """Column generation over the days of some squads."""

    def __init__(
        self,
        scenario: Scenario,
        rules: Sequence[Rule],
        squads: Sequence[str],
        *,
        candidates: Sequence[Candidate] = (),
        quotas: Mapping[tuple[str, str], int] | None = None,
        frozen: Roster = NOTHING,
        visit_prices: Mapping[OpenWindow, int] | None = None,
        seed: int = 1,
    ) -> None:
        self.scenario, self.rules, self.seed = scenario, rules, seed
        self.candidates, self.quotas, self.frozen = candidates, quotas, frozen
        self.visit_prices = visit_prices or {}
        lines = lines_of(scenario, squads)
        self.people = dict(lines.members)
        found = list(sums(scenario, rules, lines))
        self.sums = [s for s in found if len(s.days) > 1]
        kinds: dict[object, _Kind] = {}
        self.days: list[_Day] = []
        for on in scenario.calendar:
            look = self._look(on, squads)
            if look not in kinds:
                kinds[look] = self._kind(on)
            limits = [s for s in found if s.days == {on.date}]
            self.days.append(_Day(on.date, kinds[look], limits, self._own(kinds[look], on, limits)))
        self.uses: dict[tuple[OfficerClass, ShiftDay], list[tuple[int, int]]] = defaultdict(list)
        for n, s in enumerate(self.sums):
            for shift, factor in s.shape:
                self.uses[s.group, shift].append((n, factor))
        self.bound = -inf
        self.usual = {group: self._usual(group) for group in self.people}

    def _usual(self, group: OfficerClass) -> float:
        """Return the heads a day that the longest plain sum over the class allows on average."""
        plain = [s for s in self.sums if s.group == group and all(factor == 1 for _, factor in s.shape)]
        if not plain:
            return 0.6 * len(self.people[group])
        longest = max(plain, key=lambda s: len(s.days))
        return (max(0, longest.low) + longest.high) / 2 / len(longest.days)

    def _look(self, on: Day, squads: Sequence[str]) -> object:
        """Return everything about a date that its cost depends on, with times counted from its midnight."""
        midnight = datetime.combine(on.date, time.min)
        needs = sorted(
            (task, need.start - midnight, need.end - midnight, need.heads)
            for squad in squads
            for task, need in tasks_of(self.scenario, squad)
            if need.day == on.date
        )
        frozen = {(v.hotspot, v.start): v.count for v in self.frozen.visits}
        windows = sorted(
            (
                w.start - midnight,
                w.end - midnight,
                *w[2:3],
                *w[4:],
                self.visit_prices.get(w, 0),
                frozen.get((w.hotspot, w.start), 0),
            )
            for hotspot in self.scenario.hotspots
            if set(squads) & set(hotspot.squads)
            for w in self.scenario.open_windows(hotspot.id, on.date)
        )
        return tuple(needs), tuple(windows), tuple(c.id for c in self.candidates if c.day == on.date)

    def _kind(self, on: Day) -> _Kind:
        one = self.scenario.model_copy(update={"first": on.date, "end": on.date + DAY, "calendar": (on,)})
        there = tuple(c for c in self.candidates if c.day == on.date)
        built, counts = heads_model(
            one, self.rules, self.people, candidates=there, quotas=self.quotas, frozen=self.frozen
        )
        base = list(built.cost)
        for (_, window), var in built.model.visits.items():
            price = self.visit_prices.get(window, 0)
            if price and not isinstance(var, int):
                base.append(-price * var)
        return _Kind(on.date, built, counts, base)

    def run(
        self, go_on: Callable[[], bool], *, rounds: int = 80, gap: float = 0.001, start: Duals | None = None
    ) -> Month:
        """Generate columns until the linear programme is solved to ``gap``, after ``rounds``, or as ``go_on`` says.

        ``start`` are dual prices of an earlier run: with them few rounds are needed.
        """
        duals = [(start or {}).get(_name(s), 0.0) for s in self.sums]
        for factor in START_FACTORS[: FEW_STARTS if start else None]:
            for day in {id(day.kind): day for day in self.days}.values():
                if go_on():
                    self._start(day, day.kind, factor)
        for day in self.days:
            if not day.columns:
                self._start(day, day.own, 1.0)
        if start:
            self._round(duals, go_on)
        for turn in range(1 if start else 0, rounds):
            value, fresh = self._master()
            if value - self.bound <= gap * max(1.0, abs(value)) or not go_on():
                break
            keep = SMOOTH if turn else 0.0
            duals = [keep * old + (1 - keep) * new for old, new in zip(duals, fresh, strict=True)]
            if not self._round(duals, go_on) and keep:
                duals = fresh
                if not self._round(duals, go_on):
                    break
        chosen = self._choose(duals)
        cost = sum(c.cost for c in chosen) if chosen else None
        return Month(chosen, cost, self.bound, {_name(s): y for s, y in zip(self.sums, duals, strict=True) if y})

    def _round(self, duals: Sequence[float], go_on: Callable[[], bool]) -> bool:
        """Price every day once; raise the bound; return whether any day has a new column."""
        new = False
        total = sum(_support(s, y) for s, y in zip(self.sums, duals, strict=True))
        for day in self.days:
            if not go_on():
                return new
            least, added = self._price(day, duals)
            total += least
            new |= added
        self.bound = max(self.bound, total)
        return new

    def _start(self, day: _Day, kind: _Kind, factor: float) -> None:
        """Find a column whose heads are about ``factor`` times what the month's hours give for each day."""
        cp = kind.built.model.cp.clone()
        cost = list(kind.base)
        for group, usual in self.usual.items():
            heads = [var for (g, _), var in kind.counts.items() if g == group]
            off = cp.new_int_var(0, len(self.people[group]), "")
            cp.add(sum([*heads, off]) >= round(factor * usual))
            cp.add(sum([*heads, -off]) <= round(factor * usual))
            cost.append(PENALTY * off)
        cp.minimize(sum(cost))
        solver = self._solver()
        if solver.solve(cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._share(day, _column(kind, solver))

    def _price(self, day: _Day, duals: Sequence[float]) -> tuple[float, bool]:
        """Solve a day at dual prices; return the proven least of its reduced cost and whether the column is new.

        Days of a kind share answers: the answer without the day's own limits is also the day's if it keeps them.
        """
        exact = [
            -sum(duals[n] * factor for n, factor in self.uses[key])
            for key in ((g, _moved(s, day.day - day.kind.day)) for g, s in day.kind.counts)
        ]
        prices = tuple(round(x) for x in exact)
        rounding = sum(
            abs(x - price) * len(self.people[group])
            for x, price, (group, _) in zip(exact, prices, day.kind.counts, strict=True)
        )
        least, column = self._answer(day.kind, prices)
        if column is None or not _keeps(_moved_column(column, day.day), day.limits):
            least, column = self._answer(day.own, prices)
        return least - rounding, column is not None and self._share(day, column)

    def _share(self, day: _Day, column: Column) -> bool:
        """Give a column to every date of the kind that it fits; return whether it is new to ``day``."""
        new = False
        for other in self.days:
            if other.kind is day.kind:
                moved = _moved_column(column, other.day)
                if _keeps(moved, other.limits) and all(known.heads != moved.heads for known in other.columns):
                    other.columns.append(moved)
                    new |= other is day
        return new

    def _own(self, kind: _Kind, on: Day, limits: Sequence[Sum]) -> _Kind:
        by = kind.day - on.date
        look = tuple(
            sorted((s.group, tuple((_moved(shift, by), f) for shift, f in s.shape), s.low, s.high) for s in limits)
        )
        if look not in kind.within:
            kind.within[look] = own = self._kind(on)
            add_sums(own.built.model.cp, own.counts, limits)
        return kind.within[look]

    def _answer(self, kind: _Kind, prices: tuple[int, ...]) -> tuple[float, Column | None]:
        if prices in kind.known:
            return kind.known[prices]
        model = kind.built.model
        paid = [price * var for price, var in zip(prices, kind.counts.values(), strict=True) if price]
        model.cp.minimize(sum([*kind.base, *paid]))
        solver = self._solver()
        solver.parameters.relative_gap_limit = DAY_GAP
        status = solver.solve(model.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found: tuple[float, Column | None] = (inf if status == cp_model.INFEASIBLE else -inf, None)
        else:
            found = solver.best_objective_bound, _column(kind, solver)
        kind.known[prices] = found
        return found

    def _solver(self) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.catch_sigint_signal = False
        solver.parameters.num_workers = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = DAY_UNITS
        return solver

    def _master(self) -> tuple[float, list[float]]:
        """Solve the linear programme over the columns; return its value and the dual price of every sum."""
        lp = pywraplp.Solver.CreateSolver("GLOP")
        rows = [lp.Constraint(s.low, s.high) for s in self.sums]
        objective = lp.Objective()
        for row in rows:
            for sign in (1.0, -1.0):
                slack = lp.NumVar(0.0, lp.infinity(), "")
                row.SetCoefficient(slack, sign)
                objective.SetCoefficient(slack, PENALTY)
        for day in self.days:
            one = lp.Constraint(1.0, 1.0)
            for column in day.columns:
                share = lp.NumVar(0.0, lp.infinity(), "")
                one.SetCoefficient(share, 1.0)
                objective.SetCoefficient(share, column.cost)
                left: dict[int, int] = defaultdict(int)
                for key, n in column.heads.items():
                    for row_n, factor in self.uses[key]:
                        left[row_n] += factor * n
                for row_n, value in left.items():
                    rows[row_n].SetCoefficient(share, value)
        objective.SetMinimization()
        status = lp.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            return inf, [0.0] * len(rows)
        return objective.Value(), [row.dual_value() for row in rows]

    def _choose(self, duals: Sequence[float]) -> tuple[Column, ...]:
        """Pick one column a day within the sums at least cost; a sum may be missed at a price."""
        cp = cp_model.CpModel()
        literals = [
            [(column, cp.new_bool_var("")) for column in sorted(day.columns, key=self._reduced(duals))[:MOST_COLUMNS]]
            for day in self.days
        ]
        if any(not found for found in literals):
            return ()
        for found in literals:
            cp.add_exactly_one(literal for _, literal in found)
        cost: list[cp_model.LinearExprT] = [column.cost * literal for found in literals for column, literal in found]
        left: list[list[cp_model.LinearExprT]] = [[] for _ in self.sums]
        for found in literals:
            for column, literal in found:
                for key, n in column.heads.items():
                    for row_n, factor in self.uses[key]:
                        left[row_n].append(factor * n * literal)
        for s, parts in zip(self.sums, left, strict=True):
            missed = cp.new_int_var(0, 10**6, "")
            cp.add(sum([*parts, missed]) >= s.low)
            cp.add(sum([*parts, -missed]) <= s.high)
            cost.append(MISSED_UNITS * missed)
        cp.minimize(sum(cost))
        solver = self._solver()
        solver.parameters.max_deterministic_time = CHOICE_UNITS
        solver.parameters.relative_gap_limit = CHOICE_GAP
        if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return ()
        return tuple(column for found in literals for column, literal in found if solver.value(literal))

    def _reduced(self, duals: Sequence[float]) -> Callable[[Column], float]:
        """Return the key of a column: its cost less what its heads are worth at the dual prices."""

        def key(column: Column) -> float:
            worth = sum(n * sum(duals[row] * f for row, f in self.uses[at]) for at, n in column.heads.items())
            return column.cost - worth

        return key


def _column(kind: _Kind, solver: cp_model.CpSolver) -> Column:
    model = kind.built.model
    return Column(
        day=kind.day,
        heads={key: n for key, var in kind.counts.items() if (n := solver.value(var))},
        cost=sum(solver.value(term) for term in kind.base),
        staff={k: n for k, v in model.staff.items() if (n := solver.value(v))},
        visits={k: n for k, v in model.visits.items() if not isinstance(v, int) and (n := solver.value(v))},
    )


def _moved(shift: ShiftDay, by: timedelta) -> ShiftDay:
    return shift._replace(start=shift.start + by, end=shift.end + by, day=shift.day + by)


def _moved_column(column: Column, to: date) -> Column:
    """Return the same heads and duties on another date of the same kind."""
    by = to - column.day
    if not by:
        return column
    return Column(
        day=to,
        heads={(g, _moved(s, by)): n for (g, s), n in column.heads.items()},
        cost=column.cost,
        staff={
            (g, p._replace(start=p.start + by, end=p.end + by), task): n for (g, p, task), n in column.staff.items()
        },
        visits={
            (squad, w._replace(start=w.start + by, end=w.end + by, day=to)): n
            for (squad, w), n in column.visits.items()
        },
    )


def _keeps(column: Column, limits: Sequence[Sum]) -> bool:
    return all(
        s.low <= sum(factor * column.heads.get((s.group, shift), 0) for shift, factor in s.shape) <= s.high
        for s in limits
    )


def _name(s: Sum) -> tuple[object, ...]:
    factors = tuple(sorted({factor for _, factor in s.shape}))
    return s.group, s.shape[0][0].start, s.shape[-1][0].start, len(s.shape), factors


def _support(s: Sum, dual: float) -> float:
    """Return the least that a dual price makes of a sum within its limits."""
    return dual * (s.low if dual > 0 else s.high)


def whole(bound: float) -> int | None:
    """Round a proven bound up to whole units; None if there is none."""
    return ceil(bound - 1e-6) if isfinite(bound) else None
