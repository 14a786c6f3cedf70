"""What holds for every record."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.roster import Assignment, Roster
from tests.outputs.fixture import small_scenario


def test_a_copy_with_other_fields_works_its_look_ups_out_anew() -> None:
    whole = small_scenario()
    assert len(whole.dates) == 31
    assert whole.officer_by_id
    week = whole.model_copy(update={"end": whole.first + timedelta(days=7), "officers": whole.officers[:3]})
    assert len(week.dates) == 7
    assert set(week.officer_by_id) == {officer.id for officer in whole.officers[:3]}
    assert len(whole.dates) == 31


def test_a_copied_roster_knows_its_own_shifts() -> None:
    on = date(2026, 10, 1)
    roster = Roster(shifts=(Assignment(officer="WT01", day=on, shift="E"),))
    assert roster.shift_on[("WT01", on)] == "E"
    swapped = roster.model_copy(update={"shifts": (Assignment(officer="WT02", day=on, shift="L"),)})
    assert swapped.shift_on == {("WT02", on): "L"}
    assert [a.shift for a in swapped.shifts_of("WT02")] == ["L"]


def test_records_are_frozen_and_know_no_other_fields() -> None:
    shift = Assignment(officer="WT01", day=date(2026, 10, 1), shift="E")
    with pytest.raises(ValidationError, match="frozen"):
        shift.shift = "L"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="extra"):
        Assignment(officer="WT01", day=date(2026, 10, 1), shift="E", place="P1")  # type: ignore[call-arg]
