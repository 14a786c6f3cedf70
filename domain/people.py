"""People: squads, joint groups, officers and their shifts, and what keeps them away or what they wish."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain.words import AbsenceKind, DutyKind, Force, PayRegime, Rank, Record, ShiftKind, SquadKind, VehicleKind


class Squad(Record):
    """A squad with a territory (sheet 中队)."""

    id: str
    name: str
    kind: SquadKind


class Group(Record):
    """A joint group (sheet 联动小组); ``members`` in convener order, ``convener`` is this month's."""

    id: str
    name: str
    members: tuple[str, ...]
    convener: str
    min_remediations: int = 2
    length: timedelta = timedelta(hours=4)
    target_heads: int = 18
    target_vehicles: int = 4
    days_apart: int = 10


class Officer(Record):
    """A person (sheet 队员). ``protected``: pregnant from month 7 or nursing under one year (R09).

    ``carried_*`` are balances at the start of the horizon, in shifts, days or remediations; ``lieu`` is time off owed.
    """

    id: str
    name: str
    squad: str
    force: Force
    certified: bool = False
    rank: Rank = Rank.MEMBER
    licences: tuple[VehicleKind, ...] = ()
    regime: PayRegime = PayRegime.COMPREHENSIVE
    protected: bool = False
    barred_shifts: tuple[str, ...] = ()
    barred_duties: tuple[DutyKind, ...] = ()
    carried_late: int = 0
    carried_weekends: int = 0
    carried_holidays: int = 0
    carried_remediations: int = 0
    lieu: timedelta = timedelta(0)

    @property
    def leads(self) -> bool:
        """Whether the officer is the leader or a deputy of the squad."""
        return self.rank is not Rank.MEMBER


class Shift(Record):
    """A shift (sheet 班次); ``squads`` empty means every squad except that night shifts need naming their squads."""

    id: str
    name: str
    symbol: str
    kind: ShiftKind
    start: time
    length: timedelta
    paid: timedelta
    squads: tuple[str, ...] = ()


class Absence(Record):
    """An absence (sheet 请假), dates ``start`` up to, not including, ``end``."""

    officer: str
    kind: AbsenceKind
    start: date
    end: date


class Request(Record):
    """A wish (sheet 个人申请): ``shift`` None asks for a rest day; ``against`` turns it round; ``weight`` prices it."""

    officer: str
    date: date
    shift: str | None
    weight: int
    against: bool = False
