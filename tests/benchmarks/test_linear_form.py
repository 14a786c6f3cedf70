"""A model written out for other solvers has the same optimum, and the same solutions, as it has in CP-SAT."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import inf
from pathlib import Path

import pytest
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from benchmarks.linear_form import LinearForm, Untranslated, linear_form, write_mps

Made = Callable[[cp_model.CpModel, list[cp_model.IntVar], cp_model.IntVar], object]

CONDITIONS: dict[str, Made] = {
    "limits on both sides": lambda m, x, n: m.add_linear_constraint(n + 2 * x[0] - x[1], -1, 2),
    "a variable named twice": lambda m, x, n: m.add(n + x[0] + n >= 3),
    "an equation": lambda m, x, n: m.add(n == x[0] + 2 * x[1]),
    "a lower limit under a literal": lambda m, x, n: m.add(n >= 2).only_enforce_if(x[0]),
    "an upper limit under a negated literal": lambda m, x, n: m.add(n - x[2] <= 0).only_enforce_if(~x[0]),
    "an equation under two literals": lambda m, x, n: m.add(n == 1).only_enforce_if([x[0], ~x[1]]),
    "what cannot be under a literal": lambda m, x, n: m.add(n >= 9).only_enforce_if(x[0]),
    "one of three": lambda m, x, n: m.add_bool_or(x[0], ~x[1], x[2]),
    "one of two under a literal": lambda m, x, n: m.add_bool_or(x[1], ~x[2]).only_enforce_if(x[0]),
    "all of three": lambda m, x, n: m.add_bool_and(x[0], ~x[1], x[2]),
    "an implication": lambda m, x, n: m.add_implication(x[0], ~x[2]),
    "at most one": lambda m, x, n: m.add_at_most_one(x[0], ~x[1], x[2]),
    "exactly one": lambda m, x, n: m.add_exactly_one(x[0], ~x[1], ~x[2]),
}
LOW, HIGH = -2, 3


def model(condition: Made) -> cp_model.CpModel:
    """Return a model of three Booleans, an integer in -2..3 and one condition."""
    made = cp_model.CpModel()
    booleans = [made.new_bool_var(f"b{i}") for i in range(3)]
    condition(made, booleans, made.new_int_var(LOW, HIGH, "n"))
    return made


def allows(condition: Made, values: tuple[int, ...]) -> bool:
    """Ask CP-SAT whether the condition allows values of all variables."""
    made = model(condition)
    for index, value in enumerate(values):
        made.add(made.get_int_var_from_proto_index(index) == value)
    return cp_model.CpSolver().solve(made) == cp_model.OPTIMAL


def holds(form: LinearForm, values: tuple[int, ...]) -> bool:
    """Say whether values keep all rows."""
    sums = [(row, sum(f * values[n] for n, f in row.factors.items())) for row in form.rows]
    return all(row.low <= total <= row.high for row, total in sums)


@pytest.mark.parametrize("name", CONDITIONS)
def test_rows_allow_exactly_what_the_condition_allows(name: str) -> None:
    form = linear_form(model(CONDITIONS[name]).proto)
    every = list(product((0, 1), (0, 1), (0, 1), range(LOW, HIGH + 1)))
    kept = {values for values in every if holds(form, values)}
    assert kept == {values for values in every if allows(CONDITIONS[name], values)}
    assert 0 < len(kept) < len(every)


def test_costs_of_negated_variables_and_constants_are_kept() -> None:
    made = cp_model.CpModel()
    x, n = made.new_bool_var("x"), made.new_int_var(-2, 3, "n")
    made.minimize(7 - 5 * n + 4 * (1 - x))
    form = linear_form(made.proto)
    for values in product((0, 1), range(-2, 4)):
        cost = form.offset + sum(c * values[i] for i, c in form.cost.items())
        assert cost == 7 - 5 * values[1] + 4 * (1 - values[0])


def test_another_solver_finds_the_same_optimum_in_the_file(tmp_path: Path) -> None:
    """Three officers, two shifts: heads asked for at a price, a choice each, one pair that must not meet."""
    made = cp_model.CpModel()
    works = {(o, s): made.new_bool_var(f"{o}/{s}") for o in "abc" for s in "el"}
    short = {s: made.new_int_var(0, 3, f"short/{s}") for s in "el"}
    for o in "abc":
        made.add_at_most_one(works[o, "e"], works[o, "l"])
    made.add_implication(works["a", "e"], ~works["b", "e"])
    made.add(works["c", "l"] == 0).only_enforce_if(works["a", "l"])
    for s, wanted in (("e", 2), ("l", 2)):
        made.add(short[s] >= wanted - sum(works[o, s] for o in "abc"))
    made.minimize(1200 * short["e"] + 2400 * short["l"] + 600 * works["b", "l"] + 240)
    best = 1200 + 600 + 240  # b and another late, at the price of b's wish; the third early, one short
    solver = cp_model.CpSolver()
    assert solver.solve(made) == cp_model.OPTIMAL
    assert solver.objective_value == best
    target = tmp_path / "model.mps"
    write_mps(linear_form(made.proto), target, unit=240)
    other = model_builder.Model()
    assert other.import_from_mps_file(str(target))
    scip = model_builder.Solver("scip")
    assert scip.solve(other) == model_builder.SolveStatus.OPTIMAL
    assert scip.objective_value * 240 == pytest.approx(best)


def test_what_is_not_translated_is_named() -> None:
    made = cp_model.CpModel()
    n, m = made.new_int_var(0, 3, "n"), made.new_int_var(0, 9, "m")
    made.add_multiplication_equality(m, n, n)
    with pytest.raises(Untranslated, match="int_prod"):
        linear_form(made.proto)
    holes = cp_model.CpModel()
    holes.new_int_var_from_domain(cp_model.Domain.from_values([1, 3]), "odd")
    with pytest.raises(Untranslated, match="odd"):
        linear_form(holes.proto)
    most = cp_model.CpModel()
    most.maximize(most.new_bool_var("x"))
    with pytest.raises(Untranslated, match="maximised"):
        linear_form(most.proto)


def test_limits_of_one_side_stay_open() -> None:
    made = cp_model.CpModel()
    n = made.new_int_var(0, 3, "n")
    made.add(n >= 2)
    (row,) = linear_form(made.proto).rows
    assert (row.low, row.high) == (2, inf)
