"""The comparison workbook of what-if runs: summary, differences, curves, minima, absences, risk, a sheet a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

from domain.result import RuleInfo
from domain.units import reading
from domain.whatif import (
    CaseKind,
    CaseResult,
    Comparison,
    Difference,
    MinimumResult,
    RiskResult,
    Verdict,
)
from domain.words import Severity, Text
from inputs.labels import WEEKDAYS
from outputs.book import A3, GREY, PALE, Book, Cell, Page, tall
from outputs.compare_curves import KEPT_CHART, POINTS_CHART, SHARES_AXIS, write_columns, write_sweeps
from outputs.compare_words import (
    ANSWERS,
    BASE,
    BEST_ONLY,
    DAMAGES,
    DIFFERENCES,
    ENDINGS,
    LEVELS,
    MEASURES,
    OTHERWISE,
    REGIMES,
    RISK,
    SHARES,
    SPREADS,
    SUMMARY,
    VERDICTS,
    between,
    place,
    signed,
    told,
)
from outputs.layout import FIRST_ROW, Column

PERCENT, POINTS, HOURS = "0.0%", "#,##0", "#,##0.0"
FORMATS = {
    "objective": POINTS,
    "bound": POINTS,
    "overtime": HOURS,
    "pay": HOURS,
    "cost": POINTS,
    **dict.fromkeys(("gap", "posts", "desks", "hotspots", "holding", "leaders", "strength"), PERCENT),
}
GOOD, BAD = "#E2EFDA", "#FCE4D6"
OWN_SHEET = (CaseKind.BASE, CaseKind.SCENARIO, CaseKind.SWEEP)
"""Kinds of cases that have a row in the summary and a sheet of their own."""


def write_comparison(
    path: Path, found: Comparison, rules: Sequence[RuleInfo], *, lang: str = "zh", filled: date | None = None
) -> None:
    """Write the workbook of a comparison to ``path``, which is replaced; OSError if that cannot be."""
    target = BytesIO()
    book = Book(target, lang)
    writer = _Writer(book, found, filled or date.today())
    shown = [case for case in found.cases if case.kind in OWN_SHEET]
    writer.summary(shown)
    writer.differences(shown)
    write_sweeps(book, found, writer.filled)
    for number, minimum in enumerate(found.minima, 1):
        writer.minimum(number, minimum)
    if found.damages:
        writer.damages()
    for number, risk in enumerate(found.risks, 1):
        writer.risk(number, risk)
    titles = {rule.id: rule for rule in rules}
    for case in shown:
        writer.case(case, titles)
    book.close()
    path.write_bytes(target.getvalue())


def name_of(case: CaseResult, lang: str) -> str:
    """Return the name of a case; the base is called so in the book's language."""
    return BASE.get(lang) if case.kind is CaseKind.BASE else case.name


class _Writer:
    """Writes the sheets of one comparison."""

    def __init__(self, book: Book, found: Comparison, filled: date) -> None:
        self.book, self.found, self.lang, self.filled = book, found, book.lang, filled

    def _say(self, zh: str, en: str) -> str:
        return Text(zh, en).get(self.lang)

    def _page(self, name: str, title: str, width: int, *, paper: int = A3) -> Page:
        page = self.book.page(name, paper=paper)
        page.title(title, place(self.found, self.lang), self.filled, width)
        return page

    def _table(self, page: Page, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> int:
        """Write a table whose columns know their number formats; verdicts are tinted."""
        end = page.table(columns, [[None] * len(columns) for _ in rows])
        marks = {VERDICTS[Verdict.BETTER].get(self.lang): GOOD, VERDICTS[Verdict.WORSE].get(self.lang): BAD}
        for r, row in enumerate(rows, FIRST_ROW):
            high = 18.0
            for column, (c, value) in zip(columns, enumerate(row), strict=True):
                look: dict[str, object] = {"text_wrap": column.wrap}
                if column.left:
                    look |= {"align": "left", "indent": 1}
                if column.key in FORMATS and isinstance(value, int | float):
                    look["num_format"] = FORMATS[column.key]
                if isinstance(value, str) and value in marks:
                    look["bg_color"] = marks[value]
                page.put(r, c, value, self.book.style(**look))
                high = max(high, tall(value, column.width) if column.wrap else high)
            page.sheet.set_row(r, high)
        return end

    # -- summary and differences --------------------------------------------------------------------------------

    def summary(self, cases: Sequence[CaseResult]) -> None:
        """Write one row a scenario, linked to its sheet, with what the whole took beneath."""
        title = self.found.title or self._say("用人方案比较", "What-if comparison")
        page = self._page(self._say("汇总", "Summary"), f"{title} {self.found.first} - {self.found.last}", len(SUMMARY))
        end = self._table(page, SUMMARY, [self._summary(case) for case in cases])
        for r, case in enumerate(cases, FIRST_ROW):
            link = self.book.style(font_color="#0563C1", underline=1)
            page.sheet.write_url(r, 0, f"internal:'{case.id}'!A1", link, case.id)
        page.sheet.freeze_panes(FIRST_ROW, 2)
        for line in self._notes():
            page.merge((end + 1, 0), (end + 1, len(SUMMARY) - 1), line, self.book.plain(text_wrap=True))
            page.sheet.set_row(end + 1, tall(line, sum(c.width for c in SUMMARY)))
            end += 1
        if len(cases) > 1:
            span = FIRST_ROW, FIRST_ROW + len(cases) - 1
            write_columns(self.book, page, end + 2, span, KEPT_CHART, SHARES_AXIS)
            write_columns(self.book, page, end + 2, span, POINTS_CHART, POINTS)

    def _summary(self, case: CaseResult) -> list[Cell]:
        outcome, figures = case.outcome, case.outcome.figures
        head: list[Cell] = [case.id, name_of(case, self.lang), self._changes(case)]
        head += [ENDINGS[outcome.ending].get(self.lang), self._verdict(case)]
        head += [outcome.objective, outcome.bound, outcome.gap]
        if figures is None:
            return head + [None] * (len(SUMMARY) - len(head))
        hours = sum(o.at_150_h + o.at_200_h + o.at_300_h for o in figures.overtime)
        costs = [o.cost_yuan for o in figures.overtime if o.cost_yuan is not None]
        return [
            *head,
            *(figures.posts, figures.desks, figures.hotspots, figures.holding, figures.leaders),
            *(figures.remediations, figures.remediations_due, figures.strength),
            *(figures.person_times, figures.vehicle_times),
            *(hours, sum(o.pay_h for o in figures.overtime), sum(costs) if costs else None),
            *(figures.spread_late, figures.spread_weekends, figures.spread_holidays, figures.spread_remediations),
        ]

    def _changes(self, case: CaseResult) -> str:
        between_changes = ";" if self.lang == "zh" else "; "
        return between_changes.join(change.get(self.lang) for change in case.changes)

    def _verdict(self, case: CaseResult) -> str:
        points = next((d for d in case.differences if d.of == "points"), None)
        if points is None:
            return ""
        star = "*" if case.asks_otherwise else ""
        return VERDICTS[points.verdict].get(self.lang) + star

    def _notes(self) -> list[str]:
        found, effort = self.found, self.found.effort
        limit = f"{found.seconds:g} s" if found.seconds is not None else f"{found.deterministic:g} units"
        enough = self._say(f",差距到 {found.stop_gap:.1%} 即止", f", ended at a gap of {found.stop_gap:.1%}")
        limit += enough if found.stop_gap else ""
        over = "" if effort.overhead is None else f"{effort.overhead:.1%}"
        return [
            self._say(
                "结论只依据上下界:区间不相交才算“更好”或“更差”,否则“未定”。* 表示" + OTHERWISE.zh + "。",
                "Verdicts go by the bounds alone: better or worse where the intervals do not meet, else not decided. "
                "* " + OTHERWISE.en + ".",
            ),
            self._say(
                f"每次求解 {limit},种子 {found.seed};共求解 {effort.runs} 次,沿用 {effort.reused} 次,"
                f"{effort.workers} 路并行,用时 {effort.wall_s:,.0f} 秒,"
                f"求解合计 {effort.solve_s:,.0f} 秒,额外开销 {over}。",
                f"{limit} a run, seed {found.seed}; {effort.runs} runs made, {effort.reused} reused, "
                f"{effort.workers} side by side, {effort.wall_s:,.0f} s in all, "
                f"{effort.solve_s:,.0f} s of solving, overhead {over}.",
            ),
            *(note.get(self.lang) for note in found.notes),
        ]

    def differences(self, cases: Sequence[CaseResult]) -> None:
        """Write every difference from the base as intervals with its verdict."""
        page = self._page(
            self._say("与基准比较", "Differences"),
            self._say("与基准比较", "Differences from the base"),
            len(DIFFERENCES),
        )
        rows = [self._difference(case, difference) for case in cases for difference in case.differences]
        end = self._table(page, DIFFERENCES, rows)
        page.merge((end + 1, 0), (end + 1, len(DIFFERENCES) - 1), BEST_ONLY.get(self.lang), self.book.plain())

    def _difference(self, case: CaseResult, found: Difference) -> list[Cell]:
        share = found.of in SHARES
        remark = OTHERWISE.get(self.lang) if found.of == "points" and case.asks_otherwise else ""
        return [
            case.id,
            name_of(case, self.lang),
            MEASURES[found.of].get(self.lang),
            told(found.base, share=share),
            told(found.here, share=share),
            signed(between(found.base, found.here), share=share),
            VERDICTS[found.verdict].get(self.lang),
            remark,
        ]

    # -- minima, absences, risk ---------------------------------------------------------------------------------

    def minimum(self, number: int, found: MinimumResult) -> None:
        """Write the answer to one question for a minimum and every level that was tried."""
        name = self._say(f"最少人数{number}", f"Minimum {number}")
        page = self._page(name, f"{found.least}: {found.such_that}", len(LEVELS))
        rows: list[list[Cell]] = [
            [
                level.number,
                ANSWERS[level.answer].get(self.lang),
                self._reached(level.reached),
                level.proof.get(self.lang),
            ]
            for level in found.levels
        ]
        end = self._table(page, LEVELS, rows)
        style = self.book.plain(bold=True, text_wrap=True)
        page.merge((end + 1, 0), (end + 1, len(LEVELS) - 1), minimum_answer(found).get(self.lang), style)
        page.sheet.set_row(end + 1, 36)

    def _reached(self, reached: Iterable[tuple[str, float | None]]) -> str:
        parts = [
            f"{MEASURES[of].get(self.lang)} {'?' if v is None else f'{v:.1%}' if of in SHARES else f'{v:g}'}"
            for of, v in reached
        ]
        return ", ".join(parts)

    def damages(self) -> None:
        """Write who and what can be spared least, the dearest absence first."""
        page = self._page(
            self._say("逐一缺勤", "N-1"), self._say("逐一缺勤:谁最离不开", "N-1: who cannot be spared"), 5
        )
        rows: list[list[Cell]] = [
            [n, d.name, d.found, signed(d.points, share=False), VERDICTS[d.verdict].get(self.lang)]
            for n, d in enumerate(self.found.damages, 1)
        ]
        end = self._table(page, DAMAGES, rows)
        chart = self.book.book.add_chart({"type": "bar"})
        last = min(end, FIRST_ROW + 20) - 1
        chart.add_series(
            {
                "name": DAMAGES[2].head.get(self.lang),
                "categories": [page.name, FIRST_ROW, 1, last, 1],
                "values": [page.name, FIRST_ROW, 2, last, 2],
            }
        )
        chart.set_legend({"none": True})
        chart.set_title({"name": DAMAGES[2].head.get(self.lang), "name_font": {"size": 11}})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 560, "height": 90 + 22 * (last - FIRST_ROW + 1)})
        page.sheet.insert_chart(FIRST_ROW, 6, chart)

    def risk(self, number: int, found: RiskResult) -> None:
        """Write the distribution of the figures over the samples of sick leave."""
        name = self._say(f"病假风险{number}", f"Sick leave {number}")
        title = self._say(
            f"{found.name}:病假率 {found.rate:.0%},{found.samples} 个样本",
            f"{found.name}: sick leave {found.rate:.0%}, {found.samples} samples",
        )
        page = self._page(name, title, len(RISK))
        rows: list[list[Cell]] = []
        for one in found.spreads:
            values: list[Cell] = [one.mean, one.low, one.median, one.high]
            rows.append([SPREADS[one.of].get(self.lang), *values])
        self._table(page, RISK, rows)
        for r, one in enumerate(found.spreads, FIRST_ROW):
            look = self.book.style(num_format=PERCENT if one.of == "hotspots" else "#,##0.0")
            for c, value in enumerate((one.mean, one.low, one.median, one.high), 1):
                page.put(r, c, value, look)

    # -- one scenario -------------------------------------------------------------------------------------------

    def case(self, case: CaseResult, rules: Mapping[str, RuleInfo]) -> None:
        """Write a scenario's own sheet: changes, quality, link to its roster, heat map, overtime, shortfalls."""
        page = self._page(case.id, f"{case.id} {name_of(case, self.lang)}", 26, paper=A3)
        page.sheet.set_column(0, 0, 40)
        page.sheet.set_column(1, 24, 6.4)
        page.sheet.set_column(25, 25, 8)
        row = self._facts(page, 3, case)
        if case.outcome.figures is None:
            return
        row = self._heat(page, row + 1, case)
        row = self._overtime(page, row + 1, case)
        self._shortfalls(page, row + 1, case, rules)

    def _facts(self, page: Page, row: int, case: CaseResult) -> int:
        outcome = case.outcome
        facts = [
            (self._say("改动", "Changes"), self._changes(case) or "-"),
            (self._say("结果", "Result"), ENDINGS[outcome.ending].get(self.lang)),
        ]
        if outcome.objective is not None and outcome.bound is not None and outcome.gap is not None:
            line = f"{outcome.objective:,.1f} / {outcome.bound:,.1f} / {outcome.gap:.1%}"
            facts.append((self._say("目标值 / 下界 / 差距", "Objective / bound / gap"), line))
        facts += [(self._say("原因", "Reason"), reason.get(self.lang)) for reason in outcome.reasons]
        head, cell = self.book.style(bold=True, bg_color=GREY, align="left"), self.book.style(align="left")
        for name, value in facts:
            page.text(row, 0, name, head)
            page.merge((row, 1), (row, 25), value, cell)
            row += 1
        if case.roster_file:
            page.text(row, 0, self._say("排班表", "Roster"), head)
            link = self.book.style(font_color="#0563C1", underline=1, align="left")
            page.merge((row, 1), (row, 25), "", cell)
            page.sheet.write_url(row, 1, f"external:{case.roster_file}", link, case.roster_file)
            row += 1
        return row

    def _heat(self, page: Page, row: int, case: CaseResult) -> int:
        """Write the coverage by weekday and hour as a heat map; hours without demand stay blank."""
        figures = case.outcome.figures
        if figures is None:
            return row
        bold = self.book.plain(bold=True)
        page.text(row, 0, self._say("热点覆盖(星期 × 时)", "Hotspot coverage (weekday x hour)"), bold)
        head = self.book.style(bold=True, bg_color=GREY)
        page.put(row + 1, 0, None, head)
        for hour in range(24):
            page.text(row + 1, hour + 1, f"{hour:02}", head)
        page.text(row + 1, 25, self._say("全天", "All day"), head)
        percent = self.book.style(num_format="0%")
        for day in range(7):
            at = row + 2 + day
            page.text(at, 0, WEEKDAYS[day].get(self.lang), head)
            wanted, reached = figures.heat_wanted[day], figures.heat_reached[day]
            for hour in range(24):
                page.put(at, hour + 1, reached[hour] / wanted[hour] if wanted[hour] else None, percent)
            page.put(at, 25, sum(reached) / sum(wanted) if sum(wanted) else None, percent)
        scale = {
            "type": "3_color_scale",
            "min_type": "num",
            "mid_type": "num",
            "max_type": "num",
            "min_value": 0,
            "mid_value": 0.5,
            "max_value": 1,
            "min_color": "#F8696B",
            "mid_color": "#FFEB84",
            "max_color": "#63BE7B",
        }
        page.sheet.conditional_format(row + 2, 1, row + 8, 25, scale)
        return row + 9

    def _overtime(self, page: Page, row: int, case: CaseResult) -> int:
        figures = case.outcome.figures
        if figures is None:
            return row
        heads = [
            self._say("工时制", "Pay regime"),
            *(f"{rate}% (h)" for rate in (150, 200, 300)),
            self._say("折平时(h)", "Plain pay (h)"),
            self._say("补休(h)", "Time off (h)"),
            self._say("费用(元)", "Cost (yuan)"),
        ]
        rows: list[list[Cell]] = [
            [REGIMES[o.regime].get(self.lang), o.at_150_h, o.at_200_h, o.at_300_h, o.pay_h, o.lieu_h, o.cost_yuan]
            for o in figures.overtime
        ]
        return self._small(page, row, heads, rows)

    def _shortfalls(self, page: Page, row: int, case: CaseResult, rules: Mapping[str, RuleInfo]) -> None:
        figures = case.outcome.figures
        if figures is None:
            return
        heads = [
            self._say("规则", "Rule"),
            self._say("性质", "Kind"),
            self._say("数量", "Amount"),
            self._say("单位", "Unit"),
            self._say("分值", "Points"),
        ]
        kinds = {Severity.SHORTFALL: Text("缺口", "shortfall"), Severity.WISH: Text("意愿", "wish")}
        sums: dict[tuple[str, Severity, Text], tuple[int, float]] = {}
        for total in figures.totals:  # items of one rule and unit together, as the summary of a roster has them
            key = total.rule, total.severity, total.unit
            amount, points = sums.get(key, (0, 0.0))
            sums[key] = amount + total.amount, points + total.points
        rows: list[list[Cell]] = []
        for (rid, severity, unit), (amount, points) in sums.items():
            rule, read = rules.get(rid), reading(unit)
            title = f"{rid} {rule.title.get(self.lang) if rule else ''}".strip()
            kind = kinds.get(severity, Text("违规", "breach")).get(self.lang)
            rows.append([title, kind, amount / read.per, read.text.get(self.lang), points])
        self._small(page, row, heads, rows)

    def _small(self, page: Page, row: int, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> int:
        """Write a small table whose columns but the first span three cells each; return the row after it."""
        head = self.book.style(bold=True, bg_color=GREY, text_wrap=True)
        words, numbers = (
            self.book.style(align="left", indent=1, shrink=True),
            self.book.style(num_format=HOURS, bg_color=PALE),
        )
        for r, cells in enumerate((heads, *rows), row):
            for n, value in enumerate(cells):
                style = head if r == row else numbers if isinstance(value, int | float) else words
                first = 0 if n == 0 else 3 * n - 2
                if n:
                    page.merge((r, first), (r, first + 2), "", style)
                page.put(r, first, value, style)
        return row + 1 + len(rows)


def minimum_answer(found: MinimumResult) -> Text:
    """Return the answer to a question for a minimum in a sentence; now there are so many."""
    now = Text(f"(现有 {found.now} 人)", f" (now {found.now})")
    if found.proven and found.can is not None:
        fewer = found.can - 1
        return Text(
            f"最少 {found.can} 人;已证明 {fewer} 人不够{now.zh}。" if found.can else f"0 人即可{now.zh}。",
            f"The least number is {found.can}; {fewer} is proven not to do{now.en}." if found.can else f"None{now.en}.",
        )
    low = "?" if found.cannot is None else str(found.cannot + 1)
    high = "?" if found.can is None else str(found.can)
    return Text(
        f"最少人数在 {low} 至 {high} 之间,尚未定论{now.zh};给更多时间可再收窄。",
        f"The least number lies between {low} and {high}, not decided yet{now.en}; more time may narrow it.",
    )
