"""The ways out of a shortfall, shared between processes, ranked, told and carried out.

The solver is loaded when the first way is tried here: the process beside has begun by then.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from domain.explanation import Entry, Offer, Option
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from scheduler.beside import Beside, shared
from scheduler.parallel import Workers, roster_here, scenario_here
from scheduler.way_jobs import ENOUGH, TURNS, Found, Job, is_of, jobs_of

if TYPE_CHECKING:
    from scheduler.way_solve import Trier


def offer(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    on: date | None = None,
    beside: Beside | None = None,
) -> Offer:
    """Return the options of an entry, cheapest first; the same every time it is asked.

    Every way is tried on its dearest date (or on the date asked for, and on no other), the quick ones on the next too;
    where that gives fewer than three, further turns look farther, until there are three.
    The process ``beside``, which knows scenario and roster, shares the work.
    """
    jobs, ranked = _ranked(scenario, roster, findings, entry, on, beside)
    vain = [jobs[n].way.text for n, found in ranked if found is None and not jobs[n].extra]
    options = (found.option for _, found in ranked if found is not None)
    return Offer(
        entry=entry.id if on is None else f"{entry.id}@{on:%m-%d}",
        options=tuple(o.model_copy(update={"number": n}) for n, o in enumerate(options, 1)),
        tried=tuple(dict.fromkeys(vain)),
    )


def offers(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], wanted: Sequence[Entry], workers: Workers
) -> Iterator[Offer]:
    """Yield the options of several entries in their order, worked out side by side."""
    from pebble import ProcessExpired  # here, as in `entries`

    futures: list[Future[Offer]] = []
    packed = pickle.dumps(roster.model_copy())
    for entry in wanted:
        futures.append(workers.submit(offer_here, packed, *_bare(findings, entry)))
    for entry, future in zip(wanted, futures, strict=True):
        try:
            yield future.result()
        except ProcessExpired:  # a process that died loses its own piece only
            yield offer(scenario, roster, findings, entry)


def offer_here(packed: bytes, findings: Sequence[Finding], entry: Entry) -> Offer:
    """Return the options of an entry of a packed roster, worked out in this process (see Workers)."""
    return offer(scenario_here(), roster_here(packed), findings, entry)


def applied(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    option: Option,
    on: date | None = None,
    beside: Beside | None = None,
) -> tuple[Scenario, Roster]:
    """Return the input and the roster with an option of ``offer`` carried out."""
    jobs, ranked = _ranked(scenario, roster, findings, entry, on, beside)
    chosen = [n for n, found in ranked if found is not None][option.number - 1]
    solved = _trier(scenario, roster).solved(jobs[chosen], entry)
    if solved is None:
        raise RuntimeError(f"{entry.id}:{option.number} was solved before")
    return solved.way.scenario, solved.roster


def _trier(scenario: Scenario, roster: Roster) -> Trier:
    from scheduler.way_solve import Trier

    return Trier(scenario, roster)


def _bare(findings: Sequence[Finding], entry: Entry) -> tuple[list[Finding], Entry]:
    """Return what a process is sent of an entry: its findings, and no reasons."""
    days = {d.day for d in entry.days}
    mine = [f for f in findings if f.where.day in days and is_of(f, entry, f.where.day)]
    return mine, entry.model_copy(update={"people": ()})


Task = tuple[Sequence[Finding], Entry, date | None, int, int]
"""A job as a process is told of it: what it is about, the turn, and its number in that turn."""


def _ranked(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    on: date | None,
    beside: Beside | None,
) -> tuple[list[Job], list[tuple[int, Found | None]]]:
    """Return the ways tried, and for each of them what came of it: those that work first, in order; one twice once."""
    jobs: list[Job] = []
    came: list[Found | None] = []
    here = _Here(scenario, roster)
    mine, bare = _bare(findings, entry)
    for turn in TURNS:
        now = here.jobs(mine, bare, on, turn)
        line = sorted(range(len(now)), key=lambda n: now[n].way.stage.days is not None)  # the long ones first
        shares = shared(beside, [(mine, bare, on, turn, n) for n in line], here.found, found_at)
        by_n: dict[int, Found | None] = dict(zip(line, shares, strict=True))
        jobs, came = [*jobs, *now], [*came, *(by_n[n] for n in range(len(now)))]
        kept: list[tuple[int, Found]] = []
        for n, found in enumerate(came):
            if found is not None and not any(found.rows == other.rows for _, other in kept):
                kept.append((n, found))
        if len(kept) >= ENOUGH:
            break
    kept.sort(key=lambda row: (bool(row[1].option.inputs), row[1].option.points, row[1].option.kind))
    return jobs, [*kept, *((n, None) for n in range(len(jobs)) if came[n] is None)]


@dataclass
class _Here:
    """Does jobs about one roster in this process; keeps those of the last question, and what tries them."""

    scenario: Scenario
    roster: Roster
    _asked: tuple[Entry, date | None, int] | None = None
    _jobs: list[Job] = field(default_factory=list)
    _trier: Trier | None = None

    def jobs(self, findings: Sequence[Finding], entry: Entry, on: date | None, turn: int) -> list[Job]:
        """Return the jobs of a turn."""
        if self._asked != (entry, on, turn):
            self._jobs = jobs_of(self.scenario, self.roster, findings, entry, on, turn)
            self._asked = entry, on, turn
        return self._jobs

    def found(self, task: Task) -> Found | None:
        """Return what comes of a job."""
        findings, entry, on, turn, n = task
        job = self.jobs(findings, entry, on, turn)[n]
        self._trier = self._trier or _trier(self.scenario, self.roster)
        return self._trier.found(job, entry)


_here: list[_Here] = []
"""What this process was asked about last, beside another."""


def found_at(scenario: Scenario, roster: Roster, task: Task) -> Found | None:
    """Return what comes of one job in a process beside the one that asks."""
    if not _here or _here[0].roster is not roster:
        _here[:] = [_Here(scenario, roster)]
    return _here[0].found(task)
