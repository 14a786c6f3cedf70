"""The sheets of what the months before hand on, as data; ``schema.py`` lists them with the others."""

from __future__ import annotations

from datetime import date

from domain import yearly as records
from domain.words import Text
from inputs import columns as col
from inputs.columns import Kind, Sheet

TURNS = Sheet(
    "turns",
    Text("轮值次数", "Turns this year"),
    records.Turns,
    (
        col.ref_column("squad", "中队", "Squad", "squads"),
        col.number_column("hosted", "已任属地次数", "Times host", 0, 999),
        col.number_column("convened", "已任召集次数", "Times convener", 0, 999),
    ),
    Text("本年到上期为止;`--previous` 会自动结转", "This year up to the last period; --previous carries it over"),
    records.Turns(squad="WT", hosted=3, convened=2),
    newer=True,
)

PUBLISHED = Sheet(
    "published",
    Text("已公布班次", "Published shifts"),
    records.PublishedLine,
    (
        col.ref_column("officer", "队员", "Officer", "officers"),
        col.date_column("first", "起始日期", "First date"),
        col.column("shifts", "班次", "Shifts", Kind.TEXT),
    ),
    Text("公布时自动填写:按日的班次编号,空格分隔,- 为休息", "Filled in when published: shift ids by day, - for rest"),
    records.PublishedLine(officer="1001", first=date(2026, 10, 1), shifts="早 早 - 晚"),
    newer=True,
)

YEARLY_SHEETS = (TURNS, PUBLISHED)
