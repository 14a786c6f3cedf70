"""热点覆盖, 加班补休台账, 规则校核 and 参数 as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time, timedelta

from domain.calendar import minutes
from domain.parameter import Parameter, type_of_value
from domain.result import Finding, RuleInfo
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Severity, Text
from inputs.labels import NO, YES
from outputs.book import Cell
from outputs.coverage import Coverage, coverage
from outputs.layout import LEDGER
from outputs.ledger import LedgerRow
from outputs.printing import clock, printed, squad_name, word

SEVERITIES = {
    Severity.HARD: Text("违规", "breach"),
    Severity.SHORTFALL: Text("缺口", "shortfall"),
    Severity.WISH: Text("意愿", "wish"),
}


def coverage_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 热点覆盖 by date and time: one per window and visiting squad, else the host with 0."""
    windows = sorted(coverage(scenario, roster), key=lambda c: (c.window.day, c.window.start, c.window.hotspot))
    return [row for cover in windows for row in _coverage(scenario, cover, lang)]


def _coverage(scenario: Scenario, cover: Coverage, lang: str) -> Iterable[tuple[Cell, ...]]:
    window, spot = cover.window, scenario.hotspot_by_id[cover.window.hotspot]
    visiting = [(squad, count) for squad, count in cover.reached if count] or [(spot.squads[0], 0)]
    for n, (squad, count) in enumerate(visiting):
        yield (
            window.day,
            printed(spot.name, spot.id),
            clock(window.start, window.day, lang),
            clock(window.end, window.day, lang),
            printed(squad_name(scenario, squad), squad),
            cover.wanted if n == 0 else None,
            count,
            cover.missing if n == 0 else None,
            cover.why.get(lang) if n == 0 else None,
        )


def ledger_sheet_rows(scenario: Scenario, ledger: Sequence[LedgerRow], lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 加班补休台账; the last column is for the officer's signature."""
    figures = [column.key for column in LEDGER.columns[4:-1]]
    found: list[tuple[Cell, ...]] = []
    for row in ledger:
        officer = scenario.officer_by_id[row.officer]
        who = (officer.id, officer.name, squad_name(scenario, officer.squad), word(officer.regime, lang))
        found.append((*who, *(float(getattr(row, key)) for key in figures), None))
    return found


def finding_rows(
    scenario: Scenario, findings: Iterable[Finding], rules: Sequence[RuleInfo], lang: str
) -> list[tuple[Cell, ...]]:
    """Return the rows of 规则校核: breaches first, then shortfalls and wishes, each by rule and date."""
    known = {rule.id: rule for rule in rules}
    weight = {severity: n for n, severity in enumerate(Severity)}
    ordered = sorted(
        findings, key=lambda f: (weight[f.severity], f.rule, str(f.where.day or ""), f.where.squad or "", f.text.zh)
    )
    return [(n, *_finding(scenario, finding, known.get(finding.rule), lang)) for n, finding in enumerate(ordered, 1)]


def _finding(scenario: Scenario, finding: Finding, rule: RuleInfo | None, lang: str) -> tuple[Cell, ...]:
    where = finding.where
    officer = scenario.officer_by_id.get(where.officer or "")
    squad = where.squad or (officer.squad if officer else None)
    group = scenario.group_by_id.get(where.group or "")
    unit = squad_name(scenario, squad) if squad else group.name if group else where.group
    return (
        finding.rule,
        rule.title.get(lang) if rule else None,
        SEVERITIES[finding.severity].get(lang),
        where.day,
        unit,
        printed(officer.name, officer.id) if officer else where.officer,
        finding.text.get(lang),
        finding.advice.get(lang),
        finding.amount,
        rule.unit_of(finding.item).get(lang) if rule else None,
        finding.points,
    )


def parameter_rows(
    scenario: Scenario, parameters: Sequence[tuple[str, Parameter]], rules: Sequence[RuleInfo], lang: str
) -> list[tuple[Cell, ...]]:
    """Return the rows of 参数: what was used, the default, and the rule's source."""
    sources = {rule.id: rule.source.get(lang) for rule in rules}
    found: list[tuple[Cell, ...]] = []
    for rule, parameter in parameters:
        key = f"{rule}.{parameter.key}"
        used = scenario.policy.get(key, parameter.default)
        text, unit = parameter.text.get(lang), parameter.unit.get(lang)
        found.append((key, text, _value(used, lang), _value(parameter.default, lang), unit, sources.get(rule)))
    return found


def _value(value: type_of_value, lang: str) -> Cell:
    if isinstance(value, bool):
        return (YES if value else NO).get(lang)
    if isinstance(value, timedelta):
        return minutes(value) / 60
    return f"{value:%H:%M}" if isinstance(value, time) else value
