"""Amounts as people read them: hours rather than minutes, whole things rather than hundredths, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.result import Finding, RuleInfo
from domain.words import Severity, Text


class Unit(NamedTuple):
    """How an amount is shown: divided by ``per``, with ``decimals``, followed by ``text``."""

    text: Text
    per: int = 1
    decimals: int = 0

    def shown(self, amount: int, lang: str) -> str:
        """Return an amount with its unit."""
        return f"{amount / self.per:,.{self.decimals}f} {self.text.get(lang)}"


PERSON_HOURS = Unit(Text("人·小时", "person-hours"), 60, 1)
UNITS = {
    "person-minutes": PERSON_HOURS,
    "minutes": Unit(Text("小时", "hours"), 60, 1),
    "hundredths of a missing visit": Unit(Text("次", "visits"), 100, 2),
    "hundredths of weight": Unit(Text("加权次", "weighted visits"), 100, 1),
    "hundredths of a turn": Unit(Text("次/10 天", "turns per 10 days"), 100, 2),
    "hundredths of priority": Unit(Text("优先级", "of priority"), 100, 1),
    "remediations": Unit(Text("次", "remediations")),
    "squad-days": Unit(Text("天", "squad-days")),
    "shifts": Unit(Text("班", "shifts")),
    "weekends": Unit(Text("个周末", "weekends")),
    "steps back": Unit(Text("次", "times")),
    "days": Unit(Text("天", "days")),
    "weight of requests": Unit(Text("权重", "of weight")),
    "extra squads": Unit(Text("个中队·次", "extra squads")),
    "stands": Unit(Text("次", "times")),
    "switches": Unit(Text("次", "switches")),
}
"""By the beginning of a rule's unit. A unit that is not here stays as the rule has it."""
ITEMS = {"heads": PERSON_HOURS, "vehicles": Unit(Text("辆", "vehicles"))}
"""By the item of a finding, for rules that count several things."""


class Amount(NamedTuple):
    """What one rule's findings come to in one unit, with the points they cost."""

    rule: RuleInfo
    unit: Unit
    amount: int
    points: float


def unit_of(rule: RuleInfo, item: str) -> Unit:
    """Return how the amounts of a rule's item are shown."""
    if item in ITEMS:
        return ITEMS[item]
    return next(
        (unit for begins, unit in UNITS.items() if rule.unit.startswith(begins)), Unit(Text(rule.unit, rule.unit))
    )


def amounts(findings: Iterable[Finding], rules: Iterable[RuleInfo], severity: Severity) -> list[Amount]:
    """Return the amounts of all findings of a severity, by rule and unit, in the rules' order."""
    found: dict[tuple[str, Unit], tuple[int, float]] = {}
    by_id = {rule.id: rule for rule in rules}
    for finding in findings:
        if finding.severity is severity:
            key = (finding.rule, unit_of(by_id[finding.rule], finding.item))
            amount, points = found.get(key, (0, 0.0))
            found[key] = (amount + finding.amount, points + finding.points)
    order = {rule: n for n, rule in enumerate(by_id)}
    return [
        Amount(by_id[rule], unit, *total)
        for (rule, unit), total in sorted(found.items(), key=lambda entry: order[entry[0][0]])
    ]
