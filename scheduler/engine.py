"""The brigade's engine: squads side by side, then again around each other, and a bound from the squads relaxed.

1. construct: every unit is solved with the chosen remediations while the others are taken to send their quotas.
2. improve: units are re-solved one after the other around the rest; only what the audit finds better is kept.
3. bound: every unit is solved without remediations and with its share of the border hotspots priced by tangents.

Work comes in waves of units that do not touch each other: the number of processes changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import TypeVar

from constraints.base import GRAIN, Candidate
from domain.calendar import OpenWindow
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import RemediationKind, Status, Text
from scheduler.audit import audit, hard, points
from scheduler.choose import nominal, quotas
from scheduler.decided import Decided, as_frozen, merge, replaced
from scheduler.finish import assemble
from scheduler.parallel import Workers
from scheduler.parts import DECIDING, BoundJob, Job, Unit, full_visits, prove, run, touching, units, window_units
from scheduler.progress import Options, Watch
from scheduler.solve import Limits

J = TypeVar("J", Job, BoundJob)
T = TypeVar("T")

POLL_SECONDS = 0.1
RETRY_SECONDS = 10.0
FIRST_SECONDS, FIRST_SHARE = 40.0, 0.45
"""The first roster takes at most this long and at most this share of the time."""
MIN_SOLVE_SECONDS = 2.0
NAMING_SECONDS_A_DAY = 0.03
"""Wall seconds that naming one squad's day takes in one process."""
THREADS = 4
"""Solver threads a process; more threads than cores pay, as each searches in another way."""


@dataclass
class Incumbent:
    """The best roster so far in first-stage terms, with what the audit says of it (greedy names)."""

    known: Decided
    candidates: tuple[Candidate, ...]
    points: float
    hard: tuple[Finding, ...]

    @property
    def key(self) -> tuple[int, float]:
        """Fewest hard breaches first, then fewest points."""
        return len(self.hard), self.points


@dataclass
class Engine:
    """Solves one scenario; ``best`` and ``bound`` (points) may be read at any time."""

    scenario: Scenario
    options: Options
    watch: Watch
    workers: Workers
    best: Incumbent | None = None
    statuses: dict[Unit, Status] = field(default_factory=dict)
    bound: float = 0.0
    turn: int = 0

    def __post_init__(self) -> None:
        self.units = units(self.scenario)

    def run(self, chosen: tuple[Candidate, ...]) -> None:
        """Go through all stages within the watch's time; with a deterministic limit each stage comes once."""
        if self.options.deterministic is not None:
            self.construct(chosen, math.inf)
            self.improve(math.inf)
            self.prove(math.inf)
            return
        end = self.watch.seconds - self.naming_seconds()
        left = max(0.0, end - self.watch.elapsed)
        self.construct(chosen, self.watch.elapsed + min(FIRST_SECONDS, FIRST_SHARE * left))
        if self.best is None:
            return
        left = max(0.0, end - self.watch.elapsed)
        self.improve(self.watch.elapsed + 0.3 * left)
        self.prove(self.watch.elapsed + 0.4 * left)
        self.improve(end)

    def naming_seconds(self) -> float:
        """Return the wall seconds to keep for naming and the audit after it."""
        work = len(self.scenario.squads) * len(self.scenario.dates) / self.workers.count
        return 1.0 + NAMING_SECONDS_A_DAY * work

    # -- construct --------------------------------------------------------------------------------------------

    def construct(self, chosen: tuple[Candidate, ...], until: float) -> None:
        """Make the first complete roster; ``until`` in seconds of the watch."""
        jobs = [self._first(unit, chosen) for unit in self.units]
        outcomes = self._run_all(run, jobs, until, Text("建立班表", "First roster"))
        missed = [job for job, outcome in zip(jobs, outcomes, strict=True) if outcome.decided is None]
        if missed:
            retry = [replace(job, quotas=()) for job in missed]
            again = self._run_all(run, retry, until + RETRY_SECONDS, Text("重试", "Retry"))
            found = {job.squads: outcome for job, outcome in zip(retry, again, strict=True)}
            outcomes = [found.get(job.squads, outcome) for job, outcome in zip(jobs, outcomes, strict=True)]
        self.statuses = {job.squads: o.status for job, o in zip(jobs, outcomes, strict=True)}
        parts = [o.decided for o in outcomes if o.decided is not None]
        if len(parts) < len(jobs):
            return
        self._judge(merge(parts), chosen)
        self._drop_unlawful()

    def _first(self, unit: Unit, chosen: tuple[Candidate, ...]) -> Job:
        mine = tuple(c for c in chosen if set(unit) & {*c.squads, *c.helpers})
        others = [s.id for s in self.scenario.squads if s.id not in unit]
        visits = full_visits(self.scenario, unit, hosted_elsewhere=True).visits
        asked = {(s, c.id): n for c in mine for s, n in quotas(self.scenario, c).items() if s in unit and n}
        return Job(
            squads=unit,
            limits=self._limits(),
            candidates=mine,
            held=frozenset(c.id for c in mine),
            frozen=Roster(visits=visits, remediations=nominal(self.scenario, mine, others)),
            quotas=tuple(sorted(asked.items())),
        )

    def _drop_unlawful(self) -> None:
        """Give up monthly remediations that came out unlawful, one at a time, as long as that helps."""
        while self.best is not None and self.best.hard:
            bad = {f.where.remediation for f in self.best.hard} - {None}
            drop = [
                c for c in self.best.candidates if c.id in bad and c.kind is RemediationKind.MONTHLY and not c.forced
            ]
            if not drop:
                return
            gone = drop[0].id
            kept = tuple(c for c in self.best.candidates if c.id != gone)
            if not self._judge(self.best.known.without({gone}), kept):
                return

    # -- improve ----------------------------------------------------------------------------------------------

    def improve(self, until: float) -> None:
        """Re-solve units around the rest until the time is up, wave after wave; deterministic: every unit once."""
        once = self.options.deterministic is not None
        while self.best is not None and self.watch.left > 0 and self.watch.elapsed < until:
            share = max(MIN_SOLVE_SECONDS, (until - self.watch.elapsed) * self.workers.count / len(self.units))
            for wave in self._waves():
                rounds = -(-len(wave) // self.workers.count)
                if self.watch.elapsed + MIN_SOLVE_SECONDS > until or self.watch.left <= 0:
                    return
                self._improve_wave(wave, min(until, self.watch.elapsed + share * rounds))
            if once:
                return

    def _improve_wave(self, wave: Sequence[Unit], until: float) -> None:
        best = self.best
        if best is None:
            return
        self.turn += 1
        jobs = [self._again(unit, best) for unit in wave]
        for job, outcome in zip(jobs, self._run_all(run, jobs, until, Text("改进", "Improving")), strict=True):
            if outcome.decided is not None and self.best is not None:
                self._judge(replaced(self.scenario, self.best.known, outcome.decided, job.squads), best.candidates)

    def _again(self, unit: Unit, best: Incumbent) -> Job:
        mine = tuple(c for c in best.candidates if set(unit) & {*c.squads, *c.helpers})
        others = [s.id for s in self.scenario.squads if s.id not in unit]
        return Job(
            squads=unit,
            limits=replace(self._limits(), seed=self.options.seed + self.turn),
            candidates=mine,
            held=frozenset(c.id for c in mine),
            frozen=as_frozen(self.scenario, best.known.only(self.scenario, others), mine),
            known=best.known.only(self.scenario, unit),
        )

    def _waves(self) -> Iterator[list[Unit]]:
        """Group the units into waves in which no two share a border hotspot, a presence or a remediation."""
        candidates = self.best.candidates if self.best is not None else ()
        left = list(self.units)
        while left:
            wave: list[Unit] = []
            for unit in left:
                if not any(touching(self.scenario, candidates, unit, other) for other in wave):
                    wave.append(unit)
            yield wave
            left = [unit for unit in left if unit not in wave]

    # -- bound ------------------------------------------------------------------------------------------------

    def prove(self, until: float) -> None:
        """Bound every unit without remediations; border windows are priced by what they miss in the best roster."""
        prices, constant = self._border_prices()
        jobs = [
            BoundJob(unit, self._limits(), tuple((w, p) for w, p in prices if _shares(self.scenario, w, unit)))
            for unit in self.units
        ]
        bounds = self._run_all(prove, jobs, until, Text("证明下界", "Proving a bound"))
        total = constant
        for job, bound in zip(jobs, bounds, strict=True):
            least = -sum(price * w.wanted for w, price in job.prices)
            total += least if bound is None else max(least, bound)
        self.bound = max(self.bound, total / GRAIN)
        self._say(Text("证明下界", "Proving a bound"))

    def _border_prices(self) -> tuple[tuple[tuple[OpenWindow, int], ...], int]:
        made: dict[tuple[str, object], int] = {}
        if self.best is not None:
            for (_, window), count in self.best.known.visits.items():
                made[window.hotspot, window.start] = made.get((window.hotspot, window.start), 0) + count
        unit_of = {squad: unit for unit in self.units for squad in unit}
        prices, constant = [], 0
        for hotspot in self.scenario.hotspots:
            if len({unit_of[s] for s in hotspot.squads}) < 2:
                continue
            for day in self.scenario.dates:
                for w in self.scenario.open_windows(hotspot.id, day):
                    one = window_units(self.scenario, w)
                    visits = min(w.wanted, made.get((w.hotspot, w.start), 0))
                    missing = w.wanted - visits
                    price = one * missing
                    prices.append((w, price))
                    constant += one * missing * (missing + 1) // 2 + price * visits
        return tuple(prices), constant

    # -- together -----------------------------------------------------------------------------------------------

    def _judge(self, known: Decided, candidates: tuple[Candidate, ...]) -> bool:
        """Audit decisions and keep them if they are better than the best; return whether they were."""
        findings = audit(self.scenario, assemble(self.scenario, known, candidates), rules=DECIDING)
        found = Incumbent(known, candidates, points(findings), tuple(hard(findings)))
        if self.best is not None and found.key >= self.best.key:
            return False
        self.best = found
        return True

    def _limits(self) -> Limits:
        """Return limits without a wall clock yet; `_timed` sets it when the job starts."""
        return Limits(seconds=None, deterministic=self.options.deterministic, seed=self.options.seed, threads=THREADS)

    def _run_all(self, fn: Callable[[J], T], jobs: Sequence[J], until: float, phase: Text) -> list[T]:
        """Run jobs side by side, sharing the time up to ``until`` evenly, and wait for all of them."""
        waiting = list(enumerate(jobs))
        running: dict[int, Future[T]] = {}
        done: dict[int, T] = {}
        while waiting or running:
            while waiting and len(running) < self.workers.count:
                n, job = waiting.pop(0)
                running[n] = self.workers.submit(fn, self._timed(job, until, len(waiting) + 1))
            finished, _ = wait(running.values(), timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for n in [n for n, future in running.items() if future in finished]:
                done[n] = running.pop(n).result()
                self._say(phase)
            if self.watch.left <= 0 and not self.workers.stop.is_set():
                self.workers.stop.set()
        return [done[n] for n in range(len(jobs))]

    def _timed(self, job: J, until: float, left: int) -> J:
        if job.limits.deterministic is not None:
            return job
        rounds = -(-left // self.workers.count)
        share = max(0.3, (until - self.watch.elapsed) / rounds)
        return replace(job, limits=replace(job.limits, seconds=share))

    def _say(self, phase: Text) -> None:
        best = self.best.points if self.best is not None else None
        self.watch.say(phase, best, self.bound or None)


def _shares(scenario: Scenario, window: OpenWindow, unit: Unit) -> bool:
    return bool(set(scenario.hotspot_by_id[window.hotspot].squads) & set(unit))
