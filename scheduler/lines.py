"""Solves a scenario in which shifts are all there is to decide, line by line.

1. first: every officer in turn takes the line that is best around what the others have by then: a roster in no time.
2. generate: lines and prices in turn, until no officer has a line that would better the mix. This proves the bound.
3. better: the mix is made whole (dives), and parts of the roster are solved again around the rest.

Every process keeps some officers' walks; each stage can be stopped at any time and leaves roster and bound as they are.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pebble import ProcessExpired

from constraints.base import GRAIN
from domain.roster import Assignment
from domain.scenario import Scenario
from domain.words import Status, Text
from scheduler.line_cp import Line, solve_part, totals_of
from scheduler.line_descent import Descent
from scheduler.line_master import Cut, Master, bound_of, cut_ties, lawful, on_totals
from scheduler.line_model import Unread, line_model
from scheduler.line_rounds import (
    CUT_UNITS,
    Bettered,
    Part,
    answer_here,
    better_here,
    lowest_here,
    prices_here,
    walks_here,
)
from scheduler.line_steps import TooManyStates
from scheduler.line_store import Column, Store, choices_of
from scheduler.line_tidy import Never
from scheduler.line_worth import Worth
from scheduler.parallel import Inside, Workers, workers_for
from scheduler.progress import Options, Watch
from scheduler.solve import Limits

T = TypeVar("T")
A_UNIT = 0.5
"""Costs that differ by less are the same: they are whole."""
TRIVIAL = Text("没有费用为负的项", "no cost is negative")
ONE_MODEL = Text("一个 CP-SAT 模型", "one CP-SAT model")
LAGRANGE = Text("列生成:各人最优班次线之和(拉格朗日)", "column generation: everybody's cheapest line (Lagrange)")
FIRST = Text("建立班表", "First roster")
GENERATE = Text("生成班次线", "Generating lines")
BETTER = Text("改进", "Bettering")
SMOOTH = 0.6
"""Share of the old prices in the next ones: without it they swing and converge slowly."""
MOST_LINES = 3
GENERATE_SHARE, DESCEND_SHARE = 0.5, 0.3
MOST_TURNS, A_TURN_IS_WORTH = 6, 0.01
LONG_SPANS, LONG_CELLS = (7, 10, 14, 21), 280
"""Dates, and dates x officers, of a part where lines are long."""
DONE_GAP = 5e-5
MOST_SPLITS, NEAR_WHOLE = 6, 1e-3
POLL_SECONDS = 0.1
DIVES_FIRST, DIVE_AGAIN = 2, 25
PART_SIZES = (5, 8, 12, 16, 20)
SPANS = (3, 5, 7)
PART_SECONDS, SPAN_SECONDS, SPAN_CELLS = 30.0, 8.0, 280
LINES_A_JOB = 60
MODEL_CELLS, MODEL_SHARE = 3000, 0.25
"""Up to so many dates x choices x officers one CP-SAT model may prove what the mix of lines cannot."""
THREADS = 4


@dataclass
class Solved:
    """Best lines so far with their cost, and the best bound, in units of 1/GRAIN point; seconds since the start."""

    status: Status = Status.UNKNOWN
    shifts: tuple[Assignment, ...] = ()
    cost: int | None = None
    bound: float = 0.0
    cost_seconds: float | None = None
    bound_seconds: float | None = None
    bound_from: Text = TRIVIAL

    @property
    def objective(self) -> float | None:
        """Cost in points."""
        return None if self.cost is None else self.cost / GRAIN


def solve_lines(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    """Solve until proven optimal, out of time or stopped; what is found by then is returned."""
    try:
        return _by_lines(scenario, options, watch)
    except Never:
        return Solved(status=Status.INFEASIBLE)
    except (TooManyStates, Unread):
        return _in_one(scenario, options, watch)


def _by_lines(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    with ExitStack() as stack:
        count = max(1, min(options.workers, len(scenario.officers)))
        crew = [stack.enter_context(workers_for(scenario, 1))]
        if not isinstance(crew[0], Inside):  # a thread shares its process, so there is room for one
            crew += [stack.enter_context(workers_for(scenario, 1)) for _ in range(count - 1)]
        engine = Lines(scenario, options, watch, crew)
        engine.run()
        return engine.solved()


def _in_one(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    """Solve everything in one CP-SAT model, for conditions that lines cannot be read off or walked along."""
    begun = time.monotonic()
    store = Store(scenario)
    models = {}
    for n, officer in enumerate(scenario.officers):
        if watch.left <= 0:
            return Solved()
        models[n] = line_model(scenario, officer)
    limits = Limits(seconds=watch.left, seed=options.seed, threads=THREADS)
    part = solve_part(models, store.ties, limits, stopped=watch.stop.is_set)
    now = time.monotonic() - begun
    found = Solved(status=part.status)
    if part.lines is not None and part.cost is not None:
        found = replace(found, cost=part.cost, cost_seconds=now, shifts=_shifts(scenario, part.lines))
    if part.bound is not None and part.bound > 0:
        found = replace(found, bound=part.bound, bound_seconds=now, bound_from=ONE_MODEL)
    return found


def _shifts(scenario: Scenario, lines: Mapping[int, Line]) -> tuple[Assignment, ...]:
    choices = {squad.id: choices_of(scenario, squad.id) for squad in scenario.squads}
    found = []
    for n, line in sorted(lines.items()):
        officer = scenario.officers[n]
        for day, choice in zip(choices[officer.squad], line, strict=True):
            if choice:
                shift = day[choice - 1]
                found.append(Assignment(officer=officer.id, day=shift.day, shift=shift.shift))
    return tuple(found)


@dataclass
class Lines:
    """The engine over lines: what it knows so far may be read at any time."""

    scenario: Scenario
    options: Options
    watch: Watch
    crew: Sequence[Workers]
    lines: dict[int, tuple[Line, int]] = field(default_factory=dict)
    cost: float = math.inf
    bound: float = 0.0
    step: int = 1
    cost_seconds: float | None = None
    bound_seconds: float | None = None
    bound_from: Text = TRIVIAL

    def __post_init__(self) -> None:
        self._begun = time.monotonic()
        self.ties = Store(self.scenario).ties
        self.worth = Worth(self.ties)
        self.everyone = tuple(range(len(self.scenario.officers)))
        self.master = Master(self.ties, self.everyone)
        self.cuts: tuple[Cut, ...] = ()
        self._dice = random.Random(self.options.seed)
        self._prices: list[float] = [0.0] * self.ties.totals
        self._jobs = 0
        self.long = False
        self._running: list[Part] = []

    def run(self) -> None:
        """Go through all stages within the watch's time."""
        shares = [self.everyone[n :: len(self.crew)] for n in range(len(self.crew))]
        asked = [w.submit(walks_here, share, self.ties) for w, share in zip(self.crew, shares, strict=True) if share]
        self.watch.say(FIRST)
        walks = [self._result(future) for future in asked]
        self.step = max(1, math.gcd(*(walk.step for walk in walks)))
        self.long = any(walk.long for walk in walks)
        if self.watch.left > 0 and self.long:
            self.first(shares, 1)
            self.descend(shares, self.watch.elapsed + DESCEND_SHARE * self.watch.left)
        if self.watch.left > 0:
            self.first(shares, MOST_TURNS if self.long else 2)
        if self.watch.left > 0 and not self.long:
            self.generate(shares, self.watch.elapsed + GENERATE_SHARE * self.watch.left)
        self.better()

    def solved(self) -> Solved:
        """Return what is known now."""
        whole = math.isfinite(self.cost)
        shifts = _shifts(self.scenario, {n: line for n, (line, _) in self.lines.items()}) if whole else ()
        return Solved(
            status=Status.FEASIBLE if whole else Status.UNKNOWN,
            shifts=shifts,
            cost=round(self.cost) if whole else None,
            bound=self.bound,
            cost_seconds=self.cost_seconds,
            bound_seconds=self.bound_seconds,
            bound_from=self.bound_from,
        )

    # -- first ------------------------------------------------------------------------------------------------------

    def first(self, shares: Sequence[Sequence[int]], turns: int) -> None:
        """Give every officer a line around the others, so many times over; each process goes on with its own."""
        lines = dict(self.lines)
        totals = totals_of(self.ties, {n: line for n, (line, _) in lines.items()})
        for _ in range(turns):
            waiting = {w: list(share) for w, share in zip(self.crew, shares, strict=True)}
            running: dict[Future[Column | None], tuple[Workers, int]] = {}
            before, again = self.cost, bool(lines)
            idle = list(self.crew)
            while running or (idle and self.watch.left > 0):
                for w in [w for w in idle if waiting[w]] if self.watch.left > 0 else []:
                    idle.remove(w)
                    officer = waiting[w].pop(0)
                    line = lines[officer][0] if officer in lines else None
                    without = totals if line is None else self._moved(totals, officer, line, -1)
                    shift = self._dice.randrange(1, len(self.scenario.dates)) if again else 0
                    running[w.submit(answer_here, officer, self.worth.one_more(without), line, shift)] = w, officer
                if not running:
                    break
                finished, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
                if self.watch.left <= 0:
                    for worker in self.crew:
                        worker.stop.set()
                for future in finished:
                    w, officer = running.pop(future)
                    idle.append(w)
                    totals = self._answered(future.result(), lines, totals)
                self._say(FIRST)
            if self.watch.left <= 0 or (again and self.cost > before * (1 - A_TURN_IS_WORTH)):
                return

    def _answered(self, answer: Column | None, lines: dict[int, tuple[Line, int]], totals: list[int]) -> list[int]:
        """Take an officer's answer if the roster is not dearer with it; return the totals then."""
        if answer is None:
            return totals
        officer, line, cost = answer
        self.master.add([answer])
        old = lines.get(officer)
        moved = self._moved(totals if old is None else self._moved(totals, officer, old[0], -1), officer, line, 1)
        if old is not None and len(lines) == len(self.everyone) and not self._keep({**lines, officer: (line, cost)}):
            return totals
        lines[officer] = (line, cost)
        self._keep(lines)
        return moved

    def _moved(self, totals: list[int], officer: int, line: Line, sign: int) -> list[int]:
        found = list(totals)
        for n, choice in enumerate(line):
            for total, value in self.ties.adds[officer][n][choice]:
                found[total] += sign * value
        return found

    def _keep(self, lines: dict[int, tuple[Line, int]]) -> bool:
        """Keep a whole roster if it is better than the best; return whether it is."""
        if len(lines) < len(self.everyone):
            return False
        totals = totals_of(self.ties, {n: line for n, (line, _) in lines.items()})
        cost = self.worth.cost(totals) + sum(cost for _, cost in lines.values())
        if cost >= self.cost:
            return False
        self.lines, self.cost, self.cost_seconds = dict(lines), cost, time.monotonic() - self._begun
        return True

    # -- generate ---------------------------------------------------------------------------------------------------

    def generate(self, shares: Sequence[Sequence[int]], until: float) -> None:
        """Generate lines until the linear programme is solved; then split on what must be whole, while that helps."""
        bound, solved = self._grow(self.master, shares, until)
        aside = math.inf
        for _ in range(MOST_SPLITS):
            self._prove(min(bound, aside))
            cut = self._fraction() if solved and bound < aside and self._open() else None
            if cut is None or self.watch.elapsed >= until:
                return
            found = []
            for side in cut:
                tried = cut_ties(self.ties, (*self.cuts, side), CUT_UNITS)
                master = Master(tried, self.everyone)
                master.add((officer, line, cost) for (officer, line), cost in self.master.columns.items())
                low, done = self._grow(master, shares, until)
                # a side that has more to keep cannot cost less than both together
                found.append((max(low, bound), done, side, master))
            found.sort(key=lambda entry: entry[0])
            (bound, solved, side, self.master), (other, *_) = found
            aside = min(aside, other)
            self.cuts = (*self.cuts, side)

    def _grow(self, master: Master, shares: Sequence[Sequence[int]], until: float) -> tuple[float, bool]:
        """Price lines and solve the linear programme in turn; return its bound and whether it is solved."""
        rows: tuple[float, ...] = (0.0,) * len(master.ties.rows)
        best, keep = self._round(master, shares, rows)[0], 0.0
        while self.watch.left > 0 and self.watch.elapsed < until:
            mixed = master.solve(self.watch.left)
            if mixed is None:
                return best, False
            value, prices = mixed
            if best >= value - max(A_UNIT, DONE_GAP * value):
                return best, True
            fresh = lawful(master.ties, prices.rows)
            rows = tuple(keep * old + (1 - keep) * new for old, new in zip(rows, fresh, strict=True))
            keep = SMOOTH
            bound, added = self._round(master, shares, rows)
            best = max(best, bound)
            if not added and rows != fresh:
                bound, added = self._round(master, shares, fresh)
                best = max(best, bound)
            if master is self.master and not self.cuts:
                self._prove(best)
            self._say(GENERATE)
            if not added:
                return best, best >= value - max(A_UNIT, DONE_GAP * value)
        return best, False

    def descend(self, shares: Sequence[Sequence[int]], until: float) -> None:
        """Raise the bound where lines are too long to be priced exactly: prices move against what is missed by them."""
        descent = Descent(self.ties, self.cost)
        while self.watch.left > 0 and self.watch.elapsed < until and self._open():
            totals = on_totals(self.ties, descent.rows)
            asked = [w.submit(lowest_here, share, totals) for w, share in zip(self.crew, shares, strict=True) if share]
            found: dict[int, tuple[float, Line]] = {}
            for future in asked:
                walked = self._result(future)
                found |= walked
            if len(found) < len(self.everyone):
                return
            bound = bound_of(self.ties, descent.rows, {n: value for n, (value, _) in found.items()})
            self._prove(bound)
            there = totals_of(self.ties, {n: line for n, (_, line) in found.items()})
            descent.move(bound, there)
            self._say(GENERATE)

    def _round(self, master: Master, shares: Sequence[Sequence[int]], rows: tuple[float, ...]) -> tuple[float, int]:
        """Price everybody at these prices; return the bound that proves and how many lines are new."""
        self._prices = on_totals(master.ties, rows)
        asked = [
            w.submit(prices_here, share, self._prices, MOST_LINES)
            for w, share in zip(self.crew, shares, strict=True)
            if share
        ]
        added, least = 0, dict[int, float]()
        for future in asked:
            columns, lows = self._result(future)
            added += master.add(columns)
            least |= lows
        bound = bound_of(master.ties, rows, least) if len(least) == len(self.everyone) else -math.inf
        return bound, added

    def _fraction(self) -> tuple[Cut, Cut] | None:
        """Return the two sides of a sum of own variables of one price that the mix leaves furthest from whole."""
        values = self.master.aux_values()
        alike: dict[int, list[int]] = {}
        for place, aux in enumerate(self.ties.aux):
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

    def _prove(self, bound: float, source: Text = LAGRANGE) -> None:
        """Take a bound if it is better; every cost is a multiple of the step, so it may be rounded up to one."""
        if not math.isfinite(bound):
            return
        bound = self.step * math.ceil(bound / self.step - 1e-6)
        if bound > self.bound:
            self.bound, self.bound_seconds, self.bound_from = bound, time.monotonic() - self._begun, source

    # -- better -----------------------------------------------------------------------------------------------------

    def better(self) -> None:
        """Dive, and solve parts again around the rest, one job a process, until the time is up or nothing is open."""
        running: dict[Future[Bettered], tuple[Workers, Part]] = {}
        idle = list(self.crew)
        if self.long and not self.lines:
            return
        while (idle or running) and self._open():
            while idle:
                worker = idle.pop()
                part = self._part()
                self._running.append(part)
                running[worker.submit(better_here, part)] = (worker, part)
            finished, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                worker, part = running.pop(future)
                self._running.remove(part)
                idle.append(worker)
                self._take(future)
            self._say(BETTER)
        for worker in self.crew:
            worker.stop.set()
        for future in running:
            self._take(future)

    def _open(self) -> bool:
        return self.watch.left > 0 and self.cost > self.bound + A_UNIT

    def _take(self, future: Future[Bettered]) -> None:
        """Keep what a job has bettered, if it is still better around what the others have become."""
        lost = future.exception()
        if isinstance(lost, ProcessExpired):
            return  # its job is lost, the next one makes the walks anew
        found = future.result()
        self.master.add(found.columns)
        if found.bound is not None:
            self._prove(found.bound, ONE_MODEL)
        if found.lines:
            self._keep({**self.lines, **found.lines})

    def _part(self) -> Part:
        """Draw the next job: dives first and now and then, else some officers or some days."""
        self._jobs += 1
        if self.long:
            return self._span()
        whole = bool(self.lines)
        seed = self._dice.randrange(2**31)
        left = self.watch.left
        if self._jobs == 1 and self._cells() <= MODEL_CELLS:
            part = self._of(self.everyone, seed, min(left, MODEL_SHARE * self.watch.seconds), dive=False)
            return replace(part, proving=True)
        early = self._jobs <= 2 * DIVES_FIRST * len(self.crew) and self._jobs % 2 == 1
        if early or not whole or self._jobs % DIVE_AGAIN == 0:
            return self._of(self.everyone, seed, left, dive=True)
        length = self._dice.choice(SPANS)
        if self._dice.random() < 0.25:
            days = len(self.scenario.dates)
            start = self._dice.randrange(max(1, days - length + 1))
            people = self._draw(max(2, SPAN_CELLS // length))
            part = self._of(people, seed, min(left, SPAN_SECONDS), dive=False)
            return replace(part, days=tuple(range(start, min(days, start + length))))
        return self._of(self._draw(self._dice.choice(PART_SIZES)), seed, min(left, PART_SECONDS), dive=False)

    def _span(self) -> Part:
        """Draw some officers and adjacent dates; the fewer dates, the more officers."""
        days = len(self.scenario.dates)
        length = min(days, self._dice.choice(LONG_SPANS))
        first = self._dice.randrange(1 - length, days)
        first = min(max(0, first), days - length)
        busy = {o for part in self._running for o in part.officers}
        free = [o for o in self.everyone if o not in busy] or list(self.everyone)
        size = min(len(free), max(4, LONG_CELLS // length))
        officers = tuple(sorted(self._dice.sample(free, size)))
        part = self._of(officers, self._dice.randrange(2**31), min(self.watch.left, PART_SECONDS), dive=False)
        columns = tuple((o, *self.lines[o]) for o in officers)
        return replace(part, span=(first, first + length), columns=columns, choosing=False)

    def _cells(self) -> int:
        return sum(len(day) for table in self.ties.adds for day in table)

    def _draw(self, size: int) -> tuple[int, ...]:
        return tuple(sorted(self._dice.sample(self.everyone, min(size, len(self.everyone)))))

    def _of(self, officers: tuple[int, ...], seed: int, seconds: float, *, dive: bool) -> Part:
        inside = set(officers)
        others = {n: line for n, (line, _) in self.lines.items() if n not in inside}
        outside = sum(cost for n, (_, cost) in self.lines.items() if n not in inside)
        return Part(
            officers=officers,
            base=tuple(totals_of(self.ties, others)),
            columns=() if self.long else tuple(self._columns(inside)),
            seed=seed,
            until=time.time() + seconds,
            step=self.step,
            now=self.cost - outside,
            known={n: self.lines[n][0] for n in officers if n in self.lines} if not dive else {},
            cuts=self.cuts,
            choosing=not dive,
        )

    def _columns(self, officers: set[int]) -> list[Column]:
        """Return the lines known of these officers that are cheapest at the last prices, and those they have now."""
        by_officer: dict[int, list[tuple[float, Line, int]]] = {n: [] for n in officers}
        for (officer, line), cost in self.master.columns.items():
            if officer in officers:
                table = self.ties.adds[officer]
                worth = sum(self._prices[t] * v for n, choice in enumerate(line) for t, v in table[n][choice])
                by_officer[officer].append((cost - worth, line, cost))
        found = []
        for officer, rows in by_officer.items():
            rows.sort()
            found += [(officer, line, cost) for _, line, cost in rows[:LINES_A_JOB]]
            if officer in self.lines:
                found.append((officer, *self.lines[officer]))
        return found

    # -- together -----------------------------------------------------------------------------------------------------

    def _result(self, future: Future[T]) -> T:
        """Wait for a job; stop the processes when the time is up or the user has asked for it."""
        while not wait([future], timeout=POLL_SECONDS).done:
            if self.watch.left <= 0:
                for worker in self.crew:
                    worker.stop.set()
        return future.result()

    def _say(self, phase: Text) -> None:
        objective = self.cost / GRAIN if math.isfinite(self.cost) else None
        self.watch.say(phase, objective, self.bound / GRAIN if self.bound_seconds is not None else None)
