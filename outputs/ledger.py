"""Hours, pay and time off of every officer over a horizon (sheet 加班补休台账).

Every calendar month of the horizon is settled by itself. Hours belong to the month in which a shift starts;
statutory-holiday hours are those that fall on the holiday by the clock, so that a night shift of the eve counts with
the part after midnight. A weekend day is a shift that starts on a Saturday or Sunday, as S05 counts them.
Source: Labour Law art. 41 and 44.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from domain.calendar import DAY, Day, ShiftDay, minutes
from domain.scenario import WORKDAY_HOURS
from domain.words import DayKind, PayRegime, ShiftKind

if TYPE_CHECKING:
    import pandas as pd

    from domain.roster import Roster
    from domain.scenario import Officer, Scenario


class LedgerRow(NamedTuple):
    """One officer's figures; counts are of shifts, days or remediations, ``*_h`` are hours.

    Hours above target leave statutory-holiday hours out, since those are settled apart (300 %). The money ledger is
    ``overtime_150_h``, ``overtime_200_h``, ``holiday_300_h`` and their sum in plain hours of pay, ``pay_h``; the time
    ledger is ``lieu_carried_h`` + ``lieu_earned_h`` - ``lieu_taken_h`` = ``lieu_balance_h``.
    """

    officer: str
    squad: str
    early: int
    middle: int
    late: int
    night: int
    shifts: int
    weekend_days: int
    holidays: int
    remediations: int
    worked_h: float
    credited_h: float
    target_h: float
    above_target_h: float
    rest_day_h: float
    holiday_h: float
    overtime_150_h: float
    overtime_200_h: float
    holiday_300_h: float
    pay_h: float
    lieu_carried_h: float
    lieu_earned_h: float
    lieu_taken_h: float
    lieu_balance_h: float


class _Hours(NamedTuple):
    """Whole minutes of one officer's calendar month, before they are settled.

    ``holiday_before`` is the part of a shift begun before the month that falls on a holiday inside it: settled now,
    though its shift was worked last month.
    """

    worked: int
    credited: int
    target: int
    holiday: int
    holiday_before: int
    rest_day: int
    weekdays_off: int

    @property
    def holidays(self) -> int:
        """Minutes to be settled at 300 %."""
        return self.holiday + self.holiday_before

    @property
    def balance(self) -> int:
        """Minutes above (or, negative, below) the target, statutory holidays left out."""
        return self.worked + self.credited - self.holiday - self.target


class _Settled(NamedTuple):
    """Minutes of each kind of pay and of time off."""

    at_150: int = 0
    at_200: int = 0
    at_300: int = 0
    earned: int = 0
    taken: int = 0


def ledger_rows(scenario: Scenario, roster: Roster) -> tuple[LedgerRow, ...]:
    """Return every officer's figures in the scenario's order."""
    joined = Counter(officer for r in roster.remediations for officer in set(r.participants))
    return tuple(_row(scenario, roster, officer, joined[officer.id]) for officer in scenario.officers)


def ledger(scenario: Scenario, roster: Roster) -> pd.DataFrame:
    """Return the figures as a table: one row an officer, indexed by id, with the columns of ``LedgerRow``."""
    import pandas as pd

    rows = ledger_rows(scenario, roster)
    return pd.DataFrame([row._asdict() for row in rows], columns=list(LedgerRow._fields)).set_index("officer")


def squad_totals(scenario: Scenario, roster: Roster) -> pd.DataFrame:
    """Return the sums of ``ledger`` by squad: one row a squad that has officers, in the scenario's order."""
    return ledger(scenario, roster).groupby("squad", sort=False).sum()


def _row(scenario: Scenario, roster: Roster, officer: Officer, remediations: int) -> LedgerRow:
    shifts = [s for s in scenario.dated(roster.shifts_of(officer.id)) if scenario.first <= s.day < scenario.end]
    kinds = Counter(scenario.shift_by_id[s.shift].kind for s in shifts)
    months = [_hours(scenario, officer, days, shifts) for days in _months(scenario)]
    settled: list[_Settled] = []
    carried = lieu = minutes(officer.lieu)
    for hours in months:
        settled.append(_settle(officer.regime, hours, lieu))
        lieu += settled[-1].earned - settled[-1].taken
    at_150, at_200, at_300 = (sum(m[n] for m in settled) for n in range(3))
    return LedgerRow(
        officer=officer.id,
        squad=officer.squad,
        early=kinds[ShiftKind.EARLY],
        middle=kinds[ShiftKind.MIDDLE],
        late=kinds[ShiftKind.LATE],
        night=kinds[ShiftKind.NIGHT],
        shifts=len(shifts),
        weekend_days=sum(s.day.weekday() >= 5 for s in shifts),
        holidays=sum(scenario.day(s.day).kind is DayKind.HOLIDAY for s in shifts),
        remediations=remediations,
        worked_h=sum(m.worked for m in months) / 60,
        credited_h=sum(m.credited for m in months) / 60,
        target_h=sum(m.target for m in months) / 60,
        above_target_h=sum(max(0, m.balance) for m in months) / 60,
        rest_day_h=sum(m.rest_day for m in months) / 60,
        holiday_h=sum(m.holidays for m in months) / 60,
        overtime_150_h=at_150 / 60,
        overtime_200_h=at_200 / 60,
        holiday_300_h=at_300 / 60,
        pay_h=(1.5 * at_150 + 2 * at_200 + 3 * at_300) / 60,
        lieu_carried_h=carried / 60,
        lieu_earned_h=sum(m.earned for m in settled) / 60,
        lieu_taken_h=sum(m.taken for m in settled) / 60,
        lieu_balance_h=lieu / 60,
    )


def _months(scenario: Scenario) -> list[list[Day]]:
    """Return the days of the horizon by calendar month: each is settled by itself."""
    found: dict[tuple[int, int], list[Day]] = {}
    for day in scenario.calendar:
        found.setdefault((day.date.year, day.date.month), []).append(day)
    return list(found.values())


def _hours(scenario: Scenario, officer: Officer, days: Sequence[Day], shifts: Sequence[ShiftDay]) -> _Hours:
    inside = {day.date for day in days}
    mine = [s for s in shifts if s.day in inside]
    earlier = [s for s in (*scenario.past_shifts_of(officer.id), *shifts) if s.day < days[0].date]
    on_day, before = _by_date(mine), _by_date(earlier)
    started = {s.day for s in mine}
    absences = {day.date: scenario.absence(officer.id, day.date) for day in days}
    full = minutes(WORKDAY_HOURS)
    workdays = [day.date for day in days if day.kind is DayKind.WORKDAY]
    holidays = [day.date for day in days if day.kind is DayKind.HOLIDAY]
    return _Hours(
        worked=sum(minutes(s.paid) for s in mine),
        credited=full * sum(a is not None and a.kind.counts_as_worked for a in absences.values()),
        target=full * sum((a := absences[d]) is None or a.kind.counts_as_worked for d in workdays),
        holiday=sum(on_day[d] for d in holidays),
        holiday_before=sum(before[d] for d in holidays),
        rest_day=sum(on_day[day.date] for day in days if day.kind is DayKind.REST),
        weekdays_off=sum(d not in started and absences[d] is None for d in workdays),
    )


def _by_date(shifts: Iterable[ShiftDay]) -> Counter[date]:
    """Return paid minutes by the date they fall on, a shift over midnight in proportion to the clock."""
    found: Counter[date] = Counter()
    for shift in shifts:
        midnight = datetime.combine(shift.day, time()) + DAY
        before = minutes(min(shift.end, midnight) - shift.start)
        first = minutes(shift.paid) * before // minutes(shift.end - shift.start)
        found[shift.day] += first
        found[shift.day + DAY] += minutes(shift.paid) - first
    return found


def _settle(regime: PayRegime, hours: _Hours, carried: int) -> _Settled:
    """Return how the hours are paid or given back.

    Comprehensive: hours above target 150 %. Standard: rest-day hours beyond 8 h per weekday off 200 %, what else is
    above target 150 %. Both: holiday hours 300 %. Civil servants: the same hours as time off, and hours below the
    target are taken from the balance as far as it reaches.
    """
    above = max(0, hours.balance)
    if regime is PayRegime.CIVIL:
        return _Settled(earned=hours.holidays + above, taken=min(max(0, carried), max(0, -hours.balance)))
    if regime is PayRegime.COMPREHENSIVE:
        return _Settled(at_150=above, at_300=hours.holidays)
    unmatched = max(0, hours.rest_day - hours.weekdays_off * minutes(WORKDAY_HOURS))
    return _Settled(at_150=max(0, above - unmatched), at_200=unmatched, at_300=hours.holidays)
