"""The sheets of limits and of heads wanted on shifts, as data; ``schema.py`` lists them with the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain import limits as records
from domain.calendar import DayRule
from domain.words import DayKind, Text
from inputs import columns as col
from inputs.columns import MOST_HEADS, Column, Kind, Sheet

HOUR = timedelta(hours=1)
LONGEST = 366
MOST_WEIGHT = 100_000


def _limit(field: str, zh: str, en: str, low: int, high: int, rule: str) -> Column:
    note = (f"空白按规则参数 {rule}", f"blank: the parameter of {rule}")
    return replace(col.number_column(field, zh, en, low, high, note), optional=True)


def _hours(field: str, zh: str, en: str) -> Column:
    note = ("排班期内;空白按 R06 的幅度", "in the period; blank: the band of R06")
    return replace(col.hours_column(field, zh, en, 0, 24 * LONGEST, note), optional=True)


LIMITS = Sheet(
    "limits",
    Text("个人限值", "Personal limits"),
    records.Limits,
    (
        col.ref_column("officer", "队员", "Officer", "officers"),
        _limit("most_days", "最多连班天数", "Most days in a row", 1, LONGEST, "R04"),
        _limit("least_days", "最少连班天数", "Least days in a row", 1, 14, "R16"),
        _limit("least_rest_days", "最少连休天数", "Least days off in a row", 1, 14, "R17"),
        _limit("most_weekends", "最多上班周末", "Most weekends worked", 0, 53, "R18"),
        _hours("least_hours", "最少工时", "Least hours"),
        _hours("most_hours", "最多工时", "Most hours"),
    ),
    Text("只填与众不同的人;空白按规则参数", "Only for who differs; blank cells follow the rules' parameters"),
    records.Limits(officer="1001", most_days=5, least_rest_days=2, most_hours=160 * HOUR),
    newer=True,
)

SHIFT_CAPS = Sheet(
    "shift_caps",
    Text("班次上限", "Shift caps"),
    records.ShiftCap,
    (
        col.ref_column("officer", "队员", "Officer", "officers"),
        col.ref_column("shift", "班次", "Shift", "shifts"),
        col.number_column("most", "最多次数", "At most", 0, LONGEST),
    ),
    Text("某人在排班期内最多上几次某班", "How often an officer may work a shift in the period"),
    records.ShiftCap(officer="1001", shift="Z", most=8),
    newer=True,
)

SUCCESSIONS = Sheet(
    "successions",
    Text("禁止接班", "Forbidden successions"),
    records.Succession,
    (
        col.ref_column("first", "前一日班次", "Shift", "shifts"),
        col.ref_column("then", "次日不得上", "Not on the next date", "shifts"),
    ),
    Text("上了前一班,次日不得上后一班", "After the first shift the second may not be worked on the next date"),
    records.Succession(first="Z", then="Z"),
    newer=True,
)

COVERS = Sheet(
    "covers",
    Text("班次人数", "Heads on shifts"),
    records.Cover,
    (
        col.ref_column("squad", "中队", "Squad", "squads"),
        col.ref_column("shift", "班次", "Shift", "shifts"),
        Column(
            "first", Text("首日", "First date"), Kind.DATE, Text("空白为整个排班期", "blank: all dates"), optional=True
        ),
        col.last_column("first"),
        col.days_column(),
        col.number_column("heads", "人数", "People", 0, MOST_HEADS),
        col.number_column("under", "每缺一人", "Per head short", 0, MOST_WEIGHT, ("分", "points")),
        col.number_column("over", "每多一人", "Per head too many", 0, MOST_WEIGHT, ("分", "points")),
    ),
    Text("每班希望的人数;同日同班以最后一行为准", "Wanted on a shift; of several rows for a date the last counts"),
    records.Cover(squad="WT", shift="Z", heads=4, under=20, over=1, days=DayRule(kinds=(DayKind.WORKDAY,))),
    newer=True,
)

LIMIT_SHEETS = (LIMITS, SHIFT_CAPS, SUCCESSIONS, COVERS)
