"""Finds the deciding sheets of a roster workbook whatever they are called now, and refuses those of another roster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from domain.problem import InputError, Problem
from domain.scenario import Scenario
from domain.words import Text
from inputs.book import Book, open_book
from inputs.labels import fold
from inputs.parts import Worksheet
from outputs import layout
from outputs.carry import LOOSE
from outputs.layout import COVERAGE, DAILY, GRID, PLAN, Sheet
from outputs.packed import SHEET
from outputs.printing import MONTHS, day_heading, is_grid, period
from outputs.reading import HEADING_SEARCHED, Rows, locate, merged
from outputs.visible import COVERAGE_KEYS, DAILY_KEYS, PLAN_KEYS

KEYS = ((DAILY, DAILY_KEYS), (PLAN, PLAN_KEYS), (COVERAGE, COVERAGE_KEYS))
OURS = frozenset(
    name for sheet in vars(layout).values() if isinstance(sheet, Sheet) for name in (sheet.name.zh, sheet.name.en)
)
_PERIOD_ZH = re.compile(r"\d{4}年\d{1,2}月")
_PERIOD_EN = re.compile(rf"(?:{'|'.join(MONTHS)}) \d{{4}}")
_SPAN = re.compile(r"\d{4}-\d{2}-\d{2}(?:至| to )\d{4}-\d{2}-\d{2}")
_UNIT = re.compile(r"^(?:填表单位[:\uff1a]|Unit:)\s*(.+)$")


def deciding_sheets(book: Book, scenario: Scenario, prefix: str) -> Mapping[str, Rows]:
    """Return the grids and the tables that decide, by name; a renamed one goes by the name it had.

    A sheet is known by its headings: days across for a grid, the table's columns otherwise. ``prefix`` begins the names
    of the hidden input sheets.

    Raises
    ------
    InputError
        With a sentence for each sheet of another month or another brigade.
    """
    found: dict[str, Rows] = {n: book.grid(n) for n in _named_as_written(book)}
    lacking = [(s, keys) for s, keys in KEYS if s.name.zh not in found and s.name.en not in found]
    hidden = {*LOOSE, SHEET}
    problems = list(_strangers(scenario, found))
    for name in book.names:
        if name in found or name in OURS or name in hidden or name.startswith(prefix):
            continue
        rows = book.grid(name)
        if _has_days(scenario, rows):
            found[f"{GRID.name.zh}·{name}"] = rows
            continue
        table = next((sheet for sheet, keys in lacking if locate(rows, sheet, keys, name, []) is not None), None)
        if table is not None:
            found[table.name.zh] = rows
    if problems:
        raise InputError(tuple(problems))
    return found


def sheets_by_name(path: Path) -> Mapping[str, Worksheet]:
    """Return the deciding sheets that have the names they were written with, for ``Book.lend``; none if it is broken.

    What is wrong with the workbook is said by those who read all of it.
    """
    try:
        with open_book(path) as book:
            return {name: book.sheet(name) for name in _named_as_written(book)}
    except (InputError, OSError):
        return {}


def _named_as_written(book: Book) -> list[str]:
    known = {name for sheet, _ in KEYS for name in (sheet.name.zh, sheet.name.en)}
    return [name for name in book.names if is_grid(name) or name in known]


def _has_days(scenario: Scenario, rows: Rows) -> bool:
    """Return whether the sheet has the grid's id column and a column for most days of the period."""
    wanted = {fold(day_heading(scenario, on, lang)) for on in scenario.dates for lang in ("zh", "en")}
    for index in range(min(HEADING_SEARCHED, len(rows) - 1)):
        heads = {fold(str(cell)) for cell in rows[index] if cell is not None}
        if 2 * len(heads & wanted) >= len(scenario.dates):
            return locate(rows, GRID, ("id",), "", []) is not None and bool(merged(rows, index))
    return False


def _periods(text: str) -> list[str]:
    return [found for kind in (_PERIOD_ZH, _PERIOD_EN, _SPAN) for found in kind.findall(text)]


def _strangers(scenario: Scenario, sheets: Mapping[str, Rows]) -> list[Problem]:
    """Return a problem for every sheet whose title or unit names another period or brigade."""
    found = []
    ours = {period(scenario, "zh"), period(scenario, "en")}
    for name, rows in sheets.items():
        top = [str(cell) for row in rows[:2] for cell in row if isinstance(cell, str)]
        periods = {text for cell in top for text in _periods(cell)}
        if periods and not periods & ours:
            other = "、".join(sorted(periods))
            zh, en = period(scenario, "zh"), period(scenario, "en")
            found.append(
                Problem(
                    text=Text(
                        f"这张表是 {other} 的,本文件是 {zh} 的排班", f"this sheet is of {other}, the file of {en}"
                    ),
                    sheet=name,
                    expected=Text(f"{zh} 的原表", f"the sheet of {en}"),
                )
            )
        units = [match[1].strip() for cell in top if (match := _UNIT.match(cell.strip()))]
        if units and not is_grid(name) and scenario.brigade not in units:
            found.append(
                Problem(
                    text=Text(
                        f"这张表是“{units[0]}”的,本文件是“{scenario.brigade}”的排班",
                        f"this sheet is of {units[0]}, the file of {scenario.brigade}",
                    ),
                    sheet=name,
                    expected=Text("本大队的原表", "the sheet of this brigade"),
                )
            )
    return found
