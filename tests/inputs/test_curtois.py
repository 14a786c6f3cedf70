"""The reader of public instances, and what they become in our words."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.limits import Limits, ShiftCap, Succession
from domain.problem import InputError
from inputs.curtois import FIRST, lost_requests, read_instance, scenario_of
from tests.inputs.instances import PAIR, SOLO, write


def test_an_instance_is_read_whole(tmp_path: Path) -> None:
    found = read_instance(write(tmp_path, "Instance7.txt", PAIR))
    assert (found.name, found.days) == ("Instance7", 4)
    assert [(s.id, s.minutes, s.not_then) for s in found.shifts] == [("E", 480, ()), ("L", 600, ("E",))]
    assert found.staff[0] == ("A", (("E", 4), ("L", 1)), 2000, 900, 4, 1, 1, 1)
    assert found.on == (("A", 0, "L", 5), ("A", 1, "E", 2))
    assert (found.off, found.days_off) == ((), frozenset())
    assert found.cover[-1] == (2, "L", 1, 10, 7)


def test_it_becomes_a_scenario_of_plain_limits(tmp_path: Path) -> None:
    found = scenario_of(read_instance(write(tmp_path, "Instance7.txt", PAIR)), {"S06.weight": 0})
    assert FIRST.weekday() == 0
    assert len(found.dates) == 4
    assert found.limits[1] == Limits(
        officer="B",
        most_days=3,
        least_days=2,
        least_rest_days=1,
        most_weekends=1,
        least_hours=timedelta(hours=20),
        most_hours=timedelta(hours=20),
    )
    assert found.shift_caps[1] == ShiftCap(officer="A", shift="L", most=1)
    assert found.successions == (Succession(first="L", then="E"),)
    assert found.wanted["S", "L", date(2024, 1, 2)].heads == 2
    assert ("S", "E", date(2024, 1, 3)) not in found.wanted
    assert found.policy == {"S06.weight": 0}


def test_requests_for_a_day_off_are_lost(tmp_path: Path) -> None:
    text = SOLO.replace("A,1,D,4", "A,0,D,4\nA,1,D,2").replace("A,2,D,3", "A,0,D,9")
    found = read_instance(write(tmp_path, "x.txt", text))
    assert lost_requests(found) == 4  # the one against a shift is kept by itself
    assert [(r.date, r.weight) for r in scenario_of(found, {}).requests] == [(FIRST + timedelta(days=1), 2)]


def test_two_requests_for_the_same_add_up(tmp_path: Path) -> None:
    found = read_instance(write(tmp_path, "x.txt", SOLO.replace("A,1,D,4", "A,1,D,4\nA,1,D,2")))
    assert [r.weight for r in scenario_of(found, {}).requests] == [6, 3]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("D,480,", "D,480", 6, "2 values"),
        ("D,480,", "D,0,", 6, "no fitting whole number"),
        ("D,480,", "D,480,X", 6, "no such shift"),
        ("D,480,", "D,480,\nD,60,", 7, "line 6 has it too"),
        ("A,D=7", ",D=7", 9, "id is missing"),
        ("D=7", "X=7", 9, "no such shift"),
        ("D=7", "D=many", 9, "cannot be read"),
        ("2400,1920", "1920,2400", 9, "above the most"),
        ("2400", "2400.5", 9, "no fitting whole number"),
        ("A,0\n", "A,0,7\n", 12, "no fitting whole number"),
        ("A,0\n", "B,0\n", 12, "no such employee"),
        ("A,1,D,4", "A,1,D,-4", 15, "no fitting whole number"),
        ("0,D,1,100,1", "0,D,1,100,1\n0,D,2,100,1", 22, "line 21 has it too"),
        ("SECTION_COVER", "SECTION_COVERS", 20, "unknown"),
        ("SECTION_COVER", "SECTION_DAYS_OFF", 20, "twice"),
        ("# one", "1,2\n# one", 1, "before the first section"),
        ("SECTION_STAFF\nA,D=7,2400,1920,5,2,2,0", "", 1, "SECTION_STAFF is missing"),
        ("\n7\n", "\n7\n8\n", 4, "one line only"),
    ],
)
def test_a_mistake_is_reported_at_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in SOLO
    with pytest.raises(InputError) as caught:
        read_instance(write(tmp_path, "x.txt", SOLO.replace(old, new, 1)))
    found = {(p.sheet, p.row) for p in caught.value.problems if said in p.text.en}
    assert found == {("x.txt", line)}
    assert all(p.text.zh and p.text.zh != p.text.en for p in caught.value.problems)


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    text = SOLO.replace("D,480,", "D,x,").replace("A,1,D,4", "A,9,D,4").replace("6,D,0,100,1", "6,D,0,100,?")
    with pytest.raises(InputError) as caught:
        read_instance(write(tmp_path, "x.txt", text))
    assert {p.row for p in caught.value.problems} == {6, 15, 27}


def test_what_is_no_text_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match="no text file"):
        read_instance(path)
