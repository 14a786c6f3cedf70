"""A roster compared with what it is said to be: edits, undeclared shortfalls, two audits, the report of old."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.result import Finding, Report, Where
from domain.roster import Assignment, Duty, Remediation, Roster, Visits
from domain.words import DutyKind, Severity, Status, Text
from scheduler.judge import breaches, disagreement, edits, report_now, undeclared

DAY = date(2026, 10, 5)
NOON = datetime(2026, 10, 5, 12)


def finding(rule: str = "R12", severity: Severity = Severity.SHORTFALL, amount: int = 1, **where: object) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        amount=amount,
        where=Where(**where),  # type: ignore[arg-type]
        text=Text("情况", "matter"),
        advice=Text("办法", "way out"),
        points=10.0 * amount,
    )


def remediation(**changes: object) -> Remediation:
    given = {
        "id": "A-1005-1200-H1",
        "group": "A",
        "hotspot": "H1",
        "start": NOON,
        "end": NOON + timedelta(hours=4),
        "host": "S1",
        "lead": "S1",
        "commander": "o1",
        "participants": ("o1", "o2"),
    }
    return Remediation.model_validate(given | changes)


def shift(officer: str, day: date, name: str) -> Assignment:
    return Assignment(officer=officer, day=day, shift=name)


def duty(officer: str, kind: DutyKind) -> Duty:
    return Duty(officer=officer, day=DAY, start=NOON, end=NOON + timedelta(hours=1), kind=kind)


def test_a_roster_has_no_edits_against_itself_in_another_order() -> None:
    here = Roster(shifts=(shift("a", DAY, "E"), shift("b", DAY, "L")), remediations=(remediation(),))
    there = Roster(shifts=here.shifts[::-1], remediations=(remediation(participants=("o2", "o1")),))
    assert not edits(here, there).any


def test_shift_edits_say_who_when_from_and_to_in_order_of_date() -> None:
    late = DAY + timedelta(days=1)
    before = Roster(shifts=(shift("a", late, "E"), shift("b", DAY, "L"), shift("c", DAY, "E")))
    after = Roster(shifts=(shift("a", late, "L"), shift("c", DAY, "E"), shift("d", DAY, "L")))
    found = edits(before, after).shifts
    assert [(e.officer, e.day, e.before, e.after) for e in found] == [
        ("b", DAY, "L", None),
        ("d", DAY, None, "L"),
        ("a", late, "E", "L"),
    ]


def test_a_changed_duty_is_listed_only_where_the_shift_is_the_same() -> None:
    before = Roster(
        shifts=(shift("a", DAY, "E"), shift("b", DAY, "E")),
        duties=(duty("a", DutyKind.PATROL), duty("b", DutyKind.PATROL)),
    )
    after = Roster(
        shifts=(shift("a", DAY, "E"), shift("b", DAY, "L")),
        duties=(duty("a", DutyKind.DESK), duty("b", DutyKind.DESK)),
    )
    assert edits(before, after).duties == (("a", DAY),)


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ((remediation(),), (), (1, 0, 0)),
        ((), (remediation(),), (0, 1, 0)),
        ((remediation(),), (remediation(commander="o2"),), (0, 0, 1)),
    ],
)
def test_remediations_removed_added_and_changed_are_told_apart(
    before: tuple[Remediation, ...], after: tuple[Remediation, ...], counts: tuple[int, int, int]
) -> None:
    found = edits(Roster(remediations=before), Roster(remediations=after))
    assert (len(found.removed), len(found.added), len(found.changed)) == counts


def test_visits_differ_by_window_and_none_is_the_same_as_no_row() -> None:
    window = Visits(squad="S1", hotspot="H1", start=NOON, count=0)
    assert edits(Roster(visits=(window,)), Roster()).visits == 0
    assert edits(Roster(visits=(window,)), Roster(visits=(window.model_copy(update={"count": 2}),))).visits == 1


def test_a_declared_missing_remediation_is_no_breach_and_a_second_one_is() -> None:
    declared = [finding(group="A")]
    assert undeclared([finding(group="A")], declared) == ()
    assert undeclared([finding(group="A", amount=2)], declared)
    assert undeclared([finding(group="B")], declared)
    assert undeclared([finding(group="A")], [])


def test_a_stripped_post_is_declared_for_its_own_window_only() -> None:
    here = finding("R14", squad="S1", place="P1", day=DAY, start=NOON)
    there = finding("R14", squad="S1", place="P1", day=DAY + timedelta(days=1), start=NOON)
    assert undeclared([here], [here]) == ()
    assert undeclared([here, there], [here]) == (there,)


def test_other_shortfalls_are_never_breaches_and_hard_findings_always_are() -> None:
    wish, broken = finding("S01"), finding("R03", Severity.HARD)
    assert breaches([wish, broken], []) == (broken,)


def test_a_declared_hard_breach_stays_a_breach_and_is_counted_once() -> None:
    broken = finding("R14", Severity.HARD, squad="S1")
    assert breaches([broken], [broken]) == (broken,)
    assert breaches([broken], []) == (broken,)


def test_two_audits_are_compared_regardless_of_order_but_not_of_number() -> None:
    a, b = finding(group="A"), finding(group="B")
    assert not disagreement([a, b], [b, a])
    found = disagreement([a, a], [a, b])
    assert found
    assert found == ((a,), (b,))


def shipped() -> Report:
    return Report(
        status=Status.FEASIBLE,
        objective=30.0,
        decided=30.0,
        named=0.0,
        bound=20.0,
        gap=1 / 3,
        totals=(),
        seed=7,
        workers=2,
        deterministic=None,
        wall_seconds=9.0,
        versions=(),
    )


def test_an_unedited_roster_keeps_its_report() -> None:
    assert report_now([], shipped(), edited=False) == shipped()


def test_an_edited_roster_is_priced_anew_against_the_same_bound_and_its_status_is_unknown() -> None:
    found = report_now([finding("S01", amount=4)], shipped(), edited=True)
    assert (found.status, found.objective, found.bound, found.gap) == (Status.UNKNOWN, 40.0, 20.0, 0.5)
    assert found.decided + found.named == found.objective
    assert found.seed == 7


def test_without_a_shipped_report_the_bound_is_zero() -> None:
    found = report_now([finding("S01", amount=4)], None, edited=False)
    assert (found.status, found.objective, found.bound, found.gap) == (Status.UNKNOWN, 40.0, 0.0, 1.0)
    assert report_now([], None, edited=False).gap == 0.0
