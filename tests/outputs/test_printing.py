"""What is printed can be read again, whatever people and places are called."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scenario import Scenario, Squad
from domain.words import SquadKind
from outputs.layout import GRID
from outputs.printing import (
    BETWEEN,
    clock,
    day_heading,
    endings,
    grid_names,
    is_grid,
    printed,
    printed_ids,
    read_clock,
    symbols,
)
from tests.outputs.fixture import small_scenario

DAY = date(2026, 10, 31)
IDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(st.text(max_size=12), IDS), max_size=5))
def test_ids_survive_any_name(pairs: list[tuple[str, str]]) -> None:
    text = BETWEEN.join(printed(name, ident) for name, ident in pairs)
    assert printed_ids(text) == [ident for _, ident in pairs]


def test_ids_are_read_with_the_brackets_and_commas_of_a_chinese_keyboard() -> None:
    assert printed_ids("张三\uff08A1\uff09\uff0c李四(A2)\n王五 (A3) ; 无名") == ["A1", "A2", "A3"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("minutes", [0, 390, 1439, 1440, 1830])
def test_a_clock_reads_back_also_past_midnight(lang: str, minutes: int) -> None:
    at = datetime.combine(DAY, time()) + timedelta(minutes=minutes)
    assert read_clock(clock(at, DAY, lang), DAY) == at


@pytest.mark.parametrize(
    ("value", "hour", "minute"),
    [("9:05", 9, 5), ("9\uff1a05", 9, 5), (time(22, 30), 22, 30), (0.25, 6, 0), (timedelta(hours=3), 3, 0)],
)
def test_a_clock_reads_what_people_type(value: object, hour: int, minute: int) -> None:
    assert read_clock(value, DAY) == datetime(2026, 10, 31, hour, minute)


@pytest.mark.parametrize("value", ["", "25:00", "12:60", "noon", None, True, -0.5])
def test_an_unreadable_clock_is_none(value: object) -> None:
    assert read_clock(value, DAY) is None


def _with_squads(names: list[str]) -> Scenario:
    squads = tuple(Squad(id=f"S{n}", name=name, kind=SquadKind.STREET) for n, name in enumerate(names))
    plain = small_scenario()
    return Scenario(brigade="x", first=plain.first, end=plain.end, calendar=plain.calendar, squads=squads)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=6))
def test_grid_names_are_legal_and_unique(names: list[str]) -> None:
    found = list(grid_names(_with_squads(names), "zh").values())
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.endswith("'")
        assert is_grid(name)


def test_sheet_names_that_are_no_grids() -> None:
    assert not is_grid("每日勤务表")
    assert not is_grid(GRID.name.zh)


def test_headings_name_the_month_where_there_are_two() -> None:
    plain = small_scenario()
    longer = Scenario(
        brigade="x", first=plain.first, end=date(2026, 11, 5), calendar=plain.calendar, squads=plain.squads
    )
    assert day_heading(plain, date(2026, 10, 1), "zh") == "1 / 四"
    assert day_heading(longer, date(2026, 10, 1), "en") == "10-01 / Thu"


def test_symbols_never_collide_with_each_other_or_with_absences() -> None:
    plain = small_scenario()
    given_symbols = {"E": "病", "M": "早", "L": "早", "N": "E"}
    shifts = tuple(s.model_copy(update={"symbol": given_symbols[s.id]}) for s in plain.shifts)
    scenario = Scenario(
        brigade="x", first=plain.first, end=plain.end, calendar=plain.calendar, squads=plain.squads, shifts=shifts
    )
    assert symbols(scenario, "zh") == {"E": "病[E]", "M": "早", "L": "早[L]", "N": "E"}
    assert symbols(scenario, "en")["N"] == "E[N]"


def test_marks_follow_the_symbol_in_one_order() -> None:
    assert endings("zh") == ("", "固", "联", "联固")
