"""`lianqin whatif` end to end on the small brigade: workbook, JSON, rosters, resume, and usage that is refused."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import openpyxl
import pytest

from app.cli import run
from constraints.base import all_parameters
from domain.whatif import Ending
from outputs.readback import read_roster
from scheduler.audit import audit, hard
from scheduler.farm import FarmProgress
from tests.app.kit import command, environment, write_input

SCHEMA = Path(__file__).parents[2] / "docs" / "whatif.schema.json"
SPEC = """
title: 试
scenarios:
  - name: 单干
    changes: [{do: dissolve_group, group: A, remediations: 1}]
  - name: 少一人
    changes: [{do: officers, squad: WT, by: -1}]
risk: [{rate: 0.05, samples: 2}]
"""
UNITS = "0.02"


class Compared(NamedTuple):
    """A finished what-if."""

    folder: Path
    source: Path
    spec: Path
    target: Path
    json: Path
    said: str
    progress: str


def whatif(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("whatif", *arguments), env=environment(), capture_output=True, encoding="utf-8", check=False
    )


def once(compared: Compared, target: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    limits = ("--deterministic", UNITS, "--json", target.with_suffix(".json"))
    return whatif(compared.source, "--spec", compared.spec, "-o", target, *limits, *more)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    folder = tmp_path_factory.mktemp("whatif")
    source, spec = write_input(folder / "in.xlsx"), folder / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    target = folder / "cmp.xlsx"
    found = Compared(folder, source, spec, target, target.with_suffix(".json"), "", "")
    done = once(found, target, "--workers", "2")
    assert done.returncode == 0, done.stderr
    return found._replace(said=done.stdout, progress=done.stderr)


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def figures(path: Path) -> list[Any]:
    """Return what a comparison found, without what depends on the clock."""
    cases = document(path)["cases"]
    for case in cases:
        case["outcome"].pop("seconds")
        case.pop("roster_file")
    return list(cases)


def test_the_workbook_and_the_json_are_written(compared: Compared) -> None:
    assert openpyxl.load_workbook(compared.target).sheetnames[0] == "汇总"
    found = document(compared.json)
    jsonschema.Draft202012Validator(document(SCHEMA)).validate(found)
    assert [c["id"] for c in found["cases"]] == ["S00", "S01", "S02", "S03-001", "S03-002"]
    assert {c["outcome"]["ending"] for c in found["cases"]} == {Ending.SOLVED.value}
    assert found["risks"][0]["samples"] == 2


def test_every_scenario_has_its_roster_which_reads_back_sound(compared: Compared) -> None:
    for case in document(compared.json)["cases"][:3]:
        back = read_roster(compared.folder / case["roster_file"], all_parameters())
        assert not hard(audit(back.scenario, back.roster))
    groups = read_roster(compared.folder / "cmp-runs" / "S01.xlsx", all_parameters()).scenario.groups
    assert [g.members for g in groups] == [("WT",), ("YY",), ("XD",)]


def test_progress_and_result_are_said(compared: Compared) -> None:
    assert "完成" in compared.progress
    assert "约剩" in compared.progress
    for word in ("基准", "单干", "未定", "90% 区间", "额外开销"):
        assert word in compared.said


def test_the_number_of_workers_changes_no_figure_and_resume_repeats_nothing(compared: Compared, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    assert once(compared, again, "--workers", "1", "--lang", "en").returncode == 0
    assert figures(again.with_suffix(".json")) == figures(compared.json)
    resumed = once(compared, again, "--workers", "2", "--resume", "--lang", "en")
    assert resumed.returncode == 0
    effort = document(again.with_suffix(".json"))["effort"]
    assert (effort["runs"], effort["reused"]) == (0, 5)
    assert "0 runs, 5 reused" in resumed.stdout


def test_a_stop_writes_what_is_done_and_resume_goes_on(compared: Compared, tmp_path: Path) -> None:
    target = tmp_path / "cut.xlsx"
    limits = ("--deterministic", UNITS, "--workers", "1", "--json", target.with_suffix(".json"))
    running = subprocess.Popen(
        command("whatif", compared.source, "--spec", compared.spec, "-o", target, *limits),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    folder = tmp_path / "cut-runs"
    end = time.monotonic() + 120
    while time.monotonic() < end and not list(folder.glob("*.run.json")):
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 0, said
    first = document(target.with_suffix(".json"))
    assert not first["complete"]
    assert "--resume" in first["notes"][0]["en"]
    assert once(compared, target, "--workers", "2", "--resume").returncode == 0
    second = document(target.with_suffix(".json"))
    assert second["complete"]
    assert second["effort"]["reused"] >= 1
    assert figures(target.with_suffix(".json")) == figures(compared.json)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "1. lianqin whatif nothing to compare"),
        (("--sweep", "fly(x)=1..2"), "1. --sweep fly(x)"),
        (("--minimum", "officers(WT)"), "1. --minimum --minimum and --such-that go together"),
        (("--minimum", "officers(WT)", "--such-that", "moon>=1"), "1. --such-that moon>=1"),
        (("--risk", "0.9"), "1. --risk --risk wants 0 to 0.5"),
        (("--prove", "moon", "--n-minus-one"), "1. --prove there is no measure moon"),
        (("--squad", "??", "--n-minus-one"), "1. --squad there is no ??"),
        (("--cluster", "tcp://127.0.0.1:1", "--n-minus-one"), "cannot reach the cluster"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    compared: Compared,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    target = tmp_path / "none.xlsx"
    code = run(["whatif", str(compared.source), "-o", str(target), "--lang", "en", *arguments])
    assert code == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())


def test_a_broken_spec_is_told_with_file_and_line(
    compared: Compared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "bad.yaml"
    spec.write_text("scenarios:\n  - name: x\n    changes: [{do: fly}]\n", encoding="utf-8")
    target = tmp_path / "none.xlsx"
    code = run(["whatif", str(compared.source), "--spec", str(spec), "-o", str(target), "--lang", "en"])
    assert code == 2
    assert "bad.yaml, line 3" in capsys.readouterr().err


def test_a_base_that_cannot_be_rostered_is_told_before_any_run(
    compared: Compared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "empty.yaml"
    spec.write_text(
        "scenarios:\n  - name: nobody\n    changes: [{do: officers, squad: YY, by: -6}]\n", encoding="utf-8"
    )
    target = tmp_path / "none.xlsx"
    code = run(["whatif", str(compared.source), "--spec", str(spec), "-o", str(target), "--lang", "en"])
    assert code == 2
    assert "nobody: 豫园 has nobody left" in capsys.readouterr().err
    assert not target.exists()


def test_the_progress_line_in_both_languages() -> None:
    from app.console import Voice
    from app.whatif_progress import line

    progress = FarmProgress(done=3, running=2, left=4, reused=1, elapsed_s=61.0, left_s=90.0)
    assert line(Voice("en"), progress) == "[   61 s] done 3, reused 1, running 2, left 4, about 90 s to go"
    assert line(Voice("zh"), progress) == "[   61 秒] 完成 3,沿用 1,在算 2,等待 4,约剩 90 秒"
