"""Amounts as people read them."""

from __future__ import annotations

from app.units import amounts, unit_of
from domain.result import Finding, RuleInfo, Where
from domain.words import Severity, Text


def rule(unit: str, name: str = "S01") -> RuleInfo:
    return RuleInfo(id=name, title=Text("名", "title"), severity=Severity.SHORTFALL, unit=unit, source="")


def finding(amount: int, item: str = "", name: str = "S01", severity: Severity = Severity.SHORTFALL) -> Finding:
    nothing = Text("", "")
    return Finding(
        rule=name, severity=severity, amount=amount, where=Where(), text=nothing, advice=nothing, item=item, points=1.5
    )


def test_person_minutes_are_shown_in_hours_and_hundredths_whole() -> None:
    assert unit_of(rule("person-minutes missing"), "").shown(90, "zh") == "1.5 人·小时"
    assert unit_of(rule("hundredths of a missing visit"), "").shown(1750, "en") == "17.50 visits"


def test_a_unit_that_is_not_known_stays_as_the_rule_has_it() -> None:
    assert unit_of(rule("bananas"), "").shown(3, "zh") == "3 bananas"


def test_things_of_different_units_are_not_added_up_and_those_of_one_are() -> None:
    found = amounts(
        [finding(60, "heads"), finding(60, "heads"), finding(2, "vehicles")],
        [rule("person-minutes (heads) or vehicles missing")],
        Severity.SHORTFALL,
    )
    assert [row.unit.shown(row.amount, "en") for row in found] == ["2.0 person-hours", "2 vehicles"]
    assert [row.points for row in found] == [3.0, 1.5]


def test_only_the_severity_asked_for_counts_and_rules_keep_their_order() -> None:
    rules = [rule("visits", "S02"), rule("visits", "S01")]
    findings = [finding(1), finding(1, name="S02"), finding(5, severity=Severity.WISH)]
    found = amounts(findings, rules, Severity.SHORTFALL)
    assert [(row.rule.id, row.amount) for row in found] == [("S02", 1), ("S01", 1)]
