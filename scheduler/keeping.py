"""What the holding after a remediation costs a unit at least, at the prices of its proof, on every date after it.

The same day's model with the holding that a past remediation leaves behind costs so much more. What a remediation asks
of a date depends on how long ago it was, in a few phases; so few models are solved. What is not solved in time is not
told, and counts as nothing. What is owed over several dates together is left out, which can only lower the cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from math import floor

from constraints.base import Candidate
from constraints.s04_holding import holdings
from domain.calendar import DAY
from domain.scenario import PastRemediation, Scenario
from scheduler.build import NOTHING
from scheduler.days import Days
from scheduler.kinds import Kind
from scheduler.mip import Effort
from scheduler.sending import SEND_GAP, base_of

LONGEST = 42
"""Days after a remediation that may be looked at."""
KEEP_UNITS, KEEP_NODES = 0.1, 2000
"""Deterministic time of one answer, and what SCIP gets where that leaves a gap: holding costs less than that gap."""

Site = tuple[str, str]
"""Hotspot and the squad that holds it."""
Kept = Mapping[tuple[str, str, date, date], int]
"""Units that holding costs at least: by hotspot, squad, date of the remediation and date of the holding."""
Demand = tuple[tuple[timedelta | None, int], ...]
"""Visits asked of a date: in the window that starts so long after midnight or, None, at any time."""


def holder_of(scenario: Scenario, c: Candidate) -> str:
    """Return the squad that makes the visits after a remediation (S04)."""
    squads = scenario.hotspot_by_id[c.hotspot].squads
    return c.host if c.host in squads else squads[0]


def kept(days: Days, squads: Collection[str], candidates: Iterable[Candidate], go_on: Callable[[], bool]) -> Kept:
    """Return what holding after each of ``candidates`` costs the unit of ``squads``, as far as it is more than nothing.

    Models that are asked of the most dates come first, as long as ``go_on`` says.
    """
    held = sorted({(c.hotspot, holder_of(days.scenario, c)) for c in candidates})
    sites = [(hotspot, squad) for hotspot, squad in held if squad in squads]
    asked: dict[tuple[int, Site, Demand], dict[tuple[int, ...], list[tuple[date, int, float]]]] = {}
    past: dict[tuple[int, Site, Demand], tuple[Kind, PastRemediation]] = {}
    demands: dict[tuple[int, Site, int], Demand] = {}
    for day in days.days:
        least = days.known(day, days.best)
        if least is None:
            continue
        prices, rounding = days.prices_of(day, days.best)
        base = base_of(days, day)
        for site in sites:
            for ago in range(1, min(LONGEST, (day.day - days.scenario.first).days) + 1):
                before = _before(site, base.day - ago * DAY)
                if (id(base), site, ago) not in demands:
                    demands[id(base), site, ago] = _demand(days, base, before)
                look = id(base), site, demands[id(base), site, ago]
                if look[2]:
                    past.setdefault(look, (base, before))
                    rows = asked.setdefault(look, {}).setdefault(prices, [])
                    rows.append((day.day, ago, least + rounding))
    found: dict[tuple[str, str, date, date], int] = defaultdict(int)
    for look in sorted(asked, key=lambda k: -sum(len(rows) for rows in asked[k].values()) * sum(n for _, n in k[2])):
        if not go_on():
            break
        base, before = past[look]
        model = days.altered(base, partial(_after, before))
        for prices, rows in asked[look].items():
            if go_on():
                bound = model.answer(prices, Effort(SEND_GAP, KEEP_UNITS, KEEP_NODES, days.seed)).bound
                for on, ago, least in rows:
                    if (units := floor(bound - least)) > 0:
                        found[*look[1], on - ago * DAY, on] = units
    return dict(found)


def _before(site: Site, on: date) -> PastRemediation:
    return PastRemediation(id=f"before {on}", group="", hotspot=site[0], host=site[1], date=on)


def _after(before: PastRemediation, one: Scenario) -> Scenario:
    return one.model_copy(update={"past_remediations": (*one.past_remediations, before)})


def _demand(days: Days, base: Kind, before: PastRemediation) -> Demand:
    """Return what a past remediation asks of a date alone."""
    one = days.only(base.day).model_copy(update={"past_remediations": (before,)})
    owed = (h for h in holdings(one, NOTHING) if h.end_day - h.day == DAY)
    rows = ((timedelta(hours=h.start.hour, minutes=h.start.minute) if h.start else None, h.wanted) for h in owed)
    return tuple(sorted(rows, key=str))
