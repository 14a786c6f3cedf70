"""Compares a roster with what it is said to be: its own report, its baseline, an audit done before; no solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from constraints.base import Rule, all_rules
from domain.result import Finding, Report, RuleTotal
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import Record, Scope, Severity, Status
from scheduler.audit import points, totals

DECLARABLE = ("R12", "R14")
"""Missing remediations and stripped posts: no breach where the roster's own report says so, one where it does not."""


class Edit(Record):
    """One officer's day that differs from the roster as shipped; shift ids, None for no shift."""

    officer: str
    day: date
    before: str | None
    after: str | None


class Edits(Record):
    """What differs from the roster as shipped.

    ``duties`` are officer and date of days on which the shift is the same and the duties are not. ``visits`` is the
    number of windows whose visits differ.
    """

    shifts: tuple[Edit, ...] = ()
    duties: tuple[tuple[str, date], ...] = ()
    removed: tuple[Remediation, ...] = ()
    added: tuple[Remediation, ...] = ()
    changed: tuple[tuple[Remediation, Remediation], ...] = ()
    visits: int = 0

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.shifts or self.duties or self.removed or self.added or self.changed or self.visits)


def edits(baseline: Roster, roster: Roster) -> Edits:
    """Return how ``roster`` differs from ``baseline``, in order of date, then officer."""
    shifts = _shift_edits(baseline, roster)
    known = {(e.officer, e.day) for e in shifts}
    before, after = _remediations(baseline), _remediations(roster)
    return Edits(
        shifts=shifts,
        duties=tuple(key for key in _duty_edits(baseline, roster) if key not in known),
        removed=tuple(before[key] for key in before if key not in after),
        added=tuple(after[key] for key in after if key not in before),
        changed=tuple((before[key], after[key]) for key in before if key in after and before[key] != after[key]),
        visits=_visit_edits(baseline, roster),
    )


def _shift_edits(baseline: Roster, roster: Roster) -> tuple[Edit, ...]:
    keys = sorted({*baseline.shift_on, *roster.shift_on}, key=lambda key: (key[1], key[0]))
    rows = (
        Edit(officer=o, day=d, before=baseline.shift_on.get((o, d)), after=roster.shift_on.get((o, d))) for o, d in keys
    )
    return tuple(row for row in rows if row.before != row.after)


def _duty_edits(baseline: Roster, roster: Roster) -> list[tuple[str, date]]:
    before, after = Counter(baseline.duties), Counter(roster.duties)
    differing = (before - after) + (after - before)
    return sorted({(duty.officer, duty.day) for duty in differing}, key=lambda key: (key[1], key[0]))


def _remediations(roster: Roster) -> dict[str, Remediation]:
    """Return remediations by id, with people and vehicles in a fixed order, as their order means nothing."""
    return {
        r.id: r.model_copy(
            update={
                "participants": tuple(sorted(r.participants)),
                "vehicles": tuple(sorted(r.vehicles, key=lambda use: use.vehicle)),
            }
        )
        for r in roster.remediations
    }


def _visit_edits(baseline: Roster, roster: Roster) -> int:
    before, after = (
        {(v.squad, v.hotspot, v.start): v.count for v in found.visits if v.count} for found in (baseline, roster)
    )
    return sum(before.get(key) != after.get(key) for key in {*before, *after})


class Disagreement(NamedTuple):
    """Two audits of what should be one roster: findings of the first alone and of the second alone."""

    first: tuple[Finding, ...]
    second: tuple[Finding, ...]

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self.first or self.second)


def disagreement(first: Iterable[Finding], second: Iterable[Finding]) -> Disagreement:
    """Return what two audits do not have in common, however often each finding occurs; order means nothing."""
    a, b = Counter(first), Counter(second)
    return Disagreement(tuple((a - b).elements()), tuple((b - a).elements()))


def undeclared(findings: Iterable[Finding], declared: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the missing remediations and stripped posts that the roster's own report did not declare.

    R12 is compared by group and amount, R14 by squad, day, place and start: what was declared may come back as it was
    or milder.
    """
    allowed: Counter[tuple[object, ...]] = Counter()
    for finding in declared:
        if finding.rule in DECLARABLE:
            allowed[_key(finding)] += finding.amount
    found = []
    for finding in findings:
        if finding.rule not in DECLARABLE or finding.severity is Severity.HARD:
            continue
        allowed[_key(finding)] -= finding.amount
        if allowed[_key(finding)] < 0:
            found.append(finding)
    return tuple(found)


def _key(finding: Finding) -> tuple[object, ...]:
    where = finding.where
    if finding.rule == "R12":
        return finding.rule, finding.item, where.group
    return finding.rule, finding.item, where.group, where.squad, where.day, where.place, where.start


def breaches(findings: Sequence[Finding], declared: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what a checked roster must not have: hard breaches, undeclared R12 and R14; the cause before its effects.

    What is about a group comes before what is about a remediation, a squad or a place, and that before what is about
    a person: without a row of the plan, everybody's duty there is a breach as well.
    """
    hard = tuple(f for f in findings if f.severity is Severity.HARD)
    return tuple(sorted(hard + undeclared(findings, declared), key=_breadth))


def _breadth(finding: Finding) -> int:
    where = finding.where
    if where.officer is not None:
        return 3
    return 0 if where.group is not None else 1 if where.remediation is not None else 2


def naming_rules() -> list[Rule]:
    """Return the rules about who of the equals does what."""
    return [rule for rule in all_rules() if rule.scope is Scope.NAMING]


def report_now(findings: Sequence[Finding], shipped: Report | None, *, edited: bool) -> Report:
    """Return the report of a roster that came back: its price today, with the bound of the solve it came from.

    An edited roster was not solved, so its status is UNKNOWN; without a shipped report the bound is 0, which always
    holds because no price is negative.
    """
    price, named = points(findings), points(findings, naming_rules())
    now: tuple[RuleTotal, ...] = totals(findings)
    if shipped is None:
        return Report(
            status=Status.UNKNOWN,
            objective=price,
            decided=price - named,
            named=named,
            bound=0.0,
            gap=1.0 if price else 0.0,
            totals=now,
            seed=0,
            workers=0,
            deterministic=None,
            wall_seconds=0.0,
            versions=(),
        )
    if not edited:
        return shipped
    gap = (price - shipped.bound) / price if price else 0.0
    return shipped.model_copy(
        update={
            "status": Status.UNKNOWN,
            "objective": price,
            "decided": price - named,
            "named": named,
            "gap": gap,
            "totals": now,
        }
    )


def remediations_by_group(scenario: Scenario, roster: Roster) -> list[tuple[str, tuple[Remediation, ...]]]:
    """Return group id and its remediations in time order, for every group of the scenario."""
    return [
        (group.id, tuple(sorted((r for r in roster.remediations if r.group == group.id), key=lambda r: r.start)))
        for group in scenario.groups
    ]
