"""A value of a rule that the policy sheet may override."""

from __future__ import annotations

from datetime import time, timedelta

from domain.words import Record, Text

type_of_value = int | bool | timedelta | time


class Parameter(Record):
    """Declared by a rule; its default stands here and nowhere else.

    The policy sheet names it ``<rule>.<key>``, as in ``R03.min_rest``. Times of day are ``time``, spans ``timedelta``
    (written in hours on the sheet), weights and counts ``int``. ``low`` and ``high`` bound what is accepted, inclusive.
    """

    key: str
    default: type_of_value
    text: Text
    unit: Text
    low: type_of_value | None = None
    high: type_of_value | None = None
