"""Every kind of change, made to a brigade of three squads of six, comes to what can be worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest

from constraints.base import all_parameters
from domain.calendar import minutes
from domain.changes import (
    Absent,
    AddHotspot,
    AddPost,
    Change,
    DissolveGroup,
    GroupTarget,
    Lend,
    MergeGroups,
    MoveSquad,
    Officers,
    Policy,
    RemoveHotspot,
    RemovePost,
    ScaleHotspots,
    ScalePosts,
    ShiftTimes,
    SickLeave,
    SplitGroup,
    SplitPart,
    SpotHours,
    Vehicles,
)
from domain.scenario import Group, Lock, Scenario, Squad
from domain.words import AbsenceKind, DutyKind, Force, LockKind, SquadKind, VehicleKind
from inputs.change_error import ChangeError
from inputs.changes import changed, outside, part_squads, undoable
from tests.app.kit import FIRST, HOUR, small_brigade

DAYS = 14


def made(change: Change, scenario: Scenario | None = None, **more: Any) -> Scenario:
    return changed(scenario or small_brigade(), change, all_parameters(), **more)


def refused(change: Change, scenario: Scenario | None = None) -> ChangeError:
    with pytest.raises(ChangeError) as error:
        made(change, scenario)
    return error.value


def ids(scenario: Scenario, squad: str) -> list[str]:
    return [o.id for o in scenario.officers_of(squad)]


def wanted_visits(scenario: Scenario, hotspot: str) -> int:
    return sum(w.wanted for on in scenario.dates for w in scenario.open_windows(hotspot, on))


def post_hours(scenario: Scenario) -> float:
    return sum(n.heads * minutes(n.end - n.start) for n in scenario.post_needs) / 60


# -- people -----------------------------------------------------------------------------------------------------------


def test_one_officer_fewer_is_the_last_member_of_the_largest_force() -> None:
    assert ids(made(Officers(squad="WT", by=-1)), "WT") == ["WT1", "WT2", "WT3", "WT4", "WT6"]


def test_two_fewer_keep_the_mix_and_leaders_go_last() -> None:
    assert ids(made(Officers(squad="WT", by=-2)), "WT") == ["WT1", "WT2", "WT3", "WT4"]
    assert ids(made(Officers(squad="WT", by=-5)), "WT") == ["WT1"]


def test_a_smaller_squad_is_part_of_every_larger_one() -> None:
    squads = [set(ids(made(Officers(squad="WT", by=n)) if n else small_brigade(), "WT")) for n in range(-5, 4)]
    assert all(small < large for small, large in zip(squads, squads[1:], strict=False))


def test_new_officers_come_in_the_squads_mix_without_a_past() -> None:
    new = made(Officers(squad="WT", by=2)).officers_of("WT")[6:]
    assert [(o.id, o.force, o.certified, o.leads, o.licences) for o in new] == [
        ("WT新1", Force.ENFORCEMENT, True, False, ()),
        ("WT新2", Force.MANAGEMENT, False, False, ()),
    ]


def test_officers_of_a_force_that_the_squad_lacks_can_be_added() -> None:
    (new,) = made(Officers(squad="WT", by=1, force=Force.SERVICE)).officers_of("WT")[6:]
    assert (new.force, new.certified) == (Force.SERVICE, False)


def test_more_officers_cannot_go_than_there_are() -> None:
    error = refused(Officers(squad="WT", by=-2, force=Force.MANAGEMENT))
    assert error.field == "by"
    assert "1 such officers" in error.problem.en


def test_who_goes_takes_his_locks_along() -> None:
    lock = Lock(id="L", kind=LockKind.SHIFT, date=FIRST, officer="WT5", shift="E")
    base = small_brigade().model_copy(update={"locks": (lock,)})
    assert made(Officers(squad="WT", by=-1), base).locks == ()


def test_lent_officers_serve_in_the_other_squad() -> None:
    lent = made(Lend(squad="YY", to="WT", officers=2))
    assert (len(lent.officers_of("YY")), len(lent.officers_of("WT"))) == (4, 8)
    assert not any(o.leads for o in lent.officers_of("WT") if o.id.startswith("YY"))


def test_sick_leave_hits_the_rate_and_repeats_by_seed_and_sample() -> None:
    change = SickLeave(rate=0.25, seed=7)
    days = [
        sum((a.end - a.start).days for a in made(change, sample=n).absences if a.kind is AbsenceKind.SICK)
        for n in range(200)
    ]
    assert made(change, sample=3).absences == made(change, sample=3).absences
    assert made(change, sample=3).absences != made(change, sample=4).absences
    assert sum(days) / (200 * 18 * DAYS) == pytest.approx(0.25, abs=0.02)


def test_sick_leave_of_one_squad_leaves_the_others_dice_alone() -> None:
    everybody = made(SickLeave(rate=0.3)).absences
    one = made(SickLeave(rate=0.3, squads=("WT",))).absences
    assert one == tuple(a for a in everybody if a.officer.startswith("WT"))


def test_a_sick_officers_locks_fall_away_on_the_sick_days_only() -> None:
    sick = next(a for a in made(SickLeave(rate=0.3)).absences)
    other = next(d for d in small_brigade().dates if not made(SickLeave(rate=0.3)).absence(sick.officer, d))
    locks = tuple(
        Lock(id=f"L{n}", kind=LockKind.REST, date=on, officer=sick.officer) for n, on in enumerate((sick.start, other))
    )
    base = small_brigade().model_copy(update={"locks": locks})
    assert [k.id for k in made(SickLeave(rate=0.3), base).locks] == ["L1"]


def test_an_absent_officer_is_away_every_day_and_a_vehicle_in_inspection() -> None:
    gone = made(Absent(officer="WT3"))
    assert sum(gone.absence("WT3", on) is not None for on in gone.dates) == DAYS
    assert made(Absent(vehicle="V1")).vehicle_by_id["V1"].inspection == small_brigade().dates
    assert refused(Absent()).field == "do"


# -- places, shifts, vehicles, policy ---------------------------------------------------------------------------------


def test_a_new_hotspot_wants_one_visit_in_two_hours() -> None:
    hours = (SpotHours(start=time(16), hours=4),)
    new = made(AddHotspot(id="H9", name="新天地", squads=("YY",), hours=hours))
    assert wanted_visits(new, "H9") == 2 * DAYS
    assert refused(AddHotspot(id="H1", name="x", squads=("YY",), hours=hours)).field == "id"


def test_a_new_hotspot_that_may_host_needs_a_window_of_the_groups_length() -> None:
    short = (SpotHours(start=time(16), hours=3),)
    assert refused(AddHotspot(id="H9", name="x", squads=("YY",), hours=short, may_host=True)).field == "may_host"


def test_a_hotspot_less_takes_its_past_remediation_along() -> None:
    less = made(RemoveHotspot(hotspot="H2"))
    assert [h.id for h in less.hotspots] == ["H1", "H3"]
    assert less.past_remediations == ()


def test_scaled_hotspots_weigh_more_and_want_more_visits() -> None:
    scaled = made(ScaleHotspots(hotspots=("H1",), weight=1.5, visits=2))
    assert [h.hours[0].weight for h in scaled.hotspots] == [8, 5, 5]  # 7.5 rounds up
    assert (wanted_visits(scaled, "H1"), wanted_visits(scaled, "H2")) == (5 * DAYS, 2 * DAYS)


def test_posts_added_scaled_and_removed_change_the_hours_needed() -> None:
    assert post_hours(small_brigade()) == 2 * DAYS
    post = AddPost(
        id="P9", name="九曲桥", squad="YY", heads=2, start=time(10), hours=3, days="Mon", force=Force.MANAGEMENT
    )
    assert post_hours(made(post)) == 2 * DAYS + 2 * 3 * 2  # two Mondays
    assert post_hours(made(ScalePosts(heads=2.5))) == 3 * 2 * DAYS  # 2.5 heads round up
    assert post_hours(made(RemovePost(post="P1"))) == 0


def test_a_shift_that_moves_keeps_its_length_and_pay_unless_told() -> None:
    moved = made(ShiftTimes(shift="L", start=time(15))).shift_by_id["L"]
    assert (moved.start, moved.length, moved.paid) == (time(15), 8 * HOUR, 8 * HOUR)
    longer = made(ShiftTimes(shift="L", hours=9)).shift_by_id["L"]
    assert (longer.length, longer.paid) == (9 * HOUR, 9 * HOUR)
    assert refused(ShiftTimes(shift="L", paid_hours=10)).field == "paid_hours"


def test_vehicles_come_and_go_by_kind_and_squad() -> None:
    more = made(Vehicles(kind=VehicleKind.TRUCK, by=2)).vehicles
    assert Counter((v.kind, v.squad) for v in more) == {(VehicleKind.CAR, "WT"): 1, (VehicleKind.TRUCK, None): 2}
    assert made(Vehicles(kind=VehicleKind.CAR, squad="WT", by=-1)).vehicles == ()
    assert refused(Vehicles(kind=VehicleKind.CAR, by=-1)).field == "by"


def test_policy_values_are_written_as_on_the_sheet_and_defaults_drop_out() -> None:
    assert dict(made(Policy(set={"R03.min_rest": 12, "S01.weight": 40})).policy) == {
        "R03.min_rest": timedelta(hours=12),
        "S01.weight": 40,
    }
    assert dict(made(Policy(set={"R03.min_rest": 11})).policy) == {}
    error = refused(Policy(set={"R03.min_rest": 99, "X.y": 1}))
    assert [one.field for one in (error, *error.others)] == ["set.R03.min_rest", "set.X.y"]


# -- groups -----------------------------------------------------------------------------------------------------------


def test_a_groups_target_changes_and_short_windows_no_longer_host() -> None:
    group = made(GroupTarget(group="A", remediations=3, heads=9, vehicles=2, days_apart=5)).group_by_id["A"]
    assert (group.min_remediations, group.target_heads, group.target_vehicles, group.days_apart) == (3, 9, 2, 5)
    assert not any(h.may_host for h in made(GroupTarget(group="A", hours=6)).hotspots)  # windows of five hours
    assert all(h.may_host for h in made(GroupTarget(group="A", hours=5)).hotspots)


def two_groups() -> Scenario:
    """Return the brigade with a fourth and fifth squad in a group B that held a remediation at H1."""
    base = small_brigade()
    squads = tuple(Squad(id=s, name=s, kind=SquadKind.STREET) for s in ("N1", "N2"))
    people = tuple(
        o.model_copy(update={"id": o.id.replace("WT", s.id), "squad": s.id})
        for s in squads
        for o in base.officers_of("WT")
    )
    other = Group(id="B", name="第二联动小组", members=("N1", "N2"), convener="N2", min_remediations=2)
    return base.model_copy(
        update={"squads": base.squads + squads, "officers": base.officers + people, "groups": (*base.groups, other)}
    )


def test_merged_groups_act_as_the_first() -> None:
    (merged,) = made(MergeGroups(groups=("A", "B")), two_groups()).groups
    assert (merged.id, merged.members, merged.min_remediations) == ("A", ("WT", "YY", "XD", "N1", "N2"), 1)


def test_a_split_leaves_the_past_with_its_host() -> None:
    parts = (SplitPart(id="A1", members=("WT", "N1")), SplitPart(id="A2", members=("YY", "XD")))
    merged = made(MergeGroups(groups=("A", "B")), two_groups())
    split = made(SplitGroup(group="A", parts=parts), merged)
    assert [(g.id, g.members, g.convener) for g in split.groups] == [
        ("A1", ("WT", "N1"), "WT"),
        ("A2", ("YY", "XD"), "YY"),
    ]
    assert [p.group for p in split.past_remediations] == ["A2"]  # held by YY
    assert split.group_of("N2") is None


def test_a_dissolved_group_leaves_each_squad_alone_with_its_share() -> None:
    alone = made(DissolveGroup(group="A", remediations=1))
    assert [(g.members, g.min_remediations, g.target_heads, g.target_vehicles) for g in alone.groups] == [
        (("WT",), 1, 3, 1),  # a third of 7 people and of 1 vehicle, rounded up
        (("YY",), 1, 3, 1),
        (("XD",), 1, 3, 1),
    ]
    assert [p.group for p in alone.past_remediations] == ["A-YY"]


def test_locked_remediations_fall_away_with_a_group_that_holds_none() -> None:
    lock = Lock(id="L", kind=LockKind.REMEDIATION, date=date(2026, 10, 20), group="A", place="H1", start=time(15))
    base = small_brigade().model_copy(update={"locks": (lock,)})
    assert made(DissolveGroup(group="A"), base).locks == ()
    assert [k.group for k in made(DissolveGroup(group="A", remediations=1), base).locks] == ["A-WT"]


def test_a_squad_moves_and_the_convener_follows_on() -> None:
    moved = made(MoveSquad(squad="WT", to="B"), two_groups())
    assert [(g.members, g.convener) for g in moved.groups] == [(("YY", "XD"), "YY"), (("N1", "N2", "WT"), "N2")]
    assert made(MoveSquad(squad="WT"), two_groups()).group_of("WT") is None
    assert refused(MoveSquad(squad="N1"), two_groups()).field == "squad"  # one squad would be left
    assert refused(MoveSquad(squad="WT", to="A")).field == "to"


# -- what cannot be rostered ------------------------------------------------------------------------------------------


def test_nobody_for_a_post_or_a_desk_is_told_by_name() -> None:
    assert undoable(small_brigade(), {"WT", "YY", "XD"}) == []
    few = made(Officers(squad="WT", by=-4, force=Force.ENFORCEMENT))
    assert [t.en for t in undoable(few, {"WT"})] == ["外滩案件岗 (D1) has no certified pair left"]
    assert undoable(few, {"YY"}) == []


def test_a_group_partly_in_the_part_is_told() -> None:
    scenario = two_groups()
    assert part_squads(scenario, ("A",), ()) == {"WT", "YY", "XD"}
    moved = made(MoveSquad(squad="WT", to="B"), scenario)
    assert len(outside(moved, part_squads(scenario, ("A",), ()))) == 1
    assert outside(moved, part_squads(scenario, (), ())) == []


@pytest.mark.parametrize(
    "change",
    [
        Officers(squad="??", by=1),
        Lend(squad="WT", to="??", officers=1),
        Lend(squad="WT", to="WT", officers=1),
        SickLeave(rate=0.1, squads=("??",)),
        Absent(officer="??"),
        Absent(vehicle="??"),
        RemoveHotspot(hotspot="??"),
        ScaleHotspots(hotspots=("??",)),
        RemovePost(post="??"),
        ScalePosts(posts=("??",), heads=2),
        ShiftTimes(shift="??"),
        Vehicles(kind=VehicleKind.CAR, by=1, squad="??"),
        GroupTarget(group="??"),
        MergeGroups(groups=("A", "??")),
        DissolveGroup(group="??"),
        MoveSquad(squad="??"),
    ],
)
def test_what_is_not_there_is_told(change: Change) -> None:
    assert refused(change).problem.en


def test_a_duty_lock_at_a_removed_post_goes_with_it() -> None:
    lock = Lock(
        id="L",
        kind=LockKind.DUTY,
        date=FIRST,
        officer="WT3",
        duty=DutyKind.POST,
        place="P1",
        start=time(7),
        length=HOUR,
    )
    assert made(RemovePost(post="P1"), small_brigade().model_copy(update={"locks": (lock,)})).locks == ()
