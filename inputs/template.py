"""The empty input workbook and the sample: the schema's sheets with dropdowns, notes and a page of instructions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.parameter import Parameter
from domain.words import Text
from inputs.cells import encode_row
from inputs.columns import EXAMPLE, Column, Kind, Sheet
from inputs.labels import DAY_KINDS, EVERY, LABELS, NO, YES
from inputs.sample import sample_scenario
from inputs.save import Draft
from inputs.schema import BY_KEY, POLICY_NAME, SETTINGS, SETTINGS_NAME, SHEETS
from inputs.write import (
    FONT,
    HEAD_ROWS,
    LANG,
    Look,
    both,
    look_of,
    shown_width,
    write_cell,
    write_policy,
    write_rows,
    write_scenario,
    write_settings,
)

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

GUIDE_WIDTHS = (16, 20, 66, 16)
LINE = 16
"""Height of a line [points]."""

GUIDE_NAME = Text("说明", "How to fill in")
EXAMPLE_REMARK = f"{EXAMPLE.zh} {EXAMPLE.en}:不读取,可删除 not read, may be deleted"
LAST_ROW = 5000
"""Last row with dropdowns, counted from 0."""

SEVERAL = (Kind.ENUMS, Kind.REFS, Kind.DAY_RULE)
"""Kinds of column that take several words: the dropdown offers the first, more may be typed."""

STEPS: tuple[Text, ...] = (
    Text(
        "先填“设置”:大队名称和月份。再依次填写各表;下表列出每张表的用途。",
        "Start with 设置 Settings: brigade and month. Then fill in the sheets; the table below says what each is for.",
    ),
    Text(
        "橙色标题的栏必填,蓝色标题的栏可空;空白时按默认值处理。",
        "Columns with an amber heading must be filled; those with a blue one may stay blank and then take the default.",
    ),
    Text(
        "灰色斜体的示例行不读取,可保留,也可删除。",
        "The example rows in grey italics are not read; keep or delete them.",
    ),
    Text(
        "有下拉箭头的单元格请从列表中选;可填多项的栏用“、”分隔。中文、英文均可。",
        "Pick from the list where a cell has one; where several are allowed, put a comma between. Chinese or English.",
    ),
    Text(
        "编号在同一张表中不得重复;其他表引用的是编号,不是名称。",
        "Ids are unique in their sheet; other sheets refer to the id, not to the name.",
    ),
    Text(
        "只填数值,不用公式。不要改标题;栏的先后可以变动,可另加表。",
        "Enter values, not formulas. Leave the headings; columns may change places, sheets of your own may be added.",
    ),
    Text(
        "“规则参数”列出全部默认值;要改变规则的要求或轻重,改“值”一栏;空白即默认。",
        "规则参数 Policy lists every default; change a value to change what a rule asks or costs; blank: the default.",
    ),
    Text(
        "鼠标停在标题上,可看到该栏的填法。",
        "Rest the pointer on a heading to see how its column is filled.",
    ),
    Text(
        "存盘后运行:lianqin roster 文件名.xlsx。有问题时会一次全部列出,写明表、行、栏。",
        "Save and run: lianqin roster FILE.xlsx. Problems are listed all at once, each with sheet, row and column.",
    ),
)


def write_template(path: Path, parameters: Sequence[tuple[str, Parameter]]) -> Path:
    """Write the empty input workbook; return where it lies (NAME-2.xlsx where ``path`` is open elsewhere).

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    import xlsxwriter  # late: only the commands that write need it

    with Draft(path) as draft:
        with xlsxwriter.Workbook(draft.path) as book:
            fill_template(book, parameters)
        return draft.accept()


def write_sample(path: Path, month: date, parameters: Sequence[tuple[str, Parameter]]) -> Path:
    """Write the input workbook of the sample brigade for the month of a date; return where it lies.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    import xlsxwriter

    with Draft(path) as draft:
        with xlsxwriter.Workbook(draft.path) as book:
            fill_sample(book, month, parameters)
        return draft.accept()


def fill_template(book: xlsxwriter.Workbook, parameters: Sequence[tuple[str, Parameter]]) -> None:
    """Add every input sheet, empty but for one example row each, with the guide in front."""
    look = look_of(book)
    write_guide(book, look)
    write_settings(book, look, {})
    write_policy(book, look, {}, parameters)
    for table in SHEETS:
        sheet = write_rows(book, look, table, (table.example,))
        _restyle_example(sheet, look, table)
        sheet.set_column(len(table.columns), len(table.columns), shown_width(EXAMPLE_REMARK) + 2)
        _add_help(sheet, table, first_row=HEAD_ROWS + 1)
    _add_settings_help(book)


def fill_sample(book: xlsxwriter.Workbook, month: date, parameters: Sequence[tuple[str, Parameter]]) -> None:
    """Add every input sheet of the sample brigade, with the guide in front."""
    write_guide(book, look_of(book))
    write_scenario(book, sample_scenario(month), parameters)
    for table in SHEETS:
        _add_help(book.get_worksheet_by_name(table.name.zh), table, first_row=HEAD_ROWS)
    _add_settings_help(book)


# -- the guide ------------------------------------------------------------------------------------------------


def write_guide(book: xlsxwriter.Workbook, look: Look) -> None:
    """Write the first sheet: the steps, then one row per sheet with a link to it."""
    sheet = book.add_worksheet(GUIDE_NAME.zh)
    plain = {"font_name": FONT, "font_size": 11, "valign": "top", "text_wrap": True}
    title = book.add_format(plain | {"font_size": 16, "bold": True, "valign": "vcenter", "text_wrap": False})
    wrapped, faint = book.add_format(plain), book.add_format(plain | {"font_color": "#55606E", "font_size": 10})
    link = book.add_format(plain | {"font_color": "#1F4E79", "underline": 1})
    for place, width in enumerate(GUIDE_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, "联勤 月度排班输入表  Lianqin monthly roster: input", title)
    sheet.set_row(0, 30)
    row = 2
    for number, step in enumerate(STEPS, start=1):
        sheet.merge_range(row, 0, row, 3, "", wrapped)
        sheet.write_rich_string(row, 0, wrapped, f"{number}. {step.zh}\n", faint, f"    {step.en}", wrapped)
        sheet.set_row(row, LINE * _lines(step, sum(GUIDE_WIDTHS) - 8))
        row += 1
    row += 1
    headings = (Text("表", "Sheet"), Text("英文", "English"), Text("用途", "Purpose"), Text("必填", "Required"))
    for place, heading in enumerate(headings):
        sheet.write_string(row, place, both(heading), look.heading)
    for name, note, filled in _contents():
        row += 1
        sheet.write_url(row, 0, f"internal:'{name.zh}'!A1", link, name.zh)
        sheet.write_string(row, 1, name.en, wrapped)
        sheet.write_rich_string(row, 2, wrapped, note.zh + "\n", faint, note.en, wrapped)
        sheet.write_string(row, 3, YES.zh if filled else "", wrapped)
        sheet.set_row(row, LINE * _lines(note, GUIDE_WIDTHS[2] - 4))
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _lines(text: Text, width: int) -> int:
    """Return the lines a text takes in both languages, one below the other."""
    return sum(-(-shown_width(part) // width) for part in (text.zh, text.en))


def _contents() -> list[tuple[Text, Text, bool]]:
    settings = Text("大队名称、月份", "The brigade's name and the month")
    policy = Text("每条规则的要求和轻重", "What each rule asks and costs")
    head = [(SETTINGS_NAME, settings, True), (POLICY_NAME, policy, False)]
    return head + [(table.name, table.note, table.filled) for table in SHEETS]


# -- example, dropdowns, notes --------------------------------------------------------------------------------


def _restyle_example(sheet: Worksheet, look: Look, table: Sheet) -> None:
    """Write the example row once more in grey, with the remark that keeps it from being read."""
    cells = (*encode_row(table, table.example, LANG), EXAMPLE_REMARK)
    for place, value in enumerate(cells):
        form = look.example_day if isinstance(value, date) else look.example
        write_cell(sheet, look, HEAD_ROWS, place, value, form)


def _add_settings_help(book: xlsxwriter.Workbook) -> None:
    sheet = book.get_worksheet_by_name(SETTINGS_NAME.zh)
    for row, item in enumerate(SETTINGS, start=HEAD_ROWS):
        if item.kind is Kind.BOOL:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": [YES.zh, NO.zh]})


def _add_help(sheet: Worksheet, table: Sheet, first_row: int) -> None:
    """Add a note to each heading and, where it helps, a dropdown or bounds to the cells below."""
    for place, column in enumerate(table.columns):
        note = column_note(table, column)
        lines = sum(-(-shown_width(line) // 34) for line in note.splitlines())
        sheet.write_comment(
            0, place, note, {"author": "联勤", "x_scale": 2, "y_scale": 0.35 + 0.22 * lines, "font_size": 9}
        )
        options = choices(column, first_row)
        if options is not None:
            sheet.data_validation(first_row, place, LAST_ROW, place, options)


def column_note(table: Sheet, column: Column) -> str:
    """Return how a column is filled in, in both languages."""
    must = Text("必填", "required") if table.required(column) else Text("可空", "may be blank")
    lines = [f"{column.heading.zh}({must.zh})", f"{column.heading.en} ({must.en})"]
    if column.note.zh != must.zh:
        lines += [column.note.zh, column.note.en]
    if column.enum is not None:
        lines += [f"{text.zh} {text.en}" for text in LABELS[column.enum].values()]
    if column.kind is Kind.BOOL:
        lines += [f"{YES.zh} / {NO.zh}  {YES.en} / {NO.en}"]
    if column.refs:
        names = [BY_KEY[key].name for key in column.refs]
        lines += ["编号来自:" + "、".join(n.zh for n in names), "ids of: " + ", ".join(n.en for n in names)]
    if column.low is not None and column.high is not None:
        lines += [f"{column.low:g} – {column.high:g}"]
    return "\n".join(line for line in lines if line)


def choices(column: Column, first_row: int) -> dict[str, object] | None:
    """Return XlsxWriter's validation of a column's cells; None where anything may stand.

    A value outside the list or the bounds gives a warning that may be overruled: the reader takes more spellings than
    a list can show, and judges itself.
    """
    warn: dict[str, object] = {
        "error_type": "warning",
        "error_title": "请核对 Please check",
        "error_message": "请从列表中选,或按标题的批注填写。\nPick from the list, or see the note on the heading.",
        "show_error": column.kind not in SEVERAL,
    }
    source = _source(column, first_row)
    if source is not None:
        return {"validate": "list", "source": source} | warn
    if column.kind is Kind.INT:
        return {"validate": "integer", "criteria": "between", "minimum": column.low, "maximum": column.high} | warn
    if column.kind in (Kind.HOURS, Kind.FLOAT):
        return {"validate": "decimal", "criteria": "between", "minimum": column.low, "maximum": column.high} | warn
    return None


def _source(column: Column, first_row: int) -> list[str] | str | None:
    if column.enum is not None:
        return [text.zh for text in LABELS[column.enum].values()]
    if column.kind is Kind.BOOL:
        return [YES.zh, NO.zh]
    if column.kind is Kind.DAY_RULE:
        return [EVERY.zh, *(text.zh for text in DAY_KINDS.values()), "休息日、节日", "一、二、三、四、五"]
    if len(column.refs) == 1:
        return id_range(BY_KEY[column.refs[0]], first_row)
    return None


def id_range(table: Sheet, first_row: int) -> str:
    """Return the formula of the ids filled in on a sheet, from ``first_row`` (counted from 0) down."""
    top = f"'{table.name.zh}'!$A${first_row + 1}"
    return f"=OFFSET({top},0,0,MAX(1,COUNTA({top}:$A${LAST_ROW + 1})),1)"
