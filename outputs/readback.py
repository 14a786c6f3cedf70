"""A roster workbook read back: what its visible sheets say, and what it carries of its origin.

The month grids decide shifts, 每日勤务表 duties, the plan sheet remediations, 热点覆盖 visits. Marks in the grids are
derived: they are compared, and what differs is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.calendar import MINUTE
from domain.parameter import Parameter
from domain.problem import InputError, Problem
from domain.publication import Publication
from domain.result import Finding, Forced, Report
from domain.roster import Duty, Remediation, Roster, Visits
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from inputs.book import open_book
from inputs.guard import MAX_COLUMNS, MAX_ROWS
from inputs.parts import Worksheet
from outputs.carry import PREFIX, read_carry
from outputs.patrols import supported
from outputs.reading import Rows
from outputs.renamed import deciding_sheets
from outputs.visible import Reader, joined
from outputs.visible_grid import GridCell, read_grids, shifts_of

MOST_UNMADE = 20
"""Windows named of which the sheet shows more visits than can be made."""


class ReadBack(NamedTuple):
    """A workbook read back. ``roster`` is what the visible sheets say, in order (``in_order``), without holdings.

    ``baseline``, ``report`` and ``declared`` are what it was written with; None and empty where its hidden baseline is
    gone or was changed. ``notes`` are remarks for the reader, such as marks that no longer fit.
    """

    scenario: Scenario
    roster: Roster
    baseline: Roster | None
    report: Report | None
    declared: tuple[Finding, ...]
    notes: tuple[Text, ...] = ()
    cells: tuple[GridCell, ...] = ()
    """What every cell of the month grids says, and where it stands."""
    publication: Publication | None = None
    forced: tuple[Forced, ...] = ()
    """Days kept against the rules that still say what they said then."""


def read_roster(
    path: Path,
    parameters: Sequence[tuple[str, Parameter]],
    *,
    baseline: bool = True,
    sheets: Callable[[], Mapping[str, Worksheet]] = dict,
) -> ReadBack:
    """Read a roster workbook.

    Parameters
    ----------
    path
        The workbook, as written or edited, in either language.
    parameters
        Rule id and parameter of every rule; S02's ``dose`` and ``travel`` say which visits the patrols can make.
    baseline
        Whether to read what it was written with as well, which takes half as long again.
    sheets
        Returns worksheets of the file that another process has read; asked once the input is read.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    with open_book(path) as book:
        carried = read_carry(book, parameters, baseline=baseline)
        book.lend(sheets())
        deciding = deciding_sheets(book, carried.scenario, PREFIX)
        far = tuple(_far(name, at) for name, at in book.strays.items() if name in deciding)
    scenario = carried.scenario
    roster, notes, cells = _read(scenario, deciding, visit_span(scenario, parameters), far)
    known = in_order(scenario, carried.roster) if carried.roster is not None else None
    return ReadBack(
        scenario,
        roster,
        known,
        carried.report,
        carried.findings,
        (*carried.notes, *notes),
        cells,
        carried.publication,
        tuple(f for f in carried.forced if known is not None and _still(f, known, roster)),
    )


def _still(forced: Forced, before: Roster, now: Roster) -> bool:
    key = forced.officer, forced.day
    return before.shift_on.get(key) == now.shift_on.get(key)


def read_sheets(
    scenario: Scenario, sheets: Mapping[str, Rows], visit: timedelta, problems: Sequence[Problem] = ()
) -> tuple[Roster, tuple[Text, ...]]:
    """Return the roster that deciding sheets say, by name, and notes on marks that do not fit it.

    ``visit`` is what one visit takes; visits the patrols cannot make are left out. ``problems`` are those found before;
    InputError with every problem.
    """
    roster, notes, _ = _read(scenario, sheets, visit, problems)
    return roster, notes


def _read(
    scenario: Scenario, sheets: Mapping[str, Rows], visit: timedelta, problems: Sequence[Problem]
) -> tuple[Roster, tuple[Text, ...], tuple[GridCell, ...]]:
    reader = Reader(scenario, sheets, list(problems))
    cells = read_grids(reader)
    remediations, duties, visits = reader.remediations(), reader.duties(), reader.visits()
    if reader.problems:
        raise InputError(tuple(reader.problems))
    roster = Roster(shifts=shifts_of(cells), duties=duties, visits=visits, remediations=remediations)
    made = supported(scenario, roster, visit)
    notes = (*_stale_marks(scenario, cells, duties), *_unmade(scenario, visits, made))
    return in_order(scenario, roster.model_copy(update={"visits": made})), notes, cells


def _far(sheet: str, place: str) -> Problem:
    text = Text(f"单元格 {place} 远在表格之外,请删除其内容", f"cell {place} lies far outside the table; clear it")
    expected = Text(
        f"内容在前 {MAX_ROWS} 行、前 {MAX_COLUMNS} 列",
        f"content in the first {MAX_ROWS} rows and {MAX_COLUMNS} columns",
    )
    return Problem(text=text, sheet=sheet, column=place, expected=expected)


def visit_span(scenario: Scenario, parameters: Sequence[tuple[str, Parameter]]) -> timedelta:
    """Return what one visit takes: S02's dose and travel, by policy or default; LookupError if S02 declares neither."""
    span = timedelta(0)
    for key in ("dose", "travel"):
        default = next((p.default for rule, p in parameters if (rule, p.key) == ("S02", key)), None)
        value = scenario.policy.get(f"S02.{key}", default)
        if value is None:
            raise LookupError(f"no parameter S02.{key}")
        if not isinstance(value, timedelta):
            raise TypeError(f"S02.{key} is no span of time but {value!r}")
        span += value
    return max(span, MINUTE)


def in_order(scenario: Scenario, roster: Roster) -> Roster:
    """Return the roster in one form, so that equal ones compare equal: in the scenario's order, then by time.

    Touching duties of one officer, kind and place become one.
    """
    officers = {officer.id: n for n, officer in enumerate(scenario.officers)}
    squads = {squad.id: n for n, squad in enumerate(scenario.squads)}

    def person(officer: str) -> tuple[int, str]:
        return officers.get(officer, len(officers)), officer

    def duty(d: Duty) -> tuple[object, ...]:
        return person(d.officer), d.start, d.end, d.kind, d.place or ""

    def tidy(r: Remediation) -> Remediation:
        return r.model_copy(
            update={
                "participants": tuple(sorted(r.participants, key=person)),
                "vehicles": tuple(sorted(r.vehicles, key=lambda use: (use.vehicle, use.driver))),
            }
        )

    return Roster(
        shifts=tuple(sorted(roster.shifts, key=lambda a: (person(a.officer), a.day, a.shift))),
        duties=tuple(sorted(joined(roster.duties), key=duty)),
        visits=tuple(
            sorted(roster.visits, key=lambda v: (v.start, v.hotspot, squads.get(v.squad, len(squads)), v.squad))
        ),
        remediations=tuple(tidy(r) for r in sorted(roster.remediations, key=lambda r: (r.start, r.id))),
        holdings=tuple(
            sorted(roster.holdings, key=lambda h: (h.day, h.start is not None, str(h.start or ""), h.remediation))
        ),
    )


def _unmade(scenario: Scenario, wanted: Sequence[Visits], made: Sequence[Visits]) -> Iterator[Text]:
    """Yield a note for every window whose sheet shows more visits than the squad's patrols can make."""
    left = {(v.squad, v.hotspot, v.start): v.count for v in made}
    cut = [(v, left.get((v.squad, v.hotspot, v.start), 0)) for v in wanted]
    cut = [(v, n) for v, n in cut if n < v.count]
    for v, n in sorted(cut, key=lambda row: (row[0].start, row[0].hotspot, row[0].squad))[:MOST_UNMADE]:
        place, squad = scenario.hotspot_by_id[v.hotspot].name, scenario.squad_by_id[v.squad].name
        yield Text(
            f"{place} {v.start:%m-%d %H:%M} {squad}:热点覆盖表写到点 {v.count} 次,当时的巡查只能到 {n} 次,按 {n} 次计",
            f"{place}, {v.start:%m-%d %H:%M}, {squad}: {v.count} visits in the coverage sheet, "
            f"but the patrols there can make {n}; counted as {n}",
        )
    if len(cut) > MOST_UNMADE:
        rest = len(cut) - MOST_UNMADE
        yield Text(
            f"另有 {rest} 个时段的到点次数超出巡查所能,已按所能计",
            f"{rest} more windows show visits that no patrol can make; counted as what they can",
        )


def _stale_marks(scenario: Scenario, cells: Sequence[GridCell], duties: Sequence[Duty]) -> Iterator[Text]:
    """Yield a note for every cell whose marks are not those of the officer's duties, or whose leave is not entered."""
    marked = (DutyKind.REMEDIATION, DutyKind.HOLDING)
    doing: dict[tuple[str, date], set[DutyKind]] = defaultdict(set)
    for duty in duties:
        if duty.kind in marked:
            doing[duty.officer, duty.day].add(duty.kind)
    for cell in cells:
        name = scenario.officer_by_id[cell.officer].name
        if cell.marks != doing.get((cell.officer, cell.day), set()):
            yield Text(
                f"{name} {cell.day:%m-%d}:月排班表的联、固标记与每日勤务表不符({cell.at}),以每日勤务表为准",
                f"{name}, {cell.day}: the marks in the grid ({cell.at}) differ from the daily duties, which decide",
            )
        absence = scenario.absence(cell.officer, cell.day)
        if cell.leave is not None and (absence is None or absence.kind is not cell.leave):
            yield Text(
                f"{name} {cell.day:%m-%d}:月排班表写了请假({cell.at}),输入的请假表没有,按休息处理",
                f"{name}, {cell.day}: the grid ({cell.at}) shows leave that the input does not have; read as rest",
            )
