"""Why a repair is not possible: edits that clash, too few changes allowed, locks in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.calendar import DAY
from domain.problem import InputError
from domain.roster import Assignment, Roster
from domain.scenario import Lock, Scenario
from domain.words import LockKind, Rank
from scheduler.audit import audit, hard
from scheduler.levels import Unsolvable
from scheduler.stuck import Why
from tests.constraints.joint import candidate, holding
from tests.constraints.kit import MONDAY, tiny
from tests.scheduler.kit import post, squad_of
from tests.scheduler.test_repair import published, repaired, sick
from tests.scheduler.test_repair_added import PLACE, at_work, three_squads


def with_shifts(roster: Roster, *rows: tuple[str, int, str | None]) -> Roster:
    """Return a roster with some officers' days changed: officer, day from Monday, shift."""
    days = {(who, MONDAY + n * DAY) for who, n, _ in rows}
    kept = [a for a in roster.shifts if (a.officer, a.day) not in days]
    new = [Assignment(officer=who, day=MONDAY + n * DAY, shift=shift) for who, n, shift in rows if shift]
    return roster.model_copy(update={"shifts": (*kept, *new)})


def why_not(scenario: Scenario, roster: Roster, edited: Roster | None = None, **more: object) -> Why:
    with pytest.raises(Unsolvable) as nothing:
        repaired(scenario, roster, edited, **more)
    assert nothing.value.proven
    return nothing.value.why


def test_edits_that_only_clash_together_are_named_and_no_others() -> None:
    """Both leaders of the host rest on the day of a locked remediation, which then has no commander."""
    scenario = three_squads()
    there = holding(candidate(MONDAY + DAY, helpers=("M",)), "A1", "A3", "B1", "B2", "M1")
    lock = Lock(
        id="K1", kind=LockKind.REMEDIATION, date=there.start.date(), group="G", place=PLACE, start=there.start.time()
    )
    people = tuple(o.model_copy(update={"rank": Rank.DEPUTY}) if o.id == "A4" else o for o in scenario.officers)
    locked = scenario.model_copy(update={"locks": (lock,), "officers": people})
    roster = at_work(locked, [there])
    leaders = [o.id for o in locked.officers_of("A") if o.leads]
    assert leaders == ["A1", "A4"]
    day = MONDAY + DAY
    edited = with_shifts(roster, *((who, 1, None) for who in (*leaders, "B3", "M3")))
    found = why_not(locked, roster, edited, first=MONDAY)
    assert found == Why(clash=tuple((who, day) for who in leaders), least=True)
    for who in leaders:
        done = repaired(locked, roster, with_shifts(roster, (who, 1, None), ("B3", 1, None)), first=MONDAY)
        assert not hard(audit(done.scenario, done.roster))


def test_too_few_changes_allowed_are_told_with_the_least_that_are_needed() -> None:
    scenario = tiny(squad_of(4), count=3, posts=(post(heads=1),))
    roster = published(scenario)
    away = (sick(roster.shifts[0].officer, MONDAY, 3),)
    shifts = sum(a.officer == roster.shifts[0].officer for a in roster.shifts)
    assert why_not(scenario, roster, absences=away, most=0) == Why(days=shifts)
    assert len(repaired(scenario, roster, absences=away, most=shifts).found.shifts) == shifts


def test_an_edit_that_a_locked_day_forbids_is_refused_with_the_lock_or_forced() -> None:
    lock = Lock(id="K1", kind=LockKind.SHIFT, date=MONDAY + DAY, officer="A2", shift="E")
    scenario = tiny(squad_of(4), count=3, posts=(post(heads=1),), locks=(lock,))
    roster = published(scenario)
    edited = with_shifts(roster, ("A2", 0, "L"))
    with pytest.raises(InputError) as refused:
        repaired(scenario, roster, edited)
    said = " ".join(p.text.en for p in refused.value.problems)
    assert "R03" in said
    assert "R01" not in said
    assert f"{MONDAY + timedelta(1):%m-%d}" in said[said.index("locked") :]
    done = repaired(scenario, roster, edited, force=True)
    assert done.roster.shift_on["A2", MONDAY] == "L"
    assert done.roster.shift_on["A2", MONDAY + DAY] == "E"
    assert {f.rule for f in hard(audit(done.scenario, done.roster))} == {"R03"}
