"""What the ties cost at given totals, and what one more would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, inf, isfinite

from scheduler.line_cp import solve_part
from scheduler.line_model import TieRow, Ties
from scheduler.solve import Limits

TIE_SECONDS = 10.0


class Worth:
    """Prices totals. Where every row has a variable of its own that is a formula; else CP-SAT settles the variables."""

    def __init__(self, ties: Ties) -> None:
        self.ties = ties
        uses = Counter(place for row in ties.rows for place in row.aux)
        self._plain = all(len(row.aux) <= 1 and all(uses[place] == 1 for place in row.aux) for row in ties.rows)
        self._plain &= all(aux.cost >= 0 for aux in ties.aux)
        self._alone: list[list[TieRow]] = [[] for _ in range(ties.totals)]
        for row in ties.rows:
            if len(row.totals) == 1 and len(row.aux) == 1:
                self._alone[next(iter(row.totals))].append(row)

    def cost(self, totals: Sequence[int]) -> float:
        """Return the least cost of the ties at these totals; infinite if they are not allowed."""
        if self._plain:
            return self.ties.fixed + sum(self._row(row, totals) for row in self.ties.rows)
        found = solve_part({}, self.ties, Limits(seconds=TIE_SECONDS, threads=1), totals=totals)
        return inf if found.cost is None else found.cost

    def one_more(self, totals: Sequence[int]) -> list[float]:
        """Return what it saves to have one more of each total, by the rows that look at it alone."""
        found = []
        for total, rows in enumerate(self._alone):
            here = {total: totals[total]}
            more = {total: totals[total] + 1}
            found.append(sum(self._row(row, here) - self._row(row, more) for row in rows))
        return found

    def _row(self, row: TieRow, totals: Sequence[int] | dict[int, int]) -> float:
        """Return what a row's own variable must cost, as little as it can."""
        value = sum(factor * totals[total] for total, factor in row.totals.items())
        if not row.aux:
            return 0.0 if row.low <= value <= row.high else inf
        ((place, factor),) = row.aux.items()
        aux = self.ties.aux[place]
        short = row.low - value if factor > 0 else value - row.high
        least = max(aux.low, ceil(short / abs(factor))) if isfinite(short) else aux.low
        return float(aux.cost * least)
