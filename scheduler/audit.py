"""Audits a roster with every rule; no solver is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from constraints.base import GRAIN, Rule, all_rules
from domain.result import Finding, RuleInfo, RuleTotal
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Severity


def audit(scenario: Scenario, roster: Roster, *, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
    """Return every finding of every rule: hard ones first, then the dearest.

    A scenario without groups (a squad alone) has no R12 and no R13 to judge; that follows from the rules themselves.
    """
    found = [f for rule in rules or all_rules() for f in rule.audit(scenario, roster)]
    return tuple(sorted(found, key=lambda f: (f.severity is not Severity.HARD, -f.points, f.rule)))


def totals(findings: Iterable[Finding]) -> tuple[RuleTotal, ...]:
    """Return amounts and points by rule and item, in rule order, for those with any finding."""
    of: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        of.setdefault((finding.rule, finding.item), []).append(finding)
    rules = {rule.id: rule for rule in all_rules()}
    return tuple(
        RuleTotal(
            rule=rule,
            severity=rules[rule].severity,
            item=item,
            unit=rules[rule].unit_of(item),
            amount=sum(f.amount for f in of[rule, item]),
            points=points(of[rule, item], [rules[rule]]),
        )
        for rule, item in sorted(of)
    )


def points(findings: Iterable[Finding], rules: Sequence[Rule] | None = None) -> float:
    """Return the price of findings in points, summed in whole units of 1/GRAIN so that the sum is exact."""
    ids = {rule.id for rule in rules or all_rules()}
    return sum(round(f.points * GRAIN) for f in findings if f.rule in ids) / GRAIN


def hard(findings: Iterable[Finding]) -> list[Finding]:
    """Return the hard breaches."""
    return [f for f in findings if f.severity is Severity.HARD]


def rule_infos() -> tuple[RuleInfo, ...]:
    """Return what the workbook shows of every rule."""
    return tuple(
        RuleInfo(id=r.id, title=r.title, severity=r.severity, unit=r.unit, source=r.source, units=r.units)
        for r in all_rules()
    )
