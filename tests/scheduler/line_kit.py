"""What the tests of lines share: small scenarios with limits of every sort, and enumeration as the judge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from constraints.base import all_rules
from domain.limits import Cover, Limits, ShiftCap, Succession
from domain.roster import Assignment, Roster
from domain.scenario import Absence, PastShift, Request, Scenario
from domain.words import AbsenceKind, DutyKind, PayRegime, Scope
from scheduler.audit import audit, hard, points
from scheduler.bench import policy
from scheduler.line_model import LineModel, Ties
from tests.constraints.kit import MONDAY, officer, tiny

DAY = timedelta(days=1)
PERSONAL = [rule for rule in all_rules() if rule.scope is Scope.OFFICER]
"""The rules on one officer's line; what squads pay is another matter."""
NO_DUTY = tuple(duty for duty in DutyKind if duty is not DutyKind.STANDBY)
UNTIED = Ties(0, (), (), (), 0)


def person(oid: str, squad: str = "A") -> Any:
    return officer(oid, squad, barred_duties=NO_DUTY, regime=PayRegime.CIVIL)


@st.composite
def scenarios(draw: st.DrawFn, *, count: int, people: int = 1, brigade: bool | None = None) -> Scenario:
    """Draw a scenario of a few people: with the brigade's own rules and prices, or with those of public instances."""
    ids = [str(n) for n in range(1, people + 1)]
    brigade = draw(st.booleans()) if brigade is None else brigade
    limits = [
        Limits(
            officer=oid,
            most_days=draw(st.integers(2, 5)),
            least_days=draw(st.integers(1, 3)),
            least_rest_days=draw(st.integers(1, 3)),
            most_weekends=draw(st.integers(0, 2)),
            least_hours=timedelta(hours=8 * (least := draw(st.sampled_from([0, 1, 2, 3, 7])))),
            most_hours=timedelta(hours=8 * (least + draw(st.integers(0, 4)))),
        )
        for oid in ids
    ]
    days = st.integers(0, count - 1)
    asked = draw(
        st.lists(st.tuples(st.sampled_from(ids), days, st.sampled_from([None, "E", "L"]), st.booleans()), max_size=4)
    )
    away = draw(st.lists(st.tuples(days, st.sampled_from([AbsenceKind.SICK, AbsenceKind.TRAINING])), max_size=1))
    covers = draw(st.lists(st.tuples(days, st.sampled_from("EL"), st.integers(0, people)), max_size=6))
    return tiny(
        [person(oid) for oid in ids],
        count=count,
        limits=tuple(limits),
        shift_caps=(ShiftCap(officer="1", shift="L", most=draw(st.integers(0, 3))),),
        successions=draw(st.sampled_from([(), (Succession(first="L", then="E"),)])),
        requests=tuple(
            Request(officer=oid, date=MONDAY + n * DAY, shift=shift, weight=draw(st.integers(1, 5)), against=against)
            for oid, n, shift, against in asked
        ),
        absences=tuple(
            Absence(officer="1", kind=kind, start=MONDAY + n * DAY, end=MONDAY + (n + 1) * DAY) for n, kind in away
        ),
        past_shifts=(PastShift(officer="1", date=MONDAY - DAY, shift="L"),) if draw(st.booleans()) else (),
        covers=tuple(
            Cover(
                squad="A",
                shift=shift,
                heads=heads,
                under=20,
                over=3,
                first=MONDAY + n * DAY,
                end=MONDAY + (n + 1) * DAY,
            )
            for n, shift, heads in covers
        ),
        policy={} if brigade else policy(),
    )


def roster_of(scenario: Scenario, model: LineModel, line: tuple[int, ...]) -> Roster:
    return Roster(shifts=tuple(Assignment(officer=model.officer, day=s.day, shift=s.shift) for s in model.shifts(line)))


def judged(scenario: Scenario, roster: Roster) -> float | None:
    """Return what the audit charges a roster of shifts; None if a rule forbids it. Duties are not judged."""
    findings = audit(scenario, roster, rules=PERSONAL)
    return None if hard(findings) else points(findings)


def every_line(model: LineModel) -> Iterator[tuple[int, ...]]:
    """Yield every line, lawful or not."""
    return product(*(range(len(shifts) + 1) for shifts in model.choices))


def prices(data: st.DataObject, model: LineModel) -> Any:
    """Draw prices by date and choice."""
    rows = [[0, *(data.draw(st.integers(-30, 10)) for _ in shifts)] for shifts in model.choices]
    return np.array(rows, dtype=float)
