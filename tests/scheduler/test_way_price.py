"""The price of a change by what it can have changed is the price by the full audit."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from domain.words import Severity
from scheduler.audit import audit, points
from scheduler.reasons import Asker
from scheduler.trial import tried
from scheduler.wants import shortfalls, want_of
from scheduler.way_price import Prices, Region
from tests.scheduler.why_kit import rostered


@pytest.mark.parametrize("seed", [1, 2])
def test_the_difference_is_that_of_the_full_audit(seed: int) -> None:
    scenario, roster, findings = rostered()
    asker, prices, rng = Asker(scenario, roster), Prices(roster), random.Random(seed)
    hard = Counter(f for f in findings if f.severity is Severity.HARD)
    short = [f for f in shortfalls(findings) if f.rule in ("S01", "S02", "S16")]
    checked, broken, cheaper = 0, 0, 0
    for finding in rng.sample(short, min(12, len(short))):
        want = want_of(scenario, roster, finding)
        assert want is not None
        for who in rng.sample(want.people, min(5, len(want.people))):
            for trial in asker.trials(want, who):
                after = tried(scenario, roster, trial, (who.squad,))
                region = Region((who.squad,), trial.day, trial.day, joint=True)
                found, now = prices.difference(scenario, after, region), audit(scenario, after)
                assert found.points == pytest.approx(points(now) - points(findings), abs=1e-6)
                assert Counter(found.broken) == Counter(f for f in now if f.severity is Severity.HARD) - hard
                checked, broken = checked + 1, broken + bool(found.broken)
                cheaper += found.points < 0
    assert checked > 20
    assert broken
    assert cheaper
