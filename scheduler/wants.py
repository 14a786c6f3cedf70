"""What a shortfall asks for: a duty at a place in some spans of a day, and the people who might give it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from constraints.base import all_rules
from constraints.manning_audit import duties_at, short_stretches
from domain.calendar import DAY, Need, OpenWindow, dates
from domain.result import Finding
from domain.roster import Remediation, Roster
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, Severity
from scheduler.candidates import list_candidates
from scheduler.decided import as_remediation
from scheduler.trial import Span

MANNED = {"S01": DutyKind.POST, "S16": DutyKind.DESK, "S17": DutyKind.PRESENCE}
"""Rules about places that need heads, and the duty there."""


@dataclass(frozen=True)
class Want:
    """What one finding asks for on one day.

    ``people`` might give it; ``whole`` says that a shift has to cover all of a span; without ``spans`` any shift of the
    day will do, or ``shift`` alone. ``planned`` is a remediation that is not in the roster and would have to be held.
    """

    finding: Finding
    day: date
    kind: DutyKind
    place: str | None
    spans: tuple[Span, ...]
    people: tuple[Officer, ...]
    window: OpenWindow | None = None
    whole: bool = False
    shift: str | None = None
    planned: Remediation | None = None


def shortfalls(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are needs left unfilled, of rules that price such needs."""
    rules = {rule.id for rule in all_rules() if rule.severity is Severity.SHORTFALL}
    return [f for f in findings if f.severity is Severity.SHORTFALL and f.rule in rules]


def want_of(scenario: Scenario, roster: Roster, finding: Finding) -> Want | None:
    """Return what a shortfall asks of people; None where none could give it, as for vehicles."""
    where = finding.where
    if finding.rule in MANNED and where.day is not None and where.place is not None:
        return _manned(scenario, roster, finding, where.day, where.place)
    if finding.rule in ("S02", "S04") and where.day is not None and where.place is not None:
        return _visits(scenario, roster, finding, where.day, where.place)
    if finding.rule == "S19" and where.day is not None and where.squad is not None:
        leaders = tuple(o for o in scenario.officers_of(where.squad) if o.leads)
        return Want(finding, where.day, DutyKind.PATROL, None, (), leaders)
    if finding.rule == "S21" and finding.item == "under" and where.day is not None and where.squad is not None:
        return _heads(scenario, roster, finding, where.squad, where.day)
    if finding.rule == "S03" and finding.item == "heads":
        r = next(r for r in roster.remediations if r.id == where.remediation)
        squads = _joining(scenario, r)
        people = tuple(o for s in squads for o in scenario.officers_of(s))
        return Want(finding, r.start.date(), DutyKind.REMEDIATION, r.id, ((r.start, r.end),), people, whole=True)
    if finding.rule == "R12" and where.group is not None:
        return _missing_remediation(scenario, roster, finding, where.group)
    return None


def _manned(scenario: Scenario, roster: Roster, finding: Finding, day: date, place: str) -> Want:
    kind = MANNED[finding.rule]
    squads = squads_at(scenario, kind, place)

    def counts(officer: Officer, at: str) -> bool:
        return at == place and officer.squad in squads and (officer.certified or kind is not DutyKind.DESK)

    people = tuple(o for s in squads for o in scenario.officers_of(s))
    near = (d for o in people for d in roster.duties_of(o.id) if d.place == place and abs(d.day - day) <= DAY)
    duties = duties_at(scenario, Roster(duties=tuple(near)), kind, counts).get(place, [])
    spans = [(s.start, s.end) for need in needs_at(scenario, kind, place, day) for s in short_stretches(need, duties)]
    return Want(finding, day, kind, place, _merged(spans), people)


def squads_at(scenario: Scenario, kind: DutyKind, place: str) -> tuple[str, ...]:
    """Return the squads whose people count at a post, desk or presence."""
    if kind is DutyKind.POST:
        return (scenario.post_by_id[place].squad,)
    return scenario.desk_by_id[place].squads if kind is DutyKind.DESK else scenario.presence_by_id[place].squads


def needs_at(scenario: Scenario, kind: DutyKind, place: str, day: date) -> list[Need]:
    """Return the dated windows of a place on a date."""
    needs = {
        DutyKind.POST: scenario.post_needs,
        DutyKind.DESK: scenario.desk_needs,
        DutyKind.PRESENCE: scenario.presence_needs,
    }[kind]
    return [n for n in needs if n.place == place and n.day == day]


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans that touch as one: who stands there fills them all."""
    found: list[Span] = []
    for a, b in sorted(spans):
        if found and found[-1][1] >= a:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return tuple(found)


def _visits(scenario: Scenario, roster: Roster, finding: Finding, day: date, place: str) -> Want | None:
    start = finding.where.start
    made: dict[datetime, int] = {}
    for v in roster.visits:
        if v.hotspot == place:
            made[v.start] = made.get(v.start, 0) + v.count
    windows = scenario.open_windows(place, day)
    if start is None:
        lacking = [w for w in windows if made.get(w.start, 0) < w.wanted]
    else:
        lacking = [w for w in windows if w.start == start]
    if not lacking:
        return None
    squads = (finding.where.squad or "",) if finding.rule == "S04" else scenario.hotspot_by_id[place].squads
    people = tuple(o for s in squads for o in scenario.officers_of(s))
    spans = ((lacking[0].start, lacking[0].end),)
    return Want(finding, day, DutyKind.PATROL, None, spans, people, window=lacking[0])


def _heads(scenario: Scenario, roster: Roster, finding: Finding, squad: str, day: date) -> Want | None:
    """Return a want for the shift of the squad that the finding is about."""
    people = scenario.officers_of(squad)
    for (home, shift, on), cover in scenario.wanted.items():
        have = sum(roster.shift_on.get((o.id, day)) == shift for o in people)
        lacks = cover.under * (cover.heads - have)
        if (
            (home, on) == (squad, day)
            and lacks == finding.amount
            and scenario.shift_by_id[shift].name in finding.text.zh
        ):
            return Want(finding, day, DutyKind.PATROL, None, (), people, shift=shift)
    return None


def _joining(scenario: Scenario, r: Remediation) -> tuple[str, ...]:
    """Return the squads that may send people to a remediation: the group's or the order's, and the mobile ones."""
    order = next((d for d in scenario.designated if d.id == r.designated), None)
    group = scenario.group_by_id.get(r.group)
    squads = order.squads if order is not None else group.members if group is not None else ()
    return tuple(dict.fromkeys((*squads, *scenario.mobile_squads)))


def _missing_remediation(scenario: Scenario, roster: Roster, finding: Finding, group: str) -> Want | None:
    """Return a want for the candidate that most people on duty could join: far enough from those held, if any is."""
    found = scenario.group_by_id[group]
    held = [r.start.date() for r in roster.remediations if r.group == group and r.designated is None]
    squads = tuple(dict.fromkeys((*found.members, *scenario.mobile_squads)))
    on = {
        day: [
            scenario.shift_day(a.shift, day)
            for a in roster.shifts
            if a.day == day and _of(scenario, a.officer) in squads
        ]
        for day in dates(scenario.first, scenario.end)
    }
    used = {r.hotspot for r in roster.remediations if r.group == group}
    best: tuple[tuple[int, bool, int], Remediation] | None = None
    for c in list_candidates(scenario, [found]):
        if c.designated:
            continue
        apart = min((abs((c.day - other).days) for other in held), default=found.days_apart)
        heads = sum(s.covers(c.start, c.end) for s in on[c.day])
        rank = min(apart, found.days_apart), c.hotspot not in used, heads
        if best is None or rank > best[0]:
            best = rank, as_remediation(c, found.convener, "", ())
    if best is None:
        return None
    plan = best[1]
    people = tuple(o for s in squads for o in scenario.officers_of(s))
    day, spans = plan.start.date(), ((plan.start, plan.end),)
    return Want(finding, day, DutyKind.REMEDIATION, plan.id, spans, people, whole=True, planned=plan)


def _of(scenario: Scenario, officer: str) -> str:
    found = scenario.officer_by_id.get(officer)
    return found.squad if found else ""
