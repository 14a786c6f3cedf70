"""Columns of days: the bound is a bound, it converges to the best of all columns, and the choice keeps the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from ortools.linear_solver import pywraplp

from constraints.base import GRAIN, Candidate
from domain.scenario import Absence, Scenario
from domain.words import AbsenceKind, Force
from scheduler.at_once import bettered
from scheduler.counts import add_sums, heads_model, lines_of, sums
from scheduler.days import Days, Month, whole
from scheduler.kinds import Answer, Kind, tag_of
from scheduler.mip import Effort, Mip, Solved
from scheduler.parts import DECIDING
from scheduler.sending import at_best
from scheduler.solve import Limits
from tests.constraints.joint import candidate, hotspot, joint, on
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import best, desk, optimum, post, squads

ROUNDS = 300


def always() -> bool:
    return True


def month_of(scenario: Scenario, *, rounds: int = ROUNDS, gap: float = 1e-9, **more: Any) -> tuple[Days, Month]:
    days = Days(scenario, DECIDING, ("A",), **more)
    return days, days.run(always, rounds=rounds, gap=gap)


def least_of_counts(scenario: Scenario, *, candidates: Sequence[Candidate] = (), **more: Any) -> int | None:
    """Return the optimum of the counts model with every sum."""
    lines = lines_of(scenario, ("A",))
    built, counts = heads_model(scenario, DECIDING, dict(lines.members), candidates=candidates, **more)
    add_sums(built.model.cp, counts, list(sums(scenario, DECIDING, lines)))
    found = optimum(built)
    return None if found is None else found[0]


def least_of_columns(scenario: Scenario) -> float:
    """Return the value of the linear programme over every column there is, by listing them all."""
    lines = lines_of(scenario, ("A",))
    people = dict(lines.members)
    found = list(sums(scenario, DECIDING, lines))
    lp = pywraplp.Solver.CreateSolver("GLOP")
    rows = [lp.Constraint(s.low, s.high) for s in found if len(s.days) > 1]
    month = [s for s in found if len(s.days) > 1]
    for day in scenario.calendar:
        one = scenario.model_copy(
            update={"first": day.date, "end": on((day.date - MONDAY).days + 1), "calendar": (day,)}
        )
        convexity = lp.Constraint(1.0, 1.0)
        keys = list(heads_model(one, DECIDING, people)[1])
        for heads in product(*(range(len(people[group]) + 1) for group, _ in keys)):
            built, counts = heads_model(one, DECIDING, people)
            add_sums(built.model.cp, counts, [s for s in found if s.days == {day.date}])
            for key, n in zip(keys, heads, strict=True):
                built.model.cp.add(counts[key] == n)
            cost = optimum(built)
            if cost is None:
                continue
            share = lp.NumVar(0.0, 1.0, "")
            convexity.SetCoefficient(share, 1.0)
            lp.Objective().SetCoefficient(share, cost[0])
            at = dict(zip(keys, heads, strict=True))
            for s, row in zip(month, rows, strict=True):
                row.SetCoefficient(share, sum(f * at.get((s.group, shift), 0) for shift, f in s.shape))
    lp.Objective().SetMinimization()
    assert lp.Solve() == pywraplp.Solver.OPTIMAL
    return float(lp.Objective().Value())


# -- the bound --------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(squads())
def test_the_bound_never_exceeds_the_optimum_of_the_counts_or_of_the_full_model(scenario: Scenario) -> None:
    _, month = month_of(scenario, rounds=40)
    bound = whole(month.bound)
    assert bound is not None
    counted, full = least_of_counts(scenario), best(scenario)
    assert counted is None or bound <= counted
    assert full is None or bound <= full[0]


@settings(max_examples=8, deadline=None)
@given(squads())
def test_the_bound_holds_after_any_number_of_rounds(scenario: Scenario) -> None:
    counted = least_of_counts(scenario)
    for rounds in (1, 2, 3):
        _, month = month_of(scenario, rounds=rounds)
        bound = whole(month.bound)
        assert counted is None or bound is None or bound <= counted


def scarce(**more: Any) -> Scenario:
    """Two people whose month says three days each, a post by day and a hotspot in the evening, for four days."""
    spot = hotspot("H", clock="17:00", open_for=2)
    values: dict[str, Any] = {"count": 4, "posts": (post("P"),), "hotspots": (spot,)} | more
    return tiny([officer("1"), officer("2")], **values)


def test_with_enough_rounds_the_bound_is_the_best_mix_of_all_columns() -> None:
    scenario = scarce()
    _, month = month_of(scenario)
    exact = least_of_columns(scenario)
    assert exact > 0
    assert exact - 0.002 * exact - 10 <= month.bound <= exact + 1e-3 * exact + 1e-6


def test_where_no_sum_binds_the_bound_is_the_optimum() -> None:
    scenario = tiny([officer("1"), officer("2")], count=2, posts=(post("P", heads=3),))
    days, month = month_of(scenario)
    assert whole(month.bound) == least_of_counts(scenario) == month.cost
    assert len(days.days) == 2


def test_who_stops_at_once_still_gets_columns_and_no_false_bound() -> None:
    days = Days(scarce(), DECIDING, ("A",))
    month = days.run(lambda: False)
    assert len(month.columns) == 4
    assert whole(month.bound) is None or month.bound <= (least_of_counts(scarce()) or 0)


def test_a_bound_is_rounded_up_to_whole_units() -> None:
    assert (whole(12.2), whole(12.0), whole(12.0000001)) == (13, 12, 12)
    assert whole(float("-inf")) is None


# -- the columns ------------------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(squads())
def test_chosen_columns_are_one_for_every_date_and_cost_what_the_month_says(scenario: Scenario) -> None:
    _, month = month_of(scenario, rounds=40)
    if month.cost is None:
        assert month.columns == ()
    else:
        assert [c.day for c in month.columns] == list(scenario.dates)
        assert month.cost == sum(c.cost for c in month.columns)
        assert {shift.day for c in month.columns for _, shift in c.heads} <= set(scenario.dates)


def test_chosen_columns_keep_the_sums_where_that_is_possible() -> None:
    for scenario in (scarce(), scarce(count=6), scarce(desks=(desk("D"),))):
        days, month = month_of(scenario)
        heads = {key: n for column in month.columns for key, n in column.heads.items()}
        found = list(sums(scenario, DECIDING, lines_of(scenario, ("A",))))
        for s in found:
            assert s.low <= sum(f * heads.get((s.group, shift), 0) for shift, f in s.shape) <= s.high, s
        assert month.cost is not None
        assert month.cost >= (least_of_counts(scenario) or 0)
        assert whole(month.bound) is not None
        assert days.bound == month.bound


def test_duties_of_a_column_fit_its_heads() -> None:
    _, month = month_of(scarce(desks=(desk("D"),)))
    for column in month.columns:
        for (group, period, _), n in column.staff.items():
            present = sum(k for (g, shift), k in column.heads.items() if g == group and shift.covers(*period[1:3]))
            assert 0 < n <= present


def test_heads_that_do_nothing_are_not_needed() -> None:
    idle = scarce(posts=(post("P", heads=1),), hotspots=())
    _, month = month_of(idle)
    for column in month.columns:
        assert sum(column.needed.values()) <= 1 <= sum(column.heads.values())
    visited = scarce(posts=(), hotspots=(hotspot("H", "A"),))
    _, month = month_of(visited)
    assert any(column.visits for column in month.columns)
    assert all(column.needed == column.heads for column in month.columns if column.visits)


def test_one_model_of_the_month_is_as_good_as_the_counts_can_be() -> None:
    for scenario in (scarce(), scarce(desks=(desk("D"),))):
        days, month = month_of(scenario)
        nothing = Month((), None, month.bound, month.mixed)
        found = bettered(days, nothing, Limits(seconds=None))
        assert found.cost == least_of_counts(scenario)
        assert [c.day for c in found.columns] == list(scenario.dates)
        dear = replace(month, cost=10 * (found.cost or 0) + 1)
        assert bettered(days, dear, Limits(seconds=None)).cost == found.cost


def test_a_month_near_its_bound_is_left_alone() -> None:
    days, month = month_of(scarce())
    near = replace(month, bound=float(month.cost or 0))
    assert bettered(days, near, Limits(seconds=None)) is near


def test_a_month_near_the_best_mix_of_its_columns_is_left_alone() -> None:
    days, month = month_of(scarce())
    assert month.cost is not None
    assert month.bound <= month.mixed <= month.cost + 1e-6
    unproven = replace(month, bound=0.0, mixed=float(month.cost))
    assert bettered(days, unproven, Limits(seconds=None)) is unproven
    loose = replace(month, bound=0.0, mixed=0.0, cost=2 * month.cost + 1)
    assert bettered(days, loose, Limits(seconds=None)) is not loose


def test_absences_of_a_date_bind_on_that_date_alone() -> None:
    leave = tuple(Absence(officer=o, kind=AbsenceKind.ANNUAL, start=on(1), end=on(2)) for o in "12")
    _, month = month_of(scarce(absences=leave))
    by_day = {c.day: sum(c.heads.values()) for c in month.columns}
    assert by_day[on(1)] == 0
    assert sum(by_day.values()) > 0


# -- kinds of day -----------------------------------------------------------------------------------------------


def test_dates_with_the_same_needs_share_a_model_and_others_do_not() -> None:
    mondays = post("Q", days=post().days.model_copy(update={"kinds": (), "weekdays": (0,)}))
    days = Days(scarce(posts=(post("P"), mondays)), DECIDING, ("A",))
    monday, tuesday, wednesday, _ = days.days
    assert tuesday.kind is wednesday.kind
    assert monday.kind is not tuesday.kind


def test_a_remediation_sets_its_date_apart() -> None:
    there = candidate(on(1))
    scenario = joint([officer("1", "A"), officer("2", "A"), officer("3", "A"), officer("9", "B")], count=3)
    days, month = month_of(scenario, candidates=(there,), quotas={("A", there.id): 2})
    first, second, third = days.days
    assert first.kind is not second.kind
    assert third.kind is not first.kind  # the holding that follows is owed there
    sent = [c for c in month.columns if c.day == on(1)]
    assert sum(sent[0].heads.values()) >= 2


def test_two_runs_give_the_same_columns() -> None:
    one, two = (month_of(scarce(), rounds=30)[1] for _ in range(2))
    assert one.columns == two.columns
    assert one.bound == two.bound


def test_what_was_found_on_the_way_are_columns_too(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Kind.answer

    def with_nobody(kind: Kind, prices: tuple[int, ...], effort: Effort) -> Answer:
        nobody = kind.exactly({}, effort.seed)
        assert nobody is not None
        return replace(answer(kind, prices, effort), others=(nobody,))

    monkeypatch.setattr(Kind, "answer", with_nobody)
    days, _ = month_of(scarce(), rounds=2)
    for day in days.days:
        assert any(not column.heads and column.day == day.day for column in day.columns)


def test_more_search_comes_to_the_best_mix_where_little_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = scarce(desks=(desk("D"),))
    asked: list[Effort] = []
    answer = Kind.answer

    def seen(kind: Kind, prices: tuple[int, ...], effort: Effort) -> Answer:
        asked.append(effort)
        return answer(kind, prices, effort)

    monkeypatch.setattr(Kind, "answer", seen)

    def mixed(*, deep: bool) -> float:
        asked.clear()
        days = Days(scenario, DECIDING, ("A",))
        month = days.run(always, rounds=ROUNDS, gap=0.5, steady=1, deep=deep)
        assert days.effort == asked[0]
        for column in (column for day in days.days for column in day.columns):
            assert column.cost >= next(c.cost for c in days.fitted(column.heads) if c.day == column.day)
        return month.mixed

    quick = mixed(deep=False)
    assert len(set(asked)) == 1
    deep = mixed(deep=True)
    assert max(effort.units for effort in asked) > asked[0].units
    assert min(effort.gap for effort in asked) < asked[0].gap
    assert least_of_columns(scenario) <= deep + 1e-6 <= quick + 2e-6


def test_duties_fit_given_heads_at_what_they_cost_at_least() -> None:
    days, month = month_of(scarce(desks=(desk("D"),)))
    heads = {key: n for column in month.columns for key, n in column.heads.items()}
    assert [c.cost for c in days.fitted(heads)] == [c.cost for c in month.columns]
    nobody = days.fitted({})
    assert [c.day for c in nobody] == list(days.scenario.dates)
    assert sum(c.cost for c in nobody) >= sum(c.cost for c in month.columns)
    assert days.fitted(dict.fromkeys(heads, 3)) == ()  # there are two people


def test_duties_of_the_same_heads_are_sought_once(monkeypatch: pytest.MonkeyPatch) -> None:
    days = Days(scarce(), DECIDING, ("A",))
    asked: list[int] = []
    solve = Mip.solve

    def counted(mip: Mip, prices: Mapping[int, int], effort: Effort) -> Solved:
        asked.append(len(prices))
        return solve(mip, prices, effort)

    monkeypatch.setattr(Mip, "solve", counted)
    first = days.fitted({})
    assert len(asked) == len(days.kinds) < len(days.days)
    assert days.fitted({}) == first
    assert len(asked) == len(days.kinds)
    days.charge({tag_of(window): 5 for kind in days.kinds for _, window in kind.built.model.visits})
    assert sum(c.cost for c in days.fitted({})) <= sum(c.cost for c in first)
    assert len(asked) == 2 * len(days.kinds)  # what visits are paid for changes what duties cost


def test_what_most_is_proven_at_is_known_of_every_date() -> None:
    days, month = month_of(scarce(), rounds=3)
    assert days.surest is not None
    days.best = days.surest
    known = at_best(days)
    assert known is not None
    assert known[0] == pytest.approx(month.bound)


def test_a_bound_knows_of_stands_beyond_the_shares() -> None:
    """A service officer stands on all six dates, as the enforcement officer is dear there; two stands are beyond."""
    people = [
        officer("1", force=Force.SERVICE, certified=False),
        officer("2", force=Force.ENFORCEMENT),
    ]
    scenario = tiny(people, count=6, posts=(post(),), policy={"S18.weight": 100})
    plain = Days(scenario, DECIDING, ("A",)).run(always, rounds=ROUNDS, choose=False)
    days = Days(scenario, DECIDING, ("A",))
    tolled = days.run(always, rounds=ROUNDS, choose=False, toll=always)
    assert set(days.tolls.values()) == {2 * GRAIN}
    assert tolled.bound == pytest.approx(plain.bound + 2 * 2 * GRAIN)
    known = at_best(days)
    assert known is not None
    assert known[0] == pytest.approx(tolled.bound)


def test_tolls_that_there_was_no_time_for_are_taken_back() -> None:
    people = [officer("1", force=Force.SERVICE, certified=False), officer("2", force=Force.ENFORCEMENT)]
    scenario = tiny(people, count=6, posts=(post(),), policy={"S18.weight": 100})
    days = Days(scenario, DECIDING, ("A",))
    plain = Days(scenario, DECIDING, ("A",)).run(always, rounds=ROUNDS, choose=False)
    found = days.run(lambda: not days.tolls, rounds=ROUNDS, choose=False, toll=always)
    assert not days.tolls
    assert found.bound == plain.bound
    assert at_best(days) is not None
