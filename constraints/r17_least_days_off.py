"""R17: least days off in a row.

A run of adjacent dates without a shift, leave included, is at least so long. Runs that touch the first or the last
date of the period are left alone, as part of them may lie outside; so are runs beside a business trip or training.

Model:  for every n below the least and every n dates d.. with a date before and after them inside the period, none of
        them a business trip or training: sum of rest[o, d] - rest[o, before] - rest[o, after] <= n - 1
Source: own judgement; off unless entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import DAYS
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from datetime import date

    from domain.roster import Roster
    from domain.scenario import Officer, Scenario

OFF, ON, AWAY = "off", "on", "away"


class LeastDaysOff(Rule):
    """At least so many days off in a row."""

    id, title = "R17", Text("最少连续休息天数", "Least days off in a row")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit, source = DAYS, Text("本系统自定,填写才生效", "own judgement; off unless entered")
    parameters = (
        Parameter(
            key="least",
            default=1,
            text=Text("最少连续休息天数(1 为不限)", "Least days off in a row (1: no limit)"),
            unit=Text("天", "days"),
            low=1,
            high=14,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        common = self.params(scenario).least
        for officer in model.officers:
            own = scenario.limits_of(officer.id).least_rest_days
            credited = [
                (a := scenario.absence(officer.id, day)) is not None and a.kind.counts_as_worked for day in model.days
            ]
            rest = [model.rest[officer.id, day] for day in model.days]
            for length in range(1, common if own is None else own):
                for first in range(1, len(rest) - length):
                    end = first + length
                    if not any(credited[first - 1 : end + 1]):
                        model.cp.add(sum(rest[first:end]) - rest[first - 1] - rest[end] <= length - 1)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        common = self.params(scenario).least
        for officer in scenario.officers:
            least = scenario.limits_of(officer.id).least_rest_days or common
            for first, last, length in _spells(scenario, officer, roster) if least > 1 else ():
                if length < least:
                    yield self.finding(
                        scenario,
                        least - length,
                        Where(officer=officer.id, squad=officer.squad, day=first),
                        Text(
                            f"{officer.name} {first:%m-%d} 至 {last:%m-%d} 只连续休息 {length} 天,至少 {least} 天",
                            f"{officer.name} is off {length} days in a row from {first:%m-%d} to {last:%m-%d}; at "
                            f"least {least} are asked for",
                        ),
                        Text("在前后补休,或取消这次休息", "Add a rest day before or after, or work through"),
                    )


def _spells(scenario: Scenario, officer: Officer, roster: Roster) -> Iterator[tuple[date, date, int]]:
    """Yield first date, last date and length of the spells off that lie between two shifts of the period."""
    worked = {a.day for a in roster.shifts_of(officer.id)}

    def look(day: date) -> str:
        absence = scenario.absence(officer.id, day)
        if absence is not None and absence.kind.counts_as_worked:
            return AWAY
        return ON if day in worked else OFF

    spells = [(what, list(days)) for what, days in groupby(scenario.dates, look)]
    for before, (what, days), after in zip(spells, spells[1:], spells[2:], strict=False):
        if (before[0], what, after[0]) == (ON, OFF, ON):
            yield days[0], days[-1], len(days)
