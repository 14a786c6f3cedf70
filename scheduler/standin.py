"""Who can step in: every officer who could, ranked by what it costs, judged by the rules' own audit; no solver.

Rules about persons are asked over the whole period for the one who steps in; those about places over the day and its
neighbours. Visits that patrols can no longer make are given up, as the coverage sheet would show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from constraints.base import all_rules
from constraints.manning_audit import duties_at, short_stretches
from domain.calendar import DAY, overlaps
from domain.result import Finding
from domain.roster import Assignment, Duty, Remediation, Roster, VehicleUse
from domain.scenario import Officer, Scenario
from domain.words import DayKind, DutyKind, Scope, ShiftKind
from outputs.patrols import supported
from scheduler.audit import audit
from scheduler.nearby import by_rule, nearby, newly_hard

EVEN, MONTHLY = "S05", ("R12", "S04", "S15")
"""The rule about fair shares, asked of the squad's whole period; and rules that one day cannot judge."""


@dataclass(frozen=True)
class StandIn:
    """One who could step in: shifts of the day before and after, price by rule, breaches, paid hours and fair shares.

    ``target`` are the hours of the period; ``late``, ``weekends`` and ``holidays`` count shifts with the new one, the
    carried balance included.
    """

    officer: str
    before: str | None
    after: str | None
    prices: Mapping[str, float] = field(default_factory=dict)
    breaks: tuple[Finding, ...] = ()
    hours_before: timedelta = timedelta(0)
    hours_after: timedelta = timedelta(0)
    target: timedelta = timedelta(0)
    late: int = 0
    weekends: int = 0
    holidays: int = 0

    @property
    def points(self) -> float:
        """The change of the objective against leaving the place empty."""
        return sum(self.prices.values())


@dataclass(frozen=True)
class Vacancy:
    """What is to be filled: duties on a date, of ``officer`` who will not come, or at a place that lacks people.

    ``shift`` is the shift that goes with them, None where any that covers them will do.
    """

    day: date
    duties: tuple[Duty, ...]
    squads: tuple[str, ...]
    officer: str | None = None
    shift: str | None = None


def of_officer(scenario: Scenario, roster: Roster, officer: str, day: date, place: str | None = None) -> Vacancy | None:
    """Return what an officer leaves on a date, at one place or altogether; None if he has nothing there."""
    duties = tuple(d for d in roster.duties_of(officer) if d.day == day and place in (None, d.place))
    if not duties:
        return None
    home = scenario.officer_by_id[officer].squad
    shift = roster.shift_on.get((officer, day))
    return Vacancy(day, duties, _may_send(scenario, roster, home, duties), officer, shift)


def at_place(scenario: Scenario, roster: Roster, place: str, day: date) -> Vacancy | None:
    """Return what a post, desk or presence lacks on a date, else all of its hours; None if it is not open then."""
    for kind, needs, squads in (
        (DutyKind.POST, scenario.post_needs, _squads_of(scenario.post_by_id, place)),
        (DutyKind.DESK, scenario.desk_needs, _squads_of(scenario.desk_by_id, place)),
        (DutyKind.PRESENCE, scenario.presence_needs, _squads_of(scenario.presence_by_id, place)),
    ):
        for need in needs:
            if (need.place, need.day) != (place, day) or not squads:
                continue
            there = duties_at(scenario, roster, kind, lambda officer, _: True).get(place, [])
            short = short_stretches(need, there)
            spans = [(s.start, s.end) for s in short] or [(need.start, need.end)]
            duties = tuple(Duty(officer="", day=day, start=a, end=b, kind=kind, place=place) for a, b in spans)
            return Vacancy(day, duties, squads)
    return None


def _squads_of(places: Mapping[str, object], place: str) -> tuple[str, ...]:
    found = places.get(place)
    if found is None:
        return ()
    several: tuple[str, ...] = getattr(found, "squads", ())
    return several or (getattr(found, "squad", ""),)


def _may_send(scenario: Scenario, roster: Roster, home: str, duties: Sequence[Duty]) -> tuple[str, ...]:
    """Return the squads whose people may step in: one's own, those that share the desk, those at the remediation."""
    squads = [home]
    for duty in duties:
        if duty.kind is DutyKind.DESK and duty.place in scenario.desk_by_id:
            squads += scenario.desk_by_id[duty.place].squads
        if duty.kind is DutyKind.REMEDIATION:
            found = next((r for r in roster.remediations if r.id == duty.place), None)
            group = scenario.group_by_id.get(found.group) if found else None
            squads += [*(group.members if group else ()), *scenario.mobile_squads]
    return tuple(dict.fromkeys(squads))


def stand_ins(scenario: Scenario, roster: Roster, vacancy: Vacancy, visit: timedelta) -> list[StandIn]:
    """Return everybody who could fill a vacancy, those without breaches first, then the cheapest."""
    empty = _without(roster, vacancy)
    judge = _Judge(scenario, roster, empty, vacancy, visit)
    found = [
        judge.judged(officer, shift)
        for squad in vacancy.squads
        for officer in scenario.officers_of(squad)
        if officer.id != vacancy.officer and scenario.absence(officer.id, vacancy.day) is None
        for shift in _shifts(scenario, roster, officer, vacancy)
    ]
    best: dict[str, StandIn] = {}
    for one in sorted(found, key=lambda s: (len(s.breaks), s.points, s.officer)):
        best.setdefault(one.officer, one)
    return list(best.values())


def _shifts(scenario: Scenario, roster: Roster, officer: Officer, vacancy: Vacancy) -> Iterator[str]:
    """Yield the shifts in which an officer could do it: the one he works, or if he is off, any that covers it."""
    works = roster.shift_on.get((officer.id, vacancy.day))
    if works in scenario.shift_by_id:
        span = scenario.shift_day(works or "", vacancy.day)
        held = [d for d in roster.duties_of(officer.id) if d.day == vacancy.day and d.kind not in BEAT]
        wanted = [d for d in vacancy.duties if d.kind not in BEAT] or list(vacancy.duties)
        inside = any(overlaps(span.start, span.end, d.start, d.end) for d in wanted)
        if inside and not any(overlaps(a.start, a.end, b.start, b.end) for a in held for b in wanted):
            yield works or ""
        return
    for shift in scenario.shifts_of(officer.squad):
        span = scenario.shift_day(shift.id, vacancy.day)
        if shift.id == vacancy.shift or (
            vacancy.shift is None and any(span.covers(d.start, d.end) for d in vacancy.duties)
        ):
            yield shift.id


BEAT = (DutyKind.PATROL, DutyKind.HOLDING, DutyKind.STANDBY)


def _without(roster: Roster, vacancy: Vacancy) -> Roster:
    """Return the roster with the vacancy open: who does not come is taken off shift, duties and remediations."""
    if vacancy.officer is None:
        return roster
    gone, day = vacancy.officer, vacancy.day
    places = {d.place for d in vacancy.duties if d.kind is DutyKind.REMEDIATION}
    remediations = tuple(
        r.model_copy(
            update={
                "participants": tuple(p for p in r.participants if p != gone),
                "vehicles": tuple(use for use in r.vehicles if use.driver != gone),
            }
        )
        if r.id in places
        else r
        for r in roster.remediations
    )
    return roster.model_copy(
        update={
            "shifts": tuple(a for a in roster.shifts if (a.officer, a.day) != (gone, day)),
            "duties": tuple(d for d in roster.duties if (d.officer, d.day) != (gone, day)),
            "remediations": remediations,
        }
    )


def filled(scenario: Scenario, full: Roster, empty: Roster, vacancy: Vacancy, officer: Officer, shift: str) -> Roster:
    """Return the roster with somebody in the vacancy; what is left of his shift stays as it was, or is his beat.

    ``full`` is the roster before the vacancy, ``empty`` with it.
    """
    span = scenario.shift_day(shift, vacancy.day)
    own = [d for d in empty.duties_of(officer.id) if d.day == vacancy.day]
    taken = [
        d.model_copy(update={"officer": officer.id, "start": max(d.start, span.start), "end": min(d.end, span.end)})
        for d in vacancy.duties
        if d.kind not in BEAT and overlaps(d.start, d.end, span.start, span.end)
    ]
    kept = [piece for d in own for piece in _outside(d, taken)]
    beat = DutyKind.STANDBY if DutyKind.PATROL in officer.barred_duties else DutyKind.PATROL
    whole = Duty(officer=officer.id, day=vacancy.day, start=span.start, end=span.end, kind=beat)
    rest = _outside(whole, [*taken, *kept])
    shifts = [a for a in empty.shifts if (a.officer, a.day) != (officer.id, vacancy.day)]
    shifts.append(Assignment(officer=officer.id, day=vacancy.day, shift=shift))
    duties = [d for d in empty.duties if (d.officer, d.day) != (officer.id, vacancy.day)]
    joined = {d.place for d in taken if d.kind is DutyKind.REMEDIATION}
    before = {r.id: r for r in full.remediations}
    return empty.model_copy(
        update={
            "shifts": tuple(shifts),
            "duties": (*duties, *taken, *kept, *rest),
            "remediations": tuple(
                _joined(r, before[r.id], officer, vacancy) if r.id in joined else r for r in empty.remediations
            ),
        }
    )


def _joined(now: Remediation, before: Remediation, officer: Officer, vacancy: Vacancy) -> Remediation:
    """Return the remediation with the one who steps in, who drives and commands in the place of one who did."""
    driven = [use for use in before.vehicles if use.driver == vacancy.officer]
    uses = [*now.vehicles, *(VehicleUse(vehicle=use.vehicle, driver=officer.id) for use in driven)]
    commands = before.commander == vacancy.officer
    return now.model_copy(
        update={
            "participants": (*now.participants, officer.id),
            "vehicles": tuple(uses),
            "commander": officer.id if commands else now.commander,
        }
    )


def _outside(duty: Duty, others: Sequence[Duty]) -> list[Duty]:
    """Return the parts of a duty that none of the others covers."""
    pieces: list[tuple[datetime, datetime]] = [(duty.start, duty.end)]
    for other in others:
        pieces = [(a, b) for x, y in pieces for a, b in ((x, min(y, other.start)), (max(x, other.end), y)) if a < b]
    return [duty.model_copy(update={"start": a, "end": b}) for a, b in pieces]


class _Place:
    """What the rules about places see of one squad: the day and its neighbours, with whom and what it works together.

    ``before`` are the findings with the vacancy open, ``made`` the visits that can be made then.
    """

    def __init__(self, scenario: Scenario, empty: Roster, vacancy: Vacancy, squad: str, visit: timedelta) -> None:
        self.squad, self.visit = squad, visit
        rules = all_rules()
        self.rules = [r for r in rules if r.scope is not Scope.OFFICER and r.id not in (EVEN, *MONTHLY)]
        first = max(scenario.first, vacancy.day - DAY)
        end = min(scenario.end, vacancy.day + 2 * DAY)
        then = [r for r in empty.remediations if first <= r.start.date() < end]
        sent = _sent_by(scenario, then, vacancy, squad)
        around = nearby(scenario, (sent,), (squad,), (vacancy.day,))
        self.scenario = around.scenario.model_copy(
            update={
                "first": first,
                "end": end,
                "calendar": tuple(d for d in scenario.calendar if first <= d.date < end),
                "locks": tuple(k for k in around.scenario.locks if first <= k.date < end),
                "designated": (),
                "past_shifts": (),
            }
        )
        cut = around.cut(empty)
        self.roster = cut.model_copy(
            update={
                "shifts": tuple(a for a in cut.shifts if first <= a.day < end),
                "duties": tuple(d for d in cut.duties if first <= d.day < end),
                "visits": tuple(v for v in cut.visits if first <= v.start.date() < end),
                "remediations": tuple(r for r in cut.remediations if first <= r.start.date() < end),
            }
        )
        self.made = supported(self.scenario, self.roster, visit)
        self.before = audit(self.scenario, self.roster.model_copy(update={"visits": self.made}), rules=self.rules)

    def findings(self, after: Roster) -> tuple[Finding, ...]:
        """Return the findings of a filled roster; only the visits of the squad that lends a patrol become fewer."""
        own = after.model_copy(update={"visits": tuple(v for v in after.visits if v.squad == self.squad)})
        made = [v for v in self.made if v.squad != self.squad] + [*supported(self.scenario, own, self.visit)]
        return audit(self.scenario, after.model_copy(update={"visits": tuple(made)}), rules=self.rules)


def _sent_by(scenario: Scenario, remediations: Iterable[Remediation], vacancy: Vacancy, squad: str) -> Roster:
    """Return the remediations as if all of a squad went to those of the vacancy, so that it is seen who is there."""
    joined = {d.place for d in vacancy.duties if d.kind is DutyKind.REMEDIATION}
    people = tuple(o.id for o in scenario.officers_of(squad))
    return Roster(
        remediations=tuple(
            r.model_copy(update={"participants": (*r.participants, *people)}) if r.id in joined else r
            for r in remediations
        )
    )


class _Judge:
    """Judges stand-ins for one vacancy.

    Every rule sees no more of the roster than it needs: those about places the squad's day and its neighbours, those
    about persons one line, the fair shares one squad's shifts.
    """

    def __init__(self, scenario: Scenario, full: Roster, empty: Roster, vacancy: Vacancy, visit: timedelta) -> None:
        self.scenario, self.full, self.empty, self.vacancy, self.visit = scenario, full, empty, vacancy, visit
        rules = all_rules()
        self.personal = [r for r in rules if r.scope is Scope.OFFICER]
        self.even = [r for r in rules if r.id == EVEN]
        self.places: dict[str, _Place] = {}
        self.shares: dict[str, tuple[Scenario, Roster, tuple[Finding, ...]]] = {}

    def _place(self, squad: str) -> _Place:
        if squad not in self.places:
            self.places[squad] = _Place(self.scenario, self.empty, self.vacancy, squad, self.visit)
        return self.places[squad]

    def _filled(self, roster: Roster, officer: Officer, shift: str) -> Roster:
        return filled(self.scenario, self.full, roster, self.vacancy, officer, shift)

    def _own(self, officer: Officer) -> tuple[Scenario, Roster]:
        """Return the officer alone, with what is entered about him, and his line before."""
        whole, ident = self.scenario, officer.id
        scenario = whole.model_copy(
            update={
                "officers": (officer,),
                "squads": (whole.squad_by_id[officer.squad],),
                "absences": tuple(a for a in whole.absences if a.officer == ident),
                "requests": tuple(r for r in whole.requests if r.officer == ident),
                "locks": tuple(k for k in whole.locks if k.officer in (None, ident)),
                "published": tuple(p for p in whole.published if p.officer == ident),
                "past_shifts": tuple(p for p in whole.past_shifts if p.officer == ident),
            }
        )
        return scenario, Roster(shifts=self.empty.shifts_of(ident), duties=self.empty.duties_of(ident))

    def _squad(self, squad: str) -> tuple[Scenario, Roster, tuple[Finding, ...]]:
        """Return a squad alone, its shifts with all remediations, and how evenly they are shared before."""
        if squad not in self.shares:
            people = self.scenario.officers_of(squad)
            here = {o.id for o in people}
            scenario = self.scenario.model_copy(
                update={
                    "officers": people,
                    "squads": (self.scenario.squad_by_id[squad],),
                    "absences": tuple(a for a in self.scenario.absences if a.officer in here),
                }
            )
            shifts = tuple(a for a in self.empty.shifts if a.officer in here)
            roster = Roster(shifts=shifts, remediations=self.empty.remediations)
            self.shares[squad] = scenario, roster, audit(scenario, roster, rules=self.even)
        return self.shares[squad]

    def judged(self, officer: Officer, shift: str) -> StandIn:
        """Return what it costs and breaks if the officer fills the vacancy in a shift."""
        alone, line = self._own(officer)
        after = self._filled(line, officer, shift)
        squad, together, shares = self._squad(officer.squad)
        place = self._place(officer.squad)
        befores = [*place.before, *audit(alone, line, rules=self.personal), *shares]
        afters = [
            *place.findings(self._filled(place.roster, officer, shift)),
            *audit(alone, after, rules=self.personal),
            *audit(squad, self._filled(together, officer, shift), rules=self.even),
        ]
        spans, was = alone.dated(after.shifts), alone.dated(line.shifts)
        known = self.scenario.shift_by_id
        return StandIn(
            officer=officer.id,
            before=self.empty.shift_on.get((officer.id, self.vacancy.day)),
            after=shift,
            prices=by_rule(befores, afters),
            breaks=newly_hard(befores, afters),
            hours_before=sum((s.paid for s in was), alone.credited(officer)),
            hours_after=sum((s.paid for s in spans), alone.credited(officer)),
            target=alone.target(officer),
            late=officer.carried_late + sum(known[s.shift].kind is ShiftKind.LATE for s in spans),
            weekends=officer.carried_weekends + sum(s.day.weekday() >= 5 for s in spans),
            holidays=officer.carried_holidays + sum(self.scenario.day(s.day).kind is DayKind.HOLIDAY for s in spans),
        )
