"""The cheapest line at given prices, by dynamic programming over an officer's walk, or over some dates of it.

Counters that the cheapest line without them keeps anyway are left out; one that it breaks is taken in from then on. So
the answer is exact. Where a walk with one more counter would be too large, that counter stays out: what is found is
then a lower bound only, and no line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.line_model import INFINITE
from scheduler.line_steps import Counter, Ints, Step, Walk

Floats = NDArray[np.float64]
Line = tuple[int, ...]
MOST_CELLS = 4_000_000
"""States times counter values of one date that a walk may have."""
MOST_TOTAL = 30_000_000
"""The same over all dates."""
MOST_ENDS = 64
PATIENCE = 6
"""So many times in a row may a kept counter not matter before it is left out again."""


@dataclass(frozen=True)
class Priced:
    """Lawful lines with their values, cheapest first, and a proven lower bound of every line's value."""

    lines: tuple[tuple[float, Line], ...]
    bound: float


@dataclass(frozen=True)
class Span:
    """Dates from ``first`` to before ``end`` of a walk: from a state, to one of ``ends`` (None: any), in bounds."""

    first: int
    end: int
    start: int
    ends: Ints | None
    counters: tuple[Counter, ...]


class Path(NamedTuple):
    """A way through a span: value, choice of every date, states after the dates, ways taken, sum of each counter."""

    value: float
    line: Line
    states: tuple[int, ...]
    ways: tuple[int, ...]
    sums: tuple[int, ...]


_Place = tuple[int, tuple[int, ...]]
"""A state and the sums of the counters."""


@dataclass(frozen=True)
class Found:
    """Lawful paths, cheapest first, and a lower bound of the value of all."""

    paths: tuple[Path, ...]
    bound: float
    broken: tuple[tuple[int, int], ...] = ()
    """Where no path is lawful: counters that the cheapest breaks, and 1 if it is above, -1 if below."""


@dataclass
class _Group:
    """Moves of a step that add the same to the kept counters, sorted by the state after."""

    src: Ints
    way: Ints
    starts: Ints
    dst: Ints
    adds: tuple[int, ...]


@dataclass
class _Flat:
    """A step as arrays: the choices of its ways one after another, and its moves by the state they lead to."""

    choices: Ints
    starts: Ints
    own: Floats
    into: Ints
    adds: Ints

    @classmethod
    def of(cls, step: Step) -> _Flat:
        """Lay out a step."""
        sizes = [len(way.choices) for way in step.ways]
        return cls(
            choices=np.array([c for way in step.ways for c in way.choices], dtype=np.intp),
            starts=np.cumsum([0, *sizes[:-1]], dtype=np.intp),
            own=np.array([way.cost for way in step.ways], dtype=np.float64),
            into=np.searchsorted(step.dst, np.arange(step.states + 1)),
            adds=np.array([way.adds for way in step.ways], dtype=np.intp).reshape(len(step.ways), -1),
        )


@dataclass
class Pricer:
    """Answers one officer's pricing problems; remembers which counters matter."""

    walk: Walk
    kept: list[int] = field(default_factory=list)
    """The counters that have mattered to whole lines."""
    most_cells: int = MOST_CELLS
    most_total: int = MOST_TOTAL

    def __post_init__(self) -> None:
        flat: dict[int, _Flat] = {}
        for step in self.walk.steps:
            if id(step) not in flat:
                flat[id(step)] = _Flat.of(step)
        self._flat = [flat[id(step)] for step in self.walk.steps]
        self._loose: defaultdict[int, int] = defaultdict(int)
        self._grouped: dict[tuple[int, tuple[int, ...]], list[_Group]] = {}

    def price(self, cost: Floats, most: int = 1) -> Priced:
        """Return the cheapest lines at a cost [date, choice], at most ``most``, and the bound."""
        found = self.within(Span(0, len(self.walk.steps), 0, None, self.walk.counters), cost, self.kept, most)
        if found.paths:
            self._forget(found.paths[0])
        return Priced(tuple((path.value, path.line) for path in found.paths), found.bound)

    def _forget(self, path: Path) -> None:
        """Leave out a counter again that has been far from its bounds for some time."""
        for k in list(self.kept):
            counter, total = self.walk.counters[k], path.sums[k]
            tight = total >= counter.high or total <= counter.low
            self._loose[k] = 0 if tight else self._loose[k] + 1
            if self._loose[k] > PATIENCE:
                self.kept.remove(k)
                self._loose[k] = 0

    def within(self, span: Span, cost: Floats, kept: list[int], most: int = 1, tolls: Floats | None = None) -> Found:
        """Return the cheapest paths through a span; counters that matter are added to ``kept``.

        ``tolls``, if given, are further costs of one more of each counter.
        """
        while True:
            layers, ways = self._forward(span, cost, kept, tolls)
            ends = self._ends(span, layers[-1], kept)
            if not ends:
                return Found((), INFINITE)
            bound = ends[0][0]
            path = self._back(span, cost, layers, ways, ends[0], kept)
            broken = _broken(span.counters, path.sums)
            if not broken:
                break
            room = [k for k in broken if self._fits(span, [*kept, k])]
            if not room:
                over = [(k, 1 if path.sums[k] > span.counters[k].high else -1) for k in broken]
                return Found((), bound, tuple(over))
            kept.append(room[0])
        paths = {path.line: path}
        for end in ends[1 : 4 * most]:
            if len(paths) >= most:
                break
            path = self._back(span, cost, layers, ways, end, kept)
            if not _broken(span.counters, path.sums):
                paths.setdefault(path.line, path)
        return Found(tuple(sorted(paths.values())), bound)

    def path(self, line: Line) -> Path | None:
        """Return a line's cheapest path, its value what rules' own variables cost; None if it is not lawful."""
        nil = (0,) * len(self.walk.counters)
        layer: dict[_Place, tuple[int, _Place | None, int]] = {(0, nil): (0, None, 0)}
        layers = [layer]
        for n, choice in enumerate(line):
            step = self.walk.steps[n]
            fits = np.array([choice in way.choices for way in step.ways])
            near = np.zeros(self.walk.steps[n - 1].states if n else 1, dtype=bool)
            near[[state for state, _ in layer]] = True
            moves = defaultdict(list)
            for at in np.flatnonzero(fits[step.way] & near[step.src]):
                moves[int(step.src[at])].append((int(step.dst[at]), int(step.way[at])))
            after: dict[_Place, tuple[int, _Place | None, int]] = {}
            for place, (cost, _, _) in layer.items():
                for b, w in moves[place[0]]:
                    way = step.ways[w]
                    new = (b, tuple(total + add for total, add in zip(place[1], way.adds, strict=True)))
                    if new not in after or cost + way.cost < after[new][0]:
                        after[new] = (cost + way.cost, place, w)
            layer = after
            layers.append(layer)
        fine = [(cost, place) for place, (cost, _, _) in layer.items() if not _broken(self.walk.counters, place[1])]
        if not fine:
            return None
        cost, end = min(fine)
        states, taken, here = [], [], end
        for layer in reversed(layers[1:]):
            _, before, w = layer[here]
            states.append(here[0])
            taken.append(w)
            if before is not None:
                here = before
        return Path(float(cost), line, tuple(reversed(states)), tuple(reversed(taken)), end[1])

    def cost_of(self, line: Line) -> int | None:
        """Return what rules' own variables cost a line at the least; None if the line is not lawful."""
        found = self.path(line)
        return None if found is None else round(found.value)

    def adds(self, n: int, way: int) -> Ints:
        """Return what a way of a date adds to each counter."""
        found: Ints = self._flat[n].adds[way]
        return found

    def most_adds(self) -> Floats:
        """Return the most that each date can add to each counter [date, counter]."""
        return np.array([flat.adds.max(axis=0) for flat in self._flat], dtype=np.float64)

    # -- the walk -------------------------------------------------------------------------------------------------

    def _fits(self, span: Span, kept: Sequence[int]) -> bool:
        """Return whether a span with some counters kept is small enough to be walked."""
        size = 1
        for k in kept:
            size *= span.counters[k].size
        states = [step.states for step in self.walk.steps[span.first : span.end]]
        return size * max(states) <= self.most_cells and size * sum(states) // 2 <= self.most_total

    def _groups(self, n: int, kept: tuple[int, ...]) -> list[_Group]:
        """Return the moves of a date by what they add to the kept counters."""
        step = self.walk.steps[n]
        key = id(step), kept
        if key not in self._grouped:
            adds = self._flat[n].adds[:, list(kept)][step.way]
            rows, number = np.unique(adds, axis=0, return_inverse=True)
            number = number.reshape(-1)
            self._grouped[key] = [
                _group(step, np.flatnonzero(number == at), tuple(int(v) for v in row)) for at, row in enumerate(rows)
            ]
        return self._grouped[key]

    def _forward(
        self, span: Span, cost: Floats, kept: Sequence[int], tolls: Floats | None
    ) -> tuple[list[Floats], list[Floats]]:
        """Return the cheapest value of every state and counter value after each date, and each date's ways."""
        bounds = [span.counters[k] for k in kept]
        before = self.walk.steps[span.first - 1].states if span.first else 1
        layer: Floats = np.full((before, *(1 for _ in kept)), np.inf)
        layer[span.start] = 0.0
        layers, ways = [layer], []
        reach = [0] * len(kept)
        for n in range(span.first, span.end):
            step, flat = self.walk.steps[n], self._flat[n]
            worth = np.minimum.reduceat(cost[n][flat.choices], flat.starts) + flat.own
            if tolls is not None:
                worth = worth + flat.adds @ tolls
            ways.append(worth)
            groups = self._groups(n, tuple(kept))
            reach = [r + max(group.adds[i] for group in groups) for i, r in enumerate(reach)]
            sizes = (min(r + 1, c.size) for r, c in zip(reach, bounds, strict=True))
            after: Floats = np.full((step.states, *sizes), np.inf)
            for group in groups:
                extra = worth[group.way].reshape(-1, *(1 for _ in kept))
                found = np.minimum.reduceat(layer[group.src] + extra, group.starts, axis=0)
                _merge(after, group, found, bounds)
            layers.append(after)
            layer = after
        return layers, ways

    def _ends(self, span: Span, last: Floats, kept: Sequence[int]) -> list[tuple[float, int, tuple[int, ...]]]:
        """Return value, state and counter values of the lawful ends, cheapest first."""
        lows = [max(0, int(c.low)) if c.low > 0 else 0 for c in (span.counters[k] for k in kept)]
        fine = last[(slice(None), *(slice(low, None) for low in lows))]
        if span.ends is not None:
            fine = fine[span.ends]
        if not fine.size:
            return []
        found = []
        for at in np.argsort(fine, axis=None)[:MOST_ENDS]:
            place = np.unravel_index(int(at), fine.shape)
            if not np.isfinite(fine[place]):
                break
            state = int(place[0]) if span.ends is None else int(span.ends[place[0]])
            found.append(
                (float(fine[place]), state, tuple(int(i) + low for i, low in zip(place[1:], lows, strict=True)))
            )
        return found

    def _back(
        self,
        span: Span,
        cost: Floats,
        layers: Sequence[Floats],
        ways: Sequence[Floats],
        end: tuple[float, int, tuple[int, ...]],
        kept: Sequence[int],
    ) -> Path:
        """Return the path that ends in a state with some counter values."""
        value, state, index = end
        bounds = [span.counters[k] for k in kept]
        line: list[int] = []
        states, taken = [], []
        sums = np.zeros(len(self.walk.counters), dtype=np.intp)
        for n in range(span.end - 1, span.first - 1, -1):
            step, flat = self.walk.steps[n], self._flat[n]
            before, worth = layers[n - span.first], ways[n - span.first]
            states.append(state)
            into = slice(flat.into[state], flat.into[state + 1])
            src, way = step.src[into], step.way[into]
            total, at, index = self._source(before, (src, way), worth, index, flat.adds[:, list(kept)], bounds)
            if not np.isfinite(total):
                raise AssertionError("no move leads to a state reached")
            way_taken = int(way[at])
            state = int(src[at])
            line.append(min(step.ways[way_taken].choices, key=cost[n].__getitem__))
            taken.append(way_taken)
            sums += flat.adds[way_taken]
        there = (tuple(reversed(line)), tuple(reversed(states)), tuple(reversed(taken)))
        return Path(value, *there, tuple(int(v) for v in sums))

    def _source(
        self,
        before: Floats,
        moves: tuple[Ints, Ints],
        worth: Floats,
        index: tuple[int, ...],
        adds: Ints,
        bounds: Sequence[Counter],
    ) -> tuple[float, int, tuple[int, ...]]:
        """Return the cheapest value of a move that leads to counter values, its place, and the values before it."""
        src, way = moves
        if not index:
            found = before[src] + worth[way]
            at = int(np.argmin(found))
            return float(found[at]), at, ()
        shape = before.shape[1:]
        capped = any(c.high == INFINITE and i == c.size - 1 for i, c in zip(index, bounds, strict=True))
        if not capped:
            places = np.array(index, dtype=np.intp) - adds[way]
            fine = np.flatnonzero(((places >= 0) & (places < np.array(shape))).all(axis=1))
            found = before[(src[fine], *places[fine].T)] + worth[way[fine]]
            at = int(np.argmin(found)) if len(fine) else 0
            total = float(found[at]) if len(fine) else np.inf
            return (total, int(fine[at]), tuple(int(v) for v in places[fine[at]])) if len(fine) else (np.inf, 0, index)
        best = (np.inf, 0, index)
        for at in range(len(src)):
            for source in _sources(index, adds[way[at]], shape, bounds):
                total = float(before[(src[at], *source)] + worth[way[at]])
                if total < best[0]:
                    best = (total, at, source)
        return best


def _sources(
    index: tuple[int, ...], adds: Ints, shape: tuple[int, ...], bounds: Sequence[Counter]
) -> list[tuple[int, ...]]:
    """Return the counter values before a move that may have led to ``index``."""
    found: list[tuple[int, ...]] = [()]
    for value, add, size, counter in zip(index, adds, shape, bounds, strict=True):
        first = value - int(add)
        last = counter.size - 1 if counter.high == INFINITE and value == counter.size - 1 else first
        span = range(max(0, first), min(last, size - 1) + 1)
        found = [(*before, at) for before in found for at in span]
    return found


def _broken(counters: Sequence[Counter], sums: Sequence[int]) -> list[int]:
    return [k for k, c in enumerate(counters) if not c.low <= sums[k] <= c.high]


def _group(step: Step, moves: Ints, adds: tuple[int, ...]) -> _Group:
    dst = step.dst[moves]
    starts = np.flatnonzero(np.diff(dst, prepend=-1))
    return _Group(src=step.src[moves], way=step.way[moves], starts=starts, dst=dst[starts], adds=adds)


def _merge(after: Floats, group: _Group, found: Floats, bounds: Sequence[Counter]) -> None:
    """Enter what a group of moves found, each counter moved on by what the group adds."""
    into: list[slice] = []
    source: list[slice] = []
    for i, (add, counter) in enumerate(zip(group.adds, bounds, strict=True)):
        size = after.shape[i + 1]
        if counter.high == INFINITE and size == counter.size and found.shape[i + 1] + add > size:
            found = _capped(found, i + 1, size, add)
        room = min(found.shape[i + 1], size - add)
        if room <= 0:
            return
        into.append(slice(add, add + room))
        source.append(slice(0, room))
    part = found[(slice(None), *source)]
    rows = after[(slice(None), *into)]
    rows[group.dst] = np.minimum(rows[group.dst], part)


def _capped(found: Floats, axis: int, size: int, add: int) -> Floats:
    """Return the values with all that would pass the last counter value gathered in it."""
    last = max(0, size - 1 - add)
    head = np.take(found, range(last), axis=axis)
    tail = np.min(np.take(found, range(last, found.shape[axis]), axis=axis), axis=axis, keepdims=True)
    return np.concatenate([head, tail], axis=axis)
