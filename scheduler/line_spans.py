"""Some officers on some dates: lines that differ from those they have on these dates only, generated and chosen.

Where lines are long this is how a roster is bettered: the dates before and after stay, and so do the states in which
every line enters and leaves the span. What remains is a small problem of the same sort, solved by the same dives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.line_cp import Line
from scheduler.line_model import TieRow, Ties
from scheduler.line_store import Column, Store


def ties_on(ties: Ties, officers: Sequence[int], span: tuple[int, int]) -> Ties:
    """Return the ties that lines of some officers can change on some dates; the others are left out."""
    touched = set()
    for table in {id(ties.adds[o]): ties.adds[o] for o in officers}.values():
        touched |= {total for day in table[slice(*span)] for cell in day for total, _ in cell}
    rows, used = [], dict[int, int]()
    for row in ties.rows:
        if touched & row.totals.keys():
            aux = {used.setdefault(place, len(used)): factor for place, factor in row.aux.items()}
            rows.append(TieRow(row.totals, aux, row.low, row.high))
    return Ties(ties.totals, ties.adds, tuple(rows), tuple(ties.aux[place] for place in used), 0)


class SpanPrices:
    """Prices lines that stay as they are outside a span; shaped like the pricing of whole lines."""

    def __init__(self, store: Store, known: Mapping[int, Line], span: tuple[int, int]) -> None:
        self._store, self._known, self._span = store, known, span

    def price(
        self, officers: Sequence[int], totals: Sequence[float], most: int
    ) -> tuple[list[Column], dict[int, float]]:
        """Return the cheapest lines at prices of totals, and every officer's lowest value found."""
        reliefs = self._store.reliefs(officers, totals)
        columns: list[Column] = []
        least: dict[int, float] = {}
        for officer in officers:
            relief = reliefs[id(self._store.ties.adds[officer])]
            found = self._store.around(officer, self._known[officer], self._span, relief, most)
            columns += found
            values = [cost - sum(float(relief[n, c]) for n, c in enumerate(line)) for _, line, cost in found]
            least[officer] = min(values, default=float("inf"))
        return columns, least
