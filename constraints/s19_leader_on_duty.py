"""S19: a leader or deputy on duty every day in every squad.

Model:  missing[squad, day] + sum of works of the squad's present leaders on shifts that start that day >= 1.
Amount: days of squads without a leader on duty. Leaders on leave or away do not count, whatever the roster says.
Source: own judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario


class LeaderOnDuty(Rule):
    """A leader or deputy on duty every day."""

    id, title = "S19", Text("每天有带班领导", "A leader on duty every day")
    scope, severity = Scope.SQUAD, Severity.SHORTFALL
    unit, source = Text("中队·天", "squad-days"), Text("本系统自定", "own judgement")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=50,
            text=Text("每缺一天的分值", "Price of a day without a leader"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for squad in model.squads:
            leaders = [o for o in model.officers if o.squad == squad.id and o.leads]
            for day in model.days:
                present = [o for o in leaders if scenario.absence(o.id, day) is None]
                works = [model.works[o.id, s] for o in present for s in model.shift_days_on(o, day)]
                missing = model.cp.new_int_var(0, 1, f"S19/missing/{squad.id}/{day:%m%d}")
                model.cp.add(missing + sum(works) >= 1)
                yield Term(missing)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        on_duty = {
            (person.squad, a.day)
            for a in roster.shifts
            if (person := scenario.officer_by_id.get(a.officer)) is not None
            and person.leads
            and a.shift in scenario.shift_by_id
            and scenario.absence(a.officer, a.day) is None
        }
        for squad in scenario.squads:
            names = [o.name for o in scenario.officers_of(squad.id) if o.leads]
            for day in scenario.dates:
                if (squad.id, day) in on_duty:
                    continue
                zh, en = "、".join(names) or "未登记", ", ".join(names) or "none is registered"
                yield self.finding(
                    scenario,
                    1,
                    Where(squad=squad.id, day=day),
                    Text(
                        f"{squad.name} {day:%m-%d} 没有中队长或副中队长在岗(领导:{zh})",
                        f"{squad.name} has no leader or deputy on duty on {day:%m-%d} (leaders: {en})",
                    ),
                    Text("给其中一人排班,或调整请假", "Put one of them on a shift, or move a leave"),
                )
