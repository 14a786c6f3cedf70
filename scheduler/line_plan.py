"""Hands a scenario in which shifts are all there is to decide to the engine over lines."""

from __future__ import annotations

from dataclasses import replace

from constraints.base import GRAIN
from scheduler.audit import audit, hard, points
from scheduler.decided import Decided
from scheduler.engine import Engine
from scheduler.finish import assemble
from scheduler.incumbent import Incumbent
from scheduler.line_model import of_lines_alone
from scheduler.lines import solve_lines
from scheduler.parts import DECIDING


def suits_lines(engine: Engine) -> bool:
    """Return whether the engine over lines is the better one: shifts alone are wanted, so many of each.

    With posts, desks or hotspots heads of a class count and not who they are; there columns of days are far ahead. A
    deterministic limit is kept to the other engine, as this one goes by the clock.
    """
    wanted = bool(engine.scenario.covers) and engine.options.deterministic is None
    return wanted and of_lines_alone(engine.scenario)


def run_by_lines(engine: Engine) -> None:
    """Solve by lines and leave best roster, bound and status with ``engine``, as its own run would."""
    watch = replace(engine.watch, seconds=engine.watch.seconds - engine.naming_seconds())
    solved = solve_lines(engine.scenario, engine.options, watch)
    engine.statuses = dict.fromkeys(engine.units, solved.status)
    engine.bound = max(engine.bound, solved.bound / GRAIN)
    if solved.cost is None:
        return
    shifts = frozenset((a.officer, engine.scenario.shift_day(a.shift, a.day)) for a in solved.shifts)
    known = Decided(shifts=shifts)
    findings = audit(engine.scenario, assemble(engine.scenario, known, ()), rules=DECIDING)
    total, none = points(findings), dict.fromkeys(engine.units, 0.0)
    engine.best = Incumbent(known, (), total, tuple(hard(findings)), none, total)
