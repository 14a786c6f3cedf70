"""The bound of a scenario: those of its units, of borders, of remediations and of what counting shows, put together.

No summand looks at what another one counts, so their sum bounds every roster, naming included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite
from typing import NamedTuple

from constraints.base import GRAIN, Candidate, all_rules
from domain.scenario import Scenario
from scheduler.counting import count
from scheduler.least_plan import Plan, costs_of_two, least_costs, least_plan
from scheduler.parts import Proof, Unit, borders, counted_twice, units
from scheduler.recut import recut_by, spared_by
from scheduler.relaxed import Prices, Tag
from scheduler.second_look import Looked, More, looked
from scheduler.sending import Sent

SAFE = 1e-6
"""Share of the relaxation's value given away for the solver's floating-point arithmetic."""


class Whole(NamedTuple):
    """The bound of a scenario in points, what sending people costs each unit whose proof is part of it.

    And the remediations that are held where they cost no more than it says, by id.
    """

    points: float
    sent: Mapping[Unit, Sent]
    held: frozenset[str]


def bound_of_all(
    scenario: Scenario,
    proofs: Mapping[Unit, Proof],
    prices: Mapping[Tag, int],
    presence_points: int,
    candidates: Iterable[Candidate],
    relaxed: Prices | None = None,
    more: Mapping[Unit, More] | None = None,
) -> Whole:
    """Put the bound together from proofs.

    ``prices`` are those that the proofs paid for visits to border windows (units each), ``presence_points`` what they
    charged an hour for missing heads at shared presences. A unit without a bound costs at least what the survey's
    relaxation says, or else minus all that it could be paid for visits. ``more`` is what second looks have found, of
    two units as one.
    """
    met = borders(scenario)
    every_visit = -sum(prices.get(tag, 0) * border.wanted * border.dates for tag, border in met.items())
    total = sum(border.least(prices.get(tag, 0)) for tag, border in met.items())
    sent: dict[Unit, Sent] = {}
    parts = relaxed.parts if relaxed is not None else [-inf] * len(proofs)
    off = sum(abs(prices.get(tag, 0) - price) * met[tag].wanted * met[tag].dates for tag, price in _windows(relaxed))
    for (unit, proof), part in zip(proofs.items(), parts, strict=True):
        least = max(every_visit, _safe(part) - off)
        if proof.bound is not None and proof.bound >= least:
            total, sent[unit] = total + proof.bound, proof.sent
        else:
            total += least
    there = {squad for unit in sent for squad in unit}
    extra = looked({**{unit: proofs[unit].more for unit in sent}, **(more or {})}, there)
    plan = _remediations(scenario, {unit: proofs[unit] for unit in proofs if unit in sent}, tuple(candidates), extra)
    total += extra.total + plan.cost + leaderless(scenario) - counted_twice(scenario, presence_points)
    return Whole(total / GRAIN, sent, plan.held)


def _remediations(
    scenario: Scenario, proofs: Mapping[Unit, Proof], candidates: Sequence[Candidate], extra: Looked
) -> Plan:
    """Return what remediations and the holding after them cost at least, in units, beyond what dates cost anyway.

    What ``extra`` adds for a date of units that take part comes off: it is of the date without them.
    """
    sent = {unit: proof.sent for unit, proof in proofs.items()}
    spared = spared_by(scenario, {unit: proof.spared for unit, proof in proofs.items()}, candidates)
    alone = least_costs(scenario, units(scenario), sent, candidates, spared)
    both = {unit: proof.both for unit, proof in proofs.items()}
    two = costs_of_two(scenario, sent, both, alone, candidates, spared)
    by_id = {c.id: c for c in candidates if c.id in alone}
    cut = {cid: recut_by(scenario, c) for cid, c in by_id.items()}
    lost = {cid: extra.of(c.day, cut[cid]) for cid, c in by_id.items()}
    beyond = {cid: least - lost[cid] for cid, least in alone.items()}
    together = {
        (one, other): least - extra.of(by_id[one].day, cut[one] | cut[other]) for (one, other), least in two.items()
    }
    less = {cid: sum(n.get(cid, 0) for n in spared.values()) + lost[cid] for cid in by_id}
    kept = {
        unit: {key: least for key, n in proof.kept.items() if (least := n - extra.of(key[3], (key[1],))) > 0}
        for unit, proof in proofs.items()
    }
    return least_plan(scenario, beyond, candidates, kept, together, less)


def bound_of_relaxed(scenario: Scenario, relaxed: Prices) -> float:
    """Return the bound in points that the survey's relaxation of all units together proves."""
    return (_safe(relaxed.value) + leaderless(scenario)) / GRAIN


def _windows(relaxed: Prices | None) -> Iterable[tuple[Tag, float]]:
    return () if relaxed is None else relaxed.windows.items()


def _safe(value: float) -> float:
    """Return a bound from a solver in floating-point arithmetic, made safe."""
    return value - SAFE * abs(value) - 1.0 if isfinite(value) else -inf


def leaderless(scenario: Scenario) -> int:
    """Return what days without a leader cost at least (S19), in units: leaders can work only so many days."""
    price = next(rule for rule in all_rules() if rule.id == "S19").price(scenario)
    return price * sum(row.lacking for row in count(scenario) if row.kind == "leader")
