"""Kinds of days: the small counts model of all dates with the same needs, windows and shifts, and its answers.

A date with given heads is a column with its cost. Dates of a kind share the model, what it answered and its columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from ortools.sat.python import cp_model

from constraints.base import OfficerClass, Period, Task
from constraints.s12_post_rotation import Stand, least_stands
from domain.calendar import OpenWindow, ShiftDay
from domain.words import DutyKind
from scheduler.build import Built
from scheduler.counts import Counts, Sum, add_sums
from scheduler.mip import Effort, Mip, Relaxed, Solved
from scheduler.relaxed import Tag

EXACT_UNITS = 0.1
"""Deterministic time in which the duties of given heads are sought."""
Busy = defaultdict[OfficerClass, defaultdict[Period, int]]
"""Heads of each class that are at some task, by period."""


@dataclass(frozen=True)
class Column:
    """Heads of a day with their cost (units of 1/GRAIN point) and what they do."""

    day: date
    heads: Mapping[tuple[OfficerClass, ShiftDay], int]
    cost: int
    staff: Mapping[tuple[OfficerClass, Period, Task], int]
    visits: Mapping[tuple[str, OpenWindow], int]

    def moved(self, to: date) -> Column:
        """Return the same heads and duties on another date of the same kind."""
        by = to - self.day
        if not by:
            return self
        return Column(
            day=to,
            heads={(g, moved(s, by)): n for (g, s), n in self.heads.items()},
            cost=self.cost,
            staff={
                (g, p._replace(start=p.start + by, end=p.end + by), task): n for (g, p, task), n in self.staff.items()
            },
            visits={
                (squad, w._replace(start=w.start + by, end=w.end + by, day=to)): n
                for (squad, w), n in self.visits.items()
            },
        )

    def keeps(self, limits: Sequence[Sum]) -> bool:
        """Return whether the heads lie within some sums over their date."""
        return all(
            s.low <= sum(factor * self.heads.get((s.group, shift), 0) for shift, factor in s.shape) <= s.high
            for s in limits
        )

    @property
    def visits_by_window(self) -> Mapping[Tag, float]:
        """Visits of all squads to each window."""
        found: dict[Tag, float] = defaultdict(float)
        for (_, window), n in self.visits.items():
            found[tag_of(window)] += n
        return found

    @property
    def stands(self) -> Mapping[Stand, int]:
        """Stands of each class at each post, as few as the heads allow (S12)."""
        found: dict[Stand, int] = defaultdict(int)
        for (group, _, task), n in self.staff.items():
            if task.kind is DutyKind.POST:
                found[group, task.place] = max(found[group, task.place], n)
        return found

    def tolled(self, tolls: Mapping[Stand, int]) -> Column:
        """Return the column with tolls on stands (units each)."""
        return replace(self, cost=self.cost + sum(tolls.get(stand, 0) * n for stand, n in self.stands.items()))

    @property
    def needed(self) -> dict[tuple[OfficerClass, ShiftDay], int]:
        """Heads that do something: where a squad makes no visits, whoever is left over patrols for nothing."""
        visiting = {(squad, window.day) for (squad, window), visits in self.visits.items() if visits}
        busy: Busy = defaultdict(lambda: defaultdict(int))
        for (group, period, _), n in self.staff.items():
            busy[group][period] += n
        return needed_of(self.heads, busy, visiting)


@dataclass(frozen=True)
class Answer:
    """Least cost of a day at given prices of heads: found and proven (units), with its column and what it took.

    ``others`` are columns that were found on the way.
    """

    cost: float
    bound: float
    column: Column | None
    effort: Effort
    others: tuple[Column, ...] = ()


@dataclass
class Kind:
    """The model of one kind of day, built for one of its dates; ``cost`` are the summands of its own cost.

    ``limits`` are conditions of single dates that it keeps, put into the terms of its date.
    """

    day: date
    built: Built
    counts: Counts
    cost: list[cp_model.LinearExprT]
    limits: tuple[Sum, ...] = ()
    known: dict[tuple[int, ...], Answer] = field(default_factory=dict)
    """Answers already found, by the prices of heads."""
    fits: dict[frozenset[tuple[tuple[OfficerClass, ShiftDay], int]], Column | None] = field(default_factory=dict)
    """Columns already found for given heads: lines are sought several times, and many dates come out alike."""
    within: dict[tuple[Sum, ...], Kind] = field(default_factory=dict)
    """The same model within the conditions of some dates."""

    def keeping(self, limits: tuple[Sum, ...]) -> Kind:
        """Return the same model within conditions put into the terms of its date; itself where there are none."""
        if not limits:
            return self
        if limits not in self.within:
            built = self.built.copy()
            add_sums(built.model.cp, self.counts, limits)
            self.within[limits] = Kind(self.day, built, self.counts, list(self.cost), limits)
        return self.within[limits]

    def charge(self, prices: Mapping[Tag, int]) -> None:
        """Pay for visits to some windows (units per visit)."""
        self.fits.clear()
        for (_, window), var in self.built.model.visits.items():
            price = prices.get(tag_of(window), 0)
            if price and not isinstance(var, int):
                self.cost.append(-price * var)

    def tolled(self, tolls: Mapping[Stand, int]) -> Kind:
        """Return the same model with tolls on stands at posts (units each); it has answered nothing yet."""
        found = Kind(self.day, self.built.copy(), self.counts, list(self.cost), self.limits)
        for stand, price in sorted(tolls.items()):
            stands = least_stands(found.built.model, stand)
            if stands is not None:
                found.cost.append(price * stands)
        return found

    def answer(self, prices: tuple[int, ...], effort: Effort) -> Answer:
        """Return the cheapest heads where each costs its price (in the order of ``counts``) besides what it does."""
        before = self.known.get(prices)
        if before is not None and (
            before.cost - before.bound <= effort.gap
            or (effort.nodes, effort.units) <= (before.effort.nodes, before.effort.units)
        ):
            return before
        paid = {var.index: price for price, var in zip(prices, self.counts.values(), strict=True)}
        solved = self.mip.solve(paid, effort)
        others = tuple(c for values in solved.others if (c := self._column(values)) is not None)
        found = Answer(solved.cost, solved.bound, self._column(solved.values), effort, others)
        if before is not None:
            best = min(before, found, key=lambda a: a.cost)
            found = Answer(best.cost, max(before.bound, found.bound), best.column, effort, others)
        self.known[prices] = found
        return found

    def relaxed(self, prices: tuple[int, ...]) -> Relaxed:
        """Return the linear relaxation at prices of heads."""
        return self.mip.relaxed({var.index: price for price, var in zip(prices, self.counts.values(), strict=True)})

    def visits(self, values: Sequence[float]) -> dict[Tag, float]:
        """Return the visits to every window in values of the variables."""
        found: dict[Tag, float] = defaultdict(float)
        for (_, window), var in self.built.model.visits.items():
            if not isinstance(var, int):
                found[tag_of(window)] += values[var.index]
        return found

    @property
    def difficulty(self) -> int:
        """Windows that patrols can visit, times the heads by class, period and task: so hard is the model."""
        model = self.built.model
        return sum(not isinstance(visits, int) for visits in model.visits.values()) * len(model.staff)

    @cached_property
    def mip(self) -> Mip:
        """The model as a mixed integer programme; made when first asked for, as sums may still be added."""
        return Mip(self.built.model.cp, costs(self.built.model.cp, self.cost))

    def with_heads(self, heads: Mapping[OfficerClass, int], effort: Effort, penalty: int) -> Column | None:
        """Return the cheapest column with so many heads of each class in all, or as near to it as can be."""
        cp = self.built.model.cp.clone()
        cost = list(self.cost)
        for group, wanted in heads.items():
            of_group = [var for (g, _), var in self.counts.items() if g == group]
            off = cp.new_int_var(0, 10**6, "")
            cp.add(sum([*of_group, off]) >= wanted)
            cp.add(sum([*of_group, -off]) <= wanted)
            cost.append(penalty * off)
        return self._column(Mip(cp, costs(cp, cost)).solve({}, effort).values)

    def at_least(self, made: Sequence[cp_model.IntVar], least: int, prices: tuple[int, ...], effort: Effort) -> Solved:
        """Return the cheapest heads at prices of heads (units) where some variables add up to ``least`` or more."""
        cp = self.built.model.cp.clone()
        if made:
            cp.add(sum(made) >= least)
        paid = {var.index: price for price, var in zip(prices, self.counts.values(), strict=True)}
        return Mip(cp, costs(cp, self.cost)).solve(paid, effort)

    def cost_of(self, column: Column, seed: int) -> int | None:
        """Return what the duties of a column on the kind's date cost here (units); None if it cannot have them."""
        cp = self._with(column.heads)
        for key, var in self.built.model.staff.items():
            cp.add(var == column.staff.get(key, 0))
        for visit, made in self.built.model.visits.items():
            if not isinstance(made, int):
                cp.add(made == column.visits.get(visit, 0))
        found = self._column(Mip(cp, costs(cp, self.cost)).solve({}, Effort(0.0, EXACT_UNITS, seed=seed)).values)
        return None if found is None else found.cost

    def _with(self, heads: Mapping[tuple[OfficerClass, ShiftDay], int]) -> cp_model.CpModel:
        cp = self.built.model.cp.clone()
        for key, var in self.counts.items():
            cp.add(var == heads.get(key, 0))
        return cp

    def exactly(self, heads: Mapping[tuple[OfficerClass, ShiftDay], int], seed: int) -> Column | None:
        """Return the cheapest column with just these heads on the kind's date; None if there is none.

        It is sought to the end, which takes a few milliseconds.
        """
        asked = frozenset(heads.items())
        if asked not in self.fits:
            cp = self._with(heads)
            effort = Effort(0.0, EXACT_UNITS, seed=seed)
            self.fits[asked] = self._column(Mip(cp, costs(cp, self.cost)).solve({}, effort).values)
        return self.fits[asked]

    def _column(self, values: Sequence[int] | None) -> Column | None:
        if values is None:
            return None
        model = self.built.model
        return Column(
            day=self.day,
            heads={key: n for key, var in self.counts.items() if (n := values[var.index])},
            cost=sum(c * v for c, v in zip(self.mip.cost, values, strict=False)),
            staff={k: n for k, v in model.staff.items() if (n := values[v.index])},
            visits={k: n for k, v in model.visits.items() if not isinstance(v, int) and (n := values[v.index])},
        )


@dataclass
class Dated:
    """One date: its kind, the officers' conditions on that date alone, and the columns found."""

    day: date
    kind: Kind
    limits: list[Sum]
    columns: list[Column] = field(default_factory=list)

    @cached_property
    def own(self) -> Kind:
        """The kind within the date's conditions; dates of a kind with the same conditions share it."""
        by = self.kind.day - self.day
        there = (Sum(s.group, tuple((moved(shift, by), f) for shift, f in s.shape), s.low, s.high) for s in self.limits)
        return self.kind.keeping(tuple(sorted(there, key=repr)))

    def limit(self, more: Sequence[Sum]) -> None:
        """Keep to more conditions on the date; columns that do not are dropped."""
        self.limits += more
        self.__dict__.pop("own", None)
        self.columns = [column for column in self.columns if column.keeps(self.limits)]


def needed_of(
    heads: Mapping[tuple[OfficerClass, ShiftDay], int], busy: Busy, visiting: Collection[tuple[str, date]]
) -> dict[tuple[OfficerClass, ShiftDay], int]:
    """Return the heads that do something: all where a squad is ``visiting`` on a date, else those ``busy`` at once."""
    found = dict(heads)
    for group, shift in heads:
        if (group.squad, shift.day) not in visiting:
            at_work = (n for period, n in busy[group].items() if shift.covers(period.start, period.end))
            found[group, shift] = min(heads[group, shift], max(at_work, default=0))
    return found


def costs(cp: cp_model.CpModel, cost: Sequence[cp_model.LinearExprT]) -> dict[int, int]:
    """Return the cost of one of each variable, by its index."""
    cp.minimize(sum(cost))
    goal = cp.proto.objective
    found: dict[int, int] = defaultdict(int)
    for n, factor in zip(goal.vars, goal.coeffs, strict=True):
        found[n] += round(factor * (goal.scaling_factor or 1.0))
    return found


def moved(shift: ShiftDay, by: timedelta) -> ShiftDay:
    """Return the same shift some days later."""
    return shift._replace(start=shift.start + by, end=shift.end + by, day=shift.day + by)


def tag_of(window: OpenWindow) -> Tag:
    """Return what tells a window apart but for its date."""
    return window.hotspot, window.start.time(), window.end.time(), window.weight_cents, window.wanted
