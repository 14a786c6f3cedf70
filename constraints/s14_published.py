"""S14: a published roster changes as little as possible.

Model:  amount = sum over published lines of 1 - works[o, a] where shift a was published, of 1 - rest[o, d] where a rest
        was; a shift that the officer's squad no longer has is changed whatever is done.
Source: own judgement; people have planned by what was published.
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


class PublishedKept(Rule):
    """Shifts and rest days stay as they were published."""

    id, title = "S14", Text("公布后少改动", "Few changes to what is published")
    scope, severity = Scope.OFFICER, Severity.WISH
    unit, source = Text("人·天", "officer-days"), Text("本系统自定", "own judgement")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=15,
            text=Text("每改动一人一天扣分", "Points per officer-day changed"),
            unit=Text("分/人·天", "points per officer-day"),
            low=0,
            high=100_000,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {officer.id: officer for officer in model.officers}
        days = set(model.days)
        for line in scenario.published:
            if line.officer not in inside:
                continue
            for day, shift in line.days():
                if day not in days:
                    continue
                if shift is None:
                    yield Term(1 - model.rest[line.officer, day])
                    continue
                options = model.shift_days_on(inside[line.officer], day)
                works = [model.works[line.officer, s] for s in options if s.shift == shift]
                yield Term(1 - sum(works))

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for line in scenario.published:
            officer = scenario.officer_by_id.get(line.officer)
            if officer is None:
                continue
            worked = {a.day: a.shift for a in roster.shifts_of(line.officer)}
            for day, shift in line.days():
                now = worked.get(day)
                if now == shift or not scenario.first <= day < scenario.end:
                    continue
                old, new = (_name(scenario, which) for which in (shift, now))
                yield self.finding(
                    scenario,
                    1,
                    Where(officer=officer.id, squad=officer.squad, day=day),
                    Text(
                        f"{officer.name} {day:%m-%d} 公布的是{old.zh},现为{new.zh}",
                        f"{officer.name} {day:%m-%d}: {old.en} was published, now {new.en}",
                    ),
                    Text("通知本人并留调班记录,或改回", "Tell the officer and record the change, or undo it"),
                )


def _name(scenario: Scenario, shift: str | None) -> Text:
    if shift is None:
        return Text("休息", "rest")
    found = scenario.shift_by_id.get(shift)
    name = found.name if found else shift
    return Text(name, name)
