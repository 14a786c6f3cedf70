"""What the verb asks of the farm: which runs, from which others they start, and how long they may take."""

from __future__ import annotations

from pathlib import Path

import pytest

from constraints.base import all_parameters
from domain.changes import Officers
from domain.scenario import Scenario
from domain.whatif import Alternative, Ending, Spec
from scheduler import runs
from scheduler.farm import Farm
from scheduler.plan import NoRoster, Planned
from scheduler.progress import Options, Watch
from scheduler.store import Store
from scheduler.warm import Start
from scheduler.whatif import BASE_TIMES, WhatIf
from tests.app.kit import small_brigade
from tests.scheduler.farming import Here

SPEC = Spec(
    scenarios=(Alternative(name="more", changes=(Officers(squad="WT", by=1),)),), sweeps=("officers(WT)=-1..1",)
)


def asked(tmp_path: Path, options: Options, most_places: int = 1, pace: float = 1.0) -> tuple[WhatIf, Here]:
    here, store = Here(count=4, most_places=most_places), Store(tmp_path / "runs")
    store.prepare(keep=False)
    return WhatIf(SPEC, small_brigade(), all_parameters(), options, Farm(here, store, resume=False), pace), here


@pytest.mark.parametrize(("places", "seconds"), [(1, 10 * BASE_TIMES), (2, 10), (4, 10)])
def test_the_base_gets_more_work_than_those_that_start_from_it(tmp_path: Path, places: int, seconds: float) -> None:
    verb, here = asked(tmp_path, Options(seconds=10, workers=1), places)
    verb.run()
    assert [(job.options.seconds, job.places) for job in here.jobs] == [(seconds, places), (10, 1), (10, 1)]
    assert here.submitted[0] == verb.base_job().key


def test_the_base_is_stored_by_the_same_key_whatever_the_places(tmp_path: Path) -> None:
    options = Options(seconds=10, workers=1)
    assert len({asked(tmp_path, options, places)[0].base_job().key for places in (1, 2, 4)}) == 1


def test_a_deterministic_limit_is_the_same_for_all(tmp_path: Path) -> None:
    verb, here = asked(tmp_path, Options(deterministic=0.1, workers=1), most_places=4)
    verb.run()
    assert [(job.options.deterministic, job.places) for job in here.jobs] == [(0.1, 1)] * 3


def test_the_middle_of_a_sweep_is_the_base_and_equal_scenarios_run_once(tmp_path: Path) -> None:
    verb, here = asked(tmp_path, Options(seconds=10, workers=1))
    found = verb.run().comparison
    assert [case.id for case in found.cases] == ["S00", "S01", "W01-001", "W01-002", "W01-003"]
    assert len(here.jobs) == 3
    assert [job.start is not None for job in here.jobs] == [False, True, True]


def test_a_gap_ends_the_runs_but_not_the_base_nor_a_question_for_a_minimum(tmp_path: Path) -> None:
    verb, here = asked(tmp_path, Options(seconds=10, workers=1, gap=0.08))
    found = verb.run().comparison
    assert [job.options.gap for job in here.jobs] == [0.0, 0.08, 0.08]
    assert found.stop_gap == 0.08
    assert len(found.cases) == 5  # the middle of the sweep is still the base
    verb._solve([verb.base, verb.base.model_copy(update={"brigade": "another"})])
    assert here.jobs[-1].options.gap == 0.0
    assert len(here.jobs) == 4


def test_all_runs_hear_how_slow_the_machine_is_and_are_stored_by_the_same_keys(tmp_path: Path) -> None:
    keys = []
    for pace in (1.0, 3.0):
        verb, here = asked(tmp_path, Options(seconds=10, workers=1), pace=pace)
        verb.run()
        assert {job.pace for job in here.jobs} == {pace}
        keys.append([job.key for job in here.jobs])
    assert keys[0] == keys[1]


@pytest.mark.parametrize(("options", "pace"), [(Options(seconds=5.0), 3.0), (Options(deterministic=0.01), 1.0)])
def test_a_run_keeps_to_the_pace_unless_it_goes_without_a_clock(
    options: Options, pace: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[float] = []

    def none(scenario: Scenario, options: Options, watch: Watch, start: Start | None) -> Planned:
        heard.append(watch.pace)
        raise NoRoster

    monkeypatch.setattr(runs, "plan_and_learn", none)
    landed = runs.run(runs.RunJob("a", small_brigade(), options, pace=3.0))
    assert (heard, landed.outcome.ending) == ([pace], Ending.NO_ROSTER)
