"""Minimum staffing: a hand-worked answer with its proof, and a search that asks no more than it needs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from constraints.base import all_parameters
from domain.changes import Officers
from domain.scenario import Scenario
from domain.whatif import Answer, CaseKind, Ending, MinimumAsk, Outcome
from domain.words import Force
from inputs.knobs import parse_requirements
from scheduler.cases import Expander, Part
from scheduler.measures import allowance, asked, best_possible, disproved, focused
from scheduler.minimum import Question, Search
from scheduler.progress import Options
from scheduler.runs import Landed, RunJob, key_of, run
from tests.constraints.joint import hotspot, joint
from tests.constraints.kit import tiny
from tests.scheduler.kit import desk, post, squad_of

ONCE = Options(deterministic=0.05, workers=1)


def week(heads: int = 1) -> Scenario:
    """Return a week of squad A, four strong, with a post that is manned two hours every day."""
    return tiny(squad_of(4), count=7, posts=(post(heads=heads),))


def solved(scenarios: Sequence[Scenario]) -> list[Landed | None]:
    return [run(RunJob(key_of(s, ONCE, {}), s, ONCE)) for s in scenarios]


def question(scenario: Scenario, such_that: str, **more: int) -> Question:
    expander = Expander(scenario, Part(frozenset({"A"}), whole=True), all_parameters())
    return Question(1, MinimumAsk(least="officers(A)", such_that=such_that, **more), expander)


def test_a_post_every_day_of_a_week_needs_two_as_nobody_works_seven_days_on_end() -> None:
    answer, ran = question(week(), "posts=1.0").answer(solved)
    assert (answer.now, answer.cannot, answer.can, answer.proven) == (4, 1, 2, True)
    by_number = {level.number: level for level in answer.levels}
    assert by_number[1].answer is Answer.CANNOT
    assert "exceeds what is allowed" in by_number[1].proof.en
    assert dict(by_number[1].reached)["posts"] == pytest.approx(6 / 7)
    assert dict(by_number[2].reached)["posts"] == 1.0
    assert all(case.kind is CaseKind.LEVEL for case, _ in ran)


def test_six_days_of_seven_are_within_one_officers_reach() -> None:
    answer, _ = question(week(), "posts>=0.85").answer(solved)  # 6/7 = 0.857
    assert (answer.cannot, answer.can, answer.proven) == (0, 1, True)


def test_nobody_left_is_no_staffing() -> None:
    answer, _ = question(week(), "posts>=0.85", high=2).answer(solved)
    nobody = next(level for level in answer.levels if level.number == 0)
    assert nobody.answer is Answer.CANNOT
    assert "nobody left" in nobody.proof.en


def test_without_a_proof_the_interval_stays_open() -> None:
    def hasty(scenarios: Sequence[Scenario]) -> list[Landed | None]:
        return [
            Landed(key="k", outcome=Outcome(ending=Ending.NO_ROSTER if len(s.officers) < 4 else Ending.LOST))
            for s in scenarios
        ]

    answer, _ = question(week(), "posts=1.0").answer(hasty)
    assert (answer.cannot, answer.can, answer.proven) == (0, None, False)
    assert {level.answer for level in answer.levels if level.number} == {Answer.OPEN}


def test_a_stop_ends_the_search_with_what_is_known() -> None:
    answer, ran = question(week(), "posts=1.0").answer(lambda scenarios: [None for _ in scenarios])
    assert (answer.levels, ran, answer.proven) == ((), (), False)


def test_the_search_halves_and_ends_beside_the_answer() -> None:
    search, asked_for = Search(0, 40), 0
    while wave := search.next():
        asked_for += len(wave)
        search.answers |= {n: Answer.CAN if n >= 17 else Answer.CANNOT for n in wave}
    assert (search.cannot, search.can) == (16, 17)
    assert asked_for <= 12


def test_the_search_closes_in_on_an_open_stretch_from_both_sides() -> None:
    search = Search(0, 20)
    while wave := search.next():
        search.answers |= {n: Answer.CAN if n > 12 else Answer.CANNOT if n < 8 else Answer.OPEN for n in wave}
    assert (search.cannot, search.can) == (7, 13)


# -- bounds on single needs -------------------------------------------------------------------------------------------


def test_a_focus_prices_what_is_asked_and_nothing_else() -> None:
    scenario = focused(week(), [r.measure for r in parse_requirements("posts=1, desks=1")], ())
    priced = {name for name, value in scenario.policy.items() if value}
    assert priced == {"S01.weight", "S16.weight"}


def test_allowances_by_hand() -> None:
    scenario = tiny(squad_of(4), count=7, posts=(post(heads=2),), desks=(desk(),))  # 28 and 28 person-hours
    posts, desks = parse_requirements("posts>=0.9, desks=1")
    assert allowance(scenario, posts) == pytest.approx(0.1 * 28 * 30)
    assert allowance(scenario, desks) == 0
    assert not disproved(scenario, (posts, desks), 84.0)
    assert disproved(scenario, (posts, desks), 84.5)


def test_the_best_possible_posts_and_hotspots_by_hand() -> None:
    posts, spots, joint_ones = (r.measure for r in parse_requirements("posts=1, hotspots=1, remediations>=1"))
    scenario = week(heads=2)  # 28 person-hours, 30 points each
    assert best_possible(scenario, posts, 0) == 1.0
    assert best_possible(scenario, posts, 30 * 7) == pytest.approx(0.75)
    one = tiny(squad_of(4), count=1, hotspots=(hotspot(open_for=3),))  # three visits of weight 4
    assert best_possible(one, spots, 4 * (1 + 2 + 3)) == pytest.approx(0)
    assert best_possible(one, spots, 4 * 3) == pytest.approx(0.5)  # half the amount: half the visits at the mean rate
    assert best_possible(one, joint_ones, 10**6) == 1.0  # no bound says anything of remediations


def test_no_roster_beats_the_best_possible_hotspot_coverage() -> None:
    one = tiny(squad_of(4), count=1, hotspots=(hotspot(open_for=3),))
    (spots,) = (r.measure for r in parse_requirements("hotspots=1"))
    for missing in range(4):
        amount = 4 * missing * (missing + 1) / 2
        assert 1 - missing / 3 <= best_possible(one, spots, amount) + 1e-9


def test_as_many_remediations_are_due_as_are_asked() -> None:
    scenario = asked(joint(), parse_requirements("remediations>=3"))
    assert [g.min_remediations for g in scenario.groups] == [3]
    assert asked(joint(), parse_requirements("posts=1")) == joint()


def test_the_knob_adds_and_removes_of_the_force_asked() -> None:
    asked_one = question(week(), "posts=1.0")
    change = asked_one.knob.change(-1)
    assert change == Officers(squad="A", by=-1)
    assert Force.ENFORCEMENT in {o.force for o in week().officers}
