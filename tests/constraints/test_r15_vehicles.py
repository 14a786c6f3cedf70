"""R15: vehicles are in one place, out of inspection, each with a licensed driver of its own."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.r15_vehicles import Vehicles
from domain.roster import Remediation, Roster, VehicleUse
from domain.scenario import Scenario, Vehicle
from domain.words import VehicleKind
from scheduler.build import variables
from tests.constraints.joint import HOUR, candidate, clock, holding, joint, on
from tests.constraints.kit import agree, both_seen, officer, remediation_rows

RULE = Vehicles()
CAR, TRUCK, VAN = VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.VAN
PEOPLE = (
    officer("1", "A", licences=(CAR,), name="张伟"),
    officer("2", "B", licences=(CAR, TRUCK)),
    officer("3", "B"),
)


def vehicle(vid: str, kind: VehicleKind = CAR, squad: str | None = None, *inspection: date) -> Vehicle:
    return Vehicle(id=vid, name=f"car {vid}", kind=kind, squad=squad, inspection=inspection)


def world(*vehicles: Vehicle, **more: Any) -> Scenario:
    return joint(PEOPLE, vehicles=vehicles, **more)


def uses(*rows: str) -> tuple[VehicleUse, ...]:
    """Return uses from "vehicle driver" rows."""
    return tuple(VehicleUse(vehicle=v, driver=d) for v, d in (row.split() for row in rows))


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ((), 0),
        (("p 1",), 0),
        (("p 2", "q 1"), 0),
        (("t 2", "q 1"), 0),
        (("t 2", "p 1", "q 3"), None),  # two licensed people, three vehicles
        (("a 1",), 0),
        (("t 1", "u 2"), None),  # two trucks and one who may drive them
        (("v 1",), None),  # nobody may drive the van
    ],
)
def test_each_vehicle_has_a_licensed_driver(rows: tuple[str, ...], verdict: int | None) -> None:
    cars = [
        vehicle("p"),
        vehicle("q"),
        vehicle("t", TRUCK),
        vehicle("u", TRUCK),
        vehicle("v", VAN),
        vehicle("a", CAR, "A"),
    ]
    c = candidate()
    roster = Roster(remediations=(holding(c, "1", "2", "3", vehicles=uses(*rows)),))
    assert agree(RULE, world(*cars), roster, [c]) == verdict


def test_a_driver_is_a_participant() -> None:
    c = candidate()
    roster = Roster(remediations=(holding(c, "3", vehicles=uses("p 1")),))
    assert agree(RULE, world(vehicle("p")), roster, [c]) is None


@pytest.mark.parametrize(("squad", "verdict"), [("A", 0), ("B", None), (None, 0)])
def test_the_vehicle_belongs_to_a_squad_there_or_to_the_pool(squad: str | None, verdict: int | None) -> None:
    c = candidate()
    roster = Roster(remediations=(holding(c, "1", vehicles=uses("p 1")),))
    assert agree(RULE, world(vehicle("p", CAR, squad)), roster, [c]) == verdict


@pytest.mark.parametrize(
    ("day", "length", "verdict"),
    [(0, 1, None), (1, 1, 0), (-1, 1, 0), (1, 14, 0), (1, 14.5, None)],
)
def test_inspection(day: int, length: float, verdict: int | None) -> None:
    c = candidate(end=clock(0, "10:00") + length * HOUR)
    roster = Roster(remediations=(holding(c, "1", vehicles=uses("p 1")),))
    assert agree(RULE, world(vehicle("p", CAR, None, on(day))), roster, [c]) == verdict


@pytest.mark.parametrize(("start", "verdict"), [("10:59", None), ("11:00", 0), ("09:01", None), ("09:00", 0)])
def test_one_place_at_a_time(start: str, verdict: int | None) -> None:
    pair = [candidate(), candidate(clock=start, hotspot="J")]
    rows = (holding(pair[0], "1", vehicles=uses("p 1")), holding(pair[1], "2", vehicles=uses("p 2")))
    assert agree(RULE, world(vehicle("p")), Roster(remediations=rows), pair) == verdict
    apart = (rows[0], rows[1].model_copy(update={"vehicles": uses("q 2")}))
    assert agree(RULE, world(vehicle("p"), vehicle("q")), Roster(remediations=apart), pair) == 0


@pytest.mark.parametrize(("held", "verdict"), [(1, cp_model.OPTIMAL), (0, cp_model.INFEASIBLE)])
def test_no_vehicle_goes_to_what_is_not_held(held: int, verdict: int) -> None:
    c = candidate()
    model = variables(world(vehicle("p")), candidates=[c])
    list(RULE.post(model, world(vehicle("p"))))
    model.cp.add(model.uses["p", c.id] == 1)
    model.cp.add(model.held[c.id] == held)
    assert cp_model.CpSolver().solve(model.cp) == verdict


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("p 1", "q 1"), ("张伟", "2 辆车")),
        (("p 1", "p 2"), ("car p", "两次")),
        (("t 1",), ("张伟", "清运卡车")),
        (("? 1",), ()),  # R01 reports unknown ids
        (("p ?",), ("car p", "?", "不在参加人员中")),
    ],
)
def test_hand_edited_rosters(rows: tuple[str, ...], words: tuple[str, ...]) -> None:
    scenario = world(vehicle("p"), vehicle("q"), vehicle("t", TRUCK))
    found = list(RULE.audit(scenario, Roster(remediations=(holding(candidate(), "1", "2", vehicles=uses(*rows)),))))
    assert len(found) == bool(words)
    assert all(word in f.text.zh for f in found for word in (*words, "10-12 10:00"))


def driven(scenario: Scenario, r: Remediation) -> Remediation:
    """Let those drive who may, as naming does; as drawn where there is no such way."""
    kinds = [scenario.vehicle_by_id[use.vehicle].kind for use in r.vehicles]
    for people in permutations(r.participants, len(kinds)):
        if all(k in scenario.officer_by_id[p].licences for p, k in zip(people, kinds, strict=True)):
            drivers: Sequence[str] = people
            break
    else:
        return r
    named = tuple(u.model_copy(update={"driver": d}) for u, d in zip(r.vehicles, drivers, strict=True))
    return r.model_copy(update={"vehicles": named})


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=120, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        kinds = st.lists(st.sampled_from([CAR, TRUCK]), unique=True)
        people = [officer(str(n), squad, licences=tuple(data.draw(kinds))) for n, squad in enumerate("AABB")]
        cars = [
            Vehicle(id=v, name=v, kind=data.draw(st.sampled_from([CAR, TRUCK])), squad=squad, inspection=days)
            for v, squad, days in (("p", None, ()), ("q", None, (on(1),)), ("a", "A", ()))
        ]
        scenario = joint(people, vehicles=tuple(cars))
        starts = data.draw(st.lists(st.sampled_from(["10:00", "10:30", "11:00"]), min_size=1, max_size=2))
        chosen = [candidate(on(data.draw(st.integers(0, 1))), s, hotspot="HJ"[n]) for n, s in enumerate(starts)]
        rows = [driven(scenario, r) for r in data.draw(remediation_rows(scenario, chosen))]
        seen.append(agree(RULE, scenario, Roster(remediations=tuple(rows)), chosen))

    run()
    assert all(both_seen(seen))
