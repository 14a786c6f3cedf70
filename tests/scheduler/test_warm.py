"""A run that starts from another scenario's roster: what is taken over, what is mended, and that it is never worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from constraints.base import all_parameters
from domain.changes import Absent, Change, DissolveGroup, GroupTarget, Officers, RemoveHotspot
from domain.result import Result
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Text
from inputs.changes import changed
from scheduler.audit import audit, hard
from scheduler.candidates import list_candidates
from scheduler.engine import FIRST, PHASES, Engine
from scheduler.finish import assemble
from scheduler.parallel import inside, workers_for
from scheduler.plan import plan, plan_and_learn
from scheduler.progress import Options, Progress, Watch
from scheduler.runs import RunJob, run
from scheduler.warm import Start, WarmEngine, decided
from tests.app.kit import small_brigade

UNITS = Options(deterministic=0.05, workers=1)


@cache
def base() -> Result:
    with inside():
        return plan(small_brigade(), UNITS, Watch(600))


def after(*changes: Change) -> Scenario:
    scenario = small_brigade()
    for change in changes:
        scenario = changed(scenario, change, all_parameters())
    return scenario


def taken_over(scenario: Scenario, roster: Roster | None = None) -> Roster:
    known, held = decided(scenario, roster or base().roster, list_candidates(scenario))
    return assemble(scenario, known, held)


def begun(scenario: Scenario) -> WarmEngine:
    start = Start(small_brigade(), base().roster)
    with inside(), workers_for(scenario, 1) as workers:
        engine = WarmEngine(scenario, UNITS, Watch(600), workers)
        engine.begin(start, list_candidates(scenario))
    return engine


def phases(scenario: Scenario) -> tuple[Result, set[Text]]:
    told: list[Progress] = []
    with inside():
        start = Start(small_brigade(), base().roster)
        found = plan_and_learn(scenario, UNITS, Watch(600, tell=told.append), start=start).result
    return found, {line.phase for line in told}


def test_the_same_scenario_takes_over_everything() -> None:
    found = taken_over(small_brigade())
    assert found.shifts == base().roster.shifts
    assert found.visits == base().roster.visits
    assert [(r.id, set(r.participants)) for r in found.remediations] == [
        (r.id, set(r.participants)) for r in base().roster.remediations
    ]
    assert begun(small_brigade()).stands


def test_who_is_gone_is_left_out_and_the_rest_stays_as_it_was() -> None:
    fewer = after(Officers(squad="WT", by=-1))
    gone = {o.id for o in small_brigade().officers} - {o.id for o in fewer.officers}
    found = taken_over(fewer)
    assert len(gone) == 1
    assert found.shifts == tuple(a for a in base().roster.shifts if a.officer not in gone)
    took_part = gone & {p for r in base().roster.remediations for p in r.participants}
    assert {f.rule for f in hard(audit(fewer, found))} <= ({"R13"} if took_part else set())  # whom it lacks is sought


def test_a_hotspot_that_is_gone_is_not_visited() -> None:
    found = taken_over(after(RemoveHotspot(hotspot="H1")))
    assert {v.hotspot for v in found.visits} == {v.hotspot for v in base().roster.visits} - {"H1"}


def test_whoever_is_away_rests() -> None:
    found = taken_over(after(Absent(officer="YY3")))
    assert {a.officer for a in base().roster.shifts} - {a.officer for a in found.shifts} == {"YY3"}


def test_visits_that_too_few_patrols_could_make_are_given_up() -> None:
    people = ("WT2", "WT3", "WT4", "WT5")
    scenario = after(*(Absent(officer=o) for o in people))
    found = taken_over(scenario)
    made, before = (sum(v.count for v in r.visits if v.squad == "WT") for r in (found, base().roster))
    assert made < before
    assert "S02" not in {f.rule for f in hard(audit(scenario, found))}


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ((), True),
        ((Officers(squad="XD", by=2),), True),
        ((GroupTarget(group="A", remediations=2),), False),
        ((GroupTarget(group="A", heads=9),), False),
        ((DissolveGroup(group="A"),), False),
        ((RemoveHotspot(hotspot="H3"),), False),
    ],
)
def test_remediations_are_chosen_anew_where_something_else_is_asked(changes: Sequence[Change], stands: bool) -> None:
    assert begun(after(*changes)).stands is stands


def test_a_run_from_a_start_leaves_the_time_of_heads_that_stand_still_to_the_next_unit() -> None:
    engine = begun(small_brigade())
    engine.options = Options(seconds=60)
    for turn, deep in ((1, False), (2, True)):
        engine.turn = turn
        assert Engine.deep(engine) is deep
        assert not engine.deep()


def test_a_run_ends_at_the_gap_that_is_wanted() -> None:
    near = replace(UNITS, gap=0.999)
    told: list[Progress] = []
    with inside():
        start = Start(small_brigade(), base().roster)
        found = plan_and_learn(small_brigade(), near, Watch(600, tell=told.append), start=start).result
    assert 0.0 < found.report.gap <= 0.999
    assert not {line.phase for line in told} & set(PHASES.values())
    assert found.report.objective == pytest.approx(base().report.objective)


def test_whom_remediations_lack_who_went_before_is_made_good() -> None:
    went = next(p for r in base().roster.remediations for p in r.participants)
    without = after(Absent(officer=went))
    assert begun(without).stands
    found, _ = phases(without)
    assert found.roster.remediations
    assert went not in {p for r in found.roster.remediations for p in r.participants}
    assert not hard(audit(without, found.roster))


def test_no_first_roster_is_sought_where_the_start_stands() -> None:
    found, said = phases(small_brigade())
    assert FIRST not in said
    assert found.report.objective <= base().report.objective
    found, said = phases(after(GroupTarget(group="A", remediations=2)))
    assert FIRST in said
    assert not hard(found.findings)


def test_new_people_who_would_have_no_hours_are_given_theirs() -> None:
    more = after(Officers(squad="WT", by=1))
    engine = begun(more)
    assert engine.best is not None
    assert {f.rule for f in engine.best.hard} == {"R06"}
    found, said = phases(more)
    assert FIRST in said  # the one squad's
    assert not hard(found.findings)
    new = {o.id for o in more.officers} - {o.id for o in small_brigade().officers}
    assert new <= {a.officer for a in found.roster.shifts}


def test_a_run_never_ends_worse_than_the_roster_it_starts_from() -> None:
    in_no_time = Options(deterministic=0.0001, workers=1)
    cold = run(RunJob("a", small_brigade(), in_no_time))
    warm = run(RunJob("a", small_brigade(), in_no_time, start=Start(small_brigade(), base().roster)))
    assert cold.outcome.objective is None or cold.outcome.objective > base().report.objective
    assert warm.outcome.objective is not None
    assert warm.outcome.objective <= base().report.objective
