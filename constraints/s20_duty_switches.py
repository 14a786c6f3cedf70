"""S20: few switches of duty inside a shift.

Model:  switch[o, p] >= does[o, p, t] - does[o, q, t] for neighbouring periods p, q of one shift and every task t.
Amount: changes of duty or place inside a shift; holding is patrol here. Source: own judgement.

Before anybody is named, heads of classes say how few switches there can be (`least_switches`): whoever of a class is on
shift in two neighbouring periods p, q and stays at a task is counted there in both, so the class has at least
sum over tasks and the beat of max(0, heads in q - heads in p) - those whose shift begins with q.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import OfficerClass, Period, RosterModel, Rule, Term
from domain.calendar import ShiftDay
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from constraints.base import Linear
    from domain.roster import Duty, Roster
    from domain.scenario import Officer, Scenario


MOST_HEADS = 1_000
"""More than any class has."""


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


def least_switches(model: RosterModel) -> Iterator[cp_model.IntVar]:
    """Yield for every class and two neighbouring periods a variable no less than the switches that must be."""
    for squad in model.squads:
        for group in model.classes[squad.id]:
            for p, q in pairwise(model.periods[squad.id]):
                if p.end == q.start:
                    yield from _least(model, group, p, q)


def _least(model: RosterModel, group: OfficerClass, p: Period, q: Period) -> Iterator[cp_model.IntVar]:
    here, there = ({t: v for t in model.tasks(x) if (v := model.staff.get((group, x, t))) is not None} for x in (p, q))
    if not here and not there:
        return
    name = f"{group.force}/{group.tag}/{q.start:%m%d%H%M}"
    pairs: list[tuple[Linear, Linear]] = [(here.get(t, 0), there.get(t, 0)) for t in {**here, **there}]
    pairs.append((model.spare(group, p), model.spare(group, q)))  # the beat
    more = []
    for n, (before, after) in enumerate(pairs):
        risen = model.cp.new_int_var(0, MOST_HEADS, f"risen/{name}/{n}")
        model.cp.add(sum((risen, before)) >= after)
        more.append(risen)
    begin = [
        model.works[officer.id, shift]
        for officer in model.members[group]
        for shift in model.shift_days(officer)
        if shift.start == q.start
    ]
    switches = model.cp.new_int_var(0, MOST_HEADS, f"switches/{name}")
    model.cp.add(switches >= sum(more) - sum(begin))
    yield switches


def _place(duty: Duty) -> tuple[DutyKind, str | None]:
    return (DutyKind.PATROL, None) if duty.kind is DutyKind.HOLDING else (duty.kind, duty.place)
