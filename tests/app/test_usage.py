"""The command line itself: help, wrong usage, rules, targets; nothing here needs a roster."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from app.cli import run
from tests.app.kit import command, environment, write_input


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from app.cli import run; run(['--help']); "
        "bad = {'ortools', 'pandas', 'openpyxl', 'xlsxwriter', 'pydantic'} & set(sys.modules); sys.exit(bool(bad))"
    )
    before = time.monotonic()
    done = subprocess.run([command()[0], "-c", code], env=environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - before < 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["roster", "in.xlsx"], "--output"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--time", "5", "--deterministic", "5"], "--deterministic"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--squad", "WT", "--group", "A"], "--group"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--time", "0"], "--time"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--time", "nan"], "--time"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--time", "soon"], "--time"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--deterministic", "-1"], "--deterministic"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--workers", "0"], "--workers"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--seed", "-1"], "--seed"),
        (["roster", "in.xlsx", "-o", "out.xlsx", "--gap", "8"], "--gap"),
        (["whatif", "in.xlsx", "-o", "out.xlsx", "--gap", "-0.1"], "--gap"),
        (["whatif", "in.xlsx", "-o", "out.xlsx", "--gap", "nan"], "--gap"),
        (["sample", "out.xlsx", "--month", "2026-13"], "--month"),
        (["sample", "out.csv"], ".xlsx"),
        (["rules", "--lang", "fr"], "fr"),
        (["rooster"], "rooster"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_the_two_ways_of_limiting_time_exclude_each_other_in_both_languages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    both = ["roster", "in.xlsx", "-o", "out.xlsx", "--time", "5", "--deterministic", "5"]
    assert run(both) == 2
    assert "不能同时使用" in capsys.readouterr().err
    assert run([*both, "--lang", "en"]) == 2
    assert "exclude each other" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["check", "roster"])
def test_a_missing_file_is_a_sentence_in_both_languages(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ["-o", str(tmp_path / "out.xlsx")] if verb == "roster" else []
    missing = str(tmp_path / "none.xlsx")
    assert run([verb, missing, *target]) == 2
    assert "找不到文件" in capsys.readouterr().err
    assert run([verb, missing, *target, "--lang", "en"]) == 2
    assert "there is no file" in capsys.readouterr().err.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "folder", "nowhere/out.xlsx", "out.txt", "in.xlsx"])
def test_a_target_that_cannot_be_is_refused_before_any_work(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    source = write_input(tmp_path / "in.xlsx")
    before = source.read_bytes()
    assert run(["roster", str(source), "-o", str(tmp_path / name), "--lang", "en"]) == 2
    assert "1 problem(s)" in capsys.readouterr().err
    assert source.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "in.xlsx"]


def test_rules_lists_every_rule_with_default_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, title, source in (("zh", "班次间休息", "欧盟指令"), ("en", "Rest between shifts", "EU Directive")):
        assert run(["rules", "--lang", lang]) == 0
        shown = capsys.readouterr().out
        words = " ".join(shown.replace("│", " ").split())
        assert title.split()[0] in words
        assert "R03.min_rest = 11" in words
        assert source in words


def test_nothing_printed_is_wider_than_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.cells import cell_len

    for lang in ("zh", "en"):
        assert run(["rules", "--lang", lang]) == 0
        assert max(cell_len(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_a_gbk_console_shows_what_it_can_and_does_not_crash(tmp_path: Path) -> None:
    odd = tmp_path / "emoji\N{POLICE OFFICER}.xlsx"
    for arguments in (("rules",), ("check", odd), ("--help",), ("check", odd, "--lang", "en")):
        done = subprocess.run(
            command(*arguments), env=environment(PYTHONIOENCODING="gbk"), capture_output=True, check=False
        )
        assert done.returncode == (2 if arguments[0] == "check" else 0)
        assert b"Traceback" not in done.stderr
        (done.stdout + done.stderr).decode("gbk")


@pytest.mark.parametrize("verb", ["sample", "template"])
def test_sample_and_template_write_a_workbook_and_say_where(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "book.xlsx"
    assert run([verb, str(target)]) == 0
    assert "book.xlsx" in capsys.readouterr().out
    assert target.read_bytes().startswith(b"PK")
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


def test_check_recognises_an_input_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_input(tmp_path / "in.xlsx")
    assert run(["check", str(source)]) == 0
    assert "输入工作簿" in capsys.readouterr().out
    assert run(["check", str(source), "--lang", "en"]) == 0
    assert "is an input workbook" in capsys.readouterr().out


def test_a_reader_that_leaves_early_changes_no_exit_code(tmp_path: Path) -> None:
    source = write_input(tmp_path / "in.xlsx")
    process = subprocess.Popen(
        command("check", source), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, progress = process.communicate(timeout=30)
    assert (process.returncode, progress) == (0, b"")


def test_a_disk_that_is_full_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.rules.show_rules", full)
    assert run(["rules"]) == 2
    assert "No space left on device" in capsys.readouterr().err
