"""`lianqin check`: reads a roster workbook back, audits it and says what it found. Loads no solver."""

from __future__ import annotations

from pathlib import Path

from app.console import Voice
from app.counting import show_counted
from app.edits import show_priced
from app.findings import show_breaches
from app.problems import show_problems
from app.summary import show_report, show_totals
from app.writing import refuse_bad_target, write_text
from constraints.base import all_parameters
from constraints.s04_holding import holdings
from domain.problem import InputError
from domain.result import Result
from inputs.book import open_book
from inputs.labels import fold
from inputs.read import read_workbook
from inputs.schema import SHEETS
from outputs.readback import read_roster
from outputs.report_json import to_json
from scheduler.audit import audit, rule_infos
from scheduler.counting import count
from scheduler.judge import Edits, breaches, edits, report_now
from scheduler.nearby import by_rule
from scheduler.pricing import priced

CLEAN, BREACHED, REFUSED = 0, 1, 2


def check_roster(source: Path, json_target: Path | None, voice: Voice) -> int:
    """Audit the workbook ``source``, print the findings and return the exit code: 0 clean, 1 breached, 2 unreadable.

    An input workbook is not a roster: that is said, with its problems if it has any.
    """
    parameters = all_parameters()
    try:
        back = read_roster(source, parameters)
    except InputError as error:
        return _perhaps_an_input(source, error, voice)
    findings = audit(back.scenario, back.roster)
    bad = breaches(findings, back.declared)
    changed = Edits() if back.baseline is None else edits(back.baseline, back.roster)
    report = report_now(findings, back.report, edited=changed.any)
    edited = None if back.baseline is None else priced(back.scenario, back.baseline, back.roster, changed)
    if json_target is not None:
        refuse_bad_target(json_target, suffix=".json")
        roster = back.roster.model_copy(update={"holdings": holdings(back.scenario, back.roster)})
        result = Result(roster=roster, report=report, findings=findings)
        write_text(json_target, to_json(back.scenario, result, edited))
    rules = rule_infos()
    show_breaches(voice, back.scenario, bad, rules)
    show_totals(voice, findings, rules)
    show_report(voice, report)
    for note in (*report.notes, *back.notes):
        voice.say(f"说明:{note.zh}", f"Note: {note.en}")
    if edited is not None:
        show_priced(voice, back.scenario, edited, by_rule(back.declared, findings))
    return BREACHED if bad else CLEAN


def _perhaps_an_input(source: Path, error: InputError, voice: Voice) -> int:
    """Say that the workbook is an input if it reads as one; else show why it could not be read as a roster."""
    if not _holds_input(source):
        show_problems(voice, error.problems)
        return REFUSED
    try:
        scenario = read_workbook(source, all_parameters())
    except InputError as wrong:
        voice.warn(
            f"“{source.name}”是输入工作簿,不是排班表,而且有问题。",
            f"{source.name} is an input workbook, not a roster, and it has problems.",
            style="bold",
        )
        show_problems(voice, wrong.problems)
        return REFUSED
    voice.say(
        f"“{source.name}”是输入工作簿,不是排班表:{len(scenario.officers)} 名队员,没有发现问题。",
        f"{source.name} is an input workbook, not a roster: {len(scenario.officers)} officers, no problems found.",
    )
    command = f"lianqin roster {source} -o"
    voice.say(f"可以排班:{command} 排班.xlsx", f"To make a roster: {command} OUT.xlsx", whole=True)
    show_counted(voice, count(scenario))
    return CLEAN


def _holds_input(source: Path) -> bool:
    """Return whether at least half of the input sheets are there, by name in either language."""
    try:
        with open_book(source) as book:
            names = {fold(name) for name in book.names}
    except InputError:
        return False
    found = sum(bool(names & {fold(sheet.name.zh), fold(sheet.name.en)}) for sheet in SHEETS)
    return 2 * found >= len(SHEETS)
