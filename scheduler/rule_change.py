"""What rules say otherwise of another roster: findings that come, and findings that go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from constraints.base import Rule
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Severity


class Change(NamedTuple):
    """What a trial changes in the eyes of the rules: findings that come and findings that go, wishes left out."""

    comes: tuple[Finding, ...]
    goes: tuple[Finding, ...]

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """The hard rules it would break."""
        return tuple(f for f in self.comes if f.severity is Severity.HARD)

    @property
    def points(self) -> float:
        """What the shortfalls cost more (less, if negative)."""
        return sum(f.points for f in self.comes) - sum(f.points for f in self.goes)

    def with_more(self, other: Change) -> Change:
        """Return both changes together."""
        return Change(self.comes + other.comes, self.goes + other.goes)


NOTHING = Change((), ())


def judged(findings: Iterable[Finding]) -> Counter[Finding]:
    """Return the findings that say why somebody is not there: no wishes."""
    return Counter(f for f in findings if f.severity is not Severity.WISH)


def findings(scenario: Scenario, roster: Roster, rules: Sequence[Rule]) -> Counter[Finding]:
    """Return what rules say of a roster, wishes left out, each as often as it is said."""
    return judged(f for rule in rules for f in rule.audit(scenario, roster))


def difference(before: Counter[Finding], after: Counter[Finding]) -> Change:
    """Return what is said after and not before, and the other way round."""
    if not before and not after:
        return NOTHING
    return Change(tuple((after - before).elements()), tuple((before - after).elements()))


def together(parts: Iterable[Change]) -> Change:
    """Return several changes as one."""
    found = tuple(parts)
    return Change(tuple(f for c in found for f in c.comes), tuple(f for c in found for f in c.goes))
