"""A sound workbook gives its scenario, in whatever language, order and spelling it was typed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.calendar import EVERY_DAY, DayRule
from domain.words import DayKind, Rank
from inputs.book import open_book
from inputs.read import read_workbook, scenario_from
from tests.inputs.books import HOUR, PARAMETERS, RECORDS, base, problems_of, read, read_file, workbook


def test_every_record_comes_back(tmp_path: Path) -> None:
    scenario = read_file(tmp_path, base())
    assert scenario == read(base())
    for key, records in RECORDS.items():
        if key not in ("calendar", "hotspots", "hours"):
            assert getattr(scenario, key) == tuple(records), key
    assert [h.id for h in scenario.hotspots] == ["H1", "H2"]
    assert [h.hours[0].weight for h in scenario.hotspots] == [5, 7]
    assert (scenario.brigade, scenario.first, scenario.end) == ("示例大队", date(2026, 10, 1), date(2026, 11, 1))
    assert scenario.policy == {"R03.min_rest": 12 * HOUR}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("headings", ["zh", "en", "both"])
@pytest.mark.parametrize("reverse", [False, True])
def test_languages_and_column_order_do_not_matter(lang: str, headings: str, reverse: bool) -> None:
    tables = base(lang)
    if reverse:  # an end time stands before its start then
        assert read(tables, headings=headings, reverse=True) == read(base())
    else:
        assert read(tables, headings=headings) == read(base())


def test_title_rows_extra_columns_and_extra_sheets_are_passed_over(tmp_path: Path) -> None:
    def decorate(book: Workbook) -> None:
        sheet = book["队员"]
        sheet.insert_rows(1, 2)
        sheet["A1"] = "2026 年 10 月队员表"
        sheet.insert_cols(2)
        sheet["B3"] = "电话"
        sheet["B5"] = "12345"
        book.create_sheet("我的草稿").append(["=1+1"])

    assert read_file(tmp_path, base(), decorate) == read(base())


def test_blank_rows_and_example_rows_are_not_read() -> None:
    tables = base()
    tables.rows["officers"].insert(2, {})
    tables.add("officers", remark="示例,不读取", force="不存在的队伍")
    tables.add("officers", remark="Example")
    assert read(tables) == read(base())


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("id", 1001, "1001"),
        ("id", 1001.0, "1001"),
        ("id", " 1001\u200b", "1001"),
        ("name", " 王 建国 ", "王 建国"),
        ("certified", True, True),
        ("certified", "Y", True),
        ("certified", 1, True),
        ("rank", "Leader", Rank.LEADER),
        ("lieu", 7.5, 7.5 * HOUR),
        ("lieu", "7.5", 7.5 * HOUR),
        ("lieu", "7:30", 7.5 * HOUR),
        ("carried_late", 3.0, 3),
        ("carried_late", "３", 3),
        ("carried_late", None, 0),
    ],
)
def test_officer_cells_as_people_type_them(field: str, typed: object, value: object) -> None:
    tables = base()
    tables.set("officers", 0, **{field: typed})
    assert getattr(read(tables).officers[0], field) == value


@pytest.mark.parametrize(
    "typed", [date(2026, 10, 8), datetime(2026, 10, 8), "2026-10-08", "2026/10/8", "2026.10.8", "2026年10月8日", 46303]
)
def test_dates_as_people_type_them(tmp_path: Path, typed: object) -> None:
    tables = base()
    tables.set("requests", 0, date=typed)
    assert read_file(tmp_path, tables).requests[0].date == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("16:00", "24:00", 8 * HOUR),
        ("16:00", "00:00", 8 * HOUR),
        ("16：00", "次日00:00", 8 * HOUR),
        (time(16), time(23, 30), 7.5 * HOUR),
        (time(16), timedelta(days=1), 8 * HOUR),
        (16 / 24, 1.0, 8 * HOUR),
        ("22:00", "06:30", 8.5 * HOUR),
        ("22:00", "30:30", 8.5 * HOUR),
    ],
)
def test_times_as_people_type_them(tmp_path: Path, start: object, end: object, length: timedelta) -> None:
    tables = base()
    tables.set("shifts", 1, start=start, length=end, paid=4)
    assert read_file(tmp_path, tables).shifts[1].length == length


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("每日", EVERY_DAY),
        ("daily", EVERY_DAY),
        ("工作日、六", DayRule(weekdays=(5,), kinds=(DayKind.WORKDAY,))),
        ("workdays, Sat; Sunday", DayRule(weekdays=(5, 6), kinds=(DayKind.WORKDAY,))),
        ("一三五", DayRule(weekdays=(0, 2, 4))),
        ("周一，周二；星期日", DayRule(weekdays=(0, 1, 6))),
        ("rest days, holidays", DayRule(kinds=(DayKind.REST, DayKind.HOLIDAY))),
    ],
)
def test_days_as_people_type_them(typed: str, rule: DayRule) -> None:
    tables = base()
    tables.set("posts", 0, days=typed)
    tables.rows["locks"].clear()  # one of them wants the post on a Thursday
    assert read(tables).posts[0].days == rule


@pytest.mark.parametrize("separator", ["、", ",", "，", ";", "；", ", ", "\n"])
def test_lists_of_ids_take_any_separator(separator: str) -> None:
    tables = base()
    tables.set("hotspots", 1, squads=separator.join(("B", "A", "C")))
    assert read(tables).hotspots[1].squads == ("B", "A", "C")


def test_a_blank_last_date_means_one_day() -> None:
    tables = base()
    tables.set("absences", 0, end=None)
    assert read(tables).absences[0].end == date(2026, 10, 20)


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    def plant(book: Workbook) -> None:
        cell = book["队员"]["B3"]
        cell.value = "=HYPERLINK(1)"
        cell.data_type = "s"

    assert read_file(tmp_path, base(), plant).officers[0].name == "=HYPERLINK(1)"


class TestSettings:
    @pytest.mark.parametrize("month", ["2026-10", "2026年10月", "2026/10", date(2026, 10, 1), datetime(2026, 10, 17)])
    def test_month_as_people_type_it(self, month: object) -> None:
        tables = base()
        tables.settings["month"] = month
        assert read(tables).first == date(2026, 10, 1)

    def test_part_of_a_month(self) -> None:
        tables = base()
        tables.settings |= {"first": "2026-10-05", "end": "2026-10-25"}
        tables.rows["absences"].pop()
        tables.rows["past_shifts"].pop()
        tables.rows["past_remediations"].clear()
        tables.rows["covers"].pop()
        scenario = read(tables)
        assert (scenario.dates[0], scenario.dates[-1]) == (date(2026, 10, 5), date(2026, 10, 25))

    def test_the_calendar_sheet_overrides_single_days(self) -> None:
        tables = base()
        tables.rows["calendar"] = [{"date": "2026-10-21", "kind": "休息日", "name": "区运动会"}]
        scenario = read(tables)
        assert scenario.day(date(2026, 10, 21)).kind is DayKind.REST
        assert scenario.day(date(2026, 10, 21)).name == "区运动会"
        assert scenario.day(date(2026, 10, 1)).kind is DayKind.HOLIDAY
        assert len(scenario.calendar) == 31

    def test_provisional_may_be_stated(self) -> None:
        tables = base()
        tables.settings["provisional"] = "是"
        assert read(tables).provisional


class TestPolicy:
    @pytest.mark.parametrize(
        ("key", "typed", "value"),
        [
            ("R03.min_rest", "10.5", 10.5 * HOUR),
            ("R04.max_days", 5.0, 5),
            ("R09.late_is_night", "是", True),
            ("R09.night_start", "21:30", time(21, 30)),
            ("R09.night_start", time(21, 30), time(21, 30)),
        ],
    )
    def test_values_of_every_type(self, key: str, typed: object, value: object) -> None:
        tables = base()
        tables.policy = [(key, typed)]
        assert read(tables).policy == {key: value}

    def test_blank_and_default_values_override_nothing(self) -> None:
        tables = base()
        tables.policy = [("R03.min_rest", 11), ("R04.max_days", None)]
        assert read(tables).policy == {}


def test_sheets_with_a_prefix_are_read_beside_others(tmp_path: Path) -> None:
    book = workbook(base(), prefix="输入·")
    for sheet in book.worksheets:
        sheet.sheet_state = "hidden"
    book.create_sheet("队员").append(["排班表"])
    path = tmp_path / "roster.xlsx"
    book.save(path)
    with open_book(path) as opened:
        assert scenario_from(opened, PARAMETERS, prefix="输入·") == read(base())


def test_a_link_to_a_workbook_is_fine(tmp_path: Path) -> None:
    workbook(base()).save(tmp_path / "real.xlsx")
    link = tmp_path / "link.xlsx"
    try:
        link.symlink_to(tmp_path / "real.xlsx")
    except OSError:  # Windows without the right to make links
        link = tmp_path / "real.xlsx"
    assert len(read_workbook(link, PARAMETERS).officers) == 6


def test_sound_tables_have_no_problem() -> None:
    assert problems_of(base()) == ()
