"""Days, dated shifts and open windows; every interval is half-open, [start, end)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from domain.words import DayKind, Record

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Day(Record):
    """One calendar day of the horizon with its kind and the festival's name ("" if none)."""

    date: date
    kind: DayKind
    name: str = ""

    @property
    def off_work(self) -> bool:
        """Whether the day is a rest day or a statutory holiday."""
        return self.kind is not DayKind.WORKDAY


class DayRule(Record):
    """The days something applies on: these weekdays (Monday 0) or these kinds of day; either suffices."""

    weekdays: tuple[int, ...] = ()
    kinds: tuple[DayKind, ...] = ()

    def matches(self, day: Day) -> bool:
        """Return whether the rule applies on ``day``."""
        return day.date.weekday() in self.weekdays or day.kind in self.kinds


EVERY_DAY = DayRule(kinds=tuple(DayKind))


class ShiftDay(NamedTuple):
    """One shift on one date; sorts by time. ``end`` may fall on the next date."""

    start: datetime
    end: datetime
    day: date
    shift: str
    paid: timedelta

    def covers(self, start: datetime, end: datetime) -> bool:
        """Return whether [start, end) lies inside the shift."""
        return self.start <= start and end <= self.end


class OpenWindow(NamedTuple):
    """One open window of a hotspot on one date.

    ``weight_cents`` is the window's mean weight by the minute, in hundredths, without the border factor;
    ``wanted`` is the number of visits asked for.
    """

    start: datetime
    end: datetime
    hotspot: str
    day: date
    weight_cents: int
    wanted: int


class Need(NamedTuple):
    """Heads wanted at a place in a dated window: a fixed post, a case desk or a standing presence."""

    start: datetime
    end: datetime
    day: date
    place: str
    heads: int


def minutes(span: timedelta) -> int:
    """Return ``span`` in whole minutes, rounded down."""
    return span // MINUTE


def overlaps(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> bool:
    """Return whether two half-open intervals share any time."""
    return a_start < b_end and b_start < a_end


@lru_cache(maxsize=4096)
def dates(first: date, end: date) -> tuple[date, ...]:
    """Return the dates from ``first`` up to, not including, ``end``."""
    return tuple(first + timedelta(days=n) for n in range((end - first).days))
