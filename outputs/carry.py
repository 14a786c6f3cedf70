"""What a roster workbook carries of itself in hidden sheets: its input, and the baseline it was written from.

The input is what the roster is judged against. The baseline is a help: without it the same hard findings appear, only
what the roster's own report had declared is not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from domain.parameter import Parameter
from domain.problem import InputError, Problem
from domain.publication import Publication
from domain.result import Finding, Forced, Report, Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Text
from inputs.book import Book
from inputs.read import scenario_from
from inputs.values import Cell
from inputs.write import write_scenario
from outputs.baseline import FORMAT_VERSION, HEAD, PUBLICATION, SORTS, OtherFormatError, Table, from_tables, to_tables
from outputs.layout import DAILY, GRID, PLAN
from outputs.packed import SHEET, packed, unpacked
from outputs.printing import is_grid

if TYPE_CHECKING:
    import xlsxwriter

PREFIX = "输入·"
"""Before the names of the hidden input sheets."""

LOOSE = frozenset(sort.name for sort in (*SORTS, *PUBLICATION))
"""Sheets of one hidden table each, as earlier versions wrote them; they are still read."""

_ESCAPE = re.compile(r"\\([0-9a-f]{1,4});")

BASELINE_CHANGED = Text(
    "隐藏的基线工作表已被改动或缺页,不再采用;原报告申明过的缺口因此不作数",
    "the hidden baseline sheets were changed and are not used; what the report had declared is unknown",
)
BASELINE_REMOVED = Text(
    "隐藏的基线工作表已删除;原报告申明过的缺口因此不作数",
    "the hidden baseline sheets were removed; what the report had declared is unknown",
)


class Carried(NamedTuple):
    """What the hidden sheets hold; the baseline is None and there are no findings where it is gone or was changed.

    ``notes`` says so.
    """

    scenario: Scenario
    roster: Roster | None
    report: Report | None
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...] = ()
    publication: Publication | None = None
    forced: tuple[Forced, ...] = ()


def write_carry(
    book: xlsxwriter.Workbook, scenario: Scenario, result: Result, parameters: Sequence[tuple[str, Parameter]]
) -> None:
    """Add the hidden sheets to an open workbook; ValueError if one cannot be written."""
    write_scenario(book, scenario, parameters, prefix=PREFIX, hidden=True)
    sheet = book.add_worksheet(SHEET)
    sheet.very_hidden()
    for row, text in enumerate(packed(to_tables(result))):
        if sheet.write_string(row, 0, text):
            raise ValueError(f"sheet {SHEET}, row {row + 1}: not written")


def read_carry(book: Book, parameters: Sequence[tuple[str, Parameter]], *, baseline: bool = True) -> Carried:
    """Read the hidden sheets of a workbook; without ``baseline`` those of the input alone.

    Raises
    ------
    InputError
        If it is no roster workbook, or its hidden input has problems.
    """
    refuse_others(book)
    scenario = scenario_from(book, parameters, prefix=PREFIX)
    if not baseline:
        return Carried(scenario, None, None, ())
    names = LOOSE & set(book.names)
    if not names and SHEET not in book.names:
        return Carried(scenario, None, None, (), (BASELINE_REMOVED,))
    try:
        if SHEET in book.names:
            tables = unpacked([_text(cell) for row in book.grid(SHEET) for cell in row[:1]])
        else:
            tables = {name: _table(book.grid(name)) for name in names}
        result = from_tables(tables)
    except OtherFormatError as other:
        raise _other_version(book, other.version) from other
    except (ValueError, ValidationError):
        return Carried(scenario, None, None, (), (BASELINE_CHANGED,))
    return Carried(
        scenario,
        result.roster,
        result.report,
        result.findings,
        publication=result.publication,
        forced=result.forced,
    )


def refuse_others(book: Book) -> None:
    """Raise InputError with one sentence for a workbook that is no roster of ours, or lost its hidden input."""
    names = book.names
    visible = any(is_grid(name) for name in names) or any(
        name in (sheet.name.zh, sheet.name.en) for sheet in (DAILY, PLAN) for name in names
    )
    visible = visible or HEAD.name in names or SHEET in names
    carried = any(name.startswith(PREFIX) for name in names)
    if visible and carried:
        return
    file = book.path.name
    if visible:
        text = Text(
            f"“{file}”里没有隐藏的输入工作表(“{PREFIX}…”),无法校核",
            f"{file} has lost its hidden input sheets ('{PREFIX}…') and cannot be checked",
        )
    else:
        text = Text(
            f"“{file}”不是本程序写出的排班工作簿(没有“{GRID.name.zh}·…”)",
            f"{file} is no roster workbook written by lianqin (no sheet '{GRID.name.en}·…')",
        )
    expected = Text("lianqin roster 写出的工作簿", "a workbook written by 'lianqin roster'")
    raise InputError((Problem(text=text, expected=expected),))


def _other_version(book: Book, version: int) -> InputError:
    text = Text(
        f"“{book.path.name}”由本程序的另一版本写出(格式 {version}),本版本读格式 {FORMAT_VERSION}",
        f"{book.path.name} was written by another version of lianqin (format {version}); this one reads "
        f"format {FORMAT_VERSION}",
    )
    return InputError((Problem(text=text, expected=Text("用写出它的版本校核", "check it with that version")),))


def _table(rows: Sequence[Sequence[Cell]]) -> Table:
    width = len(rows[0]) if rows else 0
    return tuple(tuple(_text(cell) for cell in [*row, *[None] * (width - len(row))]) for row in rows)


def _text(cell: Cell) -> str:
    return "" if cell is None else plain(cell if isinstance(cell, str) else str(cell))


def plain(cell: str) -> str:
    r"""Return the text of a loose table's cell: what spreadsheets change or refuse stands as its number, ``\9;``."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell)
