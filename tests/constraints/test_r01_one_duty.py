"""R01: one shift, one duty."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import Candidate
from constraints.r01_one_duty import OneDuty
from domain.calendar import EVERY_DAY
from domain.roster import Assignment, Duty, Remediation, Roster, VehicleUse, Visits
from domain.scenario import Group, Hotspot, Post, Scenario
from domain.words import DutyKind, Force
from tests.constraints.joint import holding
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    NIGHT,
    agree,
    at,
    both_seen,
    duty_rows,
    officer,
    remediation_rows,
    shift_rows,
    tiny,
    worked,
)

RULE = OneDuty()
HOUR = timedelta(hours=1)
GATE = Post(id="P1", name="校门", squad="A", heads=1, start=at(MONDAY, "07:00").time(), length=2 * HOUR, days=EVERY_DAY)
STREET = Hotspot(id="H1", name="陕西南路", squads=("A",))
GROUP = Group(id="G", name="一组", members=("A", "B"), convener="A")


def scene(**more: Any) -> Scenario:
    people = (officer("1", name="张伟"), officer("2", "B", name="李娜", force=Force.SERVICE))
    values = {"officers": people, "posts": (GATE,), "hotspots": (STREET,), "groups": (GROUP,)} | more
    return tiny(count=2, **values)


def candidate(clock: str, hours: int = 2) -> Candidate:
    start = at(MONDAY, clock)
    return Candidate(
        id=f"G-{clock}",
        group="G",
        hotspot="H1",
        host="A",
        start=start,
        end=start + hours * HOUR,
        squads=("A", "B"),
        helpers=(),
        need_squads=2,
        target_heads=2,
        target_vehicles=0,
    )


def duty(start: str, end: str, kind: DutyKind = DutyKind.PATROL, place: str | None = None, who: str = "1") -> Duty:
    return Duty(officer=who, day=MONDAY, start=at(MONDAY, start), end=at(MONDAY, end), kind=kind, place=place)


@pytest.mark.parametrize(
    ("duties", "says"),
    [
        ([("06:30", "14:30")], None),
        ([("06:30", "10:00"), ("10:00", "14:30")], None),
        ([("06:30", "07:00"), ("07:00", "09:00", DutyKind.POST, "P1"), ("09:00", "14:30")], None),
        ([], "06:30-14:30: on shift without"),
        ([("06:30", "10:00"), ("10:30", "14:30")], "10:00-10:30: on shift without"),
        ([("06:31", "14:30")], "06:30-06:31: on shift without"),
        ([("06:30", "14:29")], "14:29-14:30: on shift without"),
        ([("06:30", "10:01"), ("10:00", "14:30")], "10:00-10:01: patrol and patrol at once"),
        ([("06:30", "14:30"), ("14:30", "15:00")], "14:30-15:00 patrol: not on shift"),
        ([("06:30", "14:30"), ("14:30", "14:30")], "14:30-14:30 patrol: not on shift"),
        ([("06:30", "14:30", DutyKind.STANDBY)], "may patrol, so is not to be on standby"),
        ([("06:30", "14:30", DutyKind.POST, "P9")], 'no place "P9"'),
        ([("06:30", "14:30", DutyKind.DESK, "P1")], 'no place "P1"'),
        ([("06:30", "14:30", DutyKind.HOLDING, "H1")], None),
        ([("06:30", "14:30", DutyKind.HOLDING, None)], 'no place ""'),
    ],
)
def test_duties_on_a_shift(duties: list[Any], says: str | None) -> None:
    scenario = scene()
    roster = Roster(shifts=worked(scenario, {"1": "E-"}), duties=tuple(duty(*d) for d in duties))
    texts = [f.text.en for f in RULE.audit(scenario, roster)]
    assert [says in t for t in texts] == [True] if says else not texts


@pytest.mark.parametrize(
    ("barred", "kind", "says"),
    [
        (DutyKind.POST, DutyKind.POST, "may not do"),
        (DutyKind.PATROL, DutyKind.PATROL, "may not do patrol"),
        (DutyKind.PATROL, DutyKind.HOLDING, "may not do holding"),
        (DutyKind.PATROL, DutyKind.STANDBY, None),
        (DutyKind.DESK, DutyKind.POST, None),
    ],
)
def test_barred_kinds(barred: DutyKind, kind: DutyKind, says: str | None) -> None:
    scenario = tiny([officer("1", barred_duties=(barred,))], posts=(GATE,), hotspots=(STREET,))
    place = {DutyKind.POST: "P1", DutyKind.HOLDING: "H1"}.get(kind)
    roster = Roster(shifts=worked(scenario, {"1": "E--"}), duties=(duty("06:30", "14:30", kind, place),))
    texts = [f.text.en for f in RULE.audit(scenario, roster)]
    assert [says in t for t in texts] == [True] if says else not texts


def test_unknown_ids_are_named() -> None:
    scenario = scene()
    roster = Roster(
        shifts=(
            Assignment(officer="99", day=MONDAY, shift="E"),
            Assignment(officer="1", day=MONDAY, shift="X"),
            Assignment(officer="1", day=MONDAY - timedelta(days=1), shift="E"),
        ),
        duties=(duty("07:00", "08:00", who="98"),),
        visits=(Visits(squad="Z", hotspot="H8", start=at(MONDAY, "08:00"), count=1),),
        remediations=(
            holding(candidate("08:00"), "97").model_copy(
                update={"group": "K", "hotspot": "H9", "lead": "Y", "vehicles": (VehicleUse(vehicle="V", driver="96"),)}
            ),
        ),
    )
    texts = "\n".join(f.text.en for f in RULE.audit(scenario, roster))
    for word in ("99", "X", "98", "Z", "H8", "97", "96", "K", "H9", "Y", "V"):
        assert f'"{word}"' in texts
    assert "outside the period" in texts


def test_two_shifts_a_day() -> None:
    scenario = scene()
    both = (*worked(scenario, {"1": "E-"}), *worked(scenario, {"1": "L-"}))
    duties = (duty("06:30", "14:00"), duty("14:00", "22:00"))
    texts = [f.text.zh for f in RULE.audit(scenario, Roster(shifts=both, duties=duties))]
    assert texts == ["张伟 10-12 排了 2 个班"]


def test_duties_and_participants_agree() -> None:
    scenario, c = scene(), candidate("08:00")
    shifts = worked(scenario, {"1": "E-"})
    there = (duty("06:30", "08:00"), duty("08:00", "10:00", DutyKind.REMEDIATION, c.id), duty("10:00", "14:30"))
    elsewhere = (duty("06:30", "14:30"),)
    listed, not_listed = (holding(c, "1"),), (holding(c, "2"),)

    def texts(duties: tuple[Duty, ...], remediations: tuple[Remediation, ...]) -> str:
        roster = Roster(shifts=shifts, duties=duties, remediations=remediations)
        return " ".join(f.text.en for f in RULE.audit(scenario, roster))

    assert texts(there, listed) == ""
    assert "listed for remediation G-08:00 but has no duty there" in texts(elsewhere, listed)
    assert "has not got this person" in texts(there, not_listed)
    assert "no place" in texts(there, ())


@pytest.mark.parametrize(("second", "verdict"), [("09:00", None), ("10:00", 0)])
def test_at_two_remediations_at_once(second: str, verdict: int | None) -> None:
    scenario, a, b = scene(officers=(officer("1"), officer("2"))), candidate("08:00"), candidate(second)
    parts = [("06:30", "08:00"), ("08:00", "10:00", DutyKind.REMEDIATION, a.id)]
    parts += [(second, "12:00", DutyKind.REMEDIATION, b.id), ("12:00", "14:30")]
    b = dataclasses.replace(b, end=at(MONDAY, "12:00"))
    roster = Roster(
        shifts=worked(scenario, {"1": "E-", "2": "E-"}),
        duties=(*(duty(*p) for p in parts), duty("06:30", "14:30", who="2")),
        remediations=(holding(a, "1"), holding(b, "1")),
    )
    assert agree(RULE, scenario, roster, [a, b]) == verdict


def test_a_shift_the_squad_does_not_use() -> None:
    scenario = scene(shifts=(EARLY, NIGHT.model_copy(update={"squads": ("B",)})))
    roster = Roster(shifts=worked(scenario, {"1": "N-"}), duties=(duty("22:00", "22:00"),))
    assert agree(RULE, scenario, roster) is None


def test_barred_from_remediations() -> None:
    scenario, c = (
        scene(officers=(officer("1", barred_duties=(DutyKind.REMEDIATION,)), officer("2", "B"))),
        candidate("08:00"),
    )
    shifts = worked(scenario, {"1": "E-", "2": "E-"})

    def roster(who: str) -> Roster:
        parts = [("06:30", "08:00"), ("08:00", "10:00", DutyKind.REMEDIATION, c.id), ("10:00", "14:30")]
        other = duty("06:30", "14:30", who="21"[int(who) - 1])
        return Roster(
            shifts=shifts, duties=(*(duty(*p, who=who) for p in parts), other), remediations=(holding(c, who),)
        )

    assert agree(RULE, scenario, roster("1"), [c]) is None
    assert agree(RULE, scenario, roster("2"), [c]) == 0


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        hour = data.draw(st.integers(8, 11))
        candidates = [candidate("08:00"), candidate(f"{hour:02}:00")] if hour > 8 else [candidate("08:00")]
        scenario = scene(shifts=(EARLY, MIDDLE, LATE))
        shifts = data.draw(shift_rows(scenario, doubles=data.draw(st.integers(0, 3)) == 0))
        there = {a.officer for a in shifts if (a.day, a.shift) == (MONDAY, "E")}
        # R11 says that participants are on duty; R01 leaves that to it
        remediations = tuple(
            r.model_copy(update={"participants": people})
            for r in data.draw(remediation_rows(scenario, candidates))
            if (people := tuple(p for p in r.participants if p in there))
        )
        duties = data.draw(duty_rows(scenario, shifts, candidates, remediations))
        if duties and data.draw(st.integers(0, 2)) == 0:
            first = data.draw(st.sampled_from(duties))
            post = duty("07:00", "09:00", DutyKind.POST, "P1", first.officer)
            duties = (*duties, post) if first.officer == "1" else duties
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=duties, remediations=remediations), candidates))

    run()
    assert all(both_seen(seen))
