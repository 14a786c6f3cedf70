"""What comes with a roster: findings, and the report with objective, bound and gap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import Field

from domain.publication import Publication
from domain.roster import Roster
from domain.words import Record, Severity, Status, Text


class Where(Record):
    """Whom and what a finding is about; whatever does not apply is None. ``end`` is exclusive."""

    officer: str | None = None
    day: date | None = None
    squad: str | None = None
    group: str | None = None
    place: str | None = None
    remediation: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class Finding(Record):
    """One breach, shortfall or unmet wish (sheet 规则校核).

    ``amount`` is in the rule's unit and unweighted; ``item`` names the price it is multiplied with ("" for rules of one
    price); ``points`` is what it costs in the objective, 0 for hard breaches.
    """

    rule: str
    severity: Severity
    amount: int
    where: Where
    text: Text
    advice: Text
    item: str = ""
    points: float = 0.0


class RuleInfo(Record):
    """What may be shown of a rule without importing it."""

    id: str
    title: Text
    severity: Severity
    unit: Text
    source: Text
    units: Mapping[str, Text] = Field(default_factory=dict)
    """Units of items that are counted in another one."""

    def unit_of(self, item: str = "") -> Text:
        """Return the unit that amounts of an item are in."""
        return self.units.get(item, self.unit)


class RuleTotal(Record):
    """Sum of one rule's findings of one item, in that item's unit."""

    rule: str
    severity: Severity
    item: str = ""
    unit: Text
    amount: int
    points: float


class Report(Record):
    """Quality of a roster. ``objective`` = ``decided`` (first stage) + ``named`` (second stage), in points.

    ``bound`` is proven for the first stage and so for the sum; ``gap`` = (objective - bound) / objective, 0 at 0.
    ``totals`` are by rule and item; ``wall_seconds`` is the whole command's time up to writing.
    """

    status: Status
    objective: float
    decided: float
    named: float
    bound: float
    gap: float
    totals: tuple[RuleTotal, ...]
    seed: int
    workers: int
    deterministic: float | None
    wall_seconds: float
    versions: tuple[tuple[str, str], ...]
    scope: str = "brigade"
    notes: tuple[Text, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether anything was proven beyond that no roster costs less than nothing."""
        return self.bound > 0 or self.objective == 0


class Forced(Record):
    """A hand edit that was kept although it breaks a hard rule: whose day, and what it breaks."""

    officer: str
    day: date
    text: Text


class Result(Record):
    """A roster with its report and findings, as shipped; ``forced`` are the days kept against the rules."""

    roster: Roster
    report: Report
    findings: tuple[Finding, ...]
    publication: Publication | None = None
    forced: tuple[Forced, ...] = ()
