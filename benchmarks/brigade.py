"""Speed and quality by size of brigade, beside one plain CP-SAT model of the same rules at equal time.

    python benchmarks/brigade.py [--squads 1,4,17,34] [--time 120] [--workers 2] [--plain]
    python benchmarks/brigade.py --handover out/roster.xlsx

Every case runs in a process of its own, so that its memory is its own; memory is the sum over the process and all its
children. What the columns mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from brigades import SIZES, part_of, scenario_of

from scheduler.progress import Options, Progress, Watch

PLAIN_THREADS = 8
POLL_SECONDS = 0.2
GRACE_SECONDS = 120.0
"""A case is ended when it takes this much longer than its time; the plain model may still be building then."""
MEMORY_SHARE = 0.85
"""A case is ended when the machine's memory is in use up to this share."""


@dataclass
class Measured:
    """What a case came to; seconds from its start, points, None where there is none."""

    first_s: float | None = None
    objective: float | None = None
    bound: float | None = None
    hard: int | None = None
    note: str = ""

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective; None while either is unknown."""
        if self.objective is None or self.bound is None:
            return None
        return (self.objective - self.bound) / self.objective if self.objective else 0.0


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    squads: int
    plain: bool
    seconds: float
    workers: int


@dataclass
class Line:
    """A case with what was measured of it from outside."""

    case: Case
    officers: int
    measured: Measured = field(default_factory=Measured)
    peak_mb: float = 0.0


# -- the two ways, each in a process of its own ---------------------------------------------------------------------


def ours(case: Case) -> Measured:
    """Roster with the engine; the objective is the audited one."""
    from scheduler.audit import hard
    from scheduler.plan import NoRoster, plan

    found = Measured()
    scenario, part = scenario_of(case.squads), part_of(case.squads)

    def tell(progress: Progress) -> None:
        if found.first_s is None and progress.objective is not None:
            found.first_s = progress.elapsed_s

    watch = Watch(seconds=case.seconds, tell=tell)
    options = Options(seconds=case.seconds, workers=case.workers, squad=part.squad, group=part.group)
    try:
        result = plan(scenario, options, watch)
    except NoRoster:
        found.note = "no roster"
        return found
    found.objective, found.bound = result.report.objective, result.report.bound
    found.hard = len(hard(result.findings))
    return found


def plain(case: Case) -> Measured:
    """Solve one CP-SAT model of everything; building it counts as time."""
    from ortools.sat.python import cp_model

    from constraints.base import GRAIN
    from scheduler.build import build
    from scheduler.candidates import list_candidates
    from scheduler.parts import DECIDING

    found = Measured()
    scenario = scenario_of(case.squads)
    started = time.monotonic()

    class First(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found.first_s = found.first_s or time.monotonic() - started

    built = build(scenario, DECIDING, candidates=list_candidates(scenario))
    left = case.seconds - (time.monotonic() - started)
    if left <= 0:
        found.note = f"built after {time.monotonic() - started:.0f} s"
        return found
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = PLAIN_THREADS
    solver.parameters.max_time_in_seconds = left
    status = solver.solve(built.model.cp, First())
    found.note = str(solver.status_name(status))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found.objective, found.hard = solver.objective_value / GRAIN, 0
    if status not in (cp_model.INFEASIBLE, cp_model.MODEL_INVALID):
        found.bound = max(0.0, solver.best_objective_bound / GRAIN)
    return found


def run_case(case: Case, answer: Connection) -> None:
    """Run a case in this process and send what was measured."""
    way: Callable[[Case], Measured] = plain if case.plain else ours
    answer.send(way(case))


def measure(case: Case) -> Line:
    """Run a case in a spawned process and watch its memory and time."""
    context = multiprocessing.get_context("spawn")
    ours_end, case_end = context.Pipe(duplex=False)
    line = Line(case, len(scenario_of(case.squads).officers))
    process = context.Process(target=run_case, args=(case, case_end))
    process.start()
    case_end.close()
    until = time.monotonic() + case.seconds + GRACE_SECONDS
    while not ours_end.poll(POLL_SECONDS):
        line.peak_mb = max(line.peak_mb, tree_mb(process.pid))
        full = psutil.virtual_memory().percent > 100 * MEMORY_SHARE
        if full or time.monotonic() > until or not process.is_alive():
            line.measured.note = "out of memory" if full else "out of time" if process.is_alive() else "died"
            end_tree(process.pid)
            process.join()
            return line
    try:
        line.measured = ours_end.recv()
    except EOFError:
        line.measured.note = "died"
    process.join()
    return line


def tree(pid: int | None) -> list[psutil.Process]:
    """Return a process and all its children, as far as they still run."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def tree_mb(pid: int | None) -> float:
    """Return the resident memory [MB] of a process and all its children."""
    total = 0
    for process in tree(pid):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:  # it ended between being listed and being asked
            continue
    return total / 2**20


def end_tree(pid: int | None) -> None:
    """End a process of ours and its children."""
    for process in reversed(tree(pid)):
        try:
            process.kill()
        except psutil.NoSuchProcess:  # it ended by itself
            continue


# -- showing --------------------------------------------------------------------------------------------------------


def show(line: Line) -> str:
    """Return a line of the table in Markdown."""
    m = line.measured
    cells = (
        str(line.case.squads),
        str(line.officers),
        "one CP-SAT model" if line.case.plain else "Lianqin",
        number(m.first_s, 1),
        number(m.objective, 0),
        number(m.bound, 0),
        "-" if m.gap is None else f"{m.gap:.1%}",
        "-" if m.hard is None else str(m.hard),
        number(line.peak_mb, 0),
        m.note,
    )
    return f"| {' | '.join(cells)} |"


def number(value: float | None, digits: int) -> str:
    """Return a number with thousands apart, "-" for none."""
    return "-" if value is None else f"{value:,.{digits}f}"


HEAD = (
    "| squads | officers | solved by | first roster [s] | objective | bound | gap | hard | peak memory [MB] | note |\n"
    "|---:|---:|---|---:|---:|---:|---:|---:|---:|---|"
)


def main() -> None:
    """Read the command line, run the cases one after another and print each line as it comes."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    ask.add_argument("--squads", default=",".join(map(str, SIZES)), help="which sizes, of 1,4,17,34")
    ask.add_argument("--time", type=float, default=120.0, help="seconds for each case")
    ask.add_argument("--workers", type=int, default=2, help="processes of the engine")
    ask.add_argument("--plain", action="store_true", help="also the plain model of each size")
    ask.add_argument("--handover", type=Path, metavar="ROSTER.xlsx", help="only time writing and checking a workbook")
    asked = ask.parse_args()
    if asked.handover:
        from handover import handover

        handover(asked.handover)
        return
    sizes = [int(n) for n in asked.squads.split(",")]
    if set(sizes) - set(SIZES):
        ask.error(f"--squads takes {SIZES}")
    print(HEAD, flush=True)
    for size in sizes:
        for is_plain in (False, True) if asked.plain else (False,):
            print(show(measure(Case(size, is_plain, asked.time, asked.workers))), flush=True)


if __name__ == "__main__":
    main()
