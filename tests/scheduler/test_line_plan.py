"""A squad that wants so many heads on each shift, and nothing else, through the ordinary verb."""

from __future__ import annotations

from domain.limits import Cover, Limits, Succession
from domain.scenario import Scenario
from domain.words import Status
from scheduler.audit import audit, hard
from scheduler.parts import DECIDING
from scheduler.plan import plan
from scheduler.progress import Options, Watch
from tests.constraints.kit import officer, tiny


def squad() -> Scenario:
    """Four people and two shifts for ten days, with limits that differ."""
    people = [officer(str(n), name=f"officer {n}") for n in range(1, 5)]
    return tiny(
        people,
        count=10,
        covers=(Cover(squad="A", shift="E", heads=1, under=40, over=2), Cover(squad="A", shift="L", heads=1, under=40)),
        limits=(Limits(officer="1", least_rest_days=2), Limits(officer="2", most_days=4, least_days=2)),
        successions=(Succession(first="L", then="E"),),
    )


def test_lines_come_to_what_the_audit_charges_with_a_proven_bound() -> None:
    scenario = squad()
    result = plan(scenario, Options(seconds=25, workers=1), Watch(25))
    report = result.report
    assert hard(audit(scenario, result.roster)) == []
    assert report.status in (Status.OPTIMAL, Status.FEASIBLE)
    deciding = {rule.id for rule in DECIDING}
    assert report.decided == sum(f.points for f in result.findings if f.rule in deciding)
    assert 0 < report.bound <= report.objective
    assert report.gap < 0.1
    assert all(result.roster.duties_of(a.officer) for a in result.roster.shifts)
