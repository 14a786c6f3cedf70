"""What is tried for a shortfall: its ways, on its dearest dates, as jobs that any process can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.explanation import Entry, Option, ShortDay
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Record
from scheduler.wants import Want, want_of
from scheduler.ways import Way, more_alike, more_changes, ways

MORE_DAYS = 1
"""Further dates of an entry, after the dearest, that are tried; the rest is for the asking."""
ENOUGH = 3
"""Options that an entry is to have; as long as there are fewer, another turn looks farther."""
TURNS = range(4)
"""What is tried first; what takes longer; more changes at once; what most often helps, on the next date."""
LENT, MOVED = "borrow", "move"
"""Ways of which there are several alike: one is tried at first."""
QUICK = ("drop", LENT)
"""Ways that change nobody's shift."""
SLOW = ("move rest", "swap back")
"""Ways over several days: a second each."""
IN_THE_END = ("move rest", "band")
"""Ways tried on the next date too where all else gave too little; what they do not hold, more changes at once do."""


@dataclass(frozen=True)
class Job:
    """One way to try on one date for one entry, of which ``missing`` is short that day; ``n`` is its place in line."""

    n: int
    way: Way
    want: Want
    day: date
    missing: int
    extra: bool
    """Whether the date is a further one, on which nobody is told what was tried in vain."""


@dataclass(frozen=True)
class Found:
    """A way that works, as it is told: an option without its number, and the rows it takes out and puts in."""

    option: Option
    rows: tuple[frozenset[Record], frozenset[Record]]


def jobs_of(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry, on: date | None, turn: int = 0
) -> list[Job]:
    """Return what to try in a turn.

    First the ways of a date's work on the dearest date, or the date asked for, so that there is an answer in seconds.
    Then those over several days, other squads that may lend, other times of a remediation, and the next date; in the
    third turn more changes at once, in the last what most often helps on the next date.
    """
    days = list(dict.fromkeys(d.day for d in by_price(entry))) if on is None else [on]
    jobs: list[Job] = []
    for nth, day in enumerate(days[: 1 + MORE_DAYS]):
        mine = [f for f in findings if is_of(f, entry, day)]
        want = want_for(scenario, roster, mine[0]) if mine else None
        if want is None:
            continue
        missing = sum(f.amount for f in mine)
        chosen = list(_in_turn(scenario, roster, want, turn, nth))
        jobs += [Job(len(jobs) + n, way, want, day, missing, nth > 0) for n, way in enumerate(chosen)]
    return jobs


def _in_turn(scenario: Scenario, roster: Roster, want: Want, turn: int, nth: int) -> Iterator[Way]:
    """Yield the ways that a turn tries on the ``nth`` date of an entry."""
    if nth:
        kinds = {1: QUICK, TURNS[-1]: IN_THE_END}.get(turn, ())
        yield from (way for way in ways(scenario, roster, want) if way.kind in kinds)
    elif turn < 2:
        seen: Counter[str] = Counter()
        for way in ways(scenario, roster, want):
            again = seen[way.kind] > 0 and way.kind in (LENT, MOVED) and want.kind is not DutyKind.REMEDIATION
            seen[way.kind] += 1
            if turn == int(again or way.kind in SLOW):
                yield way
    if turn == 1 + 2 * nth:
        yield from more_alike(scenario, roster, want)
    if turn == 2 + nth:
        yield from more_changes(scenario, roster, want)


def dearest(entry: Entry) -> date:
    """Return the date of an entry that costs most, the first of equals."""
    return by_price(entry)[0].day


def by_price(entry: Entry) -> list[ShortDay]:
    """Return the days of an entry, dearest first."""
    return sorted(entry.days, key=lambda d: (-d.points, d.day))


def is_of(finding: Finding, entry: Entry, day: date) -> bool:
    """Return whether a finding is the entry's shortfall of a day."""
    where = finding.where
    same = (finding.rule, finding.item, where.place, where.day) == (entry.rule, entry.item, entry.place, day)
    clock = where.start is None or not entry.hours or f"{where.start:%H:%M}" == entry.hours[:5]
    group = where.group is not None and where.group == entry.group
    home = entry.place is not None or where.squad in entry.squads or group
    return same and home and (clock or entry.rule not in ("S02", "S04"))


def want_for(scenario: Scenario, roster: Roster, finding: Finding) -> Want | None:
    """Return what a shortfall asks for; of missing vehicles that is the crew that would drive them."""
    if finding.rule == "S03" and finding.item == "vehicles":
        r = next(r for r in roster.remediations if r.id == finding.where.remediation)
        return Want(finding, r.start.date(), DutyKind.REMEDIATION, r.id, ((r.start, r.end),), (), whole=True)
    return want_of(scenario, roster, finding)
