"""What remediations cost on borders beyond what each unit knows of.

Each unit is paid the same for every visit to a window that it shares, but a window costs more with each visit missed.
Where several units send people at the same hours, all of them leave out visits to the same windows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from constraints.base import Candidate
from scheduler.relaxed import Border, Tag
from scheduler.sending import Away, Unit, going_of

if TYPE_CHECKING:
    from datetime import time


def undone(
    c: Candidate,
    part: Collection[str],
    away: Mapping[Unit, Away],
    met: Mapping[Tag, Border],
    prices: Mapping[Tag, float],
) -> int:
    """Return units that visits cost which nobody makes during a candidate, beyond their ``prices`` (units each).

    ``part`` are the squads that send people, ``away`` the visits that each unit then leaves out, ``met`` the windows
    on borders. Of the visits left out the share counts that falls into the candidate's hours: the others might be made
    as well.
    """
    lost: dict[Tag, float] = defaultdict(float)
    for unit, rows in away.items():
        going = going_of(c, unit)
        if going is not None and set(unit) & set(part):
            for tag, n in rows.get((c.start, c.end, going), {}).items():
                lost[tag] += n * _meanwhile(c, tag)
    return round(sum(_dearer(met[tag], prices.get(tag, 0.0), n) for tag, n in lost.items() if tag in met))


def _meanwhile(c: Candidate, tag: Tag) -> float:
    """Return the share of a window that a candidate takes."""
    start, end = (datetime.combine(c.day, cast("time", clock)) for clock in tag[1:3])
    end += timedelta(days=end <= start)
    return max(timedelta(0), min(end, c.end) - max(start, c.start)) / (end - start)


def _dearer(border: Border, price: float, lost: float) -> float:
    """Return what so many visits missed cost more than their price, where those missed before are worth it."""
    before = min(border.wanted, int(price / border.units)) if border.units else 0
    more = min(lost, border.wanted - before)
    return max(0.0, border.units * (before * more + more * (more + 1) / 2) - price * more)
