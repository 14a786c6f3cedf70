"""An open workbook as plain grids of cells: no formulas followed, nothing beyond the row and column caps read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from inputs.guard import MAX_COLUMNS, MAX_ROWS, damaged, inspect
from inputs.values import Cell, ExcelError, Formula, is_blank

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

Grid = tuple[tuple[Cell, ...], ...]
"""Rows of cells from A1 on, without trailing blanks; row n of Excel is item n - 1."""


@dataclass
class Book:
    """A workbook open for reading. ``strays``: the first cell with content beyond the caps, by sheet name."""

    path: Path
    workbook: Workbook
    strays: Mapping[str, str]
    _grids: dict[str, Grid] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worksheets in order, hidden ones included."""
        return tuple(sheet.title for sheet in self.workbook.worksheets)

    def grid(self, name: str) -> Grid:
        """Return the cells of a worksheet; InputError if its part of the file is broken, KeyError if there is none."""
        if name not in self._grids:
            sheet: Any = self.workbook[name]
            try:
                with _quiet():
                    sheet.reset_dimensions()  # the stated size may be a lie, and rows beyond it would be lost
                    rows = [_row(row) for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)]
            except Exception as error:
                raise damaged(self.path, error) from error
            while rows and not rows[-1]:
                rows.pop()
            self._grids[name] = tuple(rows)
        return self._grids[name]


def _row(cells: tuple[Any, ...]) -> tuple[Cell, ...]:
    width = len(cells)
    while width and cells[width - 1].value is None:  # most of a row lies beyond the table
        width -= 1
    row = [_value(cell) for cell in cells[:width]]
    while row and is_blank(row[-1]):
        row.pop()
    return tuple(row)


def _value(cell: Any) -> Cell:  # noqa: ANN401 - read-only cells have no public type
    value: Cell = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Formula(value if isinstance(value, str) else str(getattr(value, "text", "=")))
    if cell.data_type == "e":
        return ExcelError(str(value))
    return unescape(value) if isinstance(value, str) else value


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the parser says of parts it leaves out; none of them is input."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """Open a workbook for reading; InputError with one problem if it is refused or broken."""
    content, strays = inspect(path)
    try:
        with _quiet():
            workbook = load_workbook(content, read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        raise damaged(path, error) from error
    try:
        yield Book(path, workbook, strays)
    finally:
        workbook.close()
