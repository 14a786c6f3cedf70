"""R16: least workdays in a row."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r16_least_workdays import LeastWorkdays
from domain.roster import Roster
from domain.scenario import Absence
from domain.words import AbsenceKind
from tests.constraints.kit import NIGHT, agree, both_seen, shift_rows, worked
from tests.constraints.limits_kit import alone, away, judged, own_or_common

RULE = LeastWorkdays()


@pytest.mark.parametrize(
    ("row", "least", "verdict"),
    [
        ("-E-EE-", 1, 0),
        ("-E-EE-", 2, None),
        ("--EE--", 2, 0),
        ("--EL--", 3, None),
        ("-EEE--", 3, 0),
        ("E-EE--", 2, 0),  # the first run may have begun before
        ("--EE-E", 2, 0),  # the last run may go on
        ("-EE--E", 3, None),
        ("EEEEEE", 9, 0),
        ("------", 9, 0),
    ],
)
def test_table(row: str, least: int, verdict: int | None) -> None:
    assert judged(RULE, row, policy={"R16.least": least}) == verdict


def test_an_officers_own_limit_comes_first() -> None:
    assert judged(RULE, "-EE---", policy={"R16.least": 3}, own={"least_days": 2}) == 0
    assert judged(RULE, "-E----", policy={"R16.least": 1}, own={"least_days": 2}) is None


@pytest.mark.parametrize(
    ("absence", "row", "verdict"),
    [
        (away(2, 3, AbsenceKind.SICK), "-E----", None),
        (away(2, 3, AbsenceKind.TRAINING), "-E----", 0),  # runs beside a training are left alone
        (away(2, 3, AbsenceKind.TRAINING), "---E--", 0),
        (away(2, 3, AbsenceKind.TRAINING), "----E-", None),
    ],
)
def test_absences(absence: Absence, row: str, verdict: int | None) -> None:
    assert judged(RULE, row, own={"least_days": 2}, absences=(absence,)) == verdict


def test_names_the_officer_and_the_run() -> None:
    scenario = alone(6, own={"least_days": 3})
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "-EE---"})))
    assert finding.amount == 1
    assert all(word in finding.text.zh for word in ("张伟", "10-13", "10-14", "2 天", "3 天"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start, length = data.draw(st.integers(0, 4)), data.draw(st.integers(1, 2))
        kinds = data.draw(st.lists(st.sampled_from(AbsenceKind), max_size=1))
        scenario = alone(
            6,
            shifts=(NIGHT.model_copy(update={"id": "E"}),),
            absences=tuple(away(start, start + length, kind) for kind in kinds),
            **own_or_common(data, "R16", "least", "least_days", 1, 4),
        )
        shifts = [a for a in data.draw(shift_rows(scenario)) if scenario.absence("1", a.day) is None]
        seen.append(agree(RULE, scenario, Roster(shifts=tuple(shifts))))

    run()
    assert all(both_seen(seen))
