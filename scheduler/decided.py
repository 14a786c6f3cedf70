"""What the first stage decides, in a form that travels between processes and merges by squad."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from constraints.base import Candidate, OfficerClass, Period, RosterModel, Task
from domain.calendar import OpenWindow, ShiftDay, overlaps
from domain.roster import Remediation, Roster, VehicleUse, Visits
from domain.scenario import Scenario
from domain.words import Rank

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True)
class Decided:
    """First-stage decisions of some squads: who works when, heads by class and task, visits, remediations."""

    shifts: frozenset[tuple[str, ShiftDay]] = frozenset()
    staff: dict[tuple[OfficerClass, Period, Task], int] = field(default_factory=dict)
    visits: dict[tuple[str, OpenWindow], int] = field(default_factory=dict)
    joins: frozenset[tuple[str, str]] = frozenset()
    uses: frozenset[tuple[str, str]] = frozenset()
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Remediation id -> host squad, who decides about the pool's vehicles."""

    def only(self, scenario: Scenario, squads: Collection[str]) -> Decided:
        """Return the part that concerns some squads."""
        home = scenario.officer_by_id
        return Decided(
            shifts=frozenset(k for k in self.shifts if home[k[0]].squad in squads),
            staff={k: v for k, v in self.staff.items() if k[1].squad in squads},
            visits={k: v for k, v in self.visits.items() if k[0] in squads},
            joins=frozenset(k for k in self.joins if home[k[0]].squad in squads),
            uses=frozenset(
                (vehicle, cid)
                for vehicle, cid in self.uses
                if (scenario.vehicle_by_id[vehicle].squad or self.hosts.get(cid)) in squads
            ),
            hosts=self.hosts,
        )

    def without(self, candidates: Collection[str]) -> Decided:
        """Return the same without some remediations."""
        return replace(
            self,
            joins=frozenset(k for k in self.joins if k[1] not in candidates),
            uses=frozenset(k for k in self.uses if k[1] not in candidates),
        )


def replaced(scenario: Scenario, old: Decided, new: Decided, squads: Collection[str]) -> Decided:
    """Return ``old`` with everything of ``squads`` taken from ``new``; a pool vehicle belongs to the host."""
    return merge((old.only(scenario, {s.id for s in scenario.squads} - set(squads)), new))


def merge(parts: Iterable[Decided]) -> Decided:
    """Return the union of the decisions of different squads."""
    found = list(parts)
    return Decided(
        shifts=frozenset().union(*(p.shifts for p in found)),
        staff={k: v for p in found for k, v in p.staff.items()},
        visits={k: v for p in found for k, v in p.visits.items()},
        joins=frozenset().union(*(p.joins for p in found)),
        uses=frozenset().union(*(p.uses for p in found)),
        hosts={cid: host for p in found for cid, host in p.hosts.items()},
    )


def read_off(model: RosterModel, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Decided:
    """Read the decisions of a solved part; constants from outside the part are left out."""

    def on(value: cp_model.IntVar | int) -> bool:
        return not isinstance(value, int) and bool(solver.value(value))

    return Decided(
        shifts=frozenset(k for k, v in model.works.items() if on(v)),
        staff={k: n for k, v in model.staff.items() if (n := solver.value(v))},
        visits={k: n for k, v in model.visits.items() if not isinstance(v, int) and (n := solver.value(v))},
        joins=frozenset(k for k, v in model.joins.items() if on(v)),
        uses=frozenset(k for k, v in model.uses.items() if on(v)),
        hosts={c.id: c.host for c in model.candidates},
    )


def hint(model: RosterModel, known: Decided) -> None:
    """Suggest known decisions to the solver."""
    cp = model.cp
    starts = {(oid, shift.day) for oid, shift in known.shifts}
    held = {cid for _, cid in known.joins}
    squads = {(model.squad_of[oid], cid) for oid, cid in known.joins}
    for key, var in model.works.items():
        if not isinstance(var, int):
            cp.add_hint(var, key in known.shifts)
    for day_key, resting in model.rest.items():
        if not isinstance(resting, int):
            cp.add_hint(resting, day_key not in starts)
    for task_key, heads in model.staff.items():
        cp.add_hint(heads, known.staff.get(task_key, 0))
    for visit_key, count in model.visits.items():
        if not isinstance(count, int):
            cp.add_hint(count, known.visits.get(visit_key, 0))
    for pairs, known_keys in ((model.joins, known.joins), (model.uses, known.uses), (model.sends, squads)):
        for pair, literal in pairs.items():
            if not isinstance(literal, int):
                cp.add_hint(literal, pair in known_keys)
    for cid, literal in model.held.items():
        if not isinstance(literal, int):
            cp.add_hint(literal, cid in held)


def visits_of(known: Decided) -> tuple[Visits, ...]:
    """Return the visits as records, in order."""
    rows = sorted((w.start, w.hotspot, squad, n) for (squad, w), n in known.visits.items())
    return tuple(Visits(squad=s, hotspot=h, start=start, count=n) for start, h, s, n in rows if n)


def as_remediation(
    c: Candidate, lead: str, commander: str, participants: Iterable[str], vehicles: Iterable[VehicleUse] = ()
) -> Remediation:
    """Return a candidate as held: with its lead squad, commander, participants (officer ids) and vehicles."""
    return Remediation(
        id=c.id,
        group=c.group,
        hotspot=c.hotspot,
        start=c.start,
        end=c.end,
        host=c.host,
        lead=lead,
        commander=commander,
        participants=tuple(participants),
        vehicles=tuple(vehicles),
        kind=c.kind,
        designated=c.designated,
    )


def remediations_of(scenario: Scenario, known: Decided, candidates: Sequence[Candidate]) -> tuple[Remediation, ...]:
    """Return the held remediations with all roles filled, in order of start.

    Lead squad is the order's, else this month's convener; commander the order's, else the highest leader of the host.
    """
    found: list[Remediation] = []
    for c in sorted(candidates, key=lambda c: (c.start, c.id)):
        there = {oid for oid, cid in known.joins if cid == c.id}
        if not there:
            continue
        people = [o for o in scenario.officers if o.id in there]
        order = next((d for d in scenario.designated if d.id == c.designated), None)
        leaders = [o for o in people if o.squad == c.host and o.leads]
        leaders.sort(key=lambda o: o.rank is not Rank.LEADER)
        commander = c.commander or (leaders[0].id if leaders else people[0].id)
        lead = (order.lead if order is not None else None) or scenario.group_by_id[c.group].convener
        drive = [*(o.id for o in people if o.id != commander), commander]
        vehicles = _vehicles(scenario, c, [v for v, cid in known.uses if cid == c.id], drive, found)
        found.append(as_remediation(c, lead, commander, [o.id for o in people], vehicles))
    return tuple(found)


def _vehicles(
    scenario: Scenario, c: Candidate, used: Sequence[str], people: Sequence[str], before: Sequence[Remediation]
) -> tuple[VehicleUse, ...]:
    """Return vehicles with drivers up to the target: those decided first, then any other that is free and can come."""
    squads = {scenario.officer_by_id[p].squad for p in people}
    away = {
        use.vehicle for other in before if overlaps(other.start, other.end, c.start, c.end) for use in other.vehicles
    }
    chosen: tuple[VehicleUse, ...] = ()
    for vehicle in sorted(scenario.vehicles, key=lambda v: v.id not in used):
        free = vehicle.id not in away and not {c.day, c.end.date()}.intersection(vehicle.inspection)
        if len(chosen) < c.target_vehicles and free and (vehicle.squad is None or vehicle.squad in squads):
            tried = drivers(scenario, [*(use.vehicle for use in chosen), vehicle.id], people)
            chosen = tried if len(tried) > len(chosen) else chosen
    return chosen


def drivers(
    scenario: Scenario, vehicles: Sequence[str], people: Sequence[str], kept: Iterable[VehicleUse] = ()
) -> tuple[VehicleUse, ...]:
    """Give each vehicle a licensed driver of its own by augmenting paths; a vehicle left without one is left out.

    Those ``kept`` have their driver, who changes only where another vehicle would have none.
    """
    driver_of: dict[str, str] = {use.vehicle: use.driver for use in kept if use.vehicle in vehicles}

    def seat(vehicle: str, tried: set[str]) -> bool:
        kind = scenario.vehicle_by_id[vehicle].kind
        for person in sorted(
            people, key=lambda p: p in driver_of.values()
        ):  # those free first: no more change than need be
            if person in tried or kind not in scenario.officer_by_id[person].licences:
                continue
            tried.add(person)
            other = next((v for v, p in driver_of.items() if p == person), None)
            if other is None or seat(other, tried):
                driver_of[vehicle] = person
                return True
        return False

    for vehicle in vehicles:
        if vehicle not in driver_of:
            seat(vehicle, set())
    return tuple(VehicleUse(vehicle=v, driver=driver_of[v]) for v in vehicles if v in driver_of)


def as_frozen(scenario: Scenario, known: Decided, candidates: Sequence[Candidate]) -> Roster:
    """Return what the rest of the brigade needs to know of these decisions: visits and remediations."""
    return Roster(visits=visits_of(known), remediations=remediations_of(scenario, known, candidates))
