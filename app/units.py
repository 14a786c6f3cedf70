"""Amounts as people read them: what the findings of each rule come to, in hours rather than minutes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.result import Finding, RuleInfo
from domain.units import Reading, reading
from domain.words import Severity, Text


class Amount(NamedTuple):
    """What one rule's findings come to in one unit, with the points they cost."""

    rule: RuleInfo
    reading: Reading
    amount: int
    points: float


def amounts(findings: Iterable[Finding], rules: Iterable[RuleInfo], severity: Severity) -> list[Amount]:
    """Return the amounts of all findings of a severity, by rule and unit, in the rules' order."""
    found: dict[tuple[str, Text], tuple[int, float]] = {}
    by_id = {rule.id: rule for rule in rules}
    for finding in findings:
        if finding.severity is severity:
            key = (finding.rule, by_id[finding.rule].unit_of(finding.item))
            amount, points = found.get(key, (0, 0.0))
            found[key] = (amount + finding.amount, points + finding.points)
    order = {rule: n for n, rule in enumerate(by_id)}
    return [
        Amount(by_id[rule], reading(unit), *total)
        for (rule, unit), total in sorted(found.items(), key=lambda entry: order[entry[0][0]])
    ]
