"""Each kind of shortage, planted alone and together with others: the cause that is named is the one planted."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from domain.calendar import DAY
from domain.explanation import Entry, Obstacle, Person
from domain.roster import Remediation, Roster
from domain.scenario import Absence, PastRemediation, Presence, Scenario
from domain.words import AbsenceKind, DayKind, DutyKind, LockKind
from scheduler.audit import audit
from scheduler.entries import entries
from tests.constraints.joint import candidate, holding, hotspot
from tests.constraints.kit import MONDAY
from tests.scheduler.kit import HOUR, desk, lock, post, two_squads
from tests.scheduler.why_kit import by_hand

WIDE = {"R06.below": timedelta(hours=744), "R06.above": timedelta(hours=744)}
BARE: dict[str, Any] = {"posts": (), "desks": (), "hotspots": (), "groups": (), "policy": WIDE}


def all_but(*away: str) -> list[str]:
    return [f"{s}{n}" for s in "AB" for n in range(1, 6) if f"{s}{n}" not in away]


def sick(*people: str) -> tuple[Absence, ...]:
    return tuple(Absence(officer=p, kind=AbsenceKind.SICK, start=MONDAY, end=MONDAY + 8 * DAY) for p in people)


def found(scenario: Scenario, roster: Roster, rule: str, item: str = "") -> list[Entry]:
    every = entries(scenario, roster, audit(scenario, roster))
    return [e for e in every if (e.rule, e.item) == (rule, item)]


def said(people: tuple[Person, ...], who: str) -> set[tuple[Obstacle, str]]:
    person = next(p for p in people if p.id == who)
    return {(reason.obstacle, reason.rule) for reason in person.reasons}


def with_remediation(roster: Roster, *held: Remediation) -> Roster:
    return roster.model_copy(update={"remediations": held})


# -- alone --------------------------------------------------------------------------------------------------------


def test_a_post_that_nobody_is_present_for() -> None:
    scenario = two_squads(2, **(BARE | {"posts": (post("P"),), "absences": sick(*all_but("B1"))}))
    (entry,) = found(scenario, by_hand(scenario, {}), "S01")
    assert entry.cause is Obstacle.ABSENT


def test_a_desk_whose_certified_people_have_used_their_hours() -> None:
    base = two_squads(2, **(BARE | {"desks": (desk("D", "A"),), "policy": {"R06.above": timedelta(0)}}))
    first, second = base.calendar
    scenario = base.model_copy(update={"calendar": (first, second.model_copy(update={"kind": DayKind.REST}))})
    roster = by_hand(scenario, {f"A{n}": "E-" for n in range(1, 6)})
    entry = next(e for e in found(scenario, roster, "S16") if MONDAY + DAY in {d.day for d in e.days})
    assert (Obstacle.HOURS, "R06") in said(entry.people, "A2")


def test_a_hotspot_whose_patrols_are_on_leave() -> None:
    spot = hotspot("K", "A", clock="17:00", open_for=3)
    scenario = two_squads(1, **(BARE | {"hotspots": (spot,), "absences": sick(*all_but("A2"))}))
    roster = by_hand(scenario, {"A2": "L"})
    (entry,) = found(scenario, roster, "S02")
    assert entry.cause is Obstacle.ABSENT
    assert (Obstacle.NO_GAIN, "S02") in said(entry.people, "A2")


def test_a_presence_that_nobody_may_do() -> None:
    there = Presence(
        id="X", hotspot="K", squads=("A",), first=MONDAY, end=MONDAY + DAY, start=time(17), length=2 * HOUR, heads=1
    )
    spot = hotspot("K", "A", clock="09:00", open_for=1)
    base = two_squads(1, **(BARE | {"hotspots": (spot,), "presences": (there,)}))
    people = tuple(o.model_copy(update={"barred_duties": (DutyKind.PRESENCE,)}) for o in base.officers)
    scenario = base.model_copy(update={"officers": people})
    (entry,) = found(scenario, by_hand(scenario, {"A2": "L"}), "S17")
    assert entry.cause is Obstacle.BARRED


def test_a_holding_that_would_cut_the_rest_after_late_shifts() -> None:
    spot = hotspot("K", "A", clock="07:00", open_for=2)
    past = PastRemediation(id="R", group="G", hotspot="K", host="A", date=MONDAY - DAY)
    scenario = two_squads(2, **(BARE | {"hotspots": (spot,), "past_remediations": (past,)}))
    roster = by_hand(scenario, {f"A{n}": "L-" for n in range(1, 6)})
    entry = next(e for e in found(scenario, roster, "S04") if MONDAY + DAY in {d.day for d in e.days})
    assert all((Obstacle.REST, "R03") in said(entry.people, f"A{n}") for n in range(1, 6))


def test_a_remediation_whose_people_are_locked_to_rest() -> None:
    locks = tuple(lock(LockKind.REST, MONDAY, officer=p) for p in all_but("A1", "A2", "B1", "B2"))
    scenario = two_squads(1, posts=(), desks=(), policy=WIDE, locks=locks)
    held = holding(candidate(clock="15:00", target_heads=5), "A1", "A2", "B1", "B2", end=candidate(clock="17:00").start)
    times = ("15:00", "17:00", DutyKind.REMEDIATION, held.id)
    roster = by_hand(scenario, dict.fromkeys(held.participants, "L"), *((p, 0, *times) for p in held.participants))
    (entry,) = found(scenario, with_remediation(roster, held), "S03", "heads")
    assert entry.cause is Obstacle.LOCKED


def test_a_vehicle_in_inspection() -> None:
    base = two_squads(1, posts=(), desks=(), policy=WIDE)
    (car,) = base.vehicles
    scenario = base.model_copy(update={"vehicles": (car.model_copy(update={"inspection": (MONDAY,)}),)})
    held = holding(candidate(clock="15:00"), "A1", "A2", "B1", "B2", end=candidate(clock="17:00").start)
    roster = by_hand(scenario, dict.fromkeys(held.participants, "L"))
    (entry,) = found(scenario, with_remediation(roster, held), "S03", "vehicles")
    assert said(entry.people, "V") == {(Obstacle.REMEDIATION, "R15")}


def test_a_day_without_a_leader_names_what_keeps_the_leader() -> None:
    rest = lock(LockKind.REST, MONDAY, officer="A1")
    scenario = two_squads(1, **(BARE | {"locks": (rest,)}))
    entry = next(e for e in found(scenario, by_hand(scenario, {"A2": "E", "B1": "E"}), "S19"))
    assert entry.cause is Obstacle.LOCKED


# -- a remediation that is not held ---------------------------------------------------------------------------------


def missing(scenario: Scenario, rows: dict[str, str], *held: Remediation) -> Entry:
    (entry,) = found(scenario, with_remediation(by_hand(scenario, rows), *held), "R12")
    return entry


EVERYBODY = dict.fromkeys(all_but(), "L")


def test_a_missing_remediation_that_could_be_held_says_so() -> None:
    entry = missing(two_squads(1, posts=(), desks=(), policy=WIDE), EVERYBODY)
    assert entry.cause is Obstacle.FREE


def test_a_missing_remediation_too_close_to_another() -> None:
    base = two_squads(2, posts=(), desks=(), policy=WIDE)
    (group,) = base.groups
    scenario = base.model_copy(update={"groups": (group.model_copy(update={"min_remediations": 2}),)})
    held = holding(candidate(clock="15:00"), "A1", "A2", "B1", "B2", end=candidate(clock="17:00").start)
    entry = missing(scenario, dict.fromkeys(all_but(), "LL"), held)
    assert (Obstacle.REMEDIATION, "R12") in said(entry.people, "A3")


def test_a_missing_remediation_for_want_of_certified_people_in_one_squad() -> None:
    base = two_squads(1, posts=(), desks=(), policy=WIDE)
    people = tuple(o.model_copy(update={"certified": o.squad == "A" or o.id == "B1"}) for o in base.officers)
    entry = missing(base.model_copy(update={"officers": people}), EVERYBODY)
    assert (Obstacle.REMEDIATION, "R13") in said(entry.people, "B2")
    assert (Obstacle.REMEDIATION, "R13") not in said(entry.people, "A2")


def test_a_missing_remediation_without_a_commander() -> None:
    scenario = two_squads(1, posts=(), desks=(), policy=WIDE, absences=sick("A1"))
    entry = missing(scenario, dict.fromkeys(all_but("A1"), "L"))
    assert said(entry.people, "A1") == {(Obstacle.ABSENT, "R02")}
    assert (Obstacle.REMEDIATION, "R13") in said(entry.people, "A2")


def test_a_missing_remediation_while_own_posts_are_short() -> None:
    scenario = two_squads(1, posts=(post("P", "A", clock="15:00", heads=6),), desks=(), policy=WIDE)
    entry = missing(scenario, EVERYBODY)
    assert (Obstacle.REMEDIATION, "R14") in said(entry.people, "A2")


# -- together -----------------------------------------------------------------------------------------------------


def test_shortages_planted_together_keep_their_own_causes() -> None:
    """A's post lacks everybody present; B's desk lacks certificates; the hotspot of A lacks people on leave."""
    base = two_squads(
        1,
        **(
            BARE
            | {
                "posts": (post("P", "A"),),
                "desks": (desk("D", "B"),),
                "absences": sick(*(f"A{n}" for n in range(1, 6))),
            }
        ),
    )
    people = tuple(o.model_copy(update={"certified": o.squad == "A"}) for o in base.officers)
    spot = hotspot("K", "A", clock="17:00", open_for=3)
    scenario = base.model_copy(update={"officers": people, "hotspots": (spot,)})
    roster = by_hand(scenario, {f"B{n}": "E" for n in range(1, 6)})
    causes = {e.rule: e.cause for e in entries(scenario, roster, audit(scenario, roster))}
    assert causes["S01"] is Obstacle.ABSENT
    assert causes["S02"] is Obstacle.ABSENT
    assert causes["S16"] is Obstacle.CERTIFICATE
