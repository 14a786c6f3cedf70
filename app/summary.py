"""What `lianqin roster` says at the end: how good the roster is, what is missing, and which remediations it holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from app.console import Voice
from app.units import amounts
from domain.result import Finding, Report, Result, RuleInfo
from domain.roster import Remediation
from domain.scenario import Group, Scenario
from domain.words import Severity, Status, Text
from scheduler.judge import remediations_by_group

STATUSES = {
    Status.OPTIMAL: Text("OPTIMAL(已证明最优)", "OPTIMAL (proven)"),
    Status.FEASIBLE: Text("FEASIBLE(可行,未证明最优)", "FEASIBLE (not proven optimal)"),
    Status.INFEASIBLE: Text("INFEASIBLE(无解)", "INFEASIBLE"),
    Status.UNKNOWN: Text("UNKNOWN(改动后未再求解)", "UNKNOWN (not solved since it was edited)"),
    Status.MODEL_INVALID: Text("MODEL_INVALID(模型有误)", "MODEL_INVALID"),
}
WHOLE = "brigade"
"""Scope of a report that is not of one squad or group alone."""
KINDS = {
    Severity.HARD: Text("硬性", "hard"),
    Severity.SHORTFALL: Text("缺口", "shortfall"),
    Severity.WISH: Text("意愿", "wish"),
}


def points(amount: float) -> str:
    """Return points with a thousands separator and at most one decimal."""
    return f"{amount:,.1f}".removesuffix(".0")


def show_summary(
    voice: Voice, scenario: Scenario, result: Result, rules: tuple[RuleInfo, ...], written: Path, seconds: float
) -> None:
    """Print the summary of a roster that lies at ``written`` after ``seconds`` of the command."""
    voice.say(f"{scenario.brigade}  勤务排班", f"{scenario.brigade}  Duty roster", style="bold")
    show_report(voice, result.report)
    breaches = sum(f.severity is Severity.HARD for f in result.findings)
    _row(voice, Text("硬性违规", "Hard breaches"), f"{breaches}")
    show_totals(voice, result.findings, rules)
    show_remediations(voice, scenario, result)
    for note in result.report.notes:
        voice.say(f"说明:{note.zh}", f"Note: {note.en}")
    voice.say(f"文件:{written}", f"File: {written}", style="bold", whole=True)
    voice.say(f"用时:{seconds:.1f} 秒", f"Time: {seconds:.1f} s")


def show_report(voice: Voice, report: Report) -> None:
    """Print status, objective in its two stages, bound and gap."""
    if report.scope != WHOLE:
        _row(voice, Text("范围", "Scope"), report.scope)
    _row(voice, Text("状态", "Status"), STATUSES[report.status].get(voice.lang))
    stages = voice.pick(
        f"{points(report.objective)}(排班 {points(report.decided)} + 定人 {points(report.named)})",
        f"{points(report.objective)} ({points(report.decided)} decided + {points(report.named)} naming)",
    )
    _row(voice, Text("目标值", "Objective"), stages)
    if report.bounded:
        _row(voice, Text("下界", "Bound"), points(report.bound))
        _row(voice, Text("差距", "Gap"), f"{report.gap:.1%}")
    else:
        _row(voice, Text("下界", "Bound"), voice.pick("尚无", "none yet"))
    _row(voice, Text("种子", "Seed"), f"{report.seed}")


def _row(voice: Voice, head: Text, text: str) -> None:
    zh_gap = " " * (10 - 2 * len(head.zh))
    voice.say(f"  {head.zh}{zh_gap}{text}", f"  {head.en:<15}{text}")


def show_totals(voice: Voice, findings: Sequence[Finding], rules: Sequence[RuleInfo]) -> None:
    """Print shortfalls by kind and unmet wishes by kind, with amounts and points."""
    for severity, head in (
        (Severity.SHORTFALL, Text("缺口", "Shortfalls")),
        (Severity.WISH, Text("未满足的意愿", "Unmet wishes")),
    ):
        rows = amounts(findings, rules, severity)
        if not rows:
            voice.say(f"{head.zh}:无", f"{head.en}: none")
            continue
        table = Table(title=voice.get(head), title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
        table.add_column(voice.pick("规则", "Rule"))
        table.add_column(voice.pick("名称", "Title"), overflow="fold")
        table.add_column(voice.pick("数量", "Amount"), justify="right")
        table.add_column(voice.pick("分值", "Points"), justify="right")
        for row in rows:
            shown = row.reading.shown(row.amount, voice.lang)
            table.add_row(row.rule.id, voice.get(row.rule.title), shown, points(row.points))
        voice.out.print(table)


def show_remediations(voice: Voice, scenario: Scenario, result: Result) -> None:
    """Print the remediations of every group: number, date and time, place, host, squads, people, commander."""
    for group_id, held in remediations_by_group(scenario, result.roster):
        group = scenario.group_by_id[group_id]
        voice.say(*_group_head(group, len(held)), style="bold")
        for found in held:
            voice.say(*_remediation(scenario, found), indent=2)


def _group_head(group: Group, count: int) -> tuple[str, str]:
    return (
        f"{group.name}({group.id}):联动整治 {count} 次,应有 {group.min_remediations} 次",
        f"{group.name} ({group.id}): {count} remediation(s), {group.min_remediations} wanted",
    )


def _remediation(scenario: Scenario, found: Remediation) -> tuple[str, str]:
    hotspot = scenario.hotspot_by_id.get(found.hotspot)
    commander = scenario.officer_by_id.get(found.commander)
    place = hotspot.name if hotspot else found.hotspot
    squads = len({scenario.officer_by_id[p].squad for p in found.participants if p in scenario.officer_by_id})
    when = f"{found.start:%m-%d %H:%M}-{found.end:%H:%M}"
    people, cars = len(found.participants), len(found.vehicles)
    head = commander.name if commander else found.commander
    return (
        f"{when} {place}:{squads} 个中队 {people} 人 {cars} 车,指挥 {head}",
        f"{when} {place}: {squads} squads, {people} people, {cars} vehicles, commander {head}",
    )
