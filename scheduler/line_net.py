"""A walk with some counters written out: a node for every state and sums with which a line can still be lawful.

Far fewer sums can be than lie within the bounds of the counters, so most cells of a table of all of them are never
looked at. What is left of them is laid out once, and each pricing goes through it date by date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.line_model import INFINITE
from scheduler.line_steps import Counter, Ints, Step, Walk

Floats = NDArray[np.float64]
MOST_EDGES = 800_000
"""Edges over all dates that a net may have; beyond that tables are faster, and take less memory."""


@dataclass(frozen=True)
class Net:
    """Nodes by date; edge n of a date leads from node ``src[n]`` by way ``way[n]`` (of those of all dates).

    ``starts`` are where the edges into each node of the next date begin, ``first`` where those of each date do.
    """

    src: tuple[Ints, ...]
    starts: tuple[Ints, ...]
    way: Ints
    first: tuple[int, ...]
    states: tuple[Ints, ...]
    """By date: the walk's state of each node after it."""

    @classmethod
    def of(cls, walk: Walk, adds: Sequence[Ints], kept: Sequence[int], most_edges: int = MOST_EDGES) -> Net | None:
        """Write out the kept counters; None if that takes more edges.

        ``adds`` are by date what each way adds to every counter.
        """
        bounds = [walk.counters[k] for k in kept]
        layers = _reached(walk.steps, [table[:, list(kept)] for table in adds], bounds, most_edges)
        return None if layers is None else _pruned(layers, [len(table) for table in adds])

    @property
    def edges(self) -> int:
        """Return how many edges there are."""
        return self.first[-1]

    def forward(self, worth: Floats) -> tuple[list[Floats], Floats]:
        """Return the least value of every node by date, from before the first on, and the cost of every edge.

        ``worth`` is what each way costs, date by date.
        """
        cost = worth.take(self.way)
        layer: Floats = np.zeros(1)
        layers = [layer]
        for src, starts, (begin, end) in zip(self.src, self.starts, pairwise(self.first), strict=True):
            found = layer.take(src)
            found += cost[begin:end]
            layer = np.minimum.reduceat(found, starts)
            layers.append(layer)
        return layers, cost

    def back(self, layers: Sequence[Floats], cost: Floats, end: int) -> tuple[list[int], list[int]]:
        """Return states after, and ways (of those of all dates) on, each date of the cheapest path to a last node."""
        states, ways = [], []
        node = end
        for n in range(len(self.src) - 1, -1, -1):
            starts, src, begin = self.starts[n], self.src[n], self.first[n]
            a = int(starts[node])
            b = int(starts[node + 1]) if node + 1 < len(starts) else len(src)
            at = a + int(np.argmin(layers[n][src[a:b]] + cost[begin + a : begin + b])) if b > a + 1 else a
            states.append(int(self.states[n][node]))
            ways.append(int(self.way[begin + at]))
            node = int(src[at])
        return states[::-1], ways[::-1]

    def near(self, worth: Floats, room: float) -> Net:
        """Return the edges on paths at most ``room`` dearer than the cheapest, at what each way costs."""
        layers, cost = self.forward(np.rint(worth))  # whole numbers, so that sums from either end agree
        back: Floats = np.zeros(len(layers[-1]))
        most = float(layers[-1].min(initial=np.inf)) + room
        fine: list[Ints] = []
        for n in range(len(self.src) - 1, -1, -1):
            src, begin = self.src[n], self.first[n]
            after = cost[begin : self.first[n + 1]] + back[self._into(n)]
            fine.append(np.flatnonzero(layers[n][src] + after <= most))
            back = np.full(len(layers[n]), np.inf)
            np.minimum.at(back, src, after)
        fine.reverse()
        parts = [
            _Layer(self.src[n][at], self._into(n)[at], self.way[self.first[n] + at], self.states[n])
            for n, at in enumerate(fine)
        ]
        return _pruned(parts, [0] * len(parts))

    def _into(self, n: int) -> Ints:
        """Return the node that each edge of a date leads to."""
        sizes = np.diff(np.append(self.starts[n], len(self.src[n])))
        return np.repeat(np.arange(len(sizes)), sizes)


@dataclass(frozen=True)
class _Layer:
    """The edges of a date (nodes before and after, way), and the states of the nodes after it."""

    src: Ints
    dst: Ints
    way: Ints
    states: Ints


def _reached(
    steps: Sequence[Step], adds: Sequence[Ints], bounds: Sequence[Counter], most_edges: int
) -> list[_Layer] | None:
    """Return all that can be reached while the counters can still come within bounds; None if that is too much."""
    high = np.array([c.size - 1 for c in bounds], dtype=np.intp)
    open_end = np.array([c.high == INFINITE for c in bounds], dtype=bool)
    low = np.array([max(0.0, c.low) for c in bounds])
    most = np.array([table.max(axis=0) for table in adds], dtype=np.intp).reshape(len(adds), len(bounds))
    later = np.vstack([np.cumsum(most[::-1], axis=0)[::-1][1:], np.zeros((1, len(bounds)), dtype=np.intp)])
    states: Ints = np.zeros(1, dtype=np.intp)
    sums: Ints = np.zeros((1, len(bounds)), dtype=np.intp)
    layers, edges = [], 0
    for n, step in enumerate(steps):
        order = np.argsort(step.src, kind="stable")
        begin = np.searchsorted(step.src[order], np.arange(int(states.max(initial=0)) + 2))
        count = begin[states + 1] - begin[states]
        node = np.repeat(np.arange(len(states)), count)
        place = np.arange(len(node)) - np.repeat(np.cumsum(count) - count, count)
        move = order[begin[states[node]] + place]
        total = sums[node] + adds[n][step.way[move]]
        np.minimum(total, high, out=total, where=open_end)
        fine = ((total <= high) & (total + later[n] >= low)).all(axis=1)
        node, move, total = node[fine], move[fine], total[fine]
        edges += len(node)
        if edges > most_edges:
            return None
        code = step.dst[move].astype(np.int64)
        for k, size in enumerate(high + 1):
            code = code * size + total[:, k]
        _, first, dst = np.unique(code, return_index=True, return_inverse=True)
        states, sums = step.dst[move[first]], total[first]
        layers.append(_Layer(node, dst.reshape(-1), step.way[move], states))
    return layers


def _pruned(layers: Sequence[_Layer], ways: Sequence[int]) -> Net:
    """Return the net without nodes that lead nowhere."""
    alive: Ints = np.unique(layers[-1].dst)
    before = np.cumsum([0, *ways[:-1]])
    src, starts, way, states = [], [], [], []
    for n in range(len(layers) - 1, -1, -1):
        layer = layers[n]
        place = np.full(len(layer.states), -1, dtype=np.intp)
        place[alive] = np.arange(len(alive))
        fine = np.flatnonzero(place[layer.dst] >= 0)
        order = fine[np.argsort(place[layer.dst[fine]], kind="stable")]
        states.append(layer.states[alive])
        starts.append(np.searchsorted(place[layer.dst[order]], np.arange(len(alive))))
        way.append(layer.way[order] + before[n])
        alive, here = np.unique(layer.src[order], return_inverse=True)
        src.append(here.reshape(-1).astype(np.intp))
    sizes = [len(part) for part in reversed(src)]
    return Net(
        src=tuple(reversed(src)),
        starts=tuple(reversed(starts)),
        way=np.concatenate(way[::-1]),
        first=tuple(int(v) for v in np.cumsum([0, *sizes])),
        states=tuple(reversed(states)),
    )
