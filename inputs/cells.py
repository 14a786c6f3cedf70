"""Cells to values and back, by the kind of column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import cast

from domain.calendar import DAY, EVERY_DAY, DayRule, minutes
from domain.parameter import Parameter, type_of_value
from domain.words import Record, Text
from inputs.columns import Column, Kind, Sheet
from inputs.labels import DAY_KINDS, EVERY, NO, WEEKDAYS, YES, label
from inputs.values import (
    HOUR,
    Cell,
    CellError,
    ExcelError,
    Formula,
    bounds,
    distinct,
    plain,
    since_midnight,
    to_bool,
    to_date,
    to_dates,
    to_day_rule,
    to_end_date,
    to_hours,
    to_id,
    to_int,
    to_length,
    to_member,
    to_parts,
    to_real,
    to_text,
    to_time,
)

CellValue = str | int | float | date | None
"""What is written into a cell; texts always as text."""


def decode(column: Column, cell: Cell, earlier: Mapping[str, object]) -> object:
    """Return the value of a cell that is not blank, as the record's field wants it.

    Parameters
    ----------
    earlier
        Values of the row's columns read before; end times and last dates need the column ``since``.

    Raises
    ------
    CellError
        If the cell cannot be read.
    """
    if isinstance(cell, Formula | ExcelError):
        raise CellError(
            Text(
                "单元格里是公式,请复制后“选择性粘贴-数值”", "the cell holds a formula; copy it and paste it as a value"
            ),
            Text("输入的值,不用公式", "a typed value, no formula"),
        )
    return _READERS[column.kind](column, cell, earlier.get(column.since))


def _enum_of(column: Column) -> type[StrEnum]:
    if column.enum is None:
        raise TypeError(f"column {column.field} has no enumeration")
    return column.enum


_READERS: Mapping[Kind, Callable[[Column, Cell, object], object]] = {
    Kind.ID: lambda column, cell, since: to_id(cell),
    Kind.REF: lambda column, cell, since: to_id(cell),
    Kind.TEXT: lambda column, cell, since: to_text(cell).replace("\n", " "),
    Kind.INT: lambda column, cell, since: to_int(cell, column.low, column.high),
    Kind.FLOAT: lambda column, cell, since: to_real(cell, column.low, column.high),
    Kind.BOOL: lambda column, cell, since: to_bool(cell),
    Kind.ENUM: lambda column, cell, since: to_member(_enum_of(column), to_text(cell)),
    Kind.ENUMS: lambda column, cell, since: tuple(to_member(_enum_of(column), w) for w in distinct(to_parts(cell))),
    Kind.DATE: lambda column, cell, since: to_date(cell),
    Kind.DATES: lambda column, cell, since: to_dates(cell),
    Kind.LAST_DATE: lambda column, cell, since: to_end_date(cell, since),
    Kind.TIME: lambda column, cell, since: to_time(cell),
    Kind.UNTIL: lambda column, cell, since: to_length(cell, since, column.low, column.high),
    Kind.HOURS: lambda column, cell, since: to_hours(cell, column.low, column.high),
    Kind.REFS: lambda column, cell, since: distinct(to_id(w) for w in to_parts(cell)),
    Kind.DAY_RULE: lambda column, cell, since: to_day_rule(cell),
}
"""How each kind of cell is read; ``since`` is the value of the column it counts from."""


def encode(column: Column, value: object, lang: str, record: Mapping[str, object]) -> CellValue:
    """Return what to write into a cell so that ``decode`` reads ``value`` again.

    Parameters
    ----------
    lang
        "zh" or "en".
    record
        The row's values by field; end times need the start.
    """
    comma = "、" if lang == "zh" else ", "
    if value is None or value == ():
        return None
    if column.kind is Kind.BOOL:
        return (YES if value else NO).get(lang)
    if isinstance(value, StrEnum):
        return label(value).get(lang)
    if isinstance(value, DayRule):
        return comma.join(_day_words(value, lang))
    if isinstance(value, tuple):
        return comma.join(label(v).get(lang) if isinstance(v, StrEnum) else str(v) for v in value)
    if isinstance(value, timedelta):
        return _end_text(record.get(column.since), value) if column.kind is Kind.UNTIL else plain(value / HOUR)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value - DAY if column.kind is Kind.LAST_DATE else value
    return cast(CellValue, value)


def _day_words(rule: DayRule, lang: str) -> Iterable[str]:
    if set(rule.kinds) == set(EVERY_DAY.kinds):
        yield EVERY.get(lang)
    else:
        yield from (DAY_KINDS[kind].get(lang) for kind in rule.kinds)
    yield from (WEEKDAYS[n].get(lang) for n in rule.weekdays)


def _end_text(start: object, length: timedelta) -> str:
    if not isinstance(start, time):
        raise TypeError("an end time needs its start")
    end = minutes(since_midnight(start) + length)
    if end > 24 * 60 and length < DAY:
        end -= 24 * 60
    return f"{end // 60:02d}:{end % 60:02d}"


def encode_row(sheet: Sheet, record: Record, lang: str) -> tuple[CellValue, ...]:
    """Return a record as the cells of its sheet's columns, in order."""
    values = {column.field: getattr(record, column.field) for column in sheet.columns}
    return tuple(encode(column, values[column.field], lang, values) for column in sheet.columns)


# -- the policy sheet -------------------------------------------------------------------------------------------------


def decode_parameter(parameter: Parameter, cell: Cell) -> type_of_value:
    """Return a parameter's value in a cell that is not blank, within its bounds; else raise CellError."""
    default = parameter.default
    value: type_of_value
    if isinstance(cell, Formula | ExcelError):
        decode(_ANY, cell, {})
    if isinstance(default, bool):
        value = to_bool(cell)
    elif isinstance(default, int):
        value = to_int(cell, _number(parameter.low), _number(parameter.high))
    elif isinstance(default, timedelta):
        value = to_hours(cell, _number(parameter.low), _number(parameter.high))
    else:
        value = to_time(cell)
        low, high = cast(time | None, parameter.low), cast(time | None, parameter.high)
        if (low is not None and value < low) or (high is not None and value > high):
            span = bounds(*(None if t is None else f"{t:%H:%M}" for t in (low, high)))
            raise CellError(
                Text("时间不在范围内", "the time is out of range"), Text("时间" + span.zh, "a time" + span.en)
            )
    return value


_ANY = Column("value", Text("值", "Value"), Kind.TEXT, Text("", ""))


def _number(bound: type_of_value | None) -> float | None:
    if isinstance(bound, timedelta):
        return bound / HOUR
    return None if bound is None or isinstance(bound, time) else float(bound)


def encode_parameter(value: type_of_value, lang: str) -> CellValue:
    """Return a parameter's value as its cell: yes/no, a number, hours, or HH:MM."""
    if isinstance(value, bool):
        return (YES if value else NO).get(lang)
    if isinstance(value, timedelta):
        return plain(value / HOUR)
    return f"{value:%H:%M}" if isinstance(value, time) else value


def parameter_range(parameter: Parameter) -> str:
    """Return the accepted range as it is shown beside the value, "" if it has no bounds."""
    low, high = (None if b is None else str(encode_parameter(b, "en")) for b in (parameter.low, parameter.high))
    return f"{low or ''} ~ {high or ''}" if low or high else ""
