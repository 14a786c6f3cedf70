"""R06: hours and overtime."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r06_hours import Hours
from domain.roster import Roster
from domain.scenario import Absence, PastShift, Scenario
from domain.words import AbsenceKind, DayKind, PayRegime
from tests.constraints.kit import (
    EARLY,
    LATE,
    MONDAY,
    NIGHT,
    agree,
    both_seen,
    calendar,
    officer,
    shift_rows,
    tiny,
    worked,
)

RULE = Hours()
DAY = timedelta(days=1)
WORK, REST, HOLIDAY = DayKind.WORKDAY, DayKind.REST, DayKind.HOLIDAY
WIDE = {"below": 999, "above": 700}


def scene(
    kinds: str = "www",
    policy: dict[str, float] | None = None,
    absence: tuple[int, int, AbsenceKind] | None = None,
    first: date = MONDAY,
    **who: Any,
) -> Scenario:
    """Return a scenario of one officer with days w(orkday), r(est), h(oliday) and policy values in hours."""
    words = [{"w": WORK, "r": REST, "h": HOLIDAY}[k] for k in kinds]
    away = (
        [Absence(officer="1", start=first + absence[0] * DAY, end=first + absence[1] * DAY, kind=absence[2])]
        if absence
        else []
    )
    return tiny(
        [officer("1", name="张伟", **who)],
        count=len(kinds),
        first=first,
        calendar=calendar(first, len(kinds), words),
        shifts=(EARLY, LATE, NIGHT),
        absences=tuple(away),
        policy={f"R06.{k}": timedelta(hours=v) for k, v in (policy or {}).items()},
    )


SICK, TRAINING = AbsenceKind.SICK, AbsenceKind.TRAINING


@pytest.mark.parametrize(
    ("kinds", "row", "absence", "verdict"),
    [
        ("www", "EE-", None, 0),  # 16 h, target 24 h
        ("www", "E--", None, None),
        ("www", "EN-", None, None),  # a night is paid 4 h: 12 h
        ("www", "ENN", None, 0),
        ("wrr", "EEE", None, 0),  # 24 h, target 8 h
        ("rrr", "EE-", None, 0),
        ("rrr", "EEE", None, None),
        ("wwww", "E---", (1, 4, SICK), 0),
        ("wwww", "----", (0, 4, SICK), 0),
        ("wwww", "----", (1, 4, SICK), 0),  # target 8 h less 8 h
        ("wwww", "----", (2, 4, SICK), None),
        ("wwww", "----", (1, 4, TRAINING), 0),  # 24 h credited of 32 h
        ("rrrr", "----", (0, 4, TRAINING), 0),  # 32 h credited on rest days is nobody's overtime
        ("rrrr", "E---", (1, 4, TRAINING), None),
        ("wrrr", "E---", (1, 4, TRAINING), None),
        ("wwrr", "E---", (2, 4, TRAINING), 0),
    ],
)
def test_band(kinds: str, row: str, absence: tuple[int, int, AbsenceKind] | None, verdict: int | None) -> None:
    scenario = scene(kinds, absence=absence)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_the_lower_limit_is_never_above_what_can_be_worked() -> None:
    nights_only = scene("wwww", barred_shifts=("E", "L"))  # at most 16 h where 24 h are asked for
    assert agree(RULE, nights_only, Roster(shifts=worked(nights_only, {"1": "NNNN"}))) == 0
    assert agree(RULE, nights_only, Roster(shifts=worked(nights_only, {"1": "NNN-"}))) is None
    absent = scene("wwwr", absence=(3, 4, SICK), barred_shifts=("E", "L"))
    assert agree(RULE, absent, Roster(shifts=worked(absent, {"1": "NNN-"}))) == 0
    nothing = scene("wwww", barred_shifts=("E", "L", "N"))
    assert agree(RULE, nothing, Roster()) == 0


@pytest.mark.parametrize(
    ("kinds", "row", "regime", "overtime", "verdict"),
    [
        ("wrr", "EEE", PayRegime.COMPREHENSIVE, 16, 0),
        ("wrr", "EEE", PayRegime.COMPREHENSIVE, 15.9, None),
        ("wrr", "EEE", PayRegime.CIVIL, 0, 0),  # time off instead of pay
        ("whh", "EEE", PayRegime.COMPREHENSIVE, 0, 0),  # holidays are settled apart
        ("wrr", "-EE", PayRegime.COMPREHENSIVE, 8, 0),
        ("wrr", "-EE", PayRegime.STANDARD, 8, 0),  # 16 h on rest days, one workday off
        ("wrr", "-EE", PayRegime.STANDARD, 7, None),
        ("wwrr", "--EE", PayRegime.STANDARD, 0, 0),
        ("whr", "-N-", PayRegime.STANDARD, 0, 0),
        ("rhr", "N--", PayRegime.COMPREHENSIVE, 0.9, None),  # 56 of 240 min fall before midnight
        ("rhr", "N--", PayRegime.COMPREHENSIVE, 56 / 60, 0),
        ("rhr", "-N-", PayRegime.STANDARD, 184 / 60, 0),  # and 184 min after it
        ("rhr", "-N-", PayRegime.STANDARD, 183 / 60, None),
    ],
)
def test_overtime(kinds: str, row: str, regime: PayRegime, overtime: float, verdict: int | None) -> None:
    scenario = scene(kinds, WIDE | {"overtime": overtime}, regime=regime)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_training_alone_is_no_overtime() -> None:
    scenario = scene("rrrr", WIDE | {"overtime": 0}, (0, 3, TRAINING))
    assert agree(RULE, scenario, Roster()) == 0
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "---N"}))) is None


def test_sick_leave_on_a_workday_is_no_day_off_in_lieu() -> None:
    scenario = scene("wwr", WIDE | {"overtime": 8}, (0, 1, SICK), regime=PayRegime.STANDARD)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "-NE"}))) is None  # 184 + 480 min
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "--E"}))) == 0


@pytest.mark.parametrize(("row", "verdict"), [("E-E-", 0), ("EE--", None), ("--EE", None)])
def test_each_calendar_month_apart(row: str, verdict: int | None) -> None:
    scenario = scene("rrrr", WIDE | {"overtime": 8}, first=date(2026, 10, 30))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


def test_history_does_not_count() -> None:
    past = PastShift(officer="1", date=MONDAY - DAY, shift="E")
    scenario = scene("rrr", {"above": 16}).model_copy(update={"past_shifts": (past,)})
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EE-"}))) == 0


def test_names_the_officer_and_the_hours() -> None:
    scenario = scene("www")
    (few,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "E--"})))
    assert few.amount == 480
    assert all(word in few.text.zh for word in ("张伟", "8 小时", "16 至 40"))
    scenario = scene("rrr", WIDE | {"overtime": 12})
    (many,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EE-"})))
    assert many.amount == 240
    assert all(word in many.text.en for word in ("张伟", "16 h of overtime in 2026-10", "at most 12 h"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        start, length = data.draw(st.integers(0, 3)), data.draw(st.integers(1, 3))
        scenario = scene(
            "".join(data.draw(st.lists(st.sampled_from("wwrrh"), min_size=4, max_size=4))),
            {
                "below": data.draw(st.sampled_from([0, 8, 24, 99])),
                "above": data.draw(st.sampled_from([0, 8, 16, 99])),
                "overtime": data.draw(st.sampled_from([0, 4, 8, 16, 99])),
            },
            (start, start + length, data.draw(st.sampled_from([SICK, TRAINING]))) if data.draw(st.booleans()) else None,
            data.draw(st.sampled_from([MONDAY, date(2026, 10, 30)])),
            regime=data.draw(st.sampled_from(PayRegime)),
            barred_shifts=data.draw(st.sampled_from([(), ("E", "L")])),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
