"""The shrunk world of the remediation rules: squads A and B in group G, short lengths, one day apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from constraints.base import Candidate
from domain.calendar import EVERY_DAY
from domain.roster import Remediation
from domain.scenario import Group, Hotspot, HotspotHours, Officer, Scenario
from domain.words import Rank
from tests.constraints.kit import MONDAY, at, officer, tiny

HOUR = timedelta(hours=1)


def hotspot(hid: str = "H", *squads: str, clock: str = "10:00", open_for: int = 2, **more: Any) -> Hotspot:
    """Return a hotspot open every day from ``clock``; one visit an hour."""
    values: dict[str, Any] = {
        "name": f"street {hid}",
        "squads": squads or ("A",),
        "hours": (HotspotHours(days=EVERY_DAY, start=time.fromisoformat(clock), length=open_for * HOUR, weight=4),),
        "may_host": True,
        "visit_every": HOUR,
    } | more
    return Hotspot(id=hid, **values)


def group(**more: Any) -> Group:
    """Return group G of squads A and B with the shrunk policy; ``more`` overrides."""
    values: dict[str, Any] = {
        "name": "group G",
        "members": ("A", "B"),
        "convener": "A",
        "min_remediations": 1,
        "length": HOUR,
        "target_heads": 3,
        "target_vehicles": 1,
        "days_apart": 1,
    } | more
    return Group(id="G", **values)


def joint(officers: Sequence[Officer] = (), **more: Any) -> Scenario:
    """Return a tiny scenario with group G and hotspot H; leaders 1 of squad A and 2 of squad B unless given."""
    people = officers or (officer("1", "A", rank=Rank.LEADER), officer("2", "B", rank=Rank.LEADER))
    values: dict[str, Any] = {"groups": (group(),), "hotspots": (hotspot(),)} | more
    return tiny(people, **values)


def candidate(day: date = MONDAY, clock: str = "10:00", **more: Any) -> Candidate:
    """Return a candidate of group G at hotspot H of one hour."""
    start = at(day, clock)
    place = more.get("hotspot", "H")
    values: dict[str, Any] = {
        "id": f"G-{start:%m%d-%H%M}-{place}",
        "group": "G",
        "hotspot": place,
        "host": "A",
        "start": start,
        "end": start + HOUR,
        "squads": ("A", "B"),
        "helpers": (),
        "need_squads": 2,
        "target_heads": 3,
        "target_vehicles": 1,
    } | more
    return Candidate(**values)


def holding(c: Candidate, *people: str, **more: Any) -> Remediation:
    """Return the remediation that holds a candidate with these participants, the first of them commanding."""
    values: dict[str, Any] = {
        "id": c.id,
        "group": c.group,
        "hotspot": c.hotspot,
        "start": c.start,
        "end": c.end,
        "host": c.host,
        "lead": c.host,
        "commander": people[0] if people else "",
        "participants": people,
        "kind": c.kind,
        "designated": c.designated,
    } | more
    return Remediation(**values)


def on(days_later: int) -> date:
    """Return the date so many days after the first Monday."""
    return MONDAY + timedelta(days=days_later)


def clock(days_later: int, text: str) -> datetime:
    """Return a time so many days after the first Monday."""
    return at(on(days_later), text)
