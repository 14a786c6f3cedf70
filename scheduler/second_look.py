"""What dates cost beyond what the proofs of their units say, at the very prices of these proofs.

A proof solves the dates of a unit again and again, so its models are kept small: changes of duty are counted by class,
and visits on borders are paid for instead of being shared with the neighbour. At the prices where it ends, each kind of
date is solved once more with changes of duty shift by shift, and two neighbours as one with what they share. Any prices
bound the month, so whatever dates cost more may be added to the bound, date by date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import floor

from constraints.base import GRAIN
from constraints.s12_post_rotation import Stand
from constraints.s20_duty_switches import least_switches_by_shift
from domain.scenario import Scenario
from scheduler.kinds import Dated, tag_of
from scheduler.mip import Effort
from scheduler.parallel import scenario_here
from scheduler.parts import Clock, Proof, Unit, bare_days, borders
from scheduler.relaxed import Border, Tag
from scheduler.solve import Limits

LOOK_GAP, LOOK_UNITS, LOOK_NODES = GRAIN // 4, 0.1, 5000
"""Units to within which a date is solved, deterministic time of CP-SAT, and what SCIP gets where that leaves a gap."""

More = Mapping[date, int]
"""Units that a date costs more than the proofs say."""


@dataclass(frozen=True)
class LookJob:
    """A second look at the dates of one unit or of two neighbours as one.

    ``prices`` are paid for visits to windows that others share too, ``presence_points`` are as in `BoundJob`. ``sums``
    and ``tolls`` are the prices of the proofs, ``least`` what each date costs by them (units), with the windows
    that only these units share.
    """

    squads: Unit
    limits: Limits
    prices: Mapping[Tag, int] = field(default_factory=dict)
    presence_points: int = 0
    sums: Mapping[str, float] = field(default_factory=dict)
    tolls: Mapping[Stand, int] = field(default_factory=dict)
    least: Mapping[date, float] = field(default_factory=dict)
    most: Mapping[str, float] | None = None


def look_job(
    scenario: Scenario,
    proofs: Mapping[Unit, Proof],
    limits: Limits,
    prices: Mapping[Tag, int],
    presence_points: int,
    most: Mapping[str, float] | None,
) -> LookJob | None:
    """Return a second look at the units of ``proofs`` as one; None where one of them has not told its prices."""
    squads = tuple(s.id for s in scenario.squads if any(s.id in unit for unit in proofs))
    told = [proof.at for proof in proofs.values() if proof.at is not None]
    if len(told) < len(proofs):
        return None
    inside = {tag: border for tag, border in borders(scenario).items() if _only(scenario, tag, squads)}
    least = dict.fromkeys(scenario.dates, 0.0)
    for at in told:
        for on, units_ in at.least.items():
            least[on] += units_
    for on, units_ in _of_windows(scenario, inside, prices).items():
        least[on] += units_
    for need in scenario.presence_needs:
        sharing = sum(1 for unit in proofs if set(unit) & set(scenario.presence_by_id[need.place].squads))
        minutes = need.heads * int((need.end - need.start).total_seconds() // 60)
        least[need.day] -= max(0, sharing - 1) * minutes * presence_points * GRAIN / 60
    return LookJob(
        squads,
        limits,
        {tag: price for tag, price in prices.items() if tag not in inside},
        presence_points,
        {name: price for at in told for name, price in at.sums.items()},
        {stand: toll for at in told for stand, toll in at.tolls.items()},
        least,
        most,
    )


def _only(scenario: Scenario, tag: Tag, squads: Collection[str]) -> bool:
    """Return whether nobody but some squads visits a window."""
    return all(s in squads for s in scenario.hotspot_by_id[str(tag[0])].squads if s in scenario.squad_by_id)


def _of_windows(scenario: Scenario, inside: Mapping[Tag, Border], prices: Mapping[Tag, int]) -> dict[date, float]:
    """Return what windows cost at least on each date if every visit is paid for, in units."""
    found: dict[date, float] = defaultdict(float)
    for hotspot in {str(tag[0]) for tag in inside}:
        for on in scenario.dates:
            for tag in map(tag_of, scenario.open_windows(hotspot, on)):
                found[on] += inside[tag].least(prices.get(tag, 0)) / inside[tag].dates
    return found


def look_again(job: LookJob) -> More:
    """Return what dates cost more than the proofs say, kinds of many dates first, as far as there is time."""
    clock = Clock(job.limits)
    days = bare_days(scenario_here(), job.squads, job, least_switches_by_shift)
    if not set(job.sums) <= set(days.names):
        return {}
    days.charge(job.prices)
    days.toll(job.tolls)
    duals = [job.sums.get(name, 0.0) for name in days.names]
    alike: dict[object, list[Dated]] = defaultdict(list)
    for day in days.days:
        alike[id(day.kind), days.prices_of(day, duals)[0]].append(day)
    found: dict[date, int] = {}
    for day in (day for dates in sorted(alike.values(), key=len, reverse=True) for day in dates):
        if not clock.go_on():
            break
        effort = Effort(LOOK_GAP, LOOK_UNITS, LOOK_NODES, days.seed)
        more = floor(days.least_of(day, duals, effort) - job.least[day.day])
        if more > 0:
            found[day.day] = more
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
