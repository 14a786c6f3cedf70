"""Neighbours solved as one: who they are, whose turn it is, and what they begin with and learn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.roster import Roster
from domain.scenario import Presence, Scenario
from scheduler import parallel
from scheduler.decided import Decided, visits_of
from scheduler.job import Job, Way
from scheduler.learned import Learned
from scheduler.neighbours import alone, clusters, heads_of, matched, neighbours, together
from scheduler.parts import units
from scheduler.solve import Limits
from scheduler.stages import run
from tests.constraints.joint import HOUR, hotspot
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


# -- duties of several together ---------------------------------------------------------------------------------


def test_units_that_hang_together_are_one_but_no_more_than_can_be_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [("A",), ("B",), ("C",), ("D",), ("E",)]
    assert clusters([BC, AB], every) == [("A", "B", "C")]
    assert clusters([BC, AB, CD], every) == [("A", "B", "C", "D")]
    monkeypatch.setattr("scheduler.neighbours.MOST_UNITS", 3)
    assert clusters([BC, AB, CD], every) == [("A", "B", "C")]
    assert clusters([AB, CD, BC], every) == [AB, CD]
    assert clusters([], every) == []


def test_duties_of_two_together_find_what_neither_finds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """B makes both visits to the border, A none: only if A takes them over can B make its own, which are worth less."""
    border, own = (hotspot(*who, clock="10:00", open_for=1, visit_every=HOUR / 2) for who in ("HAB", "KB"))
    hours = {
        spot: tuple(row.model_copy(update={"weight": n}) for row in spot.hours) for spot, n in ((border, 4), (own, 1))
    }
    spots = tuple(spot.model_copy(update={"hours": rows}) for spot, rows in hours.items())
    scenario = tiny([officer(f"{s}{n}", s) for s in "AB" for n in (1, 2)], count=1, hotspots=spots)
    windows = {w.hotspot: w for spot in "HK" for w in scenario.open_windows(spot, scenario.first)}
    shifts = frozenset((o.id, shift_on(scenario, 0, "E")) for o in scenario.officers)
    known = Decided(shifts=shifts, visits={("B", windows["H"]): 2})
    monkeypatch.setattr(parallel, "_scenario", scenario)

    def after(*squads: str) -> dict[tuple[str, str], int]:
        others = [s for s in "AB" if s not in squads]
        frozen = Roster(visits=visits_of(known.only(scenario, others)))
        mine = known.only(scenario, squads)
        job = Job(squads, Limits(None, deterministic=1.0), Way.DUTIES, frozen=frozen, known=mine)
        found = run(job).decided
        assert found is not None
        assert found.shifts == mine.shifts
        return {(squad, w.hotspot): n for (squad, w), n in found.visits.items() if n}

    assert after("A") == {}
    assert after("B") == {("B", "H"): 2}
    assert after("A", "B") == {("A", "H"): 2, ("B", "K"): 2}
