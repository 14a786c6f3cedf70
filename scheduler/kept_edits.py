"""Hand edits that a repair keeps: the locks they become, and those that no lawful month can hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from ortools.sat.python import cp_model

from constraints.base import all_rules
from domain.problem import InputError, Problem
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Lock, Scenario
from domain.words import DutyKind, LockKind, Text
from scheduler.audit import audit, hard
from scheduler.build import post, variables
from scheduler.changes import LICENSED, PERSONAL
from scheduler.judge import Edits
from scheduler.solve import Limits, run_solver

Key = tuple[str, date]
LOCKS = "R10"
LOCKABLE = (DutyKind.POST, DutyKind.DESK, DutyKind.PRESENCE)


def shift_locks(given: Roster, kept: Iterable[Key]) -> list[Lock]:
    """Return locks of the shifts, or the rest, of some officers' days."""
    found = []
    for officer, day in kept:
        shift = given.shift_on.get((officer, day))
        kind = LockKind.REST if shift is None else LockKind.SHIFT
        found.append(Lock(id=f"E{day:%m%d}-{officer}", kind=kind, date=day, officer=officer, shift=shift))
    return found


def duty_locks(given: Roster, kept: Iterable[Key], made: Edits) -> list[Lock]:
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


def forced_keys(
    scenario: Scenario, given: Roster, kept: Collection[Key], first: date, *, force: bool
) -> frozenset[Key]:
    """Return the kept edits that no lawful month can hold; InputError unless they may be forced."""
    if not kept:
        return frozenset()
    lost = {officer for officer in {o for o, _ in kept} if not _has_line(scenario, given, officer, kept, first)}
    findings = hard(audit(scenario, given, rules=[r for r in all_rules() if r.id in (*PERSONAL, *LICENSED, "R01")]))
    about = [f for f in findings if f.where.officer in lost]
    about = [f for f in about if f.rule != "R01"] or about  # duties beside the shift only follow from the edit
    unfit = [
        f for f in findings
        if f.rule in LICENSED and (f.where.officer, f.where.day) in kept and f.where.officer not in lost
    ]  # fmt: skip
    bad = frozenset(k for k in kept if k[0] in lost or any((f.where.officer, f.where.day) == k for f in unfit))
    if bad and not force:
        raise InputError(
            tuple(_unlawful(scenario, f) for f in (*about, *unfit)) or tuple(_contradiction(scenario, k) for k in bad)
        )
    return bad


def _unlawful(scenario: Scenario, finding: Finding) -> Problem:
    locked = _locked(scenario, finding.where.officer or "")
    return Problem(
        text=Text(
            f"改动违反 {finding.rule}:{finding.text.zh}。{finding.advice.zh};确要保留请加 --force{locked.zh}",
            f"An edit breaks {finding.rule}: {finding.text.en}. {finding.advice.en}; to keep it, add --force"
            f"{locked.en}",
        )
    )


def _locked(scenario: Scenario, officer: str) -> Text:
    """Return which days of an officer the input locks, as what follows from an edit may not go there."""
    found = [
        (f"{lock.date:%m-%d}", scenario.shift_by_id[lock.shift].name if lock.shift in scenario.shift_by_id else "")
        for lock in _shift_locks_of(scenario, officer)
    ]
    if not found:
        return Text("", "")
    zh = "、".join(f"{day} {shift or '休息'}" for day, shift in found)
    en = ", ".join(f"{day} {shift or 'rest'}" for day, shift in found)
    return Text(f"(锁定的日子:{zh})", f" (days locked in the input: {en})")


def _contradiction(scenario: Scenario, key: Key) -> Problem:
    name = scenario.officer_by_id[key[0]].name
    return Problem(
        text=Text(
            f"{name} {key[1]} 的改动使其当月排不出合规的班;请改回,或加 --force{_locked(scenario, key[0]).zh}",
            f"With the edit of {name} on {key[1]} no lawful month is left; undo it, or add --force"
            f"{_locked(scenario, key[0]).en}",
        )
    )


def _shift_locks_of(scenario: Scenario, officer: str) -> Iterator[Lock]:
    kinds = (LockKind.SHIFT, LockKind.REST)
    return (lock for lock in scenario.locks if lock.officer == officer and lock.kind in kinds)


def _has_line(scenario: Scenario, given: Roster, officer: str, kept: Collection[Key], first: date) -> bool:
    """Return whether the officer has any lawful month with the kept shifts and those of the days before ``first``."""
    person = scenario.officer_by_id[officer]
    alone = scenario.model_copy(
        update={
            "officers": (person,), "posts": (), "desks": (), "hotspots": (), "presences": (), "groups": (),
            "designated": (), "locks": tuple(_shift_locks_of(scenario, officer)),
        }
    )  # fmt: skip
    model = variables(alone, squads=(person.squad,))
    for shift in model.shift_days(officer):
        var = model.works[officer, shift]
        if not isinstance(var, int) and (shift.day < first or (officer, shift.day) in kept):
            model.cp.add(var == int(given.shift_on.get((officer, shift.day)) == shift.shift))
    for day in model.days:
        model.cp.add_exactly_one(
            model.rest[officer, day], *(model.works[officer, s] for s in model.shift_days_on(person, day))
        )
    post(model, alone, [r for r in all_rules() if r.id in (*PERSONAL, LOCKS)])
    model.cp.clear_objective()  # type: ignore[no-untyped-call]
    _, code = run_solver(model.cp, Limits(seconds=10.0, threads=1))
    return code != cp_model.INFEASIBLE


def fixed_joins(published: Roster, given: Roster) -> tuple[tuple[str, str, bool], ...]:
    """Return officer, remediation and whether he takes part, for everybody whom an edit of the plan put in or out."""
    before = {r.id: set(r.participants) for r in published.remediations}
    found = []
    for r in given.remediations:
        was, now = before.get(r.id, set(r.participants)), set(r.participants)
        found += [(officer, r.id, officer in now) for officer in sorted(was ^ now)]
    return tuple(found)
