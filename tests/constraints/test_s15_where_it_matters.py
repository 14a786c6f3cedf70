"""S15: monthly remediations where they matter, and at no hotspot twice a month."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s15_where_it_matters import WhereItMatters, priority
from domain.calendar import EVERY_DAY, DayRule
from domain.roster import Roster
from domain.scenario import Hotspot, HotspotHours, PastRemediation, Referral, Scenario
from domain.words import BorderKind, RemediationKind, Severity
from tests.constraints.joint import HOUR, candidate, group, holding, hotspot, joint, on
from tests.constraints.kit import MONDAY, agree, both_seen, least_penalty

RULE = WhereItMatters()


def street(hid: str, weight: int = 4, *, length: timedelta = HOUR, **more: Any) -> Hotspot:
    hours = (HotspotHours(days=EVERY_DAY, start=time(10), length=length, weight=weight),)
    return hotspot(hid, **({"hours": hours} | more))


def referrals(*hotspots: str) -> tuple[Referral, ...]:
    return tuple(Referral(id=str(n), squad="B", hotspot=h, date=MONDAY, source="12319") for n, h in enumerate(hotspots))


def held(scenario: Scenario, *places: str, days: tuple[int, ...] = (0, 1, 2)) -> int | None:
    """Return what model and audit say of remediations at these places on these days, with every candidate open."""
    days = days[: len(places)]
    every = [candidate(scenario.first + timedelta(days=n), hotspot=h.id) for h in scenario.hotspots for n in range(3)]
    chosen = [candidate(scenario.first + timedelta(days=n), hotspot=h) for n, h in zip(days, places, strict=True)]
    return agree(RULE, scenario, Roster(remediations=tuple(holding(c, "1", "2") for c in chosen)), every)


@pytest.mark.parametrize(
    ("spot", "told", "expected"),
    [
        (street("H", 4), (), 400),
        (street("H", 4, border=BorderKind.SQUADS), (), 600),
        (street("H", 4, border=BorderKind.DISTRICT), (), 400),
        (street("H", 4, long_standing=True), (), 600),
        (street("H", 4, border=BorderKind.SQUADS, long_standing=True), ("H", "H", "J"), 1800),
        (street("H", 4, hours=()), ("H",), 0),
    ],
)
def test_priority(spot: Hotspot, told: tuple[str, ...], expected: int) -> None:
    scenario = joint(hotspots=(spot, street("J", 10)), referrals=referrals(*told))
    assert priority(scenario, spot) == expected


def test_priority_takes_the_heaviest_window_and_rounds_down() -> None:
    hours = (
        HotspotHours(days=EVERY_DAY, start=time(8), length=HOUR, weight=3),
        HotspotHours(days=EVERY_DAY, start=time(10), length=HOUR, weight=5),
        HotspotHours(days=EVERY_DAY, start=time(11), length=2 * HOUR, weight=4),  # with the last: mean 4.33
    )
    scenario = joint(hotspots=(hotspot(hours=hours),), policy={"S15.long_standing": 101})
    assert priority(scenario, scenario.hotspots[0]) == 433
    assert priority(scenario, scenario.hotspots[0].model_copy(update={"long_standing": True})) == 437


@pytest.mark.parametrize(
    ("places", "lost"),
    [
        ((), 0),
        (("H",), 0),  # the best of all
        (("J",), 300),
        (("K",), 500),
        (("H", "J"), 0),
        (("J", "H"), 0),  # in any order
        (("J", "K"), 500),
        (("H", "K"), 200),
        (("H", "J", "K"), 0),
    ],
)
def test_the_best_are_chosen(places: tuple[str, ...], lost: int) -> None:
    assert held(joint(hotspots=(street("H", 9), street("J", 6), street("K", 4))), *places) == lost


@pytest.mark.parametrize(
    "other",
    [
        street("J", 9, may_host=False),
        street("J", 9, squads=("C", "A")),  # the host is of another group
        street("J", 9, length=HOUR * 59 / 60),  # no window is long enough
        street("J", 9, hours=(HotspotHours(days=DayRule(weekdays=(4,)), start=time(10), length=HOUR, weight=9),)),
    ],
)
def test_who_cannot_host_is_not_missed(other: Hotspot) -> None:
    assert held(joint(hotspots=(street("H", 4), other)), "H") == 0


def test_a_place_the_leader_locked_may_be_worth_more_than_the_eligible() -> None:
    assert held(joint(hotspots=(street("H", 4), street("J", 9, may_host=False))), "J") == 0


@pytest.mark.parametrize("kind", RemediationKind)
def test_no_hotspot_twice_unless_designated(kind: RemediationKind) -> None:
    pair = [candidate(), candidate(on(1), kind=kind, designated=None if kind is RemediationKind.MONTHLY else "D")]
    roster = Roster(remediations=tuple(holding(c, "1", "2") for c in pair))
    assert agree(RULE, joint(), roster, pair) == (None if kind is RemediationKind.MONTHLY else 0)


def test_the_next_month_may_return() -> None:
    scenario = joint(hotspots=(street("H", 9), street("J", 6)), first=date(2026, 10, 31))
    assert held(scenario, "H", "H") == 0
    assert held(scenario, "H", "J") == 300
    assert held(scenario, "J", "J", days=(1, 2)) is None


@pytest.mark.parametrize(
    ("when", "kind", "first", "verdict"),
    [
        (MONDAY - timedelta(days=11), RemediationKind.MONTHLY, "H", None),
        (MONDAY - timedelta(days=11), RemediationKind.MONTHLY, "J", 0),  # H is taken this month
        (MONDAY - timedelta(days=12), RemediationKind.MONTHLY, "J", 300),  # that was September
        (MONDAY - timedelta(days=11), RemediationKind.ADHOC, "J", 300),
        (MONDAY - timedelta(days=11), RemediationKind.ADHOC, "H", 0),
    ],
)
def test_what_was_held_before_the_horizon(when: date, kind: RemediationKind, first: str, verdict: int | None) -> None:
    past = PastRemediation(id="p", group="G", hotspot="H", host="A", date=when, kind=kind)
    assert held(joint(hotspots=(street("H", 9), street("J", 6)), past_remediations=(past,)), first) == verdict


def test_a_group_outside_the_part_is_not_judged() -> None:
    scenario = joint(hotspots=(street("H", 9), street("J", 6)), groups=(group(members=("A", "?")),))
    c = candidate(hotspot="J")
    assert least_penalty([RULE], scenario, Roster(remediations=(holding(c, "1"),)), [c]) == 0


def test_names_group_places_and_priorities() -> None:
    scenario = joint(hotspots=(street("H", 9), street("J", 6)))
    rows = (holding(candidate(hotspot="J"), "1"), holding(candidate(hotspot="?"), "1"))
    (finding,) = RULE.audit(scenario, Roster(remediations=rows))
    assert (finding.severity, finding.amount, finding.points) == (Severity.WISH, 300, 60)
    assert all(word in finding.text.zh for word in ("group G", "street J 6.00", "street H 9.00"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        spots = [
            street(
                name,
                data.draw(st.integers(1, 10)),
                border=data.draw(st.sampled_from(BorderKind)),
                long_standing=data.draw(st.booleans()),
                may_host=data.draw(st.integers(0, 3)) > 0,
                length=data.draw(st.sampled_from([1, 2])) * HOUR,
            )
            for name in "HJK"
        ]
        told = data.draw(st.lists(st.sampled_from("HJK"), max_size=3))
        policy = {"S15.referral": data.draw(st.sampled_from([0, 33])), "S15.border": 149}
        scenario = joint(
            hotspots=tuple(spots),
            referrals=referrals(*told),
            policy=policy,
            groups=(group(length=data.draw(st.sampled_from([1, 2])) * HOUR),),
            first=data.draw(st.sampled_from([MONDAY, date(2026, 10, 30)])),
        )
        places = data.draw(st.lists(st.sampled_from("HJK"), max_size=3))
        seen.append(held(scenario, *places))

    run()
    assert all(both_seen(seen))
    assert None in seen
