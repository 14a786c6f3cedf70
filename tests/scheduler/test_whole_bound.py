"""The bound of the whole: its summands, and remediations chosen again at what the proof says people cost."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings

from constraints.base import GRAIN
from domain.scenario import Scenario
from domain.words import Rank
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.choose import choose
from scheduler.engine import Engine
from scheduler.parts import BoundJob, Proof, borders, prove, survey, units
from scheduler.progress import Options, Watch
from scheduler.relaxed import relax
from scheduler.solve import Limits
from scheduler.whole_bound import bound_of_all, bound_of_relaxed, leaderless
from tests.constraints.kit import officer, tiny
from tests.scheduler.kit import Inline, best, two_squads, unnamed
from tests.scheduler.test_parts import neighbours

LIMITS = Limits(seconds=None, deterministic=0.5, threads=1)


def proofs(scenario: Scenario) -> dict[tuple[str, ...], Proof]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        return {unit: prove(BoundJob(unit, LIMITS)) for unit in units(scenario)}


def test_days_that_the_only_leader_cannot_work_are_in_the_bound() -> None:
    """He may work six days in a row: one day of seven goes without him, and nothing else is asked."""
    scenario = unnamed(tiny((officer("A1", rank=Rank.LEADER), officer("A2")), count=7))
    assert leaderless(scenario) == 50 * GRAIN
    found = bound_of_all(scenario, proofs(scenario), {}, 0, ()).points
    together = best(scenario)
    assert together is not None
    assert 50 <= found <= together[0] / GRAIN


def test_a_unit_without_a_proof_still_leaves_a_bound() -> None:
    scenario = two_squads(2)
    known = proofs(scenario)
    whole = bound_of_all(scenario, known, {}, 0, list_candidates(scenario))
    first, *_ = known
    less = bound_of_all(scenario, {**known, first: Proof()}, {}, 0, list_candidates(scenario))
    assert less.points < whole.points
    assert first in whole.sent
    assert first not in less.sent


def test_remediations_are_chosen_again_where_people_cost_much_less(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = two_squads(6)
    monkeypatch.setattr(parallel, "_scenario", scenario)
    engine = Engine(scenario, Options(deterministic=0.05, workers=1), Watch(3600.0), Inline())  # type: ignore[arg-type]
    every = list_candidates(scenario)
    engine.survey()
    engine.construct(choose(scenario, every), math.inf)
    engine.prove(math.inf)
    before = engine.best
    assert before is not None
    held = {cid for _, cid in before.known.joins}
    assert any(engine.sent.values())
    engine.replan(every, math.inf)
    assert engine.turn == 0  # nothing is much cheaper

    free = next(c for c in every if c.id not in held)
    dear = {c.id: 10**9 for c in every} | {free.id: 0}
    monkeypatch.setattr("scheduler.engine.least_costs", lambda *_: dear)
    engine.best = replace(before, points=1e9)
    engine.replan(every, math.inf)
    assert engine.turn == 1
    assert {cid for _, cid in engine.best.known.joins} == {free.id}
    assert engine.best.hard == ()


def test_without_time_the_remediations_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = two_squads(4)
    monkeypatch.setattr(parallel, "_scenario", scenario)
    engine = Engine(scenario, Options(seconds=60.0, workers=1), Watch(60.0), Inline())  # type: ignore[arg-type]
    monkeypatch.setattr("scheduler.engine.least_costs", lambda *_: pytest.fail("asked"))
    engine.replan(list_candidates(scenario), engine.watch.elapsed + 0.1)
    assert engine.turn == 0


@settings(max_examples=15, deadline=None)
@given(neighbours())
def test_the_relaxation_bounds_the_optimum_as_a_whole_and_by_units(scenario: Scenario) -> None:
    scenario = unnamed(scenario)
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        found = relax([survey(unit) for unit in units(scenario)], borders(scenario))
    assert found is not None
    assert bound_of_relaxed(scenario, found) <= together[0] / GRAIN
    prices = {tag: round(price) for tag, price in found.windows.items()}
    nothing = dict.fromkeys(units(scenario), Proof())
    by_units = bound_of_all(scenario, nothing, prices, 0, list_candidates(scenario), found)
    assert by_units.sent == {}
    assert bound_of_relaxed(scenario, found) - 0.1 <= by_units.points <= together[0] / GRAIN
