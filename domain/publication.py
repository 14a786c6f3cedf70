"""A roster that was filed: its versions, and who was told to work otherwise with each."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain.roster import Roster
from domain.words import Record


class Version(Record):
    """A version as filed; ``content`` is the SHA-256 of shifts, duties, visits and remediations."""

    number: int
    day: date
    content: str


class Change(Record):
    """One officer's day that version ``version`` changed (sheet 调班记录); shift ids, None for rest."""

    version: int
    officer: str
    day: date
    before: str | None
    after: str | None
    reason: str = ""


class ChangeKind(StrEnum):
    """What changed besides shifts."""

    DUTY = "duty"
    REMEDIATION = "remediation"


class OtherChange(Record):
    """Duties inside an unchanged shift, or a remediation, that version ``version`` changed (sheet 调班记录).

    ``subject`` is the officer's or the remediation's id; ``before`` and ``after`` are words; ``people`` are the ids of
    those to tell, separated by blanks.
    """

    version: int
    kind: ChangeKind
    subject: str
    day: date
    before: str
    after: str
    people: str
    reason: str = ""


class Publication(Record):
    """All versions of a month in order, and all changes since the first.

    ``filed`` is the roster of the latest version; None where an earlier program, which did not keep it, filed it.
    """

    versions: tuple[Version, ...]
    changes: tuple[Change, ...] = ()
    others: tuple[OtherChange, ...] = ()
    filed: Roster | None = None

    @property
    def latest(self) -> Version:
        """The version that counts."""
        return self.versions[-1]
