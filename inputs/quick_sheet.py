"""A worksheet whose cells are put down by rows and written out as text at once: a workbook in half the time.

XlsxWriter checks, stores and writes every cell by itself, through a dozen calls each. A roster has 230,000, nearly all
of them plain texts and numbers; those are written here, and everything else is left to XlsxWriter. Cells, numbers of
styles and the file that comes of it are the same, except for the hint ``spans`` of rows, which readers do without.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

import xlsxwriter
from typing_extensions import override
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet


class Formula(NamedTuple):
    """A formula without any newer function, and the value it has now, so that readers that do not calculate show it."""

    text: str
    value: float


class Blank(NamedTuple):
    """An empty cell; these are named as XlsxWriter names its own, by which it knows them."""

    format: Format


class Number(NamedTuple):
    """A number, or a date as a number."""

    number: float
    format: Format


class String(NamedTuple):
    """A text, by its place among the shared ones."""

    string: int
    format: Format


class Computed(NamedTuple):
    """A formula's cell, as it stands in the file."""

    text: str
    format: Format


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet that writes plain cells quickly."""

    def lay(self, row: int, values: Sequence[str | float | Formula | None], styles: Sequence[Format]) -> int:
        """Put a row of values into the first columns; return 0, or -1 if they lie beyond the sheet.

        Texts must fit into a cell. None and "" are empty cells. ValueError for what is no number at all.
        """
        if not values:
            return 0
        if self._check_dimensions(row, 0) or self._check_dimensions(row, len(values) - 1):
            return -1
        cells, place = self.table[row], self.str_table._get_shared_string_index  # noqa: SLF001  nothing public
        for n, (value, style) in enumerate(zip(values, styles, strict=True)):
            if value is None or value == "":
                cells[n] = Blank(style)
            elif isinstance(value, str):
                cells[n] = String(place(value), style)
            elif isinstance(value, Formula):
                text = self._escape_data(value.text.removeprefix("="))
                cells[n] = Computed(f"<f>{text}</f><v>{value.value}</v>", style)
            elif isfinite(value):
                cells[n] = Number(value, style)
            else:
                raise ValueError(f"row {row + 1}, column {n + 1}: {value} is no number")
        return 0

    @override
    def _write_rows(self) -> None:
        write = self.fh.write
        for row in sorted({*self.table, *self.row_info, *self.comments}):
            cells, info = self.table.get(row), self.row_info.get(row)
            if not cells:
                if info is not None or row in self.comments:
                    self._write_empty_row(row, None, info)
                continue
            self._write_row(row, None, info)
            number = f"{row + 1}"
            for column in sorted(cells):
                cell = cells[column]
                text = _plain(cell, _letters(column) + number)
                if text is None:
                    self._write_cell(row, column, cell)
                else:
                    write(text)
            write("</row>")


class QuickBook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook of such worksheets."""

    worksheet_class = QuickSheet


@lru_cache(maxsize=256)
def _letters(column: int) -> str:
    found: str = xl_col_to_name(column)
    return found


def _plain(cell: Any, reference: str) -> str | None:  # noqa: ANN401  a cell of XlsxWriter's
    """Return a text, number or empty cell as it stands in the file; None for any other, and where no style is given."""
    kind, style = type(cell).__name__, cell.format
    if style is None:
        return None
    look = style.xf_index or style._get_xf_index()  # noqa: SLF001
    if kind == "String":
        return f'<c r="{reference}" s="{look}" t="s"><v>{cell.string}</v></c>'
    if kind in ("Number", "Datetime"):
        return f'<c r="{reference}" s="{look}"><v>{cell.number:.16G}</v></c>'
    if kind == "Computed":
        return f'<c r="{reference}" s="{look}">{cell.text}</c>'
    return f'<c r="{reference}" s="{look}"/>' if kind == "Blank" else None
