"""S06: runs of late or early shifts."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s06_runs import Runs
from domain.roster import Roster
from domain.scenario import PastShift
from tests.constraints.kit import EARLY, LATE, MIDDLE, MONDAY, agree, both_seen, officer, shift_rows, tiny, worked

RULE = Runs()
DAY = timedelta(days=1)


def past(row: str) -> tuple[PastShift, ...]:
    """Return the past shifts of officer 1 from a string that ends on the eve of the horizon."""
    return tuple(
        PastShift(officer="1", date=MONDAY - n * DAY, shift=s) for n, s in enumerate(reversed(row), 1) if s != "-"
    )


@pytest.mark.parametrize(
    ("before", "row", "amount"),
    [
        ("", "LLL---", 0),
        ("", "LLLL--", 1),
        ("", "LLLLLL", 3),
        ("", "EEEE--", 1),
        ("", "MMMMMM", 0),
        ("", "LLMLLL", 0),
        ("", "LL-LL-", 0),
        ("", "LLEELL", 0),
        ("LLL", "L-----", 1),
        ("LLLLL", "------", 0),  # last month's run was last month's wish
        ("LLLLL", "LL----", 2),
        ("LL", "LL----", 1),
        ("LL-", "LLL---", 0),
        ("EEE", "L-----", 0),
    ],
)
def test_table(before: str, row: str, amount: int) -> None:
    scenario = tiny([officer("1")], count=6, shifts=(EARLY, MIDDLE, LATE), past_shifts=past(before))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == amount


def test_a_second_late_shift_counts_too() -> None:
    later = LATE.model_copy(update={"id": "K"})
    scenario = tiny([officer("1")], count=4, shifts=(LATE, later))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "LKLK"}))) == 1


def test_names_the_officer_and_the_run() -> None:
    scenario = tiny([officer("1", name="张伟")], count=6)
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "-LLLLL"})))
    assert (finding.amount, finding.points) == (2, 16)
    assert all(word in finding.text.zh for word in ("张伟", "10-13", "10-17", "5 个晚班"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = tiny(
            [officer("1")],
            count=5,
            policy={"S06.longest": data.draw(st.integers(1, 3))},
            past_shifts=past("".join(data.draw(st.lists(st.sampled_from("LE-"), max_size=4)))),
        )
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
