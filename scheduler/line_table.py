"""The cheapest paths through a walk, or some dates of it, with counters written out as tables of all their sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.line_model import INFINITE
from scheduler.line_steps import Counter, Ints, Step, Walk

Floats = NDArray[np.float64]
Line = tuple[int, ...]
MOST_ENDS = 64
MANY_SUMS = 64
"""Sums of counters from which on the moves of a date are gone through one by one."""


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


@dataclass
class _Group:
    """Moves of a step that add the same to the kept counters, sorted by the state after."""

    src: Ints
    way: Ints
    starts: Ints
    dst: Ints
    adds: tuple[int, ...]
    pairs: tuple[list[int], list[int]]
    """State before and after, of every two that moves lead between."""
    ways: Ints
    """The ways between them, one pair after another."""
    ways_from: Ints
    """Where the ways of each pair begin."""


@dataclass
class Flat:
    """A step as arrays: the choices of its ways one after another, and its moves by the state they lead to."""

    choices: Ints
    starts: Ints
    own: Floats
    into: Ints
    adds: Ints

    @classmethod
    def of(cls, step: Step) -> Flat:
        """Lay out a step."""
        sizes = [len(way.choices) for way in step.ways]
        return cls(
            choices=np.array([c for way in step.ways for c in way.choices], dtype=np.intp),
            starts=np.cumsum([0, *sizes[:-1]], dtype=np.intp),
            own=np.array([way.cost for way in step.ways], dtype=np.float64),
            into=np.searchsorted(step.dst, np.arange(step.states + 1)),
            adds=np.array([way.adds for way in step.ways], dtype=np.intp).reshape(len(step.ways), -1),
        )


class Tables:
    """Goes through a walk with tables; ``flat`` are its steps as arrays."""

    def __init__(self, walk: Walk) -> None:
        flat: dict[int, Flat] = {}
        for step in walk.steps:
            if id(step) not in flat:
                flat[id(step)] = Flat.of(step)
        self.walk = walk
        self.flat = [flat[id(step)] for step in walk.steps]
        self._grouped: dict[tuple[int, tuple[int, ...]], list[_Group]] = {}

    def _groups(self, n: int, kept: tuple[int, ...]) -> list[_Group]:
        """Return the moves of a date by what they add to the kept counters."""
        step = self.walk.steps[n]
        key = id(step), kept
        if key not in self._grouped:
            adds = self.flat[n].adds[:, list(kept)][step.way]
            rows, number = np.unique(adds, axis=0, return_inverse=True)
            number = number.reshape(-1)
            self._grouped[key] = [
                _group(step, np.flatnonzero(number == at), tuple(int(v) for v in row)) for at, row in enumerate(rows)
            ]
        return self._grouped[key]

    def forward(
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
            step, flat = self.walk.steps[n], self.flat[n]
            worth = np.minimum.reduceat(cost[n][flat.choices], flat.starts) + flat.own
            if tolls is not None:
                worth = worth + flat.adds @ tolls
            ways.append(worth)
            groups = self._groups(n, tuple(kept))
            reach = [r + max(group.adds[i] for group in groups) for i, r in enumerate(reach)]
            sizes = (min(r + 1, c.size) for r, c in zip(reach, bounds, strict=True))
            after: Floats = np.full((step.states, *sizes), np.inf)
            for group in groups:
                if layer[0].size >= MANY_SUMS and not _is_capped(layer, group, bounds):
                    _spread(after, layer, group, worth)
                    continue
                extra = worth[group.way].reshape(-1, *(1 for _ in kept))
                found = np.minimum.reduceat(layer[group.src] + extra, group.starts, axis=0)
                _merge(after, group, found, bounds)
            layers.append(after)
            layer = after
        return layers, ways

    def ends(self, span: Span, last: Floats, kept: Sequence[int]) -> list[tuple[float, int, tuple[int, ...]]]:
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

    def back(
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
            step, flat = self.walk.steps[n], self.flat[n]
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


def _group(step: Step, moves: Ints, adds: tuple[int, ...]) -> _Group:
    dst = step.dst[moves]
    starts = np.flatnonzero(np.diff(dst, prepend=-1))
    order = moves[np.lexsort((step.src[moves], dst))]
    first = np.flatnonzero((np.diff(step.dst[order], prepend=-1) != 0) | (np.diff(step.src[order], prepend=-1) != 0))
    return _Group(
        src=step.src[moves],
        way=step.way[moves],
        starts=starts,
        dst=dst[starts],
        adds=adds,
        pairs=(step.src[order[first]].tolist(), step.dst[order[first]].tolist()),
        ways=step.way[order],
        ways_from=first,
    )


def _is_capped(layer: Floats, group: _Group, bounds: Sequence[Counter]) -> bool:
    """Return whether what is at the top of a counter that ends there stays there."""
    moved = zip(group.adds, bounds, layer.shape[1:], strict=True)
    return any(counter.high == INFINITE and size + add > counter.size for add, counter, size in moved)


def _spread(after: Floats, layer: Floats, group: _Group, worth: Floats) -> None:
    """Enter what a group of moves finds, state by state: where sums are many this is far faster than all at once."""
    rooms = [
        min(size, most - add) for size, most, add in zip(layer.shape[1:], after.shape[1:], group.adds, strict=True)
    ]
    if min(rooms) <= 0:
        return
    before = list(layer[(slice(None), *(slice(room) for room in rooms))])
    into = list(after[(slice(None), *(slice(add, add + room) for add, room in zip(group.adds, rooms, strict=True)))])
    least = np.minimum.reduceat(worth[group.ways], group.ways_from).tolist()
    found = np.empty(rooms)
    for src, dst, value in zip(*group.pairs, least, strict=True):
        np.add(before[src], value, out=found)
        np.minimum(into[dst], found, out=into[dst])


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
