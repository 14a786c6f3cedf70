"""R10: what the leader fixed is kept, and every designated order is carried out once.

Model:  SHIFT: works[o, a] = 1.  REST: rest[o, d] = 1.
        DUTY: the sum of works[o, a] over shifts a that cover the lock >= 1, and for the officer, who is a class alone,
              staff(class, period, task) >= 1 in every period of the lock; spare(class, period) >= 1 for patrol, holding
              and standby, which the model does not tell apart; for a remediation: sum of joins[o, c] of that date >= 1.
        REMEDIATION: held[c] = 1.  Designated order: sum of held[c] over its candidates = 1.
        A part of the brigade in which the candidate is not in play says nothing of it.
Source: own judgement: what the leaders fixed or ordered is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Task, Term
from domain.calendar import DAY, MINUTE, overlaps
from domain.result import Finding, Where
from domain.words import DutyKind, LockKind, RemediationKind, Scope, Severity, Text
from inputs.labels import label

if TYPE_CHECKING:
    from constraints.base import Candidate, Linear, Period
    from domain.roster import Roster
    from domain.scenario import Designated, Lock, Officer, Scenario

TASKS = (DutyKind.POST, DutyKind.DESK, DutyKind.PRESENCE)
KEPT_BY = {
    DutyKind.PATROL: (DutyKind.PATROL, DutyKind.HOLDING),
    DutyKind.HOLDING: (DutyKind.PATROL, DutyKind.HOLDING),
    DutyKind.STANDBY: (DutyKind.STANDBY, DutyKind.PATROL, DutyKind.HOLDING),
}


class Locks(Rule):
    """Locked shifts, rest days, duties and remediations, and designated orders."""

    id, title = "R10", Text("锁定和指定整治", "Locks and designated remediations")
    scope, severity = Scope.GROUP, Severity.HARD
    unit, source = Text("项锁定", "locks"), Text("领导的决定", "what the leaders decide")

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        inside = {officer.id: officer for officer in model.officers}
        for lock in scenario.locks:
            officer = inside.get(lock.officer or "")
            if lock.kind is LockKind.REMEDIATION:
                found = [c for c in model.candidates if _locks(lock, c)]
                if found:
                    model.cp.add(sum(model.held[c.id] for c in found) >= 1)
            elif officer is not None:
                _post_personal(model, scenario, lock, officer)
        for order in scenario.designated:
            found = [c for c in model.candidates if c.designated == order.id]
            if found:
                model.cp.add(sum(model.held[c.id] for c in found) == 1)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for lock in scenario.locks:
            if lock.kind is LockKind.REMEDIATION:
                if not _remediation_kept(roster, lock):
                    yield self._lost(scenario, lock)
                continue
            officer = scenario.officer_by_id.get(lock.officer or "")
            if officer is not None and not KEEPS[lock.kind](roster, lock):
                yield self._broken(scenario, lock, officer)
        for order in scenario.designated:
            held = sum(r.designated == order.id for r in roster.remediations)
            if held != 1 and order.first < scenario.end and order.end > scenario.first:
                yield self._order(scenario, order, held)

    def _broken(self, scenario: Scenario, lock: Lock, officer: Officer) -> Finding:
        what = _words(scenario, lock)
        return self.finding(
            scenario,
            1,
            Where(officer=officer.id, squad=officer.squad, day=lock.date, place=lock.place),
            Text(
                f"锁定 {lock.id} 未执行:{officer.name} {lock.date:%m-%d} 应为{what.zh}",
                f"Lock {lock.id} is not kept: {officer.name} {lock.date:%m-%d} should have {what.en}",
            ),
            Text("按锁定改回,或删去该锁定", "Restore what was locked, or delete the lock"),
        )

    def _lost(self, scenario: Scenario, lock: Lock) -> Finding:
        clock = f"{lock.date:%m-%d}" + (f" {lock.start:%H:%M}" if lock.start else "")
        place = scenario.hotspot_by_id.get(lock.place or "")
        group = scenario.group_by_id.get(lock.group or "")
        name, who = place.name if place else lock.place, group.name if group else lock.group
        return self.finding(
            scenario,
            1,
            Where(group=lock.group, day=lock.date, place=lock.place),
            Text(
                f"锁定 {lock.id} 未执行:{who} {clock} 在{name}应有联动整治",
                f"Lock {lock.id} is not kept: {who} should hold a remediation at {name}, {clock}",
            ),
            Text("按锁定补上整治,或删去该锁定", "Hold that remediation, or delete the lock"),
        )

    def _order(self, scenario: Scenario, order: Designated, held: int) -> Finding:
        place = scenario.hotspot_by_id.get(order.hotspot)
        name, last = place.name if place else order.hotspot, order.end - DAY
        return self.finding(
            scenario,
            abs(held - 1),
            Where(group=order.group, day=order.first, place=order.hotspot),
            Text(
                f"指定整治 {order.id}({name},{order.first:%m-%d} 至 {last:%m-%d})应举行 1 次,现有 {held} 次",
                f"Designated remediation {order.id} ({name}, {order.first:%m-%d} to {last:%m-%d}) must be held once, "
                f"not {held} times",
            ),
            Text("补上或删去多余的一次", "Hold it, or delete the surplus ones"),
        )


# -- the model --------------------------------------------------------------------------------------------------


def _locks(lock: Lock, c: Candidate) -> bool:
    start = c.start.time() if lock.start is None else lock.start
    same_place = (lock.group, lock.place) == (c.group, c.hotspot)
    return same_place and c.start == datetime.combine(lock.date, start) and c.kind is RemediationKind.MONTHLY


def _post_personal(model: RosterModel, scenario: Scenario, lock: Lock, officer: Officer) -> None:
    if lock.kind is LockKind.REST:
        model.cp.add(model.rest.get((officer.id, lock.date), 1) == 1)
    elif lock.kind is LockKind.SHIFT:
        works = [
            model.works[officer.id, s] for s in model.shift_days(officer) if (s.day, s.shift) == (lock.date, lock.shift)
        ]
        model.cp.add(sum(works) == 1)
    elif lock.duty is DutyKind.REMEDIATION:
        joins = [
            model.joins[officer.id, c.id]
            for c in model.candidates
            if c.day == lock.date and lock.place in (None, c.hotspot, c.id) and (officer.id, c.id) in model.joins
        ]
        if joins:
            model.cp.add(sum(joins) >= 1)
    else:
        _post_duty(model, lock, officer)


def _post_duty(model: RosterModel, lock: Lock, officer: Officer) -> None:
    (alone,) = (c for c in model.classes[officer.squad] if c.tag == officer.id)
    periods = model.periods[officer.squad]

    def doing(period: Period) -> Linear:
        if lock.duty in TASKS:
            return model.staff.get((alone, period, Task(lock.duty, lock.place or "")), 0)
        allowed = lock.duty is DutyKind.STANDBY or alone.may(DutyKind.PATROL)
        return model.spare(alone, period) if allowed else 0

    if lock.start is None:
        model.cp.add(sum(doing(p) for p in periods if p.start.date() == lock.date) >= 1)
        return
    start = datetime.combine(lock.date, lock.start)
    end = start + (lock.length or MINUTE)
    works = [model.works[officer.id, s] for s in model.shift_days(officer) if s.covers(start, end)]
    model.cp.add(sum(works) >= 1)
    for period in periods:
        if overlaps(period.start, period.end, start, end):
            model.cp.add(doing(period) >= 1)


# -- the audit --------------------------------------------------------------------------------------------------


def _rest_kept(roster: Roster, lock: Lock) -> bool:
    return all(a.day != lock.date for a in roster.shifts_of(lock.officer or ""))


def _shift_kept(roster: Roster, lock: Lock) -> bool:
    return any((a.day, a.shift) == (lock.date, lock.shift) for a in roster.shifts_of(lock.officer or ""))


def _duty_kept(roster: Roster, lock: Lock) -> bool:
    """Walk the officer's duties through the locked time; without a start any time of the date will do."""
    who, kind = lock.officer or "", lock.duty
    if kind is DutyKind.REMEDIATION:
        return any(
            who in r.participants and r.start.date() == lock.date and lock.place in (None, r.hotspot, r.id)
            for r in roster.remediations
        )
    wanted = [
        duty
        for duty in roster.duties_of(who)
        if (duty.kind in KEPT_BY[kind] if kind in KEPT_BY else (duty.kind, duty.place) == (kind, lock.place))
    ]
    if lock.start is None:
        return any(duty.start.date() == lock.date for duty in wanted)
    reached = datetime.combine(lock.date, lock.start)
    end = reached + (lock.length or MINUTE)
    for duty in wanted:
        if duty.start <= reached:
            reached = max(reached, duty.end)
    return reached >= end


def _remediation_kept(roster: Roster, lock: Lock) -> bool:
    return any(
        r.group == lock.group
        and r.hotspot == lock.place
        and r.start.date() == lock.date
        and lock.start in (None, r.start.time())
        and r.kind is RemediationKind.MONTHLY
        for r in roster.remediations
    )


def _words(scenario: Scenario, lock: Lock) -> Text:
    if lock.kind is LockKind.REST:
        return Text("休息", "a rest day")
    if lock.kind is LockKind.SHIFT:
        shift = scenario.shift_by_id.get(lock.shift or "")
        name = shift.name if shift else lock.shift
        return Text(f"{name}", f"{name}")
    what = label(lock.duty or DutyKind.PATROL)
    clock = f"{lock.start:%H:%M} " if lock.start else ""
    names = {p.id: p.name for p in scenario.posts} | {d.id: d.name for d in scenario.desks}
    names |= {h.id: h.name for h in scenario.hotspots}
    place = f" {names.get(lock.place, lock.place)}" if lock.place else ""
    return Text(f"{clock}{what.zh}{place}", f"{clock}{what.en}{place}")


KEEPS: dict[LockKind, Callable[[Roster, Lock], bool]] = {
    LockKind.REST: _rest_kept,
    LockKind.SHIFT: _shift_kept,
    LockKind.DUTY: _duty_kept,
}
