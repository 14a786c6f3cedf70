"""How a part is solved: a first roster in three stages, and three ways to better one. Each runs in a process.

heads: how many of each class work each shift and day (see days). lines: which officers those are. duties: who stands
where, now that everybody's shifts are known. Afterwards `Way.WISHES` keeps the heads and shifts the lines about, and
`Way.SPAN` opens everything on a few days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from typing import Any

from constraints.base import GRAIN, OfficerClass
from constraints.s20_duty_switches import least_switches_by_shift
from domain.calendar import OpenWindow, ShiftDay
from domain.scenario import Scenario
from domain.words import DutyKind, Severity, Status
from scheduler.at_once import bettered
from scheduler.build import Built
from scheduler.days import Days, Month
from scheduler.decided import Decided
from scheduler.duties import PATIENT_SECONDS, anew, posted, with_duties
from scheduler.exchange import exchanged
from scheduler.job import Job, Way
from scheduler.kinds import Column
from scheduler.parallel import scenario_here, stopped_here
from scheduler.parts import DECIDING, Clock
from scheduler.polish import at_work, of_lines, polished
from scheduler.solve import Limits, Outcome, solve

HEADS_SHARE, LINES_SHARE = 0.6, 0.7
"""Shares of the time left that heads and lines get at least; the duties get the rest."""
AFTER_HEADS_SECONDS = 5.0
"""Wall seconds that lines and duties need at most; heads get more than their share where more is left."""
POLISH_SHARE = 0.4
"""Share of the time in which bettered heads get lines that meet more wishes."""
DUTIES_A_HEAD, MOVING_SHARE = 0.08, 0.6
"""Wall seconds for each officer that seeking duties anew takes once lines have been moved about, which get so much of
the time at least."""
HEADS_ROUNDS, HEADS_GAP, HEADS_STEADY = 80, 0.005, 2
SHORT_UNITS, BUSY_UNITS = 480_000, 4_800_000
"""Units (200 points, 2,000 on days with a remediation) for a head that the lines have less than the aim."""
EXCHANGE_SHARE = 0.7
"""Share of it in which the dates may exchange their columns; then heads stay, and lines are moved beneath them."""
STANDS_UNITS = 6 * GRAIN
"""Units for each officer that other heads must cost less for lines to be sought for them anew."""
LINES_GAP = 0.03
POLISH_A_HEAD = 0.3
"""Wall seconds for each officer for wishes after heads at most: what wishes lose must not hide what heads gain."""
LINES_LEAST_SECONDS, LINES_SECONDS = 2.0, 3.0
"""Wall seconds that lines get at least, and once more where there were none in time: they mostly end far sooner, and
lines that are cut short are bad, so that no duties fit them and far more time is lost."""
LINES_TRIES, LINES_RESERVE = 3, 0.25
"""The lines are sought so many times, as long as this share of the time is left for the duties."""
MATCHES, MATCH_RESERVE, LOST_UNITS = 4, 0.3, 20 * GRAIN
"""Heads are sought anew so many times, as long as this share of the time is left, where lines lose more units."""


def run(job: Job) -> Outcome:
    """Solve a job in this process (see Workers)."""
    scenario = scenario_here()
    if scenario.presences:
        scenario = scenario.model_copy(update={"presences": job.presences})
    clock = Clock(job.limits)
    if job.known is None:
        return from_heads(scenario, job, clock)
    if job.way is Way.HEADS:
        total = job.limits.seconds
        most = POLISH_A_HEAD * sum(len(scenario.officers_of(squad)) for squad in job.squads)
        share = POLISH_SHARE if total is None else min(POLISH_SHARE, most / total)
        share = share if job.wishes else 0.0
        found, days = _from_heads(scenario, job, clock, share)
        if found.decided is None or not job.wishes:
            return found
        rest = Clock(_most(clock.rest(), most))
        known = _exchanged(scenario, job, rest, days, found.decided)
        return replace(found, decided=polished(scenario, job, rest, known))
    if job.way is Way.WISHES:
        total = job.limits.seconds
        duties = DUTIES_A_HEAD * sum(len(scenario.officers_of(squad)) for squad in job.squads)
        share = 1.0 if total is None else max(MOVING_SHARE, 1.0 - duties / total)
        moved = polished(scenario, job, Clock(clock.rest(share)), job.known)
        days = _days(scenario, job)
        known = anew(scenario, job, moved, days.fitted(at_work(days.people, moved)))
        return Outcome(Status.FEASIBLE, known, None, None)
    if job.way is Way.DUTIES:
        return Outcome(Status.FEASIBLE, _duties_together(scenario, job, job.known, clock), None, None)
    return solve(span(scenario, job, job.known), clock.rest(), known=job.known, stopped=stopped_here)


def _most(limits: Limits, seconds: float) -> Limits:
    """Return limits of so many wall seconds at most, where they have any."""
    return limits if limits.seconds is None else replace(limits, seconds=min(seconds, limits.seconds))


def from_heads(scenario: Scenario, job: Job, clock: Clock) -> Outcome:
    """Make a roster of a part: heads of every day first, then the officers' lines to match, then the duties."""
    return _from_heads(scenario, job, clock)[0]


def _from_heads(scenario: Scenario, job: Job, clock: Clock, kept: float = 0.0) -> tuple[Outcome, Days]:
    """Make a roster of a part (see `from_heads`) and return the columns of its dates too.

    Heads leave a share ``kept`` of the time for what comes afterwards. Whatever the lines cannot match is made good
    by the last stage, where only the duties are open, and the shifts of days with a remediation as well if need be.
    """
    days = _days(scenario, job)
    left = clock.rest().seconds
    share = HEADS_SHARE if left is None else max(HEADS_SHARE, 1.0 - AFTER_HEADS_SECONDS / left)
    half = Clock(clock.rest((1.0 - kept) * share))
    steady = HEADS_STEADY if job.known is None else 3 * HEADS_STEADY
    month = days.run(half.go_on, rounds=HEADS_ROUNDS, gap=HEADS_GAP, start=job.start, steady=steady, deep=job.deep)
    month = bettered(days, month, half.rest())
    if job.wishes and job.known is not None:
        there = days.fitted(at_work(days.people, job.known))
        if _stands(scenario, job, days, month, there):
            known = anew(scenario, job, job.known, there)
            return Outcome(Status.FEASIBLE, known, None, None, days.learned()), days
    matched = _matched(scenario, job, clock, days, month)
    lines = matched.lines
    if lines.decided is None:
        asked = bool(job.quotas)  # what is asked of the squads may be what cannot be: that proves nothing
        return (replace(lines, status=Status.UNKNOWN) if asked else lines), days
    columns = matched.columns if job.known is None else days.fitted(at_work(days.people, lines.decided))
    fitted = {column.day for column in columns}
    found = with_duties(scenario, job, clock, replace(lines.decided, **_duties(columns)), fitted)
    return replace(found, learned=days.learned()), days


def _days(scenario: Scenario, job: Job) -> Days:
    """Return the dates of a job; once wishes count, they look at the changes of duty that heads need too (S20)."""
    return Days(
        scenario,
        [rule for rule in DECIDING if rule.id != "S11"],
        job.squads,
        candidates=job.candidates,
        quotas=dict(job.quotas),
        most=job.most,
        frozen=job.frozen,
        switches=least_switches_by_shift if job.wishes and job.known is not None else None,
        seed=job.limits.seed,
    )


def _duties_together(scenario: Scenario, job: Job, known: Decided, clock: Clock) -> Decided:
    """Seek the duties of several units anew beneath their lines, date by date; those that cost less are kept."""
    days = _days(scenario, job)
    heads = at_work(days.people, known)
    found = []
    for day in days.days:
        if not clock.go_on():
            break
        on = {key: n for key, n in heads.items() if key[1].day == day.day}
        there = Column(day.day, on, 0, known.staff, known.visits)
        now, column = day.kind.cost_of(there.moved(day.kind.day), days.seed), days.cheapest_with(day, heads)
        if now is not None and column is not None and column.cost < now:
            found.append(column)
    return anew(scenario, job, known, found)


def _stands(scenario: Scenario, job: Job, days: Days, month: Month, there: Sequence[Column]) -> bool:
    """Return whether the columns of known heads cost about as little as those of a month.

    Then it is better to move on from them and their lines, which have been bettered for long, than to seek lines anew.
    """
    officers = sum(len(scenario.officers_of(squad)) for squad in job.squads)
    if month.cost is None or len(there) < len(days.days):
        return month.cost is None
    return sum(column.cost for column in there) - month.cost <= STANDS_UNITS * officers


def _exchanged(scenario: Scenario, job: Job, clock: Clock, days: Days, known: Decided) -> Decided:
    """Better lines and the columns of the dates together; return what is known where that finds nothing."""
    found = exchanged(scenario, job, days, known, clock.rest(EXCHANGE_SHARE))
    if found is None:
        return known
    return with_duties(scenario, job, clock, found.known, found.fitted).decided or known


@dataclass(frozen=True)
class Matched:
    """Lines for the heads of a month, the columns of duties that fit them, and what those cost (units).

    It is infinite where some dates have none. ``short`` are the heads at work where the month wants more.
    """

    lines: Outcome
    columns: tuple[Column, ...] = ()
    cost: float = inf
    short: Mapping[tuple[OfficerClass, ShiftDay], int] = field(default_factory=dict)


def _matched(scenario: Scenario, job: Job, clock: Clock, days: Days, month: Month) -> Matched:
    """Find lines for the heads of a month; where they fall short, seek heads anew that ask for no more there.

    Sums over a class do not know all of what its few officers can do together.
    """
    best = found = _lines(scenario, job, clock, days, month)
    for _ in range(MATCHES):
        lost = inf if month.cost is None else found.cost - month.cost
        if not found.short or lost <= LOST_UNITS or clock.over(MATCH_RESERVE * (clock.limits.seconds or 0.0)):
            break
        month = days.within(found.short, found.columns, clock.go_on, gap=HEADS_GAP, steady=HEADS_STEADY)
        if not month.columns or (month.cost is not None and month.cost >= best.cost - LOST_UNITS):
            break
        found = _lines(scenario, job, clock, days, month)
        best = min(best, found, key=lambda m: m.cost)
    return best


def _lines(scenario: Scenario, job: Job, clock: Clock, days: Days, month: Month) -> Matched:
    """Find lines for the chosen heads, and the duties that fit them.

    Where heads fall short, the duties show what that costs on the day; at these prices the lines are sought again.
    """
    aim = {key: n for column in month.columns for key, n in column.needed.items()}
    sent = {
        (g, task.place): n
        for column in month.columns
        for (g, _, task), n in column.staff.items()
        if task.kind is DutyKind.REMEDIATION
    }
    prices: dict[date, int] = {}
    best = Matched(Outcome(Status.UNKNOWN, None, None, None))
    for _ in range(LINES_TRIES):
        few = replace(clock.rest(LINES_SHARE, least=LINES_LEAST_SECONDS, gap=LINES_GAP), lines=True)
        known = best.lines.decided or job.known
        built = lines_model(scenario, job, aim, sent, prices)
        lines = solve(built, few, known=known, stopped=stopped_here)
        for seconds, first in ((LINES_SECONDS, False), (PATIENT_SECONDS, True)):
            if lines.status is Status.UNKNOWN and best.lines.decided is None and few.seconds is not None:
                more = replace(few, seconds=seconds, first=first)
                lines = solve(built, more, known=known, stopped=stopped_here)
        if lines.decided is None:
            return best if best.lines.decided is not None else Matched(lines)
        heads = at_work(days.people, lines.decided)
        columns = days.fitted(heads, quick=True)
        cost = sum(c.cost for c in columns) if len(columns) == len(days.days) else inf
        if best.lines.decided is None or cost < best.cost:
            short = {key: heads.get(key, 0) for key, n in aim.items() if heads.get(key, 0) < n}
            best = Matched(lines, columns, cost, short)
        dearer = _dearer(month, columns, heads)
        before, prices = prices, {day: max(dearer.get(day, 0), prices.get(day, 0)) for day in {**prices, **dearer}}
        if prices == before or clock.over(LINES_RESERVE * (clock.limits.seconds or 0.0)):
            break
    return best


def _dearer(
    month: Month, columns: Sequence[Column], heads: Mapping[tuple[OfficerClass, ShiftDay], int]
) -> dict[date, int]:
    """Return what a head short of the aim costs on each date, where that is more than nothing."""
    wanted = {column.day: column for column in month.columns}
    found = {}
    for column in columns:
        aim = wanted.get(column.day, column)  # no columns were chosen where none fit together
        short = sum(max(0, n - heads.get(key, 0)) for key, n in aim.heads.items())
        if short and column.cost > aim.cost:
            found[column.day] = (column.cost - aim.cost) // short
    return found


def _duties(columns: Sequence[Column]) -> dict[str, Any]:
    """Return staff and visits of columns as parts of `Decided`."""
    staff = {key: n for column in columns for key, n in column.staff.items()}
    visits: dict[tuple[str, OpenWindow], int] = {key: n for column in columns for key, n in column.visits.items()}
    return {"staff": staff, "visits": visits}


def lines_model(
    scenario: Scenario,
    job: Job,
    aim: Mapping[tuple[OfficerClass, ShiftDay], int],
    sent: Mapping[tuple[OfficerClass, str], int],
    prices: Mapping[date, int],
) -> Built:
    """Build the officers' lines alone: no rules on heads, no wishes, and a price for every head short of the aim.

    ``prices`` say what a head costs on some dates (units). Heads on days with a remediation are dear, and so is whoever
    joins beyond what the aim sends of a class, so that posts and desk can stay manned meanwhile (R14).
    """
    rules = [r for r in DECIDING if r.id == "R01" or not (r.by_class or r.severity is Severity.WISH)]
    built = of_lines(scenario, job, rules)
    model = built.model
    job.hold(model)
    busy = {c.day for c in job.candidates if any(cid == c.id for (_, cid), _ in job.quotas)}
    for group, members in model.members.items():
        for shift in model.shift_days(members[0]):
            wanted = aim.get((group, shift), 0)
            if shift.day < model.days[0] or not wanted:
                continue
            heads = sum(model.works[o.id, shift] for o in members)
            short = model.cp.new_int_var(0, wanted, f"short/{group.force}/{group.tag}/{shift.day}/{shift.shift}")
            model.cp.add(heads + short >= wanted)
            built.cost.append((BUSY_UNITS if shift.day in busy else prices.get(shift.day, SHORT_UNITS)) * short)
        for c in (c for c in job.candidates if c.day in busy):
            joins = [literal for o in members if (literal := model.joins.get((o.id, c.id))) is not None]
            beyond = model.cp.new_int_var(0, len(members), f"beyond/{group.force}/{group.tag}/{c.id}")
            model.cp.add(sum(joins) - beyond <= sent.get((group, c.id), 0))
            built.cost.append(BUSY_UNITS * beyond)
    model.cp.minimize(sum(built.cost))
    return built


def span(scenario: Scenario, job: Job, known: Decided) -> Built:
    """Build the part with all rules and only the job's days open; on the others shifts, duties and visits stay."""
    built = posted(scenario, job)
    model = built.model
    for (oid, shift), var in model.works.items():
        if shift.day not in job.days and not isinstance(var, int):
            model.cp.add(var == int((oid, shift) in known.shifts))
    for key, heads in model.staff.items():
        if key[1].start.date() not in job.days:
            model.cp.add(heads == known.staff.get(key, 0))
    for visit, count in model.visits.items():
        if visit[1].day not in job.days and not isinstance(count, int):
            model.cp.add(count == known.visits.get(visit, 0))
    return built
