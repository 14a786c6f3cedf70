"""Heads short and heads over share a row of the linear programme; its value and the bound of its prices stay."""

from __future__ import annotations

import itertools
import math

import pytest

from scheduler import line_master
from scheduler.line_master import Master, bound_of, lawful, on_totals, pairs_of
from scheduler.line_model import Aux, TieRow, Ties

SHIFTS, DATES, OFFICERS = 2, 2, 3
TABLE = tuple(((), *(((n * SHIFTS + s, 1),) for s in range(SHIFTS))) for n in range(DATES))


def heads(wanted: tuple[int, ...], under: int, over: int) -> Ties:
    """Return ties that ask for heads on every total; one more or fewer costs."""
    rows, aux = [], []
    for total, count in enumerate(wanted):
        rows.append(TieRow({total: 1}, {len(aux): 1}, count, math.inf))
        rows.append(TieRow({total: 1}, {len(aux) + 1: -1}, -math.inf, count))
        aux += [Aux(0, 9, under), Aux(0, 9, over)]
    return Ties(len(wanted), (TABLE,) * OFFICERS, tuple(rows), tuple(aux), 7)


def solved(ties: Ties) -> tuple[float, float]:
    """Return the value of the mix of all lines, and the bound that its prices prove."""
    master = Master(ties, range(OFFICERS))
    lines = list(itertools.product(range(SHIFTS + 1), repeat=DATES))
    cost = {(o, line): 100 * sum((o + c) % 3 for c in line if c) for o in range(OFFICERS) for line in lines}
    master.add((o, line, worth) for (o, line), worth in cost.items())
    found = master.solve()
    assert found is not None
    rows = lawful(ties, found[1].rows)
    prices = on_totals(ties, rows)
    least = {
        o: min(cost[o, line] - sum(prices[t] * v for n, c in enumerate(line) for t, v in TABLE[n][c]) for line in lines)
        for o in range(OFFICERS)
    }
    return found[0], bound_of(ties, rows, least)


@pytest.mark.parametrize("wanted", [(0, 0, 0, 0), (1, 2, 0, 1), (3, 1, 2, 2), (5, 0, 0, 5)])
@pytest.mark.parametrize(("under", "over"), [(24000, 240), (240, 24000), (0, 500)])
def test_shared_rows_change_neither_value_nor_bound(
    monkeypatch: pytest.MonkeyPatch, wanted: tuple[int, ...], under: int, over: int
) -> None:
    ties = heads(wanted, under, over)
    assert len(pairs_of(ties)) == len(ties.rows) // 2
    value, bound = solved(ties)
    monkeypatch.setattr(line_master, "pairs_of", lambda ties: [(n,) for n in range(len(ties.rows))])
    alone, bound_alone = solved(ties)
    assert value == pytest.approx(alone, abs=0.5)
    assert bound == pytest.approx(value, abs=0.5)
    assert bound_alone == pytest.approx(alone, abs=0.5)


def test_rows_that_exclude_each_other_or_gain_by_their_variables_stay_alone() -> None:
    ties = heads((1, 2, 0, 1), 100, 10)
    apart = [TieRow(row.totals, row.aux, row.low, row.high - 1) for row in ties.rows]
    assert all(len(parts) == 1 for parts in pairs_of(Ties(ties.totals, ties.adds, tuple(apart), ties.aux, 0)))
    gain = tuple(Aux(a.low, a.high, -a.cost) for a in ties.aux)
    assert all(len(parts) == 1 for parts in pairs_of(Ties(ties.totals, ties.adds, ties.rows, gain, 0)))


def test_a_line_settled_and_released_leaves_the_value_as_it_was() -> None:
    ties = heads((1, 2, 0, 1), 24000, 240)
    master = Master(ties, range(OFFICERS))
    master.add(
        (o, line, 10 * o) for o in range(OFFICERS) for line in itertools.product(range(SHIFTS + 1), repeat=DATES)
    )
    before = master.solve()
    master.settle(0, (0, 0))
    master.settle(1, (0, 0))
    short = master.solve()
    master.release(0)
    master.release(1)
    after = master.solve()
    assert before is not None
    assert short is not None
    assert after is not None
    assert short[0] > before[0] + 1000
    assert after[0] == pytest.approx(before[0], abs=0.5)
