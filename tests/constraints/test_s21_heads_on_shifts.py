"""S21: heads wanted on shifts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s21_heads_on_shifts import HeadsOnShifts
from domain.calendar import DAY, DayRule
from domain.limits import Cover
from domain.roster import Roster
from domain.words import DayKind
from tests.constraints.kit import MONDAY, agree, both_seen, officer, shift_rows, tiny, worked

RULE = HeadsOnShifts()
PEOPLE = (officer("1"), officer("2"), officer("3", "B"))


def cover(heads: int, under: int = 10, over: int = 1, *, shift: str = "E", day: int = 0, squad: str = "A") -> Cover:
    on = MONDAY + day * DAY
    return Cover(squad=squad, shift=shift, heads=heads, under=under, over=over, first=on, end=on + DAY)


@pytest.mark.parametrize(
    ("wanted", "amount"),
    [
        (cover(1), 0),
        (cover(2), 10),
        (cover(0), 1),
        (cover(3, under=7), 14),
        (cover(0, over=0), 0),
        (cover(2, under=0), 0),
        (cover(1, squad="B"), 0),
        (cover(2, squad="B"), 10),  # two people of squad A on the shift are no help
        (cover(1, shift="L", day=1), 0),
        (cover(0, shift="L", day=1), 1),
        (cover(1, shift="X"), 0),  # a shift that nobody has
        (cover(1, squad="Q"), 0),
        (cover(1, day=7), 0),  # outside the period
    ],
)
def test_table(wanted: Cover, amount: int) -> None:
    scenario = tiny(PEOPLE, covers=(wanted,))
    roster = Roster(shifts=worked(scenario, {"1": "EL-", "2": "L--", "3": "EEE"}))
    assert agree(RULE, scenario, roster) == amount


def test_the_last_row_counts_and_rows_without_dates_cover_all() -> None:
    every = Cover(squad="A", shift="E", heads=1, under=5)
    weekend = every.model_copy(update={"heads": 2, "days": DayRule(kinds=(DayKind.REST,))})
    first = every.model_copy(update={"heads": 0, "first": MONDAY, "end": MONDAY + DAY})
    scenario = tiny(PEOPLE, count=7, covers=(every, weekend, first))
    assert [scenario.wanted["A", "E", day].heads for day in scenario.dates] == [0, 1, 1, 1, 1, 2, 2]
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "-EEEEEE"}))) == 10


def test_names_squad_shift_and_numbers() -> None:
    scenario = tiny(PEOPLE, covers=(cover(3), cover(0, shift="L")))
    short, many = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "E--", "2": "L--"})))
    assert all(word in short.text.zh for word in ("squad A", "10-12", "早班", "有 1 人", "应有 3 人"))
    assert (short.item, short.points, many.item, many.points) == ("under", 20, "over", 1)


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        covers = [
            cover(
                data.draw(st.integers(0, 3)),
                data.draw(st.integers(0, 9)),
                data.draw(st.integers(0, 9)),
                shift=data.draw(st.sampled_from("EL")),
                day=data.draw(st.integers(0, 2)),
                squad=data.draw(st.sampled_from("AB")),
            )
            for _ in range(data.draw(st.integers(1, 3)))
        ]
        scenario = tiny(PEOPLE, covers=tuple(covers))
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
