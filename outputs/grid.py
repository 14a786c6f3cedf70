"""月排班表: people down, days across; symbols, counts, and live rows of who is on duty.

The count formulas name every text a shift's cell may hold (早, 早联, 早固, 早联固), so that they follow edits by hand
and never count a symbol that another begins with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from domain.calendar import MINUTE
from domain.roster import Roster
from domain.scenario import WORKDAY_HOURS, Officer, Scenario, Shift, Squad
from domain.words import DutyKind, Force, Rank, ShiftKind, Text
from inputs.quick_sheet import Formula
from outputs.book import A3, A4, GREY, PALE, Book, Cell
from outputs.layout import FIRST_ROW, GRID, GRID_COUNTS, HEAD_ROW, SHORTFALLS, Column
from outputs.ledger import LedgerRow
from outputs.printing import (
    ABSENCE_MARKS,
    CERTIFIED_MARK,
    FORCED_MARK,
    HOLDING_MARK,
    LIEU_MARK,
    REMEDIATION_MARK,
    REST_MARK,
    day_heading,
    day_mark,
    endings,
    period,
    squad_title,
    symbols,
    word,
)
from outputs.shortfalls import MARK, Marked

LARGE_SQUAD = 20
"""Above this many people a grid is printed on A3."""

DAY_WIDTH = 5
FORCES = {
    Force.ENFORCEMENT: Text("执法", "Enf."),
    Force.MANAGEMENT: Text("管理", "Mgt."),
    Force.SERVICE: Text("服务", "Svc."),
}
KINDS = {ShiftKind.EARLY: "early", ShiftKind.MIDDLE: "middle", ShiftKind.LATE: "late", ShiftKind.NIGHT: "night"}
TINTS = {ShiftKind.EARLY: "#FFF2CC", ShiftKind.LATE: "#D9E2F3", ShiftKind.NIGHT: "#BFBFBF"}


class _Row(NamedTuple):
    """One person's line: the cell texts of the days in order."""

    officer: Officer
    cells: tuple[str, ...]


def marks(roster: Roster, lang: str) -> dict[tuple[str, date], str]:
    """Return what is appended to the shift's symbol, by officer and date: 联 for a remediation, 固 for holding."""
    found: dict[tuple[str, date], set[DutyKind]] = {}
    for duty in roster.duties:
        if duty.kind in (DutyKind.REMEDIATION, DutyKind.HOLDING):
            found.setdefault((duty.officer, duty.day), set()).add(duty.kind)
    words = ((DutyKind.REMEDIATION, REMEDIATION_MARK), (DutyKind.HOLDING, HOLDING_MARK))
    return {key: "".join(mark.get(lang) for kind, mark in words if kind in kinds) for key, kinds in found.items()}


def cell_text(
    scenario: Scenario, roster: Roster, officer: str, on: date, lang: str, shift_symbols: Mapping[str, str], mark: str
) -> str:
    """Return the text of one cell: symbol and derived marks, else the reason of absence, else 休."""
    shift = roster.shift_on.get((officer, on))
    if shift is not None:
        return shift_symbols[shift] + mark
    absence = scenario.absence(officer, on)
    return (ABSENCE_MARKS[absence.kind] if absence else REST_MARK).get(lang)


def write_grid(
    book: Book,
    name: str,
    scenario: Scenario,
    roster: Roster,
    squad: Squad,
    ledger: Mapping[str, LedgerRow],
    derived: Mapping[tuple[str, date], str],
    filled: date,
    short: Mapping[tuple[str, date], Marked] | None = None,
    forced: Mapping[tuple[str, date], str] | None = None,
) -> None:
    """Write one squad's sheet. ``derived`` comes from ``marks``; ``filled`` is printed as 填表时间.

    ``short`` are the marks of shortfalls by squad and date (``shortfalls.grid_marks``); None leaves their row out.
    ``forced`` are the comments of the days kept by force, by officer and date.
    """
    _Grid(book, name, scenario, roster, squad, derived, forced or {}).write(ledger, filled, short or {})


class _Grid:
    def __init__(
        self,
        book: Book,
        name: str,
        scenario: Scenario,
        roster: Roster,
        squad: Squad,
        derived: Mapping[tuple[str, date], str],
        forced: Mapping[tuple[str, date], str],
    ) -> None:
        here = {officer.id for officer in scenario.officers_of(squad.id)}
        self.forced = {key: text for key, text in forced.items() if key[0] in here}
        self.book, self.scenario, self.squad, self.lang = book, scenario, squad, book.lang
        self.symbols = symbols(scenario, self.lang)
        shifts = scenario.shifts_of(squad.id)
        self.rows = [
            _Row(
                officer,
                tuple(
                    cell_text(
                        scenario, roster, officer.id, on, self.lang, self.symbols, derived.get((officer.id, on), "")
                    )
                    + (FORCED_MARK.get(self.lang) if (officer.id, on) in self.forced else "")
                    for on in scenario.dates
                ),
            )
            for officer in scenario.officers_of(squad.id)
        ]
        self.shifts = tuple(s for s in shifts if s.kind is not ShiftKind.NIGHT or squad.id in s.squads)
        used = {s.kind for s in self.shifts}
        self.kinds = tuple(kind for kind in ShiftKind if kind in used)
        absent = {KINDS[kind] for kind in ShiftKind if kind not in used}
        self.counts = tuple(column for column in GRID_COUNTS if column.key not in absent)
        self.first_day = len(GRID.columns)
        self.first_count = self.first_day + len(scenario.dates)
        self.width = self.first_count + len(self.counts)
        self.page = book.page(name, paper=A3 if len(self.rows) > LARGE_SQUAD else A4)

    def write(self, ledger: Mapping[str, LedgerRow], filled: date, short: Mapping[tuple[str, date], Marked]) -> None:
        """Write title, headings, people, totals, legend and signatures."""
        unit = squad_title(self.scenario, self.squad.id, self.lang)
        title = Text(
            f"{unit}{period(self.scenario, 'zh')}排班表", f"{unit}: {GRID.title.en}, {period(self.scenario, 'en')}"
        )
        self.page.title(self.page.say(title), unit, filled, self.width)
        self._headings()
        for n, row in enumerate(self.rows):
            self._person(FIRST_ROW + n, n + 1, row, ledger[row.officer.id])
        end = self._on_duty(FIRST_ROW + len(self.rows))
        if short:
            end = self._short(end, short)
        self._tint(FIRST_ROW, FIRST_ROW + len(self.rows) - 1)
        self.page.merge((end, 0), (end, self.width - 1), self._legend(), self.book.plain(font_size=10, text_wrap=True))
        self.page.sheet.set_row(end, 32)
        self.page.sign(end, self.width)
        self.page.sheet.freeze_panes(FIRST_ROW, 3)
        self.page.sheet.repeat_rows(0, HEAD_ROW + 1)
        self.page.sheet.repeat_columns(0, 2)

    def _headings(self) -> None:
        page, scenario = self.page, self.scenario
        page.widths(GRID.columns)
        page.heads(GRID.columns)
        page.sheet.set_column(self.first_day, self.first_count - 1, DAY_WIDTH)
        page.widths(self.counts, self.first_count)
        page.heads(self.counts, self.first_count)
        for n, on in enumerate(scenario.dates, self.first_day):
            day = scenario.day(on)
            colour = GREY if day.off_work else PALE
            style = self.book.style(bold=True, font_size=9, bg_color=colour, text_wrap=True)
            page.text(HEAD_ROW, n, day_heading(scenario, on, self.lang), style)
            below = day_mark(day).get(self.lang) + (f"\n{day.name}" if day.name else "")
            page.text(HEAD_ROW + 1, n, below, self.book.style(font_size=9, bg_color=colour, text_wrap=True))
        page.sheet.set_row(HEAD_ROW, 30 if self.lang == "en" else 22)
        longest = max((len(scenario.day(on).name) for on in scenario.dates), default=0)
        page.sheet.set_row(HEAD_ROW + 1, 24 if longest == 0 else 28 if longest <= 3 else 40)

    def _person(self, row: int, number: int, line: _Row, figures: LedgerRow) -> None:
        page, officer, style = self.page, line.officer, self.book.style()
        rank = "" if officer.rank is Rank.MEMBER else word(officer.rank, self.lang)
        certified = CERTIFIED_MARK.get(self.lang) if officer.certified else ""
        small = self.book.style(shrink=True)
        fixed: tuple[Cell, ...] = (
            number,
            officer.id,
            officer.name,
            rank,
            FORCES[officer.force].get(self.lang),
            certified,
        )
        looks = [small if isinstance(value, str) else style for value in fixed]
        for n, on in enumerate(self.scenario.dates, self.first_day):
            kept = self.forced.get((officer.id, on))
            if kept is not None:
                page.comment(row, n, kept)
            looks.append(self._look(off=self.scenario.day(on).off_work, kept=kept is not None))
        counted = [self._figure(column, row, line, figures) for column in self.counts]
        page.line(row, (*fixed, *line.cells, *counted), [*looks, *[style] * len(counted)])
        page.sheet.set_row(row, 24 if len(self.rows) > LARGE_SQUAD else 28)

    def _look(self, *, off: bool, kept: bool) -> Format:
        """Return the style of a cell: off days are pale, days kept by force have a thick frame."""
        look: dict[str, Any] = {"bg_color": PALE} if off else {}
        look |= {"bold": True, "border": 5} if kept else {}
        return self.book.style(shrink=True, **look)

    def _figure(self, column: Column, row: int, line: _Row, figures: LedgerRow) -> Cell:
        across = f"${xl_col_to_name(self.first_day)}{row + 1}:${xl_col_to_name(self.first_count - 1)}{row + 1}"
        kind = next((kind for kind, key in KINDS.items() if key == column.key), None)
        if kind is not None:
            texts = self._texts(self._of(kind))
            return Formula(f"=SUMPRODUCT(COUNTIF({across},{_array(texts)}))", _count(line.cells, texts))
        if column.key == "hours":
            return self._hours(across, line)
        if column.key == "overtime":
            return figures.overtime_150_h + figures.overtime_200_h + figures.holiday_300_h + figures.lieu_earned_h
        return float(getattr(figures, column.key))

    def _hours(self, across: str, line: _Row) -> Formula:
        """Return worked and credited hours: every shift's cells times its paid hours, 8 h for 公 and 培."""
        parts: list[tuple[tuple[str, ...], timedelta]] = [(self._texts((s,)), s.paid) for s in self.shifts]
        credited = tuple(mark.get(self.lang) for kind, mark in ABSENCE_MARKS.items() if kind.counts_as_worked)
        parts.append((credited, WORKDAY_HOURS))
        terms = [f"SUMPRODUCT(COUNTIF({across},{_array(texts)}))*{paid // MINUTE}/60" for texts, paid in parts]
        value = sum(_count(line.cells, texts) * (paid // MINUTE) / 60 for texts, paid in parts)
        return Formula("=" + "+".join(terms), value)

    def _on_duty(self, row: int) -> int:
        """Write, per kind of shift, the rows of people and of certified officers on duty; return the row after."""
        label = self.book.style(bold=True, bg_color=PALE)
        for kind in self.kinds if self.rows else ():
            texts = self._texts(self._of(kind))
            name = word(kind, self.lang)
            for certified in (False, True):
                head = (
                    Text(f"{name} 持证在岗(人)", f"{name}: certified on duty")
                    if certified
                    else Text(f"{name} 在岗(人)", f"{name}: people on duty")
                )
                counts = [self._column_count(n, texts, certified=certified) for n in range(len(self.scenario.dates))]
                across = [*[None] * self.first_day, *counts]
                self.page.line(row, across, [label] * len(across))
                self.page.merge((row, 0), (row, self.first_day - 1), self.page.say(head), label)
                self.page.merge((row, self.first_count), (row, self.width - 1), "", label)
                self.page.sheet.set_row(row, 20)
                row += 1
        return row

    def _short(self, row: int, short: Mapping[tuple[str, date], Marked]) -> int:
        """Write the row of shortfalls: a mark per date with a comment, leading to 缺口与对策; return the row after."""
        label = self.book.style(bold=True, bg_color=PALE)
        link = self.book.style(bold=True, bg_color=PALE, font_color="#C00000", shrink=True)
        head = Text(f"缺口({MARK}=见“{SHORTFALLS.name.zh}”)", f"Shortfalls ({MARK}: see {SHORTFALLS.name.en})")
        self.page.merge((row, 0), (row, self.first_day - 1), self.page.say(head), label)
        for n, on in enumerate(self.scenario.dates, self.first_day):
            mark = short.get((self.squad.id, on))
            if mark is None:
                self.page.put(row, n, None, label)
            else:
                self.page.link(row, n, mark.text, SHORTFALLS.name.get(self.lang), mark.row, link)
                self.page.comment(row, n, mark.comment)
        self.page.merge((row, self.first_count), (row, self.width - 1), "", label)
        self.page.sheet.set_row(row, 20)
        return row + 1

    def _column_count(self, n: int, texts: Sequence[str], *, certified: bool) -> Formula:
        last = FIRST_ROW + len(self.rows)
        day = xl_col_to_name(self.first_day + n)
        cells = f"{day}${FIRST_ROW + 1}:{day}${last}"
        chosen = [row for row in self.rows if row.officer.certified or not certified]
        value = _count([row.cells[n] for row in chosen], texts)
        if not certified:
            return Formula(f"=SUMPRODUCT(COUNTIF({cells},{_array(texts)}))", value)
        column = xl_col_to_name(GRID.column("certified"))
        holders = f'${column}${FIRST_ROW + 1}:${column}${last},"{CERTIFIED_MARK.get(self.lang)}"'
        return Formula(f"=SUMPRODUCT(COUNTIFS({cells},{_array(texts)},{holders}))", value)

    def _tint(self, first: int, last: int) -> None:
        """Colour shifts by kind and make remediation and holding days bold; it follows edits, and is only a help."""
        if last < first:
            return
        corner = f"{xl_col_to_name(self.first_day)}{first + 1}"
        area = (first, self.first_day, last, self.first_count - 1)
        for mark in (REMEDIATION_MARK, HOLDING_MARK):
            bold = self.book.book.add_format({"bold": True})
            found = f'=ISNUMBER(SEARCH("{mark.get(self.lang)}",{corner}))'
            self.page.sheet.conditional_format(*area, {"type": "formula", "criteria": found, "format": bold})
        for shift in self.shifts:
            tint = TINTS.get(shift.kind)
            if tint:
                texts = ",".join(f"{corner}={_quoted(text)}" for text in self._texts((shift,)))
                fill = self.book.book.add_format({"bg_color": tint})
                rule = {"type": "formula", "criteria": f"=OR({texts})", "format": fill}
                self.page.sheet.conditional_format(*area, rule)

    def _legend(self) -> str:
        parts = []
        for shift in self.shifts:
            end = (shift.start.hour * 60 + shift.start.minute + shift.length // MINUTE) % (24 * 60)
            parts.append(f"{self.symbols[shift.id]}={shift.name} {shift.start:%H:%M}-{end // 60:02d}:{end % 60:02d}")
        reasons = [(REST_MARK, Text("休息", "rest")), (LIEU_MARK, Text("补休", "time off in lieu"))]
        names = [f"{mark.get(self.lang)}={name.get(self.lang)}" for mark, name in reasons]
        names += [f"{mark.get(self.lang)}={word(kind, self.lang)}" for kind, mark in ABSENCE_MARKS.items()]
        kept = Text("加“!”为强制保留的违规改动,见批注", "! kept by force against a rule, see the comment")
        added = Text("加“联”为联动整治日,加“固”为固守日", "+J on remediation days, +H on holding days")
        days = Text(
            "日期下方:节=法定节假日,休=休息日,班=调休上班,工=工作日",
            "under the date: Hol statutory, Off rest day, Adj adjusted workday, Wk workday",
        )
        head = Text("图例:", "Legend: ")
        between = Text(";", "; ").get(self.lang)
        more = [kept.get(self.lang)] if self.forced else []
        return head.get(self.lang) + between.join([*parts, *names, added.get(self.lang), *more, days.get(self.lang)])

    def _of(self, kind: ShiftKind) -> tuple[Shift, ...]:
        return tuple(s for s in self.shifts if s.kind is kind)

    def _texts(self, shifts: Iterable[Shift]) -> tuple[str, ...]:
        after = endings(self.lang, forced=bool(self.forced))
        return tuple(self.symbols[s.id] + ending for s in shifts for ending in after)


def _count(cells: Iterable[str], texts: Sequence[str]) -> int:
    folded = {text.casefold() for text in texts}
    return sum(cell.casefold() in folded for cell in cells)


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def _array(texts: Sequence[str]) -> str:
    """Return texts as an array of COUNTIF criteria that match them to the letter, whatever signs they hold."""
    literal = (text.replace("~", "~~").replace("*", "~*").replace("?", "~?") for text in texts)
    return "{" + ",".join(_quoted(f"={text}") for text in literal) + "}"
