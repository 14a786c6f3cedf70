"""How Excel writes places and dates: columns as letters, dates as days since an epoch."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache

from domain.calendar import DAY

EPOCH = datetime(1899, 12, 30)
"""Day 0 of a workbook; it makes up for 29 February 1900, which Excel believes in."""
EPOCH_1904 = datetime(1904, 1, 1)
"""Day 0 of workbooks made by old versions for the Mac."""
FALSE_LEAP_DAY = 60


@cache
def column_letters(number: int) -> str:
    """Return the letters of a column by its number from 1: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """Return the number from 1 of a column by its letters; ValueError where they are none."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(f"no column: {letters}")
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def moment(serial: float, epoch: datetime = EPOCH) -> datetime | time:
    """Return the date and time of an Excel number, to the millisecond; below 1 it is a time of day.

    Raises
    ------
    OverflowError, ValueError
        If it is no date of the calendar.
    """
    days, fraction = divmod(serial, 1)
    clock = timedelta(milliseconds=round(fraction * (DAY // timedelta(milliseconds=1))))
    if 0 <= serial < 1 and clock < DAY:
        return (EPOCH + clock).time()
    if 0 < serial < FALSE_LEAP_DAY and epoch == EPOCH:
        days += 1
    return epoch + timedelta(days=days) + clock


def span(serial: float) -> timedelta:
    """Return the time span of an Excel number of days, to the millisecond."""
    return timedelta(milliseconds=round(timedelta(days=serial) / timedelta(milliseconds=1)))
