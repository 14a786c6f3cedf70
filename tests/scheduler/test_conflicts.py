"""Contradictory input: the planted lines are named, minimal by solving, and the least is given up."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from constraints.base import all_rules
from domain.calendar import DAY
from domain.scenario import Absence, Designated, Lock, Scenario
from domain.words import AbsenceKind, LockKind, Status
from scheduler.clash_lines import Line, lines, without
from scheduler.conflicts import HARD, Contradiction, contradiction, lawful, problems
from tests.constraints.kit import MONDAY, tiny
from tests.scheduler.kit import lock, squad_of, two_squads

OPEN = {"R06.below": timedelta(hours=744), "R06.above": timedelta(hours=744)}


def week(*locks: Lock, people: int = 3, count: int = 8, **more: object) -> Scenario:
    """Return a squad of some days in which every number of hours is right, with some locks."""
    values: dict[str, object] = {"policy": OPEN, "locks": locks} | more
    return tiny(squad_of(people), count=count, **values)


def shift(day: int, name: str, officer: str = "A1") -> Lock:
    return lock(LockKind.SHIFT, MONDAY + day * DAY, officer=officer, shift=name)


def keys(found: tuple[Line, ...]) -> set[str]:
    return {line.key[0] for line in found}


def verified(scenario: Scenario, found: Contradiction) -> None:
    """Check by solving that each conflict alone leaves nothing and that without any line of it there is a roster."""
    for conflict in found.conflicts:
        others = [line for line in lines(scenario) if line not in conflict]
        assert lawful(without(scenario, others), ("A",), HARD) is Status.INFEASIBLE
        for line in conflict:
            assert lawful(without(scenario, [*others, line]), ("A",), HARD) is Status.OPTIMAL
    assert lawful(without(scenario, found.relaxation), ("A",), HARD) is Status.OPTIMAL
    assert found.proven


def test_no_conflict_is_found_where_there_is_a_roster() -> None:
    assert contradiction(week(shift(0, "L"), shift(2, "E")), ("A",)) is None


def test_late_and_then_early_are_the_two_lines_named() -> None:
    scenario = week(shift(0, "L"), shift(1, "E"), shift(3, "E", "A2"))
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert [keys(c) for c in found.conflicts] == [{scenario.locks[0].id, scenario.locks[1].id}]
    assert found.weight == 1
    verified(scenario, found)


def test_seven_days_in_a_row_are_seven_lines() -> None:
    scenario = week(*(shift(day, "E") for day in range(7)), shift(1, "L", "A3"))
    found = contradiction(scenario, ("A",))
    assert found is not None
    (conflict,) = found.conflicts
    assert keys(conflict) - {"R04.max_days"} == {k.id for k in scenario.locks[:7]}
    assert found.weight == 1
    verified(scenario, found)


def test_leave_against_the_band_of_hours_names_leave_or_band_and_the_locks() -> None:
    rests = [lock(LockKind.REST, MONDAY + day * DAY, officer="A1") for day in range(5)]
    scenario = week(*rests, count=7, policy={"R06.below": timedelta(0), "R06.above": timedelta(0)})
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert any(line.sheet == "policy" and line.key == ("R06.below",) for c in found.conflicts for line in c)
    assert {line.sheet for c in found.conflicts for line in c} <= {"locks", "policy"}
    verified(scenario, found)


def test_a_granted_leave_is_dearer_to_give_up_than_a_lock() -> None:
    away = Absence(officer="A1", kind=AbsenceKind.TRAINING, start=MONDAY, end=MONDAY + 6 * DAY)
    scenario = week(shift(6, "E"), absences=(away,))
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert keys(found.relaxation) == {scenario.locks[0].id}
    verified(scenario, found)


def test_two_conflicts_of_two_officers_are_both_named() -> None:
    scenario = week(shift(0, "L"), shift(1, "E"), shift(3, "L", "A2"), shift(4, "E", "A2"))
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert sorted(sorted(keys(c)) for c in found.conflicts) == sorted(
        [sorted({k.id for k in scenario.locks[:2]}), sorted({k.id for k in scenario.locks[2:]})]
    )
    assert found.weight == 2
    verified(scenario, found)


def test_a_lock_shared_by_two_conflicts_is_the_one_to_give_up() -> None:
    scenario = week(shift(0, "L"), shift(1, "E"), lock(LockKind.REST, MONDAY + DAY, officer="A1"))
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert keys(found.relaxation) == {scenario.locks[1].id}
    verified(scenario, found)


def test_a_conflict_that_only_the_squad_together_has_is_found() -> None:
    """Both leaders of the host rest on the day its remediation is locked: nobody could command it."""
    base = two_squads(8)
    held = lock(LockKind.REMEDIATION, MONDAY + 2 * DAY, group="G", place="H", start=base.shifts[0].start)
    held = held.model_copy(update={"start": held.start and held.start.replace(hour=15)})
    rest = lock(LockKind.REST, MONDAY + 2 * DAY, officer="A1")
    scenario = base.model_copy(update={"locks": (held, rest)})
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert keys(found.conflicts[0]) == {held.id, rest.id}
    assert found.weight == 1


def order(end: int, commander: str | None = None) -> Designated:
    """Return an order to both squads for a remediation on one of the days from the third to before day ``end``."""
    return Designated(
        id="O",
        group="G",
        hotspot="H",
        first=MONDAY + 2 * DAY,
        end=MONDAY + end * DAY,
        start=time(15),
        length=timedelta(hours=2),
        squads=("A", "B"),
        heads=4,
        vehicles=0,
        commander=commander,
    )


def test_an_order_that_leave_of_the_only_commander_stops_is_found() -> None:
    """The brigade orders a remediation that A1 has to command, on the one day on which A1 is ill."""
    base = two_squads(8)
    away = Absence(officer="A1", kind=AbsenceKind.SICK, start=MONDAY + 2 * DAY, end=MONDAY + 3 * DAY)
    scenario = base.model_copy(update={"absences": (away,), "designated": (order(3, commander="A1"),)})
    found = contradiction(scenario, ("A", "B"))
    assert found is not None
    assert {line.sheet for line in found.conflicts[0]} == {"absences", "designated"}
    assert [line.sheet for line in found.relaxation] == ["designated"]
    assert found.proven


def test_an_order_that_may_be_held_on_any_of_several_days_is_no_conflict() -> None:
    """Those of the other squad come on the day it is held, and not on all days on which it might be."""
    base = two_squads(8)
    scenario = base.model_copy(update={"designated": (order(5),)})
    assert contradiction(scenario, ("A",)) is None
    assert contradiction(scenario, ("B",)) is None


def test_conflicts_of_different_kinds_planted_together_are_all_named() -> None:
    """One officer has late and then early locked, another a lock on a day of training, a third rests all week."""
    training = Absence(officer="A2", kind=AbsenceKind.TRAINING, start=MONDAY, end=MONDAY + 6 * DAY)
    planted = (shift(0, "L"), shift(1, "E"), shift(6, "E", "A2"))
    scenario = week(*planted, absences=(training,))
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert len(found.conflicts) == 2
    named = {(line.sheet, line.key[0]) for conflict in found.conflicts for line in conflict}
    assert {("locks", k.id) for k in planted} <= named
    verified(scenario, found)


def test_twenty_planted_locks_are_named_alone() -> None:
    planted = [shift(day, name, f"A{n}") for n in range(1, 11) for day, name in ((0, "L"), (1, "E"))]
    scenario = week(*planted, shift(4, "E", "A12"), people=12)
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert {k for c in found.conflicts for k in keys(c)} == {k.id for k in planted}
    assert len(found.conflicts) == found.weight == 10


def test_twenty_locks_in_conflicts_of_several_lengths_and_the_least_to_give_up() -> None:
    """Six times late and then early, and one officer eight days in a row, of which one in the middle is enough."""
    pairs = [shift(n + more, name, f"A{n + 1}") for n in range(6) for more, name in ((0, "L"), (1, "E"))]
    row = [shift(day, "E", "A8") for day in range(8)]
    scenario = week(*pairs, *row, people=9, count=9)
    found = contradiction(scenario, ("A",))
    assert found is not None
    assert sorted(len(conflict) for conflict in found.conflicts) == [2, 2, 2, 2, 2, 2, 7]
    assert {k for c in found.conflicts for k in keys(c)} <= {k.id for k in (*pairs, *row)}
    assert {k.id for k in pairs} <= {k for c in found.conflicts for k in keys(c)}
    assert found.weight == 7
    assert keys(found.relaxation) & {k.id for k in row} <= {k.id for k in row[2:7]}
    verified(scenario, found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_problems_carry_sheet_and_row(lang: str) -> None:
    scenario = week(shift(0, "L"), shift(1, "E"))
    found = contradiction(scenario, ("A",))
    assert found is not None
    told = problems(found, lambda line: ("锁定", 5 if line.key == (scenario.locks[0].id,) else 6))
    assert [(p.sheet, p.row) for p in told[:2]] == [("锁定", 5), ("锁定", 6)]
    assert "6" in told[-1].text.get(lang) or "5" in told[-1].text.get(lang)


def test_every_policy_value_named_is_one_of_a_rule() -> None:
    known = {f"{rule.id}.{p.key}" for rule in all_rules() for p in rule.parameters if p.high is not None}
    assert {line.key[0] for line in lines(week()) if line.sheet == "policy"} <= known
