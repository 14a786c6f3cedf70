"""Counting alone: each kind of shortage planted is named with its figures, and what it says is a proof."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from domain.calendar import DAY
from domain.scenario import Absence, Group, Scenario
from domain.words import AbsenceKind, Force, Rank, Text
from scheduler.audit import audit
from scheduler.counting import count
from scheduler.finish import assemble
from tests.constraints.joint import hotspot
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import HOUR, best, desk, post, squad_of, two_squads


def kinds(scenario: Scenario) -> dict[str, tuple[int, int]]:
    return {row.kind: (row.needed, row.most) for row in count(scenario)}


def sentences(scenario: Scenario) -> dict[str, Text]:
    return {row.kind: row.text for row in count(scenario)}


def test_enough_people_are_no_finding() -> None:
    assert kinds(tiny(squad_of(6), count=6, posts=(post("P"),))) == {}


def test_too_few_leaders_for_the_days() -> None:
    assert kinds(tiny(squad_of(3), count=9))["leader"] == (9, 8)


def test_too_few_certified_for_the_desk() -> None:
    people = [officer("1"), officer("2"), *(officer(f"S{n}", force=Force.SERVICE, certified=False) for n in range(8))]
    found = [r for r in count(tiny(people, count=4, desks=(desk("D", clock="07:00", hours=14),))) if r.kind == "desk"]
    assert [(r.needed, r.most) for r in found] == [(16, 8)]
    assert "16" in found[0].text.zh
    assert "at least 8" in found[0].text.en


def test_too_few_certified_present_on_a_date() -> None:
    away = Absence(officer="A1", kind=AbsenceKind.SICK, start=MONDAY + DAY, end=MONDAY + 2 * DAY)
    scenario = tiny(squad_of(2), count=3, desks=(desk("D"),), absences=(away,))
    row = next(r for r in count(scenario) if r.kind == "desk day")
    assert (row.needed, row.most) == (2, 1)
    assert "10-13" in row.text.zh


def test_a_post_asks_for_more_shifts_than_those_who_may_stand_there_have() -> None:
    people = [officer("1"), *(officer(f"S{n}", force=Force.SERVICE, certified=False) for n in range(5))]
    guarded = post("P", heads=2, force=Force.ENFORCEMENT)
    assert kinds(tiny(people, count=4, posts=(guarded,)))["post"] == (8, 4)


def test_posts_and_desk_take_more_than_the_squad_gives() -> None:
    scenario = tiny(squad_of(2), count=4, posts=(post("P", clock="06:30", hours=8, heads=3),))
    assert kinds(scenario)["squad"] == (12, 8)


def test_visits_that_nobody_has_time_for() -> None:
    scenario = tiny(squad_of(2), count=2, hotspots=(hotspot("H", open_for=12, visit_every=timedelta(minutes=20)),))
    assert kinds(scenario)["visits"][0] > kinds(scenario)["visits"][1]


def test_a_group_that_cannot_spare_the_people() -> None:
    base = two_squads(8)
    (group,) = base.groups
    scenario = base.model_copy(update={"groups": (group.model_copy(update={"target_heads": 18}),)})
    needed, most = kinds(scenario)["group"]
    assert needed == 18
    assert most <= 10


def test_a_group_without_a_window() -> None:
    base = two_squads(8)
    long: Group = base.groups[0].model_copy(update={"length": 7 * HOUR})
    assert kinds(base.model_copy(update={"groups": (long,)}))["group window"] == (1, 0)


def test_the_desk_is_told_with_shifts_a_day_people_and_what_each_can_work() -> None:
    people = [officer("1"), officer("2"), *(officer(f"S{n}", force=Force.SERVICE, certified=False) for n in range(8))]
    assert sentences(tiny(people, count=4, desks=(desk("D", clock="07:00", hours=14),)))["desk"] == Text(
        "squad A的「desk D」每天要 4 个持证人班,4 天共 16 个;2 名持证队员每人至多 4 个班,合计至多 8 个,至少缺 8 个",
        "Desk desk D of squad A needs 4 certified person-shifts a day, 16 in 4 days; its 2 certified officers have at "
        "most 4 shifts each, 8 together: at least 8 are missing",
    )


def test_the_group_is_told_with_what_it_can_spare_in_any_window() -> None:
    base = two_squads(8)
    (group,) = base.groups
    found = sentences(base.model_copy(update={"groups": (group.model_copy(update={"target_heads": 18}),)}))["group"]
    assert re.search(r"任何可办整治的时段至多抽出 (\d+) 人.* \d\d:00-\d\d:00\),整治要 18 人$", found.zh)
    assert re.search(r"at most \d+ people in any window .* \d\d:00-\d\d:00\); the remediation needs 18$", found.en)


def test_workdays_and_officers_are_told_against_posts_and_desk() -> None:
    scenario = tiny(squad_of(2), count=4, posts=(post("P", clock="06:30", hours=8, heads=3),))
    assert sentences(scenario)["squad"] == Text(
        "本期 4 个工作日,squad A 2 人应有 8 个班、至多 8 个;固定岗和案件岗要 12 个,至少缺 4 个",
        "The period has 4 workdays, so 2 officers of squad A give 8 shifts, 8 at most; posts and desk take 12: at "
        "least 4 are missing",
    )


def test_posts_that_only_overtime_can_man_are_told_as_such() -> None:
    scenario = tiny(squad_of(2), count=7, posts=(post("P", clock="06:30", hours=8, heads=2),))
    wide = scenario.model_copy(update={"policy": {"R06.above": timedelta(hours=32), "R04.max_days": 7}})
    found = sentences(wide)
    assert "squad" not in found
    assert found["squad overtime"] == Text(
        "本期 5 个工作日,squad A 2 人应有 10 个班;固定岗和案件岗要 14 个,不加班至少缺 4 个",
        "The period has 5 workdays, so 2 officers of squad A give 10 shifts; posts and desk take 14: without overtime "
        "at least 4 are missing",
    )


def test_two_shortages_planted_together_are_both_named() -> None:
    scenario = tiny(squad_of(2), count=9, posts=(post("P", clock="06:30", hours=8, heads=3),))
    assert {"leader", "squad"} <= kinds(scenario).keys()


@pytest.mark.parametrize("people", [2, 3])
def test_no_roster_lacks_less_than_counting_says(people: int) -> None:
    """The optimum of a planted shortage leaves at least what counting proved; leaders, desk and post."""
    scenario = tiny(
        [officer(str(n), rank=Rank.LEADER if n == 1 else Rank.MEMBER) for n in range(1, people + 1)],
        count=8,
        posts=(post("P", clock="06:30", hours=8, heads=people),),
        policy={"R06.below": timedelta(hours=744)},
    )
    solved = best(scenario)
    assert solved is not None
    findings = audit(scenario, assemble(scenario, solved[1], ()))
    lacking = {row.kind: row.lacking for row in count(scenario)}
    assert lacking["leader"] <= sum(f.rule == "S19" for f in findings)
    missing = sum(f.amount for f in findings if f.rule == "S01")
    assert lacking["squad"] * 480 <= missing
    assert lacking["post"] * 480 <= missing
