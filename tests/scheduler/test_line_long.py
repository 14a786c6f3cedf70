"""Lines too long to be priced at once: lawful throughout, bettered around what stays, with bounds that are true."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Status
from inputs.curtois import Instance, read_instance, scenario_of
from outputs.curtois import score
from scheduler import line_long
from scheduler.bench import policy
from scheduler.line_cp import totals_of
from scheduler.line_descent import Descent
from scheduler.line_long import Long, spliced
from scheduler.line_master import bound_of, on_totals
from scheduler.line_model import line_model
from scheduler.line_price import Priced, Pricer
from scheduler.line_rounds import Part, better
from scheduler.line_solved import Solved
from scheduler.line_spans import ties_on
from scheduler.line_steps import TooManyStates, walk_of
from scheduler.line_store import Store, step_of
from scheduler.line_tidy import Never
from scheduler.line_worth import Worth
from scheduler.lines import solve_lines
from scheduler.parallel import inside
from scheduler.progress import Options, Watch
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, write
from tests.scheduler.line_kit import prices, scenarios


@pytest.fixture(autouse=True)
def short_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walk three dates at once, so that small horizons have several spans."""
    monkeypatch.setattr(line_long, "LEAST_SPAN", 3)
    monkeypatch.setattr(line_long, "MOST_SPAN", 3)


def worth(pricer: Pricer, line: tuple[int, ...], cost: np.ndarray) -> float:
    more = pricer.cost_of(line)
    assert more is not None  # the line is lawful
    return more + sum(float(cost[n, c]) for n, c in enumerate(line))


def test_a_long_line_is_lawful_and_bettering_never_makes_it_dearer() -> None:
    there, as_good = [], []

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=12))
        model = line_model(scenario, scenario.officers[0])
        cost = np.array(model.cost, dtype=float) + GRAIN * prices(data, model)
        try:
            pricer = Pricer(walk_of(model))
        except (Never, TooManyStates):
            return
        exact, long = pricer.price(cost), Long(pricer)
        path = long.first(cost, lambda: True)
        low, _ = long.lowest(cost)
        assert low <= exact.bound + 1e-6
        assert (path is None) == (not exact.lines)
        there.append(path is not None)
        if path is None:
            return
        value = worth(pricer, path.line, cost)
        for shift in (0, 1, 2):
            path = long.better(path, cost, lambda: True, shift)
            now = worth(pricer, path.line, cost)
            assert exact.bound - 1e-6 <= now <= value + 1e-6
            value = now
        as_good.append(abs(value - exact.bound) < 1)

    run()
    assert any(there)
    assert sum(as_good) > len(as_good) // 2


def test_a_splice_keeps_what_the_counters_come_to() -> None:
    spliced_in = []

    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=12, brigade=False))
        model = line_model(scenario, scenario.officers[0])
        try:
            pricer = Pricer(walk_of(model))
        except Never:
            return
        cost = GRAIN * prices(data, model)
        long = Long(pricer)
        path = long.first(cost, lambda: True)
        if path is None:
            return
        for other in pricer.within(long.around(path, 3, 7), -cost, []).paths:
            whole = spliced(path, other, 3, pricer)
            assert pricer.path(whole.line) is not None
            assert len(whole.states) == len(whole.ways) == len(whole.line) == 12
            for counter, total in zip(pricer.walk.counters, whole.sums, strict=True):
                assert counter.low <= total <= counter.high
            spliced_in.append(whole.line != path.line)

    run()
    assert any(spliced_in)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return read_instance(write(tmp_path, "pair.txt", PAIR))


@pytest.fixture
def pair(instance: Instance) -> Scenario:
    return scenario_of(instance, policy())


def test_a_span_is_solved_around_what_stays(pair: Scenario) -> None:
    store = Store(pair)
    start = {0: (0, 0, 1, 1), 1: (2, 0, 0, 2)}
    columns = tuple((n, line, store.cost_of(n, line) or 0) for n, line in start.items())
    part = Part(
        officers=(0, 1),
        base=(0,) * store.ties.totals,
        columns=columns,
        seed=1,
        until=time.time() + 60,
        step=step_of(store, (0, 1)),
        known=start,
        span=(0, 4),
        choosing=False,
    )
    found = better(Store(pair), part, lambda: True).lines  # a process that has made none of their walks
    lines = {n: line for n, (line, _) in found.items()}
    cost = Worth(store.ties).cost(totals_of(store.ties, lines)) + sum(cost for _, cost in found.values())
    assert cost == PAIR_OPTIMUM * GRAIN


def test_ties_of_a_span_are_those_its_dates_touch(pair: Scenario) -> None:
    store = Store(pair)
    there = ties_on(store.ties, (0, 1), (1, 2))
    assert 0 < len(there.rows) < len(store.ties.rows)
    touched = {total for day in store.ties.adds[0][1:2] for cell in day for total, _ in cell}
    assert all(row.totals.keys() <= touched for row in there.rows)
    assert len(there.aux) == len({place for row in there.rows for place in row.aux})


def test_no_descent_passes_the_optimum(pair: Scenario) -> None:
    store = Store(pair)
    descent = Descent(store.ties, 2.0 * PAIR_OPTIMUM * GRAIN)
    bounds = []
    for _ in range(40):
        totals = on_totals(store.ties, descent.rows)
        found = {n: store.lowest(n, totals) for n in (0, 1)}
        bounds.append(bound_of(store.ties, descent.rows, {n: value for n, (value, _) in found.items()}))
        lines = {n: line for n, (_, line) in found.items()}
        descent.move(bounds[-1], totals_of(store.ties, lines))
    assert max(bounds) <= PAIR_OPTIMUM * GRAIN + 1e-6
    assert max(bounds) > bounds[0]


def solved_as_long(pair: Scenario, monkeypatch: pytest.MonkeyPatch, watch: Watch) -> Solved:
    monkeypatch.setattr(line_long, "LONG_LOAD", -1)
    with inside():
        return solve_lines(pair, Options(seconds=watch.seconds, workers=1), watch)


def test_long_lines_end_with_a_roster_and_a_true_bound(
    instance: Instance, pair: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = solved_as_long(pair, monkeypatch, Watch(10))
    assert (solved.status, solved.cost) == (Status.FEASIBLE, PAIR_OPTIMUM * GRAIN)
    assert 0 < solved.bound <= PAIR_OPTIMUM * GRAIN
    judged = score(instance, Roster(shifts=solved.shifts))
    assert (judged.total, judged.breaches) == (PAIR_OPTIMUM, ())


def test_stopped_before_everybody_has_a_line_there_is_no_roster(
    pair: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Event()
    stop.set()
    solved = solved_as_long(pair, monkeypatch, Watch(10, stop=stop))
    assert (solved.status, solved.cost, solved.shifts) == (Status.UNKNOWN, None, ())


def test_where_the_exact_walk_is_too_large_and_tolls_fail_a_line_is_made_by_spans(
    pair: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(pair)
    nothing = Priced((), 0.0)
    monkeypatch.setattr(Pricer, "price", lambda *_: nothing)
    monkeypatch.setattr(Long, "through_all", lambda *_: None)
    for officer in (0, 1):
        assert not store.long(officer).is_long
        answer = store.answer(officer, [0.0] * store.ties.totals, None, lambda: True)
        assert answer is not None
        assert store.cost_of(officer, answer[1]) == answer[2]
