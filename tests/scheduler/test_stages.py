"""Lines and duties of a part: what is asked for and cannot be is priced, and nothing chosen is no obstacle."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import Any

import pytest

from domain.roster import Roster, VehicleUse
from domain.scenario import Vehicle
from domain.words import DutyKind, Rank, Status, VehicleKind
from scheduler import polish, stages
from scheduler.build import Built, build
from scheduler.days import Days, Month
from scheduler.decided import Decided
from scheduler.job import Job
from scheduler.parts import DECIDING, Clock
from scheduler.polish import polished, same_heads
from scheduler.solve import Limits, Outcome, solve
from scheduler.stages import Matched, _dearer, _lines, _matched
from tests.constraints.joint import candidate, holding, hotspot, joint
from tests.constraints.kit import EARLY, officer, tiny
from tests.scheduler.kit import post, shift_on, squad_of
from tests.scheduler.test_days import always, scarce

LIMITS = Limits(seconds=None, deterministic=0.5, threads=1)
FOUND = Outcome(Status.FEASIBLE, Decided(), None, None)


def test_lines_match_the_heads_of_columns_that_fit_together() -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    month = days.run(always, rounds=30)
    found = _lines(scenario, Job(("A",), LIMITS), Clock(LIMITS), days, month)
    assert found.lines.decided is not None
    assert found.cost == sum(c.cost for c in found.columns) >= month.bound


def test_lines_are_found_where_no_columns_fit_together() -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    found = _lines(scenario, Job(("A",), LIMITS), Clock(LIMITS), days, Month((), None, 0.0, 0.0))
    assert found.lines.decided is not None
    assert len(found.columns) == len(scenario.dates)


def test_heads_that_no_lines_match_are_sought_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first lines leave a date without anybody and duties; no more than that is then asked of it."""
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    month = days.run(always, rounds=30)
    busy = next(c for c in month.columns if c.heads)
    tried: list[Matched] = []

    def lines(scenario: Any, job: Any, clock: Any, days: Days, month: Month) -> Matched:
        aim = {key: n for column in month.columns for key, n in column.heads.items()}
        heads = {key: n for key, n in aim.items() if key not in busy.heads}
        columns = tuple(c for c in days.fitted(heads) if tried or c.day != busy.day)
        short = dict.fromkeys(aim.keys() - heads.keys(), 0)
        cost = sum(c.cost for c in columns) if tried else inf
        tried.append(Matched(FOUND, columns, cost, short))
        return tried[-1]

    monkeypatch.setattr(stages, "_lines", lines)
    found = _matched(scenario, Job(("A",), LIMITS), Clock(LIMITS), days, month)
    assert [bool(one.short) for one in tried] == [True, False]
    assert found is tried[-1]
    assert not set(busy.heads) & {key for column in tried[-1].columns for key in column.heads}


def test_no_more_heads_work_than_are_left_and_what_is_there_may_be_chosen() -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    before = days.run(always, rounds=30)
    busy = next(c for c in before.columns if c.heads)
    heads = {key: n for column in before.columns for key, n in column.heads.items() if key not in busy.heads}
    there = days.fitted(heads)
    after = days.within(dict.fromkeys(busy.heads, 0), there, always, rounds=30)
    assert before.cost is not None
    assert after.cost is not None
    assert before.cost <= after.cost <= sum(column.cost for column in there)
    assert not any(key in busy.heads for column in after.columns for key in column.heads)


def test_a_head_short_is_priced_at_what_its_day_loses() -> None:
    days = Days(scarce(), DECIDING, ("A",))
    month = days.run(always, rounds=30)
    heads = {key: n for column in month.columns for key, n in column.heads.items()}
    assert _dearer(month, days.fitted(heads), heads) == {}
    busy = next(c for c in month.columns if c.heads)
    left = {key: n for key, n in heads.items() if key not in busy.heads}
    fitted = days.fitted(left)
    lost = next(c.cost for c in fitted if c.day == busy.day) - busy.cost
    assert lost > 0
    assert _dearer(month, fitted, left) == {busy.day: lost // sum(busy.heads.values())}


@pytest.mark.parametrize("vain", [1, 2])
def test_lines_that_were_not_found_in_time_are_sought_once_more(monkeypatch: pytest.MonkeyPatch, vain: int) -> None:
    scenario = scarce()
    days = Days(scenario, DECIDING, ("A",))
    month = days.run(always, rounds=30)
    asked: list[Limits] = []

    def late(built: Any, limits: Limits, **rest: Any) -> stages.Outcome:
        asked.append(limits)
        late = len(asked) <= vain
        return stages.Outcome(Status.UNKNOWN, None, None, None) if late else solve(built, limits, **rest)

    solve = stages.solve
    monkeypatch.setattr(stages, "solve", late)
    limits = Limits(seconds=1.0, threads=1)
    found = _lines(scenario, Job(("A",), limits), Clock(limits), days, month)
    assert [(limits.seconds, limits.first) for limits in asked[1 : vain + 1]] == [
        (stages.LINES_SECONDS, False),
        (stages.PATIENT_SECONDS, True),
    ][:vain]
    assert found.lines.decided is not None


def test_heads_that_do_nothing_may_go_but_not_those_who_visit() -> None:
    """Two work every day where one stands at the post; on the first date they visit the hotspot as well."""
    scenario = tiny(squad_of(2), shifts=(EARLY,), count=3, posts=(post(),), hotspots=(hotspot(),))
    built = build(scenario, DECIDING, squads=("A",))
    model = built.model
    for literal in model.works.values():
        model.cp.add(literal == 1)
    for (_, window), visits in model.visits.items():
        model.cp.add(visits == (1 if window.day == scenario.first else 0))
    for (_, _, task), heads in model.staff.items():
        model.cp.add(heads == (task.kind is DutyKind.POST))
    known = solve(built, LIMITS).decided
    assert known is not None
    lines = same_heads(scenario, Job(("A",), LIMITS), known)
    lines.model.cp.minimize(sum(lines.model.works.values()))
    least = solve(lines, LIMITS).decided
    assert least is not None
    heads = Counter(shift.day for _, shift in least.shifts)
    assert [heads[day] for day in scenario.dates] == [2, 1, 1]


def test_lines_are_bettered_where_two_squads_have_chosen_more_vehicles_than_they_have_drivers() -> None:
    """Squad A has its own car in mind, squad B's goes as well, and only squad A's leader may drive."""
    people = (
        officer("1", "A", rank=Rank.LEADER, licences=(VehicleKind.CAR,)),
        *(officer(o, o[0]) for o in ("A2", "B2", "B3")),
        officer("B1", "B", rank=Rank.LEADER),
    )
    cars = tuple(Vehicle(id=f"V{s}", name=f"car {s}", kind=VehicleKind.CAR, squad=s) for s in "AB")
    scenario = joint(people, vehicles=cars)
    c = candidate(need_squads=2)
    there = holding(c, "B1", "B2", "B3", vehicles=(VehicleUse(vehicle="VB", driver="1"),))
    job = Job(("A",), LIMITS, candidates=(c,), held=frozenset({c.id}), frozen=Roster(remediations=(there,)))
    shifts = (shift_on(scenario, 0, "E"), shift_on(scenario, 2, "L"))
    known = Decided(
        shifts=frozenset((who, shift) for who in ("1", "A2") for shift in shifts),
        joins=frozenset({("1", c.id), ("A2", c.id)}),
        uses=frozenset({("VA", c.id)}),
        hosts={c.id: "A"},
    )
    assert solve(same_heads(scenario, job, known), LIMITS).decided is not None
    assert polished(scenario, job, Clock(LIMITS), known).uses == known.uses


def test_every_class_gets_time_and_what_it_finds_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small classes come first and are proven; what is no better than before is left out."""
    scenario = tiny([*squad_of(4), officer("5", certified=False)], shifts=(EARLY,), count=2)
    known = Decided(shifts=frozenset({("A1", shift_on(scenario, 0, "E")), ("5", shift_on(scenario, 1, "E"))}))
    asked: list[tuple[bool, float]] = []
    costs = iter((5, 7))

    def solving(built: Built, limits: Limits, *, known: Decided, **_: object) -> Outcome:
        asked.append((limits.light, limits.deterministic or 0.0))
        return Outcome(Status.FEASIBLE, Decided(hosts={"found": str(len(asked))}), next(costs), None)

    monkeypatch.setattr(polish, "solve", solving)
    found = polished(scenario, Job(("A",), LIMITS), Clock(LIMITS), known)
    assert [light for light, _ in asked] == [True, False]
    assert asked[0][1] < asked[1][1] <= 0.5
    assert found.hosts == {"found": "1"}
