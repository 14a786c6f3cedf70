"""Why is each officer not there? For every shortfall everybody who might fill it is put there and the rules are asked.

What the rules then break is the reason, in their own words. Where they break nothing, it is what leaving his duty costs
elsewhere; where that costs less than it gives, nothing stands in the way, and that is said too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.calendar import DAY, ShiftDay, minutes, overlaps
from domain.explanation import Obstacle, Person, Reason
from domain.result import Finding
from domain.roster import Remediation, Roster, VehicleUse
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, Severity, Text
from scheduler.audit import audit
from scheduler.recheck import Recheck
from scheduler.rule_change import Change, judged
from scheduler.trial import Span, Trial, judging, placed, tried
from scheduler.wants import Want, want_of
from scheduler.why import Teller, Why

LASTING = frozenset({Obstacle.FORCE, Obstacle.CERTIFICATE, Obstacle.BARRED, Obstacle.PERSONAL, Obstacle.SHIFT})
"""Obstacles that are so whatever the roster: they say who could do it at all."""
PATROLS = (DutyKind.PATROL, DutyKind.HOLDING)


@dataclass(frozen=True)
class Verdict:
    """What came of asking about one officer: the trial (None if no shift reaches there), the change, the reasons."""

    trial: Trial | None
    change: Change
    reasons: tuple[Why, ...]


@dataclass
class Asker:
    """Asks about everybody, for the shortfalls of one roster."""

    scenario: Scenario
    roster: Roster
    _recheck: Recheck = field(init=False)
    _teller: Teller = field(init=False)
    _planned: dict[str, Recheck] = field(default_factory=dict)
    _sending: dict[tuple[str, date], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._recheck = Recheck(self.scenario, self.roster)
        self._teller = Teller(self.scenario, self.roster)

    def people(self, finding: Finding) -> list[Person]:
        """Return everybody who might fill a shortfall with the reasons why not, in the input's order."""
        if finding.rule == "S03" and finding.item == "vehicles":
            return self._vehicles(finding)
        want = want_of(self.scenario, self.roster, finding)
        if want is None:
            return []
        if want.planned is not None:
            return self._joining(want, want.planned)
        alike: dict[str, Verdict] = {}
        return [
            Person(
                id=who.id,
                name=who.name,
                squad=who.squad,
                reasons=tuple(
                    Reason(obstacle=why.obstacle, rule=why.rule, days=(want.day,), text=why.text)
                    for why in self._verdict(want, who, alike).reasons
                ),
            )
            for who in want.people
        ]

    def _verdict(self, want: Want, who: Officer, alike: dict[str, Verdict]) -> Verdict:
        """Return the verdict; those on patrol in all of a window wanted are alike, so one of a squad is asked about."""
        if want.window is None or not self._patrols(want, who):
            return self.verdict(want, who)
        if who.squad not in alike:
            alike[who.squad] = self.verdict(want, who)
        return alike[who.squad]

    def _patrols(self, want: Want, who: Officer) -> bool:
        shift = self._shift(who, want.day)
        if shift is None:
            return False
        inside = _inside(want.spans, shift.start, shift.end)
        duties = self.roster.duties_of(who.id)
        return bool(inside) and all(
            any(d.kind in PATROLS and d.start <= a and b <= d.end for d in duties) for a, b in inside
        )

    def _shift(self, who: Officer, day: date) -> ShiftDay | None:
        shift = self.roster.shift_on.get((who.id, day))
        known = shift is not None and shift in self.scenario.shift_by_id
        return self.scenario.shift_day(shift, day) if known and shift is not None else None

    # -- one officer ------------------------------------------------------------------------------------------

    def verdict(self, want: Want, who: Officer) -> Verdict:
        """Return why an officer is not there: of the shifts that reach there, the one with the least against it."""
        trials = list(self.trials(want, who))
        if not trials:
            return Verdict(None, Change((), ()), (self._no_shift(want, who),))
        recheck = self._asked(want)
        found: list[Verdict] = []
        for trial in trials:
            change = recheck.personal(trial, min((len(v.change.breaches) for v in found), default=None))
            if change is None:
                continue
            if not change.breaches or self._near_remediation(who, want.day):
                change = change.with_more(recheck.around(trial))
            reasons = self._teller.reasons(want, who, trial, change)
            found.append(Verdict(trial, change, reasons))
            if not change.breaches or any(why.obstacle is Obstacle.ABSENT for why in reasons):
                break
        return min(found, key=lambda v: len(v.change.breaches))

    def _asked(self, want: Want) -> Recheck:
        """Return what judges trials; a remediation that is not held yet is taken as held by nobody."""
        if want.planned is None:
            return self._recheck
        if want.planned.id not in self._planned:
            roster = self.roster.model_copy(update={"remediations": (*self.roster.remediations, want.planned)})
            self._planned[want.planned.id] = Recheck(self.scenario, roster)
        return self._planned[want.planned.id]

    def _near_remediation(self, who: Officer, day: date) -> bool:
        """Return whether taking somebody off his place may break a rule about remediations his squad is at."""
        if (who.squad, day) not in self._sending:
            near = (r for r in self.roster.remediations if abs(r.start.date() - day) <= DAY)
            people = (self.scenario.officer_by_id.get(p) for r in near for p in r.participants)
            self._sending[who.squad, day] = any(p is not None and p.squad == who.squad for p in people)
        return self._sending[who.squad, day]

    def trials(self, want: Want, who: Officer) -> Iterator[Trial]:
        """Yield the ways to put an officer there: on his shift, else on any that reaches there, longest first."""
        now = self._shift(who, want.day)
        usable = self.scenario.shifts_of(who.squad)
        shifts = [self.scenario.shift_day(s.id, want.day) for s in usable if want.shift in (None, s.id)]
        if now is not None and want.shift is None and (not want.spans or self._reach(want, now.start, now.end)):
            shifts = [now]
        shifts.sort(key=lambda s: (-sum(minutes(b - a) for a, b in self._reach(want, s.start, s.end)), s.start))
        there = [d for d in self.roster.duties_of(who.id) if d.kind is want.kind and d.place == want.place]
        for shift in shifts:
            spans = self._reach(want, shift.start, shift.end)
            if want.kind is not DutyKind.PATROL and any(d.start <= a and b <= d.end for d in there for a, b in spans):
                spans = tuple(s for s in spans if not any(overlaps(d.start, d.end, *s) for d in there))
            if spans:
                yield Trial(who.id, want.day, shift.shift, spans, want.kind, want.place, want.window)

    def _reach(self, want: Want, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the part of the spans wanted that a shift covers; all of the shift where nothing is said."""
        if not want.spans:
            return ((start, end),)
        if want.whole:
            return tuple((a, b) for a, b in want.spans if start <= a and b <= end)
        return _inside(want.spans, start, end)

    def _no_shift(self, want: Want, who: Officer) -> Why:
        there = [d for d in self.roster.duties_of(who.id) if d.kind is want.kind and d.place == want.place]
        if any(overlaps(d.start, d.end, a, b) for d in there for a, b in want.spans):
            return Why(Obstacle.THERE, "", Text("已在该处", "is there already"))
        return Why(
            Obstacle.SHIFT, "", Text("所在中队没有覆盖该时段的班次", "no shift of the squad reaches these hours")
        )

    # -- a remediation that is not held -----------------------------------------------------------------------

    def _joining(self, want: Want, planned: Remediation) -> list[Person]:
        """Return everybody who might join a remediation that is not held, with what keeps him, or them all together.

        Whom no rule of his own keeps is put there with all the others of whom that is so; what the rules about
        remediations then break (days apart, squads and certificates, own posts, the commander) is the reason of his
        squad, or of all where it is of no squad.
        """
        verdicts = [(who, self.verdict(want, who)) for who in want.people]
        coming = [v.trial for _, v in verdicts if v.trial is not None and not self._kept(v)]
        roster = self.roster.model_copy(update={"remediations": (*self.roster.remediations, planned)})
        for trial in coming:
            roster = placed(self.scenario, roster, trial)
        leaders = [t.officer for t in coming if self._may_command(t.officer, planned)]
        if leaders:
            held = tuple(
                r.model_copy(update={"commander": leaders[0]}) if r.id == planned.id else r for r in roster.remediations
            )
            roster = roster.model_copy(update={"remediations": held})
        before = judged(audit(self.scenario, self.roster, rules=JOINT_RULES))
        after = judged(audit(self.scenario, roster, rules=JOINT_RULES))
        broken = [f for f in (after - before).elements() if f.severity is Severity.HARD]
        found = []
        for who, verdict in verdicts:
            reasons = verdict.reasons
            if verdict.trial in coming:
                mine = [f for f in broken if f.where.squad in (None, who.squad)]
                reasons = tuple(self._teller.broken(who, verdict.trial, f) for f in mine) or reasons
            rows = (Reason(obstacle=w.obstacle, rule=w.rule, days=(want.day,), text=w.text) for w in reasons)
            found.append(Person(id=who.id, name=who.name, squad=who.squad, reasons=tuple(rows)))
        return found

    def _kept(self, verdict: Verdict) -> bool:
        """Return whether somebody is kept from a remediation by a rule that the others cannot change."""
        return any(f.rule != "R13" for f in verdict.change.breaches)

    def _may_command(self, officer: str, planned: Remediation) -> bool:
        who = self.scenario.officer_by_id[officer]
        return who.leads and who.squad == planned.host

    # -- vehicles ---------------------------------------------------------------------------------------------

    def _vehicles(self, finding: Finding) -> list[Person]:
        """Return the vehicles that do not go to a remediation, each with what its best driver there would break."""
        n, r = next((n, r) for n, r in enumerate(self.roster.remediations) if r.id == finding.where.remediation)
        before = judged(audit(self.scenario, self.roster, rules=VEHICLE_RULES))
        found = []
        used, driving = {use.vehicle for use in r.vehicles}, {use.driver for use in r.vehicles}
        free = [p for p in r.participants if p not in driving]
        for vehicle in (v for v in self.scenario.vehicles if v.id not in used):
            tries = []
            for driver in free or list(r.participants[:1]):
                uses = (*r.vehicles, VehicleUse(vehicle=vehicle.id, driver=driver))
                now = [*self.roster.remediations]
                now[n] = r.model_copy(update={"vehicles": uses})
                roster = Roster(remediations=tuple(now))
                after = judged(audit(self.scenario, roster, rules=VEHICLE_RULES))
                tries.append([f for f in (after - before).elements() if f.severity is Severity.HARD])
                if not tries[-1]:
                    break
            least: Sequence[Finding] = min(tries, key=len, default=())
            day = r.start.date()
            reasons = tuple(
                Reason(obstacle=Obstacle.REMEDIATION, rule=f.rule, days=(day,), text=f.text) for f in least
            ) or (
                Reason(
                    obstacle=Obstacle.FREE,
                    rule="",
                    days=(day,),
                    text=Text("没有规则妨碍,可以派出", "no rule is in the way; it could go"),
                ),
            )
            found.append(Person(id=vehicle.id, name=vehicle.name, squad=vehicle.squad, reasons=reasons))
        return found


JOINT = frozenset({"R11", "R12", "R13", "R14", "R15"})
JOINT_RULES = tuple(rule for rule in judging() if rule.id in JOINT)
"""What says whether a remediation can be held with those who are there."""
VEHICLE_RULES = tuple(rule for rule in judging() if rule.id == "R15")


def _inside(spans: Iterable[Span], start: datetime, end: datetime) -> tuple[Span, ...]:
    return tuple((max(a, start), min(b, end)) for a, b in spans if overlaps(a, b, start, end))


def gathered(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return each person once, with the reasons of all days put together by obstacle and rule."""
    names: dict[str, Person] = {}
    reasons: dict[str, dict[tuple[Obstacle, str], list[Reason]]] = defaultdict(lambda: defaultdict(list))
    for person in people:
        names.setdefault(person.id, person)
        for reason in person.reasons:
            reasons[person.id][reason.obstacle, reason.rule].append(reason)
    return tuple(
        person.model_copy(
            update={
                "reasons": tuple(
                    rows[0].model_copy(update={"days": tuple(sorted({d for row in rows for d in row.days}))})
                    for rows in reasons[key].values()
                )
            }
        )
        for key, person in names.items()
    )


def whole_check(scenario: Scenario, roster: Roster, trial: Trial, squads: Iterable[str]) -> Change:
    """Return what a trial changes by the full audit: what `Recheck.judge` must say too, only slower."""
    before = judged(audit(scenario, roster, rules=judging()))
    after = judged(audit(scenario, tried(scenario, roster, trial, frozenset(squads)), rules=judging()))
    return Change(tuple((after - before).elements()), tuple((before - after).elements()))
