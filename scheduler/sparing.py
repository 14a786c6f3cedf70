"""What dates may cost less where remediations cut them: when others leave, duties may change hands too.

The proof of a unit cuts its dates where needs, windows and shifts begin or end. A roster's date with a remediation is
cut at its hours as well (see `recut`): one may stand at a post for half of a long window then and walk for the other
half. So each date is bounded once more with those cuts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil, isfinite

from constraints.base import GRAIN
from scheduler.days import Days
from scheduler.kinds import Dated, Kind
from scheduler.mip import Effort
from scheduler.recut import NEVER, Cut, Spared
from scheduler.sending import marks_of

RECUT_GAP, RECUT_UNITS, RECUT_NODES = GRAIN // 4, 0.05, 2000
"""Units to within which a date is solved, deterministic time of CP-SAT, and what SCIP gets where that leaves a gap."""

Look = tuple[int, tuple[timedelta, ...]]
"""Kind of day, and where it is cut, counted from midnight."""
Question = tuple[Look, tuple[int, ...]]
"""A look, and the prices of heads."""


class Sparing:
    """Dates of a unit with further cuts, at dual prices at which each date costs ``least`` (units) without them."""

    def __init__(
        self,
        days: Days,
        duals: Sequence[float],
        least: Mapping[date, float],
        base: Callable[[Dated], Kind],
        cuts: Iterable[Cut],
    ) -> None:
        """Make the models of all ``cuts`` from the ``base`` of their dates and solve their linear relaxations."""
        self._seed = days.seed
        self._models: dict[Look, Kind] = {}
        self._bounds: dict[Question, float] = {}
        self._rows: dict[Question, list[tuple[Cut, float]]] = defaultdict(list)
        self._whole: list[Cut] = []
        by_date: dict[date, set[Cut]] = defaultdict(set)
        for cut in cuts:
            by_date[cut[0].date()].add(cut)
        for day in (day for day in days.days if day.day in by_date):
            prices, rounding = days.prices_of(day, duals)
            kind = base(day)
            for cut in sorted(by_date[day.day]):
                inside = _inside(kind, day, cut)
                if not inside:
                    self._whole.append(cut)
                    continue
                look = id(kind), inside
                if look not in self._models:
                    begin = datetime.combine(kind.day, time.min)
                    self._models[look] = days.altered(kind, cuts=[begin + mark for mark in inside])
                if (look, prices) not in self._bounds:
                    self._bounds[look, prices] = self._models[look].relaxed(prices).bound
                self._rows[look, prices].append((cut, least[day.day] + rounding))

    def solve(self, go_on: Callable[[], bool]) -> None:
        """Solve those of which most is not known yet, as long as ``go_on`` says."""
        for question in sorted(self._rows, key=self._least_known, reverse=True):
            if self._least_known(question) <= 0 or not go_on():
                return
            effort = Effort(RECUT_GAP, RECUT_UNITS, RECUT_NODES, self._seed)
            answer = self._models[question[0]].answer(question[1], effort)
            self._bounds[question] = max(self._bounds[question], answer.bound)

    @property
    def told(self) -> Spared:
        """By how much the dates may cost less at most, as far as is known: never nothing but where it is proven."""
        found = dict.fromkeys(self._whole, 0)
        for question, rows in self._rows.items():
            bound = self._bounds[question]
            found |= {cut: max(0, ceil(least - bound)) if isfinite(bound) else NEVER for cut, least in rows}
        return found

    def _least_known(self, question: Question) -> float:
        return max(least for _, least in self._rows[question]) - self._bounds[question]


def _inside(base: Kind, day: Dated, cut: Cut) -> tuple[timedelta, ...]:
    """Return those of the marks, counted from midnight, that lie inside a period of a kind's model."""
    begin = datetime.combine(base.day, time.min)
    periods = [(p.start - begin, p.end - begin) for there in base.built.model.periods.values() for p in there]
    return tuple(mark for mark in marks_of(day, cut) if any(start < mark < end for start, end in periods))
