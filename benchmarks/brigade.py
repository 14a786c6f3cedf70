"""Speed and quality by size of brigade, beside one plain CP-SAT model of the same rules at equal time.

    python benchmarks/brigade.py [--squads 1,4,17,34] [--time 120] [--workers 2] [--gap 0.08] [--plain]
    python benchmarks/brigade.py --handover out/roster.xlsx

Every case runs in a process of its own, so that its memory is its own; memory is the sum over the process and all its
children. What the columns mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from brigades import SIZES, part_of, scenario_of
from watched import Measured, Seen, number, watched

from scheduler.progress import Options, Progress, Watch

PLAIN_THREADS = 8


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    squads: int
    plain: bool
    seconds: float
    workers: int
    gap: float = 0.0


@dataclass
class Line:
    """A case with what was measured of it."""

    case: Case
    officers: int
    seen: Seen = field(default_factory=Seen)


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
        if found.near_s is None and progress.gap is not None and progress.gap <= case.gap:
            found.near_s = progress.elapsed_s

    watch = Watch(seconds=case.seconds, tell=tell)
    options = Options(seconds=case.seconds, workers=case.workers, squad=part.squad, group=part.group, gap=case.gap)
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


def measure(case: Case) -> Line:
    """Run a case in a spawned process and watch its memory and time."""
    way: Callable[[Case], Measured] = plain if case.plain else ours
    return Line(case, len(scenario_of(case.squads).officers), watched(way, case, seconds=case.seconds))


# -- showing --------------------------------------------------------------------------------------------------------


def show(line: Line) -> str:
    """Return a line of the table in Markdown."""
    m = line.seen.measured
    cells = (
        str(line.case.squads),
        str(line.officers),
        "one CP-SAT model" if line.case.plain else "Lianqin",
        number(m.first_s, 1),
        number(m.near_s, 1),
        number(m.objective, 0),
        number(m.bound, 0),
        "-" if m.gap is None else f"{m.gap:.1%}",
        "-" if m.hard is None else str(m.hard),
        number(line.seen.peak_mb, 0),
        m.note,
    )
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| squads | officers | solved by | first roster [s] | to the gap [s] | objective | bound | gap | hard "
    "| peak memory [MB] | note |\n"
    "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---|"
)


def main() -> None:
    """Read the command line, run the cases one after another and print each line as it comes."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    ask.add_argument("--squads", default=",".join(map(str, SIZES)), help="which sizes, of 1,4,17,34")
    ask.add_argument("--time", type=float, default=120.0, help="seconds for each case")
    ask.add_argument("--gap", type=float, default=0.0, help="end a case at this gap, such as 0.08")
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
            print(show(measure(Case(size, is_plain, asked.time, asked.workers, asked.gap))), flush=True)


if __name__ == "__main__":
    main()
