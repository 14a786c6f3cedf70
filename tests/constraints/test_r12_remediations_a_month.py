"""R12: monthly remediations of each group, and the days between them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r12_remediations_a_month import RemediationsAMonth
from domain.roster import Roster
from domain.scenario import PastRemediation
from domain.words import RemediationKind, Severity
from tests.constraints.joint import candidate, group, holding, joint, on
from tests.constraints.kit import agree, both_seen, least_penalty, officer

RULE = RemediationsAMonth()
OCTOBER_30 = date(2026, 10, 30)


@pytest.mark.parametrize(
    ("days", "apart", "least", "verdict"),
    [
        ((), 1, 2, 2),
        ((0,), 1, 2, 1),
        ((0, 1), 1, 2, 0),
        ((0, 1, 2), 1, 2, 0),  # more than asked costs nothing
        ((0, 1), 2, 2, None),
        ((0, 2), 2, 2, 0),  # exactly the distance
        ((0, 2), 3, 2, None),
        ((0, 1, 2), 2, 2, None),
        ((), 1, 0, 0),
    ],
)
def test_number_and_distance(days: tuple[int, ...], apart: int, least: int, verdict: int | None) -> None:
    scenario = joint(groups=(group(days_apart=apart, min_remediations=least),))
    every = [candidate(on(n)) for n in range(3)]
    roster = Roster(remediations=tuple(holding(every[n], "1", "2") for n in days))
    assert agree(RULE, scenario, roster, every) == verdict


def test_two_on_one_day() -> None:
    both = [candidate(clock=c) for c in ("10:00", "11:00")]
    roster = Roster(remediations=tuple(holding(c, "1", "2") for c in both))
    assert agree(RULE, joint(), roster, both) is None
    assert agree(RULE, joint(groups=(group(days_apart=0),)), roster, both) == 0


@pytest.mark.parametrize("kind", [RemediationKind.DESIGNATED, RemediationKind.ADHOC])
def test_other_kinds_count_neither_for_nor_against(kind: RemediationKind) -> None:
    scenario = joint(groups=(group(days_apart=3, min_remediations=2),))
    pair = [candidate(on(0)), candidate(on(1), kind=kind, designated="D")]
    roster = Roster(remediations=tuple(holding(c, "1", "2") for c in pair))
    assert agree(RULE, scenario, roster, pair) == 1


@pytest.mark.parametrize(
    ("days_before", "kind", "verdict"),
    [
        (2, RemediationKind.MONTHLY, None),
        (3, RemediationKind.MONTHLY, 0),  # 9 October: far enough, and it is one of the month's two
        (2, RemediationKind.ADHOC, 1),
        (11, RemediationKind.MONTHLY, 0),  # 1 October
        (12, RemediationKind.MONTHLY, 1),  # in September
    ],
)
def test_the_past_counts(days_before: int, kind: RemediationKind, verdict: int | None) -> None:
    past = PastRemediation(id="p", group="G", hotspot="H", host="A", date=on(-days_before), kind=kind)
    scenario = joint(past_remediations=(past,), groups=(group(days_apart=3, min_remediations=2),))
    c = candidate(on(0))
    assert agree(RULE, scenario, Roster(remediations=(holding(c, "1", "2"),)), [c]) == verdict


def test_two_past_ones_are_history() -> None:
    past = tuple(PastRemediation(id=f"p{n}", group="G", hotspot="H", host="A", date=on(-n)) for n in (20, 21))
    assert agree(RULE, joint(past_remediations=past, groups=(group(days_apart=5),)), Roster()) == 1


def test_months_are_judged_where_they_end() -> None:
    def missing(first: date, count: int) -> int | None:
        return agree(RULE, joint(first=first, count=count), Roster())

    assert missing(OCTOBER_30, 2) == 1
    assert missing(OCTOBER_30, 3) == 1  # November has only begun
    assert missing(OCTOBER_30, 32) == 2  # both end in the horizon
    assert missing(date(2026, 11, 1), 1) == 1  # the only month of the horizon


def test_each_month_counts_its_own() -> None:
    scenario = joint(first=OCTOBER_30, count=32)
    every = [candidate(OCTOBER_30 + timedelta(days=n)) for n in (0, 1)]
    roster = Roster(remediations=tuple(holding(c, "1", "2") for c in every))
    assert agree(RULE, scenario, roster, every) == 1


def test_a_group_outside_the_part_is_not_judged_but_kept_apart() -> None:
    scenario = joint([officer("1"), officer("2", "B")], groups=(group(members=("A", "?"), days_apart=2),))
    pair = [candidate(on(0)), candidate(on(1))]
    assert least_penalty([RULE], scenario, Roster(), pair) == 0
    roster = Roster(remediations=tuple(holding(c, "1", "2") for c in pair))
    assert least_penalty([RULE], scenario, roster, pair) is None


def test_names_group_month_and_numbers() -> None:
    scenario = joint(groups=(group(days_apart=2, min_remediations=3),))
    pair = (holding(candidate(on(0)), "1"), holding(candidate(on(1)), "1"))
    few, close = RULE.audit(scenario, Roster(remediations=pair))
    assert all(word in few.text.zh for word in ("group G", "2026年10月", "2 次", "缺 1 次"))
    assert few.points == 5000
    assert close.severity is Severity.HARD
    assert all(word in close.text.en for word in ("10-13", "10-12", "1 days", "street H"))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        first = OCTOBER_30 - timedelta(days=data.draw(st.integers(0, 4)))
        kinds = st.sampled_from([*RemediationKind, RemediationKind.MONTHLY, RemediationKind.MONTHLY])
        past = [
            PastRemediation(id=f"p{n}", group="G", hotspot="H", host="A", date=first - timedelta(days=n), kind=kind)
            for n, kind in data.draw(st.lists(st.tuples(st.integers(1, 4), kinds), max_size=2))
        ]
        scenario = joint(
            first=first,
            count=5,
            past_remediations=tuple(past),
            groups=(group(days_apart=data.draw(st.integers(0, 4)), min_remediations=data.draw(st.integers(0, 3))),),
        )
        days = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True))
        chosen = [
            candidate(first + timedelta(days=n), kind=kind, designated=None if kind is RemediationKind.MONTHLY else "D")
            for n, kind in zip(days, (data.draw(kinds) for _ in days), strict=True)
        ]
        held = tuple(holding(c, "1", "2") for c in chosen if data.draw(st.integers(0, 3)))
        seen.append(agree(RULE, scenario, Roster(remediations=held), chosen))

    run()
    assert all(both_seen(seen))
    assert None in seen
