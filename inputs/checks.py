"""What must hold between the rows of a workbook; every breach is reported at its own cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from domain.calendar import DAY, Day
from domain.scenario import (
    Absence,
    Desk,
    Group,
    Hotspot,
    Officer,
    PastRemediation,
    PastShift,
    Post,
    Presence,
    Referral,
    Request,
    Scenario,
    Shift,
    Vehicle,
)
from domain.words import DutyKind, ShiftKind, Text
from inputs.checks_limits import check_limits
from inputs.checks_orders import check_designated, check_locks, longest_window
from inputs.columns import Kind
from inputs.rows import Problems, Row, Table
from inputs.schema import BY_KEY

PAST_SHIFT_DAYS = 14
PAST_REMEDIATION_DAYS = 42
OLDEST_REFERRAL_DAYS = 92
LONGEST_ABSENCE_DAYS = 366
RESERVED_SYMBOLS = "休病年事公培产补联固"
"""Symbols of the month grid that no shift may have."""


def check(tables: Mapping[str, Table], draft: Scenario | None, problems: Problems, *, carried: bool = False) -> None:
    """Add every contradiction between rows to ``problems``.

    Parameters
    ----------
    tables
        The sheets as read, by key.
    draft
        The scenario of the rows that could be read; None if the horizon cannot be told, and then no date is checked.
    carried
        Whether this is what a roster carries of its own input: that of a squad alone has a group of one squad, and a
        shift that only the past knows may be used by squads that are not there.
    """
    _unique_ids(tables, problems)
    _known_ids(tables, problems, carried=carried)
    _groups(tables["groups"], problems, carried=carried)
    _shifts(tables["shifts"], problems)
    if draft is None:
        return
    _calendar(tables["calendar"], draft, problems)
    _dates(tables, draft, problems)
    _absences(tables["absences"], draft, problems)
    _past(tables, draft, problems)
    if tables["officers"].whole:
        _posts(tables["posts"], draft, problems)
        _desks(tables["desks"], draft, problems)
    if all(tables[key].whole for key in ("hours", "groups", "calendar")):
        _hotspots(tables["hotspots"], draft, problems)
        check_designated(tables["designated"], draft, problems)
    check_locks(tables, draft, problems)
    check_limits(tables, draft, problems)


# -- ids --------------------------------------------------------------------------------------------------------------


def _unique_ids(tables: Mapping[str, Table], problems: Problems) -> None:
    for table in tables.values():
        column = table.sheet.id_column
        if column is not None:
            _unique(((table, row, row.values.get("id")) for row in table.rows), "id", problems)
    places = [tables[key] for key in ("posts", "desks", "presences")]
    first_in: dict[object, Table] = {}
    for table in places:
        for row in table.rows:
            value = row.values.get("id")
            other = first_in.setdefault(value, table)
            if value is not None and other is not table:
                text = Text(
                    f"编号 {value} 在“{other.name}”中已使用,请换一个",
                    f"{value} is used on {other.name} too; change one",
                )
                table.report(problems, row, "id", text, Text("三张表中不重复", "unique over the three sheets"))


def _unique(rows: Iterable[tuple[Table, Row, object]], of: str, problems: Problems) -> None:
    first: dict[object, int] = {}
    for table, row, value in rows:
        if value is None:
            continue
        if value in first:
            table.report(
                problems,
                row,
                of,
                Text(
                    f"{value} 与第 {first[value]} 行重复,请改正或删去一行",
                    f"{value} is in row {first[value]} too; delete one",
                ),
                Text("不重复", "unique"),
            )
        else:
            first[value] = row.number


def _known_ids(tables: Mapping[str, Table], problems: Problems, *, carried: bool) -> None:
    known = {key: {row.values.get("id") for row in table.rows} for key, table in tables.items()}
    readable = {key for key, table in tables.items() if "id" in table.headings}
    for table in tables.values():
        for column in table.sheet.columns:
            if column.kind not in (Kind.REF, Kind.REFS) or not set(column.refs) <= readable:
                continue
            if carried and (table.sheet.key, column.field) == ("shifts", "squads"):
                continue
            for row in table.rows:
                value = row.values.get(column.field)
                for wanted in value if isinstance(value, tuple) else (value,):
                    if wanted is not None and not any(wanted in known[key] for key in column.refs):
                        _report_unknown(tables, table, row, column.field, str(wanted), problems)


def _report_unknown(
    tables: Mapping[str, Table], table: Table, row: Row, of: str, wanted: str, problems: Problems
) -> None:
    refs = table.sheet.column(of).refs
    named = [other.values["id"] for ref in refs for other in tables[ref].rows if other.values.get("name") == wanted]
    hint = Text(f",是否指 {named[0]}?", f"; did you mean {named[0]}?") if named and "" not in named else Text("", "")
    zh = "、".join(f"“{BY_KEY[ref].name.zh}”" for ref in refs)
    en = ", ".join(BY_KEY[ref].name.en for ref in refs)
    table.report(
        problems,
        row,
        of,
        Text(f"{zh}中没有编号 {wanted}{hint.zh}", f"there is no id {wanted} on {en}{hint.en}"),
        Text(f"{zh}中的编号", f"an id of {en}"),
    )


# -- squads, groups, shifts -------------------------------------------------------------------------------------------


def _groups(table: Table, problems: Problems, *, carried: bool) -> None:
    group_of: dict[str, str] = {}
    for row, group in table.records(Group):
        if len(group.members) < 2 and not carried:
            text = Text(f"{group.name}只有一个中队,不能联动", f"{group.name} has one squad and cannot act jointly")
            table.report(problems, row, "members", text, Text("至少两个中队", "at least two squads"))
        if group.convener not in group.members:
            text = Text(
                f"召集中队 {group.convener} 不是{group.name}的成员", f"{group.convener} is no member of {group.name}"
            )
            table.report(problems, row, "convener", text, Text("、".join(group.members), ", ".join(group.members)))
        for squad in group.members:
            other = group_of.setdefault(squad, group.name)
            if other != group.name:
                text = Text(
                    f"中队 {squad} 已在{other},请从一个小组中删去",
                    f"squad {squad} is in {other} too; remove it from one",
                )
                table.report(
                    problems, row, "members", text, Text("每个中队至多一个小组", "each squad in one group at most")
                )


def _shifts(table: Table, problems: Problems) -> None:
    seen: list[Shift] = []
    for row, shift in table.records(Shift):
        if len(shift.symbol) > 2 or shift.symbol[:1] in RESERVED_SYMBOLS:
            text = Text(f"符号“{shift.symbol}”不可用", f"the symbol {shift.symbol} cannot be used")
            expected = Text(
                f"一至两字,不以{RESERVED_SYMBOLS}开头", f"one or two characters, none of {RESERVED_SYMBOLS} first"
            )
            table.report(problems, row, "symbol", text, expected)
        for other in seen:
            shared = not shift.squads or not other.squads or set(shift.squads) & set(other.squads)
            if other.symbol == shift.symbol and other.id != shift.id and shared:
                text = Text(
                    f"{shift.name}与{other.name}的符号都是“{shift.symbol}”,请改一个",
                    f"{shift.name} and {other.name} share the symbol {shift.symbol}; change one",
                )
                table.report(problems, row, "symbol", text)
        seen.append(shift)
        if shift.paid > shift.length:
            text = Text(f"{shift.name}的计薪工时长于班次", f"{shift.name} is paid longer than it lasts")
            hours = f"{shift.length / timedelta(hours=1):g}"
            table.report(problems, row, "paid", text, Text(f"至多 {hours} 小时", f"at most {hours} h"))
        if shift.kind is ShiftKind.NIGHT and not shift.squads:
            text = Text(f"{shift.name}是备班,须写明适用中队", f"{shift.name} is a night shift and must name its squads")
            table.report(problems, row, "squads", text, Text("中队编号", "ids of squads"))


# -- dates ------------------------------------------------------------------------------------------------------------


def _span(first: date, end: date) -> Text:
    last = end - DAY
    return Text(f"{first} 至 {last}", f"{first} to {last}")


def _outside(table: Table, row: Row, of: str, on: date, first: date, end: date, problems: Problems) -> None:
    if not first <= on < end:
        span = _span(first, end)
        text = Text(f"{on} 不在 {span.zh} 之内", f"{on} does not lie in {span.en}")
        table.report(problems, row, of, text, span)


def _calendar(table: Table, draft: Scenario, problems: Problems) -> None:
    for row, day in table.records(Day):
        _outside(table, row, "date", day.date, draft.first, draft.end, problems)
    _unique(((table, row, row.values.get("date")) for row in table.rows), "date", problems)


def _dates(tables: Mapping[str, Table], draft: Scenario, problems: Problems) -> None:
    first, end = draft.first, draft.end
    for row, request in tables["requests"].records(Request):
        _outside(tables["requests"], row, "date", request.date, first, end, problems)
    for row, vehicle in tables["vehicles"].records(Vehicle):
        for on in vehicle.inspection:
            _outside(tables["vehicles"], row, "inspection", on, first, end, problems)
    oldest = first - timedelta(days=OLDEST_REFERRAL_DAYS)
    for row, referral in tables["referrals"].records(Referral):
        _outside(tables["referrals"], row, "date", referral.date, oldest, end, problems)
    for row, presence in tables["presences"].records(Presence):
        if presence.end <= first or presence.first >= end:
            _outside(tables["presences"], row, "first", presence.first, first, end, problems)
        elif (presence.end - presence.first).days > LONGEST_ABSENCE_DAYS:
            _too_long(tables["presences"], row, presence.first, presence.end, problems)


def _too_long(table: Table, row: Row, first: date, end: date, problems: Problems) -> None:
    days = (end - first).days
    text = Text(
        f"{_span(first, end).zh} 共 {days} 天,请核对年份", f"{_span(first, end).en} is {days} days; check the year"
    )
    most = Text(f"至多 {LONGEST_ABSENCE_DAYS} 天", f"at most {LONGEST_ABSENCE_DAYS} days")
    table.report(problems, row, "end", text, most)


def _absences(table: Table, draft: Scenario, problems: Problems) -> None:
    seen: dict[str, list[tuple[int, Absence]]] = defaultdict(list)
    for row, absence in table.records(Absence):
        name = _name(draft, absence.officer)
        if absence.end <= draft.first or absence.start >= draft.end:
            _outside(table, row, "start", absence.start, draft.first, draft.end, problems)
        elif (absence.end - absence.start).days > LONGEST_ABSENCE_DAYS:
            _too_long(table, row, absence.start, absence.end, problems)
        for number, other in seen[absence.officer]:
            if absence.start < other.end and other.start < absence.end:
                span = _span(other.start, other.end)
                text = Text(
                    f"{name}的请假与第 {number} 行({span.zh})重叠,请改正日期",
                    f"{name}'s absence overlaps row {number} ({span.en}); correct the dates",
                )
                table.report(problems, row, "start", text, Text("不重叠的日期", "dates that do not overlap"))
        seen[absence.officer].append((row.number, absence))


def _name(draft: Scenario, officer: str) -> str:
    found = draft.officer_by_id.get(officer)
    return f"{found.name}({officer})" if found else officer


def _past(tables: Mapping[str, Table], draft: Scenario, problems: Problems) -> None:
    worked: dict[tuple[str, date], int] = {}
    table = tables["past_shifts"]
    for row, past in table.records(PastShift):
        _outside(table, row, "date", past.date, draft.first - timedelta(days=PAST_SHIFT_DAYS), draft.first, problems)
        number = worked.setdefault((past.officer, past.date), row.number)
        if number != row.number:
            name = _name(draft, past.officer)
            text = Text(
                f"{name} {past.date} 在第 {number} 行已有班次,请删去一行",
                f"{name} works on {past.date} in row {number} too; delete one",
            )
            table.report(problems, row, "date", text, Text("每人每天一个班次", "one shift per officer and day"))
    table = tables["past_remediations"]
    oldest = draft.first - timedelta(days=PAST_REMEDIATION_DAYS)
    for row, remediation in table.records(PastRemediation):
        _outside(table, row, "date", remediation.date, oldest, draft.first, problems)


# -- people for places, windows for remediations ----------------------------------------------------------------------


def _may_stand(officer: Officer, post: Post) -> bool:
    return officer.force.rank >= post.force.rank and DutyKind.POST not in officer.barred_duties


def _posts(table: Table, draft: Scenario, problems: Problems) -> None:
    for row, post in table.records(Post):
        if post.squad in draft.squad_by_id and not any(_may_stand(o, post) for o in draft.officers_of(post.squad)):
            text = Text(
                f"中队 {post.squad} 无人可站{post.name},请改最低队伍或中队",
                f"nobody of squad {post.squad} may stand at {post.name}; change its force or squad",
            )
            table.report(problems, row, "force", text, Text("至少一名可站岗的队员", "at least one officer who may"))


def _desks(table: Table, draft: Scenario, problems: Problems) -> None:
    for row, desk in table.records(Desk):
        people = (o for squad in desk.squads for o in draft.officers_of(squad))
        certified = sum(o.certified and DutyKind.DESK not in o.barred_duties for o in people)
        if certified < 2 and all(squad in draft.squad_by_id for squad in desk.squads):
            zh, en = "、".join(desk.squads), ", ".join(desk.squads)
            text = Text(
                f"{desk.name}需要两名持证队员,中队 {zh} 只有 {certified} 名,请与相邻中队共用",
                f"{desk.name} needs a certified pair and squads {en} have {certified}; share it with a neighbour",
            )
            table.report(problems, row, "squads", text, Text("至少两名持证队员", "at least two certified officers"))


def _hotspots(table: Table, draft: Scenario, problems: Problems) -> None:
    for row, read in table.records(Hotspot):
        hotspot = draft.hotspot_by_id[read.id]
        if not hotspot.hours:
            text = Text(
                f"{hotspot.name}没有时段,请在“热点时段”中填写",
                f"{hotspot.name} has no hours; enter them on Hotspot hours",
            )
            table.report(problems, row, "id", text, Text("至少一个时段", "at least one row of hours"))
            continue
        group = draft.group_of(hotspot.squads[0])
        if not hotspot.may_host or group is None:
            continue
        longest = longest_window(draft, hotspot.id, draft.dates)
        if longest < group.length:
            have, need = (f"{span / timedelta(hours=1):g}" for span in (longest, group.length))
            text = Text(
                f"{hotspot.name}可办联动整治,但最长开放时段 {have} 小时,不足 {need} 小时,请延长时段或改为不可办",
                f"{hotspot.name} may host, but its longest window is {have} h, under {need} h; lengthen it or say no",
            )
            table.report(problems, row, "may_host", text, Text(f"一个 {need} 小时的时段", f"a window of {need} h"))
