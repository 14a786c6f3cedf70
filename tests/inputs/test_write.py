from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import scenario as records
from domain import words
from domain.calendar import DAY, EVERY_DAY, DayRule
from domain.parameter import Parameter
from domain.scenario import Scenario
from domain.words import DayKind, Text
from inputs.book import open_book
from inputs.calendar import month_days
from inputs.read import scenario_from
from inputs.sample import sample_scenario
from inputs.schema import POLICY_NAME, SETTINGS_NAME, SHEETS
from inputs.write import write_scenario

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NOON = time(12)

PARAMETERS = (
    ("R03", Parameter(key="min_rest", default=11 * HOUR, text=Text("休息", "Rest"), unit=Text("小时", "h"))),
    ("R09", Parameter(key="late_is_night", default=False, text=Text("晚班", "Late"), unit=Text("", ""))),
    ("R09", Parameter(key="night_from", default=time(22), text=Text("夜", "Night"), unit=Text("", ""))),
    ("S01", Parameter(key="weight", default=30, text=Text("扣分", "Price"), unit=Text("分", "points"), low=0, high=99)),
)


def write(scenario: Scenario, path: Path, prefix: str = "", *, hidden: bool = False) -> None:
    with xlsxwriter.Workbook(path) as book:
        if hidden:
            book.add_worksheet("封面")  # a workbook shows at least one sheet
        write_scenario(book, scenario, PARAMETERS, prefix=prefix, hidden=hidden)


def read_back(scenario: Scenario, prefix: str = "") -> Scenario:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write(scenario, path, prefix)
        with open_book(path) as book:
            return scenario_from(book, PARAMETERS, prefix=prefix)


def differences(read: Scenario, written: Scenario) -> dict[str, Any]:
    """Return both values of every field that differs."""
    pairs = {field: (getattr(read, field), getattr(written, field)) for field in Scenario.model_fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


# -- the sample -----------------------------------------------------------------------------------------------


def test_the_sample_survives_writing_and_reading() -> None:
    sample = sample_scenario()
    assert read_back(sample) == sample


def test_hidden_sheets_with_a_prefix_are_read_by_that_prefix(tmp_path: Path) -> None:
    sample = sample_scenario()
    write(sample, tmp_path / "book.xlsx", "输入·", hidden=True)
    with open_book(tmp_path / "book.xlsx") as book:
        assert scenario_from(book, PARAMETERS, prefix="输入·") == sample
    sheets = openpyxl.load_workbook(tmp_path / "book.xlsx").worksheets
    assert [sheet.title for sheet in sheets if sheet.sheet_state == "visible"] == ["封面"]
    assert len(sheets) == 1 + 2 + len(SHEETS)


def test_a_provisional_calendar_stays_provisional() -> None:
    sample = sample_scenario(date(2031, 3, 1))
    assert sample.provisional
    assert read_back(sample) == sample


# -- single cells ---------------------------------------------------------------------------------------------


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].values)


def small(**changes: Any) -> Scenario:
    """Return one squad with one officer and one shift, changed."""
    sample = sample_scenario()
    shift = sample.shifts[0].model_copy(update={"squads": ()})
    few = {"officers": sample.officers[:1], "squads": sample.squads[:1], "shifts": (shift,)}
    plain = Scenario(brigade="大队", first=sample.first, end=sample.end, calendar=sample.calendar, **few)
    return plain.model_copy(update=changes)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "=HYPERLINK(1)", "http://a.b", "1001", "TRUE"])
def test_text_is_written_as_text_whatever_it_looks_like(tmp_path: Path, name: str) -> None:
    write(small(brigade=name), tmp_path / "book.xlsx")
    with open_book(tmp_path / "book.xlsx") as book:
        assert scenario_from(book, PARAMETERS).brigade == name
    cell = openpyxl.load_workbook(tmp_path / "book.xlsx")[SETTINGS_NAME.zh]["B3"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_a_text_no_cell_can_hold_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="设置, row 3"):
        write(small(brigade="长" * 32_768), tmp_path / "book.xlsx")


def test_chinese_headings_stand_above_english_ones(tmp_path: Path) -> None:
    write(small(), tmp_path / "book.xlsx")
    zh, en, first, *_ = cells(tmp_path / "book.xlsx", "队员")
    assert (zh[:3], en[:3]) == (("编号", "姓名", "中队"), ("Id", "Name", "Squad"))
    assert first[0] == "1001"


def test_dates_are_dates_last_dates_are_included_and_midnight_is_24_00(tmp_path: Path) -> None:
    desk = sample_scenario().desks[0].model_copy(update={"start": time(16), "length": 8 * HOUR})
    absence = records.Absence(
        officer="1001", kind=words.AbsenceKind.SICK, start=date(2026, 10, 2), end=date(2026, 10, 5)
    )
    write(small(desks=(desk,), absences=(absence,)), tmp_path / "book.xlsx")
    assert cells(tmp_path / "book.xlsx", "网格案件岗")[2][3:5] == ("16:00", "24:00")
    assert cells(tmp_path / "book.xlsx", "请假")[2][2:4] == (datetime(2026, 10, 2), datetime(2026, 10, 4))


def test_the_policy_sheet_shows_the_value_in_force(tmp_path: Path) -> None:
    policy = {"S01.weight": 31, "R09.late_is_night": True}
    write(small(policy=policy), tmp_path / "book.xlsx")
    shown = {row[0]: row[2] for row in cells(tmp_path / "book.xlsx", POLICY_NAME.zh)[2:]}
    assert shown == {"R03.min_rest": 11, "R09.late_is_night": "是", "R09.night_from": "22:00", "S01.weight": 31}


# -- generated scenarios --------------------------------------------------------------------------------------

NASTY = (
    "=1+1",
    "@x",
    "+86",
    "-",
    "😀队",
    "'a'",
    '<&>"',
    "A,B;C、D",
    "1001",
    "1e5",
    "TRUE",
    "示例",
    "第 1 中队",
)

texts = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=20
).map(str.strip).filter(bool)
ids = st.sampled_from(("=1+1", "@x", "😀", "1001", "TRUE", "外滩", "a'b", "-")) | st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\u3001,\uff0c;\uff1b:\uff1a()\uff08\uff09"),
    min_size=1,
    max_size=6,
)
starts = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
lengths = st.integers(15, 16 * 60).map(lambda n: n * MINUTE)
hours_more = st.integers(60, 16 * 60).map(lambda n: n * MINUTE)
counts = st.integers(0, 30)
day_rules = st.builds(
    DayRule,
    weekdays=st.sets(st.integers(0, 6)).map(lambda found: tuple(sorted(found))),
    kinds=st.sets(st.sampled_from(DayKind), min_size=1).map(lambda found: tuple(k for k in DayKind if k in found)),
)


def coordinate(value: float) -> float:
    # a cell keeps 16 digits; a metre needs 5 behind the point
    return round(value, 7)


def unique_ids(count: int) -> st.SearchStrategy[list[str]]:
    # a running number keeps them apart however names are folded
    return st.lists(ids, min_size=count, max_size=count).map(lambda found: [f"{t}{n}" for n, t in enumerate(found)])


def some(enum: type[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.sets(st.sampled_from(enum), max_size=2).map(lambda found: tuple(m for m in enum if m in found))


@st.composite
def horizons(draw: st.DrawFn) -> tuple[date, date]:
    first = draw(st.dates(date(2026, 1, 1), date(2027, 6, 30)))
    if draw(st.booleans()):
        first = first.replace(day=1)
        return first, (first + 31 * DAY).replace(day=1) if first.day == 1 and draw(st.booleans()) else first + 9 * DAY
    return first, first + draw(st.integers(1, 40)) * DAY


@st.composite
def officers(draw: st.DrawFn, squads: Sequence[str]) -> tuple[records.Officer, ...]:
    names = draw(unique_ids(2 * len(squads)))
    return tuple(
        records.Officer(
            id=name,
            name=draw(texts),
            squad=squads[n % len(squads)],
            force=words.Force.ENFORCEMENT,
            certified=True,
            rank=draw(st.sampled_from(words.Rank)),
            licences=draw(some(words.VehicleKind)),
            regime=draw(st.sampled_from(words.PayRegime)),
            protected=draw(st.booleans()),
            carried_late=draw(counts),
            carried_weekends=draw(counts),
            carried_holidays=draw(counts),
            carried_remediations=draw(counts),
            lieu=draw(st.integers(0, 6000)) * MINUTE,
        )
        for n, name in enumerate(names)
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Two squads in one group, each sheet with a row or two; nothing that the checks would refuse."""
    first, end = draw(horizons())
    calendar, _ = month_days(first, end)
    squads = draw(unique_ids(2))
    group, hotspot, shift, night, *free = draw(unique_ids(12))
    people = draw(officers(squads))
    member = st.sampled_from(squads)
    on = st.dates(first, end - DAY)
    last_day = calendar[-1].model_copy(update={"kind": draw(st.sampled_from(DayKind)), "name": draw(texts)})
    all_day = records.HotspotHours(days=EVERY_DAY, start=time(7), length=12 * HOUR, weight=draw(st.integers(1, 10)))
    return Scenario(
        brigade=draw(texts),
        first=first,
        end=end,
        calendar=(*calendar[:-1], last_day),
        squads=tuple(records.Squad(id=s, name=draw(texts), kind=words.SquadKind.STREET) for s in squads),
        groups=(
            records.Group(
                id=group,
                name=draw(texts),
                members=tuple(draw(st.permutations(squads))),
                convener=draw(member),
                min_remediations=draw(st.integers(0, 4)),
                length=draw(st.sampled_from((HOUR, 4 * HOUR, 4 * HOUR + 10 * MINUTE))),
                target_heads=draw(counts),
                target_vehicles=draw(counts),
                days_apart=draw(counts),
            ),
        ),
        officers=people,
        shifts=(
            records.Shift(
                id=shift,
                name=draw(texts),
                symbol="早",
                kind=words.ShiftKind.EARLY,
                start=time(7),
                length=12 * HOUR,
                paid=draw(st.sampled_from((8 * HOUR, 7 * HOUR + 40 * MINUTE))),
            ),
            records.Shift(
                id=night,
                name=draw(texts),
                symbol="备",
                kind=words.ShiftKind.NIGHT,
                start=time(22),
                length=8 * HOUR + draw(st.integers(0, 60)) * MINUTE,
                paid=4 * HOUR,
                squads=tuple(squads),
            ),
        ),
        posts=(
            records.Post(
                id=free[0],
                name=draw(texts),
                squad=draw(member),
                heads=draw(st.integers(1, 2)),
                start=draw(st.sampled_from((time(7), time(22)))),
                length=draw(st.sampled_from((HOUR, 2 * HOUR, 7 * HOUR + 59 * MINUTE))),
                days=draw(day_rules),
                force=draw(st.sampled_from(words.Force)),
            ),
        ),
        desks=(
            records.Desk(
                id=free[1],
                name=draw(texts),
                squads=tuple(squads[: draw(st.integers(1, 2))]),
                start=time(7, 30),
                length=draw(st.sampled_from((HOUR, 11 * HOUR))),
                days=draw(day_rules),
            ),
        ),
        hotspots=(
            records.Hotspot(
                id=hotspot,
                name=draw(texts),
                squads=tuple(draw(st.permutations(squads))),
                border=words.BorderKind.SQUADS,
                hours=(
                    all_day,
                    records.HotspotHours(days=draw(day_rules), start=draw(starts), length=draw(lengths), weight=3),
                ),
                long_standing=draw(st.booleans()),
                may_host=True,
                visit_every=draw(st.integers(15, 24 * 60)) * MINUTE,
                latitude=draw(st.none() | st.floats(-90, 90).map(coordinate)),
                longitude=draw(st.none() | st.floats(-180, 180).map(coordinate)),
            ),
        ),
        referrals=(
            records.Referral(id=free[2], squad=draw(member), hotspot=hotspot, date=first - 5 * DAY, source=draw(texts)),
        ),
        vehicles=(
            records.Vehicle(
                id=free[3],
                name=draw(texts),
                kind=draw(st.sampled_from(words.VehicleKind)),
                squad=draw(st.none() | member),
                inspection=tuple(sorted(draw(st.sets(on, max_size=3)))),
            ),
        ),
        absences=(
            records.Absence(
                officer=people[0].id,
                kind=draw(st.sampled_from(words.AbsenceKind)),
                start=(start := draw(on)),
                end=draw(st.dates(start, end - DAY)) + DAY,
            ),
        ),
        requests=(
            records.Request(
                officer=people[1].id,
                date=draw(on),
                shift=draw(st.none() | st.just(shift)),
                weight=draw(st.integers(1, 1000)),
                against=draw(st.booleans()),
            ),
        ),
        locks=(records.Lock(id=free[4], kind=words.LockKind.REST, date=draw(on), officer=people[2].id),),
        presences=(
            records.Presence(
                id=free[5],
                hotspot=hotspot,
                squads=tuple(squads),
                first=first,
                end=draw(st.dates(first, end - DAY)) + DAY,
                start=time(8),
                length=draw(st.sampled_from((HOUR, 3 * HOUR))),
                heads=2,
            ),
        ),
        past_shifts=(records.PastShift(officer=people[3].id, date=first - 2 * DAY, shift=shift),),
        past_remediations=(
            records.PastRemediation(
                id=free[6], group=group, hotspot=hotspot, host=squads[0], date=first - draw(st.integers(1, 42)) * DAY
            ),
        ),
        policy=draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "R03.min_rest": st.integers(0, 600).map(lambda n: n * MINUTE),
                    "R09.late_is_night": st.just(True),
                    "R09.night_from": st.just(time(21, 30)),
                    "S01.weight": st.integers(31, 99),
                },
            )
        ),
        provisional=draw(st.booleans()),
    )


@settings(max_examples=25, deadline=None)
@given(scenarios())
def test_any_scenario_survives_writing_and_reading(scenario: Scenario) -> None:
    assert differences(read_back(scenario), scenario) == {}
