"""S10: officers' requests."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s10_requests import Requests
from domain.roster import Roster
from domain.scenario import Absence, Request
from domain.words import AbsenceKind
from tests.constraints.kit import MONDAY, agree, both_seen, officer, shift_rows, tiny, worked

RULE = Requests()
DAY = timedelta(days=1)


def wish(shift: str | None, day: int = 0, weight: int = 5, *, against: bool = False, who: str = "1") -> Request:
    return Request(officer=who, date=MONDAY + day * DAY, shift=shift, weight=weight, against=against)


@pytest.mark.parametrize(
    ("request_", "row", "amount"),
    [
        (wish(None), "-EE", 0),
        (wish(None), "E--", 5),
        (wish(None, against=True), "E--", 0),
        (wish(None, against=True), "-EE", 5),
        (wish("E"), "E--", 0),
        (wish("E"), "L--", 5),
        (wish("E"), "-E-", 5),
        (wish("E", against=True), "L--", 0),
        (wish("E", against=True), "---", 0),
        (wish("E", against=True), "E--", 5),
        (wish("E", 1, 7), "E--", 7),
        (wish("X"), "E--", 5),  # a shift the squad has not got
        (wish("X", against=True), "E--", 0),
        (wish(None, -1), "---", 0),  # outside the horizon
        (wish("E", 3), "---", 0),
        (wish("E", weight=0), "---", 0),
    ],
)
def test_table(request_: Request, row: str, amount: int) -> None:
    scenario = tiny([officer("1")], requests=(request_,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == amount


def test_who_is_absent_wishes_in_vain() -> None:
    away = Absence(officer="1", kind=AbsenceKind.SICK, start=MONDAY, end=MONDAY + DAY)
    scenario = tiny([officer("1")], requests=(wish("E"), wish("E", 1)), absences=(away,))
    assert agree(RULE, scenario, Roster()) == 5


def test_names_the_officer_the_date_and_the_wish() -> None:
    scenario = tiny([officer("1", name="张伟")], requests=(wish("E", against=True), wish(None, 1)))
    one, other = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EE-"})))
    assert all(word in one.text.zh for word in ("张伟", "10-12", "不要早班"))
    assert all(word in other.text.zh for word in ("张伟", "10-13", "休息"))
    assert other.points == 5


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=50, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        wishes = [
            wish(
                data.draw(st.sampled_from([None, "E", "L"])),
                data.draw(st.integers(-1, 3)),
                data.draw(st.integers(0, 9)),
                against=data.draw(st.booleans()),
                who=data.draw(st.sampled_from("12")),
            )
            for _ in range(data.draw(st.integers(1, 4)))
        ]
        away = Absence(officer="2", kind=AbsenceKind.SICK, start=MONDAY, end=MONDAY + DAY)
        scenario = tiny(requests=tuple(wishes), absences=(away,))
        shifts = tuple(a for a in data.draw(shift_rows(scenario)) if (a.officer, a.day) != ("2", MONDAY))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts)))

    run()
    assert all(both_seen(seen))
