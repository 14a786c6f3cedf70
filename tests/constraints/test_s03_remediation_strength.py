"""S03: remediations at their target strength."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s03_remediation_strength import RemediationStrength
from domain.roster import Roster, VehicleUse
from domain.scenario import Designated, Vehicle
from domain.words import RemediationKind, SquadKind, VehicleKind
from tests.constraints.joint import HOUR, candidate, clock, group, holding, joint, on
from tests.constraints.kit import agree, both_seen, officer, remediation_rows

RULE = RemediationStrength()
CARS = tuple(Vehicle(id=v, name=v, kind=VehicleKind.CAR) for v in "pqr")
PEOPLE = tuple(officer(str(n), "AABBB"[n - 1]) for n in range(1, 6))


def going(*cars: str) -> tuple[VehicleUse, ...]:
    return tuple(VehicleUse(vehicle=v, driver="1") for v in cars)


@pytest.mark.parametrize(
    ("people", "cars", "verdict"),
    [
        ("123", "p", 0),
        ("12", "p", 90),  # one of three missing for 90 minutes
        ("1", "p", 180),
        ("123", "", 1),
        ("1", "", 181),
        ("1234", "pq", 0),  # more than asked costs nothing and makes up for nothing
        ("12", "pqr", 90),
    ],
)
def test_table(people: str, cars: str, verdict: int) -> None:
    c = candidate(end=clock(0, "11:30"))
    roster = Roster(remediations=(holding(c, *people, vehicles=going(*cars)),))
    assert agree(RULE, joint(PEOPLE, vehicles=CARS), roster, [c]) == verdict


def test_what_is_not_held_misses_nothing() -> None:
    assert agree(RULE, joint(PEOPLE, vehicles=CARS), Roster(), [candidate()]) == 0


def test_people_of_mobile_squads_count() -> None:
    scenario = joint((*PEOPLE, officer("m", "M")), vehicles=CARS)
    mobile = [s.model_copy(update={"kind": SquadKind.MOBILE}) if s.id == "M" else s for s in scenario.squads]
    scenario = scenario.model_copy(update={"squads": tuple(mobile)})
    c = candidate(helpers=("M",))
    assert agree(RULE, scenario, Roster(remediations=(holding(c, "1", "2", "m", vehicles=going("p")),)), [c]) == 0


def test_an_order_has_its_own_target() -> None:
    values: dict[str, Any] = {"group": "G", "hotspot": "H", "first": on(0), "end": on(1), "start": None}
    order = Designated(id="D", **values, length=HOUR, squads=("A", "B"), heads=5, vehicles=3)
    scenario = joint(PEOPLE, vehicles=CARS, designated=(order,))
    c = candidate(kind=RemediationKind.DESIGNATED, designated="D", target_heads=5, target_vehicles=3)
    roster = Roster(remediations=(holding(c, *"123", vehicles=going("p")),))
    assert agree(RULE, scenario, roster, [c]) == 2 * 60 + 2


def test_prices_and_names() -> None:
    scenario = joint(PEOPLE, vehicles=CARS)
    heads, cars = RULE.audit(scenario, Roster(remediations=(holding(candidate(), "1", "1", "?"),)))
    assert (heads.amount, heads.points, heads.item) == (120, 20, "heads")
    assert (cars.amount, cars.points, cars.item) == (1, 40, "vehicles")
    assert all(word in heads.text.zh for word in ("10-12 10:00", "street H", "参加 1 人", "缺 2 人"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        heads, cars = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 2))
        scenario = joint(PEOPLE, vehicles=CARS, groups=(group(target_heads=heads, target_vehicles=cars),))
        end = clock(0, data.draw(st.sampled_from(["10:30", "11:00"])))
        chosen = [
            candidate(end=end, target_heads=heads, target_vehicles=cars),
            candidate(on(1), target_heads=heads, target_vehicles=cars),
        ]
        seen.append(agree(RULE, scenario, Roster(remediations=data.draw(remediation_rows(scenario, chosen))), chosen))

    run()
    assert all(both_seen(seen))
