"""Jobs and places for the tests of the farm; run in other processes, so at the top of a module."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from domain.result import Report, Result
from domain.roster import Roster
from domain.whatif import Ending, Outcome
from domain.words import Status
from scheduler.processes import ProcessDied
from scheduler.runs import Landed, RunJob

LEFT = "LIANQIN_TEST_FOLDER"


def nap_run(job: RunJob) -> Landed:
    """Stand in for a run: note the process and the job, work a while, and land."""
    folder = Path(os.environ[LEFT])
    tries = len(list(folder.glob(f"{job.key}-*")))
    (folder / f"{job.key}-{tries}-{os.getpid()}").touch()
    if job.key.startswith("fail"):
        raise ValueError("a run went wrong")
    if job.key.startswith("dies") and (tries == 0 or job.key == "dies-always"):
        os._exit(9)
    seconds = 60.0 if job.key.startswith("killed") and tries == 0 else 0.05
    time.sleep(seconds)
    return Landed(
        key=job.key, outcome=Outcome(ending=Ending.SOLVED, objective=float(tries), bound=0.0, seconds=seconds)
    )


def roster_of(job: RunJob) -> Result:
    """Return an empty roster with a report that says nothing."""
    report = Report(
        status=Status.FEASIBLE, objective=1.0, decided=1.0, named=0.0, bound=1.0, gap=0.0, totals=(), seed=1, workers=1,
        deterministic=None, wall_seconds=0.0, versions=(), scope=job.key,
    )  # fmt: skip
    return Result(roster=Roster(), report=report, findings=())


class Here:
    """Runs jobs at once in this process; ``breaks`` names jobs whose future says that the process died."""

    def __init__(self, breaks: tuple[str, ...] = (), count: int = 2, most_places: int = 1) -> None:
        self.count, self.breaks, self.jobs = count, list(breaks), list[RunJob]()
        self.most_places = most_places

    @property
    def submitted(self) -> list[str]:
        """Return the keys of the jobs in the order they came."""
        return [job.key for job in self.jobs]

    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run the job now."""
        future: Future[Any] = Future()
        job: RunJob = args[0]
        self.jobs.append(job)
        if job.key in self.breaks:
            self.breaks.remove(job.key)
            future.set_exception(ProcessDied())
        elif job.key.startswith("fail"):
            future.set_exception(ValueError("a run went wrong"))
        else:
            ending = Ending.NO_ROSTER if job.key.startswith("nothing") else Ending.SOLVED
            outcome = Outcome(ending=ending, objective=1.0, bound=1.0, seconds=2.0)
            result = None if ending is Ending.NO_ROSTER else roster_of(job)
            future.set_result(Landed(key=job.key, outcome=outcome, result=result))
        return future

    def lost(self, error: BaseException) -> bool:
        """Return whether it stands for a process that died."""
        return isinstance(error, ProcessDied)

    def gone(self) -> bool:
        """Return whether nothing will ever come back."""
        return False

    def stop_name(self) -> str | None:
        """Return None: nothing listens."""
        return None
