from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from domain.words import DayKind
from inputs.calendar import month_days


def kinds(first: date, end: date) -> dict[date, DayKind]:
    days, _ = month_days(first, end)
    return {day.date: day.kind for day in days}


def test_october_2026_has_18_workdays_and_three_statutory_days() -> None:
    october = kinds(date(2026, 10, 1), date(2026, 11, 1))
    assert Counter(october.values()) == {DayKind.WORKDAY: 18, DayKind.HOLIDAY: 3, DayKind.REST: 10}
    assert [on.day for on, kind in october.items() if kind is DayKind.HOLIDAY] == [1, 2, 3]


def test_the_rest_of_golden_week_is_rest_and_the_saturday_after_is_worked() -> None:
    october = kinds(date(2026, 10, 1), date(2026, 11, 1))
    assert {october[date(2026, 10, day)] for day in (4, 5, 6, 7)} == {DayKind.REST}
    assert october[date(2026, 10, 10)] is DayKind.WORKDAY


def test_2026_has_thirteen_statutory_days() -> None:
    year = kinds(date(2026, 1, 1), date(2027, 1, 1))
    statutory = Counter(on.month for on, kind in year.items() if kind is DayKind.HOLIDAY)
    assert statutory == {1: 1, 2: 4, 4: 1, 5: 2, 6: 1, 9: 1, 10: 3}


def test_spring_festival_is_statutory_from_the_eve_to_the_third_day() -> None:
    days, _ = month_days(date(2026, 2, 14), date(2026, 2, 24))
    shown = [(day.date.day, day.kind, day.name) for day in days]
    assert shown == [
        (14, DayKind.WORKDAY, "调休上班"),
        (15, DayKind.REST, ""),
        (16, DayKind.HOLIDAY, "农历除夕"),
        (17, DayKind.HOLIDAY, "春节"),
        (18, DayKind.HOLIDAY, "春节"),
        (19, DayKind.HOLIDAY, "春节"),
        (20, DayKind.REST, "放假"),
        (21, DayKind.REST, ""),
        (22, DayKind.REST, ""),
        (23, DayKind.REST, "放假"),
    ]


def test_a_statutory_day_on_a_weekend_stays_statutory() -> None:
    assert kinds(date(2026, 4, 5), date(2026, 4, 6)) == {date(2026, 4, 5): DayKind.HOLIDAY}


def test_a_working_sunday_is_a_workday() -> None:
    assert kinds(date(2026, 9, 20), date(2026, 9, 21)) == {date(2026, 9, 20): DayKind.WORKDAY}


@pytest.mark.parametrize(
    ("first", "provisional"),
    [
        pytest.param(date(2026, 10, 1), False, id="notice published"),
        pytest.param(date(2026, 12, 1), False, id="ends with the last published day"),
        pytest.param(date(2026, 12, 2), True, id="reaches into a year without notice"),
        pytest.param(date(2031, 1, 1), True, id="no notice yet"),
    ],
)
def test_a_calendar_is_provisional_until_its_notice_is_published(first: date, provisional: bool) -> None:
    assert month_days(first, first + timedelta(days=31))[1] is provisional


def test_every_date_comes_once_and_in_order() -> None:
    days, _ = month_days(date(2026, 12, 25), date(2027, 1, 10))
    assert [day.date for day in days] == [date(2026, 12, 25) + timedelta(days=n) for n in range(16)]
