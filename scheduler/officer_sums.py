"""The sums of the officers' conditions of some squads, worked out once in a process and then remembered.

Heads, proofs and what they are begun with ask for the same sums again and again, of scenarios that differ in what the
officers' rules do not read: who shares a presence, which orders and groups there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from constraints.base import OfficerClass, Rule
from domain.scenario import Officer, Scenario
from domain.words import LockKind
from scheduler.counts import Sum, lines_of, most_shifts, personal, sums

KEPT = 64
"""So many answers are remembered; a brigade has a few dozen units."""
READ = (
    "calendar",
    "officers",
    "shifts",
    "absences",
    "past_shifts",
    "limits",
    "shift_caps",
    "successions",
    "published",
    "requests",
)
"""Fields of a scenario that the officers' rules may read, besides locks and the policy."""


@dataclass(frozen=True)
class OfficerSums:
    """Classes with their officers, what officers can work at most (see `most_shifts`), and the sums."""

    people: Mapping[OfficerClass, tuple[Officer, ...]]
    most: Mapping[str, float]
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class _Asked:
    scenario: Scenario
    rules: tuple[str, ...]
    squads: tuple[str, ...]
    locked: tuple[str, ...]
    policy: Mapping[str, object]

    def same(self, other: _Asked) -> bool:
        """Return whether both ask for the same; what is the same object in both scenarios is not looked into."""
        return (
            (self.rules, self.squads, self.locked) == (other.rules, other.squads, other.locked)
            and all(getattr(self.scenario, name) is getattr(other.scenario, name) for name in READ)
            and self.policy == other.policy
        )


_known: list[tuple[_Asked, OfficerSums]] = []


def officer_sums(
    scenario: Scenario, rules: Sequence[Rule], squads: Sequence[str], most: Mapping[str, float] | None = None
) -> OfficerSums:
    """Return classes and sums of some squads; ``most`` are the `most_shifts` if they are known already."""
    ids = tuple(r.id for r in personal(rules))
    asked = _Asked(
        scenario,
        ids,
        tuple(squads),
        tuple(lock.officer or "" for lock in scenario.locks if lock.kind is LockKind.DUTY),
        {key: value for key, value in scenario.policy.items() if key.partition(".")[0] in ids},
    )
    for before, found in _known:
        if before.same(asked):
            return found
    lines = lines_of(scenario, squads)
    at_most = most_shifts(scenario, rules, lines.officers) if most is None else most
    found = OfficerSums(dict(lines.members), at_most, tuple(sums(scenario, rules, lines, at_most)))
    _known.insert(0, (asked, found))
    del _known[KEPT:]
    return found
