"""A rostered horizon as JSON, and the JSON Schema it keeps to (docs/roster.schema.json).

Dates and times are local, without an offset; durations are ISO 8601 ("PT4H"); intervals are half-open [from, to).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from domain.result import Finding, Report
from domain.roster import Assignment, Holding, VehicleUse, Visits
from domain.scenario import Scenario
from domain.words import DutyKind, Record, RemediationKind

if TYPE_CHECKING:
    from domain.edit import PricedEdit
    from domain.result import Result
    from domain.roster import Duty, Remediation, Roster

FORMAT_VERSION: Literal[1] = 1
_LOCAL = {
    "date-time": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$",
    "time": r"^\d{2}:\d{2}:\d{2}$",
}
"""What stands for formats that would ask for an offset from UTC."""


class JsonDuty(Record):
    """What one officer does in [from, to); ``place`` is null for patrol on the own beat and for standby."""

    officer: str
    day: date
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    kind: DutyKind
    place: str | None


class JsonRemediation(Record):
    """A joint remediation in [from, to) with all its roles; ``convener`` is the group's of the month."""

    id: str
    group: str
    kind: RemediationKind
    designated: str | None
    hotspot: str
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    host: str
    lead: str
    convener: str | None
    commander: str
    participants: tuple[str, ...]
    vehicles: tuple[VehicleUse, ...]


class JsonRoster(Record):
    """Everything decided for the horizon."""

    shifts: tuple[Assignment, ...]
    duties: tuple[JsonDuty, ...]
    visits: tuple[Visits, ...]
    remediations: tuple[JsonRemediation, ...]
    holdings: tuple[Holding, ...]


class JsonEdit(Record):
    """One hand edit since the roster was made: an officer's day, a remediation or visits, whatever is not null.

    ``prices`` are points by rule, ``points`` their sum: what the objective changes by with the edits before this one
    already made. ``breaks`` are the hard breaches that come with it; ``more`` further edits are priced with this one.
    """

    officer: str | None
    day: date | None
    shift_before: str | None
    shift_after: str | None
    duties_before: tuple[JsonDuty, ...]
    duties_after: tuple[JsonDuty, ...]
    remediation_before: JsonRemediation | None
    remediation_after: JsonRemediation | None
    visit_windows: int
    more: int
    points: float
    prices: Mapping[str, float]
    breaks: tuple[Finding, ...]


class JsonResult(Record):
    """A roster with its input, its report and its findings, as shipped.

    ``edits`` are the hand edits since it was made, priced one by one; null where there is nothing to compare it with.
    """

    version: Literal[1]
    scenario: Scenario
    roster: JsonRoster
    report: Report
    findings: tuple[Finding, ...]
    edits: tuple[JsonEdit, ...] | None


def to_json(scenario: Scenario, result: Result, edits: Sequence[PricedEdit] | None = None) -> str:
    """Return the scenario and its result as one JSON text, UTF-8 characters unescaped, indented by two.

    ``edits`` are those of a roster that was read back; None where it was made just now, or its baseline is gone.
    """
    document = JsonResult(
        version=FORMAT_VERSION,
        scenario=scenario,
        roster=_roster(scenario, result.roster),
        report=result.report,
        findings=result.findings,
        edits=None if edits is None else tuple(_edit(scenario, edit) for edit in edits),
    )
    return document.model_dump_json(by_alias=True, indent=2)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what ``to_json`` writes."""
    found = JsonResult.model_json_schema(by_alias=True, mode="serialization")
    local: dict[str, Any] = _without_offsets(found)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **local, "title": "Lianqin roster"}


def schema_text() -> str:
    """Return the schema as it is kept in docs/roster.schema.json."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _roster(scenario: Scenario, roster: Roster) -> JsonRoster:
    return JsonRoster(
        shifts=roster.shifts,
        duties=tuple(_duty(duty) for duty in roster.duties),
        visits=roster.visits,
        remediations=tuple(_remediation(scenario, r) for r in roster.remediations),
        holdings=roster.holdings,
    )


def _edit(scenario: Scenario, edit: PricedEdit) -> JsonEdit:
    pair = edit.remediation or (None, None)
    before, after = (None if r is None else _remediation(scenario, r) for r in pair)
    return JsonEdit(
        officer=edit.officer,
        day=edit.day,
        shift_before=edit.before,
        shift_after=edit.after,
        duties_before=tuple(_duty(duty) for duty in edit.duties_before),
        duties_after=tuple(_duty(duty) for duty in edit.duties_after),
        remediation_before=before,
        remediation_after=after,
        visit_windows=edit.visits,
        more=edit.more,
        points=edit.points,
        prices=edit.prices,
        breaks=edit.breaks,
    )


def _duty(duty: Duty) -> JsonDuty:
    return JsonDuty(
        officer=duty.officer, day=duty.day, start=duty.start, end=duty.end, kind=duty.kind, place=duty.place
    )


def _remediation(scenario: Scenario, found: Remediation) -> JsonRemediation:
    group = scenario.group_by_id.get(found.group)
    return JsonRemediation(
        id=found.id,
        group=found.group,
        kind=found.kind,
        designated=found.designated,
        hotspot=found.hotspot,
        start=found.start,
        end=found.end,
        host=found.host,
        lead=found.lead,
        convener=group.convener if group else None,
        commander=found.commander,
        participants=found.participants,
        vehicles=found.vehicles,
    )


def _without_offsets(node: Any) -> Any:  # noqa: ANN401
    """Return the schema with patterns for local times where the named format would ask for an offset."""
    if isinstance(node, list):
        return [_without_offsets(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _without_offsets(value) for key, value in node.items()}
    pattern = _LOCAL.get(str(kept.get("format")))
    if pattern is not None:
        del kept["format"]
        kept["pattern"] = pattern
    return kept
