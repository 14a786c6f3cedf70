from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from domain.parameter import Parameter
from domain.problem import InputError
from domain.words import Text
from inputs.columns import Column, Kind, Sheet
from inputs.read import read_workbook
from inputs.sample import sample_scenario
from inputs.schema import POLICY_NAME, SETTINGS_NAME, SHEETS
from inputs.template import GUIDE_NAME, write_sample, write_template

HOUR = timedelta(hours=1)
OCTOBER = date(2026, 10, 1)
PARAMETERS = (
    ("R03", Parameter(key="min_rest", default=11 * HOUR, text=Text("休息", "Rest"), unit=Text("小时", "h"))),
    ("R09", Parameter(key="night_from", default=time(22), text=Text("夜", "Night"), unit=Text("", ""))),
)
COLUMNS = [
    pytest.param(sheet, column, id=f"{sheet.key}.{column.field}") for sheet in SHEETS for column in sheet.columns
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("template") / "空表.xlsx", PARAMETERS)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample") / "样例.xlsx", OCTOBER, PARAMETERS)


@pytest.fixture(scope="module")
def empty_book(template: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(template)


def place_of(sheet: Sheet, column: Column) -> int:
    return sheet.columns.index(column) + 1


def validation(worksheet: Worksheet, row: int, place: int) -> DataValidation | None:
    found = [v for v in worksheet.data_validations.dataValidation if worksheet.cell(row, place).coordinate in v.sqref]
    assert len(found) <= 1
    return found[0] if found else None


# -- reading what was written ---------------------------------------------------------------------------------


def test_a_fresh_template_is_refused_in_sentences(template: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_workbook(template, PARAMETERS)
    problems = refused.value.problems
    assert [problem.sheet for problem in problems] == ["设置", "设置", "中队", "队员", "班次"]
    assert all(problem.text.zh and problem.text.en for problem in problems)
    assert "月份" in problems[1].text.zh


def test_the_sample_is_read_without_a_problem(sample: Path) -> None:
    assert read_workbook(sample, PARAMETERS) == sample_scenario(OCTOBER)


def fill(book: openpyxl.Workbook, row: int) -> None:
    """Enter the least a month needs, from ``row`` down."""
    book["设置"]["B3"], book["设置"]["B4"] = "测试大队", "2026-10"
    for sheet, cells in {
        "中队": ("一", "一中队", "街道"),
        "队员": ("7", "张三", "一", "执法"),
        "班次": ("早", "早班", "早", "早", "06:30", "14:30", 8),
    }.items():
        for place, value in enumerate(cells, start=1):
            book[sheet].cell(row, place, value)


@pytest.mark.parametrize("keep", [True, False], ids=["example rows kept", "example rows deleted"])
def test_a_template_filled_in_is_read_and_its_examples_are_not(template: Path, tmp_path: Path, keep: bool) -> None:
    book = openpyxl.load_workbook(template)
    if not keep:
        for sheet in SHEETS:
            book[sheet.name.zh].delete_rows(3)
    fill(book, 4 if keep else 3)
    book.save(tmp_path / "filled.xlsx")
    scenario = read_workbook(tmp_path / "filled.xlsx", PARAMETERS)
    assert scenario.brigade == "测试大队"
    assert [squad.id for squad in scenario.squads] == ["一"]
    assert [officer.id for officer in scenario.officers] == ["7"]
    assert (scenario.groups, scenario.hotspots, scenario.policy) == ((), (), {})


def test_the_policy_sheet_lists_every_parameter_with_its_default(empty_book: openpyxl.Workbook) -> None:
    rows = list(empty_book[POLICY_NAME.zh].values)[2:]
    assert [(row[0], row[2]) for row in rows] == [("R03.min_rest", 11), ("R09.night_from", "22:00")]


# -- dropdowns, notes, looks ----------------------------------------------------------------------------------


def test_the_guide_stands_first_and_names_every_sheet(empty_book: openpyxl.Workbook) -> None:
    names = [SETTINGS_NAME.zh, POLICY_NAME.zh, *(sheet.name.zh for sheet in SHEETS)]
    assert empty_book.sheetnames == [GUIDE_NAME.zh, *names]
    shown = [row[0] for row in empty_book[GUIDE_NAME.zh].values]
    assert shown[-len(names) :] == names


@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_every_heading_has_a_note_in_both_languages(
    empty_book: openpyxl.Workbook, sheet: Sheet, column: Column
) -> None:
    comment = empty_book[sheet.name.zh].cell(1, place_of(sheet, column)).comment
    assert comment is not None
    assert column.heading.zh in comment.text
    assert column.heading.en in comment.text
    assert ("必填" in comment.text) == sheet.required(column)


@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_words_and_ids_are_picked_from_a_list(empty_book: openpyxl.Workbook, sheet: Sheet, column: Column) -> None:
    found = validation(empty_book[sheet.name.zh], 4, place_of(sheet, column))
    if column.kind in (Kind.ENUM, Kind.ENUMS, Kind.BOOL, Kind.DAY_RULE):
        assert found is not None
        assert found.type == "list"
        assert len(found.formula1) <= 255
    elif len(column.refs) == 1:
        other = next(table for table in SHEETS if table.key == column.refs[0])
        assert found is not None
        assert f"'{other.name.zh}'!$A$4" in found.formula1
        assert other.columns[0].kind is Kind.ID
    elif column.kind in (Kind.INT, Kind.HOURS, Kind.FLOAT):
        assert found is not None
        assert (float(found.formula1), float(found.formula2)) == (column.low, column.high)
    else:
        assert found is None


def test_lists_of_several_words_let_more_be_typed(empty_book: openpyxl.Workbook) -> None:
    found = validation(empty_book["联动小组"], 4, 3)
    assert found is not None
    assert not found.showErrorMessage


def test_the_lists_of_the_sample_begin_with_its_first_row(sample: Path) -> None:
    book = openpyxl.load_workbook(sample)
    found = validation(book["队员"], 3, 3)
    assert found is not None
    assert "'中队'!$A$3" in found.formula1
    assert book["中队"]["A3"].value == "外滩"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.key))
def test_headings_are_frozen_and_set_in_song_11(empty_book: openpyxl.Workbook, sheet: Sheet) -> None:
    worksheet = empty_book[sheet.name.zh]
    assert str(worksheet.freeze_panes) in ("B3", "C3")
    font = worksheet["A1"].font
    assert (font.name, font.sz, font.b) == ("宋体", 11, True)
    assert worksheet.page_setup.orientation == "landscape"
    assert worksheet.print_title_rows == "$1:$2"


def test_times_and_ids_typed_later_stay_text(empty_book: openpyxl.Workbook) -> None:
    worksheet = empty_book["固定岗"]
    # columns of one width and format are stored under the first of them
    assert {worksheet.column_dimensions[letter].number_format for letter in "AE"} == {"@"}


# -- places ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(write_template, id="template"),
        pytest.param(lambda path, parameters: write_sample(path, OCTOBER, parameters), id="sample"),
    ],
)
def test_a_missing_folder_is_told_in_a_sentence(
    tmp_path: Path, write: Callable[[Path, tuple[tuple[str, Parameter], ...]], Path]
) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        write(tmp_path / "nowhere" / "book.xlsx", PARAMETERS)


def test_a_failure_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.xlsx"
    path.write_text("mine", encoding="utf-8")

    def fail(*_: object) -> None:
        raise RuntimeError("halfway")

    monkeypatch.setattr("inputs.template.write_policy", fail)
    with pytest.raises(RuntimeError, match="halfway"):
        write_template(path, PARAMETERS)
    assert path.read_text(encoding="utf-8") == "mine"
    assert [found.name for found in tmp_path.iterdir()] == ["book.xlsx"]
