"""What all rule tests share: tiny scenarios, generated rosters, and one `fix(model, roster)`.

`agree(rule, scenario, roster)` is the property of every rule: the model forbids a roster if and only if the audit finds
a hard breach, and otherwise the least penalty equals the sum of the audit's amounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.base import Candidate, Rule, Task
from domain.calendar import Day, dates
from domain.roster import Assignment, Duty, Remediation, Roster, VehicleUse, Visits
from domain.scenario import Officer, Scenario, Shift, Squad
from domain.words import DayKind, DutyKind, Force, Severity, ShiftKind, SquadKind
from scheduler.build import Built, class_of, post, variables

MONDAY = date(2026, 10, 12)

EARLY = Shift(
    id="E",
    name="早班",
    symbol="早",
    kind=ShiftKind.EARLY,
    start=time(6, 30),
    length=timedelta(hours=8),
    paid=timedelta(hours=8),
)
MIDDLE = EARLY.model_copy(
    update={"id": "M", "name": "中班", "symbol": "中", "kind": ShiftKind.MIDDLE, "start": time(10)}
)
LATE = EARLY.model_copy(update={"id": "L", "name": "晚班", "symbol": "晚", "kind": ShiftKind.LATE, "start": time(14)})
NIGHT = EARLY.model_copy(
    update={
        "id": "N",
        "name": "夜备",
        "symbol": "备",
        "kind": ShiftKind.NIGHT,
        "start": time(22),
        "length": timedelta(hours=8, minutes=30),
        "paid": timedelta(hours=4),
    }
)


def officer(oid: str = "1", squad: str = "A", **more: Any) -> Officer:
    """Return a certified enforcement officer named after the id; ``more`` overrides."""
    values = {"name": f"officer {oid}", "force": Force.ENFORCEMENT, "certified": True} | more
    return Officer(id=oid, squad=squad, **values)


def calendar(first: date = MONDAY, count: int = 3, kinds: Sequence[DayKind] = ()) -> tuple[Day, ...]:
    """Return ``count`` days from ``first``; kinds by weekday unless given."""
    found = dates(first, first + timedelta(days=count))
    by_weekday = [DayKind.REST if d.weekday() >= 5 else DayKind.WORKDAY for d in found]
    return tuple(Day(date=d, kind=k) for d, k in zip(found, kinds or by_weekday, strict=True))


def tiny(officers: Sequence[Officer] = (), *, count: int = 3, first: date = MONDAY, **more: Any) -> Scenario:
    """Return a scenario of ``count`` days with squads A and B (and whatever ``officers`` name) and two shifts."""
    officers = officers or (officer("1"), officer("2"))
    names = sorted({o.squad for o in officers} | {"A"})
    values = {
        "brigade": "test",
        "first": first,
        "end": first + timedelta(days=count),
        "calendar": calendar(first, count),
        "squads": tuple(Squad(id=n, name=f"squad {n}", kind=SquadKind.STREET) for n in names),
        "shifts": (EARLY, LATE),
        "officers": tuple(officers),
    } | more
    return Scenario(**values)


def worked(scenario: Scenario, rows: dict[str, str]) -> tuple[Assignment, ...]:
    """Return assignments from one string an officer, a letter (shift id) or '-' a day: ``{"1": "EL-"}``."""
    return tuple(
        Assignment(officer=oid, day=day, shift=letter)
        for oid, letters in rows.items()
        for day, letter in zip(scenario.dates, letters, strict=True)
        if letter != "-"
    )


def at(day: date, clock: str) -> datetime:
    """Return the date at "HH:MM"."""
    return datetime.combine(day, time.fromisoformat(clock))


# -- generated rosters ------------------------------------------------------------------------------------------


@st.composite
def shift_rows(draw: st.DrawFn, scenario: Scenario, *, doubles: bool = False) -> tuple[Assignment, ...]:
    """Draw shifts for every officer and day; with ``doubles`` now and then two on a day."""
    found = []
    for person in scenario.officers:
        ids = [s.id for s in scenario.shifts_of(person.squad)]
        for day in scenario.dates:
            picks = draw(st.lists(st.sampled_from(ids), max_size=2 if doubles else 1, unique=True))
            found += [Assignment(officer=person.id, day=day, shift=i) for i in picks]
    return tuple(found)


@st.composite
def duty_rows(
    draw: st.DrawFn,
    scenario: Scenario,
    shifts: Sequence[Assignment],
    candidates: Sequence[Candidate] = (),
    remediations: Sequence[Remediation] = (),
    *,
    keen: bool = False,
) -> tuple[Duty, ...]:
    """Draw a duty for every period of every shift: a task open then, or patrol (standby if barred from it).

    With ``keen`` nobody patrols while there is a task.

    Participants of remediations are there for as long as they are on shift.
    """
    model = variables(scenario, candidates=candidates)
    found = []
    for a in shifts:
        person = scenario.officer_by_id[a.officer]
        span = scenario.shift_day(a.shift, a.day)
        for period in model.periods[person.squad]:
            if not span.covers(period.start, period.end):
                continue
            there = next(
                (
                    r
                    for r in remediations
                    if person.id in r.participants and r.start < period.end and period.start < r.end
                ),
                None,
            )
            if there is not None:
                choice: tuple[DutyKind, str | None] = (DutyKind.REMEDIATION, there.id)
            else:
                rest = DutyKind.STANDBY if DutyKind.PATROL in person.barred_duties else DutyKind.PATROL
                options: list[tuple[DutyKind, str | None]] = [(rest, None)]
                options += [(t.kind, t.place) for t in model.tasks(period) if t.kind not in person.barred_duties]
                choice = draw(st.sampled_from(options[1:] if keen and options[1:] else options))
            found.append(
                Duty(officer=person.id, day=a.day, start=period.start, end=period.end, kind=choice[0], place=choice[1])
            )
    return merged(found)


@st.composite
def visit_rows(draw: st.DrawFn, scenario: Scenario) -> tuple[Visits, ...]:
    """Draw how many visits each squad of a hotspot makes in each open window, within what is wanted."""
    found = []
    for hotspot in scenario.hotspots:
        for day in scenario.dates:
            for window in scenario.open_windows(hotspot.id, day):
                for squad in hotspot.squads:
                    count = draw(st.integers(0, window.wanted))
                    if count:
                        found.append(Visits(squad=squad, hotspot=hotspot.id, start=window.start, count=count))
    return tuple(found)


@st.composite
def remediation_rows(draw: st.DrawFn, scenario: Scenario, candidates: Sequence[Candidate]) -> tuple[Remediation, ...]:
    """Draw which candidates are held, with any participants, vehicles, drivers and commander of the people there."""
    found = []
    for c in candidates:
        if not draw(st.booleans()):
            continue
        people = [o.id for squad in (*c.squads, *c.helpers) for o in scenario.officers_of(squad)]
        there = draw(st.lists(st.sampled_from(people), min_size=1, unique=True))
        cars = [v.id for v in scenario.vehicles if v.squad is None or v.squad in (*c.squads, *c.helpers)]
        used = draw(st.lists(st.sampled_from(cars), unique=True, max_size=len(there))) if cars else []
        drivers = draw(st.permutations(there))
        found.append(
            Remediation(
                id=c.id,
                group=c.group,
                hotspot=c.hotspot,
                start=c.start,
                end=c.end,
                host=c.host,
                lead=c.host,
                commander=draw(st.sampled_from(there)),
                participants=tuple(p for p in people if p in there),
                vehicles=tuple(VehicleUse(vehicle=v, driver=d) for v, d in zip(used, drivers, strict=False)),
                kind=c.kind,
                designated=c.designated,
            )
        )
    return tuple(found)


def merged(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Join adjacent duties of one officer, kind and place."""
    found: list[Duty] = []
    for duty in sorted(duties, key=lambda d: (d.officer, d.start, d.end)):
        last = found[-1] if found else None
        if last and (last.officer, last.day, last.end, last.kind, last.place) == (
            duty.officer,
            duty.day,
            duty.start,
            duty.kind,
            duty.place,
        ):
            found[-1] = last.model_copy(update={"end": duty.end})
        else:
            found.append(duty)
    return tuple(found)


# -- model against audit ----------------------------------------------------------------------------------------


def fix(built: Built, scenario: Scenario, roster: Roster) -> None:
    """Pin every decision variable of the first stage to the roster."""
    model, cp = built.model, built.model.cp
    worked_now = {(a.officer, a.day, a.shift) for a in roster.shifts}
    resting = {(oid, day) for oid, day in model.rest} - {(a.officer, a.day) for a in roster.shifts}
    for (oid, shift), var in model.works.items():
        if not isinstance(var, int):
            cp.add(var == int((oid, shift.day, shift.shift) in worked_now))
    for key, var in model.rest.items():
        cp.add(var == int(key in resting))
    _fix_staff(built, scenario, roster)
    made = {(v.squad, v.hotspot, v.start): v.count for v in roster.visits}
    for (squad, window), var in model.visits.items():
        cp.add(var == made.get((squad, window.hotspot, window.start), 0))
    held = {r.id: r for r in roster.remediations}
    for cid, var in model.held.items():
        cp.add(var == int(cid in held))
    for (oid, cid), var in model.joins.items():
        cp.add(var == int(cid in held and oid in held[cid].participants))
    for (squad, cid), var in model.sends.items():
        people = held[cid].participants if cid in held else ()
        cp.add(var == int(any(model.squad_of[p] == squad for p in people)))
    for (vehicle, cid), var in model.uses.items():
        cp.add(var == int(cid in held and any(u.vehicle == vehicle for u in held[cid].vehicles)))


def _fix_staff(built: Built, scenario: Scenario, roster: Roster) -> None:
    model = built.model
    tagged = {c.tag for c in model.members if c.tag}
    class_by_officer = {o.id: class_of(o, locked=o.id in tagged) for o in model.officers}
    heads: Counter[Any] = Counter()
    for duty in roster.duties:
        squad = model.squad_of[duty.officer]
        for period in model.periods[squad]:
            if duty.start <= period.start and period.end <= duty.end:
                heads[class_by_officer[duty.officer], period, Task(duty.kind, duty.place or "")] += 1
    for key, var in model.staff.items():
        model.cp.add(var == heads[key])


def least_penalty(
    rules: Sequence[Rule], scenario: Scenario, roster: Roster, candidates: Sequence[Candidate] = ()
) -> int | None:
    """Return the least sum of amounts the model allows for the roster, None if it forbids it."""
    model = variables(scenario, candidates=candidates)
    built = post(model, scenario, rules)
    fix(built, scenario, roster)
    model.cp.minimize(sum(t.amount for terms in built.terms.values() for t in terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), f"undecided: {status}: {model.cp.validate()}"
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


def audited(rule: Rule, scenario: Scenario, roster: Roster) -> int | None:
    """Return the sum of the audit's amounts, None if there is a hard breach."""
    findings = list(rule.audit(scenario, roster))
    if any(f.severity is Severity.HARD for f in findings):
        return None
    return sum(f.amount for f in findings)


def agree(rule: Rule, scenario: Scenario, roster: Roster, candidates: Sequence[Candidate] = ()) -> int | None:
    """Assert that model and audit say the same of a roster, and return what they say."""
    said = audited(rule, scenario, roster)
    assert least_penalty([rule], scenario, roster, candidates) == said
    return said


def both_seen(seen: Iterable[int | None]) -> Iterator[bool]:
    """Yield whether a legal and whether an illegal (or penalised) roster was among what `agree` returned."""
    values = list(seen)
    yield any(v == 0 for v in values)
    yield any(v is None or v > 0 for v in values)
