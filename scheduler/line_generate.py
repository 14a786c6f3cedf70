"""Lines and prices in turn, until no officer has a line that would better the mix. This proves the bound.

A *round* prices everybody at the same prices, which a bound needs. Where that takes long, some officers are priced at a
time and the linear programme is solved in between (a *sweep*): lines priced at the same prices all want the same
shifts, and 120 officers at once hardly move the mix. A round follows once sweeps are worth little.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import Future

from domain.words import Text
from scheduler.line_cp import Line, totals_of
from scheduler.line_crew import Crew
from scheduler.line_descent import Descent
from scheduler.line_known import A_UNIT, Known
from scheduler.line_master import Cut, Master, bound_of, cut_ties, lawful, on_totals
from scheduler.line_rounds import CUT_UNITS, lowest_here, prices_here
from scheduler.line_store import Column
from scheduler.parallel import Workers

LAGRANGE = Text("列生成:各人最优班次线之和(拉格朗日)", "column generation: everybody's cheapest line (Lagrange)")
GENERATE = Text("生成班次线", "Generating lines")
SMOOTH = 0.6
"""Share of the old prices in the next ones: without it they swing and converge slowly."""
MOST_LINES, SWEEP_LINES = 3, 2
DONE_GAP = 5e-5
MOST_SPLITS, NEAR_WHOLE = 6, 1e-3
SPLIT_SHARE = 1 / 3
"""No more than this share of the time may have passed when sums are split."""
SLOW_SECONDS = 1.0
"""A round that takes longer is slow: sweeps come before the next one."""
CHUNKS = 8
"""So many times is the linear programme solved in a sweep, for every process."""
A_SWEEP_IS_WORTH = 0.005
ROOM = 1.5
"""Slow rounds' time that is kept for one at the end."""


class Generator:
    """Grows ``master``; ``prices`` are those of the totals that prove most, ``slow`` whether rounds take long."""

    def __init__(self, known: Known, crew: Crew, master: Master) -> None:
        self._known, self._crew = known, crew
        self.master = master
        self.cuts: tuple[Cut, ...] = ()
        self.prices: list[float] = [0.0] * known.ties.totals
        self.slow = False
        self._mixed: tuple[int, dict[int, list[Line]]] = (0, {})
        self._round_seconds = 0.0
        self._highest = -math.inf

    def mixed(self) -> dict[int, list[Line]]:
        """Return everybody's lines in the best mix of those known, the largest share first; nothing without a mix."""
        count = len(self.master.columns)
        if self._mixed[0] != count:
            shares = self.master.shares() if self.master.solve(self._known.watch.left) is not None else {}
            found: dict[int, list[Line]] = {}
            for (officer, line), _ in sorted(shares.items(), key=lambda entry: (entry[0][0], -entry[1])):
                found.setdefault(officer, []).append(line)
            self._mixed = (count, found)
        return self._mixed[1]

    def generate(self, until: float) -> None:
        """Generate lines until the linear programme is solved; then split on what must be whole, while that helps."""
        known = self._known
        begun = known.watch.elapsed
        bound, solved = self._grow(self.master, until)
        # each split takes about as long again
        solved &= known.watch.elapsed < begun + SPLIT_SHARE * (until - begun)
        aside = math.inf
        for _ in range(MOST_SPLITS):
            known.prove(min(bound, aside), LAGRANGE)
            cut = self._fraction() if solved and bound < aside and known.is_open else None
            if cut is None or known.watch.elapsed >= until:
                return
            found = []
            for side in cut:
                tried = cut_ties(known.ties, (*self.cuts, side), CUT_UNITS)
                master = Master(tried, known.everyone)
                master.add((officer, line, cost) for (officer, line), cost in self.master.columns.items())
                low, done = self._grow(master, until)
                # a side that has more to keep cannot cost less than both together
                found.append((max(low, bound), done, side, master))
            found.sort(key=lambda entry: entry[0])
            (bound, solved, side, self.master), (other, *_) = found
            aside = min(aside, other)
            self.cuts = (*self.cuts, side)

    def _grow(self, master: Master, until: float) -> tuple[float, bool]:
        """Price lines and solve the linear programme in turn; return its bound and whether it is solved."""
        known = self._known
        self._highest = -math.inf
        rows: tuple[float, ...] = (0.0,) * len(master.ties.rows)
        best, keep = self._round(master, rows)[0], 0.0
        while known.watch.left > 0 and known.watch.elapsed < until:
            if self.slow:
                self._sweeps(master, until)
            mixed = master.solve(known.watch.left)
            if mixed is None:
                return best, False
            value, prices = mixed
            if best >= value - max(A_UNIT, DONE_GAP * value):
                return best, True
            fresh = lawful(master.ties, prices.rows)
            keep = 0.0 if self.slow else keep
            rows = tuple(keep * old + (1 - keep) * new for old, new in zip(rows, fresh, strict=True))
            keep = SMOOTH
            bound, added = self._round(master, rows)
            best = max(best, bound)
            if not added and rows != fresh:
                bound, added = self._round(master, fresh)
                best = max(best, bound)
            if master is self.master and not self.cuts:
                known.prove(best, LAGRANGE)
            known.say(GENERATE)
            if not added:
                return best, best >= value - max(A_UNIT, DONE_GAP * value)
        return best, False

    def _round(self, master: Master, rows: tuple[float, ...]) -> tuple[float, int]:
        """Price everybody at these prices; return the bound that proves and how many lines are new."""
        begun = time.monotonic()
        prices = on_totals(master.ties, rows)
        added, least = 0, dict[int, float]()
        for columns, lows in self._crew.ask_all(prices_here, prices, MOST_LINES):
            added += master.add(columns)
            least |= lows
        self._round_seconds = time.monotonic() - begun
        self.slow |= self._round_seconds > SLOW_SECONDS
        bound = bound_of(master.ties, rows, least) if len(least) == len(self._known.everyone) else -math.inf
        if bound >= self._highest:
            self._highest, self.prices = bound, prices
        return bound, added

    def _sweeps(self, master: Master, until: float) -> None:
        """Sweep as long as that is worth it, and time is left for a round after."""
        value, until = math.inf, until - ROOM * self._round_seconds
        while self._known.watch.elapsed < until:
            now = self._sweep(master, until)
            if now is None or now > value * (1 - A_SWEEP_IS_WORTH):
                return
            value = now

    def _sweep(self, master: Master, until: float) -> float | None:
        """Price everybody once, the linear programme solved in between; return its value, None if it has no answer."""
        known, crew = self._known, self._crew
        mixed = master.solve(known.watch.left)
        if mixed is None:
            return None
        rows = lawful(master.ties, mixed[1].rows)
        waiting = {w: _chunks(share) for w, share in zip(crew.workers, crew.shares, strict=True)}
        running: dict[Future[tuple[list[Column], dict[int, float]]], Workers] = {}
        idle, solved_at, took = list(crew.workers), time.monotonic(), 0.0
        while running or any(waiting.values()):
            for w in [w for w in idle if waiting[w]] if known.watch.elapsed < until else []:
                idle.remove(w)
                running[w.submit(prices_here, waiting[w].pop(), on_totals(master.ties, rows), SWEEP_LINES)] = w
            if not running:
                break
            for future in crew.finished(running):
                idle.append(running.pop(future))
                master.add(future.result()[0])
            begun = time.monotonic()
            # no more time goes into the linear programme than into pricing
            if not idle or begun - solved_at < took or known.watch.elapsed >= until:
                continue
            mixed = master.solve(known.watch.left)
            if mixed is None:
                return None
            solved_at = time.monotonic()
            took = solved_at - begun
            fresh = lawful(master.ties, mixed[1].rows)
            rows = tuple(SMOOTH * old + (1 - SMOOTH) * new for old, new in zip(rows, fresh, strict=True))
            known.say(GENERATE)
        return mixed[0]

    def descend(self, until: float) -> None:
        """Raise the bound where lines are too long to be priced exactly: prices move against what is missed by them."""
        known = self._known
        descent = Descent(known.ties, known.cost)
        while known.watch.left > 0 and known.watch.elapsed < until and known.is_open:
            found: dict[int, tuple[float, Line]] = {}
            for walked in self._crew.ask_all(lowest_here, on_totals(known.ties, descent.rows)):
                found |= walked
            if len(found) < len(known.everyone):
                return
            bound = bound_of(known.ties, descent.rows, {n: value for n, (value, _) in found.items()})
            known.prove(bound, LAGRANGE)
            descent.move(bound, totals_of(known.ties, {n: line for n, (_, line) in found.items()}))
            known.say(GENERATE)

    def _fraction(self) -> tuple[Cut, Cut] | None:
        """Return the two sides of a sum of own variables of one price that the mix leaves furthest from whole."""
        values = self.master.aux_values()
        alike: dict[int, list[int]] = {}
        for place, aux in enumerate(self._known.ties.aux):
            alike.setdefault(aux.cost, []).append(place)
        open_sums = []
        for price, places in alike.items():
            total = sum(values[place] for place in places)
            away = abs(total - round(total))
            if price and away > NEAR_WHOLE:
                open_sums.append((away * price, math.floor(total), tuple(places)))
        if not open_sums:
            return None
        _, low, whole = max(open_sums)
        return Cut(whole, low + 1, math.inf), Cut(whole, -math.inf, low)


def _chunks(share: tuple[int, ...]) -> list[tuple[int, ...]]:
    size = max(1, -(-len(share) // CHUNKS))
    return [share[n : n + size] for n in range(0, len(share), size)]
