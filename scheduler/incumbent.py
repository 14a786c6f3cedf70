"""A roster in first-stage terms as the audit sees it, to be compared with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constraints.base import Candidate
from domain.result import Finding
from domain.scenario import Scenario
from domain.words import Scope, Severity
from scheduler.audit import audit, hard, points
from scheduler.decided import Decided
from scheduler.finish import assemble
from scheduler.parts import DECIDING, NAMING, Unit

HARD_POINTS = 1e9
PERSONAL = frozenset(
    r.id for r in DECIDING if r.severity is Severity.WISH and not r.by_class and r.scope is not Scope.GROUP
)
"""Rules of wishes about persons, which lines are sought for while the heads stay."""


@dataclass
class Incumbent:
    """The best roster so far in first-stage terms, with what the audit says of it (greedy names)."""

    known: Decided
    candidates: tuple[Candidate, ...]
    points: float
    hard: tuple[Finding, ...]
    by_unit: dict[Unit, float]
    """Points of the findings that name a squad of the unit, as far as they count."""
    counted: float
    """Points that count when rosters are compared: wishes about persons, and names, do only once lines have been sought
    for wishes; before that duties are found without a look at names.
    """
    named: float = 0.0
    """Points of the greedy names, which are bettered in the end; the bound counts names as well."""

    @property
    def key(self) -> tuple[int, float]:
        """Fewest hard breaches first, then fewest points that count."""
        return len(self.hard), self.counted


def weigh(
    scenario: Scenario, units: Sequence[Unit], known: Decided, candidates: tuple[Candidate, ...], *, wishes: bool
) -> Incumbent:
    """Audit decisions with greedy names, which cost the deciding rules nothing; ``wishes`` and names may count."""
    roster = assemble(scenario, known, candidates)
    findings = audit(scenario, roster, rules=DECIDING)
    unit_of = {squad: unit for unit in units for squad in unit}
    by_unit, later = dict.fromkeys(units, 0.0), 0.0
    for finding in findings:
        if finding.rule in PERSONAL and not wishes:
            later += finding.points
        elif finding.where.squad in unit_of:
            by_unit[unit_of[finding.where.squad]] += HARD_POINTS if hard([finding]) else finding.points
    names = audit(scenario, roster, rules=NAMING)
    total, named = points(findings), points(names)
    counted = total - later
    if wishes:
        counted += named
        for finding in names:
            if finding.where.squad in unit_of:
                by_unit[unit_of[finding.where.squad]] += finding.points
    return Incumbent(known, candidates, total, tuple(hard(findings)), by_unit, counted, named)
