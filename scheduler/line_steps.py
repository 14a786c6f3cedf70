"""The conditions on one officer's line as a walk: day by day, what each choice leaves to be kept.

A line is chosen date by date. After some dates, all that matters of the past is what the conditions still ask of the
future: for each condition the dates it still runs over and the room it has left. Two pasts that leave the same are one
*state*. So runs, spells off, successions and rests become a few dozen states a date, whatever rules they come from.
Conditions are numbered by what they look like from the date reached, so that dates which look alike share their step.

Conditions that run over most of the horizon (hours, weekends, shifts of a kind) would make too many states. They become
*counters*: every step adds to them, and at the end, or all along, they keep within bounds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.line_model import INFINITE, LineModel, LineRow
from scheduler.line_tidy import Never, reach, tidied

LONG_SPAN, LONG_SHARE, LONG_BASE = 8, 0.55, 28
"""A condition over more than so many dates, and this share of the horizon (at most four weeks of it), is a counter."""
MOST_STATES = 4000
MOST_WAYS = 512
KEPT, BROKEN = -1, -2

Ints = NDArray[np.intp]


class TooManyStates(Exception):  # noqa: N818
    """The conditions leave too many states for a walk."""


@dataclass(frozen=True)
class Counter:
    """A sum that every step adds to, in steps of 1: ``low`` <= sum at the end <= ``high``; each may be infinite."""

    low: float
    high: float

    @property
    def size(self) -> int:
        """Return how many values need telling apart: above low without a high all are alike."""
        return int(self.low if self.high == INFINITE else self.high) + 1


class Way(NamedTuple):
    """Choices of a date that leave and add the same: ``adds`` to each counter, ``cost`` of a rule's own variables."""

    choices: tuple[int, ...]
    adds: tuple[int, ...]
    cost: int


@dataclass(frozen=True, eq=False)
class Step:
    """One date: ``ways``, and the moves that some line can make; dates that look alike share one step.

    Move n leads from state ``src[n]`` before the date to state ``dst[n]`` after it by way ``way[n]``; moves are sorted
    by ``dst``.
    """

    ways: tuple[Way, ...]
    src: Ints
    dst: Ints
    way: Ints
    states: int
    """Number of states after the step."""


@dataclass(frozen=True)
class Walk:
    """All lines of an officer as paths from state 0; every path that keeps the counters is a lawful line."""

    steps: tuple[Step, ...]
    counters: tuple[Counter, ...]


def walk_of(model: LineModel) -> Walk:
    """Compile an officer's conditions.

    Raises
    ------
    TooManyStates
        If the states of a date, or a rule's own variables, are too many.
    Never
        If no line keeps the conditions.
    """
    days = len(model.choices)
    rows, allowed = tidied(model)
    layer = _layers(rows, days)
    long = [row for row in rows if _is_long(row, layer, days)]
    short = [row for row in rows if not _is_long(row, layer, days)]
    counters, gains = _counters(model, long, allowed, layer)
    aux_on: dict[int, list[int]] = defaultdict(list)
    for aux, n in layer.items():
        aux_on[n].append(aux)
    ways = _Ways(model, allowed, aux_on, short, gains, _idle_cost(model, layer))
    conditions = _Conditions(model, short, layer, allowed, aux_on)
    states: tuple[int, ...] = (conditions.state(()),)
    steps = []
    for n in range(days):
        step, states = conditions.step(n, states, *ways.on(n))
        if len(states) > MOST_STATES:
            raise TooManyStates(f"{len(states)} on date {n}")
        steps.append(step)
    return Walk(_pruned(steps), counters)


def _idle_cost(model: LineModel, layer: dict[int, int]) -> int:
    """Return what the rules' own variables cost that no condition holds any more: each takes its cheaper end."""
    free = [aux for place, aux in enumerate(model.aux) if place not in layer]
    return sum(min(aux.cost * aux.low, aux.cost * aux.high) for aux in free)


def _layers(rows: Sequence[LineRow], days: int) -> dict[int, int]:
    """Return the date on which each rule's own variable is settled: when all that alone decides it is known."""
    layer: dict[int, int] = {}
    rows = [row for row in rows if row.aux]
    waiting = {aux for row in rows for aux in row.aux}
    while waiting:
        for alone in (True, False):
            found: dict[int, int] = {}
            for row in rows:
                open_aux = [a for a in row.aux if a in waiting]
                if len(open_aux) == 1 and (not alone or len(row.aux) == 1):
                    last = max((*row.gains, *(layer[a] for a in row.aux if a in layer)), default=0)
                    found[open_aux[0]] = max(found.get(open_aux[0], 0), last)
            if found:
                break
        layer |= found or {next(iter(waiting)): days - 1}
        waiting -= layer.keys()
    return layer


def _is_long(row: LineRow, layer: dict[int, int], days: int) -> bool:
    at = (*row.gains, *(layer[a] for a in row.aux))
    span = max(at) - min(at) + 1
    return span > max(LONG_SPAN, LONG_SHARE * min(days, LONG_BASE))


# -- counters -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Gains:
    """What a long row gains: per date by choice, per rule's own variable; ``base`` are taken off per date."""

    row: LineRow
    base: dict[int, int]


def _counters(
    model: LineModel, long: Sequence[LineRow], allowed: Sequence[Sequence[int]], layer: dict[int, int]
) -> tuple[tuple[Counter, ...], list[_Gains]]:
    counters, gains = [], []
    for row in long:
        if row.low == -INFINITE and row.high == INFINITE:
            continue
        if row.high == INFINITE and sum(sum(g) for g in row.gains.values()) < 0:
            flipped = {n: tuple(-v for v in g) for n, g in row.gains.items()}
            row = LineRow(flipped, {a: -f for a, f in row.aux.items()}, -row.high, -row.low)  # noqa: PLW2901
        base: dict[int, int] = defaultdict(int)
        for n, gain in row.gains.items():
            base[n] += min(gain[c] for c in allowed[n])
        for aux, factor in row.aux.items():
            base[layer[aux]] += min(factor * model.aux[aux].low, factor * model.aux[aux].high)
        moved = sum(base.values())
        most = reach(model, row, allowed)[1] - moved
        low, high = row.low - moved, row.high - moved
        counters.append(Counter(low if low > 0 else -INFINITE, high if high < most else INFINITE))
        gains.append(_Gains(row, dict(base)))
    keep = [n for n, c in enumerate(counters) if c.low > -INFINITE or c.high < INFINITE]
    return tuple(counters[n] for n in keep), [gains[n] for n in keep]


# -- ways ---------------------------------------------------------------------------------------------------------

Key = tuple[int, tuple[int, ...]]
"""A choice, and the values of the rules' own variables settled with it, in the order of the date."""


class _Ways:
    """What may be done on a date: choices that no condition tells apart are one. Dates that look alike share a list."""

    def __init__(
        self,
        model: LineModel,
        allowed: Sequence[tuple[int, ...]],
        aux_on: dict[int, list[int]],
        short: Sequence[LineRow],
        gains: Sequence[_Gains],
        idle: int,
    ) -> None:
        self._model, self._allowed, self._aux_on, self._gains, self._idle = model, allowed, aux_on, gains, idle
        self._touching: list[set[tuple[int, ...]]] = [set() for _ in allowed]
        for row in short:
            for n, gain in row.gains.items():
                self._touching[n].add(gain)
        self._known: dict[object, tuple[int, tuple[Way, ...], tuple[Key, ...]]] = {}

    def on(self, n: int) -> tuple[int, tuple[Way, ...], tuple[Key, ...]]:
        """Return the number of a date's list, its ways, and a key of each."""
        here = self._aux_on.get(n, [])
        aux = tuple(self._model.aux[a] for a in here)
        counted = tuple(
            (g.row.gains.get(n), tuple(g.row.aux.get(a, 0) for a in here), g.base.get(n, 0)) for g in self._gains
        )
        more = 0 if n else self._idle
        look = (self._allowed[n], frozenset(self._touching[n]), counted, aux, more)
        if look not in self._known:
            touching = sorted(self._touching[n])
            alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
            for choice in self._allowed[n]:
                adds = tuple(gain[choice] if gain else 0 for gain, _, _ in counted)
                alike[tuple(gain[choice] for gain in touching), adds].append(choice)
            spans = [range(a.low, a.high + 1) for a in aux]
            count = len(alike)
            for span in spans:
                count *= len(span)
            if count > MOST_WAYS:
                raise TooManyStates(f"{count} ways on date {n}")
            ways, keys = [], []
            for choices in alike.values():
                for values in product(*spans):
                    adds = tuple(
                        (gain[choices[0]] if gain else 0)
                        + sum(f * v for f, v in zip(factors, values, strict=True))
                        - base
                        for gain, factors, base in counted
                    )
                    cost = more + sum(a.cost * v for a, v in zip(aux, values, strict=True))
                    ways.append(Way(tuple(choices), adds, cost))
                    keys.append((choices[0], values))
            self._known[look] = (len(self._known), tuple(ways), tuple(keys))
        return self._known[look]


# -- states -------------------------------------------------------------------------------------------------------


class _Node(NamedTuple):
    """A date of a condition: what it gains there, what all later dates can come to, and the node ``gap`` dates on."""

    gain: tuple[int, ...]
    aux: tuple[int, ...]
    least: float
    most: float
    gap: int
    after: int


class _Conditions:
    """What conditions still ask of the future, numbered by their look: (node, dates until it, low, high) -> number.

    A state is a set of such numbers, numbered in turn.
    """

    def __init__(
        self,
        model: LineModel,
        rows: Sequence[LineRow],
        layer: dict[int, int],
        allowed: Sequence[tuple[int, ...]],
        aux_on: dict[int, list[int]],
    ) -> None:
        self._model, self._allowed, self._aux_on = model, allowed, aux_on
        self._nodes: list[_Node] = []
        self._node_of: dict[_Node, int] = {}
        self._asked: list[tuple[int, int, float, float]] = []
        self._number_of: dict[tuple[int, int, float, float], int] = {}
        self._sets: list[tuple[int, ...]] = []
        self._set_of: dict[tuple[int, ...], int] = {}
        self._ends: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int]] = {}
        self._after: dict[tuple[int, int], tuple[int, ...]] = {}
        self._opened: dict[tuple[tuple[int, ...], int], list[frozenset[int] | None]] = {}
        self._moves: dict[tuple[int, tuple[int, ...], int], list[int]] = {}
        self._steps: dict[object, tuple[Step, tuple[int, ...]]] = {}
        starts: dict[int, set[int]] = defaultdict(set)
        for row in rows:
            first, number = self._enter(row, layer)
            starts[first].add(number)
        self._starts = {n: tuple(sorted(numbers)) for n, numbers in starts.items()}

    def _enter(self, row: LineRow, layer: dict[int, int]) -> tuple[int, int]:
        """Number a whole condition; return the date on which it begins, and the number."""
        aux_at: dict[int, dict[int, int]] = defaultdict(dict)
        for aux, factor in row.aux.items():
            aux_at[layer[aux]][aux] = factor
        node, later, least, most = -1, 0, 0.0, 0.0
        for n in sorted({*row.gains, *aux_at}, reverse=True):
            gain, here = row.gains.get(n, ()), aux_at.get(n, {})
            factors = tuple(here.get(a, 0) for a in self._aux_on.get(n, ())) if here else ()
            new = _Node(gain, factors, least, most, later - n if node >= 0 else 0, node)
            node, later = self._node_of.setdefault(new, len(self._nodes)), n
            if node == len(self._nodes):
                self._nodes.append(new)
            low, high = self._span(gain, n)
            for aux, factor in here.items():
                ends = (factor * self._model.aux[aux].low, factor * self._model.aux[aux].high)
                low, high = low + min(ends), high + max(ends)
            least, most = least + low, most + high
        return later, self._number(node, 0, row.low, row.high)

    def _span(self, gain: tuple[int, ...], n: int) -> tuple[int, int]:
        if not gain:
            return 0, 0
        key = gain, self._allowed[n]
        if key not in self._ends:
            values = [gain[c] for c in self._allowed[n]]
            self._ends[key] = (min(values), max(values))
        return self._ends[key]

    def _number(self, node: int, wait: int, low: float, high: float) -> int:
        key = (node, wait, low, high)
        found = self._number_of.setdefault(key, len(self._asked))
        if found == len(self._asked):
            self._asked.append(key)
        return found

    def state(self, numbers: tuple[int, ...]) -> int:
        """Return the number of a set of open conditions."""
        found = self._set_of.setdefault(numbers, len(self._sets))
        if found == len(self._sets):
            self._sets.append(numbers)
        return found

    def step(
        self, n: int, states: tuple[int, ...], look: int, ways: tuple[Way, ...], keys: tuple[Key, ...]
    ) -> tuple[Step, tuple[int, ...]]:
        """Return a date's step from some states, and the states after it in the order of the step."""
        starts = self._starts.get(n, ())
        known = (states, starts, look)
        if known not in self._steps:
            after: dict[int, int] = {}
            moves = []
            for place, state in enumerate(states):
                for w, left in enumerate(self._left(state, starts, look, keys)):
                    if left >= 0:
                        moves.append((after.setdefault(left, len(after)), place, w))
            self._steps[known] = _step(ways, moves, len(after)), tuple(after)
        return self._steps[known]

    def _left(self, state: int, starts: tuple[int, ...], look: int, keys: tuple[Key, ...]) -> list[int]:
        """Return the state that each way leads to, or BROKEN."""
        memo = (state, starts, look)
        if memo not in self._moves:
            if (starts, look) not in self._opened:
                self._opened[starts, look] = [self._joined(column) for column in self._each(starts, look, keys)]
            found = []
            columns = self._each(self._sets[state], look, keys)
            for column, new in zip(columns, self._opened[starts, look], strict=True):
                old = None if new is None else self._joined(column)
                found.append(BROKEN if old is None or new is None else self.state(tuple(sorted(old | new))))
            self._moves[memo] = found
        return self._moves[memo]

    def _each(self, numbers: tuple[int, ...], look: int, keys: tuple[Key, ...]) -> list[tuple[int, ...]]:
        """Return by way what becomes of each of some conditions."""
        if not numbers:
            return [()] * len(keys)
        for number in numbers:
            if (number, look) not in self._after:
                self._after[number, look] = tuple(self._one(number, key) for key in keys)
        return list(zip(*(self._after[number, look] for number in numbers), strict=True))

    @staticmethod
    def _joined(column: tuple[int, ...]) -> frozenset[int] | None:
        return None if BROKEN in column else frozenset(column) - {KEPT}

    def _one(self, number: int, key: Key) -> int:
        """Return the number of what is left of a condition after a date, KEPT or BROKEN."""
        place, wait, low, high = self._asked[number]
        if wait:
            return self._number(place, wait - 1, low, high)
        node = self._nodes[place]
        choice, values = key
        value = node.gain[choice] if node.gain else 0
        if node.aux:
            value += sum(f * v for f, v in zip(node.aux, values, strict=True))
        low, high = low - value, high - value
        if node.least > high or node.most < low:
            return BROKEN
        if low <= node.least and node.most <= high:
            return KEPT
        low = -INFINITE if low <= node.least else low
        high = INFINITE if node.most <= high else high
        return self._number(node.after, node.gap - 1, low, high)


def _step(ways: tuple[Way, ...], moves: Sequence[tuple[int, int, int]], states: int) -> Step:
    """Return a step of moves (state after, state before, way)."""
    table = np.array(sorted(moves), dtype=np.intp).reshape(-1, 3)
    return Step(ways, np.ascontiguousarray(table[:, 1]), table[:, 0].copy(), table[:, 2].copy(), states)


def _pruned(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps without states that lead nowhere; equal ones stay one."""
    found: list[Step] = []
    known: dict[tuple[int, bytes], tuple[Step, Ints]] = {}
    alive: Ints = np.arange(steps[-1].states if steps else 1)
    for step in reversed(steps):
        key = id(step), alive.tobytes()
        if key not in known:
            place = np.full(step.states, -1, dtype=np.intp)
            place[alive] = np.arange(len(alive))
            fine = place[step.dst] >= 0
            before, src = np.unique(step.src[fine], return_inverse=True)
            dst = place[step.dst[fine]]
            order = np.argsort(dst, kind="stable")
            src, way = src.astype(np.intp), step.way[fine]
            known[key] = Step(step.ways, src[order], dst[order], way[order], len(alive)), before.astype(np.intp)
        pruned, alive = known[key]
        found.append(pruned)
    if not len(alive):
        raise Never
    return tuple(reversed(found))
