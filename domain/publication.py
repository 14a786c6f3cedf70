"""A roster that was filed: its versions, and who was told to work otherwise with each."""

from __future__ import annotations

from datetime import date

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


class Publication(Record):
    """All versions of a month in order, and all changes since the first."""

    versions: tuple[Version, ...]
    changes: tuple[Change, ...] = ()

    @property
    def latest(self) -> Version:
        """The version that counts."""
        return self.versions[-1]
