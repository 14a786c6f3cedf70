"""The conditions on one officer's line as a walk: day by day, what each choice leaves to be kept.

A line is chosen date by date. After some dates, all that matters of the past is what the conditions still ask of the
future: for each condition the dates it still runs over and the room it has left. Two pasts that leave the same are one
*state*. So runs, spells off, successions and rests become a few dozen states a date, whatever rules they come from.

Conditions that run over most of the horizon (hours, weekends, shifts of a kind) would make too many states. They become
*counters*: every step adds to them, and at the end, or all along, they keep within bounds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd

from scheduler.line_model import INFINITE, LineModel, LineRow

LONG_SPAN, LONG_SHARE, LONG_BASE = 8, 0.55, 28
"""A condition over more than so many dates, and this share of the horizon (at most four weeks of it), is a counter."""
MOST_STATES = 4000
MOST_WAYS = 512


class TooManyStates(Exception):  # noqa: N818
    """The conditions leave too many states for a walk."""


class Never(Exception):  # noqa: N818
    """No line keeps the conditions."""


@dataclass(frozen=True)
class Counter:
    """A sum that every step adds to, in steps of 1: ``low`` <= sum at the end <= ``high``; each may be infinite."""

    low: float
    high: float

    @property
    def size(self) -> int:
        """Return how many values need telling apart: above low without a high all are alike."""
        return int(self.low if self.high == INFINITE else self.high) + 1


@dataclass(frozen=True)
class Way:
    """Choices of a date that leave and add the same: ``adds`` to each counter, ``cost`` of a rule's own variables."""

    choices: tuple[int, ...]
    adds: tuple[int, ...]
    cost: int


@dataclass(frozen=True)
class Step:
    """One date: ``ways``, and the moves (state before, state after, way) that some line can make."""

    ways: tuple[Way, ...]
    moves: tuple[tuple[int, int, int], ...]
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
    rows, allowed = _tidied(model)
    layer = _layers(rows, days)
    idle = _idle_cost(model, layer)
    long = [row for row in rows if _is_long(row, layer, days)]
    short = [row for row in rows if not _is_long(row, layer, days)]
    counters, gains = _counters(model, long, allowed, layer)
    suffixes = _Suffixes(short, layer)
    suffixes.bounds(model, allowed)
    aux_on: dict[int, list[int]] = defaultdict(list)
    for aux, n in layer.items():
        aux_on[n].append(aux)
    states: dict[tuple[int, ...], int] = {(): 0}
    steps = []
    for n in range(days):
        ways = list(_ways(model, n, allowed[n], aux_on[n], short, gains, 0 if n else idle))
        after: dict[tuple[int, ...], int] = {}
        moves = []
        for state, number in states.items():
            open_rows = (*state, *suffixes.starting(n))
            for w, (_, key) in enumerate(ways):
                left = suffixes.left(n, open_rows, key)
                if left is not None:
                    moves.append((number, after.setdefault(left, len(after)), w))
        if len(after) > MOST_STATES:
            raise TooManyStates(f"{len(after)} on date {n}")
        steps.append(Step(tuple(way for way, _ in ways), tuple(moves), len(after)))
        states = after
    return Walk(_pruned(steps), counters)


# -- tidying the rows ---------------------------------------------------------------------------------------------


def _tidied(model: LineModel) -> tuple[list[LineRow], list[list[int]]]:
    """Return the rows that can still say something, each once, and the choices that are open on each date."""
    allowed = [list(range(len(shifts) + 1)) for shifts in model.choices]
    rows = list(model.rows)
    changed = True
    while changed:
        changed = False
        open_rows = []
        for row in rows:
            least, most = _reach(model, row, allowed)
            if least > row.high or most < row.low:
                raise Never
            if row.low <= least and most <= row.high:
                continue
            changed |= _close(row, least, most, allowed)
            if len(row.gains) > 1 or row.aux:
                open_rows.append(row)
        rows = open_rows
    kept: dict[object, LineRow] = {}
    for row in rows:
        plain = _plain(row, allowed)
        key = (tuple(sorted(plain.gains.items())), tuple(sorted(plain.aux.items())))
        if key in kept:
            other = kept[key]
            plain = LineRow(plain.gains, plain.aux, max(plain.low, other.low), min(plain.high, other.high))
        kept[key] = plain
    return list(kept.values()), allowed


def _close(row: LineRow, least: int, most: int, allowed: list[list[int]]) -> bool:
    """Close the choices that a row leaves no room for; return whether there were any."""
    for n, gain in row.gains.items():
        low, high = min(gain[c] for c in allowed[n]), max(gain[c] for c in allowed[n])
        fine = [c for c in allowed[n] if gain[c] - low <= row.high - least and high - gain[c] <= most - row.low]
        if not fine:
            raise Never
        if len(fine) < len(allowed[n]):
            allowed[n] = fine
            return True  # what the row can come to has changed
    return False


def _plain(row: LineRow, allowed: Sequence[Sequence[int]]) -> LineRow:
    """Return the row with choices that are closed at 0, and its factors without a common divisor."""
    gains = {}
    for n, gain in row.gains.items():
        found = tuple(value if c in allowed[n] else 0 for c, value in enumerate(gain))
        if any(found):
            gains[n] = found
    divisor = gcd(*(v for gain in gains.values() for v in gain), *row.aux.values()) or 1
    low = row.low if row.low == -INFINITE else -(-row.low // divisor)
    high = row.high if row.high == INFINITE else row.high // divisor
    scaled = {n: tuple(v // divisor for v in gain) for n, gain in gains.items()}
    return LineRow(scaled, {a: f // divisor for a, f in row.aux.items() if f}, low, high)


def _reach(model: LineModel, row: LineRow, allowed: Sequence[Sequence[int]]) -> tuple[int, int]:
    least = sum(min(gain[c] for c in allowed[n]) for n, gain in row.gains.items())
    most = sum(max(gain[c] for c in allowed[n]) for n, gain in row.gains.items())
    for aux, factor in row.aux.items():
        ends = (factor * model.aux[aux].low, factor * model.aux[aux].high)
        least, most = least + min(ends), most + max(ends)
    return least, most


def _idle_cost(model: LineModel, layer: dict[int, int]) -> int:
    """Return what the rules' own variables cost that no condition holds any more: each takes its cheaper end."""
    free = [aux for place, aux in enumerate(model.aux) if place not in layer]
    return sum(min(aux.cost * aux.low, aux.cost * aux.high) for aux in free)


def _layers(rows: Sequence[LineRow], days: int) -> dict[int, int]:
    """Return the date on which each rule's own variable is settled: when all that alone decides it is known."""
    layer: dict[int, int] = {}
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
        upside = row if row.low > -INFINITE or row.high < INFINITE else None
        if upside is None:
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
        most = _reach(model, row, allowed)[1] - moved
        low, high = row.low - moved, row.high - moved
        counters.append(Counter(low if low > 0 else -INFINITE, high if high < most else INFINITE))
        gains.append(_Gains(row, dict(base)))
    keep = [n for n, c in enumerate(counters) if c.low > -INFINITE or c.high < INFINITE]
    return tuple(counters[n] for n in keep), [gains[n] for n in keep]


# -- states -------------------------------------------------------------------------------------------------------

Key = tuple[int, tuple[tuple[int, int], ...]]
"""A choice, and the values of the rules' own variables settled with it."""


def _ways(
    model: LineModel,
    n: int,
    allowed: Sequence[int],
    aux_on: Sequence[int],
    short: Sequence[LineRow],
    gains: Sequence[_Gains],
    more_cost: int,
) -> Iterator[tuple[Way, Key]]:
    """Yield what may be done on a date: choices that no condition tells apart are one."""
    touching = [row.gains[n] for row in short if n in row.gains]
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for choice in allowed:
        adds = tuple(g.row.gains[n][choice] if n in g.row.gains else 0 for g in gains)
        alike[tuple(gain[choice] for gain in touching), adds].append(choice)
    ranges = [range(model.aux[a].low, model.aux[a].high + 1) for a in aux_on]
    ways = 1
    for span in ranges:
        ways *= len(span)
    if ways * len(alike) > MOST_WAYS:
        raise TooManyStates(f"{ways * len(alike)} ways on date {n}")
    for choices in alike.values():
        for values in product(*ranges):
            settled = tuple(zip(aux_on, values, strict=True))
            more: list[int] = []
            for g in gains:
                plain = g.row.gains[n][choices[0]] if n in g.row.gains else 0
                plain += sum(g.row.aux.get(a, 0) * value for a, value in settled)
                more.append(int(plain - g.base.get(n, 0)))
            cost = more_cost + sum(model.aux[a].cost * value for a, value in settled)
            yield Way(tuple(choices), tuple(more), cost), (choices[0], settled)


class _Suffixes:
    """What rows still ask of the future, numbered: (what is left of the row, low, high) -> number."""

    def __init__(self, rows: Sequence[LineRow], layer: dict[int, int]) -> None:
        self._numbers: dict[tuple[int, float, float], int] = {}
        self._known: list[tuple[int, float, float]] = []
        self._nodes: dict[object, int] = {}
        self._head: list[tuple[int, tuple[int, ...], dict[int, int], int]] = []
        self._span: list[tuple[float, float]] = []
        self._starts: dict[int, list[int]] = defaultdict(list)
        self._memo: dict[tuple[int, Key], int | None] = {}
        self._rows = rows
        for row in rows:
            aux_at: dict[int, dict[int, int]] = defaultdict(dict)
            for aux, factor in row.aux.items():
                aux_at[layer[aux]][aux] = factor
            node = -1
            for n in sorted({*row.gains, *aux_at}, reverse=True):
                node = self._node(n, row.gains.get(n, ()), aux_at.get(n, {}), node)
            self._starts[self._head[node][0]].append(self._number(node, row.low, row.high))

    def bounds(self, model: LineModel, allowed: Sequence[Sequence[int]]) -> None:
        """Work out what the rest of every row can come to."""
        for n, gain, aux, after in self._head:
            least = min((gain[c] for c in allowed[n]), default=0) if gain else 0
            most = max((gain[c] for c in allowed[n]), default=0) if gain else 0
            for a, factor in aux.items():
                ends = (factor * model.aux[a].low, factor * model.aux[a].high)
                least, most = least + min(ends), most + max(ends)
            rest = self._span[after] if after >= 0 else (0.0, 0.0)
            self._span.append((least + rest[0], most + rest[1]))

    def _node(self, n: int, gain: tuple[int, ...], aux: dict[int, int], after: int) -> int:
        key = (n, gain, tuple(sorted(aux.items())), after)
        if key not in self._nodes:
            self._nodes[key] = len(self._head)
            self._head.append((n, gain, aux, after))
        return self._nodes[key]

    def _number(self, node: int, low: float, high: float) -> int:
        key = (node, low, high)
        if key not in self._numbers:
            self._numbers[key] = len(self._known)
            self._known.append(key)
        return self._numbers[key]

    def starting(self, n: int) -> list[int]:
        """Return the rows that begin on a date."""
        return self._starts.get(n, [])

    def left(self, n: int, open_rows: Sequence[int], key: Key) -> tuple[int, ...] | None:
        """Return what is left of the rows after a date; None if one of them is broken for good."""
        found = set()
        for row in open_rows:
            if self._head[self._known[row][0]][0] > n:
                found.add(row)
                continue
            memo = (row, key)
            if memo not in self._memo:
                self._memo[memo] = self._after(row, key)
            rest = self._memo[memo]
            if rest is None:
                return None
            if rest >= 0:
                found.add(rest)
        return tuple(sorted(found))

    def _after(self, row: int, key: Key) -> int | None:
        """Return the number of what is left of a row; -1 if it is kept whatever comes, None if it is broken."""
        node, low, high = self._known[row]
        _, gain, aux, after = self._head[node]
        choice, settled = key
        value = (gain[choice] if gain else 0) + sum(aux.get(a, 0) * v for a, v in settled)
        low, high = low - value, high - value
        least, most = self._span[after] if after >= 0 else (0.0, 0.0)
        if least > high or most < low:
            return None
        if low <= least and most <= high:
            return -1
        low = -INFINITE if low <= least else low
        high = INFINITE if most <= high else high
        return self._number(after, low, high)


def _pruned(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps without states that lead nowhere."""
    found: list[Step] = []
    alive = {n: n for n in range(steps[-1].states)} if steps else {}
    for step in reversed(steps):
        moves = [(a, alive[b], w) for a, b, w in step.moves if b in alive]
        before = {a: n for n, a in enumerate(sorted({a for a, _, _ in moves}))}
        found.append(Step(step.ways, tuple((before[a], b, w) for a, b, w in moves), len(alive)))
        alive = before
    if not alive:
        raise Never
    return tuple(reversed(found))
