"""One model at many prices: CP-SAT and SCIP agree, and a bound is never above the optimum."""

from __future__ import annotations

from itertools import product
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from scheduler.mip import Effort, Mip, read_linear

PRICES = st.lists(st.integers(-50, 50), min_size=3, max_size=3)


def knapsack(factors: list[int], least: int) -> cp_model.CpModel:
    cp = cp_model.CpModel()
    xs = [cp.new_int_var(0, 3, f"x{n}") for n in range(len(factors))]
    cp.add(sum(f * x for f, x in zip(factors, xs, strict=True)) >= least)
    return cp


def best(factors: list[int], least: int, cost: list[int]) -> int:
    return min(
        sum(c * x for c, x in zip(cost, xs, strict=True))
        for xs in product(range(4), repeat=3)
        if sum(f * x for f, x in zip(factors, xs, strict=True)) >= least
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=3, max_size=3), st.integers(0, 20), PRICES, PRICES)
def test_the_optimum_at_any_price_by_either_solver(
    factors: list[int], least: int, cost: list[int], prices: list[int]
) -> None:
    least = min(least, 3 * sum(factors))
    mip = Mip(knapsack(factors, least), dict(enumerate(cost)))
    for paid in ([0, 0, 0], prices):
        exact = best(factors, least, [c + p for c, p in zip(cost, paid, strict=True)])
        quick = mip.solve(dict(enumerate(paid)), Effort(0.0))
        assert quick.cost == exact
        assert quick.bound == pytest.approx(exact)
        # no time for CP-SAT: SCIP has to answer
        asked = mip.solve(dict(enumerate(paid)), Effort(0.0, units=0.0, nodes=1000))
        assert asked.cost == exact
        assert exact - 1.01 <= asked.bound <= exact + 1e-6


def test_what_the_first_solver_could_not_close_is_asked_of_the_second_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mip, tried = Mip(knapsack([2, 3, 5], 7), {0: 3, 1: 4, 2: 6}), []
    quick = Mip._quick
    monkeypatch.setattr(Mip, "_quick", lambda *args: tried.append(args) or quick(*args))
    exact = best([2, 3, 5], 7, [3, 4, 6])
    for effort, times in (
        (Effort(0.0, nodes=1000), 1),
        (Effort(0.0, units=0.0, nodes=1000), 2),  # no time: SCIP has to answer
        (Effort(0.0, nodes=1000), 2),
        (Effort(0.0), 3),
    ):
        found = mip.solve({}, effort)
        assert (found.cost, len(tried)) == (exact, times)
        assert exact - 1.01 <= found.bound <= exact + 1e-6


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=3, max_size=3), st.integers(0, 20), PRICES)
def test_what_was_found_on_the_way_keeps_the_conditions_and_costs_no_less(
    factors: list[int], least: int, cost: list[int]
) -> None:
    least = min(least, 3 * sum(factors))
    mip = Mip(knapsack(factors, least), dict(enumerate(cost)))
    assert mip.solve({}, Effort(0.0)).others == ()
    found = mip.solve({}, Effort(0.0, others=5))
    assert len(found.others) <= 5
    for values in found.others:
        assert sum(f * x for f, x in zip(factors, values, strict=True)) >= least
        assert sum(c * x for c, x in zip(cost, values, strict=True)) >= found.cost


def test_something_is_found_on_the_way() -> None:
    rows = [Mip(knapsack(f, 7), {0: 3, 1: 4, 2: 6}) for f in ([2, 3, 5], [7, 4, 9], [9, 8, 7])]
    assert any(mip.solve({}, Effort(0.0, others=5)).others for mip in rows)


def test_what_cannot_be_costs_infinitely_much() -> None:
    found = Mip(knapsack([1, 1, 1], 100), {0: 1}).solve({}, Effort(0.0, nodes=10))
    assert (found.cost, found.bound, found.values) == (inf, inf, None)


def test_choices_among_booleans_are_rows() -> None:
    cp = cp_model.CpModel()
    a, b = cp.new_bool_var("a"), cp.new_bool_var("b")
    cp.add_exactly_one(a, b)
    cp.add_at_most_one(a, ~b)
    cp.add_bool_or(~a, b)
    rows = [read_linear(c) for c in cp.proto.constraints]
    assert rows == [
        (1.0, 1.0, {0: 1.0, 1: 1.0}),
        (-inf, 0.0, {0: 1.0, 1: -1.0}),  # a + 1 - b <= 1
        (0.0, inf, {0: -1.0, 1: 1.0}),  # 1 - a + b >= 1
    ]


def test_other_conditions_are_refused() -> None:
    cp = cp_model.CpModel()
    a, x = cp.new_bool_var("a"), cp.new_int_var(0, 3, "x")
    cp.add(x >= 2).only_enforce_if(a)
    with pytest.raises(ValueError, match="not a linear condition"):
        read_linear(cp.proto.constraints[0])
