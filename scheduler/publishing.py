"""The verb `publish`: marks a roster as filed and records who works otherwise than the last version said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from constraints.s04_holding import holdings
from domain.publication import Change, Publication, Version
from domain.result import Report, Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.yearly import REST, PublishedLine
from inputs.labels import label
from outputs.baseline import roster_hash
from scheduler.audit import audit
from scheduler.judge import report_now


@dataclass(frozen=True)
class Published:
    """A published roster: the input with its lines, the result to ship, and the changes of this version."""

    scenario: Scenario
    result: Result
    changes: tuple[Change, ...]


def lines_of(scenario: Scenario, roster: Roster) -> tuple[PublishedLine, ...]:
    """Return everybody's line of the horizon, as it is published."""
    on = roster.shift_on
    return tuple(
        PublishedLine(
            officer=o.id,
            first=scenario.first,
            shifts=" ".join(on.get((o.id, day), REST) for day in scenario.dates),
        )
        for o in scenario.officers
    )


def published(
    scenario: Scenario,
    roster: Roster,
    report: Report | None,
    before: Publication | None,
    *,
    day: date,
    reason: str,
    lang: str,
) -> Published | None:
    """Return the roster as a new version; None if it is the last version unchanged.

    ``reason`` is recorded with every change, unless the officer is absent on that day, which is the reason then.
    """
    content = roster_hash(roster)
    if before is not None and before.latest.content == content:
        return None
    number = 1 if before is None else before.latest.number + 1
    changes = _changes(scenario, roster, number, reason, lang) if before is not None else ()
    version = Version(number=number, day=day, content=content)
    publication = Publication(
        versions=(*(before.versions if before else ()), version),
        changes=(*(before.changes if before else ()), *changes),
    )
    filed = scenario.model_copy(update={"published": lines_of(scenario, roster)})
    whole = roster.model_copy(update={"holdings": holdings(filed, roster)})
    findings = audit(filed, whole)
    now = report_now(findings, report, edited=True)
    if report is not None and report.objective == now.objective:
        now = report
    return Published(
        filed, Result(roster=whole, report=now, findings=findings, publication=publication), tuple(changes)
    )


def _changes(scenario: Scenario, roster: Roster, number: int, reason: str, lang: str) -> list[Change]:
    found = []
    for line in scenario.published:
        for day, shift in line.days():
            now = roster.shift_on.get((line.officer, day))
            if now != shift and line.officer in scenario.officer_by_id:
                absence = scenario.absence(line.officer, day)
                why = label(absence.kind).get(lang) if absence is not None else reason
                found.append(Change(version=number, officer=line.officer, day=day, before=shift, after=now, reason=why))
    return found
