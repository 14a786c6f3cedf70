"""R20: shifts that may not follow one another on the next date, history included.

Model:  works[o, a] + sum of works[o, b] over the shifts b of the next date that may not follow a <= 1
        (one sum suffices, as nobody has two shifts on a date: R01)
Source: as entered; off unless entered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY
from domain.result import Finding, Where
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario


class Successions(Rule):
    """A shift that may not be worked on the date after another."""

    id, title = "R20", Text("禁止接班", "Forbidden successions")
    scope, severity = Scope.OFFICER, Severity.HARD
    unit, source = Text("处", "cases"), Text("按所填,填写才生效", "as entered; off unless entered")

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        barred: dict[str, set[str]] = defaultdict(set)
        for succession in scenario.successions:
            barred[succession.first].add(succession.then)
        for officer in model.officers if barred else ():
            for a in model.shift_days(officer):
                later = [
                    model.works[officer.id, b]
                    for b in model.shift_days_on(officer, a.day + DAY)
                    if a.day + DAY >= model.days[0] and b.shift in barred.get(a.shift, ())
                ]
                if later:
                    model.cp.add(model.works[officer.id, a] + sum(later) <= 1)
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        barred = {(s.first, s.then) for s in scenario.successions}
        for officer in scenario.officers:
            worked = scenario.dated(roster.shifts_of(officer.id))
            for a, b in pairwise([*scenario.past_shifts_of(officer.id), *worked]):
                if (b.day - a.day).days == 1 and b.day >= scenario.first and (a.shift, b.shift) in barred:
                    one, other = scenario.shift_by_id[a.shift].name, scenario.shift_by_id[b.shift].name
                    yield self.finding(
                        scenario,
                        1,
                        Where(officer=officer.id, squad=officer.squad, day=b.day),
                        Text(
                            f"{officer.name} {a.day:%m-%d} 上{one},次日不得上{other}",
                            f"{officer.name} works {one} on {a.day:%m-%d} and may not work {other} on the next date",
                        ),
                        Text("后一天改休或换班", "Make the second day a rest day, or change its shift"),
                    )
