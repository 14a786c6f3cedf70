"""The two sheets of names and values: settings with the horizon, and the policy that overrides the rules' defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, cast

from domain.parameter import Parameter, type_of_value
from domain.words import Text
from inputs.book import Book
from inputs.cells import decode, decode_parameter
from inputs.labels import fold
from inputs.notation import column_letters
from inputs.parts import Grid
from inputs.rows import Headings, Problems, find_headings, find_sheet, refuse_formulas
from inputs.schema import POLICY_HEADINGS, POLICY_NAME, SETTINGS, SETTINGS_HEADINGS, SETTINGS_NAME
from inputs.values import Cell, CellError, ExcelError, Formula, is_blank, shown, to_month

LONGEST_HORIZON = 62
"""Days; two months."""


class Settings(NamedTuple):
    """The sheet 设置; ``horizon`` is [first, end), None if it cannot be told."""

    brigade: str
    horizon: tuple[date, date] | None
    provisional: bool | None


@dataclass(frozen=True)
class _Pairs:
    """A sheet of names and values, with the places of both."""

    sheet: str
    grid: Grid
    headings: Headings
    name: int
    value: int

    def rows(self) -> list[tuple[int, Cell, Cell]]:
        """Return number, name and value of every row with a name."""
        found: list[tuple[int, Cell, Cell]] = []
        for number, row in enumerate(self.grid[self.headings.end :], start=self.headings.end + 1):
            name, value = (row[at] if at < len(row) else None for at in (self._at(self.name), self._at(self.value)))
            if not is_blank(name) and not isinstance(name, Formula | ExcelError):
                found.append((number, name, value))
        return found

    def _at(self, heading: int) -> int:
        return self.headings.columns[heading]

    def problem(
        self, problems: Problems, number: int | None, heading: int, text: Text, expected: Text | None, read: Cell
    ) -> None:
        """Add a problem of a row in the column of a heading."""
        column = self.headings.text(self.grid, heading)
        problems.add(text, sheet=self.sheet, row=number, column=column, read=read, expected=expected)


def _pairs(
    book: Book, title: Text, headings: Sequence[Text], name: int, value: int, prefix: str, problems: Problems
) -> _Pairs | None:
    sheet = find_sheet(book, title, prefix, problems)
    if sheet is None:
        return None
    grid = book.grid(sheet)
    found = find_headings(grid, headings)
    letters = {at: f"{headings[n].zh} ({column_letters(at + 1)})" for n, at in found.columns.items()}
    refuse_formulas(book, sheet, problems, letters)
    missing = [headings[n] for n in (name, value) if n not in found.columns]
    for heading in missing:
        problems.add(
            Text(f"缺少“{heading.zh}”列,请从模板补上", f"column {heading.en} is missing; add it from the template"),
            sheet=sheet,
            column=heading.zh,
            expected=heading,
        )
    return None if missing else _Pairs(sheet, grid, found, name, value)


# -- settings ---------------------------------------------------------------------------------------------------------


def read_settings(book: Book, prefix: str, problems: Problems) -> Settings:
    """Read the sheet 设置; every problem is added to ``problems``."""
    pairs = _pairs(book, SETTINGS_NAME, SETTINGS_HEADINGS, 0, 1, prefix, problems)
    if pairs is None:
        return Settings("", None, None)
    items: dict[str, tuple[int, Cell]] = {}
    for number, name, cell in pairs.rows():
        items.setdefault(fold(shown(name)), (number, cell))
    values: dict[str, object] = {}
    for setting in SETTINGS:
        zh, en = setting.heading.zh, setting.heading.en
        entered = next((items[fold(n)] for n in (zh, en, zh + en) if fold(n) in items), None)
        place, cell = entered or (None, None)
        if not is_blank(cell):
            try:
                values[setting.field] = to_month(cell) if setting.field == "month" else decode(setting, cell, values)
            except CellError as error:
                if not isinstance(cell, Formula | ExcelError):  # those are reported for the whole sheet
                    pairs.problem(problems, place, 1, error.problem, error.expected, cell)
        elif setting.field in ("brigade", "month"):
            text = Text(f"“{zh}”没有填写", f"{en} is blank; fill it in")
            pairs.problem(problems, place, 1, text, setting.note, cell)
    provisional = cast("bool | None", values.get("provisional"))
    return Settings(str(values.get("brigade", "")), _horizon(values, pairs, problems), provisional)


def _horizon(values: Mapping[str, object], pairs: _Pairs, problems: Problems) -> tuple[date, date] | None:
    """Return [first, end): the dates entered, else the bounds of the month."""
    month = values.get("month")
    if not isinstance(month, date):
        return None
    first = cast(date, values.get("first", month))
    end = cast(date, values.get("end", (month + timedelta(days=31)).replace(day=1)))
    days = (end - first).days
    if first.replace(day=1) == month and 1 <= days <= LONGEST_HORIZON:
        return first, end
    pairs.problem(
        problems,
        None,
        1,
        Text(
            f"{month:%Y-%m} 的首日和末日不对:{first} 起 {days} 天", f"{days} days from {first} do not fit {month:%Y-%m}"
        ),
        Text(
            f"首日在当月,共 1 至 {LONGEST_HORIZON} 天", f"a first date in the month, 1 to {LONGEST_HORIZON} days in all"
        ),
        None,
    )
    return None


# -- policy -----------------------------------------------------------------------------------------------------------


def read_policy(
    book: Book, parameters: Sequence[tuple[str, Parameter]], prefix: str, problems: Problems
) -> dict[str, type_of_value]:
    """Read the sheet 规则参数: the values that differ from the rules' defaults, by ``<rule>.<key>``."""
    pairs = _pairs(book, POLICY_NAME, POLICY_HEADINGS, 0, 2, prefix, problems)
    if pairs is None:
        return {}
    known = {f"{rule}.{parameter.key}": parameter for rule, parameter in parameters}
    found: dict[str, type_of_value] = {}
    seen: dict[str, int] = {}
    for number, name, cell in pairs.rows():
        key = shown(name).strip()
        if key not in known:
            text = Text(f"没有参数“{key}”,请照模板改正或删去", f"there is no parameter {key}; correct or delete it")
            pairs.problem(problems, number, 0, text, None, name)
        elif key in seen:
            text = Text(
                f"参数“{key}”已在第 {seen[key]} 行,请删去一行", f"{key} stands in row {seen[key]} too; delete one"
            )
            pairs.problem(problems, number, 0, text, None, name)
        elif not is_blank(cell) and not isinstance(cell, Formula | ExcelError):
            seen[key] = number
            try:
                value = decode_parameter(known[key], cell)
            except CellError as error:
                pairs.problem(problems, number, 2, error.problem, error.expected, cell)
                continue
            if value != known[key].default:
                found[key] = value
    return found
