"""Second stage: who of a class takes which duty. Small models per squad and stretch of time, after a greedy start.

The first stage says how many of a class are at a task in a period; in every period any choice of people fits, so the
greedy start is always a legal roster. The model then cuts switches (S20) and shares posts (S12).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, Period, RosterModel, Rule, Task
from domain.calendar import ShiftDay, overlaps
from domain.roster import Duty
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, LockKind
from scheduler.build import class_of
from scheduler.decided import Decided

NAMING_SECONDS = 2.0


@dataclass(frozen=True)
class Stretch:
    """A stretch of one squad's time that no worked shift crosses the ends of; ``on`` lists who works which shift."""

    squad: str
    periods: tuple[Period, ...]
    on: tuple[tuple[Officer, ShiftDay], ...]


Names = dict[tuple[str, Period], Task | None]
"""Officer id and period -> task; None is patrol (or standby, for those barred from it)."""


def stretches(scenario: Scenario, squad: str, known: Decided, periods: Sequence[Period]) -> Iterator[Stretch]:
    """Cut a squad's horizon where no worked shift runs on, in time order."""
    on = sorted(
        (
            (scenario.officer_by_id[oid], shift)
            for oid, shift in known.shifts
            if scenario.officer_by_id[oid].squad == squad
        ),
        key=lambda pair: (pair[1].start, pair[0].id),
    )
    now: list[tuple[Officer, ShiftDay]] = []
    for person, shift in on:
        if now and shift.start >= max(s.end for _, s in now):
            yield _stretch(squad, periods, now)
            now = []
        now.append((person, shift))
    if now:
        yield _stretch(squad, periods, now)


def _stretch(squad: str, periods: Sequence[Period], on: list[tuple[Officer, ShiftDay]]) -> Stretch:
    start, end = min(s.start for _, s in on), max(s.end for _, s in on)
    return Stretch(squad, tuple(p for p in periods if start <= p.start and p.end <= end), tuple(on))


class Namer:
    """Names the duties of one squad, stretch by stretch, keeping count of who stood at which post."""

    def __init__(self, scenario: Scenario, squad: str, known: Decided, candidates: Sequence[Candidate]) -> None:
        self.scenario = scenario
        self.squad = squad
        self.known = known
        self.candidates = candidates
        locked = {lock.officer for lock in scenario.locks if lock.kind is LockKind.DUTY}
        people = scenario.officers_of(squad)
        self.class_by_officer = {o.id: class_of(o, locked=o.id in locked) for o in people}
        self.at: dict[str, list[Candidate]] = defaultdict(list)
        for oid, cid in sorted(known.joins):
            self.at[oid] += [c for c in candidates if c.id == cid]
        self.stood: dict[tuple[str, str], int] = defaultdict(int)
        self.heads: dict[Period, dict[tuple[OfficerClass, Task], int]] = defaultdict(dict)
        for (group, period, task), n in known.staff.items():
            if period.squad == squad:
                self.heads[period][group, task] = n

    def duties(self, periods: Sequence[Period], rules: Sequence[Rule], go_on: Callable[[], bool]) -> list[Duty]:
        """Return the squad's duties; ``rules`` (naming scope) are optimised as long as ``go_on()`` says so."""
        found: list[Duty] = []
        for stretch in stretches(self.scenario, self.squad, self.known, periods):
            names = self.greedy(stretch)
            if rules and go_on():
                names = self.improved(stretch, names, rules)
            for oid, post in {(oid, t.place) for (oid, _), t in names.items() if t and t.kind is DutyKind.POST}:
                self.stood[oid, post] += 1
            found += self._duties(stretch, names)
        return found

    def free(self, person: Officer, period: Period) -> bool:
        """Return whether an officer is at no remediation in a period."""
        return not any(overlaps(c.start, c.end, period.start, period.end) for c in self.at[person.id])

    def greedy(self, stretch: Stretch) -> Names:
        """Name period by period: whoever was at the task stays, then whoever stood at the post least."""
        names: Names = {}
        before: dict[str, Task | None] = {}
        for period in stretch.periods:
            here = [o for o, s in stretch.on if s.covers(period.start, period.end) and self.free(o, period)]
            taken: set[str] = set()
            for (group, task), n in sorted(self.heads[period].items()):
                fit = [o for o in here if self.class_by_officer[o.id] == group and o.id not in taken]
                ranked = [(before.get(o.id) != task, self.stood[o.id, task.place], o.id) for o in fit]
                for _, _, oid in sorted(ranked)[:n]:
                    names[oid, period] = task
                    taken.add(oid)
            for person in here:
                names.setdefault((person.id, period), None)
            before = {person.id: names[person.id, period] for person in here}
        return names

    def improved(self, stretch: Stretch, start: Names, rules: Sequence[Rule]) -> Names:
        """Optimise the naming of a stretch from a start; ties go to those who stood at the post least."""
        model = self.model(stretch)
        cp = model.cp
        cost: list[cp_model.LinearExprT] = []
        for rule in rules:
            cost += [1000 * rule.price(self.scenario, t.item) * t.amount for t in rule.post(model, self.scenario)]
        for (oid, period, task), var in model.does.items():
            if isinstance(var, int):
                continue
            cp.add_hint(var, start.get((oid, period)) == task)
            if task is not None and task.kind is DutyKind.POST:
                cost.append(min(20, self.stood[oid, task.place]) * var)
        cp.minimize(sum(cost))
        solver = cp_model.CpSolver()
        solver.parameters.catch_sigint_signal = False
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = NAMING_SECONDS
        status = solver.solve(cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return start
        chosen = {
            (oid, period): task
            for (oid, period, task), var in model.does.items()
            if not isinstance(var, int) and solver.value(var)
        }
        return {key: chosen[key] for key in start}

    def model(self, stretch: Stretch) -> RosterModel:
        """Return the naming model of a stretch: ``does`` for everybody on shift, heads as the first stage has them."""
        cp = cp_model.CpModel()
        model = RosterModel(
            cp=cp,
            officers=tuple(dict.fromkeys(o for o, _ in stretch.on)),
            squads=(self.scenario.squad_by_id[self.squad],),
            groups=(),
            days=tuple(sorted({s.day for _, s in stretch.on})),
            squad_of={o.id: o.squad for o in self.scenario.officers},
            named_before=dict(self.stood),
        )
        model.periods[self.squad] = stretch.periods
        for person, shift in stretch.on:
            model.add_works(person.id, shift, 1)
        for period in stretch.periods:
            self._does(model, stretch, period)
        return model

    def _does(self, model: RosterModel, stretch: Stretch, period: Period) -> None:
        wanted = self.heads[period]
        at_task: dict[tuple[OfficerClass, Task], list[cp_model.IntVar]] = defaultdict(list)
        for person, shift in stretch.on:
            if not shift.covers(period.start, period.end):
                continue
            if not self.free(person, period):
                there = next(c for c in self.at[person.id] if overlaps(c.start, c.end, period.start, period.end))
                model.add_does(person.id, period, Task(DutyKind.REMEDIATION, there.id), 1)
                continue
            group = self.class_by_officer[person.id]
            options = [task for g, task in wanted if g == group]
            mine = []
            for task in (*options, None):
                var = model.cp.new_bool_var(f"does/{person.id}/{period.start:%m%d%H%M}/{task and task.place}")
                model.add_does(person.id, period, task, var)
                mine.append(var)
                if task is not None:
                    at_task[group, task].append(var)
            model.cp.add_exactly_one(mine)
        for key, n in wanted.items():
            model.cp.add(sum(at_task[key]) == n)

    def _duties(self, stretch: Stretch, names: Names) -> Iterator[Duty]:
        for person, shift in stretch.on:
            rest = DutyKind.STANDBY if DutyKind.PATROL in person.barred_duties else DutyKind.PATROL
            row: Duty | None = None
            for period in stretch.periods:
                if not shift.covers(period.start, period.end):
                    continue
                kind, place = self._what(person, period, names, rest)
                if row is not None and (row.kind, row.place) == (kind, place):
                    row = row.model_copy(update={"end": period.end})
                    continue
                if row is not None:
                    yield row
                row = _duty(person.id, shift.day, period, kind, place)
            if row is not None:
                yield row

    def _what(self, person: Officer, period: Period, names: Names, rest: DutyKind) -> tuple[DutyKind, str | None]:
        if not self.free(person, period):
            there = next(c for c in self.at[person.id] if overlaps(c.start, c.end, period.start, period.end))
            return DutyKind.REMEDIATION, there.id
        task = names[person.id, period]
        return (rest, None) if task is None else (task.kind, task.place)


def _duty(officer: str, day: date, period: Period, kind: DutyKind, place: str | None) -> Duty:
    return Duty(officer=officer, day=day, start=period.start, end=period.end, kind=kind, place=place)
