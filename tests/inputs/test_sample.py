from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from domain.calendar import DAY, ShiftDay, dates, overlaps
from domain.scenario import Scenario
from domain.words import DayKind, DutyKind, Force, LockKind, ShiftKind, SquadKind, VehicleKind
from inputs.sample import sample_scenario
from inputs.sample_places import SIZES

HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[2]
FROZEN = "c9a3eaeb43934f4a38c2901bc6714f61e09b954bed9b1f28a456e46c58b09735"
"""Hash of the sample of October 2026, without what is as by default."""
PRINT_HASH = (
    "import hashlib; from inputs.sample import sample_scenario;"
    "print(hashlib.sha256(sample_scenario().model_dump_json().encode()).hexdigest())"
)


@pytest.fixture(scope="module")
def sample() -> Scenario:
    return sample_scenario()


def test_the_brigade_has_17_squads_and_290_officers(sample: Scenario) -> None:
    assert Counter(squad.kind for squad in sample.squads) == {
        SquadKind.STREET: 10,
        SquadKind.COMMERCIAL: 2,
        SquadKind.SCENIC: 3,
        SquadKind.MOBILE: 2,
    }
    assert len(sample.officers) == 290
    assert {squad.id: len(sample.officers_of(squad.id)) for squad in sample.squads} == SIZES


def test_ids_and_names_are_unique(sample: Scenario) -> None:
    assert len({officer.id for officer in sample.officers}) == 290
    assert len({officer.name for officer in sample.officers}) == 290
    assert sample.officers[0].id == "1001"


def test_forces_are_62_30_8_percent_and_enforcement_is_certified(sample: Scenario) -> None:
    heads = Counter(officer.force for officer in sample.officers)
    assert heads == {Force.ENFORCEMENT: 180, Force.MANAGEMENT: 87, Force.SERVICE: 23}
    assert all(officer.certified == (officer.force is Force.ENFORCEMENT) for officer in sample.officers)


def test_every_squad_has_two_leaders_but_the_smallest(sample: Scenario) -> None:
    leaders = Counter(officer.squad for officer in sample.officers if officer.leads)
    assert leaders == {squad: 1 if squad == "景区三" else 2 for squad in SIZES}
    assert sum(officer.certified for officer in sample.officers_of("景区三")) == 6


def test_groups_have_their_members_in_order(sample: Scenario) -> None:
    assert {group.id: group.members for group in sample.groups} == {
        "A": ("外滩", "豫园", "小东门", "景区一"),
        "B": ("瑞金", "街道五", "街道六", "商业街一"),
        "C": ("街道七", "街道八", "商业街二", "景区二"),
        "D": ("街道九", "街道十", "景区三"),
    }


def test_five_percent_of_all_officer_days_are_absences(sample: Scenario) -> None:
    days = [(a.officer, on) for a in sample.absences for on in dates(a.start, a.end)]
    assert len(days) == len(set(days))
    assert len(days) / (290 * 31) == pytest.approx(0.05, abs=0.001)
    assert {on for _, on in days} <= set(sample.dates)


def test_small_squads_have_no_middle_shift_and_only_mobile_ones_a_night_shift(sample: Scenario) -> None:
    for squad in sample.squads:
        kinds = {shift.kind for shift in sample.shifts_of(squad.id)}
        assert (ShiftKind.MIDDLE in kinds) == (SIZES[squad.id] > 13)
        assert (ShiftKind.NIGHT in kinds) == (squad.kind is SquadKind.MOBILE)


def test_two_people_are_on_call_every_night(sample: Scenario) -> None:
    nights = Counter[date]()
    for need in sample.post_needs:
        if need.start.time() == time(22, 0):
            assert need.end - need.start == 8.5 * HOUR
            nights[need.day] += need.heads
    assert nights == dict.fromkeys(sample.dates, 2)


def test_every_squad_with_a_territory_has_one_or_two_posts_and_a_desk(sample: Scenario) -> None:
    posts = Counter(post.squad for post in sample.posts)
    for squad in sample.squads:
        assert posts[squad.id] in (1, 2)
        desks = [desk for desk in sample.desks if squad.id in desk.squads]
        assert len(desks) == (0 if squad.kind is SquadKind.MOBILE else 1)


def test_every_post_and_desk_hour_is_covered_by_the_squads_shifts(sample: Scenario) -> None:
    squads = {need: sample.post_by_id[need.place].squad for need in sample.post_needs}
    squads |= {need: sample.desk_by_id[need.place].squads[0] for need in sample.desk_needs}
    for need, squad in squads.items():
        shifts = [sample.shift_day(shift.id, need.day) for shift in sample.shifts_of(squad)]
        moments = [need.start + n * HOUR / 2 for n in range(int((need.end - need.start) / HOUR * 2))]
        assert all(any(shift.covers(at, at + HOUR / 2) for shift in shifts) for at in moments), need


def test_every_group_has_five_hotspots_that_may_host_inside_one_shift(sample: Scenario) -> None:
    for group in sample.groups:
        eligible = set()
        for hotspot in sample.hotspots:
            if not hotspot.may_host or hotspot.squads[0] not in group.members:
                continue
            for on in sample.dates:
                for window in sample.open_windows(hotspot.id, on):
                    for shift in sample.shifts_of(hotspot.squads[0]):
                        dated = sample.shift_day(shift.id, on)
                        if min(window.end, dated.end) - max(window.start, dated.start) >= group.length:
                            eligible.add(hotspot.id)
        assert len(eligible) >= 5, group.id


def test_whatever_may_host_has_a_window_of_four_hours_every_day(sample: Scenario) -> None:
    for hotspot in sample.hotspots:
        if hotspot.may_host:
            for on in sample.dates:
                spans = [window.end - window.start for window in sample.open_windows(hotspot.id, on)]
                assert max(spans) >= 4 * HOUR, (hotspot.name, on)


def test_named_places_are_as_the_sources_tell(sample: Scenario) -> None:
    places = {hotspot.name: hotspot for hotspot in sample.hotspots}
    assert 36 <= len(places) <= 38
    assert set(places["新开河路/人民路"].squads) == {"豫园", "外滩", "小东门"}
    assert places["台湾路"].squads == ("外滩",)
    assert places["陕西南路(南昌路-淮海中路)"].squads[0] == "瑞金"
    for hotspot in sample.hotspots:
        assert hotspot.latitude == pytest.approx(31.22, abs=0.05)
        assert hotspot.longitude == pytest.approx(121.48, abs=0.05)


def test_weights_lie_between_1_and_10(sample: Scenario) -> None:
    assert {row.weight for hotspot in sample.hotspots for row in hotspot.hours} <= set(range(1, 11))


def test_the_fleet_is_25_cars_4_trucks_2_vans_most_cars_with_squads(sample: Scenario) -> None:
    fleet = Counter(vehicle.kind for vehicle in sample.vehicles)
    assert fleet == {VehicleKind.CAR: 25, VehicleKind.TRUCK: 4, VehicleKind.VAN: 2}
    owned = Counter(vehicle.squad for vehicle in sample.vehicles if vehicle.kind is VehicleKind.CAR)
    assert owned[None] == 3
    assert all(owned[squad] in (1, 2) for squad in SIZES)
    assert all(on in sample.dates for vehicle in sample.vehicles for on in vehicle.inspection)
    assert sum(bool(vehicle.inspection) for vehicle in sample.vehicles) >= 2


def test_every_squad_has_drivers(sample: Scenario) -> None:
    for squad in SIZES:
        assert sum(VehicleKind.CAR in officer.licences for officer in sample.officers_of(squad)) >= 4
    assert sum(VehicleKind.TRUCK in officer.licences for officer in sample.officers) >= 8
    assert all(officer.licences for officer in sample.officers if officer.leads)


def test_a_few_officers_are_protected_or_restricted(sample: Scenario) -> None:
    assert sum(officer.protected for officer in sample.officers) == 4
    assert sum(bool(officer.barred_shifts) for officer in sample.officers) == 3
    assert sum(bool(officer.barred_duties) for officer in sample.officers) == 4


def test_there_is_about_one_request_per_six_officers(sample: Scenario) -> None:
    assert 40 <= len(sample.requests) <= 290 // 6
    for request in sample.requests:
        assert request.date in sample.dates
        assert sample.absence(request.officer, request.date) is None


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2026, 11, 1), date(2027, 2, 1)])
def test_locks_contradict_nothing(month: date) -> None:
    sample = sample_scenario(month)
    places = {post.id: post for post in sample.posts}
    persons = [lock.officer for lock in sample.locks if lock.officer is not None]
    assert len(persons) == len(set(persons))
    assert {lock.kind for lock in sample.locks} == set(LockKind)
    for lock in sample.locks:
        assert lock.date in sample.dates
        if lock.officer is None:
            continue
        officer = sample.officer_by_id[lock.officer]
        assert sample.absence(officer.id, lock.date) is None
        assert not officer.protected
        if lock.shift is not None:
            assert lock.shift in {shift.id for shift in sample.shifts_of(officer.squad)}
            assert lock.shift not in officer.barred_shifts
        if lock.duty is DutyKind.POST:
            assert lock.place is not None
            assert any(need.day == lock.date and need.place == lock.place for need in sample.post_needs)
            assert places[lock.place].squad == officer.squad
            assert officer.force.rank >= places[lock.place].force.rank


def test_the_locked_remediation_fits_a_window_of_its_hotspot(sample: Scenario) -> None:
    (lock,) = [lock for lock in sample.locks if lock.kind is LockKind.REMEDIATION]
    assert lock.place is not None
    assert lock.start is not None
    assert lock.group is not None
    start = datetime.combine(lock.date, lock.start)
    end = start + sample.group_by_id[lock.group].length
    windows = sample.open_windows(lock.place, lock.date)
    assert any(window.start <= start and end <= window.end for window in windows)
    assert sample.hotspot_by_id[lock.place].squads[0] in sample.group_by_id[lock.group].members


def test_the_designated_remediation_takes_five_squads_one_from_another_group(sample: Scenario) -> None:
    (order,) = sample.designated
    assert sample.hotspot_by_id[order.hotspot].name == "新开河路/人民路"
    members = sample.group_by_id[order.group].members
    assert len(order.squads) == 5
    assert sum(squad not in members for squad in order.squads) == 1
    assert sample.first <= order.first < order.end <= sample.end


def test_the_bund_is_held_on_the_evenings_of_golden_week(sample: Scenario) -> None:
    (presence,) = sample.presences
    assert sample.hotspot_by_id[presence.hotspot].name == "外滩观景平台"
    assert (presence.first, presence.end) == (date(2026, 10, 1), date(2026, 10, 8))
    late = sample.shift_day("晚", sample.first)
    assert all(late.start.time() <= need.start.time() and need.end.hour < 22 for need in sample.presence_needs)


def test_past_remediations_are_one_a_group_10_to_20_days_before(sample: Scenario) -> None:
    assert [past.group for past in sample.past_remediations] == ["A", "B", "C", "D"]
    for past in sample.past_remediations:
        assert 10 <= (sample.first - past.date).days <= 20
        assert past.host in sample.group_by_id[past.group].members
        assert sample.hotspot_by_id[past.hotspot].squads[0] == past.host


# -- history --------------------------------------------------------------------------------------------------


def histories(sample: Scenario) -> list[tuple[ShiftDay, ...]]:
    return [sample.past_shifts_of(officer.id) for officer in sample.officers]


def test_the_past_covers_14_days_and_nearly_everybody(sample: Scenario) -> None:
    assert {past.date for past in sample.past_shifts} == set(dates(sample.first - 14 * DAY, sample.first))
    assert sum(bool(shifts) for shifts in histories(sample)) >= 270


def test_the_past_leaves_11_hours_between_shifts(sample: Scenario) -> None:
    for shifts in histories(sample):
        assert all(after.start - before.end >= 11 * HOUR for before, after in pairwise(shifts))


def test_the_past_has_at_most_five_workdays_in_a_row_so_that_the_month_may_begin_with_work(sample: Scenario) -> None:
    for shifts in histories(sample):
        worked = {shift.day for shift in shifts}
        for on in worked:
            assert any(on + n * DAY not in worked for n in range(6))


def test_the_past_has_an_unbroken_rest_of_32_hours_in_any_7_days(sample: Scenario) -> None:
    begin = datetime.combine(sample.first - 14 * DAY, time())
    for shifts in histories(sample):
        for hour in range(0, 7 * 24 + 1):
            start, end = begin + hour * HOUR, begin + hour * HOUR + 7 * DAY
            inside = [s for s in shifts if overlaps(s.start, s.end, start, end)]
            edges = [start, *(moment for s in inside for moment in (s.start, s.end)), end]
            gaps = [edges[n + 1] - edges[n] for n in range(0, len(edges), 2)]
            assert max(gaps) >= 32 * HOUR


def test_nobody_worked_what_he_may_not(sample: Scenario) -> None:
    for past in sample.past_shifts:
        officer = sample.officer_by_id[past.officer]
        assert past.shift in {shift.id for shift in sample.shifts_of(officer.squad)}
        assert past.shift not in officer.barred_shifts


# -- size of the task -----------------------------------------------------------------------------------------


def test_an_officer_works_about_18_shifts(sample: Scenario) -> None:
    present = [o for o in sample.officers if all(a.officer != o.id for a in sample.absences)]
    assert {sample.target(officer) for officer in present} == {144 * HOUR}
    assert sum(day.kind is DayKind.WORKDAY for day in sample.calendar) == 18


def test_desks_and_posts_take_less_than_the_hours_there_are(sample: Scenario) -> None:
    for squad in sample.squads:
        hours = sum((sample.target(o) for o in sample.officers_of(squad.id)), timedelta(0))
        posts = [n for n in sample.post_needs if sample.post_by_id[n.place].squad == squad.id]
        desks = [n for n in sample.desk_needs if sample.desk_by_id[n.place].squads[0] == squad.id]
        hours -= sum((n.heads * (n.end - n.start) for n in [*posts, *desks]), timedelta(0))
        assert hours > timedelta(0), squad.id


def test_the_busiest_evening_has_more_visits_than_pairs_can_make(sample: Scenario) -> None:
    """街道七 between 14:00 and 22:00 on a workday: half its people late, less desk and post, make too few visits."""
    on = date(2026, 10, 20)
    wanted = sum(
        window.wanted
        for hotspot in sample.hotspots
        if hotspot.squads == ("街道七",)
        for window in sample.open_windows(hotspot.id, on)
        if window.start.hour >= 14
    )
    late = len(sample.officers_of("街道七")) * 18 / 31 / 2
    pair_minutes = ((late - 2) * 8 * 60 - 2 * 4 * 60) / 2
    assert wanted > pair_minutes / 25


# -- determinism ----------------------------------------------------------------------------------------------


def test_the_sample_is_the_same_in_every_process_whatever_the_hash_seed() -> None:
    def run(seed: str) -> str:
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", PRINT_HASH], env=env, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    here = hashlib.sha256(sample_scenario().model_dump_json().encode()).hexdigest()
    assert run("1") == run("2") == here


def test_the_sample_is_frozen(sample: Scenario) -> None:
    """Figures of the engine are compared over years: whoever changes the sample changes this, and says so there."""
    said = sample.model_dump_json(exclude_defaults=True)
    assert hashlib.sha256(said.encode()).hexdigest() == FROZEN


def test_another_seed_gives_another_brigade_in_the_same_places(sample: Scenario) -> None:
    other = sample_scenario(seed=7)
    assert other.officers != sample.officers
    assert other.hotspots == sample.hotspots


@pytest.mark.parametrize("month", range(1, 13))
def test_any_month_gives_a_sample_inside_its_dates(month: int) -> None:
    sample = sample_scenario(date(2026, month, 17))
    assert (sample.first.day, sample.first.month, sample.end.day) == (1, month, 1)
    (presence,) = sample.presences
    assert sample.first <= presence.first < presence.end <= sample.end
    assert all(sample.first <= a.start < a.end <= sample.end for a in sample.absences)
