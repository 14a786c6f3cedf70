"""The verb `roster` end to end on two squads: audited, bounded, repeatable, and honest about what it cannot do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest

from constraints.base import GRAIN
from domain.problem import InputError
from domain.result import Finding, Result
from domain.scenario import Absence, Scenario, Vehicle
from domain.words import AbsenceKind, DutyKind, LockKind, Status, VehicleKind
from scheduler.audit import audit, hard, points
from scheduler.candidates import list_candidates
from scheduler.choose import choose
from scheduler.parts import NAMING
from scheduler.plan import NoRoster, plan
from scheduler.progress import Options, Progress, Watch
from tests.constraints.kit import MONDAY, tiny
from tests.scheduler.kit import best, lock, no_gaps, post, squad_of, two_squads, unnamed

UNITS = 0.1
ONCE = Options(deterministic=UNITS, workers=1, seed=3)
LONG = 3600.0


def rostered(scenario: Scenario, options: Options) -> tuple[Result, list[Progress]]:
    said: list[Progress] = []
    return plan(scenario, options, Watch(LONG, said.append)), said


def brigade() -> Scenario:
    """Return two squads for eight days whose only vehicle belongs to the brigade's pool."""
    return two_squads(vehicles=(Vehicle(id="V", name="car V", kind=VehicleKind.CAR),))


@pytest.fixture(scope="module")
def runs() -> list[tuple[Result, list[Progress]]]:
    """Return the same brigade rostered twice with one process and once with two."""
    two = Options(deterministic=UNITS, workers=2, seed=3)
    return [rostered(brigade(), options) for options in (ONCE, ONCE, two)]


@pytest.fixture(scope="module")
def result(runs: list[tuple[Result, list[Progress]]]) -> Result:
    return runs[0][0]


# -- what comes out ---------------------------------------------------------------------------------------------


def test_the_roster_breaks_no_hard_rule_and_leaves_no_gap(result: Result) -> None:
    assert hard(audit(brigade(), result.roster)) == []
    assert no_gaps(brigade(), result.roster)


def test_the_group_holds_its_remediation(result: Result) -> None:
    (held,) = result.roster.remediations
    people = {brigade().officer_by_id[p].squad for p in held.participants}
    assert people == {"A", "B"}
    assert held.id in {c.id for c in list_candidates(brigade())}
    there = {d.officer for d in result.roster.duties if d.kind is DutyKind.REMEDIATION and d.place == held.id}
    assert there == set(held.participants)


def test_the_pools_vehicle_goes_there_with_a_driver_of_those_present(result: Result) -> None:
    (held,) = result.roster.remediations
    (use,) = held.vehicles
    assert use.vehicle == "V"
    assert use.driver in held.participants


def test_the_report_says_what_an_audit_of_the_roster_says(result: Result) -> None:
    report = result.report
    findings = audit(brigade(), result.roster)
    assert findings == result.findings
    assert report.objective == points(findings) == report.decided + report.named
    naming = {rule.id for rule in NAMING}
    assert report.named == points([f for f in findings if f.rule in naming])
    assert sum(t.points for t in report.totals) == pytest.approx(report.objective)


def test_the_bound_is_below_the_objective_and_the_gap_is_their_distance(result: Result) -> None:
    report = result.report
    assert 0 <= report.bound <= report.objective
    assert report.gap == pytest.approx((report.objective - report.bound) / report.objective)
    assert (report.status is Status.OPTIMAL) == (report.objective - report.bound < 1e-6)


def test_the_report_says_how_it_was_made(result: Result) -> None:
    report = result.report
    assert (report.seed, report.workers, report.deterministic, report.scope) == (3, 1, UNITS, "brigade")
    assert {name for name, _ in report.versions} >= {"python", "ortools", "lianqin"}
    assert report.wall_seconds > 0


# -- repeatable -------------------------------------------------------------------------------------------------


def test_two_runs_give_the_same_roster(runs: list[tuple[Result, list[Progress]]]) -> None:
    one, two, _ = (run[0] for run in runs)
    assert one.roster == two.roster
    assert one.findings == two.findings
    assert (one.report.objective, one.report.bound) == (two.report.objective, two.report.bound)


def test_the_number_of_processes_changes_nothing(runs: list[tuple[Result, list[Progress]]]) -> None:
    one, _, other = (run[0] for run in runs)
    assert one.roster == other.roster
    assert (one.report.objective, one.report.bound) == (other.report.objective, other.report.bound)
    assert other.report.workers == 2


# -- on the way -------------------------------------------------------------------------------------------------


def test_progress_only_ever_gets_better(runs: list[tuple[Result, list[Progress]]]) -> None:
    _, said = runs[0]
    objectives = [p.objective for p in said if p.objective is not None]
    bounds = [p.bound for p in said if p.bound is not None]
    assert objectives == sorted(objectives, reverse=True)
    assert bounds == sorted(bounds)
    assert len(objectives) > 2
    assert [p.elapsed_s for p in said] == sorted(p.elapsed_s for p in said)
    assert all(p.phase.zh and p.phase.en for p in said)


# -- bound and optimum ------------------------------------------------------------------------------------------


def small(**more: object) -> Scenario:
    """Return two squads of two for three days, small enough to know the optimum."""
    people = [p for s in "AB" for p in squad_of(2, s)]
    base = two_squads(3)
    group = base.groups[0].model_copy(update={"target_heads": 4, "target_vehicles": 0})
    values = {
        "groups": (group,),
        "hotspots": base.hotspots,
        "posts": (post("P", "A"),),
        "officers": tuple(people),
    } | more
    return tiny(count=3, squads=base.squads, **values)


@pytest.mark.parametrize("with_group", [True, False])
def test_the_optimum_lies_between_bound_and_objective(with_group: bool) -> None:
    scenario = unnamed(small() if with_group else small(groups=()))
    result, _ = rostered(scenario, ONCE)
    least = best(scenario, candidates=list_candidates(scenario))
    assert least is not None
    assert hard(result.findings) == []
    assert result.report.bound <= least[0] / GRAIN <= result.report.decided


def test_the_bound_counts_switches_that_no_names_avoid() -> None:
    scenario = small(groups=())
    with_names, _ = rostered(scenario, ONCE)
    without, _ = rostered(unnamed(scenario), ONCE)
    assert without.report.bound < with_names.report.bound <= with_names.report.objective


def test_a_squad_alone_is_rostered_without_remediations() -> None:
    result, _ = rostered(small(), Options(deterministic=UNITS, workers=1, squad="squad A"))
    assert result.report.scope == "squad A"
    assert {a.officer[0] for a in result.roster.shifts} == {"A"}
    assert result.roster.remediations == ()
    assert hard(result.findings) == []
    assert "R12" not in {f.rule for f in result.findings}


def few_certified() -> Scenario:
    return small(officers=tuple(o.model_copy(update={"certified": o.squad == "A"}) for o in small().officers))


def leaders_away() -> Scenario:
    away = [Absence(officer=f"{s}1", kind=AbsenceKind.SICK, start=MONDAY, end=small().end) for s in "AB"]
    return small(absences=tuple(away))


def resting_that_day() -> Scenario:
    (chosen,) = choose(small(), list_candidates(small()))
    return small(locks=tuple(lock(LockKind.REST, chosen.day, officer=o) for o in ("B1", "B2")))


@pytest.mark.parametrize(
    "scenario", [few_certified(), leaders_away(), resting_that_day()], ids=["pairs", "leaders", "rest"]
)
def test_a_remediation_that_nobody_can_hold_is_missing_and_not_a_contradiction(scenario: Scenario) -> None:
    assert best(scenario) is not None, "a roster without the remediation exists"
    result, _ = rostered(scenario, ONCE)
    assert hard(result.findings) == []
    assert no_gaps(scenario, result.roster)
    missing = [f for f in result.findings if f.rule == "R12"]
    assert len(missing) + len(result.roster.remediations) == 1


# -- what cannot be ---------------------------------------------------------------------------------------------


def test_locks_that_contradict_each_other_are_an_input_problem_of_that_squad() -> None:
    locks = (lock(LockKind.SHIFT, MONDAY, officer="B2", shift="E"), lock(LockKind.REST, MONDAY, officer="B2"))
    with pytest.raises(InputError) as caught:
        rostered(small(locks=locks), ONCE)
    told = [problem.text.en for problem in caught.value.problems]
    assert len(told) == 3  # two lines, and the least to give up
    assert all("B2" in text for text in told)
    assert not any("A1" in text for text in told)


def test_who_is_stopped_before_anything_was_found_gets_no_roster_or_a_lawful_one_and_soon() -> None:
    watch = Watch(LONG)
    watch.stop.set()
    found: tuple[Finding, ...] = ()
    with suppress(NoRoster):
        found = plan(small(), Options(seconds=LONG, workers=1), watch).findings
    assert hard(found) == []
    assert watch.elapsed < 30.0


def test_a_stop_on_the_way_hands_over_the_best_roster_so_far() -> None:
    stop = Event()

    def tell(progress: Progress) -> None:
        if progress.objective is not None:
            stop.set()

    watch = Watch(60.0, tell, stop)
    with ThreadPoolExecutor(1) as beside:  # the command line, too, plans beside the thread that hears Ctrl-C
        result = beside.submit(plan, small(), Options(seconds=60.0, workers=1), watch).result(60)
    assert hard(result.findings) == []
    assert no_gaps(small(), result.roster)
    assert result.report.bound <= result.report.objective
    assert watch.elapsed < 55.0
