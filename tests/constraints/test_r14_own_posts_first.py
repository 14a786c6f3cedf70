"""R14: a squad sends nobody to a remediation while its own fixed post or case desk is short."""

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.r14_own_posts_first import OwnPostsFirst
from domain.calendar import EVERY_DAY, DayRule
from domain.roster import Duty, Roster
from domain.scenario import Desk, Post, Scenario
from domain.words import DutyKind, SquadKind
from scheduler.build import variables
from tests.constraints.joint import HOUR, candidate, clock, holding, hotspot, joint, on
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    NIGHT,
    agree,
    both_seen,
    duty_rows,
    officer,
    remediation_rows,
    shift_rows,
    worked,
)

RULE = OwnPostsFirst()
PEOPLE = (officer("1", "A"), officer("2", "A"), officer("3", "A"), officer("4", "B"), officer("5", "B"))


def gate(start: str = "10:00", hours: float = 1, heads: int = 1, **more: object) -> Post:
    values = {"squad": "A", "days": EVERY_DAY} | more
    return Post(id="P", name="gate", heads=heads, start=time.fromisoformat(start), length=hours * HOUR, **values)


def desk(*squads: str, hours: float = 8) -> Desk:
    return Desk(id="K", name="desk", squads=squads, start=time(6, 30), length=hours * HOUR, days=EVERY_DAY)


def stands(scenario: Scenario, *rows: str) -> tuple[Duty, ...]:
    """Return duties on the first day from "officer from to place" rows."""
    found = []
    for person, start, end, place in (row.split() for row in rows):
        kind = DutyKind.DESK if place == "K" else DutyKind.POST
        values = {"officer": person, "day": on(0), "kind": kind, "place": place}
        found.append(Duty(start=clock(0, start), end=clock(0, end), **values))
    return tuple(found)


@pytest.mark.parametrize(
    ("duties", "verdict"),
    [
        ((), None),
        (("2 10:00 11:00 P",), 0),
        (("2 10:00 10:30 P",), None),  # gone half-way; the middle shift's people relieve at 10:30 or not at all
        (("2 10:00 10:30 P", "3 10:30 11:00 P"), 0),
        (("4 10:00 11:00 P",), None),  # of another squad
        (("2 10:00 11:00 K",), None),  # at another place
    ],
)
def test_a_post_is_manned_throughout(duties: tuple[str, ...], verdict: int | None) -> None:
    half = MIDDLE.model_copy(update={"id": "X", "start": time(10, 30)})
    scenario = joint(PEOPLE, posts=(gate(),), desks=(desk("B"),), shifts=(EARLY, half))
    c = candidate()
    rows = Roster(
        shifts=worked(scenario, dict.fromkeys("12345", "E--")),
        duties=stands(scenario, *duties),
        remediations=(holding(c, "1"),),
    )
    assert agree(RULE, scenario, rows, [c]) == verdict


@pytest.mark.parametrize(
    ("start", "hours", "verdict"),
    [("11:00", 1, 0), ("09:00", 1, 0), ("10:59", 1, None), ("09:01", 1, None), ("10:20", 0.5, None)],
)
def test_only_the_window_of_the_remediation_matters(start: str, hours: float, verdict: int | None) -> None:
    scenario, c = joint(PEOPLE, posts=(gate(start, hours),)), candidate()
    rows = Roster(shifts=worked(scenario, {"1": "E--"}), remediations=(holding(c, "1"),))
    assert agree(RULE, scenario, rows, [c]) == verdict


def test_every_head_is_wanted_and_only_of_the_squads_that_send() -> None:
    scenario, c = joint(PEOPLE, posts=(gate(heads=2),)), candidate()
    for duties, people, verdict in (
        (("2 10:00 11:00 P",), "14", None),
        (("2 10:00 11:00 P",), "45", 0),  # A sends nobody
        (("2 10:00 11:00 P", "3 10:00 11:00 P"), "14", 0),
    ):
        rows = Roster(
            shifts=worked(scenario, dict.fromkeys("12345", "E--")),
            duties=stands(scenario, *duties),
            remediations=(holding(c, *people),),
        )
        assert agree(RULE, scenario, rows, [c]) == verdict, (duties, people)


@pytest.mark.parametrize(
    ("duties", "verdict"),
    [
        (("2 10:00 11:00 K", "3 10:00 11:00 K"), 0),
        (("2 10:00 11:00 K",), None),
        (("2 10:00 11:00 K", "5 10:00 11:00 K"), 0),  # one of each squad
        (("2 10:00 11:00 K", "5 10:00 10:30 K"), None),
    ],
)
def test_a_shared_desk(duties: tuple[str, ...], verdict: int | None) -> None:
    cut = hotspot("J", "B", clock="10:30", may_host=False)  # cuts the time of B but not that of A
    scenario, c = joint(PEOPLE, desks=(desk("A", "B"),), hotspots=(hotspot(), cut)), candidate()
    rows = Roster(
        shifts=worked(scenario, dict.fromkeys("12345", "E--")),
        duties=stands(scenario, *duties),
        remediations=(holding(c, "1"),),
    )
    assert agree(RULE, scenario, rows, [c]) == verdict


@pytest.mark.parametrize(("heads", "verdict"), [(2, cp_model.OPTIMAL), (1, cp_model.INFEASIBLE)])
def test_of_a_squad_outside_the_part_nothing_is_counted(heads: int, verdict: int) -> None:
    scenario, c = joint(PEOPLE, desks=(desk("A", "B"),)), candidate()
    model = variables(scenario, squads=["A"], candidates=[c])
    list(RULE.post(model, scenario))
    model.cp.add(model.sends["A", c.id] == 1)
    for staff in model.staff.values():
        model.cp.add(staff <= heads)
    assert cp_model.CpSolver().solve(model.cp) == verdict


def test_mobile_squads_with_a_post_and_nights() -> None:
    people = (officer("1", "A"), officer("m", "M"), officer("n", "M"))
    night = gate("23:00", 4, squad="M", days=DayRule(weekdays=(0,)))
    scenario = joint(people, posts=(night,), shifts=(EARLY, NIGHT), hotspots=(hotspot(clock="23:00", open_for=4),))
    mobile = [s.model_copy(update={"kind": SquadKind.MOBILE}) if s.id == "M" else s for s in scenario.squads]
    scenario = scenario.model_copy(update={"squads": tuple(mobile)})
    c = candidate(on(1), "01:00", helpers=("M",))
    shifts = worked(scenario, {"m": "N--", "n": "N--"})
    there = Duty(officer="n", day=on(0), start=clock(0, "23:00"), end=clock(1, "03:00"), kind=DutyKind.POST, place="P")
    for duties, verdict in (((), None), ((there,), 0)):
        rows = Roster(shifts=shifts, duties=duties, remediations=(holding(c, "m"),))
        assert agree(RULE, scenario, rows, [c]) == verdict


def test_names_squad_place_and_minutes() -> None:
    scenario = joint(PEOPLE, posts=(gate(heads=2),))
    duties = stands(scenario, "2 10:00 11:00 P", "3 10:20 11:00 P", "? 10:00 11:00 P")
    (finding,) = RULE.audit(scenario, Roster(duties=duties, remediations=(holding(candidate(), "1", "?"),)))
    assert finding.amount == 20
    assert all(word in finding.text.zh for word in ("squad A", "gate", "10:00", "1 人", "20 人分钟"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start = data.draw(st.sampled_from(["09:00", "10:00", "10:30"]))
        wanted = data.draw(st.integers(1, 2))
        scenario = joint(
            PEOPLE[:2] + PEOPLE[3:],
            count=1,
            posts=(gate(start, 1, wanted),) if data.draw(st.booleans()) else (),
            desks=(desk("A", "B", hours=data.draw(st.sampled_from([3, 4, 5]))),) if data.draw(st.booleans()) else (),
            shifts=(EARLY, LATE),
        )
        chosen = [candidate(clock=data.draw(st.sampled_from(["10:00", "11:00"])))]
        rows = data.draw(remediation_rows(scenario, chosen))
        shifts = data.draw(shift_rows(scenario))
        duties = data.draw(duty_rows(scenario, shifts, chosen, rows))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=duties, remediations=rows), chosen))

    run()
    assert all(both_seen(seen))
