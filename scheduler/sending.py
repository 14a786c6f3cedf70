"""What it costs a unit, at the prices of its proof, to send people to a remediation on a date.

The proof of a unit has a least cost for every date at the best prices found. The same day's model with people sent, who
are neither at a post nor on patrol meanwhile, and with the own places manned as R14 asks, costs so much more. Few dates
have prices of their own, so few models are solved. What is not solved in time is not told, and counts as nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import floor, inf, isfinite
from typing import NamedTuple

from constraints.base import Candidate
from domain.words import RemediationKind
from scheduler.days import Days
from scheduler.kinds import Dated, Kind
from scheduler.mip import Effort, Relaxed
from scheduler.recut import NEVER, Cut
from scheduler.relaxed import Tag

SEND_GAP, SEND_UNITS = 2 * 2400, 0.05
"""Units of cost and of deterministic time within which a day with people sent is solved."""

DEAR = 150 * 2400
"""Units by which hours may look dearer than the cheapest and still be solved: nobody would choose them."""

Unit = tuple[str, ...]


class Going(NamedTuple):
    """The squads of one unit that may send people to a remediation, how many of them must, and which one in any case.

    Others may send too, but there may be too few of them; the host sends its commander. ``paid``: each head sent is
    paid for at what it costs if it is missing there, as helpers alone are too few.
    """

    squads: Unit
    least: int
    surely: str | None
    paid: bool = True


Key = tuple[datetime, datetime, Going]
"""Start and end of a remediation, and who of the unit goes."""
Part = tuple[timedelta, timedelta, Going]
"""Start, counted from midnight, and length of a remediation, and who of the unit goes."""
Look = tuple[int, Part, tuple[timedelta, ...]]
"""Kind of day, who goes to a remediation and when, and where the date is cut, counted from midnight."""
Question = tuple[Look, tuple[int, ...]]
"""A look, and the prices of heads."""
Sent = Mapping[Key, int]
"""Least extra cost [units], less what each head sent would cost if it were missing there (S03) where that is paid."""
Away = Mapping[Key, Mapping[Tag, float]]
"""Visits on borders that those do not make who are sent, by window."""


def going_of(c: Candidate, unit: Collection[str]) -> Going | None:
    """Return who of a unit goes to a candidate; None if it has no part in it."""
    squads = tuple(s for s in c.squads if s in unit)
    if not squads:
        return None
    least = max(1, c.need_squads - (len(c.squads) - len(squads)))
    surely = c.host if c.commander is None and c.host in squads and least < len(squads) else None
    return Going(squads, least, surely, c.may_lack)


def key_of(c: Candidate, unit: Collection[str]) -> Key | None:
    """Return what a proof of a unit knows a candidate by; None if it has no part in it."""
    going = going_of(c, unit)
    return None if going is None else (c.start, c.end, going)


def part_of(day: Dated, key: Key) -> Part:
    """Return what dates of a kind have in common of who goes to a remediation, and when."""
    start, end, going = key
    return start - datetime.combine(day.day, time.min), end - start, going


def cut_by_key(
    squads: Collection[str], candidates: Iterable[Candidate], cuts: Mapping[str, Cut]
) -> dict[Key, frozenset[datetime]]:
    """Return where candidates that look alike to a unit cut their date, all together."""
    found: dict[Key, frozenset[datetime]] = defaultdict(frozenset)
    for c in candidates:
        key = key_of(c, squads)
        if key is not None:
            found[key] |= frozenset(cuts[c.id])
    return found


def marks_of(day: Dated, marks: Iterable[datetime]) -> tuple[timedelta, ...]:
    """Return marks on a date, counted from midnight."""
    return tuple(mark - datetime.combine(day.day, time.min) for mark in sorted(marks))


def sending_to(days: Days, base: Kind, day: Dated, who: Mapping[Candidate, Going], marks: Iterable[timedelta]) -> Kind:
    """Return the model that bounds a date with people sent to candidates of that date, cut at ``marks`` as well."""
    by = base.day - day.day
    begin = datetime.combine(base.day, time.min)
    there = tuple(
        replace(c, start=c.start + by, end=c.end + by, kind=RemediationKind.MONTHLY, designated=None) for c in who
    )
    return days.altered(base, candidates=there, going=tuple(who.values()), cuts=[begin + mark for mark in marks])


def at_best(days: Days) -> tuple[float, dict[date, float]] | None:
    """Return the bound at the best prices and the least cost of every date in it; None if a date was not solved."""
    total, least = days.support(days.best), {}
    for day in days.days:
        known = days.known(day, days.best)
        if known is None or not isfinite(known):
            return None
        least[day.day] = known
        total += known
    return total, least


def base_of(days: Days, day: Dated) -> Kind:
    """Return whose model bounds a date at the best prices: its kind's, or its own where its own limits cost more."""
    prices, _ = days.prices_of(day, days.best)
    alike, own = day.kind.known.get(prices), day.own.known.get(prices)
    more = own is not None and (alike is None or own.bound > alike.bound + SEND_GAP)
    return day.own if more else day.kind


def sent(
    days: Days,
    squads: Iterable[str],
    candidates: Collection[Candidate],
    cuts: Mapping[str, Cut],
    go_on: Callable[[], bool],
) -> tuple[Sent, Away]:
    """Return what sending people costs the unit of ``squads``, for every date and hours of ``candidates``.

    ``cuts`` say where each of them cuts its date (see `recut`). The linear relaxation of each day's model comes first;
    then those that look cheapest are solved, as long as ``go_on`` says. It is also told which visits on borders fewer
    are made of.
    """
    unit = set(squads)
    asked: dict[date, dict[Key, Candidate]] = {}
    for c in candidates:
        key = key_of(c, unit)
        if key is not None:
            asked.setdefault(c.day, {}).setdefault(key, c)
    marks = cut_by_key(unit, candidates, cuts)
    probes: dict[Look, Kind] = {}
    bases: dict[int, Kind] = {}
    bounds: dict[Question, float] = {}
    away: dict[Question, Mapping[Tag, float]] = {}
    usual: dict[tuple[int, tuple[int, ...]], Relaxed] = {}
    about: dict[Question, list[tuple[Key, float]]] = defaultdict(list)
    for day in days.days:
        least = days.known(day, days.best)
        prices, rounding = days.prices_of(day, days.best)
        base = base_of(days, day)
        bases[id(base)] = base
        for key, c in asked.get(day.day, {}).items():
            look = id(base), part_of(day, key), marks_of(day, marks[key])
            if look not in probes and go_on():
                probes[look] = sending_to(days, base, day, {c: key[2]}, look[2])
            question = look, prices
            if look in probes and question not in bounds and go_on():
                relaxed = probes[look].relaxed(prices)
                bounds[question] = relaxed.bound if isfinite(relaxed.bound) else -inf  # CP-SAT may prove that none can
                if (id(base), prices) not in usual:
                    usual[id(base), prices] = base.relaxed(prices)
                before = usual[id(base), prices].values
                if relaxed.values is not None and before is not None:
                    away[question] = _fewer(days, base.visits(before), probes[look].visits(relaxed.values))
            if least is not None and question in bounds:
                about[question].append((key, least + rounding))
    extra = {question: bounds[question] - min(least for _, least in rows) for question, rows in about.items()}
    cheapest = inf
    for question in sorted(extra, key=lambda q: extra[q]):
        if extra[question] > cheapest + DEAR or not go_on():
            break
        answer = probes[question[0]].answer(question[1], Effort(SEND_GAP, SEND_UNITS, seed=days.seed))
        cheapest = min(cheapest, extra[question] + max(0.0, answer.bound - bounds[question]))
        bounds[question] = max(bounds[question], answer.bound)
        known = bases[question[0][0]].known.get(question[1])
        if answer.column is not None and known is not None and known.column is not None:
            away[question] = _fewer(days, known.column.visits_by_window, answer.column.visits_by_window)
    extra_of = {
        key: floor(min(NEVER, bounds[question] - least))
        for question, rows in about.items()
        for key, least in rows
        if bounds[question] > -inf
    }
    return extra_of, {key: away[question] for question, rows in about.items() if question in away for key, _ in rows}


def _fewer(days: Days, before: Mapping[Tag, float], after: Mapping[Tag, float]) -> Mapping[Tag, float]:
    """Return by how many visits the paid windows have fewer, or more, than before."""
    return {tag: n for tag in days.charged if (n := before.get(tag, 0.0) - after.get(tag, 0.0))}
