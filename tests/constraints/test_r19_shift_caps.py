"""R19: shifts of a kind per officer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r19_shift_caps import ShiftCaps
from domain.limits import ShiftCap
from domain.roster import Roster
from domain.scenario import PastShift
from tests.constraints.kit import MONDAY, agree, both_seen, officer, shift_rows, tiny, worked
from tests.constraints.limits_kit import DAY, alone, judged

RULE = ShiftCaps()


@pytest.mark.parametrize(
    ("row", "shift", "most", "verdict"),
    [
        ("EEL-", "E", 2, 0),
        ("EELE", "E", 2, None),
        ("EELE", "L", 1, 0),
        ("EE--", "E", 0, None),
        ("LL--", "E", 0, 0),
        ("EEEE", "X", 0, 0),  # a shift that nobody has
    ],
)
def test_table(row: str, shift: str, most: int, verdict: int | None) -> None:
    assert judged(RULE, row, shift_caps=(ShiftCap(officer="1", shift=shift, most=most),)) == verdict


def test_the_past_does_not_count() -> None:
    past = PastShift(officer="1", date=MONDAY - DAY, shift="E")
    cap = ShiftCap(officer="1", shift="E", most=1)
    assert judged(RULE, "E---", shift_caps=(cap,), past_shifts=(past,)) == 0


def test_names_the_officer_and_the_shift() -> None:
    scenario = alone(4, shift_caps=(ShiftCap(officer="1", shift="E", most=1),))
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EE-E"})))
    assert (finding.amount, finding.where.day) == (2, MONDAY + DAY)
    assert all(word in finding.text.zh for word in ("张伟", "早班", "3 次", "1 次"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        caps = [
            ShiftCap(officer=who, shift=shift, most=data.draw(st.integers(0, 3)))
            for who in "12"
            for shift in data.draw(st.lists(st.sampled_from("EL"), unique=True))
        ]
        scenario = tiny([officer("1"), officer("2")], shift_caps=tuple(caps))
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
