"""S20: few switches of duty inside a shift.

Model:  switch[o, p] >= does[o, p, t] - does[o, q, t] for neighbouring periods p, q of one shift and every task t.
Amount: changes of duty or place inside a shift; holding is patrol here. Source: own judgement.

Before anybody is named, heads of classes say how few switches there can be (`least_switches`): whoever of a class is on
shift in two neighbouring periods p, q and stays at a task is counted there in both, so the class has at least
sum over tasks and the beat of max(0, heads in q - heads in p) - those whose shift begins with q.

It is more where shifts overlap (`least_switches_by_shift`): of[s, p, t] of the class's officers on shift s are at task
t or on the beat, all shifts' together the heads there, and each shift has at least
sum over t of max(0, of[s, q, t] - of[s, p, t]).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import OfficerClass, Period, RosterModel, Rule, Task, Term
from domain.calendar import ShiftDay
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from constraints.base import Linear, Literal
    from domain.roster import Duty, Roster
    from domain.scenario import Officer, Scenario


ByShift = Mapping[ShiftDay, Mapping[Task | None, "Linear"]]
"""Heads of a class at each task, None is the beat, by the shift that they work."""
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
    """Yield for every class and two neighbouring periods a variable that is no more than the switches that must be."""
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


def least_switches_by_shift(model: RosterModel) -> Iterator[Linear]:
    """Yield for every class, shift and two neighbouring periods what is no more than the switches that must be.

    Where shifts overlap this is up to two more a date than `least_switches` knows of, as posts are handed over.
    """
    for squad in model.squads:
        for group in model.classes[squad.id]:
            rows = [(p, _by_shift(model, group, p)) for p in model.periods[squad.id]]
            for (p, here), (q, there) in pairwise(rows):
                if p.end == q.start:
                    yield from _risen(model, group, here, there)


def _by_shift(model: RosterModel, group: OfficerClass, period: Period) -> ByShift:
    """Share the heads of a class in a period among the shifts that its officers work."""
    cp = model.cp
    works: dict[ShiftDay, list[Literal]] = {}
    for officer in model.members[group]:
        for shift in model.shift_days(officer):
            if shift.day >= model.days[0] and shift.covers(period.start, period.end):
                works.setdefault(shift, []).append(model.works[officer.id, shift])
    at = {t: heads for t in model.tasks(period) if (heads := model.staff.get((group, period, t))) is not None}
    if not works:
        return {}
    first, *others = sorted(works)
    name = f"{DutySwitches.id}/of/{group.force}/{group.tag}/{period.start:%m%d%H%M}"
    found: dict[ShiftDay, dict[Task | None, Linear]] = {first: {}}
    for n, (task, heads) in enumerate(at.items()):
        shares = {s: cp.new_int_var(0, MOST_HEADS, f"{name}/{s.shift}/{n}") for s in others}
        found[first][task] = sum((heads, *(-share for share in shares.values())))
        for shift, share in shares.items():
            found.setdefault(shift, {})[task] = share
    for shift in works:
        of = found.setdefault(shift, {})
        of[None] = sum((*works[shift], *(-heads for heads in of.values())))
        if others:
            for there in of.values():
                cp.add(there >= 0)
    return found


def _risen(model: RosterModel, group: OfficerClass, here: ByShift, there: ByShift) -> Iterator[Linear]:
    """Yield by how many heads each shift's tasks and beat rise from one period to the next in all."""
    for shift in here:
        before, after = here[shift], there.get(shift, {})
        if len(before) == len(after) == 1:
            continue
        risen = []
        for n, (task, heads) in enumerate(after.items()):
            name = f"{DutySwitches.id}/risen/{group.force}/{group.tag}/{shift.start:%m%d}/{shift.shift}/{n}"
            more = model.cp.new_int_var(0, MOST_HEADS, name)
            model.cp.add(sum((more, before.get(task, 0))) >= heads)
            risen.append(more)
        yield sum(risen)


def _place(duty: Duty) -> tuple[DutyKind, str | None]:
    return (DutyKind.PATROL, None) if duty.kind is DutyKind.HOLDING else (duty.kind, duty.place)
