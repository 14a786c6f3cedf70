"""What a way out costs: the rules are asked before and after, each only about what the way can have changed.

Two rosters differ in the squads of a way, on its days. So what reads one officer (scope OFFICER) is asked about those
whose month differs; what reads one date at a time is asked about the dates around the days; the rest is asked about
the squads' whole month. The full audit says the same of the difference (a test shows it), only slower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from constraints.base import all_rules
from domain.calendar import DAY
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Scope, Severity
from scheduler.audit import audit, points

OF_DATES = frozenset({"R01", "R07", "R08", "R11", "R14", "S01", "S02", "S11", "S16", "S17", "S18", "S19", "S20", "S21"})
"""What reads one date at a time, its neighbours at most; what it says of several dates is the sum of each."""
OF_SHIFTS = frozenset({"R02", "R03", "R04", "R05", "R06", "R16", "R17", "R18", "R19", "R20"})
OF_SHIFTS |= frozenset({"S06", "S07", "S08", "S09"})
"""What reads an officer's shifts and nothing else of his."""
DATED = tuple(rule for rule in all_rules() if rule.id in OF_DATES)
PERSONAL = tuple(rule for rule in all_rules() if rule.scope is Scope.OFFICER)
OF_DUTIES = tuple(rule for rule in PERSONAL if rule.id not in OF_SHIFTS)
REST = tuple(rule for rule in all_rules() if rule.id not in OF_DATES and rule.scope is not Scope.OFFICER)


@dataclass(frozen=True)
class Region:
    """Where rosters may differ: squads, the days [first, last] of duties and shifts; ``joint`` if remediations too."""

    squads: tuple[str, ...]
    first: date
    last: date
    joint: bool = False


@dataclass(frozen=True)
class Difference:
    """What a roster changes: its price, the hard rules it newly breaks, and what its region's places then lack."""

    points: float
    broken: tuple[Finding, ...]
    after: tuple[Finding, ...]


@dataclass(frozen=True)
class _Known:
    """A region's scenarios for the month and for its dates, and what the rules say of the roster before.

    ``whole`` is the scenario they are part of: as long as it is kept, no other one has its ``id``.
    """

    whole: Scenario
    month: Scenario
    dates: Scenario
    before: tuple[Finding, ...]


@dataclass
class Prices:
    """Compares rosters with one roster; keep it, as it remembers what the rules said of that one."""

    roster: Roster
    _known: dict[tuple[int, Region], _Known] = field(default_factory=dict)

    def difference(self, scenario: Scenario, after: Roster, region: Region) -> Difference:
        """Return what another roster changes by the rules of ``scenario``, whose band or places may be others."""
        known = self._of(scenario, region)
        old, new = list(known.before), [*_placed(known, after, region)]
        moved, busy = _differing(self.roster, after)
        for rules, people in ((PERSONAL, moved), (OF_DUTIES, busy)):
            part = _officers(known.month, people)
            for roster, found in ((self.roster, old), (after, new)):
                found += audit(part, _theirs(roster, people), rules=rules)
        broken = Counter(_hard(new)) - Counter(_hard(old))
        return Difference(points(new) - points(old), tuple(broken.elements()), tuple(new))

    def _of(self, scenario: Scenario, region: Region) -> _Known:
        key = (id(scenario), region)
        if key not in self._known:
            month = narrow(scenario, region)
            bare = _Known(scenario, month, _around(month, region), ())
            self._known[key] = _Known(scenario, month, bare.dates, _placed(bare, self.roster, region))
        return self._known[key]


def _placed(known: _Known, roster: Roster, region: Region) -> tuple[Finding, ...]:
    """Return what all rules but the personal ones say of a roster in a region."""
    here = _only(known.month, roster)
    near = _near(here, region.first - 2 * DAY, region.last + 2 * DAY)
    return (*audit(known.dates, near, rules=DATED), *audit(known.month, here, rules=REST))


def _hard(findings: Collection[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity is Severity.HARD]


def _differing(before: Roster, after: Roster) -> tuple[frozenset[str], frozenset[str]]:
    """Return the officers whose shifts differ, and those whose duties alone do; rows that stay are the same records."""
    shifts = frozenset(officer for (officer, _), _ in before.shift_on.items() ^ after.shift_on.items())
    old, new = {id(d) for d in before.duties}, {id(d) for d in after.duties}
    rows = [d for d in before.duties if id(d) not in new] + [d for d in after.duties if id(d) not in old]
    return shifts, frozenset(d.officer for d in rows) - shifts


def narrow(scenario: Scenario, region: Region) -> Scenario:
    """Return the scenario of a region's squads and of those that share desks and, on its days, presences with them.

    What two rosters that differ in the region alone cost apart is the same in it as in the whole.
    """
    squads, near = set(region.squads), set(region.squads)
    days = [p for p in scenario.presences if p.first <= region.last + DAY and region.first - DAY < p.end]
    for sharing in (*(d.squads for d in scenario.desks), *(p.squads for p in days)):
        if set(sharing) & squads:
            near |= set(sharing)
    people = frozenset(o.id for s in near for o in scenario.officers_of(s))
    hotspots = tuple(h for h in scenario.hotspots if near & set(h.squads))
    visiting = near | {s for h in hotspots for s in h.squads}
    return _officers(scenario, people).model_copy(
        update={
            "posts": tuple(p for p in scenario.posts if p.squad in near),
            "desks": tuple(d for d in scenario.desks if near & set(d.squads)),
            "presences": tuple(p for p in days if near & set(p.squads)),
            "hotspots": hotspots,
            "squads": tuple(s for s in scenario.squads if s.id in visiting),
            "groups": scenario.groups if region.joint else (),
            "designated": scenario.designated if region.joint else (),
        }
    )


def _officers(scenario: Scenario, people: Collection[str]) -> Scenario:
    """Return the scenario with some officers, their absences and their past."""
    return scenario.model_copy(
        update={
            "officers": tuple(o for o in scenario.officers if o.id in people),
            "absences": tuple(a for a in scenario.absences if a.officer in people),
            "past_shifts": tuple(p for p in scenario.past_shifts if p.officer in people),
        }
    )


def _around(scenario: Scenario, region: Region) -> Scenario:
    """Return the scenario of a region's days and of one more on either side."""
    first, end = max(scenario.first, region.first - DAY), min(scenario.end, region.last + 2 * DAY)
    calendar = tuple(d for d in scenario.calendar if first <= d.date < end)
    return scenario.model_copy(update={"first": first, "end": end, "calendar": calendar})


def _only(scenario: Scenario, roster: Roster) -> Roster:
    """Return the part of a roster that a narrow scenario knows."""
    known, spots = scenario.officer_by_id, scenario.hotspot_by_id
    return Roster(
        shifts=tuple(a for a in roster.shifts if a.officer in known),
        duties=tuple(d for d in roster.duties if d.officer in known),
        visits=tuple(v for v in roster.visits if v.hotspot in spots and v.squad in scenario.squad_by_id),
        remediations=roster.remediations,
    )


def _near(roster: Roster, first: date, last: date) -> Roster:
    """Return what a roster has on the dates [first, last]."""
    return Roster(
        shifts=tuple(a for a in roster.shifts if first <= a.day <= last),
        duties=tuple(d for d in roster.duties if first <= d.day <= last),
        visits=tuple(v for v in roster.visits if first <= v.start.date() <= last),
        remediations=tuple(r for r in roster.remediations if first <= r.start.date() <= last),
    )


def _theirs(roster: Roster, people: Collection[str]) -> Roster:
    """Return the shifts, duties and remediations of some officers."""
    return Roster(
        shifts=tuple(a for who in sorted(people) for a in roster.shifts_of(who)),
        duties=tuple(d for who in sorted(people) for d in roster.duties_of(who)),
        remediations=roster.remediations,
    )
