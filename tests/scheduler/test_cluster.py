"""The same runs on a Dask cluster of two workers: the same figures, and a killed worker or scheduler loses little."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import scheduler.farm
from domain.problem import InputError
from domain.whatif import Ending
from scheduler.cluster import DaskCluster
from scheduler.farm import Farm
from scheduler.progress import Options
from scheduler.runs import RunJob, key_of, run
from scheduler.store import Store
from tests.app.kit import command, environment
from tests.constraints.kit import tiny
from tests.scheduler.farming import LEFT, nap_run
from tests.scheduler.kit import post, squad_of

WAIT_SECONDS = 120.0


class Served:
    """`lianqin cluster` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            command("cluster", "--workers", "2", "--lang", "en"),
            env=environment(**{LEFT: str(folder)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(WAIT_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("noted")


@pytest.fixture(scope="module")
def served(noted: Path) -> Iterator[Served]:
    found = Served(noted)
    yield found
    found.end()


def farm(tmp_path: Path, cluster: DaskCluster) -> Farm:
    store = Store(tmp_path / "runs")
    store.prepare(keep=True)
    return Farm(cluster, store, resume=True)


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    assert served.address.startswith("tcp://127.0.0.1:")


def test_runs_on_the_cluster_come_out_as_here(served: Served, tmp_path: Path) -> None:
    options = Options(deterministic=0.02, workers=1)
    scenarios = [tiny(squad_of(n), count=7, posts=(post(),)) for n in (2, 3)]
    with DaskCluster(served.address) as cluster:
        assert cluster.count == 2
        jobs = [RunJob(key_of(s, options, {}), s, options, stop=cluster.stop_name()) for s in scenarios]
        found = farm(tmp_path, cluster).run(jobs)
    for job in jobs:
        here = run(RunJob(job.key, job.scenario, options))
        there = found[job.key]
        assert there.result is not None
        assert here.result is not None
        assert there.result.roster == here.result.roster
        assert there.outcome.figures == here.outcome.figures


def test_a_killed_worker_loses_nothing(
    served: Served, noted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.farm, "run", nap_run)

    def kill() -> None:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            for note in noted.glob("killed-0-*"):
                os.kill(int(note.name.rsplit("-", 1)[1]), signal.SIGTERM)
                return
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    jobs = [RunJob(key, tiny(), Options(deterministic=0.01, workers=1)) for key in ("killed", "a", "b")]
    with DaskCluster(served.address) as cluster:
        found = farm(tmp_path, cluster).run(jobs)
    killer.join()
    assert [found[k].outcome.ending for k in ("killed", "a", "b")] == [Ending.SOLVED] * 3
    assert found["killed"].outcome.objective == 1.0  # its second try
    assert found["a"].outcome.objective == 0.0  # the others' first


def test_a_lost_scheduler_leaves_what_has_landed_for_a_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    monkeypatch.setattr(scheduler.farm, "run", nap_run)
    jobs = [RunJob(key, tiny(), Options(deterministic=0.01, workers=1)) for key in ("a", "b", "killed", "killed2", "c")]
    mortal = Served(notes)
    with DaskCluster(mortal.address) as cluster:
        one = farm(tmp_path, cluster)

        def end(progress: object) -> None:
            if one.runs >= 2 and mortal.process.poll() is None:
                mortal.process.kill()

        one.tell = end
        found = one.run(jobs)
    mortal.end()
    endings = {key: landed.outcome.ending for key, landed in found.items()}
    assert endings["a"] is endings["b"] is Ending.SOLVED
    assert endings["killed"] is Ending.LOST
    store = Store(tmp_path / "runs")
    assert store.get("a") is not None
    assert store.get("killed") is None


def test_an_address_where_nothing_listens_is_an_input_problem() -> None:
    for wrong in ("tcp://127.0.0.1:1", "nonsense"):
        with pytest.raises(InputError, match="cannot reach the cluster"):
            DaskCluster(wrong)


def test_neither_cluster_nor_solver_is_loaded_without_need() -> None:
    code = "import sys, app.cli, inputs.spec; sys.exit('distributed' in sys.modules or 'ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), check=False).returncode == 0  # noqa: S603
