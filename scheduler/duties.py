"""The duties of a part whose lines are known: who stands where, who makes which visits, who goes to a remediation.

Mostly the heads found day by day for every task fit together as they are: they are kept, and on most dates nothing is
left to decide. What is left is a model of the other dates alone: those with a remediation, those on which the lines fit
no column, and those with something that a date cannot see by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from constraints.s04_holding import holdings
from domain.calendar import DAY, dates
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import LockKind, Status
from scheduler.build import Built, build
from scheduler.day_slice import crosses_midnight
from scheduler.decided import Decided, as_remediation, visits_of
from scheduler.job import Job
from scheduler.kinds import Column
from scheduler.parallel import stopped_here
from scheduler.parts import DECIDING, Clock
from scheduler.solve import Outcome, solve

LEAST_SECONDS = 0.6
"""Wall seconds that a search for duties gets, however late it is."""
PATIENT_SECONDS = 10.0
"""Wall seconds that it gets where nothing was found: on a busy machine everything takes longer."""
GAP, PATIENT_GAP = 0.002, 0.03
NO_DATES = frozenset[date]()


def with_duties(scenario: Scenario, job: Job, clock: Clock, known: Decided, fitted: Collection[date]) -> Outcome:
    """Settle the duties while the shifts stay as they are, on the dates where something is left to decide.

    ``known`` has the lines, and heads and visits of the dates ``fitted``. Where no duties fit the lines, the shifts of
    the dates that are not fitted are opened, then those of days with a remediation, at last with all their duties.
    """
    unfitted = frozenset(scenario.dates) - frozenset(fitted)
    loose = job.busy | unfitted
    near = _closed(scenario, job, loose | _locked(scenario, job) | _linked(scenario, job, known))
    part = posted(scenario, job, near)
    kept = frozenset(fitted)
    steps = (
        (NO_DATES, kept, PATIENT_SECONDS, GAP),
        (unfitted, kept if unfitted else NO_DATES, LEAST_SECONDS, GAP),
        (loose, kept - loose, LEAST_SECONDS, GAP),
        (loose, NO_DATES, LEAST_SECONDS, GAP),
        (loose, NO_DATES, PATIENT_SECONDS, PATIENT_GAP),
    )
    for opened, settled, least, gap in steps:
        built = _opening(part, known, opened, settled)
        threads = 1 if settled and settled == kept else job.limits.threads
        limits = replace(clock.rest(least=least, gap=gap), light=True, threads=threads)
        found = solve(built, limits, known=known, stopped=stopped_here)
        if found.decided is not None:
            return Outcome(Status.FEASIBLE, _merged(known, found.decided, near), None, None)
    return Outcome(Status.UNKNOWN, None, None, None)


def anew(scenario: Scenario, job: Job, known: Decided, columns: Iterable[Column]) -> Decided:
    """Return what is known with the heads and visits of columns, but for dates on which duties say who may work.

    Where shifts or places reach into the next date all stays as it is.
    """
    if crosses_midnight(scenario, frozenset(job.squads)):
        return known
    kept = decisive(scenario, job)
    there = [column for column in columns if column.day not in kept]
    on = {column.day for column in there}
    staff = {key: n for key, n in known.staff.items() if key[1].start.date() not in on}
    visits = {key: n for key, n in known.visits.items() if key[1].day not in on}
    for column in there:
        staff |= column.staff
        visits |= column.visits
    return replace(known, staff=staff, visits=visits)


def posted(scenario: Scenario, job: Job, near: Collection[date] | None = None) -> Built:
    """Build the part of a job with all deciding rules; duties and visits on the dates ``near``, by default on all."""
    built = build(scenario, DECIDING, squads=job.squads, candidates=job.candidates, frozen=job.frozen, near=near)
    job.hold(built.model)
    return built


def decisive(scenario: Scenario, job: Job) -> frozenset[date]:
    """Return the dates on which duties say who may work: those with a remediation or with a locked duty."""
    return _closed(scenario, job, job.busy | _locked(scenario, job))


def _opening(part: Built, known: Decided, opened: Collection[date], settled: Collection[date]) -> Built:
    """Return the part with all shifts as known but on the dates ``opened``, and all heads on those ``settled``."""
    built = part.copy()
    model = built.model
    for (oid, shift), var in model.works.items():
        if not isinstance(var, int) and shift.day not in opened:
            model.cp.add(var == int((oid, shift) in known.shifts))
    for key, heads in model.staff.items():
        if key[1].start.date() in settled:
            model.cp.add(heads == known.staff.get(key, 0))
    model.cp.proto.objective.offset = 0.0  # heads that other dates lack are no part of a relative gap
    return built


def _merged(known: Decided, found: Decided, near: Collection[date]) -> Decided:
    """Return what was found, with heads and visits as known on the dates that were not looked at."""
    staff = {key: n for key, n in known.staff.items() if key[1].start.date() not in near}
    visits = {key: n for key, n in known.visits.items() if key[1].day not in near}
    return replace(found, staff={**staff, **found.staff}, visits={**visits, **found.visits})


def _closed(scenario: Scenario, job: Job, days: Collection[date]) -> frozenset[date]:
    """Return the dates and, where a shift or place reaches into the next one, those beside them."""
    if not crosses_midnight(scenario, frozenset(job.squads)):
        return frozenset(days)
    return frozenset(day + n * DAY for day in days for n in (-1, 0, 1)) & frozenset(scenario.dates)


def _locked(scenario: Scenario, job: Job) -> set[date]:
    """Return the dates on which somebody of the part has a locked duty."""
    people = {o.id for squad in job.squads for o in scenario.officers_of(squad)}
    return {lock.date for lock in scenario.locks if lock.kind is LockKind.DUTY and lock.officer in people}


def _linked(scenario: Scenario, job: Job, known: Decided) -> set[date]:
    """Return the dates with what one cannot see by itself: visits made twice over, or missing over several dates."""
    visits = visits_of(known)
    made: Counter[tuple[str, object]] = Counter()
    for row in (*visits, *job.frozen.visits):
        made[row.hotspot, row.start] += bool(row.count)
    twice = {row.start.date() for row in visits if made[row.hotspot, row.start] > 1}
    come = [as_remediation(c, c.host, "", ()) for c in job.candidates if c.id in job.held]
    owed = holdings(scenario, Roster(visits=visits, remediations=tuple(come)))
    short = (h for h in owed if h.squad in job.squads and h.end_day - h.day > DAY and h.reached < h.wanted)
    return twice | {day for h in short for day in dates(h.day, h.end_day)}
