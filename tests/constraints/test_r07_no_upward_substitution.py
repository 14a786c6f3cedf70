"""R07: service staff never replace management, nor management enforcement."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r07_no_upward_substitution import NoUpwardSubstitution
from domain.calendar import EVERY_DAY
from domain.roster import Duty, Roster
from domain.scenario import Desk, Post, Scenario
from domain.words import DutyKind, Force
from tests.constraints.kit import (
    EARLY,
    LATE,
    MONDAY,
    agree,
    at,
    audited,
    both_seen,
    duty_rows,
    officer,
    shift_rows,
    tiny,
    worked,
)

RULE = NoUpwardSubstitution()
ENFORCEMENT, MANAGEMENT, SERVICE = Force.ENFORCEMENT, Force.MANAGEMENT, Force.SERVICE


def gate(force: Force = SERVICE, pid: str = "P", start: int = 8) -> Post:
    length = timedelta(hours=2)
    return Post(
        id=pid, name=f"门岗 {pid}", squad="A", heads=1, start=time(start), length=length, days=EVERY_DAY, force=force
    )


def desk(squads: tuple[str, ...] = ("A",)) -> Desk:
    return Desk(id="D", name="案件岗", squads=squads, start=time(8), length=timedelta(hours=2), days=EVERY_DAY)


def duty(kind: DutyKind, place: str | None, who: str = "1") -> Duty:
    return Duty(officer=who, day=MONDAY, start=at(MONDAY, "08:00"), end=at(MONDAY, "10:00"), kind=kind, place=place)


def verdict(have: Force, need: Force, kind: DutyKind, place: str | None) -> int | None:
    scenario = tiny([officer("1", force=have)], count=1, posts=(gate(need),), desks=(desk(),))
    return agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "E"}), duties=(duty(kind, place),)))


@pytest.mark.parametrize(
    ("have", "need", "said"),
    [
        (SERVICE, SERVICE, 0),
        (MANAGEMENT, SERVICE, 0),
        (ENFORCEMENT, SERVICE, 0),
        (SERVICE, MANAGEMENT, None),
        (MANAGEMENT, MANAGEMENT, 0),
        (ENFORCEMENT, MANAGEMENT, 0),
        (SERVICE, ENFORCEMENT, None),
        (MANAGEMENT, ENFORCEMENT, None),
        (ENFORCEMENT, ENFORCEMENT, 0),
    ],
)
def test_posts(have: Force, need: Force, said: int | None) -> None:
    assert verdict(have, need, DutyKind.POST, "P") == said


@pytest.mark.parametrize(("have", "said"), [(SERVICE, None), (MANAGEMENT, None), (ENFORCEMENT, 0)])
def test_the_desk_is_for_enforcement(have: Force, said: int | None) -> None:
    assert verdict(have, SERVICE, DutyKind.DESK, "D") == said


def test_anyone_may_patrol() -> None:
    assert verdict(SERVICE, ENFORCEMENT, DutyKind.PATROL, None) == 0


def test_unknown_people_and_places_are_left_to_r01() -> None:
    scenario = tiny([officer("1", force=SERVICE)], count=1, posts=(gate(ENFORCEMENT),))
    duties = (duty(DutyKind.POST, "P", "ghost"), duty(DutyKind.POST, "?"), duty(DutyKind.DESK, "P"))
    assert audited(RULE, scenario, Roster(duties=duties)) == 0


def test_names_officer_date_place_and_forces() -> None:
    scenario = tiny([officer("1", name="李娜", force=SERVICE)], count=1, posts=(gate(MANAGEMENT),))
    (finding,) = RULE.audit(scenario, Roster(duties=(duty(DutyKind.POST, "P"),)))
    assert finding.amount == 120
    assert all(w in finding.text.zh for w in ("李娜", "服务", "10-12 08:00-10:00", "门岗 P", "管理"))
    assert all(w in finding.text.en for w in ("李娜", "service", "10-12 08:00-10:00", "门岗 P", "management"))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Three officers of any force in two squads, two posts and a desk that may be shared."""
    forces = st.sampled_from(list(Force))
    people = [officer("1", force=draw(forces)), officer("2", force=draw(forces)), officer("3", "B", force=draw(forces))]
    posts = (gate(draw(forces)), gate(draw(forces), "Q", draw(st.integers(7, 15))))
    desks = (desk(draw(st.sampled_from([("A",), ("A", "B")]))),)
    return tiny(people, count=1, posts=posts, desks=desks, shifts=(EARLY, LATE))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=data.draw(duty_rows(scenario, shifts)))))

    run()
    assert all(both_seen(seen))
