"""The hidden tables of a roster as one column of text: a tenth of the cells, and a fifth of the time.

The first cell is the format's number, the others are pieces of the tables as JSON, compressed, in base 64. JSON writes
every character that is not ASCII as its number, so that halves of characters come through as well.
"""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from outputs.baseline import FORMAT_VERSION, OtherFormatError, Table

SHEET = "基线"
PIECE = 32_000
"""Characters of a cell; Excel holds 32,767."""
LARGEST = 80 << 20
"""Bytes that the tables of an honest file unpack to at most."""


def packed(tables: Mapping[str, Table]) -> list[str]:
    """Return the cells of the column."""
    text = b64encode(zlib.compress(json.dumps(tables, separators=(",", ":")).encode("ascii"), 6)).decode("ascii")
    return [f"{FORMAT_VERSION}", *(text[n : n + PIECE] for n in range(0, len(text), PIECE))]


def unpacked(cells: Sequence[str]) -> dict[str, Table]:
    """Return the tables of a column of cells; ValueError where they are not ours or (OtherFormatError) too new."""
    if not cells or not cells[0].strip().isdecimal():
        raise ValueError("no format number")
    if int(cells[0]) != FORMAT_VERSION:
        raise OtherFormatError(int(cells[0]))
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(b64decode("".join(cells[1:]).encode("ascii"), validate=True), LARGEST)
    except (zlib.error, binascii.Error) as error:
        raise ValueError("damaged") from error
    if not unpacker.eof:
        raise ValueError("cut off, or too large")
    tables = json.loads(data)
    if not isinstance(tables, dict):
        raise ValueError("no tables")
    return {name: tuple(_row(row) for row in _listed(table)) for name, table in tables.items()}


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("no list")
    return value


def _row(value: object) -> tuple[str, ...]:
    row = _listed(value)
    if not all(isinstance(cell, str) for cell in row):
        raise ValueError("no text")
    return tuple(str(cell) for cell in row)
