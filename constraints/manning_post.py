"""Person-minutes missing at a place, as the model counts them; what ``audit`` counts is in ``manning_audit``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from constraints.base import OfficerClass, Period, RosterModel, Task
from domain.calendar import Need, minutes

if TYPE_CHECKING:
    from constraints.base import Linear


def missing_minutes(
    model: RosterModel,
    need: Need,
    task: Task,
    squads: Iterable[str],
    name: str,
    counts: Callable[[OfficerClass], bool] = lambda _: True,
) -> Linear:
    """Return the person-minutes a need lacks, given the heads that ``squads`` put on ``task``.

    The need is cut at every period boundary of those squads. ``counts`` says whose heads count. Time that no shift
    covers is missing as a whole. ``name`` begins the names of the auxiliaries, as in ``S01/missing``.
    """
    if need.heads <= 0:
        return 0
    inside = [(p.start, p.end, p) for squad in squads for p in _during(model.periods.get(squad, ()), need)]
    marks = {need.start, need.end}
    for start, end, _ in inside:
        marks |= {max(start, need.start), min(end, need.end)}
    parts: list[Linear] = []
    for a, b in pairwise(sorted(marks)):
        running = [p for start, end, p in inside if start <= a and b <= end]
        heads = [var for p in running for c, var in model.tasked(p, task) if counts(c)]
        if not heads:
            parts.append(need.heads * minutes(b - a))
            continue
        missing = model.cp.new_int_var(0, need.heads, f"{name}/{need.place}/{a:%m%d%H%M}")
        model.cp.add(missing + sum(heads) >= need.heads)
        parts.append(minutes(b - a) * missing)
    return sum(parts)


def _during(periods: tuple[Period, ...], need: Need) -> tuple[Period, ...]:
    first = bisect_right(periods, need.start, key=lambda p: p.end)
    last = bisect_left(periods, need.end, key=lambda p: p.start)
    return periods[first:last]
