"""R02: absences."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r02_absence import Absent
from domain.roster import Roster
from domain.scenario import Absence, PastShift
from domain.words import AbsenceKind
from tests.constraints.kit import EARLY, LATE, MONDAY, NIGHT, agree, both_seen, officer, shift_rows, tiny, worked

RULE = Absent()
DAY = timedelta(days=1)


def away(start: int, end: int, kind: AbsenceKind = AbsenceKind.SICK, who: str = "1") -> Absence:
    return Absence(officer=who, kind=kind, start=MONDAY + start * DAY, end=MONDAY + end * DAY)


@pytest.mark.parametrize(
    ("row", "absence", "verdict"),
    [
        ("E--", away(0, 1), None),
        ("-E-", away(0, 1), 0),
        ("E--", away(1, 3), 0),
        ("--E", away(1, 3), None),
        ("N--", away(1, 3), 0),  # begins before the absence
        ("E--", away(-5, 0), 0),
        ("E--", away(-5, 1), None),
        ("EEE", away(0, 3, who="2"), 0),
        ("-L-", away(1, 2, AbsenceKind.TRAINING), None),
        ("---", away(0, 3), 0),
    ],
)
def test_table(row: str, absence: Absence, verdict: int | None) -> None:
    scenario = tiny(shifts=(EARLY, LATE, NIGHT), absences=(absence,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_history_is_not_judged() -> None:
    past = PastShift(officer="1", date=MONDAY - DAY, shift="L")
    scenario = tiny(absences=(away(-2, 1),), past_shifts=(past,))
    assert agree(RULE, scenario, Roster()) == 0


def test_names_the_officer_the_date_and_the_reason() -> None:
    scenario = tiny([officer("1", name="张伟")], absences=(away(0, 1),))
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "L--"})))
    assert all(word in finding.text.zh for word in ("张伟", "10-12", "病假", "晚班"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=50, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start, length = data.draw(st.integers(-2, 2)), data.draw(st.integers(1, 3))
        kind = data.draw(st.sampled_from(list(AbsenceKind)))
        absence = away(start, start + length, kind, data.draw(st.sampled_from("12")))
        scenario = tiny(shifts=(EARLY, NIGHT), absences=(absence,))
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
