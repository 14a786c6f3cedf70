"""A small brigade as an editable table of cells, and workbooks written from it by openpyxl alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

from openpyxl import Workbook

from domain.calendar import EVERY_DAY
from domain.limits import Cover, Limits, ShiftCap, Succession
from domain.parameter import Parameter
from domain.problem import InputError, Problem
from domain.scenario import (
    Absence,
    Designated,
    Desk,
    Group,
    Hotspot,
    Lock,
    Officer,
    PastRemediation,
    PastShift,
    Post,
    Presence,
    Referral,
    Request,
    Scenario,
    Shift,
    Squad,
    Vehicle,
)
from domain.words import (
    AbsenceKind,
    DutyKind,
    Force,
    LockKind,
    Rank,
    Record,
    ShiftKind,
    SquadKind,
    Text,
    VehicleKind,
)
from inputs.book import Book, Grid
from inputs.cells import encode_row
from inputs.columns import REMARK
from inputs.read import read_workbook, scenario_from
from inputs.schema import (
    BY_KEY,
    POLICY_HEADINGS,
    POLICY_NAME,
    SETTINGS,
    SETTINGS_HEADINGS,
    SETTINGS_NAME,
    SHEETS,
    HoursRow,
)

HOUR = timedelta(hours=1)
FIRST_ROW = 3
"""Row of the first record where both heading rows are written."""


def _parameter(key: str, default: object, low: object, high: object) -> Parameter:
    plain = Text(key, key)
    return Parameter(key=key, default=default, text=plain, unit=plain, low=low, high=high)


PARAMETERS = (
    ("R03", _parameter("min_rest", 11 * HOUR, HOUR, 24 * HOUR)),
    ("R04", _parameter("max_days", 6, 1, 14)),
    ("R09", _parameter("late_is_night", False, None, None)),
    ("R09", _parameter("night_start", time(22), time(18), time(23, 59))),
)


def officer(number: str, squad: str, *, force: Force = Force.ENFORCEMENT, **more: object) -> Officer:
    certified = force is Force.ENFORCEMENT
    return Officer(
        **{"id": number, "name": f"队员{number}", "squad": squad, "force": force, "certified": certified, **more}
    )


RECORDS: dict[str, list[Record]] = {
    "calendar": [],
    "squads": [
        Squad(id="A", name="外滩", kind=SquadKind.STREET),
        Squad(id="B", name="豫园", kind=SquadKind.SCENIC),
        Squad(id="C", name="小东门", kind=SquadKind.STREET),
        Squad(id="M", name="机动一", kind=SquadKind.MOBILE),
    ],
    "groups": [Group(id="G", name="第一组", members=("A", "B"), convener="B")],
    "officers": [
        officer("1001", "A", rank=Rank.LEADER, licences=(VehicleKind.CAR,), barred_shifts=("L",)),
        officer("1002", "A"),
        officer("1003", "A", force=Force.SERVICE, barred_duties=(DutyKind.DESK,)),
        officer("2001", "B", rank=Rank.LEADER),
        officer("2002", "B", lieu=12 * HOUR),
        officer("3001", "C"),
    ],
    "shifts": [
        Shift(
            id="E", name="早班", symbol="早", kind=ShiftKind.EARLY, start=time(6, 30), length=8 * HOUR, paid=8 * HOUR
        ),
        Shift(id="L", name="晚班", symbol="晚", kind=ShiftKind.LATE, start=time(14), length=8 * HOUR, paid=8 * HOUR),
        Shift(
            id="N",
            name="备班",
            symbol="备",
            kind=ShiftKind.NIGHT,
            start=time(22),
            length=8.5 * HOUR,
            paid=4 * HOUR,
            squads=("M",),
        ),
    ],
    "posts": [Post(id="P1", name="桥头岗", squad="A", heads=1, start=time(7), length=2 * HOUR, days=EVERY_DAY)],
    "desks": [Desk(id="D1", name="案件岗", squads=("A", "B"), start=time(6, 30), length=15.5 * HOUR, days=EVERY_DAY)],
    "hotspots": [
        Hotspot(id="H1", name="台湾路", squads=("A",), may_host=True, latitude=31.25),
        Hotspot(id="H2", name="新开河路", squads=("B", "A"), long_standing=True),
    ],
    "hours": [
        HoursRow(hotspot="H1", days=EVERY_DAY, start=time(8), length=6 * HOUR, weight=5),
        HoursRow(hotspot="H2", days=EVERY_DAY, start=time(22), length=2 * HOUR, weight=7),
    ],
    "referrals": [Referral(id="X1", squad="A", hotspot="H1", date=date(2026, 9, 20), source="12319 热线")],
    "vehicles": [
        Vehicle(id="V1", name="沪A0001", kind=VehicleKind.CAR, squad="A", inspection=(date(2026, 10, 12),)),
        Vehicle(id="V2", name="沪A0002", kind=VehicleKind.TRUCK),
    ],
    "absences": [
        Absence(officer="1002", kind=AbsenceKind.ANNUAL, start=date(2026, 10, 19), end=date(2026, 10, 24)),
        Absence(officer="2001", kind=AbsenceKind.BUSINESS, start=date(2026, 9, 28), end=date(2026, 10, 3)),
    ],
    "requests": [Request(officer="1002", date=date(2026, 10, 20), shift=None, weight=5)],
    "locks": [
        Lock(id="K1", kind=LockKind.SHIFT, date=date(2026, 10, 8), officer="1001", shift="E"),
        Lock(id="K2", kind=LockKind.REST, date=date(2026, 10, 9), officer="1001"),
        Lock(
            id="K3",
            kind=LockKind.DUTY,
            date=date(2026, 10, 8),
            officer="1001",
            duty=DutyKind.POST,
            place="P1",
            start=time(7),
            length=2 * HOUR,
        ),
        Lock(id="K4", kind=LockKind.REMEDIATION, date=date(2026, 10, 15), group="G", place="H1", start=time(9)),
    ],
    "designated": [
        Designated(
            id="Z1",
            group="G",
            hotspot="H1",
            first=date(2026, 10, 20),
            end=date(2026, 10, 25),
            start=time(9),
            length=4 * HOUR,
            squads=("A", "C"),
            heads=6,
            vehicles=1,
            commander="1001",
            lead="A",
        )
    ],
    "presences": [
        Presence(
            id="N1",
            hotspot="H1",
            squads=("A", "B"),
            first=date(2026, 9, 30),
            end=date(2026, 10, 8),
            start=time(17),
            length=4 * HOUR,
            heads=2,
        )
    ],
    "past_shifts": [
        PastShift(officer="1001", date=date(2026, 9, 30), shift="E"),
        PastShift(officer="1002", date=date(2026, 9, 17), shift="L"),
    ],
    "limits": [Limits(officer="1002", most_days=5, least_rest_days=2, most_hours=160 * HOUR)],
    "shift_caps": [ShiftCap(officer="1001", shift="E", most=10)],
    "successions": [Succession(first="L", then="E")],
    "covers": [
        Cover(squad="A", shift="E", heads=2, under=20, over=1),
        Cover(squad="A", shift="E", heads=1, under=20, first=date(2026, 10, 3), end=date(2026, 10, 5)),
    ],
    "past_remediations": [PastRemediation(id="S1", group="G", hotspot="H1", host="A", date=date(2026, 8, 20))],
}


@dataclass
class Tables:
    """Cells by sheet key, row and field, as a user would have typed them; ``settings`` and ``policy`` by name."""

    lang: str = "zh"
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    policy: list[tuple[object, object]] = field(default_factory=list)

    def set(self, key: str, index: int, **cells: object) -> None:
        """Change cells of a record; ``index`` counts from 0."""
        self.rows[key][index].update(cells)

    def add(self, key: str, like: int = 0, **cells: object) -> None:
        """Add a copy of a record with changed cells."""
        self.rows[key].append({**self.rows[key][like], **cells})


def base(lang: str = "zh") -> Tables:
    """Return the small brigade, free of problems."""
    tables = Tables(lang, settings={"brigade": "示例大队", "month": "2026-10"}, policy=[("R03.min_rest", 12)])
    for key, records in RECORDS.items():
        fields = [column.field for column in BY_KEY[key].columns]
        tables.rows[key] = [dict(zip(fields, encode_row(BY_KEY[key], r, lang), strict=True)) for r in records]
    return deepcopy(tables)


Grids = dict[str, list[list[object]]]


def grids(tables: Tables, *, headings: str = "both", prefix: str = "", reverse: bool = False) -> Grids:
    """Return every sheet's cells; ``headings`` is "zh", "en" or "both"; ``reverse`` turns the columns round."""
    names = {column.field: column.heading for column in SETTINGS}
    found: Grids = {}

    def add(name: Text, texts: Sequence[Text], lines: Iterable[list[object]]) -> None:
        rows = [[text.get(lang) for text in texts] for lang in ("zh", "en") if headings in (lang, "both")]
        found[prefix + name.get(tables.lang)] = [*rows, *lines]

    add(SETTINGS_NAME, SETTINGS_HEADINGS, ([names[f].get(tables.lang), v, "说明"] for f, v in tables.settings.items()))
    add(POLICY_NAME, POLICY_HEADINGS, ([key, "名称", value, "单位", None] for key, value in tables.policy))
    for sheet in SHEETS:
        columns = sheet.columns[::-1] if reverse else sheet.columns
        lines = ([row.get(c.field) for c in columns] + [row.get("remark")] for row in tables.rows.get(sheet.key, ()))
        add(sheet.name, [column.heading for column in columns] + [REMARK], lines)
    return found


def workbook(tables: Tables, **options: object) -> Workbook:
    """Return a workbook of openpyxl with every sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in grids(tables, **options).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return book


class MemoryBook(Book):
    """A book that never was a file: most tests are about cells, and files take time."""

    def __init__(self, cells: Grids) -> None:
        super().__init__(Path("输入.xlsx"), Workbook(), {})
        self.cells = cells

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.cells)

    def grid(self, name: str) -> Grid:
        return tuple(map(tuple, self.cells[name]))


def read(tables: Tables, change: Callable[[Grids], object] | None = None, **options: object) -> Scenario:
    """Let ``change`` edit the tables' cells, and read them."""
    cells = grids(tables, **options)
    if change is not None:
        change(cells)
    return scenario_from(MemoryBook(cells), PARAMETERS)


def read_file(folder: Path, tables: Tables, change: Callable[[Workbook], object] | None = None) -> Scenario:
    """Write the tables to a file, let ``change`` edit the workbook before, and read the file."""
    book = workbook(tables)
    if change is not None:
        change(book)
    path = folder / "输入.xlsx"
    book.save(path)
    return read_workbook(path, PARAMETERS)


def problems_of(tables: Tables, change: Callable[[Grids], object] | None = None) -> tuple[Problem, ...]:
    """Return the problems found when the tables are read; none if they are sound."""
    try:
        read(tables, change)
    except InputError as error:
        return error.problems
    return ()
