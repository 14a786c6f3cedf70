"""R08: whoever works the case desk is certified.

Model:  staff[c, p, desk] = 0 for classes c without a certificate
Source: Administrative Punishment Law art. 42 (two certified officers). That the desk has a pair is S16,
that each squad's part in a remediation has one is R13; on patrol one certified officer and an assistant may go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import minutes
from domain.result import Finding, Where
from domain.units import PERSON_MINUTES
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario


class CertifiedDesk(Rule):
    """Only certified officers work a case desk."""

    id, title = "R08", Text("案件岗须持证", "Certified officers at the case desk")
    scope, severity = Scope.SQUAD, Severity.HARD
    unit, source = PERSON_MINUTES, Text("《行政处罚法》第四十二条", "Administrative Punishment Law art. 42")
    by_class = True

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for (group, _, task), heads in model.staff.items():
            if task.kind is DutyKind.DESK and not group.certified:
                model.cp.add(heads == 0)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for duty in roster.duties:
            officer = scenario.officer_by_id.get(duty.officer)
            desk = scenario.desk_by_id.get(duty.place or "") if duty.kind is DutyKind.DESK else None
            if officer is None or desk is None or officer.certified:
                continue
            when = f"{duty.start:%m-%d %H:%M}-{duty.end:%H:%M}"
            yield self.finding(
                scenario,
                minutes(duty.end - duty.start),
                Where(
                    officer=officer.id,
                    squad=officer.squad,
                    day=duty.day,
                    place=desk.id,
                    start=duty.start,
                    end=duty.end,
                ),
                Text(
                    f"{officer.name} {when} 在「{desk.name}」,但没有执法证",
                    f"{officer.name} works desk {desk.name} {when} without an enforcement certificate",
                ),
                Text("换成持证执法队员", "Put a certified officer there"),
            )
