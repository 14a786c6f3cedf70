"""S16: at every moment of its open hours the case desk has one certified pair."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s16_case_desk import CaseDesk
from domain.calendar import EVERY_DAY, DayRule
from domain.roster import Duty, Roster
from domain.scenario import Desk, Scenario
from domain.words import DutyKind
from scheduler.build import build
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    agree,
    at,
    audited,
    both_seen,
    duty_rows,
    officer,
    shift_rows,
    tiny,
    worked,
)

RULE = CaseDesk()
DESK = Desk(id="D", name="案件岗", squads=("A",), start=time(8), length=timedelta(hours=2), days=EVERY_DAY)
LATER = MIDDLE.model_copy(update={"id": "X", "start": time(9)})


def sitting(who: str, start: str, end: str, *, kind: DutyKind = DutyKind.DESK, place: str = "D") -> Duty:
    return Duty(officer=who, day=MONDAY, start=at(MONDAY, start), end=at(MONDAY, end), kind=kind, place=place)


def one_day(*duties: Duty, desk: Desk = DESK) -> int | None:
    """Return the verdict on one day: early shift for 1 and 2 (A), 3 (A, no certificate) and 4 (B, from 09:00)."""
    people = [officer("1"), officer("2"), officer("3", certified=False), officer("4", "B")]
    scenario = tiny(people, count=1, desks=(desk,), shifts=(EARLY.model_copy(update={"squads": ("A",)}), LATER))
    shifts = worked(scenario, {"1": "E", "2": "E", "3": "E", "4": "X"})
    return agree(RULE, scenario, Roster(shifts=shifts, duties=duties))


def test_a_certified_pair_is_all_it_needs() -> None:
    assert one_day(sitting("1", "08:00", "10:00"), sitting("2", "08:00", "10:00")) == 0


def test_an_empty_desk_lacks_both() -> None:
    assert one_day() == 240


def test_one_officer_is_half_a_pair() -> None:
    assert one_day(sitting("1", "08:00", "10:00")) == 120


def test_without_a_certificate_one_makes_no_pair() -> None:
    assert one_day(sitting("1", "08:00", "10:00"), sitting("3", "08:00", "10:00")) == 120


def test_a_shared_desk_takes_one_of_each_squad() -> None:
    shared = DESK.model_copy(update={"squads": ("A", "B")})
    there = (sitting("1", "08:00", "10:00"), sitting("2", "08:00", "09:00"), sitting("4", "09:00", "10:00"))
    assert one_day(*there, desk=shared) == 0
    assert one_day(*there[::2], desk=shared) == 60  # from 08:00 to 09:00 squad B has no shift


def test_early_and_late_pairs_relieve_each_other() -> None:
    day_long = DESK.model_copy(update={"start": time(6, 30), "length": timedelta(hours=15, minutes=30)})
    scenario = tiny([officer(n) for n in "1234"], count=1, desks=(day_long,))
    shifts = worked(scenario, {"1": "E", "2": "E", "3": "L", "4": "L"})
    spans = {"1": ("06:30", "14:00"), "2": ("06:30", "14:00"), "3": ("14:00", "22:00"), "4": ("14:00", "22:00")}
    duties = tuple(sitting(who, *span) for who, span in spans.items())
    assert agree(RULE, scenario, Roster(shifts=shifts, duties=duties)) == 0


def test_closed_days_need_no_one() -> None:
    assert one_day(desk=DESK.model_copy(update={"days": DayRule(weekdays=(6,))})) == 0


@pytest.mark.parametrize(
    "duty",
    [sitting("4", "08:00", "10:00"), sitting("ghost", "08:00", "10:00"), sitting("1", "08:00", "10:00", place="?")],
)
def test_strangers_do_not_count(duty: Duty) -> None:
    scenario = tiny([officer("1"), officer("4", "B")], count=1, desks=(DESK,))
    assert audited(RULE, scenario, Roster(duties=(duty,))) == 240


def test_a_part_without_the_desks_squads_is_not_judged() -> None:
    scenario = tiny([officer("1"), officer("4", "B")], count=1, desks=(DESK,))
    assert build(scenario, [RULE], squads=["B"]).terms["S16"] == []


def test_names_squads_desk_date_and_hours() -> None:
    scenario = tiny(count=1, desks=(DESK,))
    there = (sitting("1", "08:00", "10:00"), sitting("2", "08:00", "09:30"))
    (finding,) = RULE.audit(scenario, Roster(duties=there))
    assert finding.amount == 30
    assert all(word in finding.text.zh for word in ("squad A", "10-12", "案件岗", "09:30-10:00 缺 1 人"))
    assert all(word in finding.text.en for word in ("squad A", "10-12", "案件岗", "09:30-10:00 1 missing"))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Two squads with shifts of their own and a desk of either or both."""
    people = [
        officer("1"),
        officer("2", certified=draw(st.booleans())),
        officer("3", "B"),
        officer("4", "B", barred_duties=draw(st.sampled_from([(), (DutyKind.DESK,), (DutyKind.PATROL,)]))),
    ]
    desk = Desk(
        id="D",
        name="desk",
        squads=draw(st.sampled_from([("A", "B"), ("B",), ("A", "B")])),
        start=time(draw(st.integers(5, 20)), draw(st.sampled_from([0, 15]))),
        length=timedelta(minutes=45 * draw(st.integers(1, 4))),
        days=draw(st.sampled_from([EVERY_DAY, DayRule(weekdays=(0,))])),
    )
    return tiny(people, count=2, desks=(desk,), shifts=(EARLY, LATE.model_copy(update={"squads": ("A",)}), LATER))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        duties = data.draw(duty_rows(scenario, shifts, keen=data.draw(st.booleans())))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=duties)))

    run()
    assert all(both_seen(seen))
