"""R05: one long rest in any seven days."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r05_weekly_rest import WeeklyRest
from domain.roster import Roster
from domain.scenario import Absence, PastShift, Scenario
from domain.words import AbsenceKind
from tests.constraints.kit import EARLY, LATE, MONDAY, NIGHT, agree, both_seen, officer, shift_rows, tiny, worked

RULE = WeeklyRest()
DAY = timedelta(days=1)
SHIFTS = (EARLY, LATE, NIGHT)


def past(row: str) -> tuple[PastShift, ...]:
    """Return the past shifts of officer 1 from a string that ends on the eve of the horizon."""
    return tuple(
        PastShift(officer="1", date=MONDAY - n * DAY, shift=s) for n, s in enumerate(reversed(row), 1) if s != "-"
    )


def scene(count: int = 8, before: str = "", hours: float = 32) -> Scenario:
    policy = {"R05.least": timedelta(hours=hours)}
    return tiny([officer("1", name="张伟")], count=count, shifts=SHIFTS, past_shifts=past(before), policy=policy)


@pytest.mark.parametrize(
    ("before", "row", "verdict"),
    [
        ("", "EEEEEE--", 0),
        ("", "EEEEEEE-", None),
        ("", "EEELL-EE", 0),  # late, one day off, early: 32.5 h
        ("", "EEENN-L-", None),  # night until 06:30, then 14:00 on the next date: 31.5 h
        ("", "EEENN-N-", 0),
        ("EEE", "NNN-LLLL", None),  # 31.5 h is not enough
        ("EEE", "NNN--LLL", 0),
        ("EEE", "NNN-NNNN", 0),  # 39.5 h between two nights
        ("NNN", "-EEEEEE-", None),  # the night of the eve ends at 06:30, the next shift is 24 h later
        ("NNN", "--EEEEEE", 0),
        ("LLL", "-EEEEEE-", 0),
        ("EEEEEEEE", "-EEEEEE-", 0),  # windows of the past alone are not judged
        ("EEEEEEEE", "E-------", None),
        ("-EEEEE", "E-------", 0),
        ("-EEEEEE", "E-------", None),
        ("N-EEEEE", "E-------", None),  # 24 h before the horizon, between a night and an early shift
        ("L-EEEEE", "E-------", 0),
        ("EEEEEE", "-------E", 0),
    ],
)
def test_table(before: str, row: str, verdict: int | None) -> None:
    scenario = scene(before=before)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


@pytest.mark.parametrize(("hours", "verdict"), [(31, 0), (31.5, 0), (32, None), (39.5, None)])
def test_the_limit_itself_is_enough(hours: float, verdict: int | None) -> None:
    scenario = scene(before="EEE", hours=hours)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "NNN-LLLL"}))) == verdict


def test_absences_are_free() -> None:
    absence = Absence(officer="1", kind=AbsenceKind.TRAINING, start=MONDAY + 3 * DAY, end=MONDAY + 4 * DAY)
    scenario = scene().model_copy(update={"absences": (absence,)})
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EEE-EEEE"}))) == 0


def test_a_long_shift_that_reaches_far() -> None:
    guard = NIGHT.model_copy(update={"id": "G", "length": timedelta(hours=24)})
    dawn = EARLY.model_copy(update={"id": "D", "start": time(0, 30)})
    scenario = scene().model_copy(update={"shifts": (EARLY, guard, dawn)})
    # the guard ends on the next date at 22:00; two dates on, the next shift begins at 00:30, 26.5 h later
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EEEG--DE"}))) is None


def test_names_the_officer_and_the_run() -> None:
    scenario = scene(count=9)
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "EEEEEEEE-"})))
    assert finding.amount == 2
    assert all(word in finding.text.zh for word in ("张伟", "10-12", "10-19", "32 小时"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        before = data.draw(st.lists(st.sampled_from("EEELN-"), min_size=3, max_size=8))
        hours = data.draw(st.sampled_from([24, 31.5, 32, 32.5, 33, 39.5, 48.5]))
        scenario = scene(5, "".join(before), hours)
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
