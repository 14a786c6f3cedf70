"""Asks the rules again about a trial, looking only where it can matter; the full audit says the same (a test shows it).

A trial touches one officer's month, and on the day the places of his squad and of the squads that share places with it;
where shifts or needs cross midnight, on the days beside it too. So the rules are asked three times: about the officer's
month, about his duties around the day, and about those squads around the day. What was true before is worked out once
for each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from constraints.base import all_rules
from domain.calendar import DAY
from domain.result import Finding
from domain.roster import Assignment, Duty, Roster, Visits
from domain.scenario import Absence, Officer, PastRemediation, PastShift, Scenario
from domain.words import DutyKind, LockKind, Scope, Severity
from scheduler.day_slice import Slice, crosses_midnight, cut, differing
from scheduler.rule_change import NOTHING, Change, difference, findings, together
from scheduler.trial import VISITS_RULE, Trial, placed, visiting

_RULES = {rule.id: rule for rule in all_rules()}
MONTH = tuple(r for r in all_rules() if r.scope is Scope.OFFICER and r.severity is Severity.HARD)
"""What reads one officer's shifts of the horizon and nothing else."""
DUTIES = tuple(_RULES[rid] for rid in ("R01", "R07", "R08", "R10"))
"""What reads one officer's duties of a day."""
PLACES = {DutyKind.POST: _RULES["S01"], DutyKind.DESK: _RULES["S16"], DutyKind.PRESENCE: _RULES["S17"]}
"""What reads the duties of one kind, and those alone."""
PATROLS = frozenset({DutyKind.PATROL, DutyKind.HOLDING})
OWN_PLACES = frozenset({DutyKind.POST, DutyKind.DESK})
HOLDING = _RULES["S04"]
_Did = tuple[datetime, datetime, DutyKind, str | None]
"""What an officer does from when to when, and where."""


class _Like(NamedTuple):
    """What rules about duties see of a trial: of the officer, of what he is to do, and of what he does that day."""

    who: tuple[object, ...]
    does: tuple[object, ...]
    did: tuple[_Did, ...]


@dataclass
class Recheck:
    """Judges trials on one roster; keep it, as it remembers what was true before."""

    scenario: Scenario
    roster: Roster
    _months: dict[tuple[str, date, str], Change] = field(default_factory=dict)
    _alone: dict[str, tuple[Scenario, Roster, Counter[Finding]]] = field(default_factory=dict)
    _days: dict[tuple[str, date, str | None], tuple[Scenario, Roster, Counter[Finding]]] = field(default_factory=dict)
    _harmless: set[tuple[object, ...]] = field(default_factory=set)
    """Trials, as `_like_any_day` sees them, that break no rule about duties."""
    _slices: dict[tuple[str, date], Slice] = field(default_factory=dict)
    _seen: dict[tuple[object, ...], Change] = field(default_factory=dict)
    _spots: dict[frozenset[str], tuple[Scenario, Roster, Counter[Finding]]] = field(default_factory=dict)

    _held_seen: dict[tuple[object, ...], Change] = field(default_factory=dict)

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
        self._today: dict[tuple[str, date], tuple[_Did, ...]] = defaultdict(tuple)
        for d in sorted(self.roster.duties, key=lambda d: d.start):
            self._today[d.officer, d.day] += ((d.start, d.end, d.kind, d.place),)
        self._locked = {(k.officer, k.date) for k in self.scenario.locks}
        self._absences: dict[str, list[Absence]] = defaultdict(list)
        self._past: dict[str, list[PastShift]] = defaultdict(list)
        for absence in self.scenario.absences:
            self._absences[absence.officer].append(absence)
        for past in self.scenario.past_shifts:
            self._past[past.officer].append(past)
        self._night = {s.id for s in self.scenario.squads if crosses_midnight(self.scenario, frozenset({s.id}))}
        self._sent: dict[date, set[str]] = defaultdict(set)
        for r in self.roster.remediations:
            days = {r.start.date(), r.end.date()}
            for who in {*r.participants, r.commander, *(use.driver for use in r.vehicles)}:
                near = {d + n * DAY for d in days for n in (-1, 0, 1)} if squad_of.get(who) in self._night else days
                for day in near:
                    self._sent[day].add(who)
        held = {r.hotspot for r in self.roster.remediations}
        self._held = held | {p.hotspot for p in self.scenario.past_remediations}

    def judge(self, trial: Trial) -> Change:
        """Return everything the trial changes."""
        return (self.personal(trial) or NOTHING).with_more(self.around(trial))

    def personal(self, trial: Trial, fewer: int | None = None) -> Change | None:
        """Return what the trial changes for the officer alone; None if his month then breaks no ``fewer`` rules."""
        month = self._month(trial)
        few = fewer is None or len(month.breaches) < fewer
        return month.with_more(self._around_him(trial)) if few else None

    # -- the officer's month ----------------------------------------------------------------------------------

    def _month(self, trial: Trial) -> Change:
        key = (trial.officer, trial.day, trial.shift)
        if self.roster.shift_on.get(key[:2]) == trial.shift:
            return NOTHING
        if key not in self._months:
            scenario, roster, before = self._one(trial.officer)
            after = findings(scenario, _bare(roster, trial), MONTH)
            self._months[key] = difference(before, after)
        return self._months[key]

    def _one(self, officer: str) -> tuple[Scenario, Roster, Counter[Finding]]:
        if officer not in self._alone:
            scenario = self._one_officer(officer, ())
            roster = Roster(shifts=self.roster.shifts_of(officer))
            self._alone[officer] = scenario, roster, findings(scenario, roster, MONTH)
        return self._alone[officer]

    # -- the officer's duties around the day ------------------------------------------------------------------

    def _around_him(self, trial: Trial) -> Change:
        joins = trial.place if trial.kind is DutyKind.REMEDIATION else None
        alike = self._like_any_day(trial)
        if alike is not None and alike in self._harmless:
            return NOTHING
        key = (trial.officer, trial.day, joins)
        if key not in self._days:
            scenario, roster = self._his_days(*key)
            self._days[key] = scenario, roster, findings(scenario, roster, DUTIES)
        scenario, roster, before = self._days[key]
        change = difference(before, findings(scenario, placed(scenario, roster, trial), DUTIES))
        if alike is not None and not change.comes and not change.goes:
            self._harmless.add(alike)
        return change

    def _like_any_day(self, trial: Trial) -> tuple[object, ...] | None:
        """Return what rules about one officer's duties see of a trial: whose days are alike are one, on any date."""
        like = self._like(trial)
        if like is None:
            return None
        midnight = datetime.combine(trial.day, time())
        spans = tuple((a - midnight, b - midnight) for a, b in trial.spans)
        today = tuple((a - midnight, b - midnight, *what) for a, b, *what in self._today[trial.officer, trial.day])
        return trial.shift, spans, trial.kind, trial.place, today, *like.who

    def _his_days(self, officer: str, day: date, joins: str | None) -> tuple[Scenario, Roster]:
        near = (day - DAY, day, day + DAY) if self.scenario.officer_by_id[officer].squad in self._night else (day,)
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
        return self._one_officer(officer, near), roster

    def _one_officer(self, officer: str, days: Sequence[date]) -> Scenario:
        """Return the scenario with one officer, his absences and past, and his locks of some days."""
        return self.scenario.model_copy(
            update={
                "officers": (self.scenario.officer_by_id[officer],),
                "absences": tuple(self._absences[officer]),
                "past_shifts": tuple(self._past[officer]),
                "locks": tuple(
                    k
                    for k in self.scenario.locks
                    if k.officer == officer and k.kind is not LockKind.REMEDIATION and k.date in days
                ),
                "designated": (),
            }
        )

    # -- the squads around the day ----------------------------------------------------------------------------

    def around(self, trial: Trial) -> Change:
        """Return what the trial changes at the places of the officer's squad and of those that share them."""
        like = self._like(trial)
        if like is None:
            return self._around(trial)
        who = self.scenario.officer_by_id[trial.officer]
        alike = (like, trial.spans, trial.window, who.leads, self.scenario.absence(who.id, trial.day) is not None)
        if alike not in self._seen:
            self._seen[alike] = self._around(trial)
        return self._seen[alike]

    def _like(self, trial: Trial) -> _Like | None:
        """Return what rules about duties see of a trial: officers for whom this is equal are one to them.

        Whoever comes to patrol patrols all of his shift, whatever hours are wanted. None where a remediation or a lock
        sees who it is.
        """
        who = self.scenario.officer_by_id[trial.officer]
        named = who.id in self._sent[trial.day] or (who.id, trial.day) in self._locked
        if named or trial.kind is DutyKind.REMEDIATION or who.squad in self._night:
            return None
        had = self.roster.shift_on.get((who.id, trial.day))
        all_day = trial.kind is DutyKind.PATROL and had != trial.shift and DutyKind.PATROL not in who.barred_duties
        return _Like(
            (who.squad, who.force, who.certified, who.barred_duties, had),
            (trial.day, trial.shift, () if all_day else trial.spans, trial.kind, trial.place),
            self._today[who.id, trial.day],
        )

    def _around(self, trial: Trial) -> Change:
        """Ask the rules that read what the trial changes: duties by kind, the shift, remediations, visits."""
        who = self.scenario.officer_by_id[trial.officer]
        here = self._slice(who.squad, trial.day)
        after = placed(here.scenario, here.roster, trial)
        old = {*self._today[who.id, trial.day]}
        new = {(d.start, d.end, d.kind, d.place) for d in after.duties if (d.officer, d.day) == (who.id, trial.day)}
        kinds = {kind for _, _, kind, _ in old ^ new}
        sends = after.remediations != here.roster.remediations
        parts = [self._at_place(here, kind, after, who, (old, new)) for kind in PLACES if kind in kinds]
        rules = []
        if self.roster.shift_on.get((who.id, trial.day)) != trial.shift:
            rules += [_RULES[rid] for rid in (("S19", "S21") if who.leads else ("S21",))]
        if sends or who.id in self._sent[trial.day]:
            rules += [_RULES["R11"]]
        if sends:
            rules += [_RULES[rid] for rid in ("R13", "R15", "S03")]
        if after.remediations and (sends or kinds & OWN_PLACES):
            rules += [_RULES["R14"]]
        parts += [here.change(rule, after) for rule in rules]
        now, then = ({(a, b) for a, b, kind, _ in did if kind in PATROLS} for did in (new, old))
        if not here.kept or trial.window is not None or (then and now != then):
            seen = trial.window, VISITS_RULE.pairs_out(here.home, after, who.squad)
            if seen not in here.seen:
                here.seen[seen] = self._visiting(here, after, trial)
            parts.append(here.seen[seen])
        return together(parts)

    def _at_place(
        self, here: Slice, kind: DutyKind, after: Roster, who: Officer, did: tuple[set[_Did], set[_Did]]
    ) -> Change:
        """Return what changes at posts, desks or presences: the same whoever of one force it is that comes or goes."""
        if who.squad in self._night:
            return here.change(PLACES[kind], after)
        rows = tuple(frozenset(row for row in rows if row[2] is kind) for rows in did)
        seen = kind, who.squad, who.force, who.certified, *rows
        if seen not in here.seen:
            here.seen[seen] = here.change(PLACES[kind], after)
        return here.seen[seen]

    def _visiting(self, here: Slice, after: Roster, trial: Trial) -> Change:
        """Return what a roster changes at hotspots, once its patrols make the visits they still, or now, can."""
        after = visiting(here.home, after, trial, [s.id for s in here.home.squads])
        spots = differing(here.roster.visits, after.visits)
        change = here.visited(after, spots)
        if spots & self._held:
            change = change.with_more(self._holding(here.roster.visits, after.visits, spots & self._held))
        return change

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

    def _slice(self, home: str, day: date) -> Slice:
        key = (home, day)
        if key not in self._slices:
            squads = self._sharing(home, day)
            sites = {r.hotspot for r in self.roster.remediations if abs(r.start.date() - day) <= 2 * DAY}
            sites |= {p.hotspot for p in self.scenario.presences}
            scenario = cut(self.scenario, home, squads, day, sites)
            alone = scenario.model_copy(
                update={
                    "squads": tuple(s for s in scenario.squads if s.id == home),
                    "officers": scenario.officers_of(home),
                }
            )
            roster = self._cut_roster(scenario, squads, day)
            kept = not any(VISITS_RULE.beyond(alone, roster))
            self._slices[key] = Slice(scenario, alone, roster, kept)
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

    def _holding(self, before: Sequence[Visits], after: Sequence[Visits], changed: frozenset[str]) -> Change:
        if changed not in self._spots:
            self._spots[changed] = self._held_at(changed)
        old, new = {id(v) for v in before}, {id(v) for v in after}
        gone = {id(v) for v in before if id(v) not in new and v.hotspot in changed}
        come = [v for v in after if v.hotspot in changed and id(v) not in old]
        key = (changed, frozenset(gone), frozenset((v.squad, v.hotspot, v.start, v.count) for v in come))
        if key not in self._held_seen:
            scenario, roster, said = self._spots[changed]
            visits = (*(v for v in roster.visits if id(v) not in gone), *come)
            now = roster.model_copy(update={"visits": visits})
            self._held_seen[key] = difference(said, findings(scenario, now, (HOLDING,)))
        return self._held_seen[key]

    def _held_at(self, spots: frozenset[str]) -> tuple[Scenario, Roster, Counter[Finding]]:
        """Return what holdings at some hotspots rest on; remediations held count as past ones, which owe the same."""
        held = (
            PastRemediation(id=r.id, group=r.group, hotspot=r.hotspot, host=r.host, date=r.start.date())
            for r in self.roster.remediations
        )
        scenario = self.scenario.model_copy(
            update={
                "hotspots": tuple(h for h in self.scenario.hotspots if h.id in spots),
                "past_remediations": (*self.scenario.past_remediations, *held),
            }
        )
        roster = Roster(visits=tuple(v for v in self.roster.visits if v.hotspot in spots))
        return scenario, roster, findings(scenario, roster, (HOLDING,))


def _bare(roster: Roster, trial: Trial) -> Roster:
    """Return the officer's shifts with the trial's in place of that day's."""
    others = tuple(a for a in roster.shifts if a.day != trial.day)
    return Roster(shifts=(*others, Assignment(officer=trial.officer, day=trial.day, shift=trial.shift)))
