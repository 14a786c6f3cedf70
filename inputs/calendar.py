"""The Chinese calendar of a horizon: statutory holidays, rest days and adjusted working days (调休)."""

from __future__ import annotations

from datetime import date

from domain.calendar import DAY, Day, dates
from domain.words import DayKind

SATURDAY = 5


def month_days(first: date, end: date) -> tuple[tuple[Day, ...], bool]:
    """Return the calendar of [first, end) and whether it is provisional.

    Statutory days are those of the State Council's list (since 2025 thirteen a year: New Year 1, Spring Festival 4,
    Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3); the days around them that the yearly notice
    frees are rest days, and the weekend days it takes are workdays.

    Returns
    -------
    tuple
        The days in order, with the festival's Chinese name or "", and True if for some year of the horizon no adjusted
        working day is known, because its notice is not published yet.
    """
    import holidays  # late: a quarter of a second that only a new calendar needs

    years = range(first.year, end.year + 1)
    every = holidays.country_holidays("CN", years=years, language="zh_CN")
    statutory = holidays.country_holidays("CN", years=years, language="zh_CN", observed=False)
    worked = every.weekend_workdays

    def day(on: date) -> Day:
        name = every.get(on, "")
        # "（由 … 调休）" marks a day that the notice moved; it is neither festival nor statutory
        if on in worked:
            return Day(date=on, kind=DayKind.WORKDAY, name="调休上班")
        if on in statutory and "调休" not in name:
            return Day(date=on, kind=DayKind.HOLIDAY, name=name)
        if name or on.weekday() >= SATURDAY:
            return Day(date=on, kind=DayKind.REST, name="放假" if name else "")
        return Day(date=on, kind=DayKind.WORKDAY)

    days = tuple(day(on) for on in dates(first, end))
    noticed = {on.year for on in worked}
    return days, any(year not in noticed for year in {on.year for on in (first, end - DAY)})
