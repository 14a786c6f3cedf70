"""R04: consecutive workdays, also over the month's start and around statutory holidays.

Model:  for every run of max_days + 1 dates that ends in the horizon, where a date of the past counts if worked and a
        business trip or training counts as worked: sum of rest[o, d] over the dates that are open >= 1.
        An officer's own max_days (sheet 个人限值) comes before the common one.
        Runs without an open date (all past, or all trips and training) are nobody's choice and are left alone.
Source: Regulation on public holidays (2024), art. 7, and Labour Law art. 38.
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
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario


class ConsecutiveDays(Rule):
    """At most so many workdays in a row, history included."""

    id, title = "R04", Text("连续上班天数", "Consecutive workdays")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit = DAYS
    source = Text("2024 年放假办法第七条;《劳动法》第三十八条", "2024 holiday rules, art. 7; Labour Law art. 38")
    parameters = (
        Parameter(
            key="max_days",
            default=6,
            text=Text("最多连续上班天数", "Most consecutive workdays"),
            unit=Text("天", "days"),
            low=1,
            high=13,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        common = self.params(scenario).max_days
        for officer in model.officers:
            own = scenario.limits_of(officer.id).most_days
            length = (common if own is None else own) + 1
            for last in model.days:
                window = dates(last - (length - 1) * DAY, last + DAY)
                if all(_may_be_worked(scenario, officer, day) for day in window):
                    chosen = [d for d in window if d >= scenario.first and scenario.absence(officer.id, d) is None]
                    if chosen:
                        model.cp.add(sum(model.rest[officer.id, d] for d in chosen) >= 1)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            longest = scenario.limits_of(officer.id).most_days or self.params(scenario).max_days
            rostered = {a.day for a in roster.shifts_of(officer.id) if scenario.absence(officer.id, a.day) is None}
            for run in _runs(scenario, officer, rostered):
                if len(run) > longest and rostered.intersection(run):
                    first, last = run[0], run[-1]
                    yield self.finding(
                        scenario,
                        len(run) - longest,
                        Where(officer=officer.id, squad=officer.squad, day=max(first + longest * DAY, scenario.first)),
                        Text(
                            f"{officer.name} {first:%m-%d} 至 {last:%m-%d} 连续上班 {len(run)} 天,最多 {longest} 天",
                            f"{officer.name} works {len(run)} days in a row, {first:%m-%d} to {last:%m-%d}; at most "
                            f"{longest} are allowed",
                        ),
                        Text("其中一天改休", "Make one of these days a rest day"),
                    )


def _may_be_worked(scenario: Scenario, officer: Officer, day: date) -> bool:
    absence = scenario.absence(officer.id, day)
    if absence is not None and absence.kind.counts_as_worked:
        return True
    if day < scenario.first:
        return any(shift.day == day for shift in scenario.past_shifts_of(officer.id))
    return absence is None


def _runs(scenario: Scenario, officer: Officer, rostered: set[date]) -> Iterator[list[date]]:
    """Yield the runs of adjacent dates that are worked: past shifts, rostered shifts, trips and training."""
    worked = rostered | {shift.day for shift in scenario.past_shifts_of(officer.id)}
    for absence in scenario.absences:
        if absence.officer == officer.id and absence.kind.counts_as_worked:
            worked |= set(dates(absence.start, min(absence.end, scenario.end)))
    run: list[date] = []
    for day in sorted(worked):
        if run and day != run[-1] + DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run
