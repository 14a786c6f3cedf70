"""S12: fixed posts go round."""

from hypothesis import given, settings

from constraints.s12_post_rotation import PostRotation
from domain.roster import Duty, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Force
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
