"""R12: monthly remediations of each group, and the days between them.

Model:  missing[group, month] >= min_remediations - past ones of that month - sum of held over its monthly candidates;
        sum of held over a group's monthly candidates within any days_apart consecutive days <= 1 (hard);
        held = 0 for those less than days_apart days from a past one (hard).
A month is judged if it ends in the horizon, or if the horizon lies in that month alone; remediations of the month that
lie before the horizon count. Designated and ad hoc ones count neither for the number nor for the distance.
Source: Huangpu 2013 (two a month); the distance is our own judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import Candidate, RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name
from domain.calendar import DAY
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import RemediationKind, Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Remediation, Roster
    from domain.scenario import Group, PastRemediation, Scenario


class RemediationsAMonth(Rule):
    """Enough monthly remediations per group (shortfall), far enough apart (hard)."""

    id, title = "R12", Text("每月联动整治次数与间隔", "Remediations a month and the days between")
    scope, severity = Scope.GROUP, Severity.SHORTFALL
    unit = Text("次整治", "remediations")
    source = Text("黄浦 2013(每组每月不少于两次)", "Huangpu 2013 (at least two a month and group)")
    prices = {"": "weight"}
    parameters = (
        Parameter(
            key="weight",
            default=5000,
            text=Text("每缺一次整治的分值", "Price of a missing remediation"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        monthly: dict[str, list[Candidate]] = defaultdict(list)
        for c in model.candidates:
            if c.kind is RemediationKind.MONTHLY:
                monthly[c.group].append(c)
        for group_id, candidates in monthly.items():
            _keep_apart(model, scenario, scenario.group_by_id[group_id], candidates)
        for group in model.groups:
            for first, end in _judged_months(scenario.first, scenario.end):
                before = sum(first <= p.date < end for p in _past(scenario, group.id))
                held = sum(model.held[c.id] for c in monthly[group.id] if first <= c.day < end)
                owed = max(0, group.min_remediations - before)
                missing = model.cp.new_int_var(0, owed, f"R12/missing/{group.id}/{first:%Y%m}")
                model.cp.add(missing >= owed - held)
                yield Term(missing)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for group in scenario.groups:
            found = [r for r in roster.remediations if r.group == group.id and r.kind is RemediationKind.MONTHLY]
            found.sort(key=lambda r: r.start)
            yield from self._too_few(scenario, group, found)
            yield from self._too_close(scenario, group, found)

    def _too_few(self, scenario: Scenario, group: Group, found: list[Remediation]) -> Iterator[Finding]:
        held = [r.start.date() for r in found if scenario.first <= r.start.date() < scenario.end]
        held += [
            p.date for p in scenario.past_remediations if p.group == group.id and p.kind is RemediationKind.MONTHLY
        ]
        months = sorted({(on.year, on.month) for on in scenario.dates})
        after = scenario.end
        if len(months) > 1 and (after.year, after.month) == months[-1]:
            months.pop()
        for year, month in months:
            count = sum((on.year, on.month) == (year, month) for on in held)
            missing = group.min_remediations - count
            if missing > 0:
                yield self.finding(
                    scenario,
                    missing,
                    Where(group=group.id, day=max(scenario.first, date(year, month, 1))),
                    Text(
                        f"{group.name} {year}年{month}月联动整治 {count} 次,"
                        f"应有 {group.min_remediations} 次,缺 {missing} 次",
                        f"{group.name} holds {count} joint remediations in {year}-{month:02d} instead of"
                        f" {group.min_remediations}; {missing} missing",
                    ),
                    Text(
                        f"补一次,与其他各次至少相隔 {group.days_apart} 天;人手不够时向机动中队借人",
                        f"Add one at least {group.days_apart} days from the others; borrow people of the mobile squads",
                    ),
                )

    def _too_close(self, scenario: Scenario, group: Group, found: list[Remediation]) -> Iterator[Finding]:
        past = [p.date for p in scenario.past_remediations if p.group == group.id and p.kind is RemediationKind.MONTHLY]
        marks: list[tuple[date, Remediation | None]] = [(on, None) for on in past]
        marks += [(r.start.date(), r) for r in found]
        marks.sort(key=lambda mark: mark[0])
        for (first, one), (second, other) in pairwise(marks):
            about = other or one
            apart = (second - first).days
            if about is None or apart >= group.days_apart:
                continue
            name = remediation_name(scenario, about)
            neighbour = first if other is not None else second
            yield self.finding(
                scenario,
                group.days_apart - apart,
                at_remediation(about),
                Text(
                    f"{name.zh}与 {neighbour:%m-%d} 那次只隔 {apart} 天,应至少 {group.days_apart} 天",
                    f"{name.en} is {apart} days from the one on {neighbour:%m-%d}; {group.days_apart} are asked for",
                ),
                Text("把其中一次改到别的日期", "Move one of them to another date"),
                severity=Severity.HARD,
            )


def _keep_apart(model: RosterModel, scenario: Scenario, group: Group, candidates: list[Candidate]) -> None:
    """Post the distance by spans of days: two candidates are too close if and only if some span holds both."""
    for first in sorted({c.day for c in candidates}):
        span = [model.held[c.id] for c in candidates if timedelta(0) <= c.day - first < group.days_apart * DAY]
        if len(span) > 1:
            model.cp.add(sum(span) <= 1)
    for c in candidates:
        if any(abs(c.day - p.date) < group.days_apart * DAY for p in _past(scenario, group.id)):
            model.cp.add(model.held[c.id] == 0)


def _past(scenario: Scenario, group: str) -> list[PastRemediation]:
    return [p for p in scenario.past_remediations if p.group == group and p.kind is RemediationKind.MONTHLY]


def _judged_months(first: date, end: date) -> Iterator[tuple[date, date]]:
    """Yield [first of month, first of the next) for the months that end in the horizon, or the only month of it."""
    start = first.replace(day=1)
    while start < end:
        following = (start + timedelta(days=31)).replace(day=1)
        if following <= end or start <= first:
            yield start, following
        start = following
