"""When a hotspot is open on a day, from the rows of its hours."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.calendar import Day, OpenWindow, minutes

if TYPE_CHECKING:
    from domain.scenario import Hotspot


def open_windows(hotspot: Hotspot, day: Day) -> tuple[OpenWindow, ...]:
    """Return the open windows of a hotspot that begin on a day, in time order; rows that touch or overlap are one."""
    rows = [
        (start := datetime.combine(day.date, row.start), start + row.length, row.weight)
        for row in hotspot.hours
        if row.days.matches(day)
    ]
    marks = sorted({mark for start, end, _ in rows for mark in (start, end)})
    runs: list[list[tuple[datetime, datetime, int]]] = []
    for a, b in zip(marks, marks[1:], strict=False):
        weight = max((w for start, end, w in rows if start <= a and b <= end), default=None)
        if weight is None:
            continue
        if runs and runs[-1][-1][1] == a:
            runs[-1].append((a, b, weight))
        else:
            runs.append([(a, b, weight)])
    found = []
    for run in runs:
        start, end = run[0][0], run[-1][1]
        total = sum(weight * minutes(b - a) for a, b, weight in run)
        wanted = max(1, (end - start) // hotspot.visit_every)
        found.append(OpenWindow(start, end, hotspot.id, day.date, 100 * total // minutes(end - start), wanted))
    return tuple(found)
