"""Makes the decision variables of a part of the brigade and lets the rules post themselves.

A part is a set of squads. What lies outside it is taken from ``frozen``, a roster of the rest, and enters as constants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, Period, RosterModel, Rule, Task, Term
from domain.calendar import Need, minutes
from domain.roster import Roster
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, LockKind
from scheduler.recut import recut_by

NOTHING = Roster()
NO_CUTS: Mapping[str, Collection[datetime]] = {}


@dataclass
class Built:
    """A model with its objective: ``terms`` by rule id, ``cost`` the summands in units of 1/GRAIN point."""

    model: RosterModel
    terms: dict[str, list[Term]]
    cost: list[cp_model.LinearExprT]

    def copy(self) -> Built:
        """Return a copy with the same variables that conditions may be added to; making it anew takes far longer."""
        return replace(self, model=replace(self.model, cp=self.model.cp.clone()))


def build(
    scenario: Scenario,
    rules: Iterable[Rule],
    *,
    squads: Sequence[str] | None = None,
    candidates: Sequence[Candidate] = (),
    frozen: Roster = NOTHING,
    if_held: bool = False,
    near: Collection[date] | None = None,
) -> Built:
    """Build the model of ``squads`` (all by default) with the candidates in play and post ``rules`` into it.

    Groups are judged (R12) only where all their squads are in the part. With ``if_held`` the people whom ``frozen``
    sends from elsewhere come if their remediation is held; else it has to be. Duties and visits are decided on the
    dates ``near`` alone (by default on all), shifts on all.
    """
    model = variables(scenario, squads=squads, candidates=candidates, frozen=frozen, if_held=if_held, near=near)
    return post(model, scenario, rules)


def post(model: RosterModel, scenario: Scenario, rules: Iterable[Rule]) -> Built:
    """Post rules into a model that has its variables, and add up the objective."""
    terms = {rule.id: list(rule.post(model, scenario)) for rule in rules}
    prices = {rule.id: rule for rule in rules}
    cost = [prices[rid].price(scenario, t.item) * t.amount for rid, found in terms.items() for t in found]
    model.cp.minimize(sum(cost))
    return Built(model, terms, cost)


def variables(
    scenario: Scenario,
    *,
    squads: Sequence[str] | None = None,
    candidates: Sequence[Candidate] = (),
    frozen: Roster = NOTHING,
    cuts: Mapping[str, Collection[datetime]] = NO_CUTS,
    if_held: bool = False,
    near: Collection[date] | None = None,
) -> RosterModel:
    """Make every decision variable of the part; no rule is posted yet.

    ``cuts`` are further boundaries of periods by squad, as where a leader's own entry begins or ends. Where ``near`` is
    given, periods and visits are made for these dates alone.
    """
    inside = {s.id for s in scenario.squads} if squads is None else set(squads)
    model = RosterModel(
        cp=cp_model.CpModel(),
        officers=tuple(o for o in scenario.officers if o.squad in inside),
        squads=tuple(s for s in scenario.squads if s.id in inside),
        groups=tuple(g for g in scenario.groups if set(g.members) <= inside),
        days=scenario.dates,
        candidates=tuple(candidates),
        squad_of={o.id: o.squad for o in scenario.officers},
    )
    _works(model, scenario)
    _classes(model, scenario)
    _remediations(model, scenario, inside, frozen, if_held=if_held)
    for squad in model.squads:
        periods = periods_of(scenario, squad.id, model.candidates, cuts.get(squad.id, ()))
        model.periods[squad.id] = periods if near is None else tuple(p for p in periods if p.start.date() in near)
        add_staff(model, scenario, squad.id, {c: len(model.members[c]) for c in model.classes[squad.id]})
    add_visits(model, scenario, inside, frozen, near)
    return model


def shifts_alone(scenario: Scenario, officers: Sequence[Officer], squads: Sequence[str] = ()) -> RosterModel:
    """Make the shifts and rest days of some officers and nothing else; squad rules find the ``squads`` named."""
    model = RosterModel(
        cp=cp_model.CpModel(),
        officers=tuple(officers),
        squads=tuple(s for s in scenario.squads if s.id in squads),
        groups=(),
        days=scenario.dates,
        squad_of={o.id: o.squad for o in officers},
    )
    _works(model, scenario)
    _classes(model, scenario)
    model.periods = {squad.id: () for squad in model.squads}
    return model


def _works(model: RosterModel, scenario: Scenario) -> None:
    for officer in model.officers:
        for past in scenario.past_shifts_of(officer.id):
            model.add_works(officer.id, past, 1)
        shifts = scenario.shifts_of(officer.squad)
        for day in model.days:
            model.rest[officer.id, day] = model.cp.new_bool_var(f"rest/{officer.id}/{day:%m%d}")
            for shift in sorted(scenario.shift_day(s.id, day) for s in shifts):
                name = f"works/{officer.id}/{day:%m%d}/{shift.shift}"
                model.add_works(officer.id, shift, model.cp.new_bool_var(name))


def _classes(model: RosterModel, scenario: Scenario) -> None:
    locked = {lock.officer for lock in scenario.locks if lock.kind is LockKind.DUTY}
    found: dict[OfficerClass, list[Officer]] = {}
    for officer in model.officers:
        found.setdefault(class_of(officer, locked=officer.id in locked), []).append(officer)
    model.members = {c: tuple(people) for c, people in found.items()}
    for squad in model.squads:
        model.classes[squad.id] = tuple(sorted(c for c in found if c.squad == squad.id))


def class_of(officer: Officer, *, locked: bool) -> OfficerClass:
    """Return the class of an officer; one with a duty lock is a class alone."""
    barred = tuple(sorted(officer.barred_duties))
    return OfficerClass(officer.squad, officer.force, officer.certified, barred, officer.id if locked else "")


def _remediations(model: RosterModel, scenario: Scenario, inside: set[str], frozen: Roster, *, if_held: bool) -> None:
    set_in_stone = {r.id: r for r in frozen.remediations}
    for c in model.candidates:
        model.held[c.id] = model.cp.new_bool_var(f"held/{c.id}")
        there = set_in_stone[c.id].participants if c.id in set_in_stone else ()
        comes = model.held[c.id] if if_held else 1
        vehicles = {use.vehicle for use in set_in_stone[c.id].vehicles} if c.id in set_in_stone else set()
        for squad in (*c.squads, *c.helpers):
            for officer in scenario.officers_of(squad):
                if squad in inside:
                    model.add_join(officer.id, c.id, model.cp.new_bool_var(f"joins/{officer.id}/{c.id}"))
                else:
                    model.add_join(officer.id, c.id, comes if officer.id in there else 0)
            sends = {model.squad_of[p] for p in there}
            free = squad in inside
            if free:
                model.sends[squad, c.id] = model.cp.new_bool_var(f"sends/{squad}/{c.id}")
            else:
                model.sends[squad, c.id] = comes if squad in sends else 0
        boss = scenario.officer_by_id.get(c.commander or "")
        if boss is not None and boss.squad not in (*c.squads, *c.helpers):
            free = boss.squad in inside
            elsewhere = comes if boss.id in there else 0
            joins = model.cp.new_bool_var(f"joins/{boss.id}/{c.id}") if free else elsewhere
            model.add_join(boss.id, c.id, joins)
        for vehicle in scenario.vehicles:
            if vehicle.squad is None or vehicle.squad in (*c.squads, *c.helpers):
                free = vehicle.squad in inside or (vehicle.squad is None and c.host in inside)
                model.uses[vehicle.id, c.id] = (
                    model.cp.new_bool_var(f"uses/{vehicle.id}/{c.id}") if free else int(vehicle.id in vehicles)
                )


def tasks_of(scenario: Scenario, squad: str) -> list[tuple[Task, Need]]:
    """Return the tasks of a squad with their dated windows: its posts, its desk, presences it takes part in."""
    found = [(Task(DutyKind.POST, n.place), n) for n in scenario.post_needs]
    found = [(task, n) for task, n in found if scenario.post_by_id[n.place].squad == squad]
    for n in scenario.desk_needs:
        if squad in scenario.desk_by_id[n.place].squads:
            found.append((Task(DutyKind.DESK, n.place), n))
    for n in scenario.presence_needs:
        if squad in scenario.presence_by_id[n.place].squads:
            found.append((Task(DutyKind.PRESENCE, n.place), n))
    return found


def periods_of(
    scenario: Scenario, squad: str, candidates: Sequence[Candidate] = (), cuts: Collection[datetime] = ()
) -> tuple[Period, ...]:
    """Cut a squad's time at every boundary of shifts, needs, hotspots, duty locks and candidates, and at ``cuts``."""
    shifts = [scenario.shift_day(s.id, day) for s in scenario.shifts_of(squad) for day in scenario.dates]
    marks: set[datetime] = set(cuts)
    for shift in shifts:
        marks |= {shift.start, shift.end}
    for _, need in tasks_of(scenario, squad):
        marks |= {need.start, need.end}
    for hotspot in scenario.hotspots:
        if squad in hotspot.squads:
            for day in scenario.dates:
                for window in scenario.open_windows(hotspot.id, day):
                    marks |= {window.start, window.end}
    for c in candidates:
        if squad in recut_by(scenario, c):
            marks |= {c.start, c.end}
    for lock in scenario.locks:
        officer = scenario.officer_by_id.get(lock.officer or "")
        if lock.kind is LockKind.DUTY and officer is not None and officer.squad == squad and lock.start is not None:
            start = datetime.combine(lock.date, lock.start)
            marks |= {start, start + (lock.length or timedelta(0))}
    return _cut(sorted(marks), [(s.start, s.end) for s in shifts], squad)


def _cut(marks: list[datetime], spans: list[tuple[datetime, datetime]], squad: str) -> tuple[Period, ...]:
    return tuple(
        Period(squad, a, b, minutes(b - a))
        for a, b in pairwise(marks)
        if any(start <= a and b <= end for start, end in spans)
    )


def add_staff(model: RosterModel, scenario: Scenario, squad: str, size: Mapping[OfficerClass, int]) -> None:
    """Make the heads on tasks and the patrol pairs of a squad whose classes have ``size`` officers."""
    periods = model.periods[squad]
    tasks = tasks_of(scenario, squad)
    by_day: dict[object, list[Period]] = {}
    for period in periods:
        by_day.setdefault(period.start.date(), []).append(period)
    for task, need in tasks:
        days = {need.start.date(), need.end.date()}
        for period in (p for day in sorted(days) for p in by_day.get(day, ())):
            if not (need.start <= period.start and period.end <= need.end):
                continue
            for c in model.classes[squad]:
                if c.may(task.kind) and (c, period, task) not in model.staff:
                    name = f"staff/{squad}/{c.force}/{c.tag}/{task.place}/{period.start:%m%d%H%M}"
                    model.add_staff(c, period, task, model.cp.new_int_var(0, size[c], name))
    heads = sum(size[c] for c in model.classes[squad])
    for period in periods:
        model.pairs[period] = model.cp.new_int_var(0, heads // 2, f"pairs/{squad}/{period.start:%m%d%H%M}")


def add_visits(
    model: RosterModel, scenario: Scenario, inside: set[str], frozen: Roster, near: Collection[date] | None = None
) -> None:
    """Make the visits of the part's squads to their hotspots; those of the other squads are constants.

    On the dates ``near`` alone, if they are given.
    """
    made = {(v.squad, v.hotspot, v.start): v.count for v in frozen.visits}
    for hotspot in scenario.hotspots:
        if not inside.intersection(hotspot.squads):
            continue
        for day in (d for d in model.days if near is None or d in near):
            for window in scenario.open_windows(hotspot.id, day):
                for squad in hotspot.squads:
                    if squad in inside:
                        name = f"visits/{squad}/{hotspot.id}/{window.start:%m%d%H%M}"
                        model.visits[squad, window] = model.cp.new_int_var(0, window.wanted, name)
                    elif squad in scenario.squad_by_id:
                        model.visits[squad, window] = made.get((squad, hotspot.id, window.start), 0)
