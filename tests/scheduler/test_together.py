"""Who makes how many of the visits to a window on a border, and who sends how many heads to a shared presence."""

from __future__ import annotations

from datetime import datetime, time
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.base import GRAIN, OfficerClass, Period, Task
from domain.scenario import Scenario
from domain.words import BorderKind, DutyKind, Force
from scheduler import parallel
from scheduler.parts import BoundJob, borders, prove, shared_out, units
from scheduler.relaxed import Border
from scheduler.solve import Limits
from scheduler.together import Parts, cheapest_split, heads_as_rostered, heads_of_all, visits_of_all
from tests.constraints.joint import HOUR, hotspot, joint
from tests.scheduler.kit import squad_of, unnamed
from tests.scheduler.test_parts import presence

LIMITS = Limits(seconds=None, deterministic=1.0, threads=1)
COSTS = st.lists(st.integers(0, 9), min_size=1, max_size=4).map(tuple)


@given(st.lists(COSTS, min_size=1, max_size=3), st.lists(st.integers(0, 9), min_size=1, max_size=5).map(tuple))
def test_no_split_is_cheaper(rows: list[tuple[float, ...]], missing: tuple[float, ...]) -> None:
    def cost(split: tuple[int, ...]) -> float:
        return sum(row[n] for row, n in zip(rows, split, strict=True)) + missing[len(missing) - 1 - sum(split)]

    every = (s for s in product(*(range(len(row)) for row in rows)) if sum(s) < len(missing))
    assert cost(cheapest_split(rows, missing)) == min(map(cost, every))


def one_border(people: Any, **more: Any) -> Scenario:
    spot = hotspot("H", "A", "B", open_for=1, border=BorderKind.SQUADS, visit_every=HOUR, **more)
    return unnamed(joint(people, count=2, hotspots=(spot,)))


def parts(scenario: Scenario) -> dict[tuple[str, ...], Parts]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        return {unit: prove(BoundJob(unit, LIMITS, presence_points=1)).common for unit in units(scenario)}


def test_who_has_no_pair_makes_no_visits() -> None:
    """A has one officer, B a pair that can make all visits for nothing."""
    scenario = one_border((*squad_of(1, "A"), *squad_of(2, "B")))
    (tag,) = borders(scenario)
    wanted = borders(scenario)[tag].wanted
    found = parts(scenario)
    assert all(cost == float("inf") for cost in found["A",].visits[tag, scenario.first][1:])
    assert max(found["B",].visits[tag, scenario.first]) <= GRAIN
    for on in scenario.dates:
        split = visits_of_all(scenario, found, borders(scenario))
        assert (split[("A",), tag, on], split[("B",), tag, on]) == (0, wanted)


def test_what_is_unknown_of_one_unit_settles_nothing() -> None:
    scenario = one_border((*squad_of(2, "A"), *squad_of(2, "B")))
    (tag,) = borders(scenario)
    known = Parts(visits={(tag, on): (0.0, 1.0) for on in scenario.dates})
    assert visits_of_all(scenario, {("A",): known, ("B",): Parts()}, borders(scenario)) == {}
    met = {tag: Border(1, 5, 2)}
    split = visits_of_all(scenario, {("A",): known, ("B",): Parts(visits={(tag, scenario.first): (0.0, 0.5)})}, met)
    assert split == {(("A",), tag, scenario.first): 0, (("B",), tag, scenario.first): 1}


def test_heads_of_a_presence_go_where_they_are_cheapest_and_all_are_owed() -> None:
    scenario = joint((*squad_of(4, "A"), *squad_of(4, "B")), presences=(presence(3),))
    (one,) = scenario.presences
    cheap, dear = Parts(presences={"V": (0, 10, 20, 90)}), Parts(presences={"V": (0, 30, 60, 90)})
    assert heads_of_all({("A",): cheap, ("B",): dear}, one, 1000) == {("A",): 2, ("B",): 1}
    assert heads_of_all({("A",): cheap, ("B",): dear}, one, 15) == {("A",): 3, ("B",): 0}, "one is left to be missed"
    assert heads_of_all({("A",): cheap, ("B",): Parts()}, one, 1000) is None
    assert [p.heads for p in shared_out(scenario, ("A",), {"V": 2}).presences] == [2]
    assert [p.heads for p in shared_out(scenario, ("A",), {}).presences] == [1]


def test_heads_of_a_presence_cost_what_they_would_do_else() -> None:
    """B has nothing to do; A's pair would have to leave its hotspot."""
    people = (*squad_of(2, "A"), *squad_of(2, "B"))
    own = hotspot("K", "A", clock="18:00", open_for=1, visit_every=HOUR / 2)
    stand = presence(2)
    scenario = unnamed(joint(people, count=2, hotspots=(own,), presences=(stand,)))
    found = parts(scenario)
    assert found["A",].presences["V"][2] > 5 * found["B",].presences["V"][2]
    assert heads_of_all(found, stand, 1000 * GRAIN) == {("A",): 0, ("B",): 2}


@pytest.mark.parametrize(("sent", "owed"), [((2, 1), {"V": 2}), ((2, 0), {})], ids=["all of them", "one is missing"])
def test_heads_are_owed_as_a_roster_sends_them_if_none_is_missing(sent: tuple[int, int], owed: dict[str, int]) -> None:
    scenario = joint((*squad_of(2, "A"), *squad_of(2, "B")), presences=(presence(3),))
    midnight = datetime.combine(scenario.first, time.min)
    task = Task(DutyKind.PRESENCE, "V")
    staff = {
        (OfficerClass(s, Force.ENFORCEMENT, True, (), ""), Period(s, midnight, midnight + HOUR, 60), task): n
        for s, n in zip("AB", sent, strict=True)
        if n
    }
    assert heads_as_rostered(scenario, (("A",), ("B",)), staff)["A",] == owed
