from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from domain.calendar import Day, dates
from domain.roster import Assignment, Remediation, Roster
from domain.scenario import Absence, Officer, PastShift, Scenario, Shift, Squad
from domain.words import AbsenceKind, DayKind, Force, PayRegime, ShiftKind, SquadKind
from outputs.ledger import LedgerRow, ledger, ledger_rows, squad_totals

FIRST = date(2026, 10, 1)
HOUR = timedelta(hours=1)

KINDS = {1: DayKind.HOLIDAY, 2: DayKind.HOLIDAY, 3: DayKind.REST, 4: DayKind.REST}
"""1-2 October statutory, 3-4 (a weekend) rest days, 5-9 workdays: a target of 40 hours."""


def scenario_of(officer: Officer, **more: object) -> Scenario:
    calendar = tuple(Day(date=d, kind=KINDS.get(d.day, DayKind.WORKDAY)) for d in dates(FIRST, date(2026, 10, 10)))
    shifts = (
        Shift(id="E", name="早", symbol="早", kind=ShiftKind.EARLY, start=time(6, 30), length=8 * HOUR, paid=8 * HOUR),
        Shift(id="L", name="晚班", symbol="晚", kind=ShiftKind.LATE, start=time(14), length=8 * HOUR, paid=8 * HOUR),
        Shift(id="N", name="备勤", symbol="备", kind=ShiftKind.NIGHT, start=time(22), length=8 * HOUR, paid=4 * HOUR),
    )
    return Scenario(
        brigade="大队",
        first=FIRST,
        end=date(2026, 10, 10),
        calendar=calendar,
        squads=(Squad(id="A", name="外滩", kind=SquadKind.STREET),),
        officers=(officer,),
        shifts=shifts,
        **more,  # type: ignore[arg-type]
    )


def officer_of(regime: PayRegime, lieu_h: int = 0) -> Officer:
    return Officer(id="1", name="张三", squad="A", force=Force.ENFORCEMENT, regime=regime, lieu=lieu_h * HOUR)


def roster_of(*shifts: str) -> Roster:
    """Return a roster of the one officer from "5E" and the like: day of October and shift."""
    return Roster(shifts=tuple(Assignment(officer="1", day=date(2026, 10, int(s[:-1])), shift=s[-1]) for s in shifts))


def row_of(rows: tuple[LedgerRow, ...]) -> dict[str, Any]:
    """Return the one row as a dictionary."""
    (row,) = rows
    return row._asdict()


WEEK = ("5E", "6E", "7E", "8E", "9E")


@pytest.mark.parametrize(
    ("regime", "shifts", "expected"),
    [
        # exactly the target: nothing to settle
        (PayRegime.COMPREHENSIVE, WEEK, {"worked_h": 40, "target_h": 40, "above_target_h": 0, "pay_h": 0}),
        # a rest day on top: 48 h against 40 h, 8 h at 150 %
        (PayRegime.COMPREHENSIVE, ("3E", *WEEK), {"overtime_150_h": 8, "overtime_200_h": 0, "pay_h": 12}),
        # a holiday on top is 300 % and not overtime as well
        (PayRegime.COMPREHENSIVE, ("1E", *WEEK), {"overtime_150_h": 0, "holiday_300_h": 8, "pay_h": 24}),
        # a holiday in place of a workday: still 300 %, though the month is not above target
        (PayRegime.COMPREHENSIVE, ("1E", *WEEK[1:]), {"overtime_150_h": 0, "holiday_300_h": 8, "above_target_h": 0}),
        # standard: a rest day with no weekday off is 200 % and not 150 % as well
        (PayRegime.STANDARD, ("3E", *WEEK), {"overtime_150_h": 0, "overtime_200_h": 8, "pay_h": 16}),
        # standard: the rest day is matched by the free Monday
        (PayRegime.STANDARD, ("3E", *WEEK[1:]), {"overtime_150_h": 0, "overtime_200_h": 0, "pay_h": 0}),
        # standard: two rest days, one free Monday: one of them is paid
        (PayRegime.STANDARD, ("3E", "4L", *WEEK[1:]), {"rest_day_h": 16, "overtime_200_h": 8, "overtime_150_h": 0}),
        # comprehensive: rest days are days like any other
        (PayRegime.COMPREHENSIVE, ("3E", "4L", *WEEK[1:]), {"rest_day_h": 16, "overtime_150_h": 8}),
        # civil servants get the same hours as time off and no money
        (PayRegime.CIVIL, ("1E", "3E", *WEEK), {"lieu_earned_h": 16, "pay_h": 0, "holiday_300_h": 0, "holiday_h": 8}),
        # a night from a workday eve into nothing special: 4 paid hours
        (PayRegime.COMPREHENSIVE, (*WEEK, "9N"), {"night": 1, "worked_h": 44, "overtime_150_h": 4}),
        # a night of the 2nd (holiday) ends on the 3rd (rest): 2 of 8 clock hours, so 1 of 4 paid hours, on the holiday
        (PayRegime.COMPREHENSIVE, ("2N",), {"holiday_300_h": 1, "rest_day_h": 3}),
    ],
)
def test_hours_are_settled_by_regime(regime: PayRegime, shifts: tuple[str, ...], expected: dict[str, float]) -> None:
    row = row_of(ledger_rows(scenario_of(officer_of(regime)), roster_of(*shifts)))
    assert {key: row[key] for key in expected} == expected


def test_a_night_of_the_eve_is_settled_at_300_percent_without_lowering_this_months_hours() -> None:
    """30 September 22:00-06:00, 4 paid hours: 3 of them fall on 1 October."""
    scenario = scenario_of(
        officer_of(PayRegime.COMPREHENSIVE),
        past_shifts=(PastShift(officer="1", date=date(2026, 9, 30), shift="N"),),
    )
    row = row_of(ledger_rows(scenario, roster_of("3E", *WEEK)))
    assert row["holiday_300_h"] == 3
    assert row["overtime_150_h"] == 8
    assert row["worked_h"] == 48


def test_training_is_credited_and_leave_lowers_the_target() -> None:
    scenario = scenario_of(
        officer_of(PayRegime.COMPREHENSIVE),
        absences=(
            Absence(officer="1", kind=AbsenceKind.TRAINING, start=date(2026, 10, 5), end=date(2026, 10, 6)),
            Absence(officer="1", kind=AbsenceKind.SICK, start=date(2026, 10, 6), end=date(2026, 10, 8)),
        ),
    )
    row = row_of(ledger_rows(scenario, roster_of("8E", "9E", "3E")))
    assert (row["target_h"], row["credited_h"], row["worked_h"], row["overtime_150_h"]) == (24, 8, 24, 8)


def test_an_absence_is_no_weekday_off() -> None:
    """Sick on Monday, rest day worked: nobody gave the rest day back, so it is 200 %."""
    scenario = scenario_of(
        officer_of(PayRegime.STANDARD),
        absences=(Absence(officer="1", kind=AbsenceKind.SICK, start=date(2026, 10, 5), end=date(2026, 10, 6)),),
    )
    assert row_of(ledger_rows(scenario, roster_of("3E", *WEEK[1:])))["overtime_200_h"] == 8


@pytest.mark.parametrize(
    ("carried_h", "shifts", "earned", "taken", "balance"),
    [
        (10, WEEK, 0, 0, 10),
        (10, WEEK[1:], 0, 8, 2),  # a workday off is taken from the balance
        (5, WEEK[1:], 0, 5, 0),  # as far as it reaches
        (0, WEEK[1:], 0, 0, 0),
        (10, ("1E", *WEEK[1:]), 8, 8, 10),  # earned on the holiday, taken on Monday
    ],
)
def test_time_off_of_civil_servants(
    carried_h: int, shifts: tuple[str, ...], earned: float, taken: float, balance: float
) -> None:
    row = row_of(ledger_rows(scenario_of(officer_of(PayRegime.CIVIL, carried_h)), roster_of(*shifts)))
    assert (row["lieu_earned_h"], row["lieu_taken_h"], row["lieu_balance_h"]) == (earned, taken, balance)


def test_others_keep_their_time_off_untouched() -> None:
    row = row_of(ledger_rows(scenario_of(officer_of(PayRegime.COMPREHENSIVE, 10)), roster_of("3E", *WEEK)))
    assert (row["lieu_carried_h"], row["lieu_earned_h"], row["lieu_balance_h"]) == (10, 0, 10)


def test_what_is_counted() -> None:
    remediation = Remediation(
        id="M1",
        group="G",
        hotspot="H",
        start=datetime(2026, 10, 5, 7),
        end=datetime(2026, 10, 5, 11),
        host="A",
        lead="A",
        commander="1",
        participants=("1",),
    )
    roster = roster_of("1E", "3L", "4L", "5E", "6N").model_copy(update={"remediations": (remediation,)})
    row = row_of(ledger_rows(scenario_of(officer_of(PayRegime.COMPREHENSIVE)), roster))
    counts = ("shifts", "early", "middle", "late", "night", "weekend_days", "holidays", "remediations")
    assert [row[key] for key in counts] == [5, 2, 0, 2, 1, 2, 1, 1]


def test_tables_are_by_officer_and_by_squad() -> None:
    scenario = scenario_of(officer_of(PayRegime.COMPREHENSIVE))
    table = ledger(scenario, roster_of("3E", *WEEK))
    assert list(table.index) == ["1"]
    assert table.loc["1", "overtime_150_h"] == 8
    assert squad_totals(scenario, roster_of("3E", *WEEK)).loc["A", "shifts"] == 6
    assert ledger(scenario_of(officer_of(PayRegime.COMPREHENSIVE)), Roster()).loc["1", "shifts"] == 0


def test_each_calendar_month_is_settled_by_itself() -> None:
    """8 h too many in September do not vanish because October has 8 h too few; time off is carried across."""
    calendar = tuple(Day(date=d, kind=DayKind.WORKDAY) for d in dates(date(2026, 9, 30), date(2026, 10, 2)))
    days = {"first": date(2026, 9, 30), "end": date(2026, 10, 2), "calendar": calendar}
    shifts = tuple(Assignment(officer="1", day=date(2026, 9, 30), shift=s) for s in "EL")
    paid = scenario_of(officer_of(PayRegime.COMPREHENSIVE)).model_copy(update=days)
    row = row_of(ledger_rows(paid, Roster(shifts=shifts)))
    assert (row["worked_h"], row["target_h"], row["overtime_150_h"]) == (16, 16, 8)
    civil = scenario_of(officer_of(PayRegime.CIVIL)).model_copy(update=days)
    row = row_of(ledger_rows(civil, Roster(shifts=shifts)))
    assert (row["lieu_earned_h"], row["lieu_taken_h"], row["lieu_balance_h"]) == (8, 8, 0)


def test_weekend_days_are_saturdays_and_sundays_also_adjusted_ones() -> None:
    scenario = scenario_of(officer_of(PayRegime.COMPREHENSIVE))
    adjusted = tuple(day.model_copy(update={"kind": DayKind.WORKDAY}) for day in scenario.calendar)
    assert row_of(ledger_rows(scenario.model_copy(update={"calendar": adjusted}), roster_of("3E")))["weekend_days"] == 1
