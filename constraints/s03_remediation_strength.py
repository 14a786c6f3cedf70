"""S03: remediations at their target strength.

Model:  heads missing[c] >= target * held[c] - sum of joins, times the length; the same for vehicles, not times length.
Amount: person-minutes missing (item "heads") and vehicles missing (item "vehicles"), for remediations that are held.
Source: Huangpu 2013: 18.0 people and 4.06 vehicles each in 2012.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name
from domain.calendar import minutes
from domain.parameter import Parameter
from domain.result import Finding
from domain.units import PERSON_MINUTES, VEHICLES
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Roster
    from domain.scenario import Scenario


class RemediationStrength(Rule):
    """People and vehicles short of the target."""

    id, title = "S03", Text("整治人车到位", "Strength of remediations")
    scope, severity = Scope.GROUP, Severity.SHORTFALL
    unit, source = PERSON_MINUTES, Text("黄浦 2013:每次 18 人、4 车", "Huangpu 2013: 18 people and 4 vehicles")
    units = {"vehicles": VEHICLES}
    prices = {"heads": "weight", "vehicles": "vehicle_weight"}
    per = {"heads": 60}
    parameters = (
        Parameter(
            key="weight",
            default=10,
            text=Text("每缺一人一小时的分值", "Price of a missing person-hour"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
        Parameter(
            key="vehicle_weight",
            default=40,
            text=Text("每缺一辆车的分值", "Price of a missing vehicle"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        going = defaultdict(list)
        for (_, cid), uses in model.uses.items():
            going[cid].append(uses)
        for c in model.candidates:
            people = [joins for _, joins in model.joining(c)]
            missing = model.cp.new_int_var(0, c.target_heads, f"S03/heads/{c.id}")
            model.cp.add(missing >= c.target_heads * model.held[c.id] - sum(people))
            yield Term(c.length_min * missing, "heads")
            without = model.cp.new_int_var(0, c.target_vehicles, f"S03/vehicles/{c.id}")
            model.cp.add(without >= c.target_vehicles * model.held[c.id] - sum(going[c.id]))
            yield Term(without, "vehicles")

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        orders = {order.id: order for order in scenario.designated}
        for r in roster.remediations:
            order, group = orders.get(r.designated or ""), scenario.group_by_id.get(r.group)
            if order is not None:
                heads, vehicles = order.heads, order.vehicles
            elif group is not None:
                heads, vehicles = group.target_heads, group.target_vehicles
            else:
                continue
            name = remediation_name(scenario, r)
            people = {p for p in r.participants if p in scenario.officer_by_id}
            if len(people) < heads:
                short, length = heads - len(people), max(0, minutes(r.end - r.start))
                yield self.finding(
                    scenario,
                    short * length,
                    at_remediation(r),
                    Text(
                        f"{name.zh}参加 {len(people)} 人,目标 {heads} 人,缺 {short} 人,共 {short * length} 人分钟",
                        f"{name.en} has {len(people)} people, {short} short of the target {heads}:"
                        f" {short * length} person-minutes",
                    ),
                    Text("加人,或向机动中队借人", "Add people, or borrow some of the mobile squads"),
                    item="heads",
                )
            cars = {use.vehicle for use in r.vehicles if use.vehicle in scenario.vehicle_by_id}
            if len(cars) < vehicles:
                short = vehicles - len(cars)
                yield self.finding(
                    scenario,
                    short,
                    at_remediation(r),
                    Text(
                        f"{name.zh}车辆 {len(cars)} 辆,目标 {vehicles} 辆,缺 {short} 辆",
                        f"{name.en} has {len(cars)} vehicles, {short} short of the target {vehicles}",
                    ),
                    Text("加车和有资格的驾驶员", "Add vehicles, with licensed drivers"),
                    item="vehicles",
                )
