"""Which remediations are on the list: where, when, and which of them are fixed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import EVERY_DAY
from domain.scenario import Designated, HotspotHours, PastRemediation, Scenario, Squad
from domain.words import LockKind, RemediationKind, SquadKind
from scheduler.candidates import host_of, list_candidates, remediation_id, starts_on
from tests.constraints.joint import HOUR, group, hotspot, joint, on
from tests.constraints.kit import EARLY, LATE, MIDDLE, MONDAY, at, officer
from tests.scheduler.kit import lock


def clocks(scenario: Scenario) -> list[str]:
    """Return date and time of every candidate, as in 1012-1000."""
    return [f"{c.start:%m%d-%H%M}" for c in list_candidates(scenario)]


def order(oid: str = "O", *, first: int = 0, end: int = 1, start: time | None = None, **more: Any) -> Designated:
    values: dict[str, Any] = {"group": "G", "hotspot": "H", "squads": ("A", "B"), "heads": 4, "vehicles": 2} | more
    return Designated(id=oid, first=on(first), end=on(end), start=start, length=HOUR, **values)


def past(days_before: int, **more: Any) -> PastRemediation:
    values: dict[str, Any] = {"group": "G", "hotspot": "H", "host": "A"} | more
    return PastRemediation(id=f"past {days_before}", date=MONDAY - timedelta(days=days_before), **values)


# -- when -------------------------------------------------------------------------------------------------------


def test_a_window_is_tried_at_its_start_and_at_its_latest_start() -> None:
    assert clocks(joint(count=2)) == ["1012-1000", "1012-1100", "1013-1000", "1013-1100"]


def test_shift_starts_inside_the_window_are_tried_too() -> None:
    scenario = joint(count=1, hotspots=(hotspot("H", clock="13:00", open_for=4),))
    assert clocks(scenario) == ["1012-1300", "1012-1330", "1012-1400", "1012-1600"]


def test_a_long_day_has_four_candidates_at_most() -> None:
    scenario = joint(count=2, shifts=(EARLY, MIDDLE, LATE), hotspots=(hotspot("H", clock="08:00", open_for=12),))
    assert len(list_candidates(scenario)) == 8


def test_no_candidate_where_no_shift_covers_the_length() -> None:
    spots = (hotspot("H", clock="13:30", open_for=1),)  # from half past one to half past two, over the change at 14:00
    early = EARLY.model_copy(update={"length": timedelta(hours=7, minutes=30)})
    assert clocks(joint(count=1, hotspots=spots)) == ["1012-1330"]
    assert clocks(joint(count=1, hotspots=spots, shifts=(early, LATE))) == []


def test_a_window_shorter_than_the_remediation_has_no_candidate() -> None:
    assert clocks(joint(count=1, groups=(group(length=3 * HOUR),))) == []


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), min_size=1, max_size=3),
    st.sampled_from([(EARLY,), (EARLY, LATE), (EARLY, MIDDLE, LATE)]),
    st.integers(1, 5),
)
def test_every_start_fits_a_window_and_a_shift_and_one_is_found_where_any_exists(
    hours: list[tuple[int, int]], shifts: tuple[Any, ...], length: int
) -> None:
    rows = tuple(HotspotHours(days=EVERY_DAY, start=time(h), length=n * HOUR, weight=3) for h, n in hours)
    scenario = joint(count=1, shifts=shifts, hotspots=(hotspot("H", hours=rows),))
    span = length * HOUR
    starts = starts_on(scenario, "H", MONDAY, span)
    windows = scenario.open_windows("H", MONDAY)
    dated = [scenario.shift_day(s.id, MONDAY) for s in shifts]
    assert len(starts) <= 4
    assert starts == sorted(set(starts))
    for start in starts:
        assert any(w.start <= start and start + span <= w.end for w in windows)
        assert any(s.start <= start and start + span <= s.end for s in dated)
    fits = any(min(w.end, s.end) - max(w.start, s.start) >= span for w in windows for s in dated)
    assert bool(starts) == fits


# -- where ------------------------------------------------------------------------------------------------------


def test_only_hotspots_that_may_host_and_whose_first_squad_is_of_the_group() -> None:
    people = (officer("1", "A"), officer("2", "B"), officer("3", "C"))
    spots = (
        hotspot("H1", "A"),
        hotspot("H2", "A", may_host=False),
        hotspot("H3", "C", "A"),
        hotspot("H4", "B", "C"),
    )
    found = list_candidates(joint(people, count=1, hotspots=spots))
    assert {(c.hotspot, c.host) for c in found} == {("H1", "A"), ("H4", "B")}


def test_the_host_is_the_first_of_the_hotspots_squads_that_takes_part() -> None:
    spot = hotspot("H", "C", "B", "A")
    assert host_of(spot, ("A", "B")) == "B"
    assert host_of(spot, ("X",)) is None


def test_a_candidate_carries_the_groups_policy_and_asks_for_three_squads_or_all_there_are() -> None:
    c = list_candidates(joint(count=1))[0]
    assert (c.squads, c.need_squads, c.target_heads, c.target_vehicles) == (("A", "B"), 2, 3, 1)
    assert c.end - c.start == HOUR
    assert (c.kind, c.designated, c.forced) == (RemediationKind.MONTHLY, None, False)
    people = [officer(s, s) for s in "ABCD"]
    wide = joint(people, count=1, groups=(group(members=("A", "B", "C", "D")),))
    assert {c.need_squads for c in list_candidates(wide)} == {3}


def test_mobile_squads_help_and_are_not_counted() -> None:
    people = (officer("1", "A"), officer("2", "B"), officer("3", "M"))
    squads = (
        *(Squad(id=s, name=s, kind=SquadKind.STREET) for s in "AB"),
        Squad(id="M", name="M", kind=SquadKind.MOBILE),
    )
    found = list_candidates(
        joint(people, count=1, squads=squads, designated=(order(squads=("A", "M"), start=time(6)),))
    )
    assert {c.helpers for c in found} == {("M",)}
    assert {c.designated: c.squads for c in found} == {None: ("A", "B"), "O": ("A",)}


def test_groups_are_listed_in_order_and_a_choice_of_them_alone() -> None:
    people = (officer("1", "A"), officer("2", "B"), officer("3", "C"))
    other = group().model_copy(update={"id": "F", "members": ("C",), "convener": "C"})
    scenario = joint(people, count=2, groups=(group(), other), hotspots=(hotspot("H", "A"), hotspot("K", "C")))
    found = list_candidates(scenario)
    assert [(c.group, c.start, c.hotspot) for c in found] == sorted((c.group, c.start, c.hotspot) for c in found)
    assert {c.group for c in found} == {"F", "G"}
    assert {c.group for c in list_candidates(scenario, (other,))} == {"F"}


def test_the_printed_number_tells_group_date_time_and_hotspot() -> None:
    assert remediation_id("A", datetime(2026, 10, 12, 14), "H05") == "A-1012-1400-H05"
    assert list_candidates(joint(count=1))[0].id == "G-1012-1000-H"


# -- how far apart ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_before", "first"), [(1, "1014"), (2, "1013"), (3, "1012"), (9, "1012")])
def test_days_too_close_to_a_past_one_are_left_out_and_the_first_far_enough_is_in(days_before: int, first: str) -> None:
    scenario = joint(count=4, groups=(group(days_apart=3),), past_remediations=(past(days_before),))
    assert clocks(scenario)[0] == f"{first}-1000"


def test_past_ones_of_other_groups_and_designated_ones_keep_no_distance() -> None:
    far = (past(1, group="X"), past(2, kind=RemediationKind.DESIGNATED), past(1, kind=RemediationKind.ADHOC))
    scenario = joint(count=1, groups=(group(days_apart=10),), past_remediations=far)
    assert clocks(scenario)[0] == "1012-1000"


# -- what is fixed ----------------------------------------------------------------------------------------------


def test_a_locked_remediation_is_forced_and_listed_once() -> None:
    fixed = lock(LockKind.REMEDIATION, on(1), group="G", place="H", start=time(10))
    found = list_candidates(joint(count=2, locks=(fixed,)))
    assert [c.id for c in found if c.forced] == ["G-1013-1000-H"]
    assert len(found) == len({c.id for c in found}) == 4


def test_a_lock_may_name_a_time_and_place_that_would_not_have_been_tried() -> None:
    fixed = lock(LockKind.REMEDIATION, MONDAY, group="G", place="X", start=time(10, 15))
    away = joint((officer("1", "A"), officer("2", "B"), officer("3", "C")), count=1, locks=(fixed,))
    away = away.model_copy(update={"hotspots": (hotspot("X", "C", may_host=False),)})
    (found,) = list_candidates(away)
    assert (found.start, found.hotspot, found.host, found.forced) == (at(MONDAY, "10:15"), "X", "A", True)


def test_an_order_with_date_and_time_is_forced() -> None:
    scenario = joint(count=2, designated=(order(first=1, end=2, start=time(16), commander="2"),))
    (found,) = [c for c in list_candidates(scenario) if c.designated]
    assert (found.start, found.forced, found.kind) == (at(on(1), "16:00"), True, RemediationKind.DESIGNATED)
    assert (found.target_heads, found.target_vehicles, found.commander) == (4, 2, "2")


def test_an_order_with_a_range_of_dates_is_open_within_the_horizon() -> None:
    scenario = joint(count=3, designated=(order(first=-2, end=2, kind=RemediationKind.ADHOC),), groups=(group(),))
    found = [c for c in list_candidates(scenario) if c.designated]
    assert [f"{c.start:%m%d-%H%M}" for c in found] == ["1012-1000", "1012-1100", "1013-1000", "1013-1100"]
    assert not any(c.forced for c in found)
    assert {c.kind for c in found} == {RemediationKind.ADHOC}


def test_an_order_may_name_a_squad_of_another_group() -> None:
    people = (officer("1", "A"), officer("2", "B"), officer("3", "C"))
    scenario = joint(people, count=1, designated=(order(squads=("C", "A"), start=time(8)),))
    (found,) = [c for c in list_candidates(scenario) if c.designated]
    assert (found.squads, found.host) == (("C", "A"), "A")


def test_two_open_orders_at_one_hotspot_both_have_candidates() -> None:
    scenario = joint(count=2, designated=(order("O1", end=2), order("O2", end=2)))
    assert {c.designated for c in list_candidates(scenario)} >= {"O1", "O2"}


def test_an_open_order_leaves_the_hotspot_to_the_monthly_ones() -> None:
    scenario = joint(count=2, designated=(order("O1", end=2),))
    assert {c.designated for c in list_candidates(scenario)} == {"O1", None}
