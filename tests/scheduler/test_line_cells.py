"""Choices of the mix: what is open, what stays, and how many are opened the next time."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from constraints.base import GRAIN
from domain.scenario import Scenario
from domain.words import Status
from inputs.curtois import read_instance, scenario_of
from scheduler.bench import policy
from scheduler.line_cp import between, own_cost, solve_part
from scheduler.line_crew import Crew
from scheduler.line_generate import Generator
from scheduler.line_jobs import CHOICES, LARGER, SMALLER, Jobs, Kind
from scheduler.line_known import Known
from scheduler.line_master import Master
from scheduler.line_rounds import Bettered, Part, better
from scheduler.line_store import Store
from scheduler.progress import Watch
from scheduler.solve import Limits
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, write

QUICK = Limits(seconds=20, threads=2)


@pytest.fixture
def pair(tmp_path: Path) -> Scenario:
    return scenario_of(read_instance(write(tmp_path, "pair.txt", PAIR)), policy())


@pytest.fixture
def known(pair: Scenario) -> Known:
    """Return what is known at first: each officer's cheapest lines without prices, the dearer ones as they stand."""
    known, store = Known(pair, Watch(60)), Store(pair)
    columns, _ = store.price(known.everyone, [0.0] * known.ties.totals, 3)
    known.step = GRAIN
    known.keep({o: (line, cost) for o, line, cost in columns})
    return known


def jobs_of(known: Known) -> tuple[Jobs, Generator]:
    generator = Generator(known, Crew((), known.everyone, known.watch), Master(known.ties, known.everyone))
    store = Store(known.scenario)
    for _ in range(6):
        generator.master.add(store.price(known.everyone, generator.prices, 3)[0])
        generator.master.add((o, line, cost) for o, (line, cost) in known.lines.items())
        mixed = generator.master.solve()
        assert mixed is not None
        generator.prices = [0.0] * known.ties.totals
        for price, row in zip(mixed[1].rows, known.ties.rows, strict=True):
            for total, factor in row.totals.items():
                generator.prices[total] += price * factor
    return Jobs(known, generator, random.Random(1), long=False), generator


def test_cells_are_where_lines_differ_with_what_they_choose_there() -> None:
    assert between({0: [(0, 1, 2), (0, 2, 2), (0, 1, 0)], 1: [(1, 1, 1)], 2: {(0, 0, 0), (3, 0, 0)}}) == {
        0: {1: (1, 2), 2: (0, 2)},
        2: {0: (0, 3)},
    }


def test_what_is_not_open_stays_and_is_paid_for(pair: Scenario) -> None:
    store = Store(pair)
    models = {n: store.model(n) for n in (0, 1)}
    start = {0: (0, 0, 1, 1), 1: (2, 0, 0, 2)}
    closed = solve_part(models, store.ties, QUICK, known=start, cells={})
    assert closed.status is Status.OPTIMAL
    assert closed.lines == start
    every = {o: dict.fromkeys(range(4), (0, 1, 2)) for o in (0, 1)}
    opened = solve_part(models, store.ties, QUICK, known=start, cells=every)
    assert opened.cost == PAIR_OPTIMUM * GRAIN
    first = solve_part(models, store.ties, QUICK, known=start, cells={0: {0: (0, 1)}})
    assert first.lines is not None
    assert first.lines[1] == start[1]
    assert first.lines[0][1:] == start[0][1:]
    assert closed.cost is not None
    assert first.cost is not None
    assert opened.cost <= first.cost <= closed.cost
    assert all(own_cost(models[o], line) >= 0 for o, line in first.lines.items())


def test_the_choices_of_the_mix_come_first_and_keep_everything_else(known: Known) -> None:
    jobs, generator = jobs_of(known)
    proof, part = jobs.draw([]), jobs.draw([])
    assert proof.proving
    mix = generator.mixed()
    assert set(mix) == set(known.everyone)
    assert part.known == {o: lines[0] for o, lines in mix.items()}
    assert part.cells == between(mix)
    kinds = [job.kind for job in (jobs.draw([]) for _ in range(len(Kind)))]
    assert kinds == [kind.value for kind in Kind]


def test_the_mix_is_asked_again_only_with_new_lines(known: Known) -> None:
    _, generator = jobs_of(known)
    first = generator.mixed()
    assert generator.mixed() is first
    officer = 0
    fresh = next(
        line
        for line in ((a, b, c, d) for a in range(3) for b in range(3) for c in range(3) for d in range(3))
        if (officer, line) not in generator.master.columns
    )
    generator.master.add([(officer, fresh, 10**9)])
    assert generator.mixed() is not first


def around(jobs: Jobs) -> Part:
    return next(part for part in (jobs.draw([]) for _ in range(200)) if part.kind == Kind.AROUND)


def test_jobs_around_the_roster_open_its_own_choices_too(known: Known) -> None:
    jobs, _ = jobs_of(known)
    part = around(jobs)
    assert part.cells
    for officer, cells in part.cells.items():
        line = known.lines[officer][0]
        assert all(line[n] in choices for n, choices in cells.items())
    assert set(part.cells) <= set(part.officers)
    found = better(Store(known.scenario), replace(part, until=part.until + 60), lambda: True)
    assert found.proven


def test_more_is_opened_after_a_proof_and_less_where_time_was_too_short(known: Known) -> None:
    jobs, _ = jobs_of(known)
    part = around(jobs)
    assert jobs.room == CHOICES
    jobs.heard(part, Bettered({}, (), proven=True), 0.0, 1.0)
    assert jobs.room == CHOICES * LARGER
    jobs.heard(part, Bettered({}, (), proven=False), 0.0, 1.0)
    assert jobs.room == CHOICES * LARGER * SMALLER
    jobs.heard(part, Bettered({0: known.lines[0]}, (), proven=False), 1.0, 1.0)
    jobs.heard(replace(part, kind=Kind.DAYS), Bettered({}, (), proven=True), 0.0, 1.0)
    assert jobs.room == CHOICES * LARGER * SMALLER


def test_kinds_that_gain_are_drawn_more_often_and_none_is_forgotten(known: Known) -> None:
    jobs, _ = jobs_of(known)
    first = {Kind(part.kind): part for part in (jobs.draw([]) for _ in range(2 + len(Kind))) if part.kind}
    assert set(first) == set(Kind)
    for kind, part in first.items():
        jobs.heard(part, Bettered({}, ()), 100.0 if kind is Kind.DAYS else 0.0, 1.0)
    drawn = Counter(jobs.draw([]).kind for _ in range(400))
    assert drawn[Kind.DAYS] > 200
    assert set(drawn) == set(Kind)
    for _ in range(40):
        jobs.heard(first[Kind.DAYS], Bettered({}, ()), 0.0, 1.0)
        jobs.heard(first[Kind.SMALL], Bettered({}, ()), 1.0, 10.0)
    assert Counter(jobs.draw([]).kind for _ in range(400)).most_common(1)[0][0] == Kind.SMALL
