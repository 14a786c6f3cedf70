"""The engine in one process: what it keeps, what it proves, and what a lost job costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.scenario import Scenario
from scheduler import parallel
from scheduler.candidates import list_candidates
from scheduler.choose import choose
from scheduler.engine import Engine
from scheduler.progress import Options, Watch
from tests.scheduler.kit import Inline, two_squads

LONG = 3600.0


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
    assert 0 < engine.bound <= engine.best.points
