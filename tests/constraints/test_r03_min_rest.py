"""R03: rest between shifts."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r03_min_rest import MinRest
from domain.roster import Assignment, Roster
from domain.scenario import PastShift
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    NIGHT,
    agree,
    both_seen,
    officer,
    shift_rows,
    tiny,
    worked,
)

RULE = MinRest()


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("EE-", 0),  # 16 h
        ("LM-", 0),  # 22:00 -> 10:00 is 12 h
        ("LE-", None),  # 22:00 -> 06:30 is 8.5 h
        ("L-E", 0),
        ("NL-", None),  # 06:30 -> 14:00 is 7.5 h
        ("N-E", 0),
        ("ME-", 0),  # 18:00 -> 06:30 is 12.5 h
    ],
)
def test_table(row: str, verdict: int | None) -> None:
    scenario = tiny([officer("1")], shifts=(EARLY, MIDDLE, LATE, NIGHT))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_exactly_the_limit_is_legal() -> None:
    scenario = tiny([officer("1")], policy={"R03.min_rest": timedelta(hours=8, minutes=30)})
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "LE-"}))) == 0


def test_last_months_late_shift_counts() -> None:
    past = PastShift(officer="1", date=MONDAY - timedelta(days=1), shift="L")
    scenario = tiny([officer("1")], past_shifts=(past,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "E--"}))) is None


def test_names_the_officer_and_the_dates() -> None:
    scenario = tiny([officer("1", name="张伟")])
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "LE-"})))
    assert finding.amount == 150
    assert all(word in finding.text.zh for word in ("张伟", "10-12", "10-13"))


def test_an_unknown_shift_is_for_r01_to_report() -> None:
    scenario = tiny([officer("1")])
    shifts = (*worked(scenario, {"1": "L-E"}), Assignment(officer="1", day=MONDAY + timedelta(days=1), shift="?"))
    assert list(RULE.audit(scenario, Roster(shifts=shifts))) == []


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        hours = data.draw(st.sampled_from([0, 8, 9, 11, 12, 16, 24]))
        scenario = tiny(
            [officer("1"), officer("2")],
            shifts=(EARLY, LATE, NIGHT),
            policy={"R03.min_rest": timedelta(hours=hours)},
            past_shifts=tuple(
                PastShift(officer="1", date=MONDAY - timedelta(days=1), shift=s)
                for s in data.draw(st.sampled_from(["", "E", "L", "N"]))
            ),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
