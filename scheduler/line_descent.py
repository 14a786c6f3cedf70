"""Prices that raise the bound without a linear programme: each moves against what the cheapest lines at it miss.

At any prices the bound is proven (`line_master.bound_of`). What the cheapest lines and the cheapest own variables of
rules leave of a row, short or over, is the way up (a subgradient); a step is as long as the gap to the roster known
suggests, and shorter once it has led nowhere for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from scheduler.line_master import lawful
from scheduler.line_model import Ties

Floats = NDArray[np.float64]
STEP, SHORTER, PATIENCE = 0.03, 0.6, 15
"""Share of the gap to the roster known that a step is worth; shorter after so many steps without a better bound."""
STILL = 0.9
"""Share of the old direction in the new one."""


class Descent:
    """The prices of the ties' rows, in units of 1/GRAIN point, as they move; ``cost`` is that of a roster, if known."""

    def __init__(self, ties: Ties, cost: float = inf) -> None:
        self._ties = ties
        self._cost = cost
        rows = ties.rows
        self._low, self._high = np.array([r.low for r in rows]), np.array([r.high for r in rows])
        ends = [_ends(ties, n) for n in range(len(rows))]
        self._least, self._most = np.array([low for low, _ in ends]), np.array([high for _, high in ends])
        self._on_totals = _entries([row.totals for row in rows])
        self._on_aux = _entries([row.aux for row in rows])
        self._aux = np.array([(a.low, a.high, a.cost) for a in ties.aux], dtype=np.float64).reshape(-1, 3)
        self._prices: Floats = np.zeros(len(rows))
        self._best, self._highest = self._prices, -inf
        self._way: Floats = np.zeros(len(rows))
        self._step, self._waited = STEP, 0

    @property
    def rows(self) -> tuple[float, ...]:
        """The prices to try next; lawful ones."""
        return lawful(self._ties, self._prices.tolist())

    @property
    def best(self) -> tuple[float, ...]:
        """The prices of the best bound."""
        return lawful(self._ties, self._best.tolist())

    def move(self, bound: float, totals: Sequence[int]) -> None:
        """Take in the bound at the prices, with what the cheapest lines come to, and move on."""
        missed = self._missed(self._value(np.asarray(totals, dtype=np.float64)))
        self._waited += 1
        if bound > self._highest:
            self._highest, self._best, self._waited = bound, self._prices, 0
        elif self._waited >= PATIENCE:
            self._prices, self._step, self._waited = self._best, self._step * SHORTER, 0
        self._way = missed if not self._way.any() else STILL * self._way + (1 - STILL) * missed
        square = float(self._way @ self._way)
        if square:
            room = self._cost - bound if isfinite(self._cost) else abs(bound) + 1.0
            moved = self._prices + self._step * max(room, 0.0) / square * self._way
            self._prices = np.clip(moved, self._least, self._most)

    def _value(self, totals: Floats) -> Floats:
        """Return what the rows come to with these totals and the rules' own variables at their cheapest."""
        row, place, factor = self._on_aux
        relief = np.bincount(place, self._prices[row] * factor, minlength=len(self._aux))
        aux = np.where(self._aux[:, 2] - relief < 0, self._aux[:, 1], self._aux[:, 0])
        found = np.bincount(row, aux[place] * factor, minlength=len(self._low))
        row, place, factor = self._on_totals
        return np.asarray(found + np.bincount(row, totals[place] * factor, minlength=len(self._low)))

    def _missed(self, value: Floats) -> Floats:
        """Return how far rows are from the limit that their price, or else what they miss, is for."""
        short, over = self._low - value, self._high - value
        lower = (self._prices > 0) | (np.isfinite(self._low) & (short > 0)) | ~np.isfinite(self._high)
        found = np.where(lower, short, over)
        return np.where(np.isfinite(found), found, 0.0)


def _entries(rows: Sequence[dict[int, int]]) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return row, place and factor of every entry."""
    cells = [(n, place, factor) for n, row in enumerate(rows) for place, factor in row.items()]
    table = np.array(cells, dtype=np.intp).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.float64)


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
