"""How findings about remediations name them; for texts and places of findings only, no rule is judged here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.result import Where
from domain.words import Text

if TYPE_CHECKING:
    from domain.roster import Remediation
    from domain.scenario import Scenario


def remediation_name(scenario: Scenario, remediation: Remediation) -> Text:
    """Return group, place, date and time of a remediation; ids stand in for what the scenario does not know."""
    group = scenario.group_by_id.get(remediation.group)
    hotspot = scenario.hotspot_by_id.get(remediation.hotspot)
    who = group.name if group else remediation.group
    where = hotspot.name if hotspot else remediation.hotspot
    when = f"{remediation.start:%m-%d %H:%M}"
    return Text(f"{who} {when} {where}整治", f"the remediation of {who} at {where} on {when}")


def squad_name(scenario: Scenario, squad: str) -> str:
    """Return a squad's name, its id if the scenario does not know it."""
    found = scenario.squad_by_id.get(squad)
    return found.name if found else squad


def at_remediation(remediation: Remediation, *, officer: str | None = None, squad: str | None = None) -> Where:
    """Return the place of a finding about a remediation, and about an officer or a squad at it."""
    return Where(
        officer=officer,
        squad=squad,
        day=remediation.start.date(),
        group=remediation.group,
        place=remediation.hotspot,
        remediation=remediation.id,
        start=remediation.start,
        end=remediation.end,
    )
