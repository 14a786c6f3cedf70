"""Duties and changes of remediations in words, as edits, changes and repairs are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.roster import Duty, Remediation
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from inputs.labels import label
from outputs.printing import OWN_BEAT, place_name

FIELDS = {
    "group": ("小组", "group"),
    "hotspot": ("地点", "place"),
    "start": ("开始", "start"),
    "end": ("结束", "end"),
    "host": ("属地", "host"),
    "lead": ("牵头", "lead"),
    "commander": ("指挥", "commander"),
    "participants": ("人员", "people"),
    "vehicles": ("车辆", "vehicles"),
    "kind": ("类别", "kind"),
    "designated": ("指定令号", "order id"),
}
"""What a remediation says, by field, in both languages."""


def duties_text(scenario: Scenario, duties: Sequence[Duty]) -> Text:
    """Return duties with their times and places; the word for none where there are none."""
    if not duties:
        return Text("无", "none")
    rows = [_duty(scenario, duty) for duty in duties]
    return Text("、".join(row.zh for row in rows), ", ".join(row.en for row in rows))


def _duty(scenario: Scenario, duty: Duty) -> Text:
    what, clock = label(duty.kind), f"{duty.start:%H:%M}-{duty.end:%H:%M}"
    if duty.kind in (DutyKind.PATROL, DutyKind.STANDBY):
        return Text(f"{clock} {what.zh}", f"{clock} {what.en}")
    zh, en = (place_name(scenario, duty.place, lang, remediations={}) for lang in ("zh", "en"))
    if duty.kind is DutyKind.REMEDIATION or zh in (OWN_BEAT.zh, OWN_BEAT.en):
        zh = en = duty.place or ""
    return Text(f"{clock} {what.zh} {zh}", f"{clock} {what.en} {en}")


def differing(old: Remediation, new: Remediation) -> list[str]:
    """Return the fields in which two versions of a remediation differ."""
    return [field for field in FIELDS if getattr(old, field) != getattr(new, field)]


def remediation_text(scenario: Scenario, old: Remediation, new: Remediation) -> Text:
    """Return what a remediation has become: every field that differs, people by name."""
    rows = [_field(scenario, field, old, new) for field in differing(old, new)]
    return Text(";".join(row.zh for row in rows), "; ".join(row.en for row in rows))


def plan_text(scenario: Scenario, found: Remediation) -> Text:
    """Return when, where, under whom and with how many a remediation is held."""
    when = f"{found.start:%m-%d %H:%M}-{found.end:%H:%M}"
    spot = scenario.hotspot_by_id.get(found.hotspot)
    place, who, heads = spot.name if spot else found.hotspot, _name(scenario, found.commander), len(found.participants)
    return Text(
        f"{when} {place},指挥 {who},{heads} 人、{len(found.vehicles)} 车",
        f"{when} {place}, commander {who}, {heads} people, {len(found.vehicles)} vehicles",
    )


def _field(scenario: Scenario, field: str, old: Remediation, new: Remediation) -> Text:
    zh, en = FIELDS[field]
    if field == "participants":
        gone = [_name(scenario, p) for p in old.participants if p not in new.participants]
        come = [_name(scenario, p) for p in new.participants if p not in old.participants]
        return Text(
            f"{zh} 减 {'、'.join(gone) or '无'},加 {'、'.join(come) or '无'}",
            f"{en} without {', '.join(gone) or 'nobody'}, with {', '.join(come) or 'nobody'}",
        )
    a, b = (_value(scenario, getattr(r, field)) for r in (old, new))
    return Text(f"{zh} {a} 改为 {b}", f"{en} {a} -> {b}")


def _name(scenario: Scenario, officer: str) -> str:
    found = scenario.officer_by_id.get(officer)
    return f"{found.name}({officer})" if found else officer


def _value(scenario: Scenario, value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(f"{use.vehicle}:{_name(scenario, use.driver)}" for use in value) or "-"
    if isinstance(value, str) and value in scenario.officer_by_id:
        return _name(scenario, value)
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value}"
