"""A finished roster: shifts, duties, visits and remediations. Holdings follow from remediations (S04)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from functools import cached_property

from domain.words import DutyKind, Record, RemediationKind


class Assignment(Record):
    """An officer works a shift on a date (month grid)."""

    officer: str
    day: date
    shift: str


class Duty(Record):
    """What one officer does in [start, end) (sheet 每日勤务表).

    ``place`` is a post, desk or presence id, a remediation id, a hotspot id for holding, None for patrol and standby.
    Officers on patrol or holding make pairs (two people, one of them certified); holding is a patrol charged with the
    visits of a holding, and supplies visits like any other.
    ``day`` is the date of the shift it belongs to. Adjacent duties of one kind and place are one duty.
    """

    officer: str
    day: date
    start: datetime
    end: datetime
    kind: DutyKind
    place: str | None = None


class Visits(Record):
    """Visits by the patrols of one squad to a hotspot in its open window from ``start`` (sheet 热点覆盖)."""

    squad: str
    hotspot: str
    start: datetime
    count: int


class VehicleUse(Record):
    """A vehicle at a remediation and the participant who drives it."""

    vehicle: str
    driver: str


class Remediation(Record):
    """A joint remediation in [start, end) (sheet 联动整治计划(备案)表).

    ``lead`` (牵头) and ``host`` (属地) are squads, ``commander`` an officer; ``participants`` are officer ids.
    ``designated`` names the order it carries out, if any.
    """

    id: str
    group: str
    hotspot: str
    start: datetime
    end: datetime
    host: str
    lead: str
    commander: str
    participants: tuple[str, ...]
    vehicles: tuple[VehicleUse, ...] = ()
    kind: RemediationKind = RemediationKind.MONTHLY
    designated: str | None = None


class Holding(Record):
    """A holding window (sheet 固守安排表), derived from a remediation by S04: ``squad`` owes ``wanted`` visits there.

    ``remediation`` is the id of one of this roster or of a past one; ``start`` None means any time of the dates
    [day, end_day).
    """

    remediation: str
    squad: str
    hotspot: str
    day: date
    end_day: date
    start: datetime | None
    wanted: int
    reached: int


class Roster(Record):
    """Everything decided for a horizon."""

    shifts: tuple[Assignment, ...] = ()
    duties: tuple[Duty, ...] = ()
    visits: tuple[Visits, ...] = ()
    remediations: tuple[Remediation, ...] = ()
    holdings: tuple[Holding, ...] = ()

    @cached_property
    def shift_on(self) -> dict[tuple[str, date], str]:
        """Shift id by officer and date; where a faulty roster has two, the last."""
        return {(a.officer, a.day): a.shift for a in self.shifts}

    @cached_property
    def _shifts_of(self) -> dict[str, tuple[Assignment, ...]]:
        found: dict[str, list[Assignment]] = defaultdict(list)
        for a in self.shifts:
            found[a.officer].append(a)
        return {officer: tuple(sorted(rows, key=lambda a: (a.day, a.shift))) for officer, rows in found.items()}

    def shifts_of(self, officer: str) -> tuple[Assignment, ...]:
        """Return an officer's assignments in date order."""
        return self._shifts_of.get(officer, ())

    @cached_property
    def _duties_of(self) -> dict[str, tuple[Duty, ...]]:
        found: dict[str, list[Duty]] = defaultdict(list)
        for duty in self.duties:
            found[duty.officer].append(duty)
        return {officer: tuple(sorted(rows, key=lambda d: (d.start, d.end))) for officer, rows in found.items()}

    def duties_of(self, officer: str) -> tuple[Duty, ...]:
        """Return an officer's duties in time order."""
        return self._duties_of.get(officer, ())
