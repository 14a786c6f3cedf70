"""What is printed of findings, edits and problems: who, when, what and the way out, in both languages."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from app.console import Voice, harmless, value
from app.findings import MOST_EDITS, show_breaches, show_edits, where_of
from app.problems import show_problems
from domain.parameter import type_of_value
from domain.problem import Problem
from domain.result import Finding, RuleInfo, Where
from domain.roster import Remediation
from domain.units import MINUTES
from domain.words import Severity, Text
from scheduler.judge import Edit, Edits
from tests.app.kit import small_brigade

DAY = date(2026, 10, 13)
NOON = datetime(2026, 10, 13, 12)
RULES = (
    RuleInfo(
        id="R03", title=Text("班次间休息", "Rest"), severity=Severity.HARD, unit=MINUTES, source=Text("无", "none")
    ),
)


def voice(lang: str) -> Voice:
    return Voice(lang, *(Console(file=io.StringIO(), width=80, markup=False, highlight=False) for _ in range(2)))


def said(speaker: Voice, *, err: bool = False) -> str:
    stream = (speaker.err if err else speaker.out).file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def breach(**where: object) -> Finding:
    return Finding(
        rule="R03",
        severity=Severity.HARD,
        amount=150,
        where=Where(**where),  # type: ignore[arg-type]
        text=Text("休息不足", "too little rest"),
        advice=Text("改为休", "give a day off"),
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("R03 班次间休息", "外甲(WT1)", "2026-10-13", "休息不足", "办法:改为休")),
        ("en", ("R03 Rest", "外甲(WT1)", "2026-10-13", "too little rest", "What to do: give a day off")),
    ],
)
def test_a_breach_names_rule_officer_date_and_way_out(lang: str, words: tuple[str, ...]) -> None:
    speaker = voice(lang)
    show_breaches(speaker, small_brigade(), [breach(officer="WT1", day=DAY)], RULES)
    for word in words:
        assert word in said(speaker)


def test_where_names_whatever_there_is_and_an_unknown_officer_by_id() -> None:
    scenario, speaker = small_brigade(), voice("zh")
    assert where_of(speaker, scenario, breach(group="A")) == "第一联动小组(A)"
    assert where_of(speaker, scenario, breach(squad="WT", start=NOON, end=NOON + timedelta(hours=1))) == (
        "外滩 2026-10-13 12:00-13:00"
    )
    assert where_of(speaker, scenario, breach(officer="nobody")) == "nobody"
    assert where_of(speaker, scenario, breach()) == ""


def test_edits_are_listed_up_to_a_number_and_the_rest_is_counted() -> None:
    rows = tuple(Edit(officer="WT1", day=DAY, before="E", after=None) for _ in range(MOST_EDITS + 3))
    speaker = voice("zh")
    show_edits(speaker, small_brigade(), Edits(shifts=rows))
    assert said(speaker).count("外甲(WT1) 2026-10-13:早班 改为 休") == MOST_EDITS
    assert "另有 3 处" in said(speaker)


@pytest.mark.parametrize(
    ("lang", "word"),
    [
        ("zh", "外甲(WT1) 改为 豫甲(YY1)"),
        ("en", "commander 外甲(WT1) -> 豫甲(YY1)"),
    ],
)
def test_an_edited_remediation_says_what_was_edited(lang: str, word: str) -> None:
    before = Remediation(
        id="A-1",
        group="A",
        hotspot="H1",
        start=NOON,
        end=NOON + timedelta(hours=4),
        host="WT",
        lead="WT",
        commander="WT1",
        participants=("WT1",),
    )
    after = before.model_copy(update={"host": "YY", "commander": "YY1"})
    speaker = voice(lang)
    show_edits(speaker, small_brigade(), Edits(changed=((before, after),)))
    assert word in said(speaker)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("共 2 处问题", "第 12 行 中队 (C)", "读到:XX", "应为:中队编号", "文件")),
        ("en", ("2 problem(s)", "row 12 中队 (C)", "read: XX", "expected: a squad's id", "The file")),
    ],
)
def test_a_problem_names_sheet_row_column_what_was_read_and_expected(lang: str, words: tuple[str, ...]) -> None:
    placed = Problem(
        text=Text("没有这个中队", "no such squad"),
        sheet="队员",
        row=12,
        column="中队 (C)",
        read="XX",
        expected=Text("中队编号", "a squad's id"),
    )
    speaker = voice(lang)
    show_problems(speaker, (placed, Problem(text=Text("坏了", "broken"))))
    for word in words:
        assert word in said(speaker, err=True)
    assert said(speaker) == ""


def test_what_a_user_typed_neither_steers_the_console_nor_is_read_as_markup() -> None:
    hostile = "\x1b[31m[red]x[/red]\x07\x9b2J"
    speaker = voice("en")
    show_problems(speaker, (Problem(text=Text(hostile, hostile), read=hostile),))
    shown = said(speaker, err=True)
    assert "[red]x[/red]" in shown
    assert not any(c in shown for c in "\x1b\x07\x9b")


def test_harmless_keeps_line_breaks_and_letters() -> None:
    assert harmless("甲\n乙\tA\ud800") == "甲\n乙 A "


def test_long_chinese_and_english_texts_stay_within_80_columns() -> None:
    speaker = voice("zh")
    speaker.say("汉" * 300, "", indent=4)
    speaker.say("word " * 60, "", indent=4)
    assert max(cell_len(line) for line in said(speaker).splitlines()) <= 80


def test_a_path_is_not_broken_into_lines() -> None:
    speaker = voice("en")
    speaker.say("", "/a very long folder" * 10, whole=True)
    assert len(said(speaker).splitlines()) == 1


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (timedelta(hours=11), "11"),
        (timedelta(minutes=90), "1.5"),
        (datetime(2026, 1, 1, 22).time(), "22:00"),
        (True, "是"),
        (5, "5"),
    ],
)
def test_values_are_shown_as_people_write_them(found: type_of_value, shown: str) -> None:
    assert value(found, "zh") == shown
