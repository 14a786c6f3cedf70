"""One what-if run: a scenario planned by itself in the process where it lands, with its figures."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from domain.problem import InputError
from domain.result import Result
from domain.scenario import Scenario
from domain.whatif import Ending, Outcome
from domain.words import PayRegime, Record, Text
from scheduler.audit import hard
from scheduler.parallel import inside
from scheduler.plan import NoRoster, plan
from scheduler.progress import Options, Watch
from scheduler.tally import figures

STOP_SECONDS = 0.5


@dataclass(frozen=True)
class RunJob:
    """What a process is handed. ``stop`` names the event of a cluster that asks to stop; None has none."""

    key: str
    scenario: Scenario
    options: Options
    hourly_pay: Mapping[PayRegime, float] = field(default_factory=dict)
    stop: str | None = None


class Landed(Record):
    """What a run came to, as it is stored: the outcome and, if there is one, the roster with report and findings."""

    key: str
    outcome: Outcome
    result: Result | None = None


def key_of(scenario: Scenario, options: Options, hourly_pay: Mapping[PayRegime, float]) -> str:
    """Return what a run is stored by: it changes with everything that its result depends on, and nothing else."""
    policy = dict(sorted(scenario.policy.items()))
    whole = scenario.model_copy(update={"policy": policy}).model_dump_json()
    limit = f"{options.deterministic} units" if options.deterministic is not None else f"{options.seconds} s"
    pay = sorted((regime.value, rate) for regime, rate in hourly_pay.items())
    parts = (whole, limit, str(options.seed), str(pay), version("lianqin"), version("ortools"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def run(job: RunJob) -> Landed:
    """Plan a scenario inside this process and return what it came to."""
    started = time.monotonic()
    watch = Watch(seconds=math.inf if job.options.deterministic is not None else job.options.seconds)
    done = threading.Event()
    if job.stop is not None:
        from scheduler.cluster import stop_event

        # a worker knows its client in the thread of the task alone
        threading.Thread(target=_listen, args=(stop_event(job.stop), watch, done), daemon=True).start()
    result: Result | None = None
    reasons: tuple[Text, ...] = ()
    try:
        with inside():
            result = plan(job.scenario, job.options, watch)
        ending = Ending.NO_ROSTER if hard(result.findings) else Ending.SOLVED
    except NoRoster:
        ending = Ending.NO_ROSTER
    except InputError as error:
        ending, reasons = Ending.IMPOSSIBLE, tuple(p.text for p in error.problems)
    finally:
        done.set()
    seconds = time.monotonic() - started
    if ending is not Ending.SOLVED or result is None:
        return Landed(key=job.key, outcome=Outcome(ending=ending, seconds=seconds, reasons=reasons))
    report = result.report
    outcome = Outcome(
        ending=ending,
        status=report.status,
        objective=report.objective,
        bound=report.bound,
        gap=report.gap,
        seconds=seconds,
        figures=figures(job.scenario, result, job.hourly_pay),
    )
    return Landed(key=job.key, outcome=outcome, result=result)


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
