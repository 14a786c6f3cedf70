from __future__ import annotations

import zlib
from base64 import b64encode
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from domain.parameter import Parameter
from domain.problem import InputError
from domain.result import Finding, Report, Result, RuleTotal, Where
from domain.roster import Assignment, Duty, Holding, Remediation, Roster, VehicleUse, Visits
from domain.words import DutyKind, RemediationKind, Severity, Status, Text
from inputs.book import open_book
from inputs.write import write_scenario
from outputs.baseline import HEAD, SORTS, from_tables, to_tables
from outputs.carry import PREFIX, plain, read_carry, write_carry
from outputs.packed import LARGEST, packed, unpacked
from outputs.readback import in_order
from tests.outputs.fixture import small_result, small_scenario

WORD = Text("词", "word")
PARAMETERS = (("R03", Parameter(key="min_rest", default=timedelta(hours=10), text=WORD, unit=WORD)),)

IDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
DAYS = st.dates(date(2026, 10, 1), date(2026, 10, 31))
MOMENTS = st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 1)).map(
    lambda d: d.replace(second=0, microsecond=0, fold=0)
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
BILINGUAL = st.builds(Text, TEXTS, TEXTS)
MAYBE = st.none() | IDS


def maybe_moment() -> st.SearchStrategy[datetime | None]:
    return st.none() | MOMENTS


def lists(item: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(item, max_size=3).map(tuple)


def results() -> st.SearchStrategy[Result]:
    """Results with anything in them that the records allow."""
    remediations = st.lists(
        st.builds(
            Remediation,
            id=IDS,
            group=IDS,
            hotspot=IDS,
            start=MOMENTS,
            end=MOMENTS,
            host=IDS,
            lead=IDS,
            commander=IDS,
            participants=lists(IDS),
            vehicles=lists(st.builds(VehicleUse, vehicle=IDS, driver=IDS)),
            kind=st.sampled_from(RemediationKind),
            designated=MAYBE,
        ),
        max_size=2,
        unique_by=lambda r: r.id,
    ).map(tuple)
    where = st.builds(Where, officer=MAYBE, day=st.none() | DAYS, place=MAYBE, start=maybe_moment())
    finding = st.builds(
        Finding,
        rule=IDS,
        severity=st.sampled_from(Severity),
        amount=st.integers(),
        where=where,
        text=BILINGUAL,
        advice=BILINGUAL,
        item=TEXTS,
        points=FLOATS,
    )
    total = st.builds(
        RuleTotal,
        rule=IDS,
        severity=st.sampled_from(Severity),
        item=TEXTS,
        unit=BILINGUAL,
        amount=st.integers(),
        points=FLOATS,
    )
    report = st.builds(
        Report,
        status=st.sampled_from(Status),
        objective=FLOATS,
        decided=FLOATS,
        named=FLOATS,
        bound=FLOATS,
        gap=FLOATS,
        totals=lists(total),
        seed=st.integers(),
        workers=st.integers(),
        deterministic=st.none() | FLOATS,
        wall_seconds=FLOATS,
        versions=lists(st.tuples(TEXTS, TEXTS)),
        scope=TEXTS,
        notes=lists(BILINGUAL),
    )
    duty = st.builds(
        Duty, officer=IDS, day=DAYS, start=MOMENTS, end=MOMENTS, kind=st.sampled_from(DutyKind), place=MAYBE
    )
    holding = st.builds(
        Holding,
        remediation=IDS,
        squad=IDS,
        hotspot=IDS,
        day=DAYS,
        end_day=DAYS,
        start=maybe_moment(),
        wanted=st.integers(),
        reached=st.integers(),
    )
    roster = st.builds(
        Roster,
        shifts=lists(st.builds(Assignment, officer=IDS, day=DAYS, shift=IDS)),
        duties=lists(duty),
        visits=lists(st.builds(Visits, squad=IDS, hotspot=IDS, start=MOMENTS, count=st.integers())),
        remediations=remediations,
        holdings=lists(holding),
    )
    return st.builds(Result, roster=roster, report=report, findings=lists(finding))


def by_text(items: tuple[object, ...]) -> list[str]:
    return sorted(map(repr, items))


@given(st.dictionaries(TEXTS, st.lists(st.lists(TEXTS).map(tuple)).map(tuple)))
def test_tables_of_any_text_are_packed_and_unpacked(tables: dict[str, tuple[tuple[str, ...], ...]]) -> None:
    cells = packed(tables)
    assert unpacked(cells) == tables
    assert all(cell.isascii() and cell.isprintable() and len(cell) <= 32_767 for cell in cells)


@pytest.mark.parametrize("table", ["", "x", [["a", 1]], [["a"], None], {"a": "b"}])
def test_what_is_no_table_is_not_unpacked(table: object) -> None:
    with pytest.raises(ValueError, match="no "):
        unpacked(packed({"a": table}))  # type: ignore[dict-item]


def test_a_column_that_was_changed_is_not_unpacked() -> None:
    cells = packed({"a": (("b",),)})
    for wrong in ([], ["x", *cells[1:]], cells[:1], [cells[0], cells[1][:-8]], [cells[0], "!" + cells[1]]):
        with pytest.raises(ValueError, match=r"no format|damaged|cut off"):
            unpacked(wrong)


def test_a_column_that_unpacks_to_too_much_is_refused() -> None:
    bomb = b64encode(zlib.compress(b" " * (LARGEST + 1))).decode()
    with pytest.raises(ValueError, match="too large"):
        unpacked(["1", bomb])


def test_tables_that_stand_loose_are_read_as_well(tmp_path: Path) -> None:
    """As earlier versions wrote them: a sheet each, with odd characters as their numbers."""
    with xlsxwriter.Workbook(tmp_path / "loose.xlsx") as book:
        book.add_worksheet("每日勤务表")
        write_scenario(book, small_scenario(), PARAMETERS, prefix=PREFIX, hidden=True)
        for name, table in to_tables(small_result()).items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(table):
                sheet.write_row(n, 0, row)
    with open_book(tmp_path / "loose.xlsx") as opened:
        carried = read_carry(opened, PARAMETERS)
    assert (carried.report, carried.findings) == (small_result().report, small_result().findings)
    assert plain("a\\9;b\\d800;") == "a\tb\ud800"


@settings(max_examples=25, deadline=None)
@given(results())
def test_tables_hold_everything_exactly(result: Result) -> None:
    again = from_tables(to_tables(result))
    assert (again.report, again.findings) == (result.report, result.findings)
    for field in Roster.model_fields:
        assert by_text(getattr(again.roster, field)) == by_text(getattr(result.roster, field))


def test_a_large_squad_is_spread_over_rows() -> None:
    shifts = tuple(Assignment(officer=f"{n:060d}", day=date(2026, 10, 1), shift="E") for n in range(650))
    result = small_result().model_copy(update={"roster": Roster(shifts=shifts)})
    tables = to_tables(result)
    assert max(len(cell) for table in tables.values() for row in table for cell in row) < 32_767
    assert from_tables(tables).roster.shifts == shifts


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
def test_a_table_that_lacks_or_differs_is_refused(sort: object) -> None:
    name = sort.name  # type: ignore[attr-defined]
    tables = to_tables(small_result())
    with pytest.raises(ValueError, match="no sheet"):
        from_tables({other: table for other, table in tables.items() if other != name})
    changed = tuple(tuple(f"{cell}x" for cell in row) for row in tables[name])
    with pytest.raises(ValueError, match=r"changed|unknown columns"):
        from_tables({**tables, name: changed})


def test_another_format_is_refused() -> None:
    tables = to_tables(small_result())
    (heads, (_, content)) = tables[HEAD.name]
    with pytest.raises(ValueError, match="format 2, not 1"):
        from_tables({**tables, HEAD.name: (heads, ("2", content))})


def write(path: Path, result: Result) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("每日勤务表")
        write_carry(book, small_scenario(), result, PARAMETERS)


def test_what_is_carried_is_hidden_and_read_again(tmp_path: Path) -> None:
    write(tmp_path / "carried.xlsx", small_result())
    with open_book(tmp_path / "carried.xlsx") as book:
        carried = read_carry(book, PARAMETERS)
    states = {sheet.title: sheet.sheet_state for sheet in load_workbook(tmp_path / "carried.xlsx").worksheets}
    assert carried.scenario == small_scenario()
    assert carried.roster is not None
    assert in_order(carried.scenario, carried.roster) == in_order(carried.scenario, small_result().roster)
    assert (carried.report, carried.findings) == (small_result().report, small_result().findings)
    assert states.pop("每日勤务表") == "visible"
    assert set(states.values()) == {"hidden", "veryHidden"}
    assert all(state == "veryHidden" for name, state in states.items() if not name.startswith(PREFIX))


def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    """Names and findings come back to the letter, whatever they begin with and whatever they hold."""
    nasty = Text("=1+1\r\n'@x\ud800", " _x0041_ <&> \\9; http://a.b +1\t\x01 ")
    finding = small_result().findings[0].model_copy(update={"text": nasty, "item": "007"})
    write(tmp_path / "nasty.xlsx", small_result().model_copy(update={"findings": (finding,)}))
    with open_book(tmp_path / "nasty.xlsx") as book:
        assert read_carry(book, PARAMETERS).findings == (finding,)


def test_a_text_longer_than_a_cell_is_not_lost(tmp_path: Path) -> None:
    finding = small_result().findings[0].model_copy(update={"item": "x" * 100_000})
    write(tmp_path / "long.xlsx", small_result().model_copy(update={"findings": (finding,)}))
    with open_book(tmp_path / "long.xlsx") as book:
        assert read_carry(book, PARAMETERS).findings == (finding,)


def test_hidden_input_that_was_spoiled_is_said_with_its_place(tmp_path: Path) -> None:

    write(tmp_path / "carried.xlsx", small_result())
    book = load_workbook(tmp_path / "carried.xlsx")
    sheet = book[f"{PREFIX}队员"]
    sheet.cell(3, 3).value = "无此中队"
    book.save(tmp_path / "spoiled.xlsx")
    with open_book(tmp_path / "spoiled.xlsx") as spoiled, pytest.raises(InputError) as raised:
        read_carry(spoiled, PARAMETERS)
    assert [(p.sheet, p.row, p.read) for p in raised.value.problems] == [(f"{PREFIX}队员", 3, "无此中队")]
