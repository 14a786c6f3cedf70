"""The parts of a workbook file as cells: sheets by name, shared texts, number formats and rows, read event by event.

A third of a roster's file need not be touched to judge it, and of the rest only values matter: so the parts are parsed
here, each when it is asked for, without the styles, links and drawings that a general reader builds. A part that
declares a document type is refused, as that is how a small file is made to fill the memory.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from inputs.guard import MAX_COLUMNS, MAX_ROWS, ForbiddenError
from inputs.notation import EPOCH, EPOCH_1904, column_letters, column_number, moment, span
from inputs.values import Cell, ExcelError, Formula, is_blank

Grid = tuple[tuple[Cell, ...], ...]
"""Rows of cells from A1 on, without trailing blanks; row n of Excel is item n - 1."""

WORKBOOK = "xl/workbook.xml"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in formats of dates and times, those of Chinese and Japanese versions included."""
SPAN_ID = 46
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[dmhys]", re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
PLACES = 1 << 16
"""References remembered with what they mean."""


class Counted(Enum):
    """What a number stands for by its format."""

    MOMENT = auto()
    SPAN = auto()


class Index(NamedTuple):
    """A workbook's table of contents: parts of its worksheets by name in order, other parts, and the epoch of dates."""

    sheets: Mapping[str, str]
    texts: str | None
    styles: str | None
    epoch: datetime


def index_of(archive: zipfile.ZipFile) -> Index:
    """Return the table of contents; KeyError, ValueError or a parse error where it is broken."""
    types = _tree(archive.read("[Content_Types].xml"))
    if _local(types.tag) != "Types":
        raise ValueError("no list of content types")
    book = _tree(archive.read(WORKBOOK))
    relations = {
        relation.get("Id", ""): (relation.get("Type", "").rpartition("/")[2], _target(relation.get("Target", "")))
        for relation in _tree(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets: dict[str, str] = {}
    epoch = EPOCH
    for element in book.iter():
        tag = _local(element.tag)
        if tag == "sheet":
            kind, part = relations[_relation(element)]
            if kind == "worksheet":
                sheets.setdefault(element.get("name", ""), part)
        elif tag == "workbookPr" and element.get("date1904", "0") in ("1", "true"):
            epoch = EPOCH_1904
    if not sheets:
        raise ValueError("no worksheets")
    by_kind = dict(relations.values())
    return Index(sheets, by_kind.get("sharedStrings"), by_kind.get("styles"), epoch)


def _parser() -> expat.XMLParserType:
    """Return a parser that refuses document types."""

    def refuse(*_: object) -> None:
        raise ForbiddenError("a document type")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _tree(data: bytes) -> ElementTree.Element:
    _parser().Parse(data, True)
    return ElementTree.fromstring(data)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _relation(sheet: ElementTree.Element) -> str:
    found = sheet.get(RELATION_ID)
    return found if found is not None else next(v for k, v in sheet.attrib.items() if k.endswith("}id"))


def _target(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def unescaped(text: str) -> str:
    """Return a text with Excel's own escapes, such as _x000D_, resolved."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


# -- shared texts and formats -------------------------------------------------------------------------------------


def texts_of(data: bytes) -> list[str]:
    """Return the shared texts in order, without phonetic guides; a parse error or ValueError where it is broken."""
    parser, prefix = _parser(), ""
    found: list[str] = []
    pieces: list[str] = []
    phonetic = False

    def start(name: str, _: object) -> None:
        nonlocal phonetic
        tag = name.removeprefix(prefix)
        if tag == "t":
            parser.CharacterDataHandler = None if phonetic else pieces.append
        elif tag == "rPh":
            phonetic = True
        elif tag == "si":
            pieces.clear()

    def end(name: str) -> None:
        nonlocal phonetic
        tag = name.removeprefix(prefix)
        if tag == "t":
            parser.CharacterDataHandler = None
        elif tag == "rPh":
            phonetic = False
        elif tag == "si":
            found.append(unescaped("".join(pieces)))

    def root(name: str, _: object) -> None:
        nonlocal prefix
        prefix = _prefix(name, "sst")
        parser.StartElementHandler = start
        parser.EndElementHandler = end

    parser.StartElementHandler = root
    parser.Parse(data, True)
    return found


def formats_of(data: bytes) -> dict[int, Counted]:
    """Return which cell styles, by number, show dates, times or spans; a parse error where it is broken."""
    codes: dict[int, Counted | None] = {}
    found: dict[int, Counted] = {}
    for element in _tree(data):
        tag = _local(element.tag)
        if tag == "numFmts":
            codes |= {int(f.get("numFmtId", "0")): counted(f.get("formatCode", "")) for f in element}
        elif tag == "cellXfs":
            for n, style in enumerate(element):
                ident = int(style.get("numFmtId", "0"))
                meant = codes[ident] if ident in codes else _built_in(ident)
                if meant is not None:
                    found[n] = meant
    return found


def _built_in(ident: int) -> Counted | None:
    if ident == SPAN_ID:
        return Counted.SPAN
    return Counted.MOMENT if ident in DATE_IDS else None


def counted(code: str) -> Counted | None:
    """Return what numbers of a format code stand for: only its first section counts, and not what stands literally."""
    plain = _LITERAL.sub("", code.partition(";")[0])
    if plain.casefold() == "general":
        return None
    if _SPAN.search(plain):
        return Counted.SPAN
    return Counted.MOMENT if _DATE.search(plain) else None


def _prefix(name: str, expected: str) -> str:
    """Return the namespace prefix, with its colon, that a part uses; ValueError if its root is another."""
    prefix, colon, local = name.rpartition(":")
    if local != expected:
        raise ValueError(f"{local} instead of {expected}")
    return prefix + colon


# -- cells --------------------------------------------------------------------------------------------------------


class Meaning(NamedTuple):
    """What the cells of a workbook refer to."""

    texts: Sequence[str]
    formats: Mapping[int, Counted]
    epoch: datetime


class Worksheet(NamedTuple):
    """The cells of a worksheet within the caps, and the first cell with content beyond them ("" if there is none)."""

    rows: Grid
    stray: str


def worksheet_of(data: bytes, meaning: Meaning) -> Worksheet:
    """Return what a worksheet holds.

    Raises
    ------
    ValueError, IndexError or a parse error
        If the part is broken.
    """
    sheet = _Sheet(data, meaning)
    rows: list[tuple[Cell, ...]] = []
    for number in sorted(sheet.rows):
        cells = sheet.rows[number]
        rows += [()] * (number - 1 - len(rows))
        rows.append(tuple([cells.get(n) for n in range(1, max(cells) + 1)]))
    return Worksheet(tuple(rows), sheet.stray)


class _Sheet:
    """One worksheet being parsed: ``rows`` by number from 1, each its cells with a value by column from 1."""

    def __init__(self, data: bytes, meaning: Meaning) -> None:
        self.rows: dict[int, dict[int, Cell]] = {}
        self.stray = ""
        self.meaning = meaning
        self.parser = _parser()
        self.parser.StartElementHandler = self._root
        self.parser.Parse(data, True)

    def _root(self, name: str, _: object) -> None:
        start, end = self._handlers(_prefix(name, "worksheet"))
        self.parser.StartElementHandler, self.parser.EndElementHandler = start, end

    def _handlers(self, prefix: str) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
        """Return what is done at the start and end of an element; a closure, as it runs for every cell of a file."""
        parser, put = self.parser, self._put
        cell, value, formula, text, row, guide = (prefix + tag for tag in ("c", "v", "f", "t", "row", "rPh"))
        pieces: list[str] = []
        number, column, kind, style, phonetic = 0, 0, "", "", False
        ending = "0"
        known: dict[tuple[str, str, str], Cell] = {}  # most cells say what others say as well
        computed: str | None = None
        filled = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal number, column, kind, style, computed, filled, phonetic, ending
            if name == cell:
                reference = attributes.get("r")
                if reference is None:
                    column += 1
                elif reference.endswith(ending) and (there := _COLUMNS.get(reference[: -len(ending)])):
                    column = there
                else:
                    column, number = _place(reference)
                kind, style = attributes.get("t", "n"), attributes.get("s", "")
                computed, filled = None, False
                pieces.clear()
            elif name == value:
                filled = True
                pieces.clear()
                parser.CharacterDataHandler = pieces.append
            elif name == text and not phonetic:
                filled = True
                parser.CharacterDataHandler = pieces.append
            elif name == formula:
                parser.CharacterDataHandler = pieces.append
            elif name == row:
                number, column = int(attributes.get("r", number + 1)), 0
                ending = str(number)
            elif name == guide:
                phonetic = True

        def end(name: str) -> None:
            nonlocal computed, phonetic
            if name == cell:
                if not filled and computed is None:
                    return
                if computed is not None:
                    put(number, column, Formula("=" + computed))
                else:
                    key = "".join(pieces), kind, style
                    if key not in known:
                        known[key] = self._cell(*key)
                    put(number, column, known[key])
            elif name == formula:
                parser.CharacterDataHandler = None
                computed = "".join(pieces)
                pieces.clear()
            elif name in (value, text):
                parser.CharacterDataHandler = None
            elif name == guide:
                phonetic = False

        return start, end

    def _put(self, number: int, column: int, cell: Cell) -> None:
        if is_blank(cell):
            return
        if number > MAX_ROWS or column > MAX_COLUMNS:
            self.stray = self.stray or f"{column_letters(column)}{number}"
        else:
            self.rows.setdefault(number, {})[column] = cell

    def _cell(self, text: str, kind: str, style: str) -> Cell:
        if kind == "s":
            place = int(text)
            if place < 0:
                raise IndexError(f"no shared text {place}")
            return self.meaning.texts[place]
        if kind == "n":
            return self._number(text, style) if text else None
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if kind == "b":
            return bool(int(text)) if text else None
        if kind == "e":
            return ExcelError(text)
        if kind == "d":
            return _iso(text)
        raise ValueError(f"no kind of cell: {kind}")

    def _number(self, text: str, style: str) -> Cell:
        number = int(text) if text.isdecimal() else _real(text)
        meant = self.meaning.formats.get(int(style)) if style else None
        if meant is None:
            return number
        try:
            return span(number) if meant is Counted.SPAN else moment(number, self.meaning.epoch)
        except (OverflowError, ValueError):  # as Excel itself shows it
            return ExcelError("#VALUE!")


_COLUMNS = {column_letters(n): n for n in range(1, MAX_COLUMNS + 1)}


@lru_cache(maxsize=PLACES)
def _place(reference: str) -> tuple[int, int]:
    """Return the column and row of a reference such as K12; the sheets of a workbook have most of them in common."""
    match = _CELL.fullmatch(reference)
    if match is None:
        raise ValueError(f"no cell: {reference}")
    return column_number(match[1]), int(match[2])


def _real(text: str) -> float | int:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _iso(text: str) -> datetime | date | time:
    if "T" in text:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    return time.fromisoformat(text) if ":" in text else date.fromisoformat(text)
