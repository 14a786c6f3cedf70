"""What limits an officer's line of shifts, and how many heads are wanted on a shift."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import EVERY_DAY, DayRule
from domain.words import Record


class Limits(Record):
    """What holds for one officer instead of the rules' common values (sheet 个人限值); None: the common value.

    ``most_days`` and ``least_days`` bound a run of workdays (R04, R16), ``least_rest_days`` a run of days off (R17),
    ``most_weekends`` the weekends worked (R18), ``least_hours`` and ``most_hours`` the hours of the horizon (R06).
    """

    officer: str
    most_days: int | None = None
    least_days: int | None = None
    least_rest_days: int | None = None
    most_weekends: int | None = None
    least_hours: timedelta | None = None
    most_hours: timedelta | None = None


class ShiftCap(Record):
    """An officer works a shift at most ``most`` times in the horizon (sheet 班次上限)."""

    officer: str
    shift: str
    most: int


class Succession(Record):
    """Shift ``then`` may not be worked on the date after shift ``first`` (sheet 禁止接班)."""

    first: str
    then: str


class Cover(Record):
    """Heads wanted on a shift (sheet 班次人数) on the dates of [first, end) that ``days`` matches; None: all dates.

    ``under`` and ``over`` weigh a head too few and one too many. Of several rows for a shift and date the last counts.
    """

    squad: str
    shift: str
    heads: int
    under: int
    over: int = 0
    days: DayRule = EVERY_DAY
    first: date | None = None
    end: date | None = None
