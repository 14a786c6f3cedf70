"""The quick worksheet writes the very file that XlsxWriter would have written, and refuses what it would."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from inputs.quick_sheet import Formula, QuickBook, QuickSheet

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.sampled_from(["=1+1", "@x", "<&>\"'", " a ", "_x000D_", "\r\n\t", "\x01", "0012"]),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.builds(Formula, st.sampled_from(["=A1+1", '=IF(A1<2,"<&",1)']), st.integers(0, 9)),
)


def _parts(kind: type[xlsxwriter.Workbook], fill: Callable[[Any, Any], None]) -> dict[str, str]:
    """Return the parts of a workbook with one sheet, without times and the hint ``spans``."""
    target = BytesIO()
    book = kind(target, {"in_memory": True})
    fill(book, book.add_worksheet("页"))
    book.close()
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name != "docProps/core.xml"}
    return {name: re.sub(r' spans="\d+:\d+"', "", text) for name, text in parts.items()}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(VALUES, max_size=5), max_size=4))
def test_rows_laid_down_are_the_file_that_cell_by_cell_would_be(rows: list[list[Any]]) -> None:
    def quickly(book: Any, sheet: QuickSheet) -> None:
        plain, bold = book.add_format({"border": 1}), book.add_format({"bold": True})
        for n, row in enumerate(rows):
            assert sheet.lay(n, row, [bold if m % 2 else plain for m in range(len(row))]) == 0

    def slowly(book: Any, sheet: Any) -> None:
        plain, bold = book.add_format({"border": 1}), book.add_format({"bold": True})
        for n, row in enumerate(rows):
            for m, value in enumerate(row):
                style = bold if m % 2 else plain
                if isinstance(value, Formula):
                    sheet.write_formula(n, m, value.text, style, value.value)
                elif isinstance(value, str) and value:
                    sheet.write_string(n, m, value, style)
                elif value is None or value == "":
                    sheet.write_blank(n, m, None, style)
                else:
                    sheet.write_number(n, m, value, style)

    assert _parts(QuickBook, quickly) == _parts(xlsxwriter.Workbook, slowly)


def test_what_it_does_not_write_itself_is_left_to_xlsxwriter() -> None:
    def fill(book: Any, sheet: Any) -> None:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, "no style")
        sheet.set_column(1, 1, 12, bold)
        sheet.write_string(0, 1, "the column's style")
        sheet.set_row(1, 30, bold)
        sheet.write_number(1, 0, 1.5)
        sheet.write_boolean(2, 2, True, bold)
        sheet.write_formula(3, 0, "=TODAY()", day, 46000)
        sheet.write_array_formula(4, 0, 4, 1, "{=A1:B1}", bold, "x")
        sheet.write_rich_string(5, 0, "a", bold, "b", day)
        sheet.write_url(6, 0, "internal:'页'!A1", bold, "there")
        sheet.write_comment(9, 3, "a comment beside no cell")
        sheet.set_row(12, 40)
        sheet.merge_range(14, 0, 14, 3, "merged", bold)
        sheet.set_row(16, None, None, {"hidden": True, "level": 1})

    quick, plain = _parts(QuickBook, fill), _parts(xlsxwriter.Workbook, fill)
    assert quick.keys() == plain.keys()
    assert {name for name in plain if quick[name] != plain[name]} == set()


def test_a_row_beyond_the_sheet_is_said_and_what_is_no_number_refused() -> None:
    book = QuickBook(BytesIO(), {"in_memory": True})
    sheet, style = book.add_worksheet("页"), book.add_format()
    assert sheet.lay(2_000_000, ["x"], [style]) == -1
    assert sheet.lay(0, ["x"] * 20_000, [style] * 20_000) == -1
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="row 1, column 2: .* is no number"):
            sheet.lay(0, [1, value], [style, style])
    book.close()
