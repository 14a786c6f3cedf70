"""The verb `roster`: from a scenario to an audited roster with objective, bound and gap."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version

from pebble import ProcessExpired

from constraints.base import Candidate, Rule
from domain.problem import InputError, Problem
from domain.result import Report, Result
from domain.roster import Duty, Roster
from domain.scenario import Scenario
from domain.words import Status, Text
from scheduler.audit import audit, hard, points, totals
from scheduler.candidates import list_candidates
from scheduler.conflicts import Place, clash_here, contradiction, many_locks, problems
from scheduler.decided import Decided
from scheduler.engine import Engine
from scheduler.finish import assemble, name_here, name_squad
from scheduler.incumbent import Incumbent
from scheduler.line_plan import run_by_lines, suits_lines
from scheduler.parallel import workers_for
from scheduler.parts import NAMING, Unit
from scheduler.progress import Options, Watch
from scheduler.restrict import restricted
from scheduler.taught import Taught
from scheduler.warm import Start, WarmEngine

PACKAGES = ("lianqin", "ortools", "pydantic", "pandas")


NamingJob = tuple[str, Decided, Sequence[Candidate], Sequence[Rule], float | None]
"""Squad id, its decisions, the remediations held, the rules to optimise, and until when (Unix time)."""


@dataclass(frozen=True)
class Planned:
    """A roster with report and findings, and what bounding it has taught, if there was a bound."""

    result: Result
    taught: Taught | None


class NoRoster(Exception):  # noqa: N818
    """No roster was found in the time given; more time may find one."""


def plan(scenario: Scenario, options: Options, watch: Watch, place: Place | None = None) -> Result:
    """Roster a scenario, or one squad or group of it, and return roster, report and findings (see `plan_and_learn`)."""
    return plan_and_learn(scenario, options, watch, place).result


def plan_and_learn(
    scenario: Scenario, options: Options, watch: Watch, place: Place | None = None, start: Start | None = None
) -> Planned:
    """Roster a scenario, or one squad or group of it.

    ``place`` tells where a line of the input stands, for the naming of conflicts. ``start`` is the roster of a scenario
    much like this one, which the search begins with.

    Raises
    ------
    NoRoster
        Nothing was found in ``options.seconds``.
    InputError
        The hard input contradicts itself, so that no roster exists.
    """
    part = restricted(scenario, options)
    candidates = list_candidates(part)
    watch.say(Text(f"列出 {len(candidates)} 个联动整治候选", f"{len(candidates)} candidates for remediations"))
    with workers_for(part, options.workers) as workers:
        engine = Engine(part, options, watch, workers) if start is None else WarmEngine(part, options, watch, workers)
        clashing = _clashing(engine)
        if clashing:
            raise _conflicts(engine, clashing, place)
        if suits_lines(engine):
            run_by_lines(engine)
        else:
            if start is not None and isinstance(engine, WarmEngine):
                engine.begin(start, candidates)
            engine.run(candidates)
        if engine.best is None:
            raise _nothing(engine, place)
        roster = _named(engine, engine.best)
    return Planned(_result(part, engine, roster), engine.taught)


def _nothing(engine: Engine, place: Place | None) -> Exception:
    """Return why there is nothing: the conflicts of the units found infeasible, named line by line, or no time."""
    clashing = [unit for unit, status in engine.statuses.items() if status is Status.INFEASIBLE]
    if not clashing or engine.watch.stop.is_set():
        return NoRoster()
    return _conflicts(engine, clashing, place)


def _clashing(engine: Engine) -> list[Unit]:
    """Return the units whose locks leave no roster: nobody need wait for a search that can find none."""
    asked = [unit for unit in engine.units if many_locks(engine.scenario, unit)]
    answers: list[Future[bool]] = [engine.workers.submit(clash_here, unit) for unit in asked]
    found = []
    for unit, answer in zip(asked, answers, strict=True):
        try:
            clash = answer.result()
        except ProcessExpired:  # the search will tell
            clash = False
        found += [unit] if clash else []
    return found


def _conflicts(engine: Engine, clashing: Sequence[Unit], place: Place | None) -> InputError:
    """Return the conflicts of units that have no roster, named line by line."""
    engine.watch.say(Text("查找互相矛盾的输入行", "Looking for the lines that contradict each other"))
    found = [(unit, contradiction(engine.scenario, unit)) for unit in clashing]
    named = [problem for _, clash in found if clash is not None for problem in problems(clash, place)]
    named += [_unnamed(engine.scenario, squad) for unit, clash in found if clash is None for squad in unit]
    return InputError(tuple(named))


def _unnamed(scenario: Scenario, squad: str) -> Problem:
    name = scenario.squad_by_id[squad].name
    return Problem(
        text=Text(
            f"{name}在现有输入下求解证明无班可排,但矛盾不在锁定、请假、指定整治或工时限值的某几行;"
            "请检查该中队的人员、班次和上月班次",
            f"{name}: it is proven that no roster exists, but not because of locks, absences, orders or limits; "
            "check its people, shifts and past shifts",
        )
    )


def _named(engine: Engine, best: Incumbent) -> Roster:
    """Name the duties squad by squad in the processes, within the time that is left."""
    scenario, watch = engine.scenario, engine.watch
    watch.say(Text("落实到人", "Naming the duties"), best.points, engine.bound or None)
    until = None if engine.options.deterministic is not None else time.time() + watch.left * 0.8
    jobs: list[NamingJob] = [
        (s.id, best.known.only(scenario, (s.id,)), best.candidates, NAMING, until) for s in scenario.squads
    ]
    futures: list[Future[list[Duty]]] = [engine.workers.submit(name_here, *job) for job in jobs]
    duties = [duty for job, future in zip(jobs, futures, strict=True) for duty in _named_squad(scenario, job, future)]
    return assemble(scenario, best.known, best.candidates, duties)


def _named_squad(scenario: Scenario, job: NamingJob, future: Future[list[Duty]]) -> list[Duty]:
    """Return the named duties; where the process died, those of the greedy start."""
    try:
        return future.result()
    except ProcessExpired:
        squad, known, candidates, *_ = job
        return name_squad(scenario, squad, known, candidates)


def _result(scenario: Scenario, engine: Engine, roster: Roster) -> Result:
    findings = audit(scenario, roster)
    naming = {rule.id for rule in NAMING}
    named = points([f for f in findings if f.rule in naming])
    decided = points([f for f in findings if f.rule not in naming])
    objective = decided + named
    bound = min(engine.bound, objective)
    optimal = not hard(findings) and objective - bound < 1e-6
    report = Report(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        objective=objective,
        decided=decided,
        named=named,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        totals=totals(findings),
        seed=engine.options.seed,
        workers=engine.options.workers,
        deterministic=engine.options.deterministic,
        wall_seconds=round(engine.watch.elapsed, 1),
        versions=(("python", platform.python_version()), *((name, version(name)) for name in PACKAGES)),
        scope=engine.options.squad or engine.options.group or "brigade",
        notes=_notes(scenario),
    )
    return Result(roster=roster, report=report, findings=findings)


def _notes(scenario: Scenario) -> tuple[Text, ...]:
    if not scenario.provisional:
        return ()
    return (
        Text(
            "本年度调休安排尚未公布,日历为暂定,请在日历表中核对",
            "Next year's adjusted working days are not published yet: the calendar is provisional, check its sheet",
        ),
    )
