"""Which hotspot visits were wanted, reached and missed, and why (sheet 热点覆盖)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from domain.calendar import OpenWindow, overlaps
from domain.words import DutyKind, Text
from outputs.patrols import during, patrol_steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.roster import Duty, Roster
    from domain.scenario import Hotspot, Scenario
    from outputs.patrols import Step

ELSEWHERE = {
    DutyKind.REMEDIATION: Text("联动整治", "on a remediation"),
    DutyKind.POST: Text("固定岗", "at fixed posts"),
    DutyKind.DESK: Text("案件岗", "at the case desk"),
    DutyKind.PRESENCE: Text("值守", "on standing presence"),
    DutyKind.STANDBY: Text("备勤", "on standby"),
}


class Coverage(NamedTuple):
    """One open window of a hotspot: visits ``wanted``, ``reached`` by squad: its own squads in order, none left
    out, then any other that came.

    ``missing`` is what lacks to the wanted number, never negative; ``why`` is empty where nothing is missing.
    """

    window: OpenWindow
    wanted: int
    reached: tuple[tuple[str, int], ...]
    missing: int
    why: Text


def coverage(scenario: Scenario, roster: Roster) -> tuple[Coverage, ...]:
    """Return every open window of the horizon, by hotspot in the scenario's order and then by time."""
    visits = _visits(roster)
    duties, steps = _duties_by_squad(scenario, roster), patrol_steps(scenario, roster)
    return tuple(
        _cover(scenario, hotspot, window, visits, duties, steps)
        for hotspot in scenario.hotspots
        for on in scenario.dates
        for window in scenario.open_windows(hotspot.id, on)
    )


def _visits(roster: Roster) -> dict[tuple[str, datetime], Counter[str]]:
    """Return visits by hotspot and window start, then squad."""
    found: dict[tuple[str, datetime], Counter[str]] = defaultdict(Counter)
    for row in roster.visits:
        found[row.hotspot, row.start][row.squad] += row.count
    return found


def _duties_by_squad(scenario: Scenario, roster: Roster) -> dict[tuple[str, object], list[Duty]]:
    """Return duties by squad and each date they touch."""
    found: dict[tuple[str, object], list[Duty]] = defaultdict(list)
    for duty in roster.duties:
        officer = scenario.officer_by_id.get(duty.officer)
        if officer is not None:
            for on in {duty.start.date(), duty.end.date()}:
                found[officer.squad, on].append(duty)
    return found


def _cover(
    scenario: Scenario,
    hotspot: Hotspot,
    window: OpenWindow,
    visits: Mapping[tuple[str, datetime], Counter[str]],
    duties: Mapping[tuple[str, object], list[Duty]],
    steps: Mapping[str, Sequence[Step]],
) -> Coverage:
    counts = dict.fromkeys(hotspot.squads, 0) | dict(visits.get((hotspot.id, window.start), Counter()))
    reached = tuple(counts.items())
    missing = max(0, window.wanted - sum(count for _, count in reached))
    if not missing:
        return Coverage(window, window.wanted, reached, 0, Text("", ""))
    reasons = [
        _reason(scenario, squad, window, _touching(duties, squad, window), during(steps.get(squad, ()), *window[:2]))
        for squad in hotspot.squads
    ]
    why = Text(";".join(r.zh for r in reasons), "; ".join(r.en for r in reasons))
    return Coverage(window, window.wanted, reached, missing, why)


def _touching(duties: Mapping[tuple[str, object], list[Duty]], squad: str, window: OpenWindow) -> list[Duty]:
    found = {
        (duty.officer, duty.start): duty
        for on in {window.start.date(), window.end.date()}
        for duty in duties.get((squad, on), ())
        if overlaps(duty.start, duty.end, window.start, window.end)
    }
    return list(found.values())


def _reason(scenario: Scenario, squad: str, window: OpenWindow, duties: Sequence[Duty], steps: Sequence[Step]) -> Text:
    """Return why a squad made no more visits: its pairs in the window, and who was elsewhere."""
    name = scenario.squad_by_id[squad].name
    span = f"{window.start:%H:%M}-{window.end:%H:%M}"
    if not duties:
        return Text(f"{name} {span} 无人在班", f"{name} had nobody on shift {span}")
    parts = [_pairs(steps)]
    if any(step.people // 2 > step.certified for step in steps):
        parts.append(Text("持证人员不足以带队", "too few certified officers to lead more pairs"))
    for kind, label in ELSEWHERE.items():
        heads = len({duty.officer for duty in duties if duty.kind is kind})
        if heads:
            parts.append(Text(f"{heads} 人{label.zh}", f"{heads} {label.en}"))
    if len(parts) == 1 and any(step.pairs for step in steps):
        parts.append(Text("时间用于其他热点", "their time went to other hotspots"))
    return Text(f"{name} {span} " + ",".join(p.zh for p in parts), f"{name} {span}: " + ", ".join(p.en for p in parts))


def _pairs(steps: Sequence[Step]) -> Text:
    low, high = min(step.pairs for step in steps), max(step.pairs for step in steps)
    if high == 0 and max(step.people for step in steps) == 1:
        return Text("巡查只有 1 人,不成组", "only one person on patrol, no pair")
    if high == 0:
        return Text("无巡查组", "no patrol pair")
    many = str(high) if low == high else f"{low}-{high}"
    return Text(f"巡查 {many} 组", f"{many} patrol {'pair' if many == '1' else 'pairs'}")
