"""Verdicts only where intervals do not meet; figures and distributions by hand."""

from __future__ import annotations

import pytest

from constraints.base import all_parameters
from domain.changes import DissolveGroup, Officers, Policy
from domain.result import Result
from domain.roster import Roster, Visits
from domain.whatif import Absences, Alternative, CaseKind, Ending, Interval, Outcome, Risk, Spec, Verdict
from scheduler.audit import audit, totals
from scheduler.cases import Case, Expander, Part, RiskCases, asks_otherwise, expand, part_of
from scheduler.compare import damages, risk, spread, verdict
from scheduler.plan import plan
from scheduler.progress import Options, Watch
from scheduler.runs import Landed, RunJob, key_of, run
from scheduler.tally import figures
from tests.app.kit import small_brigade
from tests.constraints.joint import hotspot
from tests.constraints.kit import MONDAY, at, tiny
from tests.scheduler.kit import post, squad_of

BASE = Interval(low=10, high=20)


@pytest.mark.parametrize(
    ("low", "high", "less", "more"),
    [
        (1, 9, Verdict.BETTER, Verdict.WORSE),
        (21, 30, Verdict.WORSE, Verdict.BETTER),
        (1, 10, Verdict.UNDECIDED, Verdict.UNDECIDED),
        (20, 30, Verdict.UNDECIDED, Verdict.UNDECIDED),
        (12, 15, Verdict.UNDECIDED, Verdict.UNDECIDED),
        (None, 9, Verdict.UNDECIDED, Verdict.UNDECIDED),
        (21, None, Verdict.UNDECIDED, Verdict.UNDECIDED),
    ],
)
def test_a_verdict_needs_intervals_that_do_not_meet(
    low: float | None, high: float | None, less: Verdict, more: Verdict
) -> None:
    here = Interval(low=low, high=high)
    assert verdict(BASE, here, less_is_better=True) is less
    assert verdict(BASE, here, less_is_better=False) is more


def test_the_spread_runs_from_the_fifth_to_the_ninety_fifth_percentile() -> None:
    found = spread("x", [float(n) for n in range(101)])
    assert (found.mean, found.low, found.median, found.high) == (50, 5, 50, 95)
    assert spread("x", [3.0]).low == spread("x", [3.0]).high == 3


def landed(objective: float, bound: float, **more: object) -> Landed:
    return Landed(key="k", outcome=Outcome(ending=Ending.SOLVED, objective=objective, bound=bound, **more))


def test_absences_are_ranked_by_what_the_rosters_lose_and_bounded() -> None:
    cases = [Case(f"A-{n}", n, CaseKind.ABSENT, (), tiny()) for n in "xyz"]
    found = damages(landed(100, 90), cases, {"A-x": landed(105, 95), "A-y": landed(130, 120)})
    assert [(d.id, d.found, d.points.low, d.points.high, d.verdict) for d in found] == [
        ("y", 30, 20, 40, Verdict.WORSE),
        ("x", 5, -5, 15, Verdict.UNDECIDED),
    ]


def test_what_asks_otherwise_is_known() -> None:
    base = small_brigade()
    expander = Expander(base, Part(frozenset(base.squad_by_id), whole=True), all_parameters())

    def otherwise(*changes: object) -> bool:
        made = expander.case("S", "s", CaseKind.SCENARIO, changes).scenario  # type: ignore[arg-type]
        assert made is not None
        return asks_otherwise(base, made)

    assert not otherwise(Officers(squad="WT", by=1))
    assert otherwise(DissolveGroup(group="A"))
    assert otherwise(Policy(set={"S01.weight": 40}))


# -- cases ------------------------------------------------------------------------------------------------------------


def cases_of(spec: Spec) -> list[Case]:
    base = small_brigade()
    return list(expand(spec, Expander(base, part_of(spec, base), all_parameters())).cases)


def test_products_sweeps_samples_and_absences_become_cases() -> None:
    fewer = Alternative(name="fewer", changes=(Officers(squad="WT", by=-1),))
    spec = Spec(
        cross=((Alternative(name="now"), fewer), (Alternative(name="alone", changes=(DissolveGroup(group="A"),)),)),
        sweeps=("officers(WT)=-1..1 x remediations(A)=0..1",),
        risk=(Risk(rate=0.1, samples=3),),
        n_minus_one=Absences(squads=("WT",)),
    )
    found = cases_of(spec)
    kinds = [case.kind for case in found]
    assert [kinds.count(k) for k in (CaseKind.SCENARIO, CaseKind.SWEEP, CaseKind.SAMPLE, CaseKind.ABSENT)] == [
        2,
        6,
        3,
        7,
    ]
    assert [c.name for c in found if c.kind is CaseKind.SCENARIO] == ["now + alone", "fewer + alone"]
    assert len({c.id for c in found}) == len(found)


def test_a_sweep_beyond_what_can_be_rostered_is_refused_there_and_only_there() -> None:
    ends = [case.refused for case in cases_of(Spec(sweeps=("officers(WT)=-6..0",))) if case.kind is CaseKind.SWEEP]
    assert [t.en for t in ends[0]][0] == "外滩 has nobody left"
    assert ends[-1] == ()


def test_a_part_is_cut_after_the_changes() -> None:
    spec = Spec(squads=("WT",), scenarios=(Alternative(name="more", changes=(Officers(squad="WT", by=2),)),))
    base, more = cases_of(spec)
    assert base.scenario is not None
    assert more.scenario is not None
    assert (len(base.scenario.officers), len(more.scenario.officers)) == (6, 8)
    assert [s.id for s in base.scenario.squads] == ["WT"]


# -- figures ----------------------------------------------------------------------------------------------------------


def test_coverage_and_heat_by_hand() -> None:
    scenario = tiny(squad_of(2), count=1, hotspots=(hotspot(open_for=3),))  # 10:00-13:00, weight 4, three visits
    roster = Roster(visits=(Visits(squad="A", hotspot="H", start=at(MONDAY, "10:00"), count=2),))
    report = plan(scenario, Options(deterministic=0.01, workers=1), Watch(60)).report
    findings = audit(scenario, roster)
    result = Result(roster=roster, report=report.model_copy(update={"totals": totals(findings)}), findings=findings)
    found = figures(scenario, result)
    assert found.hotspots == pytest.approx(2 / 3)
    assert (found.visits_wanted, found.visits_reached) == (3, 2)
    assert found.heat_wanted[0][9:14] == (0, 400, 400, 400, 0)  # Monday
    assert found.heat_reached[0][9:14] == (0, 267, 267, 267, 0)
    assert sum(map(sum, found.heat_wanted)) == 1200


def test_a_run_says_what_is_missing_in_hours_and_shares() -> None:
    options = Options(deterministic=0.05, workers=1)
    scenario = tiny(squad_of(1), count=7, posts=(post(),))  # nobody works seven days on end
    outcome = run(RunJob(key_of(scenario, options, {}), scenario, options)).outcome
    assert outcome.figures is not None
    assert outcome.figures.posts_missing_h == pytest.approx(2)
    assert outcome.figures.posts == pytest.approx(6 / 7)
    assert outcome.figures.fewest_remediations is None


def test_risk_needs_samples_with_a_roster() -> None:
    asked = RiskCases("x", 0.1, ("a", "b"))
    assert risk(asked, {"a": Landed(key="a", outcome=Outcome(ending=Ending.NO_ROSTER))}) is None
