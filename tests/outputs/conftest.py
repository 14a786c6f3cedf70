"""The written workbook, and its sheets as lists of cells, for the tests of reading back."""

from __future__ import annotations

from pathlib import Path

import pytest

from inputs.book import open_book
from outputs.carry import PREFIX
from outputs.workbook import write_roster
from tests.outputs.sheets import PARAMETERS, Sheets, short_result, short_scenario


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The written workbook in both languages."""
    folder = tmp_path_factory.mktemp("排班")
    found = {lang: folder / f"roster-{lang}.xlsx" for lang in ("zh", "en")}
    for lang, path in found.items():
        write_roster(path, short_scenario(), short_result(), PARAMETERS, (), lang=lang)
    return found


@pytest.fixture(scope="session")
def written(books: dict[str, Path]) -> Sheets:
    """The Chinese workbook's sheets as lists of cells."""
    with open_book(books["zh"]) as book:
        return Sheets({name: [list(row) for row in book.grid(name)] for name in book.names if PREFIX not in name})


@pytest.fixture
def sheets(written: Sheets) -> Sheets:
    """A copy to edit."""
    return written.copied()
