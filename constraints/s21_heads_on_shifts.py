"""S21: heads wanted on shifts.

For every squad, shift and date that a row of 班次人数 names (the last row counts), with heads, under and over of that
row:

Model:  under = S21/under/<squad>/<date>/<shift> >= heads - sum of works[o, a];  amount = weight under x under
        over = S21/over/<squad>/<date>/<shift> >= sum of works[o, a] - heads;    amount = weight over x over
Source: as entered; off unless entered.
"""

from __future__ import annotations

from collections import Counter
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


class HeadsOnShifts(Rule):
    """As many people on a shift as wanted; too few and too many have prices of their own."""

    id, title = "S21", Text("班次人数", "Heads on shifts")
    scope, severity = Scope.SQUAD, Severity.SHORTFALL
    unit, source = Text("权重", "of weight"), Text("按所填,填写才生效", "as entered; off unless entered")
    prices = {"under": "weight", "over": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=1,
            text=Text("班次人数不符,按所填每一点", "Heads missing or too many, per point entered"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        squads = {squad.id for squad in model.squads}
        for (squad, shift_id, day), cover in scenario.wanted.items() if squads else ():
            if squad not in squads or shift_id not in scenario.shift_by_id:
                continue
            heads = model.heads(squad, scenario.shift_day(shift_id, day))
            name = f"{squad}/{day:%y%m%d}/{shift_id}"
            if cover.under and cover.heads:
                under = model.cp.new_int_var(0, cover.heads, f"S21/under/{name}")
                model.cp.add(under + heads.there >= cover.heads)
                yield Term(cover.under * under, "under")
            if cover.over and heads.most > cover.heads:
                over = model.cp.new_int_var(0, heads.most - cover.heads, f"S21/over/{name}")
                model.cp.add(heads.there <= cover.heads + over)
                yield Term(cover.over * over, "over")

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        home = {officer.id: officer.squad for officer in scenario.officers}
        there = Counter((home[a.officer], a.shift, a.day) for a in roster.shifts if a.officer in home)
        for (squad, shift_id, day), cover in scenario.wanted.items():
            if squad not in scenario.squad_by_id or shift_id not in scenario.shift_by_id:
                continue
            have = there[squad, shift_id, day]
            short = have < cover.heads
            points = cover.under * (cover.heads - have) if short else cover.over * (have - cover.heads)
            if points <= 0:
                continue
            name, shift = scenario.squad_by_id[squad].name, scenario.shift_by_id[shift_id].name
            yield self.finding(
                scenario,
                points,
                Where(squad=squad, day=day),
                Text(
                    f"{name} {day:%m-%d} {shift}有 {have} 人,应有 {cover.heads} 人",
                    f"{name} has {have} people on {shift} on {day:%m-%d}; {cover.heads} are wanted",
                ),
                Text("调人上此班", "Move people to this shift")
                if short
                else Text("调人去别的班", "Move people to other shifts"),
                item="under" if short else "over",
            )
