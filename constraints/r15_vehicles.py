"""R15: vehicles of remediations: in one place at a time, not in inspection, driven by a licensed participant.

Model:  uses[v, c] <= held[c];  uses[v, c] <= sends[squad of v, c];  uses[v, c] = 0 if v is in inspection;
        sum of uses[v, c] over candidates running at the start of any of them <= 1 for each vehicle v;
        for every set K of vehicle kinds: uses of vehicles of K <= participants licensed for some kind of K
        (Hall's condition: then, and only then, each vehicle can have a driver of its own).
Source: Road Traffic Safety Law art. 13 (inspection) and 19 (licence); that a driver is among the people: own judgement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from constraints.base import Candidate, RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name, squad_name
from domain.calendar import DAY, MINUTE, dates
from domain.result import Finding
from domain.words import Scope, Severity, Text, VehicleKind

if TYPE_CHECKING:
    from domain.roster import Remediation, Roster, VehicleUse
    from domain.scenario import Scenario, Vehicle

Fault: TypeAlias = tuple[Text, Text]
"""What is wrong with one use of a vehicle, and the way out."""


class Vehicles(Rule):
    """A vehicle is in one place, out of inspection, with a licensed driver of its own."""

    id, title = "R15", Text("车辆与驾驶员", "Vehicles and drivers")
    scope, severity = Scope.BRIGADE, Severity.HARD
    unit = Text("车次", "uses of vehicles")
    source = Text("《道路交通安全法》第十三条、第十九条", "Road Traffic Safety Law art. 13 and 19")

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for c in model.candidates:
            days = set(dates(c.day, (c.end - MINUTE).date() + DAY))
            for vehicle in scenario.vehicles:
                uses = model.uses.get((vehicle.id, c.id))
                if uses is None:
                    continue
                model.cp.add(uses <= model.held[c.id])
                if vehicle.squad is not None:
                    model.cp.add(uses <= model.sends[vehicle.squad, c.id])
                if days.intersection(vehicle.inspection):
                    model.cp.add(uses == 0)
            _drivers(model, scenario, c)
        for vehicle in scenario.vehicles:
            _one_place(model, vehicle)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for n, r in enumerate(roster.remediations):
            drivers = Counter(use.driver for use in r.vehicles)
            for m, use in enumerate(r.vehicles):
                vehicle = scenario.vehicle_by_id.get(use.vehicle)
                if vehicle is None:
                    continue
                again = any(other.vehicle == use.vehicle for other in r.vehicles[:m])
                faults = [
                    *_of_vehicle(scenario, r, vehicle, again=again),
                    *_of_driver(scenario, r, vehicle, use, drivers),
                ]
                faults += _elsewhere(scenario, r, vehicle, roster.remediations[:n])
                for text, advice in faults:
                    yield self.finding(scenario, 1, at_remediation(r), text, advice)


def _drivers(model: RosterModel, scenario: Scenario, c: Candidate) -> None:
    there = [v for v in scenario.vehicles if (v.id, c.id) in model.uses]
    kinds = sorted({v.kind for v in there})
    for size in range(1, len(kinds) + 1):
        for some in combinations(kinds, size):
            used = [model.uses[v.id, c.id] for v in there if v.kind in some]
            able = [j for oid, j in model.joining(c) if set(some) & set(scenario.officer_by_id[oid].licences)]
            model.cp.add(sum(used) <= sum(able))


def _one_place(model: RosterModel, vehicle: Vehicle) -> None:
    going = [c for c in model.candidates if (vehicle.id, c.id) in model.uses]
    for moment in sorted({c.start for c in going}):
        at_once = [model.uses[vehicle.id, c.id] for c in going if c.start <= moment < c.end]
        if len(at_once) > 1:
            model.cp.add(sum(at_once) <= 1)


def _of_vehicle(scenario: Scenario, r: Remediation, vehicle: Vehicle, *, again: bool) -> Iterator[Fault]:
    name = remediation_name(scenario, r)
    if again:
        yield (
            Text(f"{name.zh}两次列出车辆 {vehicle.name}", f"{name.en} lists vehicle {vehicle.name} twice"),
            Text("删去一行", "Delete one of the rows"),
        )
    for day in vehicle.inspection:
        begin = datetime.combine(day, time(0))
        if r.start < begin + DAY and begin < r.end:
            yield (
                Text(
                    f"{name.zh}用车 {vehicle.name},但该车 {day:%m-%d} 检修",
                    f"{name.en} uses {vehicle.name}, which is in inspection on {day:%m-%d}",
                ),
                Text("换一辆车,或改检修日期", "Take another vehicle, or move the inspection"),
            )
    taking = {scenario.officer_by_id[p].squad for p in r.participants if p in scenario.officer_by_id}
    if vehicle.squad is not None and vehicle.squad not in taking:
        owner = squad_name(scenario, vehicle.squad)
        yield (
            Text(
                f"{name.zh}用 {owner} 的车 {vehicle.name},但 {owner} 没有人参加",
                f"{name.en} uses {vehicle.name} of {owner}, which does not take part",
            ),
            Text("换参加中队或大队机动车辆", "Take a vehicle of a squad taking part or of the pool"),
        )


def _of_driver(
    scenario: Scenario, r: Remediation, vehicle: Vehicle, use: VehicleUse, drivers: Counter[str]
) -> Iterator[Fault]:
    name = remediation_name(scenario, r)
    driver = scenario.officer_by_id.get(use.driver)
    who = driver.name if driver is not None else use.driver
    if use.driver not in r.participants:
        yield (
            Text(
                f"{name.zh}车辆 {vehicle.name} 的驾驶员“{who}”不在参加人员中",
                f'"{who}", driver of {vehicle.name}, is not among the people of {name.en}',
            ),
            Text("换一名参加人员驾驶,或把他列入", "Let a participant drive, or add the driver to the people"),
        )
    if driver is not None and vehicle.kind not in driver.licences:
        yield (
            Text(
                f"{who} 驾驶 {vehicle.name}({_KINDS[vehicle.kind].zh})去{name.zh},但没有该类驾驶资格",
                f"{who} drives {vehicle.name} to {name.en} without a licence for a {_KINDS[vehicle.kind].en}",
            ),
            Text("换有资格的驾驶员", "Take a licensed driver"),
        )
    if drivers[use.driver] > 1 and use is next(u for u in r.vehicles if u.driver == use.driver):
        yield (
            Text(
                f"{who} 在{name.zh}同时驾驶 {drivers[use.driver]} 辆车",
                f"{who} drives {drivers[use.driver]} vehicles at once at {name.en}",
            ),
            Text("每辆车一名驾驶员", "Give each vehicle a driver of its own"),
        )


def _elsewhere(
    scenario: Scenario, r: Remediation, vehicle: Vehicle, before: tuple[Remediation, ...]
) -> Iterator[Fault]:
    for other in before:
        meet = other.start < r.end and r.start < other.end
        if meet and any(use.vehicle == vehicle.id for use in other.vehicles):
            name, there = remediation_name(scenario, r), remediation_name(scenario, other)
            yield (
                Text(
                    f"车辆 {vehicle.name} 同时派往{name.zh}和{there.zh}",
                    f"{vehicle.name} is sent at once to {name.en} and to {there.en}",
                ),
                Text("其中一处换车", "Take another vehicle at one of them"),
            )


_KINDS = {
    VehicleKind.CAR: Text("巡逻车", "patrol car"),
    VehicleKind.TRUCK: Text("清运卡车", "haul truck"),
    VehicleKind.VAN: Text("指挥车", "command van"),
}
