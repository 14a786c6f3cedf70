"""R10: locks and designated orders."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.r10_locks import Locks
from domain.calendar import EVERY_DAY
from domain.roster import Duty, Roster
from domain.scenario import Designated, Group, Hotspot, HotspotHours, Lock, Post, Scenario
from domain.words import DutyKind, LockKind, RemediationKind
from scheduler.candidates import list_candidates
from tests.constraints.joint import holding
from tests.constraints.kit import (
    MONDAY,
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

RULE = Locks()
HOUR = timedelta(hours=1)
GATE = Post(id="P1", name="校门", squad="A", heads=1, start=time(7), length=2 * HOUR, days=EVERY_DAY)
STREET = Hotspot(
    id="H1",
    name="陕西南路",
    squads=("A",),
    hours=(HotspotHours(days=EVERY_DAY, start=time(8), length=2 * HOUR, weight=5),),
    may_host=True,
)
GROUP = Group(id="G", name="一组", members=("A", "B"), convener="A", length=HOUR)
PEOPLE = (officer("1", name="张伟"), officer("2", "B"), officer("3", barred_duties=(DutyKind.PATROL,)))


def lock(kind: LockKind, day: date = MONDAY, **more: Any) -> Lock:
    return Lock(id="L1", kind=kind, date=day, **({"officer": "1"} if kind is not LockKind.REMEDIATION else {}), **more)


def duty_lock(kind: DutyKind, start: str | None = None, hours: float | None = None, place: str | None = None) -> Lock:
    return lock(
        LockKind.DUTY,
        duty=kind,
        place=place,
        start=time.fromisoformat(start) if start else None,
        length=hours * HOUR if hours else None,
    )


def scene(*locks: Lock, orders: tuple[Designated, ...] = (), people: Any = PEOPLE) -> Scenario:
    return tiny(people, count=2, posts=(GATE,), hotspots=(STREET,), groups=(GROUP,), locks=locks, designated=orders)


@pytest.mark.parametrize(
    ("fixed", "row", "verdict"),
    [
        (lock(LockKind.SHIFT, shift="E"), "E-", 0),
        (lock(LockKind.SHIFT, shift="E"), "L-", None),
        (lock(LockKind.SHIFT, shift="E"), "-E", None),
        (lock(LockKind.SHIFT, shift="X"), "--", None),
        (lock(LockKind.REST), "-E", 0),
        (lock(LockKind.REST), "E-", None),
        (lock(LockKind.REST, MONDAY + timedelta(days=1)), "E-", 0),
        (lock(LockKind.REST, MONDAY + timedelta(days=1)), "EE", None),
    ],
)
def test_shifts_and_rest_days(fixed: Lock, row: str, verdict: int | None) -> None:
    scenario = scene(fixed)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": row}))) == verdict


POSTED = [("06:30", "07:00"), ("07:00", "09:00", DutyKind.POST, "P1"), ("09:00", "14:30")]


@pytest.mark.parametrize(
    ("fixed", "parts", "verdict"),
    [
        (duty_lock(DutyKind.POST, "07:00", 2, "P1"), POSTED, 0),
        (duty_lock(DutyKind.POST, "07:30", 1, "P1"), POSTED, 0),
        (duty_lock(DutyKind.POST, "07:30", None, "P1"), POSTED, 0),
        (duty_lock(DutyKind.POST, None, None, "P1"), POSTED, 0),
        (duty_lock(DutyKind.POST, "07:00", 2, "P1"), [("06:30", "14:30")], None),
        (duty_lock(DutyKind.POST, None, None, "P1"), [("06:30", "14:30")], None),
        (duty_lock(DutyKind.POST, "07:00", 3, "P1"), POSTED, None),  # longer than the post is open
        (duty_lock(DutyKind.PATROL, "09:00", 2), POSTED, 0),
        (duty_lock(DutyKind.PATROL, "08:00", 2), POSTED, None),
        (duty_lock(DutyKind.PATROL, "13:00", 2), POSTED, None),  # the shift ends at 14:30
        (duty_lock(DutyKind.PATROL, "13:30", 1), POSTED, 0),
        (duty_lock(DutyKind.PATROL), POSTED, 0),
        (duty_lock(DutyKind.PATROL), [], None),
        (duty_lock(DutyKind.HOLDING, "09:00", 1), POSTED, 0),
        (duty_lock(DutyKind.STANDBY, "09:00", 1), POSTED, 0),
    ],
)
def test_duties(fixed: Lock, parts: list[Any], verdict: int | None) -> None:
    scenario = scene(fixed)
    duties = tuple(
        Duty(
            officer="1",
            day=MONDAY,
            start=at(MONDAY, start),
            end=at(MONDAY, end),
            kind=what[0] if what else DutyKind.PATROL,
            place=what[1] if what else None,
        )
        for start, end, *what in parts
    )
    roster = Roster(shifts=worked(scenario, {"1": "E-"}) if parts else (), duties=duties)
    assert agree(RULE, scenario, roster) == verdict


def test_a_lock_longer_than_any_shift_cannot_be_kept() -> None:
    scenario = scene(duty_lock(DutyKind.PATROL, "21:00", 2))
    duty = Duty(officer="1", day=MONDAY, start=at(MONDAY, "14:00"), end=at(MONDAY, "22:00"), kind=DutyKind.PATROL)
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "L-"}), duties=(duty,))) is None


def test_a_locked_patrol_of_one_barred_from_it() -> None:
    scenario = scene(duty_lock(DutyKind.PATROL), people=[officer("1", barred_duties=(DutyKind.PATROL,))])
    duty = Duty(officer="1", day=MONDAY, start=at(MONDAY, "06:30"), end=at(MONDAY, "14:30"), kind=DutyKind.STANDBY)
    roster = Roster(shifts=worked(scenario, {"1": "E-"}), duties=(duty,))
    assert agree(RULE, scenario, roster) is None


def test_remediations() -> None:
    scenario = scene(lock(LockKind.REMEDIATION, group="G", place="H1", start=time(8)))
    candidates = list_candidates(scenario)
    for c in candidates:
        verdict = 0 if c.start == at(MONDAY, "08:00") else None
        assert agree(RULE, scenario, Roster(remediations=(holding(c, "1"),)), candidates) == verdict
    assert agree(RULE, scenario, Roster(), candidates) is None


def test_locked_participation() -> None:
    scenario = scene(lock(LockKind.DUTY, duty=DutyKind.REMEDIATION))
    candidates = list_candidates(scenario)
    for c in candidates:
        verdict = 0 if c.day == MONDAY else None
        assert agree(RULE, scenario, Roster(remediations=(holding(c, "1", "2"),)), candidates) == verdict
        assert agree(RULE, scenario, Roster(remediations=(holding(c, "2"),)), candidates) is None


def order(days: int = 2) -> Designated:
    return Designated(
        id="D1",
        group="G",
        hotspot="H1",
        first=MONDAY,
        end=MONDAY + timedelta(days=days),
        start=time(9),
        length=HOUR,
        squads=("A", "B"),
        heads=2,
        vehicles=0,
    )


def test_an_order_is_carried_out_once() -> None:
    scenario = scene(orders=(order(),))
    candidates = [c for c in list_candidates(scenario) if c.kind is not RemediationKind.MONTHLY]
    one, other = (holding(c, "1") for c in candidates)
    verdicts = [agree(RULE, scenario, Roster(remediations=r), candidates) for r in ((), (one,), (other,), (one, other))]
    assert verdicts == [None, 0, 0, None]


def test_names_lock_officer_date_and_what() -> None:
    scenario = scene(lock(LockKind.SHIFT, shift="E"), orders=(order(),))
    first, second = RULE.audit(scenario, Roster())
    assert all(word in first.text.zh for word in ("L1", "张伟", "10-12", "早班"))
    assert all(word in second.text.zh for word in ("D1", "陕西南路", "10-13", "0 次"))
    scenario = scene(duty_lock(DutyKind.POST, "07:00", 2, "P1"))
    (locked,) = RULE.audit(scenario, Roster())
    assert all(word in locked.text.zh for word in ("张伟", "10-12", "07:00 固定岗 校门"))
    scenario = scene(lock(LockKind.REMEDIATION, group="G", place="H1", start=time(8)))
    (third,) = RULE.audit(scenario, Roster())
    assert all(word in third.text.zh for word in ("一组", "10-12 08:00", "陕西南路"))


def test_model_equals_audit() -> None:
    seen = []
    locks = (
        lock(LockKind.SHIFT, shift="E"),
        lock(LockKind.REST, MONDAY + timedelta(days=1)),
        duty_lock(DutyKind.POST, "07:00", 2, "P1"),
        duty_lock(DutyKind.POST, None, None, "P1"),
        duty_lock(DutyKind.PATROL, "08:30", 1),
        duty_lock(DutyKind.PATROL, "14:00", 1),
        duty_lock(DutyKind.REMEDIATION),
        lock(LockKind.REMEDIATION, group="G", place="H1", start=time(8)),
        lock(LockKind.REMEDIATION, group="G", place="H1"),
    )

    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(locks), min_size=1, max_size=2, unique=True))
        scenario = scene(*chosen, orders=(order(),) if data.draw(st.booleans()) else (), people=PEOPLE[:2])
        candidates = list_candidates(scenario)
        shifts = data.draw(shift_rows(scenario))
        remediations = data.draw(remediation_rows(scenario, candidates))
        duties = data.draw(duty_rows(scenario, shifts, candidates, remediations))
        roster = Roster(shifts=shifts, duties=duties, remediations=remediations)
        seen.append(agree(RULE, scenario, roster, candidates))

    run()
    assert all(both_seen(seen))
