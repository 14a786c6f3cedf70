"""What remediations cost at least: people sent stand and walk nowhere else, and who does not come is missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN, Candidate
from domain.scenario import Absence, Designated, HotspotHours, Scenario
from domain.words import AbsenceKind, BorderKind
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.least_plan import Offer, costs_of_two, holding_costs, least_costs, least_of, least_plan
from scheduler.parts import BoundJob, Proof, borders, prove, recutting, units
from scheduler.recut import NEVER, spared_by
from scheduler.solve import Limits
from tests.constraints.joint import EVERY_DAY, HOUR, candidate, group, hotspot, joint, on
from tests.constraints.kit import officer
from tests.scheduler.kit import best, post, squad_of, unnamed

LIMITS = Limits(seconds=None, deterministic=1.0, threads=1)
PAIRS = (*squad_of(2, "A"), *squad_of(2, "B"))


def proofs(scenario: Scenario, prices: dict[Any, int] | None = None) -> dict[tuple[str, ...], Proof]:
    """Return the proof of every unit, visits to border windows paid for at ``prices``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", scenario)
        return {unit: prove(BoundJob(unit, LIMITS, prices or {})) for unit in units(scenario)}


def held_at_least(scenario: Scenario, found: dict[tuple[str, ...], Proof]) -> int:
    sent = {unit: proof.sent for unit, proof in found.items()}
    kept = {unit: proof.kept for unit, proof in found.items()}
    candidates = list_candidates(scenario)
    spared = spared_by(scenario, {unit: proof.spared for unit, proof in found.items()}, candidates)
    least = least_costs(scenario, units(scenario), sent, candidates, spared)
    both = {unit: proof.both for unit, proof in found.items()}
    two = costs_of_two(scenario, sent, both, least, candidates, spared)
    less = {c.id: sum(n.get(c.id, 0) for n in spared.values()) for c in candidates}
    return least_plan(scenario, least, candidates, kept, two, less).cost


def bound(scenario: Scenario, prices: dict[Any, int] | None = None) -> int:
    """Return the bound of all squads together, remediations included, in units."""
    paid = prices or dict.fromkeys(borders(scenario), 0)
    found = proofs(scenario, paid)
    total = held_at_least(scenario, found) + sum(b.least(paid[tag]) for tag, b in borders(scenario).items())
    return floor(total + sum(proof.bound or 0 for proof in found.values()))


# -- by hand ----------------------------------------------------------------------------------------------------


def test_who_does_not_come_is_missed() -> None:
    """Two squads send a pair each; six are wanted for an hour, and nobody has anything else to do."""
    spot = hotspot("H", "A", "B", may_host=True, visit_every=3 * HOUR)
    scenario = unnamed(joint(PAIRS, count=2, hotspots=(spot,), groups=(group(target_heads=6, target_vehicles=0),)))
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    assert 2 * 10 * GRAIN <= bound(scenario) <= together[0]


def test_people_sent_make_no_visits_meanwhile() -> None:
    """The only pair of each squad must go in the one hour in which visits are wanted."""
    spots = tuple(hotspot(f"H{s}", s, clock="10:00", open_for=1, visit_every=HOUR / 2) for s in "AB")
    free = joint(PAIRS, count=1, hotspots=spots, groups=(group(min_remediations=0),))
    held = joint(PAIRS, count=1, hotspots=spots, groups=(group(target_heads=0, target_vehicles=0),))
    both = [unnamed(scenario) for scenario in (free, held)]
    off, on_ = (best(scenario, candidates=list_candidates(scenario)) for scenario in both)
    assert off is not None
    assert on_ is not None
    assert on_[0] > off[0]
    assert bound(both[0]) == off[0]
    assert off[0] < bound(both[1]) <= on_[0]


def test_a_squad_whose_post_would_be_short_does_not_go() -> None:
    """One of two stands at the post while the other may not go alone: the remediation is given up at its price."""
    scenario = unnamed(
        joint(
            PAIRS,
            count=1,
            hotspots=(hotspot("H", "A", clock="08:00", visit_every=3 * HOUR),),
            posts=(post("P", "A", clock="06:00", hours=16),),
            groups=(group(target_heads=0, target_vehicles=0),),
        )
    )
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    without = bound(scenario.model_copy(update={"groups": ()}))
    assert without + 5000 * GRAIN == bound(scenario) <= together[0]


def test_who_is_at_an_order_is_not_at_the_monthly_remediation() -> None:
    """All four of each squad must go in the one hour in which visits are wanted: two pairs' visits are lost."""
    four = (*squad_of(4, "A"), *squad_of(4, "B"))
    spots = tuple(hotspot(f"H{s}", s, clock="10:00", open_for=1, visit_every=HOUR / 4) for s in "AB")
    order = Designated(
        id="O", group="G", hotspot="HA", first=on(0), end=on(1), start=time(10), length=HOUR, squads=("A", "B"),
        heads=0, vehicles=0,
    )  # fmt: skip
    asked = (group(target_heads=0, target_vehicles=0),)
    scenario = unnamed(joint(four, count=1, hotspots=spots, groups=asked, designated=(order,)))
    found = proofs(scenario)
    (rows,) = {tuple(proof.both.values()) for proof in found.values()}
    alone = {unit: max(proof.sent.values()) for unit, proof in found.items()}
    assert max(rows) > max(alone.values())
    less = {unit: replace(proof, both={}) for unit, proof in found.items()}
    assert held_at_least(scenario, less) < held_at_least(scenario, found)
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    assert bound(scenario) <= together[0]


def test_what_groups_without_common_squads_hold_on_one_date_adds_up() -> None:
    """An order of B and C meets the remediations of A with B and of C with D; those two have nothing in common."""
    people = tuple(p for s in "ABCD" for p in squad_of(2, s))
    two = (group(), group(members=("C", "D"), convener="C").model_copy(update={"id": "K"}))
    order = Designated(
        id="O", group="G", hotspot="HB", first=on(0), end=on(1), start=time(10), length=HOUR, squads=("B", "C"),
        heads=0, vehicles=0,
    )  # fmt: skip
    spots = tuple(hotspot(f"H{s}", s, clock="10:00", open_for=1) for s in "ABCD")
    scenario = joint(people, count=1, hotspots=spots, groups=two, designated=(order,))
    candidates = list_candidates(scenario)
    least = {c.id: 700 if c.designated else 500 for c in candidates}
    assert {c.group for c in candidates if c.designated is None} == {"G", "K"}
    none = least_plan(scenario, dict.fromkeys(least, 0), candidates).cost
    assert least_plan(scenario, least, candidates).cost == none + 1000
    (o,) = (c.id for c in candidates if c.designated)
    both = {(o, c.id): 1100 for c in candidates if c.group == "G" and c.designated is None}
    assert least_plan(scenario, least, candidates, two=both).cost == none + 1100


def test_holding_after_a_remediation_costs_what_the_visits_of_its_days_do() -> None:
    """A pair each; the host's has to choose between the site and a hotspot that is worth more on the next date."""
    dear = HotspotHours(days=EVERY_DAY, start=time(10), length=HOUR, weight=9)
    spots = (
        hotspot("H", "A", clock="10:00", open_for=1, may_host=True, visit_every=HOUR),
        hotspot("K", "A", visit_every=HOUR / 4, hours=(dear,), may_host=False),
    )
    asked = group(target_heads=0, target_vehicles=0, days_apart=2)
    scenario = unnamed(joint(PAIRS, count=2, hotspots=spots, groups=(asked,)))
    scenario = scenario.model_copy(update={"policy": {**scenario.policy, "S04.weight": 1000, "S04.after_end": 0}})
    found = proofs(scenario)
    first, last = scenario.dates
    rows = found["A",].kept
    assert set(rows) == {("H", "A", first, last)}
    assert 0 < rows["H", "A", first, last] <= 1000 * GRAIN
    without = {unit: replace(proof, kept={}) for unit, proof in found.items()}
    assert held_at_least(scenario, without) <= held_at_least(scenario, found)
    costs = holding_costs(scenario, {unit: proof.kept for unit, proof in found.items()}, list_candidates(scenario))
    by_day = {c.day: costs.get(c.id) for c in list_candidates(scenario)}
    assert by_day == {first: rows["H", "A", first, last], last: 0}
    together = best(scenario, candidates=list_candidates(scenario))
    assert together is not None
    assert bound(scenario) <= together[0]


def test_holding_counts_until_the_next_remediation_may_be_and_not_on_an_order_s_dearest_day() -> None:
    people = joint(PAIRS, count=6, hotspots=(hotspot("H", "A"),), groups=(group(days_apart=4),))
    order = Designated(
        id="O", group="G", hotspot="H", first=on(2), end=on(4), start=time(10), length=HOUR, squads=("A", "B"), heads=2,
        vehicles=0,
    )  # fmt: skip
    rows = {("H", "A", on(0), on(n)): n * 100 for n in range(1, 6)}
    for scenario, least in ((people, 100 + 200 + 300), (people.model_copy(update={"designated": (order,)}), 100 + 200)):
        candidates = list_candidates(scenario)
        costs = holding_costs(scenario, {("A",): rows}, candidates)
        assert {costs.get(c.id) for c in candidates if c.designated is None and c.day == on(0)} == {least}
        assert not any(costs.get(c.id) for c in candidates if c.designated is not None)


def test_who_is_away_on_a_date_is_not_sent() -> None:
    """Of a pair one is on leave on the second date: no visits then, and no two who could be sent."""
    spot = hotspot("H", "A", clock="10:00", open_for=1, visit_every=HOUR / 2)
    away = Absence(officer="A1", kind=AbsenceKind.ANNUAL, start=on(1), end=on(2))
    asked = (group(min_remediations=0),)
    scenario = unnamed(joint(PAIRS, count=2, hotspots=(spot,), groups=asked, absences=(away,)))
    extra = {start.date(): units for (start, _, _), units in proofs(scenario)["A",].sent.items()}
    assert extra[on(0)] < NEVER
    assert extra[on(1)] == NEVER


@pytest.mark.parametrize(
    ("extra", "least"),
    [
        ((0, 0, 0), 0),
        ((500, 300, 100), 600),  # the host and the cheapest other
        ((-200, 300, -100), 0),  # heads come for less than they are worth: nothing is missing
        ((None, 300, 100), 0),  # who is not known may all come for nothing
    ],
)
def test_the_cheapest_go_with_the_host(extra: tuple[int | None, ...], least: int) -> None:
    scenario = joint(tuple(officer(s, s) for s in "ABC"))
    c = candidate(squads=("A", "B", "C"), need_squads=2, target_heads=0)
    few = 2 * 10 * GRAIN  # what a pair of heads costs if it is missing: an hour at 10 points each
    rows = zip("ABC", extra, strict=True)
    offers = [Offer((s,), 1, None if x is None else x * GRAIN, few=few) for s, x in rows]
    known = [x for x in extra if x is not None]
    if len(known) == len(extra) and min(known) >= 0:
        assert least_of(scenario, c, offers) == least * GRAIN + 2 * few
    else:
        assert least_of(scenario, c, offers) >= least * GRAIN


def test_what_a_unit_may_send_leaves_out_its_own_orders() -> None:
    order = Designated(
        id="O", group="G", hotspot="H", first=on(0), end=on(1), start=time(10), length=HOUR, squads=("A",), heads=2,
        vehicles=0,
    )  # fmt: skip
    scenario = joint(PAIRS, count=1, hotspots=(hotspot("H", "A"),), designated=(order,))
    assert {c.designated for c in list_candidates(scenario)} == {None, "O"}
    assert {c.designated for c in recutting(scenario, ("A",))} == {None}


# -- against the optimum ----------------------------------------------------------------------------------------


@st.composite
def groups(draw: st.DrawFn) -> Scenario:
    """Draw squads A and B of two or three with a group that owes remediations, posts, hotspots, perhaps an order."""
    people = [p for s in "AB" for p in squad_of(draw(st.integers(2, 3)), s)]
    border = hotspot(
        "H", "A", "B",
        clock=draw(st.sampled_from(["08:00", "15:00"])),
        open_for=draw(st.integers(1, 2)),
        border=draw(st.sampled_from([BorderKind.SQUADS, BorderKind.NONE])),
        visit_every=draw(st.sampled_from([HOUR / 4, HOUR])),
    )  # fmt: skip
    own = hotspot("K", "B", clock="10:00", open_for=2, visit_every=HOUR / 2, may_host=draw(st.booleans()))
    order = Designated(
        id="O", group="G", hotspot="H", first=on(0), end=on(2), start=None, length=HOUR, squads=("A", "B"),
        heads=draw(st.integers(0, 5)), vehicles=0,
    )  # fmt: skip
    asked = group(
        min_remediations=draw(st.integers(0, 2)), target_heads=draw(st.integers(0, 6)), target_vehicles=0,
        days_apart=draw(st.integers(1, 3)),
    )  # fmt: skip
    return unnamed(
        joint(
            people,
            count=draw(st.integers(2, 3)),
            hotspots=draw(st.sampled_from([(border,), (border, own)])),
            posts=draw(st.sampled_from([(), (post("P", "B", clock="15:00"),), (post("P", "A", clock="08:00"),)])),
            groups=(asked,),
            designated=draw(st.sampled_from([(), (order,)])),
        )
    )


@settings(max_examples=40, deadline=None)
@given(groups(), st.data())
def test_the_bound_with_remediations_never_exceeds_the_optimum(scenario: Scenario, data: Any) -> None:
    prices = {tag: data.draw(st.integers(0, 2 * border.units)) for tag, border in borders(scenario).items()}
    candidates: tuple[Candidate, ...] = list_candidates(scenario)
    together = best(scenario, candidates=candidates)
    if together is not None:
        assert bound(scenario, prices) <= together[0]


def test_without_time_nothing_is_known_and_the_bound_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = unnamed(joint(PAIRS, count=2, hotspots=(hotspot("H", "A", "B"),)))
    whole = proofs(scenario)
    monkeypatch.setattr("scheduler.parts.sent", lambda *_: ({}, {}))
    hasty = proofs(scenario)
    assert {unit: proof.bound for unit, proof in hasty.items()} == {unit: proof.bound for unit, proof in whole.items()}
    assert not any(proof.sent for proof in hasty.values())
    assert held_at_least(scenario, hasty) <= held_at_least(scenario, whole)
