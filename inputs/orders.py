"""Sudden remediations from a file of their own: any workbook with the sheet 指定整治, as the template has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from domain.scenario import Designated, Scenario
from domain.words import Text
from inputs.book import open_book
from inputs.checks_orders import check_designated
from inputs.rows import Problems, Table, read_table
from inputs.schema import SHEETS


def read_orders(path: Path, scenario: Scenario) -> tuple[Designated, ...]:
    """Read the ordered remediations of a workbook; example rows are not read.

    Raises
    ------
    InputError
        With every problem: cells that cannot be read, ids the scenario does not know, dates outside the month.
    """
    sheet = next(sheet for sheet in SHEETS if sheet.key == "designated")
    problems = Problems()
    with open_book(path) as book:
        table = read_table(book, sheet, "", problems)
    orders = tuple(order for _, order in table.records(Designated))
    if not orders and not problems.found:
        problems.add(
            Text("没有要增加的整治,请至少填一行", "no remediation to add; enter at least one row"), sheet=table.name
        )
    _unknown(table, scenario, problems)
    check_designated(table, scenario, problems)
    problems.refuse()
    return orders


def _unknown(table: Table, scenario: Scenario, problems: Problems) -> None:
    known: tuple[tuple[str, Text, Sequence[str]], ...] = (
        ("group", Text("联动小组", "joint group"), tuple(scenario.group_by_id)),
        ("hotspot", Text("热点", "hotspot"), tuple(scenario.hotspot_by_id)),
        ("squads", Text("中队", "squad"), tuple(scenario.squad_by_id)),
        ("lead", Text("中队", "squad"), tuple(scenario.squad_by_id)),
        ("commander", Text("队员", "officer"), tuple(scenario.officer_by_id)),
    )
    for row, order in table.records(Designated):
        for field, what, ids in known:
            named = getattr(order, field)
            for value in (named,) if isinstance(named, str) else named or ():
                if value not in ids:
                    text = Text(f"没有编号为“{value}”的{what.zh}", f"there is no {what.en} {value}")
                    table.report(problems, row, field, text, Text("、".join(ids[:30]), ", ".join(ids[:30])))
