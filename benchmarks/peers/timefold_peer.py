"""Solves a squad's lines with Timefold; runs in an environment of its own and knows nothing of our packages.

    python timefold_peer.py PROBLEM.json SECONDS ANSWER.json

What the problem holds is described in squad_lines.py. The answer: the score, the seconds until no hard condition was
broken any more, and the shifts worked as numbers of officer, date and shift. Timefold counts each condition from what
nobody's working would cost, so that groups without a shift need no tuple of their own.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from jpype import JImplements, JOverride
from timefold.solver import Solver, SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)

NONE = 10**9
ANY = 99
"""Stands for any shift."""


@dataclass(eq=False)
class Shift:
    """A shift by its number."""

    id: Annotated[int, PlanningId]


@dataclass(eq=False)
class Row:
    """low <= sum of gains <= high for one officer; ``price`` per unit beyond, 0 where it is hard."""

    id: Annotated[int, PlanningId]
    low: int
    high: int
    price: int

    def beyond(self, total: int) -> int:
        """Return how far a total lies outside."""
        if total < self.low:
            return self.low - total
        if total > self.high:
            return total - self.high
        return 0

    def better(self, total: int) -> int:
        """Return how much less is broken than with a total of 0."""
        return self.beyond(0) - self.beyond(total)

    def cheaper(self, total: int) -> int:
        """Return how much less is paid than with a total of 0."""
        return self.price * self.better(total)


@dataclass(eq=False)
class Gain:
    """What a hard row gains by a shift of a line; ``key`` is one of `Line.keys`."""

    key: int
    row: Row
    amount: int


@dataclass(eq=False)
class Wish:
    """The same of a row with a price."""

    key: int
    row: Row
    amount: int


@dataclass(eq=False)
class Cost:
    """What a shift of a line costs by itself."""

    key: int
    amount: int


@dataclass(eq=False)
class Segment:
    """A stretch of time with the same shifts on; ``cost`` by certified officers, then by others, in one list."""

    id: Annotated[int, PlanningId]
    cost: list[int]
    width: int

    def cheaper(self, certified: int, heads: int) -> int:
        """Return how much less is paid than with nobody there."""
        return self.cost[0] - self.cost[certified * self.width + heads - certified]


@dataclass(eq=False)
class Cover:
    """That a shift of a date covers a segment; ``key`` as in `Line.time`."""

    key: int
    segment: Segment


@planning_entity
@dataclass(eq=False)
class Line:
    """An officer's date: the shift worked, none for rest."""

    id: Annotated[int, PlanningId]
    officer: int
    day: int
    certified: int
    leads: bool
    shift: Annotated[Shift | None, PlanningVariable(allows_unassigned=True)] = field(default=None)

    def key(self) -> int:
        """Return officer, date and shift as one number."""
        return (self.officer * 1000 + self.day) * 100 + self.shift.id

    def keys(self) -> list[int]:
        """Return what gains go by: officer, date and shift, and officer and date with any shift."""
        return [self.key(), (self.officer * 1000 + self.day) * 100 + ANY]

    def time(self) -> int:
        """Return date and shift as one number."""
        return self.day * 100 + self.shift.id


@planning_solution
@dataclass(eq=False)
class Month:
    """A squad's month."""

    shifts: Annotated[list[Shift], ProblemFactCollectionProperty, ValueRangeProvider]
    gains: Annotated[list[Gain], ProblemFactCollectionProperty]
    wishes: Annotated[list[Wish], ProblemFactCollectionProperty]
    costs: Annotated[list[Cost], ProblemFactCollectionProperty]
    covers: Annotated[list[Cover], ProblemFactCollectionProperty]
    lines: Annotated[list[Line], PlanningEntityCollectionProperty]
    leader: Annotated[list[Cost], ProblemFactCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


@constraint_provider
def conditions(factory: ConstraintFactory) -> list[Constraint]:
    """Return all conditions of a month."""
    return [
        (
            factory.for_each(Line)
            .expand(lambda line: line.keys())
            .flatten_last(lambda keys: keys)
            .join(Gain, Joiners.equal(lambda line, key: key, lambda gain: gain.key))
            .group_by(
                lambda line, key, gain: gain.row,
                ConstraintCollectors.sum(lambda line, key, gain: gain.amount),
            )
            .impact(HardSoftScore.ONE_HARD, lambda row, total: row.better(total))
            .as_constraint("an officer's hard conditions")
        ),
        (
            factory.for_each(Line)
            .expand(lambda line: line.keys())
            .flatten_last(lambda keys: keys)
            .join(Wish, Joiners.equal(lambda line, key: key, lambda wish: wish.key))
            .group_by(
                lambda line, key, wish: wish.row,
                ConstraintCollectors.sum(lambda line, key, wish: wish.amount),
            )
            .impact(HardSoftScore.ONE_SOFT, lambda row, total: row.cheaper(total))
            .as_constraint("an officer's wishes")
        ),
        (
            factory.for_each(Line)
            .join(Cost, Joiners.equal(lambda line: line.key(), lambda cost: cost.key))
            .impact(HardSoftScore.ONE_SOFT, lambda line, cost: -cost.amount)
            .as_constraint("requests")
        ),
        (
            factory.for_each(Line)
            .join(Cover, Joiners.equal(lambda line: line.time(), lambda cover: cover.key))
            .group_by(
                lambda line, cover: cover.segment,
                ConstraintCollectors.sum(lambda line, cover: line.certified),
                ConstraintCollectors.count_bi(),
            )
            .impact(HardSoftScore.ONE_SOFT, lambda segment, certified, heads: segment.cheaper(certified, heads))
            .as_constraint("heads")
        ),
        (
            factory.for_each(Line)
            .filter(lambda line: line.leads)
            .group_by(lambda line: line.day)
            .join(Cost, Joiners.filtering(lambda day, cost: cost.key == -1))
            .impact(HardSoftScore.ONE_SOFT, lambda day, cost: cost.amount)
            .as_constraint("a leader on duty")
        ),
    ]


def month_of(told: dict) -> Month:
    """Return the problem as Timefold wants it."""
    gains, wishes, costs, lines, covers = [], [], [], [], []
    rows = 0
    for number, officer in enumerate(told["officers"]):

        def key(day: int, shift: int, number: int = number) -> int:
            return (number * 1000 + day) * 100 + shift

        for row in officer["rows"]:
            low = -NONE if row["low"] is None else row["low"]
            high = NONE if row["high"] is None else row["high"]
            made = Row(rows, low, high, row["price"] or 0)
            rows += 1
            if row["price"] is None:
                gains += [Gain(key(day, shift), made, gain) for day, shift, gain in row["gains"]]
            else:
                wishes += [Wish(key(day, shift), made, gain) for day, shift, gain in row["gains"]]
        costs += [Cost(key(day, shift), cost) for day, shift, cost in officer["costs"]]
        certified, leads = int(officer["certified"]), officer["leads"]
        lines += [Line(number * 1000 + day, number, day, certified, leads) for day in officer["days"]]
    for number, segment in enumerate(told["segments"]):
        flat = [cost for row in segment["cost"] for cost in row]
        made_segment = Segment(number, flat, len(segment["cost"][0]))
        covers += [Cover(day * 100 + shift, made_segment) for day, shift in segment["on"]]
    shifts = [Shift(number) for number in range(len(told["shifts"]))]
    return Month(shifts, gains, wishes, costs, covers, lines, [Cost(-1, told["leader"])])


def watch_for(solver: Solver, hard: int, started: float) -> list[float]:
    """Return a list that gets the seconds until the first solution with this hard score.

    Timefold's own listeners are handed the whole solution in Python's form each time, which takes seconds; so this one
    is told by the solver beneath.
    """
    first: list[float] = []

    @JImplements("ai.timefold.solver.core.api.solver.event.SolverEventListener")
    class Watch:
        @JOverride
        def bestSolutionChanged(self, event: Any) -> None:  # noqa: ANN401, N802
            if not first and event.getNewBestScore().hardScore() >= hard:
                first.append(time.monotonic() - started)

    solver._delegate.addEventListener(Watch())  # noqa: SLF001
    return first


def main() -> None:
    """Read, solve, write."""
    started = time.monotonic()
    problem, seconds, answer = sys.argv[1:]
    month = month_of(json.loads(Path(problem).read_text(encoding="utf-8")))
    # A row that nothing adds to is nobody's choice; all others are counted from a total of 0.
    rows = {gain.row.id: gain.row for gain in month.gains}
    hard_at_rest = sum(row.beyond(0) for row in rows.values())
    left = max(1.0, float(seconds) - (time.monotonic() - started))
    factory = SolverFactory.create(
        SolverConfig(
            solution_class=Month,
            entity_class_list=[Line],
            score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=conditions),
            termination_config=TerminationConfig(spent_limit=Duration(milliseconds=int(1000 * left))),
            random_seed=1,
        )
    )
    solver = factory.build_solver()
    first = watch_for(solver, hard_at_rest, started)
    best = solver.solve(month)
    shifts = [[line.officer, line.day, line.shift.id] for line in best.lines if line.shift is not None]
    broken = hard_at_rest - best.score.hard_score
    told = {"first_s": first[0] if first else None, "broken": broken, "soft": best.score.soft_score, "shifts": shifts}
    Path(answer).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
