"""What a question about a finished roster counts as filled: all of the place's day, and more than there was."""

from __future__ import annotations

from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler.around import Around
from scheduler.audit import audit
from scheduler.entries import entries
from scheduler.options import offer
from scheduler.wants import Want
from scheduler.way_jobs import IN_THE_END, QUICK, SLOW, TURNS, jobs_of, want_for
from scheduler.way_solve import goal_of
from scheduler.ways import Way, ways
from tests.constraints.kit import officer, tiny
from tests.scheduler.kit import post, squad_of
from tests.scheduler.why_kit import by_hand

EARLY_END = "14:30"


def half_manned() -> tuple[Scenario, Roster, Want]:
    """Return a post from 08:00 to 16:00 that A1 mans on his early shift; A2, on the late one, is barred from posts."""
    people = (officer("A1"), officer("A2", barred_duties=(DutyKind.POST,)))
    scenario = tiny(people, count=1, posts=(post("P", clock="08:00", hours=8),))
    roster = by_hand(scenario, {"A1": "E", "A2": "L"}, ("A1", 0, "08:00", EARLY_END, DutyKind.POST, "P"))
    short = next(f for f in audit(scenario, roster) if f.rule == "S01")
    want = want_for(scenario, roster, short)
    assert want is not None
    return scenario, roster, want


def way_of(kind: str, scenario: Scenario, roster: Roster, want: Want) -> Way:
    return next(way for way in ways(scenario, roster, want) if way.kind == kind)


def test_what_is_to_be_filled_is_the_whole_day_of_the_place() -> None:
    scenario, roster, want = half_manned()
    assert [f"{a:%H:%M}" for a, _ in want.spans] == [EARLY_END]
    parts = goal_of(want)(Around(scenario, roster, way_of("swap", scenario, roster, want).stage))
    assert sum(part.weight * part.most for part in parts) == 8 * 60


def test_an_hour_filled_where_more_hours_empty_is_no_way_out() -> None:
    scenario, roster, want = half_manned()
    way = way_of("swap", scenario, roster, want)
    assert Around(scenario, roster, way.stage).solve(way.opening, goal_of(want)) is None


def test_the_same_swap_is_one_where_it_fills_more_than_it_empties() -> None:
    people = (officer("A1"), officer("A2", barred_duties=(DutyKind.POST,)))
    scenario = tiny(people, count=1, posts=(post("P", clock="12:00", hours=8),))
    roster = by_hand(scenario, {"A1": "E", "A2": "L"}, ("A1", 0, "12:00", EARLY_END, DutyKind.POST, "P"))
    want = want_for(scenario, roster, next(f for f in audit(scenario, roster) if f.rule == "S01"))
    assert want is not None
    way = way_of("swap", scenario, roster, want)
    known = Around(scenario, roster, way.stage).solve(way.opening, goal_of(want))
    assert known is not None
    assert {(o, s.shift) for o, s in known.shifts} == {("A1", "L"), ("A2", "E")}


def test_slow_ways_and_the_next_date_wait_for_the_second_turn() -> None:
    scenario = tiny(squad_of(4), count=3, posts=(post("P", heads=2),))
    roster = by_hand(scenario, {})
    findings = audit(scenario, roster)
    entry = next(e for e in entries(scenario, roster, findings) if e.rule == "S01")
    turns = [jobs_of(scenario, roster, findings, entry, None, turn) for turn in TURNS]
    assert [{job.way.kind for job in jobs} & set(SLOW) for jobs in turns] == [set(), set(SLOW), set(), {"move rest"}]
    days = [d.day for d in entry.days]
    assert [sorted({job.day for job in jobs}) for jobs in turns] == [days[:1], days[:2], days[:1], days[1:2]]
    assert {job.way.kind for job in turns[2]} | {*IN_THE_END} == {job.way.kind for job in turns[3]}
    assert all(job.way.kind in QUICK for job in turns[1] if job.extra)


def test_all_ways_are_tried_before_it_is_said_that_there_is_none() -> None:
    scenario = tiny(squad_of(4, barred_duties=(DutyKind.POST,)), count=1, posts=(post("P"),))
    roster = by_hand(scenario, {})
    findings = audit(scenario, roster)
    entry = next(e for e in entries(scenario, roster, findings) if e.rule == "S01")
    found = offer(scenario, roster, findings, entry)
    assert not found.options
    want = want_for(scenario, roster, next(f for f in findings if f.rule == "S01"))
    assert want is not None
    assert {way.text for way in ways(scenario, roster, want)} <= {*found.tried}
