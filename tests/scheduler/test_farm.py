"""The farm: stored as landed, resumed without repeating, one death costs one run, and the progress adds up."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import scheduler.farm
from domain.roster import Roster
from domain.whatif import Ending
from scheduler.farm import Farm, FarmProgress
from scheduler.processes import OwnProcesses
from scheduler.progress import Options
from scheduler.runs import KEPT, Landed, RunJob, kept_roster, key_of, run
from scheduler.store import SUFFIX, Store
from tests.app.kit import small_brigade
from tests.constraints.kit import tiny
from tests.scheduler.farming import LEFT, Here, nap_run
from tests.scheduler.kit import post, squad_of

WAIT_SECONDS = 120.0


def job(key: str) -> RunJob:
    return RunJob(key, tiny(), Options(deterministic=0.01, workers=1))


def keys(*names: str) -> list[RunJob]:
    return [job(name) for name in names]


def farm(tmp_path: Path, executor: Any, **more: Any) -> Farm:
    tmp_path.mkdir(exist_ok=True)
    store = Store(tmp_path / "runs")
    store.prepare(keep=True)
    return Farm(executor, store, **({"resume": True} | more))


def test_every_run_is_stored_when_it_lands(tmp_path: Path) -> None:
    found = farm(tmp_path, Here()).run(keys("a", "b", "c"))
    assert set(found) == {"a", "b", "c"}
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == [f"{k}{SUFFIX}" for k in "abc"]


def test_equal_keys_run_once(tmp_path: Path) -> None:
    here = Here()
    farm(tmp_path, here).run(keys("a", "b", "a"))
    assert here.submitted == ["a", "b"]


def test_resume_repeats_nothing_and_runs_what_is_missing(tmp_path: Path) -> None:
    farm(tmp_path, Here()).run(keys("a", "b"))
    here = Here()
    again = farm(tmp_path, here)
    assert set(again.run(keys("a", "b", "c"))) == {"a", "b", "c"}
    assert (here.submitted, again.reused, again.runs) == (["c"], 2, 1)


def test_without_resume_everything_runs_again(tmp_path: Path) -> None:
    farm(tmp_path, Here()).run(keys("a"))
    here = Here()
    farm(tmp_path, here, resume=False).run(keys("a"))
    assert here.submitted == ["a"]
    store = Store(tmp_path / "runs")
    store.prepare(keep=False)
    assert store.get("a") is None


def test_a_stored_file_that_was_cut_off_or_renamed_is_run_again(tmp_path: Path) -> None:
    farm(tmp_path, Here()).run(keys("a", "b"))
    cut = tmp_path / "runs" / f"a{SUFFIX}"
    cut.write_text(cut.read_text(encoding="utf-8")[:40], encoding="utf-8")
    (tmp_path / "runs" / f"b{SUFFIX}").rename(tmp_path / "runs" / f"c{SUFFIX}")
    here = Here()
    farm(tmp_path, here).run(keys("a", "b", "c"))
    assert here.submitted == ["a", "b", "c"]


def test_a_death_costs_one_try_and_two_deaths_the_run(tmp_path: Path) -> None:
    here = Here(breaks=("a", "b", "b"))
    found = farm(tmp_path, here).run(keys("a", "b", "c"))
    assert [found[k].outcome.ending for k in "abc"] == [Ending.SOLVED, Ending.LOST, Ending.SOLVED]
    assert Store(tmp_path / "runs").get("b") is None  # a resume tries it again


def test_a_fault_of_a_run_is_raised_once_the_others_have_landed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a run went wrong"):
        farm(tmp_path, Here()).run(keys("fail", "a", "b"))
    assert Store(tmp_path / "runs").get("b") is not None


def test_a_stop_leaves_the_rest_for_a_resume(tmp_path: Path) -> None:
    one = farm(tmp_path, Here(count=1))
    one.tell = lambda progress: one.stop.set() if progress.done else None
    found = one.run(keys("a", "b", "c", "d"))
    assert 0 < len(found) < 4
    here = Here()
    assert len(farm(tmp_path, here).run(keys("a", "b", "c", "d"))) == 4
    assert not set(here.submitted) & set(found)


def test_what_found_no_roster_in_time_is_tried_again_by_a_resume(tmp_path: Path) -> None:
    farm(tmp_path, Here()).run(keys("nothing", "a"))
    here = Here()
    farm(tmp_path, here).run(keys("nothing", "a"))
    assert here.submitted == ["nothing"]


def test_progress_counts_and_estimates(tmp_path: Path) -> None:
    told: list[FarmProgress] = []
    farm(tmp_path, Here(count=1), tell=told.append, expected_s=60.0).run(keys("a", "b", "c"))
    assert told
    assert all(p.left_s is not None and p.left_s >= 0 for p in told)
    assert told[-1].left == 0


def test_a_base_that_gets_longer_does_not_lengthen_the_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(float(n) for n in range(0, 10_000, 50))
    monkeypatch.setattr(scheduler.farm.time, "monotonic", lambda: next(clock))
    found = farm(tmp_path, Here(count=1), expected_s=10.0)
    long = replace(job("base"), options=Options(seconds=20, workers=1))
    found.run([long])
    assert found.took_s == found.held_s / 2


# -- what starts from another run -----------------------------------------------------------------------------------


def after(first: RunJob, *names: str) -> list[RunJob]:
    return [replace(job(name), after=first) for name in names]


def test_runs_wait_for_the_one_they_start_from_and_others_go_on_meanwhile(tmp_path: Path) -> None:
    here = Here(count=2)
    base = job("base")
    found = farm(tmp_path, here).run([base, *after(base, "a", "b"), *keys("proof")])
    assert set(found) == {"base", "a", "b", "proof"}
    assert here.submitted[:2] == ["base", "proof"]
    assert [j.start.scenario if j.start else None for j in here.jobs] == [None, None, base.scenario, base.scenario]
    assert {j.after for j in here.jobs} == {None}


def test_what_it_starts_from_may_have_been_stored(tmp_path: Path) -> None:
    base = job("base")
    farm(tmp_path, Here()).run([base])
    here = Here()
    farm(tmp_path, here).run([base, *after(base, "a")])
    assert [j.key for j in here.jobs if j.start is not None] == ["a"]


def test_runs_begin_on_their_own_where_the_one_before_has_no_roster(tmp_path: Path) -> None:
    for name, breaks in (("nothing", ()), ("base", ("base", "base"))):
        base, here = job(name), Here(breaks=breaks)
        found = farm(tmp_path / name, here).run([base, *after(base, "a")])
        assert found["a"].outcome.ending is Ending.SOLVED
        assert here.jobs[-1].start is None


def test_a_run_of_several_places_has_them_to_itself_and_counts_as_so_many(tmp_path: Path) -> None:
    asked: list[tuple[str, int]] = []

    class Seen(Here):
        def submit(self, fn: Any, *args: Any) -> Any:
            asked.append((args[0].key, args[0].places))
            return super().submit(fn, *args)

    here = Seen(count=2)
    found = farm(tmp_path, here)
    running: list[int] = []
    found.tell = lambda progress: running.append(progress.running)
    found.run([*keys("first"), replace(job("wide"), places=2), *keys("later")])
    assert asked == [("first", 1), ("wide", 2), ("later", 1)]
    assert max(running) == 1
    assert found.solve_s == 2.0 * 4


# -- processes of our own ---------------------------------------------------------------------------------------------


@pytest.fixture
def napping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the farm run naps, which note where they ran."""
    folder = tmp_path / "noted"
    folder.mkdir()
    monkeypatch.setenv(LEFT, str(folder))
    monkeypatch.setattr(scheduler.farm, "run", nap_run)
    return folder


def test_a_process_that_dies_costs_its_own_run_only(tmp_path: Path, napping: Path) -> None:
    with OwnProcesses(2) as own:
        found = farm(tmp_path, own).run(keys("a", "dies-once", "b", "dies-always", "c"))
    assert {k: v.outcome.ending for k, v in found.items()} == {
        "a": Ending.SOLVED,
        "b": Ending.SOLVED,
        "c": Ending.SOLVED,
        "dies-once": Ending.SOLVED,
        "dies-always": Ending.LOST,
    }


def test_a_worker_killed_from_outside_in_mid_run_loses_nothing(tmp_path: Path, napping: Path) -> None:
    def kill() -> None:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            for noted in napping.glob("killed-0-*"):
                os.kill(int(noted.name.rsplit("-", 1)[1]), signal.SIGTERM)
                return
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    with OwnProcesses(2) as own:
        found = farm(tmp_path, own).run(keys("killed", "a", "b"))
    killer.join()
    assert [found[k].outcome.ending for k in ("killed", "a", "b")] == [Ending.SOLVED] * 3
    assert found["killed"].outcome.objective == 1.0  # its second try
    assert found["a"].outcome.objective == 0.0  # the others' first


# -- real runs --------------------------------------------------------------------------------------------------------


def test_runs_are_the_same_in_this_process_and_in_others_whatever_their_number(tmp_path: Path) -> None:
    options = Options(deterministic=0.02, workers=1)
    scenarios = [tiny(squad_of(n), count=7, posts=(post(),)) for n in (2, 3)]
    jobs = [RunJob(key_of(s, options, {}), s, options) for s in scenarios]
    here = [run(j) for j in jobs]
    for count in (1, 2):
        with OwnProcesses(count) as own:
            found = farm(tmp_path, own, resume=False).run(jobs)
        for ours, theirs in zip(here, (found[j.key] for j in jobs), strict=True):
            assert theirs.result is not None
            assert ours.result is not None
            assert theirs.result.roster == ours.result.roster
            assert theirs.outcome.figures == ours.outcome.figures


def test_a_stored_run_comes_back_as_it_was(tmp_path: Path) -> None:
    options = Options(deterministic=0.02, workers=1)
    scenario = tiny(squad_of(2), count=7, posts=(post(),))
    landed: Landed = run(RunJob(key_of(scenario, options, {}), scenario, options))
    store = Store(tmp_path)
    store.put(landed)
    assert store.get(landed.key) == landed


def test_a_run_of_two_places_works_in_processes_of_its_own() -> None:
    scenario, options = small_brigade(), Options(seconds=20, workers=1)
    with OwnProcesses(2) as processes:
        landed = processes.submit(run, RunJob("wide", scenario, options, places=2)).result(timeout=WAIT_SECONDS)
    assert landed.outcome.ending is Ending.SOLVED
    assert landed.result is not None
    assert landed.result.report.workers == 2


def test_the_key_tells_apart_what_matters() -> None:
    options = Options(deterministic=0.02, workers=1)
    same, other = tiny(squad_of(2)), tiny(squad_of(3))
    assert key_of(same, options, {}) == key_of(tiny(squad_of(2)), options, {})
    assert key_of(same, options, {}) != key_of(other, options, {})
    assert key_of(same, options, {}) != key_of(same, Options(deterministic=0.03, workers=1), {})
    assert key_of(same, options, {}) != key_of(same, Options(deterministic=0.02, workers=1, seed=2), {})
    assert len({key_of(same, options, {}, before) for before in (None, job("a"), job("b"))}) == 3


def test_the_bases_roster_is_kept_where_it_is_lawful_and_costs_less() -> None:
    options = Options(deterministic=0.05, workers=1)
    scenario = tiny(squad_of(2), count=7, posts=(post(),))
    good = run(RunJob("a", scenario, options))
    assert good.result is not None
    assert good.outcome.objective is not None
    poor = good.model_copy(
        update={"outcome": good.outcome.model_copy(update={"objective": good.outcome.objective + 100})}
    )
    kept = kept_roster(scenario, good.result.roster, poor, {})
    assert kept is not None
    assert kept.outcome.objective == good.outcome.objective
    assert kept.outcome.reasons == (KEPT,)
    assert kept_roster(scenario, good.result.roster, good, {}) is None  # no better
    assert kept_roster(scenario, Roster(), poor, {}) is None  # nobody works: hours below the band
    fewer = tiny(squad_of(1), count=7, posts=(post(),))
    assert kept_roster(fewer, good.result.roster, poor, {}) is None  # names somebody who is not there


def test_many_deaths_at_once_break_nothing(tmp_path: Path, napping: Path) -> None:
    names = [f"dies-{n}" for n in range(8)]
    with OwnProcesses(3) as own:
        found = farm(tmp_path, own).run(keys(*names, "a", "b"))
    assert {landed.outcome.ending for landed in found.values()} == {Ending.SOLVED}
    assert all(found[name].outcome.objective == 1.0 for name in names)  # each at its second try


def test_a_fault_crosses_over_and_the_process_goes_on(napping: Path) -> None:
    with OwnProcesses(1) as own:
        failed, fine = own.submit(nap_run, job("fail")), own.submit(nap_run, job("a"))
        with pytest.raises(ValueError, match="a run went wrong"):
            failed.result(WAIT_SECONDS)
        assert fine.result(WAIT_SECONDS).key == "a"


def test_leaving_ends_a_run_under_way(napping: Path) -> None:
    started = time.monotonic()
    with OwnProcesses(1) as own:
        future = own.submit(nap_run, job("killed"))
        while not list(napping.iterdir()):
            time.sleep(0.05)
    assert time.monotonic() - started < WAIT_SECONDS
    assert own.lost(future.exception() or ValueError())
