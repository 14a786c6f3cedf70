"""R09: the protected do no night work and no overtime; nobody works a shift he is barred from.

Model:  works[o, a] = 0 where a is barred for o, or o is protected and a overlaps a night [night_start, night_end)
        (or a is a late shift and late_is_night);
        protected o: sum of paid minutes x works + credited <= max(target, credited)
Source: Special rules on the labour protection of female employees, art. 6 and 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY, ShiftDay, minutes, overlaps
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import MINUTES
from domain.words import Scope, Severity, ShiftKind, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario


class Personal(Rule):
    """Protection of pregnant and nursing officers, and personal restrictions."""

    id, title = "R09", Text("特殊保护和个人限制", "Protected officers and personal restrictions")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit = MINUTES
    source = Text("《女职工劳动保护特别规定》第六条、第九条", "Labour protection of female employees, art. 6 and 9")
    parameters = (
        Parameter(
            key="night_start",
            default=time(22),
            text=Text("夜间开始", "Night begins"),
            unit=Text("时刻", "time"),
        ),
        Parameter(
            key="night_end",
            default=time(6),
            text=Text("夜间结束(次日)", "Night ends (next day)"),
            unit=Text("时刻", "time"),
        ),
        Parameter(
            key="late_is_night",
            default=False,
            text=Text("晚班算夜班", "Late shifts count as night work"),
            unit=Text("是/否", "yes/no"),
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for officer in model.officers:
            shifts = [s for s in model.shift_days(officer) if s.day >= scenario.first]
            for shift in shifts:
                if shift.shift in officer.barred_shifts or (officer.protected and self._is_night(scenario, shift)):
                    model.cp.add(model.works[officer.id, shift] == 0)
            if officer.protected:
                credited = minutes(scenario.credited(officer))
                most = max(minutes(scenario.target(officer)), credited)
                hours = sum(minutes(s.paid) * model.works[officer.id, s] for s in shifts)
                model.cp.add(hours + credited <= most)
        return ()

    def _is_night(self, scenario: Scenario, shift: ShiftDay) -> bool:
        params = self.params(scenario)
        if params.late_is_night and scenario.shift_by_id[shift.shift].kind is ShiftKind.LATE:
            return True
        for eve in (shift.day - DAY, shift.day, shift.day + DAY):
            start, end = datetime.combine(eve, params.night_start), datetime.combine(eve, params.night_end)
            if overlaps(shift.start, shift.end, start, end if end > start else end + DAY):
                return True
        return False

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            worked = scenario.dated(roster.shifts_of(officer.id))
            for shift in worked:
                if shift.shift in officer.barred_shifts:
                    yield self._breach(scenario, officer, shift, Text("本人不排此班", "may not work this shift"))
                if officer.protected:
                    yield from self._night(scenario, officer, shift)
            if officer.protected:
                yield from self._overtime(scenario, officer, worked)

    def _night(self, scenario: Scenario, officer: Officer, shift: ShiftDay) -> Iterator[Finding]:
        """Yield a breach for a shift with a minute of the night in it, or a late one where those count as night."""
        params = self.params(scenario)
        begin, end = params.night_start, params.night_end
        late = params.late_is_night and scenario.shift_by_id[shift.shift].kind is ShiftKind.LATE
        if late or _any_of_night(shift.start.time(), minutes(shift.end - shift.start), begin, end):
            yield self._breach(scenario, officer, shift, Text("特殊保护期不上夜班", "is protected from night work"))

    def _breach(self, scenario: Scenario, officer: Officer, shift: ShiftDay, why: Text) -> Finding:
        name = scenario.shift_by_id[shift.shift].name
        return self.finding(
            scenario,
            minutes(shift.end - shift.start),
            Where(officer=officer.id, squad=officer.squad, day=shift.day),
            Text(
                f"{officer.name} {shift.day:%m-%d} 排了{name},{why.zh}",
                f"{officer.name} works {name} on {shift.day:%m-%d} but {why.en}",
            ),
            Text("换成允许的班,或换人", "Give another shift, or another person"),
        )

    def _overtime(self, scenario: Scenario, officer: Officer, worked: Sequence[ShiftDay]) -> Iterator[Finding]:
        total = scenario.credited(officer)
        allowed = max(total, scenario.target(officer))
        for shift in worked:
            total += shift.paid
        if total > allowed:
            have, most = minutes(total) / 60, minutes(allowed) / 60
            yield self.finding(
                scenario,
                minutes(total - allowed),
                Where(officer=officer.id, squad=officer.squad),
                Text(
                    f"{officer.name} 在特殊保护期,不得加班:本期 {have:g} 小时,应出勤 {most:g} 小时",
                    f"{officer.name} is protected from overtime: {have:g} h of {most:g} h in the period",
                ),
                Text("减少其班次", "Give fewer shifts"),
            )


@cache
def _any_of_night(start: time, length: int, begin: time, end: time) -> bool:
    """Walk a shift of ``length`` minutes minute by minute: a minute is of the night if its time of day is."""
    first = datetime.combine(date.min, start)
    clocks = ((first + n * (DAY / 1440)).time() for n in range(length))
    return any(begin <= t < end if begin < end else t >= begin or t < end for t in clocks)
