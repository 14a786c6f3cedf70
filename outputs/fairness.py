"""均衡对比: late shifts, weekends, holidays, remediations, hours and overtime beside the mean of the squad."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain.scenario import Scenario
from domain.words import Text
from outputs.book import Book, Cell, Page
from outputs.layout import FAIRNESS, FAIRNESS_ITEMS, FIRST_ROW
from outputs.ledger import LedgerRow
from outputs.printing import squad_name

CHARTED = ("late", "weekend_days", "holidays", "remediations")
"""Items of the charts: burdens that are counted in turns."""
COLOURS = ("#44546A", "#8FAADC", "#F4B183", "#A9D18E")
CHART_WIDTH, ROW_PIXELS, GAP = 760, 24, 8
PRINTED_ROWS = 64
"""Rows of officers that a printed page has room for."""


class Burden(NamedTuple):
    """One officer's figure of an item beside the mean of the squad's officers."""

    own: float
    mean: float

    @property
    def beyond(self) -> float:
        """How much more than the mean."""
        return round(self.own - self.mean, 2)


def burdens(ledger: Sequence[LedgerRow]) -> dict[str, dict[str, Burden]]:
    """Return by officer and item the figure and the mean of the officer's squad."""
    squads: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        squads.setdefault(row.squad, []).append(row)
    found: dict[str, dict[str, Burden]] = {}
    for rows in squads.values():
        means = {item: round(sum(_figure(r, item) for r in rows) / len(rows), 2) for item in FAIRNESS_ITEMS}
        for row in rows:
            found[row.officer] = {item: Burden(_figure(row, item), means[item]) for item in FAIRNESS_ITEMS}
    return found


def _figure(row: LedgerRow, item: str) -> float:
    if item == "hours":
        return row.worked_h + row.credited_h
    if item == "overtime":
        return row.overtime_150_h + row.overtime_200_h + row.holiday_300_h + row.lieu_earned_h
    return float(getattr(row, item))


def fairness_rows(scenario: Scenario, ledger: Sequence[LedgerRow], lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows: officer, then own, mean and difference for every item."""
    found = burdens(ledger)
    rows: list[tuple[Cell, ...]] = []
    for row in ledger:
        officer = scenario.officer_by_id[row.officer]
        cells: list[Cell] = [officer.id, officer.name, squad_name(scenario, officer.squad)]
        for item in FAIRNESS_ITEMS:
            burden = found[officer.id][item]
            cells += [burden.own, burden.mean, burden.beyond]
        rows.append(tuple(cells))
    return rows


def write_charts(book: Book, page: Page, scenario: Scenario, ledger: Sequence[LedgerRow]) -> None:
    """Draw beside the table, for every squad, how far each officer is from the squad's mean in each counted item.

    A squad whose chart would be cut by the end of a printed page begins a new one.
    """
    width = len(FAIRNESS.columns)
    last, spans = 0, []
    for squad in scenario.squads:
        rows = [n for n, row in enumerate(ledger) if row.squad == squad.id]
        if not rows:
            continue
        first, end = FIRST_ROW + rows[0], FIRST_ROW + rows[-1]
        chart = book.book.add_chart({"type": "column"})
        for item, colour in zip(CHARTED, COLOURS, strict=True):
            column = FAIRNESS.column(f"{item}_beyond")
            chart.add_series(
                {
                    "name": FAIRNESS_ITEMS[item].get(book.lang),
                    "categories": [page.name, first, 1, end, 1],
                    "values": [page.name, first, column, end, column],
                    "fill": {"color": colour},
                }
            )
        title = Text(f"{squad.name}:与全队平均之差(次)", f"{squad.name}: turns beyond the squad's mean")
        chart.set_title({"name": page.say(title), "name_font": {"size": 12}})
        chart.set_x_axis({"label_position": "low", "num_font": {"size": 8, "rotation": -90}})
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.set_legend({"position": "bottom"})
        height = max(300, min(420, ROW_PIXELS * len(rows) - GAP))
        chart.set_size({"width": CHART_WIDTH, "height": height})
        at = max(first, last)
        page.sheet.insert_chart(at, width + 1, chart, {"object_position": 1})
        last = at + -(-(height + GAP) // ROW_PIXELS)
        spans.append((first, max(last, end + 1), at == first))
    page.sheet.set_h_pagebreaks(page_breaks(spans))


def page_breaks(spans: Sequence[tuple[int, int, bool]]) -> list[int]:
    """Return the rows that begin a new printed page, so that no page cuts a squad or its chart.

    A span is a squad's first row, the row after its last one and its chart's, and whether its chart begins beside it:
    only there may a page begin.
    """
    breaks: list[int] = []
    top = FIRST_ROW
    for first, end, free in spans:
        if end - top > PRINTED_ROWS and free and first > top:
            breaks.append(first)
            top = first
    return breaks
