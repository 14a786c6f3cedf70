"""S17: a standing joint presence over the holidays has its people.

Model:  the hours of a presence are cut at the period boundaries of all its squads in the model; in each piece
        missing >= heads - sum of staff of those squads at the presence, missing >= 0;
        amount = sum of missing x length of the piece.
Source: Golden Week practice of the Huangpu brigade (2013).
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


class StandingPresence(Rule):
    """People of the named squads stand at the hotspot for all of the presence's hours."""

    id, title = "S17", Text("节日值守到岗", "Standing presence manned")
    scope, severity = Scope.GROUP, Severity.SHORTFALL
    unit, source = PERSON_MINUTES, Text("黄浦 2013(黄金周);以填写为准", "Huangpu 2013 (Golden Week); as entered")
    by_class = True
    parameters = (
        Parameter(
            key="weight",
            default=60,
            text=Text("节日值守每缺一人一小时扣分", "Points per person-hour missing at a standing presence"),
            unit=Text("分/人时", "points per person-hour"),
            low=0,
            high=100_000,
        ),
    )
    prices, per = {"": "weight"}, {"": 60}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {squad.id for squad in model.squads}
        for need in scenario.presence_needs:
            squads = [squad for squad in scenario.presence_by_id[need.place].squads if squad in inside]
            if squads:
                task = Task(DutyKind.PRESENCE, need.place)
                yield Term(missing_minutes(model, need, task, squads, "S17/missing"))

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        def asked(officer: Officer, place: str) -> bool:
            presence = scenario.presence_by_id.get(place)
            return presence is not None and officer.squad in presence.squads

        duties = duties_at(scenario, roster, DutyKind.PRESENCE, asked)
        for need in scenario.presence_needs:
            presence = scenario.presence_by_id[need.place]
            squads = [scenario.squad_by_id[s] for s in presence.squads if s in scenario.squad_by_id]
            short = short_stretches(need, duties.get(need.place, ())) if squads else []
            if short:
                lack = told(short)
                names = [squad.name for squad in squads]
                site = scenario.hotspot_by_id.get(presence.hotspot)
                place = site.name if site is not None else presence.hotspot
                yield self.finding(
                    scenario,
                    person_minutes(short),
                    Where(squad=squads[0].id, day=need.day, place=need.place, start=short[0].start, end=short[-1].end),
                    Text(
                        f"{'、'.join(names)} {need.day:%m-%d} {place} 值守(需 {need.heads} 人){lack.zh}",
                        f"{', '.join(names)} {need.day:%m-%d}, presence at {place} (needs {need.heads}): {lack.en}",
                    ),
                    Text(
                        "从各中队巡查人员中抽调,或减少值守人数、缩短时段",
                        "Take people off patrol in these squads, or ask for fewer people or shorter hours",
                    ),
                )
