"""Runs what-if jobs side by side: stored as they land, repeated once where a process died, stopped when asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, Protocol, TypeVar

from domain.whatif import Ending, Outcome
from domain.words import Text
from scheduler.runs import Landed, RunJob, run
from scheduler.store import Store
from scheduler.warm import Start

T = TypeVar("T")
POLL_SECONDS = 0.2
MOST_TRIES = 2


class Executor(Protocol):
    """Where runs go: shaped like ``concurrent.futures.Executor``; ``count`` runs go on side by side.

    One run may take up to ``most_places`` of them.
    """

    count: int
    most_places: int

    def submit(self, fn: Callable[..., T], *args: Any) -> Future[T]:  # noqa: ANN401
        """Run ``fn(*args)`` elsewhere."""

    def lost(self, error: BaseException) -> bool:
        """Return whether an error of a future means that its process or machine went away."""

    def gone(self) -> bool:
        """Return whether nothing submitted will ever come back."""

    def stop_name(self) -> str | None:
        """Return the name of the event that running jobs listen to, if they cannot simply be ended."""


@dataclass(frozen=True)
class FarmProgress:
    """How far the runs are; ``left_s`` is an estimate of the wall seconds left, None before anything is known."""

    done: int
    running: int
    left: int
    reused: int
    elapsed_s: float
    left_s: float | None


@dataclass
class Farm:
    """Runs jobs on an executor; ``held_s`` is the time that jobs held a place, ``solve_s`` what they worked in it."""

    executor: Executor
    store: Store
    resume: bool
    where: str = "processes"
    tell: Callable[[FarmProgress], None] = lambda progress: None
    stop: Event = field(default_factory=Event)
    runs: int = 0
    reused: int = 0
    held_s: float = 0.0
    solve_s: float = 0.0
    took_s: float = 0.0
    """What the runs took by the clock, the longer limit of a base put down to that of the others."""
    started: float = field(default_factory=time.monotonic)
    known: dict[str, Landed] = field(default_factory=dict)
    expected_s: float | None = None
    """What a run is expected to take before one has landed."""

    def run(self, jobs: Sequence[RunJob]) -> dict[str, Landed]:
        """Return what the jobs came to by key; equal keys run once, those cut off by a stop are missing.

        A job waits for the one it starts from; meanwhile those that start from none take the free places.
        """
        waiting: list[RunJob] = []
        for job in {job.key: job for job in jobs}.values():
            if job.key in self.known:
                continue
            stored = self.store.get(job.key) if self.resume else None
            if stored is not None:
                self.known[job.key] = stored
                self.reused += 1
            else:
                waiting.append(job)
        self._run(waiting)
        return {job.key: self.known[job.key] for job in jobs if job.key in self.known}

    def _run(self, waiting: list[RunJob]) -> None:
        running: dict[Future[Landed], tuple[RunJob, float]] = {}
        tries: dict[str, int] = {}
        failed: BaseException | None = None
        landed: list[tuple[Landed, float, RunJob]] = []

        def under_way() -> set[str]:
            return {job.key for job, _ in running.values()} | {one.key for one, *_ in landed}

        while waiting or running or landed:
            while waiting and not self.stop.is_set():
                free = self.executor.count - sum(job.places for job, _ in running.values())
                ready = self._next(waiting, under_way(), free)
                if ready is None:
                    break
                tries[ready.key] = tries.get(ready.key, 0) + 1
                running[self.executor.submit(run, ready)] = ready, time.monotonic()
            for one, held_s, job in landed:  # the places are taken again by now, so that storing holds up nobody
                self._land(one, held_s, job)
            landed.clear()
            self._tell(len(waiting), [since for _, since in running.values()])
            if self.stop.is_set():
                for future in running:
                    future.cancel()
                break
            if self.executor.gone():
                self.known |= {job.key: _lost(job) for job in (*waiting, *(job for job, _ in running.values()))}
                break
            finished, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                job, since = running.pop(future)
                error = CancelledError() if future.cancelled() else future.exception()
                if error is None:
                    landed.append((future.result(), time.monotonic() - since, job))
                elif not self.executor.lost(error):
                    failed = failed or error
                elif tries[job.key] < MOST_TRIES:
                    waiting.insert(0, job)  # others may wait for it
                else:
                    self.known[job.key] = _lost(job)
        if failed is not None:
            raise failed

    def _next(self, waiting: list[RunJob], under_way: Collection[str], free: int) -> RunJob | None:
        """Take the first job that need not wait and give it its start; None while all wait for one under way.

        A job that needs more places than are free holds up those after it, or it would never begin.
        """
        coming = {job.key for job in waiting} | set(under_way)
        for n, job in enumerate(waiting):
            if job.after is None or job.after.key not in coming:
                if job.places > free:
                    return None
                return self._started(waiting.pop(n))
        return None

    def _started(self, job: RunJob) -> RunJob:
        """Return a job with the roster it starts from, if the run before it found one."""
        if job.after is None:
            return job
        before = self.known.get(job.after.key)
        if before is None or before.result is None:
            return replace(job, after=None)
        return replace(job, after=None, start=Start(job.after.scenario, before.result.roster, before.taught))

    def _land(self, landed: Landed, held_s: float, job: RunJob) -> None:
        if landed.outcome.ending is not Ending.NO_ROSTER:  # a quieter machine may find one: a resume tries again
            self.store.put(landed)
        self.known[landed.key] = landed
        self.runs += 1
        self.held_s += held_s * job.places
        self.solve_s += landed.outcome.seconds * job.places
        self.took_s += held_s * (1.0 if self.expected_s is None else self.expected_s / job.options.seconds)

    def _tell(self, left: int, since: Sequence[float]) -> None:
        now = time.monotonic()
        a_run = self.took_s / self.runs if self.runs else self.expected_s
        left_s: float | None = None
        if a_run is not None:
            open_s = sum(max(0.0, a_run - (now - s)) for s in since) + a_run * left
            left_s = open_s / max(1, min(self.executor.count, left + len(since)))
        self.tell(FarmProgress(self.runs, len(since), left, self.reused, now - self.started, left_s))

    @property
    def overhead(self) -> float | None:
        """Return the share of time that places were held without work, of the time worked; None before any run."""
        return (self.held_s - self.solve_s) / self.solve_s if self.solve_s > 0 else None


def _lost(job: RunJob) -> Landed:
    reason = Text("求解进程或集群中断,请用 --resume 再试", "its process or cluster died; try again with --resume")
    return Landed(key=job.key, outcome=Outcome(ending=Ending.LOST, reasons=(reason,)))
