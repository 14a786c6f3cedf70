"""Lines over a horizon too long to be priced at once: made, and bettered, some weeks at a time.

The first line goes from span to span. Until the end every counter keeps near its share of the dates passed, so that
the last span can keep its bounds. A line that is there is bettered within a span, between the states in which it enters
and leaves it; what its other dates add to the counters is taken off their bounds. So every line is lawful throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, floor

import numpy as np

from scheduler.line_model import INFINITE
from scheduler.line_price import Pricer
from scheduler.line_steps import Counter
from scheduler.line_table import Floats, Line, Path, Span

LONG_LOAD = 60_000_000
"""Moves times counter values, of the two largest counters, from which on a line is not priced at once."""
SPAN_LOAD = 1_500_000
"""The same of a span, with the largest counter alone: how many dates are walked at once."""
LEAST_SPAN, MOST_SPAN = 14, 42
WIDE = (1.0, 4.0, 16.0)
"""Room around its share that a counter is given on the way, in units of the most that a date can add; tried in turn."""
TOLLS = 10
"""Tries to bring a counter within bounds by a toll on it."""
FIRST_TOLL = 2400.0
BOUND_TURNS = 3
"""Walks for each bound."""
MORE, LESS, LEAST_TOLL, MOST_TOLL = 1.5, 0.4, 10.0, 120_000.0
"""How strides of tolls grow and shrink, and between what (units of 1/GRAIN point)."""


class Long:
    """Makes and betters one officer's long lines; ``dates`` is how many dates it walks at once."""

    def __init__(self, pricer: Pricer) -> None:
        self.pricer = pricer
        self.days = len(pricer.walk.steps)
        counters = pricer.walk.counters
        self._most = pricer.most_adds()
        passed = np.cumsum(self._most, axis=0)
        self._passed = np.vstack([np.zeros(len(counters)), passed])
        moves = sum(len(step.src) for step in pricer.walk.steps) / max(1, self.days)
        sizes = sorted((min(c.size, self._passed[-1, k] + 1) for k, c in enumerate(counters)), reverse=True)
        self.load = moves * self.days * float(np.prod(sizes[:2])) if sizes else 0.0
        a_day = moves * (sizes[0] / self.days if sizes else 1.0)
        self.dates = int(min(MOST_SPAN, max(LEAST_SPAN, (2 * SPAN_LOAD / max(1.0, a_day)) ** 0.5), self.days))
        self._kept: list[int] = []
        self._tolls = np.zeros(len(counters))
        self._stride = np.full(len(counters), FIRST_TOLL)
        self._last = np.zeros(len(counters))

    @property
    def is_long(self) -> bool:
        """Return whether lines cannot be priced at once."""
        return self.load > LONG_LOAD

    def first(self, cost: Floats, go_on: Callable[[], bool]) -> Path | None:
        """Return a lawful line that is cheap at a cost [date, choice]; None if none was found."""
        for wide in WIDE:
            found = self._along(cost, wide, go_on)
            if found is not None or not go_on():
                return found
        return self.through_all(cost) if go_on() else None

    def through_all(self, cost: Floats) -> Path | None:
        """Return a lawful line that is cheap at a cost, walked at once; None if tolls bring it to none."""
        return self._through(Span(0, self.days, 0, None, self.pricer.walk.counters), cost)

    def _along(self, cost: Floats, wide: float, go_on: Callable[[], bool]) -> Path | None:
        path = Path(0.0, (), (), (), (0,) * len(self.pricer.walk.counters))
        parts = max(1, round(self.days / self.dates))
        cuts = [round(self.days * n / parts) for n in range(parts + 1)]
        for first, end in zip(cuts, cuts[1:], strict=False):
            span = Span(first, end, path.states[-1] if path.states else 0, None, self._shares(end, path.sums, wide))
            found = self._through(span, cost) if go_on() else None
            if found is None:
                return None
            path = _joined(path, found)
        return path

    def _shares(self, end: int, sums: tuple[int, ...], wide: float) -> tuple[Counter, ...]:
        """Return bounds of what a span up to a date may add: the counters' shares of the dates passed by then."""
        found = []
        for k, counter in enumerate(self.pricer.walk.counters):
            low, high = counter.low, counter.high
            if end < self.days:
                share = self._passed[end, k] / max(1.0, self._passed[-1, k])
                room = wide * float(self._most[:, k].max())
                low = low if low == -INFINITE else floor(low * share - room)
                high = high if high == INFINITE else min(high, ceil(high * share + room))
            found.append(_moved(Counter(low, high), sums[k]))
        return tuple(found)

    def better(self, path: Path, cost: Floats, go_on: Callable[[], bool], shift: int = 0) -> Path:
        """Return the line after each of its spans has been walked again; ``shift`` moves where they begin."""
        for first in range(shift - self.dates if shift else 0, self.days, self.dates):
            if not go_on():
                break
            begin, end = max(0, first), min(self.days, first + self.dates)
            if begin < end:
                path = next(self.again(path, begin, end, cost, 1), path)
        return path

    def again(self, path: Path, first: int, end: int, cost: Floats, most: int) -> Iterator[Path]:
        """Yield lines that differ from a line on some dates only, cheapest first; values are those of these dates."""
        span = self.around(path, first, end)
        found = self.pricer.within(span, cost, self._kept, most).paths
        if not found:
            other = self._through(span, cost)
            found = () if other is None else (other,)
        for inner in found:
            yield spliced(path, inner, first, self.pricer)

    def around(self, path: Path, first: int, end: int) -> Span:
        """Return the span of some dates of a line: its states before and after, and what the rest leaves to add."""
        inside = adds_of(self.pricer, path, first, end)
        bounds = zip(self.pricer.walk.counters, path.sums, inside, strict=True)
        counters = tuple(_moved(counter, total - there) for counter, total, there in bounds)
        ends = None if end == self.days else np.array([path.states[end - 1]], dtype=np.intp)
        return Span(first, end, path.states[first - 1] if first else 0, ends, counters)

    def _through(self, span: Span, cost: Floats) -> Path | None:
        """Return a cheap path that keeps all counters; those that are too many to count are kept by tolls."""
        tolls = np.zeros(len(span.counters))
        for _ in range(TOLLS):
            found = self.pricer.within(span, cost, self._kept, 1, tolls)
            if found.paths:
                return found.paths[0]._replace(value=found.paths[0].value - float(tolls @ found.paths[0].sums))
            if found.bound == INFINITE:
                return None
            for k, sign in found.broken:
                tolls[k] = 2 * tolls[k] if tolls[k] * sign > 0 else sign * FIRST_TOLL
        return None

    def lowest(self, cost: Floats) -> tuple[float, Line]:
        """Return a lower bound of the value of every line, by Lagrange: a toll on every counter, none kept.

        The tolls are moved on a little each time, towards what the walk broke; the walk is returned too.
        """
        counters = self.pricer.walk.counters
        free = Span(0, self.days, 0, None, tuple(Counter(-INFINITE, INFINITE) for _ in counters))
        best = -INFINITE
        line: Line = ()
        for turn in range(BOUND_TURNS):
            path = self.pricer.within(free, cost, [], 1, self._tolls).paths[0]
            value = path.value - sum(
                toll * (counter.high if toll > 0 else counter.low)
                for toll, counter in zip(self._tolls.tolist(), counters, strict=True)
                if toll
            )
            if value > best:
                best, line = value, path.line
            if turn < BOUND_TURNS - 1:
                self._move_tolls(path)
        self._move_tolls(path)
        return best, line

    def _move_tolls(self, path: Path) -> None:
        """Move every toll towards what the walk broke: further each time, and less far once it has turned."""
        counters = self.pricer.walk.counters
        away = np.sign([_away(*of) for of in zip(counters, path.sums, self._tolls.tolist(), strict=True)])
        turned = away * self._last < 0
        self._stride = np.clip(np.where(turned, self._stride * LESS, self._stride * MORE), LEAST_TOLL, MOST_TOLL)
        least = [0.0 if c.low == -INFINITE else -INFINITE for c in counters]
        most = [0.0 if c.high == INFINITE else INFINITE for c in counters]
        self._tolls = np.clip(self._tolls + away * self._stride, least, most)
        self._last = away


def _away(counter: Counter, total: int, toll: float) -> float:
    """Return how far a sum is from the bound that its toll is for."""
    wanted = counter.high if total > counter.high or toll > 0 else counter.low
    return total - wanted if abs(wanted) < INFINITE else 0.0


def _moved(counter: Counter, taken: int) -> Counter:
    """Return a counter's bounds after something has been added."""
    low, high = counter.low - taken, counter.high - taken
    return Counter(low if low > 0 else -INFINITE, high)


def adds_of(pricer: Pricer, path: Path, first: int, end: int) -> list[int]:
    """Return what some dates of a line add to each counter."""
    found = np.zeros(len(pricer.walk.counters), dtype=np.intp)
    for n in range(first, end):
        found += pricer.adds(n, path.ways[n])
    return [int(v) for v in found]


def _joined(path: Path, more: Path) -> Path:
    sums = tuple(a + b for a, b in zip(path.sums, more.sums, strict=True))
    return Path(path.value + more.value, path.line + more.line, path.states + more.states, path.ways + more.ways, sums)


def spliced(path: Path, inner: Path, first: int, pricer: Pricer) -> Path:
    """Return a line with some dates from ``first`` on replaced; its value is that of these dates."""
    end = first + len(inner.line)
    before = adds_of(pricer, path, first, end)
    sums = tuple(a - b + c for a, b, c in zip(path.sums, before, inner.sums, strict=True))
    return Path(
        inner.value,
        path.line[:first] + inner.line + path.line[end:],
        path.states[:first] + inner.states + path.states[end:],
        path.ways[:first] + inner.ways + path.ways[end:],
        sums,
    )
