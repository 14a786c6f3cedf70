"""Lines and columns decided together: a wish that other heads would meet is met, and duties still fit the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, time, timedelta

import pytest

from domain.limits import Limits as HoursLimits
from domain.scenario import Lock, Request, Scenario
from domain.words import DutyKind, LockKind
from scheduler import exchange
from scheduler.audit import audit, hard, points
from scheduler.days import Days, Month
from scheduler.decided import Decided
from scheduler.exchange import exchanged
from scheduler.finish import assemble
from scheduler.job import Job
from scheduler.parts import DECIDING, Clock
from scheduler.solve import Limits
from scheduler.stages import from_heads
from tests.constraints.joint import HOUR
from tests.constraints.kit import officer, tiny
from tests.scheduler.kit import lock, post, shift_on
from tests.scheduler.test_days import always, scarce

LIMITS = Limits(seconds=None, deterministic=2.0, threads=1)


def at_post(scenario: Scenario, day: int) -> Lock:
    """Lock the officer to the post, 08:00-10:00."""
    more = {"shift": "E", "duty": DutyKind.POST, "place": "P", "start": time(8), "length": 2 * HOUR}
    return lock(LockKind.DUTY, scenario.dates[day], officer="1", **more)


def wishing(day: int) -> Scenario:
    """Return one officer for four dates with a post, who works three of them at most and wishes one of them off."""
    own = HoursLimits(officer="1", most_hours=timedelta(hours=24))
    plain = tiny([officer("1")], count=4, posts=(post(),), limits=(own,))
    return plain.model_copy(update={"requests": (Request(officer="1", date=plain.dates[day], shift=None, weight=5),)})


def generated(scenario: Scenario) -> tuple[Days, Month]:
    days = Days(scenario, [rule for rule in DECIDING if rule.id != "S11"], ("A",))
    return days, days.run(always, rounds=30, steady=2)


def off_on(scenario: Scenario, day: int) -> Decided:
    """Return the officer at work on all dates but one, without duties."""
    return Decided(shifts=frozenset(("1", shift_on(scenario, n, "E")) for n in range(4) if n != day))


def bettered(scenario: Scenario, known: Decided) -> Decided:
    days, _ = generated(scenario)
    found = exchanged(scenario, Job(("A",), LIMITS), days, known, LIMITS)
    assert found is not None
    assert found.fitted == frozenset(scenario.dates)
    return found.known


@pytest.mark.parametrize("day", [0, 3])
def test_a_date_gives_up_its_heads_for_those_that_meet_a_wish(day: int) -> None:
    """The post stands empty on one date whichever way; the officer wishes that it were another one."""
    scenario = wishing(day)
    known = off_on(scenario, 1)
    before, after = (
        points(audit(scenario, assemble(scenario, k, ()), rules=DECIDING))
        for k in (fitted(scenario, known), bettered(scenario, known))
    )
    assert {shift.day for _, shift in bettered(scenario, known).shifts} == set(scenario.dates) - {scenario.dates[day]}
    assert before - after == pytest.approx(5 + 4)  # and no single workday is left (S09)


def fitted(scenario: Scenario, known: Decided) -> Decided:
    """Return lines with the duties that their heads can do."""
    days, _ = generated(scenario)
    group = next(iter(days.people))
    columns = days.fitted(Counter((group, shift) for _, shift in known.shifts))
    return Decided(shifts=known.shifts, staff={key: n for c in columns for key, n in c.staff.items()})


def test_what_comes_of_it_is_lawful_and_costs_no_more() -> None:
    scenario = scarce()
    job = Job(("A",), LIMITS)
    known = from_heads(scenario, job, Clock(LIMITS)).decided
    assert known is not None
    found = bettered(scenario, known)
    before, after = (audit(scenario, assemble(scenario, k, ()), rules=DECIDING) for k in (known, found))
    assert not hard(after)
    assert points(after) <= points(before)


def test_dates_on_which_duties_say_who_may_work_keep_their_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = wishing(0)
    asked: list[Collection[date]] = []
    cheap = exchange._cheap
    monkeypatch.setattr(exchange, "_cheap", lambda days, there, free: asked.append(free) or cheap(days, there, free))
    held = scenario.model_copy(update={"locks": (at_post(scenario, 0),)})
    assert ("1", shift_on(held, 0, "E")) in bettered(held, fitted(held, off_on(held, 1))).shifts
    assert asked == [frozenset(held.dates[1:])]


def test_columns_too_dear_are_no_choice() -> None:
    days, _ = generated(scarce())
    for day in days.days:
        every = days.cheapest(day, 1e12)
        assert {id(c) for c in every} == {id(c) for c in day.columns}
        near = days.cheapest(day, 0.0)
        assert near
        assert all(c is every[n] for n, c in enumerate(near))
