"""The verb `publish`: marks a roster as filed and records who works otherwise than the last version said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from constraints.s04_holding import holdings
from domain.publication import Change, ChangeKind, OtherChange, Publication, Version
from domain.result import Report, Result
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from domain.yearly import REST, PublishedLine
from inputs.labels import label
from outputs.baseline import roster_hash
from outputs.edit_words import differing, duties_text, plan_text, remediation_text
from outputs.visible import joined
from scheduler.audit import audit
from scheduler.judge import Edits, edits, report_now


@dataclass(frozen=True)
class Published:
    """A published roster: the input with its lines, the result to ship, and the changes of this version."""

    scenario: Scenario
    result: Result
    changes: tuple[Change, ...]
    others: tuple[OtherChange, ...] = ()


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
    others = _others(scenario, before, roster, number, reason, lang) if before is not None else ()
    version = Version(number=number, day=day, content=content)
    publication = Publication(
        versions=(*(before.versions if before else ()), version),
        changes=(*(before.changes if before else ()), *changes),
        others=(*(before.others if before else ()), *others),
        filed=roster,
    )
    filed = scenario.model_copy(update={"published": lines_of(scenario, roster)})
    whole = roster.model_copy(update={"holdings": holdings(filed, roster)})
    findings = audit(filed, whole)
    now = report_now(findings, report, edited=True)
    if report is not None and report.objective == now.objective:
        now = report
    result = Result(roster=whole, report=now, findings=findings, publication=publication)
    return Published(filed, result, tuple(changes), tuple(others))


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


def _others(
    scenario: Scenario, before: Publication, roster: Roster, number: int, reason: str, lang: str
) -> list[OtherChange]:
    """Return the days with other duties in the same shift, and the remediations that are otherwise."""
    if before.filed is None:
        return []
    old, new = _without_marks(before.filed), _without_marks(roster)
    made = edits(old, new)

    def words(found: Roster, officer: str, day: date) -> str:
        duties = [d for d in found.duties_of(officer) if d.day == day]
        return duties_text(scenario, duties).get(lang)

    duties = [
        OtherChange(
            version=number,
            kind=ChangeKind.DUTY,
            subject=officer,
            day=day,
            before=words(old, officer, day),
            after=words(new, officer, day),
            people=officer,
            reason=reason,
        )
        for officer, day in made.duties
    ]
    return duties + [_replanned(scenario, was, now, number, reason, lang) for was, now in _pairs(made)]


def _without_marks(roster: Roster) -> Roster:
    """Return the roster with holding as what it is to those who do it: a stop of their patrol."""
    duties = [
        d.model_copy(update={"kind": DutyKind.PATROL, "place": None}) if d.kind is DutyKind.HOLDING else d
        for d in roster.duties
    ]
    return roster.model_copy(update={"duties": joined(duties)})


def _pairs(made: Edits) -> list[tuple[Remediation | None, Remediation | None]]:
    found: list[tuple[Remediation | None, Remediation | None]] = [(r, None) for r in made.removed]
    return [*found, *((None, r) for r in made.added), *made.changed]


def _replanned(
    scenario: Scenario, was: Remediation | None, now: Remediation | None, number: int, reason: str, lang: str
) -> OtherChange:
    about = [r for r in (was, now) if r is not None]
    if was is not None and now is not None and {*differing(was, now)} <= {"participants"}:
        concerned = set(was.participants) ^ set(now.participants)
        concerned |= {was.commander, now.commander}
    else:
        concerned = {p for r in about for p in (*r.participants, r.commander)}
    before, after = (
        Text("无", "none") if r is None else Text(f"{r.id}:{text.zh}", f"{r.id}: {text.en}")
        for r, text in ((r, plan_text(scenario, r) if r else Text("", "")) for r in (was, now))
    )
    if was is not None and now is not None:
        more = remediation_text(scenario, was, now)
        after = Text(f"{after.zh};{more.zh}", f"{after.en}; {more.en}")
    return OtherChange(
        version=number,
        kind=ChangeKind.REMEDIATION,
        subject=about[-1].id,
        day=about[-1].start.date(),
        before=before.get(lang),
        after=after.get(lang),
        people=" ".join(o.id for o in scenario.officers if o.id in concerned),
        reason=reason,
    )
