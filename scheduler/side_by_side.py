"""Runs the jobs of all units side by side in the processes there are, sharing the time among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import TypeVar

from pebble import ProcessExpired

from domain.scenario import Scenario
from domain.words import Text
from scheduler.job import Job
from scheduler.parallel import Workers
from scheduler.parts import BoundJob
from scheduler.progress import Options, Watch
from scheduler.second_look import LookJob

J = TypeVar("J", Job, BoundJob, LookJob)
T = TypeVar("T")

POLL_SECONDS = 0.1
FIXED_SECONDS = 2.0
"""Seconds that every job takes whatever its size: models are built."""


@dataclass
class SideBySide:
    """Solves the units of a scenario in processes, within the watch's time."""

    scenario: Scenario
    options: Options
    watch: Watch
    workers: Workers

    def _run_all(self, fn: Callable[[J], T], jobs: Sequence[J], until: float, phase: Text, nothing: T) -> list[T]:
        """Run jobs side by side, sharing the time up to ``until`` evenly, and wait for all of them.

        A job whose process dies is run once more; if that one dies too, its answer is ``nothing``.
        """
        died: set[int] = set()
        waiting = self._in_turn(jobs)
        running: dict[int, Future[T]] = {}
        ends: dict[int, float] = {}
        done: dict[int, T] = {}
        while waiting or running:
            while waiting and len(running) < self.workers.count:
                n, job = waiting.pop(0)
                taken = sum(max(0.0, ends[other] - self.watch.elapsed) for other in running)
                timed = self._timed(job, until, taken, [j for _, j in waiting])
                ends[n] = self.watch.elapsed + (timed.limits.seconds or 0.0)
                running[n] = self.workers.submit(fn, timed)
            finished, _ = wait(running.values(), timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for n in [n for n, future in running.items() if future in finished]:
                future = running.pop(n)
                lost = future.exception()
                if lost is None:
                    done[n] = future.result()
                elif not isinstance(lost, ProcessExpired):
                    raise lost
                elif n in died:
                    done[n] = nothing
                else:
                    died.add(n)
                    waiting.append((n, jobs[n]))
                self._say(phase)
            if self.watch.left <= 0 and not self.workers.stop.is_set():
                self.workers.stop.set()
        return [done[n] for n in range(len(jobs))]

    def _in_turn(self, jobs: Sequence[J]) -> list[tuple[int, J]]:
        """Return the jobs with their numbers in the order they start.

        Small units come first, as the time they leave goes to the later ones; but a unit that needs much of a process
        starts at once.
        """
        weights = [self._weight(job) for job in jobs]
        much = sum(weights) / (2 * self.workers.count)
        turn = sorted(range(len(jobs)), key=lambda n: -weights[n] if weights[n] > much else weights[n])
        return [(n, jobs[n]) for n in turn]

    def _timed(self, job: J, until: float, taken: float, left: Sequence[J]) -> J:
        """Give a job its part of the time: large units are much harder, so mainly by the square of their officers.

        ``taken`` are the seconds that jobs now running will still take.
        """
        if job.limits.deterministic is not None:
            return job
        total = sum(self._weight(j) for j in left) + self._weight(job)
        there = (until - self.watch.elapsed) * self.workers.count - taken
        fixed = min(FIXED_SECONDS, there / (len(left) + 1))
        share = fixed + max(0.0, there - fixed * (len(left) + 1)) * self._weight(job) / total
        return replace(job, limits=replace(job.limits, seconds=max(0.5, min(share, until - self.watch.elapsed))))

    def _weight(self, job: Job | BoundJob | LookJob) -> float:
        """Return the square of a unit's officers; squads that share a desk are as hard as one of their size."""
        return sum(len(self.scenario.officers_of(squad)) for squad in job.squads) ** 2

    def _say(self, phase: Text) -> None:
        self.watch.say(phase, None, None)
