"""What a month takes over from the months before it: turns of the squads, and the lines that were published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.words import Record

REST = "-"
"""A rest day in a published line; no shift has this id."""


class Turns(Record):
    """How often a squad hosted a remediation and convened its group this year, before the horizon (sheet 轮值次数)."""

    squad: str
    hosted: int = 0
    convened: int = 0


class PublishedLine(Record):
    """An officer's published shifts (sheet 已公布班次): shift ids or ``-`` from ``first`` on, a blank between them."""

    officer: str
    first: date
    shifts: str

    def days(self) -> Iterator[tuple[date, str | None]]:
        """Yield date and shift id, None for rest."""
        for n, shift in enumerate(self.shifts.split()):
            yield self.first + timedelta(days=n), None if shift == REST else shift
