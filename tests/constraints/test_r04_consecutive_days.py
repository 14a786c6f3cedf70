"""R04: consecutive workdays."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r04_consecutive_days import ConsecutiveDays
from domain.roster import Roster
from domain.scenario import Absence, PastShift
from domain.words import AbsenceKind
from tests.constraints.kit import MONDAY, NIGHT, agree, both_seen, officer, shift_rows, tiny, worked

RULE = ConsecutiveDays()
DAY = timedelta(days=1)


def past(row: str) -> tuple[PastShift, ...]:
    """Return the past shifts of officer 1 from a string that ends on the eve of the horizon."""
    return tuple(
        PastShift(officer="1", date=MONDAY - n * DAY, shift=s) for n, s in enumerate(reversed(row), 1) if s != "-"
    )


def away(start: int, end: int, kind: AbsenceKind) -> Absence:
    return Absence(officer="1", kind=kind, start=MONDAY + start * DAY, end=MONDAY + end * DAY)


@pytest.mark.parametrize(
    ("before", "row", "verdict"),
    [
        ("", "EEEEEE--", 0),
        ("", "EEEEEEE-", None),
        ("", "EEE-EEEE", 0),
        ("", "-EEELLLL", None),
        ("EEEEE", "E-------", 0),
        ("EEEEEE", "E-------", None),
        ("EEEEEE", "-EEEEEE-", 0),
        ("-EEEE", "EEE-----", None),
        ("EEEEEEEEEE", "--------", 0),  # too long already, and nothing to be done about it
        ("EEEEEEEEEE", "-E------", 0),
        ("EEE-EEEE", "EE-EEEEE", 0),
    ],
)
def test_table(before: str, row: str, verdict: int | None) -> None:
    scenario = tiny([officer("1")], count=8, past_shifts=past(before))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


@pytest.mark.parametrize(
    ("absence", "row", "verdict"),
    [
        (away(2, 4, AbsenceKind.TRAINING), "EE--EEE-", None),
        (away(2, 4, AbsenceKind.BUSINESS), "EE--EE--", 0),
        (away(2, 4, AbsenceKind.SICK), "EE--EEE-", 0),
        (away(0, 8, AbsenceKind.TRAINING), "--------", 0),  # eight days of training are nobody's shift
        (away(1, 8, AbsenceKind.TRAINING), "E-------", None),
        (away(-6, 0, AbsenceKind.TRAINING), "E-------", None),
        (away(-5, 0, AbsenceKind.TRAINING), "E-------", 0),
        (away(-6, 0, AbsenceKind.ANNUAL), "E-------", 0),
        (away(7, 30, AbsenceKind.TRAINING), "-EEEEEE-", None),
        (
            away(7, 30, AbsenceKind.TRAINING),
            "--EEEEE-",
            0,
        ),  # training after the month's end is the next month's business
    ],
)
def test_absences(absence: Absence, row: str, verdict: int | None) -> None:
    scenario = tiny([officer("1")], count=8, absences=(absence,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_names_the_officer_and_the_run() -> None:
    scenario = tiny([officer("1", name="张伟")], count=8)
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EEEEEEEE"})))
    assert finding.amount == 2
    assert all(word in finding.text.zh for word in ("张伟", "10-12", "10-19", "8 天"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start, length = data.draw(st.integers(-3, 4)), data.draw(st.integers(1, 3))
        absences = [
            away(start, start + length, k) for k in data.draw(st.lists(st.sampled_from(AbsenceKind), max_size=1))
        ]
        scenario = tiny(
            [officer("1")],
            count=5,
            shifts=(NIGHT.model_copy(update={"id": "E"}),),
            policy={"R04.max_days": data.draw(st.integers(1, 4))},
            past_shifts=past("".join(data.draw(st.lists(st.sampled_from("EE-"), max_size=5)))),
            absences=tuple(absences),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
