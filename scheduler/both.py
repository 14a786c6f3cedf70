"""What it costs a unit, at the prices of its proof, to send people to two remediations on one date.

An order and a monthly remediation may fall on one date, and a unit may have part in both. Who is at one of them is not
at the other at the same time, so both cost more than the dearer one alone. What is not solved in time is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from math import floor, inf, isfinite

from constraints.base import Candidate
from scheduler.days import Days
from scheduler.kinds import Kind
from scheduler.mip import Effort
from scheduler.sending import DEAR, NEVER, SEND_GAP, Key, Part, base_of, going_of, part_of, sending_to

BOTH_UNITS, BOTH_NODES = 0.1, 500
"""Deterministic time of one answer, and what SCIP gets where that leaves a gap."""

Both = Mapping[tuple[Key, Key], int]
"""Least extra cost [units] of sending people to both, less what each head sent would cost if it were missing (S03)."""


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
            look = id(base), part_of(day, keys[0]), part_of(day, keys[1])
            if look not in models and go_on():
                who = {c: key[2] for c, key in zip(there, keys, strict=True)}
                models[look] = sending_to(days, base, day, who)
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
