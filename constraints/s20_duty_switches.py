"""S20: few switches of duty inside a shift.

Model:  switch[o, p] >= does[o, p, t] - does[o, q, t] for neighbouring periods p, q of one shift and every task t.
Amount: changes of duty or place inside a shift; holding is patrol here. Source: own judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import Period, RosterModel, Rule, Term
from domain.calendar import ShiftDay
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Duty, Roster
    from domain.scenario import Officer, Scenario


class DutySwitches(Rule):
    """An officer changes duty as rarely as possible inside a shift."""

    id, title = "S20", Text("班内少换岗", "Few switches of duty inside a shift")
    scope, severity = Scope.NAMING, Severity.WISH
    unit, source = Text("次变换", "switches"), Text("本系统自定", "own judgement")
    parameters = (
        Parameter(
            key="weight",
            default=1,
            text=Text("班内每换一次岗", "Each switch of duty inside a shift"),
            unit=Text("分/次", "points each"),
            low=0,
        ),
    )
    prices = {"": "weight"}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for officer in model.officers:
            for shift in model.shift_days(officer):
                inside = [p for p in model.periods.get(officer.squad, ()) if shift.covers(p.start, p.end)]
                for p, q in pairwise(inside):
                    yield from self._switch(model, officer, shift, p, q)

    def _switch(self, model: RosterModel, officer: Officer, shift: ShiftDay, p: Period, q: Period) -> Iterator[Term]:
        here, there = model.doing(officer.id, p), model.doing(officer.id, q)
        if not here or set(here) == set(there) == {None}:
            return
        switch = model.cp.new_bool_var(f"{self.id}/switch/{officer.id}/{p.start:%m%d%H%M}")
        for task, does in here.items():
            model.cp.add(switch >= does - there.get(task, 0))
        yield Term(switch)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for officer in scenario.officers:
            by_day: dict[object, list[Duty]] = {}
            for duty in roster.duties_of(officer.id):
                by_day.setdefault(duty.day, []).append(duty)
            for duties in by_day.values():
                amount = sum(_place(a) != _place(b) for a, b in pairwise(duties))
                if amount:
                    day = duties[0].day
                    yield self.finding(
                        scenario,
                        amount,
                        Where(officer=officer.id, squad=officer.squad, day=day),
                        Text(
                            f"{officer.name} {day:%m-%d} 班内换岗 {amount} 次",
                            f"{officer.name} changes duty {amount} times on {day:%m-%d}",
                        ),
                        Text("可让同组人员对调部分时段", "Let two officers of the shift trade some hours"),
                    )


def _place(duty: Duty) -> tuple[DutyKind, str | None]:
    return (DutyKind.PATROL, None) if duty.kind is DutyKind.HOLDING else (duty.kind, duty.place)
