"""What must hold between the rows of personal limits, shift caps, successions and heads on shifts."""

from __future__ import annotations

from collections.abc import Mapping

from domain.calendar import DAY
from domain.limits import Cover, Limits, ShiftCap, Succession
from domain.scenario import Scenario
from domain.words import Record, Text
from inputs.rows import Problems, Row, Table

PAIRS = (
    ("least_days", "most_days", Text("最少连班天数多于最多连班天数", "the least days in a row are above the most")),
    ("least_hours", "most_hours", Text("最少工时多于最多工时", "the least hours are above the most")),
)


def check_limits(tables: Mapping[str, Table], draft: Scenario, problems: Problems) -> None:
    """Add every contradiction of these sheets to ``problems``."""
    _once(tables["limits"], Limits, ("officer",), problems)
    _once(tables["shift_caps"], ShiftCap, ("officer", "shift"), problems)
    _once(tables["successions"], Succession, ("first", "then"), problems)
    for row, limits in tables["limits"].records(Limits):
        for low, high, text in PAIRS:
            least, most = getattr(limits, low), getattr(limits, high)
            if least is not None and most is not None and least > most:
                table, heading = tables["limits"], tables["limits"].sheet.column(high).heading
                table.report(problems, row, low, text, Text(f"不多于“{heading.zh}”", f"at most {heading.en}"))
    for row, cover in tables["covers"].records(Cover):
        _cover(tables["covers"], row, cover, draft, problems)


def _once(table: Table, kind: type[Record], fields: tuple[str, ...], problems: Problems) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row, record in table.records(kind):
        key = tuple(getattr(record, field) for field in fields)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            text = Text(f"与第 {first} 行重复,请删去一行", f"row {first} says it already; delete one")
            table.report(problems, row, fields[0], text, Text("每项一行", "one row each"))


def _cover(table: Table, row: Row, cover: Cover, draft: Scenario, problems: Problems) -> None:
    known = draft.squad_by_id.keys(), draft.shift_by_id.keys()
    if cover.squad in known[0] and cover.shift in known[1]:
        own = draft.shifts_of(cover.squad)
        if cover.shift not in {shift.id for shift in own}:
            text = Text(
                f"中队 {cover.squad} 不用班次 {cover.shift}", f"squad {cover.squad} does not use shift {cover.shift}"
            )
            names = Text("、".join(s.id for s in own), ", ".join(s.id for s in own))
            table.report(problems, row, "shift", text, names)
    if cover.end is not None and cover.first is None:
        text = Text("有末日而没有首日", "there is a last date but no first date")
        table.report(problems, row, "first", text, Text("首日,或两栏都空", "a first date, or both blank"))
    if cover.first is not None and (cover.first >= draft.end or (cover.end or draft.end) <= draft.first):
        last = draft.end - DAY
        text = Text(f"{cover.first} 不在排班期内", f"{cover.first} lies outside the period")
        table.report(problems, row, "first", text, Text(f"{draft.first} 至 {last}", f"{draft.first} to {last}"))
