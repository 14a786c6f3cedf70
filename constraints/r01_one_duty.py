"""R01: one shift a day, one duty at a time, every duty inside the shift, no time on shift without a duty.

Model:  rest[o, d] + sum of works[o, a] over shifts a that start on d = 1
        spare(class, period) >= 0                              (who is nowhere else is on patrol, so there are no gaps)
        sum of joins[o, c] over candidates c that run at any one time <= 1
        joins[o, c] = 0 where o may not do remediations
Audit:  also what a hand-edited roster may hold and the model cannot: unknown ids, gaps, duties outside the shift.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import ShiftDay, overlaps
from domain.result import Finding, Where
from domain.words import DutyKind, Scope, Severity, Text
from inputs.labels import label

if TYPE_CHECKING:
    from constraints.base import Candidate
    from domain.roster import Duty, Remediation, Roster
    from domain.scenario import Officer, Scenario


class Breach(NamedTuple):
    """What a walk over the roster turned up, before it becomes a finding."""

    where: Where
    text: Text
    advice: Text


class OneDuty(Rule):
    """One shift a day and one duty at a time."""

    id, title = "R01", Text("一人一班一岗", "One shift, one duty")
    scope, severity = Scope.SQUAD, Severity.HARD
    unit, source = Text("处", "cases"), Text("同一时间一人只在一处,事理如此", "nobody is in two places at once")
    by_class, apart = True, True

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        for officer in model.officers:
            for day in model.days:
                works = [model.works[officer.id, shift] for shift in model.shift_days_on(officer, day)]
                model.cp.add(model.rest[officer.id, day] + sum(works) == 1)
        for periods in model.periods.values():
            for period in periods:
                for group in model.classes[period.squad]:
                    model.cp.add(model.spare(group, period) >= 0)
        for squad in model.squads:
            self._post_remediations(model, squad.id)
        return ()

    def _post_remediations(self, model: RosterModel, squad: str) -> None:
        candidates = [c for c in model.candidates if (squad, c.id) in model.sends]
        crowds = _crowds(candidates)
        for officer in (o for o in model.officers if o.squad == squad):
            for crowd in crowds:
                model.cp.add(sum(model.joins.get((officer.id, c.id), 0) for c in crowd) <= 1)
            if DutyKind.REMEDIATION in officer.barred_duties:
                for c in candidates:
                    model.cp.add(model.joins.get((officer.id, c.id), 0) == 0)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for walk in (_unknown_shifts, _unknown_places, _unknown_in_remediations, _joint):
            for breach in walk(scenario, roster):
                yield self.finding(scenario, 1, *breach)
        for officer in scenario.officers:
            spans = scenario.dated(roster.shifts_of(officer.id))
            duties = roster.duties_of(officer.id)
            for breach in (
                *_two_shifts(officer, spans),
                *_off_shift(officer, spans, duties),
                *_at_once(officer, duties),
                *_idle(officer, spans, duties),
                *_barred(officer, duties),
            ):
                yield self.finding(scenario, 1, *breach)


def _crowds(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return the sets of candidates that run together at some start, each of two or more."""
    starts = sorted({c.start for c in candidates})
    found = [[c for c in candidates if c.start <= start < c.end] for start in starts]
    return [crowd for crowd in found if len(crowd) > 1]


# -- the audit's walks ------------------------------------------------------------------------------------------


def _clock(start: datetime, end: datetime) -> str:
    return f"{start:%m-%d %H:%M}-{end:%H:%M}"


def _unknown(what: str, en: str, value: str, where: Where, context: str) -> Breach:
    text = Text(f"{context}:没有这个{what}“{value}”", f'{context}: there is no {en} "{value}"')
    return Breach(where, text, Text(f"改为名册中有的{what}", f"Write a known {en}"))


def _unknown_shifts(scenario: Scenario, roster: Roster) -> Iterator[Breach]:
    homes = {officer.squad for officer in scenario.officers}
    used = {s.id: {shift.id for shift in scenario.shifts_of(s.id)} for s in scenario.squads if s.id in homes}
    for a in roster.shifts:
        officer = scenario.officer_by_id.get(a.officer)
        known = officer is not None and a.shift in used.get(officer.squad, ())
        if known and scenario.first <= a.day < scenario.end:
            continue
        where, context = Where(officer=a.officer, day=a.day), f"{a.officer} {a.day:%Y-%m-%d}"
        if officer is None:
            yield _unknown("队员", "officer", a.officer, where, context)
        elif not known:
            yield _unknown("班次", "shift of the squad", a.shift, where, f"{officer.name} {a.day:%m-%d}")
        if not scenario.first <= a.day < scenario.end:
            text = Text(f"{context}:日期不在排班期内", f"{context}: the date is outside the period")
            yield Breach(where, text, Text("删去该班或改日期", "Delete the shift or change its date"))


def _unknown_places(scenario: Scenario, roster: Roster) -> Iterator[Breach]:
    known = {
        DutyKind.POST: scenario.post_by_id.keys(),
        DutyKind.DESK: scenario.desk_by_id.keys(),
        DutyKind.PRESENCE: scenario.presence_by_id.keys(),
        DutyKind.HOLDING: scenario.hotspot_by_id.keys(),
        DutyKind.REMEDIATION: {r.id for r in roster.remediations},
    }
    for duty in roster.duties:
        officer = scenario.officer_by_id.get(duty.officer)
        nowhere = duty.kind in known and duty.place not in known[duty.kind]
        if officer is not None and not nowhere:
            continue
        where = Where(officer=duty.officer, day=duty.day, place=duty.place, start=duty.start, end=duty.end)
        clock = _clock(duty.start, duty.end)
        if officer is None:
            yield _unknown("队员", "officer", duty.officer, where, clock)
        if nowhere:
            yield _unknown(
                "地点", "place", duty.place or "", where, f"{officer.name if officer else duty.officer} {clock}"
            )
    for visits in roster.visits:
        where = Where(squad=visits.squad, place=visits.hotspot, start=visits.start)
        context = f"{visits.squad} {visits.hotspot} {visits.start:%m-%d %H:%M}"
        if visits.squad not in scenario.squad_by_id:
            yield _unknown("中队", "squad", visits.squad, where, context)
        if visits.hotspot not in scenario.hotspot_by_id:
            yield _unknown("热点", "hotspot", visits.hotspot, where, context)


def _unknown_in_remediations(scenario: Scenario, roster: Roster) -> Iterator[Breach]:
    for r in roster.remediations:
        people = {*r.participants, r.commander, *(use.driver for use in r.vehicles)}
        sorts = (
            ("联动小组", "joint group", {r.group}, scenario.group_by_id.keys()),
            ("热点", "hotspot", {r.hotspot}, scenario.hotspot_by_id.keys()),
            ("中队", "squad", {r.host, r.lead}, scenario.squad_by_id.keys()),
            ("队员", "officer", people, scenario.officer_by_id.keys()),
            ("车辆", "vehicle", {use.vehicle for use in r.vehicles}, scenario.vehicle_by_id.keys()),
        )
        for zh, en, named, known in sorts:
            for value in sorted(named - known):
                yield _unknown(zh, en, value, Where(remediation=r.id, day=r.start.date()), r.id)


def _two_shifts(officer: Officer, spans: Sequence[ShiftDay]) -> Iterator[Breach]:
    for day, count in sorted(Counter(span.day for span in spans).items()):
        if count > 1:
            yield Breach(
                Where(officer=officer.id, squad=officer.squad, day=day),
                Text(
                    f"{officer.name} {day:%m-%d} 排了 {count} 个班", f"{officer.name} has {count} shifts on {day:%m-%d}"
                ),
                Text("当天只留一个班", "Keep one shift on that day"),
            )


def _where(officer: Officer, duty: Duty) -> Where:
    return Where(
        officer=officer.id,
        squad=officer.squad,
        day=duty.day,
        place=duty.place,
        start=duty.start,
        end=duty.end,
    )


def _off_shift(officer: Officer, spans: Sequence[ShiftDay], duties: Sequence[Duty]) -> Iterator[Breach]:
    for duty in duties:
        inside = any(span.day == duty.day and span.covers(duty.start, duty.end) for span in spans)
        if not inside or duty.start >= duty.end:
            what, clock = label(duty.kind), _clock(duty.start, duty.end)
            yield Breach(
                _where(officer, duty),
                Text(
                    f"{officer.name} {clock} 的{what.zh}不在其班内", f"{officer.name} {clock} {what.en}: not on shift"
                ),
                Text("改勤务时间或改当天的班", "Change the duty's time or the shift of that day"),
            )


def _at_once(officer: Officer, duties: Sequence[Duty]) -> Iterator[Breach]:
    for a, b in _near(duties):
        if overlaps(a.start, a.end, b.start, b.end):
            clock = _clock(b.start, min(a.end, b.end))
            zh, en = f"{label(a.kind).zh}、{label(b.kind).zh}", f"{label(a.kind).en} and {label(b.kind).en}"
            yield Breach(
                _where(officer, b),
                Text(f"{officer.name} {clock} 同时有两项勤务:{zh}", f"{officer.name} {clock}: {en} at once"),
                Text("把其中一项换给别人或错开时间", "Give one of them to somebody else or move its time"),
            )


def _near(duties: Sequence[Duty]) -> Iterator[tuple[Duty, Duty]]:
    """Yield the pairs of duties, which are in time order, of which the second begins before the first ends."""
    for n, a in enumerate(duties, 1):
        for b in islice(duties, n, None):
            if b.start >= a.end:
                break
            yield a, b


def _holes(start: datetime, end: datetime, duties: Iterable[Duty]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of [start, end) that the duties, in time order, leave open."""
    reached = start
    for duty in duties:
        if max(duty.start, duty.end) <= start:
            continue
        if duty.start >= end:
            break
        if min(duty.start, end) > reached:
            yield reached, min(duty.start, end)
        reached = max(reached, duty.end)
    if reached < end:
        yield reached, end


def _idle(officer: Officer, spans: Sequence[ShiftDay], duties: Sequence[Duty]) -> Iterator[Breach]:
    for span in spans:
        for start, end in _holes(span.start, span.end, duties):
            clock = _clock(start, end)
            yield Breach(
                Where(officer=officer.id, squad=officer.squad, day=span.day, start=start, end=end),
                Text(f"{officer.name} {clock} 在班但没有勤务", f"{officer.name} {clock}: on shift without a duty"),
                Text("补上巡查或其他勤务", "Enter patrol or another duty"),
            )


def _barred(officer: Officer, duties: Sequence[Duty]) -> Iterator[Breach]:
    for duty in duties:
        what = label(duty.kind)
        if duty.kind in officer.barred_duties or (
            duty.kind is DutyKind.HOLDING and DutyKind.PATROL in officer.barred_duties
        ):
            zh, en = f"不得安排{what.zh}", f"may not do {what.en}"
        elif duty.kind is DutyKind.STANDBY and DutyKind.PATROL not in officer.barred_duties:
            zh, en = f"可以巡查,不应{what.zh}", f"may patrol, so is not to be on {what.en}"
        else:
            continue
        clock = _clock(duty.start, duty.end)
        yield Breach(
            _where(officer, duty),
            Text(f"{officer.name} {clock} {zh}", f"{officer.name} {clock}: {en}"),
            Text("换一项勤务或换人", "Change the duty or the person"),
        )


def _joint(scenario: Scenario, roster: Roster) -> Iterator[Breach]:
    """Walk remediations and the duties there: both must say the same, and nobody is at two at once."""
    for officer in scenario.officers:
        joined = [r for r in roster.remediations if officer.id in r.participants]
        there = [duty for duty in roster.duties_of(officer.id) if duty.kind is DutyKind.REMEDIATION]
        spans = scenario.dated(roster.shifts_of(officer.id)) if joined else []
        yield from _two_at_once(officer, joined)
        if joined and DutyKind.REMEDIATION in officer.barred_duties:
            zh, en = f"{officer.name} 不得参加整治", f"{officer.name} may not join remediations"
            where = Where(officer=officer.id, squad=officer.squad, remediation=joined[0].id)
            yield Breach(where, Text(f"{joined[0].id}:{zh}", f"{joined[0].id}: {en}"), Text("换人", "Take another"))
        for duty in there:
            if not any(r.id == duty.place and r.start <= duty.start and duty.end <= r.end for r in joined):
                yield Breach(
                    _where(officer, duty),
                    Text(
                        f"{officer.name} {_clock(duty.start, duty.end)} 的整治勤务与整治 {duty.place} 的名单或时间不符",
                        f"{officer.name} {_clock(duty.start, duty.end)}: remediation {duty.place} has not got this "
                        "person at that time",
                    ),
                    Text("把其加入整治名单,或改勤务", "Add the person to the remediation, or change the duty"),
                )
        for r in joined:
            yield from _missed(officer, r, spans, [duty for duty in there if duty.place == r.id])


def _two_at_once(officer: Officer, joined: Sequence[Remediation]) -> Iterator[Breach]:
    for a, b in combinations(joined, 2):
        if overlaps(a.start, a.end, b.start, b.end):
            yield Breach(
                Where(officer=officer.id, squad=officer.squad, day=b.start.date(), remediation=b.id),
                Text(
                    f"{officer.name} 同时参加整治 {a.id} 和 {b.id}",
                    f"{officer.name} takes part in remediations {a.id} and {b.id} at once",
                ),
                Text("从其中一次去掉此人", "Take the person off one of them"),
            )


def _missed(officer: Officer, r: Remediation, spans: Sequence[ShiftDay], there: Sequence[Duty]) -> Iterator[Breach]:
    for span in spans:
        start, end = max(span.start, r.start), min(span.end, r.end)
        for hole in _holes(start, end, there):
            yield Breach(
                Where(officer=officer.id, squad=officer.squad, day=span.day, remediation=r.id, start=start, end=end),
                Text(
                    f"{officer.name} 在整治 {r.id} 名单中,但 {_clock(*hole)} 没有整治勤务",
                    f"{officer.name} is listed for remediation {r.id} but has no duty there {_clock(*hole)}",
                ),
                Text("每日勤务表填整治,或从名单去掉", "Enter the duty, or take the person off the list"),
            )
