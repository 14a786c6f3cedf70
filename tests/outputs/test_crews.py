"""Crews hold every duty once, and patrols stand in as many pairs as their people make."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import MINUTE
from domain.roster import Assignment, Duty, Roster
from domain.words import DutyKind
from outputs.crews import Crew, crews
from tests.outputs.fixture import small_result, small_scenario

DAY = date(2026, 10, 9)
HOURS = tuple(datetime.combine(DAY, time(h)) for h in range(8, 13))
PEOPLE = tuple(officer.id for officer in small_scenario().officers_of("WT")[:10])


def _patrol(officer: str, start: int, end: int) -> Duty:
    return Duty(officer=officer, day=DAY, start=HOURS[start], end=HOURS[end], kind=DutyKind.PATROL)


def _minutes(found: tuple[Crew, ...]) -> dict[tuple[str, DutyKind, str | None], timedelta]:
    total: dict[tuple[str, DutyKind, str | None], timedelta] = defaultdict(timedelta)
    for crew in found:
        for officer in crew.officers:
            total[officer, crew.kind, crew.place] += crew.end - crew.start
    return total


def test_the_crews_of_a_month_hold_every_duty() -> None:
    roster = small_result().roster
    wanted: dict[tuple[str, DutyKind, str | None], timedelta] = defaultdict(timedelta)
    for duty in roster.duties:
        wanted[duty.officer, duty.kind, duty.place] += duty.end - duty.start
    assert _minutes(crews(small_scenario(), roster)) == wanted


def test_one_certified_and_one_assistant_make_a_pair_where_possible() -> None:
    duties = tuple(_patrol(o, 0, 4) for o in ("WT03", "WT04", "WT07", "WT08"))
    found = crews(small_scenario(), Roster(duties=duties))
    assert {crew.officers for crew in found} == {("WT03", "WT07"), ("WT04", "WT08")}


def test_a_lone_officer_is_a_row_of_its_own() -> None:
    duties = (_patrol("WT07", 0, 4), _patrol("WT08", 0, 2))
    assert [crew.officers for crew in crews(small_scenario(), Roster(duties=duties))] == [("WT08",), ("WT07",)]


def test_a_pair_stays_together_while_others_come_and_go() -> None:
    duties = (_patrol("WT03", 0, 4), _patrol("WT07", 0, 4), _patrol("WT08", 1, 3))
    found = [crew for crew in crews(small_scenario(), Roster(duties=duties)) if len(crew.officers) == 2]
    assert [(crew.start, crew.end, crew.officers) for crew in found] == [(HOURS[0], HOURS[4], ("WT03", "WT07"))]


def test_people_of_one_post_share_a_row_and_two_shifts_do_not() -> None:
    duties = tuple(
        Duty(officer=o, day=DAY, start=HOURS[2], end=HOURS[4], kind=DutyKind.POST, place="P1")
        for o in ("WT03", "WT04", "WT07")
    )
    shifts = tuple(Assignment(officer=o, day=DAY, shift=s) for o, s in (("WT03", "E"), ("WT04", "E"), ("WT07", "M")))
    found = crews(small_scenario(), Roster(shifts=shifts, duties=duties))
    assert [crew.officers for crew in found] == [("WT03", "WT04"), ("WT07",)]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(PEOPLE), st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=8))
def test_at_every_moment_there_are_as_many_pairs_as_possible(spans: dict[str, tuple[int, int]]) -> None:
    duties = tuple(_patrol(o, start, end) for o, (start, end) in spans.items() if start < end)
    scenario = small_scenario()
    found = crews(scenario, Roster(duties=duties))
    assert _minutes(found) == {(d.officer, d.kind, None): d.end - d.start for d in duties}
    for start in HOURS[:-1]:
        moment = start + MINUTE
        present = [d.officer for d in duties if d.start <= moment < d.end]
        now = [crew.officers for crew in found if crew.start <= moment < crew.end]
        certified = sum(scenario.officer_by_id[o].certified for o in present)
        assert sorted(o for crew in now for o in crew) == sorted(present)
        pairs = [crew for crew in now if len(crew) == 2]
        assert all(any(scenario.officer_by_id[o].certified for o in pair) for pair in pairs)
        assert len(pairs) == min(len(present) // 2, certified)
