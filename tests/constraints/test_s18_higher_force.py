"""S18: higher force stays off lower work."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s18_higher_force import HigherForce
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

RULE = HigherForce()
ENFORCEMENT, MANAGEMENT, SERVICE = Force.ENFORCEMENT, Force.MANAGEMENT, Force.SERVICE


def gate(force: Force = SERVICE, pid: str = "P", start: int = 8) -> Post:
    length = timedelta(hours=2)
    return Post(
        id=pid, name=f"门岗 {pid}", squad="A", heads=1, start=time(start), length=length, days=EVERY_DAY, force=force
    )


DESK = Desk(id="D", name="desk", squads=("A",), start=time(8), length=timedelta(hours=2), days=EVERY_DAY)


def duty(who: str = "1", place: str | None = "P", kind: DutyKind = DutyKind.POST, days_on: int = 0) -> Duty:
    day = MONDAY + timedelta(days=days_on)
    return Duty(officer=who, day=day, start=at(day, "08:00"), end=at(day, "10:00"), kind=kind, place=place)


@pytest.mark.parametrize(
    ("have", "need", "amount"),
    [
        (SERVICE, SERVICE, 0),
        (MANAGEMENT, SERVICE, 120),
        (ENFORCEMENT, SERVICE, 120),  # two steps down cost no more than one
        (SERVICE, MANAGEMENT, 0),  # R07's business
        (MANAGEMENT, MANAGEMENT, 0),
        (ENFORCEMENT, MANAGEMENT, 120),
        (ENFORCEMENT, ENFORCEMENT, 0),
    ],
)
def test_table(have: Force, need: Force, amount: int) -> None:
    scenario = tiny([officer("1", force=have)], count=1, posts=(gate(need),))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "E"}), duties=(duty(),))) == amount


@pytest.mark.parametrize(("kind", "place"), [(DutyKind.PATROL, None), (DutyKind.DESK, "D")])
def test_only_posts_count(kind: DutyKind, place: str | None) -> None:
    scenario = tiny([officer("1")], count=1, posts=(gate(),), desks=(DESK,))
    roster = Roster(shifts=worked(scenario, {"1": "E"}), duties=(duty(place=place, kind=kind),))
    assert agree(RULE, scenario, roster) == 0


def test_every_person_and_day_counts() -> None:
    scenario = tiny(count=2, posts=(gate(),))
    duties = (duty("1"), duty("2"), duty("1", days_on=1))
    roster = Roster(shifts=worked(scenario, {"1": "EE", "2": "E-"}), duties=duties)
    assert agree(RULE, scenario, roster) == 360


def test_unknown_people_and_places_are_left_to_r01() -> None:
    scenario = tiny(count=1, posts=(gate(),))
    assert audited(RULE, scenario, Roster(duties=(duty("ghost"), duty(place="?"), duty(place=None)))) == 0


def test_one_finding_a_person_and_post_names_the_dates_and_hours() -> None:
    scenario = tiny([officer("1", name="赵敏")], count=2, posts=(gate(),))
    (finding,) = RULE.audit(scenario, Roster(duties=(duty(), duty(days_on=1))))
    assert (finding.amount, finding.points) == (240, 2.5)
    assert all(w in finding.text.zh for w in ("赵敏", "执法", "门岗 P", "服务", "4 小时", "10-12、10-13"))
    assert all(w in finding.text.en for w in ("赵敏", "enforcement", "门岗 P", "service", "4 h", "10-12, 10-13"))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Two officers of any force, two posts that may overlap and a desk."""
    forces = st.sampled_from(list(Force))
    people = [officer("1", force=draw(forces)), officer("2", force=draw(forces))]
    posts = (gate(draw(forces)), gate(draw(forces), "Q", draw(st.integers(7, 15))))
    return tiny(people, count=2, posts=posts, desks=(DESK,), shifts=(EARLY, LATE))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=data.draw(duty_rows(scenario, shifts)))))

    run()
    assert all(both_seen(seen))
