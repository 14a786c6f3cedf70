"""What a solver of lines alone is told of a squad's month, and what is said where it cannot be run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.environments import Missing, check_java
from benchmarks.squad_lines import ANY, as_problem, heads_table, visits_lost, worked
from domain.scenario import Absence
from domain.words import AbsenceKind
from tests.constraints.joint import on
from tests.constraints.kit import tiny
from tests.scheduler.kit import post, squad_of


def test_dates_off_shifts_and_heads_of_a_squad_are_told_as_plain_data() -> None:
    """Two officers, one on leave on the second date, and a post from 08:00 to 10:00."""
    away = Absence(officer="A1", kind=AbsenceKind.ANNUAL, start=on(1), end=on(2))
    scenario = tiny(squad_of(2, "A"), posts=(post("P", "A"),), absences=(away,))
    told = json.loads(json.dumps(as_problem(scenario, "A")))
    assert told["days"] == 3
    assert [officer["days"] for officer in told["officers"]] == [[0, 2], [0, 1, 2]]
    early = told["shifts"].index("E")
    manned = [s for s in told["segments"] if s["cost"][0][0] > s["cost"][-1][-1]]
    assert sorted(s["on"] for s in manned) == [[[day, early]] for day in range(3)]
    assert {s["cost"][0][0] - s["cost"][-1][-1] for s in manned} == {10 * 2 * 30}  # tenths, hours, points an hour (S01)
    assert all(
        c in (early, told["shifts"].index("L"), ANY)
        for o in told["officers"]
        for r in o["rows"]
        for _, c, _ in r["gains"]
    )


def test_lines_come_back_as_dated_shifts() -> None:
    scenario = tiny(squad_of(2, "A"))
    names = as_problem(scenario, "A")["shifts"]
    found = worked(scenario, "A", [[1, 2, names.index("L")]])
    assert found == {("A2", scenario.shift_day("L", on(2)))}


def test_heads_fill_the_dearest_places_first_and_patrol_in_pairs() -> None:
    window = (1.0, 4.0, 3)  # three visits wanted: missing all costs 4 x (1 + 2 + 3)
    table = heads_table(0.0, (50.0, 20.0), (window,), 3.0, (3, 1))
    assert table[0] == (94.0, 44.0)
    assert table[1][0] == 44.0
    assert table[2][1] == 20.0  # one at the dearer post, a pair on patrol
    assert table[3][1] == 0.0
    assert visits_lost((window,), 0.0) == pytest.approx(24.0)
    assert visits_lost((window,), 3.0) == pytest.approx(0.0)


def test_without_java_the_table_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Missing, match="skipped: no Java 17 or newer"):
        check_java()


@pytest.mark.parametrize(("version", "fits"), [("17.0.15", True), ("21-ea", True), ("11.0.2", False), ("1.8.0", False)])
def test_an_older_java_will_not_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, fits: bool) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if fits:
        check_java()
    else:
        with pytest.raises(Missing, match="17 or newer is needed"):
            check_java()
