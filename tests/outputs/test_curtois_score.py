"""The scorer of public instances, by hand and against the rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.roster import Assignment, Roster
from inputs.curtois import FIRST, Instance, read_instance, scenario_of
from outputs.curtois import score
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, SOLO, SOLO_OPTIMUM, write


def roster(**rows: str) -> Roster:
    """Return a roster from one string an employee, a letter or '-' a day."""
    return Roster(
        shifts=tuple(
            Assignment(officer=who, day=FIRST + timedelta(days=day), shift=letter)
            for who, row in rows.items()
            for day, letter in enumerate(row)
            if letter != "-"
        )
    )


@pytest.fixture
def solo(tmp_path: Path) -> Instance:
    return read_instance(write(tmp_path, "solo.txt", SOLO))


@pytest.fixture
def pair(tmp_path: Path) -> Instance:
    return read_instance(write(tmp_path, "pair.txt", PAIR))


def test_costs_add_up(solo: Instance, pair: Instance) -> None:
    best = score(solo, roster(A="-DDDD--"))
    assert (best.requests, best.under, best.over, best.total, best.breaches) == (3, 100, 0, SOLO_OPTIMUM, ())
    best = score(pair, roster(A="EEL-", B="LL--"))
    assert (best.requests, best.under, best.over, best.total, best.breaches) == (5, 10, 0, PAIR_OPTIMUM, ())
    crowded = score(pair, roster(A="EEL-", B="-LL-"))
    assert (crowded.requests, crowded.under, crowded.over) == (5, 20, 7)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("DDDD---", "day 0 off"),
        ("-DDD---", "1440 minutes"),
        ("-DDDDD-", "1 weekends"),
        ("-DD-DD-", "1 days off in a row"),
        ("-D--DDD", "1 days worked in a row"),
        ("-DDDDDD", "6 days worked in a row"),
        ("-XDDD--", "does not exist"),
    ],
)
def test_every_limit_is_watched(solo: Instance, row: str, said: str) -> None:
    assert any(said in breach.en for breach in score(solo, roster(A=row)).breaches)


def test_caps_and_successions_are_watched(pair: Instance) -> None:
    assert any("L 2 times" in b.en for b in score(pair, roster(A="LLE-", B="LL--")).breaches)
    assert any("E may not follow L" in b.en for b in score(pair, roster(A="LE--", B="LL--")).breaches)
    twice = roster(A="EE--", B="LL--")
    twice = twice.model_copy(update={"shifts": (*twice.shifts, *roster(A="L---", C="E---", B="----E").shifts)})
    assert len(score(pair, twice).breaches) == 3


def test_scorer_and_rules_agree_on_every_roster(pair: Instance) -> None:
    from scheduler.audit import audit, hard, points
    from scheduler.bench import policy

    scenario = scenario_of(pair, policy())
    seen = set()

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(st.lists(st.sampled_from(["EEL-", "LL--", "--LL", "EE-E", "-EEL", "L--L", "----", "LEE-"]), min_size=2))
    def run(rows: list[str]) -> None:
        made = roster(A=rows[0], B=rows[1])
        rules = [f for f in audit(scenario, made) if f.rule not in ("R01",)]  # nobody named the duties
        judged = score(pair, made)
        assert bool(judged.breaches) == bool(hard(rules))
        assert judged.total == points(rules)
        seen.add(bool(judged.breaches))

    run()
    assert seen == {True, False}
