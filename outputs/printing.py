"""How people, places, times, dates and shifts are printed, and how the printed text is read again.

A person, squad, place or vehicle is printed as name(id); only the id counts when a sheet is read back. Names lose the
characters that separate, so that the last bracket of each piece is always the id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import product

from domain.calendar import Day
from domain.scenario import Scenario
from domain.words import AbsenceKind, DayKind, ShiftKind, Text
from inputs.labels import WEEKDAYS, label
from outputs.layout import GRID

BETWEEN = "、"
"""Separates people in a cell, in both languages; reading back also takes commas, semicolons and new lines."""

_FULL_OPEN, _FULL_CLOSE = "\uff08", "\uff09"
_BREAKS = "、,;:\uff0c\uff1b\uff1a"
_SEPARATORS = re.compile(f"[{_BREAKS}\n]")
_ID = re.compile(rf"[({_FULL_OPEN}]([^(){_FULL_OPEN}{_FULL_CLOSE}]+)[){_FULL_CLOSE}]\s*$")
_IN_NAMES = str.maketrans(
    {"(": "[", ")": "]", _FULL_OPEN: "[", _FULL_CLOSE: "]", "\n": " "} | dict.fromkeys(_BREAKS, "·")
)

REST_MARK = Text("休", "R")
LIEU_MARK = Text("补", "TO")
"""Time off in lieu; written in by hand, it reads as rest."""
ABSENCE_MARKS = {
    AbsenceKind.SICK: Text("病", "SL"),
    AbsenceKind.ANNUAL: Text("年", "AL"),
    AbsenceKind.PERSONAL: Text("事", "PL"),
    AbsenceKind.BUSINESS: Text("公", "BT"),
    AbsenceKind.TRAINING: Text("培", "TR"),
    AbsenceKind.MATERNITY: Text("产", "ML"),
}
REMEDIATION_MARK = Text("联", "+J")
FORCED_MARK = Text("!", "!")
"""Behind what a cell says where it was kept although it breaks a hard rule; a comment says which."""
HOLDING_MARK = Text("固", "+H")
"""Derived marks, appended to the shift's symbol in this order on days with a remediation or a holding duty."""

CERTIFIED_MARK = Text("证", "Y")
_ENGLISH_SYMBOLS = {"早": "E", "中": "M", "晚": "L", "备": "N"}

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NEXT_DAY = Text("次日", "+1 ")
OWN_BEAT = Text("本辖区", "own beat")
"""Printed as the place of patrol and standby, which have none."""


def printed(name: str, id: str) -> str:  # noqa: A002
    """Return ``name(id)``; the name alone decides nothing."""
    return f"{name.translate(_IN_NAMES)}({id})"


def printed_ids(text: str) -> list[str]:
    """Return the ids of a cell of ``name(id)`` pieces in their order; pieces without an id are left out."""
    found = (_ID.search(piece) for piece in _SEPARATORS.split(text))
    return [match.group(1).strip() for match in found if match]


def people(scenario: Scenario, officers: Iterable[str]) -> str:
    """Return officers as ``name(id)、name(id)`` in the order given."""
    known = scenario.officer_by_id
    return BETWEEN.join(printed(known[o].name if o in known else "?", o) for o in officers)


def word(member: StrEnum, lang: str) -> str:
    """Return the label of an enumeration's member, capitalised where that means anything."""
    text = label(member).get(lang)
    return text[:1].upper() + text[1:]


def squad_title(scenario: Scenario, squad: str, lang: str) -> str:
    """Return the squad's name as a unit: 外滩中队, or "外滩 squad"."""
    name = squad_name(scenario, squad)
    if lang == "en":
        return f"{name} squad"
    return name if name.endswith("队") else f"{name}中队"


def period(scenario: Scenario, lang: str) -> str:
    """Return the horizon: 2026年10月, or "October 2026"; the two dates where it is no calendar month."""
    first, last = scenario.first, scenario.dates[-1]
    if first.day == 1 and (last + timedelta(days=1)).day == 1 and first.month == last.month and first.year == last.year:
        return f"{MONTHS[first.month - 1]} {first.year}" if lang == "en" else f"{first.year}年{first.month}月"
    return f"{first} to {last}" if lang == "en" else f"{first}至{last}"


def squad_name(scenario: Scenario, squad: str) -> str:
    """Return the squad's name, or its id where the scenario does not know it."""
    found = scenario.squad_by_id.get(squad)
    return found.name if found else squad


def place_name(scenario: Scenario, place: str | None, lang: str, *, remediations: Mapping[str, str]) -> str:
    """Return ``name(id)`` of a post, desk, presence, remediation or hotspot; the squad's own beat for None.

    ``remediations`` gives the hotspot of each remediation id.
    """
    if place is None:
        return OWN_BEAT.get(lang)
    hotspot = remediations.get(place, place)
    if (presence := scenario.presence_by_id.get(place)) is not None:
        hotspot = presence.hotspot
    named = scenario.post_by_id.get(place) or scenario.desk_by_id.get(place) or scenario.hotspot_by_id.get(hotspot)
    return printed(named.name if named else "?", place)


def clock(at: datetime, day: date, lang: str) -> str:
    """Return the time of day, with a mark where it falls on the date after ``day``."""
    mark = NEXT_DAY.get(lang) if at.date() > day else ""
    return f"{mark}{at:%H:%M}"


def read_clock(value: object, day: date) -> datetime | None:
    """Return what a clock cell means: our text, a typed time or Excel's fraction of a day; None if unreadable."""
    if isinstance(value, datetime):
        return datetime.combine(day, value.time())
    if isinstance(value, time):
        return datetime.combine(day, value)
    if isinstance(value, timedelta):
        return datetime.combine(day, time()) + value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 3:
        return datetime.combine(day, time()) + timedelta(minutes=round(value * 24 * 60))
    match = re.fullmatch(r"(次日|\+1)?\s*(\d{1,2})[:\uff1a](\d{2})(?::00)?", str(value).strip())
    if match is None or int(match[2]) > 24 or int(match[3]) > 59:
        return None
    return datetime.combine(day, time()) + timedelta(
        days=1 if match[1] else 0, hours=int(match[2]), minutes=int(match[3])
    )


def grid_names(scenario: Scenario, lang: str) -> dict[str, str]:
    """Return the name of each squad's grid sheet, 月排班表·外滩, legal and unique whatever the squads are called."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for squad in scenario.squads:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", f"{GRID.name.get(lang)}·{squad.name}")[:31].rstrip("' ")
        name, n = base, 2
        while name.casefold() in taken:
            name, n = f"{base[:28]}-{n}", n + 1
        taken.add(name.casefold())
        found[squad.id] = name
    return found


def is_grid(name: str) -> bool:
    """Return whether a sheet of this name is a squad's grid, in either language."""
    return name.startswith((f"{GRID.name.zh}·", f"{GRID.name.en}·"))


def day_heading(scenario: Scenario, on: date, lang: str) -> str:
    """Return the heading of a date in the grid: "1 / 四"; with the month where the horizon has more than one."""
    last = scenario.dates[-1]
    number = f"{on.day}" if (scenario.first.year, scenario.first.month) == (last.year, last.month) else f"{on:%m-%d}"
    return f"{number} / {WEEKDAYS[on.weekday()].get(lang)}"


def day_mark(day: Day) -> Text:
    """Return the short mark of a kind of day: 节 statutory, 休 rest, 班 an adjusted working day, 工 a working day."""
    if day.kind is DayKind.HOLIDAY:
        return Text("节", "Hol")
    if day.kind is DayKind.REST:
        return Text("休", "Off")
    return Text("班", "Adj") if day.date.weekday() >= 5 else Text("工", "Wk")


def symbols(scenario: Scenario, lang: str) -> dict[str, str]:
    """Return the symbol of each shift id: as entered, in English a letter for the four usual ones.

    Two shifts of one symbol, or one that is a mark of absence, get their id in brackets, so the grid stays readable.
    """
    taken = {REST_MARK.get(lang), LIEU_MARK.get(lang)} | {mark.get(lang) for mark in ABSENCE_MARKS.values()}
    found: dict[str, str] = {}
    for shift in scenario.shifts:
        symbol = _ENGLISH_SYMBOLS.get(shift.symbol, shift.symbol) if lang == "en" else shift.symbol
        if symbol in taken or not symbol:
            symbol = f"{symbol}[{shift.id}]"
        taken.add(symbol)
        found[shift.id] = symbol
    return found


def endings(lang: str, *, forced: bool = False) -> tuple[str, ...]:
    """Return what may follow a shift's symbol in the grid, nothing first; ``forced`` if days were kept by force."""
    marks = (
        ("", REMEDIATION_MARK.get(lang)),
        ("", HOLDING_MARK.get(lang)),
        ("", FORCED_MARK.get(lang)) if forced else ("",),
    )
    return tuple("".join(pair) for pair in product(*marks))


def of_kind(scenario: Scenario, kind: ShiftKind) -> tuple[str, ...]:
    """Return the ids of the shifts of a kind."""
    return tuple(shift.id for shift in scenario.shifts if shift.kind is kind)
