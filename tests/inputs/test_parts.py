"""Our own reader of workbook parts sees the same cells as openpyxl, in whatever way a program writes them."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from inputs.book import open_book
from inputs.notation import EPOCH_1904, column_letters, column_number, moment, span
from inputs.parts import Counted, Meaning, counted, texts_of, unescaped, worksheet_of
from inputs.values import Cell, ExcelError, Formula

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rows(xml: str, *texts: str, prefix: str = "") -> tuple[tuple[Cell, ...], ...]:
    colon = f":{prefix}" if prefix else ""
    tag = f"{prefix}:worksheet" if prefix else "worksheet"
    data = f'<{tag} xmlns{colon}="{MAIN}">{xml}</{tag}>'.encode()
    return worksheet_of(data, Meaning(texts, {1: Counted.MOMENT, 2: Counted.SPAN}, datetime(1899, 12, 30))).rows


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>3</v></c>", 3),
        ("<c><v>3.0</v></c>", 3.0),
        ("<c><v>-2</v></c>", -2),
        ("<c><v>1E3</v></c>", 1000.0),
        ('<c t="s"><v>1</v></c>', "乙"),
        ('<c t="str"><v>丙</v></c>', "丙"),
        ('<c t="inlineStr"><is><t>丁</t></is></c>', "丁"),
        ('<c t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r><rPh><t>x</t></rPh></is></c>', "甲乙"),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="e"><v>#N/A</v></c>', ExcelError("#N/A")),
        ('<c t="d"><v>2026-10-01</v></c>', date(2026, 10, 1)),
        ('<c t="d"><v>2026-10-01T08:30:00Z</v></c>', datetime(2026, 10, 1, 8, 30)),
        ('<c t="d"><v>08:30</v></c>', time(8, 30)),
        ('<c s="1"><v>46296</v></c>', datetime(2026, 10, 1)),
        ('<c s="1"><v>0.25</v></c>', time(6)),
        ('<c s="2"><v>1.25</v></c>', timedelta(hours=30)),
        ('<c s="1"><v>1e99</v></c>', ExcelError("#VALUE!")),
        ("<c><f>1+1</f><v>2</v></c>", Formula("=1+1")),
        ('<c t="str"><f t="shared" si="0"/><v>x</v></c>', Formula("=")),
        ('<c t="str"><v>_x0041__x005F_x0042_</v></c>', "A_x0042_"),
        ("<c><!-- a note --><v>4</v></c>", 4),
        ('<c t="str"><v><![CDATA[<c>]]></v></c>', "<c>"),
    ],
)
def test_every_way_of_writing_a_cell(cell: str, value: Cell) -> None:
    ((found,),) = rows(f"<sheetData><row>{cell}</row></sheetData>", "甲", "乙")
    assert found == value
    assert type(found) is type(value)


def test_cells_and_rows_without_references_follow_one_another() -> None:
    xml = '<sheetData><row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>'
    assert rows(xml) == ((), (None, 1, 2), (3,))


def test_a_namespace_prefix_changes_nothing() -> None:
    xml = "<x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData>"
    assert rows(xml, prefix="x") == ((1,),)


@pytest.mark.parametrize(
    "cell",
    ['<c t="s"><v>9</v></c>', '<c t="s"><v>-1</v></c>', "<c><v>x</v></c>", '<c r="1A"/>', '<c t="?"><v>1</v></c>'],
)
def test_a_broken_cell_is_an_error(cell: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        rows(f"<sheetData><row>{cell}</row></sheetData>", "甲")


def test_shared_texts_keep_their_order_and_lose_their_phonetic_guides() -> None:
    xml = f'<sst xmlns="{MAIN}"><si><t>a </t></si><si/><si><r><t>b</t></r><r><t>c</t></r><rPh><t>x</t></rPh></si></sst>'
    assert texts_of(xml.encode()) == ["a ", "", "bc"]


@pytest.mark.parametrize("number", [1, 26, 27, 52, 53, 702, 703, 16384])
def test_columns_are_lettered_as_in_excel(number: int) -> None:
    assert column_letters(number) == get_column_letter(number)
    assert column_number(column_letters(number)) == number


@given(st.floats(min_value=0, max_value=60_000, allow_nan=False))
def test_dates_are_as_openpyxl_reads_them(serial: float) -> None:
    assert moment(serial) == from_excel(serial)
    assert moment(serial, EPOCH_1904) == from_excel(serial, EPOCH_1904)
    assert abs(span(serial) - timedelta(days=serial)) <= timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "code",
    [*BUILTIN_FORMATS.values(), "yyyy年m月d日", '0"天"', "[Red]0", "[h]:mm", "[mm]:ss", "[$-804]aaaa", "0_d", "h:mm;@"],
)
def test_a_format_means_what_it_means_to_openpyxl(code: str) -> None:
    wanted = Counted.SPAN if is_timedelta_format(code) else Counted.MOMENT if is_date_format(code) else None
    assert counted(code) == wanted


def test_escapes_are_resolved_once() -> None:
    assert unescaped("_x000D_|_x005F_x000D_|_x00|x_") == "\r|_x000D_|_x00|x_"


VALUES: tuple[Cell, ...] = (
    "早", " 两端 ", "=1+1", "@x", "_x0041_", "a\nb", "😀", "", 3, 2.5, True, date(2026, 10, 1),
    datetime(2026, 10, 1, 8, 30), time(6, 30), timedelta(hours=30),
)  # fmt: skip


def by_openpyxl(path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([value if value not in ("=1+1", "_x0041_") else "x" for value in VALUES])
    sheet["C4"] = "=SUM(A1:A2)"
    book.save(path)


def by_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for n, value in enumerate(VALUES):
            if isinstance(value, str):
                sheet.write_string(0, n, value)
            else:
                sheet.write(0, n, value)
        sheet.write_formula("C4", "=SUM(A1:A2)", value=3)


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_whole_workbooks_read_as_openpyxl_reads_them(tmp_path: Path, write: object) -> None:
    assert callable(write)
    write(tmp_path / "book.xlsx")
    wanted = load_workbook(tmp_path / "book.xlsx").worksheets[0]
    with open_book(tmp_path / "book.xlsx") as book:
        (name,) = book.names
        grid = book.grid(name)
    assert wanted.title == name
    texts = [value if write is by_xlsxwriter else None for value in VALUES]
    for n, cell in enumerate(next(wanted.iter_rows(min_row=1, max_row=1, max_col=len(VALUES)))):
        text = texts[n]
        found = grid[0][n] if n < len(grid[0]) else None
        assert found == ((text if isinstance(text, str) else cell.value) or None)
    assert grid[3][2] == Formula("=SUM(A1:A2)")


def test_a_workbook_that_counts_dates_from_1904(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "mac.xlsx", {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime(2026, 10, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    with open_book(tmp_path / "mac.xlsx") as opened:
        assert opened.grid("Sheet1") == ((datetime(2026, 10, 1),),)


def test_a_chart_sheet_is_no_worksheet(tmp_path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("图")
    book.save(tmp_path / "chart.xlsx")
    with open_book(tmp_path / "chart.xlsx") as opened:
        assert opened.names == ("Sheet",)


def test_only_the_parts_asked_for_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(tmp_path / "two.xlsx") as book:
        for name in ("甲", "乙"):
            book.add_worksheet(name).write_string(0, 0, name)
    seen: list[str] = []
    read = zipfile.ZipFile.read

    def noted(archive: zipfile.ZipFile, name: str) -> bytes:
        seen.append(name)
        return read(archive, name)

    monkeypatch.setattr(zipfile.ZipFile, "read", noted)
    with open_book(tmp_path / "two.xlsx") as opened:
        assert opened.grid("甲") == (("甲",),)
    assert "xl/worksheets/sheet1.xml" in seen
    assert "xl/worksheets/sheet2.xml" not in seen
