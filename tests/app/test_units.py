"""Amounts as people read them."""

from __future__ import annotations

import pytest

from app.units import amounts
from domain.result import Finding, RuleInfo, Where
from domain.units import MISSING_VISITS, PERSON_MINUTES, VEHICLES, reading
from domain.words import Severity, Text
from scheduler.audit import rule_infos, totals

VISITS = Text("次", "visits")


def rule(unit: Text = VISITS, name: str = "S01", **units: Text) -> RuleInfo:
    title = Text("名", "title")
    return RuleInfo(id=name, title=title, severity=Severity.SHORTFALL, unit=unit, source=title, units=units)


def finding(amount: int, item: str = "", name: str = "S01", severity: Severity = Severity.SHORTFALL) -> Finding:
    nothing = Text("", "")
    return Finding(
        rule=name, severity=severity, amount=amount, where=Where(), text=nothing, advice=nothing, item=item, points=1.5
    )


def test_person_minutes_are_read_in_hours_and_hundredths_whole() -> None:
    assert reading(PERSON_MINUTES).shown(90, "zh") == "1.5 人·小时"
    assert reading(MISSING_VISITS).shown(1750, "en") == "17.50 visits"


def test_any_other_unit_is_read_as_it_is() -> None:
    assert reading(Text("根香蕉", "bananas")).shown(3, "zh") == "3 根香蕉"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_rule_shows_minutes_or_hundredths(lang: str) -> None:
    for info in rule_infos():
        for unit in (info.unit, *info.units.values()):
            shown = reading(unit).shown(60, lang)
            assert not any(word in shown for word in ("分钟", "minutes", "百分之一", "hundredths")), shown


def test_things_of_different_units_are_not_added_up_and_those_of_one_are() -> None:
    found = amounts(
        [finding(60, "heads"), finding(60, "more heads"), finding(2, "vehicles")],
        [rule(PERSON_MINUTES, vehicles=VEHICLES)],
        Severity.SHORTFALL,
    )
    assert [row.reading.shown(row.amount, "en") for row in found] == ["2.0 person-hours", "2 vehicles"]
    assert [row.points for row in found] == [3.0, 1.5]


def test_totals_are_by_rule_and_item_in_the_items_unit() -> None:
    short = [finding(n, item, "S03") for n, item in ((60, "heads"), (2, "vehicles"), (30, "heads"))]
    found = totals([*short, finding(5)])
    assert [(t.rule, t.item, t.unit.en, t.amount) for t in found] == [
        ("S01", "", "person-minutes", 5),
        ("S03", "heads", "person-minutes", 90),
        ("S03", "vehicles", "vehicles", 2),
    ]


def test_only_the_severity_asked_for_counts_and_rules_keep_their_order() -> None:
    rules = [rule(name="S02"), rule(name="S01")]
    findings = [finding(1), finding(1, name="S02"), finding(5, severity=Severity.WISH)]
    found = amounts(findings, rules, Severity.SHORTFALL)
    assert [(row.rule.id, row.amount) for row in found] == [("S02", 1), ("S01", 1)]
