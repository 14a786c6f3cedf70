"""The ways in which `lianqin roster` ends other than well; the solver is replaced by what it gave before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import app.shipping
import scheduler.plan
from app.cli import run
from constraints.base import all_parameters
from domain.problem import InputError, Problem
from domain.result import Finding, Result, Where
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Severity, Text
from outputs.readback import read_roster
from scheduler.audit import audit
from scheduler.progress import Options, Watch
from tests.app.conftest import Rostered

OLD = b"the roster of before"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A target that exists already."""
    path = tmp_path / "month.xlsx"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def planned(rostered: Rostered, monkeypatch: pytest.MonkeyPatch) -> Result:
    """The result that the stand-in for the solver gives."""
    _, result = rostered.result()
    monkeypatch.setattr(scheduler.plan, "plan", lambda scenario, options, watch, place=None: result)
    return result


def made(rostered: Rostered, target: Path, *more: str) -> int:
    return run(["roster", str(rostered.source), "-o", str(target), *more])


def names(target: Path) -> list[str]:
    return sorted(p.name for p in target.parent.iterdir())


def test_what_was_planned_is_what_lies_in_the_file(rostered: Rostered, planned: Result, target: Path) -> None:
    assert made(rostered, target) == 0
    assert read_roster(target, all_parameters()).roster == rostered_roster(rostered)
    assert names(target) == ["month.xlsx"]


def rostered_roster(rostered: Rostered) -> Roster:
    return read_roster(rostered.target, all_parameters()).roster


def disagreeing(extra: Finding) -> Callable[[Scenario, Roster], tuple[Finding, ...]]:
    def judge(scenario: Scenario, roster: Roster) -> tuple[Finding, ...]:
        return (extra, *audit(scenario, roster))

    return judge


@pytest.mark.parametrize("severity", [Severity.HARD, Severity.WISH])
def test_an_audit_that_disagrees_keeps_the_file_apart_and_exits_4(
    severity: Severity,
    rostered: Rostered,
    planned: Result,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    extra = Finding(
        rule="R03", severity=severity, amount=1, where=Where(), text=Text("多出", "one more"), advice=Text("无", "none")
    )
    monkeypatch.setattr(app.shipping, "audit", disagreeing(extra))
    also = target.with_suffix(".json")
    assert made(rostered, target, "--json", str(also), "--lang", "en") == 4
    assert target.read_bytes() == OLD
    assert names(target) == ["month.rejected.xlsx", "month.xlsx"]
    assert "one more" in capsys.readouterr().err


def test_a_plan_with_a_hard_breach_of_its_own_is_rejected_even_if_both_audits_agree(
    rostered: Rostered, planned: Result, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, _ = rostered.result()
    broken = planned.roster.model_copy(update={"duties": planned.roster.duties[1:]})
    result = Result(roster=broken, report=planned.report, findings=audit(scenario, broken))
    monkeypatch.setattr(scheduler.plan, "plan", lambda scenario, options, watch, place=None: result)
    assert made(rostered, target) == 4
    assert target.read_bytes() == OLD


def test_no_roster_in_time_exits_3_and_says_what_to_do(
    rostered: Rostered, target: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(scenario: Scenario, options: Options, watch: Watch, place: object = None) -> Result:
        raise scheduler.plan.NoRoster

    monkeypatch.setattr(scheduler.plan, "plan", nothing)
    for lang in ("zh", "en"):
        assert made(rostered, target, "--lang", lang) == 3
        assert "--time" in capsys.readouterr().err
    assert target.read_bytes() == OLD
    assert names(target) == ["month.xlsx"]


def test_contradictory_input_found_while_solving_exits_2(
    rostered: Rostered, target: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def clash(scenario: Scenario, options: Options, watch: Watch, place: object = None) -> Result:
        raise InputError((Problem(text=Text("锁定互相矛盾", "the locks contradict each other")),))

    monkeypatch.setattr(scheduler.plan, "plan", clash)
    assert made(rostered, target) == 2
    assert "锁定互相矛盾" in capsys.readouterr().err
    assert target.read_bytes() == OLD


def test_the_command_s_time_leaves_some_for_writing_and_a_deterministic_run_has_no_clock(
    rostered: Rostered, planned: Result, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Options, float]] = []

    def plan(scenario: Scenario, options: Options, watch: Watch, place: object = None) -> Result:
        asked.append((options, watch.seconds))
        return planned

    monkeypatch.setattr(scheduler.plan, "plan", plan)
    assert made(rostered, target, "--time", "60", "--seed", "9", "--workers", "3") == 0
    assert made(rostered, target, "--deterministic", "4") == 0
    (timed, seconds), (repeatable, unlimited) = asked
    assert 30 <= seconds == timed.seconds < 60
    assert (timed.seed, timed.workers, timed.deterministic) == (9, 3, None)
    assert repeatable.deterministic == 4
    assert unlimited == float("inf")


def test_a_file_of_ours_that_cannot_be_read_back_is_our_fault_too(
    rostered: Rostered,
    planned: Result,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def unreadable(path: Path, parameters: object, *, baseline: bool = True) -> None:
        raise InputError((Problem(text=Text("读不回来", "cannot be read back")),))

    monkeypatch.setattr(app.shipping, "read_roster", unreadable)
    assert made(rostered, target) == 4
    assert "读不回来" in capsys.readouterr().err
    assert names(target) == ["month.rejected.xlsx", "month.xlsx"]
