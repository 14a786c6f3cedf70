"""The roster workbook: every sheet a brigade prints and files, in Chinese or English."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

from domain.explanation import Explanation
from domain.parameter import Parameter
from domain.result import Result, RuleInfo
from domain.scenario import Scenario
from domain.words import Text
from outputs.actions import holding_rows, meeting_rows, plan_rows, sortie_rows, vehicle_rows
from outputs.book import A3, A4, Book, Cell, Page, tall
from outputs.carry import write_carry
from outputs.changes import change_rows, summary
from outputs.cover import write_cover
from outputs.daily import daily_rows, watch_rows
from outputs.fairness import fairness_rows, write_charts
from outputs.figures import coverage_rows, finding_rows, folded, ledger_sheet_rows, parameter_rows
from outputs.grid import marks, write_grid
from outputs.layout import (
    CHANGES,
    COVER,
    COVERAGE,
    DAILY,
    FAIRNESS,
    FINDINGS,
    HOLDINGS,
    LEDGER,
    MEETINGS,
    PARAMETERS,
    PLAN,
    SHORTFALLS,
    SORTIES,
    VEHICLES,
    WATCH,
    Sheet,
)
from outputs.ledger import ledger_rows
from outputs.orders import write_orders
from outputs.printing import grid_names, period
from outputs.shortfalls import grid_marks, shortfall_rows


def write_roster(
    path: Path,
    scenario: Scenario,
    result: Result,
    parameters: Sequence[tuple[str, Parameter]],
    rules: Sequence[RuleInfo],
    *,
    lang: str = "zh",
    filled: date | None = None,
    explained: Explanation | None = None,
    notes: Callable[[], Sequence[Text]] | None = None,
) -> None:
    """Write the workbook of a finished roster.

    Parameters
    ----------
    path
        The file; it is replaced.
    scenario, result
        What was rostered, and the roster with its report and findings.
    parameters, rules
        (rule id, parameter) of every rule, and what may be shown of the rules.
    lang
        "zh" or "en".
    filled
        Printed as 填表时间; today if None.
    explained
        What 缺口与对策 says; without it that sheet and the marks that lead there are left out.
    notes
        What the report notes besides, asked for once everything else is written: it may still be on its way.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    filled = filled or date.today()
    target = BytesIO()
    book = Book(target, lang)
    roster = result.roster
    ledger = ledger_rows(scenario, roster)
    cover = book.page(COVER.name.get(lang))
    short = grid_marks(scenario, explained, rules, lang) if explained is not None else {}
    figures, derived, names = {row.officer: row for row in ledger}, marks(roster, lang), grid_names(scenario, lang)
    forced = {(f.officer, f.day): f.text.get(lang) for f in result.forced}
    for squad in scenario.squads:
        write_grid(book, names[squad.id], scenario, roster, squad, figures, derived, filled, short, forced)
    tables = _Tables(book, scenario, filled)
    tables.write(DAILY, daily_rows(scenario, roster, lang), by_day=True)
    tables.write(WATCH, watch_rows(scenario, roster, lang))
    tables.write(PLAN, plan_rows(scenario, roster, lang), paper=A3)
    write_orders(book, scenario, roster, filled)
    if result.publication is not None and (result.publication.changes or result.publication.others):
        note = summary(scenario, result.publication).get(lang)
        tables.write(CHANGES, change_rows(scenario, result.publication, lang), note=note)
    tables.write(HOLDINGS, holding_rows(scenario, roster, lang))
    tables.write(MEETINGS, meeting_rows(scenario, lang))
    tables.write(VEHICLES, vehicle_rows(scenario, roster, lang))
    tables.write(SORTIES, sortie_rows(scenario, roster, lang))
    tables.write(COVERAGE, coverage_rows(scenario, roster, lang))
    tables.write(LEDGER, ledger_sheet_rows(scenario, ledger, lang))
    page = tables.write(FAIRNESS, fairness_rows(scenario, ledger, lang), paper=A3)
    write_charts(book, page, scenario, ledger)
    if explained is not None:
        tables.write(SHORTFALLS, shortfall_rows(scenario, explained, rules, lang), paper=A3)
    found = folded(finding_rows(scenario, result.findings, rules, lang), lang)
    tables.write(FINDINGS, [row for row, _ in found], folded=frozenset(n for n, (_, away) in enumerate(found) if away))
    tables.write(PARAMETERS, parameter_rows(scenario, parameters, rules, lang))
    if notes is not None:
        result = noted(result, notes())
    write_cover(cover, scenario, result, filled)
    write_carry(book.book, scenario, result, parameters)
    book.close()
    path.write_bytes(target.getvalue())


def noted(result: Result, notes: Sequence[Text]) -> Result:
    """Return a result whose report has further notes."""
    report = result.report.model_copy(update={"notes": (*result.report.notes, *notes)})
    return result.model_copy(update={"report": report})


class _Tables:
    """Writes the sheets that are one table each."""

    def __init__(self, book: Book, scenario: Scenario, filled: date) -> None:
        self.book, self.scenario, self.filled = book, scenario, filled

    def write(
        self,
        sheet: Sheet,
        rows: Sequence[tuple[Cell, ...]],
        *,
        paper: int = A4,
        by_day: bool = False,
        note: str = "",
        folded: Collection[int] = frozenset(),
    ) -> Page:
        """Write one table and return its page; ``by_day`` starts a new printed page with each date.

        ``note`` stands below the table; ``folded`` are places of rows that are folded away.
        """
        lang = self.book.lang
        page = self.book.page(sheet.name.get(lang), paper=paper)
        title = f"{sheet.title.get(lang)} {period(self.scenario, lang)}"
        page.title(title, self.scenario.brigade, self.filled, len(sheet.columns))
        end = page.table(sheet.columns, rows, folded)
        width = len(sheet.columns)
        if note:
            page.merge((end, 0), (end, width - 1), note, self.book.plain(text_wrap=True))
            page.sheet.set_row(end, tall(note, sum(column.width for column in sheet.columns)))
        page.sign(end + bool(note), width)
        if by_day:
            turns = (n for n in range(1, len(rows)) if rows[n][0] != rows[n - 1][0])
            page.sheet.set_h_pagebreaks([end - len(rows) + n for n in turns])
        return page
