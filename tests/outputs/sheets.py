"""A short roster workbook as lists of cells, to be edited and read back by the tests."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from domain.calendar import DAY
from domain.parameter import Parameter
from domain.problem import InputError, Problem
from domain.result import Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Text
from outputs.patrols import supported
from outputs.readback import ReadBack, in_order, read_sheets
from tests.outputs.fixture import make_result, small_scenario

DAYS = 9
WORD = Text("词", "word")
VISIT = timedelta(minutes=25)
PARAMETERS = (
    ("R03", Parameter(key="min_rest", default=timedelta(hours=10), text=WORD, unit=WORD)),
    ("S02", Parameter(key="dose", default=timedelta(minutes=15), text=WORD, unit=WORD)),
    ("S02", Parameter(key="travel", default=timedelta(minutes=10), text=WORD, unit=WORD)),
)
GRID, DAILY, PLAN, COVERAGE = "月排班表·外滩", "每日勤务表", "联动整治计划(备案)表", "热点覆盖"
FIRST_ROW = 5


class Sheets(dict[str, list[list[Any]]]):
    """Cells by sheet; shown in one word where a test fails."""

    def __repr__(self) -> str:
        return "Sheets"

    def copied(self) -> Sheets:
        return Sheets({name: [list(row) for row in rows] for name, rows in self.items()})


@cache
def short_scenario() -> Scenario:
    """The small brigade for nine days with one remediation: quick to write and read."""
    whole = small_scenario()
    end = whole.first + DAYS * DAY
    absences = tuple(a for a in whole.absences if a.start < end)
    return whole.model_copy(update={"end": end, "calendar": whole.calendar[:DAYS], "absences": absences})


@cache
def short_result() -> Result:
    scenario = short_scenario()
    result = make_result(scenario)
    kept = supported(scenario, result.roster, VISIT)
    return result.model_copy(update={"roster": result.roster.model_copy(update={"visits": kept})})


def read(sheets: Sheets) -> Roster:
    return read_sheets(short_scenario(), sheets, VISIT)[0]


def problems_of(sheets: Sheets) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        read(sheets)
    return raised.value.problems


def original() -> Roster:
    return in_order(short_scenario(), short_result().roster)


def decided(roster: Roster) -> tuple[object, ...]:
    return roster.shifts, roster.duties, roster.visits, roster.remediations


def assert_same(back: ReadBack) -> None:
    assert back.scenario == short_scenario()
    assert decided(back.roster) == decided(original())
    assert back.baseline == original()
    assert back.report == short_result().report
    assert back.declared == short_result().findings
    assert back.notes == ()


def row_of(sheet: list[list[Any]], column: int, value: object) -> list[Any]:
    """Return the first data row with a value in a column, counted from 0, padded so that every column can be set."""
    row = next(row for row in sheet[FIRST_ROW - 1 :] if len(row) > column and row[column] == value)
    row.extend([None] * (60 - len(row)))
    return row
