"""Duties beneath known lines: kept as found where they fit, and sought on the dates that need it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from constraints.base import Task
from constraints.s20_duty_switches import least_switches_by_shift
from domain.calendar import OpenWindow
from domain.roster import Roster, Visits
from domain.scenario import PastRemediation, Scenario
from domain.words import DutyKind, LockKind
from scheduler import duties, parallel
from scheduler.audit import audit, hard, points
from scheduler.days import Days
from scheduler.decided import Decided, visits_of
from scheduler.duties import anew, decisive, posted, with_duties
from scheduler.finish import assemble
from scheduler.job import Job, Way
from scheduler.parts import DECIDING, NAMING, Clock
from scheduler.polish import at_work
from scheduler.solve import Limits, Outcome, solve
from scheduler.stages import _lines, run
from tests.constraints.joint import candidate, hotspot, on
from tests.constraints.kit import EARLY, LATE, NIGHT, at, officer, tiny
from tests.scheduler.kit import lock, post, shift_on
from tests.scheduler.test_days import always, scarce

LIMITS = Limits(seconds=None, deterministic=0.5, threads=1)


def lined(scenario: Scenario, job: Job) -> tuple[Decided, frozenset[Any]]:
    """Return lines with the heads and visits that fit them, and the dates of these."""
    days = Days(scenario, DECIDING, job.squads, candidates=job.candidates, frozen=job.frozen)
    found = _lines(scenario, job, Clock(LIMITS), days, days.run(always, rounds=30))
    lines, columns = found.lines, found.columns
    assert lines.decided is not None
    staff = {key: n for column in columns for key, n in column.staff.items()}
    visits = {key: n for column in columns for key, n in column.visits.items()}
    return replace(lines.decided, staff=staff, visits=visits), frozenset(c.day for c in columns)


def cost(scenario: Scenario, known: Decided) -> float:
    findings = audit(scenario, assemble(scenario, known, ()), rules=DECIDING)
    assert not hard(findings)
    return points(findings)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Outcome]]:
    """Return the variables and the answer of every model that is solved."""
    found: list[tuple[int, Outcome]] = []

    def counted(built: Any, limits: Limits, **rest: Any) -> Outcome:
        outcome = solve(built, limits, **rest)
        found.append((len(built.model.staff), outcome))
        return outcome

    monkeypatch.setattr(duties, "solve", counted)
    return found


def test_heads_that_fit_day_by_day_are_kept_without_a_search(asked: list[tuple[int, Outcome]]) -> None:
    scenario, job = scarce(), Job(("A",), LIMITS)
    known, fitted = lined(scenario, job)
    known = replace(known, uses=frozenset({("no such vehicle", "C")}))  # what lines say of the rest need not fit
    found = with_duties(scenario, job, Clock(LIMITS), known, fitted)
    assert [staff for staff, _ in asked] == [0]  # nothing is left to decide
    assert found.decided is not None
    assert (found.decided.staff, found.decided.visits) == (known.staff, known.visits)
    assert (found.decided.shifts, found.decided.uses) == (known.shifts, frozenset())


def test_a_date_without_fitting_heads_is_sought_alone(asked: list[tuple[int, Outcome]]) -> None:
    scenario, job = scarce(), Job(("A",), LIMITS)
    known, fitted = lined(scenario, job)
    lost = next(key[1].start.date() for key, n in known.staff.items() if n)
    bare = replace(known, staff={key: n for key, n in known.staff.items() if key[1].start.date() != lost})
    found = with_duties(scenario, job, Clock(LIMITS), bare, fitted - {lost})
    assert found.decided is not None
    assert 0 < asked[0][0] < len(posted(scenario, job).model.staff)
    assert cost(scenario, found.decided) == cost(scenario, known) < cost(scenario, bare)


def test_shifts_are_opened_where_no_duties_fit_them(asked: list[tuple[int, Outcome]]) -> None:
    """The lock asks for officer 1 at the post on the second date, when the lines let both rest."""
    day = on(1)
    lock_ = lock(LockKind.DUTY, day, officer="1", duty=DutyKind.POST, place="P", start=at(day, "08:00").time())
    scenario = scarce(locks=(lock_.model_copy(update={"length": timedelta(hours=2)}),))
    job = Job(("A",), LIMITS)
    known, fitted = lined(scenario, job)
    idle = frozenset(key for key in known.shifts if key[1].day != day)
    found = with_duties(scenario, job, Clock(LIMITS), replace(known, shifts=idle), fitted - {day})
    assert [outcome.decided is None for _, outcome in asked] == [True, False]
    assert found.decided is not None
    assert {key for key in found.decided.shifts if key[1].day != day} == idle
    cost(scenario, found.decided)  # no hard breach


def test_nothing_is_found_where_no_shifts_may_be_opened() -> None:
    day = on(1)
    scenario = scarce(
        locks=(lock(LockKind.DUTY, day, officer="1", duty=DutyKind.PATROL, start=at(day, "10:00").time()),)
    )
    job = Job(("A",), LIMITS)
    known, fitted = lined(scenario, job)
    idle = frozenset(key for key in known.shifts if key[1].day != day)
    found = with_duties(scenario, job, Clock(LIMITS), replace(known, shifts=idle), fitted)
    assert found.decided is None


def border() -> tuple[Scenario, Job, OpenWindow]:
    """Return a squad, a neighbour that makes all visits to their border on the first date, and that window."""
    spot = hotspot("H", "A", "B", clock="17:00", open_for=2)
    people = [officer("1"), officer("2"), officer("3", "B")]
    scenario = tiny(people, count=4, hotspots=(spot,), posts=(post("P"),))
    window = scenario.open_windows("H", on(0))[0]
    theirs = Visits(squad="B", hotspot="H", start=window.start, count=window.wanted)
    return scenario, Job(("A",), LIMITS, frozen=Roster(visits=(theirs,))), window


def test_visits_made_twice_over_are_looked_at(asked: list[tuple[int, Outcome]]) -> None:
    scenario, job, window = border()
    known, fitted = lined(scenario, job)
    double = replace(known, visits={**known.visits, ("A", window): 1})
    found = with_duties(scenario, job, Clock(LIMITS), double, fitted)
    assert asked[0][0] > 0
    assert found.decided is not None
    assert not any(row.start == window.start for row in visits_of(found.decided))
    far = {key: n for key, n in known.visits.items() if key[1].day != on(0)}
    assert {key: n for key, n in found.decided.visits.items() if key[1].day != on(0)} == far


def test_heads_that_cannot_be_are_sought_anew_beneath_the_same_shifts(asked: list[tuple[int, Outcome]]) -> None:
    scenario, job, window = border()
    known, fitted = lined(scenario, job)
    crowd = replace(
        known, staff={key: 100 * n for key, n in known.staff.items() if key[1].start.date() == scenario.first}
    )
    found = with_duties(scenario, job, Clock(LIMITS), replace(crowd, visits={**known.visits, ("A", window): 1}), fitted)
    assert [outcome.decided is None for _, outcome in asked] == [True, False]
    assert found.decided is not None
    assert found.decided.shifts == known.shifts
    assert max(found.decided.staff.values()) == 1


@pytest.mark.parametrize(("made", "looked_at"), [(0, {0, 1, 2, 3}), (1, set())])
def test_visits_missing_over_several_dates_are_looked_at(made: int, looked_at: set[int]) -> None:
    """A visit is owed within the four dates from the 15th day after the remediation on."""
    past = PastRemediation(id="X", group="G", hotspot="H", host="A", date=on(-15))
    scenario = scarce(past_remediations=(past,))
    window = scenario.open_windows("H", on(2))[0]
    known = Decided(visits={("A", window): made})
    job = Job(("A",), LIMITS)
    assert duties._linked(scenario, job, known) == {on(n) for n in looked_at}


@pytest.mark.parametrize(("shifts", "expected"), [((EARLY, LATE), {1}), ((EARLY, NIGHT), {0, 1, 2})])
def test_days_of_remediations_decide_who_may_work(shifts: Any, expected: set[int]) -> None:
    scenario = tiny([officer("1")], count=4, shifts=shifts, hotspots=(hotspot(),))
    job = Job(("A",), LIMITS, candidates=(candidate(on(1)),))
    assert decisive(scenario, job) == {on(n) for n in expected}


def test_locked_duties_decide_who_may_work_where_they_are_of_the_part() -> None:
    locks = (
        lock(LockKind.DUTY, on(1), officer="1", duty=DutyKind.PATROL),
        lock(LockKind.DUTY, on(2), officer="2", duty=DutyKind.PATROL),
        lock(LockKind.REST, on(3), officer="1"),
    )
    scenario = tiny([officer("1"), officer("2", "B")], count=4, locks=locks)
    assert decisive(scenario, Job(("A",), LIMITS)) == {on(1)}


def test_heads_missing_on_other_dates_are_no_part_of_the_gap(asked: list[tuple[int, Outcome]]) -> None:
    for heads in (1, 9):
        scenario, job = scarce(posts=(post("P", heads=heads),), hotspots=()), Job(("A",), LIMITS)
        known, fitted = lined(scenario, job)
        with_duties(scenario, job, Clock(LIMITS), known, fitted)
    assert asked[0][1].cost == asked[1][1].cost


def swapping(*, crossing: bool = False) -> tuple[Scenario, Job, Decided]:
    """Return two officers of two classes who change posts when the window of a hotspot opens, for nothing."""
    people = (officer("A1"), officer("A2", certified=False))
    posts = tuple(post(name, "A", clock="06:00", hours=8) for name in "PQ")
    spot = hotspot("H", "A", clock="10:00", open_for=4)
    scenario = tiny(people, shifts=(EARLY, NIGHT) if crossing else (EARLY,), count=2, posts=posts, hotspots=(spot,))
    there = frozenset((o.id, shift_on(scenario, n, "E")) for o in people for n in range(2))
    days = Days(scenario, DECIDING, ("A",), switches=least_switches_by_shift)
    columns = days.fitted(at_work(days.people, Decided(shifts=there)))
    other = {"P": "Q", "Q": "P"}
    staff = {
        (group, p, replace_place(task, other.get(task.place, task.place)) if p.start.hour >= 10 else task): n
        for column in columns
        for (group, p, task), n in column.staff.items()
    }
    return scenario, Job(("A",), LIMITS), Decided(shifts=there, staff=staff)


def replace_place(task: Task, place: str) -> Task:
    return task._replace(place=place)


def named(scenario: Scenario, known: Decided) -> float:
    return points(audit(scenario, assemble(scenario, known, ()), rules=NAMING))


def test_duties_anew_spare_the_changes_of_post_that_heads_can_do_without() -> None:
    scenario, job, known = swapping()
    days = Days(scenario, DECIDING, ("A",), switches=least_switches_by_shift)
    found = anew(scenario, job, known, days.fitted(at_work(days.people, known)))
    assert found.shifts == known.shifts
    assert cost(scenario, found) == cost(scenario, known)
    assert named(scenario, found) < named(scenario, known)


def test_moving_lines_about_for_wishes_and_heads_that_stand_end_with_duties_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario, job, known = swapping()
    monkeypatch.setattr(parallel, "_scenario", scenario)
    for way in (Way.WISHES, Way.HEADS):
        found = run(replace(job, known=known, way=way)).decided
        assert found is not None
        assert named(scenario, found) < named(scenario, known)


def test_duties_stay_where_they_say_who_may_work_or_reach_into_the_next_date() -> None:
    scenario, job, known = swapping()
    days = Days(scenario, DECIDING, ("A",), switches=least_switches_by_shift)
    columns = days.fitted(at_work(days.people, known))
    locked = scenario.model_copy(
        update={"locks": (lock(LockKind.DUTY, scenario.first, officer="A1", duty=DutyKind.POST, place="P"),)}
    )
    found = anew(locked, job, known, columns)
    by_date = [
        {key: n for key, n in one.staff.items() if key[1].start.date() == scenario.first} for one in (found, known)
    ]
    assert by_date[0] == by_date[1]
    assert found.staff != known.staff
    scenario, job, known = swapping(crossing=True)
    assert anew(scenario, job, known, columns) == known
