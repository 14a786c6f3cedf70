"""S07: whole weekends free."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s07_free_weekends import FreeWeekends
from domain.roster import Roster
from domain.scenario import Absence, PastShift
from domain.words import AbsenceKind
from tests.constraints.kit import EARLY, LATE, NIGHT, agree, both_seen, officer, shift_rows, tiny, worked

RULE = FreeWeekends()
DAY = timedelta(days=1)
FRIDAY = date(2026, 10, 23)
SHIFTS = (EARLY, LATE, NIGHT)


@pytest.mark.parametrize(
    ("row", "least", "amount"),
    [  # from Friday 23 October, two weekends and the Friday between: Fr Sa Su Mo Tu We Th Fr Sa Su
        ("EEEEEEEE--", 1, 0),
        ("EEEEEEEEE-", 1, 1),
        ("EE-EEEEE-E", 1, 1),
        ("E--EEEEEEE", 1, 0),
        ("E--EEEEEEE", 2, 0),  # the second weekend's Sunday is in November, yet its Saturday is not
        ("NEEEEEEE--", 1, 0),
        ("EEEEEEEN--", 1, 1),  # the night of Friday ends on Saturday
        ("EEEEEEEL--", 1, 0),
        ("E--E------", 1, 0),
        ("EEEEEEEEEE", 0, 0),
    ],
)
def test_table(row: str, least: int, amount: int) -> None:
    scenario = tiny([officer("1")], first=FRIDAY, count=10, shifts=SHIFTS, policy={"S07.least": least})
    roster = Roster(shifts=worked(scenario, {"1": row}))
    expected = amount + (least == 2)
    assert agree(RULE, scenario, roster) == expected


@pytest.mark.parametrize(
    ("kind", "amount"), [(AbsenceKind.ANNUAL, 0), (AbsenceKind.TRAINING, 1), (AbsenceKind.SICK, 0)]
)
def test_absences(kind: AbsenceKind, amount: int) -> None:
    away = Absence(officer="1", kind=kind, start=FRIDAY + 2 * DAY, end=FRIDAY + 3 * DAY)
    scenario = tiny([officer("1")], first=FRIDAY, count=4, absences=(away,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "E--E"}))) == amount


def test_half_a_weekend_at_the_edge_is_not_counted() -> None:
    scenario = tiny([officer("1")], first=FRIDAY, count=2)  # Friday and Saturday
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EE"}))) == 0
    scenario = tiny([officer("1")], first=FRIDAY + 2 * DAY, count=2)  # Sunday and Monday
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EE"}))) == 0


def test_each_month_has_its_own() -> None:
    scenario = tiny([officer("1")], first=FRIDAY, count=17, shifts=SHIFTS)  # to Sunday, 8 November
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "---------------EE"}))) == 1


def test_a_past_night_that_ends_on_saturday() -> None:
    past = PastShift(officer="1", date=FRIDAY, shift="N")
    scenario = tiny([officer("1")], first=FRIDAY + DAY, count=2, shifts=SHIFTS, past_shifts=(past,))
    assert agree(RULE, scenario, Roster()) == 1


def test_a_shift_that_ends_at_midnight_leaves_saturday_free() -> None:
    evening = LATE.model_copy(update={"start": time(16)})
    scenario = tiny([officer("1")], first=FRIDAY, count=4, shifts=(EARLY, evening))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "L--E"}))) == 0


def test_names_the_officer_and_the_month() -> None:
    scenario = tiny([officer("1", name="张伟")], first=FRIDAY, count=4)
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EEEE"})))
    assert all(word in finding.text.zh for word in ("张伟", "2026-10", "只休 0 个", "应有 1 个"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start = FRIDAY + data.draw(st.integers(-1, 3)) * DAY
        kinds = data.draw(st.lists(st.sampled_from(AbsenceKind), max_size=1))
        night = [PastShift(officer="1", date=start - DAY, shift="N")] if data.draw(st.booleans()) else []
        scenario = tiny(
            [officer("1")],
            first=start,
            count=9,
            shifts=(NIGHT,),
            policy={"S07.least": data.draw(st.integers(0, 2))},
            absences=tuple(Absence(officer="1", kind=k, start=start + DAY, end=start + 3 * DAY) for k in kinds),
            past_shifts=tuple(night),
        )
        roster = Roster(shifts=data.draw(shift_rows(scenario)))
        seen.append(agree(RULE, scenario, roster))

    run()
    assert all(both_seen(seen))
