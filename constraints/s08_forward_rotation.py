"""S08: shifts rotate forward, early -> middle -> late, on consecutive dates.

Model:  for each pair of adjacent dates, the past's last one included, and each step k of early < middle < late < night:
        works of kinds above k on the first + works of kinds up to k on the second - 1 <= back,
        back = S08/back/<o>/<date> in 0..1;  amount = sum of back
Source: HSE, Managing shift work (HSG256).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import TIMES
from domain.words import Scope, Severity, ShiftKind, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario

ORDER = (ShiftKind.EARLY, ShiftKind.MIDDLE, ShiftKind.LATE, ShiftKind.NIGHT)


class ForwardRotation(Rule):
    """A shift of an earlier kind on the very next date is a step back."""

    id, title = "S08", Text("班次向前轮换", "Forward rotation")
    scope, severity = Scope.OFFICER, Severity.WISH
    unit, source = TIMES, Text("英国 HSE《轮班工作管理》(HSG256)", "HSE, Managing shift work (HSG256)")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=3,
            text=Text("班次倒换一次", "Per step back"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        place = {shift.id: ORDER.index(shift.kind) for shift in scenario.shifts}
        for officer in model.officers:
            for day in model.days:
                before, after = (
                    [(place[s.shift], model.works[officer.id, s]) for s in model.shift_days_on(officer, on)]
                    for on in (day - DAY, day)
                )
                steps = [k for k, _ in after if any(rank > k for rank, _ in before)]
                if not steps:
                    continue
                back = model.cp.new_bool_var(f"S08/back/{officer.id}/{day:%m%d}")
                for k in sorted(set(steps)):
                    higher = sum(works for rank, works in before if rank > k)
                    model.cp.add(higher + sum(works for rank, works in after if rank <= k) - 1 <= back)
                yield Term(back)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            own = scenario.dated(roster.shifts_of(officer.id))
            for a, b in pairwise([*scenario.past_shifts_of(officer.id), *own]):
                first, second = scenario.shift_by_id[a.shift], scenario.shift_by_id[b.shift]
                back = ORDER.index(second.kind) < ORDER.index(first.kind)
                if back and b.day == a.day + DAY and b.day >= scenario.first:
                    yield self.finding(
                        scenario,
                        1,
                        Where(officer=officer.id, squad=officer.squad, day=b.day),
                        Text(
                            f"{officer.name} {a.day:%m-%d} {first.name}后 {b.day:%m-%d} 接{second.name},班次倒换",
                            f"{officer.name} goes back from {first.name} on {a.day:%m-%d} "
                            f"to {second.name} on {b.day:%m-%d}",
                        ),
                        Text("换成同样或更晚的班", "Give the same shift or a later one"),
                    )
