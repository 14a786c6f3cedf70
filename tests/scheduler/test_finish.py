"""Putting a roster together: holdings follow from remediations, and a pair is marked where one was reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import all_rules
from domain.roster import Duty, Roster, Visits
from domain.scenario import PastRemediation, Scenario
from domain.words import DutyKind
from scheduler.decided import Decided
from scheduler.finish import assemble, with_holdings
from tests.constraints.joint import candidate, clock, hotspot, joint
from tests.constraints.kit import MONDAY, duty_rows, officer, shift_rows, visit_rows
from tests.scheduler.kit import no_gaps, post, working

PAST = PastRemediation(id="p", group="G", hotspot="H", host="A", date=MONDAY - timedelta(days=1))
OUT = (DutyKind.PATROL, DutyKind.HOLDING)


def held(*people: bool, count: int = 1, **more: Any) -> Scenario:
    """Return squad A with certified officers and others, and a remediation at its hotspot yesterday."""
    officers = [officer(str(n), certified=certified) for n, certified in enumerate(people, 1)]
    return joint([*officers, officer("9", "B")], count=count, past_remediations=(PAST,), **more)


def reached(scenario: Scenario, rows: dict[str, str], visits: int = 2) -> Roster:
    """Return the roster of these shifts with visits to the hotspot's window on each day."""
    windows = [w for day in scenario.dates for w in scenario.open_windows("H", day)]
    known = replace(working(scenario, rows), visits={("A", w): visits for w in windows})
    return assemble(scenario, known, ())


def holding_rows(roster: Roster) -> list[tuple[str, object, object, str | None]]:
    return sorted((d.officer, d.start, d.end, d.place) for d in roster.duties if d.kind is DutyKind.HOLDING)


def minutes_out(duties: tuple[Duty, ...]) -> Counter[tuple[str, object]]:
    """Return every five minutes that somebody is on patrol or holding."""
    found: Counter[tuple[str, object]] = Counter()
    for duty in duties:
        if duty.kind in OUT:
            span = (duty.end - duty.start) // timedelta(minutes=5)
            found.update((duty.officer, duty.start + n * timedelta(minutes=5)) for n in range(span))
    return found


def test_a_reached_window_is_held_by_a_pair_for_all_of_it() -> None:
    scenario = held(True, False)
    roster = reached(scenario, {"1": "E", "2": "E"})
    window = clock(0, "10:00"), clock(0, "12:00"), "H"
    assert holding_rows(roster) == [("1", *window), ("2", *window)]
    assert roster.holdings[0].reached == 2
    assert no_gaps(scenario, roster)
    before_and_after = [(d.start, d.end) for d in roster.duties_of("1") if d.kind is DutyKind.PATROL]
    assert before_and_after == [(clock(0, "06:30"), clock(0, "10:00")), (clock(0, "12:00"), clock(0, "14:30"))]


def test_one_of_the_pair_is_certified() -> None:
    roster = reached(held(False, False, True), {"1": "E", "2": "E", "3": "E"})
    pair = {row[0] for row in holding_rows(roster)}
    assert len(pair) == 2
    assert "3" in pair


def test_nobody_is_marked_where_there_is_no_pair_or_no_visit() -> None:
    assert holding_rows(reached(held(False, False), {"1": "E", "2": "E"})) == []
    assert holding_rows(reached(held(True), {"1": "E"})) == []
    assert holding_rows(reached(held(True, True), {"1": "E", "2": "E"}, visits=0)) == []


def test_the_pair_that_stays_longest_is_marked_for_the_time_it_is_there_together() -> None:
    scenario = held(True, True, True, hotspots=(hotspot("H", clock="13:00", open_for=4),))
    roster = reached(scenario, {"1": "E", "2": "L", "3": "L"}, visits=1)
    assert {row[:3] for row in holding_rows(roster)} == {(o, clock(0, "14:00"), clock(0, "17:00")) for o in "23"}


def test_two_windows_at_once_are_held_by_two_pairs() -> None:
    again = PAST.model_copy(update={"id": "q", "hotspot": "K"})
    scenario = held(True, True, True, True, hotspots=(hotspot("H"), hotspot("K")))
    scenario = scenario.model_copy(update={"past_remediations": (PAST, again)})
    windows = [scenario.open_windows(h, MONDAY)[0] for h in "HK"]
    known = replace(working(scenario, dict.fromkeys("1234", "E")), visits={("A", w): 1 for w in windows})
    found = holding_rows(assemble(scenario, known, ()))
    assert sorted(Counter(row[3] for row in found).items()) == [("H", 2), ("K", 2)]
    assert len({row[0] for row in found}) == 4


def test_guests_do_not_hold() -> None:
    scenario = held(True, hotspots=(hotspot("H", "A", "B"),))
    assert holding_rows(reached(scenario, {"1": "E", "9": "E"})) == []


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Scenario, Roster]:
    scenario = held(True, False, True, count=2, posts=(post("P", clock="09:00", hours=2),))
    shifts = draw(shift_rows(scenario))
    duties = draw(duty_rows(scenario, shifts))
    return scenario, Roster(shifts=shifts, duties=duties, visits=draw(visit_rows(scenario)))


@settings(max_examples=30, deadline=None)
@given(drawn())
def test_marks_change_no_supply_and_no_other_duty(given_: tuple[Scenario, Roster]) -> None:
    scenario, roster = given_
    owed = assemble(scenario, Decided(), ()).holdings
    owed = tuple(h.model_copy(update={"reached": h.wanted}) for h in owed)
    marked = roster.model_copy(update={"duties": with_holdings(scenario, roster, owed)})
    assert minutes_out(marked.duties) == minutes_out(roster.duties)
    others = [[d for d in r.duties if d.kind not in OUT] for r in (roster, marked)]
    assert sorted(others[0], key=str) == sorted(others[1], key=str)
    assert no_gaps(scenario, marked) == no_gaps(scenario, roster)
    visits = next(rule for rule in all_rules() if rule.id == "S02")
    before, after = (sum(f.amount for f in visits.audit(scenario, r)) for r in (roster, marked))
    assert before == after
    by_span = Counter((d.start, d.end, d.place) for d in marked.duties if d.kind is DutyKind.HOLDING)
    assert all(n % 2 == 0 for n in by_span.values())
    for span in by_span:
        here = [d.officer for d in marked.duties if (d.start, d.end, d.place) == span]
        assert any(scenario.officer_by_id[o].certified for o in here)


def test_a_roster_lists_shifts_duties_visits_and_remediations_in_order() -> None:
    scenario = joint(count=2)
    c = candidate()
    windows = [w for day in scenario.dates for w in scenario.open_windows("H", day)]
    known = replace(
        working(scenario, {"2": "EE", "1": "E-"}),
        visits={("A", windows[1]): 1, ("A", windows[0]): 0},
        joins=frozenset({("1", c.id), ("2", c.id)}),
    )
    roster = assemble(scenario, known, (c,))
    assert [(a.officer, a.day.day) for a in roster.shifts] == [("1", 12), ("2", 12), ("2", 13)]
    assert roster.visits == (Visits(squad="A", hotspot="H", start=windows[1].start, count=1),)
    assert [r.id for r in roster.remediations] == [c.id]
    assert {h.remediation for h in roster.holdings} == {c.id}
    assert no_gaps(scenario, roster)
