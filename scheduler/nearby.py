"""A small scenario around some squads on some days, in which a change there has the same price as in the whole brigade.

Only differences of two audits of such a scenario mean anything: what is cut away is missing from both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from constraints.base import GRAIN
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Severity
from scheduler.audit import audit


@dataclass(frozen=True)
class Nearby:
    """The cut: ``scenario`` with the ``officers`` and ``hotspots`` that matter, to which rosters are cut as well."""

    scenario: Scenario
    officers: frozenset[str]
    hotspots: frozenset[str]

    def cut(self, roster: Roster) -> Roster:
        """Return the roster of the officers and hotspots, with the remediations of anybody there."""
        return Roster(
            shifts=tuple(a for a in roster.shifts if a.officer in self.officers),
            duties=tuple(d for d in roster.duties if d.officer in self.officers),
            visits=tuple(v for v in roster.visits if v.hotspot in self.hotspots),
            remediations=tuple(
                r
                for r in roster.remediations
                if r.hotspot in self.hotspots or self.officers.intersection(r.participants)
            ),
        )

    def audit(self, roster: Roster) -> tuple[Finding, ...]:
        """Return the findings of a whole roster's part here."""
        return audit(self.scenario, self.cut(roster))


def nearby(scenario: Scenario, rosters: Collection[Roster], squads: Collection[str], days: Collection[date]) -> Nearby:
    """Return the scenario of some squads, of whoever shares a desk or, on ``days``, a presence with them, and of
    everybody at the remediations of ``rosters`` that their people or hotspots are concerned with.
    """
    near = set(squads)
    for desk in scenario.desks:
        near |= set(desk.squads) if near & set(desk.squads) else set()
    for presence in scenario.presences:
        if near & set(presence.squads) and any(presence.first <= on < presence.end for on in days):
            near |= set(presence.squads)
    people = {o.id for o in scenario.officers if o.squad in near}
    hotspots = {h.id for h in scenario.hotspots if near & set(h.squads)}
    for roster in rosters:
        for r in roster.remediations:
            if people.intersection(r.participants) or r.hotspot in hotspots:
                hotspots.add(r.hotspot)
                people |= set(r.participants)
    cut = scenario.model_copy(
        update={
            "officers": tuple(o for o in scenario.officers if o.id in people),
            "posts": tuple(p for p in scenario.posts if p.squad in near),
            "desks": tuple(d for d in scenario.desks if near & set(d.squads)),
            "hotspots": tuple(h for h in scenario.hotspots if h.id in hotspots),
            "presences": tuple(p for p in scenario.presences if near & set(p.squads)),
            "absences": tuple(a for a in scenario.absences if a.officer in people),
            "requests": tuple(r for r in scenario.requests if r.officer in people),
            "locks": tuple(k for k in scenario.locks if k.officer is None or k.officer in people),
            "published": tuple(p for p in scenario.published if p.officer in people),
            "past_shifts": tuple(p for p in scenario.past_shifts if p.officer in people),
        }
    )
    return Nearby(cut, frozenset(people), frozenset(hotspots))


def by_rule(before: Collection[Finding], after: Collection[Finding]) -> dict[str, float]:
    """Return by how many points each rule's price changed, those that did not left out."""
    units: dict[str, int] = {}
    for sign, findings in ((-1, before), (1, after)):
        for finding in findings:
            units[finding.rule] = units.get(finding.rule, 0) + sign * round(finding.points * GRAIN)
    return {rule: units[rule] / GRAIN for rule in sorted(units) if units[rule]}


def newly_hard(before: Collection[Finding], after: Collection[Finding]) -> tuple[Finding, ...]:
    """Return the hard breaches of the second audit that the first had not."""
    known = [f for f in before if f.severity is Severity.HARD]
    found = []
    for finding in after:
        if finding.severity is not Severity.HARD:
            continue
        if finding in known:
            known.remove(finding)
        else:
            found.append(finding)
    return tuple(found)
