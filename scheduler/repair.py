"""The verb `repair`: a published roster, edits, absences and sudden remediations -> the least changed lawful roster.

Only the squads concerned are opened, one part after the other, each around what the others have become.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from constraints.base import GRAIN, Candidate, all_rules
from domain.calendar import dates
from domain.problem import InputError, Problem
from domain.roster import Duty, Remediation, Roster
from domain.scenario import Absence, Designated, Scenario
from domain.words import DutyKind, LockKind, Text
from scheduler.candidates import list_candidates
from scheduler.changes import Ask
from scheduler.judge import Edits, edits
from scheduler.kept_edits import duty_locks, fixed_joins, forced_keys, shift_locks
from scheduler.levels import BETTER_PART, BETTER_SECONDS, Clock, Levels, Repaired, Unsolvable, settle
from scheduler.merging import merged
from scheduler.parts import units
from scheduler.replan import at_stake, elsewhere, movable, squads_of, weaker
from scheduler.stuck import Why, why

Key = tuple[str, date]
CHANGED = "S14"
"""The rule that prices a changed officer-day, where moving a remediation is weighed against its losing strength."""
LEAST_TRY = 0.5
"""Part of the time that a further try gets at least."""
SHORTEST, LEAST_BETTER = 5.0, 0.5
"""Least seconds for one part, and for the objective of one."""


@dataclass(frozen=True)
class Wanted:
    """What a repair is asked for.

    Dates before ``first`` stay as they are. ``keep`` are officers and dates whose hand edits stay, None for all of
    them and those of the plan. ``most`` is the largest number of changed officer-days. ``force`` lets kept edits break
    rules about persons. ``visits`` puts hotspot visits among the shortfalls that come before everything else.
    """

    first: date
    absences: tuple[Absence, ...] = ()
    orders: tuple[Designated, ...] = ()
    keep: frozenset[Key] | None = None
    most: int | None = None
    force: bool = False
    visits: bool = False
    seconds: float = 60.0
    seed: int = 1
    threads: int = 4


@dataclass(frozen=True)
class Repair:
    """A repaired roster with the input it is for, its parts, the squads that were opened and the forced edits."""

    scenario: Scenario
    roster: Roster
    parts: tuple[Repaired, ...]
    squads: tuple[str, ...]
    forced: tuple[Key, ...] = ()
    found: Edits = field(default_factory=Edits)

    @property
    def levels(self) -> Levels:
        """The levels of all parts; their bounds are waited for, as they are sought beside what comes after."""
        return sum((part.settled() for part in self.parts), Levels())


def repair(
    scenario: Scenario,
    published: Roster,
    edited: Roster,
    wanted: Wanted,
    *,
    tell: Callable[[Text], object] = lambda text: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Repair:
    """Repair ``published``, of which ``edited`` is the version that came back.

    Raises
    ------
    InputError
        Where absences, orders or kept edits cannot be, each with what to do.
    Unsolvable
        Where the hard rules leave no roster for some squads, or none was found in time.
    """
    made = edits(published, edited)
    kept = frozenset(k for k in _edited(made) if wanted.keep is None or k in wanted.keep)
    plan = wanted.keep is None
    given = _given(scenario, published, edited, kept, plan=plan)
    today = _today(scenario, wanted, kept)
    forced = forced_keys(today, given, kept, wanted.first, force=wanted.force)
    lawful = [key for key in sorted(kept - forced) if key[1] >= wanted.first]
    solving = today.model_copy(update={"locks": (*today.locks, *shift_locks(given, lawful))})
    today = solving.model_copy(update={"locks": (*solving.locks, *duty_locks(given, lawful, made))})
    beside = ThreadPoolExecutor(max_workers=1)
    task = _Task(solving, scenario, published, given, kept, forced, wanted, plan, _added(today, scenario), beside)
    try:
        found = _planned(task, tell, stopped)
    except Unsolvable as nothing:
        if nothing.proven and not stopped():
            nothing.why = _why(replace(task, scenario=_today(scenario, wanted, kept)), nothing.squads, tell, stopped)
        raise
    finally:
        beside.shutdown(wait=False)
    return Repair(
        scenario=today,
        roster=found.roster,
        parts=found.parts,
        squads=tuple(s for part in found.parts for s in part.part.ask.squads),
        forced=tuple(sorted(forced, key=lambda key: (key[1], key[0]))),
        found=edits(published, found.roster),
    )


def _why(task: _Task, squads: tuple[str, ...], tell: Callable[[Text], object], stopped: Callable[[], bool]) -> Why:
    """Return why some squads have no repair; the edits are then no locks of the task's scenario."""
    tell(Text("查找原因", "Looking for the reason"))
    of = {o.id for s in squads for o in task.scenario.officers_of(s)}
    keys = [key for key in sorted(task.kept) if key[0] in of and key[1] >= task.wanted.first]
    return why(_ask(task, squads, task.given), keys, task.wanted.most, stopped)


@dataclass(frozen=True)
class _Task:
    """What every try of a repair has in common."""

    scenario: Scenario
    before: Scenario
    published: Roster
    given: Roster
    kept: frozenset[Key]
    forced: frozenset[Key]
    wanted: Wanted
    plan: bool
    added: tuple[Candidate, ...]
    beside: Executor


@dataclass(frozen=True)
class _Try:
    """A try: the roster it came to, its levels, its parts, and the price of a changed officer-day."""

    roster: Roster
    levels: Levels
    parts: tuple[Repaired, ...]
    change: float

    @property
    def cost(self) -> tuple[float, float]:
        """Shortfalls and what changed officer-days are priced at [points], then changed duties."""
        return self.levels.shortfalls.value + self.change * self.levels.days.value, self.levels.duties.value


def _planned(task: _Task, tell: Callable[[Text], object], stopped: Callable[[], bool]) -> _Try:
    """Try with remediations as they are; where that fails or weakens one, with all its squads; then let it move."""
    end = time.monotonic() + task.wanted.seconds
    parts = _parts(task)
    best: _Try | None = None
    failed: Unsolvable | None = None

    def attempt(these: list[tuple[str, ...]], moving: Sequence[Remediation] = ()) -> _Try | None:
        nonlocal failed
        try:
            seconds = max(LEAST_TRY * task.wanted.seconds, end - time.monotonic())
            return _tried(task, these, moving, seconds, tell, stopped)
        except Unsolvable as nothing:
            if not nothing.proven and best is None and failed is None:
                raise
            failed = failed or nothing
            return None

    best = attempt(parts)
    stake = [
        r
        for r in at_stake(task.scenario, task.before, task.published, task.given, {o for o, _ in task.kept})
        if r.start.date() >= task.wanted.first
    ]
    if failed is not None:
        stuck = set(failed.squads)
        stake = [r for r in stake if stuck & squads_of(task.scenario, r)]
    weak = stake if best is None else weaker(task.scenario, task.published, best.roster, stake)
    if weak and not stopped():
        names = "、".join(r.id for r in weak)
        tell(Text(f"重新安排整治 {names}", f"Planning {names} anew"))
        wide = _together(parts, task, weak)
        if set(wide) != set(parts):
            best = _better(best, attempt(wide))
        weak = weak if best is None else weaker(task.scenario, task.published, best.roster, weak)
        moving = movable(task.scenario, weak)
        if moving and not stopped():
            best = _better(best, attempt(wide, moving))
    if best is None:
        raise failed or AssertionError("no try was made")
    return best


def _better(one: _Try | None, other: _Try | None) -> _Try | None:
    if one is None or other is None:
        return one or other
    best, left = (other, one) if other.cost < one.cost else (one, other)
    for part in left.parts:
        part.helped.cancel()
    return best


def _together(
    parts: Sequence[tuple[str, ...]], task: _Task, remediations: Iterable[Remediation]
) -> list[tuple[str, ...]]:
    """Return the parts with the squads of some remediations, and whoever shares a desk with them, as one part."""
    wide = {s for r in remediations for s in squads_of(task.scenario, r)}
    near = {s for unit in units(task.scenario) if wide & set(unit) for s in unit}
    apart = [part for part in parts if not near & set(part)]
    near |= {s for part in parts if near & set(part) for s in part}
    return [*apart, tuple(s.id for s in task.scenario.squads if s.id in near)]


def _tried(
    task: _Task,
    parts: Sequence[tuple[str, ...]],
    moving: Sequence[Remediation],
    seconds: float,
    tell: Callable[[Text], object],
    stopped: Callable[[], bool],
) -> _Try:
    """Repair one part after the other, each around what the others have become."""
    wanted, scenario = task.wanted, task.scenario
    places = [c for c in elsewhere(scenario, task.given, moving) if c.day >= wanted.first]
    added = (*task.added, *places)
    clock_end, better = time.monotonic() + seconds, max(BETTER_SECONDS, BETTER_PART * wanted.seconds)
    levels, current = Levels(), task.given
    done: list[Repaired] = []
    for n, squads in enumerate(parts):
        names = "、".join(scenario.squad_by_id[s].name for s in squads)
        tell(Text(f"修复 {names}({n + 1}/{len(parts)})", f"Repairing {names} ({n + 1} of {len(parts)})"))
        ask = replace(
            _ask(task, squads, current),
            added=tuple(c for c in added if set(squads) & {*c.squads, *c.helpers}),
            moving=frozenset(r.id for r in moving if set(squads) >= squads_of(scenario, r)),
        )
        share = max(SHORTEST, (clock_end - time.monotonic()) / (len(parts) - n))
        clock = Clock(share, max(LEAST_BETTER, better / len(parts)), stopped, wanted.seed, wanted.threads)
        most = None if wanted.most is None else wanted.most - int(levels.days.value)
        repaired = settle(ask, clock, task.beside, most=most, around=_around(wanted, added))
        levels = levels + repaired.levels
        done.append(repaired)
        current = merged(repaired)
    change = next(rule for rule in all_rules() if rule.id == CHANGED).price(scenario) / GRAIN
    return _Try(current, levels, tuple(done), change)


def _ask(task: _Task, squads: tuple[str, ...], given: Roster) -> Ask:
    """Return what is asked of a part around ``given``, with the remediations that are new."""
    return Ask(
        squads=squads,
        scenario=task.scenario,
        before=task.before,
        published=task.published,
        given=given,
        first=task.wanted.first,
        fixed=task.kept,
        fixed_duties=task.kept,
        forced=frozenset(officer for officer, _ in task.forced),
        added=tuple(c for c in task.added if set(squads) & {*c.squads, *c.helpers}),
        fixed_joins=fixed_joins(task.published, task.given) if task.plan else (),
        visits=task.wanted.visits,
    )


# -- what is given ------------------------------------------------------------------------------------------------


def _edited(made: Edits) -> frozenset[Key]:
    return frozenset({(e.officer, e.day) for e in made.shifts} | set(made.duties))


def _given(scenario: Scenario, published: Roster, edited: Roster, kept: Collection[Key], *, plan: bool) -> Roster:
    """Return the published roster with the kept edits; gaps that an edit left in somebody's duties become patrol."""
    shifts = [a for a in published.shifts if (a.officer, a.day) not in kept]
    shifts += [a for a in edited.shifts if (a.officer, a.day) in kept]
    duties = [d for d in published.duties if (d.officer, d.day) not in kept]
    for officer, day in kept:
        duties += _filled(scenario, edited, officer, day)
    remediations = edited.remediations if plan else published.remediations
    return published.model_copy(update={"shifts": tuple(shifts), "duties": tuple(duties), "remediations": remediations})


def _filled(scenario: Scenario, roster: Roster, officer: str, day: date) -> list[Duty]:
    duties = [d for d in roster.duties_of(officer) if d.day == day]
    shift = roster.shift_on.get((officer, day))
    if shift not in scenario.shift_by_id:
        return duties
    span = scenario.shift_day(shift, day)
    inside = all(span.covers(d.start, d.end) for d in duties)
    if not duties or not inside or any(a.end > b.start for a, b in pairwise(duties)):
        return duties
    person = scenario.officer_by_id[officer]
    beat = DutyKind.STANDBY if DutyKind.PATROL in person.barred_duties else DutyKind.PATROL
    marks = [span.start, *(t for d in duties for t in (d.start, d.end)), span.end]
    gaps = [(a, b) for a, b in zip(marks[::2], marks[1::2], strict=True) if a < b]
    return [*duties, *(Duty(officer=officer, day=day, start=a, end=b, kind=beat) for a, b in gaps)]


def _today(scenario: Scenario, wanted: Wanted, kept: Collection[Key]) -> Scenario:
    """Return the input with the new absences and orders.

    Locks of days that were edited by hand give way, and so do shifts and duties locked for somebody absent now.
    """
    problems = absence_problems(scenario, wanted.absences)
    problems += [p for order in wanted.orders for p in _order_problems(scenario, order, wanted.first)]
    if problems:
        raise InputError(tuple(problems))
    away = {(a.officer, on) for a in wanted.absences for on in dates(a.start, a.end)}
    locks = tuple(
        k
        for k in scenario.locks
        if k.kind is LockKind.REMEDIATION
        or ((k.officer, k.date) not in kept and (k.kind is LockKind.REST or (k.officer, k.date) not in away))
    )
    return scenario.model_copy(
        update={
            "absences": (*scenario.absences, *wanted.absences),
            "designated": (*scenario.designated, *wanted.orders),
            "locks": locks,
        }
    )


def absence_problems(scenario: Scenario, absences: Iterable[Absence]) -> list[Problem]:
    """Return what is wrong with new absences: an unknown officer, dates outside the period or taken already."""
    return [problem for absence in absences for problem in _absence_problems(scenario, absence)]


def _absence_problems(scenario: Scenario, absence: Absence) -> list[Problem]:
    who = scenario.officer_by_id.get(absence.officer)
    if who is None:
        return [_problem(f"没有编号为“{absence.officer}”的队员", f"there is no officer {absence.officer}")]
    if not (scenario.first <= absence.start < absence.end <= scenario.end):
        last = scenario.dates[-1]
        return [
            _problem(
                f"{who.name}的请假 {absence.start} 至 {absence.end} 不在 {scenario.first} 至 {last} 内",
                f"{who.name}'s absence {absence.start} to {absence.end} is not within {scenario.first} to {last}",
            )
        ]
    taken = [on for on in dates(absence.start, absence.end) if scenario.absence(who.id, on) is not None]
    if taken:
        return [
            _problem(
                f"{who.name} {taken[0]} 已请假,请从 --absent 中去掉这些日期",
                f"{who.name} is absent on {taken[0]} already; leave these dates out of --absent",
            )
        ]
    return []


def _order_problems(scenario: Scenario, order: Designated, first: date) -> list[Problem]:
    if any(d.id == order.id for d in scenario.designated):
        return [
            _problem(f"已有指定整治 {order.id},请另取编号", f"there is an order {order.id} already; use another id")
        ]
    if order.end <= first:
        return [_problem(f"指定整治 {order.id} 在 {first} 之前", f"order {order.id} lies before {first}")]
    return []


def _problem(zh: str, en: str) -> Problem:
    return Problem(text=Text(zh, en))


# -- which squads -------------------------------------------------------------------------------------------------


def _added(today: Scenario, before: Scenario) -> tuple[Candidate, ...]:
    """Return the remediations that new orders may become."""
    new = {d.id for d in today.designated} - {d.id for d in before.designated}
    return tuple(c for c in list_candidates(today) if c.designated in new) if new else ()


def _parts(task: _Task) -> list[tuple[str, ...]]:
    """Return the squads to open: those with edits or new absences, each with whom it shares a desk.

    A new remediation opens all that may take part, together.
    """
    scenario, given, kept, wanted = task.scenario, task.given, task.kept, task.wanted
    home = {o.id: o.squad for o in scenario.officers}
    touched = {home[o] for o, day in kept if day >= wanted.first and o in home}
    touched |= {home[a.officer] for a in wanted.absences if a.end > wanted.first}
    before = {r.id: r for r in task.published.remediations}
    for r in given.remediations:
        if before.get(r.id) != r and r.end.date() >= wanted.first:
            changed = set(r.participants) ^ set(before[r.id].participants if r.id in before else ())
            touched |= {r.host, *(home[o] for o in changed if o in home)}
    joint: set[str] = set()
    for c in task.added:
        joint |= {*c.squads, *c.helpers}
    found: list[tuple[str, ...]] = []
    together: set[str] = set()
    for unit in units(scenario):
        if joint & set(unit):
            together |= set(unit)
        elif touched & set(unit):
            found.append(unit)
    if together:
        found.append(tuple(s.id for s in scenario.squads if s.id in together))
    return found


def _around(wanted: Wanted, added: Iterable[Candidate]) -> frozenset[date]:
    days = {on for a in wanted.absences for on in dates(a.start, a.end)} | {c.day for c in added}
    return frozenset(day for day in days if day >= wanted.first)
