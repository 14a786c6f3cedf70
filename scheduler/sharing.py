"""Who makes which visits on borders, and who owes which heads at shared presences, as settled for all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from constraints.base import GRAIN
from domain.roster import Visits
from domain.scenario import Scenario
from scheduler.kinds import tag_of
from scheduler.parts import DECIDING, Proof, Unit, borders
from scheduler.relaxed import Prices, Tag
from scheduler.together import heads_of_all, visits_of_all


@dataclass
class Sharing:
    """Visits by unit, window and date, and heads by unit and presence; what is not there is not settled."""

    visits: dict[tuple[Unit, Tag, date], int] = field(default_factory=dict)
    owed: dict[Unit, dict[str, int]] = field(default_factory=dict)

    def settle(
        self,
        scenario: Scenario,
        proofs: Mapping[Unit, Proof],
        prices: Mapping[Tag, int],
    ) -> None:
        """Settle what the proofs know of all units that have part in it; they paid ``prices`` for visits."""
        costs = {unit: proof.parts for unit, proof in proofs.items()}
        aims = {unit: proof.visited for unit, proof in proofs.items()}
        self.visits = visits_of_all(scenario, costs, borders(scenario), aims, prices)
        weight = next(rule for rule in DECIDING if rule.id == "S17").params(scenario).weight
        for presence in scenario.presences:
            minutes = sum(
                int((need.end - need.start).total_seconds()) // 60
                for need in scenario.presence_needs
                if need.place == presence.id
            )
            split = heads_of_all(costs, presence, weight * GRAIN * minutes / 60)
            for unit, heads in (split or {}).items():
                self.owed.setdefault(unit, {})[presence.id] = heads

    def others(
        self, scenario: Scenario, units: Sequence[Unit], unit: Unit, prices: Prices | None
    ) -> tuple[Visits, ...]:
        """Return the visits on borders that the units other than ``unit`` are to make.

        Where that is not settled it is what they do in the survey's relaxation, in whole ones; without ``prices`` the
        first squad makes them all.
        """
        rows = []
        for hotspot in scenario.hotspots:
            them = [s for s in hotspot.squads if s not in unit]
            if not them or not set(unit) & set(hotspot.squads):
                continue
            for day in scenario.dates:
                for w in scenario.open_windows(hotspot.id, day):
                    tag = tag_of(w)
                    if (unit, tag, day) in self.visits:
                        count = sum(self.visits.get((other, tag, day), 0) for other in units if other != unit)
                    elif prices is None:
                        count = 0 if hotspot.squads[0] in unit else w.wanted
                    else:
                        count = round(sum(prices.visits.get((squad, tag), 0.0) for squad in them))
                    rows.append(Visits(squad=them[0], hotspot=hotspot.id, start=w.start, count=min(w.wanted, count)))
        return tuple(rows)


def shares_something(scenario: Scenario, unit: Unit) -> bool:
    """Return whether a unit has part in a window on a border or in a presence together with other units."""
    squads = set(unit)
    met = {scenario.hotspot_by_id[str(tag[0])].squads for tag in borders(scenario)}
    there = {p.squads for p in scenario.presences if not set(p.squads) <= squads}
    return any(squads & set(those) for those in met | there)
