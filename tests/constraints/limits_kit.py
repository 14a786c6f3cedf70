"""What the tests of limits share: one officer's row of letters judged by a rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from constraints.base import Rule
from domain.limits import Limits
from domain.roster import Roster
from domain.scenario import Absence, Scenario
from domain.words import AbsenceKind
from tests.constraints.kit import MONDAY, agree, officer, tiny, worked

DAY = timedelta(days=1)


def away(start: int, end: int, kind: AbsenceKind) -> Absence:
    return Absence(officer="1", kind=kind, start=MONDAY + start * DAY, end=MONDAY + end * DAY)


def alone(count: int, *, own: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """Return a scenario of officer 1 alone, with limits of the officer's own."""
    limits = (Limits(officer="1", **own),) if own else ()
    return tiny([officer("1", name="张伟")], count=count, limits=limits, **more)


def judged(rule: Rule, row: str, **more: Any) -> int | None:
    """Return what model and audit agree on for one officer's row of letters."""
    scenario = alone(len(row), **more)
    return agree(rule, scenario, Roster(shifts=worked(scenario, {"1": row})))


def own_or_common(data: st.DataObject, rule: str, key: str, field: str, low: int, high: int) -> dict[str, Any]:
    """Draw a common value, and one of the officer's own or none."""
    own = data.draw(st.one_of(st.none(), st.integers(low, high)))
    more: dict[str, Any] = {"policy": {f"{rule}.{key}": data.draw(st.integers(low, high))}}
    return more if own is None else more | {"own": {field: own}}
