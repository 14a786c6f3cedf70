"""What a column and a sheet of the input workbook are; ``schema.py`` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from pydantic import BaseModel

from domain.words import Record, Text


class Kind(Enum):
    """How the cells of a column are read and written."""

    ID = auto()
    """Key of its sheet: text without blanks or separators, unique."""
    TEXT = auto()
    INT = auto()
    FLOAT = auto()
    BOOL = auto()
    ENUM = auto()
    ENUMS = auto()
    DATE = auto()
    DATES = auto()
    LAST_DATE = auto()
    """Last date, inclusive; the record's field is half-open. Blank: the date in column ``since`` alone."""
    TIME = auto()
    UNTIL = auto()
    """End time, up to 24:00 or past midnight; the record's field is the length from the time in column ``since``."""
    HOURS = auto()
    """A span, written in hours."""
    REF = auto()
    """Id of a row of one of the sheets ``refs``."""
    REFS = auto()
    DAY_RULE = auto()


@dataclass(frozen=True)
class Column:
    """One column of a sheet, one field of its record.

    ``low`` and ``high`` bound numbers and hours, inclusive. ``optional``: a blank cell reads as None, whatever the
    record says; other blank cells read as the record's default, or are a problem where it has none.
    """

    field: str
    heading: Text
    kind: Kind
    note: Text
    low: float | None = None
    high: float | None = None
    enum: type[StrEnum] | None = None
    refs: tuple[str, ...] = ()
    since: str = ""
    optional: bool = False

    def headings(self) -> tuple[str, str]:
        """Return the heading in both languages."""
        return self.heading.zh, self.heading.en


@dataclass(frozen=True)
class Sheet:
    """One sheet of the input workbook.

    ``key`` is the field of the Scenario its rows go to; ``example`` is shown in the template as a row that is not read
    (its remark column begins with ``EXAMPLE``). ``filled``: at least one row must be there. ``newer``: older workbooks
    may lack the sheet.
    """

    key: str
    name: Text
    record: type[Record]
    columns: tuple[Column, ...]
    note: Text
    example: Record
    filled: bool = False
    newer: bool = False

    def column(self, field: str) -> Column:
        """Return the column of a field; KeyError if the sheet has none."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(f"{self.key}.{field}")

    @property
    def id_column(self) -> Column | None:
        """The column that names the sheet's rows, if it has one."""
        return next((column for column in self.columns if column.kind is Kind.ID), None)

    def required(self, column: Column) -> bool:
        """Return whether a blank cell of the column is a problem."""
        if column.optional or column.kind is Kind.LAST_DATE:
            return False
        return field_required(self.record, column.field)

    def blank(self, column: Column) -> object:
        """Return what a blank cell of a column that is not required reads as."""
        return None if column.optional else self.record.model_fields[column.field].default


def field_required(record: type[BaseModel], field: str) -> bool:
    """Return whether a record's field has no default."""
    return record.model_fields[field].is_required()


EXAMPLE = Text("示例", "Example")
"""A row whose remark begins with this word, in either language, is an example and not read."""

REMARK = Text("备注", "Remarks")
"""Heading of the last column of every sheet; its text is not read, except for ``EXAMPLE``."""

MOST_HEADS = 200
LONGEST_SHIFT = 16


def column(field: str, zh: str, en: str, kind: Kind, note: tuple[str, str] = ("", "")) -> Column:
    """Return a column of any kind."""
    return Column(field, Text(zh, en), kind, Text(*note))


def id_column(en: str = "Id", zh: str = "编号") -> Column:
    """Return the column that names a sheet's rows."""
    return column("id", zh, en, Kind.ID, ("不重复,不含空格和逗号", "unique; no blanks or commas"))


def name_column() -> Column:
    """Return a column of names."""
    return column("name", "名称", "Name", Kind.TEXT)


def number_column(field: str, zh: str, en: str, low: float, high: float, note: tuple[str, str] = ("", "")) -> Column:
    """Return a column of whole numbers in [low, high]."""
    return Column(field, Text(zh, en), Kind.INT, Text(*note), low=low, high=high)


def hours_column(field: str, zh: str, en: str, low: float, high: float, note: tuple[str, str] = ("", "")) -> Column:
    """Return a column of spans in [low, high] hours."""
    return Column(field, Text(zh, en), Kind.HOURS, Text(*note), low=low, high=high)


def enum_column(field: str, zh: str, en: str, enum: type[StrEnum], note: tuple[str, str] = ("", "")) -> Column:
    """Return a column of one word of an enumeration."""
    return Column(field, Text(zh, en), Kind.ENUM, Text(*note), enum=enum)


def enums_column(field: str, zh: str, en: str, enum: type[StrEnum]) -> Column:
    """Return a column of several words of an enumeration."""
    return Column(field, Text(zh, en), Kind.ENUMS, Text("可多项,用、分隔", "several, separated by commas"), enum=enum)


def ref_column(
    field: str, zh: str, en: str, *refs: str, note: tuple[str, str] = ("", ""), optional: bool = False
) -> Column:
    """Return a column that names one row of other sheets."""
    return Column(field, Text(zh, en), Kind.REF, Text(*note), refs=refs, optional=optional)


def refs_column(field: str, zh: str, en: str, *refs: str, note: tuple[str, str] = ("", "")) -> Column:
    """Return a column that names several rows of other sheets."""
    return Column(
        field,
        Text(zh, en),
        Kind.REFS,
        Text(note[0] or "编号,用、分隔", note[1] or "ids, separated by commas"),
        refs=refs,
    )


def date_column(field: str = "date", zh: str = "日期", en: str = "Date") -> Column:
    """Return a column of dates."""
    return column(field, zh, en, Kind.DATE, ("如 2026-10-01", "such as 2026-10-01"))


def last_column(since: str) -> Column:
    """Return a column of last dates, inclusive, after the date in column ``since``."""
    note = Text("最后一天(含);空白为一天", "last date, included; blank: one day")
    return Column("end", Text("末日", "Last date"), Kind.LAST_DATE, note, since=since)


def start_column(*, optional: bool = False, note: tuple[str, str] = ("如 06:30", "such as 06:30")) -> Column:
    """Return the column of start times."""
    return Column("start", Text("开始", "Start"), Kind.TIME, Text(*note), optional=optional)


def until_column(longest: int = 24, *, optional: bool = False) -> Column:
    """Return the column of end times, at most ``longest`` hours after the start."""
    note = Text("可写 24:00;早于开始则为次日", "24:00 is allowed; before the start means the next day")
    return Column(
        "length", Text("结束", "End"), Kind.UNTIL, note, low=0.25, high=longest, since="start", optional=optional
    )


def days_column() -> Column:
    """Return the column of the days something applies on."""
    note = ("每日、工作日、休息日、节日或 一二三四五六日", "daily, workdays, rest days, holidays or Mon..Sun")
    return column("days", "适用日", "Days", Kind.DAY_RULE, note)
