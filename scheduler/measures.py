"""Bounds on single needs: what a scenario can reach at best, and whether a requirement can be kept at all.

A *focus* is the scenario with every price at zero but those of the needs asked after. Its rosters are those of the
scenario, so a bound on its points bounds these needs in every roster of the scenario:

    points >= bound  =>  missing >= bound / price  =>  what is reached <= 1 - missing / needed

For hotspots the price of a window's m missing visits is convex, m (m + 1) / 2 times its weight, so a bound on points is
turned into a bound on the plain number of missing visits (and back) window by window, the dearest first: a fractional
knapsack, which errs to the safe side.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from constraints.base import GRAIN, Rule, all_rules
from domain.calendar import OpenWindow
from domain.scenario import Scenario
from domain.whatif import Figures, Interval, Measure
from domain.words import BorderKind
from inputs.knobs import Requirement
from scheduler.tally import needed_minutes, windows

RULES = {
    Measure.POSTS: "S01",
    Measure.DESKS: "S16",
    Measure.HOTSPOTS: "S02",
    Measure.REMEDIATIONS: "R12",
    Measure.STRENGTH: "S03",
    Measure.HOLDING: "S04",
    Measure.LEADERS: "S19",
}
PROVABLE = (Measure.POSTS, Measure.DESKS, Measure.HOTSPOTS, Measure.LEADERS)
"""Measures on which the engine's bound says something; remediations are left out of it."""
UNBROKEN = 10
"""Factor on the price of what must be kept in full: it raises the bound and allows nothing more."""
EPS = 1e-9


def _rule(measure: Measure) -> Rule:
    return next(rule for rule in all_rules() if rule.id == RULES[measure])


def focused(scenario: Scenario, measures: Collection[Measure], full: Collection[Measure] = ()) -> Scenario:
    """Return the scenario that prices some measures alone; those in ``full`` ten times as high."""
    kept = {RULES[measure]: measure for measure in measures}
    policy = dict(scenario.policy)
    for rule in all_rules():
        for key in sorted(set(rule.prices.values())):
            name = f"{rule.id}.{key}"
            if rule.id not in kept or key == "vehicle_weight":
                policy[name] = 0
            else:
                price = int(getattr(rule.params(scenario), key)) or 1
                policy[name] = price * (UNBROKEN if kept[rule.id] in full else 1)
    return scenario.model_copy(update={"policy": policy})


def asked(scenario: Scenario, requirements: Sequence[Requirement]) -> Scenario:
    """Return the scenario whose groups owe as many remediations as a requirement names."""
    least = [int(r.least) for r in requirements if r.measure is Measure.REMEDIATIONS]
    if not least:
        return scenario
    groups = tuple(g.model_copy(update={"min_remediations": least[0]}) for g in scenario.groups)
    return scenario.model_copy(update={"groups": groups})


def kept(figures: Figures, requirement: Requirement) -> bool:
    """Return whether a roster reaches what is asked."""
    value = figures.value(requirement.measure)
    if value is None:  # nobody holds a remediation: no strength to judge, and no number unless none is asked
        return requirement.measure is Measure.STRENGTH or requirement.least <= 0
    return value >= requirement.least - EPS


def allowance(scenario: Scenario, requirement: Requirement) -> float:
    """Return the most points that a roster which keeps the requirement can cost under it, in a focused scenario."""
    rule, least = _rule(requirement.measure), requirement.least
    price = rule.price(scenario, "") / GRAIN if "" in rule.prices else 0.0
    if requirement.measure is Measure.POSTS:
        return price * (1 - least) * needed_minutes(scenario.post_needs)
    if requirement.measure is Measure.DESKS:
        return price * (1 - least) * needed_minutes(scenario.desk_needs)
    if requirement.measure is Measure.LEADERS:
        return price * (1 - least) * len(scenario.squads) * len(scenario.dates)
    if requirement.measure is Measure.HOTSPOTS:
        return price * _most_amount(scenario, (1 - least) * _weight(windows(scenario)))
    if requirement.measure is Measure.REMEDIATIONS:
        return 0.0  # as many as are asked for are due: none is missing
    return math.inf


def disproved(scenario: Scenario, requirements: Sequence[Requirement], bound: float) -> bool:
    """Return whether a proven bound of the focused scenario says that no roster keeps all requirements."""
    return bound > sum(allowance(scenario, r) for r in requirements) * (1 + 1e-9) + 1e-6


def best_possible(scenario: Scenario, measure: Measure, bound: float | None) -> float:
    """Return what no roster exceeds, given a proven bound of the scenario focused on the measure alone; shares."""
    if bound is None or bound <= 0 or measure not in PROVABLE:
        return 1.0
    price = _rule(measure).price(scenario) / GRAIN
    missing = bound / price
    if measure is Measure.HOTSPOTS:
        whole = _weight(windows(scenario))
        return 1 - _least_missing(scenario, missing) / whole if whole else 1.0
    needed = {
        Measure.POSTS: needed_minutes(scenario.post_needs),
        Measure.DESKS: needed_minutes(scenario.desk_needs),
        Measure.LEADERS: len(scenario.squads) * len(scenario.dates),
    }[measure]
    return max(0.0, 1 - math.ceil(missing - 1e-6) / needed) if needed else 1.0


def most_remediations(scenario: Scenario) -> int | None:
    """Return how many monthly remediations the calendar leaves the group that can hold fewest; None without groups."""
    if not scenario.groups:
        return None
    days = len(scenario.dates)
    hosts = {scenario.group_of(h.squads[0]) for h in scenario.hotspots if h.may_host}
    return min((days - 1) // g.days_apart + 1 if g in hosts else 0 for g in scenario.groups)


def interval(scenario: Scenario, measure: Measure, reached: Sequence[float], bound: float | None) -> Interval:
    """Return what is known of a measure: the best that rosters reached, and what no roster exceeds."""
    calendar = measure is Measure.REMEDIATIONS
    high = most_remediations(scenario) if calendar else best_possible(scenario, measure, bound)
    low = max(reached, default=None)
    if low is not None and high is not None:
        high = max(low, high)  # rounding only: what was reached can be reached
    return Interval(low=low, high=None if high is None else float(high))


# -- hotspots: plain missing visits against the convex price ----------------------------------------------------------


def _weight(found: Sequence[OpenWindow]) -> int:
    return sum(w.weight_cents * w.wanted for w in found)


def _rates(scenario: Scenario) -> list[tuple[float, int]]:
    """Return (amount per weighted missing visit when all are missing, weighted visits) by window, the dearest first."""
    percent = _rule(Measure.HOTSPOTS).params(scenario).border_percent
    found = []
    for w in windows(scenario):
        factor = percent / 100 if scenario.hotspot_by_id[w.hotspot].border is BorderKind.SQUADS else 1.0
        found.append((factor * (w.wanted + 1) / 2, w.weight_cents * w.wanted))
    return sorted(found, reverse=True)


def _most_amount(scenario: Scenario, missing: float) -> float:
    """Return the largest amount of S02 at so many weighted missing visits."""
    total = 0.0
    for rate, most in _rates(scenario):
        used = min(most, missing)
        total += rate * used
        missing -= used
    return total


def _least_missing(scenario: Scenario, amount: float) -> float:
    """Return the fewest weighted missing visits at which S02 can come to an amount."""
    missing = 0.0
    for rate, most in _rates(scenario):
        if rate <= 0 or amount <= 0:
            break
        used = min(most, amount / rate)
        missing += used
        amount -= rate * used
    return missing
