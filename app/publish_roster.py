"""`lianqin publish`: a roster is filed as a version, with a change sheet and the people to notify. Loads no solver."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from app.console import Voice
from app.findings import show_breaches
from app.shipping import ship
from app.writing import refuse_bad_target, tell_moved
from constraints.base import all_parameters
from domain.publication import ChangeKind, Publication
from domain.scenario import Scenario
from outputs.changes import KINDS, shift_name, summary
from outputs.readback import read_roster
from scheduler.audit import audit, rule_infos
from scheduler.judge import breaches
from scheduler.publishing import published

WRITTEN, BREACHED, REJECTED = 0, 1, 4


def publish_roster(source: Path, target: Path, reason: str, voice: Voice) -> int:
    """File the roster ``source`` as ``target``; return 0, 1 if it breaks hard rules, 4 if our audits disagree."""
    refuse_bad_target(target, source)
    back = read_roster(source, all_parameters())
    bad = breaches(audit(back.scenario, back.roster), back.declared)
    if bad:
        show_breaches(voice, back.scenario, bad, rule_infos())
        voice.warn(
            "违反硬性规则,不能公布;先用 lianqin repair 修复。",
            "It breaks hard rules and cannot be published; repair it first with lianqin repair.",
            style="bold",
        )
        return BREACHED
    done = published(
        back.scenario,
        back.roster,
        back.report,
        back.publication,
        day=date.today(),
        reason=reason,
        lang=voice.lang,
    )
    if done is None:
        number = back.publication.latest.number if back.publication else 0
        voice.say(
            f"与已公布的第 {number} 版相同,没有写出文件。", f"Same as version {number}, as published; nothing written."
        )
        return WRITTEN
    written = ship(target, done.scenario, done.result, voice, quick=True)
    if written is None or done.result.publication is None:
        return REJECTED
    tell_moved(voice, target, written)
    version = done.result.publication.latest
    voice.say(
        f"已公布:第 {version.number} 版,{version.day},内容校验 {version.content[:12]}",
        f"Published: version {version.number}, {version.day}, content {version.content[:12]}",
        style="bold",
    )
    if version.number > 1:
        _notify(voice, done.scenario, done.result.publication)
    voice.say(f"文件:{written}", f"File: {written}", style="bold", whole=True)
    return WRITTEN


def _notify(voice: Voice, scenario: Scenario, publication: Publication) -> None:
    """Print the changes of the latest version, counted by kind, and who is to be told with all that concerns each."""
    number = publication.latest.number
    of: dict[str, list[str]] = defaultdict(list)
    for change in (c for c in publication.changes if c.version == number):
        old, new = (shift_name(scenario, shift, voice.lang) for shift in (change.before, change.after))
        of[change.officer].append(f"{change.day:%m-%d} {old} -> {new}")
    for other in (c for c in publication.others if c.version == number):
        what = f"{other.before} -> {other.after}" if other.kind is ChangeKind.DUTY else other.subject
        for who in other.people.split(" "):
            of[who].append(f"{other.day:%m-%d} {KINDS[other.kind].get(voice.lang)} {what}")
    if not of:
        return
    counted = summary(scenario, publication)
    voice.say(counted.zh, counted.en, style="bold")
    for officer in (o for o in scenario.officers if o.id in of):
        line = f"{officer.name}({officer.id}) " + voice.pick(";", "; ").join(of[officer.id])
        voice.say(line, line, indent=2)
