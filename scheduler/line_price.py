"""The cheapest line at given prices, by dynamic programming over an officer's walk, or over some dates of it.

Counters that the cheapest line without them keeps anyway are left out; one that it breaks is taken in from then on. So
the answer is exact. Counters are written out as a net of the sums that can be (`line_net.py`), or where these are many
as tables (`line_table.py`). Where a walk with one more counter would be too large even so, that counter stays out: what
is found is then a lower bound only, and no line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.line_model import INFINITE
from scheduler.line_net import MOST_EDGES, Net
from scheduler.line_steps import Counter, Ints, Walk
from scheduler.line_table import Floats, Line, Path, Span, Tables

MOST_CELLS = 4_000_000
"""States times counter values of one date that a walk may have."""
MOST_TOTAL = 30_000_000
"""The same over all dates."""
MOST_KEPT_EDGES = 1_200_000
"""Edges of the nets that an officer's pricing remembers; an edge takes 16 bytes and more."""
PATIENCE = 25
"""So many times in a row may a kept counter not matter before it is left out again."""


@dataclass(frozen=True)
class Priced:
    """Lawful lines with their values, cheapest first, and a proven lower bound of every line's value."""

    lines: tuple[tuple[float, Line], ...]
    bound: float


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
class Pricer:
    """Answers one officer's pricing problems; remembers which counters matter."""

    walk: Walk
    kept: list[int] = field(default_factory=list)
    """The counters that have mattered to whole lines."""
    most_cells: int = MOST_CELLS
    most_total: int = MOST_TOTAL
    most_edges: int = MOST_EDGES
    near: tuple[Floats, float] | None = None
    """Costs [date, choice], and how much dearer than the cheapest a line may be at them to be looked at."""

    def __post_init__(self) -> None:
        self._tables = Tables(self.walk)
        self._flat = self._tables.flat
        sizes = [len(f.choices) for f in self._flat]
        self._dates = np.repeat(np.arange(len(self._flat)), sizes)
        self._choices = np.concatenate([f.choices for f in self._flat])
        first = np.cumsum([0, *sizes[:-1]])
        self._starts = np.concatenate([f.starts + at for f, at in zip(self._flat, first, strict=True)])
        self._owns = np.concatenate([f.own for f in self._flat])
        self._adds = np.concatenate([f.adds for f in self._flat])
        self._before = np.cumsum([0, *(len(f.own) for f in self._flat[:-1])]).tolist()
        self._nets: dict[tuple[int, ...], Net | None] = {}
        self._loose: defaultdict[int, int] = defaultdict(int)

    def price(self, cost: Floats, most: int = 1) -> Priced:
        """Return the cheapest lines at a cost [date, choice], at most ``most``, and the bound."""
        span = Span(0, len(self.walk.steps), 0, None, self.walk.counters)
        found = self._by_net(span, cost, most) or self.within(span, cost, self.kept, most)
        if found.paths:
            self._forget(found.paths[0])
        return Priced(tuple((path.value, path.line) for path in found.paths), found.bound)

    def _by_net(self, span: Span, cost: Floats, most: int) -> Found | None:
        """Return the cheapest whole lines; None if the kept counters make too large a net."""
        worth = self._worth(cost)
        counters = self.walk.counters
        while (net := self._net()) is not None:
            if not len(net.states[-1]):
                return Found((), INFINITE)
            layers, costs = net.forward(worth)
            ends = np.argsort(layers[-1], kind="stable")[: max(1, 4 * most)].tolist()
            paths: dict[Line, Path] = {}
            for end in ends:
                path = self._path(cost, net.back(layers, costs, end), float(layers[-1][end]))
                broken = _broken(counters, path.sums)
                if not paths and broken:
                    break
                if not broken:
                    paths.setdefault(path.line, path)
                if len(paths) >= most:
                    break
            if paths:
                return Found(tuple(sorted(paths.values())), float(layers[-1][ends[0]]))
            room = [k for k in broken if self._fits(span, [*self.kept, k])]
            if not room:
                return None
            self.kept.append(room[0])
        return None

    def _worth(self, cost: Floats) -> Floats:
        """Return what each way costs, date by date."""
        found: Floats = np.minimum.reduceat(cost[self._dates, self._choices], self._starts) + self._owns
        return found

    def _net(self) -> Net | None:
        """Return the net of the kept counters, if it is small enough; the last few asked for are remembered."""
        key = tuple(sorted(self.kept))
        if key in self._nets:
            found = self._nets.pop(key)
        else:
            large = any(net is None and set(other) <= set(key) for other, net in self._nets.items())
            found = None if large else Net.of(self.walk, [flat.adds for flat in self._flat], key, self.most_edges)
            if found is not None and self.near is not None and len(found.states[-1]):
                cost, room = self.near
                found = found.near(self._worth(cost), room)
        self._nets[key] = found
        while sum(net.edges for net in self._nets.values() if net is not None) > MOST_KEPT_EDGES:
            oldest = next(key for key, net in self._nets.items() if net is not None)
            if oldest == key:
                break
            del self._nets[oldest]
        return found

    def _path(self, cost: Floats, taken: tuple[list[int], list[int]], value: float) -> Path:
        """Return the path of some states and ways (of those of all dates) at its cheapest choices."""
        states, ways = taken
        here = [way - int(before) for way, before in zip(ways, self._before, strict=True)]
        line = []
        for n, way in enumerate(here):
            choices = self.walk.steps[n].ways[way].choices
            line.append(choices[0] if len(choices) == 1 else choices[int(np.argmin(cost[n][list(choices)]))])
        sums = tuple(int(v) for v in self._adds[ways].sum(axis=0))
        return Path(value, tuple(line), tuple(states), tuple(here), sums)

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
            layers, ways = self._tables.forward(span, cost, kept, tolls)
            ends = self._tables.ends(span, layers[-1], kept)
            if not ends:
                return Found((), INFINITE)
            bound = ends[0][0]
            path = self._tables.back(span, cost, layers, ways, ends[0], kept)
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
            path = self._tables.back(span, cost, layers, ways, end, kept)
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


def _broken(counters: Sequence[Counter], sums: Sequence[int]) -> list[int]:
    return [k for k, c in enumerate(counters) if not c.low <= sums[k] <= c.high]
