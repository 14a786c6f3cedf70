"""Time that what-if runs leave goes to those that did not come to the gap wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.whatif import Ending, Outcome
from scheduler.going_on import going_on, gone_on
from scheduler.progress import Options
from scheduler.runs import Landed, RunJob
from tests.constraints.kit import officer, tiny
from tests.scheduler.farming import roster_of

SCENARIO = tiny([officer("1")], count=1)


def job(key: str, gap: float = 0.08, seconds: float = 60.0) -> RunJob:
    return RunJob(key, SCENARIO, Options(seconds=seconds, gap=gap))


def landed(one: RunJob, objective: float, bound: float, seconds: float, ending: Ending = Ending.SOLVED) -> Landed:
    gap = (objective - bound) / objective
    outcome = Outcome(ending=ending, objective=objective, bound=bound, gap=gap, seconds=seconds)
    return Landed(key=one.key, outcome=outcome, result=roster_of(one))


def test_what_runs_leave_is_shared_by_those_that_are_short() -> None:
    jobs = [job(key) for key in ("near", "nearer", "short", "shorter", "none")]
    found = [
        landed(jobs[0], 100.0, 93.0, 40.0),
        landed(jobs[1], 100.0, 99.0, 15.0),
        landed(jobs[2], 100.0, 91.0, 61.0),
        landed(jobs[3], 100.0, 80.0, 60.0),
        landed(jobs[4], 100.0, 80.0, 60.0, Ending.NO_ROSTER),
    ]
    more = going_on(jobs, {one.key: one for one in found})
    assert set(more) == {"short", "shorter"}
    assert [one.options.seconds for one in more.values()] == [32.0, 32.0]  # half of 20 and 45 seconds, in whole ones
    assert len({*more, *(one.key for one in more.values())}) == 4
    for key, one in more.items():
        assert one.start is not None
        assert one.start.scenario is SCENARIO
        assert one.start.roster == next(x for x in found if x.key == key).result.roster  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("gap", "took", "options"),
    [
        (0.05, 57.0, Options(seconds=60.0, gap=0.08)),  # three seconds are too little
        (0.05, 20.0, Options(seconds=60.0)),  # all go to the end of their time
        (0.05, 20.0, Options(seconds=60.0, gap=0.08, deterministic=1.0)),
        (0.09, 20.0, Options(seconds=60.0, gap=0.08)),  # nobody came to it
    ],
)
def test_without_time_left_nobody_goes_on(gap: float, took: float, options: Options) -> None:
    jobs = [replace(job(key), options=options) for key in ("near", "short")]
    found = [landed(jobs[0], 100.0, 100.0 * (1 - gap), took), landed(jobs[1], 100.0, 85.0, 60.0)]
    assert going_on(jobs, {one.key: one for one in found}) == {}


def test_the_better_roster_and_the_higher_bound_stay() -> None:
    one, other = job("short"), job("short again")
    before, after = landed(one, 100.0, 90.0, 60.0), landed(other, 98.0, 89.0, 32.0)
    both = gone_on(before, after)
    assert both.key == "short"
    assert (both.outcome.objective, both.outcome.bound, both.outcome.seconds) == (98.0, 90.0, 92.0)
    assert both.outcome.gap == pytest.approx(8 / 98)
    assert both.result is not None
    assert (both.result.report.bound, both.result.report.scope) == (90.0, "short again")
    worse = gone_on(before, landed(other, 101.0, 95.0, 32.0))
    assert (worse.outcome.objective, worse.outcome.bound) == (100.0, 95.0)
    assert worse.result is not None
    assert worse.result.report.scope == "short"


def test_a_run_that_is_lost_on_its_way_on_changes_nothing() -> None:
    before = landed(job("short"), 100.0, 90.0, 60.0)
    assert gone_on(before, None) is before
    assert gone_on(before, Landed(key="again", outcome=Outcome(ending=Ending.LOST))) is before
