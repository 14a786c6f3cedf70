"""The front door: a workbook becomes a Scenario, or every problem of it at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from domain.calendar import Day, dates
from domain.limits import Cover, Limits, ShiftCap, Succession
from domain.parameter import Parameter, type_of_value
from domain.scenario import (
    Absence,
    Designated,
    Desk,
    Group,
    Hotspot,
    HotspotHours,
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
from domain.words import Record
from domain.yearly import PublishedLine, Turns
from inputs.book import Book, open_book
from inputs.calendar import month_days
from inputs.checks import check
from inputs.rows import Problems, Table, read_table
from inputs.schema import SHEETS, HoursRow
from inputs.settings import Settings, read_policy, read_settings

R = TypeVar("R", bound=Record)


def read_workbook(path: Path, parameters: Sequence[tuple[str, Parameter]]) -> Scenario:
    """Read an input workbook.

    Parameters
    ----------
    path
        The workbook (.xlsx).
    parameters
        Rule id and parameter of everything the policy sheet may override.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    with open_book(path) as book:
        return scenario_from(book, parameters)


def scenario_from(book: Book, parameters: Sequence[tuple[str, Parameter]], *, prefix: str = "") -> Scenario:
    """Build the scenario from a workbook's input sheets, whose names all begin with ``prefix``.

    Raises
    ------
    InputError
        With every problem of these sheets.
    """
    problems = Problems()
    settings = read_settings(book, prefix, problems)
    policy = read_policy(book, parameters, prefix, problems)
    tables = {sheet.key: read_table(book, sheet, prefix, problems) for sheet in SHEETS}
    draft = _draft(tables, settings, policy)
    check(tables, draft, problems, carried=bool(prefix))
    problems.refuse()
    if draft is None:
        raise AssertionError("a horizon that cannot be told is a problem")
    return draft


def _draft(tables: Mapping[str, Table], settings: Settings, policy: Mapping[str, type_of_value]) -> Scenario | None:
    """Return the scenario of the rows that could be read; the checks look things up in it."""
    if settings.horizon is None:
        return None
    first, end = settings.horizon
    calendar, provisional = _calendar(first, end, _records(tables["calendar"], Day))
    return Scenario(
        brigade=settings.brigade,
        first=first,
        end=end,
        calendar=calendar,
        squads=_records(tables["squads"], Squad),
        groups=_records(tables["groups"], Group),
        officers=_records(tables["officers"], Officer),
        shifts=_records(tables["shifts"], Shift),
        posts=_records(tables["posts"], Post),
        desks=_records(tables["desks"], Desk),
        hotspots=_hotspots(_records(tables["hotspots"], Hotspot), _records(tables["hours"], HoursRow)),
        referrals=_records(tables["referrals"], Referral),
        vehicles=_records(tables["vehicles"], Vehicle),
        absences=_records(tables["absences"], Absence),
        requests=_records(tables["requests"], Request),
        locks=_records(tables["locks"], Lock),
        designated=_records(tables["designated"], Designated),
        presences=_records(tables["presences"], Presence),
        past_shifts=_records(tables["past_shifts"], PastShift),
        past_remediations=_records(tables["past_remediations"], PastRemediation),
        limits=_records(tables["limits"], Limits),
        shift_caps=_records(tables["shift_caps"], ShiftCap),
        successions=_records(tables["successions"], Succession),
        covers=_records(tables["covers"], Cover),
        turns=_records(tables["turns"], Turns),
        published=_records(tables["published"], PublishedLine),
        policy=policy,
        provisional=provisional if settings.provisional is None else settings.provisional,
    )


def _records(table: Table, kind: type[R]) -> tuple[R, ...]:
    return tuple(record for _, record in table.records(kind))


def _calendar(first: date, end: date, entered: Sequence[Day]) -> tuple[tuple[Day, ...], bool]:
    """Return the days of [first, end), those entered before the published ones, and whether they are provisional."""
    override = {day.date: day for day in entered}
    wanted = dates(first, end)
    if all(on in override for on in wanted):
        return tuple(override[on] for on in wanted), False
    published, provisional = month_days(first, end)
    return tuple(override.get(day.date, day) for day in published), provisional


def _hotspots(hotspots: Sequence[Hotspot], rows: Sequence[HoursRow]) -> tuple[Hotspot, ...]:
    hours: dict[str, list[HotspotHours]] = defaultdict(list)
    for row in rows:
        plain = HotspotHours(days=row.days, start=row.start, length=row.length, weight=row.weight)
        hours[row.hotspot].append(plain)
    return tuple(h.model_copy(update={"hours": tuple(hours[h.id])}) if h.id in hours else h for h in hotspots)
