"""Dates that remediations cut: who stays at home may change duties at their hours too."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from constraints.base import GRAIN
from domain.calendar import EVERY_DAY
from domain.scenario import Designated, HotspotHours, Scenario
from domain.words import LockKind, SquadKind
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.least_plan import Offer, least_of, least_plan
from scheduler.parts import BoundJob, Proof, Unit, bare_days, prove, units
from scheduler.recut import NEVER, cuts_of, recut_by, spared_by
from scheduler.solve import Limits
from scheduler.whole_bound import bound_of_all
from tests.constraints.joint import HOUR, candidate, group, hotspot, joint, on
from tests.constraints.kit import officer
from tests.scheduler.kit import best, lock, post, squad_of, unnamed

LIMITS = Limits(seconds=None, deterministic=1.0, threads=1)
SQUADS = "ABCD"


def half_a_post() -> Scenario:
    """Squad A has a post and a hotspot from three to five, and a pair; the three others hold a remediation till four.

    R14 keeps A at home. Its pair stands at the post or walks: until four the one, the other afterwards, costs least.
    """
    hours = HotspotHours(days=EVERY_DAY, start=hotspot(clock="15:00").hours[0].start, length=2 * HOUR, weight=5)
    own = hotspot("K", "A", visit_every=HOUR / 2, may_host=False, hours=(hours,))
    return unnamed(
        joint(
            tuple(p for s in SQUADS for p in squad_of(2, s)),
            count=1,
            hotspots=(hotspot("H", "B", clock="15:00", open_for=1, visit_every=3 * HOUR), own),
            groups=(group(members=tuple(SQUADS), convener="B", target_heads=0, target_vehicles=0),),
            posts=(post("P", "A", clock="15:00", hours=2),),
        )
    )


def proofs(scenario: Scenario) -> dict[Unit, Proof]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        return {unit: prove(BoundJob(unit, LIMITS)) for unit in units(scenario)}


def test_a_date_may_cost_less_by_what_the_cut_lets_people_do_in_turn() -> None:
    """Four visits missed cost 51.25 points and two hours of the post 60; two visits and one hour cost 45.625."""
    scenario = half_a_post()
    (c,) = list_candidates(scenario)
    assert (c.start.hour, c.end.hour) == (15, 16)
    found = proofs(scenario)
    assert found["A",].bound == 51.25 * GRAIN
    assert list(found["A",].spared.values()) == [(51.25 - 45.625) * GRAIN]
    assert all(not any(found[unit].spared.values()) for unit in found if unit != ("A",))
    held = best(scenario, candidates=(c,), held=[c.id])
    assert held is not None
    unspared = {unit: replace(proof, spared=dict.fromkeys(proof.spared, 0)) for unit, proof in found.items()}
    bounds = [bound_of_all(scenario, some, {}, 0, (c,)).points for some in (found, unspared)]
    assert bounds[0] <= held[0] / GRAIN < bounds[1]


def test_a_proof_that_was_told_of_no_cuts_bounds_nothing_where_a_remediation_is_held() -> None:
    scenario = half_a_post()
    (c,) = list_candidates(scenario)
    found = proofs(scenario)
    assert spared_by(scenario, {("A",): {}}, (c,)) == {("A",): {c.id: NEVER}}
    untold = {**found, ("A",): replace(found["A",], spared={})}
    assert bound_of_all(scenario, untold, {}, 0, (c,)).points <= -NEVER / GRAIN / 2


def test_duty_locks_cut_the_dates_of_a_proof_as_they_cut_those_of_a_roster() -> None:
    """A duty lock is no part of a proof, but where it begins and ends duties may change for the squad."""
    scenario = half_a_post().model_copy(update={"groups": ()})
    free = lock(LockKind.DUTY, on(0), officer="A2", start=candidate().start.time().replace(hour=16), length=HOUR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        locked = scenario.model_copy(update={"locks": (free.model_copy(update={"place": "K"}),)})
        marks = [
            {p.start.hour for p in bare_days(one, ("A",), BoundJob(("A",), LIMITS)).kinds[0].built.model.periods["A"]}
            for one in (scenario, locked)
        ]
    assert marks[1] - marks[0] == {16}


def test_a_candidate_cuts_the_time_of_helpers_and_of_who_commands_and_what_may_be_held_beside_it_cuts_too() -> None:
    scenario = joint((officer("1", "A"), officer("2", "B"), officer("3", "C"), officer("4", "M")))
    squads = tuple(s.model_copy(update={"kind": SquadKind.MOBILE}) if s.id == "M" else s for s in scenario.squads)
    scenario = scenario.model_copy(update={"squads": squads})
    month = candidate(id="month", squads=("A", "B"), helpers=("M",))
    later = candidate(id="later", clock="15:00", squads=("A", "B"), helpers=("M",))
    order = candidate(id="order", clock="12:00", squads=("B",), helpers=(), designated="O", commander="3")
    assert recut_by(scenario, month) == {"A", "B", "M"}
    assert recut_by(scenario, order) == {"B", "C"}
    cuts = {s: cuts_of(scenario, (s,), (month, later, order)) for s in "ABCM"}
    hours = {s: {cid: [mark.hour for mark in cut] for cid, cut in found.items()} for s, found in cuts.items()}
    assert hours["A"] == {"month": [10, 11], "later": [15, 16]}  # of two monthly ones a day at most one is held
    assert hours["B"] == {"month": [10, 11, 12, 13], "later": [12, 13, 15, 16], "order": [10, 11, 12, 13, 15, 16]}
    assert hours["C"] == {"order": [12, 13]}
    assert hours["M"] == hours["A"]


def test_what_dates_may_cost_less_comes_off_once_for_those_who_stay_and_for_those_who_go() -> None:
    """A goes at 500 and B at 300, both of two; C stays at home where its date may cost 40 less."""
    scenario = joint(tuple(officer(s, s) for s in "ABC"))
    c = candidate(squads=("A", "B", "C"), need_squads=2, target_heads=0)
    offers = [Offer(("A",), 1, 500), Offer(("B",), 1, 300), Offer(("C",), 1, 900, less=40)]
    assert least_of(scenario, c, offers) == 760
    assert least_of(scenario, c, [*offers[:2], Offer(("C",), 1, None, less=40)]) == 460
    assert least_of(scenario, c, [*offers[:2], Offer(("C",), 1, -90, less=40)]) == 460


def test_dates_held_beside_others_may_cost_less_for_both() -> None:
    """Two orders of the same squads on one date: 500 of the dearer one, less 70 for what the other lets people do."""
    orders = tuple(
        Designated(
            id=name, group="G", hotspot="H", first=on(0), end=on(1), start=time(clock), length=HOUR, squads=("A", "B"),
            heads=0, vehicles=0,
        )
        for name, clock in (("P", 10), ("Q", 11))
    )  # fmt: skip
    asked = (group(min_remediations=0),)
    scenario = joint(tuple(p for s in "AB" for p in squad_of(2, s)), count=1, groups=asked, designated=orders)
    there = [c for c in list_candidates(scenario) if c.designated]
    ids = {c.designated: c.id for c in there}

    def cost(least: dict[str, int], less: dict[str, int]) -> int:
        by_id = [{ids[name]: n for name, n in rows.items()} for rows in (least, less)]
        return least_plan(scenario, by_id[0], there, less=by_id[1]).cost

    none = cost({"P": 0, "Q": 0}, {})
    assert cost({"P": 500, "Q": 200}, {}) == none + 500
    assert cost({"P": 500, "Q": 200}, {"P": 0, "Q": 70}) == none + 430
    assert cost({"P": 500, "Q": 200}, {"P": 350, "Q": 70}) == none + 430
    assert cost({"P": -20, "Q": 0}, {"P": 20, "Q": 0}) == none - 20
