"""S07: weekends free, both days together.

A weekend counts in the month of its Saturday, if both days lie in the horizon. It is free if no shift touches it (the
night shift of Friday does) and neither day is a business trip or training.

Model:  free[o, w] = S07/free/<o>/<Saturday> <= rest[o, d] for both days;
        free[o, w] + sum of works[o, a] over shifts a that begin before Saturday and end in it <= 1
        amount = S07/short/<o>/<month> >= min(least, weekends of the month) - sum of free[o, w] over the month
Source: HSE, Managing shift work (HSG256).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY, dates
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario

SATURDAY = 5


class FreeWeekends(Rule):
    """At least so many whole weekends off a month."""

    id, title = "S07", Text("整个周末休息", "Whole weekends free")
    scope, severity = Scope.OFFICER, Severity.WISH
    unit = Text("个周末", "weekends")
    source = Text("英国 HSE《轮班工作管理》(HSG256)", "HSE, Managing shift work (HSG256)")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="least",
            default=1,
            text=Text("每月至少休完整周末", "Whole weekends free a month, at least"),
            unit=Text("个", "weekends"),
            low=0,
            high=5,
        ),
        Parameter(
            key="weight",
            default=6,
            text=Text("少休一个完整周末", "Per whole weekend missing"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        least = self.params(scenario).least
        months: dict[str, list[date]] = defaultdict(list)
        for day in model.days[:-1]:
            if day.weekday() == SATURDAY:
                months[f"{day:%Y%m}"].append(day)
        for officer in model.officers:
            for month, saturdays in months.items():
                free = [self._free(model, scenario, officer, saturday) for saturday in saturdays]
                wanted = min(least, len(saturdays))
                short = model.cp.new_int_var(0, wanted, f"S07/short/{officer.id}/{month}")
                model.cp.add(short >= wanted - sum(free))
                yield Term(short)

    def _free(self, model: RosterModel, scenario: Scenario, officer: Officer, saturday: date) -> Literal:
        both = (saturday, saturday + DAY)
        if any((a := scenario.absence(officer.id, day)) and a.kind.counts_as_worked for day in both):
            return 0
        free = model.cp.new_bool_var(f"S07/free/{officer.id}/{saturday:%m%d}")
        for day in both:
            model.cp.add(free <= model.rest[officer.id, day])
        midnight = datetime.combine(saturday, time())
        nights = [s for s in model.shift_days(officer) if s.start < midnight < s.end]
        model.cp.add(free + sum(model.works[officer.id, s] for s in nights) <= 1)
        return free

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        least = self.params(scenario).least
        weekends = [d for d in scenario.dates if d.isoweekday() == 6 and d + DAY < scenario.end]
        for officer in scenario.officers:
            busy = _busy_dates(scenario, roster, officer)
            for month in sorted({(d.year, d.month) for d in weekends}):
                mine = [d for d in weekends if (d.year, d.month) == month]
                off = sum(d not in busy and d + DAY not in busy for d in mine)
                short = min(least, len(mine)) - off
                if short > 0:
                    yield self.finding(
                        scenario,
                        short,
                        Where(officer=officer.id, squad=officer.squad, day=mine[0]),
                        Text(
                            f"{officer.name} {month[0]}-{month[1]:02} 完整周末只休 {off} 个,应有 {off + short} 个",
                            f"{officer.name} has {off} whole weekends free in {month[0]}-{month[1]:02}, "
                            f"not {off + short}",
                        ),
                        Text("让出一个完整周末", "Clear one whole weekend"),
                    )


def _busy_dates(scenario: Scenario, roster: Roster, officer: Officer) -> set[date]:
    """Return the dates that a shift touches, a business trip or training fills."""
    away = {d for d in scenario.dates if (a := scenario.absence(officer.id, d)) and a.kind.counts_as_worked}
    shifts = [*scenario.past_shifts_of(officer.id), *scenario.dated(roster.shifts_of(officer.id))]
    for shift in shifts:
        # a shift that ends at midnight sharp leaves the next date alone
        last = (shift.end - datetime.resolution).date()
        away |= set(dates(shift.day, last + DAY))
    return away
