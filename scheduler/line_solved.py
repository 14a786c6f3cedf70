"""What the engine over lines came to, and everything in one CP-SAT model where lines cannot be walked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from constraints.base import GRAIN
from domain.roster import Assignment
from domain.scenario import Scenario
from domain.words import Status, Text
from scheduler.line_cp import Line, solve_part
from scheduler.line_model import line_model
from scheduler.line_store import Store, choices_of
from scheduler.progress import Options, Watch
from scheduler.solve import Limits

TRIVIAL = Text("没有费用为负的项", "no cost is negative")
ONE_MODEL = Text("一个 CP-SAT 模型", "one CP-SAT model")
THREADS = 4


@dataclass
class Solved:
    """Best lines so far with their cost, and the best bound, in units of 1/GRAIN point; seconds since the start."""

    status: Status = Status.UNKNOWN
    shifts: tuple[Assignment, ...] = ()
    cost: int | None = None
    bound: float = 0.0
    cost_seconds: float | None = None
    bound_seconds: float | None = None
    bound_from: Text = TRIVIAL

    @property
    def objective(self) -> float | None:
        """Cost in points."""
        return None if self.cost is None else self.cost / GRAIN


def solve_in_one(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    """Solve everything in one CP-SAT model, for conditions that lines cannot be read off or walked along."""
    begun = time.monotonic()
    store = Store(scenario)
    models = {}
    for n, officer in enumerate(scenario.officers):
        if watch.left <= 0:
            return Solved()
        models[n] = line_model(scenario, officer)
    limits = Limits(seconds=watch.left, seed=options.seed, threads=THREADS)
    part = solve_part(models, store.ties, limits, stopped=watch.stop.is_set)
    now = time.monotonic() - begun
    found = Solved(status=part.status)
    if part.lines is not None and part.cost is not None:
        found = replace(found, cost=part.cost, cost_seconds=now, shifts=shifts_of(scenario, part.lines))
    if part.bound is not None and part.bound > 0:
        found = replace(found, bound=part.bound, bound_seconds=now, bound_from=ONE_MODEL)
    return found


def shifts_of(scenario: Scenario, lines: Mapping[int, Line]) -> tuple[Assignment, ...]:
    """Return the shifts of lines by officer number."""
    choices = {squad.id: choices_of(scenario, squad.id) for squad in scenario.squads}
    found = []
    for n, line in sorted(lines.items()):
        officer = scenario.officers[n]
        for day, choice in zip(choices[officer.squad], line, strict=True):
            if choice:
                shift = day[choice - 1]
                found.append(Assignment(officer=officer.id, day=shift.day, shift=shift.shift))
    return tuple(found)
