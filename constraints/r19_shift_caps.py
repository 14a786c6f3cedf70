"""R19: shifts of a kind per officer.

Model:  sum of works[o, a] over the dated shifts a of the period of the capped shift <= most
Source: as entered; off unless entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.result import Finding, Where
from domain.units import SHIFTS
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario


class ShiftCaps(Rule):
    """How often an officer may work a shift in the period."""

    id, title = "R19", Text("个人班次上限", "Shifts of a kind per officer")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit, source = SHIFTS, Text("按所填,填写才生效", "as entered; off unless entered")

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {officer.id for officer in model.officers}
        for cap in scenario.shift_caps:
            if cap.officer in inside:
                works = [
                    model.works[cap.officer, s]
                    for s in model.shift_days(cap.officer)
                    if s.shift == cap.shift and s.day >= scenario.first
                ]
                if len(works) > cap.most:
                    model.cp.add(sum(works) <= cap.most)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for cap in scenario.shift_caps:
            officer = scenario.officer_by_id.get(cap.officer)
            if officer is None:
                continue
            days = [a.day for a in roster.shifts_of(cap.officer) if a.shift == cap.shift]
            if len(days) > cap.most:
                shift = scenario.shift_by_id.get(cap.shift)
                name = shift.name if shift else cap.shift
                yield self.finding(
                    scenario,
                    len(days) - cap.most,
                    Where(officer=officer.id, squad=officer.squad, day=days[cap.most]),
                    Text(
                        f"{officer.name} 上了 {len(days)} 次{name},最多 {cap.most} 次",
                        f"{officer.name} works {name} {len(days)} times; at most {cap.most} are allowed",
                    ),
                    Text("换成别的班或换人", "Change the shift or the person"),
                )
