"""Scores a roster of a public instance by the instance's own file; shares nothing with rules or solver.

Hard: one shift a day and none on a day off, shift types within their caps, minutes within the band, runs of shifts and
of days off, weekends, successions. Runs that touch either end of the horizon may be short. Cost: requests for a shift
not granted, requests against one not kept, heads under and over the cover.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from domain.roster import Roster
from domain.words import Text
from inputs.curtois import FIRST, Employee, Instance

Line = list[str | None]
"""An employee's shift by day; None is a day off."""


@dataclass(frozen=True)
class Score:
    """What a roster costs, and every hard limit it breaks; ``total`` means nothing unless ``breaches`` is empty."""

    requests: int
    under: int
    over: int
    breaches: tuple[Text, ...]

    @property
    def total(self) -> int:
        """Sum of all costs."""
        return self.requests + self.under + self.over


def score(instance: Instance, roster: Roster) -> Score:
    """Score the shifts of a roster; everything else in it is ignored."""
    breaches: list[Text] = []
    lines: dict[str, Line] = {employee.id: [None] * instance.days for employee in instance.staff}
    for a in roster.shifts:
        day = (a.day - FIRST).days
        if a.officer not in lines or not 0 <= day < instance.days:
            breaches.append(Text(f"没有 {a.officer} 第 {day} 天", f"there is no {a.officer} on day {day}"))
        elif lines[a.officer][day] is not None:
            breaches.append(_said(a.officer, f"第 {day} 天有两个班", f"has two shifts on day {day}"))
        else:
            lines[a.officer][day] = a.shift
    for employee in instance.staff:
        breaches += _broken(instance, employee, lines[employee.id])
    under, over = _cover(instance, lines)
    return Score(requests=_requests(instance, lines), under=under, over=over, breaches=tuple(breaches))


def _said(who: str, zh: str, en: str) -> Text:
    return Text(f"{who} {zh}", f"{who} {en}")


def _broken(instance: Instance, employee: Employee, line: Line) -> Iterator[Text]:
    who = employee.id
    lengths = {shift.id: shift.minutes for shift in instance.shifts}
    worked = Counter(shift for shift in line if shift is not None)
    for unknown in worked.keys() - lengths.keys():
        yield _said(who, f"上了不存在的班次 {unknown}", f"works {unknown}, which does not exist")
    for day, shift in enumerate(line):
        if shift is not None and (who, day) in instance.days_off:
            yield _said(who, f"第 {day} 天应休", f"has day {day} off")
    for capped, most in employee.caps:
        if worked[capped] > most:
            yield _said(
                who,
                f"{capped} 上了 {worked[capped]} 次,最多 {most}",
                f"works {capped} {worked[capped]} times, most {most}",
            )
    total = sum(lengths.get(shift, 0) * count for shift, count in worked.items())
    low, high = employee.least_minutes, employee.most_minutes
    if not low <= total <= high:
        yield _said(who, f"{total} 分钟,应为 {low} 至 {high}", f"{total} minutes, not {low} to {high}")
    yield from _runs(instance, employee, line)
    weekends = {day // 7 for day, shift in enumerate(line) if shift is not None and day % 7 in (5, 6)}
    if len(weekends) > employee.most_weekends:
        most = employee.most_weekends
        yield _said(who, f"{len(weekends)} 个周末上班,最多 {most}", f"works {len(weekends)} weekends, most {most}")
    barred = {(shift.id, other) for shift in instance.shifts for other in shift.not_then}
    for day, (a, b) in enumerate(pairwise(line)):
        if a is not None and b is not None and (a, b) in barred:
            yield _said(who, f"第 {day + 1} 天 {b} 不得接 {a}", f"day {day + 1}: {b} may not follow {a}")


def _runs(instance: Instance, employee: Employee, line: Line) -> Iterator[Text]:
    day = 0
    for works, run in groupby(line, lambda shift: shift is not None):
        length = len(list(run))
        inside = day > 0 and day + length < instance.days
        least = employee.least_days if works else employee.least_days_off
        what = Text("连续上班", "days worked in a row") if works else Text("连续休息", "days off in a row")
        if inside and length < least:
            zh, en = (
                f"第 {day} 天起{what.zh} {length} 天,至少 {least}",
                f"{length} {what.en} from day {day}, not {least}",
            )
            yield _said(employee.id, zh, en)
        if works and length > employee.most_days:
            most = employee.most_days
            zh, en = (
                f"第 {day} 天起{what.zh} {length} 天,最多 {most}",
                f"{length} {what.en} from day {day}, most {most}",
            )
            yield _said(employee.id, zh, en)
        day += length


def _requests(instance: Instance, lines: Mapping[str, Line]) -> int:
    missed = sum(wish.weight for wish in instance.on if lines[wish.employee][wish.day] != wish.shift)
    return missed + sum(wish.weight for wish in instance.off if lines[wish.employee][wish.day] == wish.shift)


def _cover(instance: Instance, lines: Mapping[str, Line]) -> tuple[int, int]:
    there = Counter((day, shift) for line in lines.values() for day, shift in enumerate(line))
    gaps = [(want, there[want.day, want.shift] - want.heads) for want in instance.cover]
    under = sum(want.under * -gap for want, gap in gaps if gap < 0)
    return under, sum(want.over * gap for want, gap in gaps if gap > 0)
