"""How the time of a run is shared among the stages of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.job import Way
from scheduler.parts import Unit, units
from scheduler.side_by_side import SideBySide

OFFICERS_A_PROCESS = 145
"""Officers for each process where the seconds below were measured: 290 of the sample on two."""
FIRST_SECONDS, FIRST_SHARE = 28.0, 0.45
"""The first roster's jobs are timed to end this long after the start, and run over a little; at most this share."""
SHARES = {Way.WISHES: (0.95, 40.0), Way.HEADS: (0.5, 90.0), Way.DUTIES: (0.3, 15.0), Way.SPAN: (0.5, 40.0)}
"""Share of the time left that each way gets, and at most how many seconds."""
WISHES_A_HEAD, LEAST_WISHES_SECONDS = 0.3, 10.0
"""Processor seconds for each officer that moving lines about gets in one turn at most, but so many wall seconds."""
PROOF_SHARE = (0.46, 125.0)
"""Share of the time left that the proof gets, where all processes work on it, and at most how many seconds."""
LOOK_SHARE = {False: (0.08, 15.0), True: (0.4, 90.0)}
"""Share of the time left that a second look at dates gets, of units and of two neighbours as one, and at most how many
seconds."""
LEAST_SECONDS = {Way.HEADS: 3.0, Way.WISHES: 1.5, Way.DUTIES: 1.0, Way.SPAN: 2.5}
"""Wall seconds a job of each way needs to do any good."""
NAMING_SECONDS_A_DAY = 0.02
"""Wall seconds that naming one squad's day takes in one process."""


@dataclass
class Timed(SideBySide):
    """Knows how long each stage may take; seconds are by the clock of the watch."""

    def __post_init__(self) -> None:
        self.units = units(self.scenario)

    def _after(self, end: float, share: float, most: float) -> float:
        """Return the time of the watch after a share of what is left until ``end``, ``most`` seconds from now.

        On a slow machine ``most`` is more.
        """
        return self.watch.elapsed + min(self.watch.pace * most, share * max(0.0, end - self.watch.elapsed))

    def _load(self) -> float:
        """Return how many times more work each process has than it had where the seconds here were measured."""
        return max(1.0, len(self.scenario.officers) / (OFFICERS_A_PROCESS * self.workers.count))

    def _first_seconds(self) -> float:
        """Return the wall seconds for the first roster from now on."""
        return max(10.0, self._load() * FIRST_SECONDS - self.watch.elapsed / self.watch.pace)

    def naming_seconds(self) -> float:
        """Return the wall seconds to keep for naming and the audit after it."""
        work = len(self.scenario.squads) * len(self.scenario.dates) / self.workers.count
        return 1.0 + NAMING_SECONDS_A_DAY * work * self.watch.pace

    def _until(self, end: float, way: Way) -> float:
        """Return the time of the watch until which a way of bettering the roster may go on."""
        share, most = SHARES[way]
        most *= self._load()
        return self._after(end, share, min(most, self._wishes_seconds()) if way is Way.WISHES else most)

    def _until_looked(self, end: float, some: Sequence[Unit]) -> float:
        """Return the time of the watch until which dates of units, or of two as one, may be looked at once more."""
        share, most = LOOK_SHARE[any(unit not in self.units for unit in some)]
        return self._after(end, share, self._load() * most)

    def _wishes_seconds(self) -> float:
        """Return the wall seconds in which moving lines about does most of its good."""
        return max(LEAST_WISHES_SECONDS, WISHES_A_HEAD * len(self.scenario.officers) / self.workers.count)

    def _rounds(self) -> float:
        """Return how many jobs each process gets when every unit has one."""
        return max(1.0, len(self.units) / self.workers.count)
