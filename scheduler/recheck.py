"""Asks the rules again about a trial, looking only where it can matter; the full audit says the same (a test shows it).

A trial touches one officer's month, and on the day the places of his squad and of the squads that share places with it;
where shifts or needs cross midnight, on the days beside it too. So the rules are asked three times: about the officer's
month, about his duties around the day, and about those squads around the day. What was true before is worked out once
for each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from constraints.base import Rule, all_rules
from domain.calendar import DAY
from domain.result import Finding
from domain.roster import Assignment, Duty, Roster, Visits
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, LockKind, Scope, Severity
from scheduler.trial import Trial, placed, tried

_RULES = {rule.id: rule for rule in all_rules()}
MONTH = tuple(r for r in all_rules() if r.scope is Scope.OFFICER and r.severity is Severity.HARD)
"""What reads one officer's shifts of the horizon and nothing else."""
DUTIES = tuple(_RULES[rid] for rid in ("R01", "R07", "R08", "R10"))
"""What reads one officer's duties of a day."""
PLACES = tuple(_RULES[rid] for rid in ("R11", "R13", "R14", "R15", "S01", "S02", "S03", "S16", "S17", "S19", "S21"))
"""What reads the places of squads on a day."""
AT_REMEDIATIONS = frozenset({"R11", "R13", "R14", "R15", "S03"})
"""Of these the rules that say nothing where no remediation is near."""
HOLDING = _RULES["S04"]


class Change(NamedTuple):
    """What a trial changes in the eyes of the rules: findings that come and findings that go, wishes left out."""

    comes: tuple[Finding, ...]
    goes: tuple[Finding, ...]

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """The hard rules it would break."""
        return tuple(f for f in self.comes if f.severity is Severity.HARD)

    @property
    def points(self) -> float:
        """What the shortfalls cost more (less, if negative)."""
        return sum(f.points for f in self.comes) - sum(f.points for f in self.goes)

    def with_more(self, other: Change) -> Change:
        """Return both changes together."""
        return Change(self.comes + other.comes, self.goes + other.goes)


@dataclass
class _Slice:
    """A squad around a day: a scenario and a roster of their own, with what each rule says of them."""

    scenario: Scenario
    promises: Scenario
    """The same without dates: of visits only those are judged that were promised."""
    roster: Roster
    before: dict[str, Counter[Finding]] = field(default_factory=dict)

    def said(self, rule: Rule) -> Counter[Finding]:
        """Return what a rule says before any trial."""
        if rule.id not in self.before:
            self.before[rule.id] = _findings(self.scenario, self.roster, (rule,))
        return self.before[rule.id]


@dataclass
class Recheck:
    """Judges trials on one roster; keep it, as it remembers what was true before."""

    scenario: Scenario
    roster: Roster
    _months: dict[tuple[str, date, str], Change] = field(default_factory=dict)
    _alone: dict[str, tuple[Scenario, Roster, Counter[Finding]]] = field(default_factory=dict)
    _days: dict[tuple[str, date, str | None], tuple[Scenario, Roster, Counter[Finding]]] = field(default_factory=dict)
    _slices: dict[tuple[str, date], _Slice] = field(default_factory=dict)
    _seen: dict[tuple[object, ...], Change] = field(default_factory=dict)
    _spots: dict[frozenset[str], tuple[Scenario, Roster, Counter[Finding]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._shifts: dict[tuple[str, date], list[Assignment]] = defaultdict(list)
        self._duties: dict[tuple[str, date], list[Duty]] = defaultdict(list)
        squad_of = {o.id: o.squad for o in self.scenario.officers}
        for a in self.roster.shifts:
            self._shifts[squad_of.get(a.officer, ""), a.day].append(a)
        for d in self.roster.duties:
            self._duties[squad_of.get(d.officer, ""), d.day].append(d)
        self._visits: dict[date, list[Visits]] = defaultdict(list)
        for v in self.roster.visits:
            self._visits[v.start.date()].append(v)
        held = {r.hotspot for r in self.roster.remediations}
        self._held = held | {p.hotspot for p in self.scenario.past_remediations}

    def judge(self, trial: Trial) -> Change:
        """Return everything the trial changes."""
        return self.personal(trial).with_more(self.around(trial))

    def personal(self, trial: Trial) -> Change:
        """Return what the trial changes for the officer alone."""
        return self._month(trial).with_more(self._around_him(trial))

    # -- the officer's month ----------------------------------------------------------------------------------

    def _month(self, trial: Trial) -> Change:
        key = (trial.officer, trial.day, trial.shift)
        if self.roster.shift_on.get(key[:2]) == trial.shift:
            return Change((), ())
        if key not in self._months:
            scenario, roster, before = self._one(trial.officer)
            after = _findings(scenario, _bare(roster, trial), MONTH)
            self._months[key] = _difference(before, after)
        return self._months[key]

    def _one(self, officer: str) -> tuple[Scenario, Roster, Counter[Finding]]:
        if officer not in self._alone:
            scenario = _alone(self.scenario, self.scenario.officer_by_id[officer], ())
            roster = Roster(shifts=self.roster.shifts_of(officer))
            self._alone[officer] = scenario, roster, _findings(scenario, roster, MONTH)
        return self._alone[officer]

    # -- the officer's duties around the day ------------------------------------------------------------------

    def _around_him(self, trial: Trial) -> Change:
        joins = trial.place if trial.kind is DutyKind.REMEDIATION else None
        key = (trial.officer, trial.day, joins)
        if key not in self._days:
            scenario, roster = self._his_days(*key)
            self._days[key] = scenario, roster, _findings(scenario, roster, DUTIES)
        scenario, roster, before = self._days[key]
        return _difference(before, _findings(scenario, placed(scenario, roster, trial), DUTIES))

    def _his_days(self, officer: str, day: date, joins: str | None) -> tuple[Scenario, Roster]:
        near = (day - DAY, day, day + DAY)
        joined = (
            r.model_copy(
                update={
                    "participants": (officer,) if officer in r.participants else (),
                    "commander": officer,
                    "vehicles": (),
                }
            )
            for r in self.roster.remediations
            if officer in r.participants or r.id == joins
        )
        roster = Roster(
            shifts=tuple(a for a in self.roster.shifts_of(officer) if a.day in near),
            duties=tuple(d for d in self.roster.duties_of(officer) if d.day in near),
            remediations=tuple(joined),
        )
        return _alone(self.scenario, self.scenario.officer_by_id[officer], near), roster

    # -- the squads around the day ----------------------------------------------------------------------------

    def around(self, trial: Trial) -> Change:
        """Return what the trial changes at the places of the officer's squad and of those that share them."""
        alike = self._alike(trial)
        if alike is None:
            return self._around(trial)
        if alike not in self._seen:
            self._seen[alike] = self._around(trial)
        return self._seen[alike]

    def _alike(self, trial: Trial) -> tuple[object, ...] | None:
        """Return what the places see of a trial: officers for whom this is equal are one to them.

        None where a remediation sees who it is.
        """
        who = self.scenario.officer_by_id[trial.officer]
        today = [d for d in self.roster.duties_of(who.id) if d.day == trial.day]
        named = any(
            who.id in r.participants for r in self.roster.remediations if abs(r.start.date() - trial.day) <= DAY
        )
        if named or trial.kind is DutyKind.REMEDIATION:
            return None
        return (
            trial.day,
            trial.shift,
            trial.spans,
            trial.kind,
            trial.place,
            trial.window,
            who.squad,
            who.certified,
            who.leads,
            who.barred_duties,
            self.scenario.absence(who.id, trial.day) is not None,
            self.roster.shift_on.get((who.id, trial.day)),
            tuple((d.start, d.end, d.kind, d.place) for d in today),
        )

    def _around(self, trial: Trial) -> Change:
        who = self.scenario.officer_by_id[trial.officer]
        here = self._slice(who.squad, trial.day)
        after = tried(here.promises, here.roster, trial, (who.squad,))
        rules = [r for r in PLACES if r.id != "S19" or who.leads]
        rules = [r for r in rules if r.id not in AT_REMEDIATIONS or after.remediations]
        parts = [_difference(here.said(rule), _findings(here.scenario, after, (rule,))) for rule in rules]
        if after.visits != here.roster.visits:
            parts.append(self._holding(here.roster.visits, after.visits))
        return _together(parts)

    def _sharing(self, home: str, day: date) -> frozenset[str]:
        """Return a squad and those that share a case desk or, these days, a presence with it."""
        found = {home}
        for desk in self.scenario.desks:
            if home in desk.squads:
                found |= set(desk.squads)
        for presence in self.scenario.presences:
            if home in presence.squads and presence.first <= day + DAY and day - DAY < presence.end:
                found |= set(presence.squads)
        return frozenset(found)

    def _slice(self, home: str, day: date) -> _Slice:
        key = (home, day)
        if key not in self._slices:
            squads = self._sharing(home, day)
            sites = {r.hotspot for r in self.roster.remediations if abs(r.start.date() - day) <= 2 * DAY}
            sites |= {p.hotspot for p in self.scenario.presences}
            scenario = _cut(self.scenario, home, squads, day, sites)
            promises = scenario.model_copy(update={"end": scenario.first})
            self._slices[key] = _Slice(scenario, promises, self._cut_roster(scenario, squads, day))
        return self._slices[key]

    def _cut_roster(self, scenario: Scenario, squads: frozenset[str], day: date) -> Roster:
        near = [day + n * DAY for n in range(-2, 3)] if len(scenario.dates) > 1 else [day]
        spots = {h.id for h in scenario.hotspots}
        return Roster(
            shifts=tuple(a for s in sorted(squads) for on in near for a in self._shifts[s, on]),
            duties=tuple(d for s in sorted(squads) for on in near for d in self._duties[s, on]),
            visits=tuple(v for on in near for v in self._visits[on] if v.hotspot in spots),
            remediations=tuple(r for r in self.roster.remediations if r.start.date() in near),
        )

    def _holding(self, before: Sequence[Visits], after: Sequence[Visits]) -> Change:
        changed = frozenset(v.hotspot for v in set(before) ^ set(after)) & self._held
        if not changed:
            return Change((), ())
        if changed not in self._spots:
            spots = tuple(h for h in self.scenario.hotspots if h.id in changed)
            scenario = self.scenario.model_copy(update={"hotspots": spots})
            roster = Roster(
                visits=tuple(v for v in self.roster.visits if v.hotspot in changed),
                remediations=tuple(r for r in self.roster.remediations if r.hotspot in changed),
            )
            self._spots[changed] = scenario, roster, _findings(scenario, roster, (HOLDING,))
        scenario, roster, said = self._spots[changed]
        gone, known = set(before) - set(after), set(before)
        new = [v for v in roster.visits if v not in gone]
        new += [v for v in after if v.hotspot in changed and v not in known]
        now = roster.model_copy(update={"visits": tuple(new)})
        return _difference(said, _findings(scenario, now, (HOLDING,)))


def judged(findings: Iterable[Finding]) -> Counter[Finding]:
    """Return the findings that say why somebody is not there: no wishes."""
    return Counter(f for f in findings if f.severity is not Severity.WISH)


def _findings(scenario: Scenario, roster: Roster, rules: Sequence[Rule]) -> Counter[Finding]:
    return judged(f for rule in rules for f in rule.audit(scenario, roster))


def _difference(before: Counter[Finding], after: Counter[Finding]) -> Change:
    return Change(tuple((after - before).elements()), tuple((before - after).elements()))


def _together(parts: Iterable[Change]) -> Change:
    found = tuple(parts)
    return Change(tuple(f for c in found for f in c.comes), tuple(f for c in found for f in c.goes))


def _bare(roster: Roster, trial: Trial) -> Roster:
    """Return the officer's shifts with the trial's in place of that day's."""
    others = tuple(a for a in roster.shifts if a.day != trial.day)
    return Roster(shifts=(*others, Assignment(officer=trial.officer, day=trial.day, shift=trial.shift)))


def _alone(scenario: Scenario, who: Officer, days: Sequence[date]) -> Scenario:
    """Return the scenario with one officer, his absences and past, and his locks of some days."""
    return scenario.model_copy(
        update={
            "officers": (who,),
            "absences": tuple(a for a in scenario.absences if a.officer == who.id),
            "past_shifts": tuple(p for p in scenario.past_shifts if p.officer == who.id),
            "locks": tuple(
                k
                for k in scenario.locks
                if k.officer == who.id and k.kind is not LockKind.REMEDIATION and k.date in days
            ),
            "designated": (),
        }
    )


def _cut(scenario: Scenario, home: str, squads: frozenset[str], day: date, sites: Collection[str]) -> Scenario:
    """Return the scenario of a date: places of ``squads``, hotspots of ``home`` and the ``sites`` by name.

    With the dates beside it where a shift, place or window reaches into the next date.
    """
    first, end = day, day + DAY
    if _crosses_midnight(scenario, squads):
        first, end = max(scenario.first, day - DAY), min(scenario.end, day + 2 * DAY)
    return scenario.model_copy(
        update={
            "first": first,
            "end": end,
            "calendar": tuple(d for d in scenario.calendar if first <= d.date < end),
            "posts": tuple(p for p in scenario.posts if p.squad in squads),
            "desks": tuple(d for d in scenario.desks if squads & set(d.squads)),
            "hotspots": tuple(h for h in scenario.hotspots if home in h.squads or h.id in sites),
            "presences": tuple(p for p in scenario.presences if squads & set(p.squads)),
        }
    )


def _crosses_midnight(scenario: Scenario, squads: frozenset[str]) -> bool:
    """Return whether a shift, place or window of the squads reaches into the next date."""
    spans = [(s.start, s.length) for squad in squads for s in scenario.shifts_of(squad)]
    spans += [(p.start, p.length) for p in scenario.posts if p.squad in squads]
    spans += [(p.start, p.length) for p in scenario.desks if squads & set(p.squads)]
    spans += [(p.start, p.length) for p in scenario.presences if squads & set(p.squads)]
    spans += [(row.start, row.length) for h in scenario.hotspots if squads & set(h.squads) for row in h.hours]
    return any(timedelta(hours=a.hour, minutes=a.minute) + length > DAY for a, length in spans)
