"""Sweeps as tables with native charts: a staffing curve with its intervals, or a table of two knobs with a heat map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from domain.whatif import CaseResult, Comparison, Interval, Measure, SweepResult, Verdict
from domain.words import Text
from outputs.book import A3, GREY, Book, Cell, Page
from outputs.compare_words import SUMMARY, VERDICTS, place
from outputs.layout import FIRST_ROW, Column

REACHED, LIMIT = Text("达到", "reached"), Text("至多(已证)", "at most (proven)")
HOTSPOTS, POSTS = Text("热点加权覆盖", "Hotspot coverage"), Text("固定岗到岗", "Posts manned")
OBJECTIVE = Text("目标值(分)", "Objective (points)")
SHARES, POINTS = "0.0%", "#,##0"

CURVE = (
    Column("value", Text("取值", "Value"), 12),
    Column("hotspots", REACHED, 11, HOTSPOTS),
    Column("hotspots_most", LIMIT, 11, HOTSPOTS),
    Column("posts", REACHED, 11, POSTS),
    Column("posts_most", LIMIT, 11, POSTS),
    Column("remediations", Text("整治(次)", "Remediations"), 12),
    Column("objective", Text("找到", "found"), 12, OBJECTIVE),
    Column("bound", Text("下界", "bound"), 12, OBJECTIVE),
    Column("verdict", Text("目标值比基准", "Objective against base"), 14),
)


def write_sweeps(book: Book, found: Comparison, filled: date) -> None:
    """Write a sheet for every sweep."""
    cases = {case.id: case for case in found.cases}
    for number, sweep in enumerate(found.sweeps, 1):
        points = [cases[cid] for cid in sweep.cases if cid in cases]
        page = book.page(Text(f"曲线{number}", f"Sweep {number}").get(book.lang), paper=A3)
        page.title(sweep.title, place(found, book.lang), filled, len(CURVE))
        if len(sweep.knobs) == 1:
            _curve(book, page, sweep, points)
        else:
            _tables(book, page, sweep, points)


def measure(case: CaseResult, of: str) -> Interval:
    """Return what is known of a measure of a case; of the base, and of failed cases, what its figures say."""
    found = next((d.here for d in case.differences if d.of == of), None)
    if found is not None:
        return found
    figures = case.outcome.figures
    return Interval(low=None if figures is None else figures.value(Measure(of)), high=None)


def _curve(book: Book, page: Page, sweep: SweepResult, points: Sequence[CaseResult]) -> None:
    rows = [_point(case, book.lang) for case in points]
    end = page.table(CURVE, [[None] * len(CURVE) for _ in rows])
    formats = ("General", SHARES, SHARES, SHARES, SHARES, "0", POINTS, POINTS, "General")
    for r, row in enumerate(rows, FIRST_ROW):
        for c, value in enumerate(row):
            page.put(r, c, value, book.style(num_format=formats[c]))
    if not rows:
        return
    span = FIRST_ROW, end - 1
    knob = sweep.knobs[0]
    for n, (title, columns, axis) in enumerate(
        ((HOTSPOTS, (1, 2), SHARES), (POSTS, (3, 4), SHARES), (OBJECTIVE, (6, 7), POINTS))
    ):
        chart = _lines(book, page, title.get(book.lang), knob, span, columns, axis)
        page.sheet.insert_chart(end + 2 + 19 * (n // 2), 6 * (n % 2), chart, {"x_offset": 10 * (n % 2)})


def _point(case: CaseResult, lang: str) -> list[Cell]:
    outcome, spots, posts = case.outcome, measure(case, "hotspots"), measure(case, "posts")
    points = next((d.verdict for d in case.differences if d.of == "points"), Verdict.UNDECIDED)
    held = outcome.figures.remediations if outcome.figures is not None else None
    value = case.axis[0][1] if case.axis else 0.0
    told = VERDICTS[points].get(lang)
    return [value, spots.low, spots.high, posts.low, posts.high, held, outcome.objective, outcome.bound, told]


def _lines(
    book: Book, page: Page, title: str, knob: str, span: tuple[int, int], columns: Sequence[int], axis: str
) -> Any:  # noqa: ANN401  XlsxWriter's charts are not typed
    """Return a line chart of what was found and of its limit, with a stroke between the two: the interval."""
    chart = book.book.add_chart({"type": "line"})
    for column, colour, dash in zip(columns, ("#1F4E79", "#C55A11"), ("solid", "dash"), strict=True):
        chart.add_series(
            {
                "name": CURVE[column].head.get(book.lang),
                "categories": [page.name, span[0], 0, span[1], 0],
                "values": [page.name, span[0], column, span[1], column],
                "line": {"color": colour, "dash_type": dash, "width": 2},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
            }
        )
    chart.set_high_low_lines({"line": {"color": "#7F7F7F"}})
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_x_axis({"name": knob, "label_position": "low"})
    most = {"max": 1} if axis == SHARES else {"min": 0}
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    chart.set_y_axis({"num_format": "0%" if axis == SHARES else axis, "major_gridlines": grid, **most})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 560, "height": 340})
    return chart


class ColumnChart(NamedTuple):
    """A chart of some columns of the summary, one group of columns a scenario; ``at`` is the column it begins at."""

    title: Text
    columns: tuple[str, ...]
    at: int


SHARES_AXIS = "0%"
KEPT_CHART = ColumnChart(Text("完成情况", "What is kept"), ("posts", "desks", "hotspots"), 1)
POINTS_CHART = ColumnChart(Text("目标值区间(分)", "Objective and bound (points)"), ("objective", "bound"), 8)
COLOURS = ("#1F4E79", "#9DC3E6", "#C55A11")


def write_columns(book: Book, page: Page, row: int, span: tuple[int, int], wanted: ColumnChart, axis: str) -> None:
    """Put a column chart of the summary's rows ``span`` at a row of its sheet."""
    keys = [column.key for column in SUMMARY]
    chart = book.book.add_chart({"type": "column"})
    for key, colour in zip(wanted.columns, COLOURS, strict=False):
        n = keys.index(key)
        chart.add_series(
            {
                "name": SUMMARY[n].head.get(book.lang),
                "categories": [page.name, span[0], 1, span[1], 1],
                "values": [page.name, span[0], n, span[1], n],
                "fill": {"color": colour},
            }
        )
    most = {"max": 1} if axis == SHARES_AXIS else {}
    chart.set_title({"name": wanted.title.get(book.lang), "name_font": {"size": 12}})
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    chart.set_y_axis({"num_format": axis, "min": 0, "major_gridlines": grid, **most})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 640, "height": 340})
    page.sheet.insert_chart(row, wanted.at, chart)


def _tables(book: Book, page: Page, sweep: SweepResult, points: Sequence[CaseResult]) -> None:
    """Write one table a figure: the first knob down, the second across."""
    by_values: Mapping[tuple[float, float], CaseResult] = {
        (case.axis[0][1], case.axis[1][1]): case for case in points if len(case.axis) == 2
    }
    downs, acrosses = (sorted({key[n] for key in by_values}) for n in (0, 1))
    page.sheet.set_column(0, 0, 30)
    page.sheet.set_column(1, max(1, len(acrosses)), 12)
    row = 3
    head = book.style(bold=True, bg_color=GREY)
    for title, of, axis in ((HOTSPOTS, "hotspots", SHARES), (POSTS, "posts", SHARES), (OBJECTIVE, "points", POINTS)):
        page.text(row, 0, title.get(book.lang), book.plain(bold=True))
        page.text(
            row + 1, 0, f"{sweep.knobs[0]} \\ {sweep.knobs[1]}", book.style(bold=True, bg_color=GREY, shrink=True)
        )
        for c, across in enumerate(acrosses, 1):
            page.put(row + 1, c, across, head)
        for r, down in enumerate(downs, row + 2):
            page.put(r, 0, down, head)
            for c, across in enumerate(acrosses, 1):
                case = by_values.get((down, across))
                value = None if case is None else case.outcome.objective if of == "points" else measure(case, of).low
                page.put(r, c, value, book.style(num_format=axis))
        area = (row + 2, 1, row + 1 + len(downs), len(acrosses))
        low, high = ("#63BE7B", "#F8696B") if of == "points" else ("#F8696B", "#63BE7B")
        if downs and acrosses:
            page.sheet.conditional_format(*area, {"type": "2_color_scale", "min_color": low, "max_color": high})
        row += len(downs) + 4
