"""Edits of every kind on a real workbook: found exactly, priced by rule, whatever the file went through."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli import run
from constraints.base import all_parameters
from domain.problem import InputError
from domain.roster import Assignment
from outputs.layout import COVERAGE, DAILY, PLAN
from outputs.printing import day_heading, grid_names
from outputs.readback import read_roster
from scheduler.audit import audit, points
from scheduler.judge import edits
from scheduler.pricing import priced
from tests.app.conftest import Rostered
from tests.app.kit import ROOT, cell_at, edited

PARAMETERS = all_parameters()


def grid_of(rostered: Rostered, squad: str) -> str:
    return grid_names(rostered.result()[0], "zh")[squad]


def rename_sheets(book: Any) -> None:
    for n, sheet in enumerate(list(book.worksheets)):
        if sheet.title.startswith("月排班表·") or sheet.title in (DAILY.name.zh, PLAN.name.zh, COVERAGE.name.zh):
            sheet.title = f"改名{n}"


def insert_a_note_column(book: Any) -> None:
    for sheet in book.worksheets:
        if sheet.title.startswith("月排班表·"):
            for area in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(area))
            sheet.insert_cols(3)
            sheet.cell(3, 3).value = "备注"


def sort_the_rows(book: Any) -> None:
    sheet = book[DAILY.name.zh]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row - 3)]
    random.Random(1).shuffle(rows)
    for n, row in enumerate(rows, 5):
        for m, value in enumerate(row, 1):
            if not isinstance(sheet.cell(n, m), type(None)):
                sheet.cell(n, m).value = value


def paste_as_text(book: Any) -> None:
    sheet = book[DAILY.name.zh]
    for row in sheet.iter_rows(min_row=5):
        for cell in row:
            if getattr(cell, "is_date", False):
                cell.value, cell.number_format = f"{cell.value:%Y-%m-%d}", "@"


@pytest.mark.parametrize("change", [rename_sheets, insert_a_note_column, sort_the_rows, paste_as_text])
def test_what_does_not_change_the_roster_is_no_edit(
    rostered: Rostered, tmp_path: Path, change: Callable[[Any], None]
) -> None:
    back = read_roster(edited(rostered.target, tmp_path / "x.xlsx", change), PARAMETERS)
    assert back.baseline is not None
    assert not edits(back.baseline, back.roster).any


def test_a_deleted_row_of_the_grid_is_an_error_that_names_the_officer(rostered: Rostered, tmp_path: Path) -> None:
    scenario, _ = rostered.result()
    gone = scenario.officers_of("YY")[2]

    def delete(book: Any) -> None:
        sheet = book[grid_of(rostered, "YY")]
        row = next(c.row for line in sheet.iter_rows() for c in line if c.value == gone.id)
        for cell in sheet[row]:
            if hasattr(cell, "value") and type(cell).__name__ == "Cell":
                cell.value = None

    with pytest.raises(InputError) as caught:
        read_roster(edited(rostered.target, tmp_path / "x.xlsx", delete), PARAMETERS)
    assert f"{gone.name}({gone.id})" in str(caught.value.problems[0].text.zh)


def test_a_sheet_of_another_month_or_brigade_is_refused_with_a_sentence(rostered: Rostered, tmp_path: Path) -> None:
    def other(book: Any) -> None:
        book[DAILY.name.zh]["A1"].value = "每日勤务表 2026年11月"
        book[PLAN.name.zh]["A2"].value = "填表单位:静安大队"

    with pytest.raises(InputError) as caught:
        read_roster(edited(rostered.target, tmp_path / "x.xlsx", other), PARAMETERS)
    assert any("静安大队" in p.text.zh and "示例大队" in p.text.zh for p in caught.value.problems)
    assert any("2026年11月" in p.text.zh for p in caught.value.problems)


def test_a_file_of_another_version_is_refused_with_a_sentence(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def version(book: Any) -> None:
        book["基线"]["A1"].value = "99"

    assert run(["check", str(edited(rostered.target, tmp_path / "x.xlsx", version)), "--lang", "en"]) == 2
    assert "another version" in capsys.readouterr().err.replace("\n", " ")


def swap_two(rostered: Rostered) -> tuple[Callable[[Any], None], set[tuple[str, Any]]]:
    """Return an edit that gives one officer another's shift of a day, and the keys it changes."""
    scenario, result = rostered.result()
    people = scenario.officers_of("WT")
    day = scenario.dates[3]
    a, b = next(
        (x, y)
        for x in people
        for y in people
        if result.roster.shift_on.get((x.id, day)) != result.roster.shift_on.get((y.id, day))
    )

    def change(book: Any) -> None:
        sheet = book[grid_of(rostered, "WT")]
        one, two = (cell_at(sheet, o.id, day_heading(scenario, day, "zh")) for o in (a, b))
        one.value, two.value = two.value, one.value

    return change, {(a.id, day), (b.id, day)}


def resaved(source: Path, folder: Path) -> Path:
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir"]
    (folder / "again").mkdir()
    subprocess.run([*command, str(folder / "again"), str(source)], check=True, capture_output=True, timeout=180)
    return folder / "again" / source.name


@pytest.mark.parametrize("by", ["openpyxl", *(["libreoffice"] if shutil.which("soffice") else [])])
def test_edits_are_found_exactly_and_their_prices_add_up(rostered: Rostered, tmp_path: Path, by: str) -> None:
    change, keys = swap_two(rostered)
    path = edited(rostered.target, tmp_path / "x.xlsx", change)
    back = read_roster(resaved(path, tmp_path) if by == "libreoffice" else path, PARAMETERS)
    assert back.baseline is not None
    made = edits(back.baseline, back.roster)
    assert {(e.officer, e.day) for e in made.shifts} == keys
    assert made.duties == ()
    found = priced(back.scenario, back.baseline, back.roster, made)
    assert {(e.officer, e.day) for e in found if e.officer} == keys
    total = points(audit(back.scenario, back.roster)) - points(audit(back.scenario, back.baseline))
    assert sum(e.points for e in found) == pytest.approx(total)
    assert any(f.rule == "R01" for e in found for f in e.breaks)


def test_check_says_who_when_from_to_what_it_breaks_and_costs(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, keys = swap_two(rostered)
    path = edited(rostered.target, tmp_path / "x.xlsx", change)
    for lang, words in (
        ("zh", ("改为", "违反 R01", "全部改动合计")),
        ("en", ("->", "breaks R01", "All edits together")),
    ):
        assert run(["check", str(path), "--lang", lang]) == 1
        said = capsys.readouterr().out
        for word in (*words, *(officer for officer, _ in keys), f"{next(iter(keys))[1]:%Y-%m-%d}"):
            assert word in said
        assert max(len(line) + sum(c > "\u2e80" for c in line) for line in said.splitlines()) <= 80


def test_the_json_of_a_check_holds_every_edit_with_its_price(rostered: Rostered, tmp_path: Path) -> None:
    change, keys = swap_two(rostered)
    path = edited(rostered.target, tmp_path / "x.xlsx", change)
    assert run(["check", str(path), "--json", str(tmp_path / "x.json")]) == 1
    document = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "docs" / "roster.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    found = document["edits"]
    assert {(e["officer"], e["day"]) for e in found if e["officer"]} == {(who, f"{day}") for who, day in keys}
    assert all(e["points"] == pytest.approx(sum(e["prices"].values())) for e in found)
    assert any(e["shift_before"] != e["shift_after"] for e in found)
    assert {f["rule"] for e in found for f in e["breaks"]} >= {"R01"}
    assert run(["check", str(rostered.target), "--json", str(tmp_path / "y.json")]) == 0
    assert json.loads((tmp_path / "y.json").read_text(encoding="utf-8"))["edits"] == []


def test_without_a_row_of_the_plan_the_cause_comes_before_its_effects(
    rostered: Rostered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def delete(book: Any) -> None:
        sheet = book[PLAN.name.zh]
        heads = next(c for line in sheet.iter_rows() for c in line if c.value == PLAN.columns[0].head.zh)
        for cell in sheet[heads.row + 2]:
            if type(cell).__name__ == "Cell":
                cell.value = None

    path = edited(rostered.target, tmp_path / "x.xlsx", delete)
    assert run(["check", str(path), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert said.index("R12") < said.index("R01")


def test_visits_that_no_patrol_can_make_are_said(rostered: Rostered, tmp_path: Path) -> None:
    def raise_them(book: Any) -> None:
        sheet = book[COVERAGE.name.zh]
        (heading,) = (c for line in sheet.iter_rows(max_row=8) for c in line if c.value == "安排")
        rows = range(heading.row + 1, sheet.max_row)
        row = next(n for n in rows if sheet.cell(n, heading.column).value)
        sheet.cell(row, heading.column).value = 99

    back = read_roster(edited(rostered.target, tmp_path / "x.xlsx", raise_them), PARAMETERS)
    (note,) = (note for note in back.notes if "99" in note.zh)
    assert "按" in note.zh
    assert "counted as" in note.en
    assert read_roster(rostered.target, PARAMETERS).notes == ()


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_of_the_sheets_are_found_exactly(rostered: Rostered, tmp_path: Path, seed: int) -> None:
    """Any cells of the grids, changed at random to any shift or rest, come back as just these edits."""
    scenario, result = rostered.result()
    chance = random.Random(seed)
    keys = chance.sample([(o.id, on) for o in scenario.officers for on in scenario.dates], 12)
    options = {None: "休"} | {s.id: s.symbol for s in scenario.shifts}
    before = result.roster.shift_on
    chosen = {key: chance.choice([s for s in options if s != before.get(key)]) for key in keys}

    def change(book: Any) -> None:
        for (officer, on), shift in chosen.items():
            sheet = book[grid_of(rostered, scenario.officer_by_id[officer].squad)]
            cell_at(sheet, officer, day_heading(scenario, on, "zh")).value = options[shift]

    back = read_roster(edited(rostered.target, tmp_path / "x.xlsx", change), PARAMETERS)
    assert back.baseline is not None
    made = edits(back.baseline, back.roster)
    found = {(e.officer, e.day): (e.before, e.after) for e in made.shifts}
    assert found == {key: (before.get(key), shift) for key, shift in chosen.items()}
    assert (made.duties, made.removed, made.added, made.changed) == ((), (), (), ())


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_edits_are_priced_as_the_whole_audit_does(rostered: Rostered, data: st.DataObject) -> None:
    scenario, result = rostered.result()
    keys = st.tuples(st.sampled_from([o.id for o in scenario.officers]), st.sampled_from(scenario.dates))
    options = st.sampled_from([None, *(s.id for s in scenario.shifts)])
    chosen = data.draw(st.dictionaries(keys, options, min_size=1, max_size=4))
    shifts = [a for a in result.roster.shifts if (a.officer, a.day) not in chosen]
    shifts += [Assignment(officer=o, day=d, shift=s) for (o, d), s in chosen.items() if s is not None]
    after = result.roster.model_copy(update={"shifts": tuple(shifts)})
    made = edits(result.roster, after)
    assert {(e.officer, e.day) for e in made.shifts} == {
        key for key, shift in chosen.items() if result.roster.shift_on.get(key) != shift
    }
    found = priced(scenario, result.roster, after, made)
    total = points(audit(scenario, after)) - points(audit(scenario, result.roster))
    assert sum(e.points for e in found) == pytest.approx(total)
