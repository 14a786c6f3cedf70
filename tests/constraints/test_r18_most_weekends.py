"""R18: most weekends worked."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r18_most_weekends import MostWeekends
from domain.roster import Roster
from tests.constraints.kit import NIGHT, agree, both_seen, shift_rows, worked
from tests.constraints.limits_kit import alone, judged, own_or_common

RULE = MostWeekends()
DAY = timedelta(days=1)
FRIDAY = date(2026, 10, 23)


@pytest.mark.parametrize(
    ("row", "most", "verdict"),
    [  # from Friday 23 October: Fr Sa Su Mo Tu We Th Fr Sa Su
        ("EEEEEEEE--", 1, 0),
        ("EE-EEEEE-E", 1, None),
        ("EE-EEEEE-E", 2, 0),
        ("E--EEEEE--", 0, 0),
        ("E-EEEEEE--", 0, None),
        ("EEEEEEEEEE", 1, None),
        ("EEEEEEEEEE", 53, 0),
        ("N--------N", 1, 0),  # the night of Friday begins on Friday
    ],
)
def test_table(row: str, most: int, verdict: int | None) -> None:
    shifts = alone(1).shifts
    assert judged(RULE, row, first=FRIDAY, shifts=(*shifts, NIGHT), policy={"R18.most": most}) == verdict


def test_an_officers_own_limit_comes_first() -> None:
    assert judged(RULE, "EEEEEEEEEE", first=FRIDAY, policy={"R18.most": 0}, own={"most_weekends": 2}) == 0
    assert judged(RULE, "EE--------", first=FRIDAY, own={"most_weekends": 0}) is None


def test_half_a_weekend_at_the_edge_counts() -> None:
    assert judged(RULE, "EE", first=FRIDAY, own={"most_weekends": 0}) is None  # Friday and Saturday
    assert judged(RULE, "EE", first=FRIDAY + 2 * DAY, own={"most_weekends": 0}) is None  # Sunday and Monday
    assert judged(RULE, "-E", first=FRIDAY + 2 * DAY, own={"most_weekends": 0}) == 0


def test_names_the_officer_and_the_date() -> None:
    scenario = alone(10, first=FRIDAY, own={"most_weekends": 1})
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EEEEEEEEEE"})))
    assert finding.amount == 1
    assert finding.where.day == date(2026, 10, 31)
    assert all(word in finding.text.zh for word in ("张伟", "2 个", "1 个"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start = FRIDAY + data.draw(st.integers(-1, 3)) * DAY
        more = own_or_common(data, "R18", "most", "most_weekends", 0, 3)
        scenario = alone(9, first=start, shifts=(NIGHT,), **more)
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
