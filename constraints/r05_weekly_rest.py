"""R05: in any 7 days one unbroken rest of a day and a night.

A rest day is a date on which no shift starts and around which the unbroken rest, from the end of the last shift before
to the start of the next one after, is long enough. Every window of 7 dates inside the past and the horizon that holds
a date of the horizon needs one. Who has no past shifts counts as resting before; absences are free of shifts.

Model:  free[o, d] = R05/free/<o>/<d> <= rest[o, d], or 0 on a worked date of the past, and for each shift a before d
        and the shifts b of one date after d with b.start - a.end < least:
        free[o, d] + works[o, a] + sum of works[o, b] <= 2
        sum of free[o, d] over the window >= 1
        Where no such a and b exist, as with early and late shifts only, rest[o, d] itself is the literal. Nothing is
        posted for a length of 0.
Source: a weekly rest (Labour Law art. 38); 32 h is our own judgement: late, one day off, early is just enough.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY, ShiftDay, dates, minutes
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario

SPAN = 7


class WeeklyRest(Rule):
    """One long rest in any seven days, history included."""

    id, title = "R05", Text("每七天一次连续休息", "One long rest in any seven days")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit = Text("个 7 天", "spells of 7 days")
    source = Text("本系统自定;每周一整段休息,《劳动法》第三十八条", "own judgement; a weekly rest, Labour Law art. 38")
    parameters = (
        Parameter(
            key="least",
            default=timedelta(hours=32),
            text=Text("连续休息时数(0 为不要求)", "Length of the unbroken rest (0: not asked for)"),
            unit=Text("小时", "h"),
            low=timedelta(0),
            high=timedelta(hours=72),
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        least = self.params(scenario).least
        for officer in model.officers if least else ():
            free = self._free(model, officer, least)
            for last in model.days:
                window = dates(last - (SPAN - 1) * DAY, last + DAY)
                model.cp.add(sum(free[day] for day in window) >= 1)
        return ()

    def _free(self, model: RosterModel, officer: Officer, least: timedelta) -> dict[date, Literal]:
        """Return date -> 1 if it may be a rest day, for the 6 dates before the horizon and those of the horizon."""
        close = _too_close(model.shift_days(officer), least)
        past = {shift.day for shift in model.shift_days(officer) if shift.day < model.days[0]}
        found: dict[date, Literal] = {}
        for day in (*dates(model.days[0] - (SPAN - 1) * DAY, model.days[0]), *model.days):
            if day in past:
                found[day] = 0
                continue
            rest = model.rest.get((officer.id, day), 1)
            if day not in close:
                found[day] = rest
                continue
            found[day] = free = model.cp.new_bool_var(f"R05/free/{officer.id}/{day:%m%d}")
            model.cp.add(free <= rest)
            for a, later in close[day]:
                works_later = sum(model.works[officer.id, b] for b in later)
                model.cp.add(free + model.works[officer.id, a] + works_later <= 2)
        return found

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        least = self.params(scenario).least
        for officer in scenario.officers if least else ():
            shifts = [*scenario.past_shifts_of(officer.id), *scenario.dated(roster.shifts_of(officer.id))]
            shifts.sort()
            for first, last, count in _restless(scenario, _rest_days(scenario, shifts, least)):
                yield self.finding(
                    scenario,
                    count,
                    Where(officer=officer.id, squad=officer.squad, day=last),
                    Text(
                        f"{officer.name} {first:%m-%d} 至 {last:%m-%d} 没有一次 {minutes(least) / 60:g} 小时的连续休息",
                        f"{officer.name} has no unbroken rest of {minutes(least) / 60:g} h from {first:%m-%d} to "
                        f"{last:%m-%d}",
                    ),
                    Text(
                        "其中安排一天休,前后的班错开", "Give a rest day there, with shifts around it far enough apart"
                    ),
                )


def _too_close(shifts: Sequence[ShiftDay], least: timedelta) -> dict[date, list[tuple[ShiftDay, list[ShiftDay]]]]:
    """Return date -> (shift before it, shifts of one date after it) with too little rest between them."""
    found: dict[tuple[date, ShiftDay, date], list[ShiftDay]] = defaultdict(list)
    for n, a in enumerate(shifts):
        for b in shifts[n + 1 :]:
            if b.start - a.end >= least:
                break
            for day in dates(a.day + DAY, b.day):
                found[day, a, b.day].append(b)
    close: dict[date, list[tuple[ShiftDay, list[ShiftDay]]]] = defaultdict(list)
    for (day, a, _), later in found.items():
        close[day].append((a, later))
    return close


def _rest_days(scenario: Scenario, shifts: Sequence[ShiftDay], least: timedelta) -> set[date]:
    """Return the dates, from six before the horizon on, that are rest days."""
    found = set()
    last: datetime | None = None
    later = deque(shifts)
    for day in dates(scenario.first - (SPAN - 1) * DAY, scenario.end):
        while later and later[0].day < day:
            end = later.popleft().end
            last = end if last is None else max(last, end)
        if later and later[0].day == day:
            continue
        if last is None or not later or later[0].start - last >= least:
            found.add(day)
    return found


def _restless(scenario: Scenario, rest_days: set[date]) -> Iterator[tuple[date, date, int]]:
    """Yield each run of windows without a rest day: its first date, its last date, how many windows."""
    count, days = 0, 0
    for day in dates(scenario.first - (SPAN - 1) * DAY, scenario.end + DAY):
        if day in rest_days or day == scenario.end:
            if count:
                yield day - days * DAY, day - DAY, count
            count = days = 0
            continue
        days += 1
        count += days >= SPAN
