"""A second look at the dates: neighbours as one and changes of duty shift by shift, on top of the proofs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from domain.scenario import Scenario
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.parts import BoundJob, Proof, Unit, borders, prove, units
from scheduler.relaxed import Tag
from scheduler.second_look import More, look_again, look_job, looked
from scheduler.solve import Limits
from scheduler.whole_bound import bound_of_all
from tests.constraints.joint import hotspot
from tests.constraints.kit import officer, tiny
from tests.scheduler.kit import best, post, squad_of, unnamed
from tests.scheduler.test_parts import neighbours
from tests.scheduler.test_sending import groups

LIMITS = Limits(seconds=None, deterministic=0.5, threads=1)


def known(scenario: Scenario, prices: dict[Tag, int], points: int = 0) -> tuple[dict[Unit, Proof], dict[Unit, More]]:
    """Return the proofs of all units and second looks at each of them and at every two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        proofs = {unit: prove(BoundJob(unit, LIMITS, prices, presence_points=points)) for unit in units(scenario)}
        more: dict[Unit, More] = {}
        for some in (*combinations(proofs, 1), *combinations(proofs, 2)):
            held = [c.id for c in list_candidates(scenario)] if len(some) == 1 else []
            job = look_job(scenario, {unit: proofs[unit] for unit in some}, LIMITS, prices, points, None, held)
            assert job is not None
            seen = look_again(job)
            more[job.squads] = seen.more
            if held:
                proof = proofs[job.squads]
                assert set(seen.spared) == set(proof.spared)
                assert set(seen.sent) == set(proof.sent)
                proofs[job.squads] = replace(proof, spared=seen.spared, sent=seen.sent)
    return {unit: replace(proof, more=more[unit]) for unit, proof in proofs.items()}, more


@settings(max_examples=30, deadline=None)
@given(st.one_of(groups(), neighbours()), st.data())
def test_the_bound_with_second_looks_never_exceeds_the_optimum(scenario: Scenario, data: Any) -> None:
    prices = {tag: data.draw(st.integers(0, 3 * border.units)) for tag, border in borders(scenario).items()}
    points = data.draw(st.sampled_from([0, 7, 60]))
    candidates = list_candidates(scenario)
    together = best(scenario, candidates=candidates)
    if together is None:
        return
    scenario = scenario.model_copy(update={"policy": {**scenario.policy, "S20.weight": 0}})
    proofs, more = known(scenario, prices, points)
    unlooked = {unit: replace(proof, more={}) for unit, proof in proofs.items()}
    alone = bound_of_all(scenario, unlooked, prices, points, candidates).points
    with_looks = bound_of_all(scenario, proofs, prices, points, candidates, more=more).points
    assert max(alone, with_looks) <= together[0] / GRAIN


def test_posts_handed_over_while_shifts_overlap_are_seen() -> None:
    """Until half past two both are there, one at either post; who stays must be at the long one or go over to it."""
    people = [officer("A1"), officer("A2")]
    scenario = tiny(people, count=1, posts=(post("P", clock="06:30", hours=15.5), post("Q", clock="14:00", hours=0.5)))
    _, more = known(scenario, {})
    assert more["A",] == {scenario.first: GRAIN}


def test_two_who_make_no_visits_see_together_what_the_window_costs() -> None:
    """Each has one officer and so no pair; paid nothing for visits, each costs nothing, and so does the window."""
    people = [officer("A1", "A"), officer("B1", "B")]
    scenario = tiny(people, count=2, hotspots=(hotspot("H", "A", "B", clock="15:00", open_for=2),))
    prices = dict.fromkeys(borders(scenario), 0)
    proofs, more = known(scenario, prices)
    assert not more["A",]
    assert not more["B",]
    whole = bound_of_all(scenario, proofs, prices, 0, (), more=more).points
    together = best(scenario)
    assert together is not None
    assert whole == together[0] / GRAIN > 0


def test_two_of_whom_both_must_go_to_a_border_see_together_that_they_do() -> None:
    """Three visits are wanted in an hour, a pair makes two of them, and both squads have one (S11)."""
    people = [p for s in "AB" for p in squad_of(2, s)]
    spot = hotspot("H", "A", "B", clock="10:00", open_for=1, visit_every=timedelta(minutes=20))
    scenario = unnamed(tiny(people, count=1, hotspots=(spot,)))
    prices = {tag: border.units for tag, border in borders(scenario).items()}
    bounds = []
    for weight in (0, 2):
        priced = scenario.model_copy(update={"policy": {**scenario.policy, "S11.weight": weight}})
        proofs, more = known(priced, prices)
        bounds.append(bound_of_all(priced, proofs, prices, 0, (), more=more).points)
    assert bounds[1] - bounds[0] == pytest.approx(2)


def test_a_look_at_a_unit_whose_proof_tells_no_prices_is_left_out() -> None:
    scenario = tiny([officer("A1", "A"), officer("B1", "B")], count=1)
    proofs, _ = known(scenario, {})
    assert look_job(scenario, {**proofs, ("B",): Proof(0)}, LIMITS, {}, 0, None) is None


def test_of_looks_with_common_units_those_that_add_up_to_most_count() -> None:
    on, other = tiny([officer("A1", "A")], count=2).dates
    a, b, c = ("A",), ("B",), ("C",)
    more: dict[Unit, More] = {a: {on: 3}, b: {on: 1, other: 4}, c: {on: 5}, a + b: {on: 7, other: 1}, b + c: {on: 9}}
    found = looked(more, "ABC")
    assert set(found.on[on]) == {(a, 3), (b + c, 9)} or set(found.on[on]) == {(a + b, 7), (c, 5)}
    assert found.on[other] == ((b, 4),)
    assert found.total == 12 + 4
    assert found.of(other, "B") == 4
    assert found.of(other, "AC") == 0
    assert looked(more, "AC").total == 3 + 5
