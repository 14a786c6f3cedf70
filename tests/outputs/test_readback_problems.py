from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from domain.problem import InputError
from inputs.values import ExcelError, Formula
from outputs.carry import PREFIX
from outputs.packed import SHEET
from outputs.readback import read_roster
from tests.outputs.sheets import (
    COVERAGE,
    DAILY,
    FIRST_ROW,
    GRID,
    PARAMETERS,
    PLAN,
    Sheets,
    problems_of,
    row_of,
)

# -- what cannot be read ----------------------------------------------------------------------------------------------


def _unknown_symbol(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[7] = "X"


def _mark_alone(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[7] = "联"


def _formula_in_grid(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[7] = Formula("=A1")


def _formula_in_duties(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[8] = Formula("=I4")


def _error_in_coverage(sheets: Sheets) -> None:
    sheets[COVERAGE][FIRST_ROW - 1][6] = ExcelError("#N/A")


def _unknown_officer(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[1] = "WT99"


def _no_row(sheets: Sheets) -> None:
    sheets[GRID].remove(row_of(sheets[GRID], 1, "WT03"))


def _two_rows(sheets: Sheets) -> None:
    sheets["月排班表·豫园"].insert(6, list(row_of(sheets[GRID], 1, "WT03")))


def _day_column_gone(sheets: Sheets) -> None:
    sheets[GRID][2][8] = "三号"


def _grid_gone(sheets: Sheets) -> None:
    del sheets[GRID]


def _unknown_duty(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "固定岗")[3] = "喝茶"


def _unknown_post(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "固定岗")[4] = "南京路(P9)"


def _patrol_somewhere(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[4] = "南京路"


def _no_time(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[5] = "下午"


def _ends_before(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[6] = "00:10"


def _wrong_month(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[0] = datetime(2026, 11, 1)


def _unknown_person(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[8] = "赵六(ZZ01)"


def _column_gone(sheets: Sheets) -> None:
    sheets[DAILY][2][3] = "干什么"


def _column_twice(sheets: Sheets) -> None:
    sheets[DAILY][2].append("勤务")


def _plan_gone(sheets: Sheets) -> None:
    del sheets[PLAN]


def _no_driver(sheets: Sheets) -> None:
    row_of(sheets[PLAN], 0, "A-01")[16] = "清运车01(V3)"


def _unknown_vehicle(sheets: Sheets) -> None:
    row_of(sheets[PLAN], 0, "A-01")[16] = "清运车01(V9):王伟(WT01)"


def _same_number(sheets: Sheets) -> None:
    sheets[PLAN].insert(FIRST_ROW, list(row_of(sheets[PLAN], 0, "A-01")))


def _no_host(sheets: Sheets) -> None:
    row_of(sheets[PLAN], 0, "A-01")[11] = None


def _many_visits(sheets: Sheets) -> None:
    sheets[COVERAGE][FIRST_ROW - 1][6] = "多次"


def _no_window(sheets: Sheets) -> None:
    row = next(row for row in sheets[COVERAGE][FIRST_ROW - 1 :] if row[6])
    row[2] = "05:00"


def _window_twice(sheets: Sheets) -> None:
    row = next(row for row in sheets[COVERAGE][FIRST_ROW - 1 :] if row[6])
    sheets[COVERAGE].insert(FIRST_ROW, list(row))


@pytest.mark.parametrize(
    ("spoil", "sheet", "column", "quoted", "said"),
    [
        (_unknown_symbol, GRID, "10-02 (H)", "X", "不认识的符号"),
        (_mark_alone, GRID, "10-02 (H)", "联", "不认识的符号"),
        (_formula_in_grid, GRID, "10-02 (H)", "=A1", "公式"),
        (_formula_in_duties, DAILY, "执法队员 (I)", "=I4", "公式"),
        (_error_in_coverage, COVERAGE, "安排 (G)", "#N/A", "错误值"),
        (_unknown_officer, GRID, "编号 (B)", "WT99", "没有编号为“WT99”的队员"),
        (_no_row, GRID, "", "", "(WT03)没有一行"),
        (_two_rows, "月排班表·豫园", "编号 (B)", "WT03", f"已有一行(“{GRID}”第 7 行)"),
        (_day_column_gone, GRID, "", "", "3 / 六"),
        (_grid_gone, GRID, "", "", "30 人没有排班"),
        (_unknown_duty, DAILY, "勤务 (D)", "喝茶", "没有“喝茶”这一项"),
        (_unknown_post, DAILY, "地点 (E)", "南京路(P9)", "没有编号为“P9”的固定岗"),
        (_patrol_somewhere, DAILY, "地点 (E)", "南京路", "没有地点"),
        (_no_time, DAILY, "起 (F)", "下午", "不是时间"),
        (_ends_before, DAILY, "止 (G)", "00:10", "止不晚于起"),
        (_wrong_month, DAILY, "日期 (A)", "2026-11-01", "日期不在本期内"),
        (_unknown_person, DAILY, "执法队员 (I)", "赵六(ZZ01)", "没有编号为“ZZ01”的队员"),
        (_column_gone, DAILY, "", "", "缺少列“勤务”"),
        (_column_twice, DAILY, "", "", "有几列都叫“勤务”"),
        (_plan_gone, PLAN, "", "", "缺少工作表"),
        (_no_driver, PLAN, "车辆及驾驶员 (Q)", "清运车01(V3)", "没有写明驾驶员"),
        (_unknown_vehicle, PLAN, "车辆及驾驶员 (Q)", "清运车01(V9):王伟(WT01)", "没有编号为“V9”的车辆"),
        (_same_number, PLAN, "编号 (A)", "A-01", "第 5 行已有"),
        (_no_host, PLAN, "属地 (L)", "", "空白"),
        (_many_visits, COVERAGE, "安排 (G)", "多次", "不是数字"),
        (_no_window, COVERAGE, "起 (C)", "05:00", "没有时段开始"),
        (_window_twice, COVERAGE, "到点中队 (E)", None, "已有一行"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    sheets: Sheets, spoil: Callable[[Sheets], None], sheet: str, column: str, quoted: str | None, said: str
) -> None:
    spoil(sheets)
    found = [p for p in problems_of(sheets) if said in p.text.zh]
    assert found, [p.text.zh for p in problems_of(sheets)]
    assert (found[0].sheet, found[0].column) == (sheet, column)
    assert quoted is None or found[0].read == quoted
    assert found[0].text.en != found[0].text.zh


def test_all_problems_are_said_at_once(sheets: Sheets) -> None:
    spoils = (_unknown_symbol, _unknown_duty, _no_driver, _many_visits, _two_rows)
    for spoil in spoils:
        spoil(sheets)
    assert {p.sheet for p in problems_of(sheets)} == {GRID, DAILY, PLAN, COVERAGE, "月排班表·豫园"}
    assert len(problems_of(sheets)) == len(spoils)


def test_a_cell_far_outside_is_said_and_not_read(books: dict[str, Path], tmp_path: Path) -> None:
    book = load_workbook(books["zh"])
    book[DAILY]["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(InputError) as raised:
        read_roster(tmp_path / "far.xlsx", PARAMETERS)
    assert [(p.sheet, p.column) for p in raised.value.problems] == [(DAILY, "XFD1048576")]


@pytest.fixture
def strangers(books: dict[str, Path], tmp_path: Path) -> list[tuple[Path, str]]:
    """Files that are no roster workbook of ours, with what should be said of them."""
    Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "notes.xlsx").write_text("no workbook", encoding="utf-8")
    book = load_workbook(books["zh"])
    for name in [name for name in book.sheetnames if name.startswith((PREFIX, SHEET))]:
        del book[name]
    book.save(tmp_path / "printed.xlsx")
    return [
        (tmp_path / "other.xlsx", "不是本程序写出的排班工作簿"),
        (tmp_path / "notes.xlsx", "不是 Excel 工作簿"),
        (tmp_path / "printed.xlsx", "没有隐藏的输入工作表"),
        (tmp_path / "none.xlsx", "找不到文件"),
    ]


def test_other_files_are_refused_with_a_sentence(strangers: list[tuple[Path, str]]) -> None:
    for path, said in strangers:
        with pytest.raises(InputError) as raised:
            read_roster(path, PARAMETERS)
        (problem,) = raised.value.problems
        assert said in problem.text.zh


@pytest.mark.parametrize("other", ["2026年9月", "2026-09-01至2026-09-09", "September 2026"])
def test_a_sheet_of_another_period_is_refused_with_a_sentence(
    books: dict[str, Path], tmp_path: Path, other: str
) -> None:
    """Somebody copied an earlier daily sheet into this file."""
    book = load_workbook(books["zh"])
    book[DAILY]["A1"].value = f"每日勤务表 {other}"
    book.save(tmp_path / "mixed.xlsx")
    with pytest.raises(InputError) as raised:
        read_roster(tmp_path / "mixed.xlsx", PARAMETERS)
    (problem,) = raised.value.problems
    assert problem.sheet == DAILY
    assert problem.text.zh == f"这张表是 {other} 的,本文件是 2026-10-01至2026-10-09 的排班"
    assert problem.text.en == f"this sheet is of {other}, the file of 2026-10-01 to 2026-10-09"
