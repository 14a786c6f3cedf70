"""A squad around a day, cut out of the roster: rules that read places and visits are asked about that alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from constraints.base import Rule
from domain.calendar import DAY
from domain.result import Finding
from domain.roster import Roster, Visits
from domain.scenario import Scenario
from scheduler.rule_change import NOTHING, Change, difference, findings
from scheduler.trial import VISITS_RULE

SQUAD_ALONE = frozenset({"S19", "S21"})
"""What reads the shifts of one squad."""


@dataclass
class Slice:
    """A squad around a day: a scenario and a roster of their own, with what each rule says of them."""

    scenario: Scenario
    home: Scenario
    """The squad alone."""
    roster: Roster
    kept: bool
    """Whether the squad can make the visits it promised."""
    seen: dict[tuple[object, ...], Change] = field(default_factory=dict)
    """What comes of a trial at visits or places, by all that those see of it."""
    _before: dict[str, Counter[Finding]] = field(default_factory=dict)
    _spots: dict[frozenset[str], tuple[Scenario, Counter[Finding]]] = field(default_factory=dict)

    def change(self, rule: Rule, after: Roster) -> Change:
        """Return what a rule says otherwise of another roster."""
        scenario = self.home if rule.id in SQUAD_ALONE else self.scenario
        if rule.id not in self._before:
            self._before[rule.id] = findings(scenario, self.roster, (rule,))
        return difference(self._before[rule.id], findings(scenario, after, (rule,)))

    def visited(self, after: Roster, spots: frozenset[str]) -> Change:
        """Return what the visits of some hotspots change: those that are missing, and promises that cannot be kept."""
        broken = NOTHING
        if not self.kept:
            before, now = (Counter(VISITS_RULE.beyond(self.home, r)) for r in (self.roster, after))
            broken = difference(before, now)
        if not spots:
            return broken
        if spots not in self._spots:
            hotspots = tuple(h for h in self.scenario.hotspots if h.id in spots)
            squads = {s for h in hotspots for s in h.squads}
            scenario = self.scenario.model_copy(
                update={"hotspots": hotspots, "squads": tuple(s for s in self.scenario.squads if s.id in squads)}
            )
            self._spots[spots] = scenario, _unvisited(scenario, self.roster, spots)
        scenario, missing = self._spots[spots]
        return broken.with_more(difference(missing, _unvisited(scenario, after, spots)))


def _unvisited(scenario: Scenario, roster: Roster, spots: frozenset[str]) -> Counter[Finding]:
    there = Roster(visits=tuple(v for v in roster.visits if v.hotspot in spots))
    return Counter(VISITS_RULE.unvisited(scenario, there))


def differing(before: Sequence[Visits], after: Sequence[Visits]) -> frozenset[str]:
    """Return the hotspots whose visits differ; rows that stay are the same records."""
    old, new = {id(v) for v in before}, {id(v) for v in after}
    rows = [v for v in before if id(v) not in new] + [v for v in after if id(v) not in old]
    return frozenset(v.hotspot for v in rows)


def cut(scenario: Scenario, home: str, squads: frozenset[str], day: date, sites: Collection[str]) -> Scenario:
    """Return the scenario of a date: places of ``squads``, hotspots of ``home`` and the ``sites`` by name.

    With the dates beside it where a shift, place or window reaches into the next date.
    """
    first, end = day, day + DAY
    if crosses_midnight(scenario, squads):
        first, end = max(scenario.first, day - DAY), min(scenario.end, day + 2 * DAY)
    return scenario.model_copy(
        update={
            "first": first,
            "end": end,
            "calendar": tuple(d for d in scenario.calendar if first <= d.date < end),
            "posts": tuple(p for p in scenario.posts if p.squad in squads),
            "desks": tuple(d for d in scenario.desks if squads & set(d.squads)),
            "hotspots": tuple(h for h in scenario.hotspots if home in h.squads or h.id in sites),
            "presences": tuple(p for p in scenario.presences if squads & set(p.squads)),
        }
    )


def crosses_midnight(scenario: Scenario, squads: frozenset[str]) -> bool:
    """Return whether a shift, place or window of the squads reaches into the next date."""
    spans = [(s.start, s.length) for squad in squads for s in scenario.shifts_of(squad)]
    spans += [(p.start, p.length) for p in scenario.posts if p.squad in squads]
    spans += [(p.start, p.length) for p in scenario.desks if squads & set(p.squads)]
    spans += [(p.start, p.length) for p in scenario.presences if squads & set(p.squads)]
    spans += [(row.start, row.length) for h in scenario.hotspots if squads & set(h.squads) for row in h.hours]
    return any(timedelta(hours=a.hour, minutes=a.minute) + length > DAY for a, length in spans)
