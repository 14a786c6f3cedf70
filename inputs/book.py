"""An open workbook as plain grids of cells: no formulas followed, nothing beyond the row and column caps read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from inputs.guard import damaged, inspect
from inputs.parts import Grid, Index, Meaning, Worksheet, formats_of, index_of, texts_of, worksheet_of


@dataclass
class Book:
    """A workbook open for reading. ``strays``: the first cell with content beyond the caps, of sheets read so far."""

    path: Path
    archive: zipfile.ZipFile
    index: Index
    strays: dict[str, str] = field(default_factory=dict)
    _sheets: dict[str, Worksheet] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worksheets in order, hidden ones included."""
        return tuple(self.index.sheets)

    def grid(self, name: str) -> Grid:
        """Return the cells of a worksheet; InputError if its part of the file is broken, KeyError if there is none."""
        return self.sheet(name).rows

    def sheet(self, name: str) -> Worksheet:
        """Return a worksheet, as ``grid``."""
        if name not in self._sheets:
            part = self.index.sheets[name]
            try:
                self._sheets[name] = worksheet_of(self.archive.read(part), self._meaning)
            except Exception as error:  # a broken part raises a dozen unrelated types
                raise damaged(self.path, error) from error
        sheet = self._sheets[name]
        if sheet.stray:
            self.strays[name] = sheet.stray
        return sheet

    def lend(self, sheets: Mapping[str, Worksheet]) -> None:
        """Take worksheets that were read elsewhere from the same file."""
        self._sheets = {**sheets, **self._sheets}

    @cached_property
    def _meaning(self) -> Meaning:
        index = self.index
        return Meaning(
            texts=texts_of(self.archive.read(index.texts)) if index.texts is not None else (),
            formats=formats_of(self.archive.read(index.styles)) if index.styles in self.archive.namelist() else {},
            epoch=index.epoch,
        )


@contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """Open a workbook for reading; InputError with one problem if it is refused or broken."""
    with zipfile.ZipFile(inspect(path)) as archive:
        try:
            index = index_of(archive)
        except Exception as error:
            raise damaged(path, error) from error
        yield Book(path, archive, index)
