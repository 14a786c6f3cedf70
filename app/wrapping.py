"""Lines of a console: Chinese breaks between any two characters, everything else at spaces."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

NOT_FIRST = frozenset("、,。;:?!)」』》”’%…,.;:?!)]}%")
"""What does not begin a line."""
NOT_LAST = frozenset("(「『《“‘([{")
"""What does not end one."""
JOINS = "·"
"""What neither begins nor ends one, as in 人·小时."""


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, none wider than ``width`` columns; full-width characters take two.

    A word that is wider than a line is broken where the line ends.
    """
    return [line for paragraph in text.split("\n") for line in _lines(paragraph, width)]


def _lines(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for piece in _pieces(text):
        if line and used + cell_len(piece.rstrip()) > width:
            yield line.rstrip()
            line, used = "", 0
        for c in piece:
            wide = cell_len(c)
            if used + wide > width and not c.isspace():
                yield line.rstrip()
                line, used = "", 0
            if line or not c.isspace():
                line, used = line + c, used + wide
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Yield what stays together, with the spaces after it."""
    piece = ""
    for c in text:
        if piece and _may_break(piece[-1], c):
            yield piece
            piece = ""
        piece += c
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in NOT_FIRST or before in NOT_LAST or JOINS in (before, after):
        return False
    return before.isspace() or cell_len(before) > 1 or cell_len(after) > 1
