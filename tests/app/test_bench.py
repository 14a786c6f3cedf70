"""`lianqin bench curtois` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from app.cli import run
from outputs.bench_json import bench_schema
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, SOLO, write

SCHEMA = Path(__file__).parents[2] / "docs" / "bench.schema.json"


def test_the_schema_in_docs_is_that_of_the_records() -> None:
    hint = "write outputs.bench_json.bench_schema_text() to docs/bench.schema.json"
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == bench_schema(), hint


def test_figures_are_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "Instance1.txt", SOLO)
    write(tmp_path, "Instance2.txt", PAIR)
    target = tmp_path / "figures.json"
    options = ["--only", "2", "--time", "20", "--workers", "1", "--json", str(target), "--lang", "en"]
    assert run(["bench", "curtois", str(tmp_path), *options]) == 0
    shown = capsys.readouterr()
    assert all(len(line) <= 80 for line in shown.out.splitlines())
    assert "Objective" in shown.out
    assert f"objective {PAIR_OPTIMUM}, bound {PAIR_OPTIMUM}" in shown.err
    found = json.loads(target.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(bench_schema()).validate(found)
    assert [(row["objective"], row["score"]) for row in found["rows"]] == [(PAIR_OPTIMUM, PAIR_OPTIMUM)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "9"], "no such instance"),
        (["--time", "0"], "--time"),
        (["--workers", "0"], "--workers"),
        (["--json", "figures.txt"], ".json"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_2(
    tmp_path: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "Instance1.txt", SOLO)
    assert run(["bench", "curtois", str(tmp_path), *arguments, "--lang", "en"]) == 2
    assert said in capsys.readouterr().err


def test_mistakes_of_an_instance_are_listed_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "Instance1.txt", SOLO.replace("D,480,", "D,x,").replace("A,1,D,4", "A,9,D,4"))
    assert run(["bench", "curtois", str(tmp_path), "--lang", "en"]) == 2
    shown = capsys.readouterr().err
    assert "Instance1.txt" in shown
    assert shown.count("no fitting whole number") == 2


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_instances_is_a_problem(
    tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(["bench", "curtois", str(tmp_path / folder), "--lang", "en"]) == 2
    assert "there is no" in capsys.readouterr().err


def test_no_roster_is_exit_3(tmp_path: Path) -> None:
    write(tmp_path, "Instance1.txt", SOLO.replace("2400,1920", "4800,4800"))  # ten shifts in seven days
    assert run(["bench", "curtois", str(tmp_path), "--time", "10", "--workers", "1"]) == 3
