"""Scenario -> input sheets, by the schema: Chinese heading, English beneath, one record per row.

Used for the sample, for the template, and for the hidden sheets in which a roster workbook carries its input.
Text is always written as text, so nothing a user typed ever becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from domain.calendar import DAY
from domain.parameter import Parameter, type_of_value
from domain.scenario import Scenario
from domain.words import Record, Text
from inputs.cells import CellValue, encode_parameter, encode_row, parameter_range
from inputs.columns import REMARK, Kind, Sheet
from inputs.labels import NO, YES
from inputs.schema import (
    HOURS,
    POLICY_HEADINGS,
    POLICY_NAME,
    SETTINGS,
    SETTINGS_HEADINGS,
    SETTINGS_NAME,
    SHEETS,
    HoursRow,
)

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

HEAD_ROWS = 2
"""Heading rows above the data."""

LANG = "zh"
FONT = "宋体"
NARROWEST, WIDEST = 7, 46
"""Column widths [characters of half width]."""

A4 = 9
"""Excel's number of the paper size."""


class Look(NamedTuple):
    """The formats of one workbook."""

    heading: Format
    english: Format
    required: Format
    required_english: Format
    text: Format
    quoted: Format
    number: Format
    day: Format
    remark: Format
    example: Format
    example_day: Format


def look_of(book: xlsxwriter.Workbook) -> Look:
    """Add the formats to a workbook and return them: 宋体 11, one restrained blue for the headings."""
    plain = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    head = plain | {"bg_color": "#DCE6F1", "align": "center", "left": 1, "right": 1, "border_color": "#A9B8CA"}
    example = plain | {"font_color": "#8C8C8C", "italic": True, "bg_color": "#F2F2F2"}
    day = {"num_format": "yyyy-mm-dd", "align": "center"}
    bold, small = {"bold": True, "top": 1}, {"font_size": 9, "font_color": "#55606E", "bottom": 1}
    amber = {"bg_color": "#FBE8CF"}
    return Look(
        heading=book.add_format(head | bold),
        english=book.add_format(head | small),
        required=book.add_format(head | bold | amber),
        required_english=book.add_format(head | small | amber),
        text=book.add_format(plain | {"num_format": "@"}),
        # keeps Excel from making a formula of it when the cell is edited
        quoted=book.add_format(plain | {"num_format": "@", "quote_prefix": True}),
        number=book.add_format(plain),
        day=book.add_format(plain | day),
        remark=book.add_format(plain | {"font_color": "#7F7F7F"}),
        example=book.add_format(example),
        example_day=book.add_format(example | day),
    )


def write_scenario(
    book: xlsxwriter.Workbook,
    scenario: Scenario,
    parameters: Sequence[tuple[str, Parameter]],
    *,
    prefix: str = "",
    hidden: bool = False,
) -> None:
    """Write every input sheet of a scenario into an open workbook.

    Parameters
    ----------
    book
        Workbook to add the sheets to.
    scenario
        What to write; reading the sheets gives it back unchanged.
    parameters
        (rule id, parameter) of every rule, for the policy sheet.
    prefix
        Put before every sheet's name.
    hidden
        Whether the sheets are hidden.

    Raises
    ------
    ValueError
        If a text is too long for a cell (32,767 characters).
    """
    look = look_of(book)
    sheets = [
        write_settings(book, look, settings_of(scenario), prefix),
        write_policy(book, look, scenario.policy, parameters, prefix),
    ]
    sheets += [write_rows(book, look, table, rows_of(scenario, table), prefix) for table in SHEETS]
    if hidden:
        for sheet in sheets:
            sheet.hide()


def rows_of(scenario: Scenario, table: Sheet) -> Iterator[Record]:
    """Yield the records of a sheet in the scenario's order."""
    if table is not HOURS:
        yield from getattr(scenario, table.key)
        return
    for hotspot in scenario.hotspots:
        for hours in hotspot.hours:
            yield HoursRow(hotspot=hotspot.id, **dict(hours))


# -- sheets ---------------------------------------------------------------------------------------------------


def write_rows(
    book: xlsxwriter.Workbook, look: Look, table: Sheet, rows: Iterable[Record], prefix: str = ""
) -> Worksheet:
    """Write one sheet of records and return it."""
    sheet = book.add_worksheet(prefix + table.name.zh)
    must = [table.required(column) for column in table.columns]
    widths = write_headings(sheet, look, [*(column.heading for column in table.columns), REMARK], must)
    widths[-1] = 20
    for row, record in enumerate(rows, start=HEAD_ROWS):
        for place, value in enumerate(encode_row(table, record, LANG)):
            write_cell(sheet, look, row, place, value)
            widths[place] = max(widths[place], shown_width(value))
    set_widths(sheet, widths, [_cell_format(look, column.kind) for column in table.columns])
    finish(sheet, _frozen(table))
    return sheet


def _cell_format(look: Look, kind: Kind) -> Format:
    """Return the format of a column's empty cells: text wherever Excel would turn 24:00 or 001 into a number."""
    if kind in (Kind.DATE, Kind.LAST_DATE):
        return look.day
    return look.number if kind in (Kind.INT, Kind.FLOAT, Kind.HOURS) else look.text


def _frozen(table: Sheet) -> int:
    """Return how many columns stay in view: the id, and the name beside it."""
    return 2 if table.id_column is not None and table.columns[1].field == "name" else 1


def write_settings(
    book: xlsxwriter.Workbook, look: Look, values: Mapping[str, CellValue], prefix: str = ""
) -> Worksheet:
    """Write the sheet of settings, with the values by field, and return it."""
    sheet = book.add_worksheet(prefix + SETTINGS_NAME.zh)
    widths = write_headings(sheet, look, SETTINGS_HEADINGS)
    widths[1] = 28
    for row, item in enumerate(SETTINGS, start=HEAD_ROWS):
        cells = (both(item.heading), values.get(item.field), both(item.note))
        for place, cell in enumerate(cells):
            write_cell(sheet, look, row, place, cell, look.remark if place == 2 else None)
            widths[place] = max(widths[place], shown_width(cell))
    set_widths(sheet, widths, widest=70)
    finish(sheet)
    return sheet


def settings_of(scenario: Scenario) -> dict[str, CellValue]:
    """Return the settings by field; first and last date only where the horizon is not one whole month."""
    found: dict[str, CellValue] = {
        "brigade": scenario.brigade,
        "month": f"{scenario.first:%Y-%m}",
        "provisional": (YES if scenario.provisional else NO).get(LANG),
    }
    whole = scenario.first.day == 1 and scenario.end == (scenario.first + 32 * DAY).replace(day=1)
    return found if whole else found | {"first": scenario.first, "end": scenario.end - DAY}


def write_policy(
    book: xlsxwriter.Workbook,
    look: Look,
    policy: Mapping[str, type_of_value],
    parameters: Sequence[tuple[str, Parameter]],
    prefix: str = "",
) -> Worksheet:
    """Write the sheet of the rules' parameters and return it; the default stands where ``policy`` has no value."""
    sheet = book.add_worksheet(prefix + POLICY_NAME.zh)
    widths = write_headings(sheet, look, POLICY_HEADINGS)
    widths[2] = 12
    for row, (rule, parameter) in enumerate(parameters, start=HEAD_ROWS):
        key = f"{rule}.{parameter.key}"
        value = encode_parameter(policy.get(key, parameter.default), LANG)
        cells = (key, both(parameter.text), value, both(parameter.unit), parameter_range(parameter))
        for place, cell in enumerate(cells):
            write_cell(sheet, look, row, place, cell, look.remark if place > 2 else None)
            widths[place] = max(widths[place], shown_width(cell))
    set_widths(sheet, widths, widest=80)
    finish(sheet, 2)
    return sheet


# -- cells ----------------------------------------------------------------------------------------------------


def write_headings(sheet: Worksheet, look: Look, headings: Sequence[Text], required: Sequence[bool] = ()) -> list[int]:
    """Write both heading rows, those of required columns in amber, and return the width each column needs for them."""
    for place, heading in enumerate(headings):
        must = place < len(required) and required[place]
        sheet.write_string(0, place, heading.zh, look.required if must else look.heading)
        sheet.write_string(1, place, heading.en, look.required_english if must else look.english)
    sheet.set_row(0, 20)
    sheet.set_row(1, 15)
    return [max(NARROWEST, shown_width(heading.zh), shown_width(heading.en)) for heading in headings]


def write_cell(
    sheet: Worksheet, look: Look, row: int, place: int, value: CellValue, form: Format | None = None
) -> None:
    """Write one value by its type, in format ``form`` or the type's own; text as text, whatever it begins with."""
    if value is None or value == "":
        if form is not None:
            sheet.write_blank(row, place, None, form)
    elif isinstance(value, str):
        plain = look.quoted if value.startswith(("=", "+", "-", "@")) else look.text
        if sheet.write_string(row, place, value, form or plain) != 0:
            raise ValueError(f"sheet {sheet.get_name()}, row {row + 1}: a text of {len(value)} characters fits no cell")
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime.combine(value, time()), form or look.day)
    else:
        sheet.write_number(row, place, value, form or look.number)


def finish(sheet: Worksheet, frozen: int = 1) -> None:
    """Freeze the headings, set up printing and keep Excel from marking ids as numbers stored as text."""
    sheet.freeze_panes(HEAD_ROWS, frozen)
    sheet.repeat_rows(0, HEAD_ROWS - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(0)  # printed too: rows are long
    sheet.set_footer("&C&A  &P / &N")
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def set_widths(sheet: Worksheet, widths: Sequence[int], forms: Sequence[Format] = (), *, widest: int = WIDEST) -> None:
    """Set the column widths, with some air, within bounds, and the formats of the cells still empty."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(widest, width + 2), forms[place] if place < len(forms) else None)


def both(text: Text) -> str:
    """Return a text in both languages in one cell."""
    return text.zh if text.zh == text.en else f"{text.zh} {text.en}".strip()


def shown_width(value: CellValue) -> int:
    """Return the width of a value in characters of half width; Chinese ones count two."""
    if isinstance(value, date):
        return 10
    return sum(2 if letter > "\u2e7f" else 1 for letter in str("" if value is None else value))
