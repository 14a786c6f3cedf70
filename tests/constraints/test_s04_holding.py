"""S04: what the host owes a hotspot after a remediation."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s04_holding import HoldingVisits, holdings
from domain.calendar import EVERY_DAY, DayRule
from domain.roster import Roster, Visits
from domain.scenario import Hotspot, HotspotHours, PastRemediation, Scenario
from domain.words import RemediationKind, Severity
from scheduler.build import variables
from tests.constraints.joint import HOUR, candidate, clock, holding, hotspot, joint, on
from tests.constraints.kit import MONDAY, agree, both_seen, officer, visit_rows

RULE = HoldingVisits()
SHORT: dict[str, Any] = {
    "S04.first_until": 1,
    "S04.second_until": 2,
    "S04.third_until": 3,
    "S04.last_until": 7,
    "S04.third_visits": 2,
    "S04.block_days": 2,
}


def street(hid: str = "H", *squads: str, big: int = 10, small: int = 14, days: DayRule = EVERY_DAY) -> Hotspot:
    """Return a hotspot with a window of two hours that wants two visits and one of an hour that wants one."""
    hours = tuple(
        HotspotHours(days=days, start=time(h), length=n * HOUR, weight=4) for h, n in sorted([(big, 2), (small, 1)])
    )
    return hotspot(hid, *squads, hours=hours)


def world(count: int = 8, **more: Any) -> Scenario:
    policy = SHORT | more.pop("policy", {})
    return joint(**({"count": count, "hotspots": (street(),), "policy": policy} | more))


def made(*rows: str, squad: str = "A", place: str = "H") -> tuple[Visits, ...]:
    """Return visits from "days-after-Monday hour count" rows."""
    found = []
    for row in rows:
        day, hour, count = row.split()
        found.append(Visits(squad=squad, hotspot=place, start=clock(int(day), f"{hour}:00"), count=int(count)))
    return tuple(found)


def past(days_before: int, host: str = "A", place: str = "H") -> PastRemediation:
    return PastRemediation(id=f"p{days_before}", group="G", hotspot=place, host=host, date=on(-days_before))


def owed(scenario: Scenario, *days: int, visits: tuple[Visits, ...] = (), **more: Any) -> int | None:
    """Return what model and audit say of remediations on these days, other days being candidates too."""
    every = [candidate(on(n), **more) for n in range(len(scenario.dates))]
    held = tuple(holding(every[n], "1", "2") for n in days)
    return agree(RULE, scenario, Roster(visits=visits, remediations=held), every)


ALL = ("1 10 2", "1 14 1", "2 10 2", "3 10 1", "3 14 1", "4 14 1", "7 10 1")


def test_every_phase_is_owed_and_can_be_kept() -> None:
    assert owed(world(), 0) == 100 * (3 + 2 + 2 + 1 + 1)
    assert owed(world(), 0, visits=made(*ALL)) == 0
    assert owed(world(), visits=made(*ALL)) == 0


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"1 10 2": "1 10 1"}, 1),
        ({"1 14 1": "1 16 1"}, 1),  # phase 1: every window its own
        ({"2 10 2": "2 14 1"}, 2),  # phase 2: the window wanting most
        ({"3 14 1": "3 10 2"}, 0),  # phase 3: over the day
        ({"3 14 1": "4 14 1"}, 1),
        ({"4 14 1": "5 10 1"}, 0),  # phase 4: over the block
        ({"4 14 1": "6 10 1"}, 1),
    ],
)
def test_where_visits_count(change: dict[str, str], missing: int) -> None:
    visits = [change.get(row, row) for row in ALL]
    assert owed(world(), 0, visits=made(*visits)) == 100 * missing


def test_of_equal_windows_the_earliest() -> None:
    hours = tuple(HotspotHours(days=EVERY_DAY, start=time(h), length=HOUR, weight=4) for h in (14, 10))
    scenario = world(3, hotspots=(hotspot(hours=hours),), past_remediations=(past(0),))
    kept = made("1 10 1", "1 14 1")
    assert owed(scenario, visits=kept) == 100
    assert owed(scenario, visits=(*kept, *made("2 14 1"))) == 100
    assert owed(scenario, visits=(*kept, *made("2 10 1"))) == 0


def test_the_later_window_may_want_more() -> None:
    scenario = world(3, hotspots=(street(big=16, small=10),), past_remediations=(past(0),))
    assert owed(scenario, visits=made("1 10 1", "1 16 2", "2 10 1")) == 200
    assert owed(scenario, visits=made("1 10 1", "1 16 2", "2 16 2")) == 0


def test_only_the_hosts_visits_count() -> None:
    scenario = world(hotspots=(street("H", "A", "B"),))
    assert owed(scenario, 0, visits=made(*ALL, squad="B")) == 900
    assert owed(scenario, 0, visits=made(*ALL, squad="B"), host="B") == 0


def test_a_host_without_the_ground_leaves_it_to_its_first_squad() -> None:
    scenario = world(hotspots=(street("H", "A"),))
    assert owed(scenario, 0, visits=made(*ALL), host="B") == 0
    assert owed(scenario, 0, host="B") == 900


def test_closed_days_owe_nothing_and_small_windows_what_they_want() -> None:
    tuesday, thursday = DayRule(weekdays=(1,)), DayRule(weekdays=(3,))
    assert owed(world(hotspots=(street(days=tuesday),)), 0) == 300
    hours = (HotspotHours(days=thursday, start=time(10), length=HOUR, weight=4),)
    assert owed(world(hotspots=(hotspot(hours=hours),)), 0) == 100  # three wanted visits would be owed, one is wanted


def test_what_falls_after_the_end_is_flat() -> None:
    assert owed(world(3), 1) == 300 + 50 * (2 + 2 + 1 + 1)
    assert owed(world(3), 2) == 50 * (3 + 2 + 2 + 1 + 1)
    assert owed(world(3, policy={"S04.after_end": 0}), 2) == 0
    assert owed(world(6), 0) == 300 + 200 + 200 + 100 + 50  # the second block lies behind the end
    assert owed(world(7), 0) == 300 + 200 + 200 + 100 + 50  # a block that the end cuts as well


@pytest.mark.parametrize("count", [1, 3, 8])
def test_at_full_price_the_date_makes_no_difference(count: int) -> None:
    scenario = world(count, policy={"S04.after_end": 100})
    assert {owed(scenario, n) for n in range(count)} == {900}


def test_after_the_end_the_mean_day_counts() -> None:
    mondays = world(2, hotspots=(street(days=DayRule(weekdays=(0,))),))
    assert owed(mondays, 1) == int(50 * (1.5 + 1 + 1 + 1 + 1))
    assert owed(world(2, hotspots=(hotspot(hours=()),)), 1) == 0


@pytest.mark.parametrize(
    ("days_before", "missing"),
    [
        (0, 3 + 2),  # the third day lies behind the end and is not charged
        (1, 3 + 2 + 2),
        (2, 2 + 2),
        (3, 2 + 1),
        (4, 1),  # days 4 and 5 are the first two of the horizon
        (5, 1 + 1),  # the block of yesterday and today, and the next one
        (6, 1),
        (7, 1),  # the last day
        (8, 0),
    ],
)
def test_the_past_owes_what_reaches_into_the_horizon(days_before: int, missing: int) -> None:
    assert owed(world(3, past_remediations=(past(days_before),))) == 100 * missing


@pytest.mark.parametrize(
    ("days_before", "visits", "missing"),
    [
        ((1,), (), 3),  # both windows
        ((2,), (), 2),  # the big window
        ((3,), (), 3),  # three over the day
        ((1, 2), (), 3),
        ((2, 3), (), 3),
        ((1, 2, 3), (), 3),
        ((2, 3), ("0 14 1",), 2),
        ((2, 3), ("0 10 2",), 1),
        ((1, 3), ("0 10 1", "0 14 1"), 1),
        ((5,), (), 1),  # a block of yesterday and today is today's by now
        ((1, 5), (), 3),
        ((3, 5), (), 3),
        ((5, 3), (), 3),
        ((6,), (), 1),  # the last block is one day short
        ((7,), (), 0),
    ],
)
def test_the_largest_demand_counts(days_before: tuple[int, ...], visits: tuple[str, ...], missing: int) -> None:
    policy = {"S04.third_visits": 3, "S04.last_until": 6}
    scenario = world(1, past_remediations=tuple(past(n) for n in days_before), policy=policy)
    assert owed(scenario, visits=made(*visits)) == 100 * missing


def test_a_block_of_several_days_is_owed_beside_its_first_day() -> None:
    assert owed(world(2, past_remediations=(past(1), past(4)))) == 100 * (3 + 2 + 1)


def test_orders_may_meet_monthly_ones() -> None:
    scenario = world()
    monthly = candidate(on(0))
    ordered = candidate(on(0), "11:00", kind=RemediationKind.DESIGNATED, designated="D")
    roster = Roster(remediations=(holding(monthly, "1"), holding(ordered, "1")))
    assert agree(RULE, scenario, roster, [monthly, ordered]) == 900


def test_a_hotspot_outside_the_part_is_left_alone() -> None:
    people = (officer("1", "A"), officer("2", "B"))
    scenario = joint(people, count=8, hotspots=(street(),), policy=SHORT, past_remediations=(past(0),))
    model = variables(scenario, squads=["B"])
    assert list(RULE.post(model, scenario)) == []


def test_holdings_for_the_workbook() -> None:
    scenario = world(past_remediations=(past(5), past(0, place="?")))
    roster = Roster(visits=made("1 10 1", "5 14 1"), remediations=(holding(candidate(on(0)), "1"),))
    rows = [(h.remediation, h.day.day, h.end_day.day, h.start, h.wanted, h.reached) for h in holdings(scenario, roster)]
    held = "G-1012-1000-H"
    assert rows == [
        ("p5", 12, 13, None, 1, 0),
        ("p5", 13, 15, None, 1, 1),
        (held, 13, 14, clock(1, "10:00"), 2, 1),
        (held, 13, 14, clock(1, "14:00"), 1, 0),
        (held, 14, 15, clock(2, "10:00"), 2, 0),
        (held, 15, 16, None, 2, 0),
        (held, 16, 18, None, 1, 1),
        (held, 18, 20, None, 1, 0),
    ]


def test_names_place_squad_date_and_numbers() -> None:
    roster = Roster(visits=made("1 10 1"), remediations=(holding(candidate(on(0)), "1"),))
    first, second, after = RULE.audit(world(2), roster)
    assert (first.amount, first.points, second.amount) == (100, 10, 100)
    assert all(word in first.text.zh for word in ("street H", "squad A", "10-13 10:00", "应到点 2", "实到 1", "缺 1"))
    assert (after.severity, after.item, after.amount) == (Severity.WISH, "after_end", 300)
    assert all(word in after.text.en for word in ("6.0 holding visits", "10-12 10:00", "50 %"))


def test_defaults_are_those_of_the_house() -> None:
    quiet = joint(first=date(2026, 10, 1), count=31, past_remediations=(past(11),))  # 1 October
    spans = [(h.day.day, (h.end_day - h.day).days, h.wanted) for h in holdings(quiet, Roster())]
    assert spans[:14] == [(d, 1, 2) for d in range(2, 16)]
    assert spans[14:] == [(16, 4, 1), (20, 4, 1), (24, 4, 1), (28, 4, 1)]


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        draw = data.draw
        policy = {
            "S04.first_until": draw(st.integers(0, 2)),
            "S04.second_until": draw(st.integers(0, 3)),
            "S04.third_until": draw(st.integers(1, 4)),
            "S04.last_until": draw(st.integers(3, 8)),
            "S04.block_days": draw(st.integers(1, 3)),
            "S04.block_visits": draw(st.integers(0, 2)),
            "S04.after_end": draw(st.sampled_from([0, 33, 50])),
        }
        weekdays = DayRule(weekdays=tuple(draw(st.lists(st.integers(0, 6), min_size=4, unique=True))))
        before = draw(st.lists(st.integers(0, 8), max_size=2, unique=True))
        scenario = world(
            draw(st.integers(2, 6)),
            hotspots=(street("H", "A", "B", days=weekdays),),
            policy=policy,
            past_remediations=tuple(past(n, host=draw(st.sampled_from("AB"))) for n in before),
        )
        every = [candidate(day) for day in scenario.dates]
        extra = candidate(MONDAY + timedelta(days=1), "11:00", kind=RemediationKind.DESIGNATED, designated="D")
        held = draw(st.lists(st.sampled_from(every), max_size=1)) + draw(st.lists(st.just(extra), max_size=1))
        roster = Roster(visits=draw(visit_rows(scenario)), remediations=tuple(holding(c, "1") for c in held))
        seen.append(agree(RULE, scenario, roster, [*every, extra]))

    run()
    assert all(both_seen(seen))
