"""Lines read off the rules, walked and priced: against the audit, against CP-SAT, and by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from domain.limits import Limits, ShiftCap
from domain.scenario import Absence
from domain.words import AbsenceKind
from scheduler.bench import policy
from scheduler.line_cp import own_cost, solve_part
from scheduler.line_model import LineModel, Ties, line_model
from scheduler.line_net import MOST_EDGES
from scheduler.line_price import PATIENCE, Pricer
from scheduler.line_steps import walk_of
from scheduler.line_table import Floats
from scheduler.line_tidy import Never
from scheduler.solve import Limits as SolveLimits
from tests.constraints.kit import MONDAY, tiny
from tests.scheduler.line_kit import every_line, judged, person, prices, roster_of, scenarios

QUICK = SolveLimits(seconds=20, threads=1)


def untied(model: LineModel) -> Ties:
    return Ties(0, (tuple(((),) * len(cost) for cost in model.cost),), (), (), 0)


def test_a_line_costs_what_the_audit_says_and_none_is_lost() -> None:
    seen = set()

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=5)).model_copy(update={"covers": ()})
        model = line_model(scenario, scenario.officers[0])
        charges = {line: judged(scenario, roster_of(scenario, model, line)) for line in every_line(model)}
        lawful = {line: charge for line, charge in charges.items() if charge is not None}
        seen.add(bool(lawful))
        if not lawful:
            with pytest.raises(Never):
                raise_if_none(model)
            return
        pricer = Pricer(walk_of(model))
        for line, charge in charges.items():
            more = pricer.cost_of(line)
            assert (None if more is None else (own_cost(model, line) + more) / GRAIN) == charge

    run()
    assert seen == {True, False}


def raise_if_none(model: LineModel) -> None:
    """Raise Never unless some line keeps everything, counters included."""
    if not Pricer(walk_of(model)).price(np.zeros((len(model.cost), max(map(len, model.cost))))).lines:
        raise Never


def test_pricing_by_walk_equals_pricing_by_cp_sat() -> None:
    found = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=data.draw(st.sampled_from([6, 12]))))
        model = line_model(scenario, scenario.officers[0])
        own = np.array(model.cost, dtype=float)
        cost = own + GRAIN * prices(data, model)
        priced = LineModel(
            model.officer, model.choices, model.rows, model.aux, tuple(map(tuple, cost.astype(int).tolist())), 0
        )
        judge = solve_part({0: priced}, untied(model), QUICK)
        found.append(judge.lines is not None)
        for most_edges in (MOST_EDGES, 0):
            compare(model, cost, most_edges, judge.cost)

    run()
    assert set(found) == {True, False}


def compare(model: LineModel, cost: Floats, most_edges: int, expected: float | None) -> None:
    """Compare pricing by nets of so many edges, else by tables, with the optimum (None: there is no line)."""
    try:
        walked = Pricer(walk_of(model), most_edges=most_edges).price(cost, 3)
    except Never:
        assert expected is None
        return
    if expected is None:
        assert walked.lines == ()
        return
    values = [value for value, _ in walked.lines]
    assert walked.bound == pytest.approx(expected)
    assert values[0] == pytest.approx(expected)
    assert values == sorted(values)
    assert len({line for _, line in walked.lines}) == len(values)


def month(**more: object) -> LineModel:
    scenario = tiny([person("1")], count=28, policy=policy(), **more)
    return line_model(scenario, scenario.officers[0])


def test_long_conditions_are_counters_and_short_ones_states() -> None:
    limits = Limits(officer="1", most_days=5, most_weekends=2, least_hours=timedelta(hours=128))
    model = month(limits=(limits,), shift_caps=(ShiftCap(officer="1", shift="L", most=6),))
    walk = walk_of(model)
    bounds = {(counter.low, counter.high) for counter in walk.counters}
    assert (-np.inf, 2.0) in bounds
    assert (-np.inf, 6.0) in bounds
    assert any(low == 16 for low, _ in bounds)
    assert max(step.states for step in walk.steps) < 40


def test_nets_and_tables_come_to_the_same() -> None:
    limits = Limits(officer="1", most_days=5, most_weekends=2, least_hours=timedelta(hours=128))
    model = month(limits=(limits,), shift_caps=(ShiftCap(officer="1", shift="L", most=6),))
    net, tables = Pricer(walk_of(model)), Pricer(walk_of(model), most_edges=0)
    dice = np.random.default_rng(1)
    kept = set()
    for _ in range(30):
        cost = dice.integers(-50, 30, size=(28, 3)).astype(float)
        by_net, by_tables = net.price(cost, 3), tables.price(cost, 3)
        assert by_net.bound == by_tables.bound
        for value, line in (*by_net.lines, *by_tables.lines):
            assert net.path(line) is not None
            assert value == sum(cost[n, choice] for n, choice in enumerate(line))
        kept.add(len(net.kept))
    assert max(kept) == 3


def test_a_counter_is_taken_in_once_it_matters() -> None:
    limits = Limits(officer="1", most_days=28, least_hours=timedelta(0), most_hours=timedelta(hours=224))
    model = month(limits=(limits,), shift_caps=(ShiftCap(officer="1", shift="L", most=6),))
    pricer = Pricer(walk_of(model))
    keen = np.zeros((28, 3))
    keen[:, 1] = -2.0
    assert pricer.price(keen).bound == -56
    assert pricer.kept == []
    keen[:, 2] = -3.0
    found = pricer.price(keen)
    assert (found.bound, found.lines[0][0]) == (-62, -62)  # six at 3, the others at 2
    assert len(pricer.kept) == 1


def test_no_line_at_all_is_said() -> None:
    limits = Limits(officer="1", least_hours=timedelta(hours=240), most_hours=timedelta(hours=300))
    with pytest.raises(Never):
        walk_of(month(limits=(limits,)))


def test_weekends_on_leave_make_no_further_ways() -> None:
    away = tuple(
        Absence(officer="1", kind=AbsenceKind.PERSONAL, start=day, end=day + timedelta(days=2))
        for day in (MONDAY + timedelta(days=5 + 7 * week) for week in range(5))
    )
    limits = (Limits(officer="1", most_weekends=1),)
    scenario = tiny([person("1")], count=70, policy=policy(), limits=limits, absences=away)
    walk = walk_of(line_model(scenario, scenario.officers[0]))
    assert max(len(step.ways) for step in walk.steps) <= 6
    assert 1 in {counter.high for counter in walk.counters}


def test_a_counter_that_no_longer_matters_is_left_out_again() -> None:
    limits = Limits(officer="1", most_days=28, least_hours=timedelta(0), most_hours=timedelta(hours=224))
    pricer = Pricer(walk_of(month(limits=(limits,), shift_caps=(ShiftCap(officer="1", shift="L", most=6),))))
    keen = np.zeros((28, 3))
    keen[:, 2] = -3.0
    assert pricer.price(keen).bound == -18
    assert len(pricer.kept) == 1
    for _ in range(PATIENCE + 1):
        assert pricer.price(-keen).bound == 0
    assert pricer.kept == []
    assert pricer.price(keen).bound == -18
