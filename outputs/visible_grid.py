"""The month grids as shifts: people down, days across, one symbol a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from domain.problem import Problem
from domain.roster import Assignment
from domain.scenario import Scenario
from domain.words import AbsenceKind, DutyKind, Text
from inputs.labels import fold
from inputs.notation import column_letters
from inputs.values import Cell, CellError, is_blank, shown
from outputs.layout import GRID
from outputs.printing import (
    ABSENCE_MARKS,
    HOLDING_MARK,
    LIEU_MARK,
    REMEDIATION_MARK,
    REST_MARK,
    day_heading,
    grid_names,
    is_grid,
    symbols,
)
from outputs.reading import Located, Row, data_rows, locate, refuse_formula, shown_in_full
from outputs.visible import Reader

ENDINGS = tuple(
    (fold(text), kind)
    for mark, kind in ((REMEDIATION_MARK, DutyKind.REMEDIATION), (HOLDING_MARK, DutyKind.HOLDING))
    for text in (mark.zh, mark.en)
)
"""What may follow a symbol in a cell, in either language and order, and the duty it stands for."""


FORCED_MARKS = ("!", "\uff01")
"""Marks of days kept by force, as printed and as a Chinese keyboard types it; they say nothing of the shift."""

Meaning = tuple[str | None, AbsenceKind | None]
"""Shift id, or None and the kind of leave; both None for a rest."""


class GridCell(NamedTuple):
    """What one cell says: the shift, or None and the leave (None: rest), the marks behind it, and where it stands."""

    officer: str
    day: date
    shift: str | None
    leave: AbsenceKind | None
    marks: frozenset[DutyKind]
    sheet: str
    row: int
    column: str

    @property
    def at(self) -> str:
        """Where it stands, as Excel writes it."""
        return f"{self.sheet}!{self.column}{self.row}"


def read_grids(reader: Reader) -> tuple[GridCell, ...]:
    """Return every cell of every grid; officers without a row, or with two, are problems."""
    found: list[GridCell] = []
    rows_of: dict[str, tuple[str, int]] = {}
    broken = set()
    for name in (name for name in reader.sheets if is_grid(name)):
        cells = _Grid(reader, name).cells(rows_of)
        if cells is None:
            broken.add(name)
        else:
            found += cells
    _missing_rows(reader, rows_of, broken)
    return tuple(found)


def cell_at(cells: Sequence[GridCell], place: str) -> GridCell | None:
    """Return the cell that stands at a place written as SHEET!CELL; quotes and dollar signs do not matter."""
    sheet, _, cell = place.rpartition("!")
    wanted = sheet.strip("'"), cell.replace("$", "").upper()
    return next((c for c in cells if (c.sheet, f"{c.column}{c.row}") == wanted), None)


def shifts_of(cells: Sequence[GridCell]) -> tuple[Assignment, ...]:
    """Return the shifts the cells decide."""
    return tuple(Assignment(officer=c.officer, day=c.day, shift=c.shift) for c in cells if c.shift is not None)


def _missing_rows(reader: Reader, rows_of: Mapping[str, tuple[str, int]], broken: set[str]) -> None:
    names = {squad: (zh, en) for (squad, zh), en in zip(
        grid_names(reader.scenario, "zh").items(), grid_names(reader.scenario, "en").values(), strict=True
    )}  # fmt: skip
    for squad in reader.scenario.squads:
        here = next((name for name in names[squad.id] if name in reader.sheets), None)
        lacking = [o for o in reader.scenario.officers_of(squad.id) if o.id not in rows_of]
        if not lacking or here in broken:
            continue
        if here is None:
            text = Text(
                f"缺少{squad.name}的月排班表,{len(lacking)} 人没有排班",
                f"the roster of squad {squad.name} is missing, with {len(lacking)} people",
            )
            reader.problems.append(Problem(text=text, sheet=names[squad.id][0]))
            continue
        for officer in lacking:
            text = Text(f"{officer.name}({officer.id})没有一行", f"{officer.name}({officer.id}) has no row")
            expected = Text("每名队员一行,编号不改", "one row per officer, with the id as printed")
            reader.problems.append(Problem(text=text, sheet=here, expected=expected))


class _Grid:
    """One squad's sheet."""

    def __init__(self, reader: Reader, name: str) -> None:
        self.reader, self.name = reader, name
        self.rows = reader.sheets[name]
        self.where = locate(self.rows, GRID, ("id",), name, reader.problems)
        lang = "en" if name.startswith(GRID.name.en) else "zh"
        self.meanings = meanings(reader.scenario, lang)
        self.usual = "、".join(symbols(reader.scenario, lang).values())

    def cells(self, rows_of: dict[str, tuple[str, int]]) -> list[GridCell] | None:
        """Return the sheet's cells, None where its headings cannot be read; ``rows_of`` learns who has a row."""
        days = self._days(self.where) if self.where is not None else None
        if self.where is None or days is None:
            return None
        found = []
        for row in data_rows(self.rows, self.where, self.reader.problems):
            officer = row.read("id", self.reader.officers.find)
            if officer is not None and self._first(row, officer, rows_of):
                found += [self._cell(row, officer, on, place) for on, place in days.items()]
        return [cell for cell in found if cell is not None]

    def _days(self, where: Located) -> dict[date, int] | None:
        upper = [fold(shown_in_full(cell)) if not is_blank(cell) else "" for cell in self.rows[where.heading]]
        found, lacking = {}, []
        for on in self.reader.scenario.dates:
            heads = {fold(day_heading(self.reader.scenario, on, lang)) for lang in ("zh", "en")}
            places = [n for n, head in enumerate(upper) if head in heads]
            if len(places) == 1:
                found[on] = places[0]
            else:
                lacking.append(on)
        if lacking:
            zh, en = ("、".join(day_heading(self.reader.scenario, on, lang) for on in lacking) for lang in ("zh", "en"))
            self.reader.problems.append(
                Problem(
                    text=Text(f"这些日期没有或有几列:{zh}", f"no column, or several, for: {en}"),
                    sheet=self.name,
                    row=where.heading + 1,
                    expected=Text("每日一列,标题如“1 / 四”", "one column per date, headed like '1 / Thu'"),
                )
            )
        return None if lacking else found

    def _first(self, row: Row, officer: str, rows_of: dict[str, tuple[str, int]]) -> bool:
        if officer not in rows_of:
            rows_of[officer] = (self.name, row.number)
            return True
        sheet, number = rows_of[officer]
        row.wrong(
            "id",
            Text(f"已有一行(“{sheet}”第 {number} 行)", f"has a row already (sheet '{sheet}', row {number})"),
            Text("每名队员一行", "one row per officer"),
        )
        return False

    def _cell(self, row: Row, officer: str, on: date, place: int) -> GridCell | None:
        cell = row.cells[place] if place < len(row.cells) else None
        column = column_letters(place + 1)
        try:
            refuse_formula(cell)
            (shift, leave), marks = self._meaning(cell)
        except CellError as error:
            name = self.reader.scenario.officer_by_id[officer].name
            self.reader.problems.append(
                Problem(
                    text=Text(f"{name} {on:%m-%d}:{error.problem.zh}", f"{name}, {on}: {error.problem.en}"),
                    sheet=self.name,
                    row=row.number,
                    column=f"{on:%m-%d} ({column})",
                    read=shown(cell),
                    expected=error.expected,
                )
            )
            return None
        return GridCell(officer, on, shift, leave, marks, self.name, row.number, column)

    def _meaning(self, cell: Cell) -> tuple[Meaning, frozenset[DutyKind]]:
        """Return what a cell's text says, and its marks; an emptied cell is a rest."""
        text = "" if is_blank(cell) else fold(shown_in_full(cell))
        marks: set[DutyKind] = set()
        while text not in self.meanings:
            if len(text) > 1 and text.endswith(FORCED_MARKS):
                text = text[:-1]
                continue
            ending = next(((end, kind) for end, kind in ENDINGS if text != end and text.endswith(end)), None)
            if ending is None:
                raise CellError(
                    Text("不认识的符号", "an unknown symbol"),
                    Text(f"班次 {self.usual},休,或请假符号", f"a shift ({self.usual}), R for rest, or a mark of leave"),
                )
            text = text[: -len(ending[0])]
            marks.add(ending[1])
        return self.meanings[text], frozenset(marks)


def meanings(scenario: Scenario, lang: str) -> dict[str, Meaning]:
    """Return what the texts of a grid cell mean, in either language; ``lang`` goes first where they differ."""
    found: dict[str, Meaning] = {"": (None, None)}
    for way in ("en" if lang == "zh" else "zh", lang):
        found |= {fold(mark.get(way)): (None, None) for mark in (REST_MARK, LIEU_MARK)}
        found |= {fold(mark.get(way)): (None, kind) for kind, mark in ABSENCE_MARKS.items()}
        found |= {fold(symbol): (shift, None) for shift, symbol in symbols(scenario, way).items()}
    return found
