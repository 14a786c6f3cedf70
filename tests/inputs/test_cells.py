"""Whatever a record holds can be written into cells, in both languages, and is read back the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import DayRule
from domain.words import DayKind, Record
from inputs.cells import decode, decode_parameter, encode_parameter, encode_row, parameter_range
from inputs.columns import Column, Kind, Sheet
from inputs.labels import LABELS, spellings
from inputs.schema import SETTINGS, SHEETS
from inputs.values import Cell, CellError, ExcelError, Formula, shown, to_date
from tests.inputs.books import PARAMETERS

MINUTE = timedelta(minutes=1)

IDS = st.text("0123456789AZaz外滩中队-_.·", min_size=1, max_size=12)
TEXTS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
RULES = st.builds(
    DayRule,
    weekdays=st.sets(st.integers(0, 6)).map(sorted).map(tuple),
    kinds=st.sets(st.sampled_from(DayKind)).map(lambda kinds: tuple(k for k in DayKind if k in kinds)),
).filter(lambda rule: bool(rule.weekdays or rule.kinds))


def values(column: Column) -> st.SearchStrategy[object]:
    """Return the values of a column, blank ones aside."""
    low, high = column.low or 0, column.high if column.high is not None else 1000
    minutes = st.integers(max(1, int(low * 60)), int(high * 60)).map(lambda n: n * MINUTE)
    times = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
    members = st.sampled_from(column.enum) if column.enum else st.nothing()
    return {
        Kind.ID: IDS,
        Kind.REF: IDS,
        Kind.TEXT: TEXTS,
        Kind.INT: st.integers(int(low), int(high)),
        Kind.FLOAT: st.floats(low, high),
        Kind.BOOL: st.booleans(),
        Kind.ENUM: members,
        Kind.ENUMS: st.lists(members, unique=True, min_size=1).map(tuple),
        Kind.DATE: DATES,
        Kind.DATES: st.sets(DATES, min_size=1).map(sorted).map(tuple),
        Kind.LAST_DATE: st.just(date(2100, 1, 1)),
        Kind.TIME: times,
        Kind.UNTIL: minutes,
        Kind.HOURS: minutes,
        Kind.REFS: st.lists(IDS, unique=True, min_size=1).map(tuple),
        Kind.DAY_RULE: RULES,
    }[column.kind]


def records(sheet: Sheet) -> st.SearchStrategy[Record]:
    return st.fixed_dictionaries({column.field: values(column) for column in sheet.columns}).map(
        lambda found: sheet.record(**found)
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_a_record_survives_its_cells(sheet: Sheet, lang: str, data: st.DataObject) -> None:
    record = data.draw(records(sheet))
    found: dict[str, object] = {}
    for column, cell in zip(sheet.columns, encode_row(sheet, record, lang), strict=True):
        found[column.field] = decode(column, cell, found)
    assert sheet.record(**found) == record


CELLS = st.one_of(
    st.text(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.booleans(),
    st.from_regex(r"(次日)?\d{1,4}[:：点./年-]\d{1,3}([./月-]\d{1,2}日?)?", fullmatch=True),
)


def refusal_of(column: Column, cell: Cell) -> CellError | None:
    try:
        decode(column, cell, {"start": time(6), "first": date(2026, 10, 1)})
    except CellError as error:
        return error
    return None


@settings(deadline=None, max_examples=100)
@given(cell=CELLS)
def test_any_cell_is_read_or_refused_with_both_texts(cell: Cell) -> None:
    columns = [column for sheet in SHEETS for column in sheet.columns] + list(SETTINGS)
    for column in {(c.kind, c.enum): c for c in columns}.values():
        error = refusal_of(column, cell)
        assert error is None or (error.problem.zh and error.problem.en and error.expected.zh and error.expected.en)


@given(st.text())
def test_what_is_quoted_is_short_and_printable(text: str) -> None:
    assert len(shown(text)) <= 60
    assert shown(text).isprintable()


@pytest.mark.parametrize("enum", list(LABELS))
def test_no_two_members_share_a_spelling(enum: type) -> None:
    every = [word for text in LABELS[enum].values() for word in (text.zh, text.en)]
    assert len(set(every)) == len(every)
    assert set(spellings(enum).values()) == set(enum)


def test_every_enumeration_of_the_schema_has_labels() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            assert (column.kind in (Kind.ENUM, Kind.ENUMS)) == (column.enum is not None)
            assert column.enum is None or set(LABELS[column.enum]) == set(column.enum)


def test_the_schema_covers_every_field() -> None:
    for sheet in SHEETS:
        elsewhere = {"hours"} if sheet.key == "hotspots" else set()
        assert {column.field for column in sheet.columns} | elsewhere == set(sheet.record.model_fields)


def test_what_a_cell_counts_from_stands_before_it() -> None:
    for sheet in SHEETS:
        fields = [column.field for column in sheet.columns]
        for column in sheet.columns:
            assert not column.since or fields.index(column.since) < fields.index(column.field)


@pytest.mark.parametrize("cell", [Formula("=1"), ExcelError("#N/A")])
def test_formulas_are_no_values(cell: Cell) -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            with pytest.raises(CellError, match="formula"):
                decode(column, cell, {})
    for _, parameter in PARAMETERS:
        with pytest.raises(CellError, match="formula"):
            decode_parameter(parameter, cell)


def test_parameters_survive_their_cells() -> None:
    for _, parameter in PARAMETERS:
        for lang in ("zh", "en"):
            assert decode_parameter(parameter, encode_parameter(parameter.default, lang)) == parameter.default
    assert [parameter_range(p) for _, p in PARAMETERS] == ["1 ~ 24", "1 ~ 14", "", "18:00 ~ 23:59"]


def test_a_date_with_a_time_is_refused() -> None:
    with pytest.raises(CellError, match="without a time"):
        to_date(datetime(2026, 10, 1, 8))
