"""S19: a leader or deputy on duty every day in every squad."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s19_leader_on_duty import LeaderOnDuty
from domain.roster import Assignment, Roster
from domain.scenario import Absence, PastShift
from domain.words import AbsenceKind, Rank
from tests.constraints.kit import EARLY, LATE, MONDAY, NIGHT, agree, both_seen, officer, shift_rows, tiny, worked

RULE = LeaderOnDuty()
PEOPLE = (officer("1", rank=Rank.LEADER, name="张伟"), officer("2", rank=Rank.DEPUTY), officer("3"))


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ({"1": "EEE"}, 0),
        ({"1": "E-L", "2": "-L-"}, 0),  # the deputy stands in
        ({"1": "ELE", "2": "ELE"}, 0),  # both on a day count once
        ({"1": "E-L", "3": "-L-"}, 1),  # a member is no leader
        ({"3": "EEE"}, 3),
    ],
)
def test_table(rows: dict[str, str], missing: int) -> None:
    scenario = tiny(PEOPLE)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, rows))) == missing


def test_an_absent_leader_does_not_count() -> None:
    away = Absence(officer="1", kind=AbsenceKind.BUSINESS, start=MONDAY, end=MONDAY + timedelta(days=1))
    scenario = tiny(PEOPLE, absences=(away,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EEE"}))) == 1


def test_a_squad_without_leaders_misses_every_day() -> None:
    scenario = tiny([officer("1", rank=Rank.LEADER), officer("2", "B")])
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EEE", "2": "EEE"}))) == 3


def test_the_night_before_the_horizon_does_not_count() -> None:
    past = PastShift(officer="1", date=MONDAY - timedelta(days=1), shift="N")
    scenario = tiny(PEOPLE, shifts=(EARLY, LATE, NIGHT), past_shifts=(past,))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "-EN"}))) == 1


def test_names_squad_date_and_leaders_and_skips_unknown_ids() -> None:
    scenario = tiny(PEOPLE)
    stranger = Assignment(officer="99", day=MONDAY, shift="E")
    roster = Roster(shifts=(stranger, *worked(scenario, {"1": "-EE"})))
    (finding,) = RULE.audit(scenario, roster)
    assert all(word in finding.text.zh for word in ("squad A", "10-12", "张伟"))
    assert finding.points == 50


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        ranks = data.draw(st.lists(st.sampled_from(Rank), min_size=3, max_size=3))
        people = [officer(str(n), "AAB"[n], rank=rank) for n, rank in enumerate(ranks)]
        start, length = data.draw(st.integers(0, 2)), data.draw(st.integers(1, 3))
        first = MONDAY + timedelta(days=start)
        away = Absence(officer="0", kind=AbsenceKind.SICK, start=first, end=first + timedelta(days=length))
        scenario = tiny(people, absences=(away,) if data.draw(st.booleans()) else ())
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
