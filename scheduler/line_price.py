"""The cheapest line at given prices, by dynamic programming over an officer's walk.

Counters that the cheapest line without them keeps anyway are left out; one that it breaks is taken in from then on. So
the answer is exact. Where a walk with one more counter would be too large, that counter stays out: what is found is
then a lower bound only, and no line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.line_model import INFINITE
from scheduler.line_steps import Counter, Walk

Floats = NDArray[np.float64]
Line = tuple[int, ...]
MOST_CELLS = 4_000_000
"""States times counter values of one date that a walk may have."""
MOST_TOTAL = 120_000_000
"""The same over all dates."""


@dataclass(frozen=True)
class Priced:
    """Lawful lines with their values, cheapest first, and a proven lower bound of every line's value."""

    lines: tuple[tuple[float, Line], ...]
    bound: float


@dataclass
class _Group:
    """Moves of a step that add the same to the kept counters, sorted by the state after."""

    src: NDArray[np.intp]
    way: NDArray[np.intp]
    starts: NDArray[np.intp]
    dst: NDArray[np.intp]
    adds: tuple[int, ...]


@dataclass
class Pricer:
    """Answers one officer's pricing problems; remembers which counters matter."""

    walk: Walk
    kept: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._into: list[dict[int, list[tuple[int, int]]]] = []
        for step in self.walk.steps:
            into: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for a, b, w in step.moves:
                into[b].append((a, w))
            self._into.append(into)
        self._flat: list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]] = []
        for step in self.walk.steps:
            sizes = [len(way.choices) for way in step.ways]
            starts = np.cumsum([0, *sizes[:-1]], dtype=np.intp)
            choices = np.array([c for way in step.ways for c in way.choices], dtype=np.intp)
            self._flat.append((choices, starts, np.array([way.cost for way in step.ways], dtype=np.float64)))
        self._arrange()

    def _arrange(self) -> None:
        """Group the moves by what they add to the kept counters."""
        counters = self.walk.counters
        self._bounds = [counters[k] for k in self.kept]
        self._groups: list[list[_Group]] = []
        self._sizes: list[tuple[int, ...]] = []
        reach = [0] * len(self.kept)
        for step in self.walk.steps:
            found: dict[tuple[int, ...], list[tuple[int, int, int]]] = defaultdict(list)
            for a, b, w in step.moves:
                found[tuple(step.ways[w].adds[k] for k in self.kept)].append((b, a, w))
            self._groups.append([_group(adds, moves) for adds, moves in found.items()])
            reach = [r + max(adds[i] for adds in found) for i, r in enumerate(reach)]
            sizes = (min(r + 1, c.size) for r, c in zip(reach, self._bounds, strict=True))
            self._sizes.append(tuple(sizes))

    def cells(self, kept: Sequence[int]) -> tuple[int, int]:
        """Return the cells of the largest date, and of all dates, with some counters kept."""
        size = 1
        for k in kept:
            size *= self.walk.counters[k].size
        states = [step.states for step in self.walk.steps]
        return size * max(states), size * sum(states) // 2

    def price(self, cost: Floats, most: int = 1) -> Priced:
        """Return the cheapest lines at a cost [date, choice], at most ``most``, and the bound."""
        while True:
            layers, ways = self._forward(cost)
            ends = self._ends(layers[-1])
            if not ends:
                return Priced((), INFINITE)
            bound = ends[0][0]
            value, line, sums = self._back(cost, layers, ways, *ends[0][1:])
            broken = self._broken(sums)
            if not broken:
                break
            room = [k for k in broken if self._fits([*self.kept, k])]
            if not room:
                return Priced((), bound)
            self.kept.append(room[0])
            self._arrange()
        lines = {line: value}
        for _, state, index in ends[1 : 4 * most]:
            if len(lines) >= most:
                break
            value, line, sums = self._back(cost, layers, ways, state, index)
            if not self._broken(sums):
                lines.setdefault(line, value)
        return Priced(tuple(sorted((v, line) for line, v in lines.items())), bound)

    def cost_of(self, line: Line) -> int | None:
        """Return what rules' own variables cost a line at the least; None if the line is not lawful."""
        counters = self.walk.counters
        open_now: dict[tuple[int, tuple[int, ...]], int] = {(0, (0,) * len(counters)): 0}
        for step, choice in zip(self.walk.steps, line, strict=True):
            fitting = {w for w, way in enumerate(step.ways) if choice in way.choices}
            moves = defaultdict(list)
            for a, b, w in step.moves:
                if w in fitting:
                    moves[a].append((b, step.ways[w]))
            after: dict[tuple[int, tuple[int, ...]], int] = {}
            for (state, sums), cost in open_now.items():
                for b, way in moves[state]:
                    key = (b, tuple(total + add for total, add in zip(sums, way.adds, strict=True)))
                    after[key] = min(after.get(key, cost + way.cost), cost + way.cost)
            open_now = after
        fine = [cost for (_, sums), cost in open_now.items() if not self._broken(sums)]
        return min(fine, default=None)

    def _fits(self, kept: Sequence[int]) -> bool:
        largest, total = self.cells(kept)
        return largest <= MOST_CELLS and total <= MOST_TOTAL

    def _broken(self, sums: Sequence[int]) -> list[int]:
        return [k for k, c in enumerate(self.walk.counters) if not c.low <= sums[k] <= c.high]

    # -- the walk -------------------------------------------------------------------------------------------------

    def _forward(self, cost: Floats) -> tuple[list[Floats], list[Floats]]:
        """Return the cheapest value of every state and counter value after each date, and each date's ways."""
        layer: Floats = np.zeros((1, *(1 for _ in self.kept)))
        layers, ways = [layer], []
        for n, step in enumerate(self.walk.steps):
            choices, starts, own = self._flat[n]
            worth = np.minimum.reduceat(cost[n][choices], starts) + own
            ways.append(worth)
            after: Floats = np.full((step.states, *self._sizes[n]), np.inf)
            for group in self._groups[n]:
                extra = worth[group.way].reshape(-1, *(1 for _ in self.kept))
                found = np.minimum.reduceat(layer[group.src] + extra, group.starts, axis=0)
                _merge(after, group, found, self._bounds)
            layers.append(after)
            layer = after
        return layers, ways

    def _ends(self, last: Floats) -> list[tuple[float, int, tuple[int, ...]]]:
        """Return value, state and counter values of the lawful ends, cheapest first."""
        lows = tuple(slice(int(c.low) if c.low > 0 else 0, None) for c in self._bounds)
        fine = last[(slice(None), *lows)]
        if not fine.size:
            return []
        order = np.argsort(fine, axis=None)[:64]
        found = []
        for flat in order:
            at = np.unravel_index(int(flat), fine.shape)
            if not np.isfinite(fine[at]):
                break
            index = tuple(int(i) + (s.start or 0) for i, s in zip(at[1:], lows, strict=True))
            found.append((float(fine[at]), int(at[0]), index))
        return found

    def _back(
        self, cost: Floats, layers: Sequence[Floats], ways: Sequence[Floats], state: int, index: tuple[int, ...]
    ) -> tuple[float, Line, list[int]]:
        """Return value, choices and counter sums of the line that ends in a state."""
        line: list[int] = []
        sums = [0] * len(self.walk.counters)
        value = float(layers[-1][(state, *index)])
        for n in range(len(self.walk.steps) - 1, -1, -1):
            worth = ways[n]
            before = layers[n]
            choice = (np.inf, 0, 0, index)
            for a, w in self._into[n][state]:
                adds = self.walk.steps[n].ways[w].adds
                for source in self._sources(index, adds, before.shape[1:]):
                    total = before[(a, *source)] + worth[w]
                    if total < choice[0]:
                        choice = (total, a, w, source)
            _, state, w, index = choice
            line.append(min(self.walk.steps[n].ways[w].choices, key=cost[n].__getitem__))
            for k, add in enumerate(self.walk.steps[n].ways[w].adds):
                sums[k] += add
        return value, tuple(reversed(line)), sums

    def _sources(self, index: tuple[int, ...], adds: tuple[int, ...], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Return the counter values before a move that may have led to ``index``."""
        found: list[tuple[int, ...]] = [()]
        for i, k in enumerate(self.kept):
            counter, value = self._bounds[i], index[i]
            first = value - adds[k]
            last = counter.size - 1 if counter.high == INFINITE and value == counter.size - 1 else first
            span = range(max(0, first), min(last, shape[i] - 1) + 1)
            found = [(*before, at) for before in found for at in span]
        return found


def _group(adds: tuple[int, ...], moves: list[tuple[int, int, int]]) -> _Group:
    moves.sort()
    dst = np.array([b for b, _, _ in moves], dtype=np.intp)
    starts = np.flatnonzero(np.diff(dst, prepend=-1))
    return _Group(
        src=np.array([a for _, a, _ in moves], dtype=np.intp),
        way=np.array([w for _, _, w in moves], dtype=np.intp),
        starts=starts,
        dst=dst[starts],
        adds=adds,
    )


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
