"""Who is missing at a place and when, as a finished roster shows it; shares nothing with ``manning_post``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from domain.calendar import Need, minutes
from domain.words import DutyKind, Text

if TYPE_CHECKING:
    from domain.roster import Duty, Roster
    from domain.scenario import Officer, Scenario


class Stretch(NamedTuple):
    """Time [start, end) in which the same number of people are missing."""

    start: datetime
    end: datetime
    heads: int


def duties_at(
    scenario: Scenario, roster: Roster, kind: DutyKind, counts: Callable[[Officer, str], bool]
) -> dict[str, list[Duty]]:
    """Return the duties of a kind by place, of known officers for whom ``counts(officer, place)`` holds."""
    found: dict[str, list[Duty]] = defaultdict(list)
    for duty in roster.duties:
        officer = scenario.officer_by_id.get(duty.officer)
        if duty.kind is kind and duty.place and officer is not None and counts(officer, duty.place):
            found[duty.place].append(duty)
    return found


def short_stretches(need: Need, duties: Iterable[Duty]) -> list[Stretch]:
    """Return when a need has too few people, in time order; each officer counts once however often entered."""
    there = [d for d in duties if d.start < need.end and need.start < d.end]
    clocks = {need.start, need.end, *(d.start for d in there), *(d.end for d in there)}
    moments = sorted(clock for clock in clocks if need.start <= clock <= need.end)
    found: list[Stretch] = []
    for n, start in enumerate(moments[:-1]):
        present = {d.officer for d in there if d.start <= start < d.end}
        lacking = max(0, need.heads - len(present))
        if found and found[-1].end == start and found[-1].heads == lacking:
            found[-1] = found[-1]._replace(end=moments[n + 1])
        elif lacking:
            found.append(Stretch(start, moments[n + 1], lacking))
    return found


def person_minutes(stretches: Iterable[Stretch]) -> int:
    """Return the person-minutes of all stretches together."""
    return sum(s.heads * minutes(s.end - s.start) for s in stretches)


def told(stretches: Sequence[Stretch]) -> Text:
    """Return the stretches as a text: from when to when how many are missing."""
    zh = [f"{s.start:%H:%M}-{s.end:%H:%M} 缺 {s.heads} 人" for s in stretches]
    en = [f"{s.start:%H:%M}-{s.end:%H:%M} {s.heads} missing" for s in stretches]
    return Text("、".join(zh), ", ".join(en))
