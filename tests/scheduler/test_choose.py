"""Which candidates are chosen before the squads are solved, and how many people each squad is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scenario import Absence, Designated, Officer, PastRemediation, Scenario, Squad
from domain.words import AbsenceKind, DutyKind, LockKind, Rank, SquadKind
from scheduler.candidates import list_candidates
from scheduler.choose import choose, enough, nominal, quotas
from scheduler.kinds import tag_of
from tests.constraints import joint as joint_kit
from tests.constraints.joint import HOUR, candidate, group, hotspot, on
from tests.constraints.kit import MONDAY, officer
from tests.scheduler.kit import lock, squad_of


def joint(people: Sequence[Officer] = (), **more: Any) -> Scenario:
    """Return the scenario of the remediation tests; by default two certified officers a squad, one its leader."""
    return joint_kit.joint(people or (*squad_of(2, "A"), *squad_of(2, "B")), **more)


def chosen(scenario: Scenario) -> list[str]:
    """Return group, date and hotspot of what is chosen, as in G-1012-H."""
    found = choose(scenario, list_candidates(scenario))
    return [f"{c.group}-{c.start:%m%d}-{c.hotspot}" for c in found]


def spots(*weights: int) -> tuple[object, ...]:
    """Return hotspots H1, H2... of squad A with these weights."""
    found = []
    for n, weight in enumerate(weights, 1):
        spot = hotspot(f"H{n}")
        hours = tuple(row.model_copy(update={"weight": weight}) for row in spot.hours)
        found.append(spot.model_copy(update={"hours": hours}))
    return tuple(found)


# -- choose -----------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.integers(1, 4), st.integers(3, 8))
def test_as_many_as_r12_asks_for_where_they_fit_and_always_far_enough_apart(asked: int, apart: int, count: int) -> None:
    scenario = joint(
        count=count,
        groups=(group(min_remediations=asked, days_apart=apart),),
        hotspots=spots(4, 4, 4),
    )
    found = choose(scenario, list_candidates(scenario))
    assert len(found) == min(asked, -(-count // apart))
    assert all((b.day - a.day).days >= apart for a, b in pairwise(found))


def test_days_close_to_a_past_one_are_not_chosen() -> None:
    before = PastRemediation(id="p", group="G", hotspot="X", host="A", date=MONDAY - timedelta(days=1))
    apart = group(min_remediations=2, days_apart=3)
    found = chosen(joint(count=4, first=MONDAY, groups=(apart,), past_remediations=(before,)))
    assert len(found) == 1  # the past one counts as one of October's two
    assert found[0][2:6] >= "1014"


def test_the_best_hotspots_come_first() -> None:
    assert chosen(joint(count=1, hotspots=spots(3, 9, 5)))[0].endswith("H2")
    two = chosen(joint(count=4, groups=(group(min_remediations=2),), hotspots=spots(3, 9, 5)))
    assert {row[-2:] for row in two} == {"H2", "H3"}


def test_no_hotspot_twice_a_month() -> None:
    assert len(chosen(joint(count=4, groups=(group(min_remediations=2),)))) == 1


def test_where_visits_are_made_anyway_the_holding_costs_less() -> None:
    scenario = joint(count=4, hotspots=spots(4, 4))
    for place in ("H1", "H2"):
        kept = {("A", tag_of(w)): 9.0 for on in scenario.dates for w in scenario.open_windows(place, on)}
        (found,) = choose(scenario, list_candidates(scenario), visits=kept)
        assert found.hotspot == place


def test_two_groups_take_different_days_where_they_can() -> None:
    one = group(members=("A",), convener="A")
    two = one.model_copy(update={"id": "F", "members": ("B",), "convener": "B"})
    pair = {"groups": (one, two), "hotspots": (hotspot("H", "A"), hotspot("K", "B"))}
    assert len({row[2:6] for row in chosen(joint(count=3, **pair))}) == 2
    assert len(chosen(joint(count=1, **pair))) == 2  # a crowded day is better than a missing one


def test_times_that_more_shifts_cover_are_preferred() -> None:
    both_shifts = joint(count=1, hotspots=(hotspot("H", clock="06:30", open_for=8),))
    middle = both_shifts.shifts[0].model_copy(update={"id": "M", "start": time(10)})
    scenario = both_shifts.model_copy(update={"shifts": (both_shifts.shifts[0], middle)})
    (found,) = choose(scenario, list_candidates(scenario))
    assert time(10) <= found.start.time() <= time(13, 30)


def test_locked_ones_are_kept_even_at_lesser_hotspots_and_count() -> None:
    fixed = lock(LockKind.REMEDIATION, on(1), group="G", place="H1", start=time(10))
    assert chosen(joint(count=3, hotspots=spots(3, 9), locks=(fixed,))) == ["G-1013-H1"]


def test_more_locked_than_r12_asks_for_are_all_kept() -> None:
    fixed = tuple(lock(LockKind.REMEDIATION, on(n), group="G", place=f"H{n}", start=time(10)) for n in (1, 2))
    assert chosen(joint(count=4, hotspots=spots(3, 9), locks=fixed)) == ["G-1013-H1", "G-1014-H2"]


def test_an_order_is_carried_out_once_and_does_not_count_for_the_month() -> None:
    order = Designated(
        id="O",
        group="G",
        hotspot="K",
        first=MONDAY,
        end=on(3),
        start=None,
        length=HOUR,
        squads=("A", "B"),
        heads=3,
        vehicles=0,
    )
    scenario = joint(count=3, hotspots=(hotspot("H"), hotspot("K", may_host=False)), designated=(order,))
    found = choose(scenario, list_candidates(scenario))
    assert sorted(c.designated or "" for c in found) == ["", "O"]


def test_without_a_group_nothing_is_chosen() -> None:
    assert choose(joint(groups=()), ()) == ()


# -- quotas -----------------------------------------------------------------------------------------------------


def crowd(sizes: list[int], mobile: list[int]) -> Scenario:
    names = [f"S{n}" for n in range(len(sizes))]
    lenders = [f"M{n}" for n in range(len(mobile))]
    people = [p for s, n in zip([*names, *lenders], [*sizes, *mobile], strict=True) for p in squad_of(n, s)]
    squads = [Squad(id=s, name=s, kind=SquadKind.STREET) for s in names]
    squads += [Squad(id=s, name=s, kind=SquadKind.MOBILE) for s in lenders]
    joined = group(members=tuple(names), convener=names[0], target_heads=18)
    return joint(people, count=1, squads=tuple(squads), groups=(joined,), hotspots=(hotspot("H", names[0]),))


@settings(max_examples=40)
@given(st.lists(st.integers(8, 30), min_size=3, max_size=4), st.lists(st.integers(10, 16), max_size=2))
def test_quotas_meet_the_target_where_half_of_the_squads_suffice(sizes: list[int], mobile: list[int]) -> None:
    scenario = crowd(sizes, mobile)
    c = list_candidates(scenario)[0]
    asked = quotas(scenario, c)
    assert set(asked) == {*c.squads, *c.helpers}
    part = [s for s in c.squads if asked[s]]
    assert len(part) == c.need_squads
    assert c.host in part
    assert all(asked[s] >= 2 for s in part)
    reach = sum(max(2, len(scenario.officers_of(s)) // 2) for s in part)
    reach += sum(len(scenario.officers_of(s)) // 2 for s in c.helpers)
    assert sum(asked.values()) == min(c.target_heads, reach)


def test_of_equal_worth_larger_squads_send_more() -> None:
    scenario = crowd([10, 10, 20], [10])
    assert quotas(scenario, list_candidates(scenario)[0]) == {"S0": 4, "S1": 4, "S2": 6, "M0": 4}


def test_people_come_from_where_they_are_worth_least_and_no_more_than_they_are_missed() -> None:
    scenario = crowd([10, 10, 10, 10], [10])
    c = list_candidates(scenario)[0]
    worth = {"S0": 50_000.0, "S1": 40_000.0, "S2": 30_000.0, "S3": 60_000.0}  # S03 charges 24,000 an hour
    assert quotas(scenario, c, worth) == {"S0": 2, "S1": 2, "S2": 2, "S3": 0, "M0": 5}
    assert quotas(scenario, replace(c, designated="O"), worth) == quotas(scenario, c, worth)
    assert quotas(scenario, c, worth | {"S2": 20_000.0}) == {"S0": 2, "S1": 2, "S2": 5, "S3": 0, "M0": 5}


def test_whoever_is_absent_or_barred_is_not_asked_for() -> None:
    people = (*squad_of(5, "A"), *squad_of(2, "B"), officer("B3", "B", barred_duties=(DutyKind.REMEDIATION,)))
    away = Absence(officer="A1", kind=AbsenceKind.SICK, start=MONDAY, end=on(1))
    scenario = joint((*people, officer("A6", "A")), absences=(away,), groups=(group(target_heads=18),))
    assert quotas(scenario, candidate(target_heads=18)) == {"A": 2, "B": 2}
    assert quotas(scenario, candidate(on(1), target_heads=18)) == {"A": 3, "B": 2}


# -- nominal ----------------------------------------------------------------------------------------------------


def test_the_squads_taken_for_granted_send_their_quotas_leaders_and_certified_first() -> None:
    people = (officer("B1", "B", certified=False), *squad_of(4, "A"), officer("B2", "B"), officer("B3", "B"))
    boss = officer("B9", "B", rank=Rank.DEPUTY)
    scenario = joint((*people, boss), groups=(group(target_heads=6),))
    c = candidate(target_heads=4)
    (found,) = nominal(scenario, (c,), ("B",))
    assert quotas(scenario, c)["B"] == 2
    assert found.participants == ("B9", "B2")
    assert (found.id, found.start, found.end, found.host) == (c.id, c.start, c.end, c.host)
    assert nominal(scenario, (c,), ())[0].participants == ()


def test_a_named_commander_is_there() -> None:
    scenario = joint((*squad_of(3, "A"), *squad_of(3, "B")))
    (found,) = nominal(scenario, (candidate(commander="A3", target_heads=4),), ("A",))
    assert "A3" in found.participants


# -- enough -----------------------------------------------------------------------------------------------------


def test_where_more_come_than_are_wanted_the_dearest_stay_but_for_a_certified_pair() -> None:
    c = candidate(squads=("A", "B"), helpers=("M",), target_heads=9)
    worth = {"A": 5.0, "B": 7.0, "M": 0.0}
    assert enough(c, {"A": 4, "B": 5, "M": 3}, worth) == {"A": 4, "B": 2, "M": 3}
    assert enough(c, {"A": 4, "B": 4, "M": 6}, worth) == {"A": 2, "B": 2, "M": 6}
    assert enough(c, {"A": 4, "B": 2, "M": 3}, worth) == {"A": 4, "B": 2, "M": 3}
    assert enough(c, {"A": 1, "M": 3}, {}) == {"A": 1, "M": 3}
