"""The counts model: sums worked out by hand, and that it never promises less than the full model can reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings

from constraints.base import Candidate
from domain.scenario import Absence, Scenario
from domain.words import AbsenceKind, DutyKind, Force
from scheduler.build import Built
from scheduler.counts import Sum, add_sums, heads_model, lines_of, sums
from scheduler.parts import DECIDING
from tests.constraints.joint import candidate, joint, on
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import best, desk, heads_of, optimum, post, squads

Sides = dict[frozenset[tuple[str, str, int]], tuple[int, int]]


def found_sums(scenario: Scenario) -> list[Sum]:
    return list(sums(scenario, DECIDING, lines_of(scenario, ("A",))))


def sides(scenario: Scenario) -> Sides:
    """Return what the sums of a single class say: shifts as (MMDD, id, factor), first factor > 0, and the limits."""
    found: Sides = {}
    for s in found_sums(scenario):
        sign = 1 if s.shape[0][1] > 0 else -1
        shape = frozenset((f"{shift.day:%m%d}", shift.shift, sign * f) for shift, f in s.shape)
        low, high = sorted((sign * s.low, sign * s.high))
        before = found.get(shape, (low, high))
        found[shape] = max(before[0], low), min(before[1], high)
    return found


def left(*shifts: tuple[int, str], factor: int = 1) -> frozenset[tuple[str, str, int]]:
    return frozenset((f"{on(day):%m%d}", shift, factor) for day, shift in shifts)


def counts_model(scenario: Scenario, *, candidates: tuple[Candidate, ...] = (), **more: Any) -> Built:
    """Return the counts model of squad A with its sums."""
    lines = lines_of(scenario, ("A",))
    people = dict(lines.members)
    built, counts = heads_model(scenario, DECIDING, people, candidates=candidates, **more)
    add_sums(built.model.cp, counts, list(sums(scenario, DECIDING, lines)))
    return built


# -- sums by hand -----------------------------------------------------------------------------------------------


def test_hours_of_a_class_are_the_sum_of_the_officers_bands() -> None:
    # three workdays are 24 h, the band is 16 to 40 h: two shifts at least each, and no more than one a day anyway
    everything = left(*((day, shift) for day in range(3) for shift in "EL"))
    assert sides(tiny())[everything] == (4, 6)


def test_leave_lowers_the_sum_of_the_hours() -> None:
    leave = Absence(officer="1", kind=AbsenceKind.ANNUAL, start=MONDAY, end=on(1))
    everything = left(*((day, shift) for day in range(3) for shift in "EL"))
    found = sides(tiny(absences=(leave,)))
    assert found[everything][0] == 3, "16 h less 8 h: one shift of hers, two of the other's"
    assert found[left((0, "E"))][1] == found[left((0, "L"))][1] == 1, "only the other one may come that day"


def test_late_then_early_is_summed_over_the_class() -> None:
    people = [officer(str(n)) for n in range(1, 4)]
    found = sides(tiny(people))
    assert found[left((0, "L"), (1, "E"))][1] == 3
    assert left((0, "E"), (1, "L")) not in found, "early then late is no condition"


def test_seven_days_in_a_row_have_a_rest_day_for_everybody() -> None:
    people = [officer(str(n)) for n in range(1, 4)]
    week = left(*((day, shift) for day in range(7) for shift in "EL"))
    # five workdays, 40 h: 32 to 56 h, so four shifts at least; six at most, for one day of seven is free
    assert sides(tiny(people, count=7))[week] == (12, 18)
    longer = sides(tiny(people, count=8))
    assert longer[left(*((day, shift) for day in range(1, 8) for shift in "EL"))][1] == 18


def test_a_class_that_may_not_work_late_has_no_late_heads() -> None:
    people = [officer("1", barred_shifts=("L",)), officer("2")]
    assert [high for shape, (_, high) in sides(tiny(people)).items() if shape == left((0, "L"))] == [1]


def test_who_is_away_on_a_date_is_not_one_of_its_heads() -> None:
    leave = Absence(officer="1", kind=AbsenceKind.ANNUAL, start=on(1), end=on(2))
    scenario = tiny((officer("1"), officer("2")), count=2, absences=(leave,))
    all_day = {n: [s.high for s in found_sums(scenario) if s.days == {on(n)} and len(s.shape) == 2] for n in (0, 1)}
    assert all_day == {0: [], 1: [1]}  # one shift a day each says no more than that there are two officers


def test_days_in_a_row_are_fewer_for_who_is_away_in_between() -> None:
    leave = Absence(officer="1", kind=AbsenceKind.ANNUAL, start=on(2), end=on(4))
    people = [officer(str(n)) for n in range(1, 5)]
    week = [
        s.high
        for s in found_sums(tiny(people, count=7, absences=(leave,)))
        if len(s.days) == 7 and all(factor == 1 for _, factor in s.shape)
    ]
    assert min(week) == 3 * 6 + 5


def test_classes_are_summed_apart() -> None:
    people = [*(officer(str(n)) for n in range(1, 4)), officer("4", force=Force.SERVICE)]
    by_group: dict[Force, int] = {}
    for found in found_sums(tiny(people, count=7)):
        if len(found.shape) == 14:
            high = found.high if found.shape[0][1] > 0 else -found.low
            by_group[found.group.force] = min(high, by_group.get(found.group.force, high))
    assert by_group == {Force.ENFORCEMENT: 18, Force.SERVICE: 6}


def test_a_sum_knows_its_dates() -> None:
    scenario = tiny()
    pair = [s for s in found_sums(scenario) if len(s.shape) == 2 and len(s.days) == 2]
    assert {min(s.days) for s in pair} == {MONDAY, on(1)}
    assert all(max(s.days) - min(s.days) == timedelta(days=1) for s in pair)


# -- a relaxation -----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(squads())
def test_its_optimum_never_exceeds_that_of_the_full_model(scenario: Scenario) -> None:
    full = best(scenario)
    counted = optimum(counts_model(scenario))
    if full is not None:
        assert counted is not None
        assert counted[0] <= full[0]


@settings(max_examples=15, deadline=None)
@given(squads())
def test_the_heads_of_every_roster_keep_the_sums(scenario: Scenario) -> None:
    full = best(scenario)
    if full is not None:
        heads = heads_of(scenario, full[1])
        for s in found_sums(scenario):
            assert s.low <= sum(f * heads.get((s.group, shift), 0) for shift, f in s.shape) <= s.high


def test_a_head_that_nobody_can_be_is_missing_in_both_models() -> None:
    scenario = tiny(count=2, posts=(post("P", heads=3, force=Force.ENFORCEMENT),))
    full = best(scenario)
    counted = optimum(counts_model(scenario))
    assert full is not None
    assert counted is not None
    missing = 2 * 2 * 30 * 2400  # two days, two hours, one person missing at 30 points an hour, in units
    assert counted[0] == missing
    assert full[0] >= missing


# -- people sent to a remediation -------------------------------------------------------------------------------


def with_post() -> Scenario:
    people = [*(officer(str(n), "A") for n in range(1, 4)), officer("9", "B")]
    return joint(people, count=1, posts=(post("P", clock="10:00", hours=1),), hotspots=())


def cost_of_sending(heads: int, **more: Any) -> int | None:
    c = candidate()
    scenario = with_post().model_copy(update={"hotspots": joint().hotspots, **more})
    built = counts_model(scenario, candidates=(c,), quotas={("A", c.id): heads})
    found = optimum(built)
    return None if found is None else found[0]


def test_a_squad_sends_what_it_is_asked_for_while_its_post_stays_manned() -> None:
    assert cost_of_sending(2) is not None
    assert cost_of_sending(3) is None, "somebody has to stay at the post (R14)"


def test_nobody_is_sent_who_may_not_go() -> None:
    people = (
        officer("1", "A"),
        officer("2", "A"),
        officer("3", "A", barred_duties=(DutyKind.REMEDIATION,)),
    )
    assert cost_of_sending(2, officers=people) is not None
    assert cost_of_sending(2, officers=(people[0], people[2])) is None


def test_two_of_those_sent_are_certified() -> None:
    people = (officer("1", "A"), officer("2", "A", certified=False), officer("3", "A", certified=False))
    assert cost_of_sending(2, officers=people) is None
    assert cost_of_sending(2, officers=(*people, officer("4", "A"))) is not None


def test_what_is_elsewhere_does_not_bother_the_squad() -> None:
    scenario = tiny([officer("1", "A"), officer("2", "B")], desks=(desk("D", "B"),), posts=(post("P", "B"),))
    built = counts_model(scenario)
    assert built.model.staff == {}
    found = optimum(built)
    assert found is not None
    assert found[0] == 0
