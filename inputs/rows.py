"""From the grids of a workbook to rows with their places: sheets and headings found, cells read, problems collected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from domain.calendar import DAY
from domain.problem import InputError, Problem
from domain.words import Record, Text
from inputs.book import Book
from inputs.cells import decode
from inputs.columns import EXAMPLE, REMARK, Kind, Sheet
from inputs.guard import MAX_COLUMNS, MAX_ROWS
from inputs.labels import fold
from inputs.notation import column_letters
from inputs.parts import Grid
from inputs.values import Cell, CellError, ExcelError, Formula, is_blank, shown

MOST_PROBLEMS = 500
HEADING_ROWS = 12
"""How far down the heading row is looked for."""

R = TypeVar("R", bound=Record)


@dataclass
class Problems:
    """Collects the problems of a file."""

    found: list[Problem] = field(default_factory=list)

    def add(
        self,
        text: Text,
        *,
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        read: Cell = None,
        expected: Text | None = None,
    ) -> None:
        """Add one problem with its place."""
        self.found.append(Problem(text=text, sheet=sheet, row=row, column=column, read=shown(read), expected=expected))

    def refuse(self) -> None:
        """Raise InputError if there is any problem."""
        if len(self.found) > MOST_PROBLEMS:
            rest = len(self.found) - MOST_PROBLEMS
            more = Text(f"另有 {rest} 个问题,请先改正以上各项", f"{rest} more problems; correct those above first")
            self.found[MOST_PROBLEMS:] = [Problem(text=more)]
        if self.found:
            raise InputError(tuple(self.found))


class Row(NamedTuple):
    """One row of a sheet: its number, its cells and the values that could be read, by field; None if some could not."""

    number: int
    cells: Mapping[str, Cell]
    values: Mapping[str, object]
    record: Record | None


@dataclass(frozen=True)
class Table:
    """A sheet as read. ``name`` is as in the workbook; ``headings`` are like "日期 (C)", by field.

    ``whole``: the sheet is there with every column, and every row could be read.
    """

    sheet: Sheet
    name: str
    headings: Mapping[str, str]
    rows: tuple[Row, ...]
    whole: bool

    def records(self, kind: type[R]) -> Iterator[tuple[Row, R]]:
        """Yield the rows that could be read with their records."""
        for row in self.rows:
            if isinstance(row.record, kind):
                yield row, row.record

    def report(
        self, problems: Problems, row: Row, of: str, text: Text, expected: Text | None = None, read: Cell = None
    ) -> None:
        """Add a problem of a row at the column of field ``of``; ``read`` is the cell unless given."""
        problems.add(
            text,
            sheet=self.name,
            row=row.number,
            column=self.headings.get(of, ""),
            read=row.cells.get(of) if read is None else read,
            expected=expected,
        )


def find_sheet(book: Book, name: Text, prefix: str, problems: Problems, *, may_lack: bool = False) -> str | None:
    """Return the name of a sheet in the workbook, in whichever language; None if it is missing.

    That is a problem unless it ``may_lack``.
    """
    wanted = {fold(prefix + n) for n in (name.zh, name.en, f"{name.zh} {name.en}")}
    found = [n for n in book.names if fold(n) in wanted]
    if not found and may_lack:
        return None
    if not found:
        problems.add(
            Text(
                f"缺少工作表“{name.zh}”,请从模板补上(可以空着)", f"sheet {name.en} is missing; add it from the template"
            ),
            sheet=prefix + name.zh,
            expected=Text(f"工作表“{name.zh}”", f"a sheet named {name.en}"),
        )
        return None
    if len(found) > 1:
        problems.add(
            Text(
                f"工作表“{found[0]}”和“{found[1]}”是同一张,请删去一张",
                f"{found[0]} and {found[1]} are one sheet; delete one",
            ),
            sheet=found[1],
        )
    return found[0]


def refuse_formulas(book: Book, name: str, problems: Problems, known: Mapping[int, str]) -> None:
    """Report what no cell of an input sheet may hold: formulas, and content far outside."""
    for number, row in enumerate(book.grid(name), start=1):
        for index, cell in enumerate(row):
            if isinstance(cell, Formula | ExcelError):
                problems.add(
                    Text(
                        "单元格里是公式或错误值,请复制后“选择性粘贴-数值”",
                        "the cell holds a formula or an error value; copy it and paste it as a value",
                    ),
                    sheet=name,
                    row=number,
                    column=known.get(index, f"({column_letters(index + 1)})"),
                    read=cell,
                    expected=Text("输入的值,不用公式", "a typed value, no formula"),
                )
    if name in book.strays:
        place = book.strays[name]
        letters = place.rstrip("0123456789")
        problems.add(
            Text(f"单元格 {place} 远在表格之外,请删除其内容", f"cell {place} lies far outside the table; clear it"),
            sheet=name,
            row=int(place[len(letters) :]),
            column=f"({letters})",
            expected=Text(
                f"内容在前 {MAX_ROWS} 行、前 {MAX_COLUMNS} 列",
                f"content in the first {MAX_ROWS} rows and {MAX_COLUMNS} columns",
            ),
        )


def _plain(heading: str) -> str:
    return re.sub(r"\(.*?\)", "", fold(heading))


class Headings(NamedTuple):
    """Where a sheet's headings stand: rows [first, end) counted from 0, and the column of each name found.

    ``repeated`` lists the columns whose heading another column has too.
    """

    first: int
    end: int
    columns: dict[int, int]
    repeated: tuple[int, ...] = ()

    def text(self, grid: Grid, name: int) -> str:
        """Return the heading of a name found, with its letter, as in "日期 (C)"."""
        column = self.columns[name]
        texts = (shown(row[column]) for row in grid[self.first : self.end] if column < len(row))
        return f"{next(filter(None, texts), '')} ({column_letters(column + 1)})".strip()


def find_headings(grid: Grid, names: Sequence[Text]) -> Headings:
    """Find the heading rows, one language or both, columns in any order; no rows if none holds two headings."""
    wanted: dict[str, int] = {}
    for index, name in enumerate(names):
        for heading in (name.zh, name.en, name.zh + name.en):
            wanted.setdefault(_plain(heading), index)
    for top, row in enumerate(grid[:HEADING_ROWS]):
        found = _match(row, wanted)
        if len(found) < 2:
            continue
        columns = {index: column for column, index in reversed(found.items())}
        repeated = tuple(column for column, index in found.items() if columns[index] != column)
        below = _match(grid[top + 1], wanted) if top + 1 < len(grid) else {}
        # the second language stands beneath: the same headings in the same columns, and nothing else in them
        typed = [at for at in columns.values() if top + 1 < len(grid) and at < len(grid[top + 1]) and grid[top + 1][at]]
        if len(typed) < 2 or any(columns.get(below.get(at, -1)) != at for at in typed):
            return Headings(top, top + 1, columns, repeated)
        for column, index in below.items():
            columns.setdefault(index, column)
        return Headings(top, top + 2, columns, repeated)
    return Headings(0, 0, {})


def _match(row: Sequence[Cell], wanted: Mapping[str, int]) -> dict[int, int]:
    """Return which heading stands in which column of a row."""
    texts = ((column, _plain(cell)) for column, cell in enumerate(row) if isinstance(cell, str))
    return {column: wanted[text] for column, text in texts if text in wanted}


def read_table(book: Book, sheet: Sheet, prefix: str, problems: Problems) -> Table:
    """Read a sheet's rows; every problem of its cells is added to ``problems``."""
    name = find_sheet(book, sheet.name, prefix, problems, may_lack=sheet.newer)
    if name is None:
        return Table(sheet, prefix + sheet.name.zh, {}, (), whole=sheet.newer)
    grid = book.grid(name)
    before = len(problems.found)
    texts = [column.heading for column in sheet.columns] + [REMARK]
    found = find_headings(grid, texts)
    top, places = found.end, found.columns
    headings = {c.field: found.text(grid, n) for n, c in enumerate(sheet.columns) if n in places}
    refuse_formulas(
        book, name, problems, {places[n]: headings[c.field] for n, c in enumerate(sheet.columns) if n in places}
    )
    if not top:
        problems.add(
            Text("找不到标题行,请从模板复制标题行", "no heading row found; copy it from the template"),
            sheet=name,
            expected=Text("、".join(t.zh for t in texts[:-1]), ", ".join(t.en for t in texts[:-1])),
        )
        return Table(sheet, name, {}, (), whole=False)
    for number, column in enumerate(sheet.columns):
        if number not in places:
            heading = column.heading
            problems.add(
                Text(f"缺少“{heading.zh}”列,请从模板补上", f"column {heading.en} is missing; add it from the template"),
                sheet=name,
                row=top,
                column=heading.zh,
                expected=heading,
            )
    for at in found.repeated:
        title = shown(grid[found.first][at])
        problems.add(
            Text(f"有两列“{title}”,请删去一列或改标题", f"two columns are headed {title}; delete or rename one"),
            sheet=name,
            row=found.first + 1,
            column=f"{title} ({column_letters(at + 1)})",
        )
    table = Table(sheet, name, headings, (), whole=False)
    rows = tuple(_rows(table, grid, top, places, problems))
    if sheet.filled and not rows:
        problems.add(Text(f"“{name}”没有数据,请至少填写一行", f"{name} is empty; enter at least one row"), sheet=name)
    return Table(sheet, name, headings, rows, whole=len(problems.found) == before)


def _rows(table: Table, grid: Grid, top: int, places: Mapping[int, int], problems: Problems) -> Iterator[Row]:
    columns = table.sheet.columns
    remark = places.get(len(columns))
    for number, line in enumerate(grid[top:], start=top + 1):
        cells = {
            column.field: line[at] if (at := places[n]) < len(line) else None
            for n, column in enumerate(columns)
            if n in places
        }
        note = line[remark] if remark is not None and remark < len(line) else None
        if all(is_blank(cell) for cell in cells.values()) or _is_example(note):
            continue
        yield _row(table, number, cells, problems)


def _is_example(note: Cell) -> bool:
    return isinstance(note, str) and fold(note).startswith((fold(EXAMPLE.zh), fold(EXAMPLE.en)))


def _row(table: Table, number: int, cells: Mapping[str, Cell], problems: Problems) -> Row:
    sheet = table.sheet
    values: dict[str, object] = {}
    row = Row(number, cells, values, None)
    for column in sheet.columns:
        cell = cells.get(column.field)
        if column.field not in cells or (column.since and column.since not in values):
            continue  # reported before: the column is missing, or what this cell counts from cannot be read
        if not is_blank(cell):
            try:
                values[column.field] = decode(column, cell, values)
            except CellError as error:
                if not isinstance(cell, Formula | ExcelError):  # those are reported for the whole sheet
                    table.report(problems, row, column.field, error.problem, error.expected)
        elif sheet.required(column):
            heading = column.heading
            text = Text(f"“{heading.zh}”没有填写", f"{heading.en} is blank; fill it in")
            table.report(problems, row, column.field, text, column.note if column.note.zh else heading)
        elif column.kind is Kind.LAST_DATE:
            since = values[column.since]
            values[column.field] = since + DAY if isinstance(since, date) else None
        else:
            values[column.field] = sheet.blank(column)
    complete = len(values) == len(sheet.columns)
    return row._replace(record=sheet.record(**values)) if complete else row
