"""The ways out of a shortfall, shared between processes, ranked, told and carried out.

The solver is loaded when the first way is tried here: the process beside has begun by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import date
from typing import TYPE_CHECKING

from pebble import ProcessExpired

from domain.explanation import Entry, Offer, Option
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from scheduler.beside import Beside, shared
from scheduler.parallel import Workers, scenario_here
from scheduler.way_jobs import Found, Job, is_of, jobs_of

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

    Every way is tried on its dearest date (or on the date asked for, and on no other), the quick ones on the next too.
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
    futures: list[Future[Offer]] = []
    for entry in wanted:
        futures.append(workers.submit(offer_here, roster, *_bare(findings, entry)))
    for entry, future in zip(wanted, futures, strict=True):
        try:
            yield future.result()
        except ProcessExpired:  # a process that died loses its own piece only
            yield offer(scenario, roster, findings, entry)


def offer_here(roster: Roster, findings: Sequence[Finding], entry: Entry) -> Offer:
    """Return the options of an entry, worked out in this process (see Workers)."""
    return offer(scenario_here(), roster, findings, entry)


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
    mine = [f for f in findings if any(is_of(f, entry, d.day) for d in entry.days)]
    return mine, entry.model_copy(update={"people": ()})


def _ranked(
    scenario: Scenario,
    roster: Roster,
    findings: Sequence[Finding],
    entry: Entry,
    on: date | None,
    beside: Beside | None,
) -> tuple[list[Job], list[tuple[int, Found | None]]]:
    """Return the ways tried, and for each of them what came of it: those that work first, in order; one twice once."""
    jobs = jobs_of(scenario, roster, findings, entry, on)
    tried: list[Trier] = []

    def here(job: tuple[Sequence[Finding], Entry, date | None, int]) -> Found | None:
        tried[:] = tried or [_trier(scenario, roster)]
        return tried[0].found(jobs[job[-1]], entry)

    mine, bare = _bare(findings, entry)
    line = sorted(range(len(jobs)), key=lambda n: jobs[n].way.stage.days is not None)  # the long ones first
    shares = shared(beside, [(mine, bare, on, n) for n in line], here, found_at)
    by_n: dict[int, Found | None] = dict(zip(line, shares, strict=True))
    kept: list[tuple[int, Found]] = []
    for n in range(len(jobs)):
        found = by_n[n]
        if found is not None and not any(found.rows == other.rows for _, other in kept):
            kept.append((n, found))
    kept.sort(key=lambda row: (bool(row[1].option.inputs), row[1].option.points, row[1].option.kind))
    return jobs, [*kept, *((n, None) for n in range(len(jobs)) if by_n[n] is None)]


_asked: list[tuple[Roster, Entry, date | None, list[Job], Trier]] = []
"""The last question that this process was asked beside another: its jobs are the same ones."""


def found_at(
    scenario: Scenario, roster: Roster, job: tuple[Sequence[Finding], Entry, date | None, int]
) -> Found | None:
    """Return what comes of one way, by its number, in a process beside the one that asks."""
    findings, entry, on, n = job
    if not _asked or _asked[0][0] is not roster or _asked[0][1:3] != (entry, on):
        _asked[:] = [(roster, entry, on, jobs_of(scenario, roster, findings, entry, on), _trier(scenario, roster))]
    *_, jobs, trier = _asked[0]
    return trier.found(jobs[n], entry)
