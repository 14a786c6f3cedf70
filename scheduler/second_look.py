"""What dates cost beyond what the proofs of their units say, at the very prices of these proofs.

A proof solves the dates of a unit again and again, so its models are kept small: changes of duty are counted by class,
and visits on borders are paid for instead of being shared with the neighbour. At the prices where it ends, each kind of
date is solved once more with changes of duty shift by shift, and two neighbours as one with what they share. Any prices
bound the month, so whatever dates cost more may be added to the bound, date by date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, partial
from itertools import pairwise
from math import floor

from constraints.base import GRAIN, Candidate, Task
from constraints.s12_post_rotation import Stand
from constraints.s20_duty_switches import least_switches_by_shift
from domain.calendar import Need
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler.asking import Asking
from scheduler.days import Days
from scheduler.kinds import Column, Dated, tag_of
from scheduler.mip import Effort
from scheduler.parallel import scenario_here
from scheduler.parts import Clock, Proof, Unit, bare_days, borders, recutting
from scheduler.recut import NEVER, Cut, Spared, cuts_of
from scheduler.relaxed import Border, Tag
from scheduler.sending import Key, Sent, cut_by_key, key_of, marks_of, part_of, sending_to
from scheduler.solve import Limits
from scheduler.sparing import sparing

LOOK = Effort(GRAIN // 4, 0.1, 5000)
"""How far a date is solved."""

LOOK_BEYOND = GRAIN
"""Units by which two neighbours must fail to fit together on a date for it to be looked at with them as one."""
HOUR = timedelta(hours=1)

More = Mapping[date, int]
"""Units that a date costs more than the proofs say."""


@dataclass(frozen=True)
class LookJob:
    """A second look at the dates of one unit or of two neighbours as one.

    ``prices`` are paid for visits to windows that others share too, ``presence_points`` are as in `BoundJob`. ``sums``
    and ``tolls`` are the prices of the proofs, ``least`` what each date costs by them (units), with the windows
    that only these units share. ``asked`` are the dates worth a look, ``held`` remediations by id whose
    dates are looked at as well.
    """

    squads: Unit
    limits: Limits
    prices: Mapping[Tag, int] = field(default_factory=dict)
    presence_points: int = 0
    sums: Mapping[str, float] = field(default_factory=dict)
    tolls: Mapping[Stand, int] = field(default_factory=dict)
    least: Mapping[date, float] = field(default_factory=dict)
    asked: frozenset[date] = frozenset()
    held: frozenset[str] = frozenset()
    most: Mapping[str, float] | None = None


def look_job(
    scenario: Scenario,
    proofs: Mapping[Unit, Proof],
    limits: Limits,
    prices: Mapping[Tag, int],
    presence_points: int,
    most: Mapping[str, float] | None,
    held: Collection[str] = (),
) -> LookJob | None:
    """Return a second look at the units of ``proofs`` as one; None where one of them has not told its prices."""
    squads = tuple(s.id for s in scenario.squads if any(s.id in unit for unit in proofs))
    told = [proof.at for proof in proofs.values() if proof.at is not None]
    if len(told) < len(proofs):
        return None
    spots = scenario.hotspot_by_id
    inside = {tag: x for tag, x in borders(scenario).items() if _only(scenario, spots[str(tag[0])].squads, squads)}
    least, asked = {}, set()
    for on in scenario.dates:
        windows = [tag for tag in _open(scenario, on) if tag in inside]
        presences = _presences(scenario, proofs, on)
        least[on] = sum(at.least.get(on, 0.0) for at in told)
        least[on] += sum(inside[tag].least(prices.get(tag, 0)) / inside[tag].dates for tag in windows)
        least[on] -= sum(_owed(need) * (n - 1) for need, n in presences.items()) * presence_points * GRAIN
        columns = [at.columns[on] for at in told if on in at.columns]
        beyond = sum(_beyond(inside[tag], prices.get(tag, 0), columns, tag) for tag in windows)
        beyond += sum(_too_many(need, columns) for need in presences) * presence_points * GRAIN
        if len(proofs) == 1 or len(columns) < len(told) or beyond >= LOOK_BEYOND:
            asked.add(on)
    return LookJob(
        squads,
        limits,
        {tag: price for tag, price in prices.items() if tag not in inside},
        presence_points,
        {name: price for at in told for name, price in at.sums.items()},
        {stand: toll for at in told for stand, toll in at.tolls.items()},
        least,
        frozenset(asked),
        frozenset(held),
        most=most,
    )


def _only(scenario: Scenario, visiting: Iterable[str], squads: Collection[str]) -> bool:
    """Return whether of those who visit a place nobody is in the scenario but some squads."""
    return all(s in squads for s in visiting if s in scenario.squad_by_id)


def _open(scenario: Scenario, on: date) -> list[Tag]:
    """Return the windows that are open on a date."""
    return [tag_of(w) for hotspot in scenario.hotspots for w in scenario.open_windows(hotspot.id, on)]


def _presences(scenario: Scenario, some: Collection[Unit], on: date) -> dict[Need, int]:
    """Return the needs of presences on a date that several of some units share, and how many of them."""
    found = {}
    for need in scenario.presence_needs:
        squads = set(scenario.presence_by_id[need.place].squads)
        sharing = sum(1 for unit in some if squads & set(unit))
        if need.day == on and sharing > 1:
            found[need] = sharing
    return found


def _owed(need: Need) -> float:
    """Return the hours of all heads of a need."""
    return need.heads * (need.end - need.start) / HOUR


def _beyond(border: Border, price: int, columns: Iterable[Column], tag: Tag) -> float:
    """Return what the visits of some columns to a window cost beyond the least at its price, in units.

    By that much at most a date costs more than its units alone. Where it is nothing they share the window well.
    """
    made: float = sum(column.visits_by_window.get(tag, 0.0) for column in columns)
    missed = max(0.0, border.wanted - made)
    return border.units * missed * (missed + 1) / 2 + price * made - border.least(price) / border.dates


def _too_many(need: Need, columns: Iterable[Column]) -> float:
    """Return the hours of heads that some columns have at a presence beyond what it needs."""
    rows = [
        (max(period.start, need.start), min(period.end, need.end), n)
        for column in columns
        for (_, period, task), n in column.staff.items()
        if task == Task(DutyKind.PRESENCE, need.place) and period.start < need.end and need.start < period.end
    ]
    marks = sorted({mark for start, end, _ in rows for mark in (start, end)})
    hours: float = sum(
        max(0, sum(n for start, end, n in rows if start <= a and b <= end) - need.heads) * ((b - a) / HOUR)
        for a, b in pairwise(marks)
    )
    return hours


@dataclass(frozen=True)
class Seen:
    """What a second look has found: what dates cost more, and of dates with remediations what else proofs tell of."""

    more: More = field(default_factory=dict)
    spared: Spared = field(default_factory=dict)
    sent: Sent = field(default_factory=dict)


def look_again(job: LookJob) -> Seen:
    """Look at dates that are asked, and at those with remediations that are held, as far as there is time."""
    clock = Clock(job.limits)
    scenario = scenario_here()
    met = [spot.id for spot in scenario.hotspots if _only(scenario, spot.squads, job.squads)]
    days = bare_days(scenario, job.squads, job, least_switches_by_shift, met)
    if not set(job.sums) <= set(days.names):
        return Seen()
    days.charge(job.prices)
    days.toll(job.tolls)
    duals = [job.sums.get(name, 0.0) for name in days.names]
    effort = replace(LOOK, seed=days.seed)
    candidates = recutting(scenario, job.squads) if job.held else ()
    cuts = cuts_of(scenario, job.squads, candidates)
    there = [c for c in candidates if c.id in job.held]
    recut = sparing(days, duals, job.least, lambda day: day.own, cuts.values())
    recut.solve(effort, clock.go_on, wanted={cuts[c.id] for c in there})
    more = _more(days, job, duals, effort, clock)
    sends = _sending(days, job, duals, candidates, cuts)
    sends.solve(effort, clock.go_on, wanted={key for c in there if (key := key_of(c, job.squads)) is not None})
    sent = {key: floor(min(NEVER, extra)) for key, extra in sends.extra().items()}
    return Seen(more, recut.told, sent)


def _sending(
    days: Days, job: LookJob, duals: Sequence[float], candidates: Sequence[Candidate], cuts: Mapping[str, Cut]
) -> Asking[Key]:
    """Ask what dates cost with people sent to candidates on them."""
    found: Asking[Key] = Asking()
    cut_at = cut_by_key(job.squads, candidates, cuts)
    on = {day.day: day for day in days.days}
    for key, c in {key: c for c in candidates if (key := key_of(c, job.squads)) is not None}.items():
        day, marks = on[c.day], marks_of(on[c.day], cut_at[key])
        prices, rounding = days.prices_of(day, duals)
        build = partial(sending_to, days, day.own, day, {c: key[2]}, marks)
        found.ask(key, job.least[c.day] + rounding, (id(day.own), part_of(day, key), marks), prices, build)
    return found


def _more(days: Days, job: LookJob, duals: Sequence[float], effort: Effort, clock: Clock) -> More:
    """Return what dates cost more than the proofs say, as far as there is time.

    Kinds of many dates come first; then dates with conditions of their own that their kind's cheapest heads break.
    """
    alike: dict[object, list[Dated]] = defaultdict(list)
    for day in (day for day in days.days if day.day in job.asked):
        alike[id(day.kind), days.prices_of(day, duals)[0]].append(day)
    in_turn = [day for dates in sorted(alike.values(), key=len, reverse=True) for day in dates]
    found: dict[date, int] = {}
    for own in (False, True):
        again = []
        for day in in_turn:
            if not clock.go_on():
                return found
            least, kept = days.least_of(day, day.own if own else day.kind, duals, effort)
            more = floor(least - job.least[day.day])
            if more > found.get(day.day, 0):
                found[day.day] = more
            if not kept:
                again.append(day)
        in_turn = again
    return found


@dataclass(frozen=True)
class Looked:
    """What second looks add to a bound: of each date those of them that no two have a unit in common."""

    on: Mapping[date, tuple[tuple[Unit, int], ...]]

    @property
    def total(self) -> int:
        """All of it, in units."""
        return sum(more for rows in self.on.values() for _, more in rows)

    def of(self, on: date, squads: Collection[str]) -> int:
        """Return what is added for units with some squads among them on a date.

        What is found from the proofs that something costs there may be that much less beyond it.
        """
        return sum(more for unit, more in self.on.get(on, ()) if set(unit) & set(squads))


def looked(found: Mapping[Unit, More], squads: Collection[str]) -> Looked:
    """Choose among second looks at some ``squads`` on each date, so that they add up to most."""
    rows: dict[date, list[tuple[Unit, int]]] = defaultdict(list)
    for unit, more in found.items():
        for on, extra in more.items() if set(unit) <= set(squads) else ():
            rows[on].append((unit, extra))
    return Looked({on: _apart(there) for on, there in rows.items()})


def _apart(rows: list[tuple[Unit, int]]) -> tuple[tuple[Unit, int], ...]:
    """Return rows without common squads that add up to most."""

    @cache
    def best(n: int, taken: frozenset[str]) -> tuple[int, tuple[tuple[Unit, int], ...]]:
        if n == len(rows):
            return 0, ()
        without = best(n + 1, taken)
        unit, more = rows[n]
        if taken & set(unit):
            return without
        total, others = best(n + 1, taken | set(unit))
        return max(without, (total + more, ((unit, more), *others)), key=lambda found: found[0])

    return best(0, frozenset())[1]
