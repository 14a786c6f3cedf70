"""S12: fixed posts go round."""

from hypothesis import given, settings
from ortools.sat.python import cp_model

from constraints.s12_post_rotation import PostRotation, free_stands, least_stands
from domain.roster import Duty, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Force
from scheduler.build import variables
from tests.constraints.kit import at, audited, officer, tiny, worked
from tests.constraints.naming_kit import least_naming_penalty, named_rosters, post

RULE = PostRotation()


def stands(scenario: Scenario, who: str, days: int) -> Roster:
    duties = [
        Duty(officer=who, day=d, start=at(d, "08:00"), end=at(d, "10:00"), kind=DutyKind.POST, place="P")
        for d in scenario.dates[:days]
    ]
    return Roster(shifts=worked(scenario, {who: "E" * days + "-" * (len(scenario.dates) - days)}), duties=tuple(duties))


def test_share_is_even_plus_one() -> None:
    scenario = tiny([officer("1"), officer("2")], count=6, posts=(post(),))
    assert RULE.share(scenario, scenario.posts[0]) == 4  # 6 stands, 2 officers, plus one


def test_up_to_the_share_is_free_and_beyond_counts() -> None:
    scenario = tiny([officer("1"), officer("2")], count=6, posts=(post(),))
    assert [audited(RULE, scenario, stands(scenario, "1", n)) for n in (3, 4, 5, 6)] == [0, 0, 1, 2]


def test_officers_below_the_posts_force_do_not_share() -> None:
    people = [officer("1"), officer("2", force=Force.SERVICE, certified=False)]
    guard = post().model_copy(update={"force": Force.ENFORCEMENT})
    scenario = tiny(people, count=3, posts=(guard,))
    assert RULE.share(scenario, guard) == 4


def test_twice_a_day_is_one_stand() -> None:
    scenario = tiny([officer("1"), officer("2")], count=2, posts=(post(),))
    (day, _) = scenario.dates
    pieces = [("08:00", "09:00"), ("09:00", "10:00")]
    duties = tuple(
        Duty(officer="1", day=day, start=at(day, a), end=at(day, b), kind=DutyKind.POST, place="P") for a, b in pieces
    )
    assert audited(RULE, scenario, Roster(duties=duties)) == 0


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(named_rosters(count=6, people=3, always="E"))
    def run(drawn: tuple[Scenario, Roster]) -> None:
        scenario, roster = drawn
        said = audited(RULE, scenario, roster)
        assert least_naming_penalty(RULE, scenario, roster) == said
        seen.append(said)

    run()
    assert 0 in seen
    assert any(seen)


def mixed() -> Scenario:
    """Return six dates with a post that a service officer may stand at, and an enforcement officer too."""
    people = [officer("1", force=Force.SERVICE, certified=False), officer("2", force=Force.ENFORCEMENT)]
    return tiny(people, count=6, posts=(post(),))


def test_a_class_may_stand_as_often_as_its_officers_shares_come_to() -> None:
    scenario = mixed()
    people = dict(variables(scenario).members)
    free = free_stands(scenario, people)
    assert {(group.force, place): n for (group, place), n in free.items()} == {
        (Force.SERVICE, "P"): 4,
        (Force.ENFORCEMENT, "P"): 4,
    }


def test_a_class_stands_on_a_date_with_the_most_heads_of_any_period() -> None:
    """Heads of 0, 1 and 2 in three periods are two stands."""
    scenario = tiny([officer("1"), officer("2")], count=1, posts=(post(hours=3, heads=2), post("Q", hours=1)))
    model = variables(scenario, cuts={"A": [at(scenario.first, "09:00"), at(scenario.first, "10:00")]})
    stands = {stand: least_stands(model, stand) for stand in free_stands(scenario, model.members)}
    heads = {"P": iter((0, 1, 2)), "Q": iter((1,))}
    for (_, _, task), var in sorted(model.staff.items(), key=lambda row: row[0][1]):
        model.cp.add(var == next(heads[task.place]))
    found = [var for var in stands.values() if var is not None]
    model.cp.minimize(sum(found))
    solver = cp_model.CpSolver()
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    assert {place: solver.value(var) for (_, place), var in stands.items() if var is not None} == {"P": 2, "Q": 1}


def test_who_never_stands_at_a_post_has_no_stands_there() -> None:
    scenario = mixed()
    model = variables(scenario)
    (stand, *_) = free_stands(scenario, model.members)
    assert least_stands(model, (stand[0], "nowhere")) is None
