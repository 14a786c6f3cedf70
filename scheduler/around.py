"""Solves a few squads again around a finished roster: everything stays as it is but what is opened.

The model of the squads is built once, with all rules; each question opens some officer-days and dates on a copy of it.
Where no shift may change, a model of the dates alone will do (`Stage.days`): what people work elsewhere is theirs to
keep, so no rule about their month can say anything new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model
from typing_extensions import override

from constraints.base import GRAIN, Candidate, OfficerClass, Period, RosterModel, Task
from constraints.s04_holding import holdings
from domain.calendar import DAY, OpenWindow, overlaps
from domain.roster import Assignment, Duty, Holding, Remediation, Roster
from domain.scenario import Officer, PastRemediation, Scenario
from domain.words import DutyKind, LockKind
from scheduler.build import build, class_of, post
from scheduler.day_slice import crosses_midnight
from scheduler.decided import Decided, read_off, remediations_of, visits_of
from scheduler.finish import with_holdings
from scheduler.naming import Namer, Names, Stretch
from scheduler.opening import Key, Opening, Stage, candidate_of
from scheduler.parts import DECIDING

UNITS, UNITS_OF_DAYS = 0.06, 0.03
"""Deterministic time of one question about a month, and about days: the same question has the same answer."""
EACH = tuple(rule for rule in DECIDING if rule.id == "R06")
"""What is posted for each question, about those who are free: an option may widen the band of hours."""
BUILT = tuple(rule for rule in DECIDING if rule not in EACH)
ON_A_DAY = frozenset({"R10", "R11", "R13", "R15", "S03", "S19"})
"""Rules that say something about a day on which nobody's shift may change, beside those about duties by class."""
OF_DAYS = tuple(rule for rule in DECIDING if rule.by_class or rule.id in ON_A_DAY)
BONUS = 1000 * GRAIN
"""Objective units for a filled minute or visit: what is asked for comes before everything else."""
MOST_HEADS = 1_000
"""More than any class has."""
TASKS = (DutyKind.POST, DutyKind.DESK, DutyKind.PRESENCE)


@dataclass(frozen=True)
class Part:
    """One part of what is to be filled: ``weight`` (minutes, visits, people) for each that is there, up to ``most``."""

    there: tuple[cp_model.IntVar, ...]
    most: int
    weight: int = 1


Goal = Callable[["Around"], Sequence[Part]]
"""What is to be made large, in minutes, visits or people."""


class Around:
    """The model of some squads around a roster."""

    def __init__(self, scenario: Scenario, roster: Roster, stage: Stage) -> None:
        self.scenario, self.roster, self.stage = scenario, roster, stage
        self.squads = stage.squads
        part = scenario if stage.days is None else _on_days(scenario, roster, stage)
        near = [r for r in roster.remediations if r.group in scenario.group_by_id or r.designated]
        near = [r for r in near if r.id not in stage.gone and part.first <= r.start.date() < part.end]
        dates = _between(scenario, stage.near)
        near = [r for r in near if dates is None or r.start.date() in dates]
        held = [c for c in (candidate_of(scenario, r) for r in near) if self._mine(c)]
        known = {c.id for c in stage.come}
        self.candidates = (*(c for c in held if c.id not in known), *stage.come)
        rules = BUILT if stage.days is None else OF_DAYS
        built = build(part, rules, squads=self.squads, candidates=self.candidates, frozen=roster, near=dates)
        self.model, self.cost = built.model, built.cost
        self.staff = heads(scenario, roster, self.model)
        self.made = {(v.squad, v.hotspot, v.start): v.count for v in roster.visits}
        self.joined = {(p, r.id) for r in roster.remediations for p in r.participants}
        self.used = {(use.vehicle, r.id) for r in roster.remediations for use in r.vehicles}
        self.now = dict(self._now())

    def _mine(self, c: Candidate) -> bool:
        boss = self.scenario.officer_by_id.get(c.commander or "")
        return bool(set(self.squads) & {*c.squads, *c.helpers, c.host, *((boss.squad,) if boss else ())})

    def _now(self) -> Iterator[tuple[int, int]]:
        """Yield the index of every variable that the roster decides, with its value there."""
        model, on = self.model, self.roster.shift_on
        found: list[tuple[object, int]] = []
        found += ((var, int(on.get((o, shift.day)) == shift.shift)) for (o, shift), var in model.works.items())
        found += ((var, self.staff.get(key, 0)) for key, var in model.staff.items())
        found += ((var, self._visits(squad, window)) for (squad, window), var in model.visits.items())
        found += ((var, int(key in self.joined)) for key, var in model.joins.items())
        found += ((var, int(key in self.used)) for key, var in model.uses.items())
        yield from ((var.index, value) for var, value in found if isinstance(var, cp_model.IntVar))

    def _visits(self, squad: str, window: OpenWindow) -> int:
        return min(window.wanted, self.made.get((squad, window.hotspot, window.start), 0))

    def solve(self, opening: Opening, goal: Goal, scenario: Scenario | None = None) -> Decided | None:
        """Return the decisions that reach most of the goal, then cost least; None if none reaches more than now.

        ``scenario`` gives the band of hours where it is not the model's own.
        """
        cp = self.model.cp.clone()
        days = opening.days | {day for _, day in opening.free}
        self._fix(cp, opening, days)
        if opening.free:
            free = {officer for officer, _ in opening.free}
            people = tuple(o for o in self.model.officers if o.id in free)
            post(replace(self.model, cp=cp, officers=people), scenario or self.scenario, EACH)
        cp.minimize(sum([*self.cost, *self._moved(cp, days), -BONUS * self._more(cp, goal(self))]))
        solver = _solver(UNITS if self.stage.days is None else UNITS_OF_DAYS)
        status = solver.solve(cp)
        return read_off(self.model, solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None

    def _moved(self, cp: cp_model.CpModel, days: Collection[date]) -> Iterator[cp_model.IntVar]:
        """Yield by how much heads on open dates differ from those now: where that costs nothing they are to stay."""
        for key, var in self.model.staff.items():
            if key[1].start.date() in days:
                now = self.staff.get(key, 0)
                moved = cp.new_int_var(0, MOST_HEADS, f"moved/{var.index}")
                cp.add(moved >= var - now)
                cp.add(moved >= now - var)
                yield moved

    def _more(self, cp: cp_model.CpModel, parts: Sequence[Part]) -> cp_model.LinearExprT:
        """Return how much is there; it is to be more than the roster has: that there is no more is proven soon."""
        filled: list[cp_model.LinearExprT] = []
        before = 0
        for n, part in enumerate(parts):
            has = cp.new_int_var(0, part.most, f"option/{n}")
            cp.add(has <= sum(part.there))
            filled.append(part.weight * has)
            before += part.weight * min(part.most, sum(self.now.get(var.index, 0) for var in part.there))
        cp.add(sum(filled) > before)
        return sum(filled)

    def changed(self, known: Decided, opening: Opening) -> Opening:
        """Return the opening cut down to the officer-days whose shift the decisions changed."""
        now = {(officer, shift.day): shift.shift for officer, shift in known.shifts}
        moved = frozenset(key for key in opening.free if now.get(key) != self.roster.shift_on.get(key))
        return Opening(opening.days, moved, len(moved), same_heads=opening.same_heads)

    def _fix(self, cp: cp_model.CpModel, opening: Opening, days: Collection[date]) -> None:
        model = self.model
        for (officer, shift), var in model.works.items():
            if isinstance(var, int) or (officer, shift.day) in opening.free:
                continue
            cp.add(var == int(self.roster.shift_on.get((officer, shift.day)) == shift.shift))
        for key, var in model.staff.items():
            if key[1].start.date() not in days:
                cp.add(var == self.staff.get(key, 0))
        for (squad, window), count in model.visits.items():
            if not isinstance(count, int) and window.day not in days:
                cp.add(count == self._visits(squad, window))
        open_crews = {c.id for c in self.stage.come}
        for c in self.candidates:
            cp.add(model.held[c.id] == 1)
        for literals, known in ((model.joins, self.joined), (model.uses, self.used)):
            for pair, literal in literals.items():
                if not isinstance(literal, int) and pair[1] not in open_crews:
                    cp.add(literal == int(pair in known))
        self._count_changes(cp, opening)

    def _count_changes(self, cp: cp_model.CpModel, opening: Opening) -> None:
        same = []
        for officer, day in sorted(opening.free):
            had = self.roster.shift_on.get((officer, day))
            now = next((s for s in self.model.shift_days(officer) if (s.day, s.shift) == (day, had)), None)
            same.append(self.model.rest[officer, day] if now is None else self.model.works[officer, now])
        if same:
            cp.add(sum(same) >= len(same) - opening.most)
        if opening.same_heads:
            heads: dict[tuple[date, str], list[str]] = defaultdict(list)
            for officer, day in sorted(opening.free):
                for shift in self.model.shift_days(officer):
                    if shift.day == day:
                        heads[day, shift.shift].append(officer)
            for (day, name), people in heads.items():
                on = [
                    self.model.works[o, s]
                    for o in people
                    for s in self.model.shift_days(o)
                    if (s.day, s.shift) == (day, name)
                ]
                cp.add(sum(on) == sum(self.roster.shift_on.get((o, day)) == name for o in people))

    def roster_of(self, known: Decided, days: Collection[date]) -> Roster:
        """Return the roster with the decisions on some dates; whoever can, stays where he was."""
        scenario, inside = self.scenario, {o.id for o in self.model.officers}
        open_days = set(days)
        shifts = [a for a in self.roster.shifts if a.officer not in inside or a.day not in open_days]
        shifts += [Assignment(officer=o, day=s.day, shift=s.shift) for o, s in known.shifts if s.day in open_days]
        duties = [d for d in self.roster.duties if d.officer not in inside or d.day not in open_days]
        for squad in self.squads:
            duties += self._named(squad, known, open_days)
        visits = [v for v in self.roster.visits if v.squad not in self.squads or v.start.date() not in open_days]
        visits += [v for v in visits_of(known) if v.squad in self.squads and v.start.date() in open_days]
        order = {o.id: n for n, o in enumerate(scenario.officers)}
        found = self.roster.model_copy(
            update={
                "shifts": tuple(sorted(shifts, key=lambda a: (order.get(a.officer, 0), a.day))),
                "duties": tuple(sorted(duties, key=lambda d: (order.get(d.officer, 0), d.start))),
                "visits": tuple(sorted(visits, key=lambda v: (v.start, v.hotspot, v.squad))),
            }
        )
        if self.stage.come or self.stage.gone:
            found = found.model_copy(update={"remediations": self._held(known)})
        owed = holdings(scenario, found)
        mine = [h for h in owed if h.squad in self.squads and h.day in open_days]
        return found.model_copy(update={"holdings": owed, "duties": _charged(scenario, found, mine, open_days)})

    def _held(self, known: Decided) -> tuple[Remediation, ...]:
        """Return the remediations with those of the stage in place of what is gone; no vehicle is at two at once."""
        mine = {c.id for c in self.stage.come}
        kept = [r for r in self.roster.remediations if r.id not in mine | self.stage.gone]
        for r in remediations_of(self.scenario, known, self.stage.come):
            away = {use.vehicle for o in kept if overlaps(o.start, o.end, r.start, r.end) for use in o.vehicles}
            free = tuple(use for use in r.vehicles if use.vehicle not in away)
            kept.append(r.model_copy(update={"vehicles": free}))
        return tuple(sorted(kept, key=lambda r: (r.start, r.id)))

    def _named(self, squad: str, known: Decided, days: Collection[date]) -> list[Duty]:
        near = {day + n * DAY for day in days for n in (-1, 0, 1)}
        shifts = frozenset((o, s) for o, s in known.shifts if s.day in near and self.model.squad_of[o] == squad)
        part = Decided(shifts=shifts, staff=known.staff, joins=known.joins)
        namer = _Staying(self.scenario, squad, part, self.candidates, self.roster)
        periods = [p for p in self.model.periods[squad] if {p.start.date(), p.end.date()} & near]
        return [d for d in namer.duties(periods, (), lambda: False) if d.day in days]


def _solver(units: float) -> cp_model.CpSolver:
    """Return a solver for models in which little is open: little presolve, the full linear relaxation, one thread."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_deterministic_time = units
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.max_presolve_iterations = 1
    return solver


def _charged(scenario: Scenario, roster: Roster, owed: Sequence[Holding], days: Collection[date]) -> tuple[Duty, ...]:
    """Return all duties with the holdings of some days charged; the duties of other days stay the same records."""
    today = tuple(d for d in roster.duties if d.day in days)
    charged = with_holdings(scenario, roster.model_copy(update={"duties": today}), owed)
    order = {o.id: n for n, o in enumerate(scenario.officers)}
    found = [*(d for d in roster.duties if d.day not in days), *charged]
    return tuple(sorted(found, key=lambda d: (order.get(d.officer, 0), d.start)))


def _between(scenario: Scenario, span: tuple[date, date] | None) -> frozenset[date] | None:
    """Return the scenario's dates in [first, last]; None where no span is given."""
    return None if span is None else frozenset(d for d in scenario.dates if span[0] <= d <= span[1])


def _on_days(scenario: Scenario, roster: Roster, stage: Stage) -> Scenario:
    """Return the scenario of a stage's dates; earlier remediations are past ones.

    With the dates before and after, where the squads have hours that reach into another date or remediations change.
    """
    first, last = stage.days or (scenario.first, scenario.end)
    if stage.come or stage.gone or crosses_midnight(scenario, frozenset(stage.squads)):
        first, last = max(scenario.first, first - DAY), last + DAY
    end = min(scenario.end, last + DAY)
    past = (
        PastRemediation(id=r.id, group=r.group, hotspot=r.hotspot, host=r.host, date=r.start.date())
        for r in roster.remediations
        if r.start.date() < first
    )
    return scenario.model_copy(
        update={
            "first": first,
            "end": end,
            "calendar": tuple(d for d in scenario.calendar if first <= d.date < end),
            "past_shifts": (),
            "past_remediations": (*scenario.past_remediations, *past),
            "locks": tuple(k for k in scenario.locks if first <= k.date < end and k.kind is not LockKind.REMEDIATION),
            "designated": tuple(d for d in scenario.designated if first < d.end and d.first < end),
        }
    )


class _Staying(Namer):
    """Names whoever had a task before to it again, so that nobody changes places without need."""

    def __init__(
        self, scenario: Scenario, squad: str, known: Decided, candidates: Sequence[Candidate], roster: Roster
    ) -> None:
        super().__init__(scenario, squad, known, candidates)
        self.roster = roster

    @override
    def greedy(self, stretch: Stretch) -> Names:
        names: Names = {}
        before: dict[str, Task | None] = {}
        for period in stretch.periods:
            here = [o for o, s in stretch.on if s.covers(period.start, period.end) and self.free(o, period)]
            taken: set[str] = set()
            for (group, task), n in sorted(self.heads[period].items()):
                fit = [o for o in here if self.class_by_officer[o.id] == group and o.id not in taken]
                fit.sort(key=lambda o: (not self._was_at(o, period, task), before.get(o.id) != task, o.id))
                for person in fit[:n]:
                    names[person.id, period] = task
                    taken.add(person.id)
            for person in here:
                names.setdefault((person.id, period), None)
            before = {person.id: names[person.id, period] for person in here}
        return names

    def _was_at(self, who: Officer, period: Period, task: Task) -> bool:
        return any(
            (d.kind, d.place) == (task.kind, task.place) and d.start <= period.start and period.end <= d.end
            for d in self.roster.duties_of(who.id)
        )


def heads(scenario: Scenario, roster: Roster, model: RosterModel) -> Mapping[tuple[OfficerClass, Period, Task], int]:
    """Return how many of each class a roster has on each task, in the model's periods."""
    locked = {lock.officer for lock in scenario.locks if lock.kind is LockKind.DUTY}
    by_day: dict[Key, list[Period]] = defaultdict(list)
    for squad, periods in model.periods.items():
        for period in periods:
            by_day[squad, period.start.date()].append(period)
    found: dict[tuple[OfficerClass, Period, Task], int] = defaultdict(int)
    for officer in model.officers:
        group = class_of(officer, locked=officer.id in locked)
        for duty in roster.duties_of(officer.id):
            if duty.kind not in TASKS or duty.place is None:
                continue
            for day in sorted({duty.start.date(), duty.end.date()}):
                for period in by_day[officer.squad, day]:
                    if duty.start <= period.start and period.end <= duty.end:
                        found[group, period, Task(duty.kind, duty.place)] += 1
    return found
