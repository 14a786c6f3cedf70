"""What it costs a unit, at the prices of its proof, to send people to two remediations on one date.

An order and a monthly remediation may fall on one date, and a unit may have part in both. Who is at one of them is not
at the other at the same time, so both cost more than the dearer one alone. What is not solved in time is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import floor, inf, isfinite

from constraints.base import Candidate
from domain.words import RemediationKind
from scheduler.days import Days
from scheduler.kinds import Dated, Kind
from scheduler.mip import Effort
from scheduler.sending import DEAR, NEVER, SEND_GAP, Going, Key, base_of, going_of

BOTH_UNITS, BOTH_NODES = 0.1, 500
"""Deterministic time of one answer, and what SCIP gets where that leaves a gap."""

Both = Mapping[tuple[Key, Key], int]
"""Least extra cost [units] of sending people to both, less what each head sent would cost if it were missing (S03)."""
Part = tuple[timedelta, timedelta, Going]
"""Start, counted from midnight, and length of a remediation, and who of the unit goes."""


def sent_to_both(
    days: Days, squads: Collection[str], candidates: Iterable[Candidate], go_on: Callable[[], bool]
) -> Both:
    """Return what sending people to an order and to something else on its date costs the unit of ``squads``.

    The linear relaxation comes first; then those that look cheapest are solved, as long as ``go_on`` says.
    """
    pairs = _pairs(squads, candidates)
    models: dict[tuple[int, Part, Part], Kind] = {}
    bounds: dict[tuple[int, Part, Part, tuple[int, ...]], float] = {}
    rows: dict[tuple[int, Part, Part, tuple[int, ...]], list[tuple[tuple[Key, Key], float]]] = defaultdict(list)
    for day in days.days:
        least = days.known(day, days.best)
        prices, rounding = days.prices_of(day, days.best)
        for keys, there in pairs.get(day.day, {}).items() if least is not None else ():
            base = base_of(days, day)
            look = id(base), _part(day, keys[0]), _part(day, keys[1])
            if look not in models and go_on():
                models[look] = _model(days, base, day, keys, there)
            question = *look, prices
            if look in models and question not in bounds and go_on():
                relaxed = models[look].relaxed(prices).bound
                bounds[question] = relaxed if isfinite(relaxed) else -inf
            if least is not None and bounds.get(question, -inf) > -inf:
                rows[question].append((keys, least + rounding))
    cheapest = min((bounds[question] - min(x for _, x in found) for question, found in rows.items()), default=0.0)
    effort = Effort(SEND_GAP, BOTH_UNITS, BOTH_NODES, days.seed)
    for question, found in sorted(rows.items(), key=lambda row: bounds[row[0]] - min(x for _, x in row[1])):
        if bounds[question] - min(x for _, x in found) > cheapest + DEAR or not go_on():
            break
        bounds[question] = max(bounds[question], models[question[:3]].answer(question[3], effort).bound)
    return {
        keys: floor(min(NEVER, bounds[question] - least)) for question, found in rows.items() for keys, least in found
    }


def _pairs(
    squads: Collection[str], candidates: Iterable[Candidate]
) -> dict[date, dict[tuple[Key, Key], tuple[Candidate, Candidate]]]:
    """Return an order's candidate with each other one on its date, by what a unit sees of them."""
    by_date: dict[date, list[tuple[Key, Candidate]]] = defaultdict(list)
    for c in candidates:
        going = going_of(c, squads)
        if going is not None:
            by_date[c.day].append(((c.start, c.end, going), c))
    found: dict[date, dict[tuple[Key, Key], tuple[Candidate, Candidate]]] = defaultdict(dict)
    for on, there in by_date.items():
        for key, order in there:
            if order.designated is not None:
                for other, c in there:
                    if c.designated is None or c.designated > order.designated:
                        found[on].setdefault((key, other), (order, c))
    return found


def _part(day: Dated, key: Key) -> Part:
    start, end, going = key
    return start - datetime.combine(day.day, time.min), end - start, going


def _model(days: Days, base: Kind, day: Dated, keys: tuple[Key, Key], there: tuple[Candidate, Candidate]) -> Kind:
    by = base.day - day.day
    both = tuple(
        replace(c, start=c.start + by, end=c.end + by, kind=RemediationKind.MONTHLY, designated=None) for c in there
    )
    return days.altered(base, candidates=both, going=[key[2] for key in keys])
