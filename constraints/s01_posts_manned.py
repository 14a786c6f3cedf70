"""S01: fixed posts are manned in their hours.

Model:  for each post need and each period inside it, missing >= heads - sum of staff at the post, missing >= 0;
        amount = sum of missing x length of the period. Time that no shift of the squad covers is missing as a whole.
Source: own judgement; Huangpu 2013 takes off fixed posts before all other work.
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


class PostsManned(Rule):
    """Fixed posts have their people for all of their hours."""

    id, title = "S01", Text("固定岗到岗", "Fixed posts manned")
    scope, severity = Scope.SQUAD, Severity.SHORTFALL
    unit = PERSON_MINUTES
    source = Text("本系统自定;黄浦 2013 先扣除固定岗", "own judgement; Huangpu 2013 takes off fixed posts first")
    by_class = True
    parameters = (
        Parameter(
            key="weight",
            default=30,
            text=Text("固定岗每缺一人一小时扣分", "Points per person-hour missing at a fixed post"),
            unit=Text("分/人时", "points per person-hour"),
            low=0,
            high=100_000,
        ),
    )
    prices, per = {"": "weight"}, {"": 60}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {squad.id for squad in model.squads}
        for need in scenario.post_needs:
            squad = scenario.post_by_id[need.place].squad
            if squad in inside:
                task = Task(DutyKind.POST, need.place)
                yield Term(missing_minutes(model, need, task, [squad], "S01/missing"))

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        def own(officer: Officer, place: str) -> bool:
            post = scenario.post_by_id.get(place)
            return post is not None and post.squad == officer.squad

        duties = duties_at(scenario, roster, DutyKind.POST, own)
        for need in scenario.post_needs:
            post = scenario.post_by_id[need.place]
            squad = scenario.squad_by_id.get(post.squad)
            short = short_stretches(need, duties.get(need.place, ())) if squad else []
            if squad is not None and short:
                lack = told(short)
                yield self.finding(
                    scenario,
                    person_minutes(short),
                    Where(squad=squad.id, day=need.day, place=post.id, start=short[0].start, end=short[-1].end),
                    Text(
                        f"{squad.name} {need.day:%m-%d} 固定岗「{post.name}」(需 {need.heads} 人){lack.zh}",
                        f"{squad.name} {need.day:%m-%d}, post {post.name} (needs {need.heads}): {lack.en}",
                    ),
                    Text(
                        "从同时段巡查人员中抽调,或加排覆盖该时段的班次",
                        "Take people off patrol in those hours, or roster one more shift that covers them",
                    ),
                )
