"""Remediations in a repair: who goes, who commands, and where else it is held when nobody can."""

from __future__ import annotations

from datetime import date

import pytest

from app.repair_notes import remediation_notes
from domain.calendar import DAY
from domain.roster import Roster
from domain.scenario import Absence, Lock, Scenario
from domain.words import AbsenceKind, LockKind, SquadKind
from scheduler.audit import audit, hard
from scheduler.levels import Unsolvable
from scheduler.repair import Repair, Wanted, repair
from tests.app.conftest import Rostered


@pytest.fixture(scope="module")
def joint(rostered: Rostered) -> tuple[Scenario, Roster]:
    """Return the small brigade and its roster, with one remediation."""
    scenario, result = rostered.result()
    return scenario, result.roster


def sick(who: str, day: date) -> Absence:
    return Absence(officer=who, kind=AbsenceKind.SICK, start=day, end=day + DAY)


def repaired(scenario: Scenario, roster: Roster, absences: tuple[Absence, ...]) -> Repair:
    return repair(scenario, roster, roster, Wanted(first=scenario.first, absences=absences, threads=1, seconds=240.0))


def test_another_leader_takes_over_where_the_commander_is_absent(joint: tuple[Scenario, Roster]) -> None:
    scenario, roster = joint
    (held,) = roster.remediations
    done = repaired(scenario, roster, absences=(sick(held.commander, held.start.date()),))
    (now,) = done.roster.remediations
    assert not hard(audit(done.scenario, done.roster))
    assert (now.id, now.start) == (held.id, held.start)
    assert now.commander != held.commander
    assert now.commander in now.participants


def test_a_remediation_that_no_leader_can_command_moves_to_another_day(joint: tuple[Scenario, Roster]) -> None:
    scenario, roster = joint
    (held,) = roster.remediations
    day = held.start.date()
    leaders = [o.id for o in scenario.officers if o.squad == held.host and o.leads]
    done = repaired(scenario, roster, absences=tuple(sick(who, day) for who in leaders))
    (now,) = done.roster.remediations
    assert not hard(audit(done.scenario, done.roster))
    assert now.start.date() != day
    assert now.hotspot == held.hotspot
    assert done.levels.shortfalls.proven
    assert done.levels.days.proven
    (moved,) = remediation_notes(done, roster)[:1]
    assert "改期" in moved.zh
    assert "moves" in moved.en


def test_everybody_absent_still_leaves_a_lawful_roster(joint: tuple[Scenario, Roster]) -> None:
    scenario, roster = joint
    (held,) = roster.remediations
    squads = {*scenario.group_by_id[held.group].members, *(s.id for s in scenario.squads if s.kind is SquadKind.MOBILE)}
    away = tuple(sick(o.id, held.start.date()) for o in scenario.officers if o.squad in squads)
    done = repaired(scenario, roster, absences=away)
    assert not hard(audit(done.scenario, done.roster))
    assert {r.start.date() for r in done.roster.remediations}.isdisjoint({held.start.date()})


def test_a_remediation_below_strength_says_so_or_is_held_elsewhere(joint: tuple[Scenario, Roster]) -> None:
    """Nobody but the host's people may be missing: the others are asked before the remediation is weakened."""
    scenario, roster = joint
    (held,) = roster.remediations
    target = scenario.groups[0].target_heads
    away = [p for p in held.participants if p != held.commander][: len(held.participants) - target + 2]
    done = repaired(scenario, roster, absences=tuple(sick(who, held.start.date()) for who in away))
    (now,) = done.roster.remediations
    notes = [note.zh for note in remediation_notes(done, roster)]
    assert not hard(audit(done.scenario, done.roster))
    assert len(now.participants) >= target or any("人数不足" in note for note in notes)
    assert (now.start == held.start) or any("改期" in note for note in notes)


def test_a_locked_remediation_does_not_move(joint: tuple[Scenario, Roster]) -> None:
    scenario, roster = joint
    (held,) = roster.remediations
    lock = Lock(
        id="K1", kind=LockKind.REMEDIATION, date=held.start.date(), group=held.group, place=held.hotspot,
        start=held.start.time(),
    )  # fmt: skip
    locked = scenario.model_copy(update={"locks": (lock,)})
    leaders = [o.id for o in scenario.officers if o.squad == held.host and o.leads]
    with pytest.raises(Unsolvable) as caught:
        repaired(locked, roster, absences=tuple(sick(who, held.start.date()) for who in leaders))
    assert caught.value.proven
