"""A roster workbook read back: what its visible sheets say, and what it carries of its origin.

The month grids decide shifts, 每日勤务表 duties, the plan sheet remediations, 热点覆盖 visits. Marks in the grids are
derived: they are compared, and what differs is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.calendar import MINUTE
from domain.parameter import Parameter
from domain.problem import InputError
from domain.result import Finding, Report
from domain.roster import Duty, Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from inputs.book import open_book
from outputs.carry import read_carry
from outputs.patrols import supported
from outputs.printing import is_grid
from outputs.reading import Rows
from outputs.visible import TABLES, Reader, joined
from outputs.visible_grid import GridCell, read_grids, shifts_of


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


def read_roster(path: Path, parameters: Sequence[tuple[str, Parameter]]) -> ReadBack:
    """Read a roster workbook.

    Parameters
    ----------
    path
        The workbook, as written or edited, in either language.
    parameters
        Rule id and parameter of every rule; S02's ``dose`` and ``travel`` say which visits the patrols can make.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    with open_book(path) as book:
        carried = read_carry(book, parameters)
        deciding = {name: book.grid(name) for name in book.names if is_grid(name) or name in TABLES}
    scenario = carried.scenario
    roster, notes = read_sheets(scenario, deciding, visit_span(scenario, parameters))
    baseline = in_order(scenario, carried.roster) if carried.roster is not None else None
    return ReadBack(scenario, roster, baseline, carried.report, carried.findings, (*carried.notes, *notes))


def read_sheets(scenario: Scenario, sheets: Mapping[str, Rows], visit: timedelta) -> tuple[Roster, tuple[Text, ...]]:
    """Return the roster that deciding sheets say, by name, and notes on marks that do not fit it.

    ``visit`` is what one visit takes; visits the patrols cannot make are left out. InputError with every problem.
    """
    reader = Reader(scenario, sheets)
    cells = read_grids(reader)
    duties, remediations, visits = reader.duties(), reader.remediations(), reader.visits()
    if reader.problems:
        raise InputError(tuple(reader.problems))
    roster = Roster(shifts=shifts_of(cells), duties=duties, visits=visits, remediations=remediations)
    roster = roster.model_copy(update={"visits": supported(scenario, roster, visit)})
    return in_order(scenario, roster), _stale_marks(scenario, cells, duties)


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


def _stale_marks(scenario: Scenario, cells: Sequence[GridCell], duties: Sequence[Duty]) -> tuple[Text, ...]:
    """Return a note for every grid cell whose marks are not those of the officer's duties that day."""
    marked = (DutyKind.REMEDIATION, DutyKind.HOLDING)
    doing: dict[tuple[str, date], set[DutyKind]] = defaultdict(set)
    for duty in duties:
        if duty.kind in marked:
            doing[duty.officer, duty.day].add(duty.kind)
    found = []
    for cell in cells:
        if cell.marks != doing.get((cell.officer, cell.day), set()):
            name = scenario.officer_by_id[cell.officer].name
            at = f"{cell.sheet}!{cell.column}{cell.row}"
            found.append(
                Text(
                    f"{name} {cell.day:%m-%d}:月排班表的联、固标记与每日勤务表不符({at}),以每日勤务表为准",
                    f"{name}, {cell.day}: the marks in the grid ({at}) differ from the daily duties, which decide",
                )
            )
    return tuple(found)
