"""Reading and compiling stays quick where a year has hundreds of dates and dozens of shifts."""

from __future__ import annotations

from datetime import timedelta

from constraints.base import GRAIN
from domain.limits import Cover, Limits, Succession
from domain.scenario import Scenario, Shift
from scheduler.bench import policy
from scheduler.line_model import line_model
from scheduler.line_steps import walk_of
from scheduler.line_ties import ties
from tests.constraints.kit import tiny
from tests.scheduler.line_kit import person

WEEKS = 26


def half_a_year() -> Scenario:
    """A year's half with 6 shifts a day, of which none may be followed by an earlier one."""
    scenario = tiny([person(str(n)) for n in range(1, 4)], count=7 * WEEKS, policy=policy())
    first = scenario.shifts[0]
    shifts = tuple(first.model_copy(update={"id": f"T{n}", "name": f"T{n}"}) for n in range(6))
    limits = tuple(
        Limits(officer=o.id, most_days=5, least_days=2, least_rest_days=2, most_weekends=13, most_hours=timedelta(900))
        for o in scenario.officers
    )
    barred = tuple(Succession(first=_id(shifts, n), then=_id(shifts, m)) for n in range(6) for m in range(n))
    covers = tuple(
        Cover(squad="A", shift=s.id, heads=1, under=100, over=1, first=scenario.first, end=scenario.end) for s in shifts
    )
    changed = {"shifts": shifts, "limits": limits, "successions": barred, "covers": covers}
    return scenario.model_copy(update=changed)


def _id(shifts: tuple[Shift, ...], n: int) -> str:
    return shifts[n].id


def test_dates_that_look_alike_share_one_step() -> None:
    scenario = half_a_year()
    walk = walk_of(line_model(scenario, scenario.officers[0]))
    assert len(walk.steps) == 7 * WEEKS
    assert len({id(step) for step in walk.steps}) < 40


def test_ties_make_a_variable_of_the_heads_and_none_of_each_officer() -> None:
    scenario = half_a_year()
    tied = ties(scenario)
    assert tied.totals == 6 * 7 * WEEKS
    assert len({id(table) for table in tied.adds}) == 1
    assert all(len(row.totals) == 1 for row in tied.rows)
    assert {aux.cost for aux in tied.aux} == {GRAIN, 100 * GRAIN}
