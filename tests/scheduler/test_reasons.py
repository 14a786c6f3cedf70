"""Why somebody is not there: the planted obstacle is named, true by the full audit, and nobody is left out."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from domain.calendar import DAY
from domain.explanation import Obstacle, Reason
from domain.scenario import Absence, Scenario
from domain.words import AbsenceKind, DutyKind, Force, LockKind, Rank
from scheduler.audit import audit
from scheduler.entries import entries
from scheduler.reasons import Asker, whole_check
from scheduler.recheck import Recheck
from scheduler.wants import shortfalls, want_of
from tests.constraints.kit import MONDAY, officer, tiny
from tests.scheduler.kit import desk, lock, post
from tests.scheduler.why_kit import by_hand, rostered

WIDE = {"R06.below": timedelta(hours=744), "R06.above": timedelta(hours=744)}


def reasons(scenario: Scenario, rows: dict[str, str], day: int, who: str, rule: str = "S01") -> list[Reason]:
    """Return why an officer is not at the only place short on a day."""
    roster = by_hand(scenario, rows)
    short = next(
        f for f in shortfalls(audit(scenario, roster)) if f.rule == rule and f.where.day == scenario.dates[day]
    )
    people = Asker(scenario, roster).people(short)
    assert {p.id for p in people} == {o.id for o in scenario.officers_of("A")}
    return list(next(p for p in people if p.id == who).reasons)


def obstacles(found: list[Reason]) -> set[tuple[Obstacle, str]]:
    return {(reason.obstacle, reason.rule) for reason in found}


def squad(*people: object, **more: object) -> Scenario:
    values: dict[str, object] = {"posts": (post("P", clock="08:00"),), "policy": WIDE, "count": 9} | more
    return tiny([officer("1"), officer("2"), *people], **values)  # type: ignore[list-item]


# -- each kind planted --------------------------------------------------------------------------------------------


def test_an_absence_is_named_with_its_dates() -> None:
    away = Absence(officer="1", kind=AbsenceKind.SICK, start=MONDAY, end=MONDAY + 3 * DAY)
    found = reasons(squad(absences=(away,)), {"1": "---------", "2": "---------"}, 1, "1")
    assert obstacles(found) == {(Obstacle.ABSENT, "R02")}
    assert "10-12" in found[0].text.zh
    assert "10-14" in found[0].text.en


def test_rest_after_a_late_shift_is_named() -> None:
    found = reasons(squad(), {"1": "L--------", "2": "---------"}, 1, "1")
    assert obstacles(found) == {(Obstacle.REST, "R03")}


def test_the_limit_of_days_in_a_row_is_named_with_the_lack_of_a_weekly_rest() -> None:
    found = reasons(squad(), {"1": "EEEEEE---", "2": "---------"}, 6, "1")
    assert obstacles(found) == {(Obstacle.REST, "R04"), (Obstacle.REST, "R05")}


def test_hours_used_up_are_named() -> None:
    full = squad(policy={"R06.below": timedelta(hours=744), "R06.above": timedelta(0)})
    found = reasons(full, {"1": "EEEEE-EE-", "2": "---------"}, 8, "1")
    assert (Obstacle.HOURS, "R06") in obstacles(found)


def test_no_certificate_and_a_lower_force_are_both_named() -> None:
    service = officer("3", force=Force.SERVICE, certified=False)
    found = reasons(squad(service, posts=(), desks=(desk("D"),)), {"3": "E--------"}, 0, "3", "S16")
    assert obstacles(found) == {(Obstacle.CERTIFICATE, "R08"), (Obstacle.FORCE, "R07")}


def test_a_duty_somebody_may_not_do_is_named() -> None:
    found = reasons(squad(officer("3", barred_duties=(DutyKind.POST,))), {"3": "E--------"}, 0, "3")
    assert obstacles(found) == {(Obstacle.BARRED, "R01")}


def test_a_lock_is_named() -> None:
    rest = lock(LockKind.REST, MONDAY, officer="1")
    found = reasons(squad(locks=(rest,)), {"1": "---------", "2": "---------"}, 0, "1")
    assert obstacles(found) == {(Obstacle.LOCKED, "R10")}


def test_a_shift_that_cannot_reach_is_named() -> None:
    found = reasons(squad(posts=(post("P", clock="23:00", hours=1),)), {"1": "E--------"}, 0, "1")
    assert obstacles(found) == {(Obstacle.SHIFT, "")}


def test_a_dearer_duty_is_named_with_what_leaving_it_costs() -> None:
    scenario = squad(desks=(desk("D", clock="08:00"),))
    roster = by_hand(scenario, {"1": "E--------"}, ("1", 0, "08:00", "10:00", DutyKind.DESK, "D"))
    short = next(f for f in shortfalls(audit(scenario, roster)) if f.rule == "S01" and f.where.day == MONDAY)
    (reason,) = Asker(scenario, roster).people(short)[0].reasons
    assert (reason.obstacle, reason.rule) == (Obstacle.DUTY, "S16")
    assert "60" in reason.text.zh
    assert "120" in reason.text.en


def test_who_could_come_is_said_to_be_free() -> None:
    found = reasons(squad(), {"1": "E--------"}, 0, "1")
    assert obstacles(found) == {(Obstacle.FREE, "")}


def test_missing_leaders_ask_leaders_alone() -> None:
    away = Absence(officer="L", kind=AbsenceKind.ANNUAL, start=MONDAY, end=MONDAY + 9 * DAY)
    scenario = squad(officer("L", rank=Rank.LEADER), absences=(away,))
    roster = by_hand(scenario, {"1": "E--------"})
    short = next(f for f in shortfalls(audit(scenario, roster)) if f.rule == "S19")
    people = Asker(scenario, roster).people(short)
    assert [p.id for p in people] == ["L"]
    assert people[0].reasons[0].obstacle is Obstacle.ABSENT


# -- true and complete --------------------------------------------------------------------------------------------


def test_the_restricted_recheck_says_what_the_full_audit_says() -> None:
    scenario, roster, findings = rostered()
    asker, recheck = Asker(scenario, roster), Recheck(scenario, roster)
    rng, checked, kinds = random.Random(5), 0, Counter[str]()
    short = [f for f in shortfalls(findings) if want_of(scenario, roster, f) is not None]
    for finding in rng.sample(short, min(30, len(short))):
        want = want_of(scenario, roster, finding)
        assert want is not None
        for who in want.people:
            for trial in asker.trials(want, who):
                one, whole = recheck.judge(trial), whole_check(scenario, roster, trial, (who.squad,))
                assert Counter(one.comes) - Counter(one.goes) == Counter(whole.comes)
                assert Counter(one.goes) - Counter(one.comes) == Counter(whole.goes)
                checked += 1
                kinds.update(f.rule for f in whole.comes)
    assert checked > 50
    assert len(kinds) >= 4


def test_every_reason_is_true_and_no_breach_is_left_out() -> None:
    scenario, roster, findings = rostered()
    asker = Asker(scenario, roster)
    short = [f for f in shortfalls(findings) if want_of(scenario, roster, f) is not None]
    for finding in random.Random(7).sample(short, min(15, len(short))):
        want = want_of(scenario, roster, finding)
        assert want is not None
        people = asker.people(finding)
        assert [p.id for p in people] == [o.id for o in want.people]
        for who, person in zip(want.people, people, strict=True):
            assert person.reasons
            verdict = asker.verdict(want, who)
            if verdict.trial is None or want.planned is not None:
                continue
            broken = whole_check(scenario, roster, verdict.trial, (who.squad,)).breaches
            said = {r.rule for r in person.reasons if r.obstacle not in (Obstacle.DUTY, Obstacle.NO_GAIN)} - {""}
            assert {f.rule for f in broken} == said


# -- entries ------------------------------------------------------------------------------------------------------


def test_entries_lose_no_shortfall_and_no_point() -> None:
    scenario, roster, findings = rostered()
    found = entries(scenario, roster, findings)
    short = shortfalls(findings)
    assert sum(len(e.days) for e in found) == len(short)
    assert sum(e.points for e in found) == pytest.approx(sum(f.points for f in short))
    assert [e.points for e in found] == sorted((e.points for e in found), reverse=True)
    assert len({e.id for e in found}) == len(found) < len(short)


def test_one_place_hours_and_cause_on_several_days_are_one_entry() -> None:
    scenario = squad(posts=(post("P", clock="23:00", hours=1),))
    roster = by_hand(scenario, {"1": "E--------"})
    (entry,) = (e for e in entries(scenario, roster, audit(scenario, roster)) if e.rule == "S01")
    assert len(entry.days) == 9
    assert entry.cause is Obstacle.SHIFT
    assert entry.hours == "23:00-00:00"


def test_an_entry_is_found_by_its_id_alone() -> None:
    scenario, roster, findings = rostered()
    every = entries(scenario, roster, findings)
    for entry in every[:3]:
        assert entry in entries(scenario, roster, findings, only=entry.id)
