"""Problems of an input file: all of them, each with its place."""

from __future__ import annotations

from domain.words import Record, Text


class Problem(Record):
    """One problem. ``row`` counts from 1 as Excel does; ``column`` is the heading with its letter, as in "日期 (C)".

    Of a text file ``file`` is the name, ``row`` the line, ``column`` the field, and there is no sheet; of an option of
    the command line it is the option.
    """

    text: Text
    sheet: str = ""
    row: int | None = None
    column: str = ""
    read: str = ""
    expected: Text | None = None
    file: str = ""


class InputError(Exception):
    """Raised with every problem found; the command line prints them and exits 2."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(p.text.en for p in problems))
        self.problems = problems
