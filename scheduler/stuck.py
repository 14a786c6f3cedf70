"""Why a repair is not possible: which kept edits clash, or how many officer-days have to change at least."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ortools.sat.python import cp_model

from scheduler.changes import Ask, part_of
from scheduler.solve import Limits, run_solver

Key = tuple[str, date]
SECONDS = 5.0
"""Most seconds for one answer."""
MOST_SECONDS = 30.0
"""Most seconds for the whole search."""


@dataclass(frozen=True)
class Why:
    """What stands in the way of a repair.

    ``clash`` are kept edits that cannot stay together although they can without any one of them; not ``least`` if the
    search ran out of time. ``days`` is a proven least number of changed officer-days where fewer were allowed.
    """

    clash: tuple[Key, ...] = ()
    least: bool = True
    days: int | None = None


def why(ask: Ask, keys: Sequence[Key], most: int | None, stopped: Callable[[], bool]) -> Why:
    """Return why a part that was proven to have no repair has none.

    ``ask`` is the part without the locks that kept edits become; ``keys`` are those edits of its squads.
    """
    until = time.monotonic() + MOST_SECONDS
    if most is not None and _holds(ask, keys, stopped):
        return Why(days=_least_days(ask, keys, stopped))
    if not keys or not _holds(ask, (), stopped):
        return Why()
    given: set[Key] = set()
    needed: list[Key] = []
    blocks: list[Sequence[Key]] = [sorted(keys)]
    while blocks:
        block = blocks.pop(0)
        late = stopped() or time.monotonic() > until
        if late:
            needed += block
        elif not _holds(ask, [k for k in keys if k not in given and k not in block], stopped):
            given.update(block)
        elif len(block) == 1:
            needed += block
        else:
            middle = len(block) // 2
            blocks[:0] = [block[:middle], block[middle:]]
    return Why(clash=tuple(sorted(needed)), least=not late)


def _model(ask: Ask, keys: Sequence[Key]) -> tuple[cp_model.CpModel, cp_model.LinearExpr]:
    """Return the hard rules with some edits kept, and the number of changed officer-days."""
    part = part_of(replace(ask, fixed=frozenset(keys), fixed_duties=frozenset(keys), wishes=False), {})
    return part.built.model.cp, cp_model.LinearExpr.sum(list(part.changed))


def _holds(ask: Ask, keys: Sequence[Key], stopped: Callable[[], bool]) -> bool:
    """Return whether it is not proven that there is no roster with these edits kept."""
    cp, _ = _model(ask, keys)
    cp.clear_objective()  # type: ignore[no-untyped-call]
    _, code = run_solver(cp, Limits(seconds=SECONDS, first=True), stopped)
    return code != cp_model.INFEASIBLE


def _least_days(ask: Ask, keys: Sequence[Key], stopped: Callable[[], bool]) -> int:
    cp, changed = _model(ask, keys)
    cp.minimize(changed)
    solver, _ = run_solver(cp, Limits(seconds=SECONDS, counting=True), stopped)
    return round(solver.best_objective_bound)
