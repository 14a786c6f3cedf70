"""For rules of the naming stage: pin a naming model to drawn duties and compare with the audit."""

from __future__ import annotations

from datetime import time, timedelta

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.base import Rule, Task
from constraints.s20_duty_switches import least_switches
from domain.calendar import EVERY_DAY
from domain.roster import Roster
from domain.scenario import Post, Scenario
from domain.words import DutyKind
from scheduler.build import periods_of, variables
from scheduler.counts import Switches
from scheduler.decided import Decided
from scheduler.naming import Namer, stretches
from tests.constraints.kit import duty_rows, officer, shift_rows, tiny, worked


def post(pid: str = "P", start: int = 8, hours: int = 2, heads: int = 1) -> Post:
    """Return a post of squad A, every day."""
    return Post(
        id=pid,
        name=f"post {pid}",
        squad="A",
        heads=heads,
        start=time(start),
        length=timedelta(hours=hours),
        days=EVERY_DAY,
    )


@st.composite
def named_rosters(draw: st.DrawFn, *, count: int = 3, people: int = 2, always: str = "") -> tuple[Scenario, Roster]:
    """Draw a squad of two posts with duties, and shifts unless all ``always`` work the same one."""
    scenario = tiny([officer(str(n)) for n in range(people)], count=count, posts=(post("P"), post("Q", 16, 3)))
    rows = {o.id: always * count for o in scenario.officers}
    shifts = worked(scenario, rows) if always else draw(shift_rows(scenario))
    return scenario, Roster(shifts=shifts, duties=draw(duty_rows(scenario, shifts)))


def decided(scenario: Scenario, roster: Roster) -> Decided:
    """Return the first-stage decisions that a roster of squad A without remediations comes from."""
    model = variables(scenario)
    staff: dict[object, int] = {}
    class_of = {o.id: c for c, people in model.members.items() for o in people}
    for duty in roster.duties:
        for period in model.periods["A"]:
            if duty.place is not None and duty.start <= period.start and period.end <= duty.end:
                key = (class_of[duty.officer], period, Task(duty.kind, duty.place))
                staff[key] = staff.get(key, 0) + 1
    shifts = frozenset((a.officer, scenario.shift_day(a.shift, a.day)) for a in roster.shifts)
    return Decided(shifts=shifts, staff=staff)  # type: ignore[arg-type]


def least_naming_penalty(rule: Rule, scenario: Scenario, roster: Roster) -> int:
    """Return the least amount of a naming rule when the naming is pinned to the roster's duties."""
    namer = Namer(scenario, "A", decided(scenario, roster), ())
    at = {
        (d.officer, p): Task(d.kind, d.place) if d.kind is not DutyKind.PATROL and d.place else None
        for d in roster.duties
        for p in periods_of(scenario, "A")
        if d.start <= p.start and p.end <= d.end
    }
    total = 0
    for stretch in stretches(scenario, "A", namer.known, periods_of(scenario, "A")):
        model = namer.model(stretch)
        terms = list(rule.post(model, scenario))
        for (oid, period, task), var in model.does.items():
            model.cp.add(var == int(at[oid, period] == task))
        model.cp.minimize(sum(t.amount for t in terms))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model.cp) == cp_model.OPTIMAL
        total += round(solver.objective_value)
        for oid, place in {(oid, t.place) for (oid, p), t in at.items() if t and p in stretch.periods}:
            namer.stood[oid, place] += 1
    return total


def least_of_heads(scenario: Scenario, roster: Roster, least: Switches = least_switches) -> int | None:
    """Return the fewest switches that the heads of a roster of squad A allow; None where they are no task's."""
    known, model = decided(scenario, roster), variables(scenario)
    if any(n and key not in model.staff for key, n in known.staff.items()):
        return None
    for pair, works in model.works.items():
        if not isinstance(works, int):
            model.cp.add(works == int(pair in known.shifts))
    for key, heads in model.staff.items():
        model.cp.add(heads == known.staff.get(key, 0))
    model.cp.minimize(sum(least(model)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value)
