"""Where the lines of an input workbook stand: sheet and row of locks, absences, orders, limits and policy values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from domain.limits import Limits, ShiftCap
from domain.scenario import Absence, Designated, Lock
from domain.words import Text
from inputs.book import open_book
from inputs.rows import Problems, find_sheet, read_table
from inputs.schema import SHEETS

POLICY = Text("规则参数", "Policy")
Places = Mapping[tuple[str, tuple[str, ...]], tuple[str, int]]
"""By key of the sheet and what tells the line (id; officer and date; policy key): name of the sheet and row from 1."""


def line_places(path: Path) -> Places:
    """Return where every such line of a workbook stands; InputError if the file cannot be opened."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, int]] = {}
    problems = Problems()  # whoever asks has read the workbook without any
    with open_book(path) as book:
        for sheet in SHEETS:
            if sheet.record not in (Lock, Absence, Designated, Limits, ShiftCap):
                continue
            table = read_table(book, sheet, "", problems)
            for row in table.rows:
                record = row.record
                if isinstance(record, Lock | Designated):
                    found[sheet.key, (record.id,)] = table.name, row.number
                elif isinstance(record, Absence):
                    found[sheet.key, (record.officer, record.start.isoformat())] = table.name, row.number
                elif isinstance(record, Limits):
                    found[sheet.key, (record.officer,)] = table.name, row.number
                elif isinstance(record, ShiftCap):
                    found[sheet.key, (record.officer, record.shift)] = table.name, row.number
        name = find_sheet(book, POLICY, "", problems)
        for number, cells in enumerate(book.grid(name) if name else (), start=1):
            for cell in cells:
                if isinstance(cell, str) and "." in cell:
                    found.setdefault(("policy", (cell.strip(),)), (name or "", number))
    return found
