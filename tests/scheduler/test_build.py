"""The model container: periods, classes, who is inside the part and what enters as a constant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.base import Candidate, Task, all_rules
from domain.roster import Roster, VehicleUse, Visits
from domain.scenario import Lock, PastShift, Presence, Scenario, Vehicle
from domain.words import DutyKind, Force, LockKind, Rank, VehicleKind
from scheduler.build import periods_of, post, tasks_of, variables
from tests.constraints.joint import HOUR, candidate, clock, holding, hotspot, joint, on
from tests.constraints.kit import EARLY, LATE, MIDDLE, MONDAY, NIGHT, at, officer, tiny
from tests.scheduler import kit
from tests.scheduler.kit import lock, squads


def marks(scenario: Scenario, squad: str = "A", candidates: Sequence[Candidate] = ()) -> set[str]:
    """Return every boundary of the squad's periods on the first day, as "HH:MM"."""
    found = [p for p in periods_of(scenario, squad, candidates) if p.start.date() == scenario.first]
    return {f"{mark:%H:%M}" for p in found for mark in (p.start, p.end)}


PLAIN = {"06:30", "14:00", "14:30", "22:00"}
"""Boundaries of early and late shifts alone."""


# -- periods ----------------------------------------------------------------------------------------------------


def test_shifts_alone_cut_the_day_at_their_starts_and_ends() -> None:
    assert marks(tiny()) == PLAIN


def test_posts_desks_presences_and_hotspots_of_the_squad_cut_it_too() -> None:
    mine = tiny(
        posts=(kit.post("P", clock="08:00"),),
        desks=(kit.desk("D", "A", clock="09:00"),),
        hotspots=(hotspot("H", "A", clock="16:00"),),
        presences=(
            Presence(id="V", hotspot="H", squads=("A",), first=MONDAY, end=on(1), start=time(19), length=HOUR, heads=1),
        ),
    )
    assert marks(mine) - PLAIN == {"08:00", "10:00", "09:00", "11:00", "16:00", "18:00", "19:00", "20:00"}


def test_what_belongs_to_another_squad_does_not_cut() -> None:
    people = (officer("1", "A"), officer("2", "B"))
    others = tiny(
        people,
        posts=(kit.post("P", "B"),),
        desks=(kit.desk("D", "B"),),
        hotspots=(hotspot("H", "B", clock="16:00"),),
        locks=(lock(LockKind.DUTY, MONDAY, officer="2", duty=DutyKind.PATROL, start=time(12), length=HOUR),),
    )
    there = candidate(squads=("B",))
    assert marks(others, "A", (there,)) == PLAIN
    assert marks(others, "B", (there,)) > PLAIN


def test_candidates_cut_for_their_squads_helpers_and_the_commanders_squad() -> None:
    people = tuple(officer(s, s) for s in "ABCM")
    there = candidate(squads=("A",), helpers=("M",), commander="C")
    scenario = tiny(people)
    for squad, cut in (("A", True), ("B", False), ("C", True), ("M", True)):
        assert ({"10:00", "11:00"} <= marks(scenario, squad, (there,))) == cut


def test_duty_locks_cut_and_other_locks_do_not() -> None:
    duty = lock(LockKind.DUTY, MONDAY, officer="1", duty=DutyKind.PATROL, start=time(12), length=HOUR)
    rest = lock(LockKind.REST, MONDAY, officer="2")
    assert marks(tiny(locks=(duty, rest))) - PLAIN == {"12:00", "13:00"}


def test_only_time_under_shifts_is_there() -> None:
    wide = tiny(posts=(kit.post("P", clock="05:00", hours=18),))
    found = periods_of(wide, "A")
    assert min(p.start for p in found) == at(MONDAY, "06:30")
    assert max(p.end for p in found if p.start.date() == MONDAY) == at(MONDAY, "22:00")


def test_a_night_shift_runs_into_the_next_day() -> None:
    night = NIGHT.model_copy(update={"squads": ("A",)})
    found = periods_of(tiny(count=1, shifts=(EARLY, night)), "A")
    assert (found[-1].end, found[-1].length_min) == (at(on(1), "06:30"), 510)


@given(
    st.lists(st.tuples(st.integers(0, 44), st.integers(1, 6)), max_size=3),
    st.sampled_from([(EARLY,), (EARLY, LATE), (EARLY, MIDDLE, LATE), (EARLY, LATE, NIGHT)]),
)
def test_periods_are_the_time_under_shifts_cut_at_every_boundary(
    posts: list[tuple[int, int]], shifts: tuple[Any, ...]
) -> None:
    rows = [kit.post(f"P{n}", clock=f"{a // 2:02}:{a % 2 * 30:02}", hours=b / 2) for n, (a, b) in enumerate(posts)]
    scenario = tiny(count=2, posts=tuple(rows), shifts=shifts)
    found = periods_of(scenario, "A")
    spans = [scenario.shift_day(s.id, day) for s in shifts for day in scenario.dates]
    cuts = {m for s in spans for m in (s.start, s.end)} | {m for n in scenario.post_needs for m in (n.start, n.end)}
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert not any(p.start < cut < p.end for p in found for cut in cuts)
    half_hours = [datetime.combine(MONDAY, time()) + n * HOUR / 2 for n in range(2 * 60)]
    for moment in half_hours:
        under_shift = any(s.start <= moment < s.end for s in spans)
        assert sum(p.start <= moment < p.end for p in found) == int(under_shift)
    for p in found:
        assert p.length_min == (p.end - p.start) // timedelta(minutes=1)
        assert p.start in cuts
        assert p.end in cuts


def test_tasks_are_the_squads_own_posts_and_the_desks_it_shares() -> None:
    people = (officer("1", "A"), officer("2", "B"))
    scenario = tiny(people, count=1, posts=(kit.post("P", "B"),), desks=(kit.desk("D", "A", "B"),))
    assert {task for task, _ in tasks_of(scenario, "A")} == {Task(DutyKind.DESK, "D")}
    assert {task.place for task, _ in tasks_of(scenario, "B")} == {"P", "D"}


# -- classes ----------------------------------------------------------------------------------------------------


def test_a_class_is_who_is_equal_in_force_certificate_and_restrictions() -> None:
    people = (
        officer("1"),
        officer("2", rank=Rank.LEADER, protected=True, barred_shifts=("L",)),
        officer("3", certified=False),
        officer("4", force=Force.SERVICE),
        officer("5", barred_duties=(DutyKind.POST,)),
        officer("6", "B"),
    )
    model = variables(tiny(people))
    together = sorted(tuple(o.id for o in members) for members in model.members.values())
    assert together == [("1", "2"), ("3",), ("4",), ("5",), ("6",)]
    assert {c.squad for c in model.classes["A"]} == {"A"}
    assert len(model.classes["A"]) == 4


def test_who_has_a_duty_lock_is_a_class_alone_and_other_locks_change_nothing() -> None:
    people = tuple(officer(str(n)) for n in range(1, 5))
    locks = (
        lock(LockKind.DUTY, MONDAY, officer="2", duty=DutyKind.PATROL, start=time(8), length=HOUR),
        lock(LockKind.REST, MONDAY, officer="3"),
        Lock(id="s", kind=LockKind.SHIFT, date=MONDAY, officer="4", shift="E"),
    )
    model = variables(tiny(people, locks=locks))
    assert sorted(tuple(o.id for o in members) for members in model.members.values()) == [("1", "3", "4"), ("2",)]


def test_a_class_has_no_heads_on_what_it_is_barred_from() -> None:
    people = (officer("1"), officer("2", barred_duties=(DutyKind.POST,)))
    model = variables(tiny(people, count=1, posts=(kit.post("P"),)))
    may = {group.barred for group, _, task in model.staff if task.kind is DutyKind.POST}
    assert may == {()}


# -- parts and constants ----------------------------------------------------------------------------------------


def joint_part() -> Scenario:
    people = (officer("1", "A"), officer("2", "A"), officer("3", "B"), officer("4", "B"))
    vehicles = (
        Vehicle(id="pool", name="pool", kind=VehicleKind.CAR),
        Vehicle(id="a", name="a", kind=VehicleKind.CAR, squad="A"),
        Vehicle(id="b", name="b", kind=VehicleKind.CAR, squad="B"),
    )
    return joint(people, vehicles=vehicles, hotspots=(hotspot("H", "A", "B"), hotspot("K", "B")))


def test_a_part_has_variables_for_its_squads_only() -> None:
    model = variables(joint_part(), squads=("A",), candidates=(candidate(),))
    assert {o.id for o in model.officers} == {"1", "2"}
    assert {oid for oid, _ in model.works} == {"1", "2"}
    assert set(model.periods) == {"A"}
    assert {p.squad for p in model.pairs} == {"A"}
    assert {w.hotspot for _, w in model.visits} == {"H"}
    assert model.groups == ()
    assert variables(joint_part()).groups == joint_part().groups


def test_what_the_rest_of_the_brigade_does_enters_as_constants() -> None:
    c = candidate()
    uses = (VehicleUse(vehicle="b", driver="3"), VehicleUse(vehicle="pool", driver="3"))
    window = clock(0, "10:00")
    frozen = Roster(
        remediations=(holding(c, "3", vehicles=uses),),
        visits=(Visits(squad="B", hotspot="H", start=window, count=1),),
    )
    model = variables(joint_part(), squads=("A",), candidates=(c,), frozen=frozen)
    assert (model.joins["3", c.id], model.joins["4", c.id]) == (1, 0)
    assert model.sends["B", c.id] == 1
    assert model.uses["b", c.id] == 1
    assert not isinstance(model.joins["1", c.id], int)
    assert not isinstance(model.sends["A", c.id], int)
    assert not isinstance(model.uses["a", c.id], int)
    assert not isinstance(model.uses["pool", c.id], int)  # the host decides on the pool's vehicles
    others = {w.start: v for (squad, w), v in model.visits.items() if squad == "B"}
    assert others[window] == 1
    assert set(others.values()) == {0, 1}


def test_a_part_without_the_host_takes_the_pools_vehicles_as_given() -> None:
    c = candidate()
    frozen = Roster(remediations=(holding(c, "1", vehicles=(VehicleUse(vehicle="pool", driver="1"),)),))
    model = variables(joint_part(), squads=("B",), candidates=(c,), frozen=frozen)
    assert (model.uses["pool", c.id], model.uses["a", c.id]) == (1, 0)
    assert model.sends["A", c.id] == 1
    assert variables(joint_part(), squads=("B",), candidates=(c,)).sends["A", c.id] == 0


def test_the_past_is_worked() -> None:
    past = PastShift(officer="1", date=on(-1), shift="L")
    scenario = tiny(past_shifts=(past,))
    model = variables(scenario)
    assert model.works["1", scenario.shift_day("L", on(-1))] == 1
    assert [s.shift for s in model.shift_days("1")][0] == "L"
    assert ("1", on(-1)) not in model.rest


def test_night_shifts_and_squad_shifts_belong_to_their_squads() -> None:
    scenario = tiny((officer("1", "A"), officer("2", "B")), shifts=(EARLY, NIGHT.model_copy(update={"squads": ("B",)})))
    model = variables(scenario)
    assert {s.shift for oid, s in model.works if oid == "1"} == {"E"}
    assert {s.shift for oid, s in model.works if oid == "2"} == {"E", "N"}


@settings(max_examples=25)
@given(squads(most_days=2, most_people=2))
def test_the_objective_is_the_priced_sum_of_the_terms(scenario: Scenario) -> None:
    rules = [rule for rule in all_rules() if rule.id in ("R01", "S01", "S02", "S19")]
    built = post(variables(scenario), scenario, rules)
    assert set(built.terms) == {rule.id for rule in rules}
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(built.model.cp) == cp_model.OPTIMAL
    by_rule = {rule.id: rule for rule in rules}
    priced = [
        by_rule[rid].price(scenario, t.item) * solver.value(t.amount) for rid, ts in built.terms.items() for t in ts
    ]
    assert round(solver.objective_value) == sum(priced)
