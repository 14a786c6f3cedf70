"""S14: what is published changes as little as possible."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s14_published import PublishedKept
from domain.roster import Roster
from domain.yearly import PublishedLine
from tests.constraints.kit import MONDAY, agree, both_seen, officer, shift_rows, tiny, worked

RULE = PublishedKept()
PEOPLE = (officer("1", name="张伟"), officer("2"))


def line(who: str, text: str) -> PublishedLine:
    return PublishedLine(officer=who, first=MONDAY, shifts=" ".join(text))


@pytest.mark.parametrize(
    ("published", "now", "changed"),
    [
        ("E-L", "E-L", 0),
        ("E-L", "L-L", 1),  # another shift
        ("E-L", "--L", 1),  # a shift lost
        ("E-L", "EEL", 1),  # a rest day lost
        ("E-L", "-E-", 3),
        ("E", "EEE", 0),  # only one day was published
        ("X", "E--", 1),  # the shift is no more
    ],
)
def test_table(published: str, now: str, changed: int) -> None:
    scenario = tiny(PEOPLE, published=(line("1", published),))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": now, "2": "LLL"}))) == changed


def test_the_finding_names_the_officer_the_date_and_both_shifts() -> None:
    scenario = tiny(PEOPLE, published=(line("1", "E--"),))
    (finding,) = RULE.audit(scenario, Roster(shifts=worked(scenario, {"1": "L--"})))
    assert all(word in finding.text.zh for word in ("张伟", "10-12"))
    assert finding.points == 15


def test_days_outside_the_horizon_and_strangers_do_not_count() -> None:
    lines = (line("1", "E--LLLL"), line("99", "EEE"))
    scenario = tiny(PEOPLE, published=lines)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "E--"}))) == 0


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        text = st.text(alphabet="EL-", max_size=2)
        scenario = tiny(PEOPLE, published=tuple(line(o.id, data.draw(text)) for o in PEOPLE))
        seen.append(agree(RULE, scenario, Roster(shifts=data.draw(shift_rows(scenario)))))

    run()
    assert all(both_seen(seen))
