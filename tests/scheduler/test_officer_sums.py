"""Sums of the officers' conditions are remembered where nothing that they depend on differs, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.scenario import Absence, Lock, Scenario
from domain.words import AbsenceKind, DutyKind, LockKind
from scheduler import officer_sums as module
from scheduler.counts import lines_of, most_shifts, sums
from scheduler.officer_sums import officer_sums
from scheduler.parts import DECIDING
from tests.constraints.joint import on
from tests.constraints.kit import MONDAY, tiny


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_known", [])
        yield


def times_worked_out(monkeypatch: pytest.MonkeyPatch, *scenarios: Scenario) -> int:
    """Return how often sums are worked out for scenarios one after the other."""
    seen = []

    def counted(*args: object) -> object:
        seen.append(args)
        return lines_of(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "lines_of", counted)
    for scenario in scenarios:
        officer_sums(scenario, DECIDING, ("A",))
    return len(seen)


def test_sums_are_those_of_the_officers_rules() -> None:
    scenario = tiny()
    lines = lines_of(scenario, ("A",))
    found = officer_sums(scenario, DECIDING, ("A",))
    assert found.people == lines.members
    assert found.most == most_shifts(scenario, DECIDING, lines.officers)
    assert set(found.sums) == set(sums(scenario, DECIDING, lines))


def test_sums_are_worked_out_once_for_what_the_officers_rules_do_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = tiny()
    others = scenario.model_copy(update={"groups": (), "policy": {"S17.weight": 7}})
    assert times_worked_out(monkeypatch, scenario, others, scenario) == 1


@pytest.mark.parametrize(
    "update",
    [
        {"absences": (Absence(officer="1", start=MONDAY, end=on(1), kind=AbsenceKind.SICK),)},
        {"policy": {"R06.above": timedelta(hours=1)}},
        {"locks": (Lock(id="L", kind=LockKind.DUTY, officer="1", date=MONDAY, duty=DutyKind.PATROL),)},
    ],
)
def test_sums_are_worked_out_anew_for_what_they_depend_on(
    monkeypatch: pytest.MonkeyPatch, update: dict[str, object]
) -> None:
    scenario = tiny()
    assert times_worked_out(monkeypatch, scenario, scenario.model_copy(update=update)) == 2


def test_no_more_is_remembered_than_a_brigade_needs() -> None:
    for _ in range(module.KEPT + 2):
        officer_sums(tiny(), DECIDING, ("A",))
    assert len(module._known) == module.KEPT
