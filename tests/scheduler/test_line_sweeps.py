"""Sweeps over some officers at a time come to the same proof; a job that passes the time does not keep the run."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from domain.scenario import Scenario
from domain.words import Status
from inputs.curtois import read_instance, scenario_of
from scheduler import line_crew, line_generate, line_rounds
from scheduler.bench import policy
from scheduler.line_crew import Crew, OutOfTime
from scheduler.line_generate import Generator
from scheduler.line_known import Known
from scheduler.line_master import Master
from scheduler.line_store import Store
from scheduler.line_tidy import Never
from scheduler.lines import solve_lines
from scheduler.parallel import Workers, inside, workers_for
from scheduler.progress import Options, Watch
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, write
from tests.scheduler.line_kit import scenarios


@pytest.fixture
def pair(tmp_path: Path) -> Scenario:
    return scenario_of(read_instance(write(tmp_path, "pair.txt", PAIR)), policy())


def test_every_officer_is_in_one_chunk() -> None:
    for count in (1, 7, 8, 9, 60, 75):
        chunks = line_generate._chunks(tuple(range(count)))  # noqa: SLF001
        assert sorted(n for chunk in chunks for n in chunk) == list(range(count))
        assert len(chunks) <= line_generate.CHUNKS


def generated(scenario: Scenario) -> tuple[float, float]:
    """Return the bound that generating lines proves, and the value of the mix."""
    with inside(), workers_for(scenario, 1) as worker:
        watch = Watch(30)
        known = Known(scenario, watch)
        generator = Generator(known, Crew([worker], known.everyone, watch), Master(known.ties, known.everyone))
        store = Store(scenario)
        generator.master.add(c for n in known.everyone for c in store.price((n,), generator.prices, 1)[0])
        if {o for o, _ in generator.master.columns} != set(known.everyone):
            return 0.0, 0.0
        generator.generate(30)
        mixed = generator.master.solve()
        assert mixed is not None
        return known.bound, mixed[0]


def test_sweeps_prove_what_rounds_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = []
    monkeypatch.setattr(line_generate, "MOST_SPLITS", 1)

    @settings(max_examples=12, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=7, people=3, brigade=False))
        found = []
        for slow in (1000.0, -1.0):
            monkeypatch.setattr(line_generate, "SLOW_SECONDS", slow)
            try:
                found.append(generated(scenario))
            except Never:
                return
        (by_rounds, _), (by_sweeps, value) = found
        assert by_sweeps == by_rounds
        assert by_sweeps <= value + GRAIN
        bounds.append(by_sweeps)

    run()
    assert any(bounds)


def test_slow_rounds_end_with_the_optimum(pair: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_generate, "SLOW_SECONDS", -1.0)
    with inside():
        solved = solve_lines(pair, Options(seconds=30, workers=1), Watch(30))
    assert (solved.cost, solved.bound) == (PAIR_OPTIMUM * GRAIN, PAIR_OPTIMUM * GRAIN)


@pytest.mark.parametrize("at_a_time", [1, 2])
def test_a_mix_is_only_done_when_nobody_has_a_better_line(
    pair: Scenario, at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_rounds, "AT_A_TIME", at_a_time)
    store = Store(pair)
    master = Master(store.ties, (0, 1))
    master.add(store.price((0, 1), [0.0] * store.ties.totals, 1)[0])
    few = line_rounds._converge(store, master, (0, 1), 1, lambda: True)  # noqa: SLF001
    assert few is not None
    assert not few.done
    mixed = line_rounds._converge(store, master, (0, 1), 1000, lambda: True)  # noqa: SLF001
    assert mixed is not None
    assert mixed.done
    prices = line_rounds.on_totals(store.ties, line_rounds.lawful(store.ties, mixed.prices.rows))
    _, least = store.price((0, 1), prices, 1)
    assert all(least[o] >= mixed.prices.officers[o] - 1 for o in (0, 1))


class Deaf(Workers):
    """A worker whose jobs never end."""

    def __init__(self) -> None:
        self.stop = threading.Event()

    def submit(self, fn: object, *args: object) -> Future[Any]:
        return Future()


def test_a_job_that_goes_on_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_crew, "GRACE_SECONDS", 0.3)
    deaf, begun = Deaf(), time.monotonic()
    with pytest.raises(OutOfTime):
        Crew([deaf], (0,), Watch(0.2)).ask_all(len)
    assert deaf.stop.is_set()
    assert 0.4 < time.monotonic() - begun < 3


def test_what_is_known_stands_when_a_job_is_given_up(pair: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    from scheduler import lines

    def never_ending(*_: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(lines.Lines, "_better", never_ending)
    with inside():
        solved = solve_lines(pair, Options(seconds=20, workers=1), Watch(20))
    assert solved.status is Status.FEASIBLE
    assert solved.cost is not None
    assert solved.cost >= solved.bound > 0
