"""What it costs a unit, at the prices of its proof, to send people to two remediations on one date.

An order and a monthly remediation may fall on one date, and a unit may have part in both. Who is at one of them is not
at the other at the same time, so both cost more than the dearer one alone. What is not solved in time is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial
from math import floor

from constraints.base import Candidate
from scheduler.asking import Asking
from scheduler.days import Days
from scheduler.mip import Effort
from scheduler.recut import NEVER, Cut
from scheduler.sending import SEND_GAP, Key, base_of, cut_by_key, key_of, marks_of, part_of, sending_to

BOTH = Effort(SEND_GAP, 0.1, 500)
"""What one answer gets."""

Both = Mapping[tuple[Key, Key], int]
"""Least extra cost [units] of sending people to both, less what heads are paid where they could be missing (S03)."""


def sending_to_both(
    days: Days, squads: Collection[str], candidates: Collection[Candidate], cuts: Mapping[str, Cut]
) -> Asking[tuple[Key, Key]]:
    """Ask what dates cost with people sent to an order and to something else on them, at the best prices.

    ``cuts`` say where candidates cut dates (see `recut`).
    """
    found: Asking[tuple[Key, Key]] = Asking()
    pairs = _pairs(squads, candidates)
    cut_at = cut_by_key(squads, candidates, cuts)
    for day in days.days:
        least = days.known(day, days.best)
        prices, rounding = days.prices_of(day, days.best)
        for keys, there in pairs.get(day.day, {}).items() if least is not None else ():
            base = base_of(days, day)
            marks = marks_of(day, cut_at[keys[0]] | cut_at[keys[1]])
            who = {c: key[2] for c, key in zip(there, keys, strict=True)}
            look = id(base), part_of(day, keys[0]), part_of(day, keys[1]), marks
            if least is not None:
                found.ask(keys, least + rounding, look, prices, partial(sending_to, days, base, day, who, marks))
    return found


def both_of(asked: Asking[tuple[Key, Key]]) -> Both:
    """Return what sending people to both adds, as far as is known."""
    return {keys: floor(min(NEVER, extra)) for keys, extra in asked.extra().items()}


def _pairs(
    squads: Collection[str], candidates: Iterable[Candidate]
) -> dict[date, dict[tuple[Key, Key], tuple[Candidate, Candidate]]]:
    """Return an order's candidate with each other one on its date, by what a unit sees of them."""
    by_date: dict[date, list[tuple[Key, Candidate]]] = defaultdict(list)
    for c in candidates:
        key = key_of(c, squads)
        if key is not None:
            by_date[c.day].append((key, c))
    found: dict[date, dict[tuple[Key, Key], tuple[Candidate, Candidate]]] = defaultdict(dict)
    for on, there in by_date.items():
        for key, order in there:
            if order.designated is not None:
                for other, c in there:
                    if c.designated is None or c.designated > order.designated:
                        found[on].setdefault((key, other), (order, c))
    return found
