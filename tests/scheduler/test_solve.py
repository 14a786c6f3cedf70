"""One solve: the status is what the solver said, bounds are bounds, and a stop is obeyed."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model

from constraints.base import RosterModel
from domain.scenario import Scenario
from domain.words import LockKind, Status
from scheduler.build import Built, build
from scheduler.decided import Decided
from scheduler.parts import DECIDING
from scheduler.solve import Limits, Outcome, solve
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import best, heads_of, lock, post, squads

QUICK = Limits(seconds=20.0, threads=1)


def bare(cp: cp_model.CpModel) -> Built:
    """Return a model that is not a roster."""
    return Built(RosterModel(cp=cp, officers=(), squads=(), groups=(), days=()), {}, [])


def hard_model(seed: int = 1) -> Built:
    """Return a market-split problem, which takes the solver minutes: four equations in 40 Booleans."""
    rng = random.Random(seed)
    cp = cp_model.CpModel()
    booleans = [cp.new_bool_var("") for _ in range(40)]
    for _ in range(4):
        factors = [rng.randrange(100) for _ in booleans]
        cp.add(sum(f * b for f, b in zip(factors, booleans, strict=True)) == sum(factors) // 2)
    return bare(cp)


def split_with_slack(seed: int = 1) -> Built:
    """Return the same with a priced slack: quick to find, slow to prove."""
    rng = random.Random(seed)
    cp = cp_model.CpModel()
    booleans = [cp.new_bool_var("") for _ in range(40)]
    cost = []
    for _ in range(4):
        factors = [rng.randrange(1000) for _ in booleans]
        off = cp.new_int_var(0, 50_000, "")
        left = sum(f * b for f, b in zip(factors, booleans, strict=True))
        cp.add(left + off >= sum(factors) // 2)
        cp.add(left - off <= sum(factors) // 2)
        cost.append(off)
    cp.minimize(sum(cost) + 1)
    return bare(cp)


def tiny_built(scenario: Scenario | None = None) -> Built:
    return build(scenario or tiny(count=2, posts=(post(),)), DECIDING)


# -- statuses ---------------------------------------------------------------------------------------------------


def test_optimal_comes_with_equal_cost_and_bound() -> None:
    found = solve(tiny_built(), QUICK)
    assert found.status is Status.OPTIMAL
    assert found.cost is not None
    assert found.cost == found.bound
    assert found.decided is not None


@pytest.mark.parametrize("strategy", ["lines", "counting", "light"])
def test_strategies_come_to_the_same_optimum(strategy: str) -> None:
    found, usual = solve(tiny_built(), replace(QUICK, **{strategy: True})), solve(tiny_built(), QUICK)
    assert found.status is Status.OPTIMAL
    assert (found.cost, found.bound) == (usual.cost, usual.bound)


def test_infeasible_has_nothing_else() -> None:
    locks = (lock(LockKind.SHIFT, MONDAY, officer="1", shift="E"), lock(LockKind.REST, MONDAY, officer="1"))
    assert solve(tiny_built(tiny(locks=locks)), QUICK) == Outcome(Status.INFEASIBLE, None, None, None)


def test_a_model_out_of_range_is_called_invalid_and_not_infeasible() -> None:
    cp = cp_model.CpModel()
    wide = [cp.new_int_var(-(2**62), 2**62, "") for _ in range(4)]
    cp.add(sum(wide) >= 0)
    found = solve(bare(cp), QUICK)
    assert found.status is Status.MODEL_INVALID
    assert (found.decided, found.cost, found.bound) == (None, None, None)


def test_no_time_is_unknown_and_not_infeasible() -> None:
    found = solve(hard_model(), Limits(seconds=None, deterministic=0.01, threads=1))
    assert found.status is Status.UNKNOWN
    assert (found.decided, found.cost) == (None, None)


def test_feasible_is_not_called_optimal_and_its_bound_lies_below_its_cost() -> None:
    found = solve(split_with_slack(), Limits(seconds=None, deterministic=0.2, threads=1))
    assert found.status is Status.FEASIBLE
    assert found.cost is not None
    assert found.bound is not None
    assert found.bound < found.cost


# -- stops ------------------------------------------------------------------------------------------------------


def test_who_is_stopped_before_the_start_gets_unknown_at_once() -> None:
    started = time.monotonic()
    found = solve(hard_model(), Limits(seconds=60.0, threads=1), stopped=lambda: True)
    assert found == Outcome(Status.UNKNOWN, None, None, None)
    assert time.monotonic() - started < 5.0


def test_a_running_solve_is_stopped() -> None:
    asked = iter([False])
    started = time.monotonic()
    found = solve(hard_model(2), Limits(seconds=60.0, threads=1), stopped=lambda: next(asked, None) is not False)
    assert found.status is Status.UNKNOWN
    assert time.monotonic() - started < 20.0


# -- results ----------------------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(squads(most_days=2))
def test_the_bound_never_exceeds_the_cost_however_short_the_time(scenario: Scenario) -> None:
    least = best(scenario)
    for units in (0.0001, 1.0):
        found = solve(tiny_built(scenario), Limits(seconds=None, deterministic=units, threads=1))
        if least is None:
            assert found.status in (Status.INFEASIBLE, Status.UNKNOWN)
        else:
            assert found.status is not Status.INFEASIBLE
            assert found.bound is None or found.bound <= least[0]
            assert found.cost is None or found.cost >= least[0]


def test_known_decisions_are_a_start_that_is_never_lost() -> None:
    scenario = tiny([officer(str(n)) for n in range(1, 5)], count=5, posts=(post(),))
    known = best(scenario)
    assert known is not None
    found = solve(tiny_built(scenario), QUICK, known=known[1])
    assert found.cost == known[0]
    again = tiny_built(scenario)
    for _ in range(2):  # a model that is solved twice takes the later hints
        second = solve(again, QUICK, known=known[1])
        assert second.cost == known[0]


def test_a_gap_allows_to_end_early() -> None:
    wide = Limits(seconds=None, deterministic=5.0, threads=1, gap=0.99)
    found = solve(split_with_slack(3), wide)
    assert found.cost is not None
    assert found.bound is not None
    assert found.bound <= found.cost


def test_the_same_seed_and_deterministic_limit_give_the_same_decisions() -> None:
    scenario = tiny([officer(str(n)) for n in range(1, 5)], count=4, posts=(post(),))
    limits = Limits(seconds=None, deterministic=0.5, threads=4, seed=7)
    one, two = (solve(tiny_built(scenario), limits) for _ in range(2))
    assert one == two
    assert one.decided is not None
    assert heads_of(scenario, one.decided) != heads_of(scenario, Decided())
