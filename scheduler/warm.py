"""A run that starts from another scenario's roster, as what-if runs do from the base's.

The roster is put into the terms of the new scenario: who is gone is left out, who is away rests, what is no longer
asked is no longer done. What it breaks there, if anything, is for the search to mend. Where the same remediations are
asked for, no first roster is sought at all: the time goes to bettering this one, and the rosters compared differ by
what was changed rather than by chance.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from typing_extensions import override

from constraints.base import Candidate, OfficerClass, Period, Task
from domain.calendar import ShiftDay
from domain.roster import Roster
from domain.scenario import Group, Scenario
from domain.words import DutyKind, LockKind
from scheduler.audit import audit, points
from scheduler.build import class_of, periods_of, tasks_of
from scheduler.candidates import list_candidates
from scheduler.decided import Decided, visits_of
from scheduler.engine import FIRST, UNDECIDED, Engine
from scheduler.finish import assemble
from scheduler.incumbent import HARD_POINTS
from scheduler.job import Job, Way
from scheduler.learned import Learned
from scheduler.neighbours import heads_of
from scheduler.parts import DECIDING, BoundJob, Proof, Unit
from scheduler.second_look import LookJob
from scheduler.stages import run
from scheduler.taught import Taught, look, shifted
from scheduler.timed import FIRST_SECONDS, FIRST_SHARE
from scheduler.together import heads_as_rostered
from scheduler.trial import settled

PROOF_SHARE, PROOF_SECONDS = 0.5, 240.0
"""Share of the time left that the bound gets at most, and at most how many seconds."""
A_HEAD = {Way.HEADS: 0.36, Way.WISHES: 0.15}
"""Wall seconds for each officer of a unit that a job of each way gets; more of them pay little."""
MEND_A_HEAD = 0.5
WIDE = 0.1
"""Share by which the roster must cost more or less than at the start for heads of all units to be sought anew first: so
much is asked for, missing or at other prices then that the visits on borders of the start are no guide."""
LEAST_SHARE = 0.6
"""Share of its seconds that a job is worth beginning with."""
DETERMINISTIC_WAYS = (Way.HEADS, Way.WISHES, Way.SPAN)
TASKS = (DutyKind.POST, DutyKind.DESK, DutyKind.PRESENCE)


@dataclass(frozen=True)
class Start:
    """The roster of another scenario."""

    scenario: Scenario
    roster: Roster
    taught: Taught | None = None


@dataclass
class WarmEngine(Engine):
    """An engine with a roster to begin with; ``stands`` says that its remediations need no new choice."""

    stands: bool = False
    wide: bool = False
    """Whether much more or less is asked for than at the start, or at other prices."""
    changed: list[Unit] = field(default_factory=list)
    """Units whose bound depends on something that is not as it was at the start."""
    before: Taught | None = None
    """What bounding the start's scenario has taught."""

    def begin(self, start: Start, candidates: Sequence[Candidate]) -> None:
        """Take the start as the best roster so far, if it is lawful here or can be mended squad by squad."""
        self.wishes = True
        known, held = decided(self.scenario, start.roster, candidates)
        found = self._weigh(known, held)
        self.shares.owed = heads_as_rostered(self.scenario, self.units, known.staff)
        self.stands = _stands(self.scenario, start, candidates)
        if self.stands or not found.hard:
            self.best = found
        before = points(audit(start.scenario, start.roster, rules=DECIDING))
        self.wide = abs(found.points - before) > WIDE * before
        self.turn = 1  # its visits on borders are as good as those of the survey
        self.before = start.taught
        for unit in self.units:
            of_unit = self.before.of(unit) if self.before is not None else None
            prices = {} if of_unit is None else of_unit.proven
            self.learned[unit] = Learned(prices, tuple(heads_of(self.scenario, unit, known).items()))

    @override
    def run(self, candidates: Sequence[Candidate]) -> None:
        """Bound the scenario, mend the roster begun with or make a first one where that is not enough, and better it.

        The bound comes first: verdicts go by it, most of it is known where little has changed, and its prices make
        heads better.
        """
        self.survey()
        if self.options.deterministic is not None:
            self.prove(math.inf)
            self.look(math.inf, self.units)
            self._make(candidates, math.inf)
            for way in DETERMINISTIC_WAYS:
                if self._open():
                    self.improve(way, math.inf)
            return
        end = self.watch.seconds - self.naming_seconds()
        self.prove(self._after(end, PROOF_SHARE, PROOF_SECONDS), sharing=self.wide)
        self.look(self._until_looked(end, self.units), self.units)
        self._make(candidates, end)
        if self.wide and self._open():
            self.turn = 0
            seconds = A_HEAD[Way.HEADS] * len(self.scenario.officers) / self.workers.count
            self.improve(Way.HEADS, self._after(end, 1.0, seconds), self._paired())
        while self._pass(end):
            pass

    def _make(self, candidates: Sequence[Candidate], end: float) -> None:
        """See that there is a lawful roster: the one begun with, mended if need be, or a new one."""
        if self.stands:
            self._mend(end)
        if self.stands and self.best is not None and not self.best.hard:
            return
        if self.best is not None and self.best.hard:
            self.best = None
        self.construct(self._chosen(candidates), self._after(end, FIRST_SHARE, FIRST_SECONDS))

    def _pass(self, end: float) -> bool:
        """Better unit after unit, those that have changed first; return whether there was time for any.

        One at a time each sees what those before it have gained, and whatever time is left is enough for one. Heads are
        bettered of two neighbours as one.
        """
        tried = False
        for some in (self.changed, [unit for unit in self.units if unit not in self.changed]):
            for way in A_HEAD:
                for unit in self._paired(some) if way is Way.HEADS else some:
                    seconds = A_HEAD[way] * self._heads(unit)
                    left = end - self.watch.elapsed
                    if self._open() and left >= LEAST_SHARE * seconds:
                        self.improve(way, self.watch.elapsed + min(left, self.watch.pace * seconds), (unit,))
                        tried = True
        if tried:
            self._together(end)
        return tried

    def _heads(self, unit: Unit) -> int:
        """Return the officers of a unit, or of several as one."""
        return sum(len(self.scenario.officers_of(squad)) for squad in unit)

    @override
    def deep(self) -> bool:
        """Return that they are not: the time that one unit leaves is worth more to the next."""
        return False

    @override
    def _weight(self, job: Job | BoundJob | LookJob) -> float:
        """Return what a bound took at the start, or the usual."""
        before = self.before.of(job.squads) if self.before is not None and isinstance(job, BoundJob) else None
        return super()._weight(job) if before is None else max(1.0, before.seconds)

    @override
    def bounds(self, jobs: Sequence[BoundJob], until: float) -> list[Proof]:
        """Bound the units; one whose bound depends on nothing that has changed keeps the one that it had."""
        if self.before is None:
            return super().bounds(jobs, until)
        jobs = [replace(job, tolling=False) for job in jobs]  # there is too little time to bound all dates again
        known = [self.before.of(job.squads) for job in jobs]
        same = [
            taught is not None and taught.look == look(self.scenario, job)
            for job, taught in zip(jobs, known, strict=True)
        ]
        self.changed = [
            job.squads for job, taught, alike in zip(jobs, known, same, strict=True) if taught and not alike
        ]
        kept: dict[int, Proof] = {}
        again: dict[int, BoundJob] = {}
        for n, (job, taught, alike) in enumerate(zip(jobs, known, same, strict=True)):
            if taught is None:
                again[n] = job
                continue
            if alike:
                kept[n] = taught.proof()
            if not alike or not taught.done:
                prices = shifted(taught, job.start.prices if job.start is not None else {})
                again[n] = replace(job, start=Learned(taught.proven if alike else prices), second=job.start)
        found = dict(zip(again, super().bounds(list(again.values()), until), strict=True))
        return [_higher(kept.get(n), found.get(n)) for n in range(len(jobs))]

    def _mend(self, end: float) -> None:
        """Solve the units anew that break a rule: those with new people, say, who would have no hours at all."""
        best = self.best
        if best is None or not best.hard:
            return
        broken = [unit for unit in self.units if best.by_unit[unit] >= HARD_POINTS]
        jobs = [self._again(unit, best, Way.HEADS) for unit in broken]
        seconds = MEND_A_HEAD * sum(self._heads(unit) for unit in broken) / self.workers.count
        outcomes = self._run_all(run, jobs, self._after(end, FIRST_SHARE, seconds), FIRST, UNDECIDED)
        changes = {j.squads: o.decided for j, o in zip(jobs, outcomes, strict=True) if o.decided is not None}
        self._keep(self._weigh(self._with(best.known, changes), best.candidates))


def _higher(kept: Proof | None, found: Proof | None) -> Proof:
    """Return the better of two proofs of the same."""
    there = [proof for proof in (found, kept) if proof is not None and proof.bound is not None]
    return max(there, key=lambda proof: proof.bound or 0, default=Proof())


def decided(
    scenario: Scenario, roster: Roster, candidates: Sequence[Candidate]
) -> tuple[Decided, tuple[Candidate, ...]]:
    """Return what of a roster can be done in a scenario, and the remediations of it that can be held."""
    shifts = _shifts(scenario, roster)
    on = {(officer, shift.day): shift for officer, shift in shifts}
    listed = {c.id: c for c in candidates}
    held: list[Candidate] = []
    joins: set[tuple[str, str]] = set()
    uses: set[tuple[str, str]] = set()
    for r in roster.remediations:
        c = listed.get(r.id)
        if c is None or (c.start, c.end, c.host) != (r.start, r.end, r.host):
            continue
        there = {p for p in r.participants if (s := on.get((p, c.day))) is not None and s.covers(c.start, c.end)}
        there = {p for p in there if _may_join(scenario, c, p)}
        if there:
            held.append(c)
            joins |= {(p, c.id) for p in there}
            uses |= {(u.vehicle, c.id) for u in r.vehicles if u.vehicle in scenario.vehicle_by_id}
    known = Decided(
        shifts=frozenset(shifts),
        staff=_staff(scenario, roster, on, held),
        joins=frozenset(joins),
        uses=frozenset(uses),
        hosts={c.id: c.host for c in held},
    )
    return _visiting(scenario, roster, known, held), tuple(held)


def _shifts(scenario: Scenario, roster: Roster) -> list[tuple[str, ShiftDay]]:
    found = []
    for a in roster.shifts:
        officer = scenario.officer_by_id.get(a.officer)
        if officer is None or a.shift in officer.barred_shifts or scenario.absence(a.officer, a.day) is not None:
            continue
        if any(shift.id == a.shift for shift in scenario.shifts_of(officer.squad)):
            found.append((a.officer, scenario.shift_day(a.shift, a.day)))
    return found


def _may_join(scenario: Scenario, c: Candidate, officer: str) -> bool:
    return officer == c.commander or scenario.officer_by_id[officer].squad in (*c.squads, *c.helpers)


def _staff(
    scenario: Scenario, roster: Roster, on: Mapping[tuple[str, date], ShiftDay], held: Sequence[Candidate]
) -> dict[tuple[OfficerClass, Period, Task], int]:
    """Return the heads on every task that is still asked for, of each shift no more than it asks for.

    While shifts overlap, those who leave and those who come may both be there.
    """
    locked = {lock.officer for lock in scenario.locks if lock.kind is LockKind.DUTY}
    found: dict[tuple[OfficerClass, Period, Task], int] = defaultdict(int)
    for squad in scenario.squads:
        days: dict[date, list[Period]] = defaultdict(list)
        for period in periods_of(scenario, squad.id, held):
            days[period.start.date()].append(period)
        room: dict[tuple[Period, Task], int] = defaultdict(int)
        there: Counter[tuple[Period, Task, str]] = Counter()
        for task, need in tasks_of(scenario, squad.id):
            for day in {need.start.date(), need.end.date()}:
                for period in days[day]:
                    if need.start <= period.start and period.end <= need.end:
                        room[period, task] += need.heads
        for officer in scenario.officers_of(squad.id):
            group = class_of(officer, locked=officer.id in locked)
            for duty in roster.duties_of(officer.id):
                shift = on.get((officer.id, duty.day))
                if shift is None or duty.kind not in TASKS or not group.may(duty.kind):
                    continue
                task = Task(duty.kind, duty.place or "")
                for period in (p for day in sorted({duty.start.date(), duty.end.date()}) for p in days[day]):
                    inside = duty.start <= period.start and period.end <= duty.end
                    full = there[period, task, shift.shift] >= room[period, task]
                    if inside and not full and shift.covers(period.start, period.end):
                        there[period, task, shift.shift] += 1
                        found[group, period, task] += 1
    return dict(found)


def _visiting(scenario: Scenario, roster: Roster, known: Decided, held: Sequence[Candidate]) -> Decided:
    """Return the decisions with the visits of the roster that the patrols can still make."""
    promised = {(v.squad, v.hotspot, v.start): v.count for v in roster.visits}
    windows = {
        (squad, window): min(window.wanted, promised.get((squad, spot.id, window.start), 0))
        for spot in scenario.hotspots
        for day in scenario.dates
        for window in scenario.open_windows(spot.id, day)
        for squad in spot.squads
        if squad in scenario.squad_by_id
    }
    asked = replace(known, visits=windows)
    there = assemble(scenario, asked, held).model_copy(update={"visits": visits_of(asked)})
    made = {(v.squad, v.hotspot, v.start): v.count for v in settled(scenario, there, scenario.squad_by_id).visits}
    visits = {key: n for key in windows if (n := made.get((key[0], key[1].hotspot, key[1].start), 0))}
    return replace(known, visits=visits)


def _stands(scenario: Scenario, start: Start, candidates: Sequence[Candidate]) -> bool:
    """Return whether the same remediations are asked for as at the start; whom they lack is made good by squad."""

    def asks(groups: Sequence[Group]) -> list[Group]:
        return [g.model_copy(update={"convener": ""}) for g in groups]

    return asks(scenario.groups) == asks(start.scenario.groups) and set(candidates) == set(
        list_candidates(start.scenario)
    )
