"""Writes the roster workbook of every scenario: read back and audited again before it is put in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.console import Voice
from constraints.base import all_parameters
from domain.problem import InputError
from domain.result import Result
from domain.scenario import Scenario
from domain.words import Text
from inputs.save import Draft
from outputs.readback import read_roster
from outputs.workbook import write_roster
from scheduler.audit import audit, hard, rule_infos
from scheduler.judge import disagreement
from scheduler.parallel import Workers

Rosters = Mapping[str, tuple[Scenario, Result]]


def write_rosters(folder: Path, rosters: Rosters, workers: int, voice: Voice) -> tuple[dict[str, str], bool]:
    """Write the rosters by case id; return their files relative to the comparison, and whether one was rejected."""
    files: dict[str, str] = {}
    wrong = False
    if not rosters:
        return files, wrong
    voice.warn(f"写出 {len(rosters)} 份排班表…", f"Writing {len(rosters)} rosters...")
    any_scenario = next(iter(rosters.values()))[0]
    with Workers(any_scenario, min(workers, len(rosters))) as pool:
        jobs = {
            cid: pool.submit(write_one, folder / f"{cid}.xlsx", scenario, result, voice.lang)
            for cid, (scenario, result) in rosters.items()
        }
        for cid, job in jobs.items():
            reasons = job.result()
            if not reasons:
                files[cid] = f"{folder.name}/{cid}.xlsx"
                continue
            wrong = True
            voice.warn(
                f"方案 {cid} 的排班表自查未通过,未写出。这是程序的错误,请报告。原因:",
                f"The roster of {cid} failed our own audit and was not written. This is a fault of the program, please "
                "report it. Reasons:",
                style="bold",
            )
            for reason in reasons:
                voice.warn(reason.zh, reason.en, indent=2)
    return files, wrong


def write_one(target: Path, scenario: Scenario, result: Result, lang: str) -> tuple[Text, ...]:
    """Write one roster; return why it was not put in place, nothing if it was."""
    with Draft(target) as draft:
        write_roster(draft.path, scenario, result, all_parameters(), rule_infos(), lang=lang)
        try:
            back = read_roster(draft.path, all_parameters())
        except InputError as unreadable:
            return tuple(problem.text for problem in unreadable.problems)
        found = audit(back.scenario, back.roster)
        differing = disagreement(found, result.findings)
        if differing or hard(found):
            return tuple(f.text for f in (*hard(found), *differing.first, *differing.second))[:10]
        draft.accept()
    return ()
