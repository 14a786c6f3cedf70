"""R08: whoever works the case desk is certified."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r08_certified_desk import CertifiedDesk
from domain.calendar import EVERY_DAY
from domain.roster import Duty, Roster
from domain.scenario import Desk, Post, Scenario
from domain.words import DutyKind
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

RULE = CertifiedDesk()
TWO_HOURS = timedelta(hours=2)
DESK = Desk(id="D", name="案件岗", squads=("A", "B"), start=time(8), length=TWO_HOURS, days=EVERY_DAY)
GATE = Post(id="P", name="gate", squad="A", heads=1, start=time(8), length=TWO_HOURS, days=EVERY_DAY)


def duty(kind: DutyKind = DutyKind.DESK, place: str | None = "D", who: str = "1") -> Duty:
    return Duty(officer=who, day=MONDAY, start=at(MONDAY, "08:00"), end=at(MONDAY, "10:00"), kind=kind, place=place)


@pytest.mark.parametrize(
    ("certified", "kind", "place", "said"),
    [
        (True, DutyKind.DESK, "D", 0),
        (False, DutyKind.DESK, "D", None),
        (False, DutyKind.POST, "P", 0),
        (False, DutyKind.PATROL, None, 0),
    ],
)
def test_table(certified: bool, kind: DutyKind, place: str | None, said: int | None) -> None:
    scenario = tiny([officer("1", certified=certified)], count=1, posts=(GATE,), desks=(DESK,))
    roster = Roster(shifts=worked(scenario, {"1": "E"}), duties=(duty(kind, place),))
    assert agree(RULE, scenario, roster) == said


def test_a_certified_colleague_does_not_cover_for_one_without() -> None:
    scenario = tiny([officer("1", certified=False), officer("2")], count=1, desks=(DESK,))
    roster = Roster(shifts=worked(scenario, {"1": "E", "2": "E"}), duties=(duty(), duty(who="2")))
    assert agree(RULE, scenario, roster) is None


def test_unknown_people_and_places_are_left_to_r01() -> None:
    scenario = tiny([officer("1", certified=False)], count=1, desks=(DESK,))
    assert audited(RULE, scenario, Roster(duties=(duty(who="ghost"), duty(place="?"), duty(place=None)))) == 0


def test_names_officer_date_and_desk() -> None:
    scenario = tiny([officer("1", name="王磊", certified=False)], count=1, desks=(DESK,))
    (finding,) = RULE.audit(scenario, Roster(duties=(duty(),)))
    assert finding.amount == 120
    assert all(w in finding.text.zh for w in ("王磊", "10-12 08:00-10:00", "案件岗"))
    assert all(w in finding.text.en for w in ("王磊", "10-12 08:00-10:00", "案件岗"))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Three officers in two squads, with certificate or without, a post and a shared desk."""
    certified = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    people = [officer(f"{n}", "AAB"[n], certified=c) for n, c in enumerate(certified)]
    return tiny(people, count=1, posts=(GATE,), desks=(DESK,), shifts=(EARLY, LATE))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=data.draw(duty_rows(scenario, shifts)))))

    run()
    assert all(both_seen(seen))
