"""S20: few switches of duty inside a shift."""

import pytest
from hypothesis import given, settings

from constraints.s20_duty_switches import DutySwitches, least_switches, least_switches_by_shift
from domain.roster import Duty, Roster
from domain.scenario import Scenario
from domain.words import DutyKind
from tests.constraints.kit import at, audited, officer, tiny, worked
from tests.constraints.naming_kit import least_naming_penalty, least_of_heads, named_rosters, post

RULE = DutySwitches()
Piece = tuple[str, str, DutyKind, str | None]


@pytest.mark.parametrize(
    ("pieces", "switches"),
    [
        ([("06:30", "14:30", DutyKind.PATROL, None)], 0),
        ([("06:30", "08:00", DutyKind.PATROL, None), ("08:00", "14:30", DutyKind.POST, "P")], 1),
        (
            [
                ("06:30", "08:00", DutyKind.PATROL, None),
                ("08:00", "10:00", DutyKind.POST, "P"),
                ("10:00", "14:30", DutyKind.PATROL, None),
            ],
            2,
        ),
        ([("06:30", "08:00", DutyKind.POST, "P"), ("08:00", "14:30", DutyKind.POST, "Q")], 1),
        ([("06:30", "08:00", DutyKind.PATROL, None), ("08:00", "14:30", DutyKind.HOLDING, "H")], 0),
    ],
)
def test_table(pieces: list[Piece], switches: int) -> None:
    scenario = tiny([officer("1")], count=1, posts=(post("P"), post("Q")))
    day = scenario.first
    duties = tuple(
        Duty(officer="1", day=day, start=at(day, a), end=at(day, b), kind=k, place=p) for a, b, k, p in pieces
    )
    roster = Roster(shifts=worked(scenario, {"1": "E"}), duties=duties)
    assert audited(RULE, scenario, roster) == switches


def test_a_new_day_is_no_switch() -> None:
    scenario = tiny([officer("1")], count=2, posts=(post("P"),))
    a, b = scenario.dates
    duties = (
        Duty(officer="1", day=a, start=at(a, "06:30"), end=at(a, "14:30"), kind=DutyKind.PATROL),
        Duty(officer="1", day=b, start=at(b, "06:30"), end=at(b, "14:30"), kind=DutyKind.POST, place="P"),
    )
    assert audited(RULE, scenario, Roster(duties=duties)) == 0


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(named_rosters(count=2, people=3))
    def run(drawn: tuple[Scenario, Roster]) -> None:
        scenario, roster = drawn
        said = audited(RULE, scenario, roster)
        assert least_naming_penalty(RULE, scenario, roster) == said
        seen.append(said)

    run()
    assert 0 in seen
    assert any(seen)


def test_heads_never_say_more_switches_than_the_best_names_have() -> None:
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(named_rosters(count=2, people=3))
    def run(drawn: tuple[Scenario, Roster]) -> None:
        scenario, roster = drawn
        least, by_shift = (least_of_heads(scenario, roster, said) for said in (least_switches, least_switches_by_shift))
        if least is not None and by_shift is not None:
            assert least <= by_shift <= audited(RULE, scenario, roster)
            seen.append(least)

    run()
    assert any(seen)


def test_a_post_taken_and_left_inside_a_shift_is_two_switches() -> None:
    scenario = tiny([officer("1"), officer("2")], count=1, posts=(post("P", 6, 8), post("Q", 10, 1)))
    day = scenario.first

    def of(*pieces: tuple[str, str, str, DutyKind, str | None]) -> Roster:
        duties = tuple(
            Duty(officer=o, day=day, start=at(day, a), end=at(day, b), kind=k, place=p) for o, a, b, k, p in pieces
        )
        return Roster(shifts=worked(scenario, dict.fromkeys({d.officer for d in duties}, "E")), duties=duties)

    walk, stand = DutyKind.PATROL, DutyKind.POST
    alone = of(
        ("1", "06:30", "10:00", walk, None), ("1", "10:00", "11:00", stand, "P"), ("1", "11:00", "14:30", walk, None)
    )
    assert audited(RULE, scenario, alone) == least_of_heads(scenario, alone) == 2
    relieved = of(
        ("1", "06:30", "10:00", stand, "P"),
        ("1", "10:00", "14:30", walk, None),
        ("2", "06:30", "10:00", walk, None),
        ("2", "10:00", "14:00", stand, "P"),
        ("2", "14:00", "14:30", walk, None),
    )
    assert audited(RULE, scenario, relieved) == 3
    assert least_of_heads(scenario, relieved) == 1  # whoever stands there first could stay to its end


def test_a_post_handed_over_while_shifts_overlap_is_one_switch() -> None:
    scenario = tiny([officer("1"), officer("2")], count=1, posts=(post("P", 6, 16),))
    day = scenario.first
    pieces = (
        ("1", "06:30", "14:30", DutyKind.POST, "P"),
        ("2", "14:00", "14:30", DutyKind.PATROL, None),
        ("2", "14:30", "22:00", DutyKind.POST, "P"),
    )
    duties = tuple(
        Duty(officer=o, day=day, start=at(day, a), end=at(day, b), kind=k, place=p) for o, a, b, k, p in pieces
    )
    roster = Roster(shifts=worked(scenario, {"1": "E", "2": "L"}), duties=duties)
    assert least_of_heads(scenario, roster) == 0  # the officers of a class are all alike there
    assert audited(RULE, scenario, roster) == least_of_heads(scenario, roster, least_switches_by_shift) == 1
