"""Solves a scenario in which shifts are all there is to decide, line by line."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from constraints.base import GRAIN
from domain.roster import Assignment
from domain.scenario import Scenario
from domain.words import Status, Text
from scheduler.line_cp import Line, solve_part
from scheduler.line_model import LineModel, line_model, ties
from scheduler.progress import Options, Watch
from scheduler.solve import Limits

TRIVIAL = Text("没有费用为负的项", "no cost is negative")
ONE_MODEL = Text("一个 CP-SAT 模型的下界", "the bound of one CP-SAT model")


@dataclass
class Solved:
    """Best lines so far with their cost, and the best bound, in units of 1/GRAIN point; seconds since the start."""

    models: dict[int, LineModel] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    status: Status = Status.UNKNOWN
    cost: int | None = None
    bound: float = 0.0
    cost_seconds: float | None = None
    bound_seconds: float | None = None
    bound_from: Text = TRIVIAL

    @property
    def objective(self) -> float | None:
        """Cost in points."""
        return None if self.cost is None else self.cost / GRAIN

    def assignments(self) -> tuple[Assignment, ...]:
        """Return the shifts of the best lines."""
        return tuple(
            Assignment(officer=self.models[n].officer, day=shift.day, shift=shift.shift)
            for n, line in self.lines.items()
            for shift in self.models[n].shifts(line)
        )


def solve_lines(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    """Solve until proven optimal, out of time or stopped; what is found by then is returned."""
    begun = time.monotonic()
    found = Solved(models={n: line_model(scenario, officer) for n, officer in enumerate(scenario.officers)})
    limits = Limits(seconds=watch.left, seed=options.seed, threads=2 * options.workers)
    part = solve_part(found.models, ties(scenario), limits, stopped=watch.stop.is_set)
    now = time.monotonic() - begun
    found.status = part.status
    if part.lines is not None and part.cost is not None:
        found.lines, found.cost, found.cost_seconds = dict(part.lines), part.cost, now
    if part.bound is not None and part.bound > found.bound:
        found.bound, found.bound_seconds, found.bound_from = part.bound, now, ONE_MODEL
    return found
