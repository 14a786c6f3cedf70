"""The engine in one process: what it keeps, what it proves, and what a lost job costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

import pytest
from pebble import ProcessExpired
from typing_extensions import override

from constraints.base import Task
from domain.calendar import DAY
from domain.places import Presence
from domain.roster import Visits
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler import parallel, stages
from scheduler.audit import audit
from scheduler.build import periods_of
from scheduler.candidates import list_candidates
from scheduler.choose import choose
from scheduler.engine import UNDECIDED, Engine
from scheduler.finish import assemble
from scheduler.incumbent import PERSONAL
from scheduler.job import Job, Way
from scheduler.parts import BoundJob, Proof
from scheduler.progress import Options, Watch
from scheduler.sharing import shares_something
from scheduler.solve import Limits
from scheduler.together import Parts
from tests.constraints.joint import HOUR
from tests.constraints.kit import MONDAY
from tests.scheduler.kit import Inline, two_squads

LONG = 3600.0


@dataclass
class Dying(Inline):
    """Loses one job: the process dies that should have run it."""

    lost: int = 0
    seen: int = 0

    @override
    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run the job, or let its future say that the process has died."""
        self.seen += 1
        if self.seen - 1 != self.lost:
            return super().submit(fn, *args)
        future: Future[Any] = Future()
        future.set_exception(ProcessExpired("killed", code=-9))
        return future


@dataclass
class Two(Inline):
    """Says that it has two processes."""

    count: int = 2


@dataclass
class Stopping(Inline):
    """Does nothing any more once it was asked to stop, as processes do."""

    @override
    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run the job, or give its answer of having found nothing."""
        if not self.stop.is_set():
            return super().submit(fn, *args)
        future: Future[Any] = Future()
        future.set_result(UNDECIDED)
        return future


@pytest.fixture
def scenario() -> Iterator[Scenario]:
    found = two_squads(4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_scenario", found)
        yield found


def run(scenario: Scenario, workers: Inline) -> Engine:
    engine = Engine(scenario, Options(deterministic=0.05, workers=1), Watch(LONG), workers)  # type: ignore[arg-type]
    engine.run(choose(scenario, list_candidates(scenario)))
    return engine


def test_the_best_roster_is_lawful_and_above_the_bound(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    assert engine.best is not None
    assert engine.best.hard == ()
    assert 0 < engine.bound <= engine.best.points + engine.best.named


@pytest.mark.parametrize("lost", [0, 3], ids=["of the first roster", "of a betterment"])
def test_a_lost_job_does_not_lose_the_roster(scenario: Scenario, lost: int) -> None:
    workers = Dying(lost=lost)
    engine = run(scenario, workers)
    assert workers.seen > lost
    assert engine.best is not None
    assert engine.best.hard == ()


def test_heads_are_sought_from_the_prices_of_the_proof(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    assert set(engine.learned) == set(engine.units)
    for learned in engine.learned.values():
        assert learned.prices
        assert learned.heads


def test_heads_are_first_bettered_around_the_visits_of_the_survey_and_then_around_those_made(
    scenario: Scenario,
) -> None:
    engine = run(scenario, Inline())
    best = engine.best
    assert best is not None
    survey = tuple(Visits(squad="B", hotspot="H", start=on, count=7) for on in (datetime.combine(MONDAY, time(10)),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_visits_of", lambda *_: survey)
        for turn, way, surveyed in ((1, Way.HEADS, True), (2, Way.HEADS, False), (1, Way.SPAN, False)):
            engine.turn = turn
            assert (engine._again(("A",), best, way).frozen.visits == survey) is surveyed


def test_wishes_about_persons_and_names_count_once_lines_have_been_sought_for_them(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    best = engine.best
    assert best is not None
    assert engine.wishes
    wished = sum(
        f.points for f in audit(scenario, assemble(scenario, best.known, best.candidates)) if f.rule in PERSONAL
    )
    assert wished > 0
    assert best.counted == best.points + best.named > best.points
    engine.wishes = False
    before = engine._weigh(best.known, best.candidates)
    assert before.points == best.points
    assert before.counted == pytest.approx(best.points - wished)
    assert sum(before.by_unit.values()) < sum(best.by_unit.values())
    assert not engine._again(("A",), best, Way.HEADS).wishes
    engine.improve(Way.WISHES, math.inf)
    assert engine.wishes
    assert engine._again(("A",), engine.best or best, Way.HEADS).wishes


def test_heads_are_not_moved_about_for_wishes_that_do_not_count_yet(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = run(scenario, Inline())
    assert engine.best is not None
    job = engine._again(("A",), engine.best, Way.HEADS)
    asked: list[bool] = []
    monkeypatch.setattr(stages, "polished", lambda scenario, job, clock, known: asked.append(True) or known)
    stages.run(replace(job, wishes=False))
    assert not asked
    stages.run(job)
    assert asked


def test_a_presence_is_shared_as_settled_at_first_and_then_as_the_others_have_left_it(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    best = engine.best
    assert best is not None
    there = Presence(
        id="P", hotspot="H", squads=("A", "B"), first=MONDAY, end=MONDAY + DAY, start=time(15), length=HOUR, heads=3
    )
    engine.scenario = scenario.model_copy(update={"presences": (there,)})
    engine.shares.owed = {("A",): {"P": 1}, ("B",): {"P": 2}}
    engine.most = {}
    period = next(p for p in periods_of(engine.scenario, "B") if p.start == datetime.combine(MONDAY, there.start))
    group = next(group for group, *_ in best.known.staff if group.squad == "B")
    best.known.staff[group, period, Task(DutyKind.PRESENCE, "P")] = 1

    def owed(unit: tuple[str, ...], turn: int) -> int:
        engine.turn = turn
        (presence,) = engine._again(unit, best, Way.HEADS).presences
        return presence.heads

    assert [owed(unit, 1) for unit in (("A",), ("B",), ("A", "B"))] == [1, 2, 3]
    assert [owed(unit, 2) for unit in (("A",), ("B",), ("A", "B"))] == [2, 3, 3]


def test_who_makes_which_visits_follows_from_what_they_cost_where_that_is_known(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    (tag, border), *_ = engine.borders.items()
    free, dear = tuple(0.0 for _ in range(border.wanted + 1)), tuple(1e9 * n for n in range(border.wanted + 1))
    costs = {
        ("A",): Parts(visits={(tag, scenario.first): free}), ("B",): Parts(visits={(tag, scenario.first): dear}),
    }  # fmt: skip
    engine.shares.settle(scenario, {unit: Proof(parts=parts) for unit, parts in costs.items()}, {})
    made = [engine._visits_of((s,)) for s in "AB"]
    assert [[v.count for v in rows if v.start.date() == scenario.first] for rows in made] == [[0], [border.wanted]]


@pytest.mark.parametrize("wished", [True, False])
@pytest.mark.parametrize("gains", [True, False])
def test_some_days_are_opened_only_where_nothing_else_has_helped(
    scenario: Scenario, *, gains: bool, wished: bool
) -> None:
    engine = run(scenario, Inline())
    assert engine.best is not None
    engine.best.points, engine.bound = 1.0, 0.0
    engine.wishes = wished
    tried: list[Way] = []

    def improve(self: Engine, way: Way, *_: Any) -> None:
        if gains and not tried and self.best is not None:
            self.best = replace(self.best)
        tried.append(way)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "improve", improve)
        assert engine._better(engine.watch.seconds, (Way.HEADS, Way.WISHES, Way.SPAN))
    heads = [Way.HEADS] * (1 + gains) + [Way.DUTIES]
    assert tried == heads + [Way.WISHES] * (not wished) + [Way.SPAN] * (not gains)


def test_two_neighbours_are_solved_as_one_and_each_learns_its_own(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    best = engine.best
    assert best is not None
    engine.most = {("A",): {"A1": 3.0}, ("B",): {"B1": 2.0}}
    assert engine._paired() == [("A", "B")]
    job = engine._again(("A", "B"), best, Way.HEADS)
    assert job.frozen.visits == ()
    assert job.most == {"A1": 3.0, "B1": 2.0}
    assert job.start is not None
    assert job.start.prices == {**engine.learned["A",].prices, **engine.learned["B",].prices}
    engine.learned = {unit: replace(learned, heads=()) for unit, learned in engine.learned.items()}
    engine.improve(Way.HEADS, math.inf, [("A", "B")])
    assert engine.best is not None
    assert engine.best.key <= best.key
    for (squad,), learned in engine.learned.items():
        assert learned.heads
        assert {group.squad for _, heads in learned.heads for group, _ in heads} == {squad}


def test_the_proof_asks_what_common_things_cost_of_units_that_have_some(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    asked: list[BoundJob] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_run_all", lambda _, __, jobs, *___: [asked.append(job) or Proof() for job in jobs])
        engine.prove(math.inf)
        engine.prove(math.inf, sharing=True)
    assert [(job.squads, job.sharing) for job in asked] == [((s,), on) for on in (False, True) for s in "AB"]
    assert all(shares_something(scenario, unit) for unit in engine.units)
    alone = scenario.model_copy(update={"hotspots": (), "presences": ()})
    assert not any(shares_something(alone, unit) for unit in engine.units)


def test_small_units_start_first_and_leave_their_time_to_the_others(scenario: Scenario) -> None:
    jobs = [Job((name,), Limits(seconds=None)) for name in ("small", "large", "middle", "huge")]
    sizes = {"small": 4, "middle": 9, "large": 16, "huge": 100}
    engine = Engine(scenario, Options(seconds=LONG, workers=2), Watch(LONG), Two())  # type: ignore[arg-type]
    engine._weight = lambda job: sizes[job.squads[0]]  # type: ignore[method-assign]
    assert [job.squads[0] for _, job in engine._in_turn(jobs)] == ["huge", "small", "middle", "large"]


def test_bounds_and_heads_get_time_by_how_hard_the_dates_are_and_wishes_by_people(scenario: Scenario) -> None:
    engine = run(scenario, Inline())
    people = len(scenario.officers_of("A")) ** 2
    bound, limits = BoundJob(("A",), Limits(None)), Limits(None)
    engine.difficulty = {("A",): 100.0}
    assert engine._weight(bound) == 1000.0
    assert engine._weight(Job(("A",), limits, Way.HEADS)) == people + 0.12 * 1000
    assert engine._weight(Job(("A",), limits, Way.WISHES)) == people
    engine.difficulty = {}
    assert engine._weight(bound) == people


def test_a_job_gets_its_part_of_what_the_running_ones_leave(scenario: Scenario) -> None:
    engine = Engine(scenario, Options(seconds=LONG, workers=2), Watch(LONG), Two())  # type: ignore[arg-type]
    job = Job(("A",), Limits(seconds=None))
    until = engine.watch.elapsed + 20.0
    alone = engine._timed(job, until, 0.0, [job, job, job]).limits.seconds
    beside = engine._timed(job, until, 16.0, [job, job, job]).limits.seconds
    assert alone == pytest.approx(10.0, abs=0.1)
    assert beside == pytest.approx(6.0, abs=0.1)
    assert engine._timed(job, until, 0.0, []).limits.seconds == pytest.approx(20.0, abs=0.1)


def test_a_first_roster_is_sought_beyond_the_time_of_the_search(scenario: Scenario) -> None:
    candidates = choose(scenario, list_candidates(scenario))
    for latest, found in ((0.0, False), (LONG, True)):
        watch = Watch(1e-9, latest=latest)
        engine = Engine(scenario, Options(workers=1), watch, Stopping())  # type: ignore[arg-type]
        engine.run(candidates)
        assert (engine.best is not None) is found
        assert watch.left == 0
