"""A squad's month for a solver that decides lines alone: who works which shift on which date.

What one officer's rules say is read off the posted model as linear conditions (`scheduler.line_model`), so no rule is
written again. What heads are worth is a table for each segment, a stretch of time with the same shifts on: points lost
by posts, presences, desk and visits with so many certified officers and so many others there. For the table the visits
of a window are taken to be spread evenly over it, and everybody else to be alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from math import ceil, floor, gcd
from typing import Any

from constraints.base import GRAIN, Period, all_rules
from domain.calendar import ShiftDay, minutes, overlaps
from domain.scenario import Scenario
from domain.words import BorderKind, DutyKind
from scheduler.build import periods_of, tasks_of
from scheduler.line_model import LineModel, LineRow, line_model

UNIT = 10
"""Units of the peer's soft score per point."""
ANY = 99
"""Stands for any shift."""
STEPS = 40
PRICED_BY = {DutyKind.POST: "S01", DutyKind.DESK: "S16", DutyKind.PRESENCE: "S17"}

Window = tuple[float, float, int]
"""Of a window that is open in a period: the period's share of it, points per visit and level, visits wanted."""


def as_problem(scenario: Scenario, squad: str) -> dict[str, Any]:
    """Return the problem as plain data for JSON: shifts, officers with their rows, segments with their tables."""
    officers = scenario.officers_of(squad)
    models = [line_model(scenario, officer) for officer in officers]
    shifts = [s.shift for s in models[0].choices[0]]
    leader = next(rule for rule in all_rules() if rule.id == "S19")
    return {
        "days": len(scenario.dates),
        "shifts": shifts,
        "leader": units(leader.price(scenario)),
        "officers": [
            {
                "certified": officer.certified,
                "leads": officer.leads,
                "days": [n for n, day in enumerate(scenario.dates) if scenario.absence(officer.id, day) is None],
                "costs": [[n, c - 1, units(cost)] for n, c, cost in _costs(model)],
                "rows": _rows(model),
            }
            for officer, model in zip(officers, models, strict=True)
        ],
        "segments": list(_segments(scenario, squad)),
    }


def units(cost: float) -> int:
    """Return a cost in units of 1/GRAIN point in those of the peer's score."""
    return round(cost * UNIT / GRAIN)


def worked(scenario: Scenario, squad: str, answer: list[list[int]]) -> frozenset[tuple[str, ShiftDay]]:
    """Return the answer's lines, (number of officer, of date, of shift) each, as officer ids and dated shifts."""
    officers, dates = scenario.officers_of(squad), scenario.dates
    shifts = sorted(scenario.shift_day(s.id, dates[0]) for s in scenario.shifts_of(squad))
    return frozenset((officers[o].id, scenario.shift_day(shifts[s].shift, dates[n])) for o, n, s in answer)


# -- officers -------------------------------------------------------------------------------------------------------


def _costs(model: LineModel) -> Iterator[tuple[int, int, int]]:
    for n, on_day in enumerate(model.cost):
        yield from ((n, c, cost) for c, cost in enumerate(on_day) if cost)


def _rows(model: LineModel) -> list[dict[str, Any]]:
    """Return the rows; hard ones on the same gains become one."""
    found: dict[object, dict[str, Any]] = {}
    for number, posted in enumerate(model.rows):
        row = _row(model, posted)
        if row is None:
            continue
        same = number if row["price"] is not None else tuple(map(tuple, row["gains"]))
        other = found.setdefault(same, row)
        for limit, tighter in (("low", max), ("high", min)):
            if row[limit] is not None:
                other[limit] = row[limit] if other[limit] is None else tighter(other[limit], row[limit])
    return list(found.values())


def _row(model: LineModel, row: LineRow) -> dict[str, Any] | None:
    """Return a row: low, high, price (None where it is hard), gains; None where it cannot be told that simply.

    A wish is a row with one variable of its own that makes good what is missing or too much, at a price.
    """
    price = None
    if row.aux:
        (aux, factor), *more = row.aux.items()
        fills = (factor == 1 and row.high == float("inf")) or (factor == -1 and row.low == -float("inf"))
        if more or not fills or not model.aux[aux].cost or model.aux[aux].low:
            return None
        price = units(model.aux[aux].cost)
    gains = [(n, c - 1, gain) for n, by in row.gains.items() for c, gain in enumerate(by) if gain]
    step = 1 if price is not None else gcd(*(gain for _, _, gain in gains)) or 1  # shifts, where all are equally long
    return {
        "low": None if row.low == -float("inf") else ceil(row.low / step),
        "high": None if row.high == float("inf") else floor(row.high / step),
        "price": price,
        "gains": [[n, c, gain // step] for n, c, gain in _merged(model, gains)],
    }


def _merged(model: LineModel, gains: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield the gains with ANY in place of all shifts of a date that gain alike."""
    by_date: dict[int, dict[int, int]] = defaultdict(dict)
    for n, c, gain in gains:
        by_date[n][c] = gain
    for n, by_shift in by_date.items():
        if len(by_shift) == len(model.choices[n]) and len(set(by_shift.values())) == 1:
            yield n, ANY, next(iter(by_shift.values()))
        else:
            yield from ((n, c, gain) for c, gain in by_shift.items())


# -- heads ----------------------------------------------------------------------------------------------------------


def _segments(scenario: Scenario, squad: str) -> Iterator[dict[str, Any]]:
    """Yield the segments: "on" the (date, shift) numbers that cover it, "cost" by certified officers and others."""
    dated = [
        (n, c, shift)
        for n, day in enumerate(scenario.dates)
        for c, shift in enumerate(sorted(scenario.shift_day(s.id, day) for s in scenario.shifts_of(squad)))
    ]
    found: dict[tuple[tuple[int, int], ...], list[Period]] = defaultdict(list)
    for period in periods_of(scenario, squad):
        on = tuple((n, c) for n, c, shift in dated if shift.covers(period.start, period.end))
        found[on].append(period)
    people = scenario.officers_of(squad)
    size = sum(o.certified for o in people), sum(not o.certified for o in people)
    for on, periods in found.items():
        tables = [_table(scenario, squad, period, size) for period in periods]
        cost = [[round(sum(UNIT * t[c][o] for t in tables)) for o in range(size[1] + 1)] for c in range(size[0] + 1)]
        yield {"on": on, "cost": cost}


def _table(scenario: Scenario, squad: str, period: Period, size: tuple[int, int]) -> tuple[tuple[float, ...], ...]:
    price = {rule.id: rule.price(scenario) / GRAIN for rule in all_rules() if rule.id in {"S01", "S02", "S16", "S17"}}
    visiting = next(rule for rule in all_rules() if rule.id == "S02").params(scenario)
    desk, places = 0.0, []
    for task, need in tasks_of(scenario, squad):
        if need.start <= period.start and period.end <= need.end:
            lost = price[PRICED_BY[task.kind]] * period.length_min
            if task.kind is DutyKind.DESK:
                desk = lost
            else:
                places += [lost] * need.heads
    windows = []
    for hotspot in scenario.hotspots:
        percent = visiting.border_percent if hotspot.border is BorderKind.SQUADS else 100
        for w in scenario.open_windows(hotspot.id, period.start.date()) if squad in hotspot.squads else ():
            if overlaps(w.start, w.end, period.start, period.end):
                share = period.length_min / minutes(w.end - w.start)
                windows.append((share, price["S02"] * (w.weight_cents * percent // 100), w.wanted))
    per_pair = period.length_min / minutes(visiting.dose + visiting.travel)
    return heads_table(desk, tuple(sorted(places, reverse=True)), tuple(windows), per_pair, size)


@cache
def heads_table(
    desk: float, places: tuple[float, ...], windows: tuple[Window, ...], per_pair: float, size: tuple[int, int]
) -> tuple[tuple[float, ...], ...]:
    """Return the points lost in a period by certified officers (row) and others (column) who are there.

    ``desk`` is what each of two certified heads is worth at the desk, ``places`` what each head is worth at posts and
    presences, the dearest first; who is left patrols in pairs, one of them certified, ``per_pair`` visits a pair.
    """
    pairs = [visits_lost(windows, n * per_pair) for n in range(sum(size) // 2 + 1)]
    unmanned = [sum(places) - filled for filled in accumulate(places, initial=0.0)]

    def least(certified: int, others: int) -> float:
        return min(
            (2 - at_desk) * desk + unmanned[helped + filled] + pairs[min(out, (out + others - helped) // 2)]
            for at_desk in range(min(2, certified) + 1 if desk else 1)
            for helped in range(min(others, len(places)) + 1)
            for filled in range(min(certified - at_desk, len(places) - helped) + 1)
            for out in (certified - at_desk - filled,)
        )

    return tuple(tuple(least(c, o) for o in range(size[1] + 1)) for c in range(size[0] + 1))


def visits_lost(windows: tuple[Window, ...], visits: float) -> float:
    """Return the points lost where so many visits are shared out best among parts of windows.

    m visits missing of a window cost its weight x m (m + 1) / 2; a part of a window has its share of that.
    """
    if not windows:
        return 0.0

    def missing(price: float) -> list[float]:
        return [min(wanted, max(0.0, price / weight - 0.5)) if weight else wanted for _, weight, wanted in windows]

    def made(price: float) -> float:
        lost = missing(price)
        return sum(share * (wanted - m) for (share, _, wanted), m in zip(windows, lost, strict=True))

    low, high = 0.0, max(weight * (wanted + 1.0) for _, weight, wanted in windows)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if made(middle) > visits else (low, middle)
    left = missing(high)
    return sum(share * weight * m * (m + 1) / 2 for (share, weight, _), m in zip(windows, left, strict=True))
