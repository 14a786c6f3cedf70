"""The seam for parallel work: each process has the scenario, dies alone, hears the stop and outlives nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import psutil
import pytest

from scheduler.parallel import Workers, inside, scenario_here, stopped_here, workers_for
from tests.constraints.kit import tiny
from tests.scheduler import jobs

WAIT_SECONDS = 30.0
ORPHAN = """
import os
from scheduler.parallel import Workers
from tests.constraints.kit import tiny
from tests.scheduler import jobs

if __name__ == "__main__":
    workers = Workers(tiny(), 1)
    print(workers.submit(jobs.process_id).result(30), flush=True)
    workers.submit(jobs.nap, 60.0)
    os._exit(0)
"""


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(tiny().model_copy(update={"brigade": "of the parent"}), 2) as pool:
        yield pool


def test_jobs_run_in_other_processes_that_know_the_scenario(workers: Workers) -> None:
    assert workers.submit(jobs.brigade_name).result(WAIT_SECONDS) == "of the parent"
    assert workers.submit(jobs.process_id).result(WAIT_SECONDS) != os.getpid()
    assert workers.count == 2


def test_what_a_job_raises_its_future_raises_and_the_others_go_on(workers: Workers) -> None:
    failed, fine = workers.submit(jobs.fail), workers.submit(jobs.nap, 0.05)
    with pytest.raises(ValueError, match="a job went wrong"):
        failed.result(WAIT_SECONDS)
    assert fine.result(WAIT_SECONDS) == "slept"


def test_a_killed_process_loses_its_own_job_only(workers: Workers) -> None:
    futures = [workers.submit(jobs.nap, 0.3), workers.submit(jobs.die)]
    futures += [workers.submit(jobs.nap, 0.05) for _ in range(4)]
    done, waiting = wait(futures, timeout=WAIT_SECONDS)
    assert not waiting
    assert len(done) == 6
    assert [future.exception() is not None for future in futures] == [False, True, False, False, False, False]
    assert workers.submit(jobs.brigade_name).result(WAIT_SECONDS) == "of the parent"


def test_the_stop_is_seen_by_running_jobs_and_by_later_ones(workers: Workers) -> None:
    running = workers.submit(jobs.until_stopped)
    assert workers.submit(jobs.nap, 0.2).result(WAIT_SECONDS) == "slept"
    assert not running.done()
    workers.stop.set()
    assert running.result(WAIT_SECONDS) == "stopped"
    assert workers.submit(jobs.until_stopped).result(WAIT_SECONDS) == "stopped"


def test_leaving_ends_the_processes_even_with_a_job_under_way() -> None:
    started = time.monotonic()
    with Workers(tiny(), 1) as pool:
        child = pool.submit(jobs.process_id).result(WAIT_SECONDS)
        pool.submit(jobs.nap, 60.0)
    assert time.monotonic() - started < WAIT_SECONDS
    assert not psutil.pid_exists(child)


def test_processes_end_with_their_parent() -> None:
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ORPHAN],
        stdout=subprocess.PIPE,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        timeout=60,
        check=True,
    )
    child = int(told.stdout)
    end = time.monotonic() + 10.0
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, "the process outlived its parent"
        time.sleep(0.1)


def test_outside_the_processes_there_is_no_scenario_and_no_stop() -> None:
    assert not stopped_here()
    with pytest.raises(RuntimeError, match="jobs of Workers"):
        scenario_here()


def test_a_run_inside_another_one_sees_its_own_scenario_and_hands_back_the_other() -> None:
    outer, inner = (tiny().model_copy(update={"brigade": name}) for name in ("outer", "inner"))
    with inside(), workers_for(outer, 1) as first:
        with workers_for(inner, 1) as second:
            assert second.submit(scenario_here).result(WAIT_SECONDS) is inner
        assert first.submit(scenario_here).result(WAIT_SECONDS) is outer
        assert not stopped_here()
