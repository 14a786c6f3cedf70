"""Repairs: the fewest changes, proven; checked by enumeration on squads small enough for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from threading import Event

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from app.repair_notes import lock_notes
from domain.calendar import DAY
from domain.problem import InputError
from domain.roster import Assignment, Roster
from domain.scenario import Absence, Lock, Scenario
from domain.words import AbsenceKind, LockKind, Rank, Severity
from scheduler import levels as levels_module
from scheduler.audit import audit, hard
from scheduler.build import build
from scheduler.changes import SHORTFALLS
from scheduler.finish import assemble
from scheduler.judge import edits
from scheduler.levels import Level, Levels, Unsolvable
from scheduler.parts import DECIDING
from scheduler.repair import Repair, Wanted, repair
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import best, desk, post, squad_of, squads

HEADS = tuple(rule for rule in SHORTFALLS if rule.id != "S02")
LAWFUL = tuple(rule for rule in DECIDING if rule.severity is not Severity.WISH)


def published(scenario: Scenario) -> Roster:
    """Return the best roster of a small scenario."""
    found = best(scenario)
    assert found is not None
    return assemble(scenario, found[1], ())


def sick(who: str, day: date, days: int = 1) -> Absence:
    return Absence(officer=who, kind=AbsenceKind.SICK, start=day, end=day + days * DAY)


def repaired(scenario: Scenario, roster: Roster, edited: Roster | None = None, **more: object) -> Repair:
    wanted = Wanted(**{"first": scenario.first, "threads": 1, "seconds": 120.0, **more})  # type: ignore[arg-type]
    return repair(scenario, roster, edited or roster, wanted)


def repaired_or_none(scenario: Scenario, roster: Roster, **more: object) -> Repair | None:
    """Return the repair, None where it is proven that there is none."""
    try:
        return repaired(scenario, roster, **more)
    except Unsolvable as nothing:
        if not nothing.proven:
            raise
        return None


def shortfalls(scenario: Scenario, roster: Roster) -> float:
    return sum(f.points for f in audit(scenario, roster, rules=HEADS) if f.severity is Severity.SHORTFALL)


def fewer(scenario: Scenario, roster: Roster, changes: int) -> Iterator[dict[tuple[str, date], str | None]]:
    """Yield every choice of shifts that differs from a roster in fewer officer-days."""
    keys = [(o.id, day) for o in scenario.officers for day in scenario.dates]
    options = [(None, *(s.id for s in scenario.shifts)) for _ in keys]
    for chosen in product(*options):
        lines = dict(zip(keys, chosen, strict=True))
        if sum(roster.shift_on.get(key) != shift for key, shift in lines.items()) < changes:
            yield lines


def least_shortfall(scenario: Scenario, lines: dict[tuple[str, date], str | None] | None = None) -> float | None:
    """Return the least shortfall of heads that some shifts, or any, can come to; None if they are unlawful."""
    built = build(scenario, LAWFUL)
    for (oid, shift), var in built.model.works.items():
        if lines is not None and not isinstance(var, int):
            built.model.cp.add(var == int(lines[oid, shift.day] == shift.shift))
    rules = {rule.id: rule for rule in HEADS}
    cost = [r.price(scenario, t.item) * t.amount for rid, r in rules.items() for t in built.terms[rid]]
    built.model.cp.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(built.model.cp) != cp_model.OPTIMAL:
        return None
    return solver.objective_value / 2400


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=squads(most_days=2, most_people=3), data=st.data())
def test_a_repair_said_to_be_the_fewest_is_the_fewest(scenario: Scenario, data: st.DataObject) -> None:
    found = best(scenario)
    assume(found is not None)
    roster = published(scenario)
    assume(roster.shifts and shortfalls(scenario, roster) == 0)
    a = data.draw(st.sampled_from(roster.shifts))
    today = scenario.model_copy(update={"absences": (sick(a.officer, a.day),)})
    done = repaired_or_none(scenario, roster, absences=today.absences)
    if done is None:
        assert best(today) is None
        return
    levels = done.levels
    assert not hard(audit(today, done.roster))
    assert levels.shortfalls.proven
    assert levels.days.proven
    assert levels.duties.proven
    assert shortfalls(today, done.roster) == pytest.approx(levels.shortfalls.value)
    assert len(done.found.shifts) == levels.days.value
    assert len(done.found.duties) == levels.duties.value
    for lines in fewer(today, roster, int(levels.days.value)):
        least = least_shortfall(today, lines)
        assert least is None or least > levels.shortfalls.value + 1e-6
    assert least_shortfall(today) == pytest.approx(levels.shortfalls.value)


def test_nothing_to_repair_changes_nothing() -> None:
    scenario = tiny(squad_of(3), count=3, posts=(post(heads=1),))
    roster = published(scenario)
    done = repaired(scenario, roster)
    assert edits(roster, done.roster).any is False
    assert done.squads == ()


def test_a_sick_leader_is_replaced_by_the_deputy_and_nobody_else_moves() -> None:
    people = (officer("1", rank=Rank.LEADER), officer("2", rank=Rank.DEPUTY), officer("3"))
    scenario = tiny(people, count=3)
    roster = published(scenario)
    day = next(a.day for a in roster.shifts if a.officer == "1")
    done = repaired(scenario, roster, absences=(sick("1", day),))
    assert all(e.day == day or e.officer in "12" for e in done.found.shifts)
    assert not hard(audit(done.scenario, done.roster))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=squads(most_days=3, most_people=3), start=st.integers(0, 2), data=st.data())
def test_days_before_the_first_stay_as_they_are(scenario: Scenario, start: int, data: st.DataObject) -> None:
    found = best(scenario)
    assume(found is not None)
    roster = published(scenario)
    first = scenario.first + min(start, len(scenario.dates) - 1) * DAY
    later = [a for a in roster.shifts if a.day >= first]
    assume(later)
    a = data.draw(st.sampled_from(later))
    done = repaired_or_none(scenario, roster, first=first, absences=(sick(a.officer, a.day),))
    assume(done is not None)
    assert done is not None
    assert all(e.day >= first for e in done.found.shifts)
    assert all(day >= first for _, day in done.found.duties)
    assert {v for v in roster.visits if v.start.date() < first} == {
        v for v in done.roster.visits if v.start.date() < first
    }


def test_a_kept_edit_stays_and_becomes_a_lock() -> None:
    scenario = tiny(squad_of(4), count=4, posts=(post(heads=1),))
    roster = published(scenario)
    free = next((o.id, d) for d in scenario.dates for o in scenario.officers if (o.id, d) not in roster.shift_on)
    edited = roster.model_copy(update={"shifts": (*roster.shifts, Assignment(officer=free[0], day=free[1], shift="E"))})
    done = repaired(scenario, roster, edited)
    assert done.roster.shift_on[free] == "E"
    assert any(lock.officer == free[0] and lock.date == free[1] for lock in done.scenario.locks)
    assert not hard(audit(done.scenario, done.roster))
    undone = repaired(scenario, roster, edited, keep=frozenset())
    assert free not in undone.roster.shift_on


def test_an_edit_that_breaks_a_rule_about_persons_is_refused_or_forced() -> None:
    scenario = tiny(squad_of(4), count=3)
    roster = published(scenario)
    who, day = "A2", MONDAY
    shifts = [a for a in roster.shifts if a.officer != who]
    shifts += [Assignment(officer=who, day=day, shift="L"), Assignment(officer=who, day=day + DAY, shift="E")]
    edited = roster.model_copy(update={"shifts": tuple(shifts)})
    with pytest.raises(InputError, match="R03"):
        repaired(scenario, roster, edited)
    done = repaired(scenario, roster, edited, force=True)
    assert {f.rule for f in hard(audit(done.scenario, done.roster))} == {"R03"}
    assert (who, day) in done.forced
    assert done.roster.shift_on[who, day] == "L"
    assert done.roster.shift_on[who, day + timedelta(1)] == "E"


def test_at_most_so_many_changes_are_made() -> None:
    scenario = tiny(squad_of(4), count=3, posts=(post(heads=2),), desks=(desk(),))
    roster = published(scenario)
    a = roster.shifts[0]
    free = repaired(scenario, roster, absences=(sick(a.officer, a.day),))
    tight = repaired(scenario, roster, absences=(sick(a.officer, a.day),), most=1)
    assert len(tight.found.shifts) <= 1
    assert tight.levels.shortfalls.value >= free.levels.shortfalls.value


def test_a_locked_shift_gives_way_to_an_absence() -> None:
    lock = Lock(id="K1", kind=LockKind.SHIFT, date=MONDAY, officer="A1", shift="E")
    scenario = tiny(squad_of(3), count=3, locks=(lock,))
    roster = published(scenario)
    assert roster.shift_on["A1", MONDAY] == "E"
    done = repaired(scenario, roster, absences=(sick("A1", MONDAY),))
    assert ("A1", MONDAY) not in done.roster.shift_on
    assert done.scenario.locks == ()
    assert not hard(audit(done.scenario, done.roster))
    (note,) = lock_notes(scenario, done)
    assert "K1" in note.zh


def test_an_absence_of_nobody_or_of_somebody_absent_is_an_input_problem() -> None:
    scenario = tiny(squad_of(2), count=2, absences=(sick("A1", MONDAY),))
    roster = published(scenario)
    with pytest.raises(InputError, match="already"):
        repaired(scenario, roster, absences=(sick("A1", MONDAY),))
    with pytest.raises(InputError, match="no officer"):
        repaired(scenario, roster, absences=(sick("X", MONDAY),))


def test_a_repair_is_there_before_its_bounds_with_help_and_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answered = Event(), Event()

    def slow(_: object, __: object, found: Levels, ___: object) -> Levels:
        asked.set()
        assert answered.wait(60)
        return replace(found, days=Level(found.days.value, -7.0))

    monkeypatch.setattr(levels_module, "_with_help", slow)
    scenario = tiny(officers=(officer("1"), officer("2")), posts=(post(),))
    roster = published(scenario)
    a = roster.shifts[0]
    done = repaired(scenario, roster, absences=(sick(a.officer, a.day),))
    assert asked.wait(60)
    assert not done.parts[0].helped.done()
    answered.set()
    assert done.levels.days == Level(done.parts[0].levels.days.value, -7.0)
