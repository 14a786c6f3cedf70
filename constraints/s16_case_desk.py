"""S16: at every moment of its open hours the case desk has one certified pair.

Model:  the open hours of a desk are cut at the period boundaries of all its squads in the model; in each piece
        missing >= 2 - sum of certified staff of those squads at the desk, missing >= 0;
        amount = sum of missing x length of the piece. Overlapping shifts need one pair between them.
Source: a case needs two certified officers (Administrative Punishment Law art. 42).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Task, Term
from constraints.manning_audit import duties_at, person_minutes, short_stretches, told
from constraints.manning_post import missing_minutes
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import PERSON_MINUTES
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario


class CaseDesk(Rule):
    """A certified pair of any of the desk's squads while the desk is open."""

    id, title = "S16", Text("网格案件岗值守", "Case desk manned")
    scope, severity = Scope.GROUP, Severity.SHORTFALL
    unit = PERSON_MINUTES
    source = Text(
        "《行政处罚法》第四十二条;开放时间以填写为准", "Administrative Punishment Law art. 42; desk hours as entered"
    )
    by_class = True
    parameters = (
        Parameter(
            key="weight",
            default=60,
            text=Text("网格案件岗每缺一人一小时扣分", "Points per person-hour missing at a case desk"),
            unit=Text("分/人时", "points per person-hour"),
            low=0,
            high=100_000,
        ),
    )
    prices, per = {"": "weight"}, {"": 60}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {squad.id for squad in model.squads}
        for need in scenario.desk_needs:
            squads = [squad for squad in scenario.desk_by_id[need.place].squads if squad in inside]
            if squads:
                task = Task(DutyKind.DESK, need.place)
                yield Term(missing_minutes(model, need, task, squads, "S16/missing", lambda c: c.certified))

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        def able(officer: Officer, place: str) -> bool:
            desk = scenario.desk_by_id.get(place)
            return desk is not None and officer.certified and officer.squad in desk.squads

        duties = duties_at(scenario, roster, DutyKind.DESK, able)
        for need in scenario.desk_needs:
            desk = scenario.desk_by_id[need.place]
            squads = [scenario.squad_by_id[s] for s in desk.squads if s in scenario.squad_by_id]
            short = short_stretches(need, duties.get(need.place, ())) if squads else []
            if short:
                lack = told(short)
                names = [squad.name for squad in squads]
                yield self.finding(
                    scenario,
                    person_minutes(short),
                    Where(squad=squads[0].id, day=need.day, place=desk.id, start=short[0].start, end=short[-1].end),
                    Text(
                        f"{'、'.join(names)} {need.day:%m-%d} 「{desk.name}」持证双人不足:{lack.zh}",
                        f"{', '.join(names)} {need.day:%m-%d}, desk {desk.name} lacks its certified pair: {lack.en}",
                    ),
                    Text(
                        "调持证队员到岗,或缩短受理时间、与相邻中队合设",
                        "Put certified officers there, or set shorter hours, or share the desk with a neighbour",
                    ),
                )
