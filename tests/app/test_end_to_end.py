"""The main job as a user meets it: workbook in, roster out, checked, edited, checked again, interrupted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.cells import cell_len

from app.cli import run
from domain.calendar import DAY
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind
from outputs.layout import DAILY, PLAN
from outputs.printing import day_heading, grid_names, word
from tests.app.conftest import Rostered
from tests.app.kit import cell_at, command, edited, environment, write_input

OLD = b"the roster of before"
A_FIRST_ROSTER = r"目标 \d"


def test_the_summary_says_how_good_the_roster_is_and_what_it_holds(rostered: Rostered) -> None:
    scenario, result = rostered.result()
    for expected in ("状态", "目标值", "下界", "差距", "硬性违规", "第一联动小组", "out.xlsx", "用时"):
        assert expected in rostered.said
    (held,) = result.roster.remediations
    assert f"{held.start:%m-%d %H:%M}" in rostered.said
    assert f"{len(held.participants)} 人" in rostered.said
    assert scenario.hotspot_by_id[held.hotspot].name in rostered.said


def test_progress_is_shown_apart_from_the_result(rostered: Rostered) -> None:
    assert "下界" in rostered.progress
    assert "第一联动小组" not in rostered.progress


def test_the_summary_fits_80_columns(rostered: Rostered) -> None:
    lines = [line for line in rostered.said.splitlines() if "out.xlsx" not in line]
    assert max(map(cell_len, lines)) <= 80


def test_the_json_tells_the_same_as_the_workbook(rostered: Rostered) -> None:
    _, result = rostered.result()
    told = json.loads(rostered.json.read_text(encoding="utf-8"))
    assert len(told["roster"]["shifts"]) == len(result.roster.shifts)
    assert told["report"]["objective"] == result.report.objective
    assert len(told["findings"]) == len(result.findings)


def test_check_passes_what_was_written_and_loads_no_solver(rostered: Rostered) -> None:
    code = "import sys; from app.cli import run; c = run(sys.argv[1:]); sys.exit(99 if 'ortools' in sys.modules else c)"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(rostered.target)],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有硬性违规" in done.stdout
    assert "没有改动" in done.stdout


def test_check_writes_json_too(rostered: Rostered, tmp_path: Path) -> None:
    target = tmp_path / "checked.json"
    assert run(["check", str(rostered.target), "--json", str(target)]) == 0
    checked, made = (json.loads(path.read_text(encoding="utf-8")) for path in (target, rostered.json))
    assert checked["report"]["seed"] == 1
    assert checked["roster"]["holdings"] == made["roster"]["holdings"] != []


def _late_then_early(scenario: Scenario, roster: Roster) -> tuple[str, str, date]:
    """Return an officer who works late on a date and not early on the next, and a colleague who then works early."""
    for (officer, day), shift in sorted(roster.shift_on.items()):
        tomorrow = day + DAY
        if shift != "L" or tomorrow >= scenario.end or roster.shift_on.get((officer, tomorrow)) == "E":
            continue
        for other in scenario.officers_of(scenario.officer_by_id[officer].squad):
            if roster.shift_on.get((other.id, tomorrow)) == "E":
                return officer, other.id, tomorrow
    raise AssertionError("nobody works late before a colleague works early")


def test_two_cells_swapped_by_hand_are_found_with_officer_date_and_rule(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, result = rostered.result()
    tired, other, day = _late_then_early(scenario, result.roster)
    sheet = grid_names(scenario, "zh")[scenario.officer_by_id[tired].squad]

    def swap(book: Any) -> None:  # noqa: ANN401
        heading = day_heading(scenario, day, "zh")
        one, two = cell_at(book[sheet], tired, heading), cell_at(book[sheet], other, heading)
        one.value, two.value = two.value, one.value

    swapped = edited(rostered.target, tmp_path / "swapped.xlsx", swap)
    for lang, words in (("zh", ("班次间休息", "改为")), ("en", ("Rest between shifts", "->"))):
        assert run(["check", str(swapped), "--lang", lang]) == 1
        shown = capsys.readouterr().out
        blocks = [line for line in shown.splitlines() if " R03 " in line]
        assert any(scenario.officer_by_id[tired].name in line and f"{day:%Y-%m-%d}" in line for line in blocks), shown
        assert all(word in shown for word in words)
        assert f"{scenario.officer_by_id[other].name}({other}) {day:%Y-%m-%d}" in shown


def test_a_remediation_deleted_by_hand_is_missed_by_its_group(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, result = rostered.result()
    (held,) = result.roster.remediations

    def delete(book: Any) -> None:  # noqa: ANN401
        sheet = book[PLAN.name.zh]
        sheet.delete_rows(next(row[0].row for row in sheet.iter_rows() if row[0].value == held.id))

    gone = edited(rostered.target, tmp_path / "gone.xlsx", delete)
    assert run(["check", str(gone)]) == 1
    shown = capsys.readouterr().out
    assert any("R12" in line and "第一联动小组" in line for line in shown.splitlines()), shown
    assert "已删除" in shown


def test_a_row_of_the_daily_duties_deleted_by_hand_is_found(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deleting a row of the daily duties leaves its people on shift with nothing to do."""

    def delete(book: Any) -> None:  # noqa: ANN401
        sheet = book[DAILY.name.zh]
        sheet.delete_rows(next(row[0].row for row in sheet.iter_rows() if row[3].value == word(DutyKind.DESK, "zh")))

    assert run(["check", str(edited(rostered.target, tmp_path / "less.xlsx", delete)), "--lang", "en"]) == 1
    assert "R01" in capsys.readouterr().out


def test_five_mistakes_are_all_listed_and_the_old_roster_stays(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoil(book: Any) -> None:  # noqa: ANN401
        cell_at(book["队员"], "WT1", "中队").value = "没有这个中队"
        cell_at(book["队员"], "WT2", "队伍").value = "骑兵"
        cell_at(book["固定岗"], "P1", "人数").value = -3
        cell_at(book["班次"], "E", "开始").value = "=NOW()"
        cell_at(book["联动小组"], "A", "成员中队").value = "WT"

    source = edited(rostered.source, tmp_path / "bad.xlsx", spoil)
    target = tmp_path / "out.xlsx"
    target.write_bytes(OLD)
    for lang, words in (
        ("zh", ("没有这个中队", "骑兵", "-3", "=NOW()", "联动小组")),
        ("en", ("没有这个中队", "骑兵", "-3", "=NOW()", "cannot act jointly")),
    ):
        assert run(["roster", str(source), "-o", str(target), "--lang", lang]) == 2
        shown = capsys.readouterr()
        assert all(word in shown.err for word in words), shown.err
        assert "Traceback" not in shown.err
        assert shown.out == ""
    assert target.read_bytes() == OLD
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.xlsx", "out.xlsx"]
    assert run(["check", str(source)]) == 2
    assert "骑兵" in capsys.readouterr().err


def test_a_squad_alone_is_rostered_and_passes_its_check(rostered: Rostered, tmp_path: Path) -> None:
    target = tmp_path / "one.xlsx"
    arguments = ["roster", str(rostered.source), "-o", str(target), "--squad", "YY", "--deterministic", "0.05"]
    assert run([*arguments, "--workers", "1", "--lang", "en"]) == 0
    names = openpyxl.load_workbook(target).sheetnames
    assert sum(name.startswith("Roster·") for name in names) == 1
    assert run(["check", str(target)]) == 0


def test_an_unknown_squad_is_a_sentence(rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["roster", str(rostered.source), "-o", str(tmp_path / "x.xlsx"), "--squad", "ZZ"]) == 2
    assert "ZZ" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


class Running:
    """`lianqin roster` in a process group of its own, as a console starts it; killed at the end of the block."""

    def __init__(self, folder: Path) -> None:
        self.target = folder / "out.xlsx"
        self.target.write_bytes(OLD)
        source = write_input(folder / "in.xlsx")
        group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        self.process = subprocess.Popen(
            command("roster", source, "-o", self.target, "--time", "60", "--workers", "1"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **group,
        )

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def wait_for(self, pattern: str) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if re.search(pattern, line):
                return
        raise AssertionError(f"ended without saying {pattern}")

    def interrupt(self) -> None:
        """Send what Ctrl-C in a console sends, to the command and to the processes it started."""
        if sys.platform == "win32":
            self.process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(self.process.pid, signal.SIGINT)


def test_ctrl_c_once_writes_the_best_roster_so_far(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Running(tmp_path) as running:
        running.wait_for(A_FIRST_ROSTER)
        running.interrupt()
        said, progress = running.process.communicate(timeout=50)
    assert running.process.returncode == 0, progress
    assert "Ctrl-C" in progress
    assert "硬性违规" in said
    assert run(["check", str(running.target)]) == 0
    assert "没有硬性违规" in capsys.readouterr().out


def test_ctrl_c_twice_aborts_and_leaves_the_old_file(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        running.wait_for(A_FIRST_ROSTER)
        running.interrupt()
        running.wait_for("Ctrl-C")
        running.interrupt()
        _, progress = running.process.communicate(timeout=30)
    if running.process.returncode != 0:  # 0 where the first one was faster than we were
        assert running.process.returncode == 130, progress
        assert running.target.read_bytes() == OLD
        assert sorted(p.name for p in tmp_path.iterdir()) == ["in.xlsx", "out.xlsx"]


def test_killed_in_mid_run_the_old_file_stays(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        running.wait_for(A_FIRST_ROSTER)
        running.process.kill()
        running.process.wait(timeout=timedelta(seconds=30).total_seconds())
    assert running.target.read_bytes() == OLD
