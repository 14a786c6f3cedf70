"""Lianqin beside other solvers on the same squad's month, all rosters judged by our audit.

    python benchmarks/peers.py [--squad 外滩] [--time 60,300] [--workers 2] [--only lianqin,cp-sat]

Every case runs in a process of its own. What the columns mean, and what each peer decides, stands in README.md beside
this file.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from environments import Missing, ask, check_java, python_for
from finishing import audited, decided
from linear_form import Untranslated, linear_form, write_mps
from squad_lines import as_problem, worked
from watched import Measured, Seen, number, watched

from domain.problem import InputError
from domain.scenario import Scenario
from inputs.sample import sample_scenario
from scheduler.progress import Options, Progress, Watch
from scheduler.restrict import restricted

if TYPE_CHECKING:
    from constraints.base import Candidate
    from scheduler.build import Built

PLAIN_THREADS = 8
DUTIES_SHARE = 0.15
"""Share of its time that is kept for the duties where a peer decides lines alone."""


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    solver: str
    squad: str
    seconds: float
    workers: int

    def scenario(self) -> Scenario:
        """Return the squad's month, cut out of the sample brigade."""
        return restricted(sample_scenario(), Options(squad=self.squad))


# -- the solvers, each in a process of its own ----------------------------------------------------------------------


def lianqin(case: Case) -> Measured:
    """Roster with our engine."""
    from scheduler.audit import hard
    from scheduler.plan import NoRoster, plan

    found = Measured()

    def tell(progress: Progress) -> None:
        if found.first_s is None and progress.objective is not None:
            found.first_s = progress.elapsed_s

    watch = Watch(seconds=case.seconds, tell=tell)
    options = Options(seconds=case.seconds, workers=case.workers, squad=case.squad)
    try:
        result = plan(case.scenario(), options, watch)
    except NoRoster:
        found.note = "no roster"
        return found
    found.objective, found.bound = result.report.objective, result.report.bound
    found.hard = len(hard(result.findings))
    return found


def one_model(scenario: Scenario) -> tuple[Built, Sequence[Candidate]]:
    """Return the model of everything that is decided before the duties are named, and its candidates."""
    from scheduler.build import build
    from scheduler.candidates import list_candidates
    from scheduler.parts import DECIDING

    candidates = list_candidates(scenario)
    return build(scenario, DECIDING, candidates=candidates), candidates


def cp_sat(case: Case) -> Measured:
    """Solve the one model with CP-SAT; building it counts as time."""
    from ortools.sat.python import cp_model

    from constraints.base import GRAIN

    found = Measured()
    scenario = case.scenario()
    started = time.monotonic()

    class First(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found.first_s = found.first_s or time.monotonic() - started

    built, candidates = one_model(scenario)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = PLAIN_THREADS
    solver.parameters.max_time_in_seconds = max(1.0, case.seconds - (time.monotonic() - started))
    status = solver.solve(built.model.cp, First())
    found.note = str(solver.status_name(status))
    if status not in (cp_model.INFEASIBLE, cp_model.MODEL_INVALID):
        found.bound = max(0.0, solver.best_objective_bound / GRAIN)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        audited(found, scenario, decided(built.model, solver.response_proto.solution), candidates)
    return found


def highs(case: Case) -> Measured:
    """Solve the one model with HiGHS; building, translating and reading it count as time."""
    from constraints.base import GRAIN

    found = Measured()
    scenario = case.scenario()
    try:
        python = python_for("highs")
        with tempfile.TemporaryDirectory() as folder:
            model, answer = Path(folder) / "model.mps", Path(folder) / "answer.json"
            started = time.monotonic()
            built, candidates = one_model(scenario)
            write_mps(linear_form(built.model.cp.proto), model, unit=GRAIN)
            before = time.monotonic() - started
            ask(python, "highs_peer.py", model, max(1.0, case.seconds - before), case.workers, answer)
            told = json.loads(answer.read_text(encoding="utf-8"))
    except (Missing, Untranslated) as error:
        found.note = str(error)
        return found
    found.note = told["status"]
    found.bound = max(0.0, told["bound"])
    if told["values"]:
        found.first_s = before + told["first_s"]
        audited(found, scenario, decided(built.model, told["values"]), candidates)
    return found


def timefold(case: Case) -> Measured:
    """Find the lines with Timefold, then the duties that fit them with CP-SAT; all of it counts as time."""
    from ortools.sat.python import cp_model

    found = Measured()
    scenario = case.scenario()
    (squad,) = scenario.squads
    try:
        check_java()
        python = python_for("timefold")
        with tempfile.TemporaryDirectory() as folder:
            problem, answer = Path(folder) / "problem.json", Path(folder) / "answer.json"
            started = time.monotonic()
            problem.write_text(json.dumps(as_problem(scenario, squad.id)), encoding="utf-8")
            before = time.monotonic() - started
            ask(python, "timefold_peer.py", problem, max(1.0, (1.0 - DUTIES_SHARE) * case.seconds - before), answer)
            told = json.loads(answer.read_text(encoding="utf-8"))
    except Missing as error:
        found.note = str(error)
        return found
    if told["broken"]:
        found.note = f"{told['broken']} conditions of officers broken"
        return found
    found.first_s = None if told["first_s"] is None else before + told["first_s"]
    lines = worked(scenario, squad.id, told["shifts"])
    built, candidates = one_model(scenario)
    for key, literal in built.model.works.items():
        if not isinstance(literal, int):
            built.model.cp.add(literal == int(key in lines))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = PLAIN_THREADS
    solver.parameters.max_time_in_seconds = max(1.0, case.seconds - (time.monotonic() - started))
    status = solver.solve(built.model.cp)
    found.note = f"duties {solver.status_name(status)}"
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        audited(found, scenario, decided(built.model, solver.response_proto.solution), candidates)
    return found


WAYS: dict[str, tuple[str, Callable[[Case], Measured]]] = {
    "lianqin": ("Lianqin", lianqin),
    "cp-sat": ("one CP-SAT model", cp_sat),
    "highs": ("HiGHS on the same model", highs),
    "timefold": ("Timefold for the lines", timefold),
}
"""What `--only` takes -> what the table says, and how it is run."""


# -- showing --------------------------------------------------------------------------------------------------------

HEAD = (
    "| solver | time [s] | first roster [s] | objective | bound | gap | hard | wall [s] | peak memory [MB] | note |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|"
)


def show(case: Case, seen: Seen) -> str:
    """Return a line of the table in Markdown."""
    m = seen.measured
    cells = (
        WAYS[case.solver][0],
        number(case.seconds, 0),
        number(m.first_s, 1),
        number(m.objective, 0),
        number(m.bound, 0),
        "-" if m.gap is None else f"{m.gap:.1%}",
        "-" if m.hard is None else str(m.hard),
        number(seen.wall_s, 0),
        number(seen.peak_mb, 0),
        m.note,
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Read the command line, run the cases one after another and print each line as it comes."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    ask.add_argument("--squad", default="外滩", help="id or name of a squad of the sample brigade")
    ask.add_argument("--time", default="60,300", help="seconds for each solver, one line of the table for each")
    ask.add_argument("--workers", type=int, default=2, help="processes of the engine")
    ask.add_argument("--only", default=",".join(WAYS), help=f"which solvers, of {','.join(WAYS)}")
    asked = ask.parse_args()
    solvers = asked.only.split(",")
    if set(solvers) - set(WAYS):
        ask.error(f"--only takes {','.join(WAYS)}")
    cases = [Case(solver, asked.squad, float(t), asked.workers) for t in asked.time.split(",") for solver in solvers]
    try:
        cases[0].scenario()
    except InputError as error:
        ask.error(error.problems[0].text.en)
    print(HEAD, flush=True)
    for case in cases:
        print(show(case, watched(WAYS[case.solver][1], case, seconds=case.seconds)), flush=True)


if __name__ == "__main__":
    main()
