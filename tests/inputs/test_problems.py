"""Each mistake, planted alone in a sound brigade, is the one problem reported, at its own cell; and several at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.problem import InputError
from inputs.columns import Column, Sheet
from inputs.schema import SHEETS
from inputs.values import ExcelError, Formula, shown
from tests.inputs.books import Grids, Tables, base, problems_of, read, read_file

Plant = Callable[[Tables], object]


def put(key: str, index: int, **cells: object) -> Plant:
    """Plant cells in a record."""
    return lambda tables: tables.set(key, index, **cells)


def more(key: str, like: int = 0, **cells: object) -> Plant:
    """Plant a changed copy of a record."""
    return lambda tables: tables.add(key, like, **cells)


def both(*plants: Plant) -> Plant:
    """Plant several things that make one mistake."""
    return lambda tables: [plant(tables) for plant in plants]


ODD_IDS = [(f"P{mark}1", f"'{mark}'") for mark in "\u3001,\uff0c;\uff1b:\uff1a()\uff08\uff09"]
ODD_IDS += [(f"P{blank}1", "a blank or a line break") for blank in (" ", "\n", "\u3000")]

ALONE: list[tuple[Plant, str, int, str, str]] = [
    # ids
    (put("officers", 1, squad="Q"), "队员", 4, "中队 (C)", "no id Q"),
    (put("officers", 1, squad="外滩"), "队员", 4, "中队 (C)", "did you mean A"),
    (put("officers", 1, barred_shifts="E、夜"), "队员", 4, "不上的班次 (J)", "no id 夜"),
    (more("squads", 3, name="又一"), "中队", 7, "编号 (A)", "in row 6 too"),
    (more("officers", 5), "队员", 9, "编号 (A)", "in row 8 too"),
    (put("desks", 0, id="P1"), "网格案件岗", 3, "编号 (A)", "used on 固定岗 too"),
    (more("hours", 0, hotspot="H9"), "热点时段", 5, "热点 (A)", "no id H9"),
    (more("locks", 1, id="K2", date="2026-10-11"), "锁定", 7, "编号 (A)", "in row 4 too"),
    (more("posts", 0, id="P 1"), "固定岗", 4, "编号 (A)", "cannot be an id"),
    *[(more("posts", 0, id=odd), "固定岗", 4, "编号 (A)", f"it holds {said}") for odd, said in ODD_IDS],
    (more("posts", 0, id="P" * 61), "固定岗", 4, "编号 (A)", "too long"),
    (put("hotspots", 1, squads="B、B"), "热点", 4, "中队 (C)", "listed twice"),
    # limits and heads on shifts
    (more("limits", 0, most_days=4), "个人限值", 4, "队员 (A)", "row 3 says it already"),
    (put("limits", 0, least_days=6), "个人限值", 3, "最少连班天数 (C)", "above the most"),
    (put("limits", 0, least_hours=161), "个人限值", 3, "最少工时 (F)", "above the most"),
    (more("shift_caps", 0, most=3), "班次上限", 4, "队员 (A)", "row 3 says it already"),
    (more("successions", 0), "禁止接班", 4, "前一日班次 (A)", "row 3 says it already"),
    (put("covers", 0, shift="N"), "班次人数", 3, "班次 (B)", "does not use shift N"),
    (put("covers", 0, end="2026-10-09"), "班次人数", 3, "首日 (C)", "no first date"),
    (put("covers", 1, first="2026-11-01", end=None), "班次人数", 4, "首日 (C)", "outside the period"),
    (put("covers", 1, first="2026-09-01", end="2026-09-30"), "班次人数", 4, "首日 (C)", "outside the period"),
    # types
    (put("squads", 0, kind="海军"), "中队", 3, "类别 (C)", "'海军' is not one of the choices"),
    (put("officers", 0, certified="可能"), "队员", 3, "执法证 (E)", "yes or no"),
    (put("officers", 0, carried_late="三"), "队员", 3, "结转晚班数 (L)", "not a number"),
    (put("officers", 0, carried_late=1.5), "队员", 3, "结转晚班数 (L)", "not a whole number"),
    (put("officers", 0, carried_late=float("nan")), "队员", 3, "结转晚班数 (L)", "not a sensible number"),
    (put("officers", 0, name=None), "队员", 3, "姓名 (B)", "Name is blank"),
    (put("officers", 0, name="王\x07"), "队员", 3, "姓名 (B)", "control characters"),
    (put("officers", 0, name="王\ud800"), "队员", 3, "姓名 (B)", "control characters"),
    (put("officers", 0, name="王\u202e"), "队员", 3, "姓名 (B)", "control characters"),
    (put("officers", 0, name="王" * 400), "队员", 3, "姓名 (B)", "too long"),
    (put("requests", 0, date="下周二"), "个人申请", 3, "日期 (B)", "not a date"),
    (put("requests", 0, date="2026-10-32"), "个人申请", 3, "日期 (B)", "no such day"),
    (put("requests", 0, date="1026-10-02"), "个人申请", 3, "日期 (B)", "year"),
    (put("shifts", 0, start="25点"), "班次", 3, "开始 (E)", "between 00:00 and 24:00"),
    (put("shifts", 0, start="6:75"), "班次", 3, "开始 (E)", "not a time"),
    (put("posts", 0, days="初一"), "固定岗", 3, "适用日 (G)", "no kind of day"),
    (put("vehicles", 0, inspection="2026-10-12、某天"), "车辆", 3, "检修日期 (E)", "not a date"),
    # numbers
    (put("posts", 0, heads=-1), "固定岗", 3, "人数 (D)", "too small"),
    (put("posts", 0, heads=0), "固定岗", 3, "人数 (D)", "too small"),
    (put("posts", 0, heads=201), "固定岗", 3, "人数 (D)", "too large"),
    (put("shifts", 0, start="06:00", length="22:30"), "班次", 3, "结束 (F)", "16.5 h from 06:00"),
    (put("shifts", 0, length="06:30"), "班次", 3, "结束 (F)", "equals the start"),
    (put("shifts", 0, paid=9), "班次", 3, "计薪工时(小时) (G)", "paid longer"),
    (put("hours", 0, weight=11), "热点时段", 3, "权重 (E)", "too large"),
    (put("groups", 0, length=0.5), "联动小组", 3, "每次时长(小时) (F)", "too small"),
    (put("officers", 0, lieu=-3), "队员", 3, "待补休(小时) (P)", "too small"),
    (put("hotspots", 0, latitude=200), "热点", 3, "纬度 (H)", "too large"),
    # dates
    (put("requests", 0, date="2026-11-01"), "个人申请", 3, "日期 (B)", "2026-11-01 does not lie in"),
    (put("absences", 0, start="2026-11-02", end="2026-11-03"), "请假", 3, "首日 (C)", "does not lie in"),
    (put("absences", 0, start="2026-10-25", end="2026-10-24"), "请假", 3, "末日 (D)", "before the first, 2026-10-25"),
    (put("absences", 0, end="2027-10-23"), "请假", 3, "末日 (D)", "check the year"),
    (put("vehicles", 0, inspection="2026-09-12"), "车辆", 3, "检修日期 (E)", "does not lie in"),
    (put("referrals", 0, date="2026-01-20"), "信息告知", 3, "日期 (D)", "does not lie in"),
    (put("presences", 0, first="2026-12-01", end="2026-12-02"), "节日值守", 3, "首日 (D)", "does not lie in"),
    (put("locks", 1, date="2026-09-30"), "锁定", 4, "日期 (C)", "not within the month"),
    (put("designated", 0, first="2026-10-30", end="2026-11-02"), "指定整治", 3, "末日 (E)", "not within the month"),
    (put("past_shifts", 1, date="2026-09-16"), "上月班次", 4, "日期 (B)", "does not lie in"),
    (put("past_shifts", 1, date="2026-10-01"), "上月班次", 4, "日期 (B)", "does not lie in"),
    (put("past_remediations", 0, date="2026-08-19"), "上月整治", 3, "日期 (E)", "does not lie in"),
    (
        lambda t: t.rows["calendar"].append({"date": "2026-11-02", "kind": "节日"}),
        "日历",
        3,
        "日期 (A)",
        "does not lie",
    ),
    # people
    (more("absences", 0, kind="病假", start="2026-10-23", end="2026-10-26"), "请假", 5, "首日 (C)", "overlaps row 3"),
    (more("past_shifts", 0, shift="L"), "上月班次", 5, "日期 (B)", "in row 3 too"),
    # groups and places
    (both(put("groups", 0, members="B"), lambda t: t.rows["locks"].pop()), "联动小组", 3, "成员中队 (C)", "one squad"),
    (put("groups", 0, convener="C"), "联动小组", 3, "本月召集中队 (D)", "no member"),
    (more("groups", 0, id="G2", name="第二组", members="B、C"), "联动小组", 4, "成员中队 (C)", "in 第一组 too"),
    (more("posts", 0, id="P2", squad="M"), "固定岗", 4, "最低队伍 (H)", "nobody of squad M"),
    (put("desks", 0, squads="C"), "网格案件岗", 3, "中队 (C)", "have 1; share it"),
    (
        both(put("hours", 0, length="11:00"), lambda t: (t.rows["locks"].pop(), t.rows["designated"].pop())),
        "热点",
        3,
        "可办联动整治 (F)",
        "longest window is 3 h",
    ),
    (lambda t: t.rows["hours"].pop(1), "热点", 4, "编号 (A)", "no hours"),
    (put("shifts", 2, squads=None), "班次", 5, "适用中队 (H)", "must name its squads"),
    (put("shifts", 1, symbol="早"), "班次", 4, "符号 (C)", "share the symbol"),
    (put("shifts", 1, symbol="休"), "班次", 4, "符号 (C)", "cannot be used"),
    # locks
    (put("locks", 0, officer="1002", date="2026-10-20"), "锁定", 3, "日期 (C)", "absent (annual)"),
    (
        both(more("locks", 1, id="K5", date="2026-10-12"), more("locks", 0, id="K6", date="2026-10-12")),
        "锁定",
        8,
        "类别 (B)",
        "contradicts row 7: 队员1001 2026-10-12 is to rest and to work",
    ),
    (
        more("locks", 2, id="K5", duty="巡查", place=None, start="08:00", length="10:00"),
        "锁定",
        7,
        "类别 (B)",
        "two duties at one time",
    ),
    (
        both(
            put("locks", 0, officer="1002"),
            put("locks", 2, officer="1002", start="15:00", length="16:00"),
            lambda t: t.rows["posts"][0].update(start="15:00", length="16:00"),
        ),
        "锁定",
        5,
        "类别 (B)",
        "has a duty outside 早班",
    ),
    (
        both(more("locks", 0, id="K5", officer="1002"), more("locks", 0, id="K6", officer="1002", shift="L")),
        "锁定",
        8,
        "类别 (B)",
        "contradicts row 7: 队员1002 2026-10-08 has shifts E and L",
    ),
    (put("locks", 2, start="14:00", length="15:00", date="2026-10-10"), "锁定", 5, "开始 (H)", "no shift of 队员1001"),
    (put("locks", 0, shift="L", date="2026-10-12"), "锁定", 3, "班次 (E)", "barred from 晚班"),
    (put("locks", 0, shift="N", date="2026-10-12"), "锁定", 3, "班次 (E)", "squad A does not work 备班"),
    (put("locks", 2, place="D1"), "锁定", 5, "地点 (G)", "no place for post duty"),
    (put("locks", 2, officer=None), "锁定", 5, "队员 (D)", "needs Officer"),
    (put("officers", 0, barred_duties="固定岗"), "锁定", 5, "勤务 (F)", "队员1001 is barred from post duty"),
    (
        both(
            put("officers", 0, barred_duties="巡查"),
            put("locks", 2, duty="固守", place="H1", start="08:00", length="10:00"),
        ),
        "锁定",
        5,
        "勤务 (F)",
        "队员1001 is barred from",
    ),
    (
        both(put("officers", 2, barred_duties=None), put("locks", 2, duty="网格案件岗", place="D1", officer="1003")),
        "锁定",
        5,
        "队员 (D)",
        "not certified",
    ),
    (put("locks", 2, start=None), "锁定", 5, "结束 (I)", "an end without a start"),
    (put("locks", 3, start="11:00"), "锁定", 6, "开始 (H)", "no window on 2026-10-15"),
    (put("locks", 3, place="P1"), "锁定", 6, "地点 (G)", "no hotspot"),
    (more("locks", 3, id="K5", start="10:00"), "锁定", 7, "类别 (B)", "two remediations at one time"),
    (more("locks", 3, id="K5", date="2026-10-24"), "锁定", 7, "类别 (B)", "are 9 days apart; 10 are asked for"),
    (more("locks", 3, id="K5", date="2026-10-25"), "锁定", 7, "类别 (B)", "two remediations at 台湾路 in a month"),
    (
        both(
            put("past_remediations", 0, date="2026-09-30", hotspot="H2"),
            put("locks", 3, date="2026-10-09"),
        ),
        "锁定",
        6,
        "日期 (C)",
        "under 10 days from 第一组's remediation of 2026-09-30",
    ),
    (
        both(
            lambda t: t.settings.update(first="2026-10-03", end="2026-10-31"),
            put("past_shifts", 1, date="2026-09-20"),
            put("absences", 1, end="2026-10-04"),
            put("past_remediations", 0, date="2026-10-02"),
        ),
        "锁定",
        6,
        "地点 (G)",
        "had a remediation on 2026-10-02 this month",
    ),
    (
        put("locks", 2, start="09:00", length="10:00"),
        "锁定",
        5,
        "开始 (H)",
        "outside the hours of 桥头岗",
    ),
    (put("posts", 0, days="周六"), "锁定", 5, "开始 (H)", "that day not manned"),
    (put("locks", 2, officer="2001"), "锁定", 5, "地点 (G)", "manned by squad A; 队员2001 is of squad B"),
    (
        both(
            put("locks", 2, officer="1002"),
            more("locks", 2, id="K5", duty="巡查", place=None, start="19:00", length="21:00"),
        ),
        "锁定",
        7,
        "类别 (B)",
        "two duties that no single shift covers",
    ),
    (
        both(
            put("locks", 2, officer="1002", duty="节日值守", place="N1", start="17:30", length="20:00"),
            put("presences", 0, length="19:00"),
        ),
        "锁定",
        5,
        "开始 (H)",
        "outside the hours of N1, that day not manned",
    ),
    (both(put("posts", 0, force="管理"), put("locks", 2, officer="1003")), "锁定", 5, "队员 (D)", "may not stand"),
    # designated remediations
    (put("designated", 0, start="13:00"), "指定整治", 3, "开始 (F)", "no window for 4 h from 13:00"),
    (put("designated", 0, start=None, length=7), "指定整治", 3, "时长(小时) (G)", "no window for 7 h"),
    (put("designated", 0, lead="B"), "指定整治", 3, "牵头中队 (L)", "takes no part"),
    (put("designated", 0, kind="月度"), "指定整治", 3, "类别 (M)", "not ordered here"),
    (put("designated", 0, commander="1002", end="2026-10-23"), "指定整治", 3, "指挥 (K)", "absent on all"),
    # settings and policy
    (lambda t: t.settings.update(month="十月"), "设置", 4, "内容 (B)", "not a month"),
    (lambda t: t.settings.update(brigade=None), "设置", 3, "内容 (B)", "Brigade is blank"),
    (lambda t: t.settings.pop("brigade"), "设置", None, "内容 (B)", "Brigade is blank"),
    (lambda t: t.settings.update(first="2026-10-01", end="2027-10-01"), "设置", None, "内容 (B)", "do not fit"),
    (lambda t: t.policy.append(("R99.x", 1)), "规则参数", 4, "参数 (A)", "no parameter R99.x"),
    (lambda t: t.policy.append(("R03.min_rest", 11)), "规则参数", 4, "参数 (A)", "row 3 too"),
    (lambda t: t.policy.append(("R04.max_days", 15)), "规则参数", 4, "值 (C)", "too large"),
    (lambda t: t.policy.append(("R04.max_days", "六")), "规则参数", 4, "值 (C)", "not a number"),
    (lambda t: t.policy.append(("R09.late_is_night", 7)), "规则参数", 4, "值 (C)", "yes or no"),
    (lambda t: t.policy.append(("R09.night_start", "12:00")), "规则参数", 4, "值 (C)", "out of range"),
    (lambda t: t.policy.append(("R03.min_rest", 0.5)), "规则参数", 4, "参数 (A)", "row 3 too"),
]


@pytest.mark.parametrize(("plant", "sheet", "row", "column", "says"), ALONE)
def test_one_mistake_is_one_problem_at_its_cell(plant: Plant, sheet: str, row: int, column: str, says: str) -> None:
    tables = base()
    plant(tables)
    found = problems_of(tables)
    assert len(found) == 1, found
    assert (found[0].sheet, found[0].row, found[0].column) == (sheet, row, column)
    assert says in found[0].text.en
    assert found[0].text.zh != found[0].text.en


# -- sheets, columns, formulas ----------------------------------------------------------------------------------------


def test_a_missing_sheet_is_one_problem_and_names_of_it_are_not_called_unknown() -> None:
    found = problems_of(base(), lambda cells: cells.pop("中队"))
    assert [(p.sheet, p.text.en) for p in found] == [("中队", "sheet Squads is missing; add it from the template")]


@pytest.mark.parametrize("name", ["设置", "规则参数", *(sheet.name.zh for sheet in SHEETS if not sheet.newer)])
def test_every_sheet_is_asked_for(name: str) -> None:
    found = problems_of(base(), lambda cells: cells.pop(name))
    assert [p.sheet for p in found if "is missing" in p.text.en] == [name]


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.newer], ids=lambda sheet: sheet.key)
def test_older_workbooks_lack_the_newer_sheets(sheet: Sheet) -> None:
    assert problems_of(base(), lambda cells: cells.pop(sheet.name.zh)) == ()


@pytest.mark.parametrize(("sheet", "column"), [(s, c) for s in SHEETS for c in s.columns])
def test_every_column_is_asked_for(sheet: Sheet, column: Column) -> None:
    def remove(cells: Grids) -> None:
        at = sheet.columns.index(column)
        cells[sheet.name.zh] = [line[:at] + line[at + 1 :] for line in cells[sheet.name.zh]]

    found = problems_of(base(), remove)
    missing = [p for p in found if "is missing" in p.text.en]
    assert [(p.sheet, p.column, p.expected) for p in missing] == [(sheet.name.zh, column.heading.zh, column.heading)]


def test_a_sheet_without_headings_is_one_problem() -> None:
    found = problems_of(base(), lambda cells: cells.update(信息告知=[["随便写写"]]))
    assert [(p.sheet, "no heading row" in p.text.en) for p in found] == [("信息告知", True)]


def test_a_sheet_in_both_languages_is_one_sheet_too_many() -> None:
    found = problems_of(base(), lambda cells: cells.update(Squads=cells["中队"]))
    assert [(p.sheet, "delete one" in p.text.en) for p in found] == [("Squads", True)]


def test_two_columns_with_one_heading_are_a_problem() -> None:
    def repeat(cells: Grids) -> None:
        cells["车辆"] = [[*line, line[0]] for line in cells["车辆"]]

    found = problems_of(base(), repeat)
    assert [(p.sheet, p.row, p.column, "two columns" in p.text.en) for p in found] == [("车辆", 1, "编号 (G)", True)]


@pytest.mark.parametrize("key", ["squads", "officers", "shifts"])
def test_a_brigade_needs_squads_officers_and_shifts(key: str) -> None:
    sheet = next(s for s in SHEETS if s.key == key)

    def clear(tables: Tables) -> Tables:
        tables.rows = {k: [] if k == key else rows for k, rows in tables.rows.items()}
        return tables

    assert any(p.sheet == sheet.name.zh and "empty" in p.text.en for p in problems_of(clear(base())))


@pytest.mark.parametrize("cell", [Formula("=1+1"), ExcelError("#N/A")])
@pytest.mark.parametrize(
    ("sheet", "row", "at", "column"),
    [
        ("队员", 3, 1, "姓名 (B)"),
        ("队员", 5, 16, "(Q)"),
        ("队员", 30, 40, "(AO)"),
        ("设置", 3, 1, "内容 (B)"),
        ("规则参数", 3, 2, "值 (C)"),
    ],
)
def test_formulas_and_error_values_are_refused_wherever_they_stand(
    cell: object, sheet: str, row: int, at: int, column: str
) -> None:
    def plant(cells: Grids) -> None:
        lines = cells[sheet]
        lines.extend([] for _ in range(row - len(lines)))
        line = lines[row - 1]
        line.extend([None] * (at + 1 - len(line)))
        line[at] = cell

    found = [p for p in problems_of(base(), plant) if "formula" in p.text.en]
    assert [(p.sheet, p.row, p.column, p.read) for p in found] == [(sheet, row, column, shown(cell))]


def test_a_formula_in_a_file_is_reported_with_its_text(tmp_path: Path) -> None:
    def plant(book: Workbook) -> None:
        book["固定岗"]["D3"] = "=1+1"
        book["固定岗"]["B3"] = "#REF!"

    with pytest.raises(InputError) as caught:
        read_file(tmp_path, base(), plant)
    found = [(p.sheet, p.row, p.column, p.read) for p in caught.value.problems]
    assert found == [("固定岗", 3, "名称 (B)", "#REF!"), ("固定岗", 3, "人数 (D)", "=1+1")]


def test_five_mistakes_are_reported_together(tmp_path: Path) -> None:
    tables = base()
    tables.set("officers", 3, force="海军")
    tables.set("requests", 0, date="2026-12-01")
    tables.add("absences", 0, kind="病假")
    tables.set("hotspots", 1, squads="B、火星")
    tables.policy.append(("R04.max_days", 99))
    with pytest.raises(InputError) as caught:
        read_file(tmp_path, tables)
    assert {(p.sheet, p.row, p.column, p.read) for p in caught.value.problems} == {
        ("队员", 6, "队伍 (D)", "海军"),
        ("个人申请", 3, "日期 (B)", "2026-12-01"),
        ("请假", 5, "首日 (C)", "2026-10-19"),
        ("热点", 4, "中队 (C)", "B、火星"),
        ("规则参数", 4, "值 (C)", "99"),
    }
    assert all(p.text.zh and p.text.en for p in caught.value.problems)


def test_places_are_named_in_the_language_of_the_workbook() -> None:
    tables = base("en")
    tables.set("posts", 0, heads=-1)
    with pytest.raises(InputError) as caught:
        read(tables, headings="en")
    assert [(p.sheet, p.row, p.column) for p in caught.value.problems] == [("Fixed posts", 2, "People (D)")]


def test_thousands_of_problems_are_cut_short() -> None:
    tables = base()
    for number in range(700):
        tables.add("requests", 0, officer=f"X{number}")
    found = problems_of(tables)
    assert len(found) == 501
    assert found[-1].text.en.startswith("200 more")
