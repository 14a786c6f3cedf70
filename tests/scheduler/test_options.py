"""Ways out: each works by the full audit, costs what it says, and is the same when it is applied."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from domain.calendar import DAY
from domain.explanation import Entry, Offer
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Severity
from scheduler.around import Around, Goal, Stage
from scheduler.audit import audit, points
from scheduler.entries import entries
from scheduler.options import applied, offer, offers
from scheduler.way_jobs import ENOUGH, dearest, want_for
from scheduler.way_solve import goal_of
from scheduler.ways import Way, ways
from tests.scheduler.kit import Inline
from tests.scheduler.why_kit import rostered

MOVED = {"call in": 1, "band": 1, "call in two": 2, "move rest": 2, "swap": 2, "swap back": 4}
MOVED |= {"rearrange": 6, "band and rearrange": 6}
"""Officer-days whose shift a way may change; none where it is not named."""
Case = tuple[Scenario, Roster, tuple[Finding, ...], Entry, Offer]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Return the offers of the dearest entry of each rule that people can fill."""
    scenario, roster, findings = rostered()
    chosen: dict[str, Entry] = {}
    for entry in entries(scenario, roster, findings):
        if entry.people and entry.rule != "R12":
            chosen.setdefault(entry.rule, entry)
    return [(scenario, roster, findings, e, offer(scenario, roster, findings, e)) for e in chosen.values()]


def test_there_are_ways_out_of_several_kinds(cases: list[Case]) -> None:
    kinds = {option.kind for *_, found in cases for option in found.options}
    assert len(kinds) >= 3
    assert any(len(found.options) >= 3 for *_, found in cases)


@pytest.mark.parametrize("enough", [1, ENOUGH])
def test_further_turns_look_farther_where_the_first_gave_too_little(
    monkeypatch: pytest.MonkeyPatch, cases: list[Case], enough: int
) -> None:
    monkeypatch.setattr("scheduler.options.ENOUGH", enough)
    seen = set()
    for scenario, roster, findings, entry, _ in cases:
        found = offer(scenario, roster, findings, entry)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("scheduler.options.TURNS", (0,))
            first = offer(scenario, roster, findings, entry)
        few = len(first.options) < enough
        seen.add(few)
        if few:
            assert len(found.options) > len(first.options)
            assert {o.text for o in first.options} <= {o.text for o in found.options}
        else:
            assert found == first
    assert (enough > 1) in seen


def test_every_option_works_and_costs_what_it_says(cases: list[Case]) -> None:
    checked = 0
    for scenario, roster, findings, entry, found in cases:
        before = sum(f.points for f in findings)
        for option in found.options:
            after_scenario, after = applied(scenario, roster, findings, entry, option)
            now = audit(after_scenario, after)
            assert [f for f in now if f.severity is Severity.HARD] == []
            assert sum(f.points for f in now) - before == pytest.approx(option.points, abs=0.02)
            assert 0 < option.filled <= option.missing
            assert option.changes or option.inputs
            checked += 1
    assert checked >= 3


def test_options_are_ranked_and_numbered(cases: list[Case]) -> None:
    for *_, found in cases:
        assert [o.number for o in found.options] == list(range(1, len(found.options) + 1))
        for with_input in (False, True):
            points = [o.points for o in found.options if bool(o.inputs) is with_input]
            assert points == sorted(points)


def test_the_same_question_has_the_same_answer(cases: list[Case]) -> None:
    for scenario, roster, findings, entry, found in cases[:2]:
        assert offer(scenario, roster, findings, entry) == found


def test_what_is_not_opened_stays(cases: list[Case]) -> None:
    for scenario, roster, findings, entry, found in cases:
        for option in found.options:
            _, after = applied(scenario, roster, findings, entry, option)
            moved = {(a.officer, a.day) for a in {*roster.shifts} ^ {*after.shifts}}
            assert len(moved) <= MOVED.get(option.kind, 0)
            open_days = {option.day, *(day for _, day in moved)}
            changed = Counter(roster.duties) - Counter(after.duties)
            assert {d.day for d in changed} <= open_days


def test_offers_come_in_the_order_asked(monkeypatch: pytest.MonkeyPatch, cases: list[Case]) -> None:
    scenario, roster, findings, *_ = cases[0]
    monkeypatch.setattr("scheduler.options.scenario_here", lambda: scenario)
    wanted = [case[3] for case in cases[:2]]
    found = list(offers(scenario, roster, findings, wanted, Inline()))  # type: ignore[arg-type]
    assert [o.entry for o in found] == [e.id for e in wanted]


def test_a_model_of_the_dates_near_says_what_the_whole_one_says(cases: list[Case]) -> None:
    compared = 0
    for scenario, roster, findings, entry, _ in cases:
        day = dearest(entry)
        finding = next(f for f in findings if (f.rule, f.where.day) == (entry.rule, day))
        want = want_for(scenario, roster, finding)
        assert want is not None
        for way in ways(scenario, roster, want):
            if way.kind not in ("call in", "swap"):
                continue
            near = replace(way.stage, near=(day - DAY, day + DAY))
            assert near.near != (scenario.first, scenario.end - DAY)
            told = [
                _price(scenario, roster, stage, way, goal_of(want)) for stage in (near, replace(way.stage, near=None))
            ]
            assert told[0] == told[1]
            compared += told[0] is not None
    assert compared >= 2


def _price(scenario: Scenario, roster: Roster, stage: Stage, way: Way, goal: Goal) -> float | None:
    """Return what the roster costs once a way is solved on a stage; None where it cannot be."""
    around = Around(scenario, roster, stage)
    known = around.solve(way.opening, goal)
    return None if known is None else round(points(audit(scenario, around.roster_of(known, way.opening.days))), 2)
