"""Finding a sheet's columns by their headings and reading its rows, every problem noted with its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from domain.problem import Problem
from domain.words import Text
from inputs.labels import fold
from inputs.notation import column_letters
from inputs.values import Cell, CellError, ExcelError, Formula, is_blank, shown
from outputs.book import SIGNATURES
from outputs.layout import Column, Sheet, merge_headings
from outputs.printing import printed, printed_ids

T = TypeVar("T")
Rows = Sequence[Sequence[Cell]]

HEADING_SEARCHED = 15
"""Rows from the top in which the headings are looked for."""

A_VALUE = Text("输入的值,不用公式", "a typed value, no formula")
_PIECES = re.compile("[、,;\uff0c\uff1b\n]+")
_SIGNED = tuple(text for signature in SIGNATURES for text in (signature.zh, signature.en))


class Located(NamedTuple):
    """Where a sheet has its columns: by key the position (from 0) and the label for messages; row of the headings."""

    sheet: str
    lang: str
    at: Mapping[str, int]
    labels: Mapping[str, str]
    heading: int

    @property
    def first(self) -> int:
        """Index of the first row of data."""
        return self.heading + 2


class Row:
    """One row of data; ``good`` turns false at its first problem, which is noted in ``problems``."""

    def __init__(self, where: Located, number: int, cells: Sequence[Cell], problems: list[Problem]) -> None:
        self.where, self.number, self.cells, self.problems, self.good = where, number, cells, problems, True

    def cell(self, key: str) -> Cell:
        """Return a cell; None where the row is shorter."""
        place = self.where.at[key]
        return self.cells[place] if place < len(self.cells) else None

    def blank(self, *keys: str) -> bool:
        """Return whether all these cells are empty."""
        return all(is_blank(self.cell(key)) for key in keys)

    def read(self, key: str, convert: Callable[[Cell], T]) -> T | None:
        """Return the converted cell; where it cannot be read, note the problem and return None."""
        cell = self.cell(key)
        try:
            refuse_formula(cell)
            if is_blank(cell):
                raise CellError(Text("空白", "empty"), Text("不能空白", "should not be empty"))
            return convert(cell)
        except CellError as error:
            self.wrong(key, error.problem, error.expected)
            return None

    def optional(self, key: str, convert: Callable[[Cell], T]) -> T | None:
        """Return the converted cell, None where it is empty or cannot be read."""
        return None if is_blank(self.cell(key)) else self.read(key, convert)

    def wrong(self, key: str, text: Text, expected: Text) -> None:
        """Note a problem of this row at a column."""
        self.good = False
        self.problems.append(
            Problem(
                text=text,
                sheet=self.where.sheet,
                row=self.number,
                column=self.where.labels[key],
                read=shown(self.cell(key)),
                expected=expected,
            )
        )


class Directory:
    """Finds the id of a printed person, squad, place or vehicle: name(id), the id alone, or a name only one has."""

    def __init__(self, what: Text, items: Iterable[tuple[str, str]]) -> None:
        self.what = what
        pairs = tuple(items)
        self.ids = {ident for ident, _ in pairs}
        self.printed = {printed(name, ident): ident for ident, name in pairs}
        names = Counter(name for _, name in pairs)
        self.by_name = {name: ident for ident, name in pairs if names[name] == 1}
        self.lists: dict[str, tuple[str, ...]] = {}

    def find(self, cell: Cell) -> str:
        """Return the id a cell names; CellError where nobody has it."""
        text = shown_in_full(cell)
        bracketed = printed_ids(text)
        for ident in (self.printed.get(text), bracketed[-1] if bracketed else None, text):
            if ident in self.ids:
                return ident
        if not bracketed and text in self.by_name:
            return self.by_name[text]
        wanted = bracketed[-1] if bracketed else text
        raise CellError(
            Text(f"没有编号为“{shown(wanted)}”的{self.what.zh}", f"there is no {self.what.en} '{shown(wanted)}'"),
            Text(f"输入表里{self.what.zh}的“名称(编号)”", f"name(id) of a {self.what.en} of the input"),
        )

    def find_all(self, cell: Cell) -> tuple[str, ...]:
        """Return the ids of all pieces of a cell in their order."""
        if not isinstance(cell, str):
            return tuple(self.find(piece) for piece in pieces(cell))
        if cell not in self.lists:
            self.lists[cell] = tuple(self.find(piece) for piece in pieces(cell))
        return self.lists[cell]


def shown_in_full(cell: Cell) -> str:
    """Return a cell's text, trimmed; whole numbers without ".0"."""
    return cell.strip() if isinstance(cell, str) else shown(cell)


def pieces(cell: Cell) -> list[str]:
    """Return the parts of a list in a cell, separated by 、 comma, semicolon or new line."""
    return [part for raw in _PIECES.split(shown_in_full(cell)) if (part := raw.strip())]


def refuse_formula(cell: Cell) -> None:
    """Raise CellError for formulas and error values."""
    if isinstance(cell, Formula):
        raise CellError(Text("单元格里是公式", "the cell holds a formula"), A_VALUE)
    if isinstance(cell, ExcelError):
        raise CellError(Text("单元格里是错误值", "the cell holds an error value"), A_VALUE)


def locate(rows: Rows, sheet: Sheet, keys: Sequence[str], name: str, problems: list[Problem]) -> Located | None:
    """Find the columns ``keys`` of a sheet by their headings in either language; note what is missing."""
    wanted = {column.key: column for column in sheet.columns if column.key in keys}
    best: dict[str, list[int]] = {}
    heading = 0
    for index in range(min(HEADING_SEARCHED, len(rows) - 1)):
        found = _matches(merged(rows, index), wanted)
        if found and len(found) >= len(best):  # the later pair of rows: the earlier has the upper headings below
            best, heading = found, index
    for key, column in wanted.items():
        places = best.get(key, [])
        if len(places) != 1:
            problems.append(_heading_problem(name, heading, column, places))
    if any(len(best.get(key, [])) != 1 for key in wanted):
        return None
    at = {key: places[0] for key, places in best.items()}
    lang = "zh" if sheet.columns[0].head.zh in merged(rows, heading) else "en"
    labels = {key: f"{wanted[key].head.get(lang)} ({column_letters(place + 1)})" for key, place in at.items()}
    return Located(name, lang, at, labels, heading)


def merged(rows: Rows, index: int) -> list[str]:
    """Return one heading per column from the row at ``index`` and the one below."""
    width = max(len(rows[index]), len(rows[index + 1]))
    upper, lower = ([*rows[n], *[None] * (width - len(rows[n]))] for n in (index, index + 1))
    return merge_headings(upper, lower)


def _matches(heads: Sequence[str], wanted: Mapping[str, Column]) -> dict[str, list[int]]:
    folded = [fold(head) for head in heads]
    found = {
        key: [n for n, head in enumerate(folded) if head in (fold(column.head.zh), fold(column.head.en))]
        for key, column in wanted.items()
    }
    return {key: places for key, places in found.items() if places}


def _heading_problem(name: str, heading: int, column: Column, places: Sequence[int]) -> Problem:
    zh, en = column.head.zh, column.head.en
    if places:
        letters = ", ".join(column_letters(n + 1) for n in places)
        text = Text(f"有几列都叫“{zh}”({letters})", f"several columns are called '{en}' ({letters})")
    else:
        text = Text(f"缺少列“{zh}”", f"the column '{en}' is missing")
    return Problem(text=text, sheet=name, row=heading + 1, expected=Text(f"一列“{zh}”", f"one column '{en}'"))


def data_rows(rows: Rows, where: Located, problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows below the headings that hold something in a column we read, signature lines left out."""
    places = sorted(where.at.values())
    for index in range(where.first, len(rows)):
        cells = rows[index]
        if all(is_blank(cells[n]) for n in places if n < len(cells)) or _is_signature(cells):
            continue
        yield Row(where, index + 1, cells, problems)


def _is_signature(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and cell.startswith(_SIGNED) for cell in cells)
