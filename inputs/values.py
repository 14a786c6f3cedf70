"""From what people type to values: texts, numbers, dates and times, taken as generously as is safe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, cast

from domain.calendar import DAY, DayRule, minutes
from domain.words import DayKind, Text
from inputs.labels import DAY_KINDS, EVERY, LABELS, WEEKDAYS, fold, spellings
from inputs.notation import moment

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LONGEST_TEXT = 300
LONGEST_LIST = 5000
"""A cell may list every date of two months, or every squad."""
LONGEST_ID = 60
LATEST = timedelta(hours=48)
MOST = 1e9
"""No number of a roster comes near; larger ones are slips."""
YEARS = range(2000, 2101)
SERIALS = range(36526, 73416)
"""Excel's day numbers of the years accepted, for dates whose cell lost its format."""


class Formula(NamedTuple):
    """A formula found in a cell."""

    text: str


class ExcelError(NamedTuple):
    """An error value such as #N/A found in a cell."""

    text: str


Cell = str | int | float | bool | datetime | date | time | timedelta | Formula | ExcelError | None
"""What a workbook may hold in a cell."""

CellValue = str | int | float | date | None
"""What is written into a cell; texts always as text."""


class CellError(Exception):
    """A cell cannot be read; ``problem`` is the sentence, ``expected`` what should stand there."""

    def __init__(self, problem: Text, expected: Text) -> None:
        super().__init__(problem.en)
        self.problem = problem
        self.expected = expected


def shown(cell: Cell) -> str:
    """Return a cell as it is quoted in a problem: short, on one line, printable."""
    if isinstance(cell, Formula | ExcelError):
        cell = cell.text
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = f"{cell:%Y-%m-%d}" if cell.time() == time(0) else f"{cell:%Y-%m-%d %H:%M}"
    text = "" if cell is None else str(cell)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= 60 else text[:57] + "..."


def is_blank(cell: Cell) -> bool:
    """Return whether a cell counts as empty."""
    if not isinstance(cell, str):
        return cell is None
    text = cell.strip()
    return not text or (ord(text[0]) in _INVISIBLE and not _clean(text))


# -- texts ------------------------------------------------------------------------------------------------------------

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_SEPARATORS = re.compile("[\u3001,\uff0c;\uff1b\n]+")
_NOT_IN_IDS = re.compile("[\\s\u3001,\uff0c;\uff1b:\uff1a()\uff08\uff09]")
_PLAIN_TEXT = Text("普通文字", "plain text")


def _clean(text: str) -> str:
    return text.translate(_INVISIBLE).replace("\r\n", "\n").replace("\t", " ").strip()


def to_text(cell: Cell, longest: int = LONGEST_TEXT) -> str:
    """Return the text of a cell, trimmed, of at most ``longest`` characters; whole numbers lose their ".0"."""
    if isinstance(cell, bool | datetime | date | time | timedelta):
        raise CellError(
            Text(
                "应为文字,Excel 已把它变成日期、时间或逻辑值",
                "should be text; Excel has made it a date, time or logical value",
            ),
            Text("设为文本格式后重新输入", "format the cell as text and type it again"),
        )
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = _clean(str(cell))
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cf") and c != "\n" for c in text):
        raise CellError(
            Text("含有控制字符,请重新输入", "holds control characters; type it again"),
            _PLAIN_TEXT,
        )
    if len(text) > longest:
        raise CellError(
            Text(f"文字太长({len(text)} 字)", f"the text is too long ({len(text)} characters)"),
            Text(f"至多 {longest} 字", f"at most {longest} characters"),
        )
    return text


def to_id(cell: Cell) -> str:
    """Return an id: text without blanks, and without the marks between which printed ids are found again."""
    text = to_text(cell)
    odd = _NOT_IN_IDS.search(text)
    if not text or odd or len(text) > LONGEST_ID:
        mark = f"“{odd[0]}”" if odd and odd[0].strip() else "空格或换行"
        english = f"'{odd[0]}'" if odd and odd[0].strip() else "a blank or a line break"
        raise CellError(
            Text(f"编号中不能有{mark}", f"cannot be an id: it holds {english}")
            if odd
            else Text("编号太长", "cannot be an id: it is too long"),
            Text(
                f"不含空格、括号、顿号、逗号、分号和冒号,至多 {LONGEST_ID} 字",
                f"no blanks, brackets, commas, semicolons or colons; at most {LONGEST_ID} characters",
            ),
        )
    return text


def to_parts(cell: Cell) -> tuple[str, ...]:
    """Return the parts of a list separated by 、 comma or semicolon."""
    return tuple(part for raw in _SEPARATORS.split(to_text(cell, LONGEST_LIST)) if (part := raw.strip()))


def distinct(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the parts as they are; two equal ones are a CellError."""
    found: list[str] = []
    for part in parts:
        if part in found:
            raise CellError(
                Text(f"“{part}”写了两次,请删去一个", f"'{part}' is listed twice; delete one"),
                Text("每项一次", "each once"),
            )
        found.append(part)
    return tuple(found)


# -- numbers ----------------------------------------------------------------------------------------------------------


def _float(cell: Cell, expected: Text) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = float(cell) if abs(cell) < MOST else MOST
    else:
        try:
            number = float(unicodedata.normalize("NFKC", _clean(cell)) if isinstance(cell, str) else "")
        except ValueError:
            raise CellError(Text("不是数字", "not a number"), expected) from None
    if not abs(number) < MOST:  # also refuses nan and inf
        raise CellError(Text("不是合理的数字", "not a sensible number"), expected)
    return number


def bounds(low: object, high: object) -> Text:
    """Return " from low to high" in both languages."""
    if low is None and high is None:
        return Text("", "")
    if high is None:
        return Text(f",不小于 {low}", f", {low} or more")
    if low is None:
        return Text(f",不大于 {high}", f", {high} or less")
    return Text(f",{low} 至 {high}", f" from {low} to {high}")


def plain(number: float | None) -> float | int | None:
    """Return a whole float as int."""
    return int(number) if number is not None and float(number).is_integer() else number


def _within(number: float, low: float | None, high: float | None, expected: Text) -> None:
    if low is not None and number < low:
        raise CellError(Text("数值太小", "too small"), expected)
    if high is not None and number > high:
        raise CellError(Text("数值太大", "too large"), expected)


def _expect(zh: str, en: str, low: float | None, high: float | None) -> Text:
    span = bounds(plain(low), plain(high))
    return Text(zh + span.zh, en + span.en)


def to_int(cell: Cell, low: float | None, high: float | None) -> int:
    """Return a whole number in [low, high]."""
    expected = _expect("整数", "a whole number", low, high)
    number = _float(cell, expected)
    if not number.is_integer():
        raise CellError(Text("不是整数", "not a whole number"), expected)
    _within(number, low, high, expected)
    return int(number)


def to_real(cell: Cell, low: float | None, high: float | None) -> float:
    """Return a number in [low, high]."""
    expected = _expect("数字", "a number", low, high)
    number = _float(cell, expected)
    _within(number, low, high, expected)
    return number


def to_hours(cell: Cell, low: float | None, high: float | None) -> timedelta:
    """Return a span, written in hours or as H:MM, of [low, high] hours."""
    expected = _expect("小时数", "hours", low, high)
    if isinstance(cell, time | timedelta | datetime) or (
        isinstance(cell, str) and _CLOCK.fullmatch(unicodedata.normalize("NFKC", _clean(cell)))
    ):
        span = _clock(cell, expected)
    else:
        span = round(_float(cell, expected) * 60) * MINUTE
    _within(span / HOUR, low, high, expected)
    return span


def to_bool(cell: Cell) -> bool:
    """Return yes or no."""
    if isinstance(cell, bool):
        return cell
    word = fold(shown(cell))
    if word in ("是", "有", "yes", "y", "true", "1", "√", "✓", "对"):
        return True
    if word in ("否", "无", "no", "n", "false", "0", "×", "x", "✗"):
        return False
    raise CellError(Text("应填是或否", "should be yes or no"), Text("是 / 否", "yes / no"))


def to_member(enum: type[StrEnum], word: str) -> StrEnum:
    """Return the member of an enumeration that a word stands for."""
    found = spellings(enum).get(fold(word))
    if found is None:
        labels = LABELS[enum].values()
        raise CellError(
            Text(f"没有“{shown(word)}”这一项", f"'{shown(word)}' is not one of the choices"),
            Text(" / ".join(t.zh for t in labels), " / ".join(t.en for t in labels)),
        )
    return found


# -- dates and times --------------------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
_CLOCK = re.compile(r"(次日|\+1)?\s*(\d{1,2})\s*[::点]\s*(\d{2})?(?:[::]\s*00)?\s*分?")
_A_DATE = Text("日期,如 2026-10-01", "a date such as 2026-10-01")
_A_TIME = Text("时间,如 06:30", "a time such as 06:30")
_EPOCHS = {
    date(1899, 12, 30): 0,
    date(1899, 12, 31): 1,
    date(1900, 1, 1): 1,
    date(1904, 1, 1): 0,
    date(1904, 1, 2): 1,
}
"""Dates a time of day may come with, by the days to add: 24:00 is stored as day 1."""


def to_date(cell: Cell) -> date:
    """Return the date in a cell: a date, a text such as 2026-10-01 or 2026年10月1日, or Excel's day number."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell in SERIALS:
        cell = cast(datetime, moment(cell))
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise CellError(Text("应为日期,不带时间", "should be a date without a time"), _A_DATE)
        cell = cell.date()
    if isinstance(cell, str) and (match := _DATE.fullmatch(unicodedata.normalize("NFKC", _clean(cell)))):
        try:
            cell = date(*map(int, match.groups()))
        except ValueError:
            raise CellError(Text("没有这一天", "there is no such day"), _A_DATE) from None
    if not isinstance(cell, date):
        raise CellError(Text("不是日期", "not a date"), _A_DATE)
    if cell.year not in YEARS:
        raise CellError(Text("年份不对", "the year cannot be right"), _A_DATE)
    return cell


def to_month(cell: Cell) -> date:
    """Return the first date of the month in a cell: 2026-10, 2026年10月, or any date in it."""
    expected = Text("月份,如 2026-10", "a month such as 2026-10")
    if isinstance(cell, str):
        match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?", unicodedata.normalize("NFKC", _clean(cell)))
        if match and int(match[1]) in YEARS and 1 <= int(match[2]) <= 12:
            return date(int(match[1]), int(match[2]), 1)
    try:
        return to_date(cell).replace(day=1)
    except CellError as error:
        raise CellError(Text("不是月份", "not a month"), expected) from error


def _clock(cell: Cell, expected: Text) -> timedelta:
    """Return the time since midnight, up to 48 h, rounded to the minute."""
    wrong = CellError(Text("不是时间", "not a time of day"), expected)
    if isinstance(cell, bool):
        raise wrong
    if isinstance(cell, datetime):
        if cell.date() not in _EPOCHS:
            raise CellError(Text("应为时间,不带日期", "should be a time without a date"), expected)
        cell = timedelta(days=_EPOCHS[cell.date()], hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    elif isinstance(cell, time):
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    elif isinstance(cell, int | float):
        cell = timedelta(days=float(cell)) if 0 <= cell <= 2 else timedelta(days=-1)
    elif isinstance(cell, str) and (match := _CLOCK.fullmatch(unicodedata.normalize("NFKC", _clean(cell)))):
        if int(match[3] or 0) > 59:
            raise wrong
        cell = timedelta(days=1 if match[1] else 0, hours=int(match[2]), minutes=int(match[3] or 0))
    if not isinstance(cell, timedelta) or not timedelta(0) <= cell <= LATEST:
        raise wrong
    return round(cell / MINUTE) * MINUTE


def to_time(cell: Cell) -> time:
    """Return the time of day in a cell; 24:00 reads as 00:00."""
    since = _clock(cell, _A_TIME)
    if since > DAY:
        raise CellError(Text("开始应在 00:00 至 24:00", "should lie between 00:00 and 24:00"), _A_TIME)
    return time(minutes(since) // 60 % 24, minutes(since) % 60)


def since_midnight(start: time) -> timedelta:
    """Return a time of day as a span."""
    return timedelta(hours=start.hour, minutes=start.minute)


def to_length(cell: Cell, start: object, low: float | None, high: float | None) -> timedelta:
    """Return the length from ``start`` to the end time in a cell, of [low, high] hours."""
    expected = Text("结束时间,如 14:30 或 24:00", "an end time such as 14:30 or 24:00")
    end = _clock(cell, expected)
    if not isinstance(start, time):
        raise CellError(
            Text("有结束而没有开始,请填开始时间", "an end without a start; enter the start"),
            Text("开始和结束", "start and end"),
        )
    length = end - since_midnight(start)
    if length < timedelta(0):
        length += DAY
    if length == timedelta(0):
        raise CellError(Text("结束与开始相同", "the end equals the start"), expected)
    if high is not None and length > high * HOUR:
        raise CellError(
            Text(
                f"从 {start:%H:%M} 起共 {length / HOUR:g} 小时,太长",
                f"{length / HOUR:g} h from {start:%H:%M}; too long",
            ),
            Text(f"至多 {high:g} 小时", f"at most {high:g} h"),
        )
    if low is not None and length < low * HOUR:
        raise CellError(
            Text(f"从 {start:%H:%M} 起只有 {minutes(length)} 分钟", f"only {minutes(length)} min from {start:%H:%M}"),
            Text(f"至少 {low * 60:g} 分钟", f"at least {low * 60:g} min"),
        )
    return length


def to_end_date(cell: Cell, since: object) -> date:
    """Return the date after the last date in a cell, which is not before ``since``."""
    last = to_date(cell)
    if isinstance(since, date) and last < since:
        raise CellError(
            Text(f"末日早于首日 {since}", f"the last date is before the first, {since}"),
            Text(f"{since} 或以后", f"{since} or later"),
        )
    return last + DAY


def to_day_rule(cell: Cell) -> DayRule:
    """Return the days something applies on."""
    weekdays, kinds = set[int](), set[DayKind]()
    for part in to_parts(cell):
        word = fold(part)
        kind = next((k for k, text in DAY_KINDS.items() if word in (fold(text.zh), fold(text.en), k.value)), None)
        if word in (EVERY.zh, EVERY.en, "每天", "everyday"):
            kinds |= set(DayKind)
        elif kind is not None:
            kinds.add(kind)
        else:
            weekdays |= _weekdays(word)
    if not weekdays and not kinds:
        raise CellError(Text("没有写明哪些日子", "names no days"), _A_DAY_RULE)
    return DayRule(weekdays=tuple(sorted(weekdays)), kinds=tuple(k for k in DayKind if k in kinds))


_A_DAY_RULE = Text("每日、工作日、休息日、节日,或一二三四五六日", "daily, workdays, rest days, holidays, or Mon..Sun")


def _weekdays(word: str) -> set[int]:
    """Return the weekdays in a word such as 一, 周一, 一三五, Mon or Monday."""
    zh = word.replace("周", "").replace("星期", "").replace("天", "日")
    names = [text.zh for text in WEEKDAYS]
    if zh and all(c in names for c in zh):
        return {names.index(c) for c in zh}
    found = {n for n, text in enumerate(WEEKDAYS) if len(word) >= 3 and _FULL[n].startswith(word)}
    if not found:
        raise CellError(Text(f"没有“{shown(word)}”这种日子", f"'{shown(word)}' is no kind of day"), _A_DAY_RULE)
    return found


_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def to_dates(cell: Cell) -> tuple[date, ...]:
    """Return the dates of a list, in order."""
    if not isinstance(cell, str):
        return (to_date(cell),)
    return tuple(sorted({to_date(part) for part in to_parts(cell)}))
