from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from domain.calendar import DAY
from domain.parameter import Parameter
from domain.problem import InputError, Problem
from domain.result import Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from inputs.book import open_book
from inputs.values import ExcelError, Formula
from outputs.carry import BASELINE_CHANGED, BASELINE_REMOVED, PREFIX
from outputs.patrols import supported
from outputs.readback import ReadBack, in_order, read_roster, read_sheets
from outputs.workbook import write_roster
from tests.outputs.fixture import make_result, small_scenario

DAYS = 9
WORD = Text("词", "word")
VISIT = timedelta(minutes=25)
PARAMETERS = (
    ("R03", Parameter(key="min_rest", default=timedelta(hours=10), text=WORD, unit=WORD)),
    ("S02", Parameter(key="dose", default=timedelta(minutes=15), text=WORD, unit=WORD)),
    ("S02", Parameter(key="travel", default=timedelta(minutes=10), text=WORD, unit=WORD)),
)
GRID, DAILY, PLAN, COVERAGE = "月排班表·外滩", "每日勤务表", "联动整治计划(备案)表", "热点覆盖"
FIRST_ROW = 5


class Sheets(dict[str, list[list[Any]]]):
    """Cells by sheet; shown in one word where a test fails."""

    def __repr__(self) -> str:
        return "Sheets"

    def copied(self) -> Sheets:
        return Sheets({name: [list(row) for row in rows] for name, rows in self.items()})


@cache
def short_scenario() -> Scenario:
    """The small brigade for nine days with one remediation: quick to write and read."""
    whole = small_scenario()
    end = whole.first + DAYS * DAY
    absences = tuple(a for a in whole.absences if a.start < end)
    return whole.model_copy(update={"end": end, "calendar": whole.calendar[:DAYS], "absences": absences})


@cache
def short_result() -> Result:
    scenario = short_scenario()
    result = make_result(scenario)
    kept = supported(scenario, result.roster, VISIT)
    return result.model_copy(update={"roster": result.roster.model_copy(update={"visits": kept})})


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The written workbook in both languages."""
    folder = tmp_path_factory.mktemp("排班")
    found = {lang: folder / f"roster-{lang}.xlsx" for lang in ("zh", "en")}
    for lang, path in found.items():
        write_roster(path, short_scenario(), short_result(), PARAMETERS, (), lang=lang)
    return found


@pytest.fixture(scope="module")
def written(books: dict[str, Path]) -> Sheets:
    """The Chinese workbook's sheets as lists of cells."""
    with open_book(books["zh"]) as book:
        return Sheets({name: [list(row) for row in book.grid(name)] for name in book.names if PREFIX not in name})


@pytest.fixture
def sheets(written: Sheets) -> Sheets:
    """A copy to edit."""
    return written.copied()


def read(sheets: Sheets) -> Roster:
    return read_sheets(short_scenario(), sheets, VISIT)[0]


def problems_of(sheets: Sheets) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        read(sheets)
    return raised.value.problems


def original() -> Roster:
    return in_order(short_scenario(), short_result().roster)


def decided(roster: Roster) -> tuple[object, ...]:
    return roster.shifts, roster.duties, roster.visits, roster.remediations


def assert_same(back: ReadBack) -> None:
    assert back.scenario == short_scenario()
    assert decided(back.roster) == decided(original())
    assert back.baseline == original()
    assert back.report == short_result().report
    assert back.declared == short_result().findings
    assert back.notes == ()


def row_of(sheet: list[list[Any]], column: int, value: object) -> list[Any]:
    """Return the first data row with a value in a column, counted from 0, padded so that every column can be set."""
    row = next(row for row in sheet[FIRST_ROW - 1 :] if len(row) > column and row[column] == value)
    row.extend([None] * (60 - len(row)))
    return row


# -- what was written is what is read ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_written_workbook_reads_back_the_same(books: dict[str, Path], lang: str) -> None:
    assert_same(read_roster(books[lang], PARAMETERS))
    assert original().visits
    assert original().remediations


def by_openpyxl(source: Path, folder: Path) -> Path:
    book = load_workbook(source)
    book.save(folder / "again.xlsx")
    return folder / "again.xlsx"


def by_libreoffice(source: Path, folder: Path) -> Path:
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir"]
    subprocess.run([*command, str(folder), str(source)], check=True, capture_output=True, timeout=120)
    return folder / source.name


PROGRAMS = [by_openpyxl, *([by_libreoffice] if shutil.which("soffice") else [])]


@pytest.mark.parametrize("program", PROGRAMS)
def test_saved_again_by_another_program_it_reads_the_same(
    books: dict[str, Path], tmp_path: Path, program: Callable[[Path, Path], Path]
) -> None:
    assert_same(read_roster(program(books["zh"], tmp_path), PARAMETERS))


def test_without_its_baseline_it_reads_the_same_roster(books: dict[str, Path], tmp_path: Path) -> None:
    book = load_workbook(books["zh"])
    for name in [name for name in book.sheetnames if name.startswith("基线·")]:
        del book[name]
    book.save(tmp_path / "bare.xlsx")
    back = read_roster(tmp_path / "bare.xlsx", PARAMETERS)
    assert decided(back.roster) == decided(original())
    assert (back.baseline, back.report, back.declared, back.notes) == (None, None, (), (BASELINE_REMOVED,))


def test_a_changed_baseline_is_not_believed(books: dict[str, Path], tmp_path: Path) -> None:
    """Somebody adds a declared finding, so that a missing remediation would pass."""
    book = load_workbook(books["zh"])
    findings = book["基线·校核项"]
    findings.append(["R12", *[cell.value for cell in findings[2]][1:]])
    book.save(tmp_path / "forged.xlsx")
    back = read_roster(tmp_path / "forged.xlsx", PARAMETERS)
    assert (back.baseline, back.declared, back.notes) == (None, (), (BASELINE_CHANGED,))


def test_reading_back_does_not_load_the_solver(books: dict[str, Path]) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from constraints.base import all_parameters\n"
        "from outputs.readback import read_roster\n"
        "read_roster(Path(sys.argv[1]), all_parameters())\n"
        "sys.exit('ortools' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(books["zh"])], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def renamed(text: str, words: dict[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(f'"{old}"', json.dumps(new))
    return text


@pytest.mark.parametrize(
    "words",
    [
        {"WT01": "W(1)", "V3": "V(3)", "P1": "P(1)", "A-01": "A(01)"},
        {"WT01": "W:1", "V3": "V:3", "P1": "P:1", "H01": "=H"},
        {"王伟": "王(伟)、'=A1", "清运车01": "清:运\uff0c车", "台湾路": "台湾路(南;北)\n(H02)", "外滩": "外滩[1]/2"},
    ],
    ids=["brackets", "colons", "names"],
)
def test_whatever_ids_and_names_hold_they_read_back(tmp_path: Path, words: dict[str, str]) -> None:
    scenario = Scenario.model_validate_json(renamed(short_scenario().model_dump_json(), words))
    result = Result.model_validate_json(renamed(short_result().model_dump_json(), words))
    write_roster(tmp_path / "odd.xlsx", scenario, result, PARAMETERS, ())
    back = read_roster(tmp_path / "odd.xlsx", PARAMETERS)
    assert decided(back.roster) == decided(in_order(scenario, result.roster))


# -- each deciding sheet decides --------------------------------------------------------------------------------------


def test_the_month_grid_decides_shifts(sheets: Sheets) -> None:
    row = row_of(sheets[GRID], 1, "WT03")
    before = {a.day: a.shift for a in original().shifts_of("WT03")}
    columns = [6 + n for n in range(DAYS)]
    for column in columns:
        row[column] = "中"
    assert [a.shift for a in read(sheets).shifts_of("WT03")] == ["M"] * DAYS
    assert set(before.values()) != {"M"}
    assert decided(read(sheets))[1:] == decided(original())[1:]


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("早", "E"), ("晚", "L"), ("早联", "E"), ("早联固", "E"), ("早固联", "E"), (" 早 ", "E"), ("E", "E"),
        ("l", "L"), ("L+J", "L"), ("休", None), ("R", None), ("补", None), ("病", None), ("SL", None), (None, None),
    ],
)  # fmt: skip
def test_what_a_cell_of_the_grid_may_say(sheets: Sheets, text: str | None, shift: str | None) -> None:
    row_of(sheets[GRID], 1, "WT03")[6] = text
    assert read(sheets).shift_on.get(("WT03", date(2026, 10, 1))) == shift


def test_the_daily_sheet_decides_duties(sheets: Sheets) -> None:
    row = row_of(sheets[DAILY], 3, "固定岗")
    post = next(d for d in original().duties if d.kind is DutyKind.POST and d.day == row[0].date())
    row[3], row[4] = "备勤", None
    officers = {d.officer for d in read(sheets).duties if d.kind is DutyKind.STANDBY and d.start == post.start}
    assert officers
    assert not officers & {d.officer for d in original().duties if d.kind is DutyKind.STANDBY}


def test_a_row_taken_out_takes_its_duties_out(sheets: Sheets) -> None:
    index = next(n for n, row in enumerate(sheets[DAILY]) if len(row) > 3 and row[3] == "固定岗")
    people = "".join(str(cell) for cell in sheets[DAILY].pop(index)[7:10])
    gone = set(original().duties) - set(read(sheets).duties)
    assert {duty.kind for duty in gone} == {DutyKind.POST}
    assert all(f"({duty.officer})" in people for duty in gone)


def test_the_plan_decides_remediations(sheets: Sheets) -> None:
    (remediation,) = original().remediations
    row = row_of(sheets[PLAN], 0, remediation.id)
    row[6] = "17:30"
    row[15] = str(row[15]).split("、", 1)[1]
    (changed,) = read(sheets).remediations
    assert changed.end.time() == time(17, 30)
    assert len(changed.participants) == len(remediation.participants) - 1
    sheets[PLAN].remove(row)
    assert read(sheets).remediations == ()
    assert DutyKind.REMEDIATION in {d.kind for d in read(sheets).duties}, "its duties stay: the audit names them"


def test_the_coverage_sheet_decides_visits(sheets: Sheets) -> None:
    visits = original().visits[0]
    row = next(
        row
        for row in sheets[COVERAGE][FIRST_ROW - 1 :]
        if row[0] == datetime.combine(visits.start.date(), time()) and f"({visits.hotspot})" in row[1]
    )
    row[6] = 0
    assert visits in original().visits
    assert set(original().visits) - set(read(sheets).visits) == {visits}


def test_stale_marks_are_noted_and_decide_nothing(sheets: Sheets) -> None:
    (remediation,) = original().remediations
    day = remediation.start.date()
    row = row_of(sheets[GRID], 1, next(o for o in remediation.participants if o.startswith("WT")))
    column = 6 + (day - date(2026, 10, 1)).days
    assert row[column].endswith("联")
    row[column] = row[column][:-1]
    roster, notes = read_sheets(short_scenario(), sheets, VISIT)
    assert decided(roster) == decided(original())
    assert len(notes) == 1
    assert "联" in notes[0].zh


def test_leave_that_the_input_does_not_have_is_noted(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[6] = "病"
    (note,) = read_sheets(short_scenario(), sheets, VISIT)[1]
    assert "请假表没有" in note.zh
    assert f"{GRID}!G7" in note.en


def test_visits_without_patrols_are_dropped(sheets: Sheets) -> None:
    """All of 豫园's patrols go home on the 2nd: no visit of that day can be theirs any more."""
    day = datetime(2026, 10, 2)
    kept = [row for row in sheets[DAILY] if not (len(row) > 3 and row[:2] == [day, "豫园"] and row[3] == "巡查")]
    assert len(kept) < len(sheets[DAILY])
    sheets[DAILY] = kept
    lost = set(original().visits) - set(read(sheets).visits)
    assert lost
    assert {(v.squad, v.start.date()) for v in lost} == {("YY", day.date())}


# -- what people do to sheets -----------------------------------------------------------------------------------------


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 9999), at=st.integers(0, 40))
def test_order_of_rows_and_added_columns_do_not_matter(written: Sheets, seed: int, at: int) -> None:
    sheets = written.copied()
    for name in (GRID, DAILY, PLAN, COVERAGE):
        rows = sheets[name]
        below = rows[FIRST_ROW - 1 :]
        Random(seed).shuffle(below)
        rows[FIRST_ROW - 1 :] = below
        for n, row in enumerate(rows):
            row.extend([None] * (at - len(row)))
            row.insert(at, "备注" if n == 2 else f"=看{n}")
    roster, notes = read_sheets(short_scenario(), sheets, VISIT)
    assert decided(roster) == decided(original())
    assert notes == ()


@settings(max_examples=15, deadline=None)
@given(
    edits=st.dictionaries(
        st.tuples(st.sampled_from([f"WT{n:02d}" for n in range(1, 31)]), st.integers(0, DAYS - 1)),
        st.sampled_from(["早", "中", "晚", "休"]),
        max_size=12,
    )
)
def test_the_shifts_read_are_those_of_the_cells(written: Sheets, edits: dict[tuple[str, int], str]) -> None:
    sheets = written.copied()
    expected = dict(original().shift_on)
    for (officer, n), symbol in edits.items():
        row_of(sheets[GRID], 1, officer)[6 + n] = symbol
        on = date(2026, 10, 1) + n * DAY
        expected.pop((officer, on), None)
        if symbol != "休":
            expected[officer, on] = {"早": "E", "中": "M", "晚": "L"}[symbol]
    assert read(sheets).shift_on == expected


def test_dates_and_times_pasted_as_text_or_typed_read_the_same(sheets: Sheets) -> None:
    for row in sheets[DAILY][FIRST_ROW - 1 :]:
        if row and isinstance(row[0], datetime):
            row[0] = f"{row[0]:%Y-%m-%d}"
            row[5] = time.fromisoformat(row[5])
    for row in sheets[COVERAGE][FIRST_ROW - 1 :]:
        if row and isinstance(row[0], datetime):
            row[0], row[6] = f"{row[0]:%Y年%m月%d日}", str(row[6])
    assert decided(read(sheets)) == decided(original())


def test_ids_alone_and_other_separators_will_do(sheets: Sheets) -> None:
    row = row_of(sheets[PLAN], 0, original().remediations[0].id)
    row[15] = ", ".join(original().remediations[0].participants)
    row[11], row[12] = "外滩", "YY"
    (remediation,) = read(sheets).remediations
    assert remediation.participants == original().remediations[0].participants
    assert (remediation.host, remediation.lead) == ("WT", "YY")


# -- what cannot be read ----------------------------------------------------------------------------------------------


def _unknown_symbol(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[7] = "X"


def _mark_alone(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[7] = "联"


def _formula_in_grid(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[7] = Formula("=A1")


def _formula_in_duties(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[8] = Formula("=I4")


def _error_in_coverage(sheets: Sheets) -> None:
    sheets[COVERAGE][FIRST_ROW - 1][6] = ExcelError("#N/A")


def _unknown_officer(sheets: Sheets) -> None:
    row_of(sheets[GRID], 1, "WT03")[1] = "WT99"


def _no_row(sheets: Sheets) -> None:
    sheets[GRID].remove(row_of(sheets[GRID], 1, "WT03"))


def _two_rows(sheets: Sheets) -> None:
    sheets["月排班表·豫园"].insert(6, list(row_of(sheets[GRID], 1, "WT03")))


def _day_column_gone(sheets: Sheets) -> None:
    sheets[GRID][2][8] = "三号"


def _grid_gone(sheets: Sheets) -> None:
    del sheets[GRID]


def _unknown_duty(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "固定岗")[3] = "喝茶"


def _unknown_post(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "固定岗")[4] = "南京路(P9)"


def _patrol_somewhere(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[4] = "南京路"


def _no_time(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[5] = "下午"


def _ends_before(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[6] = "00:10"


def _wrong_month(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[0] = datetime(2026, 11, 1)


def _unknown_person(sheets: Sheets) -> None:
    row_of(sheets[DAILY], 3, "巡查")[8] = "赵六(ZZ01)"


def _column_gone(sheets: Sheets) -> None:
    sheets[DAILY][2][3] = "干什么"


def _column_twice(sheets: Sheets) -> None:
    sheets[DAILY][2].append("勤务")


def _plan_gone(sheets: Sheets) -> None:
    del sheets[PLAN]


def _no_driver(sheets: Sheets) -> None:
    row_of(sheets[PLAN], 0, "A-01")[16] = "清运车01(V3)"


def _unknown_vehicle(sheets: Sheets) -> None:
    row_of(sheets[PLAN], 0, "A-01")[16] = "清运车01(V9):王伟(WT01)"


def _same_number(sheets: Sheets) -> None:
    sheets[PLAN].insert(FIRST_ROW, list(row_of(sheets[PLAN], 0, "A-01")))


def _no_host(sheets: Sheets) -> None:
    row_of(sheets[PLAN], 0, "A-01")[11] = None


def _many_visits(sheets: Sheets) -> None:
    sheets[COVERAGE][FIRST_ROW - 1][6] = "多次"


def _no_window(sheets: Sheets) -> None:
    row = next(row for row in sheets[COVERAGE][FIRST_ROW - 1 :] if row[6])
    row[2] = "05:00"


def _window_twice(sheets: Sheets) -> None:
    row = next(row for row in sheets[COVERAGE][FIRST_ROW - 1 :] if row[6])
    sheets[COVERAGE].insert(FIRST_ROW, list(row))


@pytest.mark.parametrize(
    ("spoil", "sheet", "column", "quoted", "said"),
    [
        (_unknown_symbol, GRID, "10-02 (H)", "X", "不认识的符号"),
        (_mark_alone, GRID, "10-02 (H)", "联", "不认识的符号"),
        (_formula_in_grid, GRID, "10-02 (H)", "=A1", "公式"),
        (_formula_in_duties, DAILY, "执法队员 (I)", "=I4", "公式"),
        (_error_in_coverage, COVERAGE, "安排 (G)", "#N/A", "错误值"),
        (_unknown_officer, GRID, "编号 (B)", "WT99", "没有编号为“WT99”的队员"),
        (_no_row, GRID, "", "", "(WT03)没有一行"),
        (_two_rows, "月排班表·豫园", "编号 (B)", "WT03", f"已有一行(“{GRID}”第 7 行)"),
        (_day_column_gone, GRID, "", "", "3 / 六"),
        (_grid_gone, GRID, "", "", "30 人没有排班"),
        (_unknown_duty, DAILY, "勤务 (D)", "喝茶", "没有“喝茶”这一项"),
        (_unknown_post, DAILY, "地点 (E)", "南京路(P9)", "没有编号为“P9”的固定岗"),
        (_patrol_somewhere, DAILY, "地点 (E)", "南京路", "没有地点"),
        (_no_time, DAILY, "起 (F)", "下午", "不是时间"),
        (_ends_before, DAILY, "止 (G)", "00:10", "止不晚于起"),
        (_wrong_month, DAILY, "日期 (A)", "2026-11-01", "日期不在本期内"),
        (_unknown_person, DAILY, "执法队员 (I)", "赵六(ZZ01)", "没有编号为“ZZ01”的队员"),
        (_column_gone, DAILY, "", "", "缺少列“勤务”"),
        (_column_twice, DAILY, "", "", "有几列都叫“勤务”"),
        (_plan_gone, PLAN, "", "", "缺少工作表"),
        (_no_driver, PLAN, "车辆及驾驶员 (Q)", "清运车01(V3)", "没有写明驾驶员"),
        (_unknown_vehicle, PLAN, "车辆及驾驶员 (Q)", "清运车01(V9):王伟(WT01)", "没有编号为“V9”的车辆"),
        (_same_number, PLAN, "编号 (A)", "A-01", "第 5 行已有"),
        (_no_host, PLAN, "属地 (L)", "", "空白"),
        (_many_visits, COVERAGE, "安排 (G)", "多次", "不是数字"),
        (_no_window, COVERAGE, "起 (C)", "05:00", "没有时段开始"),
        (_window_twice, COVERAGE, "到点中队 (E)", None, "已有一行"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    sheets: Sheets, spoil: Callable[[Sheets], None], sheet: str, column: str, quoted: str | None, said: str
) -> None:
    spoil(sheets)
    found = [p for p in problems_of(sheets) if said in p.text.zh]
    assert found, [p.text.zh for p in problems_of(sheets)]
    assert (found[0].sheet, found[0].column) == (sheet, column)
    assert quoted is None or found[0].read == quoted
    assert found[0].text.en != found[0].text.zh


def test_all_problems_are_said_at_once(sheets: Sheets) -> None:
    spoils = (_unknown_symbol, _unknown_duty, _no_driver, _many_visits, _two_rows)
    for spoil in spoils:
        spoil(sheets)
    assert {p.sheet for p in problems_of(sheets)} == {GRID, DAILY, PLAN, COVERAGE, "月排班表·豫园"}
    assert len(problems_of(sheets)) == len(spoils)


def test_a_cell_far_outside_is_said_and_not_read(books: dict[str, Path], tmp_path: Path) -> None:
    book = load_workbook(books["zh"])
    book[DAILY]["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(InputError) as raised:
        read_roster(tmp_path / "far.xlsx", PARAMETERS)
    assert [(p.sheet, p.column) for p in raised.value.problems] == [(DAILY, "XFD1048576")]


@pytest.fixture
def strangers(books: dict[str, Path], tmp_path: Path) -> list[tuple[Path, str]]:
    """Files that are no roster workbook of ours, with what should be said of them."""
    Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "notes.xlsx").write_text("no workbook", encoding="utf-8")
    book = load_workbook(books["zh"])
    for name in [name for name in book.sheetnames if name.startswith((PREFIX, "基线·"))]:
        del book[name]
    book.save(tmp_path / "printed.xlsx")
    return [
        (tmp_path / "other.xlsx", "不是本程序写出的排班工作簿"),
        (tmp_path / "notes.xlsx", "不是 Excel 工作簿"),
        (tmp_path / "printed.xlsx", "没有隐藏的输入工作表"),
        (tmp_path / "none.xlsx", "找不到文件"),
    ]


def test_other_files_are_refused_with_a_sentence(strangers: list[tuple[Path, str]]) -> None:
    for path, said in strangers:
        with pytest.raises(InputError) as raised:
            read_roster(path, PARAMETERS)
        (problem,) = raised.value.problems
        assert said in problem.text.zh
