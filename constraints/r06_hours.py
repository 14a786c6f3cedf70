"""R06: hours of the horizon inside the officer's band, overtime inside the law's limit.

Model:  low <= credited + sum of paid(a) x works[o, a] <= high, over the shifts a that start in the horizon, with
        high = max(target + above, credited)                  (training alone is never too much)
        low  = max(0, min(target - below, what the officer could work on the dates without absence + credited))
        An officer's own least and most hours (sheet 个人限值) take the place of low and high as they stand;
        and for each calendar month m of the horizon, for who is paid overtime (civil servants get time off):
        150 %:  credited(m) + sum of (paid(a) - its part on holidays) x works[o, a]
                <= max(target(m) + overtime, credited(m))
        200 %, standard regime: sum of the part of paid(a) on rest days x works[o, a]
                - 8 h x sum of rest[o, d] over workdays d without absence <= overtime
Source: Labour Law art. 41 (36 h of overtime a month); the band is our own judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY, Day, ShiftDay, minutes
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.scenario import WORKDAY_HOURS
from domain.units import MINUTES
from domain.words import DayKind, PayRegime, Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario

HOURS = Text("小时", "h")


class Hours(Rule):
    """Hours inside the band around the target, and overtime a month inside the limit."""

    id, title = "R06", Text("工时", "Hours")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit = MINUTES
    source = Text("《劳动法》第四十一条;浮动幅度本系统自定", "Labour Law art. 41; the band is our own judgement")
    parameters = (
        Parameter(
            key="below",
            default=timedelta(hours=8),
            text=Text("可少于应出勤", "May fall short of the target by"),
            unit=HOURS,
            low=timedelta(0),
            high=timedelta(hours=744),
        ),
        Parameter(
            key="above",
            default=timedelta(hours=16),
            text=Text("可多于应出勤", "May exceed the target by"),
            unit=HOURS,
            low=timedelta(0),
            high=timedelta(hours=744),
        ),
        Parameter(
            key="overtime",
            default=timedelta(hours=36),
            text=Text("每月加班(150%+200%)上限", "Most overtime a month (150 % + 200 %)"),
            unit=HOURS,
            low=timedelta(0),
            high=timedelta(hours=744),
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        params = self.params(scenario)
        months = _months(scenario)
        for officer in model.officers:
            shifts = [shift for shift in model.shift_days(officer) if shift.day >= scenario.first]
            credited, target = minutes(scenario.credited(officer)), minutes(scenario.target(officer))
            total = credited + sum(minutes(s.paid) * model.works[officer.id, s] for s in shifts)
            own = scenario.limits_of(officer.id)
            low = min(target - minutes(params.below), _possible(scenario, officer) + credited)
            high = max(target + minutes(params.above), credited)
            model.cp.add(total >= (max(0, low) if own.least_hours is None else minutes(own.least_hours)))
            model.cp.add(total <= (high if own.most_hours is None else minutes(own.most_hours)))
            if officer.regime is not PayRegime.CIVIL:
                for days in months:
                    inside = [s for s in shifts if days[0].date <= s.day <= days[-1].date]
                    self._post_overtime(model, scenario, officer, days, inside)
        return ()

    def _post_overtime(
        self, model: RosterModel, scenario: Scenario, officer: Officer, days: Sequence[Day], shifts: Sequence[ShiftDay]
    ) -> None:
        most = minutes(self.params(scenario).overtime)
        kinds = {day.date: day.kind for day in days}
        absences = {day.date: scenario.absence(officer.id, day.date) for day in days}
        credited = 480 * sum(a is not None and a.kind.counts_as_worked for a in absences.values())
        workdays = [d for d, kind in kinds.items() if kind is DayKind.WORKDAY]
        open_days = [d for d in workdays if absences[d] is None]
        target = 480 * sum((a := absences[d]) is None or a.kind.counts_as_worked for d in workdays)
        ordinary = sum(
            (minutes(s.paid) - _part(s, kinds, DayKind.HOLIDAY)) * model.works[officer.id, s] for s in shifts
        )
        model.cp.add(credited + ordinary <= max(target + most, credited))
        if officer.regime is PayRegime.STANDARD:
            on_rest_days = sum(_part(s, kinds, DayKind.REST) * model.works[officer.id, s] for s in shifts)
            model.cp.add(on_rest_days - 480 * sum(model.rest[officer.id, d] for d in open_days) <= most)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            worked = [s for s in scenario.dated(roster.shifts_of(officer.id)) if scenario.first <= s.day < scenario.end]
            yield from self._band(scenario, officer, worked)
            if officer.regime is not PayRegime.CIVIL:
                yield from self._overtime(scenario, officer, worked)

    def _band(self, scenario: Scenario, officer: Officer, worked: Sequence[ShiftDay]) -> Iterator[Finding]:
        params = self.params(scenario)
        target, credited = scenario.target(officer), scenario.credited(officer)
        total = sum((shift.paid for shift in worked), credited)
        high = max(target + params.above, credited)
        own = scenario.limits_of(officer.id)
        high = high if own.most_hours is None else own.most_hours
        low = max(timedelta(0), target - params.below) if own.least_hours is None else own.least_hours
        if low <= total <= high:
            return
        if own.least_hours is None:  # nobody can work more than whenever he is there
            paid = [s.paid for s in scenario.shifts_of(officer.squad) if s.id not in officer.barred_shifts]
            present = [d for d in scenario.dates if scenario.absence(officer.id, d) is None]
            low = min(low, credited + len(present) * max(paid, default=timedelta(0)))
            if low <= total <= high:
                return
        many = total > high
        zh = f"{officer.name} 本期 {_h(total)} 小时,应在 {_h(low)} 至 {_h(high)} 小时之间"
        en = f"{officer.name} has {_h(total)} h in the period; {_h(low)} to {_h(high)} h are right"
        yield self.finding(
            scenario,
            minutes(total - high if many else low - total),
            Where(officer=officer.id, squad=officer.squad),
            Text(zh, en),
            Text("减少班次", "Give fewer shifts") if many else Text("增加班次", "Give more shifts"),
        )

    def _overtime(self, scenario: Scenario, officer: Officer, worked: Sequence[ShiftDay]) -> Iterator[Finding]:
        limit = self.params(scenario).overtime
        for month, days in scenario.months.items():
            over = _overtime_of(scenario, officer, days, worked)
            if over > limit:
                yield self.finding(
                    scenario,
                    minutes(over - limit),
                    Where(officer=officer.id, squad=officer.squad),
                    Text(
                        f"{officer.name} {month[0]}-{month[1]:02} 加班 {_h(over)} 小时,上限 {_h(limit)} 小时",
                        f"{officer.name}: {_h(over)} h of overtime in {month[0]}-{month[1]:02}, at most {_h(limit)} h",
                    ),
                    Text("减少休息日和超出应出勤的班", "Give fewer shifts on rest days and beyond the target"),
                )


def _h(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):g}"


def _months(scenario: Scenario) -> list[list[Day]]:
    found: dict[tuple[int, int], list[Day]] = defaultdict(list)
    for on in scenario.dates:
        found[on.year, on.month].append(scenario.day(on))
    return list(found.values())


def _possible(scenario: Scenario, officer: Officer) -> int:
    longest = max(
        (minutes(s.paid) for s in scenario.shifts_of(officer.squad) if s.id not in officer.barred_shifts), default=0
    )
    return longest * sum(scenario.absence(officer.id, day) is None for day in scenario.dates)


def _part(shift: ShiftDay, kinds: dict[date, DayKind], kind: DayKind) -> int:
    """Return the paid minutes that fall on days of a kind, a shift over midnight in proportion to the clock."""
    midnight = datetime.combine(shift.day, time()) + DAY
    first = minutes(shift.paid) * minutes(min(shift.end, midnight) - shift.start) // minutes(shift.end - shift.start)
    split = ((shift.day, first), (shift.day + DAY, minutes(shift.paid) - first))
    return sum(part for day, part in split if kinds.get(day) is kind)


def _overtime_of(scenario: Scenario, officer: Officer, days: Sequence[Day], worked: Sequence[ShiftDay]) -> timedelta:
    """Return the overtime at 150 % and 200 % of the days of a calendar month, as the ledger settles it."""
    started = {shift.day for shift in worked}
    kinds = {day.date: day.kind for day in days}
    credits, due, untouched = 0, 0, 0
    for day, kind in kinds.items():
        absence = scenario.absence(officer.id, day)
        credit = absence is not None and absence.kind.counts_as_worked
        credits += credit
        if kind is DayKind.WORKDAY:
            due += absence is None or credit
            untouched += absence is None and day not in started
    before_work, on_rest_days = WORKDAY_HOURS * (credits - due), -WORKDAY_HOURS * untouched
    ordinary = timedelta(0)
    for shift in (s for s in worked if s.day in kinds):
        ordinary += shift.paid
        for day, paid in _by_date(shift):
            kind = kinds.get(day, DayKind.WORKDAY)
            if kind is DayKind.HOLIDAY:
                ordinary -= paid
            elif kind is DayKind.REST:
                on_rest_days += paid
    # training alone, however much, is no overtime
    above = before_work + ordinary if ordinary else timedelta(0)
    return max(timedelta(0), above, on_rest_days if officer.regime is PayRegime.STANDARD else timedelta(0))


def _by_date(shift: ShiftDay) -> Iterator[tuple[date, timedelta]]:
    midnight = datetime.combine(shift.day + DAY, time())
    if shift.end <= midnight:
        yield shift.day, shift.paid
        return
    before = timedelta(minutes=minutes(shift.paid * ((midnight - shift.start) / (shift.end - shift.start))))
    yield shift.day, before
    yield shift.day + DAY, shift.paid - before
