"""One what-if run: a scenario planned by itself in the process where it lands, with its figures."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from constraints.s04_holding import holdings
from domain.problem import InputError
from domain.result import Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.whatif import Ending, Outcome
from domain.words import PayRegime, Record, Status, Text
from scheduler.audit import audit, hard, points, totals
from scheduler.parallel import inside
from scheduler.parts import NAMING
from scheduler.plan import NoRoster, Planned, plan_and_learn
from scheduler.progress import Options, Watch
from scheduler.tally import figures
from scheduler.taught import Taught
from scheduler.warm import Start

STOP_SECONDS = 0.5
KEPT = Text("沿用基准的班表,比单独求解所得更好", "the base's roster, kept as it is, costs less than the one found")


@dataclass(frozen=True)
class RunJob:
    """What a process is handed. ``stop`` names the event of a cluster that asks to stop; None has none.

    ``after`` is the job whose roster this one starts from: it waits for that one and is then given ``start`` instead.
    """

    key: str
    scenario: Scenario
    options: Options
    hourly_pay: Mapping[PayRegime, float] = field(default_factory=dict)
    stop: str | None = None
    after: RunJob | None = None
    start: Start | None = None
    places: int = 1
    """Processes that the run may keep busy: with one it stays inside its own."""
    pace: float = 1.0
    """How slow the machine is (see `Watch`)."""


class Landed(Record):
    """What a run came to, as it is stored: the outcome, roster with report and findings, and what its bound taught."""

    key: str
    outcome: Outcome
    result: Result | None = None
    taught: Taught | None = None


def key_of(
    scenario: Scenario, options: Options, hourly_pay: Mapping[PayRegime, float], after: RunJob | None = None
) -> str:
    """Return what a run is stored by: it changes with everything that its result depends on, and nothing else."""
    policy = dict(sorted(scenario.policy.items()))
    whole = scenario.model_copy(update={"policy": policy}).model_dump_json()
    limit = f"{options.deterministic} units" if options.deterministic is not None else f"{options.seconds} s"
    pay = sorted((regime.value, rate) for regime, rate in hourly_pay.items())
    parts = (
        whole,
        limit,
        f"gap {options.gap}",
        str(options.seed),
        str(pay),
        version("lianqin"),
        version("ortools"),
        "" if after is None else after.key,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def run(job: RunJob) -> Landed:
    """Plan a scenario inside this process and return what it came to."""
    started = time.monotonic()
    timed = job.options.deterministic is None
    watch = Watch(job.options.seconds, pace=job.pace) if timed else Watch(math.inf)
    done = threading.Event()
    if job.stop is not None:
        from scheduler.cluster import stop_event

        # a worker knows its client in the thread of the task alone
        threading.Thread(target=_listen, args=(stop_event(job.stop), watch, done), daemon=True).start()
    result: Result | None = None
    planned: Planned | None = None
    reasons: tuple[Text, ...] = ()
    try:
        with inside() if job.places == 1 else nullcontext():
            options = replace(job.options, workers=job.places)
            planned = plan_and_learn(job.scenario, options, watch, start=job.start)
        result = planned.result
        ending = Ending.NO_ROSTER if hard(result.findings) else Ending.SOLVED
    except NoRoster:
        ending = Ending.NO_ROSTER
    except InputError as error:
        ending, reasons = Ending.IMPOSSIBLE, tuple(p.text for p in error.problems)
    finally:
        done.set()
    took = time.monotonic() - started
    if ending is not Ending.SOLVED or result is None or planned is None:
        return Landed(key=job.key, outcome=Outcome(ending=ending, seconds=took, reasons=reasons))
    report = result.report
    outcome = Outcome(
        ending=ending,
        status=report.status,
        objective=report.objective,
        bound=report.bound,
        gap=report.gap,
        seconds=took,
        figures=figures(job.scenario, result, job.hourly_pay),
    )
    landed = Landed(key=job.key, outcome=outcome, result=result, taught=planned.taught)
    kept = None if job.start is None else kept_roster(job.scenario, job.start.roster, landed, job.hourly_pay)
    return kept or landed


def kept_roster(
    scenario: Scenario, roster: Roster, found: Landed, hourly_pay: Mapping[PayRegime, float]
) -> Landed | None:
    """Return a run with another scenario's roster in place of its own, if that is lawful here and costs less.

    The bound is the run's own, which holds for every roster of the scenario.
    """
    ids = {o.id for o in scenario.officers}
    groups, spots, shifts = set(scenario.group_by_id), set(scenario.hotspot_by_id), set(scenario.shift_by_id)
    fits = all(a.officer in ids and a.shift in shifts for a in roster.shifts) and all(
        r.group in groups and r.hotspot in spots for r in roster.remediations
    )
    if found.result is None or found.outcome.objective is None or not fits:
        return None
    findings = audit(scenario, roster)
    objective = points(findings)
    if hard(findings) or objective >= found.outcome.objective:
        return None
    bound = min(found.result.report.bound, objective)
    named = points([f for f in findings if f.rule in {rule.id for rule in NAMING}])
    report = found.result.report.model_copy(
        update={
            "status": Status.OPTIMAL if objective - bound < 1e-6 else Status.FEASIBLE,
            "objective": objective,
            "decided": objective - named,
            "named": named,
            "bound": bound,
            "gap": (objective - bound) / objective if objective else 0.0,
            "totals": totals(findings),
            "notes": (*found.result.report.notes, KEPT),
        }
    )
    result = Result(
        roster=roster.model_copy(update={"holdings": holdings(scenario, roster)}), report=report, findings=findings
    )
    outcome = found.outcome.model_copy(
        update={
            "status": report.status,
            "objective": objective,
            "bound": bound,
            "gap": report.gap,
            "figures": figures(scenario, result, hourly_pay),
            "reasons": (*found.outcome.reasons, KEPT),
        }
    )
    return found.model_copy(update={"outcome": outcome, "result": result})


def _listen(asked: Callable[[], bool], watch: Watch, done: threading.Event) -> None:
    """Pass a stop of the cluster on to the run's watch; nobody waits for a run whose cluster cannot be asked."""
    while not done.wait(STOP_SECONDS):
        try:
            stop = asked()
        except Exception:
            stop = True
        if stop:
            watch.stop.set()
            return
