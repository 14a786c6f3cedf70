"""S08: forward rotation."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s08_forward_rotation import ForwardRotation
from domain.roster import Roster
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

RULE = ForwardRotation()
SHIFTS = (EARLY, MIDDLE, LATE, NIGHT)


def past(letters: str) -> tuple[PastShift, ...]:
    return tuple(PastShift(officer="1", date=MONDAY - timedelta(days=1), shift=s) for s in letters)


@pytest.mark.parametrize(
    ("before", "row", "amount"),
    [
        ("", "EML", 0),
        ("", "EEE", 0),
        ("", "LM-", 1),
        ("", "ME-", 1),
        ("", "LE-", 1),
        ("", "NL-", 1),
        ("", "LME", 2),
        ("", "L-E", 0),  # a rest day starts anew
        ("", "MEM", 1),
        ("L", "M--", 1),
        ("L", "-M-", 0),
        ("L", "L--", 0),
        ("E", "L--", 0),
    ],
)
def test_table(before: str, row: str, amount: int) -> None:
    scenario = tiny([officer("1")], shifts=SHIFTS, past_shifts=past(before))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == amount


def test_steps_inside_the_past_are_past() -> None:
    older = PastShift(officer="1", date=MONDAY - timedelta(days=2), shift="L")
    scenario = tiny([officer("1")], shifts=SHIFTS, past_shifts=(older, *past("E")))
    assert agree(RULE, scenario, Roster()) == 0


def test_names_the_officer_and_both_shifts() -> None:
    scenario = tiny([officer("1", name="张伟")], shifts=SHIFTS)
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "LM-"})))
    assert all(word in finding.text.zh for word in ("张伟", "10-12 晚班", "10-13 接中班"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = tiny(shifts=SHIFTS, past_shifts=past(data.draw(st.sampled_from(["", "E", "M", "L", "N"]))))
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
