"""One CP-SAT solve of a built part: limits, stop, progress, and an outcome whose status is never guessed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from domain.words import Status
from scheduler.build import Built
from scheduler.decided import Decided, hint, read_off
from scheduler.learned import Learned

POLL_SECONDS = 0.1
COUNTING = ("max_lp", "core", "default_lp", "quick_restart_no_lp")
"""CP-SAT's strategies for counts, the first of them where there are fewer threads. One alone may be lost for 30 s."""
POLISHING = 2
"""Threads that better known lines: around what is known more is found in a second than by a search of everything."""
LINES = ("max_lp", "no_lp")
"""CP-SAT's strategies for officers' lines, a thread each: with its full linear relaxation one finds in a fifth of a
second what four others miss in ten seconds, and the one without any moves on from there."""


@dataclass(frozen=True)
class Limits:
    """How far one solve may go: wall ``seconds`` or ``deterministic`` units, a relative ``gap``; with ``threads``.

    ``light``: with little presolve, for models in which little is open, and the full linear relaxation in one thread.
    ``counting``: for models that ask how few of many may differ from what is known; one round of presolve, and threads
    that find and prove in different ways. ``lines``: for models of officers' lines, in two threads whatever ``threads``
    says. ``polish``: what is known is bettered part by part, and nothing proven, for as long as the limits say.
    ``first``: the first answer will do.
    """

    seconds: float | None
    deterministic: float | None = None
    seed: int = 1
    threads: int = 4
    gap: float = 0.0
    light: bool = False
    counting: bool = False
    lines: bool = False
    polish: bool = False
    first: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a solve came to; ``cost`` and ``bound`` in units of 1/GRAIN point, None where there is none.

    ``learned`` is for the next time the same part is solved.
    """

    status: Status
    decided: Decided | None
    cost: int | None
    bound: int | None
    learned: Learned | None = None


def solve(
    built: Built,
    limits: Limits,
    *,
    known: Decided | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Solve until optimal, at the limit, or until ``stopped()``; ``known`` decisions are suggested to start from."""
    if known is not None:
        built.model.cp.clear_hints()  # type: ignore[no-untyped-call]
        hint(built.model, known)
    if stopped():
        return Outcome(Status.UNKNOWN, None, None, None)
    solver, code = run_solver(built.model.cp, limits, stopped)
    status = Status(solver.status_name(code))
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        bound = None if status in (Status.INFEASIBLE, Status.MODEL_INVALID) else _whole(solver.best_objective_bound)
        return Outcome(status, None, None, bound)
    return Outcome(
        status, read_off(built.model, solver), round(solver.objective_value), _whole(solver.best_objective_bound)
    )


def run_solver(
    model: cp_model.CpModel, limits: Limits, stopped: Callable[[], bool] = lambda: False
) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """Solve a model until optimal, at the limit, or until ``stopped()``; return the solver and its code."""
    solver = _solver(limits)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(POLL_SECONDS):
            if stopped():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        code = solver.solve(model)
    finally:
        done.set()
        watcher.join()
    return solver, code


def _solver(limits: Limits) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = limits.seed
    parameters.catch_sigint_signal = False
    parameters.num_workers = limits.threads
    parameters.relative_gap_limit = limits.gap
    parameters.stop_after_first_solution = limits.first
    if limits.counting:
        parameters.max_presolve_iterations = 1
        if limits.threads > 1:
            parameters.subsolvers.extend(COUNTING)
    if limits.threads == 1 and (limits.counting or limits.light):
        parameters.linearization_level = 2
    if limits.lines:
        parameters.num_workers = len(LINES)
        parameters.subsolvers.extend(LINES)
    if limits.polish and (limits.seconds is not None or limits.deterministic is not None):
        parameters.num_workers = POLISHING
        parameters.use_lns_only = True
        parameters.linearization_level = 2
        parameters.max_presolve_iterations = 1
    if limits.light or limits.counting or limits.lines or limits.polish:
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
    if limits.deterministic is not None:
        parameters.max_deterministic_time = limits.deterministic
        parameters.interleave_search = True
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(0.05, limits.seconds)
    return solver


def _whole(bound: float) -> int | None:
    """Round a proven bound up to whole units; costs are whole, so this stays proven."""
    return math.ceil(bound - 1e-4) if math.isfinite(bound) and abs(bound) < 1e15 else None
