"""Twenty contradictory locks in one squad of the sample brigade: told at once, line by line, before any search."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.cli import run
from domain.scenario import Lock
from domain.words import LockKind
from inputs.sample import sample_scenario
from tests.app.kit import write_input

SQUAD = ("1003", "1004", "1005", "1006", "1007", "1009")
LONG = "1010"


def planted() -> tuple[Lock, ...]:
    """Return six times late and then early, and one officer eight days in a row."""
    pairs = [(who, 5 + n + more, shift) for n, who in enumerate(SQUAD) for more, shift in ((0, "晚"), (1, "早"))]
    rows = [*pairs, *((LONG, 12 + n, "早") for n in range(8))]
    return tuple(
        Lock(id=f"K{n}", kind=LockKind.SHIFT, date=date(2026, 10, day), officer=who, shift=shift)
        for n, (who, day, shift) in enumerate(rows, 1)
    )


def test_twenty_planted_locks_are_named_by_row_with_the_least_to_give_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, locks = sample_scenario(), planted()
    assert len(locks) == 20
    source = write_input(tmp_path / "in.xlsx", base.model_copy(update={"locks": (*base.locks, *locks)}))
    sheet = openpyxl.load_workbook(source)["锁定"]
    rows = {str(row[0]): n for n, row in enumerate(sheet.iter_rows(values_only=True), 1)}
    assert run(["roster", str(source), "-o", str(tmp_path / "out.xlsx"), "--workers", "2"]) == 2
    said = capsys.readouterr().err.replace("\n", "").replace(" ", "")
    assert "建立班表" not in said, "what the locks prove needs no search"
    for lock in locks[:12]:
        assert f"“锁定”第{rows[lock.id]}行" in said
    assert sum(f"“锁定”第{rows[lock.id]}行" in said for lock in locks[12:]) == 7
    for lock in base.locks:
        assert f"“锁定”第{rows[lock.id]}行" not in said
    assert said.count("(2行不能同时成立") == 12
    assert said.count("(7行不能同时成立") == 7
    assert "最小让步(权重7)" in said
    assert "求解证明去掉后可以排班" in said
    assert not (tmp_path / "out.xlsx").exists()
