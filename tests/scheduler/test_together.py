"""Who makes how many of the visits to a window on a border, and who sends how many heads to a shared presence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import product
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.base import GRAIN, OfficerClass, Period, Task
from domain.calendar import dates
from domain.scenario import Scenario
from domain.words import BorderKind, DutyKind, Force
from scheduler import parallel
from scheduler.kinds import Kind
from scheduler.mip import Solved
from scheduler.parts import BoundJob, borders, crowded, prove, units
from scheduler.relaxed import Border
from scheduler.solve import Limits
from scheduler.standing import shared_out
from scheduler.together import (
    Costs,
    Parts,
    cheapest_split,
    heads_as_rostered,
    heads_of_all,
    split_dates,
    visits_of_all,
)
from tests.constraints.joint import HOUR, hotspot, joint
from tests.scheduler.kit import squad_of, unnamed
from tests.scheduler.test_parts import presence

LIMITS = Limits(seconds=None, deterministic=1.0, threads=1)
ROW = st.lists(st.integers(0, 9), min_size=3, max_size=3).map(sorted).map(tuple)
COSTS = st.lists(st.integers(0, 9), min_size=1, max_size=4).map(tuple)


@given(st.lists(COSTS, min_size=1, max_size=3), st.lists(st.integers(0, 9), min_size=1, max_size=5).map(tuple))
def test_no_split_is_cheaper(rows: list[tuple[float, ...]], missing: tuple[float, ...]) -> None:
    def cost(split: tuple[int, ...]) -> float:
        return sum(row[n] for row, n in zip(rows, split, strict=True)) + missing[len(missing) - 1 - sum(split)]

    every = (s for s in product(*(range(len(row)) for row in rows)) if sum(s) < len(missing))
    assert cost(cheapest_split(rows, missing)) == min(map(cost, every))


DAYS = dates(date(2026, 10, 1), date(2026, 10, 4))


@given(
    st.lists(st.tuples(ROW, ROW), min_size=1, max_size=3),
    st.tuples(*[st.integers(0, 9)] * 3),
    st.tuples(*[st.none() | st.integers(0, 6)] * 2),
    st.integers(0, 9),
)
def test_no_split_of_all_dates_is_cheaper(
    found: list[tuple[Costs, Costs]], missing: tuple[int, int, int], aims: tuple[int | None, int | None], dear: int
) -> None:
    rows = dict(zip(DAYS, found, strict=False))
    lacking = tuple(sorted(missing))

    def cost(splits: Sequence[tuple[int, ...]]) -> float:
        taken = sum(
            row[n] for pair, split in zip(found, splits, strict=True) for row, n in zip(pair, split, strict=True)
        )
        off = sum(abs(sum(s[k] for s in splits) - aim) for k, aim in enumerate(aims) if aim is not None)
        return taken + sum(lacking[max(0, 2 - sum(split))] for split in splits) + dear * off

    split = split_dates(rows, lacking, aims, dear)
    every = product(*(product(*map(marks, pair)) for pair in found))
    assert cost([split[on] for on in rows]) == min(map(cost, every))


def marks(row: Costs) -> set[int]:
    """Return the numbers beyond which a row becomes dearer: fewer are never asked for, as they cost as much."""
    return {n for n in range(len(row)) if n + 1 == len(row) or row[n + 1] > row[n]}


def test_what_is_chosen_for_some_of_the_dates_that_are_alike_is_spread_over_them() -> None:
    """Two units can make all visits on a date or none; in all each is to make half of them."""
    rows = dict.fromkeys(dates(date(2026, 10, 1), date(2026, 10, 7)), ((0.0, 5.0, 5.0), (0.0, 5.0, 5.0)))
    found = split_dates(rows, (0, 9, 18), (6, 6), 1.0)
    assert [found[on] for on in sorted(found)] == [(0, 2), (2, 0)] * 3
    uneven = split_dates(rows, (0, 9, 18), (8, 4), 1.0)
    assert sorted(uneven.values()) == [(0, 2)] * 2 + [(2, 0)] * 4


def one_border(people: Any, **more: Any) -> Scenario:
    spot = hotspot("H", "A", "B", open_for=1, border=BorderKind.SQUADS, visit_every=HOUR, **more)
    return unnamed(joint(people, count=2, hotspots=(spot,)))


def parts(scenario: Scenario) -> dict[tuple[str, ...], Parts]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        return {u: prove(BoundJob(u, LIMITS, presence_points=1, sharing=True)).parts for u in units(scenario)}


def test_who_has_no_pair_makes_no_visits() -> None:
    """A has one officer, B a pair that can make all visits for nothing."""
    scenario = one_border((*squad_of(1, "A"), *squad_of(2, "B")))
    (tag,) = borders(scenario)
    wanted = borders(scenario)[tag].wanted
    found = parts(scenario)
    assert all(cost == inf for cost in found["A",].visits[tag, scenario.first][1:])
    assert max(found["B",].visits[tag, scenario.first]) <= GRAIN
    for on in scenario.dates:
        split = visits_of_all(scenario, found, borders(scenario), {}, {})
        assert (split[("A",), tag, on], split[("B",), tag, on]) == (0, wanted)


def test_a_proof_tells_how_many_visits_its_mix_makes_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A has one officer, B a pair; every visit is paid for far above what it costs."""
    scenario = one_border((*squad_of(1, "A"), *squad_of(2, "B")))
    monkeypatch.setattr(parallel, "_scenario", scenario)
    (tag,) = borders(scenario)
    made = {unit: prove(BoundJob(unit, LIMITS, {tag: 99 * GRAIN})).visited.get(tag, 0) for unit in units(scenario)}
    works = prove(BoundJob(("B",), LIMITS, {tag: 99 * GRAIN})).bound
    assert made["A",] == 0
    assert works == pytest.approx(-99 * GRAIN * made["B",], rel=0.01)
    assert 0 < made["B",] <= borders(scenario)[tag].wanted * len(scenario.dates)


@pytest.mark.parametrize("unproven", [{2}, {0, 2}, {4}])
def test_numbers_of_visits_whose_cost_is_not_proven_are_left_out(unproven: set[int]) -> None:
    """A has a pair and nothing else to do; a visit is worth more to the proof than it costs."""
    spot = hotspot("H", "A", "B", open_for=1, border=BorderKind.SQUADS, visit_every=HOUR / 4)
    scenario = unnamed(joint((*squad_of(2, "A"), *squad_of(2, "B")), count=2, hotspots=(spot,)))
    (tag,) = borders(scenario)
    known = parts(scenario)["A",].visits[tag, scenario.first]
    assert len(known) == borders(scenario)[tag].wanted + 1 == 5
    seek = Kind.at_least

    def at_least(*asked: Any) -> Solved:
        solved = seek(*asked)
        return replace(solved, bound=-inf) if asked[2] in unproven else solved

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Kind, "at_least", at_least)
        found = parts(scenario)["A",].visits[tag, scenario.first]
    left = [n for n in range(5) if n not in unproven]
    assert found == tuple(next((known[n] for n in left if n >= asked), inf) for asked in range(5))


@pytest.mark.parametrize(
    ("clock", "squads", "found"),
    [("10:30", "AB", {"H", "K"}), ("11:00", "AB", set()), ("10:30", "BC", {"H", "K"}), ("10:30", "CD", set())],
    ids=["at the same time", "afterwards", "one squad of both", "other squads"],
)
def test_windows_are_crowded_where_a_unit_shares_two_at_the_same_time(clock: str, squads: str, found: set[str]) -> None:
    """H is visited from ten to eleven by A and B."""
    people = tuple(person for squad in "ABCD" for person in squad_of(2, squad))
    spots = (
        hotspot("H", "A", "B", clock="10:00", open_for=1, border=BorderKind.SQUADS, visit_every=HOUR),
        hotspot("K", *squads, clock=clock, open_for=1, border=BorderKind.SQUADS, visit_every=HOUR),
    )
    scenario = unnamed(joint(people, count=4, hotspots=spots))
    there = crowded(scenario)
    assert {tag[0] for tag, _ in there} == found
    assert {on for _, on in there} == (set(scenario.dates) if found else set())


def test_what_is_unknown_of_one_unit_settles_nothing() -> None:
    scenario = one_border((*squad_of(2, "A"), *squad_of(2, "B")))
    (tag,) = borders(scenario)
    known = Parts(visits={(tag, on): (0.0, 1.0) for on in scenario.dates})
    assert visits_of_all(scenario, {("A",): known, ("B",): Parts()}, borders(scenario), {}, {}) == {}
    met = {tag: Border(1, 5, 2)}
    other = Parts(visits={(tag, scenario.first): (0.0, 0.5)})
    split = visits_of_all(scenario, {("A",): known, ("B",): other}, met, {}, {})
    assert split == {(("A",), tag, scenario.first): 0, (("B",), tag, scenario.first): 1}


def test_heads_of_a_presence_go_where_they_are_cheapest_and_all_are_owed() -> None:
    scenario = joint((*squad_of(4, "A"), *squad_of(4, "B")), presences=(presence(3),))
    (one,) = scenario.presences
    cheap, dear = Parts(presences={"V": (0, 10, 20, 90)}), Parts(presences={"V": (0, 30, 60, 90)})
    assert heads_of_all({("A",): cheap, ("B",): dear}, one, 1000) == {("A",): 2, ("B",): 1}
    assert heads_of_all({("A",): cheap, ("B",): dear}, one, 15) == {("A",): 3, ("B",): 0}, "one is left to be missed"
    assert heads_of_all({("A",): cheap, ("B",): Parts()}, one, 1000) is None
    assert [p.heads for p in shared_out(scenario, ("A",), {"V": 2})] == [2]
    assert [p.heads for p in shared_out(scenario, ("A",), {})] == [1]


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
