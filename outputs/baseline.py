"""A result as plain tables of text and back: what a roster workbook carries of itself in hidden sheets.

Every cell is text (dates and times ISO 8601, numbers as Python prints them exactly), so that no spreadsheet program
rounds or reformats it. Rows that belong to a remediation stand in tables of their own.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from domain.publication import Change, OtherChange, Publication, Version
from domain.result import Finding, Forced, Report, Result, RuleTotal
from domain.roster import Assignment, Duty, Holding, Remediation, Roster, VehicleUse, Visits
from domain.words import DutyKind, Record, Text

FORMAT_VERSION = 1
ABREAST = 100
"""Officers that stand in one cell at most, separated by a blank, which no id holds; a month then fits the row cap."""


class OtherFormatError(ValueError):
    """The sheets were written in another format, that is by another version of the program."""

    def __init__(self, version: int) -> None:
        super().__init__(f"format {version}, not {FORMAT_VERSION}")
        self.version = version


Table = tuple[tuple[str, ...], ...]
"""Rows of equal length; the first one names the columns."""


class _Shifts(Record):
    day: date
    shift: str
    officers: str


class _Duties(Record):
    day: date
    start: datetime
    end: datetime
    kind: DutyKind
    place: str | None
    officers: str


class _Participant(Record):
    remediation: str
    officer: str


class _Driven(Record):
    remediation: str
    vehicle: str
    driver: str


class _Version(Record):
    part: str
    version: str


class _Head(Record):
    """First table: how the others are written and what they should add up to."""

    version: int
    content: str


class Sort:
    """One kind of table: a record, without its fields that are tables of their own."""

    def __init__(self, name: str, record: type[Record], *apart: str) -> None:
        self.name, self.record = name, record
        self.columns = tuple(_columns(record, apart))

    def table(self, records: Iterable[Record]) -> Table:
        """Return the records as rows under a heading row."""
        heads = tuple(".".join(path) for path, _ in self.columns)
        return (heads, *(tuple(_cell(record, path) for path, _ in self.columns) for record in records))

    def values(self, table: Table) -> Iterator[dict[str, Any]]:
        """Yield the fields of each row; ValueError where a cell or the heading row is not ours."""
        if not table or table[0] != tuple(".".join(path) for path, _ in self.columns):
            raise ValueError(f"{self.name}: unknown columns")
        for row in table[1:]:
            values: dict[str, Any] = {}
            for (path, annotation), cell in zip(self.columns, row, strict=True):
                target = values
                for part in path[:-1]:
                    target = target.setdefault(part, {})
                target[path[-1]] = _value(annotation, cell)
            yield values

    def records(self, table: Table) -> tuple[Any, ...]:
        """Return the rows as records; ValueError where they are not ours."""
        return tuple(self.record.model_validate(values) for values in self.values(table))


def _columns(record: type[BaseModel], apart: Sequence[str], path: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for name, field in record.model_fields.items():
        if name in apart:
            continue
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _columns(kind, (), (*path, name))
        else:
            yield (*path, name), kind


def _cell(record: object, path: Sequence[str]) -> str:
    for part in path:
        record = getattr(record, part)
    if record is None:
        return ""
    if isinstance(record, StrEnum):
        return record.value
    if isinstance(record, (date, datetime)):
        return record.isoformat()
    return record if isinstance(record, str) else repr(record)


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:  # noqa: ANN401
    return TypeAdapter(annotation)


def _value(annotation: Any, cell: str) -> Any:  # noqa: ANN401
    if annotation is str or (cell and annotation == (str | None)):
        return cell
    if cell == "" and NoneType in get_args(annotation):
        return None
    return _adapter(annotation).validate_strings(cell, strict=True)


HEAD = Sort("基线·说明", _Head)
SHIFTS = Sort("基线·班次", _Shifts)
DUTIES = Sort("基线·勤务", _Duties)
VISITS = Sort("基线·到点", Visits)
REMEDIATIONS = Sort("基线·整治", Remediation, "participants", "vehicles")
PARTICIPANTS = Sort("基线·整治人员", _Participant)
VEHICLES = Sort("基线·整治车辆", _Driven)
HOLDINGS = Sort("基线·固守", Holding)
REPORT = Sort("基线·报告", Report, "totals", "versions", "notes")
TOTALS = Sort("基线·合计", RuleTotal)
VERSIONS = Sort("基线·版本", _Version)
NOTES = Sort("基线·备注", Text)
FINDINGS = Sort("基线·校核项", Finding)
FORCED = Sort("基线·强制保留", Forced)
"""Table of a roster with edits kept by force; others have none."""
FILED = Sort("公布·版次", Version)
CHANGED = Sort("公布·调班", Change)
OTHERS = Sort("公布·勤务与整治", OtherChange)
PUBLICATION = (FILED, CHANGED, OTHERS)
"""Tables of a roster that was published, besides those of the roster as filed; others have none."""
AS_FILED = "公布·"
"""Before the names of the tables of the roster as filed."""
SORTS = (HEAD, SHIFTS, DUTIES, VISITS, REMEDIATIONS, PARTICIPANTS, VEHICLES, HOLDINGS) + (
    REPORT,
    TOTALS,
    VERSIONS,
    NOTES,
    FINDINGS,
)


def to_tables(result: Result) -> dict[str, Table]:
    """Return the result as tables by sheet name, the first with the format version and the content's hash."""
    roster, report = result.roster, result.report
    tables = {
        **_roster_tables(roster),
        REPORT.name: REPORT.table((report,)),
        TOTALS.name: TOTALS.table(report.totals),
        VERSIONS.name: VERSIONS.table(_Version(part=part, version=version) for part, version in report.versions),
        NOTES.name: NOTES.table(report.notes),
        FINDINGS.name: FINDINGS.table(result.findings),
    }
    if result.forced:
        tables[FORCED.name] = FORCED.table(result.forced)
    publication = result.publication
    if publication is not None:
        tables[FILED.name] = FILED.table(publication.versions)
        tables[CHANGED.name] = CHANGED.table(publication.changes)
        tables[OTHERS.name] = OTHERS.table(publication.others)
        if publication.filed is not None:
            tables |= {AS_FILED + name: table for name, table in _roster_tables(publication.filed).items()}
    head = _Head(version=FORMAT_VERSION, content=content_hash(tables))
    return {HEAD.name: HEAD.table((head,)), **tables}


def _roster_tables(roster: Roster) -> dict[str, Table]:
    return {
        SHIFTS.name: SHIFTS.table(_packed_shifts(roster.shifts)),
        DUTIES.name: DUTIES.table(_packed_duties(roster.duties)),
        VISITS.name: VISITS.table(roster.visits),
        REMEDIATIONS.name: REMEDIATIONS.table(roster.remediations),
        PARTICIPANTS.name: PARTICIPANTS.table(
            _Participant(remediation=r.id, officer=officer) for r in roster.remediations for officer in r.participants
        ),
        VEHICLES.name: VEHICLES.table(
            _Driven(remediation=r.id, vehicle=use.vehicle, driver=use.driver)
            for r in roster.remediations
            for use in r.vehicles
        ),
        HOLDINGS.name: HOLDINGS.table(roster.holdings),
    }


def from_tables(tables: Mapping[str, Table]) -> Result:
    """Return the result, in any order; ValueError where a table lacks, is of another format or was changed."""
    lacking = [sort.name for sort in SORTS if sort.name not in tables]
    if lacking:
        raise ValueError(f"no sheet {', '.join(lacking)}")
    (head,) = HEAD.records(tables[HEAD.name]) or (None,)
    if head is None:
        raise ValueError(f"{HEAD.name}: empty")
    if head.version != FORMAT_VERSION:
        raise OtherFormatError(head.version)
    if head.content != content_hash({name: table for name, table in tables.items() if name != HEAD.name}):
        raise ValueError("the content was changed")
    (report,) = REPORT.values(tables[REPORT.name])
    return Result(
        roster=_roster(tables),
        report=Report(
            **report,
            totals=TOTALS.records(tables[TOTALS.name]),
            versions=tuple((v.part, v.version) for v in VERSIONS.records(tables[VERSIONS.name])),
            notes=NOTES.records(tables[NOTES.name]),
        ),
        findings=FINDINGS.records(tables[FINDINGS.name]),
        publication=_publication(tables),
        forced=FORCED.records(tables[FORCED.name]) if FORCED.name in tables else (),
    )


def _publication(tables: Mapping[str, Table]) -> Publication | None:
    if FILED.name not in tables or CHANGED.name not in tables:
        return None
    filed = {name.removeprefix(AS_FILED): table for name, table in tables.items() if name.startswith(AS_FILED)}
    return Publication(
        versions=FILED.records(tables[FILED.name]),
        changes=CHANGED.records(tables[CHANGED.name]),
        others=OTHERS.records(tables[OTHERS.name]) if OTHERS.name in tables else (),
        filed=_roster(filed) if SHIFTS.name in filed else None,
    )


def roster_hash(roster: Roster) -> str:
    """Return the SHA-256 of what a roster decides, whatever its order."""
    return content_hash(
        {
            SHIFTS.name: _sorted(SHIFTS.table(_packed_shifts(sorted(roster.shifts, key=str)))),
            DUTIES.name: _sorted(DUTIES.table(_packed_duties(sorted(roster.duties, key=str)))),
            VISITS.name: _sorted(VISITS.table(roster.visits)),
            REMEDIATIONS.name: _sorted(REMEDIATIONS.table(roster.remediations)),
            PARTICIPANTS.name: _sorted(
                PARTICIPANTS.table(
                    _Participant(remediation=r.id, officer=p) for r in roster.remediations for p in r.participants
                )
            ),
        }
    )


def _sorted(table: Table) -> Table:
    return (table[0], *sorted(table[1:]))


def _roster(tables: Mapping[str, Table]) -> Roster:
    people: dict[str, list[str]] = defaultdict(list)
    for row in PARTICIPANTS.records(tables[PARTICIPANTS.name]):
        people[row.remediation].append(row.officer)
    driven: dict[str, list[VehicleUse]] = defaultdict(list)
    for row in VEHICLES.records(tables[VEHICLES.name]):
        driven[row.remediation].append(VehicleUse(vehicle=row.vehicle, driver=row.driver))
    return Roster(
        shifts=tuple(
            Assignment(officer=officer, day=row.day, shift=row.shift)
            for row in SHIFTS.records(tables[SHIFTS.name])
            for officer in row.officers.split(" ")
        ),
        duties=tuple(
            Duty(officer=officer, day=row.day, start=row.start, end=row.end, kind=row.kind, place=row.place)
            for row in DUTIES.records(tables[DUTIES.name])
            for officer in row.officers.split(" ")
        ),
        visits=VISITS.records(tables[VISITS.name]),
        remediations=tuple(
            Remediation(**values, participants=tuple(people[values["id"]]), vehicles=tuple(driven[values["id"]]))
            for values in REMEDIATIONS.values(tables[REMEDIATIONS.name])
        ),
        holdings=HOLDINGS.records(tables[HOLDINGS.name]),
    )


def _packed_shifts(shifts: Iterable[Assignment]) -> Iterator[_Shifts]:
    together: dict[tuple[date, str], list[str]] = defaultdict(list)
    for a in shifts:
        together[a.day, a.shift].append(a.officer)
    for (day, shift), officers in together.items():
        for some in _abreast(officers):
            yield _Shifts(day=day, shift=shift, officers=some)


def _packed_duties(duties: Iterable[Duty]) -> Iterator[_Duties]:
    together: dict[tuple[date, datetime, datetime, DutyKind, str | None], list[str]] = defaultdict(list)
    for duty in duties:
        together[duty.day, duty.start, duty.end, duty.kind, duty.place].append(duty.officer)
    for (day, start, end, kind, place), officers in together.items():
        for some in _abreast(officers):
            yield _Duties(day=day, start=start, end=end, kind=kind, place=place, officers=some)


def _abreast(officers: Sequence[str]) -> Iterator[str]:
    for n in range(0, len(officers), ABREAST):
        yield " ".join(officers[n : n + ABREAST])


def content_hash(tables: Mapping[str, Table]) -> str:
    """Return the SHA-256 of the tables, whatever order they come in."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        for row in (((name,)), *tables[name]):
            digest.update("\x1f".join(row).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()
