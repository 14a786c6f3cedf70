"""Units that several rules count in, and the larger units in which people read their amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from domain.words import Text

MINUTES = Text("分钟", "minutes")
PERSON_MINUTES = Text("人·分钟", "person-minutes")
SHIFTS = Text("班", "shifts")
DAYS = Text("天", "days")
TIMES = Text("次", "times")
VEHICLES = Text("辆", "vehicles")
MISSING_VISITS = Text("百分之一次到点", "hundredths of a visit")
LATER_VISITS = Text("百分之一次期末后到点", "hundredths of a visit after the end")
WEIGHTED_VISITS = Text("百分之一加权次", "hundredths of a weighted visit")
TURNS = Text("百分之一次/10 天", "hundredths of a turn per 10 days")
PRIORITY = Text("百分之一优先度", "hundredths of priority")


class Reading(NamedTuple):
    """How an amount is read: divided by ``per``, with ``decimals``, in the unit ``text``."""

    text: Text
    per: int = 1
    decimals: int = 0

    def shown(self, amount: int, lang: str) -> str:
        """Return an amount with its unit, in ``lang`` ("zh" or "en")."""
        return f"{amount / self.per:,.{self.decimals}f} {self.text.get(lang)}"


_READINGS: Mapping[Text, Reading] = {
    MINUTES: Reading(Text("小时", "hours"), 60, 1),
    PERSON_MINUTES: Reading(Text("人·小时", "person-hours"), 60, 1),
    MISSING_VISITS: Reading(Text("次到点", "visits"), 100, 2),
    LATER_VISITS: Reading(Text("次期末后到点", "visits after the end"), 100, 2),
    WEIGHTED_VISITS: Reading(Text("加权次", "weighted visits"), 100, 1),
    TURNS: Reading(Text("次/10 天", "turns per 10 days"), 100, 2),
    PRIORITY: Reading(Text("优先度", "of priority"), 100, 1),
}


def reading(unit: Text) -> Reading:
    """Return how amounts in a unit are read: as they are, unless minutes or hundredths."""
    return _READINGS.get(unit, Reading(unit))
