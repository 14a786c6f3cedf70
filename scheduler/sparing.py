"""What dates may cost less where remediations cut them: when others leave, duties may change hands too.

The proof of a unit cuts its dates where needs, windows and shifts begin or end. A roster's date with a remediation is
cut at its hours as well (see `recut`): one may stand at a post for half of a long window then and walk for the other
half. So each date is bounded once more with those cuts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from math import ceil

from constraints.base import GRAIN
from scheduler.asking import Asking
from scheduler.days import Days
from scheduler.kinds import Dated, Kind
from scheduler.mip import Effort
from scheduler.recut import Cut, Spared
from scheduler.sending import marks_of

RECUT = Effort(GRAIN // 4, 0.05, 2000)
"""What one answer gets."""


@dataclass
class Sparing(Asking[Cut]):
    """Dates of a unit with further cuts; those of ``whole`` cut no period of theirs."""

    whole: list[Cut] = field(default_factory=list)

    @property
    def told(self) -> Spared:
        """By how much the dates may cost less at most, as far as is known."""
        less = {cut: max(0, ceil(-extra)) for cut, extra in self.extra().items()}
        return dict.fromkeys(self.whole, 0) | less


def sparing(
    days: Days,
    duals: Sequence[float],
    least: Mapping[date, float],
    base: Callable[[Dated], Kind],
    cuts: Iterable[Cut],
) -> Sparing:
    """Ask what dates cost with ``cuts`` beyond what is ``least`` (units) without them, both at dual prices.

    ``base`` says whose model bounds a date.
    """
    found = Sparing()
    by_date: dict[date, set[Cut]] = defaultdict(set)
    for cut in cuts:
        by_date[cut[0].date()].add(cut)
    for day in (day for day in days.days if day.day in by_date):
        prices, rounding = days.prices_of(day, duals)
        kind = base(day)
        for cut in sorted(by_date[day.day]):
            inside = _inside(kind, day, cut)
            if inside:
                begin = datetime.combine(kind.day, time.min)
                build = partial(days.altered, kind, cuts=[begin + mark for mark in inside])
                found.ask(cut, least[day.day] + rounding, (id(kind), inside), prices, build)
            else:
                found.whole.append(cut)
    return found


def _inside(base: Kind, day: Dated, cut: Cut) -> tuple[timedelta, ...]:
    """Return those of the marks, counted from midnight, that lie inside a period of a kind's model."""
    begin = datetime.combine(base.day, time.min)
    periods = [(p.start - begin, p.end - begin) for there in base.built.model.periods.values() for p in there]
    return tuple(mark for mark in marks_of(day, cut) if any(start < mark < end for start, end in periods))
