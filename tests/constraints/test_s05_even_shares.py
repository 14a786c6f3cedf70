"""S05: even shares."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s05_even_shares import EvenShares
from domain.roster import Roster
from domain.scenario import Absence, PastShift, Scenario
from domain.words import AbsenceKind, DayKind, DutyKind
from scheduler.build import build
from scheduler.candidates import list_candidates
from tests.constraints.joint import candidate, group, holding, hotspot, on
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    agree,
    both_seen,
    calendar,
    officer,
    remediation_rows,
    shift_rows,
    tiny,
    worked,
)

RULE = EvenShares()
DAY = timedelta(days=1)


def scene(one: dict[str, Any] | None = None, two: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """Return ten workdays but for one weekend, two officers; 10 days present make 100 a turn."""
    people = [officer("1", name="张伟", **(one or {})), officer("2", name="李娜", **(two or {}))]
    return tiny(people, **({"count": 10} | more))


@pytest.mark.parametrize(
    ("one", "two", "rows", "amount"),
    [
        ({}, {}, ("L---------", "----------"), 0),
        ({}, {}, ("LL--------", "----------"), 100),
        ({}, {}, ("LLLL------", "L---------"), 200),
        ({}, {}, ("L---------", "LL--L-----"), 100),
        ({"carried_late": 2}, {}, ("----------", "----------"), 100),
        ({"carried_late": 2}, {}, ("----------", "L---------"), 0),
        ({"carried_late": -1}, {}, ("----------", "L---------"), 100),
        ({}, {"barred_shifts": ("L",)}, ("LLLL------", "----------"), 0),  # nobody to compare with
        ({}, {"protected": True}, ("LLLL------", "----------"), 300),
        ({}, {}, ("EEE-------", "----------"), 0),
        ({}, {}, ("-----EE---", "----------"), 100),  # Saturday and Sunday
        ({}, {}, ("-----E----", "------L---"), 0),
        ({}, {}, ("-----LL---", "----------"), 200),  # both late and at the weekend
        ({"carried_weekends": 3}, {}, ("----------", "-----EE---"), 0),
        ({"carried_holidays": 9}, {}, ("----------", "----------"), 0),  # no holiday in these ten days
        ({"carried_remediations": 4}, {"carried_remediations": 1}, ("----------", "----------"), 200),
        ({"carried_remediations": 4}, {"barred_duties": (DutyKind.REMEDIATION,)}, ("----------", "----------"), 0),
    ],
)
def test_table(one: dict[str, Any], two: dict[str, Any], rows: tuple[str, str], amount: int) -> None:
    scenario = scene(one, two)
    roster = Roster(shifts=worked(scenario, dict(zip("12", rows, strict=True))))
    assert agree(RULE, scenario, roster) == amount


def test_holidays() -> None:
    first = date(2026, 10, 1)
    kinds = [DayKind.HOLIDAY] * 3 + [DayKind.WORKDAY] * 7
    scenario = scene({"carried_holidays": 1}, first=first, calendar=calendar(first, 10, kinds))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "EE--------"}))) == 200
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"2": "EE--------"}))) == 0


def test_protected_where_late_counts_as_night() -> None:
    scenario = scene({}, {"protected": True}, policy={"R09.late_is_night": True})
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "LLLLL-----"}))) == 0


@pytest.mark.parametrize(("away", "amount"), [(0, 4 * 83 - 100), (2, 500 - 83 - 100), (3, 0)])
def test_per_ten_days_present(away: int, amount: int) -> None:
    """Twelve days: 83 hundredths a turn; ten days: 100; nine days are too few to compare."""
    absence = Absence(officer="1", kind=AbsenceKind.TRAINING, start=MONDAY, end=MONDAY + away * DAY)
    scenario = scene(count=12, absences=(absence,) if away else ())
    roster = Roster(shifts=worked(scenario, {"1": "---LL--LLL--", "2": "-L----------"}))
    assert agree(RULE, scenario, roster) == amount


def test_the_past_and_other_squads_do_not_count() -> None:
    past = tuple(PastShift(officer="1", date=MONDAY - n * DAY, shift="L") for n in (1, 2, 3))
    scenario = scene({}, {"squad": "B"}, past_shifts=past)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"2": "LLLL------"}))) == 0
    scenario = scene(past_shifts=past)
    assert agree(RULE, scenario, Roster()) == 0


def test_remediations() -> None:
    scenario = scene(hotspots=(hotspot(),), groups=(group(members=("A",)),))
    candidates = [candidate(on(n), squads=("A",)) for n in (0, 2)]
    both = [holding(c, "1") for c in candidates]
    assert agree(RULE, scenario, Roster(remediations=tuple(both)), candidates) == 100
    shared = (both[0], both[1].model_copy(update={"participants": ("2",)}))
    assert agree(RULE, scenario, Roster(remediations=shared), candidates) == 0


def test_a_turn_beyond_the_spread_costs_the_weight() -> None:
    scenario = scene({"carried_late": 2}, policy={"S05.weight": 7})
    (finding,) = RULE.audit(scenario, Roster())
    assert finding.points == 7
    assert {term.item for term in build(scenario, [RULE]).terms["S05"]} == {"late", "weekends", "remediations"}


def test_names_both_officers_and_the_item() -> None:
    scenario = scene()
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "LLL-------"})))
    assert all(word in finding.text.zh for word in ("squad A", "晚班", "张伟 3 次", "李娜 0 次"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        numbers = st.integers(-1, 3)
        people = [
            officer(
                str(n),
                "A" if n < 4 else "B",
                protected=data.draw(st.integers(0, 4)) == 0,
                barred_shifts=data.draw(st.sampled_from([(), (), ("L",), ("E",)])),
                barred_duties=data.draw(st.sampled_from([(), (), (DutyKind.REMEDIATION,)])),
                carried_late=data.draw(numbers),
                carried_weekends=data.draw(numbers),
                carried_holidays=data.draw(numbers),
                carried_remediations=data.draw(numbers),
            )
            for n in (1, 2, 3, 4)
        ]
        start = MONDAY + 3 * DAY
        kinds = [data.draw(st.sampled_from(DayKind)) for _ in range(4)]
        scenario = tiny(
            people,
            first=start,
            count=4,
            calendar=calendar(start, 4, kinds),
            shifts=(EARLY, LATE) if data.draw(st.booleans()) else (EARLY, MIDDLE),
            hotspots=(hotspot(),),
            groups=(group(),),
            policy={
                "S05.least_days": data.draw(st.integers(2, 4)),
                "S05.spread": data.draw(st.sampled_from([0, 1, 4, 10])),
                "R09.late_is_night": data.draw(st.booleans()),
            },
            absences=(Absence(officer="2", kind=AbsenceKind.SICK, start=start, end=start + DAY),),
        )
        candidates = list_candidates(scenario)[:3]
        shifts = tuple(a for a in data.draw(shift_rows(scenario)) if (a.officer, a.day) != ("2", start))
        remediations = data.draw(remediation_rows(scenario, candidates))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, remediations=remediations), candidates))

    run()
    assert all(both_seen(seen))
