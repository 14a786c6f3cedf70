"""Decisions split by squad, put together again and replaced; who commands and who drives."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from constraints.base import Task
from domain.roster import VehicleUse
from domain.scenario import Designated, Scenario, Vehicle
from domain.words import DutyKind, Rank, RemediationKind, VehicleKind
from scheduler.build import periods_of, variables
from scheduler.decided import Decided, as_frozen, drivers, merge, remediations_of, replaced, visits_of
from tests.constraints.joint import HOUR, candidate, hotspot, joint, on
from tests.constraints.kit import MONDAY, officer
from tests.scheduler.kit import post, shift_on, squad_of

CAR, TRUCK, VAN = VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.VAN


def brigade() -> Scenario:
    vehicles = (
        Vehicle(id="a", name="a", kind=CAR, squad="A"),
        Vehicle(id="b", name="b", kind=CAR, squad="B"),
        Vehicle(id="pool", name="pool", kind=CAR),
    )
    people = (*squad_of(2, "A", licences=(CAR,)), *squad_of(2, "B", licences=(CAR,)))
    spots = (hotspot("H", "A", "B"),)
    return joint(people, vehicles=vehicles, hotspots=spots, posts=(post("P", "A"), post("Q", "B")))


def decided(scenario: Scenario, *, shift: str = "E", visits: int = 1, squads: str = "AB") -> Decided:
    """Return decisions of some squads: all work one shift on Monday, man a post, visit and take part."""
    c = candidate()
    windows = scenario.open_windows("H", MONDAY)
    groups = {group.squad: group for group in variables(scenario).members}
    posts = {"A": "P", "B": "Q"}
    staff = {
        (groups[s], p, Task(DutyKind.POST, posts[s])): 1
        for s in squads
        for p in periods_of(scenario, s)
        if p.start.hour == 8 and p.start.date() == MONDAY
    }
    return Decided(
        shifts=frozenset((o.id, shift_on(scenario, 0, shift)) for o in scenario.officers if o.squad in squads),
        staff=staff,
        visits={(s, windows[0]): visits for s in squads},
        joins=frozenset((f"{s}1", c.id) for s in squads),
        uses=frozenset((s.lower(), c.id) for s in squads),
    )


# -- parts ------------------------------------------------------------------------------------------------------


def test_the_parts_of_all_squads_make_up_the_whole() -> None:
    scenario = brigade()
    whole = decided(scenario)
    a, b = (whole.only(scenario, (s,)) for s in "AB")
    assert a == decided(scenario, squads="A")
    assert merge([a, b]) == whole == merge([b, a])
    assert whole.only(scenario, ("A", "B")) == whole
    assert whole.only(scenario, ()) == Decided() == merge([])


def test_a_replaced_squad_is_new_and_the_others_stay() -> None:
    scenario = brigade()
    old, new = decided(scenario), decided(scenario, shift="L", visits=2, squads="B")
    found = replaced(scenario, old, new, ("B",))
    assert found.only(scenario, ("A",)) == old.only(scenario, ("A",))
    assert found.only(scenario, ("B",)) == new


def test_what_the_new_part_no_longer_does_is_gone() -> None:
    scenario = brigade()
    found = replaced(scenario, decided(scenario), Decided(), ("B",))
    assert found == decided(scenario, squads="A")


def test_the_host_replaced_brings_its_pool_vehicles() -> None:
    scenario, c = brigade(), candidate()
    old = decided(scenario)
    new = replace(decided(scenario, squads="A"), uses=frozenset({("pool", c.id)}), hosts={c.id: "A"})
    assert {v for v, _ in replaced(scenario, old, new, ("A",)).uses} == {"pool", "b"}


def test_a_guest_replaced_leaves_the_pool_vehicles_where_they_are() -> None:
    scenario, c = brigade(), candidate()
    old = decided(scenario)
    old = replace(old, uses=old.uses | {("pool", c.id)}, hosts={c.id: "A"})
    new = old.only(scenario, ("B",))  # B takes part, but A is the host and decides on the pool's vehicles
    assert replaced(scenario, old, new, ("B",)) == old


def test_a_remediation_given_up_loses_people_and_vehicles_only() -> None:
    scenario, c = brigade(), candidate()
    found = decided(scenario).without({c.id})
    assert (found.joins, found.uses) == (frozenset(), frozenset())
    assert found.shifts == decided(scenario).shifts
    assert found.staff == decided(scenario).staff
    assert decided(scenario).without({"other"}) == decided(scenario)


def test_visits_are_listed_in_order_of_time_and_place() -> None:
    scenario = brigade()
    windows = [w for day in scenario.dates for w in scenario.open_windows("H", day)]
    known = Decided(visits={("B", windows[1]): 1, ("A", windows[1]): 0, ("A", windows[0]): 2})
    assert [(v.squad, v.start, v.count) for v in visits_of(known)] == [
        ("A", windows[0].start, 2),
        ("B", windows[1].start, 1),
    ]


# -- roles ------------------------------------------------------------------------------------------------------


def test_a_remediation_has_its_people_in_input_order_and_the_convener_leads() -> None:
    scenario, c = brigade(), candidate()
    known = Decided(joins=frozenset((o, c.id) for o in ("B2", "A1", "B1")))
    (found,) = remediations_of(scenario, known, (c, candidate(on(1))))
    assert found.participants == ("A1", "B1", "B2")
    assert (found.lead, found.host, found.group, found.id) == ("A", "A", "G", c.id)
    assert (found.start, found.end, found.kind) == (c.start, c.end, RemediationKind.MONTHLY)


def test_the_highest_leader_of_the_host_commands() -> None:
    people = (
        officer("1", "A", rank=Rank.DEPUTY),
        officer("2", "A", rank=Rank.LEADER),
        officer("3", "B", rank=Rank.LEADER),
        officer("4", "A"),
    )
    scenario, c = joint(people), candidate()

    def boss(*there: str, **more: str) -> str:
        known = Decided(joins=frozenset((o, candidate(**more).id) for o in there))
        return remediations_of(scenario, known, (candidate(**more),))[0].commander

    assert boss("1", "2", "3", "4") == "2"
    assert boss("1", "3", "4") == "1"
    assert boss("4", "2", "3", commander="3") == "3"
    assert c.commander is None


def test_an_order_may_name_who_leads() -> None:
    order = Designated(
        id="O",
        group="G",
        hotspot="H",
        first=MONDAY,
        end=on(1),
        start=None,
        length=HOUR,
        squads=("A", "B"),
        heads=2,
        vehicles=0,
        lead="B",
    )
    scenario = joint(designated=(order,))
    c = candidate(designated="O", kind=RemediationKind.DESIGNATED)
    (found,) = remediations_of(scenario, Decided(joins=frozenset({("1", c.id)})), (c,))
    assert (found.lead, found.designated, found.kind) == ("B", "O", RemediationKind.DESIGNATED)


def test_remediations_come_in_order_of_start() -> None:
    late, soon = candidate(on(2)), candidate(on(1))
    known = Decided(joins=frozenset({("1", late.id), ("1", soon.id)}))
    assert [r.id for r in remediations_of(joint(), known, (late, soon))] == [soon.id, late.id]


def test_what_the_rest_needs_to_know_are_visits_and_remediations() -> None:
    scenario, c = brigade(), candidate()
    found = as_frozen(scenario, decided(scenario, squads="B"), (c,))
    assert (found.shifts, found.duties) == ((), ())
    assert [v.squad for v in found.visits] == ["B"]
    assert [(r.participants, r.vehicles[0].vehicle) for r in found.remediations] == [(("B1",), "b")]


# -- drivers ----------------------------------------------------------------------------------------------------


def garage(kinds: list[VehicleKind], licences: list[tuple[VehicleKind, ...]]) -> Scenario:
    vehicles = tuple(Vehicle(id=f"v{n}", name=f"v{n}", kind=kind) for n, kind in enumerate(kinds))
    people = [officer(f"p{n}", licences=held) for n, held in enumerate(licences)] + [officer("walker")]
    return joint(people, vehicles=vehicles)


def test_who_may_drive_anything_makes_room_for_who_may_drive_one_kind() -> None:
    scenario = garage([CAR, TRUCK, VAN], [(CAR, TRUCK, VAN), (CAR, TRUCK), (CAR,)])
    found = drivers(scenario, ["v0", "v1", "v2"], ["p0", "p1", "p2"])
    assert {u.vehicle: u.driver for u in found} == {"v0": "p2", "v1": "p1", "v2": "p0"}


def test_a_vehicle_nobody_is_left_for_stays_away() -> None:
    scenario = garage([CAR, CAR, TRUCK], [(CAR,)])
    assert [u.vehicle for u in drivers(scenario, ["v0", "v1", "v2"], ["p0", "walker"])] == ["v0"]
    assert drivers(scenario, ["v2"], ["p0", "walker"]) == ()


def test_the_commander_drives_last() -> None:
    scenario = brigade()
    c = candidate()
    known = Decided(joins=frozenset((o, c.id) for o in ("A1", "A2")), uses=frozenset({("a", c.id)}))
    (found,) = remediations_of(scenario, known, (c,))
    assert (found.commander, found.vehicles[0].driver) == ("A1", "A2")


@given(
    st.lists(st.sampled_from([CAR, TRUCK, VAN]), min_size=1, max_size=4),
    st.lists(st.lists(st.sampled_from([CAR, TRUCK, VAN]), unique=True).map(tuple), min_size=1, max_size=4),
)
def test_as_many_vehicles_go_as_can_be_driven_each_by_a_licensed_driver_of_its_own(
    kinds: list[VehicleKind], licences: list[tuple[VehicleKind, ...]]
) -> None:
    scenario = garage(kinds, licences)
    people = [o.id for o in scenario.officers]
    vehicles = [v.id for v in scenario.vehicles]
    found = drivers(scenario, vehicles, people)
    assert len({u.driver for u in found}) == len(found) == len({u.vehicle for u in found})
    assert all(scenario.vehicle_by_id[u.vehicle].kind in scenario.officer_by_id[u.driver].licences for u in found)
    seats = people + ["nobody"] * len(vehicles)
    most = max(
        sum(
            who != "nobody" and scenario.vehicle_by_id[v].kind in scenario.officer_by_id[who].licences
            for v, who in zip(vehicles, row, strict=True)
        )
        for row in permutations(seats[: len(people)] + ["nobody"] * max(0, len(vehicles) - len(people)), len(vehicles))
    )
    assert len(found) == most


def test_drivers_kept_stay_where_somebody_else_is_free_and_make_room_where_nobody_is() -> None:
    scenario = garage([CAR, CAR, TRUCK], [(CAR, TRUCK), (CAR,), (CAR,)])
    kept = [VehicleUse(vehicle="v0", driver="p2"), VehicleUse(vehicle="v1", driver="p0")]
    people = ["p0", "p1", "p2"]
    assert set(drivers(scenario, ["v0", "v1"], people, kept)) == set(kept)
    with_truck = {u.vehicle: u.driver for u in drivers(scenario, ["v0", "v1", "v2"], people, kept)}
    assert with_truck == {"v0": "p2", "v1": "p1", "v2": "p0"}
