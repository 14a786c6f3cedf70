"""Puts a roster workbook in place: written beside its target, read back, judged again, and only then accepted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from app.console import Voice
from app.writing import write_text
from constraints.base import all_parameters
from domain.explanation import Explanation
from domain.problem import InputError
from domain.result import Finding, Result
from domain.scenario import Scenario
from domain.words import Text
from inputs.save import Draft
from outputs.readback import ReadBack, in_order, read_roster
from outputs.report_json import to_json
from outputs.workbook import noted, write_roster
from scheduler.audit import audit, hard, rule_infos
from scheduler.judge import Disagreement, disagreement

MOST_REASONS = 10


def ship(
    target: Path,
    scenario: Scenario,
    result: Result,
    voice: Voice,
    *,
    json_target: Path | None = None,
    accepted: Collection[Finding] = (),
    quick: bool = False,
    explained: Explanation | None = None,
    notes: Callable[[], Sequence[Text]] | None = None,
) -> Path | None:
    """Write a workbook, read it back and audit it; return where it lies, or None where it was rejected.

    ``accepted`` are hard breaches that somebody decided to keep; any other one rejects the file. With ``quick`` a file
    that reads back equal in input and roster is not audited again, as the audit is a function of these two; the hidden
    tables are then not read, unless it was published.
    ``explained`` goes on the sheet of shortfalls; ``notes`` are asked for last (see `write_roster`).
    """
    parameters, rules = all_parameters(), rule_infos()
    with Draft(target) as draft:
        write_roster(draft.path, scenario, result, parameters, rules, lang=voice.lang, explained=explained, notes=notes)
        try:
            back = read_roster(draft.path, parameters, baseline=not quick or result.publication is not None)
        except InputError as unreadable:
            _reject(draft, [problem.text for problem in unreadable.problems], voice)
            return None
        if quick and same(back, scenario, result):
            found, differing = result.findings, Disagreement((), ())
        else:
            found = audit(back.scenario, back.roster)
            differing = disagreement(found, result.findings)
        breaches = [f for f in hard(found) if f not in accepted]
        if differing or breaches:
            _reject(draft, _disagreeing(differing, breaches), voice)
            return None
        if json_target is not None:
            write_text(json_target, to_json(scenario, result if notes is None else noted(result, notes())))
        return draft.accept()


def same(back: ReadBack, scenario: Scenario, result: Result) -> bool:
    """Return whether a workbook reads back with the same input and the same roster."""
    roster = in_order(scenario, result.roster).model_copy(update={"holdings": ()})
    return back.scenario == scenario and back.roster == roster


def _reject(draft: Draft, why: Sequence[Text], voice: Voice) -> None:
    """Keep the file apart and say why; this is a fault of ours, not of the input."""
    kept = draft.reject()
    voice.warn(
        f"自查未通过,目标文件未动。这是程序的错误,本次文件保存为“{kept}”,请连同它报告问题。原因:",
        f"Our own audit disagrees with our own roster; the target was left alone. This is a fault of the program: the "
        f"file is kept as {kept}, please report it together with the file. Reasons:",
        style="bold",
    )
    for text in why[:MOST_REASONS]:
        voice.warn(text.zh, text.en, indent=2)
    if len(why) > MOST_REASONS:
        rest = len(why) - MOST_REASONS
        voice.warn(f"另有 {rest} 条", f"and {rest} more", indent=2)


def _disagreeing(differing: Disagreement, breaches: Sequence[Finding]) -> list[Text]:
    found = [(finding, Text("硬性违规", "hard breach")) for finding in breaches]
    found += [(finding, Text("只在文件中", "only in the file")) for finding in differing.first]
    found += [(finding, Text("只在排班结果中", "only in the roster")) for finding in differing.second]
    return [
        Text(f"{how.zh}:{finding.rule} {finding.text.zh}", f"{how.en}: {finding.rule} {finding.text.en}")
        for finding, how in found
    ]
