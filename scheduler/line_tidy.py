"""Takes the slack out of one officer's conditions: choices that cannot be are closed, what is always kept is dropped.

Dates look much alike, so what a date gains by choice is numbered, and so is the set of choices open on a date; what one
says of the other is worked out once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import gcd

from scheduler.line_model import INFINITE, LineModel, LineRow

Gain = tuple[int, ...]
Open = tuple[int, ...]


class Never(Exception):  # noqa: N818
    """No line keeps the conditions."""


def tidied(model: LineModel) -> tuple[list[LineRow], list[Open]]:
    """Return the rows that can still say something, each once, and the choices that are open on each date.

    Raises
    ------
    Never
        If a condition cannot be kept.
    """
    table = _Table(model)
    table.close()
    kept: dict[object, LineRow] = {}
    for number, row in enumerate(model.rows):
        if not table.says(number):
            continue
        plain = table.plain(number, row)
        key = (tuple(sorted(plain.gains.items())), tuple(sorted(plain.aux.items())))
        if key in kept:
            other = kept[key]
            plain = LineRow(plain.gains, plain.aux, max(plain.low, other.low), min(plain.high, other.high))
        kept[key] = plain
    return _settled(model, list(kept.values())), table.open_on()


def _settled(model: LineModel, rows: list[LineRow]) -> list[LineRow]:
    """Return the rows without own variables that do best at their lower end whatever else is chosen.

    Such a one is left over, say, from a weekend on leave: only the sum of weekends still has it.
    """
    wanted = {aux for row in rows for aux, factor in row.aux.items() if _wants_more(row, factor)}
    free = {aux for row in rows for aux in row.aux if aux not in wanted and model.aux[aux].cost >= 0}
    found = []
    for row in rows:
        least = sum(factor * model.aux[aux].low for aux, factor in row.aux.items() if aux in free)
        plain = LineRow(
            row.gains,
            {aux: factor for aux, factor in row.aux.items() if aux not in free},
            row.low - least,
            row.high - least,
        )
        if plain.gains or plain.aux:
            found.append(plain)
        elif not plain.low <= 0 <= plain.high:
            raise Never
    return found


def _wants_more(row: LineRow, factor: int) -> bool:
    """Return whether a row may need more of a variable with this factor."""
    return (factor > 0 and row.low > -INFINITE) or (factor < 0 and row.high < INFINITE)


def reach(model: LineModel, row: LineRow, allowed: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Return the least and the most a row can come to."""
    least, most = _own(model, row)
    for n, gain in row.gains.items():
        values = [gain[c] for c in allowed[n]]
        least, most = least + min(values), most + max(values)
    return least, most


def _own(model: LineModel, row: LineRow) -> tuple[int, int]:
    """Return the least and the most that a rule's own variables add to a row."""
    least = most = 0
    for aux, factor in row.aux.items():
        ends = (factor * model.aux[aux].low, factor * model.aux[aux].high)
        least, most = least + min(ends), most + max(ends)
    return least, most


class _Table:
    """Rows by number, with gains and sets of open choices numbered too."""

    def __init__(self, model: LineModel) -> None:
        self._rows = model.rows
        self._own = [_own(model, row) for row in model.rows]
        self._gains: list[Gain] = []
        self._gain_of: dict[Gain, int] = {}
        self._sets: list[Open] = []
        self._set_of: dict[Open, int] = {}
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        self._plains: dict[tuple[int, int], Gain] = {}
        self._at: list[list[int]] = [[] for _ in model.choices]
        self._cells: list[list[tuple[int, int]]] = []
        for number, row in enumerate(model.rows):
            for n in row.gains:
                self._at[n].append(number)
            self._cells.append([(n, self._gain(gain)) for n, gain in row.gains.items()])
        self._open = [self._set(tuple(range(len(shifts) + 1))) for shifts in model.choices]
        self._kept = [False] * len(model.rows)

    def _gain(self, gain: Gain) -> int:
        found = self._gain_of.setdefault(gain, len(self._gains))
        if found == len(self._gains):
            self._gains.append(gain)
        return found

    def _set(self, choices: Open) -> int:
        found = self._set_of.setdefault(choices, len(self._sets))
        if found == len(self._sets):
            self._sets.append(choices)
        return found

    def _span(self, gain: int, n: int) -> tuple[int, int]:
        """Return the least and the most that a date gains by its open choices."""
        key = gain, self._open[n]
        found = self._spans.get(key)
        if found is None:
            values = [self._gains[gain][c] for c in self._sets[key[1]]]
            found = self._spans[key] = (min(values), max(values))
        return found

    def open_on(self) -> list[Open]:
        """Return the choices open on each date."""
        return [self._sets[number] for number in self._open]

    def says(self, number: int) -> bool:
        """Return whether a row still says more than which choices are open on its one date."""
        return not self._kept[number] and (len(self._cells[number]) > 1 or bool(self._rows[number].aux))

    def close(self) -> None:
        """Close choices until no row closes another one."""
        waiting = deque(range(len(self._rows)))
        queued = [True] * len(self._rows)
        while waiting:
            number = waiting.popleft()
            queued[number] = False
            if self._kept[number]:
                continue
            for n in self._close(number):
                for other in self._at[n]:
                    if not queued[other]:
                        queued[other] = True
                        waiting.append(other)

    def _close(self, number: int) -> list[int]:
        """Close the choices that a row leaves no room for; return the dates on which there were any."""
        row, (least, most) = self._rows[number], self._own[number]
        spans = [self._span(gain, n) for n, gain in self._cells[number]]
        least += sum(low for low, _ in spans)
        most += sum(high for _, high in spans)
        if least > row.high or most < row.low:
            raise Never
        if row.low <= least and most <= row.high:
            self._kept[number] = True
            return []
        above, below = row.high - least, most - row.low
        changed = []
        for (n, gain), (low, high) in zip(self._cells[number], spans, strict=True):
            if high - low > min(above, below):
                values = self._gains[gain]
                before = self._sets[self._open[n]]
                fine = tuple(c for c in before if values[c] - low <= above and high - values[c] <= below)
                if not fine:
                    raise Never
                if len(fine) < len(before):
                    self._open[n] = self._set(fine)
                    changed.append(n)
        return changed

    def plain(self, number: int, row: LineRow) -> LineRow:
        """Return a row with choices that are closed at 0, and its factors without a common divisor."""
        gains = {n: plain for n, gain in self._cells[number] if any(plain := self._without(gain, n))}
        divisor = gcd(*(v for gain in set(gains.values()) for v in gain), *row.aux.values()) or 1
        low = row.low if row.low == -INFINITE else -(-row.low // divisor)
        high = row.high if row.high == INFINITE else row.high // divisor
        if divisor > 1:
            scaled = {gain: tuple(v // divisor for v in gain) for gain in set(gains.values())}
            gains = {n: scaled[gain] for n, gain in gains.items()}
        return LineRow(gains, {a: f // divisor for a, f in row.aux.items() if f}, low, high)

    def _without(self, gain: int, n: int) -> Gain:
        """Return what a date gains, closed choices at 0."""
        key = gain, self._open[n]
        if key not in self._plains:
            fine = set(self._sets[key[1]])
            self._plains[key] = tuple(v if c in fine else 0 for c, v in enumerate(self._gains[gain]))
        return self._plains[key]
