"""S09: single workdays and single rest days."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s09_single_days import SingleDays
from domain.roster import Roster
from domain.scenario import Absence, PastShift
from domain.words import AbsenceKind
from tests.constraints.kit import MONDAY, agree, both_seen, officer, shift_rows, tiny, worked

RULE = SingleDays()
DAY = timedelta(days=1)


def past(row: str) -> tuple[PastShift, ...]:
    """Return the past shifts of officer 1 from a string that ends on the eve of the horizon."""
    return tuple(
        PastShift(officer="1", date=MONDAY - n * DAY, shift=s) for n, s in enumerate(reversed(row), 1) if s != "-"
    )


def away(start: int, end: int, kind: AbsenceKind) -> Absence:
    return Absence(officer="1", kind=kind, start=MONDAY + start * DAY, end=MONDAY + end * DAY)


@pytest.mark.parametrize(
    ("before", "row", "amount"),
    [
        ("", "EE--EE", 0),
        ("", "-E--EE", 1),
        ("", "EE-EE-", 1),
        ("", "-E-E-E", 4),  # the last date is not judged
        ("", "E--EE-", 1),  # before the horizon he rested
        ("E", "E--EE-", 0),
        ("E", "--EE--", 1),  # the eve was a single workday, as it turns out
        ("EE", "--EE--", 0),
        ("EE", "-EE---", 1),
        ("E-", "E-----", 2),  # a single rest day on the eve, and a single workday after it
        ("E-E", "E-----", 0),
        ("", "-----E", 0),
    ],
)
def test_table(before: str, row: str, amount: int) -> None:
    scenario = tiny([officer("1")], count=6, past_shifts=past(before))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == amount


@pytest.mark.parametrize(
    ("absence", "row", "amount"),
    [
        (away(2, 3, AbsenceKind.SICK), "EE-EE-", 0),  # a day of leave is no single rest day
        (away(2, 3, AbsenceKind.TRAINING), "EE-EE-", 0),
        (away(2, 4, AbsenceKind.TRAINING), "-E----", 0),  # one shift and two days of training
        (away(2, 4, AbsenceKind.SICK), "-E----", 1),
        (
            away(2, 3, AbsenceKind.TRAINING),
            "E---EE",
            3,
        ),  # the first shift, and the rest days on both sides of the training
        (away(-1, 0, AbsenceKind.TRAINING), "E--EE-", 0),
    ],
)
def test_absences(absence: Absence, row: str, amount: int) -> None:
    scenario = tiny([officer("1")], count=6, absences=(absence,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == amount


def test_names_the_officer_and_the_date() -> None:
    scenario = tiny([officer("1", name="张伟")], count=6)
    one, other = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "-E-EE-"})))
    assert all(word in one.text.zh for word in ("张伟", "10-13", "只上一天班"))
    assert all(word in other.text.zh for word in ("张伟", "10-14", "只休一天"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start, length = data.draw(st.integers(-3, 4)), data.draw(st.integers(1, 2))
        absences = [
            away(start, start + length, k) for k in data.draw(st.lists(st.sampled_from(AbsenceKind), max_size=1))
        ]
        scenario = tiny(
            [officer("1")],
            count=5,
            past_shifts=past("".join(data.draw(st.lists(st.sampled_from("E-"), max_size=3)))),
            absences=tuple(absences),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
