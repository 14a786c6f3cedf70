"""S11: two squads do not visit one hotspot in the same window without a plan.

Model:  visits[s, w] <= wanted[w] x goes[s, w], goes in {0, 1}, for the squads s of a hotspot with several squads
        extra[w] >= sum of goes[s, w] - 1, extra[w] >= 0; amount = sum of extra. Squads outside the part are constants.
Source: own judgement. That no squad goes there is S02's shortfall.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from domain.calendar import OpenWindow
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Literal
    from domain.roster import Roster
    from domain.scenario import Scenario


class BorderOverlap(Rule):
    """One squad at a time visits a border hotspot."""

    id, title = "S11", Text("结合部重复到点", "Border hotspots visited twice over")
    scope, severity = Scope.GROUP, Severity.WISH
    unit, source = Text("个中队·次", "extra squads"), Text("本系统自定", "own judgement")
    by_class = True
    parameters = (
        Parameter(
            key="weight",
            default=2,
            text=Text("结合部同一时段每多一个中队到点扣分", "Points per extra squad at a border hotspot in one window"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
    )
    prices = {"": "weight"}

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        goes: dict[OpenWindow, list[Literal]] = defaultdict(list)
        for (squad, window), count in model.visits.items():
            if len(scenario.hotspot_by_id[window.hotspot].squads) < 2:
                continue
            if isinstance(count, int):
                goes[window].append(int(count > 0))
            elif window.wanted == 1:
                goes[window].append(count)
            else:
                there = model.cp.new_bool_var(f"S11/goes/{squad}/{window.hotspot}/{window.start:%m%d%H%M}")
                model.cp.add(count <= window.wanted * there)
                goes[window].append(there)
        for window, squads in goes.items():
            if len(squads) < 2:
                continue
            name = f"S11/extra/{window.hotspot}/{window.start:%m%d%H%M}"
            extra = model.cp.new_int_var(0, len(squads) - 1, name)
            model.cp.add(extra >= sum(squads) - 1)
            yield Term(extra)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        visitors: dict[tuple[str, datetime], set[str]] = defaultdict(set)
        for row in roster.visits:
            if row.count > 0 and row.squad in scenario.squad_by_id:
                visitors[row.hotspot, row.start].add(row.squad)
        for (place, start), there in sorted(visitors.items()):
            hotspot = scenario.hotspot_by_id.get(place)
            squads = [s for s in hotspot.squads if s in there] if hotspot is not None else []
            windows = [w for w in scenario.open_windows(place, start.date()) if w.start == start]
            if hotspot is not None and windows and len(squads) > 1:
                names = [scenario.squad_by_id[s].name for s in squads]
                when = f"{start:%m-%d %H:%M}-{windows[0].end:%H:%M}"
                yield self.finding(
                    scenario,
                    len(squads) - 1,
                    Where(squad=squads[1], day=start.date(), place=place, start=start, end=windows[0].end),
                    Text(
                        f"{'、'.join(names)} {when} 都到热点「{hotspot.name}」",
                        f"{', '.join(names)} all visit hotspot {hotspot.name} {when}",
                    ),
                    Text("该时段只留一个中队到点,另行轮换", "Leave this window to one squad and take turns"),
                )
