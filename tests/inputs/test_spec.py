"""A spec is read whole, or every problem of it is told at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from constraints.base import all_parameters
from domain.changes import AddPost, DissolveGroup
from domain.problem import InputError, Problem
from domain.whatif import Measure, Spec
from domain.words import PayRegime
from inputs.spec import read_spec, spec_from
from inputs.yaml_text import YamlError, read_yaml
from tests.app.kit import small_brigade

GOOD = """
title: 联动与单干
groups: [A]
hourly_pay: {comprehensive: 40}
prove: [hotspots]
scenarios:
  - name: 单干
    changes: [{do: dissolve_group, group: A}]
  - name: 新岗
    changes:
      - {do: add_post, id: P9, name: 九曲桥, squad: YY, heads: 1, start: 06:30, hours: 2}
      - {do: scale_posts, posts: [P9], heads: 2}
cross:
  - [{name: 原样}, {name: 少一人, changes: [{do: officers, squad: WT, by: -1}]}]
  - [{name: 一次}, {name: 两次, changes: [{do: group, group: A, remediations: 2}]}]
sweeps: ["officers(WT)=-2..2"]
minimum: [{least: officers(WT), such_that: "posts=100%, hotspots>=0.9"}]
risk: [{rate: 0.05, samples: 4}]
n_minus_one: {vehicles: false}
"""
BAD = """title: x
groups: [A, Q]
bogus: 3
scenarios:
  - name: one
    changes:
      - {do: officers, squad: WT, by: two}
      - {do: officers, squad: XX, by: 2}
      - {do: officers, squad: WT, by: -99}
      - {do: fly}
      - {squad: WT}
      - {do: add_post, id: P9, name: n, squad: WT, heads: 2, start: six, hours: 2}
      - do: policy
        set:
          R03.min_rest: 99
          R99.x: 1
      - {do: group, group: A, heads: -1}
  - name: one
sweeps: ["officers(WT)=-1..1", "fly(WT)=1..2", "officers(WT)=-40..1"]
minimum: [{least: officers(WT), such_that: "posts=1.0, moon>=3"}]
"""


def read(text: str) -> Spec:
    return spec_from(text, "s.yaml", small_brigade(), all_parameters())


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as error:
        read(text)
    return error.value.problems


def test_a_good_spec_is_read_whole() -> None:
    spec = read(GOOD)
    assert spec.title == "联动与单干"
    assert spec.scenarios[0].changes == (DissolveGroup(group="A"),)
    post = spec.scenarios[1].changes[0]
    assert isinstance(post, AddPost)
    assert f"{post.start:%H:%M}" == "06:30"  # and not the number 390
    assert [len(alternatives) for alternatives in spec.cross] == [2, 2]
    assert (spec.prove, spec.hourly_pay) == ((Measure.HOTSPOTS,), {PayRegime.COMPREHENSIVE: 40})


def test_a_broken_spec_reports_all_its_problems_at_once_by_line() -> None:
    assert [(p.row, p.column) for p in problems(BAD)] == [
        (2, "groups.2"),
        (3, "bogus"),
        (7, "scenarios.1.changes.1.by"),
        (8, "scenarios.1.changes.2.squad"),
        (9, "scenarios.1.changes.3.by"),
        (10, "scenarios.1.changes.4"),
        (11, "scenarios.1.changes.5"),
        (12, "scenarios.1.changes.6.start"),
        (15, "scenarios.1.changes.7.set.R03.min_rest"),
        (16, "scenarios.1.changes.7.set.R99.x"),
        (17, "scenarios.1.changes.8.heads"),
        (18, "scenarios.2.name"),
        (19, "sweeps.2"),
        (19, "sweeps.3"),
        (20, "minimum.1.such_that"),
    ]


def test_a_wrong_squad_is_told_beside_what_else_is_wrong_with_its_change() -> None:
    text = "scenarios:\n  - name: x\n    changes:\n      - {do: officers, squad: NN,\n         by: two}\n"
    assert [(p.row, p.column.rsplit(".", 1)[1]) for p in problems(text)] == [
        (4, "squad"),
        (5, "by"),
    ]


def test_choices_are_listed_plainly() -> None:
    (problem,) = problems("prove: [hotspot]\nscenarios: [{name: x}]\n")
    assert problem.expected is not None
    assert problem.expected.zh.startswith("posts、desks、")
    assert problem.expected.en.startswith("posts, desks, ")


def test_every_problem_names_the_file_and_speaks_both_languages() -> None:
    for problem in problems(BAD):
        assert problem.file == "s.yaml"
        assert problem.text.zh
        assert problem.text.en
        assert "Input should be" not in problem.text.en


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1\nb: 2", 2),
        ("a: &x 1\nb: *x", 1),
        ("a: 1\nb: !!python/object:os.system {}", 2),
        ("[" * 100, None),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, line: int | None) -> None:
    (problem,) = problems(text)
    assert line is None or problem.row == line


def test_a_key_written_twice_is_told() -> None:
    assert [(p.row, p.text.en) for p in problems("title: a\ntitle: b\n")] == [
        (2, "title stands here twice; delete one")
    ]


def test_times_and_dates_stay_texts_and_quoted_numbers_too() -> None:
    data = read_yaml("a: 06:30\nb: 2026-10-01\nc: '7'\nd: 7\ne: 0.5\nf: true\ng: no\nh: ~\n").data
    assert data == {"a": "06:30", "b": "2026-10-01", "c": "7", "d": 7, "e": 0.5, "f": True, "g": "no", "h": None}


def test_huge_and_empty_texts() -> None:
    with pytest.raises(YamlError, match="too large"):
        read_yaml("x" * (2 << 20))
    assert read("") == Spec()


def test_a_file_that_is_no_text_or_not_there_is_a_problem(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"\xff\xfe\x00")
    for path in (bad, tmp_path / "none.yaml"):
        with pytest.raises(InputError) as error:
            read_spec(path, small_brigade(), all_parameters())
        assert error.value.problems[0].file == path.name
