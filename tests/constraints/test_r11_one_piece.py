"""R11: a remediation is one piece inside a window, and its people are on duty for all of it."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r11_one_piece import OnePiece
from domain.calendar import DayRule
from domain.roster import Roster
from domain.scenario import Designated, HotspotHours, PastShift
from domain.words import RemediationKind, Severity
from tests.constraints.joint import HOUR, candidate, clock, group, holding, hotspot, joint, on
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    NIGHT,
    agree,
    both_seen,
    officer,
    remediation_rows,
    shift_rows,
    worked,
)

RULE = OnePiece()


def order(**more: Any) -> Designated:
    values = {
        "group": "G",
        "hotspot": "H",
        "first": on(1),
        "end": on(2),
        "start": None,
        "length": HOUR,
        "squads": ("A", "B"),
        "heads": 2,
        "vehicles": 0,
    } | more
    return Designated(id="D", **values)


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        ("10:00", "11:00", 0),  # from the window's first minute
        ("11:00", "12:00", 0),  # to its last
        ("10:00", "12:00", 0),  # longer than asked
        ("10:30", "11:29", None),  # a minute short
        ("09:59", "10:59", None),
        ("11:01", "12:01", None),
    ],
)
def test_length_and_window(start: str, end: str, verdict: int | None) -> None:
    scenario = joint()
    c = candidate(clock=start, end=clock(0, end))
    roster = Roster(shifts=worked(scenario, {"1": "EEE"}), remediations=(holding(c, "1"),))
    assert agree(RULE, scenario, roster, [c]) == verdict


def test_windows_that_do_not_touch_are_not_one() -> None:
    hours = tuple(
        HotspotHours(days=DayRule(weekdays=(0,)), start=time(h), length=m * HOUR / 60, weight=4)
        for h, m in ((10, 60), (11, 20), (12, 30))
    )
    scenario = joint(hotspots=(hotspot(hours=hours),), groups=(group(length=HOUR / 2),))
    for start, verdict in (("10:45", 0), ("10:51", None), ("11:15", None), ("12:00", 0)):
        c = candidate(clock=start, end=clock(0, start) + HOUR / 2)
        roster = Roster(shifts=worked(scenario, {"1": "EEE"}), remediations=(holding(c, "1"),))
        assert agree(RULE, scenario, roster, [c]) == verdict, start


@pytest.mark.parametrize(
    ("row", "verdict"),
    [("E--", 0), ("M--", 0), ("L--", None), ("---", None), ("-E-", None)],
)
def test_people_are_on_one_shift_that_covers_it(row: str, verdict: int | None) -> None:
    scenario = joint(shifts=(EARLY, MIDDLE, LATE))
    c = candidate()
    roster = Roster(shifts=worked(scenario, {"1": row}), remediations=(holding(c, "1"),))
    assert agree(RULE, scenario, roster, [c]) == verdict


def test_two_shifts_together_do_not_cover() -> None:
    scenario = joint(hotspots=(hotspot(clock="13:30"),))
    c = candidate(clock="13:45")
    both = (*worked(scenario, {"1": "E--"}), *worked(scenario, {"1": "L--"}))
    assert agree(RULE, scenario, Roster(shifts=both, remediations=(holding(c, "1"),)), [c]) is None


@pytest.mark.parametrize(("start", "verdict"), [("13:30", 0), ("13:31", None)])
def test_to_the_last_minute_of_the_shift(start: str, verdict: int | None) -> None:
    scenario = joint(hotspots=(hotspot(clock="13:30"),))
    c = candidate(clock=start)
    roster = Roster(shifts=worked(scenario, {"1": "E--"}), remediations=(holding(c, "1"),))
    assert agree(RULE, scenario, roster, [c]) == verdict


def test_windows_and_shifts_past_midnight() -> None:
    scenario = joint(shifts=(EARLY, NIGHT), hotspots=(hotspot(clock="23:00", open_for=3),))
    c = candidate(on(1), "00:30")
    for row, verdict in (("N--", 0), ("-N-", None)):
        roster = Roster(shifts=worked(scenario, {"1": row}), remediations=(holding(c, "1"),))
        assert agree(RULE, scenario, roster, [c]) == verdict
    before = candidate(on(0), "00:30")  # no window of the horizon is open before its first day
    past = (PastShift(officer="1", date=on(-1), shift="N"),)
    roster = Roster(remediations=(holding(before, "1"),))
    assert agree(RULE, joint(shifts=(EARLY, NIGHT), past_shifts=past), roster, [before]) is None


@pytest.mark.parametrize(
    ("ordered", "day", "start", "verdict"),
    [
        ({}, 1, "10:00", 0),
        ({}, 1, "08:00", None),  # no start named: the window holds
        ({}, 0, "10:00", None),  # before the first date
        ({}, 2, "10:00", None),  # the end is exclusive
        ({"start": time(8)}, 1, "08:00", 0),  # the order outranks the window
        ({"start": time(8)}, 1, "10:00", None),
        ({"start": time(8)}, 0, "08:00", None),
        ({"length": 2 * HOUR}, 1, "10:00", None),  # the order's length, not the group's
        ({"length": HOUR / 2}, 1, "10:00", 0),
    ],
)
def test_orders(ordered: dict[str, Any], day: int, start: str, verdict: int | None) -> None:
    scenario = joint(designated=(order(**ordered),), groups=(group(length=1.5 * HOUR),))
    c = candidate(on(day), start, kind=RemediationKind.DESIGNATED, designated="D")
    roster = Roster(shifts=worked(scenario, {"1": "EEE"}), remediations=(holding(c, "1"),))
    assert agree(RULE, scenario, roster, [c]) == verdict


def test_names_the_officer_and_the_minutes() -> None:
    scenario = joint([officer("1", name="张伟"), officer("2", "B")])
    roster = Roster(remediations=(holding(candidate(), "1", "99"),))
    (finding,) = RULE.audit(scenario, roster)
    assert finding.severity is Severity.HARD
    assert finding.amount == 60
    assert all(word in finding.text.zh for word in ("张伟", "10-12 10:00", "street H", "60 分钟"))
    assert finding.where.officer == "1"


def test_unknown_ids_are_left_to_the_rule_that_reports_them() -> None:
    lost = holding(candidate(group="?", hotspot="?"), "?", designated="?")
    assert list(RULE.audit(joint(), Roster(remediations=(lost,)))) == []


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = joint(
            shifts=(EARLY, LATE),
            groups=(group(length=data.draw(st.integers(55, 61)) * HOUR / 60),),
            hotspots=(hotspot(clock=data.draw(st.sampled_from(["10:00", "13:00", "13:30"]))),),
        )
        starts = st.sampled_from(["10:00", "11:00", "13:30", "14:00", "14:30"])
        places = data.draw(st.lists(st.tuples(st.integers(0, 2), starts), min_size=1, max_size=2, unique=True))
        chosen = [candidate(MONDAY + timedelta(days=d), s) for d, s in places]
        rows = data.draw(remediation_rows(scenario, chosen))
        roster = Roster(shifts=data.draw(shift_rows(scenario)), remediations=rows)
        seen.append(agree(RULE, scenario, roster, chosen))

    run()
    assert all(both_seen(seen))
