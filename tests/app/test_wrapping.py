"""Texts on a console of 80 columns, of which a Chinese character takes two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.wrapping import NOT_FIRST, NOT_LAST, wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("共 17 天:即使在此时段", 12, ["共 17 天:即", "使在此时段"]),
        ("人员甲乙。", 8, ["人员甲", "乙。"]),
        ("甲乙丙「丁」", 8, ["甲乙丙", "「丁」"]),
        ("two words here", 9, ["two words", "here"]),
        ("first\nsecond", 20, ["first", "second"]),
        ("abcdefgh", 5, ["abcde", "fgh"]),
        ("", 5, [""]),
    ],
)
def test_lines_break_where_a_reader_expects(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(st.text(alphabet="ab 1-缺口人天,、。(「」)", max_size=60), st.integers(8, 30))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(line == line.rstrip() for line in lines)


def test_what_may_not_begin_a_line_is_not_what_may_not_end_one() -> None:
    assert not NOT_FIRST & NOT_LAST
