"""`lianqin explain` and what the workbook says of shortfalls, end to end on a small brigade."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from app.cli import run
from constraints.base import all_parameters
from domain.calendar import DAY
from domain.scenario import Lock, Scenario
from domain.words import LockKind
from outputs.readback import read_roster
from outputs.shortfalls import MARK
from scheduler.audit import audit
from scheduler.entries import entries
from scheduler.options import offer
from tests.app.kit import FIRST, small_brigade, write_input


def short_brigade() -> Scenario:
    """Return the small brigade with a post for three and a desk open all day: more than it can do."""
    base = small_brigade()
    (post,), (desk,) = base.posts, base.desks
    return base.model_copy(
        update={
            "posts": (post.model_copy(update={"heads": 4, "length": timedelta(hours=15)}),),
            "desks": (desk.model_copy(update={"length": timedelta(hours=12)}),),
        }
    )


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the roster workbook of the short brigade."""
    folder = tmp_path_factory.mktemp("explain")
    source = write_input(folder / "in.xlsx", short_brigade())
    target = folder / "roster.xlsx"
    assert run(["roster", str(source), "-o", str(target), "--deterministic", "0.05", "--workers", "2"]) == 0
    return target


def ids(book: Path) -> list[str]:
    sheet = openpyxl.load_workbook(book)["缺口与对策"]
    return [str(row[0]) for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] == "缺口"]


def test_the_sheet_names_entries_and_everybodys_reasons(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["缺口与对策"]
    kinds = [row[1] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert {"缺口", "为何不在", "计数校核"} <= set(kinds)
    reasons = [str(row[9]) for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] == "为何不在"]
    assert all(reasons)


def test_the_grids_marks_lead_to_the_entries(book: Path) -> None:
    whole = openpyxl.load_workbook(book)
    grid, sheet = whole["月排班表·外滩"], whole["缺口与对策"]
    marked = [cell for row in grid.iter_rows() for cell in row if str(cell.value or "").startswith(MARK)]
    assert len(marked) > 3
    for cell in marked:
        assert cell.comment is not None
        target = str(cell.hyperlink.location or cell.hyperlink.ref)
        row = int(target.rpartition("A")[2])
        assert sheet.cell(row, 2).value == "缺口"
        assert str(sheet.cell(row, 1).value) in cell.comment.text


def test_the_marked_workbook_reads_back_clean(book: Path) -> None:
    assert run(["check", str(book)]) == 0


def test_fairness_compares_with_the_mean_and_draws_it(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["均衡对比"]
    rows = [r for r in sheet.iter_rows(min_row=5, values_only=True) if str(r[0] or "").startswith("WT")]
    assert len(rows) == 6
    own = [float(str(row[3])) for row in rows]
    for row in rows:
        assert float(str(row[4])) == pytest.approx(sum(own) / 6, abs=0.01)
        assert float(str(row[5])) == pytest.approx(float(str(row[3])) - float(str(row[4])), abs=0.011)
    assert len(sheet._charts) == 3  # noqa: SLF001  openpyxl has no other way to say it


def test_one_shortfall_is_explained_with_ways_out(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    which = ids(book)[0]
    assert run(["explain", str(book), "--shortfall", which]) == 0
    said = capsys.readouterr().out
    assert which in said
    assert "主要原因" in said
    assert f"{which}:1" in said


def test_one_date_of_a_shortfall_has_ways_out_of_its_own(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = openpyxl.load_workbook(book)["缺口与对策"]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] == "缺口" and "、" in str(row[5])]
    which, day = str(rows[0][0]), str(rows[0][5]).split("、")[-1]
    assert run(["explain", str(book), "--shortfall", f"{which}@{day}"]) == 0
    said = capsys.readouterr().out
    assert f"{which}@{day}:1" in said
    assert f"({day})" in said


def test_the_sheet_has_ways_out_of_the_dearest_and_says_how_to_get_more(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["缺口与对策"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert str(next(row[0] for row in rows if row[1] == "对策")).startswith(ids(book)[0])
    assert any("--options 20" in str(row[9]) for row in rows if row[1] == "用法")


def test_all_shortfalls_in_english(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(book), "--options", "1", "--workers", "1", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "shortfall(s)" in said
    assert "mostly" in said
    assert "Option " in said


def test_an_option_is_applied_into_a_new_workbook(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    which, target = ids(book)[0], tmp_path / "new.xlsx"
    before = book.read_bytes()
    assert run(["explain", str(book), "--apply", f"{which}:1", "-o", str(target), "--workers", "1"]) == 0
    assert "→" in capsys.readouterr().out
    assert book.read_bytes() == before
    assert run(["check", str(target)]) == 0


def test_an_option_of_every_kind_is_applied_and_checks_clean(book: Path, tmp_path: Path) -> None:
    back = read_roster(book, all_parameters())
    findings = audit(back.scenario, back.roster)
    found: dict[str, str] = {}
    rules: Counter[str] = Counter()
    for entry in entries(back.scenario, back.roster, findings):
        rules[entry.rule] += 1
        if rules[entry.rule] <= 2:
            for option in offer(back.scenario, back.roster, findings, entry).options:
                found.setdefault(option.kind, f"{entry.id}:{option.number}")
    assert {"move rest", "drop", "borrow"} <= set(found)  # others depend on which of the best rosters came out
    for kind, which in found.items():
        target = tmp_path / f"{kind}.xlsx"
        assert run(["explain", str(book), "--apply", which, "-o", str(target), "--workers", "1"]) == 0, kind
        assert run(["check", str(target)]) == 0, kind


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shortfall", "S01-NO-1"], "S01-NO-1"),
        (["--shortfall", "S01-NO-1@10-05"], "S01-NO-1"),
        (["--apply", "S01-P1-1:1"], "-o"),
        (["--apply", "nonsense", "-o", "x.xlsx"], "nonsense"),
        (["--apply", "S01-NO-1:1", "-o", "x.xlsx"], "S01-NO-1"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    book: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["explain", str(book), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_check_counts_on_an_input_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = short_brigade()
    scenario = base.model_copy(update={"posts": (base.posts[0].model_copy(update={"heads": 6}),)})
    assert run(["check", str(write_input(tmp_path / "in.xlsx", scenario))]) == 0
    said = capsys.readouterr().out
    assert "计数校核" in said
    assert "外白渡桥" in said.replace("\n", "")


def test_contradictory_locks_are_named_by_sheet_and_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def lock(number: int, day: date, shift: str) -> Lock:
        return Lock(id=f"K{number}", kind=LockKind.SHIFT, date=day, officer="WT3", shift=shift)

    locks = (lock(1, FIRST + 8 * DAY, "E"), lock(2, FIRST, "L"), lock(3, FIRST + DAY, "E"))
    source = write_input(tmp_path / "in.xlsx", small_brigade().model_copy(update={"locks": locks}))
    sheet = openpyxl.load_workbook(source)["锁定"]
    rows = {str(row[0]): n for n, row in enumerate(sheet.iter_rows(values_only=True), 1)}
    assert (
        run(["roster", str(source), "-o", str(tmp_path / "out.xlsx"), "--deterministic", "0.05", "--workers", "1"]) == 2
    )
    said = capsys.readouterr().err
    for number in (2, 3):
        assert f"“锁定” 第 {rows[f'K{number}']} 行" in said
    assert "K1" not in said
    assert not (tmp_path / "out.xlsx").exists()
