"""R14: a squad sends nobody to a remediation while its own fixed post or case desk is short in that window.

Model:  for each squad s, candidate c, post or desk of s and stretch of its hours inside c that no period cuts:
        sum of staff there over all squads that share it >= wanted * sends[s, c].
A shared desk may be manned by any of its squads; of squads outside the part being solved nothing is counted.
Source: own judgement; Huangpu 2013 takes off fixed posts and grid-centre cases before all other work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import Candidate, Period, RosterModel, Rule, Task, Term
from constraints.phrases import at_remediation, remediation_name, squad_name
from domain.calendar import DAY, Need, minutes, overlaps
from domain.result import Finding
from domain.units import PERSON_MINUTES
from domain.words import DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from domain.roster import Duty, Remediation, Roster
    from domain.scenario import Scenario


class OwnPostsFirst(Rule):
    """No squad goes to a remediation while its own posts or desk are short."""

    id, title = "R14", Text("整治不抽空本队岗位", "Own posts before remediations")
    scope, severity = Scope.GROUP, Severity.HARD
    unit = PERSON_MINUTES
    source = Text(
        "本系统自定;黄浦 2013 先扣除固定岗和网格案件", "own judgement; Huangpu 2013 takes off posts and cases first"
    )
    by_class = True

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        needs = _needs_by_squad(scenario)
        periods: dict[tuple[str, date], list[Period]] = defaultdict(list)
        for found in model.periods.values():
            for period in found:
                periods[period.squad, period.start.date()].append(period)
        inside = {squad.id for squad in model.squads}
        for c in model.candidates:
            for squad in (*c.squads, *c.helpers):
                if squad not in inside:
                    continue
                days = (c.day - DAY, c.day, c.end.date())
                for need, task, sharing in (row for day in dict.fromkeys(days) for row in needs[squad, day]):
                    if not overlaps(need.start, need.end, c.start, c.end):
                        continue
                    near = [p for s in sharing for day in dict.fromkeys(days) for p in periods.get((s, day), ())]
                    for heads in _stretches(model, c, need, task, near):
                        model.cp.add(sum(heads) >= need.heads * model.sends[squad, c.id])
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        at_place: dict[tuple[DutyKind, str], list[Duty]] = defaultdict(list)
        for duty in roster.duties:
            if duty.place is not None and duty.officer in scenario.officer_by_id:
                at_place[duty.kind, duty.place].append(duty)
        for r in roster.remediations:
            people = [scenario.officer_by_id[p] for p in r.participants if p in scenario.officer_by_id]
            for squad in dict.fromkeys(p.squad for p in people):
                for need in scenario.post_needs:
                    post = scenario.post_by_id[need.place]
                    if post.squad == squad:
                        duties = at_place[DutyKind.POST, need.place]
                        yield from self._short(scenario, r, squad, need, post.name, (squad,), duties)
                for need in scenario.desk_needs:
                    desk = scenario.desk_by_id[need.place]
                    if squad in desk.squads:
                        duties = at_place[DutyKind.DESK, need.place]
                        yield from self._short(scenario, r, squad, need, desk.name, desk.squads, duties)

    def _short(
        self,
        scenario: Scenario,
        r: Remediation,
        squad: str,
        need: Need,
        place: str,
        sharing: tuple[str, ...],
        duties: list[Duty],
    ) -> Iterator[Finding]:
        start, end = max(need.start, r.start), min(need.end, r.end)
        if start >= end:
            return
        own = [d for d in duties if scenario.officer_by_id[d.officer].squad in sharing]
        events = sorted({start, end, *(t for d in own for t in (d.start, d.end) if start < t < end)})
        short, fewest, first = 0, need.heads, None
        for moment, following in pairwise(events):
            heads = len({d.officer for d in own if d.start <= moment < d.end})
            if heads < need.heads:
                short += (need.heads - heads) * minutes(following - moment)
                fewest, first = min(fewest, heads), first or moment
        if first is not None:
            name, who = remediation_name(scenario, r), squad_name(scenario, squad)
            yield self.finding(
                scenario,
                short,
                at_remediation(r, squad=squad),
                Text(
                    f"{who} 派人参加{name.zh},而本队 {place} {first:%H:%M} 起最少时只有 {fewest} 人"
                    f"(应 {need.heads} 人),共缺 {short} 人分钟",
                    f"{who} sends people to {name.en} while its own {place} has as few as {fewest} of {need.heads}"
                    f" people from {first:%H:%M} on; {short} person-minutes short",
                ),
                Text("先补足岗位,或该中队这次不派人", "Man the post first, or leave the squad out this time"),
            )


def _needs_by_squad(scenario: Scenario) -> dict[tuple[str, date], list[tuple[Need, Task, tuple[str, ...]]]]:
    found: dict[tuple[str, date], list[tuple[Need, Task, tuple[str, ...]]]] = defaultdict(list)
    for need in scenario.post_needs:
        squad = scenario.post_by_id[need.place].squad
        found[squad, need.day].append((need, Task(DutyKind.POST, need.place), (squad,)))
    for need in scenario.desk_needs:
        sharing = scenario.desk_by_id[need.place].squads
        for squad in sharing:
            found[squad, need.day].append((need, Task(DutyKind.DESK, need.place), sharing))
    return found


def _stretches(
    model: RosterModel, c: Candidate, need: Need, task: Task, periods: list[Period]
) -> Iterator[list[cp_model.IntVar]]:
    """Yield the staff variables that man the task, for each stretch in which they are the same."""
    start, end = max(need.start, c.start), min(need.end, c.end)
    marks: set[datetime] = {start, end}
    for p in periods:
        marks |= {t for t in (p.start, p.end) if start < t < end}
    for a, b in pairwise(sorted(marks)):
        there = [p for p in periods if p.start <= a and b <= p.end]
        yield [heads for p in there for _, heads in model.tasked(p, task)]
