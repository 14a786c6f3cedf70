"""S06: not too many late, or early, shifts on consecutive dates.

Model:  for both kinds k and every window of longest + 1 dates that ends in the horizon:
        sum of works[o, a] over shifts a of kind k in the window - longest <= over,
        over = S06/over/<o>/<k>/<date> in 0..1;  amount = sum of over
        Windows broken by a date on which o cannot work such a shift are left out.
Source: HSE, Managing shift work (HSG256).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import DAY, dates
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import SHIFTS
from domain.words import Scope, Severity, ShiftKind, Text
from inputs.labels import label

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario

KINDS = (ShiftKind.EARLY, ShiftKind.LATE)


class Runs(Rule):
    """Runs of late or of early shifts, history included."""

    id, title = "S06", Text("连续晚班或早班", "Runs of late or early shifts")
    scope, severity = Scope.OFFICER, Severity.WISH
    unit, source = SHIFTS, Text("英国 HSE《轮班工作管理》(HSG256)", "HSE, Managing shift work (HSG256)")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="longest",
            default=3,
            text=Text("最多连续晚班(早班)数", "Longest run of late (early) shifts"),
            unit=Text("个", "shifts"),
            low=1,
            high=13,
        ),
        Parameter(
            key="weight",
            default=8,
            text=Text("连续晚班或早班过多,每班", "Run too long, per shift"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        longest = self.params(scenario).longest
        for officer in model.officers:
            for kind in KINDS:
                works = {
                    day: [
                        model.works[officer.id, s]
                        for s in model.shift_days_on(officer, day)
                        if scenario.shift_by_id[s.shift].kind is kind
                    ]
                    for day in dates(model.days[0] - longest * DAY, model.days[-1] + DAY)
                }
                for last in model.days:
                    window = [works[day] for day in dates(last - longest * DAY, last + DAY)]
                    if all(window):
                        over = model.cp.new_bool_var(f"S06/over/{officer.id}/{kind}/{last:%m%d}")
                        model.cp.add(sum(sum(on_day) for on_day in window) - longest <= over)
                        yield Term(over)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        longest = self.params(scenario).longest
        for officer in scenario.officers:
            shifts = [*scenario.past_shifts_of(officer.id), *scenario.dated(roster.shifts_of(officer.id))]
            for kind in KINDS:
                run = 0
                on_kind = {s.day for s in shifts if scenario.shift_by_id[s.shift].kind is kind}
                for day in dates(scenario.first - 14 * DAY, scenario.end + DAY):
                    if day in on_kind:
                        run += 1
                        continue
                    # the part of the run that lies in the past is not charged again
                    over = min(run - longest, (day - scenario.first).days)
                    if over > 0:
                        first, last, what = day - run * DAY, day - DAY, label(kind)
                        yield self.finding(
                            scenario,
                            over,
                            Where(officer=officer.id, squad=officer.squad, day=last),
                            Text(
                                f"{officer.name} {first:%m-%d} 至 {last:%m-%d} "
                                f"连上 {run} 个{what.zh}班,最好不超过 {longest} 个",
                                f"{officer.name} has {run} {what.en} shifts in a row, {first:%m-%d} to {last:%m-%d}; "
                                f"{longest} are better",
                            ),
                            Text("中间换一个班或安排休息", "Change a shift in between, or give a rest day"),
                        )
                    run = 0
