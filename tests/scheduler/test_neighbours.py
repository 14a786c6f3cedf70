"""Neighbours solved as one: who they are, whose turn it is, and what they begin with and learn."""

from __future__ import annotations

from datetime import timedelta

from domain.scenario import Presence, Scenario
from scheduler.decided import Decided
from scheduler.learned import Learned
from scheduler.neighbours import alone, heads_of, matched, neighbours, together
from scheduler.parts import units
from tests.constraints.joint import hotspot
from tests.constraints.kit import officer, tiny
from tests.scheduler.kit import desk, shift_on

AB, BC, CD = ("A", "B"), ("B", "C"), ("C", "D")


def streets(**more: object) -> Scenario:
    """Return four squads in a row: two hotspots between B and C, one between A and B and between C and D."""
    there = (hotspot("H1", "A", "B"), hotspot("H2", "C", "B"), hotspot("H3", "B", "C"), hotspot("H4", "C", "D"))
    return tiny([officer(s, s) for s in "ABCD"], hotspots=(*there, hotspot("H5", "A")), **more)  # type: ignore[arg-type]


def test_neighbours_are_those_who_share_something_and_who_share_most_come_first() -> None:
    scenario = streets()
    assert neighbours(scenario, units(scenario)) == [BC, AB, CD]


def test_squads_that_share_a_desk_are_one_and_no_neighbours() -> None:
    scenario = streets(desks=(desk("D", "B", "C"),))
    assert neighbours(scenario, units(scenario)) == [("A", "B", "C"), ("B", "C", "D")]


def test_a_presence_makes_neighbours_too() -> None:
    scenario = tiny([officer(s, s) for s in "AB"], hotspots=(hotspot(),))
    presence = Presence(
        id="P",
        hotspot="H",
        squads=("A", "B"),
        first=scenario.first,
        end=scenario.end,
        start=scenario.shifts[0].start,
        length=timedelta(hours=1),
        heads=1,
    )
    assert neighbours(scenario, units(scenario)) == []
    shared = scenario.model_copy(update={"presences": (presence,)})
    assert neighbours(shared, units(shared)) == [AB]


def test_every_pair_has_its_turn_and_who_is_left_is_alone() -> None:
    every = [("A",), ("B",), ("C",), ("D",)]
    pairs = [BC, AB, CD]
    assert matched(pairs, every, {}) == [BC, ("A",), ("D",)]
    assert matched(pairs, every, {BC: 1}) == [AB, CD]
    assert matched(pairs, every, {BC: 1, AB: 1, CD: 1}) == [BC, ("A",), ("D",)]


def test_two_begin_from_the_heads_they_have_and_each_learns_its_own() -> None:
    scenario = tiny([officer("1", "A"), officer("2", "B"), officer("3", "C")])
    shift = shift_on(scenario, 1, "E")
    known = Decided(shifts=frozenset((who, shift) for who in "123"))
    heads = heads_of(scenario, AB, known)
    assert {on: sorted(group.squad for group, _ in row) for on, row in heads.items()} == {
        day: ["A", "B"] if day == shift.day else [] for day in scenario.dates
    }
    one, other = Learned({"a": 1.0}), Learned({"b": 2.0})
    assert together([one], heads) is one
    both = together([one, other], heads)
    assert both.prices == {"a": 1.0, "b": 2.0}
    assert [[group.squad for group, _ in row] for _, row in alone(both, ("B",)).heads] == [[], ["B"], []]
