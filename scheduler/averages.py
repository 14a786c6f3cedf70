"""The linear relaxation of a unit: one average day for each kind of day, and what the sums say about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import inf

from constraints.base import OfficerClass
from domain.calendar import ShiftDay
from domain.words import DutyKind
from scheduler.counts import Sum
from scheduler.kinds import Dated, Kind, costs, moved, tag_of
from scheduler.mip import read_linear
from scheduler.relaxed import Average, Row

PENALTY = 7_200_000
"""Units (3,000 points) per head by which a sum is missed, in the linear programmes only; it bounds the dual prices."""
COVERED = 0.75
"""Share of the dates of a class that sums of one kind must run over to say something about average days."""


def average(
    kinds: Sequence[Kind],
    dates: Sequence[Dated],
    sums: Sequence[Sum],
    names: Sequence[str],
) -> Average:
    """Return the relaxation with one average day for each kind; ``names`` are those of the sums."""
    part = Average()
    at: dict[tuple[OfficerClass, ShiftDay], int] = {}
    for kind in kinds:
        days = [day for day in dates if day.kind is kind]
        first = _add_kind(part, kind, len(days))
        for day in days:
            by = day.day - kind.day
            at |= {(g, moved(s, by)): first + var.index for (g, s), var in kind.counts.items()}
        _add_limits(part, days, at)
        for (group, shift), var in kind.counts.items():
            if group.certified and group.may(DutyKind.REMEDIATION):
                hours = (shift.end - shift.start) / timedelta(hours=1)
                part.heads.append((group.squad, first + var.index, hours * len(days)))
        for (squad, window), visits in kind.built.model.visits.items():
            if not isinstance(visits, int):
                part.visits.append((squad, tag_of(window), first + visits.index, len(days)))
    same: dict[tuple[tuple[int, float], ...], list[int]] = defaultdict(list)
    for n, s in enumerate(sums):
        left: dict[int, float] = defaultdict(float)
        for shift, factor in s.shape:
            left[at[s.group, shift]] += factor
        same[tuple(sorted(left.items()))].append(n)
    there = Counter(group for day in dates for group in {group for group, _ in day.kind.counts})
    for shape, alike in same.items():
        covered = set[date]().union(*(sums[n].days for n in alike))
        if len(covered) < COVERED * there[sums[alike[0]].group]:
            continue  # an average day says nothing about what holds in one week only
        slack = len(part.columns)
        part.columns += [(0.0, inf, float(PENALTY))] * 2
        low, high = (sum(x) / len(alike) for x in zip(*((sums[n].low, sums[n].high) for n in alike), strict=True))
        row = Row({**dict(shape), slack: 1.0, slack + 1: -1.0}, low, high)
        part.sums.append((row, tuple(names[n] for n in alike)))
    return part


def _add_kind(part: Average, kind: Kind, dates: int) -> int:
    """Add a kind's model with real numbers for whole ones; return where its columns begin."""
    first = len(part.columns)
    cp = kind.built.model.cp
    cost = costs(cp, kind.cost)
    for n, variable in enumerate(cp.proto.variables):
        domain = list(variable.domain)
        part.columns.append((float(domain[0]), float(domain[-1]), cost.get(n, 0.0) * dates))
    for constraint in cp.proto.constraints:
        low, high, factors = read_linear(constraint)
        part.rows.append(Row({first + n: factor for n, factor in factors.items()}, low, high))
    return first


def _add_limits(part: Average, days: Sequence[Dated], at: Mapping[tuple[OfficerClass, ShiftDay], int]) -> None:
    """Add the conditions of single dates, averaged over the dates of a kind; a date without one allows anything."""
    found: dict[tuple[tuple[int, int], ...], list[Sum]] = defaultdict(list)
    for day in days:
        for s in day.limits:
            found[tuple((at[s.group, shift], factor) for shift, factor in s.shape)].append(s)
    for shape, alike in found.items():
        if len(alike) == len(days):
            low, high = (sum(x) / len(days) for x in zip(*((s.low, s.high) for s in alike), strict=True))
            part.rows.append(Row(dict(shape), low, high))
