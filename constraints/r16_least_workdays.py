"""R16: least workdays in a row.

A run of adjacent dates with a shift is at least so long. Runs that touch the first or the last date of the period are
left alone, as part of them may lie outside; so are runs beside a business trip or training.

Model:  for every n below the least and every n dates d.. with a date before and after them inside the period, none of
        them a business trip or training: rest[o, before] + rest[o, after] - sum of rest[o, d] <= 1
Source: own judgement; off unless entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import DAYS
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario


class LeastWorkdays(Rule):
    """At least so many workdays in a row."""

    id, title = "R16", Text("最少连续上班天数", "Least workdays in a row")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit, source = DAYS, Text("本系统自定,填写才生效", "own judgement; off unless entered")
    parameters = (
        Parameter(
            key="least",
            default=1,
            text=Text("最少连续上班天数(1 为不限)", "Least workdays in a row (1: no limit)"),
            unit=Text("天", "days"),
            low=1,
            high=14,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        common = self.params(scenario).least
        for officer in model.officers:
            own = scenario.limits_of(officer.id).least_days
            credited = [
                (a := scenario.absence(officer.id, day)) is not None and a.kind.counts_as_worked for day in model.days
            ]
            rest = [model.rest[officer.id, day] for day in model.days]
            for length in range(1, common if own is None else own):
                for first in range(1, len(rest) - length):
                    end = first + length
                    if not any(credited[first - 1 : end + 1]):
                        model.cp.add(rest[first - 1] + rest[end] - sum(rest[first:end]) <= 1)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        common = self.params(scenario).least
        for officer in scenario.officers:
            least = scenario.limits_of(officer.id).least_days or common
            for day, length in _runs(scenario, officer, roster) if least > 1 else ():
                if length < least:
                    last = day + (length - 1) * DAY
                    yield self.finding(
                        scenario,
                        least - length,
                        Where(officer=officer.id, squad=officer.squad, day=day),
                        Text(
                            f"{officer.name} {day:%m-%d} 至 {last:%m-%d} 只连续上班 {length} 天,至少 {least} 天",
                            f"{officer.name} works {length} days in a row from {day:%m-%d} to {last:%m-%d}; at least "
                            f"{least} are asked for",
                        ),
                        Text("在前后补班,或整段改休", "Add a shift before or after, or make all of it rest days"),
                    )


def _runs(scenario: Scenario, officer: Officer, roster: Roster) -> Iterator[tuple[date, int]]:
    """Yield first date and length of the officer's runs that have a plain day off on either side in the period."""
    away = {d for d in scenario.dates if (a := scenario.absence(officer.id, d)) and a.kind.counts_as_worked}
    worked = {a.day for a in roster.shifts_of(officer.id)}
    start = None
    for day in scenario.dates:
        if day in away:
            start = None
        elif day in worked:
            if day - DAY >= scenario.first and day - DAY not in worked | away:
                start = day
        elif start is not None:
            yield start, (day - start).days
            start = None
