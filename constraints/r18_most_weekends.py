"""R18: most weekends worked.

A weekend is worked when a shift starts on its Saturday or its Sunday; only dates of the period count.

Model:  worked[o, w] = R18/worked/<o>/<Saturday> >= 1 - rest[o, d] for its dates d in the period;
        sum of worked[o, w] <= most
Source: own judgement; off unless entered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario

SATURDAY = 5


class MostWeekends(Rule):
    """At most so many weekends worked in the period."""

    id, title = "R18", Text("最多上班周末", "Most weekends worked")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit, source = Text("个周末", "weekends"), Text("本系统自定,填写才生效", "own judgement; off unless entered")
    parameters = (
        Parameter(
            key="most",
            default=53,
            text=Text("排班期内最多上班周末(53 为不限)", "Most weekends worked in the period (53: no limit)"),
            unit=Text("个", "weekends"),
            low=0,
            high=53,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        common = self.params(scenario).most
        weekends: dict[date, list[date]] = defaultdict(list)
        for day in model.days:
            if day.weekday() >= SATURDAY:
                weekends[day - (day.weekday() - SATURDAY) * DAY].append(day)
        for officer in model.officers:
            own = scenario.limits_of(officer.id).most_weekends
            most = common if own is None else own
            if most >= len(weekends):
                continue
            worked = []
            for saturday, days in weekends.items():
                worked.append(model.cp.new_bool_var(f"R18/worked/{officer.id}/{saturday:%y%m%d}"))
                for day in days:
                    model.cp.add(worked[-1] + model.rest[officer.id, day] >= 1)
            model.cp.add(sum(worked) <= most)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        common = self.params(scenario).most
        for officer in scenario.officers:
            own = scenario.limits_of(officer.id).most_weekends
            most = common if own is None else own
            busy = sorted(
                {
                    a.day.isocalendar()[:2]
                    for a in roster.shifts_of(officer.id)
                    if a.day.isoweekday() > 5 and scenario.first <= a.day < scenario.end
                }
            )
            if len(busy) > most:
                over = date.fromisocalendar(*busy[most], 6)
                yield self.finding(
                    scenario,
                    len(busy) - most,
                    Where(officer=officer.id, squad=officer.squad, day=over),
                    Text(
                        f"{officer.name} 有 {len(busy)} 个周末上班,最多 {most} 个",
                        f"{officer.name} works on {len(busy)} weekends; at most {most} are allowed",
                    ),
                    Text("让出整个周末", "Clear a whole weekend"),
                )
