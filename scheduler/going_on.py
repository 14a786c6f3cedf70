"""What-if runs that go on: time that runs leave, as they came to the gap wanted, goes to those that did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor

from domain.whatif import Ending
from domain.words import Status
from scheduler.runs import Landed, RunJob, key_of
from scheduler.warm import Start

LEAST_MORE_SECONDS = 5
"""Seconds that a run must be given more to be worth it."""


def going_on(jobs: Sequence[RunJob], landed: Mapping[str, Landed]) -> dict[str, RunJob]:
    """Return by the key of each run that did not come to its gap the run that goes on from its roster and its bound.

    All get as many seconds of what the others have left; none where that is too little. A run without a clock or that
    goes to the end of its time anyway leaves nothing.
    """
    timed = {job.key: job for job in jobs if job.options.deterministic is None and job.options.gap > 0}
    done = {key: landed[key] for key in timed if key in landed and landed[key].outcome.ending is Ending.SOLVED}
    spare, short = 0.0, []
    for key, found in done.items():
        if found.outcome.gap is not None and found.outcome.gap <= timed[key].options.gap:
            spare += max(0.0, timed[key].options.seconds - found.outcome.seconds)
        else:
            short.append(key)
    seconds = floor(spare / len(short)) if short else 0
    if seconds < LEAST_MORE_SECONDS:
        return {}
    return {key: _more(timed[key], done[key], float(seconds)) for key in short}


def _more(job: RunJob, found: Landed, seconds: float) -> RunJob:
    """Return a run of the same scenario that starts from what was found."""
    options = replace(job.options, seconds=seconds)
    start = None if found.result is None else Start(job.scenario, found.result.roster, found.taught)
    key = key_of(job.scenario, options, job.hourly_pay, job)
    return replace(job, key=key, options=options, after=None, start=start)


def gone_on(before: Landed, after: Landed | None) -> Landed:
    """Return what a run came to that went on: the better roster, the higher bound, the seconds of both."""
    old, new = before.outcome, after.outcome if after is not None else None
    if after is None or new is None or after.result is None or new.objective is None or old.objective is None:
        return before
    best = after if new.objective <= old.objective else before
    objective = min(new.objective, old.objective)
    bound = min(objective, max(new.bound or 0.0, old.bound or 0.0))
    gap = (objective - bound) / objective if objective else 0.0
    status = Status.OPTIMAL if objective - bound < 1e-6 else Status.FEASIBLE
    changed = {"status": status, "bound": bound, "gap": gap}
    result = best.result
    if result is not None:
        result = result.model_copy(update={"report": result.report.model_copy(update=changed)})
    outcome = best.outcome.model_copy(update={**changed, "seconds": old.seconds + new.seconds})
    return best.model_copy(update={"key": before.key, "outcome": outcome, "result": result})
