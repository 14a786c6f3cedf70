"""`lianqin explain`: why needs stay unfilled, person by person, and the cheapest ways out; applies one of them.

What loads the solver is imported where it is needed: a workbook is read, and a second process started, before that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Voice
from app.counting import show_counted
from app.summary import points
from app.writing import problem, refuse_bad_target, tell_moved
from constraints.base import all_parameters, all_rules
from domain.explanation import Entry, Explanation, Offer
from domain.result import Finding, Result, RuleInfo
from domain.roster import Roster
from domain.scenario import Scenario
from domain.units import reading
from domain.words import Text
from inputs.save import Draft
from outputs.readback import ReadBack, read_roster
from outputs.shortfalls import OBSTACLES, option_told, said, spelled
from outputs.workbook import write_roster
from scheduler.audit import audit, rule_infos
from scheduler.counting import count
from scheduler.judge import report_now
from scheduler.parallel import Workers

if TYPE_CHECKING:
    from inputs.parts import Worksheet
    from scheduler.beside import Beside

DONE, REFUSED = 0, 2
MOST_SHOWN = 20
"""Entries shown with everybody's reasons where none is named; the workbook has all of them."""


@dataclass(frozen=True)
class Ask:
    """What `lianqin explain` was asked. ``apply`` is SHORTFALL:OPTION, written to ``target``.

    A shortfall is named by its entry, as S16-D01-1, or by entry and date, as S16-D01-1@10-05.
    """

    source: Path
    shortfall: str | None = None
    options: int | None = None
    apply: str | None = None
    target: Path | None = None
    workers: int = 2


def explain_roster(ask: Ask, voice: Voice, beside: Beside | None = None) -> int:
    """Explain the roster of a workbook and return the exit code 0; InputError for whatever cannot be.

    A process ``beside``, which has begun with the same workbook, shares the work where one entry is asked about.
    """
    if (ask.apply is None) != (ask.target is None):
        raise problem("--apply 与 -o 要一起用", "--apply and -o go together")
    if ask.target is not None:
        refuse_bad_target(ask.target, ask.source)
    if ask.shortfall is not None or ask.apply is not None:
        return _one(ask, voice, beside)
    back = read_roster(ask.source, all_parameters())
    found = _explained(ask, back.scenario, back.roster, audit(back.scenario, back.roster), voice)
    show_counted(voice, found.counted)
    show_entries(voice, found, rule_infos())
    return DONE


def _one(ask: Ask, voice: Voice, beside: Beside | None) -> int:
    """Answer for one entry; the process beside reads part of the workbook, loads the solver, and shares the work."""
    back = read_roster(ask.source, all_parameters(), baseline=ask.apply is not None, sheets=lambda: _sheets(beside))
    if beside is not None:
        beside.tell(back.scenario, back.roster)
    if ask.apply is not None and ask.target is not None:
        return _applied(ask, back, ask.apply, ask.target, voice, beside)
    from scheduler.options import offer

    eid = ask.shortfall or ""
    rules = [rule for rule in all_rules() if rule.id == eid.partition("-")[0]]
    findings = audit(back.scenario, back.roster, rules=rules) if rules else ()
    entry, on = named(back.scenario, back.roster, findings, eid, beside)
    show_entry(voice, entry, rule_infos(), offer(back.scenario, back.roster, findings, entry, on, beside))
    return DONE


def _sheets(beside: Beside | None) -> Mapping[str, Worksheet]:
    """Return the sheets that the process beside reads; what tries the ways out is loaded meanwhile."""
    if beside is None:
        return {}
    from scheduler import way_solve  # noqa: F401

    return beside.sheets()


def _explained(
    ask: Ask, scenario: Scenario, roster: Roster, findings: tuple[Finding, ...], voice: Voice
) -> Explanation:
    from scheduler.entries import entries
    from scheduler.options import offers

    with Workers(scenario, ask.workers) as workers:
        voice.warn("正在逐人查找原因……", "Asking about everybody ...")
        found = entries(scenario, roster, findings, workers=workers)
        wanted = found[: ask.options or 0]
        made: list[Offer] = []
        for n, one in enumerate(offers(scenario, roster, findings, wanted, workers), 1):
            voice.warn(f"对策 {n}/{len(wanted)}:{one.entry}", f"Ways out {n} of {len(wanted)}: {one.entry}")
            made.append(one)
    return Explanation(entries=found, counted=count(scenario), offers=tuple(made))


def named(
    scenario: Scenario, roster: Roster, findings: tuple[Finding, ...], asked: str, beside: Beside | None = None
) -> tuple[Entry, date | None]:
    """Return the entry of an id, and the date after its @ if any.

    InputError names the ids of the same place, or the dates of the entry, or says where ids are found.
    """
    from scheduler.entries import entries

    eid, _, clock = asked.partition("@")
    found = entries(scenario, roster, findings, only=eid, beside=beside)
    entry = next((e for e in found if e.id == eid), None)
    if entry is None:
        near = "、".join(e.id for e in found)
        raise problem(
            f"没有编号为 {eid} 的缺口",
            f"there is no shortfall {eid}",
            read=asked,
            expected=Text(near or "“缺口与对策”表中的编号", near or "an id of the sheet Shortfalls"),
        )
    days = {f"{d.day:%m-%d}": d.day for d in entry.days}
    if "@" in asked and clock not in days:
        known = "、".join(days)
        raise problem(
            f"{eid} 没有“{clock}”这一天",
            f"{eid} has no date {clock}",
            read=asked,
            expected=Text(known, known),
        )
    return entry, days.get(clock)


def explanation_for(
    scenario: Scenario,
    roster: Roster,
    findings: tuple[Finding, ...],
    workers: int | None = None,
    options: int = 0,
) -> Explanation:
    """Return what the workbook of a roster says: what counting shows, and every entry with everybody's reasons.

    With ``options`` also the ways out of that many of the dearest entries.
    """
    from scheduler.entries import entries
    from scheduler.options import offers

    with Workers(scenario, workers or os.cpu_count() or 1) as pool:
        found = entries(scenario, roster, findings, workers=pool)
        made = tuple(offers(scenario, roster, findings, found[:options], pool))
    return Explanation(entries=found, counted=count(scenario), offers=made)


# -- applying ---------------------------------------------------------------------------------------------------


def _applied(ask: Ask, back: ReadBack, which: str, target: Path, voice: Voice, beside: Beside | None) -> int:
    from scheduler.options import applied, offer

    eid, _, number = which.rpartition(":")
    if not eid or not number.isdigit():
        raise problem(
            f"--apply {which} 写法不对",
            f"--apply {which} is not right",
            expected=Text("如 S16-D01-1:2", "as S16-D01-1:2"),
        )
    findings = audit(back.scenario, back.roster)
    entry, on = named(back.scenario, back.roster, findings, eid, beside)
    found = offer(back.scenario, back.roster, findings, entry, on, beside)
    option = next((o for o in found.options if o.number == int(number)), None)
    if option is None:
        raise problem(
            f"{eid} 只有 {len(found.options)} 条对策", f"{eid} has {len(found.options)} option(s)", read=which
        )
    started = time.monotonic()
    scenario, roster = applied(back.scenario, back.roster, findings, entry, option, on, beside)
    after = audit(scenario, roster)
    report = report_now(after, back.report, edited=True)
    if option.inputs and back.report is not None:
        report = report.model_copy(update={"bound": 0.0, "gap": 1.0 if report.objective else 0.0})
    explained = explanation_for(scenario, roster, after, ask.workers)
    result = Result(roster=roster, report=report, findings=after)
    with Draft(target) as draft:
        write_roster(draft.path, scenario, result, all_parameters(), rule_infos(), lang=voice.lang, explained=explained)
        written = draft.accept()
    tell_moved(voice, target, written)
    voice.say(f"已采用 {which}:{option.text.zh}", f"Applied {which}: {option.text.en}", style="bold")
    for change in (*option.changes, *option.overtime, *option.inputs):
        voice.say(change.zh, change.en, indent=2)
    before = sum(f.points for f in findings)
    now = sum(f.points for f in after)
    voice.say(f"目标值 {points(before)} → {points(now)}", f"Objective {points(before)} -> {points(now)}")
    voice.say(f"文件:{written}", f"File: {written}", style="bold", whole=True)
    voice.say(f"用时:{time.monotonic() - started:.1f} 秒", f"Time: {time.monotonic() - started:.1f} s")
    return DONE


# -- showing ----------------------------------------------------------------------------------------------------


def show_entries(voice: Voice, found: Explanation, rules: tuple[RuleInfo, ...]) -> None:
    """Print the dearest entries with their reasons and options."""
    voice.say(f"缺口 {len(found.entries)} 条:", f"{len(found.entries)} shortfall(s):", style="bold")
    offers = {offer.entry: offer for offer in found.offers}
    for entry in found.entries[:MOST_SHOWN]:
        show_entry(voice, entry, rules, offers.get(entry.id))
    rest = len(found.entries) - MOST_SHOWN
    if rest > 0:
        voice.say(
            f"另有 {rest} 条较小的,用 --shortfall 编号 查看;编号见“缺口与对策”表。",
            f"and {rest} smaller ones: --shortfall ID shows one; the sheet Shortfalls has the ids.",
        )


def show_entry(voice: Voice, entry: Entry, rules: tuple[RuleInfo, ...], offer: Offer | None) -> None:
    """Print one entry: what is missing, the cause, everybody's reasons, and the ways out if they were asked for."""
    rule = next((r for r in rules if r.id == entry.rule), None)
    amount = reading(rule.unit_of(entry.item)).shown(entry.amount, voice.lang) if rule else f"{entry.amount}"
    days = spelled([d.day for d in entry.days], voice.lang)
    voice.say(
        f"{entry.id} {entry.what.zh} {entry.hours} 缺 {amount},{points(entry.points)} 分",
        f"{entry.id} {entry.what.en} {entry.hours}: {amount} missing, {points(entry.points)} points",
        style="bold",
    )
    cause = OBSTACLES[entry.cause] if entry.cause else Text("没有人可以问", "nobody could be asked")
    voice.say(f"{days};主要原因:{cause.zh}", f"{days}; mostly: {cause.en}", indent=2)
    for person in entry.people:
        voice.say(f"{person.name}({person.id})", f"{person.name} ({person.id})", indent=2)
        for reason in person.reasons:
            text = said(reason, voice.lang)
            voice.say(text, text, indent=4)
    if offer is not None:
        show_offer(voice, offer, rule, entry)


def show_offer(voice: Voice, offer: Offer, rule: RuleInfo | None, entry: Entry) -> None:
    """Print the ways out, cheapest first, each with what it fills, costs and changes."""
    if not offer.options:
        voice.say("没有找到可行的对策。", "No way out was found.", indent=2, style="bold")
    for option in offer.options:
        unit = reading(rule.unit_of(entry.item)) if rule else None
        filled = unit.shown(option.filled, voice.lang) if unit else f"{option.filled}"
        missing = unit.shown(option.missing, voice.lang) if unit else f"{option.missing}"
        voice.say(
            f"对策 {offer.entry}:{option.number} {option.text.zh}({option.day:%m-%d}):补上 {filled}(缺 {missing}),"
            f"总分 {option.points:+.1f}",
            f"Option {offer.entry}:{option.number} {option.text.en} ({option.day:%m-%d}): fills {filled} of {missing}, "
            f"{option.points:+.1f} points in all",
            indent=2,
            style="bold",
        )
        for line in option_told(option, voice.lang).split("\n"):
            if line:
                voice.say(line, line, indent=6)
    if len(entry.days) > 1 and "@" not in offer.entry:
        voice.say(
            f"其他日期的对策:--shortfall {entry.id}@月-日,如 {entry.id}@{entry.days[-1].day:%m-%d}",
            f"Other dates: --shortfall {entry.id}@MM-DD, as {entry.id}@{entry.days[-1].day:%m-%d}",
            indent=2,
        )
    for text in offer.tried:
        voice.say(f"试过无效:{text.zh}", f"Tried in vain: {text.en}", indent=2)
