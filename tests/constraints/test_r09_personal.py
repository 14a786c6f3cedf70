"""R09: protected officers and personal restrictions."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r09_personal import Personal
from domain.roster import Roster
from domain.scenario import Absence, PastShift
from domain.words import AbsenceKind
from tests.constraints.kit import EARLY, LATE, MONDAY, NIGHT, agree, both_seen, officer, shift_rows, tiny, worked

RULE = Personal()
DAWN = EARLY.model_copy(update={"id": "D", "name": "凌晨班", "start": time(5, 59), "length": timedelta(hours=2)})
SHIFTS = (EARLY, LATE, NIGHT, DAWN)


@pytest.mark.parametrize(
    ("who", "row", "policy", "verdict"),
    [
        ({"protected": True}, "ELE", {}, 0),  # late ends at 22:00 sharp
        ({"protected": True}, "N--", {}, None),
        ({"protected": True}, "--N", {}, None),
        ({"protected": True}, "D--", {}, None),
        ({"protected": True}, "D--", {"night_end": time(5, 59)}, 0),
        ({"protected": True}, "E--", {"night_end": time(6, 30)}, 0),
        ({"protected": True}, "E--", {"night_end": time(6, 31)}, None),
        ({"protected": True}, "-L-", {"night_start": time(21, 59)}, None),
        ({"protected": True}, "-L-", {"late_is_night": True}, None),
        ({"protected": True}, "E--", {"late_is_night": True}, 0),
        ({"protected": True}, "N--", {"night_start": time(0), "night_end": time(5)}, None),
        ({}, "NLD", {"late_is_night": True}, 0),
        ({"barred_shifts": ("L",)}, "E-E", {}, 0),
        ({"barred_shifts": ("L",)}, "EL-", {}, None),
        ({"barred_shifts": ("L", "N")}, "N--", {}, None),
    ],
)
def test_shifts(who: dict[str, Any], row: str, policy: dict[str, Any], verdict: int | None) -> None:
    scenario = tiny([officer("1", **who)], shifts=SHIFTS, policy={f"R09.{k}": v for k, v in policy.items()})
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


@pytest.mark.parametrize(
    ("protected", "first", "row", "absence", "verdict"),
    [
        (True, 0, "EEE", None, 0),  # three workdays, 24 h
        (True, 3, "EE-", None, 0),  # Thursday to Saturday: target 16 h
        (True, 3, "EEE", None, None),
        (False, 3, "EEE", None, 0),
        (True, 0, "EE-", AbsenceKind.ANNUAL, 0),  # absent on the last day: target 16 h
        (True, 0, "EE-", AbsenceKind.TRAINING, 0),  # 16 h + 8 h credited
        (True, 3, "EE-", AbsenceKind.TRAINING, None),  # training on Saturday is credited and fills the target
        (True, 5, "---", AbsenceKind.TRAINING, 0),
        (True, 5, "E--", AbsenceKind.TRAINING, None),
    ],
)
def test_overtime(protected: bool, first: int, row: str, absence: AbsenceKind | None, verdict: int | None) -> None:
    start = MONDAY + timedelta(days=first)
    away = Absence(
        officer="1", kind=absence or AbsenceKind.SICK, start=start + timedelta(days=2), end=start + timedelta(days=3)
    )
    scenario = tiny([officer("1", protected=protected)], first=start, absences=(away,) if absence else ())
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_credited_beyond_the_target_is_nobodys_breach() -> None:
    saturday = MONDAY + timedelta(days=5)
    away = Absence(officer="1", kind=AbsenceKind.TRAINING, start=saturday, end=saturday + timedelta(days=2))
    scenario = tiny([officer("1", protected=True)], first=saturday, absences=(away,))  # target 8 h, credited 16 h
    assert agree(RULE, scenario, Roster()) == 0
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "--E"}))) is None


def test_history_is_not_judged() -> None:
    past = PastShift(officer="1", date=MONDAY - timedelta(days=1), shift="N")
    scenario = tiny([officer("1", protected=True, barred_shifts=("N",))], shifts=SHIFTS, past_shifts=(past,))
    assert agree(RULE, scenario, Roster()) == 0


def test_names_the_officer_the_date_and_the_shift() -> None:
    scenario = tiny([officer("1", name="李娜", protected=True)], shifts=SHIFTS)
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "N--"})))
    assert all(word in finding.text.zh for word in ("李娜", "10-12", "夜备"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=70, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start = MONDAY + timedelta(days=data.draw(st.integers(0, 6)))
        kinds = data.draw(st.lists(st.sampled_from(AbsenceKind), max_size=1))
        scenario = tiny(
            [
                officer("1", protected=data.draw(st.booleans())),
                officer("2", barred_shifts=tuple(data.draw(st.sets(st.sampled_from("ELN"), max_size=1)))),
            ],
            first=start,
            count=2,
            shifts=(EARLY, LATE, NIGHT),
            policy={
                "R09.night_start": data.draw(st.sampled_from([time(21, 59), time(22), time(6, 30)])),
                "R09.night_end": data.draw(st.sampled_from([time(6), time(6, 31), time(23)])),
                "R09.late_is_night": data.draw(st.booleans()),
            },
            absences=tuple(Absence(officer="1", kind=k, start=start, end=start + timedelta(days=1)) for k in kinds),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
