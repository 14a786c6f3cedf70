"""S10: officers' requests, a shift or a rest day, for or against.

Model:  amount = sum over requests of its weight x (1 - g), g = rest[o, d] or works[o, a], turned round if against.
        Requests on dates of an absence or outside the horizon are left out.
Source: as entered by the officers.
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
    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Request, Scenario


class Requests(Rule):
    """What officers asked for, priced by the weight they were given."""

    id, title = "S10", Text("个人申请", "Officers' requests")
    scope, severity = Scope.OFFICER, Severity.WISH
    unit, source = Text("权重", "of weight"), Text("队员本人申请", "as entered by the officers")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=1,
            text=Text("未满足的申请,按其权重每一点", "Request not granted, per point of its weight"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {officer.id for officer in model.officers}
        for request in scenario.requests:
            if request.officer in inside and _counts(scenario, request):
                asked = _literal(model, request)
                yield Term(request.weight * (asked if request.against else 1 - asked))

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for request in scenario.requests:
            officer = scenario.officer_by_id.get(request.officer)
            absent = scenario.absence(request.officer, request.date) is not None
            if officer is None or absent or not scenario.first <= request.date < scenario.end:
                continue
            worked = [a.shift for a in roster.shifts_of(officer.id) if a.day == request.date]
            has_it = not worked if request.shift is None else request.shift in worked
            if has_it == request.against and request.weight:
                what = _words(scenario, request)
                yield self.finding(
                    scenario,
                    request.weight,
                    Where(officer=officer.id, squad=officer.squad, day=request.date),
                    Text(
                        f"{officer.name} {request.date:%m-%d} 的申请未满足:{what.zh}",
                        f"{officer.name}'s request for {request.date:%m-%d} is not granted: {what.en}",
                    ),
                    Text("与同中队的人换班", "Swap the shift with somebody of the squad"),
                )


def _counts(scenario: Scenario, request: Request) -> bool:
    in_time = scenario.first <= request.date < scenario.end
    return in_time and scenario.absence(request.officer, request.date) is None


def _literal(model: RosterModel, request: Request) -> Literal:
    if request.shift is None:
        return model.rest[request.officer, request.date]
    found = [s for s in model.shift_days_on(request.officer, request.date) if s.shift == request.shift]
    return model.works[request.officer, found[0]] if found else 0


def _words(scenario: Scenario, request: Request) -> Text:
    shift = scenario.shift_by_id.get(request.shift or "")
    name = Text("休息", "rest day") if request.shift is None else Text(shift.name, shift.name) if shift else None
    name = name or Text(request.shift or "", request.shift or "")
    return Text(f"不要{name.zh}", f"not {name.en}") if request.against else name
