"""Says what an option changes: who works or does what else, which hotspots are visited, whose overtime it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from inputs.labels import label
from outputs.ledger import ledger_rows

SILENT = (DutyKind.PATROL, DutyKind.STANDBY, DutyKind.HOLDING, DutyKind.REMEDIATION)
"""Duties that follow from the rest, or are told with their remediation."""


def changes(scenario: Scenario, before: Roster, after: Roster) -> Iterator[Text]:
    """Yield who works or does what else, and which hotspots are visited more or less, in time order."""
    keys = sorted({*before.shift_on.items()} ^ {*after.shift_on.items()}, key=lambda row: (row[0][1], row[0][0]))
    moved = {key for key, _ in keys}
    for officer, day in sorted(moved, key=lambda key: (key[1], key[0])):
        name = scenario.officer_by_id[officer].name
        old, new = (_shift(scenario, r.shift_on.get((officer, day))) for r in (before, after))
        yield Text(f"{name} {day:%m-%d}:{old.zh} → {new.zh}", f"{name} {day:%m-%d}: {old.en} -> {new.en}")
    yield from _remediations(scenario, before, after)
    old_ids, new_ids = {id(d) for d in before.duties}, {id(d) for d in after.duties}
    left, come = {d for d in before.duties if id(d) not in new_ids}, {d for d in after.duties if id(d) not in old_ids}
    gone, come = left - come, come - left
    for duty in sorted(come, key=lambda d: (d.start, d.officer)):
        same = any(
            (d.officer, d.kind, d.place) == (duty.officer, duty.kind, duty.place)
            and d.start < duty.end
            and duty.start < d.end
            for d in gone
        )
        if duty.kind in SILENT or same:
            continue
        name, place = scenario.officer_by_id[duty.officer].name, _place(scenario, duty.place)
        clock, what = f"{duty.start:%m-%d %H:%M}-{duty.end:%H:%M}", label(duty.kind)
        at = Text(f"「{place}」", f" {place}") if place else Text("", "")
        yield Text(f"{name} {clock} 到{what.zh}{at.zh}", f"{name} {clock} to {what.en}{at.en}")
    visits: Counter[tuple[str, datetime]] = Counter()
    for sign, roster in ((1, after), (-1, before)):
        for v in roster.visits:
            visits[v.hotspot, v.start] += sign * v.count
    for (hotspot, start), n in sorted(visits.items(), key=lambda row: row[0][1]):
        if n:
            name = scenario.hotspot_by_id[hotspot].name
            yield Text(
                f"热点「{name}」{start:%m-%d %H:%M} 到点 {n:+d} 次",
                f"hotspot {name} {start:%m-%d %H:%M}: {n:+d} visit{'s' if abs(n) > 1 else ''}",
            )


def _remediations(scenario: Scenario, before: Roster, after: Roster) -> Iterator[Text]:
    """Yield remediations given up, held, or held by others, with how many people and vehicles."""
    old, new = ({r.id: r for r in roster.remediations} for roster in (before, after))
    for rid in sorted({*old, *new}):
        was, now = old.get(rid), new.get(rid)
        if was == now:
            continue
        if now is None and was is not None:
            text = _about(scenario, was)
            yield Text(f"不再办:{text.zh}", f"no longer held: {text.en}")
        elif now is not None:
            text = _about(scenario, now)
            people, cars = len(now.participants), len(now.vehicles)
            yield Text(
                f"{'改为' if was else '举办'}:{text.zh},{people} 人 {cars} 车",
                f"{'changed to' if was else 'held'}: {text.en}, {people} people, {cars} vehicles",
            )


def _about(scenario: Scenario, r: Remediation) -> Text:
    spot = scenario.hotspot_by_id.get(r.hotspot)
    name, when = spot.name if spot else r.hotspot, f"{r.start:%m-%d %H:%M}-{r.end:%H:%M}"
    return Text(f"整治「{name}」{when}", f"remediation at {name} {when}")


def _shift(scenario: Scenario, shift: str | None) -> Text:
    found = scenario.shift_by_id.get(shift or "")
    return Text(found.name, found.name) if found else Text("休", "off")


def _place(scenario: Scenario, place: str | None) -> str:
    presence = scenario.presence_by_id.get(place or "")
    if presence is not None and presence.hotspot in scenario.hotspot_by_id:
        return scenario.hotspot_by_id[presence.hotspot].name
    for known in (scenario.post_by_id, scenario.desk_by_id):
        if place is not None and place in known:
            return known[place].name
    return place or ""


def overtime(scenario: Scenario, before: Roster, after: Roster) -> Iterator[Text]:
    """Yield for everybody whose hours change how many hours of overtime come or go, and how they are settled."""
    moved = {key[0] for key, _ in {*before.shift_on.items()} ^ {*after.shift_on.items()}}
    part = scenario.model_copy(update={"officers": tuple(o for o in scenario.officers if o.id in moved)})
    for old, new in zip(ledger_rows(part, before), ledger_rows(part, after), strict=True):
        hours = new.worked_h - old.worked_h
        pay = [
            (kind, round(getattr(new, key) - getattr(old, key), 1))
            for kind, key in (
                (Text("150%", "150 %"), "overtime_150_h"),
                (Text("200%", "200 %"), "overtime_200_h"),
                (Text("300%", "300 %"), "holiday_300_h"),
                (Text("补休", "time off"), "lieu_earned_h"),
            )
        ]
        paid = [(kind, h) for kind, h in pay if h]
        if not hours and not paid:
            continue
        officer = scenario.officer_by_id[new.officer]
        regime = label(officer.regime)
        zh = "、".join(f"{kind.zh} {h:+g} 小时" for kind, h in paid) or "不增加加班"
        en = ", ".join(f"{kind.en} {h:+g} h" for kind, h in paid) or "no overtime more"
        yield Text(
            f"{officer.name}({regime.zh})工时 {hours:+g} 小时:{zh}", f"{officer.name} ({regime.en}) {hours:+g} h: {en}"
        )
