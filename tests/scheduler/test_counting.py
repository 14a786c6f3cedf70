"""Counting alone: each kind of shortage planted is named with its figures, and what it says is a proof."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.calendar import DAY
from domain.scenario import Absence, Group, Scenario
from domain.words import AbsenceKind, Force, Rank
from scheduler.audit import audit
from scheduler.counting import count
from scheduler.finish import assemble
from tests.constraints.joint import hotspot
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import HOUR, best, desk, post, squad_of, two_squads


def kinds(scenario: Scenario) -> dict[str, tuple[int, int]]:
    return {row.kind: (row.needed, row.most) for row in count(scenario)}


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
