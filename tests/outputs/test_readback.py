from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from domain.calendar import DAY
from domain.result import Result
from domain.scenario import Scenario
from domain.words import DutyKind
from outputs.baseline import FINDINGS
from outputs.carry import BASELINE_CHANGED, BASELINE_REMOVED
from outputs.packed import SHEET, packed, unpacked
from outputs.readback import in_order, read_roster, read_sheets
from outputs.workbook import write_roster
from tests.outputs.sheets import (
    COVERAGE,
    DAILY,
    DAYS,
    FIRST_ROW,
    GRID,
    PARAMETERS,
    PLAN,
    VISIT,
    Sheets,
    assert_same,
    decided,
    original,
    read,
    row_of,
    short_result,
    short_scenario,
)

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
    del book[SHEET]
    book.save(tmp_path / "bare.xlsx")
    back = read_roster(tmp_path / "bare.xlsx", PARAMETERS)
    assert decided(back.roster) == decided(original())
    assert (back.baseline, back.report, back.declared, back.notes) == (None, None, (), (BASELINE_REMOVED,))


def test_a_changed_baseline_is_not_believed(books: dict[str, Path], tmp_path: Path) -> None:
    """Somebody adds a declared finding, so that a missing remediation would pass."""
    book = load_workbook(books["zh"])
    column = [str(row[0].value) for row in book[SHEET].iter_rows()]
    tables = unpacked(column)
    heads, first, *others = tables[FINDINGS.name]
    forged = packed({**tables, FINDINGS.name: (heads, first, ("R12", *first[1:]), *others)})
    for row, text in enumerate(forged, 1):
        book[SHEET].cell(row, 1).value = text
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
        {"WT01": "=W[1]", "V3": "V/3", "P1": "P'1", "H01": "=H", "A-01": "A(01)"},
        {"王伟": "王(伟)、'=A1", "清运车01": "清:运\uff0c车", "台湾路": "台湾路(南;北)\n(H02)", "外滩": "外滩[1]/2"},
    ],
    ids=["ids", "names"],
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
