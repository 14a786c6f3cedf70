"""Why a roster leaves needs unfilled and what could be done: shortfalls gathered into entries, reasons, options."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from domain.words import Record, Text


class Obstacle(StrEnum):
    """What keeps somebody from filling a shortfall."""

    ABSENT = "absent"
    REST = "rest"
    HOURS = "hours"
    PERSONAL = "personal"
    CERTIFICATE = "certificate"
    FORCE = "force"
    BARRED = "barred"
    LOCKED = "locked"
    REMEDIATION = "remediation"
    SHIFT = "shift"
    DUTY = "duty"
    NO_GAIN = "no gain"
    THERE = "there"
    FREE = "free"


class Counted(Record):
    """What counting alone shows that cannot work, with the figures it rests on; ``lacking`` = ``needed`` - ``most``."""

    kind: str
    text: Text
    needed: int
    most: int
    squads: tuple[str, ...] = ()

    @property
    def lacking(self) -> int:
        """How much is missing at least, in the unit of the text."""
        return self.needed - self.most


class Reason(Record):
    """Why somebody is not there on some dates: ``text`` is what the rules say of the first of them."""

    obstacle: Obstacle
    rule: str
    days: tuple[date, ...]
    text: Text


class Person(Record):
    """Somebody (an officer, or a vehicle) who might have filled a shortfall, and why not, by obstacle and rule."""

    id: str
    name: str
    squad: str | None
    reasons: tuple[Reason, ...]


class ShortDay(Record):
    """One date of an entry: what is missing that day, in the rule's unit, and its price."""

    day: date
    amount: int
    points: float
    text: Text
    start: datetime | None = None
    end: datetime | None = None


class Entry(Record):
    """Shortfalls of one place, hours and cause (sheet 缺口与对策).

    ``id`` names it on the command line, as in ``S16-D01-1``; ``hours`` is "" where no hours apply; ``cause`` is the
    obstacle that most of the people who could do it at all have in common.
    """

    id: str
    rule: str
    item: str
    place: str | None
    what: Text
    hours: str
    squads: tuple[str, ...]
    cause: Obstacle | None
    days: tuple[ShortDay, ...]
    people: tuple[Person, ...]
    group: str | None = None
    remediation: str | None = None

    @property
    def amount(self) -> int:
        """What is missing on all dates together, in the rule's unit."""
        return sum(day.amount for day in self.days)

    @property
    def points(self) -> float:
        """What it costs on all dates together."""
        return sum(day.points for day in self.days)


class Option(Record):
    """One way out, re-solved around the roster.

    ``filled`` of ``missing`` (in the rule's unit) is filled on ``day``; ``points`` is what the whole roster then costs
    more (less, if negative), wishes included; ``changes`` says who does what else, ``inputs`` what of the input is
    changed; ``overtime`` is who gets how many hours of overtime more and how they are settled.
    """

    number: int
    kind: str
    text: Text
    day: date
    filled: int
    missing: int
    points: float
    changes: tuple[Text, ...]
    inputs: tuple[Text, ...] = ()
    overtime: tuple[Text, ...] = ()


class Offer(Record):
    """The options of one entry, cheapest first; ``tried`` says what was tried and did not help.

    ``entry`` is its id, with @ and the date where it was asked about one date alone, as in ``S16-D01-1@10-05``.
    """

    entry: str
    options: tuple[Option, ...]
    tried: tuple[Text, ...] = ()


class Explanation(Record):
    """Everything the sheet 缺口与对策 says."""

    entries: tuple[Entry, ...] = ()
    counted: tuple[Counted, ...] = ()
    offers: tuple[Offer, ...] = ()
