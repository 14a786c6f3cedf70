"""Ways out that concern remediations: held, moved, manned by others; each is judged by the full audit."""

from __future__ import annotations

from datetime import timedelta

from domain.explanation import Entry, Offer
from domain.result import Finding
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Severity
from scheduler.audit import audit
from scheduler.entries import entries
from scheduler.options import applied, offer
from scheduler.way_jobs import want_for
from scheduler.ways import FARTHER, HELD, NEAR, more_alike, ways
from tests.constraints.joint import candidate, holding
from tests.constraints.kit import MONDAY
from tests.scheduler.kit import post, two_squads
from tests.scheduler.why_kit import by_hand

WIDE = {"R06.below": timedelta(hours=744), "R06.above": timedelta(hours=744)}
EVERYBODY = [f"{s}{n}" for s in "AB" for n in range(1, 6)]


def held(day: int, *people: str) -> Remediation:
    """Return a remediation of two hours at H in the afternoon of a day."""
    c = candidate(MONDAY + timedelta(days=day), "15:00")
    return holding(c, *people, end=c.start + timedelta(hours=2))


def roster_of(scenario: Scenario, rows: dict[str, str], *remediations: tuple[int, Remediation]) -> Roster:
    """Return a roster by hand in which the people of the remediations are there on their days."""
    duties = [(p, day, "15:00", "17:00", DutyKind.REMEDIATION, r.id) for day, r in remediations for p in r.participants]
    found = by_hand(scenario, rows, *duties)
    return found.model_copy(update={"remediations": tuple(r for _, r in remediations)})


def asked(scenario: Scenario, roster: Roster, rule: str, item: str = "") -> tuple[tuple[Finding, ...], Entry, Offer]:
    findings = audit(scenario, roster)
    entry = next(e for e in entries(scenario, roster, findings) if (e.rule, e.item) == (rule, item))
    return findings, entry, offer(scenario, roster, findings, entry)


def works(scenario: Scenario, roster: Roster, findings: tuple[Finding, ...], entry: Entry, found: Offer) -> None:
    """Check by the full audit that each option breaks nothing, fills what it says and costs what it says."""
    before = sum(f.points for f in findings)
    broken = {f for f in findings if f.severity is Severity.HARD}
    for option in found.options:
        changed, after = applied(scenario, roster, findings, entry, option)
        now = audit(changed, after)
        assert {f for f in now if f.severity is Severity.HARD} <= broken
        assert abs(sum(f.points for f in now) - before - option.points) < 0.02
        left = sum(f.amount for f in now if (f.rule, f.item) == (entry.rule, entry.item))
        assert left == option.missing - option.filled


def test_a_missing_remediation_is_held_at_several_times() -> None:
    scenario = two_squads(4, posts=(), desks=(), policy=WIDE)
    roster = roster_of(scenario, dict.fromkeys(EVERYBODY, "LLLL"))
    findings, entry, found = asked(scenario, roster, "R12")
    assert len(found.options) >= 3
    assert {o.kind for o in found.options} == {"hold"}
    works(scenario, roster, findings, entry, found)


def test_where_no_date_is_far_enough_apart_the_distance_is_what_would_change() -> None:
    base = two_squads(2, posts=(), desks=(), policy=WIDE)
    (group,) = base.groups
    scenario = base.model_copy(update={"groups": (group.model_copy(update={"min_remediations": 2}),)})
    first = held(0, "A1", "A2", "B1", "B2")
    roster = roster_of(scenario, dict.fromkeys(EVERYBODY, "LL"), (0, first))
    findings, entry, found = asked(scenario, roster, "R12")
    assert found.options
    assert all("1 天" in o.inputs[0].zh for o in found.options)
    works(scenario, roster, findings, entry, found)


def test_a_remediation_short_of_people_takes_others_or_another_day() -> None:
    scenario = two_squads(3, posts=(), desks=(), policy=WIDE)
    rows = {who: "ELL" if who in ("A4", "A5", "B4", "B5") else "LLL" for who in EVERYBODY}
    rows |= dict.fromkeys(("A3", "B3", "A4", "A5", "B4", "B5"), "-LL")
    first = held(0, "A1", "A2", "B1", "B2")
    roster = roster_of(scenario, rows, (0, first))
    findings, entry, found = asked(scenario, roster, "S03", "heads")
    assert "move" in {o.kind for o in found.options}
    assert any("10-13" in o.text.zh and o.filled == o.missing for o in found.options)
    works(scenario, roster, findings, entry, found)


def test_where_a_day_is_too_little_a_remediation_is_tried_days_away() -> None:
    scenario = two_squads(6, posts=(), desks=(), policy=WIDE)
    roster = roster_of(scenario, dict.fromkeys(EVERYBODY, "LLLLLL"), (2, held(2, "A1", "A2", "B1", "B2")))
    findings, entry, _ = asked(scenario, roster, "S03", "heads")
    want = want_for(scenario, roster, next(f for f in findings if (f.rule, f.item) == (entry.rule, entry.item)))
    assert want is not None
    near, more = ([w for w in found(scenario, roster, want) if w.kind == "move"] for found in (ways, more_alike))
    away = [[abs(c.day - MONDAY - timedelta(days=2)).days for w in some for c in w.stage.come] for some in (near, more)]
    assert away[0]
    assert max(away[0]) <= NEAR
    assert away[1]
    assert NEAR < min(away[1]) <= max(away[1]) <= FARTHER


def test_a_missing_remediation_is_then_tried_on_other_dates() -> None:
    scenario = two_squads(HELD + 3, posts=(), desks=(), policy=WIDE)
    roster = roster_of(scenario, dict.fromkeys(EVERYBODY, "L" * (HELD + 3)))
    findings, entry, _ = asked(scenario, roster, "R12")
    want = want_for(scenario, roster, next(f for f in findings if f.rule == entry.rule))
    assert want is not None
    first, then = ({w.text.en for w in found(scenario, roster, want)} for found in (ways, more_alike))
    assert len(first) == HELD
    assert then
    assert not first & then


def test_a_missing_vehicle_is_sent_with_a_driver() -> None:
    scenario = two_squads(1, posts=(), desks=(), policy=WIDE)
    roster = roster_of(scenario, dict.fromkeys(EVERYBODY, "L"), (0, held(0, "A1", "A2", "B1", "B2")))
    findings, entry, found = asked(scenario, roster, "S03", "vehicles")
    assert {o.kind for o in found.options} == {"crew", "move"}
    works(scenario, roster, findings, entry, found)


def test_a_post_short_while_people_are_at_a_remediation_tries_to_move_it() -> None:
    scenario = two_squads(3, posts=(post("P", clock="15:00", heads=4),), desks=(), policy=WIDE)
    first = held(1, "A1", "A2", "B1", "B2")
    roster = roster_of(scenario, dict.fromkeys(EVERYBODY, "LLL"), (1, first))
    short = next(f for f in audit(scenario, roster) if f.rule == "S01" and f.where.day == first.start.date())
    want = want_for(scenario, roster, short)
    assert want is not None
    tried = [way.text.en for way in ways(scenario, roster, want) if way.kind == "move"]
    assert any("10-12" in text for text in tried)
    assert any("10-14" in text for text in tried)
