"""R02: who is absent is not rostered.

Model:  works[o, a] = 0 for every shift a of the horizon that starts on a date of an absence of o.
Source: who is absent cannot be on duty; training and business count as worked, our own judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.result import Finding, Where
from domain.units import SHIFTS
from domain.words import Scope, Severity, Text
from inputs.labels import label

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario


class Absent(Rule):
    """No shift starts on a date of an absence; what was worked before the horizon is not judged."""

    id, title = "R02", Text("请假不排班", "No shift while absent")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit, source = SHIFTS, Text("请假不上班,事理如此", "who is absent cannot be on duty")

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for officer in model.officers:
            for day in model.days:
                if scenario.absence(officer.id, day) is not None:
                    for shift in model.shift_days_on(officer, day):
                        model.cp.add(model.works[officer.id, shift] == 0)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        away = {absence.officer for absence in scenario.absences}
        for officer in (o for o in scenario.officers if o.id in away):
            for shift in scenario.dated(roster.shifts_of(officer.id)):
                absence = scenario.absence(officer.id, shift.day)
                if absence is not None:
                    name, kind = scenario.shift_by_id[shift.shift].name, label(absence.kind)
                    yield self.finding(
                        scenario,
                        1,
                        Where(officer=officer.id, squad=officer.squad, day=shift.day),
                        Text(
                            f"{officer.name} {shift.day:%m-%d} {kind.zh},却排了{name}",
                            f"{officer.name} is absent ({kind.en}) on {shift.day:%m-%d} but works {name}",
                        ),
                        Text("撤销该班并换人", "Take the shift off and give it to somebody else"),
                    )
