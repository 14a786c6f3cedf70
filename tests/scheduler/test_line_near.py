"""Lines near the cheapest at some prices: none of them is lost, whatever they are priced at later."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from domain.scenario import Scenario
from inputs.curtois import read_instance, scenario_of
from scheduler.bench import policy
from scheduler.line_crew import Crew
from scheduler.line_generate import Generator
from scheduler.line_jobs import Jobs
from scheduler.line_known import Known
from scheduler.line_master import Master
from scheduler.line_model import line_model
from scheduler.line_price import Pricer
from scheduler.line_rounds import Part
from scheduler.line_steps import walk_of
from scheduler.line_store import Store
from scheduler.line_tidy import Never
from scheduler.progress import Options, Watch
from tests.inputs.instances import PAIR, write
from tests.scheduler.line_kit import every_line, prices, scenarios


@pytest.fixture
def pair(tmp_path: Path) -> Scenario:
    return scenario_of(read_instance(write(tmp_path, "pair.txt", PAIR)), policy())


def test_no_line_within_the_room_is_lost() -> None:
    """The cheapest of them at any later prices is found, or a cheaper one."""
    fewer = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=5))
        model = line_model(scenario, scenario.officers[0])
        own = np.array(model.cost, dtype=float)
        at, later = own + GRAIN * prices(data, model), own + GRAIN * prices(data, model)
        room = GRAIN * data.draw(st.integers(0, 10))
        try:
            walk = walk_of(model)
        except Never:
            return
        every = Pricer(walk)
        costs = {line: more for line in every_line(model) if (more := every.cost_of(line)) is not None}
        if not costs:
            return

        def value(line: tuple[int, ...], cost: np.ndarray) -> float:
            return costs[line] + sum(float(cost[n, choice]) for n, choice in enumerate(line))

        least = min(value(line, at) for line in costs)
        near = {line for line in costs if value(line, at) <= least + room}
        found = Pricer(walk, near=(at, room)).price(later, 3)
        assert found.lines
        assert found.lines[0][0] <= min(value(line, later) for line in near) + 1e-6
        assert all(value(line, later) == pytest.approx(there) for there, line in found.lines)
        fewer.append(found.lines[0][0] > min(value(line, later) for line in costs) + 1)

    run()
    assert set(fewer) == {True, False}


def test_a_store_remembers_what_is_near(pair: Scenario) -> None:
    store = Store(pair)
    nil = (0.0,) * store.ties.totals
    assert store.near(nil, 5.0) is store.near(nil, 5.0)
    first = store.near(nil, 5.0)
    assert store.near((1.0, *nil[1:]), 5.0) is not first
    columns, least = first.price((0, 1), nil, 2)
    plain, lowest = store.price((0, 1), nil, 2)
    assert least == lowest
    assert {o: min(cost for n, _, cost in columns if n == o) for o in (0, 1)} == {
        o: min(cost for n, _, cost in plain if n == o) for o in (0, 1)
    }


def drawing(scenario: Scenario, seed: int = 1) -> tuple[Jobs, Known, Generator]:
    watch = Watch(60)
    known = Known(scenario, watch)
    generator = Generator(known, Crew((), known.everyone, watch), Master(known.ties, known.everyone))
    return Jobs(known, generator, random.Random(seed), long=False), known, generator


def test_parts_are_near_the_bound_only_once_there_is_one(pair: Scenario) -> None:
    jobs, known, generator = drawing(pair)
    store = Store(pair)
    columns = [c for n in known.everyone for c in store.price((n,), generator.prices, 3)[0]]
    generator.master.add(columns)
    known.keep({o: (line, cost) for o, line, cost in reversed(columns)})
    assert math.isfinite(known.cost)
    assert jobs.draw([]).proving
    assert {part.near for part in drawn(jobs)} == {None}
    known.bound, known.step = known.cost - 3 * GRAIN, GRAIN
    rooms = {part.near and part.near[1] for part in drawn(jobs)}
    assert rooms == {None, 16 * GRAIN}  # some look at all lines; three steps apart, but no less than 16 are looked at


@pytest.mark.parametrize(("gap", "is_open"), [(0.0, True), (0.2, True), (0.3, False)])
def test_lines_are_bettered_until_the_gap_that_is_wanted(pair: Scenario, gap: float, is_open: bool) -> None:
    known = Known(pair, Watch(60), Options(gap=gap))
    assert known.is_open
    known.cost, known.bound = 400.0, 300.0
    assert known.is_open is is_open
    known.bound = 400.0
    assert not known.is_open


def drawn(jobs: Jobs) -> list[Part]:
    """Return some parts that are no proofs of all lines by one model."""
    return [part for part in (jobs.draw([]) for _ in range(30)) if not part.proving and part.cells is None]
