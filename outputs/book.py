"""The paper: a workbook whose cells are checked as they are written, and pages that print as a brigade files them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from domain.words import Text
from inputs.quick_sheet import Formula, QuickBook, QuickSheet
from outputs.layout import FIRST_ROW, HEAD_ROW, Column

LONGEST = 32_767
"""Characters that fit in a cell of Excel."""

DAY_ZERO = date(1899, 12, 30).toordinal()
"""Ordinal of the day that Excel numbers 0."""
A3, A4 = 8, 9
LOW, UPPER_HEAD = 18, 20
"""Least height of a row, and the height of the upper heading row, in points."""
GREY, PALE = "#D9D9D9", "#F2F2F2"
SIGNATURES = (
    Text("制表人", "Drawn up by"),
    Text("科室负责人意见", "Head of section"),
    Text("分管领导意见", "Leader in charge"),
)
_UNFIT = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


Cell = str | int | float | date | Formula | None


class Book:
    """A workbook in one language; formats are made once per style."""

    def __init__(self, target: Any, lang: str) -> None:  # noqa: ANN401
        self.lang = lang
        self.book = QuickBook(
            target,
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,  # else a file on disk for every part, which takes a tenth of the time
            },
        )
        self.font = "Arial" if lang == "en" else "宋体"
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **properties: Any) -> Format:  # noqa: ANN401
        """Return the format with these XlsxWriter properties on top of font 11, centred, bordered."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            base = {"font_name": self.font, "font_size": 11, "align": "center", "valign": "vcenter", "border": 1}
            self._styles[key] = self.book.add_format(base | properties)
        return self._styles[key]

    def plain(self, **properties: Any) -> Format:  # noqa: ANN401
        """Return a format without border."""
        return self.style(**({"border": 0, "align": "left"} | properties))

    def page(self, name: str, *, paper: int = A4) -> Page:
        """Add a sheet: landscape, one page wide, page numbers at the foot."""
        return Page(self, name, paper)

    def close(self) -> None:
        """Finish the file."""
        self.book.close()


class Page:
    """One sheet. Every write raises ValueError where XlsxWriter would silently leave the cell out."""

    def __init__(self, book: Book, name: str, paper: int) -> None:
        self.book, self.lang, self.name = book, book.lang, name
        self.sheet: QuickSheet = book.book.add_worksheet(name)
        self.sheet.set_landscape()
        self.sheet.set_paper(paper)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.center_horizontally()
        self.sheet.set_footer("&C&P / &N")
        self.sheet.hide_gridlines(2)

    def say(self, text: Text) -> str:
        """Return the text in the book's language."""
        return text.get(self.lang)

    def text(self, row: int, column: int, value: str, style: Format) -> None:
        """Write text as text, whatever it looks like; more than fits is cut with a visible mark."""
        self._sure(self.sheet.write_string(row, column, fit(value), style), row, column)

    def put(self, row: int, column: int, value: Cell, style: Format) -> None:
        """Write a value as what it is; None leaves an empty framed cell."""
        if value is None or value == "":
            self._sure(self.sheet.write_blank(row, column, None, style), row, column)
        elif isinstance(value, str):
            self.text(row, column, value, style)
        elif isinstance(value, Formula):
            code = self.sheet.write_formula(row, column, value.text, style, value.value)
            self._sure(code, row, column)
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
            self._sure(self.sheet.write_datetime(row, column, moment, style), row, column)
        else:
            self._sure(self.sheet.write_number(row, column, value, style), row, column)

    def line(self, row: int, values: Sequence[Cell], styles: Sequence[Format]) -> None:
        """Write a whole row from its first column on, as ``put`` does cell by cell."""
        self._sure(self.sheet.lay(row, [_laid(value) for value in values], styles), row, 0)

    def merge(self, first: tuple[int, int], last: tuple[int, int], value: str, style: Format) -> None:
        """Merge a range, corners included, and write text into it; a single cell is just written."""
        if first != last:
            self._sure(self.sheet.merge_range(*first, *last, "", style), *first)
        self.text(*first, value, style)

    def link(self, row: int, column: int, text: str, sheet: str, at: int, style: Format) -> None:
        """Write a text that leads to a row (from 1) of another sheet."""
        quoted = sheet.replace("'", "''")
        code = self.sheet.write_url(row, column, f"internal:'{quoted}'!A{at}", style, _UNFIT.sub("?", text))
        self._sure(code, row, column)

    def comment(self, row: int, column: int, text: str) -> None:
        """Put a comment behind a cell; more than fits is cut with a visible mark."""
        options = {"x_scale": 3.0, "y_scale": min(6.0, 1 + 0.4 * text.count("\n")), "author": ""}
        self._sure(self.sheet.write_comment(row, column, fit(text), options), row, column)

    def _sure(self, code: int, row: int, column: int) -> None:
        if code:
            raise ValueError(f"sheet {self.name}, cell {xl_rowcol_to_cell(row, column)}: not written (code {code})")

    def title(self, title: str, unit: str, filled: date, width: int) -> None:
        """Write the merged title and the row of 填表单位 / 填表时间 over ``width`` columns."""
        self.merge((0, 0), (0, width - 1), title, self.book.plain(bold=True, font_size=16, align="center"))
        self.sheet.set_row(0, 28)
        half = max(1, width // 2)
        who = Text(f"填表单位:{unit}", f"Unit: {unit}")
        when = Text(f"填表时间:{filled:%Y-%m-%d}", f"Filled in on: {filled:%Y-%m-%d}")
        self.merge((1, 0), (1, half - 1), self.say(who), self.book.plain())
        self.merge((1, half), (1, width - 1), self.say(when), self.book.plain(align="right"))
        self.sheet.set_row(1, 18)

    def heads(self, columns: Sequence[Column], start: int = 0) -> None:
        """Write the two heading rows: neighbours of one band under it, any other heading over both rows."""
        style = self.book.style(bold=True, text_wrap=True, bg_color=GREY)
        n = 0
        while n < len(columns):
            band = columns[n].band
            if band is None:
                self.merge((HEAD_ROW, start + n), (HEAD_ROW + 1, start + n), self.say(columns[n].head), style)
                n += 1
                continue
            end = n
            while end < len(columns) and columns[end].band == band:
                self.text(HEAD_ROW + 1, start + end, self.say(columns[end].head), style)
                end += 1
            self.merge((HEAD_ROW, start + n), (HEAD_ROW, start + end - 1), self.say(band), style)
            n = end

    def widths(self, columns: Sequence[Column], start: int = 0) -> None:
        """Set the widths of columns."""
        for n, column in enumerate(columns, start):
            self._sure(self.sheet.set_column(n, n, column.width), 0, n)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], folded: Collection[int] = frozenset()
    ) -> int:
        """Write headings and rows below the title, repeat and freeze the headings; return the row after the last.

        ``folded`` are the places of rows that stand folded below the one before them, and are not printed.
        """
        self.widths(columns)
        self.heads(columns)
        heads = ((tall(self.say(c.head), c.width), c.band) for c in columns)
        deepest = max(high if band else high - UPPER_HEAD for high, band in heads)
        self.sheet.set_row(HEAD_ROW, UPPER_HEAD)
        self.sheet.set_row(HEAD_ROW + 1, max(LOW, deepest))
        self.sheet.repeat_rows(0, HEAD_ROW + 1)
        self.sheet.freeze_panes(FIRST_ROW, 0)
        styles = [self.book.style(**_look(column)) for column in columns]
        days = [self.book.style(**(_look(column) | {"num_format": "yyyy-mm-dd"})) for column in columns]
        for r, row in enumerate(rows, FIRST_ROW):
            self.line(r, row, [days[c] if isinstance(value, date) else styles[c] for c, value in enumerate(row)])
            place = r - FIRST_ROW
            options = {"level": 1, "hidden": True} if place in folded else {"collapsed": place + 1 in folded}
            height = max([LOW, *(tall(value, columns[c].width) for c, value in enumerate(row) if columns[c].wrap)])
            self.sheet.set_row(r, height, None, options)
        if folded:
            self.sheet.outline_settings(visible=True, symbols_below=False)
        end = FIRST_ROW + len(rows)
        if rows:
            self.sheet.autofilter(HEAD_ROW + 1, 0, end - 1, len(columns) - 1)
        return end

    def sign(self, row: int, width: int) -> None:
        """Write the footer of the three signatures across ``width`` columns, one row below ``row``."""
        style = self.book.plain()
        cuts = [width * n // 3 for n in range(4)]
        for signature, left, right in zip(SIGNATURES, cuts, cuts[1:], strict=False):
            if right > left:
                self.merge((row + 1, left), (row + 1, right - 1), f"{self.say(signature)}:", style)
        self.sheet.set_row(row + 1, 30)


@lru_cache(maxsize=4096)
def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of ``width`` characters; a Chinese character counts as two.

    A little is taken off the width, since lines break between words.
    """
    room = max(1, int(0.93 * width - 1))
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    need = [len(line) + sum(c > "\u2e80" for c in line) for line in text.split("\n")]
    return sum(max(1, -(-chars // room)) for chars in need)


def tall(value: Cell, width: float) -> float:
    """Return the height in points that a wrapped cell needs: readers other than Excel do not fit rows by themselves."""
    count = lines(value, width) if isinstance(value, str) else 1
    return LOW if count == 1 else 16.5 * count + 2.5


@lru_cache(maxsize=1 << 15)
def fit(text: str) -> str:
    """Return a text as a cell takes it: more than fits is cut with a visible mark, halves of characters become "?"."""
    text = _UNFIT.sub("?", text)
    if 2 * len(text) > LONGEST:  # Excel counts characters beyond U+FFFF, such as emoji, as two
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST:
            return units[: 2 * LONGEST - 2].decode("utf-16-le", "ignore") + "…"
    return text


def _laid(value: Cell) -> str | float | Formula | None:
    """Return a value as a row takes it: texts that fit, dates as their numbers."""
    if isinstance(value, str):
        return fit(value)
    return value.toordinal() - DAY_ZERO if isinstance(value, date) else value


def _look(column: Column) -> dict[str, Any]:
    look: dict[str, Any] = {"text_wrap": True} if column.wrap else {"shrink": True}
    look |= {"num_format": column.number} if column.number else {}
    return look | ({"align": "left"} if column.left else {})
