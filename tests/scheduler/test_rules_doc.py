"""docs/rules.md is what the rules say today."""

from pathlib import Path

from constraints.base import all_rules
from scheduler.rules_doc import RULES_DOC, render_rules, write_rules


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert RULES_DOC.read_text(encoding="utf-8") == render_rules(), "run python -m scheduler.rules_doc"


def test_every_rule_and_parameter_is_on_the_page() -> None:
    lines = render_rules().splitlines()
    for rule in all_rules():
        assert f"## {rule.id} {rule.title.zh} / {rule.title.en}" in lines
        assert f"- 依据 source: {rule.source.zh} / {rule.source.en}" in lines
        for parameter in rule.parameters:
            row = next(line for line in lines if line.startswith(f"| `{rule.id}.{parameter.key}` |"))
            assert parameter.text.zh in row
            assert parameter.text.en in row
            assert row.count("|") == 7, "a cell breaks the table"


def test_values_are_shown_as_the_sheet_has_them() -> None:
    page = render_rules()
    assert "| 11 | 小时 h | 0 – 24 |" in page  # R03.min_rest
    assert "| 0:15 | 小时 h | 0:05 – 4 |" in page  # S02.dose
    assert "| 22:00 | 时刻 time |" in page  # R09.night_start
    assert "| 否 no | 是/否 yes/no |" in page  # R09.late_is_night
    assert "- 单价 price: `S01.weight` / 60" in page
    assert "- 单价 price (vehicles): `S03.vehicle_weight`" in page
    assert "- 数量单位 unit: 人·分钟 person-minutes" in page
    assert "- 数量单位 unit (vehicles): 辆 vehicles" in page


def test_formulas_come_from_the_modules() -> None:
    assert "works[o, a] + sum of works[o, b] <= 1 for every shift a" in render_rules()


def test_written_alike_on_every_system(tmp_path: Path) -> None:
    written = write_rules(tmp_path / "rules.md").read_bytes()
    assert written == render_rules().encode()
    assert b"\r" not in written
