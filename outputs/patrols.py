"""Patrol pairs of the squads over time, and which visits they can make.

A pair is two people of one squad on patrol or holding, at least one of them certified. A visit takes the dose and the
travel; the pairs work through the open windows by earliest deadline, and what they finish in time is supported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from domain.calendar import OpenWindow, minutes
from domain.words import DutyKind

if TYPE_CHECKING:
    from domain.roster import Roster, Visits
    from domain.scenario import Scenario

PATROLLING = (DutyKind.PATROL, DutyKind.HOLDING)


class Step(NamedTuple):
    """A stretch [start, end) in which a squad has the same number of people and pairs out."""

    start: datetime
    end: datetime
    people: int
    certified: int

    @property
    def pairs(self) -> int:
        """How many pairs the people make."""
        return min(self.people // 2, self.certified)


class Job(NamedTuple):
    """Visits owed to one window: ``work_min`` of them in pair-minutes; sorts by deadline."""

    end: datetime
    start: datetime
    work_min: int


def patrol_steps(scenario: Scenario, roster: Roster) -> dict[str, tuple[Step, ...]]:
    """Return each squad's stretches with people on patrol or holding, in time order; empty stretches are left out."""
    changes: dict[str, dict[datetime, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for duty in roster.duties:
        officer = scenario.officer_by_id.get(duty.officer)
        if duty.kind in PATROLLING and officer is not None:
            for moment, sign in ((duty.start, 1), (duty.end, -1)):
                change = changes[officer.squad][moment]
                change[0] += sign
                change[1] += sign * officer.certified
    return {squad: _accumulate(found) for squad, found in changes.items()}


def _accumulate(changes: dict[datetime, list[int]]) -> tuple[Step, ...]:
    steps, people, certified = [], 0, 0
    moments = sorted(changes)
    for start, end in zip(moments, moments[1:], strict=False):
        people += changes[start][0]
        certified += changes[start][1]
        if people > 0:
            steps.append(Step(start, end, people, certified))
    return tuple(steps)


def during(steps: Sequence[Step], start: datetime, end: datetime) -> tuple[Step, ...]:
    """Return the stretches cut to [start, end), gaps without anyone filled in."""
    found, clock = [], start
    for step in steps:
        if step.end <= start or step.start >= end:
            continue
        begin, stop = max(step.start, start), min(step.end, end)
        if clock < begin:
            found.append(Step(clock, begin, 0, 0))
        found.append(Step(begin, stop, step.people, step.certified))
        clock = stop
    if clock < end:
        found.append(Step(clock, end, 0, 0))
    return tuple(found)


def feasible(jobs: Sequence[Job], steps: Sequence[Step]) -> bool:
    """Return whether the pairs of ``steps`` finish all jobs inside their windows, earliest deadline first.

    Work may be split among pairs and over time, as the model counts pair-minutes; then earliest deadline first misses
    a window only if nothing could have kept all of them.
    """
    ordered = sorted(jobs)
    left = [job.work_min for job in ordered]
    marks = sorted({mark for job in ordered for mark in (job.start, job.end)})
    for begin, stop in zip(marks, marks[1:], strict=False):
        supply = sum(s.pairs * minutes(s.end - s.start) for s in during(steps, begin, stop))
        for n, job in enumerate(ordered):
            if job.start <= begin and stop <= job.end:
                used = min(supply, left[n])
                left[n] -= used
                supply -= used
    return not any(left)


def supported(scenario: Scenario, roster: Roster, visit: timedelta) -> tuple[Visits, ...]:
    """Return the roster's visits without those its patrols cannot make, lightest windows dropped first.

    ``visit`` is what one visit takes, travel included. Every start must be that of an open window of the hotspot.
    """
    steps = patrol_steps(scenario, roster)
    by_squad: dict[str, list[tuple[OpenWindow, int]]] = defaultdict(list)
    for row in roster.visits:
        by_squad[row.squad].append((window_at(scenario, row.hotspot, row.start), row.count))
    kept: dict[tuple[str, str, datetime], int] = {}
    for squad, wanted in by_squad.items():
        for cluster in _clusters(wanted):
            span = min(w.start for w, _ in cluster), max(w.end for w, _ in cluster)
            for window, count in _fit(cluster, during(steps.get(squad, ()), *span), minutes(visit)):
                kept[squad, window.hotspot, window.start] = count
    counted = ((row, kept[row.squad, row.hotspot, row.start]) for row in roster.visits)
    return tuple(row if row.count == n else row.model_copy(update={"count": n}) for row, n in counted if n)


def window_at(scenario: Scenario, hotspot: str, start: datetime) -> OpenWindow:
    """Return the open window of a hotspot that begins at ``start``; LookupError where there is none."""
    for window in scenario.open_windows(hotspot, start.date()):
        if window.start == start:
            return window
    raise LookupError(f"{hotspot} has no open window from {start}")


def _clusters(wanted: list[tuple[OpenWindow, int]]) -> list[list[tuple[OpenWindow, int]]]:
    """Return the windows in runs that overlap: what does not overlap does not compete for pairs."""
    found: list[list[tuple[OpenWindow, int]]] = []
    for item in sorted(wanted):
        if not found or item[0].start >= max(window.end for window, _ in found[-1]):
            found.append([])
        found[-1].append(item)
    return found


def _fit(cluster: list[tuple[OpenWindow, int]], steps: Sequence[Step], visit_min: int) -> list[tuple[OpenWindow, int]]:
    """Return how many visits of each window the pairs can make, heavier windows served before lighter ones."""
    if feasible([_job(window, count, visit_min) for window, count in cluster], steps):
        return cluster
    fixed: list[Job] = []
    found = []
    for window, count in sorted(cluster, key=lambda item: (-item[0].weight_cents, item[0])):
        made = count
        while made and not feasible([*fixed, _job(window, made, visit_min)], steps):
            made -= 1
        fixed.append(_job(window, made, visit_min))
        found.append((window, made))
    return found


def _job(window: OpenWindow, count: int, visit_min: int) -> Job:
    return Job(window.end, window.start, count * visit_min)
