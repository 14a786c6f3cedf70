"""Orders in the bound: held once, on the cheapest of their dates, by who else would stand and walk elsewhere."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from domain.scenario import Designated, Scenario
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.owed import class_of, owed_by, shapes
from scheduler.parts import BoundJob, prove, units
from scheduler.solve import Limits
from tests.constraints.joint import HOUR, group, hotspot, joint, on
from tests.constraints.kit import officer
from tests.scheduler.kit import best, post, squad_of, unnamed

LIMITS = Limits(seconds=None, deterministic=1.0, threads=1)


def order(first: int = 0, end: int = 1, **more: Any) -> Designated:
    values: dict[str, Any] = {"squads": ("A",), "heads": 2, "vehicles": 0, "start": time(8)} | more
    return Designated(id="O", group="G", hotspot="H", first=on(first), end=on(end), length=HOUR, **values)


def alone(people: int = 2, *, count: int = 2, **more: Any) -> Scenario:
    """Return squad A with a group of its own that owes nothing by the month."""
    values: dict[str, Any] = {
        "groups": (group(members=("A",), min_remediations=0, target_vehicles=0),),
        "hotspots": (hotspot(may_host=False),),
    } | more
    return joint(squad_of(people), count=count, **values)


def bound(scenario: Scenario) -> int:
    """Return the bound of squad A in units."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        found = prove(BoundJob(units(scenario)[0], LIMITS)).bound
    assert found is not None
    return found


def test_only_orders_that_nobody_else_carries_out_are_owed() -> None:
    people = (*squad_of(2), officer("B1", "B"))
    scenario = joint(people, count=2, designated=(order(squads=("A", "B")),))
    assert owed_by(scenario, ("A",)) == ()
    assert [c.designated for c in owed_by(scenario, ("A", "B"))] == ["O"]


def test_the_dates_of_an_order_make_one_sum() -> None:
    owed = owed_by(alone(designated=(order(0, 2),)), ("A",))
    (group_, shape), *others = shapes(owed).items()
    assert others == []
    assert group_ == class_of(owed[0])
    assert [(s.day, factor) for s, factor in shape] == [(on(0), 1), (on(1), 1)]


def test_missing_people_cost_what_they_cost_on_the_sheets() -> None:
    scenario = alone(2, designated=(order(heads=5),))
    missing = (5 - 2) * 10 * GRAIN  # three people for an hour at 10 points
    assert bound(unnamed(scenario)) - bound(alone(2)) == missing
    switches = 2 * 2 * GRAIN  # the two who go leave the beat and come back
    assert bound(scenario) - bound(alone(2)) == missing + switches


def test_an_order_is_held_where_it_costs_least() -> None:
    spot = hotspot(may_host=False, clock="08:00", open_for=1)
    fixed, free = (alone(hotspots=(spot,), designated=(order(0, end),)) for end in (1, 2))
    off = alone(hotspots=(spot,))
    assert bound(off) <= bound(free) <= bound(fixed)


def test_the_post_stays_manned() -> None:
    """One of three stays at the post, so two go of the three that are wanted."""
    scenario = alone(3, count=1, designated=(order(heads=3),), posts=(post("P", clock="08:00", hours=1),))
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    assert 10 * GRAIN <= bound(scenario) <= together[0]


@st.composite
def ordered(draw: st.DrawFn) -> Scenario:
    """Draw squad A with an order of one or several dates, a hotspot and perhaps a post."""
    first = draw(st.integers(0, 1))
    return alone(
        draw(st.integers(2, 3)),
        hotspots=(
            hotspot(may_host=False, clock=draw(st.sampled_from(["08:00", "10:00"])), open_for=draw(st.integers(1, 3))),
        ),
        designated=(
            order(
                first,
                draw(st.integers(first + 1, 2)),
                heads=draw(st.integers(1, 4)),
                start=draw(st.sampled_from([None, time(8)])),
            ),
        ),
        posts=draw(st.sampled_from([(), (post("P", clock="08:00"),)])),
    )


@settings(max_examples=15, deadline=None)
@given(ordered())
def test_the_bound_with_an_order_never_exceeds_the_optimum(scenario: Scenario) -> None:
    together = best(scenario, candidates=list_candidates(scenario))
    if together is not None:
        assert bound(scenario) <= together[0]
