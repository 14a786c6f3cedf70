"""Orders in the counts of a unit: a remediation that must be held once, on whichever of its dates costs least.

Holding it on a date counts as one head of a class of its own, in a shift as long as the remediation. So the month ties
the dates of an order together as it ties those of a class: by a sum over the dates, which must come to one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, RosterModel, Task, all_rules
from domain.calendar import ShiftDay
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, Force
from scheduler.candidates import list_candidates
from scheduler.recut import recut_by

Shapes = Mapping[OfficerClass, tuple[tuple[ShiftDay, int], ...]]


def owed_by(scenario: Scenario, squads: Collection[str]) -> tuple[Candidate, ...]:
    """Return the candidates of the orders that nobody but these squads carries out."""
    return tuple(
        c for c in list_candidates(scenario) if c.designated is not None and recut_by(scenario, c) <= set(squads)
    )


def shapes(owed: Sequence[Candidate]) -> Shapes:
    """Return for each order the class that stands for it, and the left side of the sum that must come to one."""
    found: dict[OfficerClass, list[tuple[ShiftDay, int]]] = {}
    for c in owed:
        found.setdefault(class_of(c), []).append((shift_of(c), 1))
    return {group: tuple(sorted(shape)) for group, shape in found.items()}


def class_of(c: Candidate) -> OfficerClass:
    """Return the class that stands for the order of a candidate."""
    return OfficerClass(c.host, Force.SERVICE, False, (DutyKind.REMEDIATION,), f"order {c.designated}")


def shift_of(c: Candidate) -> ShiftDay:
    """Return the shift in which that class works where the candidate is held."""
    return ShiftDay(c.start, c.end, c.day, f"order {c.designated}", timedelta(0))


def add_owed(
    model: RosterModel, scenario: Scenario, c: Candidate, people: Mapping[OfficerClass, tuple[Officer, ...]]
) -> tuple[cp_model.IntVar, cp_model.LinearExprT]:
    """Let a candidate be held or not; return the variable and what missing people cost (S03), in units.

    Squads that take part send certified officers as R13 asks, and man their own places meanwhile (R14).
    """
    cp = model.cp
    rules = {rule.id: rule for rule in all_rules()}
    held = cp.new_bool_var(f"held/{c.id}")
    model.held[c.id] = held
    going = []
    for squad in (*c.squads, *c.helpers):
        sends = cp.new_bool_var(f"sends/{squad}/{c.id}")
        cp.add(sends <= held)
        model.sends[squad, c.id] = sends
        sent = sent_by_class(model, c, squad, max(len(people[group]) for group in model.classes[squad]))
        for group, var in sent:
            cp.add(var <= len(people[group]) * sends)
        if squad in c.squads:
            certified = sum(var for group, var in sent if group.certified)
            cp.add(certified >= rules["R13"].params(scenario).certified * sends)
        going += [var for _, var in sent]
    cp.add(sum(model.sends[squad, c.id] for squad in c.squads) >= c.need_squads * held)
    missing = cp.new_int_var(0, c.target_heads, f"missing/{c.id}")
    cp.add(missing >= c.target_heads * held - sum(going))
    return held, price_of_one(scenario, c) * missing


def add_going(
    model: RosterModel,
    scenario: Scenario,
    c: Candidate,
    squads: Collection[str],
    least: int,
    surely: str | None,
    paid: bool,
    people: Mapping[OfficerClass, tuple[Officer, ...]],
) -> cp_model.LinearExprT:
    """Let at least so many of some squads send people as R13 asks; return what is ``paid``, negative, in units."""
    cp = model.cp
    rules = {rule.id: rule for rule in all_rules()}
    going, all_sent = [], []
    for squad in squads:
        sends = model.sends[squad, c.id] = cp.new_bool_var(f"sends/{squad}/{c.id}")
        going.append(sends)
        sent = sent_by_class(model, c, squad, max(len(people[group]) for group in model.classes[squad]))
        for group, var in sent:
            cp.add(var <= len(people[group]) * sends)
        cp.add(sum(var for _, var in sent) >= sends)
        certified = sum(var for group, var in sent if group.certified)
        cp.add(certified >= rules["R13"].params(scenario).certified * sends)
        all_sent += [var for _, var in sent]
    cp.add(sum(going) >= least)
    if surely is not None:
        cp.add(model.sends[surely, c.id] == 1)
    return -price_of_one(scenario, c) * cp_model.LinearExpr.sum(all_sent) if paid else 0


def price_of_one(scenario: Scenario, c: Candidate) -> int:
    """Return what one head missing at a remediation costs (S03), in units."""
    return c.length_min * next(rule for rule in all_rules() if rule.id == "S03").price(scenario, "heads")


def sent_by_class(
    model: RosterModel, c: Candidate, squad: str, most: int
) -> list[tuple[OfficerClass, cp_model.IntVar]]:
    """Let officers of each class, ``most`` at most, go to a candidate: the same people in all of its periods."""
    found = []
    task = Task(DutyKind.REMEDIATION, c.id)
    for group in model.classes[squad]:
        if group.may(DutyKind.REMEDIATION):
            who = model.members[group][0].id
            covering = [model.works[who, s] for s in model.shift_days(who) if s.covers(c.start, c.end)]
            var = model.cp.new_int_var(0, most, f"sent/{group.force}/{group.tag}/{c.id}")
            model.cp.add(var <= sum(covering))
            found.append((group, var))
            for period in model.periods[squad]:
                if c.start <= period.start and period.end <= c.end:
                    model.add_staff(group, period, task, var)
    return found
