"""缺口与对策: rows, marks and words of the sheet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.explanation import Explanation, Obstacle
from outputs.layout import FIRST_ROW, SHORTFALLS
from outputs.shortfalls import OBSTACLES, grid_marks, shortfall_rows, spelled
from tests.outputs.explained import DAYS, small_explanation
from tests.outputs.fixture import small_scenario


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_come_as_counted_entry_option_tried_and_people(lang: str) -> None:
    rows = shortfall_rows(small_scenario(), small_explanation(), (), lang)
    kinds = {"zh": ["用法", "用法", "用法", "计数校核", "缺口", "对策", "试过无效", "为何不在"]}
    kinds["en"] = ["How to", "How to", "How to", "Counted", "Shortfall", "Option", "Tried in vain", "Why not"]
    assert [row[1] for row in rows] == kinds[lang]
    assert all(len(row) == len(SHORTFALLS.columns) for row in rows)
    assert rows[5][0] == "S01-P1-1:1"


def test_marks_of_the_grid_lead_to_the_row_of_the_entry() -> None:
    marks = grid_marks(small_scenario(), small_explanation(), (), "zh")
    assert set(marks) == {("WT", day) for day in DAYS}
    assert {mark.row for mark in marks.values()} == {FIRST_ROW + 5}
    assert all("S01-P1-1" in mark.comment and mark.text == "▲1" for mark in marks.values())


def test_nothing_short_has_no_marks() -> None:
    assert grid_marks(small_scenario(), Explanation(), (), "zh") == {}


def test_many_dates_are_told_by_first_last_and_number() -> None:
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(12)]
    assert spelled(days[:2], "zh") == "10-01、10-02"
    assert spelled(days, "en") == "10-01 to 10-12, 12 days"


def test_every_obstacle_has_words() -> None:
    assert set(OBSTACLES) == set(Obstacle)
