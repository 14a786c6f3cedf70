"""A brigade small enough to be rostered within seconds, and how its workbooks are written and edited."""

from __future__ import annotations

import os
import sys
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from constraints.base import all_parameters
from domain.calendar import EVERY_DAY, Day, dates
from domain.scenario import (
    Desk,
    Group,
    Hotspot,
    HotspotHours,
    Officer,
    PastRemediation,
    Post,
    Scenario,
    Shift,
    Squad,
    Vehicle,
)
from domain.words import DayKind, Force, Rank, ShiftKind, SquadKind, VehicleKind
from inputs.write import write_scenario

HOUR = timedelta(hours=1)
FIRST, END = date(2026, 10, 12), date(2026, 10, 26)
ROOT = Path(__file__).resolve().parents[2]
SQUADS = {"WT": "外滩", "YY": "豫园", "XD": "小东门"}
FORCES = (Force.ENFORCEMENT,) * 5 + (Force.MANAGEMENT,)


def small_brigade() -> Scenario:
    """Return three squads of six, one group with one remediation to hold and one held before, and 14 days."""
    return Scenario(
        brigade="示例大队",
        first=FIRST,
        end=END,
        calendar=tuple(
            Day(date=on, kind=DayKind.REST if on.weekday() >= 5 else DayKind.WORKDAY) for on in dates(FIRST, END)
        ),
        squads=tuple(Squad(id=s, name=name, kind=SquadKind.STREET) for s, name in SQUADS.items()),
        groups=(
            Group(
                id="A",
                name="第一联动小组",
                members=tuple(SQUADS),
                convener="WT",
                min_remediations=1,
                target_heads=7,
                target_vehicles=1,
            ),
        ),
        officers=tuple(_officer(squad, n) for squad in SQUADS for n in range(len(FORCES))),
        shifts=(
            Shift(
                id="E",
                name="早班",
                symbol="早",
                kind=ShiftKind.EARLY,
                start=time(6, 30),
                length=8 * HOUR,
                paid=8 * HOUR,
            ),
            Shift(
                id="L", name="晚班", symbol="晚", kind=ShiftKind.LATE, start=time(14), length=8 * HOUR, paid=8 * HOUR
            ),
        ),
        posts=(Post(id="P1", name="外白渡桥", squad="WT", heads=1, start=time(7), length=2 * HOUR, days=EVERY_DAY),),
        desks=(Desk(id="D1", name="外滩案件岗", squads=("WT",), start=time(9), length=3 * HOUR, days=EVERY_DAY),),
        hotspots=tuple(
            Hotspot(
                id=f"H{n}",
                name=name,
                squads=(squad,),
                hours=(HotspotHours(days=EVERY_DAY, start=time(15), length=5 * HOUR, weight=5),),
                may_host=True,
            )
            for n, (squad, name) in enumerate(zip(SQUADS, ("台湾路", "方浜中路", "董家渡路"), strict=True), 1)
        ),
        vehicles=(Vehicle(id="V1", name="沪A0001", kind=VehicleKind.CAR, squad="WT"),),
        past_remediations=(PastRemediation(id="A-0928", group="A", hotspot="H2", host="YY", date=date(2026, 9, 28)),),
    )


def _officer(squad: str, n: int) -> Officer:
    force = FORCES[n]
    return Officer(
        id=f"{squad}{n + 1}",
        name=f"{SQUADS[squad][0]}{'甲乙丙丁戊己'[n]}",
        squad=squad,
        force=force,
        certified=force is Force.ENFORCEMENT,
        rank={0: Rank.LEADER, 1: Rank.DEPUTY}.get(n, Rank.MEMBER),
        licences=(VehicleKind.CAR,),
    )


def write_input(path: Path, scenario: Scenario | None = None) -> Path:
    """Write the input workbook of a scenario, the small brigade by default, and return its path."""
    book = xlsxwriter.Workbook(path)
    write_scenario(book, scenario or small_brigade(), all_parameters())
    book.close()
    return path


def command(*arguments: str | Path) -> list[str]:
    """Return the command line that runs `lianqin` in a process of its own."""
    return [sys.executable, "-c", "from app.cli import main; main()", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment for ``command``: this checkout importable, UTF-8 out."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **changes}


def cell_at(sheet: Any, row_text: str, column_text: str) -> Any:  # noqa: ANN401  openpyxl's sheets are loosely typed
    """Return the cell in the row that has one text and below the heading that has another."""
    rows = {cell.row for line in sheet.iter_rows() for cell in line if str(cell.value) == row_text}
    columns = {cell.column for line in sheet.iter_rows(max_row=8) for cell in line if str(cell.value) == column_text}
    (row,), (column,) = rows, columns
    return sheet.cell(row, column)


def edited(source: Path, target: Path, change: Any) -> Path:  # noqa: ANN401  a callable of an openpyxl workbook
    """Write a copy of a workbook with a change made to it as a user would, and return its path."""
    book = openpyxl.load_workbook(source)
    change(book)
    book.save(target)
    return target
