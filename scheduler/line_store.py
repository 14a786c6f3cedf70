"""What a process knows of the officers' lines: tables and walks, made when first asked for, and answers on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import gcd

import numpy as np

from domain.calendar import ShiftDay
from domain.scenario import Scenario
from scheduler.line_cp import Line
from scheduler.line_long import Long
from scheduler.line_model import INFINITE, LineModel, Table, Ties, line_model
from scheduler.line_price import Pricer
from scheduler.line_steps import walk_of
from scheduler.line_table import Floats, Path
from scheduler.line_tidy import Never
from scheduler.line_ties import ties

Column = tuple[int, Line, int]
"""Officer number, line, and what the line costs in units of 1/GRAIN point."""
LARGE_MODEL = 20_000
"""Dates times choices from which on an officer's tables are made anew each time, to save memory."""


class Store:
    """The lines of one scenario; officers go by their number in it."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._ties: Ties | None = None
        self._models: dict[int, LineModel] = {}
        self._pricers: dict[int, Pricer] = {}
        self._own: dict[int, Floats] = {}
        self._fixed: dict[int, int] = {}
        self._steps: dict[int, int] = {}
        self._longs: dict[int, Long] = {}
        self._paths: dict[int, Path] = {}
        self._flat: dict[int, tuple[np.ndarray, ...]] = {}
        self._near_at: Sequence[float] = ()
        self._near: dict[float, Near] = {}

    @property
    def ties(self) -> Ties:
        """What ties the lines together."""
        if self._ties is None:
            self._ties = ties(self.scenario)
        return self._ties

    @ties.setter
    def ties(self, known: Ties) -> None:
        self._ties = known

    def model(self, officer: int) -> LineModel:
        """Return an officer's conditions and costs."""
        found = self._models.get(officer)
        if found is None:
            found = line_model(self.scenario, self.scenario.officers[officer])
            if sum(len(cost) for cost in found.cost) < LARGE_MODEL:
                self._models[officer] = found
        return found

    def pricer(self, officer: int) -> Pricer:
        """Return an officer's walk, ready to be priced.

        Raises
        ------
        Never
            If the officer has no lawful line.
        TooManyStates
            If the conditions are too many for a walk.
        """
        if officer not in self._pricers:
            model = self.model(officer)
            self._pricers[officer] = Pricer(walk_of(model))
            width = max(len(cost) for cost in model.cost)
            own = np.zeros((len(model.cost), width))
            for n, cost in enumerate(model.cost):
                own[n, : len(cost)] = cost
            self._own[officer], self._fixed[officer] = own, model.fixed
            self._steps[officer] = gcd(
                model.fixed, *(c for cost in model.cost for c in cost), *(a.cost for a in model.aux)
            )
        return self._pricers[officer]

    def cost_of(self, officer: int, line: Line) -> int | None:
        """Return what a line costs in all; None if it is not lawful."""
        more = self.pricer(officer).cost_of(line)
        return None if more is None else self._own_cost(officer, line) + more

    def own(self, officer: int) -> Floats:
        """Return what an officer's choices cost by themselves [date, choice]."""
        return self._own[officer]

    def _own_cost(self, officer: int, line: Line) -> int:
        """Return what a line costs by choices alone."""
        own = self._own[officer]
        return self._fixed[officer] + round(sum(float(own[n, choice]) for n, choice in enumerate(line)))

    def step(self, officer: int) -> int:
        """Return what the costs of an officer's lines are multiples of."""
        self.pricer(officer)
        return self._steps[officer]

    def long(self, officer: int) -> Long:
        """Return what makes an officer's lines where they are too long to be priced at once."""
        if officer not in self._longs:
            self._longs[officer] = Long(self.pricer(officer))
        return self._longs[officer]

    def path(self, officer: int, line: Line) -> Path:
        """Return the states of a lawful line; the last one asked for is remembered."""
        known = self._paths.get(officer)
        if known is None or known.line != line:
            found = self.pricer(officer).path(line)
            if found is None:
                raise AssertionError("a line that is kept is not lawful")
            known = self._paths[officer] = found
        return known

    def answer(
        self, officer: int, totals: Sequence[float], line: Line | None, go_on: Callable[[], bool], shift: int = 0
    ) -> Column | None:
        """Return an officer's line at prices of totals: the cheapest, or where lines are long a cheap one.

        A long line starts from ``line`` if there is one; ``shift`` dates move where its spans begin.
        """
        long = self.long(officer)
        if not long.is_long:
            columns, _ = self.price((officer,), totals, 1)
            if columns:
                return columns[0]
        cost = self._own[officer] - self.reliefs((officer,), totals)[id(self.ties.adds[officer])]
        if line is not None:
            return self._column(officer, long.better(self.path(officer, line), cost, go_on, shift % long.dates))
        path = long.first(cost, go_on)
        return None if path is None else self._column(officer, path)

    def lowest(self, officer: int, totals: Sequence[float]) -> tuple[float, Line]:
        """Return a lower bound of the value of every line of an officer, and the walk it comes from.

        Where lines are long that walk keeps the counters by tolls only, so it need not be a lawful line.
        """
        long = self.long(officer)
        cost = self._own[officer] - self.reliefs((officer,), totals)[id(self.ties.adds[officer])]
        value, line = long.lowest(cost)
        return value + self._fixed[officer], line

    def _column(self, officer: int, path: Path) -> Column:
        """Return a long line with its cost; its path is remembered."""
        self._paths[officer] = path
        steps = self.pricer(officer).walk.steps
        more = sum(steps[n].ways[way].cost for n, way in enumerate(path.ways))
        return officer, path.line, self._own_cost(officer, path.line) + more

    def around(self, officer: int, line: Line, span: tuple[int, int], relief: Floats, most: int) -> list[Column]:
        """Return lines that differ from a line on some dates only, cheapest first.

        ``relief`` is what prices take off each choice [date, choice].
        """
        long, path = self.long(officer), self.path(officer, line)
        cost = self._own[officer] - relief
        columns = [self._column(officer, other) for other in long.again(path, *span, cost, most)]
        self._paths[officer] = path
        return columns

    def reliefs(self, officers: Sequence[int], totals: Sequence[float]) -> dict[int, Floats]:
        """Return for every table of these officers what the prices of totals take off a choice [date, choice]."""
        tables = {id(self.ties.adds[o]): (o, self.ties.adds[o]) for o in officers}
        found = {}
        for key, (officer, table) in tables.items():
            self.pricer(officer)
            if key not in self._flat:
                self._flat[key] = _flattened(table)
            dates, choices, total, value = self._flat[key]
            relief = np.zeros_like(self._own[officer])
            np.add.at(relief, (dates, choices), np.asarray(totals)[total] * value)
            found[key] = relief
        return found

    def price(
        self, officers: Sequence[int], totals: Sequence[float], most: int
    ) -> tuple[list[Column], dict[int, float]]:
        """Return the cheapest lines at prices of totals, and every officer's lowest possible value.

        Raises
        ------
        Never
            If an officer has no lawful line.
        """
        reliefs = self.reliefs(officers, totals)
        columns: list[Column] = []
        least: dict[int, float] = {}
        for officer in officers:
            relief = reliefs[id(self.ties.adds[officer])]
            found, least[officer] = self.priced(officer, self.pricer(officer), relief, most)
            if least[officer] == INFINITE:
                raise Never
            columns += found
        return columns, least

    def priced(self, officer: int, pricer: Pricer, relief: Floats, most: int) -> tuple[list[Column], float]:
        """Return an officer's cheapest lines by a pricer, and the lowest possible value; infinite if there is none.

        ``relief`` is what prices take off each choice [date, choice].
        """
        cost = self._own[officer] - relief
        priced = pricer.price(cost, most)
        lines = priced.lines
        if not lines and priced.bound < INFINITE:
            path = self.long(officer).through_all(cost)
            lines = () if path is None else ((path.value, path.line),)
        columns = []
        for value, line in lines:
            taken = sum(relief[n, choice] for n, choice in enumerate(line))
            columns.append((officer, line, round(value + taken) + self._fixed[officer]))
        return columns, priced.bound + self._fixed[officer]

    def near(self, totals: Sequence[float], room: float) -> Near:
        """Return what prices lines at most ``room`` dearer than the cheapest at some prices; it is remembered."""
        if self._near_at != totals:
            self._near_at, self._near = totals, {}
        if room not in self._near:
            self._near[room] = Near(self, totals, room)
        return self._near[room]


class Near:
    """Prices lines that are nearly the cheapest at given prices of totals: of far smaller nets.

    In a roster as good as a bound, no line is dearer at the prices that prove it, beyond its officer's cheapest, than
    roster and bound are apart.
    """

    def __init__(self, store: Store, totals: Sequence[float], room: float) -> None:
        self._store, self._totals, self._room = store, totals, room
        self._pricers: dict[int, Pricer] = {}

    def price(
        self, officers: Sequence[int], totals: Sequence[float], most: int
    ) -> tuple[list[Column], dict[int, float]]:
        """Return the cheapest of these lines at prices of totals, and every officer's lowest value among them."""
        store = self._store
        reliefs = store.reliefs(officers, totals)
        columns: list[Column] = []
        least: dict[int, float] = {}
        for officer in officers:
            relief = reliefs[id(store.ties.adds[officer])]
            found, least[officer] = store.priced(officer, self._pricer(officer), relief, most)
            columns += found
        return columns, least

    def _pricer(self, officer: int) -> Pricer:
        if officer not in self._pricers:
            plain = self._store.pricer(officer)
            relief = self._store.reliefs((officer,), self._totals)[id(self._store.ties.adds[officer])]
            near = (self._store.own(officer) - relief, self._room)
            self._pricers[officer] = replace(plain, kept=list(plain.kept), near=near)
        return self._pricers[officer]


def _flattened(table: Table) -> tuple[np.ndarray, ...]:
    """Return date, choice, total and value of every entry of a table."""
    rows = [(n, c, t, v) for n, day in enumerate(table) for c, cell in enumerate(day) for t, v in cell]
    return tuple(np.array(column, dtype=np.intp) for column in zip(*rows, strict=True)) or (
        (np.zeros(0, dtype=np.intp),) * 4
    )


def step_of(store: Store, officers: Sequence[int]) -> int:
    """Return what the costs of these officers' lines, and those of the ties, are multiples of."""
    return gcd(store.ties.fixed, *(aux.cost for aux in store.ties.aux), *(store.step(officer) for officer in officers))


def choices_of(scenario: Scenario, squad: str) -> tuple[tuple[ShiftDay, ...], ...]:
    """Return the shifts of a squad by date, in the order of the choices from 1 on."""
    shifts = scenario.shifts_of(squad)
    return tuple(tuple(sorted(scenario.shift_day(s.id, day) for s in shifts)) for day in scenario.dates)
