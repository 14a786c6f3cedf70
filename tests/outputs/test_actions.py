"""Rows of the sheets about remediations: turns of the conveners, reasons, holdings, teams."""

from datetime import date

import pytest

from domain.scenario import Designated
from domain.words import RemediationKind
from outputs.actions import by_squad, holding_rows, holding_summary, meeting_rows, reason, vehicle_rows
from tests.outputs.fixture import HOUR, small_result, small_scenario


def test_conveners_follow_the_cursor_in_member_order_into_the_next_year() -> None:
    rows = [row for row in meeting_rows(small_scenario(), "zh") if row[1] == "A组"]
    assert [row[0] for row in rows] == ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
    assert [row[2] for row in rows] == ["豫园", "小东门", "外滩", "豫园", "小东门", "外滩"]


def test_the_brigade_reviews_once_each_half_year() -> None:
    rows = [row for row in meeting_rows(small_scenario(), "en") if row[1] == "Brigade"]
    assert [(row[0], row[-1]) for row in rows] == [("2026-12", "half-year review")]


def test_the_host_comes_first_and_the_commander_leads_his_squad() -> None:
    held = small_result().roster.remediations[1]
    teams = by_squad(small_scenario(), held)
    assert [squad for squad, _ in teams] == ["YY", "WT", "XD", "JD"]
    assert teams[0][1][0] == held.commander
    assert sorted(o for _, officers in teams for o in officers) == sorted(held.participants)


@pytest.mark.parametrize(
    ("number", "lang", "expected"),
    [
        (0, "zh", "长期顽症"),
        (1, "zh", "长期顽症;结合部;信息告知1件(12319热线)"),
        (1, "en", "long-standing; on a border; referrals: 1 (12319热线)"),
    ],
)
def test_the_reason_says_what_is_known_of_the_place(number: int, lang: str, expected: str) -> None:
    assert reason(small_scenario(), small_result().roster.remediations[number], lang) == expected


def test_an_ordered_remediation_gives_the_reason_of_its_order() -> None:
    order = Designated(
        id="Z-1",
        group="A",
        hotspot="H01",
        first=date(2026, 10, 8),
        end=date(2026, 10, 9),
        start=None,
        length=4 * HOUR,
        squads=("WT", "YY", "XD"),
        heads=18,
        vehicles=4,
        reason="市级督办",
    )
    scenario = small_scenario().model_copy(update={"designated": (order,)})
    held = small_result().roster.remediations[0]
    ordered = held.model_copy(update={"designated": "Z-1", "kind": RemediationKind.DESIGNATED})
    assert reason(scenario, ordered, "zh") == "市级督办"


def test_holdings_are_summed_up_for_the_plan() -> None:
    roster = small_result().roster
    mine = [h for h in roster.holdings if h.remediation == "A-01"]
    wanted, reached = sum(h.wanted for h in mine), sum(h.reached for h in mine)
    assert holding_summary(mine, "zh") == f"10-09至10-11,应到{wanted}次,安排{reached}次"
    assert holding_summary([], "en") == "no holding in this period"


def test_holdings_stand_by_date_with_what_is_missing() -> None:
    rows = holding_rows(small_scenario(), small_result().roster, "zh")
    assert [row[3] for row in rows] == sorted(h.day for h in small_result().roster.holdings)
    assert all(row[8] == max(0, int(str(row[6])) - int(str(row[7]))) for row in rows)


def test_every_vehicle_of_a_remediation_is_dispatched_with_its_driver() -> None:
    roster = small_result().roster
    rows = vehicle_rows(small_scenario(), roster, "zh")
    wanted = [(r.id, use.vehicle, use.driver) for r in roster.remediations for use in r.vehicles]
    assert len(rows) == len(wanted)
    for row, (remediation, vehicle, driver) in zip(rows, wanted, strict=True):
        assert row[7] == remediation
        assert str(row[3]).endswith(f"({vehicle})")
        assert str(row[6]).endswith(f"({driver})")
