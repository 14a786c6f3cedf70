"""The roster workbook as Excel sees it: sheets, titles, live counts, print set-up, hostile names, both languages."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.parameter import Parameter
from domain.result import RuleInfo
from domain.roster import Roster
from domain.scenario import Scenario
from domain.units import WEIGHTED_VISITS
from domain.words import Severity, Text
from inputs.quick_sheet import Formula
from outputs.book import LONGEST, Book
from outputs.figures import finding_rows
from outputs.layout import (
    COVER,
    DAILY,
    FAIRNESS,
    FINDINGS,
    FIRST_ROW,
    GRID,
    HEAD_ROW,
    LEDGER,
    ORDERS,
    PARAMETERS,
    PLAN,
    SHEETS,
    SHORTFALLS,
    SORTIES,
    merge_headings,
)
from outputs.printing import grid_names
from outputs.workbook import write_roster
from tests.outputs.explained import small_explanation
from tests.outputs.fixture import small_result, small_scenario

FILLED = date(2026, 9, 25)
RULES = (
    RuleInfo(
        id="R03",
        title=Text("班次间休息", "Rest between shifts"),
        severity=Severity.HARD,
        unit=Text("分钟", "minutes short"),
        source=Text("欧盟指令 2003/88 第三条", "EU Directive 2003/88 art. 3"),
    ),
)
PARAMETERS_USED = (
    (
        "R03",
        Parameter(
            key="min_rest",
            default=timedelta(hours=12),
            text=Text("班次间最短休息", "Least rest between shifts"),
            unit=Text("小时", "hours"),
        ),
    ),
)
HOSTILE = ("=1+1", "+2", "-3", "@SUM(A1)", "http://a.example", '{=1}"')


def _write(path: Path, scenario: Scenario, lang: str) -> Path:
    write_roster(
        path, scenario, small_result(), PARAMETERS_USED, RULES, lang=lang, filled=FILLED, explained=small_explanation()
    )
    return path


def _changed(**fields: Any) -> Scenario:
    """The small scenario with other fields."""
    return small_scenario().model_copy(update=fields)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("workbooks")
    return {lang: _write(folder / f"{lang}.xlsx", small_scenario(), lang) for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def formulas(files: dict[str, Path]) -> dict[str, Workbook]:
    return {lang: openpyxl.load_workbook(path) for lang, path in files.items()}


@pytest.fixture(scope="module")
def values(files: dict[str, Path]) -> dict[str, Workbook]:
    return {lang: openpyxl.load_workbook(path, data_only=True) for lang, path in files.items()}


def _visible(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _rows(sheet: Worksheet, width: int) -> list[tuple[object, ...]]:
    """The rows of a table, up to the first whose first cell is blank."""
    found: list[tuple[object, ...]] = []
    for row in sheet.iter_rows(min_row=FIRST_ROW + 1, max_col=width, values_only=True):
        if row[0] is None:
            break
        found.append(tuple(row))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_is_there_once_per_squad_or_once_in_order(values: dict[str, Workbook], lang: str) -> None:
    grids = list(grid_names(small_scenario(), lang).values())
    expected = [name for sheet in SHEETS for name in (grids if sheet is GRID else [sheet.name.get(lang)])]
    assert [sheet.title for sheet in _visible(values[lang])] == expected


def test_every_sheet_has_its_title_unit_and_date(values: dict[str, Workbook]) -> None:
    for sheet in _visible(values["zh"]):
        if sheet.title != ORDERS.name.zh:
            assert "2026年10月" in str(sheet["A1"].value), sheet.title
            assert str(sheet["A2"].value).startswith("填表单位:"), sheet.title
            assert "填表时间:2026-09-25" in [c.value for c in sheet[2]], sheet.title
            assert sheet["A1"].font.size == 16
            assert sheet["A1"].font.bold
            assert sheet["A1"].font.name == "宋体"
    assert values["zh"]["月排班表·外滩"]["A1"].value == "外滩中队2026年10月排班表"


def test_many_findings_of_a_rule_are_folded_below_their_sums(tmp_path: Path) -> None:
    """Nothing is lost: the rows are there, folded; breaches always stand open."""
    wish = next(f for f in small_result().findings if f.severity is Severity.WISH)
    breach = next(f for f in small_result().findings if f.severity is Severity.HARD)
    result = small_result().model_copy(update={"findings": (*(breach,) * 12, *(wish,) * 30)})
    write_roster(tmp_path / "many.xlsx", small_scenario(), result, PARAMETERS_USED, RULES, lang="en")
    sheet = openpyxl.load_workbook(tmp_path / "many.xlsx")[FINDINGS.name.en]
    hidden = [n for n in range(1, sheet.max_row + 1) if sheet.row_dimensions[n].hidden]
    assert len(hidden) == 30
    assert {sheet.cell(n, 1 + FINDINGS.column("severity")).value for n in hidden} == {"wish"}
    head = hidden[0] - 1
    assert "30 in all" in sheet.cell(head, 1 + FINDINGS.column("text")).value
    assert sheet.cell(head, 1 + FINDINGS.column("amount")).value == 30 * wish.amount


def test_every_sheet_ends_with_the_three_signatures(values: dict[str, Workbook]) -> None:
    for sheet in _visible(values["zh"]):
        texts = [str(c.value).rstrip(":") for row in sheet.iter_rows(min_row=sheet.max_row - 3) for c in row if c.value]
        assert {"制表人", "科室负责人意见", "分管领导意见"} <= set(texts), sheet.title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headings_of_the_tables_are_those_of_the_layout(values: dict[str, Workbook], lang: str) -> None:
    for layout in SHEETS:
        if layout.columns and layout is not GRID:
            rows = values[lang][layout.name.get(lang)].iter_rows(
                min_row=HEAD_ROW + 1, max_row=HEAD_ROW + 2, max_col=len(layout.columns), values_only=True
            )
            assert merge_headings(*rows) == [column.head.get(lang) for column in layout.columns]


def test_print_set_up_is_landscape_one_page_wide_with_repeated_titles(formulas: dict[str, Workbook]) -> None:
    paper = {"月排班表·外滩": 8, "月排班表·豫园": 9, "月排班表·小东门": 9, PLAN.name.zh: 8}
    paper |= {FAIRNESS.name.zh: 8, SHORTFALLS.name.zh: 8}
    for sheet in _visible(formulas["zh"]):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is what an absent attribute means
        assert sheet.page_setup.fitToHeight in ((None, 1) if sheet.title == COVER.name.zh else (0,))
        setup = sheet.sheet_properties.pageSetUpPr
        assert setup is not None
        assert setup.fitToPage
        assert sheet.page_setup.paperSize == paper.get(sheet.title, 9)
        if sheet.title not in (COVER.name.zh, ORDERS.name.zh):
            assert sheet.print_title_rows == "$1:$4"
            assert str(sheet.freeze_panes).endswith("5")
    assert formulas["zh"]["月排班表·外滩"].freeze_panes == "D5"
    assert formulas["zh"]["月排班表·外滩"].print_title_cols == "$A:$C"


def test_days_stand_across_with_weekday_kind_and_festival(values: dict[str, Workbook]) -> None:
    sheet = values["zh"]["月排班表·外滩"]
    heads = {str(sheet.cell(3, c).value): sheet.cell(4, c).value for c in range(7, 38)}
    assert len(heads) == 31
    assert heads["1 / 四"] == "节\n国庆节"
    assert heads["5 / 一"] == "休\n国庆节"
    assert heads["10 / 六"] == "班\n国庆调休"
    assert heads["31 / 六"] == "休"
    assert heads["30 / 五"] == "工"


def test_cells_show_shift_absence_rest_and_the_marks_of_remediation_and_holding(values: dict[str, Workbook]) -> None:
    sheet = values["zh"]["月排班表·外滩"]
    cells = {row[1].value: [c.value for c in row[6:37]] for row in sheet.iter_rows(min_row=5, max_row=34)}
    assert cells["WT05"][11:14] == ["病", "病", "病"]
    assert cells["WT01"][7] == "晚联"
    assert any(text == "晚固" for text in cells["WT01"])
    assert cells["WT01"][3] == "休"
    assert {row[2].value for row in sheet.iter_rows(min_row=5, max_row=34)} == {
        officer.name for officer in small_scenario().officers_of("WT")
    }


def _terms(formula: str) -> Iterator[tuple[str, list[str], bool, float]]:
    """Range, texts looked for, whether certified officers alone, and factor of each term of a count formula."""
    pattern = r"SUMPRODUCT\(COUNTIF(S?)\((\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+),\{(.*?)\}(?:,[^)]*)?\)\)(?:\*(\d+)/60)?"
    for match in re.finditer(pattern, formula):
        texts = [text.removeprefix("=") for text in re.findall(r'"([^"]*)"', match[3])]
        yield match[2].replace("$", ""), texts, bool(match[1]), int(match[4]) / 60 if match[4] else 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_live_counts_equal_their_cached_values(
    formulas: dict[str, Workbook], values: dict[str, Workbook], lang: str
) -> None:
    seen = 0
    for name in grid_names(small_scenario(), lang).values():
        live, cached = formulas[lang][name], values[lang][name]
        for row in live.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                total = 0.0
                for area, texts, certified, factor in _terms(str(cell.value)):
                    cells = [c for line in cached[area] for c in line]
                    if certified:
                        cells = [c for c in cells if cached.cell(c.row, 6).value]
                    total += factor * sum(c.value in texts for c in cells)
                assert cached[cell.coordinate].value == total, f"{name} {cell.coordinate} {cell.value}"
                seen += 1
    assert seen > 31 * 3 * 6


def test_rows_of_people_on_duty_equal_the_roster(values: dict[str, Workbook]) -> None:
    scenario, roster = small_scenario(), small_result().roster
    sheet = values["zh"]["月排班表·豫园"]
    rows = {row[0].value: [c.value for c in row[6:37]] for row in sheet.iter_rows(min_row=25, max_row=30)}
    late = [a for a in roster.shifts if a.shift == "L" and scenario.officer_by_id[a.officer].squad == "YY"]
    for n, on in enumerate(scenario.dates):
        there = [scenario.officer_by_id[a.officer] for a in late if a.day == on]
        assert rows["晚 在岗(人)"][n] == len(there)
        assert rows["晚 持证在岗(人)"][n] == sum(officer.certified for officer in there)


def test_hours_in_the_grid_are_worked_and_credited(values: dict[str, Workbook]) -> None:
    sheet = values["zh"]["月排班表·豫园"]
    row = next(row for row in sheet.iter_rows(min_row=5, max_row=24) if row[1].value == "YY04")
    shifts = len(small_result().roster.shifts_of("YY04"))
    heads = merge_headings(
        *(list(r) for r in sheet.iter_rows(min_row=3, max_row=4, min_col=38, values_only=True))  # counts after 31 days
    )
    assert row[37 + heads.index("实际")].value == 8 * shifts + 3 * 8


def test_daily_duties_name_people_by_printed_id(values: dict[str, Workbook]) -> None:
    rows = _rows(values["zh"][DAILY.name.zh], len(DAILY.columns))
    people = [DAILY.column(key) for key in ("leader", "officers", "assistants")]
    actions = [row for row in rows if row[DAILY.column("duty")] == "联动整治" and row[1] == "外滩"]
    named = {i for row in actions for c in people for i in re.findall(r"\((\w+)\)", str(row[c] or ""))}
    assert named == {o for r in small_result().roster.remediations for o in r.participants if o.startswith("WT")}
    assert any("执法车01(V1)" in str(row[DAILY.column("vehicle")]) for row in actions)
    assert all(str(row[DAILY.column("place")]).endswith((")", "本辖区")) for row in rows)


def test_the_night_call_ends_on_the_next_day(values: dict[str, Workbook]) -> None:
    rows = _rows(values["zh"][DAILY.name.zh], len(DAILY.columns))
    nights = [row for row in rows if row[DAILY.column("shift")] == "备"]
    assert nights
    assert {(row[DAILY.column("start")], row[DAILY.column("end")]) for row in nights} == {("22:00", "次日06:30")}


def test_the_plan_carries_every_role_with_its_id(values: dict[str, Workbook]) -> None:
    rows = _rows(values["zh"][PLAN.name.zh], len(PLAN.columns))
    first = dict(zip((column.key for column in PLAN.columns), rows[0], strict=True))
    held = small_result().roster.remediations[0]
    assert first["id"] == held.id
    assert first["day"].date() == held.start.date()  # type: ignore[attr-defined]
    assert (first["start"], first["end"], first["hours"]) == ("14:00", "18:00", 4)
    assert (first["place"], first["host"], first["lead"]) == ("台湾路(H01)", "外滩(WT)", "豫园(YY)")
    assert str(first["commander"]).endswith(f"({held.commander})")
    assert set(re.findall(r"\((\w+)\)", str(first["people"]))) == set(held.participants)
    assert str(first["people"]).count("\n") == 3
    assert str(first["vehicles"]).splitlines()[0].startswith("执法车01(V1):")


def test_each_remediation_has_an_order_on_a_page_of_its_own(values: dict[str, Workbook]) -> None:
    sheet = values["zh"][ORDERS.name.zh]
    titles = [row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == ORDERS.title.zh]
    assert len(titles) == len(small_result().roster.remediations)
    assert [b.id + 1 for b in sheet.row_breaks.brk] == titles[1:]
    text = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    assert text.count("案件及暂扣物品由属地中队处置") == len(titles)
    assert "先教育" in text
    assert "后依法执法" in text


def test_sorties_add_up(values: dict[str, Workbook]) -> None:
    keys = [column.key for column in SORTIES.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in _rows(values["zh"][SORTIES.name.zh], len(keys))]
    squads = [row for row in rows if str(row["unit"]).startswith("　")]
    total = rows[-1]
    held = small_result().roster.remediations
    assert total["person_times"] == sum(len(r.participants) for r in held)
    assert sum(int(str(row["person_times"])) for row in squads) == total["person_times"]
    assert sum(int(str(row["vehicle_times"])) for row in squads) == total["vehicle_times"]
    assert total["person_hours"] == 4 * int(str(total["person_times"]))


def test_parameters_show_the_value_used_beside_the_default(values: dict[str, Workbook]) -> None:
    rows = _rows(values["zh"][PARAMETERS.name.zh], len(PARAMETERS.columns))
    assert rows == [("R03.min_rest", "班次间最短休息", 11, 12, "小时", "欧盟指令 2003/88 第三条")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_findings_show_amounts_in_the_unit_people_read(lang: str) -> None:
    wish = next(f for f in small_result().findings if f.severity is Severity.WISH)
    rule = RULES[0].model_copy(update={"id": wish.rule, "unit": WEIGHTED_VISITS, "units": {}})
    found = finding_rows(small_scenario(), [wish.model_copy(update={"amount": 150, "item": ""})], (rule,), lang)[0]
    assert found[FINDINGS.column("amount")] == 1.5
    assert found[FINDINGS.column("unit")] == {"zh": "加权次", "en": "weighted visits"}[lang]


def test_findings_begin_with_the_breaches(values: dict[str, Workbook]) -> None:
    rows = _rows(values["en"][FINDINGS.name.en], len(FINDINGS.columns))
    assert [row[FINDINGS.column("severity")] for row in rows] == ["breach", "shortfall", "wish"]
    assert rows[0][FINDINGS.column("title")] == "Rest between shifts"
    assert rows[0][FINDINGS.column("text")] == small_result().findings[0].text.en


def test_the_ledger_has_a_row_per_officer(values: dict[str, Workbook]) -> None:
    rows = _rows(values["zh"][LEDGER.name.zh], len(LEDGER.columns))
    assert [row[0] for row in rows] == [officer.id for officer in small_scenario().officers]


def test_the_english_variant_has_no_chinese_but_what_was_typed(values: dict[str, Workbook]) -> None:
    scenario = small_scenario()
    typed = scenario.model_dump_json() + "".join(r.source for r in scenario.referrals)
    typed_words = set(re.findall(r"[\u4e00-\u9fff]+", typed))
    for sheet in _visible(values["en"]):
        for row in sheet.iter_rows():
            for cell in row:
                for word in re.findall(r"[\u4e00-\u9fff]+", str(cell.value or "")):
                    assert word in typed_words, f"{sheet.title} {cell.coordinate}: {cell.value}"


def test_names_that_look_like_formulas_or_links_stay_text(tmp_path: Path) -> None:
    plain = small_scenario()
    officers = [o.model_copy(update={"name": HOSTILE[n % 6]}) for n, o in enumerate(plain.officers)]
    scenario = _changed(
        officers=tuple(officers),
        brigade="=cmd|' /C calc'!A0",
        squads=tuple(s.model_copy(update={"name": f"={s.id}[1]:*?/'"}) for s in plain.squads),
        hotspots=tuple(h.model_copy(update={"name": "=HYPERLINK(1)"}) for h in plain.hotspots),
        posts=tuple(p.model_copy(update={"name": "+cmd"}) for p in plain.posts),
        shifts=tuple(s.model_copy(update={"symbol": f'{s.symbol}*"'}) for s in plain.shifts),
    )
    path = _write(tmp_path / "hostile.xlsx", scenario, "zh")
    book = openpyxl.load_workbook(path)
    for sheet in _visible(book):
        found = [str(c.value) for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert all(text.startswith("=SUMPRODUCT(COUNTIF") for text in found), sheet.title
        assert bool(found) == sheet.title.startswith(GRID.name.zh), sheet.title
        links = [c.hyperlink for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert all(link.location and not link.target for link in links)  # marks lead to a sheet of the workbook alone
    grid = book[grid_names(scenario, "zh")["WT"]]
    assert [grid.cell(row, 3).value for row in range(5, 11)] == list(HOSTILE)
    with zipfile.ZipFile(path) as parts:
        assert not any("externalLink" in name for name in parts.namelist())


def test_symbols_with_wildcards_are_counted_to_the_letter(tmp_path: Path) -> None:
    plain = small_scenario()
    marked = {"E": "早", "M": "早*", "L": "早?", "N": "备"}
    shifts = tuple(s.model_copy(update={"symbol": marked[s.id]}) for s in plain.shifts)
    book = openpyxl.load_workbook(_write(tmp_path / "wild.xlsx", _changed(shifts=shifts), "zh"))
    formula = str(book["月排班表·外滩"].cell(35 + 2, 7).value)
    assert '"=早~*"' in formula
    assert '"=早"' not in formula


def test_a_cell_that_cannot_be_written_is_an_error_and_a_long_text_is_cut_visibly(tmp_path: Path) -> None:
    book = Book(tmp_path / "cells.xlsx", "zh")
    page = book.page("页")
    page.text(0, 0, "长" * (LONGEST + 5), book.plain())
    page.text(1, 0, "bad \ud800 half", book.plain())
    page.put(2, 0, Formula("=1+1", 2), book.plain())
    page.text(3, 0, "\U0001f600" * LONGEST, book.plain())
    page.line(4, ["长" * (LONGEST + 5), "bad \ud800 half"], [book.plain()] * 2)
    with pytest.raises(ValueError, match="sheet 页, cell"):
        page.text(2_000_000, 0, "x", book.plain())
    with pytest.raises(ValueError, match="sheet 页, cell"):
        page.line(2_000_000, ["x"], [book.plain()])
    book.close()
    sheet = openpyxl.load_workbook(tmp_path / "cells.xlsx")["页"]
    assert len(str(sheet["A1"].value)) == LONGEST
    assert str(sheet["A1"].value).endswith("…")
    assert sheet["A2"].value == "bad ? half"
    faces = str(sheet["A4"].value)
    assert len(faces.encode("utf-16-le")) // 2 == LONGEST  # as Excel counts
    assert faces.endswith("\U0001f600…")
    assert sheet["A5"].value == sheet["A1"].value
    assert sheet["B5"].value == "bad ? half"


def test_an_empty_roster_and_a_squad_without_people_are_still_a_workbook(tmp_path: Path) -> None:
    plain = small_scenario()
    scenario = _changed(officers=plain.officers_of("WT"), groups=(), presences=(), absences=(), past_shifts=())
    result = small_result().model_copy(update={"roster": Roster(), "findings": ()})
    write_roster(tmp_path / "empty.xlsx", scenario, result, (), (), filled=FILLED)
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    assert [c.value for c in next(book[DAILY.name.zh].iter_rows(min_row=5, max_row=5))].count(None) >= 10
    assert book[ORDERS.name.zh]["A1"].value == "本月无联动整治"
    cells = [str(c.value) for row in book["月排班表·豫园"].iter_rows() for c in row if c.value]
    assert not any(text.startswith("=") for text in cells)
