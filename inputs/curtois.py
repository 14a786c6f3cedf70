"""Public instances of Curtois and Qu (2014, schedulingbenchmarks.org): their text format, and what they are to us.

An instance is lines of text: ``SECTION_...`` headings, rows of comma-separated values below, ``#`` before remarks.
Day 0 is a Monday. `read_instance` reports every problem of a file with its line; `scenario_of` says it in our words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.calendar import DAY, Day, dates
from domain.limits import Cover, Limits, ShiftCap, Succession
from domain.parameter import type_of_value
from domain.scenario import Absence, Officer, Request, Scenario, Shift, Squad
from domain.words import AbsenceKind, DayKind, DutyKind, Force, PayRegime, ShiftKind, SquadKind, Text
from inputs.rows import Problems

FIRST = date(2024, 1, 1)
"""The Monday that day 0 becomes."""
SQUAD = "S"
LONGEST_MINUTES = 24 * 60
MOST_DAYS = 366
MOST_BYTES = 20_000_000
SECTIONS = {
    "SECTION_HORIZON": 1,
    "SECTION_SHIFTS": 3,
    "SECTION_STAFF": 8,
    "SECTION_DAYS_OFF": 2,
    "SECTION_SHIFT_ON_REQUESTS": 4,
    "SECTION_SHIFT_OFF_REQUESTS": 4,
    "SECTION_COVER": 5,
}
"""Section -> fields of a row; the days off may be more."""
REQUIRED = ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF")


class ShiftType(NamedTuple):
    """A shift type: its length in minutes, and what may not follow it on the next day."""

    id: str
    minutes: int
    not_then: tuple[str, ...]


class Employee(NamedTuple):
    """An employee's limits; ``caps`` are (shift type, most in the horizon)."""

    id: str
    caps: tuple[tuple[str, int], ...]
    most_minutes: int
    least_minutes: int
    most_days: int
    least_days: int
    least_days_off: int
    most_weekends: int


class Wish(NamedTuple):
    """A request for, or against, a shift on a day."""

    employee: str
    day: int
    shift: str
    weight: int


class Wanted(NamedTuple):
    """Heads wanted on a day and shift, with the prices of one too few and one too many."""

    day: int
    shift: str
    heads: int
    under: int
    over: int


@dataclass(frozen=True)
class Instance:
    """An instance as its file says it; days count from 0, a Monday."""

    name: str
    days: int
    shifts: tuple[ShiftType, ...]
    staff: tuple[Employee, ...]
    days_off: frozenset[tuple[str, int]]
    on: tuple[Wish, ...]
    off: tuple[Wish, ...]
    cover: tuple[Wanted, ...]


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Reader:
    """Turns the cells of one file into values, collecting problems."""

    def __init__(self, name: str) -> None:
        self.name, self.problems = name, Problems()

    def bad(self, line: int, zh: str, en: str, read: str = "", expected: Text | None = None) -> None:
        self.problems.add(Text(zh, en), sheet=self.name, row=line, read=read, expected=expected)

    def number(self, row: _Row, at: int, low: int, high: int) -> int | None:
        text = row.cells[at]
        if text.isascii() and text.removeprefix("-").isdigit() and low <= int(text) <= high:
            return int(text)
        span = Text(f"{low} 至 {high} 的整数", f"a whole number from {low} to {high}")
        self.bad(row.line, f"第 {at + 1} 项不是合适的整数", f"value {at + 1} is no fitting whole number", text, span)
        return None

    def known(self, row: _Row, name: str, of: Iterable[str], zh: str, en: str) -> bool:
        if name in of:
            return True
        self.bad(row.line, f"没有这个{zh}", f"there is no such {en}", name)
        return False

    def sections(self, text: str) -> dict[str, list[_Row]]:
        found: dict[str, list[_Row]] = {}
        section = None
        for number, raw in enumerate(text.splitlines(), start=1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                section = line
                if line not in SECTIONS:
                    known = ", ".join(SECTIONS)
                    self.bad(number, "不认识这一节", "this section is unknown", line, Text(known, known))
                elif line in found:
                    self.bad(number, "这一节出现了两次", "this section is there twice", line)
                found.setdefault(line, [])
            elif section is None:
                self.bad(number, "第一节之前有内容", "there is text before the first section", line)
            elif section in SECTIONS:
                row = _Row(number, [cell.strip() for cell in line.split(",")])
                wanted = SECTIONS[section]
                enough = len(row.cells) == wanted or (section == "SECTION_DAYS_OFF" and len(row.cells) >= wanted)
                if enough:
                    found[section].append(row)
                else:
                    have = len(row.cells)
                    expected = Text(f"{wanted} 项", f"{wanted} values")
                    self.bad(number, f"这一行有 {have} 项", f"this row has {have} values", line, expected)
        for name in REQUIRED:
            if not found.get(name) and not self.problems.found:
                self.bad(1, f"没有 {name}", f"{name} is missing or empty")
        return found


def read_instance(path: Path) -> Instance:
    """Read one instance.

    Raises
    ------
    InputError
        With every problem of the file, each with its line.
    """
    reader = _Reader(path.name)
    rows = reader.sections(_text(path, reader))
    reader.problems.refuse()
    horizon = [reader.number(row, 0, 1, MOST_DAYS) for row in rows["SECTION_HORIZON"]]
    if len(horizon) != 1:
        reader.bad(rows["SECTION_HORIZON"][1].line, "天数应只有一行", "the horizon is one line only")
    days = horizon[0] or 1
    shifts = tuple(_shifts(reader, rows["SECTION_SHIFTS"]))
    types = {row.cells[0] for row in rows["SECTION_SHIFTS"]}
    staff = tuple(_staff(reader, rows["SECTION_STAFF"], types, days))
    people = {row.cells[0] for row in rows["SECTION_STAFF"]}
    instance = Instance(
        name=path.stem,
        days=days,
        shifts=shifts,
        staff=staff,
        days_off=frozenset(_days_off(reader, rows.get("SECTION_DAYS_OFF", []), people, days)),
        on=tuple(_wishes(reader, rows.get("SECTION_SHIFT_ON_REQUESTS", []), people, types, days)),
        off=tuple(_wishes(reader, rows.get("SECTION_SHIFT_OFF_REQUESTS", []), people, types, days)),
        cover=tuple(_cover(reader, rows.get("SECTION_COVER", []), types, days)),
    )
    reader.problems.refuse()
    return instance


def _text(path: Path, reader: _Reader) -> str:
    if path.stat().st_size > MOST_BYTES:
        reader.bad(1, "文件太大", "the file is too large")
        reader.problems.refuse()
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        reader.bad(1, "不是文本文件(UTF-8)", "this is no text file (UTF-8)")
        reader.problems.refuse()
        raise


def _new(reader: _Reader, row: _Row, seen: dict[str, int]) -> str | None:
    """Return the id of a row; None and a problem if another row has it."""
    name = row.cells[0]
    if name and name not in seen:
        seen[name] = row.line
        return name
    if name:
        reader.bad(row.line, f"与第 {seen[name]} 行重复", f"line {seen[name]} has it too", name)
    else:
        reader.bad(row.line, "没有编号", "the id is missing")
    return None


def _shifts(reader: _Reader, rows: Iterable[_Row]) -> Iterator[ShiftType]:
    rows, seen = list(rows), dict[str, int]()
    types = {row.cells[0] for row in rows}
    for row in rows:
        name, length = _new(reader, row, seen), reader.number(row, 1, 1, LONGEST_MINUTES)
        later = tuple(part.strip() for part in row.cells[2].split("|") if part.strip())
        fine = [reader.known(row, other, types, "班次", "shift") for other in later]
        if name is not None and length is not None and all(fine):
            yield ShiftType(name, length, later)


def _staff(reader: _Reader, rows: Iterable[_Row], types: Iterable[str], days: int) -> Iterator[Employee]:
    seen: dict[str, int] = {}
    most = (MOST_DAYS * LONGEST_MINUTES, MOST_DAYS * LONGEST_MINUTES, MOST_DAYS, MOST_DAYS, MOST_DAYS, MOST_DAYS)
    lows = (0, 0, 1, 0, 0, 0)
    for row in rows:
        name = _new(reader, row, seen)
        caps = list(_caps(reader, row, types))
        values = [reader.number(row, at, lows[at - 2], most[at - 2]) for at in range(2, 8)]
        if name is None or None in (*caps, *values):
            continue
        numbers = [value for value in values if value is not None]
        if numbers[1] > numbers[0]:
            reader.bad(row.line, "最少分钟数多于最多分钟数", "the least minutes are above the most", name)
        yield Employee(name, tuple(cap for cap in caps if cap is not None), *numbers)


def _caps(reader: _Reader, row: _Row, types: Iterable[str]) -> Iterator[tuple[str, int] | None]:
    for part in (p for p in row.cells[1].split("|") if p.strip()):
        shift, _, count = (piece.strip() for piece in part.partition("="))
        known = reader.known(row, shift, types, "班次", "shift")
        if count.isascii() and count.isdigit() and len(count) < 10:
            yield (shift, int(count)) if known else None
        else:
            expected = Text("班次=次数", "shift=number")
            reader.bad(row.line, "班次上限写法不对", "this cap of a shift cannot be read", part, expected)
            yield None


def _days_off(reader: _Reader, rows: Iterable[_Row], people: Iterable[str], days: int) -> Iterator[tuple[str, int]]:
    for row in rows:
        known = reader.known(row, row.cells[0], people, "人员", "employee")
        for at in range(1, len(row.cells)):
            day = reader.number(row, at, 0, days - 1)
            if known and day is not None:
                yield row.cells[0], day


def _wishes(
    reader: _Reader, rows: Iterable[_Row], people: Iterable[str], types: Iterable[str], days: int
) -> Iterator[Wish]:
    for row in rows:
        fine = reader.known(row, row.cells[0], people, "人员", "employee")
        fine &= reader.known(row, row.cells[2], types, "班次", "shift")
        day, weight = reader.number(row, 1, 0, days - 1), reader.number(row, 3, 0, 1_000_000)
        if fine and day is not None and weight is not None:
            yield Wish(row.cells[0], day, row.cells[2], weight)


def _cover(reader: _Reader, rows: Iterable[_Row], types: Iterable[str], days: int) -> Iterator[Wanted]:
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        known = reader.known(row, row.cells[1], types, "班次", "shift")
        day = reader.number(row, 0, 0, days - 1)
        heads, under, over = (reader.number(row, at, 0, 1_000_000) for at in (2, 3, 4))
        if known and day is not None and heads is not None and under is not None and over is not None:
            first = seen.setdefault((day, row.cells[1]), row.line)
            if first != row.line:
                reader.bad(row.line, f"与第 {first} 行重复", f"line {first} has it too", f"{day},{row.cells[1]}")
            yield Wanted(day, row.cells[1], heads, under, over)


# -- in our words -----------------------------------------------------------------------------------------------------


def scenario_of(instance: Instance, policy: Mapping[str, type_of_value]) -> Scenario:
    """Return an instance as a scenario of one squad: every limit is one that any squad may enter in its workbook.

    ``policy`` switches off what the instance does not know. Requests for a shift on a day off are left out, as nobody
    can grant them (`lost_requests`).
    """
    end = FIRST + instance.days * DAY
    return Scenario(
        brigade=instance.name,
        first=FIRST,
        end=end,
        calendar=tuple(
            Day(date=on, kind=DayKind.REST if on.weekday() >= 5 else DayKind.WORKDAY) for on in dates(FIRST, end)
        ),
        squads=(Squad(id=SQUAD, name=instance.name, kind=SquadKind.STREET),),
        officers=tuple(_officer(employee) for employee in instance.staff),
        shifts=tuple(_shift(shift) for shift in instance.shifts),
        absences=tuple(
            Absence(officer=name, kind=AbsenceKind.PERSONAL, start=FIRST + day * DAY, end=FIRST + (day + 1) * DAY)
            for name, day in sorted(instance.days_off)
        ),
        requests=tuple(_requests(instance)),
        limits=tuple(_limits(employee) for employee in instance.staff),
        shift_caps=tuple(
            ShiftCap(officer=employee.id, shift=shift, most=most)
            for employee in instance.staff
            for shift, most in employee.caps
        ),
        successions=tuple(Succession(first=s.id, then=other) for s in instance.shifts for other in s.not_then),
        covers=tuple(
            Cover(
                squad=SQUAD,
                shift=want.shift,
                heads=want.heads,
                under=want.under,
                over=want.over,
                first=FIRST + want.day * DAY,
                end=FIRST + (want.day + 1) * DAY,
            )
            for want in instance.cover
        ),
        policy=dict(policy),
    )


def lost_requests(instance: Instance) -> int:
    """Return the weight of the requests for a shift on a day off, which every roster pays."""
    return sum(wish.weight for wish in instance.on if (wish.employee, wish.day) in instance.days_off)


def _officer(employee: Employee) -> Officer:
    return Officer(
        id=employee.id,
        name=employee.id,
        squad=SQUAD,
        force=Force.SERVICE,
        regime=PayRegime.CIVIL,
        barred_duties=tuple(duty for duty in DutyKind if duty is not DutyKind.STANDBY),
    )


def _shift(shift: ShiftType) -> Shift:
    length = timedelta(minutes=shift.minutes)
    return Shift(
        id=shift.id, name=shift.id, symbol=shift.id, kind=ShiftKind.EARLY, start=time(), length=length, paid=length
    )


def _limits(employee: Employee) -> Limits:
    return Limits(
        officer=employee.id,
        most_days=employee.most_days,
        least_days=max(1, employee.least_days),
        least_rest_days=max(1, employee.least_days_off),
        most_weekends=employee.most_weekends,
        least_hours=timedelta(minutes=employee.least_minutes),
        most_hours=timedelta(minutes=employee.most_minutes),
    )


def _requests(instance: Instance) -> Iterator[Request]:
    weights: dict[tuple[str, int, str, bool], int] = defaultdict(int)
    for wishes, against in ((instance.on, False), (instance.off, True)):
        for wish in wishes:
            if (wish.employee, wish.day) not in instance.days_off:
                weights[wish.employee, wish.day, wish.shift, against] += wish.weight
    for (employee, day, shift, against), weight in weights.items():
        yield Request(officer=employee, date=FIRST + day * DAY, shift=shift, weight=weight, against=against)
