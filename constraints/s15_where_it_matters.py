"""S15: monthly remediations where they matter, and at no hotspot twice a month.

Priority of a hotspot, in hundredths: the largest weight of its open windows in the horizon (weights are means over the
window) x border (150 % on a border of squads) x long-standing (150 %) x (1 + 50 % for each referral), rounded down.
Model:  lost[group, month] >= sum of the k best eligible priorities - sum of priority * held, where k is the number of
        monthly remediations held: level[1] >= level[2] >= ... add up to k, and level[i] brings the i-th best priority;
        sum of held over the monthly candidates of one hotspot and month <= 1 (hard).
Eligible are the hotspots that may host, whose first squad is of the group and that have an open window of the group's
length in the horizon; those where the month's remediation was held before the horizon are taken.
Source: the reasons for choosing a place are those of Huangpu 2013, the factors our own judgement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import Candidate, RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import PRIORITY
from domain.words import BorderKind, RemediationKind, Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Remediation, Roster
    from domain.scenario import Group, Hotspot, Scenario

_PERCENT = Text("%", "%")


class WhereItMatters(Rule):
    """Priority lost by choosing lesser hotspots; no hotspot twice a month unless designated."""

    id, title = "S15", Text("整治选点", "Remediation where it matters")
    scope, severity = Scope.GROUP, Severity.WISH
    unit = PRIORITY
    source = Text("黄浦 2013(选点理由);系数本系统自定", "Huangpu 2013 (reasons); factors are our own judgement")
    prices = {"": "weight"}
    per = {"": 100}
    parameters = (
        Parameter(
            key="weight",
            default=20,
            text=Text("少一分优先度的分值", "Price of one unit of priority lost"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
        Parameter(
            key="border",
            default=150,
            text=Text("中队结合部的优先度倍数", "Factor on a border of squads"),
            unit=_PERCENT,
            low=0,
            high=1000,
        ),
        Parameter(
            key="long_standing",
            default=150,
            text=Text("顽症点位的优先度倍数", "Factor of a long-standing problem"),
            unit=_PERCENT,
            low=0,
            high=1000,
        ),
        Parameter(
            key="referral",
            default=50,
            text=Text("每条信息告知提高的优先度", "Raise of priority for each referral"),
            unit=_PERCENT,
            low=0,
            high=1000,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        monthly: dict[tuple[str, int, int], list[Candidate]] = defaultdict(list)
        at_hotspot: dict[tuple[str, int, int], list[Candidate]] = defaultdict(list)
        for c in model.candidates:
            if c.kind is RemediationKind.MONTHLY:
                monthly[c.group, c.day.year, c.day.month].append(c)
                at_hotspot[c.hotspot, c.day.year, c.day.month].append(c)
        taken = _taken(scenario)
        for where, same in at_hotspot.items():
            model.cp.add(sum(model.held[c.id] for c in same) <= int(where not in taken))
        for group in model.groups:
            for (group_id, year, month), chosen in monthly.items():
                if group_id == group.id:
                    yield _lost(model, scenario, group, (year, month), chosen)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        monthly = [
            r for r in roster.remediations if r.kind is RemediationKind.MONTHLY and r.hotspot in scenario.hotspot_by_id
        ]
        yield from self._twice(scenario, monthly)
        for group in scenario.groups:
            own = [r for r in monthly if r.group == group.id]
            for year, month in sorted({(r.start.year, r.start.month) for r in own}):
                chosen = [r for r in own if (r.start.year, r.start.month) == (year, month)]
                yield from self._month(scenario, group, date(year, month, 1), chosen)

    def _twice(self, scenario: Scenario, monthly: list[Remediation]) -> Iterator[Finding]:
        seen = {
            (p.hotspot, p.date.year, p.date.month): p.date
            for p in scenario.past_remediations
            if p.kind is RemediationKind.MONTHLY
        }
        for r in sorted(monthly, key=lambda r: r.start):
            month = (r.hotspot, r.start.year, r.start.month)
            before = seen.get(month)
            if before is None:
                seen[month] = r.start.date()
                continue
            name = remediation_name(scenario, r)
            yield self.finding(
                scenario,
                1,
                at_remediation(r),
                Text(
                    f"{name.zh}与 {before:%m-%d} 在同一热点,一个月内不得重复(指定整治除外)",
                    f"{name.en} is where one was on {before:%m-%d}; once a month is the limit unless designated",
                ),
                Text("换一个热点", "Choose another hotspot"),
                severity=Severity.HARD,
            )

    def _month(self, scenario: Scenario, group: Group, month: date, chosen: list[Remediation]) -> Iterator[Finding]:
        done = {
            p.hotspot
            for p in scenario.past_remediations
            if p.kind is RemediationKind.MONTHLY and p.date.replace(day=1) == month
        }
        worth = {h.id: self._worth(scenario, h) for h in scenario.hotspots}
        able = [h for h in scenario.hotspots if h.id not in done and self._could_host(scenario, group, h)]
        best = sorted(able, key=lambda h: -worth[h.id])[: len(chosen)]
        lost = sum(worth[h.id] for h in best) - sum(worth[r.hotspot] for r in chosen)
        if lost <= 0:
            return
        there = Counter(r.hotspot for r in chosen)
        better = [h for h in best if h.id not in there]
        ids = {h.id for h in best}
        worse = [scenario.hotspot_by_id[h] for h in there if h not in ids or there[h] > 1]
        asked, got = ([f"{h.name} {worth[h.id] / 100:.2f}" for h in some] for some in (better, worse))
        yield self.finding(
            scenario,
            lost,
            Where(group=group.id, day=chosen[0].start.date(), place=chosen[0].hotspot),
            Text(
                f"{group.name} {month:%m}月整治选了{'、'.join(got)},优先度更高的有{'、'.join(asked)}",
                f"{group.name} chose {', '.join(got)} in {month:%Y-%m}; of higher priority: {', '.join(asked)}",
            ),
            Text("有条件时改到优先度高的热点", "Move to the hotspots of higher priority where people allow"),
        )

    def _could_host(self, scenario: Scenario, group: Group, hotspot: Hotspot) -> bool:
        if not hotspot.may_host or hotspot.squads[0] not in group.members:
            return False
        windows = (w for on in scenario.dates for w in scenario.open_windows(hotspot.id, on))
        return any(w.end - w.start >= group.length for w in windows)

    def _worth(self, scenario: Scenario, hotspot: Hotspot) -> int:
        values = self.params(scenario)
        worth = Fraction(0)
        for on in scenario.dates:
            for window in scenario.open_windows(hotspot.id, on):
                worth = max(worth, Fraction(window.weight_cents))
        if hotspot.border is BorderKind.SQUADS:
            worth *= Fraction(values.border, 100)
        if hotspot.long_standing:
            worth *= Fraction(values.long_standing, 100)
        told = [r for r in scenario.referrals if r.hotspot == hotspot.id]
        return int(worth * (1 + len(told) * Fraction(values.referral, 100)))


def priority(scenario: Scenario, hotspot: Hotspot) -> int:
    """Return the priority of a hotspot for remediations, in hundredths (formula: this module's head)."""
    values = WhereItMatters().params(scenario)
    windows = [w for day in scenario.dates for w in scenario.open_windows(hotspot.id, day)]
    border = values.border if hotspot.border is BorderKind.SQUADS else 100
    long_standing = values.long_standing if hotspot.long_standing else 100
    referred = 100 + values.referral * sum(r.hotspot == hotspot.id for r in scenario.referrals)
    heaviest = max((w.weight_cents for w in windows), default=0)
    return int(heaviest * border * long_standing * referred // 100**3)


def _lost(
    model: RosterModel, scenario: Scenario, group: Group, month: tuple[int, int], chosen: list[Candidate]
) -> Term:
    taken = _taken(scenario)
    eligible = [
        priority(scenario, h)
        for h in scenario.hotspots
        if h.may_host
        and h.squads[0] in group.members
        and (h.id, *month) not in taken
        and any(w.end - w.start >= group.length for day in scenario.dates for w in scenario.open_windows(h.id, day))
    ]
    best = sorted(eligible, reverse=True)[: len({c.hotspot for c in chosen})]
    name = f"{group.id}/{month[0]}{month[1]:02d}"
    levels = [model.cp.new_bool_var(f"S15/level/{name}/{n}") for n in range(len({c.hotspot for c in chosen}))]
    model.cp.add(sum(levels) == sum(model.held[c.id] for c in chosen))
    for upper, lower in pairwise(levels):
        model.cp.add(upper >= lower)
    worth = {h: priority(scenario, scenario.hotspot_by_id[h]) for h in {c.hotspot for c in chosen}}
    lost = model.cp.new_int_var(0, sum(best), f"S15/lost/{name}")
    wanted = sum(value * level for value, level in zip(best, levels, strict=False))
    model.cp.add(lost >= wanted - sum(worth[c.hotspot] * model.held[c.id] for c in chosen))
    return Term(lost)


def _taken(scenario: Scenario) -> set[tuple[str, int, int]]:
    past = (p for p in scenario.past_remediations if p.kind is RemediationKind.MONTHLY)
    return {(p.hotspot, p.date.year, p.date.month) for p in past}
