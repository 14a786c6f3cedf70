"""The verb `repair`: a published roster, edits, absences and sudden remediations -> the least changed lawful roster.

Only the squads concerned are opened, one part after the other, each around what the others have become.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ortools.sat.python import cp_model

from constraints.base import Candidate, all_rules
from domain.calendar import dates
from domain.problem import InputError, Problem
from domain.result import Finding
from domain.roster import Duty, Roster
from domain.scenario import Absence, Designated, Lock, Scenario
from domain.words import DutyKind, LockKind, Text
from scheduler.audit import audit, hard
from scheduler.build import post, variables
from scheduler.candidates import list_candidates
from scheduler.changes import LICENSED, PERSONAL, Ask
from scheduler.judge import Edits, edits
from scheduler.levels import Clock, Levels, settle
from scheduler.merging import merged
from scheduler.parts import units
from scheduler.solve import Limits, run_solver

Key = tuple[str, date]
LOCKABLE = (DutyKind.POST, DutyKind.DESK, DutyKind.PRESENCE)
SHORTEST = 5.0
"""Least seconds for one part."""


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
    """A repaired roster with the input it is for, its levels, the squads that were opened and the forced edits."""

    scenario: Scenario
    roster: Roster
    levels: Levels
    squads: tuple[str, ...]
    forced: tuple[Key, ...] = ()
    found: Edits = field(default_factory=Edits)


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
    forced = _forced(today, given, kept, wanted)
    lawful = [key for key in sorted(kept - forced) if key[1] >= wanted.first]
    solving = today.model_copy(update={"locks": (*today.locks, *_shift_locks(given, lawful))})
    today = solving.model_copy(update={"locks": (*solving.locks, *_duty_locks(given, lawful, made))})
    added = _added(today, scenario)
    parts = _parts(today, published, given, kept, wanted, added)
    clock_end = time.monotonic() + wanted.seconds
    levels, current = Levels(), given
    for n, squads in enumerate(parts):
        names = "、".join(today.squad_by_id[s].name for s in squads)
        tell(Text(f"修复 {names}({n + 1}/{len(parts)})", f"Repairing {names} ({n + 1} of {len(parts)})"))
        ask = Ask(
            squads=squads,
            scenario=solving,
            before=scenario,
            published=published,
            given=current,
            first=wanted.first,
            fixed=kept,
            fixed_duties=kept,
            forced=frozenset(officer for officer, _ in forced),
            added=tuple(c for c in added if set(squads) & {*c.squads, *c.helpers}),
            fixed_joins=_fixed_joins(published, given) if plan else (),
            visits=wanted.visits,
        )
        share = max(SHORTEST, (clock_end - time.monotonic()) / (len(parts) - n))
        clock = Clock(share, stopped, wanted.seed, wanted.threads)
        most = None if wanted.most is None else wanted.most - int(levels.days.value)
        repaired = settle(ask, clock, most=most, around=_around(wanted, added))
        levels = levels + repaired.levels
        current = merged(repaired)
    return Repair(
        scenario=today,
        roster=current,
        levels=levels,
        squads=tuple(s for part in parts for s in part),
        forced=tuple(sorted(forced, key=lambda key: (key[1], key[0]))),
        found=edits(published, current),
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
    """Return the input with the new absences and orders; locks of days that were edited by hand give way."""
    problems = [p for absence in wanted.absences for p in _absence_problems(scenario, absence)]
    problems += [p for order in wanted.orders for p in _order_problems(scenario, order, wanted.first)]
    if problems:
        raise InputError(tuple(problems))
    locks = tuple(k for k in scenario.locks if k.kind is LockKind.REMEDIATION or (k.officer, k.date) not in kept)
    return scenario.model_copy(
        update={
            "absences": (*scenario.absences, *wanted.absences),
            "designated": (*scenario.designated, *wanted.orders),
            "locks": locks,
        }
    )


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


# -- kept edits ---------------------------------------------------------------------------------------------------


def _shift_locks(given: Roster, kept: Iterable[Key]) -> list[Lock]:
    found = []
    for officer, day in kept:
        shift = given.shift_on.get((officer, day))
        kind = LockKind.REST if shift is None else LockKind.SHIFT
        found.append(Lock(id=f"E{day:%m%d}-{officer}", kind=kind, date=day, officer=officer, shift=shift))
    return found


def _duty_locks(given: Roster, kept: Iterable[Key], made: Edits) -> list[Lock]:
    """Return locks of the posts, desks and presences that somebody was given by hand."""
    found = []
    for officer, day in kept:
        duties = [d for d in given.duties_of(officer) if d.day == day and d.kind in LOCKABLE and d.start.date() == day]
        for n, duty in enumerate(duties if (officer, day) in made.duties else (), 1):
            found.append(
                Lock(
                    id=f"E{day:%m%d}-{officer}-{n}",
                    kind=LockKind.DUTY,
                    date=day,
                    officer=officer,
                    duty=duty.kind,
                    place=duty.place,
                    start=duty.start.time(),
                    length=duty.end - duty.start,
                )
            )
    return found


def _forced(scenario: Scenario, given: Roster, kept: Collection[Key], wanted: Wanted) -> frozenset[Key]:
    """Return the kept edits that no lawful month can hold; InputError unless they may be forced."""
    if not kept:
        return frozenset()
    lost = {officer for officer in {o for o, _ in kept} if not _has_line(scenario, given, officer, kept, wanted.first)}
    findings = hard(audit(scenario, given, rules=[r for r in all_rules() if r.id in (*PERSONAL, *LICENSED, "R01")]))
    about = [f for f in findings if f.where.officer in lost]
    unfit = [
        f for f in findings
        if f.rule in LICENSED and (f.where.officer, f.where.day) in kept and f.where.officer not in lost
    ]  # fmt: skip
    bad = frozenset(k for k in kept if k[0] in lost or any((f.where.officer, f.where.day) == k for f in unfit))
    if bad and not wanted.force:
        raise InputError(
            tuple(_unlawful(f) for f in (*about, *unfit)) or tuple(_contradiction(scenario, k) for k in bad)
        )
    return bad


def _unlawful(finding: Finding) -> Problem:
    return Problem(
        text=Text(
            f"改动违反 {finding.rule}:{finding.text.zh}。{finding.advice.zh};确要保留请加 --force",
            f"An edit breaks {finding.rule}: {finding.text.en}. {finding.advice.en}; to keep it, add --force",
        )
    )


def _contradiction(scenario: Scenario, key: Key) -> Problem:
    name = scenario.officer_by_id[key[0]].name
    return _problem(
        f"{name} {key[1]} 的改动使其当月排不出合规的班;请改回,或加 --force",
        f"With the edit of {name} on {key[1]} no lawful month is left; undo it, or add --force",
    )


def _has_line(scenario: Scenario, given: Roster, officer: str, kept: Collection[Key], first: date) -> bool:
    """Return whether the officer has any lawful month with the kept shifts and those of the days before ``first``."""
    person = scenario.officer_by_id[officer]
    alone = scenario.model_copy(
        update={"officers": (person,), "posts": (), "desks": (), "hotspots": (), "presences": (), "groups": ()}
    )
    model = variables(alone, squads=(person.squad,))
    for shift in model.shift_days(officer):
        var = model.works[officer, shift]
        if not isinstance(var, int) and (shift.day < first or (officer, shift.day) in kept):
            model.cp.add(var == int(given.shift_on.get((officer, shift.day)) == shift.shift))
    for day in model.days:
        model.cp.add_exactly_one(
            model.rest[officer, day], *(model.works[officer, s] for s in model.shift_days_on(person, day))
        )
    post(model, alone, [r for r in all_rules() if r.id in PERSONAL])
    model.cp.clear_objective()  # type: ignore[no-untyped-call]
    _, code = run_solver(model.cp, Limits(seconds=10.0, threads=1))
    return code != cp_model.INFEASIBLE


def _fixed_joins(published: Roster, given: Roster) -> tuple[tuple[str, str, bool], ...]:
    before = {r.id: set(r.participants) for r in published.remediations}
    found = []
    for r in given.remediations:
        was, now = before.get(r.id, set(r.participants)), set(r.participants)
        found += [(officer, r.id, officer in now) for officer in sorted(was ^ now)]
    return tuple(found)


# -- which squads -------------------------------------------------------------------------------------------------


def _added(today: Scenario, before: Scenario) -> tuple[Candidate, ...]:
    """Return the remediations that new orders may become."""
    new = {d.id for d in today.designated} - {d.id for d in before.designated}
    return tuple(c for c in list_candidates(today) if c.designated in new) if new else ()


def _parts(
    scenario: Scenario,
    published: Roster,
    given: Roster,
    kept: Collection[Key],
    wanted: Wanted,
    added: Iterable[Candidate],
) -> list[tuple[str, ...]]:
    """Return the squads to open: those with edits or new absences, each with whom it shares a desk.

    A new remediation opens all that may take part, together.
    """
    home = {o.id: o.squad for o in scenario.officers}
    touched = {home[o] for o, day in kept if day >= wanted.first and o in home}
    touched |= {home[a.officer] for a in wanted.absences if a.end > wanted.first}
    before = {r.id: r for r in published.remediations}
    for r in given.remediations:
        if before.get(r.id) != r and r.end.date() >= wanted.first:
            changed = set(r.participants) ^ set(before[r.id].participants if r.id in before else ())
            touched |= {r.host, *(home[o] for o in changed if o in home)}
    joint: set[str] = set()
    for c in added:
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
