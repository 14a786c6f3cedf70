"""What solving the counts of a unit has taught: prices and heads to begin with when it is solved again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from constraints.base import OfficerClass
from domain.calendar import ShiftDay


@dataclass(frozen=True)
class Learned:
    """Prices of sums by name (units), where they are better than those of the relaxation; heads worth trying."""

    prices: Mapping[str, float] = field(default_factory=dict)
    heads: tuple[tuple[date, Mapping[tuple[OfficerClass, ShiftDay], int]], ...] = ()
