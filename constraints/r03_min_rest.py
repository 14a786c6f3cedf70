"""R03: rest between shifts.

Model:  works[o, a] + sum of works[o, b] <= 1 for every shift a of officer o and every later date with shifts b such
        that b.start - a.end < min_rest (one sum suffices, as nobody has two shifts on a date: R01).
Source: best practice (11 h, EU Directive 2003/88 art. 3).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import minutes
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import MINUTES
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Scenario


class MinRest(Rule):
    """Rest between shifts, history included."""

    id, title = "R03", Text("班次间休息", "Rest between shifts")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit = MINUTES
    source = Text("欧盟指令 2003/88 第三条,作为良好做法", "EU Directive 2003/88 art. 3, as best practice")
    parameters = (
        Parameter(
            key="min_rest",
            default=timedelta(hours=11),
            text=Text("两班之间最短休息", "Least rest between two shifts"),
            unit=Text("小时", "h"),
            low=timedelta(0),
            high=timedelta(hours=24),
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        min_rest = self.params(scenario).min_rest
        for officer in model.officers:
            shifts = model.shift_days(officer)
            starts = [shift.start for shift in shifts]
            for n, a in enumerate(shifts):
                close: dict[date, list[Literal]] = defaultdict(list)
                for b in shifts[n + 1 : bisect_left(starts, a.end + min_rest)]:
                    if b.day > a.day:
                        close[b.day].append(model.works[officer.id, b])
                for works in close.values():
                    model.cp.add(model.works[officer.id, a] + sum(works) <= 1)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        min_rest = self.params(scenario).min_rest
        for officer in scenario.officers:
            worked = scenario.dated(roster.shifts_of(officer.id))
            for first, second in pairwise(sorted([*scenario.past_shifts_of(officer.id), *worked])):
                short = min_rest - (second.start - first.end)
                if short > timedelta(0):
                    zh, en = f"少 {minutes(short)} 分钟", f"{minutes(short)} min too little"
                    yield self.finding(
                        scenario,
                        minutes(short),
                        Where(officer=officer.id, squad=officer.squad, day=second.day),
                        Text(
                            f"{officer.name} {first.day:%m-%d} 班后到 {second.day:%m-%d} 上班前休息不足,{zh}",
                            f"{officer.name} rests too little between {first.day:%m-%d} and {second.day:%m-%d}: {en}",
                        ),
                        Text("改后一天为休或晚些的班", "Make the second day a rest day or a later shift"),
                    )
