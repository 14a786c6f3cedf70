"""What the scheduler's tests share: generated tiny squads, solves to the optimum, and a brigade of two squads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise
from threading import Event
from typing import Any

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, Period, Task
from domain.calendar import EVERY_DAY, ShiftDay
from domain.roster import Duty, Roster
from domain.scenario import Desk, Group, Hotspot, Lock, Officer, Post, Scenario, Vehicle
from domain.words import BorderKind, DutyKind, Force, LockKind, Rank, VehicleKind
from scheduler.build import Built, build, class_of, periods_of
from scheduler.decided import Decided, read_off
from scheduler.parts import DECIDING
from scheduler.recut import recut_by
from tests.constraints.joint import hotspot
from tests.constraints.kit import EARLY, LATE, MIDDLE, officer, tiny

HOUR = timedelta(hours=1)


def post(pid: str = "P", squad: str = "A", clock: str = "08:00", hours: float = 2, **more: Any) -> Post:
    """Return a post for one head, every day."""
    values: dict[str, Any] = {"name": f"post {pid}", "heads": 1, "days": EVERY_DAY} | more
    return Post(id=pid, squad=squad, start=time.fromisoformat(clock), length=hours * HOUR, **values)


def desk(did: str = "D", *squads: str, clock: str = "09:00", hours: float = 2) -> Desk:
    """Return a case desk, every day."""
    length = hours * HOUR
    start = time.fromisoformat(clock)
    return Desk(id=did, name=f"desk {did}", squads=squads or ("A",), start=start, length=length, days=EVERY_DAY)


def lock(kind: LockKind, on: date, **more: Any) -> Lock:
    """Return a lock of that kind; its id tells kind and date."""
    return Lock(id=f"{kind}-{on:%m%d}-{more.get('officer', '')}", kind=kind, date=on, **more)


def squad_of(count: int, squad: str = "A", **more: Any) -> tuple[Officer, ...]:
    """Return certified officers ``A1``, ``A2``...; the first leads."""
    return tuple(
        officer(f"{squad}{n}", squad, rank=Rank.LEADER if n == 1 else Rank.MEMBER, **more) for n in range(1, count + 1)
    )


def shift_on(scenario: Scenario, day: int, shift: str) -> ShiftDay:
    """Return a dated shift by the number of its day, from 0."""
    return scenario.shift_day(shift, scenario.dates[day])


# -- generated squads ---------------------------------------------------------------------------------------------


@st.composite
def squads(draw: st.DrawFn, *, most_days: int = 3, most_people: int = 3) -> Scenario:
    """Draw squad A with two or three people, a few days, and perhaps a post, a desk and a hotspot."""
    people = draw(st.integers(2, most_people))
    officers = [
        officer(
            str(n),
            force=draw(st.sampled_from([Force.ENFORCEMENT, Force.ENFORCEMENT, Force.SERVICE])),
            certified=draw(st.booleans()),
            rank=draw(st.sampled_from([Rank.LEADER, Rank.MEMBER])),
            barred_shifts=draw(st.sampled_from([(), (), ("L",)])),
        )
        for n in range(1, people + 1)
    ]
    clocks = st.sampled_from(["07:00", "10:30", "13:00", "17:00", "20:00"])
    spot = hotspot("H", clock=draw(clocks), open_for=draw(st.integers(1, 3)))
    return tiny(
        officers,
        count=draw(st.integers(2, most_days)),
        shifts=draw(st.sampled_from([(EARLY, LATE), (EARLY, MIDDLE, LATE)])),
        posts=draw(st.sampled_from([(), (post("P", clock=draw(clocks)),)])),
        desks=draw(st.sampled_from([(), (desk("D", clock=draw(clocks), hours=1.5),)])),
        hotspots=draw(st.sampled_from([(), (spot,)])),
    )


# -- solves -------------------------------------------------------------------------------------------------------


def optimum(built: Built) -> tuple[int, Decided] | None:
    """Return least cost (units) and decisions of a model, None if it is infeasible; never anything in between."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(built.model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), f"undecided: {status}: {built.model.cp.validate()}"
    if status == cp_model.INFEASIBLE:
        return None
    return round(solver.objective_value), read_off(built.model, solver)


def best(
    scenario: Scenario, *, candidates: Sequence[Candidate] = (), held: Sequence[str] = (), **more: Any
) -> tuple[int, Decided] | None:
    """Return the optimum of the full model of a scenario, with some candidates held.

    Duties change at the hours of candidates only where these are held, as in every roster that is made.
    """
    built = build(scenario, DECIDING, candidates=candidates, **more)
    _change_where_held(scenario, built)
    for cid in held:
        built.model.cp.add(built.model.held[cid] == 1)
    return optimum(built)


def _change_where_held(scenario: Scenario, built: Built) -> None:
    model = built.model
    for squad, periods in model.periods.items():
        bare = {mark for p in periods_of(scenario, squad) for mark in (p.start, p.end)}
        for before, after in pairwise(periods):
            if before.end == after.start not in bare:
                mark = after.start
                there = [c for c in model.candidates if squad in recut_by(scenario, c) and mark in (c.start, c.end)]
                held = sum(model.held[c.id] for c in there)
                for (group, period, task), heads in model.staff.items():
                    if period == before:
                        most = len(model.members[group])
                        model.cp.add(heads - model.staff[group, after, task] <= most * held)
                        model.cp.add(model.staff[group, after, task] - heads <= most * held)


def unnamed(scenario: Scenario) -> Scenario:
    """Return a scenario in which switches of duty cost nothing, as `best` does not see them."""
    return scenario.model_copy(update={"policy": {**scenario.policy, "S20.weight": 0}})


def heads_of(scenario: Scenario, known: Decided) -> dict[tuple[OfficerClass, ShiftDay], int]:
    """Return how many of each class work each shift."""
    locked = {row.officer for row in scenario.locks if row.kind is LockKind.DUTY}
    found: dict[tuple[OfficerClass, ShiftDay], int] = {}
    for oid, shift in known.shifts:
        key = class_of(scenario.officer_by_id[oid], locked=oid in locked), shift
        found[key] = found.get(key, 0) + 1
    return found


# -- decisions by hand --------------------------------------------------------------------------------------------


def working(scenario: Scenario, rows: dict[str, str], **more: Any) -> Decided:
    """Return decisions from one string an officer, a shift id or '-' a day: ``{"1": "EL-"}``."""
    found = [
        (oid, scenario.shift_day(letter, day))
        for oid, letters in rows.items()
        for day, letter in zip(scenario.dates, letters, strict=True)
        if letter != "-"
    ]
    return Decided(shifts=frozenset(found), **more)


def filled(
    scenario: Scenario, known: Decided, squad: str, candidates: Sequence[Candidate] = ()
) -> dict[tuple[OfficerClass, Period, Task], int]:
    """Return heads that man every post as far as people of the squad are there; the desk is left alone."""
    here: dict[Period, list[Officer]] = {}
    for period in periods_of(scenario, squad, candidates):
        people = [scenario.officer_by_id[o] for o, s in sorted(known.shifts) if s.covers(period.start, period.end)]
        away = {
            o
            for o, cid in known.joins
            for c in candidates
            if c.id == cid and c.start < period.end and period.start < c.end
        }
        here[period] = [p for p in people if p.squad == squad and p.id not in away]
    found: dict[tuple[OfficerClass, Period, Task], int] = {}
    for need in scenario.post_needs:
        for period, people in here.items():
            if need.start <= period.start and period.end <= need.end:
                for person in people[: need.heads]:
                    key = class_of(person, locked=False), period, Task(DutyKind.POST, need.place)
                    found[key] = found.get(key, 0) + 1
    return found


def no_gaps(scenario: Scenario, roster: Roster) -> bool:
    """Return whether everybody's duties cover everybody's shifts, each minute once."""
    for a in roster.shifts:
        shift = scenario.shift_day(a.shift, a.day)
        rows: list[Duty] = sorted((d for d in roster.duties_of(a.officer) if d.day == a.day), key=lambda d: d.start)
        marks = [shift.start, *(mark for d in rows for mark in (d.start, d.end)), shift.end]
        if not rows or any(d.start >= d.end for d in rows) or marks[::2] != marks[1::2]:
            return False
    return len({(d.officer, d.day) for d in roster.duties}) == len(roster.shifts)


# -- processes ----------------------------------------------------------------------------------------------------


@dataclass
class Inline:
    """Stands in for Workers: runs every job at once, in this process."""

    count: int = 1
    stop: Event = field(default_factory=Event)

    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run the job and return its future."""
        future: Future[Any] = Future()
        future.set_result(fn(*args))
        return future


# -- a brigade ----------------------------------------------------------------------------------------------------


def two_squads(count: int = 8, **more: Any) -> Scenario:
    """Return squads A and B of five in group G over some days: a post, a desk, a border hotspot, one remediation."""
    values: dict[str, Any] = {
        "groups": (
            Group(
                id="G",
                name="group G",
                members=("A", "B"),
                convener="A",
                min_remediations=1,
                length=2 * HOUR,
                target_heads=5,
                target_vehicles=1,
                days_apart=3,
            ),
        ),
        "posts": (post("P", "A"),),
        "desks": (desk("D", "B"),),
        "hotspots": (both(), hotspot("K", "A", clock="17:00", open_for=3)),
        "vehicles": (Vehicle(id="V", name="car V", kind=VehicleKind.CAR, squad="A"),),
    } | more
    people = [p for s in "AB" for p in squad_of(5, s, licences=(VehicleKind.CAR,))]
    return tiny(people, count=count, **values)


def both(hid: str = "H", clock: str = "15:00", **more: Any) -> Hotspot:
    """Return a hotspot on the border of A and B."""
    return hotspot(hid, "A", "B", clock=clock, open_for=4, **({"border": BorderKind.SQUADS} | more))
