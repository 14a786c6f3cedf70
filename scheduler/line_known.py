"""The best roster of lines and the best bound so far; every stage adds to them, and they may be read at any time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from constraints.base import GRAIN
from domain.scenario import Scenario
from domain.words import Status, Text
from scheduler.line_cp import Line, totals_of
from scheduler.line_model import Ties
from scheduler.line_solved import TRIVIAL, Solved, shifts_of
from scheduler.line_store import Store
from scheduler.line_worth import Worth
from scheduler.progress import Options, Watch

A_UNIT = 0.5
"""Costs that differ by less are the same: they are whole."""


@dataclass
class Known:
    """Lines with their costs by officer number, cost and bound of the whole in units of 1/GRAIN point."""

    scenario: Scenario
    watch: Watch
    options: Options = field(default_factory=Options)
    lines: dict[int, tuple[Line, int]] = field(default_factory=dict)
    cost: float = math.inf
    bound: float = 0.0
    step: int = 1
    """What all costs are multiples of."""
    cost_seconds: float | None = None
    bound_seconds: float | None = None
    bound_from: Text = TRIVIAL

    def __post_init__(self) -> None:
        self._begun = time.monotonic()
        self.ties: Ties = Store(self.scenario).ties
        self.worth = Worth(self.ties)
        self.everyone = tuple(range(len(self.scenario.officers)))

    @property
    def is_open(self) -> bool:
        """Return whether there is time left, and more of a gap than is wanted."""
        if math.isinf(self.cost):
            return self.watch.left > 0
        return self.watch.left > 0 and self.cost > self.bound + A_UNIT and not self.options.near(self.cost, self.bound)

    def keep(self, lines: dict[int, tuple[Line, int]]) -> bool:
        """Keep a whole roster if it is better than the best; return whether it is."""
        if len(lines) < len(self.everyone):
            return False
        totals = totals_of(self.ties, {n: line for n, (line, _) in lines.items()})
        cost = self.worth.cost(totals) + sum(cost for _, cost in lines.values())
        if cost >= self.cost:
            return False
        self.lines, self.cost, self.cost_seconds = dict(lines), cost, time.monotonic() - self._begun
        return True

    def prove(self, bound: float, source: Text) -> None:
        """Take a bound if it is better; every cost is a multiple of the step, so it may be rounded up to one."""
        if not math.isfinite(bound):
            return
        bound = self.step * math.ceil(bound / self.step - 1e-6)
        if bound > self.bound:
            self.bound, self.bound_seconds, self.bound_from = bound, time.monotonic() - self._begun, source

    def moved(self, totals: list[int], officer: int, line: Line, sign: int) -> list[int]:
        """Return totals after a line has come in (sign 1) or gone (-1)."""
        found = list(totals)
        for n, choice in enumerate(line):
            for total, value in self.ties.adds[officer][n][choice]:
                found[total] += sign * value
        return found

    def say(self, phase: Text) -> None:
        """Report where things stand."""
        objective = self.cost / GRAIN if math.isfinite(self.cost) else None
        self.watch.say(phase, objective, self.bound / GRAIN if self.bound_seconds is not None else None)

    def solved(self) -> Solved:
        """Return what is known now."""
        whole = math.isfinite(self.cost)
        shifts = shifts_of(self.scenario, {n: line for n, (line, _) in self.lines.items()}) if whole else ()
        return Solved(
            status=Status.FEASIBLE if whole else Status.UNKNOWN,
            shifts=shifts,
            cost=round(self.cost) if whole else None,
            bound=self.bound,
            cost_seconds=self.cost_seconds,
            bound_seconds=self.bound_seconds,
            bound_from=self.bound_from,
        )
