"""The verb bench: tiny instances whose optimum is known, and a bound that never passes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.words import Status
from inputs.curtois import read_instance
from scheduler.bench import PUBLISHED, bench_instance, instances
from scheduler.progress import Options, Progress, Watch
from tests.inputs.instances import PAIR, PAIR_OPTIMUM, SOLO, SOLO_OPTIMUM, write


@pytest.mark.parametrize(("text", "optimum"), [(SOLO, SOLO_OPTIMUM), (PAIR, PAIR_OPTIMUM)])
def test_a_known_optimum_is_found_and_proven(tmp_path: Path, text: str, optimum: int) -> None:
    instance = read_instance(write(tmp_path, "Instance99.txt", text))
    row, _ = bench_instance(99, instance, Options(seconds=20, workers=1), Watch(20))
    assert (row.objective, row.bound, row.gap, row.status) == (optimum, optimum, 0, Status.OPTIMAL)
    assert (row.score, row.breaches, row.sound, row.published) == (optimum, (), True, None)


def test_what_everybody_pays_is_in_objective_and_bound(tmp_path: Path) -> None:
    text = SOLO.replace("A,1,D,4", "A,0,D,40\nA,1,D,4")
    instance = read_instance(write(tmp_path, "Instance99.txt", text))
    said: list[Progress] = []
    row, _ = bench_instance(99, instance, Options(seconds=20, workers=1), Watch(20, said.append))
    assert (row.objective, row.bound, row.score) == (SOLO_OPTIMUM + 40,) * 3
    last = [(one.objective, one.bound) for one in said if one.objective is not None and one.bound is not None][-1]
    assert last == (SOLO_OPTIMUM + 40,) * 2


def test_instances_are_found_by_their_number(tmp_path: Path) -> None:
    for name in ("Instance10.txt", "Instance2.txt", "notes.txt", "Instance3.csv"):
        write(tmp_path, name, "")
    assert list(instances(tmp_path)) == [2, 10]


def test_published_figures_are_in_order() -> None:
    assert list(PUBLISHED) == list(range(1, 25))
    for known in PUBLISHED.values():
        assert known.lower <= known.upper <= (known.ten_minutes or known.upper)
