"""S13: hosting remediations and convening the group go round over the year.

Model:  for each group: over >= most - fewest - spread, over >= 0, with most >= and fewest <= the turns of every member
        that may host: hosted before + sum of held over its candidates (of whatever kind) in the horizon;
        the same for convening, whose turns are all given: convened before + 1 for this month's convener.
Amount: turns beyond the spread (items "host" and "convener").
Source: own judgement; Huangpu 2013 has the conveners take turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from constraints.phrases import squad_name
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import TIMES
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Group, Scenario

HOST, CONVENER = "host", "convener"


class TurnsOfSquads(Rule):
    """Hosts and conveners take turns."""

    id, title = "S13", Text("属地与召集轮流", "Hosts and conveners take turns")
    scope, severity = Scope.GROUP, Severity.WISH
    unit, source = TIMES, Text("本系统自定;黄浦 2013 轮流召集", "own judgement; Huangpu 2013 rotates the conveners")
    prices = {HOST: "weight", CONVENER: "weight"}
    parameters = (
        Parameter(
            key="spread",
            default=1,
            text=Text("全年次数允许相差", "Accepted difference of turns over the year"),
            unit=Text("次", "turns"),
            low=0,
            high=50,
        ),
        Parameter(
            key="weight",
            default=4,
            text=Text("属地或召集次数相差每超出 1 次", "Per turn of host or convener beyond the spread"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        spread = self.params(scenario).spread
        before = {turns.squad: turns for turns in scenario.turns}
        for group in model.groups:
            may = {h.squads[0] for h in scenario.hotspots if h.may_host}
            hosts = [squad for squad in group.members if squad in may]
            if len(hosts) > 1:
                given = {squad: before[squad].hosted if squad in before else 0 for squad in hosts}
                held = {s: [model.held[c.id] for c in model.candidates if c.host == s] for s in hosts}
                most = max(given[s] + len(held[s]) for s in hosts)
                high = model.cp.new_int_var(0, most, f"S13/high/{group.id}")
                low = model.cp.new_int_var(0, most, f"S13/low/{group.id}")
                for squad in hosts:
                    model.cp.add(high >= given[squad] + sum(held[squad]))
                    model.cp.add(low <= given[squad] + sum(held[squad]))
                over = model.cp.new_int_var(0, most, f"S13/over/{group.id}")
                model.cp.add(over >= high - low - spread)
                yield Term(over, HOST)
            convened = [
                (before[squad].convened if squad in before else 0) + int(squad == group.convener)
                for squad in group.members
            ]
            if len(convened) > 1:
                yield Term(max(0, max(convened) - min(convened) - spread), CONVENER)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        carried = {turns.squad: turns for turns in scenario.turns}
        hosted = Counter(r.host for r in roster.remediations)
        for squad, turns in carried.items():
            hosted[squad] += turns.hosted
        able = {h.squads[0] for h in scenario.hotspots if h.may_host and h.squads}
        for group in scenario.groups:
            hosts = {squad: hosted[squad] for squad in group.members if squad in able}
            yield from self._uneven(scenario, group, hosts, HOST)
            convened = {squad: carried[squad].convened if squad in carried else 0 for squad in group.members}
            if group.convener in convened:
                convened[group.convener] += 1
            yield from self._uneven(scenario, group, convened, CONVENER)

    def _uneven(self, scenario: Scenario, group: Group, turns: Mapping[str, int], item: str) -> Iterator[Finding]:
        if not turns:
            return
        most, fewest = max(turns, key=lambda s: turns[s]), min(turns, key=lambda s: turns[s])
        over = turns[most] - turns[fewest] - self.params(scenario).spread
        if over <= 0:
            return
        a, b = squad_name(scenario, most), squad_name(scenario, fewest)
        what = Text("属地", "host") if item == HOST else Text("召集", "convener")
        yield self.finding(
            scenario,
            over,
            Where(group=group.id, squad=most, day=scenario.first),
            Text(
                f"{group.name}本年{what.zh}不均:{a} {turns[most]} 次,{b} {turns[fewest]} 次",
                f"{group.name}, turns as {what.en} this year: {a} {turns[most]}, {b} {turns[fewest]}",
            ),
            Text(f"下一次由{b}担任", f"Let {b} take the next turn"),
            item=item,
        )
