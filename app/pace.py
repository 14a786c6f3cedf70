"""How slow this machine is, told by how long the input took to read."""

from __future__ import annotations

from domain.scenario import Scenario

READING_BASE_S, READING_PER_OFFICER_S = 0.1, 0.001
"""Time that reading the input takes on the machine on which the times in the code were measured."""
SLOWEST = 8.0
"""No machine is taken to be slower than so many times that one."""


def pace_of(scenario: Scenario, reading_s: float) -> float:
    """Return how many times slower than that one the machine is that took ``reading_s`` seconds to read a scenario."""
    return min(SLOWEST, max(1.0, reading_s / (READING_BASE_S + READING_PER_OFFICER_S * len(scenario.officers))))
