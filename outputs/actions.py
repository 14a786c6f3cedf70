"""Sheets about remediations: plan, holdings, vehicles, sorties, and whose turn it is to convene."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from domain.calendar import DAY, minutes
from domain.roster import Holding, Remediation, Roster
from domain.scenario import Scenario
from domain.words import BorderKind, Text
from outputs.book import Cell
from outputs.daily import vehicle_name
from outputs.printing import BETWEEN, clock, people, place_name, printed, squad_name, word

EMERGENCY = Text(
    "遇围观阻挠:停止强制,固定证据,疏散劝离,报指挥并联系公安110;人员受伤:就近救助,拨打120",
    "If obstructed: stop, secure evidence, clear the crowd, tell the commander, call 110; if hurt: first aid, call 120",
)
MONTHS_AHEAD = 6
"""Months of conveners that 例会轮值表 shows, this month first."""
REVIEW_MONTHS = (6, 12)
"""The brigade reviews joint duty once each half year."""


def in_order(roster: Roster) -> list[Remediation]:
    """Return the remediations by time, then number."""
    return sorted(roster.remediations, key=lambda r: (r.start, r.id))


def by_squad(scenario: Scenario, remediation: Remediation) -> list[tuple[str, list[str]]]:
    """Return squad id and its participants, the host first, then in the scenario's order; the commander leads his."""
    found: dict[str, list[str]] = defaultdict(list)
    for officer in remediation.participants:
        found[scenario.officer_by_id[officer].squad].append(officer)
    order = {squad.id: n for n, squad in enumerate(scenario.squads)}
    squads = sorted(found, key=lambda s: (s != remediation.host, order[s]))
    return [(s, sorted(found[s], key=lambda o: o != remediation.commander)) for s in squads]


def reason(scenario: Scenario, remediation: Remediation, lang: str) -> str:
    """Return why the place was chosen: the order's reason, else what the hotspot and the referrals say."""
    order = next((d for d in scenario.designated if d.id == remediation.designated), None)
    if order is not None and order.reason:
        return order.reason
    spot = scenario.hotspot_by_id[remediation.hotspot]
    sources = [r.source for r in scenario.referrals if r.hotspot == spot.id]
    parts = []
    if spot.long_standing:
        parts.append(Text("长期顽症", "long-standing"))
    if spot.border is not BorderKind.NONE:
        parts.append(Text("结合部", "on a border"))
    if sources:
        named = BETWEEN.join(dict.fromkeys(sources))
        parts.append(Text(f"信息告知{len(sources)}件({named})", f"referrals: {len(sources)} ({named})"))
    between = Text(";", "; ").get(lang)
    return between.join(part.get(lang) for part in parts) or Text("月度计划", "monthly plan").get(lang)


def plan_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 联动整治计划(备案)表."""
    return [_plan(scenario, roster, r, lang) for r in in_order(roster)]


def _plan(scenario: Scenario, roster: Roster, r: Remediation, lang: str) -> tuple[Cell, ...]:
    spot = scenario.hotspot_by_id[r.hotspot]
    day, teams = r.start.date(), by_squad(scenario, r)
    group = scenario.group_by_id.get(r.group)
    return (
        r.id,
        printed(group.name if group else "?", r.group),
        word(r.kind, lang),
        r.designated,
        day,
        clock(r.start, day, lang),
        clock(r.end, day, lang),
        minutes(r.end - r.start) / 60,
        printed(spot.name, spot.id),
        word(spot.border, lang),
        reason(scenario, r, lang),
        printed(squad_name(scenario, r.host), r.host),
        printed(squad_name(scenario, r.lead), r.lead),
        people(scenario, [r.commander]),
        "\n".join(f"{squad_name(scenario, squad)} {len(officers)}" for squad, officers in teams),
        "\n".join(people(scenario, officers) for _, officers in teams),
        "\n".join(f"{vehicle_name(scenario, use.vehicle)}:{people(scenario, [use.driver])}" for use in r.vehicles),
        holding_summary([h for h in roster.holdings if h.remediation == r.id], lang),
        EMERGENCY.get(lang),
    )


def holding_summary(holdings: Sequence[Holding], lang: str) -> str:
    """Return the span of the holdings and their visits, as one sentence."""
    if not holdings:
        return Text("无固守时段", "no holding in this period").get(lang)
    first, last = min(h.day for h in holdings), max(h.end_day for h in holdings) - DAY
    wanted, reached = sum(h.wanted for h in holdings), sum(h.reached for h in holdings)
    return Text(
        f"{first:%m-%d}至{last:%m-%d},应到{wanted}次,安排{reached}次",
        f"{first:%m-%d} to {last:%m-%d}: {reached} of {wanted} visits planned",
    ).get(lang)


def holding_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 固守安排表 by date; the supervisor's columns stay empty for the pen."""
    return [
        (
            h.remediation,
            place_name(scenario, h.hotspot, lang, remediations={}),
            squad_name(scenario, h.squad),
            h.day,
            h.end_day - DAY,
            clock(h.start, h.day, lang) if h.start else Text("当日任意", "any time").get(lang),
            h.wanted,
            h.reached,
            max(0, h.wanted - h.reached),
            None,
            None,
            None,
        )
        for h in sorted(roster.holdings, key=lambda h: (h.day, h.start is None, h.start or h.day, h.remediation))
    ]


def vehicle_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 车辆派遣表."""
    found: list[tuple[Cell, ...]] = []
    for r in in_order(roster):
        for use in r.vehicles:
            vehicle = scenario.vehicle_by_id[use.vehicle]
            pool = Text("大队", "brigade").get(lang)
            found.append(
                (
                    r.start.date(),
                    clock(r.start, r.start.date(), lang),
                    clock(r.end, r.start.date(), lang),
                    printed(vehicle.name, vehicle.id),
                    word(vehicle.kind, lang),
                    squad_name(scenario, vehicle.squad) if vehicle.squad else pool,
                    people(scenario, [use.driver]),
                    r.id,
                    place_name(scenario, r.hotspot, lang, remediations={}),
                    None,
                    None,
                )
            )
    return found


def sortie_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 出动统计表: each group with its squads under it, the squads outside, the whole brigade.

    A group's row counts its remediations, a squad's row those it took part in; results are left for the pen.
    """
    found: list[tuple[Cell, ...]] = []
    for group in scenario.groups:
        held = [r for r in roster.remediations if r.group == group.id]
        found.append(_total(scenario, group.name, held))
        found += [_squad_sorties(scenario, roster, squad) for squad in group.members]
    grouped = {squad for group in scenario.groups for squad in group.members}
    found += [_squad_sorties(scenario, roster, s.id) for s in scenario.squads if s.id not in grouped]
    found.append(_total(scenario, Text("大队合计", "Brigade").get(lang), roster.remediations))
    return found


def _total(scenario: Scenario, name: str, held: Iterable[Remediation]) -> tuple[Cell, ...]:
    held = tuple(held)
    hours = sum(minutes(r.end - r.start) / 60 * len(r.participants) for r in held)
    people_times, vehicle_times = sum(len(r.participants) for r in held), sum(len(r.vehicles) for r in held)
    return (name, len(held), len(held), len(held), people_times, hours, vehicle_times, None, None)


def _squad_sorties(scenario: Scenario, roster: Roster, squad: str) -> tuple[Cell, ...]:
    known = scenario.officer_by_id
    joined = [(r, [o for o in r.participants if known[o].squad == squad]) for r in roster.remediations]
    joined = [(r, officers) for r, officers in joined if officers]
    return (
        f"　{squad_name(scenario, squad)}",
        sum(r.host == squad for r in roster.remediations),
        sum(r.lead == squad for r in roster.remediations),
        len(joined),
        sum(len(officers) for _, officers in joined),
        sum(minutes(r.end - r.start) / 60 * len(officers) for r, officers in joined),
        sum(known[use.driver].squad == squad for r, _ in joined for use in r.vehicles),
        None,
        None,
    )


def meeting_rows(scenario: Scenario, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 例会轮值表: this month's convener by the group's cursor, the next months in member order."""
    found: list[tuple[Cell, ...]] = []
    for n in range(MONTHS_AHEAD):
        month = _month_after(scenario.first, n)
        for group in scenario.groups:
            turn = (group.members.index(group.convener) + n) % len(group.members)
            members = BETWEEN.join(squad_name(scenario, squad) for squad in group.members)
            convener = squad_name(scenario, group.members[turn])
            found.append((f"{month:%Y-%m}", group.name, convener, members, None, None, None))
        if month.month in REVIEW_MONTHS:
            whole, review = Text("大队", "Brigade").get(lang), Text("半年联动讲评", "half-year review").get(lang)
            found.append(
                (f"{month:%Y-%m}", whole, scenario.brigade, Text("各小组", "all groups").get(lang), None, None, review)
            )
    return found


def _month_after(first: date, n: int) -> date:
    months = first.year * 12 + first.month - 1 + n
    return date(months // 12, months % 12 + 1, 1)
