from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import EVERY_DAY, Day
from domain.roster import Duty, Roster, Visits
from domain.scenario import Hotspot, HotspotHours, Officer, Scenario, Squad
from domain.words import DayKind, DutyKind, Force, SquadKind
from outputs.coverage import Coverage, coverage
from outputs.patrols import Job, Step, feasible, patrol_steps, supported

DAY = date(2026, 10, 9)
VISIT = timedelta(minutes=25)


def at(hour: float) -> datetime:
    return datetime.combine(DAY, time()) + timedelta(hours=hour)


def hotspot(ident: str, start: int, end: int, weight: int = 5, squads: tuple[str, ...] = ("A",)) -> Hotspot:
    hours = HotspotHours(days=EVERY_DAY, start=time(start), length=timedelta(hours=end - start), weight=weight)
    return Hotspot(id=ident, name=f"热点{ident}", squads=squads, hours=(hours,))


def scenario_of(*hotspots: Hotspot) -> Scenario:
    """Two squads of six; the first three of each are certified."""
    return Scenario(
        brigade="大队",
        first=DAY,
        end=DAY + timedelta(days=1),
        calendar=(Day(date=DAY, kind=DayKind.WORKDAY),),
        squads=tuple(Squad(id=s, name=f"{s}中队", kind=SquadKind.STREET) for s in "AB"),
        officers=tuple(
            Officer(id=f"{s}{n}", name=f"{s}{n}", squad=s, force=Force.ENFORCEMENT, certified=n <= 3)
            for s in "AB"
            for n in range(1, 7)
        ),
        hotspots=hotspots,
    )


def duty(officer: str, start: float, end: float, kind: DutyKind = DutyKind.PATROL, place: str | None = None) -> Duty:
    return Duty(officer=officer, day=DAY, start=at(start), end=at(end), kind=kind, place=place)


def visits(hotspot_id: str, start: float, count: int, squad: str = "A") -> Visits:
    return Visits(squad=squad, hotspot=hotspot_id, start=at(start), count=count)


# -- pairs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "pairs"),
    [("A1", 0), ("A1 A4", 1), ("A4 A5", 0), ("A1 A2 A4", 1), ("A1 A4 A5 A6", 1), ("A1 A2 A4 A5", 2), ("A1 B4", 0)],
)
def test_a_pair_is_two_of_one_squad_with_one_certified(people: str, pairs: int) -> None:
    roster = Roster(duties=tuple(duty(officer, 8, 10) for officer in people.split()))
    steps = patrol_steps(scenario_of(), roster)
    assert [step.pairs for step in steps["A"]] == [pairs]


def test_pairs_follow_who_comes_and_goes() -> None:
    duties = (duty("A1", 8, 12), duty("A4", 9, 12), duty("A2", 10, 11, DutyKind.HOLDING, "H"), duty("A5", 10, 14))
    steps = patrol_steps(scenario_of(), Roster(duties=(*duties, duty("A3", 8, 14, DutyKind.POST, "P"))))["A"]
    spans = [(step.start.hour, step.end.hour, step.pairs) for step in steps]
    assert spans == [(8, 9, 0), (9, 10, 1), (10, 11, 2), (11, 12, 1), (12, 14, 0)]


def _hall(jobs: list[Job], steps: list[Step]) -> bool:
    """Every interval supplies what the windows inside it ask for: the condition that the model posts."""
    marks = sorted({mark for job in jobs for mark in (job.start, job.end)})
    return all(
        sum(job.work_min for job in jobs if x <= job.start and job.end <= y)
        <= sum(step.pairs * max(0, (min(step.end, y) - max(step.start, x)) // timedelta(minutes=1)) for step in steps)
        for x, y in combinations(marks, 2)
    )


@st.composite
def patrol_days(draw: st.DrawFn) -> tuple[list[Job], list[Step]]:
    jobs = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, 5))
        end = draw(st.integers(start + 1, 6))
        jobs.append(Job(at(end), at(start), draw(st.integers(0, 5)) * 25))
    pairs = draw(st.lists(st.integers(0, 2), min_size=6, max_size=6))
    return jobs, [Step(at(n), at(n + 1), 2 * p, p) for n, p in enumerate(pairs)]


@settings(max_examples=300, deadline=None)
@given(patrol_days())
def test_earliest_deadline_first_serves_exactly_what_the_model_allows(found: tuple[list[Job], list[Step]]) -> None:
    jobs, steps = found
    assert feasible(jobs, steps) == _hall(jobs, steps)


# -- which visits are supported ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "kept"), [(8 + 50 / 60, 2), (8 + 49 / 60, 1), (8.25, 0)])
def test_a_visit_takes_dose_and_travel(end: float, kept: int) -> None:
    scenario = scenario_of(hotspot("H", 8, 12))
    roster = Roster(duties=(duty("A1", 8, end), duty("A4", 8, end)), visits=(visits("H", 8, 2),))
    assert sum(v.count for v in supported(scenario, roster, VISIT)) == kept


def test_lighter_visits_are_dropped_first_and_only_where_they_compete() -> None:
    scenario = scenario_of(
        hotspot("H1", 8, 10, weight=2), hotspot("H2", 8, 10, weight=9), hotspot("H3", 14, 16, weight=1)
    )
    duties = tuple(duty(o, s, e) for o in ("A1", "A4") for s, e in ((8, 9), (14, 16)))
    wanted = (visits("H1", 8, 2), visits("H2", 8, 2), visits("H3", 14, 2))
    kept = supported(scenario, Roster(duties=duties, visits=wanted), VISIT)
    assert kept == (visits("H2", 8, 2), visits("H3", 14, 2))


def test_another_squads_pairs_do_not_help() -> None:
    scenario = scenario_of(hotspot("H", 8, 10, squads=("A", "B")))
    duties = (duty("A1", 8, 10), duty("A4", 8, 10))
    roster = Roster(duties=duties, visits=(visits("H", 8, 1), visits("H", 8, 1, "B")))
    assert supported(scenario, roster, VISIT) == (visits("H", 8, 1),)


@settings(max_examples=100, deadline=None)
@given(
    spans=st.lists(st.tuples(st.integers(8, 11), st.integers(1, 3), st.integers(1, 9), st.integers(1, 6)), max_size=4),
    out=st.lists(st.tuples(st.sampled_from(["A1", "A2", "A4", "A5"]), st.integers(8, 13)), max_size=8, unique=True),
)
def test_what_is_kept_can_be_made_and_no_dropped_visit_could_be(
    spans: list[tuple[int, int, int, int]], out: list[tuple[str, int]]
) -> None:
    spots = [hotspot(f"H{n}", s, s + length, weight) for n, (s, length, weight, _) in enumerate(spans)]
    scenario = scenario_of(*spots)
    wanted = tuple(visits(f"H{n}", s, count) for n, (s, _, _, count) in enumerate(spans))
    roster = Roster(duties=tuple(duty(o, h, h + 1) for o, h in out), visits=wanted)
    steps = patrol_steps(scenario, roster).get("A", ())
    kept = {v.hotspot: v.count for v in supported(scenario, roster, VISIT)}

    def jobs(extra: str = "") -> list[Job]:
        return [
            Job(at(s + length), at(s), 25 * (kept.get(f"H{n}", 0) + (f"H{n}" == extra)))
            for n, (s, length, _, _) in enumerate(spans)
        ]

    assert feasible(jobs(), steps)
    for v in wanted:
        assert kept.get(v.hotspot, 0) == v.count or not feasible(jobs(v.hotspot), steps)


# -- why something is missing -----------------------------------------------------------------------------------------


def cover(scenario: Scenario, roster: Roster) -> Coverage:
    (found,) = coverage(scenario, roster)
    return found


def test_wanted_reached_and_missing() -> None:
    scenario = scenario_of(hotspot("H", 8, 12, squads=("A", "B")))
    found = cover(scenario, Roster(visits=(visits("H", 8, 1, "B"),)))
    assert (found.wanted, found.reached, found.missing) == (2, (("A", 0), ("B", 1)), 1)


def test_nothing_missing_needs_no_reason() -> None:
    found = cover(scenario_of(hotspot("H", 8, 12)), Roster(visits=(visits("H", 8, 5),)))
    assert (found.missing, found.why.zh, found.why.en) == (0, "", "")


@pytest.mark.parametrize(
    ("duties", "zh", "en"),
    [
        ((), "A中队 08:00-12:00 无人在班", "A中队 had nobody on shift 08:00-12:00"),
        (
            (duty("A1", 6, 14), duty("A4", 6, 14)),
            "A中队 08:00-12:00 巡查 1 组,时间用于其他热点",
            "A中队 08:00-12:00: 1 patrol pair, their time went to other hotspots",
        ),
        (
            (duty("A1", 6, 10), duty("A4", 6, 14), duty("A1", 10, 14, DutyKind.REMEDIATION, "R")),
            "A中队 08:00-12:00 巡查 0-1 组,1 人联动整治",
            "A中队 08:00-12:00: 0-1 patrol pairs, 1 on a remediation",
        ),
        (
            (duty("A4", 6, 14), duty("A5", 6, 14), duty("A1", 6, 14, DutyKind.POST, "P")),
            "A中队 08:00-12:00 无巡查组,持证人员不足以带队,1 人固定岗",
            "A中队 08:00-12:00: no patrol pair, too few certified officers to lead more pairs, 1 at fixed posts",
        ),
        (
            (duty("A1", 6, 14, DutyKind.DESK, "D"), duty("A2", 6, 14, DutyKind.DESK, "D"), duty("A1", 12, 14)),
            "A中队 08:00-12:00 无巡查组,2 人案件岗",
            "A中队 08:00-12:00: no patrol pair, 2 at the case desk",
        ),
    ],
)
def test_why_visits_are_missing(duties: tuple[Duty, ...], zh: str, en: str) -> None:
    found = cover(scenario_of(hotspot("H", 8, 12)), Roster(duties=duties))
    assert (found.why.zh, found.why.en) == (zh, en)


def test_a_border_hotspot_has_a_reason_from_each_squad() -> None:
    found = cover(scenario_of(hotspot("H", 8, 12, squads=("A", "B"))), Roster(duties=(duty("B1", 8, 12),)))
    assert found.why.zh == "A中队 08:00-12:00 无人在班;B中队 08:00-12:00 巡查只有 1 人,不成组"
