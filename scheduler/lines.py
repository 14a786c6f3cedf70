"""Solves a scenario in which shifts are all there is to decide, line by line.

1. first (`line_first`): every officer in turn takes the line that is best around what the others have by then.
2. generate (`line_generate`): lines and prices in turn. This proves the bound.
3. better (`line_jobs`, `line_rounds`): the mix is made whole, and parts of the roster are solved again around the rest.

Every process keeps some officers' walks; each stage can be stopped at any time and leaves roster and bound as they are.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress

from pebble import ProcessExpired

from domain.scenario import Scenario
from domain.words import Status, Text
from scheduler.line_crew import Crew, OutOfTime
from scheduler.line_first import FIRST, First
from scheduler.line_generate import Generator
from scheduler.line_jobs import Jobs
from scheduler.line_known import Known
from scheduler.line_master import Master
from scheduler.line_model import Unread
from scheduler.line_rounds import Bettered, Part, better_here, walks_here
from scheduler.line_solved import ONE_MODEL, Solved, solve_in_one
from scheduler.line_steps import TooManyStates
from scheduler.line_tidy import Never
from scheduler.parallel import Inside, Workers, workers_for
from scheduler.progress import Options, Watch

BETTER = Text("改进", "Bettering")
GENERATE_SHARE, DESCEND_SHARE = 0.5, 0.3
MOST_TURNS = 6


def solve_lines(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    """Solve until proven optimal, out of time or stopped; what is found by then is returned."""
    try:
        return _by_lines(scenario, options, watch)
    except Never:
        return Solved(status=Status.INFEASIBLE)
    except (TooManyStates, Unread):
        return solve_in_one(scenario, options, watch)


def _by_lines(scenario: Scenario, options: Options, watch: Watch) -> Solved:
    with ExitStack() as stack:
        count = max(1, min(options.workers, len(scenario.officers)))
        workers = [stack.enter_context(workers_for(scenario, 1))]
        if not isinstance(workers[0], Inside):  # a thread shares its process, so there is room for one
            workers += [stack.enter_context(workers_for(scenario, 1)) for _ in range(count - 1)]
        lines = Lines(scenario, options, watch, workers)
        with suppress(OutOfTime):  # what is known stands; the job that went on ends with its process
            lines.run()
        return lines.known.solved()


class Lines:
    """The engine over lines; ``known`` may be read at any time."""

    def __init__(self, scenario: Scenario, options: Options, watch: Watch, workers: Sequence[Workers]) -> None:
        self._watch = watch
        self.known = Known(scenario, watch, options)
        self._crew = Crew(workers, self.known.everyone, watch)
        self._dice = random.Random(options.seed)
        self._generator = Generator(self.known, self._crew, Master(self.known.ties, self.known.everyone))

    def run(self) -> None:
        """Go through all stages within the watch's time.

        Raises
        ------
        OutOfTime
            If the time is up and a process has not heard of it.
        """
        self._watch.say(FIRST)
        walks = self._crew.ask_all(walks_here, self.known.ties)
        self.known.step = max(1, math.gcd(*(walk.step for walk in walks)))
        long = any(walk.long for walk in walks)
        first = First(self.known, self._crew, self._generator.master, self._dice)
        if self._watch.left > 0 and long:
            first.run(1)
            self._generator.descend(self._watch.elapsed + DESCEND_SHARE * self._watch.left)
        if self._watch.left > 0:
            first.run(MOST_TURNS if long else 2)
        if self._watch.left > 0 and not long:
            self._generator.generate(self._watch.elapsed + GENERATE_SHARE * self._watch.left)
        if self.known.lines or not long:
            self._better(Jobs(self.known, self._generator, self._dice, long=long))

    def _better(self, jobs: Jobs) -> None:
        """Dive, and solve parts again around the rest, one job a process, until the time is up or nothing is open."""
        known, crew = self.known, self._crew
        running: dict[Future[Bettered], tuple[Workers, Part, float]] = {}
        idle = list(crew.workers)
        while known.is_open:
            while idle:
                worker, part = idle.pop(), jobs.draw([part for _, part, _ in running.values()])
                running[worker.submit(better_here, part)] = (worker, part, time.monotonic())
            for future in crew.finished(running):
                worker, part, begun = running.pop(future)
                idle.append(worker)
                before, found = known.cost, self._take(future)
                if found is not None:
                    gain = before - known.cost if math.isfinite(before) else 0.0
                    jobs.heard(part, found, gain, time.monotonic() - begun)
            known.say(BETTER)
        crew.stop()
        while running and self._watch.left <= 0:
            for future in crew.finished(running):
                del running[future]
                self._take(future)

    def _take(self, future: Future[Bettered]) -> Bettered | None:
        """Keep what a job has bettered, if it is still better around what the others have become; return it."""
        lost = future.exception()
        if isinstance(lost, ProcessExpired):
            return None  # its job is lost, the next one makes the walks anew
        found = future.result()
        self._generator.master.add(found.columns)
        if found.bound is not None:
            self.known.prove(found.bound, ONE_MODEL)
        if found.lines:
            self.known.keep({**self.known.lines, **found.lines})
        return found
