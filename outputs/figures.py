"""热点覆盖, 加班补休台账, 规则校核 and 参数 as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time, timedelta
from itertools import groupby

from domain.calendar import minutes
from domain.parameter import Parameter, type_of_value
from domain.result import Finding, RuleInfo
from domain.roster import Roster
from domain.scenario import Scenario
from domain.units import reading
from domain.words import Severity, Text
from inputs.labels import NO, YES
from outputs.book import Cell
from outputs.coverage import Coverage, coverage
from outputs.layout import FINDINGS, LEDGER
from outputs.ledger import LedgerRow
from outputs.printing import clock, printed, squad_name, word

MOST_UNFOLDED = 8
"""Findings of one rule that stand one by one; of more, only the line of their sums is seen at first."""
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


def folded(rows: Sequence[tuple[Cell, ...]], lang: str) -> list[tuple[tuple[Cell, ...], bool]]:
    """Return the rows of 规则校核 with a line of sums before every rule that has many, and whether each is folded.

    Breaches are never folded. What is folded is not printed: a sheet of thousands of rows prints on a few pages.
    """
    sums = [FINDINGS.column(key) for key in ("amount", "points")]
    keys = [FINDINGS.column(key) for key in ("rule", "title", "severity", "unit")]
    breach = SEVERITIES[Severity.HARD].get(lang)
    found: list[tuple[tuple[Cell, ...], bool]] = []
    for _, group in groupby(rows, key=lambda row: tuple(row[n] for n in keys)):
        several = list(group)
        if len(several) <= MOST_UNFOLDED or several[0][FINDINGS.column("severity")] == breach:
            found += [(row, False) for row in several]
            continue
        head: list[Cell] = [several[0][n] if n in keys else None for n in range(len(FINDINGS.columns))]
        head[FINDINGS.column("text")] = Text(
            f"共 {len(several)} 项,点左侧“+”逐条展开", f"{len(several)} in all; unfold them with the + at the left"
        ).get(lang)
        for n in sums:
            head[n] = round(sum(value for row in several if isinstance(value := row[n], int | float)), 2)
        found += [(tuple(head), False), *((row, True) for row in several)]
    return found


def _finding(scenario: Scenario, finding: Finding, rule: RuleInfo | None, lang: str) -> tuple[Cell, ...]:
    where = finding.where
    officer = scenario.officer_by_id.get(where.officer or "")
    squad = where.squad or (officer.squad if officer else None)
    group = scenario.group_by_id.get(where.group or "")
    unit = squad_name(scenario, squad) if squad else group.name if group else where.group
    read = reading(rule.unit_of(finding.item)) if rule else None
    return (
        finding.rule,
        rule.title.get(lang) if rule else None,
        SEVERITIES[finding.severity].get(lang),
        where.day,
        unit,
        printed(officer.name, officer.id) if officer else where.officer,
        finding.text.get(lang),
        finding.advice.get(lang),
        round(finding.amount / read.per, 4) if read else finding.amount,
        read.text.get(lang) if read else None,
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
