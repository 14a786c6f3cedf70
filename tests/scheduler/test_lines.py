"""The engine over lines: bounds that never pass a known optimum, optima found, and an end at any time."""

from __future__ import annotations

import math
import time
from datetime import timedelta
from itertools import product
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN
from constraints.s21_heads_on_shifts import HeadsOnShifts
from domain.limits import Cover, Limits
from domain.roster import Assignment, Roster
from domain.scenario import Scenario
from domain.words import Status
from inputs.curtois import read_instance, scenario_of
from scheduler import line_rounds
from scheduler.bench import policy
from scheduler.build import post, shifts_alone
from scheduler.line_cp import solve_part, totals_of
from scheduler.line_master import Cut, Master, bound_of, cut_ties, lawful, on_totals
from scheduler.line_model import index_of, loud_rules, of_lines_alone, posted
from scheduler.line_rounds import CUT_UNITS, Part, better
from scheduler.line_solved import ONE_MODEL
from scheduler.line_store import Store, choices_of, step_of
from scheduler.line_tidy import Never
from scheduler.line_worth import Worth
from scheduler.lines import solve_lines
from scheduler.parallel import inside
from scheduler.progress import Options, Watch
from scheduler.solve import Limits as SolveLimits
from tests.constraints.kit import tiny
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, write
from tests.scheduler.line_kit import every_line, judged, person, scenarios


def optimum(store: Store) -> tuple[float, dict[int, tuple[int, ...]]] | None:
    """Return the least cost of any roster and its lines, by trying all lawful lines; None if there is none."""
    lines = []
    for n in range(len(store.scenario.officers)):
        costs = {line: store.cost_of(n, line) for line in every_line(store.model(n))}
        lines.append([(line, cost) for line, cost in costs.items() if cost is not None])
    worth, best = Worth(store.ties), None
    for chosen in product(*lines):
        picked = {n: line for n, (line, _) in enumerate(chosen)}
        cost = worth.cost(totals_of(store.ties, picked)) + sum(cost for _, cost in chosen)
        if best is None or cost < best[0]:
            best = (cost, picked)
    return best


def roster_of(scenario: Scenario, lines: dict[int, tuple[int, ...]]) -> Roster:
    choices = choices_of(scenario, "A")
    shifts = [
        Assignment(officer=scenario.officers[n].id, day=(s := day[c - 1]).day, shift=s.shift)
        for n, line in lines.items()
        for day, c in zip(choices, line, strict=True)
        if c
    ]
    return Roster(shifts=tuple(shifts))


def test_no_price_and_no_cut_makes_a_bound_above_the_optimum() -> None:
    gaps = []

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        store = Store(data.draw(scenarios(count=4, people=2, brigade=False)))
        try:
            known = optimum(store)
        except Never:
            return
        if known is None:
            return
        officers = (0, 1)
        paid = tuple(place for place, aux in enumerate(store.ties.aux) if aux.cost)
        whole = round(sum(_least_aux(store, known[1])[place] for place in paid))
        # a cut that the optimum keeps
        cuts = data.draw(
            st.sampled_from([(), (Cut(paid, float(whole), math.inf),), (Cut(paid, -math.inf, float(whole)),)])
        )
        tied = cut_ties(store.ties, cuts, CUT_UNITS)
        asked = [GRAIN * data.draw(st.integers(-25, 25)) for _ in tied.rows]
        rows = lawful(tied, asked)
        _, least = store.price(officers, on_totals(tied, rows), 1)
        assert bound_of(tied, rows, least) <= known[0] + 1e-6
        master = Master(tied, officers)
        for _ in range(30):
            columns, least = store.price(officers, on_totals(tied, rows), 3)
            added = master.add(columns)
            solved = master.solve()
            assert solved is not None
            value, prices = solved
            rows = lawful(tied, prices.rows)
            if not added:
                break
        _, least = store.price(officers, on_totals(tied, rows), 1)
        proven = bound_of(tied, rows, least)
        assert proven == pytest.approx(value)  # the linear programme is solved, so its bound is its value
        assert proven <= known[0] + 1e-6
        gaps.append(known[0] - proven)

    run()
    assert any(gap < 1 for gap in gaps)


def _least_aux(store: Store, lines: dict[int, tuple[int, ...]]) -> list[int]:
    """Return the ties' own variables at their least, each from its row."""
    totals = totals_of(store.ties, lines)
    found = [0] * len(store.ties.aux)
    for row in store.ties.rows:
        value = sum(factor * totals[total] for total, factor in row.totals.items())
        ((place, factor),) = row.aux.items()
        found[place] = max(0, round(row.low - value if factor > 0 else value - row.high))
    return found


def test_costs_are_what_the_audit_charges() -> None:
    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios(count=4, people=2, brigade=False))
        store = Store(scenario)
        lines = {}
        for n in (0, 1):
            line = tuple(data.draw(st.integers(0, 2)) for _ in range(4))
            try:
                cost = store.cost_of(n, line)
            except Never:
                return
            if cost is None:
                return
            lines[n] = (line, cost)
        plain = {n: line for n, (line, _) in lines.items()}
        total = Worth(store.ties).cost(totals_of(store.ties, plain)) + sum(cost for _, cost in lines.values())
        heads = HeadsOnShifts().audit(scenario, roster_of(scenario, plain))
        assert total / GRAIN == (judged(scenario, roster_of(scenario, plain)) or 0) + sum(f.points for f in heads)

    run()


def test_ties_of_many_totals_are_priced_by_cp_sat() -> None:
    people = [person(oid) for oid in "12"]
    store = Store(tiny(people, count=7, policy=policy() | {"S05.weight": 10, "S05.least_days": 1, "S05.spread": 0}))
    worth = Worth(store.ties)
    even = totals_of(store.ties, {0: (2, 0, 0, 0, 0, 0, 0), 1: (0, 2, 0, 0, 0, 0, 0)})
    uneven = totals_of(store.ties, {0: (2, 2, 2, 0, 0, 0, 0), 1: (0, 0, 0, 0, 0, 0, 0)})
    assert worth.cost(even) == 0
    assert worth.cost(uneven) > 0


@pytest.fixture
def pair(tmp_path: Path) -> Scenario:
    return scenario_of(read_instance(write(tmp_path, "pair.txt", PAIR)), policy())


@pytest.mark.parametrize("kind", ["dive", "choose", "mix", "cells", "prove"])
def test_every_job_finds_the_optimum_of_a_small_part(
    pair: Scenario, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_rounds, "MIXED", float(kind == "mix"))
    store = Store(pair)
    start = {0: (0, 0, 1, 1), 1: (2, 0, 0, 2)}
    costs = {n: store.cost_of(n, line) for n, line in start.items()}
    assert None not in costs.values()
    now = Worth(store.ties).cost(totals_of(store.ties, start)) + sum(c for c in costs.values() if c is not None)
    assert now > PAIR_OPTIMUM * GRAIN
    part = Part(
        officers=(0, 1),
        base=(0,) * store.ties.totals,
        columns=tuple((n, line, costs[n] or 0) for n, line in start.items()),
        seed=1,
        until=time.time() + 60,
        step=step_of(store, (0, 1)),
        now=now,
        known={} if kind == "dive" else start,
        cells={o: dict.fromkeys(range(4), (0, 1, 2)) for o in (0, 1)} if kind == "cells" else None,
        proving=kind == "prove",
    )
    found = better(store, part, lambda: True)
    lines = {n: line for n, (line, _) in found.lines.items()}
    cost = Worth(store.ties).cost(totals_of(store.ties, lines)) + sum(cost for _, cost in found.lines.values())
    assert cost == PAIR_OPTIMUM * GRAIN
    assert found.bound == (PAIR_OPTIMUM * GRAIN if kind == "prove" else None)


def test_nothing_is_bettered_once_stopped(pair: Scenario) -> None:
    store = Store(pair)
    part = Part((0, 1), (0,) * store.ties.totals, (), 1, time.time() + 60, GRAIN)
    columns, _ = store.price((0, 1), [0.0] * store.ties.totals, 1)
    found = better(store, Part(**{**vars(part), "columns": tuple(columns)}), lambda: False)
    assert found.lines == {}


def test_a_contradiction_is_infeasible_and_not_undecided() -> None:
    limits = (Limits(officer="1", least_hours=timedelta(hours=240), most_hours=timedelta(hours=300)),)
    scenario = tiny([person("1")], policy=policy(), limits=limits)
    assert solve_lines(scenario, Options(seconds=20, workers=1), Watch(20)).status is Status.INFEASIBLE


def test_an_officer_whose_counters_contradict_each_other_is_infeasible() -> None:
    """Each day may be worked or not; eleven of them with no weekend worked are too many for two weeks."""
    limits = (
        Limits(officer="1", least_hours=timedelta(hours=8 * 11), most_hours=timedelta(hours=300), most_weekends=0),
    )
    scenario = tiny([person("1")], count=14, policy=policy(), limits=limits)
    with inside():
        assert solve_lines(scenario, Options(seconds=20, workers=1), Watch(20)).status is Status.INFEASIBLE


def test_stopped_at_once_there_is_nothing_and_a_true_bound(pair: Scenario) -> None:
    stop = Event()
    stop.set()
    found = solve_lines(pair, Options(seconds=20, workers=1), Watch(20, stop=stop))
    assert (found.status, found.cost, found.bound) == (Status.UNKNOWN, None, 0)


def test_conditions_too_many_to_walk_go_into_one_model(pair: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    from scheduler import lines
    from scheduler.line_steps import TooManyStates

    def too_many(*arguments: object) -> None:
        raise TooManyStates

    monkeypatch.setattr(lines, "_by_lines", too_many)
    found = solve_lines(pair, Options(seconds=20, workers=1), Watch(20))
    assert (found.objective, found.bound, found.bound_from) == (PAIR_OPTIMUM, PAIR_OPTIMUM * GRAIN, ONE_MODEL)


def test_one_cp_sat_model_over_lines_keeps_its_limits(pair: Scenario) -> None:
    store = Store(pair)
    models = {n: store.model(n) for n in (0, 1)}
    done = solve_part(models, store.ties, SolveLimits(seconds=20, threads=2))
    assert (done.status, done.cost, done.bound) == (Status.OPTIMAL, PAIR_OPTIMUM * GRAIN, PAIR_OPTIMUM * GRAIN)
    assert solve_part(models, store.ties, SolveLimits(seconds=20), stopped=lambda: True).status is Status.UNKNOWN


def test_whether_shifts_are_all_there_is(pair: Scenario) -> None:
    from tests.constraints.joint import joint

    assert of_lines_alone(pair)
    assert not of_lines_alone(joint())


def test_rules_that_are_apart_tie_no_two_officers() -> None:
    @settings(max_examples=20, deadline=None, derandomize=True)
    @given(scenarios(count=4, people=2))
    def run(scenario: Scenario) -> None:
        for rule in (rule for rule in loud_rules(scenario) if rule.apart):
            model = shifts_alone(scenario, scenario.officers, [squad.id for squad in scenario.squads])
            whose = {
                index_of(literal): officer
                for known in (model.works, model.rest)
                for (officer, _), literal in known.items()
                if not isinstance(literal, int)
            }
            post(model, scenario, [rule])
            for row, _, _ in posted(model, whose).rows:
                assert len({whose[var] for var, _ in row if var in whose}) == 1

    run()


def test_heads_and_single_shifts_are_tied_in_squads_of_different_shifts() -> None:
    squads = {"A": ("E",), "B": ("L",)}
    plain = tiny([person("1", "A"), person("2", "B")], count=2, policy=policy())
    shifts = tuple(
        s.model_copy(update={"squads": tuple(q for q, ids in squads.items() if s.id in ids)}) for s in plain.shifts
    )
    covers = tuple(
        Cover(squad=squad, shift=ids[0], heads=1, under=20, over=3, first=plain.first, end=plain.end)
        for squad, ids in squads.items()
    )
    store = Store(plain.model_copy(update={"shifts": shifts, "covers": covers}))
    worth = Worth(store.ties)
    cost = {
        lines: worth.cost(totals_of(store.ties, dict(enumerate(lines))))
        for lines in (((0, 0), (0, 0)), ((1, 1), (0, 1)))
    }
    assert cost == {((0, 0), (0, 0)): 80 * GRAIN, ((1, 1), (0, 1)): 20 * GRAIN}
