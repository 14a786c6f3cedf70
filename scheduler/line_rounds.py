"""Jobs on lines that run in a process: pricing some officers, diving to whole lines, and re-solving a part.

*Diving*: the linear programme's mix is made whole one officer after another; after each, new lines are priced for those
still open, so that they adapt to what is settled. *A part*: some officers with the others as they are. Its linear
programme first says whether there is anything to gain; then CP-SAT decides among the choices of its mix, or it is dived
and, if that gains nothing, solved over the lines found (SCIP). *Cells*: some officers on some dates with some choices,
the rest as it is, by CP-SAT.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf
from typing import Protocol

from ortools.linear_solver import pywraplp

from domain.words import Status
from scheduler.line_cp import Cells, Line, between, solve_part, totals_of
from scheduler.line_master import Cut, Master, Prices, cut_ties, lawful, on_totals
from scheduler.line_model import Ties
from scheduler.line_spans import SpanPrices, ties_on
from scheduler.line_store import Column, Store, step_of
from scheduler.line_worth import Worth
from scheduler.parallel import scenario_here, stopped_here
from scheduler.solve import Limits

WHOLE = 0.999
ROOT_ROUNDS, DIVE_ROUNDS = 12, 3
KEEN = (0.7, 0.8, 0.9)
"""Shares from which on several lines are settled at once; drawn anew for every dive."""
LATE_LINES, MOST_LINES = 60, 120
"""Lines priced in each turn of a dive, at least and at most: the last officers open need more rounds, and cost less."""
AT_A_TIME, MOST_CHUNKS = 8, 4
"""Officers priced between two solutions of the linear programme; no more than so many of these for everybody once."""
TRY_AGAIN, BACK = 4, 6
"""How often a dive that went wrong takes back its last steps, a third of them and no fewer than so many."""
NOISE = 0.1
AT_ONCE = 20
"""One line in so many officers still open is settled in each turn of a dive, if no share is large."""
A_LITTLE = 1.0
"""Units by which a line must be cheaper to be worth adding."""
CUT_UNITS = 240_000_000
"""Units (100,000 points) by which a cut is missed: more than any roster saves by it."""
CHOOSING_SECONDS = 4.0
MIXED, MIXED_SECONDS = 0.5, 8.0
"""Share of the parts in which CP-SAT decides among the choices of their mix, and for how long; the others are dived."""
MOST_CHOSEN_FROM = 2500
PROVING_THREADS = 4

_store: Store | None = None


def store_here() -> Store:
    """Return the store of this process."""
    global _store
    scenario = scenario_here()
    if _store is None or _store.scenario is not scenario:
        _store = Store(scenario)
    return _store


def prices_here(officers: Sequence[int], totals: Sequence[float], most: int) -> tuple[list[Column], dict[int, float]]:
    """Price some officers' lines in this process (see Workers); those it had no time for are left out."""
    columns: list[Column] = []
    least: dict[int, float] = {}
    store = store_here()
    for officer in officers:
        if stopped_here():
            break
        found, low = store.price((officer,), totals, most)
        columns += found
        least |= low
    return columns, least


@dataclass(frozen=True)
class Walks:
    """What making the walks showed: what all costs are multiples of, and for whom lines are too long to price."""

    step: int
    long: frozenset[int]


def walks_here(officers: Sequence[int], tied: Ties) -> Walks:
    """Make the walks of some officers in this process (see Workers).

    ``tied`` is what ties the lines together, so that the process need not read it off itself.
    """
    store = store_here()
    store.ties = tied
    for officer in officers:
        if stopped_here():
            return Walks(1, frozenset())
        store.pricer(officer)
    return Walks(step_of(store, officers), frozenset(o for o in officers if store.long(o).is_long))


def answer_here(officer: int, totals: Sequence[float], line: Line | None, shift: int) -> Column | None:
    """Return an officer's line at prices of totals in this process; None if it was stopped before there was one."""
    if stopped_here():
        return None
    return store_here().answer(officer, totals, line, lambda: not stopped_here(), shift)


def lowest_here(officers: Sequence[int], totals: Sequence[float]) -> dict[int, tuple[float, Line]]:
    """Return lower bounds of some officers' lines with the walks they come from, in this process."""
    store, found = store_here(), dict[int, tuple[float, Line]]()
    for officer in officers:
        if stopped_here():
            break
        found[officer] = store.lowest(officer, totals)
    return found


@dataclass(frozen=True)
class Part:
    """Officers to solve while the others add ``base`` to the totals; ``now`` is what the part costs as it stands.

    ``columns`` are lines already known, ``known`` the lines as they stand (none: a first dive). If there are ``cells``
    CP-SAT decides them. ``until`` is Unix time; ``step`` what all costs are multiples of.
    """

    officers: tuple[int, ...]
    base: tuple[int, ...]
    columns: tuple[Column, ...]
    seed: int
    until: float
    step: int
    now: float = inf
    known: Mapping[int, Line] = field(default_factory=dict)
    cells: Cells | None = None
    kind: str = ""
    """What is heard of this job counts for others of this kind (see `Jobs.heard`)."""
    cuts: tuple[Cut, ...] = ()
    choosing: bool = True
    span: tuple[int, int] | None = None
    """The dates (from, to before) on which lines may change; all if None. For lines too long to price at once."""
    near: tuple[tuple[float, ...], float] | None = None
    """Prices of totals, and how much dearer than the cheapest at them lines may be; all lines if None."""
    proving: bool = False
    """Whether all lines are open to one CP-SAT model, whose bound then holds for all rosters."""


@dataclass(frozen=True)
class Bettered:
    """Lines with costs that are better than the part as it stood (none if empty), and lines found on the way."""

    lines: dict[int, tuple[Line, int]]
    columns: tuple[Column, ...]
    bound: float | None = None
    """A bound of the part's cost that CP-SAT has proven, if it was asked for one."""
    proven: bool = False
    """Whether CP-SAT has proven that nothing better is open to it."""


def better_here(part: Part) -> Bettered:
    """Better a part in this process (see Workers)."""
    return better(store_here(), part, lambda: not stopped_here() and time.time() < part.until)


def better(store: Store, part: Part, go_on: Callable[[], bool]) -> Bettered:
    """Better a part; lines returned cost less together than ``part.now``."""
    if part.cells is not None or part.proving:
        return _by_cp(store, part, go_on)
    source: Pricing = store if part.near is None else store.near(*part.near)
    tied = cut_ties(store.ties, part.cuts, CUT_UNITS)
    if part.span is not None:
        source, tied = SpanPrices(store, part.known, part.span), ties_on(store.ties, part.officers, part.span)
        totals = totals_of(tied, part.known)
        own = sum(cost for officer, line, cost in part.columns if part.known[officer] == line)
        part = replace(part, now=Worth(tied).cost([a + b for a, b in zip(totals, part.base, strict=True)]) + own)
    master = Master(tied, part.officers, part.base)
    master.add(part.columns)
    before = set(master.columns)
    dice = random.Random(part.seed)
    root = _converge(source, master, part.officers, ROOT_ROUNDS * len(part.officers), go_on)
    lines: dict[int, Line] | None = None
    if root is not None and not (root.done and root.value > part.now - part.step + A_LITTLE):
        known = dict(master.columns)
        if part.choosing and part.span is None and part.known and dice.random() < MIXED:
            return _of_the_mix(store, master, part, before, go_on)
        lines = _dive(source, master, part, dice, go_on)
        if lines is None and part.choosing and part.known and go_on():
            lines = _choose(master.ties, part, known | master.columns, root)
    found = tuple((o, line, cost) for (o, line), cost in master.columns.items() if (o, line) not in before)
    return Bettered({o: (line, master.columns[o, line]) for o, line in (lines or {}).items()}, found)


class Pricing(Protocol):
    """What prices lines: whole ones, or some dates of them."""

    def price(
        self, officers: Sequence[int], totals: Sequence[float], most: int
    ) -> tuple[list[Column], dict[int, float]]:
        """Return the cheapest lines at prices of totals, and every officer's lowest value."""


@dataclass(frozen=True)
class _Mixed:
    """The linear programme solved: value, prices, and whether no line was left to add."""

    value: float
    prices: Prices
    done: bool


def _converge(
    source: Pricing, master: Master, free: Sequence[int], most: int, go_on: Callable[[], bool]
) -> _Mixed | None:
    """Solve and price in turn, at most so many lines; None if the linear programme has no answer.

    Some officers are priced at a time: lines priced at the same prices all want the same shifts.
    """
    size = max(AT_A_TIME, ceil(len(free) / MOST_CHUNKS))
    chunks = [free[n : n + size] for n in range(0, len(free), size)]
    left, quiet = most, 0
    while True:
        solved = master.solve()
        if solved is None:
            return None
        value, prices = solved
        totals = on_totals(master.ties, lawful(master.ties, prices.rows))
        added = 0
        while not added:
            if quiet == len(chunks):
                return _Mixed(value, prices, done=True)
            if left <= 0 or not go_on():
                return _Mixed(value, prices, done=False)
            chunk = chunks.pop(0)
            chunks.append(chunk)
            columns, least = source.price(chunk, totals, 2)
            left -= len(chunk)
            worth = {o for o in chunk if least[o] < prices.officers[o] - A_LITTLE}
            added = master.add(c for c in columns if c[0] in worth)
            if worth and not added:
                return _Mixed(value, prices, done=False)
            quiet = 0 if added else quiet + 1


def _dive(
    source: Pricing, master: Master, part: Part, dice: random.Random, go_on: Callable[[], bool]
) -> dict[int, Line] | None:
    """Settle one officer after another on a whole line; None if that comes to no better than now."""
    free = dict.fromkeys(part.officers)
    settled: dict[int, Line] = {}
    keen, again = dice.choice(KEEN), TRY_AGAIN
    while go_on():
        priced = max(LATE_LINES, min(DIVE_ROUNDS * len(free), MOST_LINES))
        mixed = _converge(source, master, tuple(free), priced, go_on)
        if mixed is None or mixed.value > part.now - part.step + A_LITTLE:
            if mixed is None or not again or not settled:
                return None
            again -= 1
            for officer in list(settled)[-max(BACK, len(settled) // 3) :]:
                master.release(officer)
                free[officer] = None
                del settled[officer]
            continue
        shares = [(share, o, line) for (o, line), share in master.shares().items() if o in free]
        split = [entry for entry in shares if entry[0] < WHOLE]
        if not split:
            return settled | {o: line for _, o, line in shares}
        few = max(1, len(free) // AT_ONCE)
        noisy = sorted(split, key=lambda entry: -entry[0] - NOISE * dice.random())
        for _, officer, line in [entry for entry in noisy if entry[0] >= keen] or noisy[:few]:
            if officer in free:
                master.settle(officer, line)
                settled[officer] = line
                del free[officer]
    return None


def _of_the_mix(
    store: Store, master: Master, part: Part, before: set[tuple[int, Line]], go_on: Callable[[], bool]
) -> Bettered:
    """Let CP-SAT decide where the lines of the mix, and those as they stand, differ."""
    lines = {o: {line} for o, line in part.known.items()}
    for officer, line in master.shares():
        lines[officer].add(line)
    until = min(part.until, time.time() + MIXED_SECONDS)
    found = _by_cp(store, replace(part, cells=between(lines), until=until), go_on)
    columns = tuple((o, line, cost) for (o, line), cost in master.columns.items() if (o, line) not in before)
    return replace(found, columns=(*columns, *found.columns))


def _choose(ties: Ties, part: Part, columns: Mapping[tuple[int, Line], int], root: _Mixed) -> dict[int, Line] | None:
    """Pick one line an officer among those found, by SCIP; lines too dear to be in a better choice are left out."""
    totals = on_totals(ties, root.prices.rows)
    room = part.now - part.step - root.value + A_LITTLE
    close: list[tuple[int, Line, int]] = []
    for (officer, line), cost in columns.items():
        worth = sum(totals[t] * v for n, choice in enumerate(line) for t, v in ties.adds[officer][n][choice])
        if cost - worth - root.prices.officers[officer] <= room:
            close.append((officer, line, cost))
    if len(close) > MOST_CHOSEN_FROM or len({o for o, _, _ in close}) < len(part.officers):
        return None
    solver = pywraplp.Solver.CreateSolver("SCIP")
    master = Master(ties, part.officers, part.base, solver=solver)
    master.add(close)
    solver.SetTimeLimit(int(1000 * max(0.2, min(CHOOSING_SECONDS, part.until - time.time()))))
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    if master.value > part.now - part.step + A_LITTLE:
        return None
    return {officer: line for (officer, line), share in master.shares().items() if share > WHOLE / 2}


def _by_cp(store: Store, part: Part, go_on: Callable[[], bool]) -> Bettered:
    models = {o: store.model(o) for o in part.officers}
    limits = Limits(part.until - time.time(), seed=part.seed, threads=PROVING_THREADS, lines=not part.proving)
    found = solve_part(
        models, store.ties, limits, known=part.known, totals=part.base, cells=part.cells, stopped=lambda: not go_on()
    )
    bound, proven = found.bound if part.proving else None, found.status is Status.OPTIMAL
    if found.lines is None or found.cost is None or found.cost >= part.now:
        return Bettered({}, (), bound, proven)
    lines = {}
    for officer, line in found.lines.items():
        cost = store.cost_of(officer, line)
        if cost is None:
            raise AssertionError("CP-SAT and the walk disagree on a line")
        lines[officer] = (line, cost)
    columns = tuple((o, line, cost) for o, (line, cost) in lines.items())
    return Bettered(lines, columns, bound, proven)
