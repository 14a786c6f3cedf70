"""Lines and duties of a part: what is asked for and cannot be is priced, and nothing chosen is no obstacle."""

from __future__ import annotations

from typing import Any

import pytest

from domain.words import Status
from scheduler import stages
from scheduler.days import Days, Month
from scheduler.job import Job
from scheduler.parts import DECIDING, Clock
from scheduler.solve import Limits
from scheduler.stages import _dearer, _lines
from tests.scheduler.test_days import always, scarce

LIMITS = Limits(seconds=None, deterministic=0.5, threads=1)


def test_lines_match_the_heads_of_columns_that_fit_together() -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    month = days.run(always, rounds=30)
    found, columns = _lines(scenario, Job(("A",), LIMITS), Clock(LIMITS), days, month)
    assert found.decided is not None
    assert sum(c.cost for c in columns) >= month.bound


def test_lines_are_found_where_no_columns_fit_together() -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    found, columns = _lines(scenario, Job(("A",), LIMITS), Clock(LIMITS), days, Month((), None, 0.0, 0.0))
    assert found.decided is not None
    assert len(columns) == len(scenario.dates)


def test_a_head_short_is_priced_at_what_its_day_loses() -> None:
    days = Days(scarce(), DECIDING, ("A",))
    month = days.run(always, rounds=30)
    heads = {key: n for column in month.columns for key, n in column.heads.items()}
    assert _dearer(month, days.fitted(heads), heads) == {}
    busy = next(c for c in month.columns if c.heads)
    left = {key: n for key, n in heads.items() if key not in busy.heads}
    fitted = days.fitted(left)
    lost = next(c.cost for c in fitted if c.day == busy.day) - busy.cost
    assert lost > 0
    assert _dearer(month, fitted, left) == {busy.day: lost // sum(busy.heads.values())}


@pytest.mark.parametrize("vain", [1, 2])
def test_lines_that_were_not_found_in_time_are_sought_once_more(monkeypatch: pytest.MonkeyPatch, vain: int) -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    month = days.run(always, rounds=30)
    asked: list[Limits] = []

    def late(built: Any, limits: Limits, **rest: Any) -> stages.Outcome:
        asked.append(limits)
        late = len(asked) <= vain
        return stages.Outcome(Status.UNKNOWN, None, None, None) if late else solve(built, limits, **rest)

    solve = stages.solve
    monkeypatch.setattr(stages, "solve", late)
    limits = Limits(seconds=1.0, threads=1)
    found, _ = _lines(scenario, Job(("A",), limits), Clock(limits), days, month)
    assert [(limits.seconds, limits.first) for limits in asked[1 : vain + 1]] == [
        (stages.LINES_SECONDS, False),
        (stages.PATIENT_SECONDS, True),
    ][:vain]
    assert found.decided is not None
