"""Hand edits of a roster that came back, each with its price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from domain.result import Finding
from domain.roster import Duty, Remediation
from domain.words import Record


class PricedEdit(Record):
    """One edit: an officer's day (shift ids, None for none; duties), a remediation, or some squad's visits.

    ``prices`` are points by rule, ``breaks`` the hard breaches that come with it. ``more`` counts further edits that
    are priced with this one; ``visits`` are windows.
    """

    officer: str | None = None
    day: date | None = None
    before: str | None = None
    after: str | None = None
    duties_before: tuple[Duty, ...] = ()
    duties_after: tuple[Duty, ...] = ()
    remediation: tuple[Remediation | None, Remediation | None] | None = None
    visits: int = 0
    more: int = 0
    prices: Mapping[str, float] = Field(default_factory=dict)
    breaks: tuple[Finding, ...] = ()

    @property
    def points(self) -> float:
        """The change of the objective."""
        return sum(self.prices.values())
