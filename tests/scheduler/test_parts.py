"""Parts of the brigade: what is solved together, and what a proof leaves out."""

from __future__ import annotations

from datetime import time, timedelta
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import DAY
from domain.scenario import Designated, PastRemediation, Presence, Scenario
from domain.words import BorderKind, DutyKind, LockKind
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.parts import (
    DECIDING,
    NAMING,
    BoundJob,
    Clock,
    borders,
    counted_twice,
    full_visits,
    presence_points,
    prove,
    survey,
    units,
    window_units,
    without_remediations,
)
from scheduler.progress import Options
from scheduler.relaxed import Border, Tag, relax
from scheduler.restrict import restricted
from scheduler.solve import Limits
from tests.constraints.joint import HOUR, group, hotspot, joint, on
from tests.constraints.kit import MONDAY, NIGHT, officer, tiny
from tests.scheduler.kit import best, desk, lock, post, squad_of, unnamed

LIMITS = Limits(seconds=None, deterministic=1.0, threads=1)
ABCD = tuple(officer(s, s) for s in "ABCD")


def presence(heads: int = 4, squads: tuple[str, ...] = ("A", "B")) -> Presence:
    return Presence(
        id="V", hotspot="H", squads=squads, first=MONDAY, end=on(1), start=time(18), length=HOUR, heads=heads
    )


# -- units ------------------------------------------------------------------------------------------------------


def test_every_squad_is_a_unit_and_those_that_share_a_desk_are_one() -> None:
    assert units(tiny(ABCD)) == (("A",), ("B",), ("C",), ("D",))
    assert units(tiny(ABCD, desks=(desk("D1", "C", "A"), desk("D2", "B")))) == (("A", "C"), ("B",), ("D",))


def test_desks_join_squads_in_chains() -> None:
    chain = (desk("D1", "A", "B"), desk("D2", "B", "D"))
    assert units(tiny(ABCD, desks=chain)) == (("A", "B", "D"), ("C",))


def test_the_rules_of_both_stages_are_all_there_are() -> None:
    assert {rule.id for rule in NAMING} == {"S12", "S20"}
    assert not {rule.id for rule in NAMING} & {rule.id for rule in DECIDING}


# -- presences --------------------------------------------------------------------------------------------------


def test_of_a_presence_a_squad_alone_owes_its_share() -> None:
    scenario = tiny(
        [*squad_of(6, "A"), *squad_of(2, "B")], hotspots=(hotspot("H", "A", "B"),), presences=(presence(4),)
    )
    alone = restricted(scenario, Options(squad="B"))
    assert [(p.squads, p.heads) for p in alone.presences] == [(("B",), 1)]


# -- what a proof leaves out ------------------------------------------------------------------------------------


def test_a_proof_leaves_out_remediations_presences_and_the_locks_on_them() -> None:
    order = Designated(
        id="O",
        group="G",
        hotspot="H",
        first=MONDAY,
        end=on(1),
        start=None,
        length=HOUR,
        squads=("A",),
        heads=2,
        vehicles=0,
    )
    kept = (lock(LockKind.REST, MONDAY, officer="1"), lock(LockKind.SHIFT, on(1), officer="1", shift="E"))
    gone = (
        lock(LockKind.REMEDIATION, MONDAY, group="G", place="H", start=time(10)),
        lock(LockKind.DUTY, on(1), officer="2", duty=DutyKind.PATROL, start=time(8), length=HOUR),
    )
    scenario = joint(designated=(order,), presences=(presence(),), locks=(*kept, *gone))
    left = without_remediations(scenario, ("A",))
    assert (left.groups, left.designated, left.presences) == ((), (), ())
    assert left.locks == kept
    assert left.officers == scenario.officers
    assert list_candidates(left) == ()
    assert without_remediations(scenario, ("A", "B")).presences == scenario.presences


# -- border windows ---------------------------------------------------------------------------------------------


def test_the_others_visits_to_shared_windows_are_all_made() -> None:
    spots = (hotspot("H", "A", "B"), hotspot("K", "B", "A"), hotspot("L", "A"))
    scenario = tiny(ABCD, count=1, hotspots=spots)
    everything = full_visits(scenario, ("A",))
    assert {(v.squad, v.hotspot, v.count) for v in everything.visits} == {("B", "H", 2), ("B", "K", 2)}
    assert full_visits(scenario, ("A", "B")).visits == ()


def test_a_window_costs_its_weight_and_half_as_much_again_on_a_border() -> None:
    spots = (hotspot("H", "A"), hotspot("K", "A", "B", border=BorderKind.SQUADS))
    scenario = tiny(ABCD, count=1, hotspots=spots)
    one, two = (window_units(scenario, scenario.open_windows(h, MONDAY)[0]) for h in "HK")
    assert (one, two) == (4 * 2400, 6 * 2400)


@st.composite
def neighbours(draw: st.DrawFn) -> Scenario:
    """Draw squads A and B of two with a border hotspot, and perhaps a post, a presence and a group of both."""
    people = [p for s in "AB" for p in squad_of(2, s)]
    border = hotspot(
        "H",
        "A",
        "B",
        clock=draw(st.sampled_from(["10:00", "15:00"])),
        open_for=draw(st.integers(1, 3)),
        border=draw(st.sampled_from([BorderKind.SQUADS, BorderKind.NONE])),
        visit_every=timedelta(minutes=draw(st.sampled_from([15, 30, 60]))),
    )
    past = PastRemediation(id="p", group="G", hotspot="H", host="A", date=MONDAY - DAY)
    return tiny(
        people,
        count=2,
        hotspots=(border,),
        groups=draw(st.sampled_from([(), (group(),)])),
        posts=draw(st.sampled_from([(), (post("P", "B", clock="15:00"),)])),
        presences=draw(st.sampled_from([(), (presence(2),)])),
        past_remediations=draw(st.sampled_from([(), (past,)])),
    )


def border_bound(scenario: Scenario, prices: dict[Tag, int], points: int = 0) -> int:
    """Return the bound of both squads side by side, visits to border windows and presences paid for."""
    scenario = unnamed(scenario)
    total = -counted_twice(scenario, points) + sum(
        border.least(prices[tag]) for tag, border in borders(scenario).items()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        for unit in units(scenario):
            found = prove(BoundJob(unit, LIMITS, prices, presence_points=points)).bound
            assert found is not None
            total += found
    return floor(total)


@settings(max_examples=15, deadline=None)
@given(neighbours(), st.data())
def test_the_bounds_of_two_squads_never_exceed_the_optimum_of_both_together(scenario: Scenario, data: Any) -> None:
    prices = {tag: data.draw(st.integers(0, 3 * border.units)) for tag, border in borders(scenario).items()}
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    assert border_bound(scenario, prices, data.draw(st.sampled_from([0, 7, 60]))) <= together[0]


def test_a_shared_presence_counts_in_the_bound() -> None:
    """Four of nine heads wanted at the shared presence are there at most: squads A and B have two each."""
    people = [p for s in "AB" for p in squad_of(2, s)]
    scenario = tiny(people, count=1, hotspots=(hotspot("H", "A", "B"),), presences=(presence(9),))
    free = dict.fromkeys(borders(scenario), 0)
    assert border_bound(scenario, free) == 0
    assert border_bound(scenario, free, 60) == 60 * 2400 * (9 - 4)
    together = best(scenario)
    assert together is not None
    assert border_bound(scenario, free, 60) <= together[0]


def test_missing_at_a_shared_presence_costs_what_the_cheapest_people_are_worth() -> None:
    people = [p for s in "AB" for p in squad_of(2, s)]
    shared, own = (
        tiny(people, presences=(presence(squads=tuple(who)),), hotspots=(hotspot("H", "A", "B"),))
        for who in ("AB", "A")
    )
    worth = {"A": 25.5 * 2400, "B": 90.0 * 2400}
    assert presence_points(shared, worth) == 25
    assert presence_points(shared, dict.fromkeys("AB", 1e9)) == 60
    assert presence_points(shared, {"A": 2400.0}) == 0
    assert presence_points(own, worth) == 0


@settings(max_examples=15, deadline=None)
@given(neighbours())
def test_prices_of_the_relaxation_bound_both_squads_too(scenario: Scenario) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        found = relax([survey(unit) for unit in units(scenario)], borders(scenario))
    assert found is not None
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    assert border_bound(scenario, {tag: round(price) for tag, price in found.windows.items()}) <= together[0]


def test_the_switches_that_heads_need_belong_to_the_bound() -> None:
    """One officer on one day must leave the beat for the post at eight and take it up again at ten: two switches."""
    scenario = tiny([officer("1", squad="A")], count=1, posts=(post(),))
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for part in (scenario, unnamed(scenario)):
            patch.setattr(parallel, "_scenario", part)
            found.append(prove(BoundJob(("A",), LIMITS)).bound or 0)
    assert found[0] - found[1] == 2 * 2400


def test_borders_are_windows_that_several_units_visit() -> None:
    spots = (hotspot("H", "A", "B"), hotspot("K", "B"), hotspot("L", "A", "C"))
    scenario = tiny(ABCD, count=3, hotspots=spots, desks=(desk("D", "A", "C"),))
    assert {tag[0]: border.dates for tag, border in borders(scenario).items()} == {"H": 3}


def test_what_a_border_costs_at_least_is_its_visits_at_the_price_or_what_is_missing() -> None:
    border = Border(wanted=3, units=10, dates=2)
    assert border.least(0) == 0
    assert border.least(100) == 2 * 60  # making none costs 10 + 20 + 30
    assert border.least(15) == 2 * (10 + 2 * 15)  # the first missing one is cheaper than a visit, the second is not


def test_the_bound_sees_visits_that_nobody_can_make() -> None:
    people = [p for s in "AB" for p in squad_of(1, s)]  # one officer makes no pair
    scenario = tiny(people, count=1, hotspots=(hotspot("H", "A", "B"),))
    (window,) = borders(scenario)
    assert border_bound(scenario, {window: 4 * 2400 * 2}) >= 4 * 2400 * 3
    together = best(scenario)
    assert together is not None
    assert border_bound(scenario, {window: 4 * 2400 * 2}) <= together[0]


def test_a_night_shift_into_the_next_days_needs_has_no_bound() -> None:
    night = NIGHT.model_copy(update={"squads": ("A",)})
    day = tiny(shifts=(*tiny().shifts, night), posts=(post("P", clock="07:00"),))
    dawn = tiny(shifts=(*tiny().shifts, night), posts=(post("P", clock="06:00"),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", day)
        assert prove(BoundJob(("A",), LIMITS)).bound is not None
        patch.setattr(parallel, "_scenario", dawn)
        assert prove(BoundJob(("A",), LIMITS)).bound is None


# -- limits -----------------------------------------------------------------------------------------------------


def test_a_deterministic_limit_has_no_clock() -> None:
    clock = Clock(Limits(seconds=None, deterministic=3.0))
    assert clock.go_on()
    assert not clock.over(1e9)
    assert clock.rest(0.5).seconds is None
    assert clock.rest(0.5).deterministic == 3.0


def test_a_wall_clock_is_shared_out_and_runs_out() -> None:
    clock = Clock(Limits(seconds=100.0))
    assert 0 < (clock.rest(0.5).seconds or 0) <= 50
    assert clock.over(1000.0)
    spent = Clock(Limits(seconds=-1.0))
    assert not spent.go_on()
    assert spent.rest(0.5, least=2.0, gap=0.1) == Limits(seconds=2.0, gap=0.1)
