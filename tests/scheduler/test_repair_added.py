"""Remediations in a repair: sudden ones take whom they should, those of frozen and locked days stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ortools.sat.python.cp_model import CpModel, CpSolver, CpSolverStatus

from domain.calendar import DAY
from domain.roster import Assignment, Duty, Remediation, Roster, VehicleUse
from domain.scenario import Absence, Designated, Lock, Scenario, Squad, Vehicle
from domain.words import AbsenceKind, DutyKind, LockKind, RemediationKind, SquadKind, VehicleKind
from scheduler import levels
from scheduler.audit import audit, hard
from scheduler.levels import Unsolvable
from scheduler.repair import Repair, Wanted, repair
from scheduler.solve import Limits
from tests.constraints.joint import HOUR, candidate, group, holding, joint
from tests.constraints.kit import MONDAY, at
from tests.scheduler.kit import post, squad_of

SQUADS = (
    Squad(id="A", name="squad A", kind=SquadKind.STREET),
    Squad(id="B", name="squad B", kind=SquadKind.STREET),
    Squad(id="M", name="mobile", kind=SquadKind.MOBILE),
)
POST, PLACE = "P", "H"


def three_squads(**more: object) -> Scenario:
    """Return squads A and B of group G and mobile squad M of four each, three days, and a post of A at 10:00."""
    people = tuple(o for s in SQUADS for o in squad_of(4, s.id))
    values = {
        "count": 3,
        "squads": SQUADS,
        "groups": (group(min_remediations=0, target_vehicles=0),),
        "posts": (post(POST, "A", clock="10:00", hours=1),),
    }
    return joint(people, **values | more)


def at_work(scenario: Scenario, held: Sequence[Remediation] = ()) -> Roster:
    """Return the roster in which all work early every day, A2 stands at the post and nobody else has a task."""
    shifts = [Assignment(officer=o.id, day=on, shift="E") for on in scenario.dates for o in scenario.officers]
    duties = [d for a in shifts for d in _day(scenario, a.officer, a.day, held)]
    return Roster(shifts=tuple(shifts), duties=tuple(duties), remediations=tuple(held))


def _day(scenario: Scenario, officer: str, on: date, held: Sequence[Remediation]) -> Iterator[Duty]:
    span = scenario.shift_day("E", on)
    there = next((r for r in held if officer in r.participants and r.start.date() == on), None)
    start, end, kind, place = span.start, span.start, DutyKind.PATROL, None
    if there is not None:
        start, end, kind, place = there.start, there.end, DutyKind.REMEDIATION, there.id
    elif officer == "A2" and scenario.posts:
        start, end, kind, place = at(on, "10:00"), at(on, "11:00"), DutyKind.POST, POST
    for begin, stop, what, where in (
        (span.start, start, DutyKind.PATROL, None),
        (start, end, kind, place),
        (end, span.end, DutyKind.PATROL, None),
    ):
        if begin < stop:
            yield Duty(officer=officer, day=on, start=begin, end=stop, kind=what, place=where)


def order(heads: int, *, kind: RemediationKind = RemediationKind.ADHOC) -> Designated:
    return Designated(
        id="T1", group="G", hotspot=PLACE, first=MONDAY + DAY, end=MONDAY + 2 * DAY, start=at(MONDAY, "10:00").time(),
        length=HOUR, squads=("A", "B"), heads=heads, vehicles=0, kind=kind, reason="12319",
    )  # fmt: skip


def repaired(scenario: Scenario, roster: Roster, **more: object) -> Repair:
    wanted = Wanted(**{"first": MONDAY + DAY, "threads": 1, "seconds": 120.0, **more})  # type: ignore[arg-type]
    return repair(scenario, roster, roster, wanted)


def test_a_sudden_remediation_takes_patrols_before_posts_and_mobile_squads_before_others() -> None:
    scenario = three_squads()
    roster = at_work(scenario)
    assert not hard(audit(scenario, roster))
    done = repaired(scenario, roster, orders=(order(6),))
    (held,) = done.roster.remediations
    assert held.designated == "T1"
    assert not hard(audit(done.scenario, done.roster))
    assert sorted(p[0] for p in held.participants) == ["A", "A", "B", "B", "M", "M"]
    assert "A2" not in held.participants
    assert [d.officer for d in done.roster.duties if d.kind is DutyKind.POST and d.day == MONDAY + DAY] == ["A2"]
    assert done.levels.shortfalls.value == 0
    assert (done.levels.days.value, done.levels.duties.value) == (0, 6)
    assert done.levels.days.proven


def test_a_remediation_larger_than_the_mobile_squads_still_leaves_the_post_manned() -> None:
    scenario = three_squads()
    done = repaired(scenario, at_work(scenario), orders=(order(11),))
    (held,) = done.roster.remediations
    assert len(held.participants) == 11
    assert "A2" not in held.participants


def test_a_new_remediation_whose_holding_is_due_beyond_the_days_around_it_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The objective is asked of the days around the changes; visits on later days count for the holding."""
    monkeypatch.setattr(levels, "AROUND", 0)
    scenario = three_squads()
    done = repaired(scenario, at_work(scenario), orders=(order(6),))
    assert [r.designated for r in done.roster.remediations] == ["T1"]
    assert done.levels.shortfalls.value == 0
    assert not hard(audit(done.scenario, done.roster))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    away=st.sets(st.sampled_from(["A1", "A2", "A3", "B1", "B2", "M1"]), min_size=1, max_size=4),
    day=st.integers(1, 2),
)
def test_remediations_of_frozen_days_keep_their_people_times_and_rows(away: set[str], day: int) -> None:
    """Those of days before the first that may change, whoever of their people is absent later."""
    scenario = three_squads(groups=(group(min_remediations=0, target_vehicles=0, target_heads=5),))
    plans = [(MONDAY, "A1 A3 B1 B2 M1"), (MONDAY + day * DAY, "A1 A4 B1 B3 M1")]
    held = [holding(candidate(on, helpers=("M",), target_heads=5), *people.split()) for on, people in plans]
    roster = at_work(scenario, held)
    absent = tuple(
        Absence(officer=o, kind=AbsenceKind.SICK, start=MONDAY + day * DAY, end=MONDAY + (day + 1) * DAY) for o in away
    )
    try:
        done = repaired(scenario, roster, absences=absent)
    except Unsolvable as nothing:
        if not nothing.proven:
            raise
        return
    assert held[0] in done.roster.remediations
    assert _of(done.roster, MONDAY) == _of(roster, MONDAY)
    for now in done.roster.remediations[1:]:
        assert now.start.date() > MONDAY
        assert not away & set(now.participants) or now.start.date() != MONDAY + day * DAY


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(away=st.sets(st.sampled_from(["A3", "A4", "B2", "B3", "M1"]), min_size=1, max_size=3))
def test_a_locked_remediation_keeps_its_time_and_place_and_locked_days_their_shifts(away: set[str]) -> None:
    scenario = three_squads()
    there = holding(candidate(MONDAY + DAY, helpers=("M",)), "A1", "A3", "B1", "B2", "M1")
    roster = at_work(scenario, [there])
    locks = (
        Lock(
            id="K1", kind=LockKind.REMEDIATION, date=there.start.date(), group="G", place=PLACE,
            start=there.start.time(),
        ),
        *(
            Lock(id=f"K-{o}", kind=LockKind.SHIFT, date=MONDAY + DAY, officer=o, shift="E")
            for o in ("A1", "A2", "B1", "B4", "M2")
        ),
    )  # fmt: skip
    locked = scenario.model_copy(update={"locks": locks})
    absent = tuple(Absence(officer=o, kind=AbsenceKind.SICK, start=MONDAY + DAY, end=MONDAY + 2 * DAY) for o in away)
    try:
        done = repaired(locked, roster, absences=absent)
    except Unsolvable as nothing:
        if not nothing.proven:
            raise
        return
    (now,) = done.roster.remediations
    assert (now.id, now.start, now.end, now.hotspot) == (there.id, there.start, there.end, there.hotspot)
    assert all(done.roster.shift_on[o, MONDAY + DAY] == "E" for o in ("A1", "A2", "B1", "B4", "M2"))
    assert not hard(audit(done.scenario, done.roster))


def test_vehicles_and_drivers_stay_but_the_one_whose_driver_is_absent() -> None:
    car = VehicleKind.CAR
    people = tuple(o.model_copy(update={"licences": (car,)}) for o in three_squads().officers)
    cars = tuple(Vehicle(id=f"V{n}", name=f"V{n}", kind=car) for n in range(6))
    scenario = three_squads(groups=(group(min_remediations=0, target_vehicles=3),)).model_copy(
        update={"officers": people, "vehicles": cars}
    )
    there = holding(candidate(MONDAY + DAY, helpers=("M",), target_vehicles=3), "A1", "A3", "B1", "B2", "M1", "M2")
    used = {"V5": "M1", "V2": "A3", "V3": "B1"}
    there = there.model_copy(update={"vehicles": tuple(VehicleUse(vehicle=v, driver=o) for v, o in used.items())})
    sick = Absence(officer="M1", kind=AbsenceKind.SICK, start=MONDAY + DAY, end=MONDAY + 2 * DAY)
    done = repaired(scenario, at_work(scenario, [there]), absences=(sick,))
    (now,) = done.roster.remediations
    drives = {use.vehicle: use.driver for use in now.vehicles}
    assert set(drives) == set(used)
    assert {v: o for v, o in drives.items() if v != "V5"} == {"V2": "A3", "V3": "B1"}
    assert drives["V5"] in now.participants


def _of(roster: Roster, day: date) -> tuple[object, ...]:
    return (
        {a for a in roster.shifts if a.day == day},
        {(d.officer, d.start, d.end, d.kind, d.place) for d in roster.duties if d.day == day},
        {v for v in roster.visits if v.start.date() == day},
        {r for r in roster.remediations if r.start.date() == day},
    )


def test_a_repair_out_of_time_still_comes_back_with_honest_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time for any level: the first lawful roster is written, and nothing is said to be proven that is not."""
    solve = levels.run_solver

    def hurried(model: CpModel, limits: Limits, *more: object) -> tuple[CpSolver, CpSolverStatus]:
        if limits.first or limits.seconds == levels.CARRY_SECONDS:
            return solve(model, limits)
        empty = CpSolver()
        empty.parameters.max_time_in_seconds = 0.0
        return empty, empty.solve(model)

    monkeypatch.setattr(levels, "run_solver", hurried)
    scenario = three_squads()
    absent = Absence(officer="A2", kind=AbsenceKind.SICK, start=MONDAY + DAY, end=MONDAY + 2 * DAY)
    done = repaired(scenario, at_work(scenario), absences=(absent,))
    assert not hard(audit(done.scenario, done.roster))
    assert done.levels.days.value == len(done.found.shifts)
    assert done.levels.days.bound <= 1
    assert not done.levels.objective.proven
