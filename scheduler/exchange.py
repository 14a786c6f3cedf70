"""Lines bettered while the dates may exchange their columns: who works when and how many do, decided together.

Heads are chosen without a look at persons. The lines beneath them then lose what those heads ask of few people, and
wishes that other heads, which cost no more, would meet. Here each date may take any of the columns that are cheap at
the best prices, and the lines follow. CP-SAT betters what is known part by part (large neighbourhoods).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model

from constraints.base import GRAIN
from domain.scenario import Scenario
from scheduler.build import Built
from scheduler.days import Days
from scheduler.decided import Decided, hint, read_off
from scheduler.duties import decisive
from scheduler.job import Job
from scheduler.kinds import Column
from scheduler.parallel import stopped_here
from scheduler.polish import at_work, same_heads
from scheduler.solve import Limits, run_solver

DEAR_UNITS, MOST_COLUMNS = 40 * GRAIN, 24
"""A date may take columns that are dearer than its cheapest one by so many units at most, and so many of them."""


@dataclass(frozen=True)
class Exchanged:
    """Lines, and heads and visits of the dates ``fitted``, which keep to their column."""

    known: Decided
    fitted: frozenset[date]


def exchanged(scenario: Scenario, job: Job, days: Days, known: Decided, limits: Limits) -> Exchanged | None:
    """Better known lines together with the columns of the dates that have one; None if nothing was found in time.

    Dates on which duties say who may work keep their heads.
    """
    there = {c.day: c for c in days.fitted(at_work(days.people, known))}
    free = frozenset(there) - decisive(scenario, job)
    if not free:
        return None
    built = same_heads(scenario, job, known, free)
    choices = {day: _choose(built, columns) for day, columns in _cheap(days, there, free).items()}
    rows = [row for of_date in choices.values() for row in of_date]
    cp = built.model.cp
    cp.minimize(sum([*built.cost, *(column.cost * literal for column, literal in rows)]))
    cp.clear_hints()  # type: ignore[no-untyped-call]
    hint(built.model, known)
    for column, literal in rows:
        cp.add_hint(literal, column is there[column.day])
    solver, code = run_solver(cp, replace(limits, polish=True), stopped_here)
    if code not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    staff = {key: n for key, n in known.staff.items() if key[1].start.date() not in free}
    visits = {key: n for key, n in known.visits.items() if key[1].day not in free}
    for column in (column for column, literal in rows if solver.value(literal)):
        staff |= column.staff
        visits |= column.visits
    lines = read_off(built.model, solver)
    return Exchanged(replace(lines, staff=staff, visits=visits, uses=known.uses), frozenset(there))


def _cheap(days: Days, there: dict[date, Column], free: Collection[date]) -> dict[date, list[Column]]:
    """Return the columns that each free date may take: what is there, and those that are cheap at the best prices."""
    found = {}
    for day in days.days:
        if day.day in free:
            mine = there[day.day]
            others = days.cheapest(day, DEAR_UNITS)[:MOST_COLUMNS]
            found[day.day] = [mine, *(column for column in others if column.heads != mine.heads)]
    return found


def _choose(built: Built, columns: Sequence[Column]) -> list[tuple[Column, cp_model.IntVar]]:
    """Let a date take one of some columns: its heads work, and more only where some of them do nothing anyway."""
    model = built.model
    rows = [(column, model.cp.new_bool_var("")) for column in columns]
    model.cp.add_exactly_one(literal for _, literal in rows)
    needed = {id(column): column.needed for column in columns}
    for group, members in model.members.items():
        for shift in model.shift_days(members[0]):
            if shift.day != columns[0].day:
                continue
            works = sum(model.works[o.id, shift] for o in members)
            least, most = [], []
            for column, literal in rows:
                heads, busy = column.heads.get((group, shift), 0), needed[id(column)].get((group, shift), 0)
                least.append(busy * literal)
                most.append((heads if heads == busy else len(members)) * literal)
            model.cp.add(works >= sum(least))
            model.cp.add(works <= sum(most))
    return rows
