"""What `lianqin check` says: breaches one by one with who, when, what and the way out; then totals and edits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.console import Voice
from domain.result import Finding, RuleInfo
from domain.roster import Remediation
from domain.scenario import Scenario
from outputs.edit_words import remediation_text
from scheduler.judge import Edits

MOST_EDITS = 20
"""Edits printed one by one; of the others only the number is said."""


def show_breaches(voice: Voice, scenario: Scenario, breaches: Sequence[Finding], rules: Sequence[RuleInfo]) -> None:
    """Print every breach: rule, who, when, what is the matter and what to do."""
    if not breaches:
        voice.say("没有硬性违规。", "No hard breaches.", style="bold")
        return
    voice.say(f"违规 {len(breaches)} 处:", f"{len(breaches)} breach(es):", style="bold")
    titles = {rule.id: rule.title for rule in rules}
    for number, finding in enumerate(breaches, 1):
        title = titles.get(finding.rule)
        head = f"{number}. {finding.rule} {voice.get(title) if title else ''}"
        where = where_of(voice, scenario, finding)
        voice.say(f"{head}  {where}", f"{head}  {where}", style="bold")
        voice.say(finding.text.zh, finding.text.en, indent=4)
        voice.say(f"办法:{finding.advice.zh}", f"What to do: {finding.advice.en}", indent=4)


def where_of(voice: Voice, scenario: Scenario, finding: Finding) -> str:
    """Return who or what a finding is about and when, by name and id."""
    where = finding.where
    parts = []
    if where.officer is not None:
        officer = scenario.officer_by_id.get(where.officer)
        parts.append(f"{officer.name}({officer.id})" if officer else where.officer)
    if where.squad is not None:
        squad = scenario.squad_by_id.get(where.squad)
        parts.append(squad.name if squad else where.squad)
    if where.group is not None:
        group = scenario.group_by_id.get(where.group)
        parts.append(f"{group.name}({group.id})" if group else where.group)
    if where.remediation is not None:
        parts.append(where.remediation)
    day = where.day or (where.start.date() if where.start else None)
    if day is not None:
        parts.append(f"{day:%Y-%m-%d}")
    if where.start is not None and where.end is not None:
        parts.append(f"{where.start:%H:%M}-{where.end:%H:%M}")
    return voice.pick(" ".join(parts), " ".join(parts))


def show_edits(voice: Voice, scenario: Scenario, edits: Edits) -> None:
    """Print how the roster differs from the one that was shipped, in short."""
    if not edits.any:
        voice.say("与排出时相同,没有改动。", "Unchanged since it was made.")
        return
    voice.say("与排出时相比的改动:", "Edited since it was made:", style="bold")
    lines = [_shift(scenario, e.officer, e.day, e.before, e.after) for e in edits.shifts]
    lines += [_duty(scenario, officer, day) for officer, day in edits.duties]
    for zh, en in lines[:MOST_EDITS]:
        voice.say(zh, en, indent=2)
    if len(lines) > MOST_EDITS:
        rest = len(lines) - MOST_EDITS
        voice.say(f"另有 {rest} 处改动", f"and {rest} more", indent=2)
    for zh, en in _remediation_lines(scenario, edits):
        voice.say(zh, en, indent=2)
    if edits.visits:
        voice.say(
            f"热点覆盖:{edits.visits} 个时段的到点次数有改动", f"visits of {edits.visits} window(s) edited", indent=2
        )


def _who(scenario: Scenario, officer: str) -> str:
    found = scenario.officer_by_id.get(officer)
    return f"{found.name}({officer})" if found else officer


def _shift(scenario: Scenario, officer: str, day: date, before: str | None, after: str | None) -> tuple[str, str]:
    def name(shift: str | None, rest: str) -> str:
        found = scenario.shift_by_id.get(shift or "")
        return rest if shift is None else found.name if found else shift

    who = _who(scenario, officer)
    return (
        f"{who} {day:%Y-%m-%d}:{name(before, '休')} 改为 {name(after, '休')}",
        f"{who} {day:%Y-%m-%d}: {name(before, 'off')} -> {name(after, 'off')}",
    )


def _duty(scenario: Scenario, officer: str, day: date) -> tuple[str, str]:
    who = _who(scenario, officer)
    return f"{who} {day:%Y-%m-%d}:勤务有改动", f"{who} {day:%Y-%m-%d}: duties edited"


def _remediation_lines(scenario: Scenario, edits: Edits) -> list[tuple[str, str]]:
    def head(found: Remediation) -> str:
        group = scenario.group_by_id.get(found.group)
        return f"{group.name if group else found.group} {found.id}"

    found = [(f"{head(r)}:已删除", f"{head(r)}: removed") for r in edits.removed]
    found += [(f"{head(r)}:新增", f"{head(r)}: added") for r in edits.added]
    for before, after in edits.changed:
        words = remediation_text(scenario, before, after)
        found.append((f"{head(after)}:{words.zh}", f"{head(after)}: {words.en}"))
    return found
