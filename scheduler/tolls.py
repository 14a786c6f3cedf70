"""What a bound knows of S12: stands at posts beyond the even shares are charged wherever a mix of columns has them.

A class that stands at a post more often than its officers' shares come to pays for each stand beyond, whoever it is. So
a toll on every stand, less that on those that are free, costs no roster more than S12 does (Lagrange), whatever the
dates turn out to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from constraints.base import OfficerClass, all_rules
from constraints.s12_post_rotation import Stand, free_stands
from domain.scenario import Officer, Scenario
from scheduler.kinds import Column


def tolls_of(
    scenario: Scenario,
    people: Mapping[OfficerClass, Collection[Officer]],
    mix: Iterable[tuple[Column, float]],
) -> tuple[dict[Stand, int], int]:
    """Return tolls on stands (units each) and what those that are free come to; nothing where no class has too many.

    ``mix`` are columns of all dates and what each of them has of its date.
    """
    price = next(rule for rule in all_rules() if rule.id == "S12").price(scenario)
    made: dict[Stand, float] = defaultdict(float)
    for column, share in mix:
        for stand, n in column.stands.items():
            made[stand] += share * n
    free = free_stands(scenario, people)
    tolls = {stand: price for stand, n in made.items() if price and n > free[stand]}
    return tolls, sum(price * free[stand] for stand, price in tolls.items())
