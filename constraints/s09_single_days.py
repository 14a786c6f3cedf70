"""S09: no single workdays and no single rest days.

A single workday has a day off on both sides, a single rest day a workday on both sides. Business trips and training
are worked, other absences are off; an absence itself is nobody's single day. The past decides at the front; what
follows the horizon is not known, so its last date is not judged.

Model:  with r[d] = rest[o, d], or a constant for the past and for absences, for each date d from the eve of the horizon
        on:  r[d-1] + r[d+1] - r[d] - 1 <= single,  r[d] - r[d-1] - r[d+1] <= single,
        single = S09/single/<o>/<date> in 0..1;  amount = sum of single
Source: own judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY, dates
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import DAYS
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario


class SingleDays(Rule):
    """Workdays and rest days come in twos or more, history included."""

    id, title = "S09", Text("单独的上班日或休息日", "Single workdays and rest days")
    scope, severity = Scope.OFFICER, Severity.WISH
    unit, source = DAYS, Text("本系统自定", "own judgement")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=2,
            text=Text("单独的上班日或休息日,每天", "Per single workday or rest day"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for officer in model.officers:
            for day in dates(scenario.first - DAY, scenario.end - DAY):
                if scenario.absence(officer.id, day) is None:
                    before, here, after = (_rests(model, scenario, officer, day + n * DAY) for n in (-1, 0, 1))
                    single = model.cp.new_bool_var(f"S09/single/{officer.id}/{day:%m%d}")
                    model.cp.add(before + after - here - 1 <= single)
                    model.cp.add(here - before - after <= single)
                    yield Term(single)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            shifts = [*scenario.past_shifts_of(officer.id), *scenario.dated(roster.shifts_of(officer.id))]
            started = {shift.day for shift in shifts}
            line: list[bool] = []
            for day in dates(scenario.first - 2 * DAY, scenario.end):
                absence = scenario.absence(officer.id, day)
                line.append(absence.kind.counts_as_worked if absence else day in started)
                middle = day - DAY
                if len(line) < 3 or scenario.absence(officer.id, middle) is not None:
                    continue
                if line[-1] == line[-3] != line[-2]:
                    yield self._single(scenario, officer, middle, worked=line[-2])

    def _single(self, scenario: Scenario, officer: Officer, day: date, *, worked: bool) -> Finding:
        zh, en = ("只上一天班", "works a single day") if worked else ("只休一天", "rests a single day")
        return self.finding(
            scenario,
            1,
            Where(officer=officer.id, squad=officer.squad, day=day),
            Text(f"{officer.name} {day:%m-%d} {zh}", f"{officer.name} {en}, {day:%m-%d}"),
            Text("与前后一天连起来排", "Join it with the day before or after"),
        )


def _rests(model: RosterModel, scenario: Scenario, officer: Officer, day: date) -> Literal:
    absence = scenario.absence(officer.id, day)
    if absence is not None:
        return int(not absence.kind.counts_as_worked)
    if day < scenario.first:
        return int(not model.shift_days_on(officer, day))
    return model.rest[officer.id, day]
