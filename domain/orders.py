"""What was fixed before the solve: locks, designated remediations, and what came before the horizon."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain.words import DutyKind, LockKind, Record, RemediationKind


class Lock(Record):
    """What the leader fixed (sheet 锁定).

    SHIFT: ``officer`` works ``shift`` on ``date``. REST: ``officer`` rests. DUTY: ``officer`` does ``duty`` at
    ``place`` (a post, desk, presence id; None for patrol, standby) from ``start`` for ``length`` on ``date``.
    REMEDIATION: ``group`` holds a monthly remediation at hotspot ``place`` from ``start`` on ``date``.
    """

    id: str
    kind: LockKind
    date: date
    officer: str | None = None
    shift: str | None = None
    duty: DutyKind | None = None
    place: str | None = None
    start: time | None = None
    length: timedelta | None = None
    group: str | None = None


class Designated(Record):
    """A remediation the brigade orders (sheet 指定整治): on a date in [first, end), at ``start`` or any time that fits.

    ``squads`` take part, of whatever group; ``commander`` None means a leader of the host squad.
    """

    id: str
    group: str
    hotspot: str
    first: date
    end: date
    start: time | None
    length: timedelta
    squads: tuple[str, ...]
    heads: int
    vehicles: int
    commander: str | None = None
    lead: str | None = None
    kind: RemediationKind = RemediationKind.DESIGNATED
    reason: str = ""


class PastShift(Record):
    """A shift worked in the 14 days before the horizon (sheet 上月班次)."""

    officer: str
    date: date
    shift: str


class PastRemediation(Record):
    """A remediation of the last 42 days (sheet 上月整治); its holding may reach into the horizon."""

    id: str
    group: str
    hotspot: str
    host: str
    date: date
    kind: RemediationKind = RemediationKind.MONTHLY
