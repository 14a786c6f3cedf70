"""What a bound teaches the next scenario: when a proof is kept, where another begins, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from constraints.base import all_parameters
from domain.changes import (
    Absent,
    Change,
    DissolveGroup,
    GroupTarget,
    Officers,
    Policy,
    RemoveHotspot,
    ScalePosts,
)
from domain.scenario import PastRemediation, Scenario
from inputs.changes import changed
from scheduler import bounding
from scheduler.candidates import list_candidates
from scheduler.days import Days, Month
from scheduler.engine import Engine
from scheduler.job import Way
from scheduler.learned import Learned
from scheduler.parallel import inside, workers_for
from scheduler.parts import BoundJob, Proof, Unit, prove
from scheduler.plan import Planned, plan_and_learn
from scheduler.progress import Options, Watch
from scheduler.runs import RunJob, run
from scheduler.sending import Going
from scheduler.solve import Limits
from scheduler.store import Store
from scheduler.taught import Taught, UnitTaught, look, shifted, teach
from scheduler.warm import Start, WarmEngine
from tests.app.kit import small_brigade
from tests.constraints.kit import tiny

UNITS = Options(deterministic=0.05, workers=1)
WT, YY, XD = ("WT",), ("YY",), ("XD",)


def after(*changes: Change) -> Scenario:
    scenario = small_brigade()
    for change in changes:
        scenario = changed(scenario, change, all_parameters())
    return scenario


@cache
def base() -> Planned:
    with inside():
        return plan_and_learn(small_brigade(), UNITS, Watch(600))


def taught() -> Taught:
    found = base().taught
    assert found is not None
    return found


def start(before: Taught | None) -> Start:
    return Start(small_brigade(), base().result.roster, before)


# -- what a bound depends on ------------------------------------------------------------------------------------------


def looks(scenario: Scenario) -> dict[Unit, str]:
    return {unit: look(scenario, BoundJob(unit, Limits(None))) for unit in (WT, YY, XD)}


@pytest.mark.parametrize(
    ("change", "units"),
    [
        (Officers(squad="WT", by=1), {WT}),
        (Absent(officer="YY3"), {YY}),
        (ScalePosts(heads=2), {WT}),
        (Policy(set={"R03.min_rest": 12}), {WT, YY, XD}),
        (DissolveGroup(group="A"), set()),
        (GroupTarget(group="A", remediations=2), set()),
    ],
)
def test_a_bound_depends_on_its_own_people_and_places_and_on_the_rules(change: Change, units: set[Unit]) -> None:
    before, here = looks(small_brigade()), looks(after(change))
    assert {unit for unit in before if before[unit] != here[unit]} == units


def test_a_hotspot_belongs_to_the_squads_that_visit_it() -> None:
    scenario = small_brigade()
    before = looks(scenario)
    for spot in scenario.hotspots:
        here = looks(after(RemoveHotspot(hotspot=spot.id)))
        assert {unit[0] for unit in before if before[unit] != here[unit]} == set(spot.squads)


def test_what_is_still_to_be_held_after_an_earlier_remediation_counts() -> None:
    scenario = small_brigade()
    spot = scenario.hotspots[0]
    past = PastRemediation(id="old", group="A", hotspot=spot.id, host=spot.squads[0], date=date(2026, 10, 10))
    here = looks(scenario.model_copy(update={"past_remediations": (past,)}))
    assert here[spot.squads[0],] != looks(scenario)[spot.squads[0],]


def test_what_visits_on_the_border_are_paid_for_counts_for_those_who_make_them() -> None:
    scenario = small_brigade()
    spot = next(h for h in scenario.hotspots if "WT" in h.squads)
    job = BoundJob(WT, Limits(None))
    assert look(scenario, job) != look(scenario, replace(job, prices={(spot.id,): 5}))
    assert look(scenario, job) == look(scenario, replace(job, prices={("elsewhere",): 5}))
    assert look(scenario, job) != look(scenario, replace(job, presence_points=5))


# -- what is made of it -----------------------------------------------------------------------------------------------


def test_prices_begin_as_far_from_the_survey_as_they_ended_at_the_start() -> None:
    known = UnitTaught(
        squads=WT,
        look="",
        bound=1,
        done=True,
        seconds=1.0,
        surveyed={"a": 10.0, "b": 5.0},
        proven={"a": 12.0, "c": 1.0},
    )
    assert shifted(known, {"a": 20.0, "b": 6.0, "d": 3.0}) == {"a": 22.0, "b": 1.0, "c": 1.0, "d": 3.0}


def bounded(
    monkeypatch: pytest.MonkeyPatch, scenario: Scenario, before: Taught | None
) -> tuple[float, list[BoundJob], list[Unit]]:
    """Return the bound of a scenario, the jobs that it took, and the units found changed."""
    jobs: list[BoundJob] = []

    def counted(job: BoundJob) -> Proof:
        jobs.append(job)
        return prove(job)

    begin = start(before)
    monkeypatch.setattr(bounding, "prove", counted)
    with inside(), workers_for(scenario, 1) as workers:
        engine = WarmEngine(scenario, UNITS, Watch(600), workers)
        engine.begin(begin, list_candidates(scenario))
        engine.survey()
        engine.prove(600.0)
    return engine.bound, jobs, engine.changed


@pytest.mark.parametrize(
    "changes",
    [(), (DissolveGroup(group="A"),), (Officers(squad="WT", by=1),), (Policy(set={"R03.min_rest": 12}),)],
)
def test_a_bound_with_what_was_taught_is_that_proven_anew(
    monkeypatch: pytest.MonkeyPatch, changes: Sequence[Change]
) -> None:
    scenario = after(*changes)
    anew, every, _ = bounded(monkeypatch, scenario, None)
    bound, jobs, units = bounded(monkeypatch, scenario, taught())
    assert bound == pytest.approx(anew, rel=2e-3)
    assert {job.squads for job in every} == {WT, YY, XD}
    assert {job.squads for job in jobs} == set(units)
    assert [job.tolling for job in (*every, *jobs)] == [True] * len(every) + [False] * len(jobs)


def test_a_unit_that_has_not_changed_is_not_bounded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bounded(monkeypatch, small_brigade(), taught())[1:] == ([], [])
    assert WT in bounded(monkeypatch, after(Officers(squad="WT", by=1)), taught())[2]


@pytest.mark.parametrize(("bound", "times"), [(1000.0, 1), (998.0, 1), (990.0, 2)])
def test_a_proof_begins_again_from_its_own_survey_where_days_stay_unproven(
    monkeypatch: pytest.MonkeyPatch, bound: float, times: int
) -> None:
    starts: list[Learned | None] = []

    def found(self: Days, go_on: object, *, start: Learned | None = None, **more: object) -> Month:
        starts.append(start)
        return Month((), None, bound, 1000.0)

    monkeypatch.setattr(Days, "run", found)
    first, second = Learned({"a": 1.0}), Learned({"a": 2.0})
    scenario = small_brigade().model_copy(update={"groups": ()})  # dates that may be cut have to be solved
    with inside(), workers_for(scenario, 1) as workers:
        proof = workers.submit(prove, BoundJob(WT, Limits(None), start=first, second=second)).result()
    assert starts == [first, second][:times]
    assert proof.bound == bound


def test_a_proof_that_ran_out_of_time_goes_on_and_is_never_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    known = taught()
    cut = known.model_copy(update={"units": tuple(u.model_copy(update={"done": False}) for u in known.units)})
    bound, jobs, units = bounded(monkeypatch, small_brigade(), cut)
    assert {job.squads for job in jobs} == {WT, YY, XD}
    assert units == []
    assert bound >= bounded(monkeypatch, small_brigade(), known)[0]
    assert all(job.second is not None for job in jobs)
    assert {job.squads: job.start.prices if job.start else None for job in jobs} == {
        u.squads: u.proven for u in cut.units
    }


def test_heads_are_sought_from_what_the_start_found(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, begin = after(DissolveGroup(group="A")), start(taught())
    with inside(), workers_for(scenario, 1) as workers:
        engine = WarmEngine(scenario, UNITS, Watch(600), workers)
        engine.begin(begin, list_candidates(scenario))
    assert {unit: known.prices for unit, known in engine.learned.items()} == {
        u.squads: u.proven for u in taught().units
    }
    heads = {on: sum(there.values()) for on, there in engine.learned[WT].heads}
    people = {o.id for o in scenario.officers_of("WT")}
    worked = [a for a in base().result.roster.shifts if a.officer in people]
    assert heads == {on: sum(a.day == on for a in worked) for on in scenario.dates}


def test_a_proof_comes_back_as_it_was() -> None:
    hours = (datetime(2026, 10, 13, 14), datetime(2026, 10, 13, 18))
    order, month = (*hours, Going(("A",), 1, None)), (*hours, Going(("A", "B"), 1, "B", paid=False))
    proof = Proof(
        bound=70,
        prices={"sum": 9.0},
        done=True,
        seconds=2.0,
        sent={order: 5, month: 7},
        kept={("H", "A", hours[0].date(), date(2026, 10, 14)): 3},
        both={(order, month): 11},
        spared={hours: 4},
        more={hours[0].date(): 6},
    )
    taught = teach(tiny(), BoundJob(("A",), Limits(None)), {"sum": 8.0}, proof)
    assert taught is not None
    assert UnitTaught.model_validate_json(taught.model_dump_json()).proof() == proof


def test_what_a_run_teaches_is_stored_with_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    store.prepare(keep=False)
    landed = run(RunJob("a", small_brigade(), UNITS))
    store.put(landed)
    assert landed.taught is not None
    assert store.get("a") == landed


def test_what_is_known_of_the_bound_counts_however_late_it_is() -> None:
    scenario = after(GroupTarget(group="A", remediations=2))
    begin, watch = start(taught()), Watch(seconds=0.0)
    with inside(), workers_for(scenario, 1) as workers:
        engine = WarmEngine(scenario, Options(seconds=0.0, workers=1), watch, workers)
        candidates = list_candidates(scenario)
        engine.begin(begin, candidates)
        engine.run(candidates)
    assert engine.bound > 0


# -- whose turn it is -------------------------------------------------------------------------------------------------


def test_units_that_changed_come_first_and_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, begin = after(ScalePosts(heads=2)), start(taught())  # the start itself is made by the true engine
    turns: list[tuple[Way, Sequence[Unit]]] = []
    monkeypatch.setattr(Engine, "improve", lambda self, way, until, some=(): turns.append((way, some)))
    monkeypatch.setattr(Engine, "_open", lambda self: len(turns) < 6)
    with inside(), workers_for(scenario, 1) as workers:
        engine = WarmEngine(scenario, Options(seconds=600, workers=1), Watch(600), workers)
        candidates = list_candidates(scenario)
        engine.begin(begin, candidates)
        engine.wide = False
        engine.run(candidates)
    assert engine.changed == [WT]
    assert turns == [
        (Way.HEADS, (WT,)),
        (Way.WISHES, (WT,)),
        (Way.HEADS, (YY,)),
        (Way.HEADS, (XD,)),
        (Way.WISHES, (YY,)),
        (Way.WISHES, (XD,)),
    ]


@pytest.mark.parametrize(
    ("changes", "wide"), [((ScalePosts(heads=2), Policy(set={"R03.min_rest": 12})), True), ((), False)]
)
def test_where_much_has_changed_all_seek_heads_at_once_around_visits_settled_anew(
    monkeypatch: pytest.MonkeyPatch, changes: Sequence[Change], *, wide: bool
) -> None:
    scenario, begin = after(*changes), start(taught())
    turns: list[tuple[Way, int, Sequence[Unit]]] = []
    asked: list[bool] = []
    proving = Engine.prove

    def counted(self: Engine, until: float, *, sharing: bool = False) -> None:
        asked.append(sharing)
        proving(self, until)

    monkeypatch.setattr(Engine, "prove", counted)
    monkeypatch.setattr(Engine, "improve", lambda self, way, until, some=(): turns.append((way, self.turn, some)))
    monkeypatch.setattr(Engine, "_open", lambda self: not turns)
    with inside(), workers_for(scenario, 1) as workers:
        engine = WarmEngine(scenario, Options(seconds=600, workers=1), Watch(600), workers)
        candidates = list_candidates(scenario)
        engine.begin(begin, candidates)
        engine.run(candidates)
        everybody = {squad for squads in turns[0][2] for squad in squads}
    assert asked == [wide]
    assert turns[0][:2] == (Way.HEADS, 0 if wide else 1)
    assert (everybody == {s.id for s in scenario.squads}) is wide
