"""R20: forbidden successions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r20_successions import Successions
from domain.limits import Succession
from domain.roster import Roster
from domain.scenario import PastShift
from tests.constraints.kit import EARLY, LATE, MIDDLE, MONDAY, agree, both_seen, officer, shift_rows, tiny, worked
from tests.constraints.limits_kit import DAY, alone, judged

RULE = Successions()
LATE_EARLY = Succession(first="L", then="E")


@pytest.mark.parametrize(
    ("row", "verdict"), [("LE--", None), ("L-E-", 0), ("EL--", 0), ("LLEE", None), ("EELL", 0), ("---L", 0)]
)
def test_table(row: str, verdict: int | None) -> None:
    assert judged(RULE, row, successions=(LATE_EARLY,)) == verdict


def test_nothing_is_forbidden_unless_entered() -> None:
    assert judged(RULE, "LELE") == 0


@pytest.mark.parametrize(("days_before", "verdict"), [(1, None), (2, 0)])
def test_the_eve_counts(days_before: int, verdict: int | None) -> None:
    past = PastShift(officer="1", date=MONDAY - days_before * DAY, shift="L")
    assert judged(RULE, "E---", successions=(LATE_EARLY,), past_shifts=(past,)) == verdict


def test_what_lies_in_the_past_is_nobodys_choice() -> None:
    past = tuple(PastShift(officer="1", date=MONDAY - n * DAY, shift=s) for n, s in ((2, "L"), (1, "E")))
    assert judged(RULE, "----", successions=(LATE_EARLY,), past_shifts=past) == 0


def test_names_the_officer_and_both_shifts() -> None:
    scenario = alone(2, successions=(LATE_EARLY,))
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "LE"})))
    assert all(word in finding.text.zh for word in ("张伟", "10-12", "晚班", "早班"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        pairs = data.draw(st.lists(st.tuples(st.sampled_from("EML"), st.sampled_from("EML")), unique=True, max_size=4))
        scenario = tiny(
            [officer("1"), officer("2")],
            shifts=(EARLY, MIDDLE, LATE),
            successions=tuple(Succession(first=a, then=b) for a, b in pairs),
            past_shifts=(PastShift(officer="1", date=MONDAY - DAY, shift=data.draw(st.sampled_from("EML"))),),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
