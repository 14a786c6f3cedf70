"""Prices that raise the bound without a linear programme: each moves against what the cheapest lines at it miss.

At any prices the bound is proven (`line_master.bound_of`). What the cheapest lines and the cheapest own variables of
rules leave of a row, short or over, is the way up (a subgradient); a step is as long as the gap to the roster known
suggests, and halves when it has led nowhere for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from scheduler.line_master import lawful
from scheduler.line_model import Ties

Floats = NDArray[np.float64]
STEP, PATIENCE = 0.7, 4
STILL = 0.75
"""Share of the old direction in the new one."""


class Descent:
    """The prices of the ties' rows, in units of 1/GRAIN point, as they move."""

    def __init__(self, ties: Ties, totals: Sequence[int]) -> None:
        """Start from what one more or one fewer of each total would save in a roster with these totals, if any."""
        self._ties = ties
        ends = [_ends(ties, n) for n in range(len(ties.rows))]
        self._least = np.array([low for low, _ in ends])
        self._most = np.array([high for _, high in ends])
        start = [_start(ties, n, totals) for n in range(len(ties.rows))] if totals else [0.0] * len(ties.rows)
        self._prices: Floats = self._within(np.array(start))
        self._best = self._prices
        self._way: Floats = np.zeros(len(ties.rows))
        self._highest, self._length, self._waited = -inf, STEP, 0

    @property
    def rows(self) -> tuple[float, ...]:
        """The prices to try next; lawful ones."""
        return lawful(self._ties, self._prices.tolist())

    def move(self, bound: float, cost: float, totals: Sequence[int]) -> None:
        """Take in the bound at the prices, with what the cheapest lines come to, and move on."""
        self._waited += 1
        if bound > self._highest:
            self._highest, self._best, self._waited = bound, self._prices, 0
        elif self._waited >= PATIENCE:
            self._prices, self._length, self._waited = self._best, self._length / 2, 0
        missed = np.array([self._missed(n, totals) for n in range(len(self._ties.rows))])
        self._way = missed if not self._way.any() else STILL * self._way + (1 - STILL) * missed
        square = float(self._way @ self._way)
        if square:
            room = max(cost - bound, 0.0) if isfinite(cost) else abs(bound) + 1.0
            self._prices = self._within(self._prices + self._length * room / square * self._way)

    def _missed(self, n: int, totals: Sequence[int]) -> float:
        """Return how far a row is from its limit at the cheapest lines and own variables."""
        row, price = self._ties.rows[n], float(self._prices[n])
        value = sum(factor * totals[total] for total, factor in row.totals.items())
        for place, factor in row.aux.items():
            aux = self._ties.aux[place]
            value += factor * (aux.high if aux.cost - price * factor < 0 else aux.low)
        short, over = row.low - value, row.high - value
        limit = short if price > 0 or (isfinite(row.low) and short > 0) else over
        return float(limit) if isfinite(limit) else 0.0

    def _within(self, prices: Floats) -> Floats:
        found: Floats = np.clip(prices, self._least, self._most)
        return found


def _ends(ties: Ties, n: int) -> tuple[float, float]:
    """Return the prices between which a row's own variables cost nothing by themselves."""
    row = ties.rows[n]
    low = -inf if isfinite(row.high) else 0.0
    high = inf if isfinite(row.low) else 0.0
    for place, factor in row.aux.items():
        cost = ties.aux[place].cost
        if factor > 0:
            high = min(high, cost / factor)
        else:
            low = max(low, cost / factor)
    return min(low, 0.0), max(high, 0.0)


def _start(ties: Ties, n: int, totals: Sequence[int]) -> float:
    """Return what a row would save by one more of its total, and halfway by one fewer."""
    row = ties.rows[n]
    low, high = _ends(ties, n)
    value = sum(factor * totals[total] for total, factor in row.totals.items())
    if isfinite(row.low) and isfinite(high):
        return high if value < row.low else high / 2 if value == row.low else 0.0
    return low if isfinite(row.high) and isfinite(low) and value > row.high else 0.0
