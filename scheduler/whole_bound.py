"""The bound of a scenario: those of its units, of borders, of remediations and of what counting shows, put together.

No summand looks at what another one counts, so their sum bounds every roster, naming included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from constraints.base import GRAIN, Candidate, all_rules
from domain.scenario import Scenario
from scheduler.counting import count
from scheduler.least_plan import least_costs, least_plan
from scheduler.parts import Proof, Unit, borders, counted_twice
from scheduler.relaxed import Tag
from scheduler.sending import Sent


def bound_of_all(
    scenario: Scenario,
    proofs: Mapping[Unit, Proof],
    prices: Mapping[Tag, int],
    presence_points: int,
    candidates: Iterable[Candidate],
) -> tuple[float, dict[Unit, Sent]]:
    """Return the bound in points, and what sending people costs each unit whose proof is part of it.

    ``prices`` are those that the proofs paid for visits to border windows (units each), ``presence_points`` what they
    charged an hour for missing heads at shared presences. A unit without a bound costs at least minus all that it could
    be paid for visits.
    """
    met = borders(scenario)
    every_visit = -sum(prices.get(tag, 0) * border.wanted * border.dates for tag, border in met.items())
    total = sum(border.least(prices.get(tag, 0)) for tag, border in met.items())
    sent: dict[Unit, Sent] = {}
    for unit, proof in proofs.items():
        if proof.bound is not None and proof.bound >= every_visit:
            total, sent[unit] = total + proof.bound, proof.sent
        else:
            total += every_visit
    every = tuple(candidates)
    held = least_plan(scenario, least_costs(scenario, tuple(proofs), sent, every), every)
    return (total + held + leaderless(scenario) - counted_twice(scenario, presence_points)) / GRAIN, sent


def leaderless(scenario: Scenario) -> int:
    """Return what days without a leader cost at least (S19), in units: leaders can work only so many days."""
    price = next(rule for rule in all_rules() if rule.id == "S19").price(scenario)
    return price * sum(row.lacking for row in count(scenario) if row.kind == "leader")
