"""The relaxation that prices borders and hours: optima and prices worked out by hand."""

from __future__ import annotations

import pytest

from scheduler.relaxed import Average, Border, Row, relax

WINDOW = ("H", "08:00")


def worker(hours: float, cost: float = 0.0, squad: str = "A") -> Average:
    """Return a unit whose one head makes up to one visit a date, on ten dates, with ``hours`` heads in all."""
    part = Average(columns=[(0.0, 5.0, cost), (0.0, 9.0, 0.0)])
    part.rows.append(Row({1: 1.0, 0: -1.0}, high=0.0))  # visits <= heads
    part.sums.append((Row({0: 10.0}, high=hours), (("hours", 1), ("hours", 2))))
    part.visits.append((squad, WINDOW, 1, 10))
    part.heads.append((squad, 0, 80.0))
    return part


def test_what_is_missing_at_a_border_costs_more_the_more_is_missing() -> None:
    found = relax([worker(15.0)], {WINDOW: Border(wanted=3, units=100, dates=10)})
    assert found is not None
    assert found.value == pytest.approx(10 * (100 + 200 / 2))  # one visit and a half a date are made, so many missing
    assert found.windows[WINDOW] == pytest.approx(200.0)
    assert found.visits == {("A", WINDOW): pytest.approx(1.5)}
    assert found.columns[0][0] == pytest.approx(1.5)


def test_units_share_the_visits_of_a_border() -> None:
    border = Border(wanted=3, units=100, dates=10)
    found = relax([worker(10.0), worker(20.0, squad="B")], {WINDOW: border})
    assert found is not None
    assert found.value == pytest.approx(0.0)
    assert found.visits["A", WINDOW] + found.visits["B", WINDOW] == pytest.approx(3.0)


def test_sums_that_say_the_same_share_their_price_and_people_are_worth_what_they_save() -> None:
    found = relax([worker(15.0)], {WINDOW: Border(wanted=3, units=100, dates=10)})
    assert found is not None
    # a head more on one of ten dates saves a visit of 200: per unit of the sum 200, halved between its two names
    assert found.sums == ({("hours", 1): pytest.approx(-100.0), ("hours", 2): pytest.approx(-100.0)},)
    assert found.worth == {"A": pytest.approx(200.0 * 10 / 80)}


def test_visits_dearer_than_what_they_save_are_not_made() -> None:
    found = relax([worker(10.0, cost=2_500.0)], {WINDOW: Border(wanted=3, units=100, dates=10)})
    assert found is not None
    assert found.visits == {("A", WINDOW): pytest.approx(1.0)}  # a head costs 250 a date and saves 300
    dear = relax([worker(10.0, cost=3_500.0)], {WINDOW: Border(wanted=3, units=100, dates=10)})
    assert dear is not None
    assert dear.visits == {("A", WINDOW): pytest.approx(0.0)}


def test_visits_to_a_squads_own_windows_are_told_too() -> None:
    found = relax([worker(15.0, cost=-1.0)], {})
    assert found is not None
    assert set(found.visits) == {("A", WINDOW)}


def test_what_cannot_be_has_no_prices() -> None:
    part = Average(columns=[(0.0, 1.0, 1.0)], rows=[Row({0: 1.0}, low=2.0)])
    assert relax([part], {}) is None
