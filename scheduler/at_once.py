"""The heads of a whole month in one small model, for units whose people are not scarce.

Where people are worth nothing the days' columns are all alike to the linear programme, and few of them fit together;
one model of all days has its answer in a blink there. Where people are scarce it gets nowhere, so it gets little time.
"""

from __future__ import annotations

from dataclasses import replace

from domain.words import Status
from scheduler.counts import add_sums, heads_model
from scheduler.days import Days, Month
from scheduler.parallel import stopped_here
from scheduler.solve import Limits, run_solver

LOOSE = 0.02
"""Share of its cost by which a month of chosen columns may be dearer than their best mix."""
UNITS = 0.5
"""Deterministic time of the model."""


def bettered(days: Days, month: Month, limits: Limits) -> Month:
    """Return the month, or a cheaper one from one model of all days where its columns are far above their best mix."""
    if month.cost is not None and month.cost - max(month.mixed, month.bound) <= LOOSE * abs(month.cost):
        return month
    built, counts = heads_model(
        days.scenario,
        days.rules,
        days.people,
        candidates=days.candidates,
        quotas=days.quotas,
        owed=days.owed,
        frozen=days.frozen,
    )
    cp = built.model.cp
    add_sums(cp, counts, [*days.sums, *(s for day in days.days for s in day.limits)])
    cp.minimize(sum(built.cost))
    for column in month.columns:
        for key, heads in column.heads.items():
            cp.add_hint(counts[key], heads)
    solver, code = run_solver(cp, replace(limits, deterministic=UNITS, light=True), stopped_here)
    if Status(solver.status_name(code)) not in (Status.OPTIMAL, Status.FEASIBLE):
        return month
    columns = days.fitted({key: solver.value(var) for key, var in counts.items()})
    cost = sum(column.cost for column in columns)
    if len(columns) < len(days.days) or (month.cost is not None and cost >= month.cost):
        return month
    return Month(columns, cost, month.bound, month.mixed)
