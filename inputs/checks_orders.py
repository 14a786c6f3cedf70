"""Checks of what leaders order: locks and designated remediations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from domain.calendar import dates, overlaps
from domain.scenario import Designated, Group, Hotspot, Lock, Officer, Scenario
from domain.words import DutyKind, LockKind, RemediationKind, Text
from inputs.labels import label
from inputs.rows import Problems, Row, Table

HOUR = timedelta(hours=1)

_NEEDED = {
    LockKind.SHIFT: ("officer", "shift"),
    LockKind.REST: ("officer",),
    LockKind.DUTY: ("officer", "duty", "start", "length"),
    LockKind.REMEDIATION: ("group", "place", "start"),
}
_PLACES = {
    DutyKind.POST: "posts",
    DutyKind.DESK: "desks",
    DutyKind.PRESENCE: "presences",
}
_PLACELESS = (DutyKind.PATROL, DutyKind.STANDBY)


def longest_window(draft: Scenario, hotspot: str, on: Sequence[date]) -> timedelta:
    """Return the length of the longest open window of a hotspot that begins on one of some dates; 0 without any."""
    return max((w.end - w.start for day in on for w in draft.open_windows(hotspot, day)), default=timedelta(0))


def fits(draft: Scenario, hotspot: str, on: date, start: time, length: timedelta) -> bool:
    """Return whether [start, start + length) of a date lies inside an open window of the hotspot."""
    begin = datetime.combine(on, start)
    windows = draft.open_windows(hotspot, on) + draft.open_windows(hotspot, on - timedelta(days=1))
    return any(w.start <= begin and begin + length <= w.end for w in windows)


# -- designated remediations ------------------------------------------------------------------------------------------


def check_designated(table: Table, draft: Scenario, problems: Problems) -> None:
    """Report designated remediations outside the month, without a window that fits, or with odd roles."""
    for row, order in table.records(Designated):
        for of, text, expected in _order_problems(order, draft):
            table.report(problems, row, of, text, expected)


def _order_problems(order: Designated, draft: Scenario) -> Iterator[tuple[str, Text, Text]]:
    month = f"{draft.dates[0]} ~ {draft.dates[-1]}"
    inside = [on for on in dates(order.first, min(order.end, draft.end)) if on >= draft.first]
    if order.first < draft.first or order.end > draft.end:
        last = order.end - timedelta(days=1)
        of = "first" if not draft.first <= order.first < draft.end else "end"
        yield (
            of,
            Text(f"{order.first} 至 {last} 不在本月", f"{order.first} to {last} is not within the month"),
            Text(month, month),
        )
    if order.kind is RemediationKind.MONTHLY:
        yield (
            "kind",
            Text("月度整治不在此表指定,请用“锁定”", "monthly ones are not ordered here; use Locks"),
            Text("指定 / 不定期", "designated / ad hoc"),
        )
    if order.lead is not None and order.lead not in order.squads:
        squads = Text("、".join(order.squads), ", ".join(order.squads))
        yield "lead", Text(f"牵头中队 {order.lead} 不参加", f"lead squad {order.lead} takes no part"), squads
    commander = draft.officer_by_id.get(order.commander or "")
    if commander is not None and not any(draft.absence(commander.id, on) is None for on in inside or [draft.first]):
        text = Text(f"指挥{commander.name}这些日子都请假", f"commander {commander.name} is absent on all these dates")
        yield "commander", text, Text("在岗的队员", "an officer who is present")
    hotspot = draft.hotspot_by_id.get(order.hotspot)
    if hotspot is None or not hotspot.hours or not inside:
        return  # reported elsewhere
    if order.start is None:
        found = longest_window(draft, order.hotspot, inside) >= order.length
    else:
        found = any(fits(draft, order.hotspot, on, order.start, order.length) for on in inside)
    if not found:
        need = f"{order.length / HOUR:g}"
        at = f"{order.start:%H:%M} " if order.start else ""
        text = Text(
            f"{hotspot.name}在这些日子没有容得下 {at}起 {need} 小时的时段"
            if at
            else f"{hotspot.name}在这些日子没有 {need} 小时的时段",
            f"{hotspot.name} has no window for {need} h {'from ' + at if at else ''}on these dates".strip(),
        )
        yield (
            "start" if order.start else "length",
            text,
            Text("热点开放时段之内", "inside an open window of the hotspot"),
        )


# -- locks ------------------------------------------------------------------------------------------------------------


def check_locks(tables: Mapping[str, Table], draft: Scenario, problems: Problems) -> None:
    """Report locks that lack something, cannot be kept, or contradict an absence or another lock."""
    table = tables["locks"]
    seen: dict[object, list[tuple[Row, Lock]]] = defaultdict(list)
    for row, lock in table.records(Lock):
        missing = [of for of in _needed(lock) if getattr(lock, of) is None]
        for of in missing:
            kind, heading = label(lock.kind), table.sheet.column(of).heading
            text = Text(f"锁定{kind.zh}须填写“{heading.zh}”", f"a lock of kind {kind.en} needs {heading.en}")
            table.report(problems, row, of, text, heading)
        if not draft.first <= lock.date < draft.end:
            month = f"{draft.dates[0]} ~ {draft.dates[-1]}"
            text = Text(f"{lock.date} 不在本月", f"{lock.date} is not within the month")
            table.report(problems, row, "date", text, Text(month, month))
        elif not missing:
            for of, text in _lock_problems(lock, draft, tables):
                table.report(problems, row, of, text)
            about = (lock.officer, lock.date) if lock.officer else lock.group
            for other_row, other in seen[about]:
                clash = _clash(lock, other, draft)
                if clash is not None:
                    zh, en = (
                        f"与第 {other_row.number} 行锁定矛盾:{clash.zh}",
                        f"contradicts row {other_row.number}: {clash.en}",
                    )
                    table.report(problems, row, "kind", Text(zh, en), Text("请删去一行", "delete one of them"))
            seen[about].append((row, lock))


def _needed(lock: Lock) -> tuple[str, ...]:
    place = lock.kind is LockKind.DUTY and lock.duty is not None and lock.duty not in _PLACELESS
    return (*_NEEDED[lock.kind], "place") if place else _NEEDED[lock.kind]


def _lock_problems(lock: Lock, draft: Scenario, tables: Mapping[str, Table]) -> Iterator[tuple[str, Text]]:
    officer = draft.officer_by_id.get(lock.officer or "")
    absence = draft.absence(officer.id, lock.date) if officer else None
    if officer and absence and lock.kind in (LockKind.SHIFT, LockKind.DUTY):
        why = label(absence.kind)
        yield (
            "date",
            Text(
                f"{officer.name} {lock.date} 请{why.zh},不能锁定上班,请删去锁定或改请假",
                f"{officer.name} is absent ({why.en}) on {lock.date} and cannot be locked to work; delete one",
            ),
        )
    if lock.kind is LockKind.SHIFT and officer:
        yield from _shift_problems(lock, officer, draft)
    if lock.kind is LockKind.DUTY and officer:
        yield from _duty_problems(lock, officer, draft, tables)
    if lock.kind is LockKind.REMEDIATION:
        yield from _remediation_problems(lock, draft, tables)


def _shift_problems(lock: Lock, officer: Officer, draft: Scenario) -> Iterator[tuple[str, Text]]:
    shift = draft.shift_by_id.get(lock.shift or "")
    if shift is None:
        return
    if shift.id in officer.barred_shifts:
        yield "shift", Text(f"{officer.name}不上{shift.name}", f"{officer.name} is barred from {shift.name}")
    if shift not in draft.shifts_of(officer.squad):
        yield (
            "shift",
            Text(f"中队 {officer.squad} 没有{shift.name}", f"squad {officer.squad} does not work {shift.name}"),
        )


def _duty_problems(
    lock: Lock, officer: Officer, draft: Scenario, tables: Mapping[str, Table]
) -> Iterator[tuple[str, Text]]:
    if lock.duty is None or lock.start is None or lock.length is None:
        return
    duty = label(lock.duty)
    kinds = {DutyKind.PATROL, DutyKind.HOLDING} if lock.duty is DutyKind.HOLDING else {lock.duty}  # a patrol holds
    if kinds & set(officer.barred_duties):
        yield "duty", Text(f"{officer.name}不做{duty.zh}", f"{officer.name} is barred from {duty.en} duty")
    if lock.duty is DutyKind.DESK and not officer.certified:
        yield (
            "officer",
            Text(f"{officer.name}无执法证,不能上案件岗", f"{officer.name} is not certified for a case desk"),
        )
    begin = datetime.combine(lock.date, lock.start)
    dated = (
        draft.shift_day(s.id, lock.date) for s in draft.shifts_of(officer.squad) if s.id not in officer.barred_shifts
    )
    covered = any(s.covers(begin, begin + lock.length) for s in dated)
    if tables["shifts"].whole and not covered:
        end = begin + lock.length
        text = Text(
            f"{officer.name}没有班次覆盖 {begin:%H:%M}-{end:%H:%M}",
            f"no shift of {officer.name} covers {begin:%H:%M}-{end:%H:%M}",
        )
        yield "start", text
    if lock.place is None:
        return
    if not _is_place(lock.place, _PLACES.get(lock.duty, "hotspots"), tables):
        yield "place", Text(f"地点 {lock.place} 不是{duty.zh}的地点", f"{lock.place} is no place for {duty.en} duty")
        return
    if covered:
        yield from _place_problems(lock, officer, draft, begin, begin + lock.length)
    post = draft.post_by_id.get(lock.place)
    if lock.duty is DutyKind.POST and post is not None and officer.force.rank < post.force.rank:
        need = label(post.force)
        yield (
            "officer",
            Text(
                f"{officer.name}不能站{post.name},须为{need.zh}队员",
                f"{officer.name} may not stand at {post.name}; it asks for {need.en}",
            ),
        )


def _place_problems(
    lock: Lock, officer: Officer, draft: Scenario, begin: datetime, end: datetime
) -> Iterator[tuple[str, Text]]:
    """Yield what keeps an officer from a post, a desk or a presence in [begin, end): its squads, then its hours."""
    post, desk = draft.post_by_id.get(lock.place or ""), draft.desk_by_id.get(lock.place or "")
    presence = draft.presence_by_id.get(lock.place or "")
    squads: tuple[str, ...]
    if post is not None:
        name, squads, needs = post.name, (post.squad,), draft.post_needs
    elif desk is not None:
        name, squads, needs = desk.name, desk.squads, draft.desk_needs
    elif presence is not None:
        name, squads, needs = presence.id, presence.squads, draft.presence_needs
    else:
        return
    if officer.squad not in squads:
        zh, en = "、".join(squads), ", ".join(squads)
        yield (
            "place",
            Text(
                f"{name}由中队 {zh} 派人,{officer.name}属中队 {officer.squad}",
                f"{name} is manned by squad {en}; {officer.name} is of squad {officer.squad}",
            ),
        )
    if not any(n.place == lock.place and n.start <= begin and end <= n.end for n in needs):
        open_on = [f"{n.start:%H:%M}-{n.end:%H:%M}" for n in needs if (n.place, n.day) == (lock.place, lock.date)]
        zh, en = "、".join(open_on) or "不设", ", ".join(open_on) or "not manned"
        yield (
            "start",
            Text(
                f"{begin:%H:%M}-{end:%H:%M} 不在{name}的时间之内,当天 {zh},请改锁定的时间",
                f"{begin:%H:%M}-{end:%H:%M} is outside the hours of {name}, that day {en}; change the lock",
            ),
        )


def _is_place(place: str, key: str, tables: Mapping[str, Table]) -> bool:
    """Return whether a place is on the sheet it should be on; unknown ones are reported elsewhere."""
    of = {row.values.get("id"): name for name in (*_PLACES.values(), "hotspots") for row in tables[name].rows}
    on = any(row.values.get("id") == place for row in tables[key].rows)
    return on or place not in of


def _remediation_problems(lock: Lock, draft: Scenario, tables: Mapping[str, Table]) -> Iterator[tuple[str, Text]]:
    if lock.place and not _is_place(lock.place, "hotspots", tables):
        yield "place", Text(f"地点 {lock.place} 不是热点", f"{lock.place} is no hotspot")
    hotspot, group = draft.hotspot_by_id.get(lock.place or ""), draft.group_by_id.get(lock.group or "")
    if hotspot is None or group is None or lock.start is None:
        return  # reported elsewhere
    yield from _past_problems(lock, hotspot, group, draft)
    if hotspot.squads[0] not in group.members:
        yield (
            "place",
            Text(f"{hotspot.name}的属地中队不在{group.name}", f"the host of {hotspot.name} is not in {group.name}"),
        )
    if tables["hours"].whole and hotspot.hours and not fits(draft, hotspot.id, lock.date, lock.start, group.length):
        need = f"{group.length / HOUR:g}"
        yield (
            "start",
            Text(
                f"{hotspot.name} {lock.date} 没有容得下 {lock.start:%H:%M} 起 {need} 小时的时段",
                f"{hotspot.name} has no window on {lock.date} for {need} h from {lock.start:%H:%M}",
            ),
        )


def _past_problems(lock: Lock, hotspot: Hotspot, group: Group, draft: Scenario) -> Iterator[tuple[str, Text]]:
    """Yield why a locked monthly remediation cannot follow one of the last weeks: R12's distance, S15's place."""
    monthly = [p for p in draft.past_remediations if p.kind is RemediationKind.MONTHLY]
    near = [p.date for p in monthly if p.group == group.id and abs((lock.date - p.date).days) < group.days_apart]
    if near:
        yield (
            "date",
            Text(
                f"{lock.date} 距{group.name} {near[-1]} 的整治不足 {group.days_apart} 天,请改日期",
                f"{lock.date} is under {group.days_apart} days from {group.name}'s remediation of {near[-1]}; move it",
            ),
        )
    there = [p.date for p in monthly if p.hotspot == hotspot.id and p.date.replace(day=1) == lock.date.replace(day=1)]
    if there:
        yield (
            "place",
            Text(
                f"{hotspot.name}本月 {there[-1]} 已办过整治,请换热点",
                f"{hotspot.name} had a remediation on {there[-1]} this month; choose another hotspot",
            ),
        )


def _clash(lock: Lock, other: Lock, draft: Scenario) -> Text | None:
    """Return why two locks of one officer and date, or of one group, cannot both be kept; None if they can."""
    if lock.kind is LockKind.REMEDIATION and other.kind is LockKind.REMEDIATION:
        return _same_group(lock, other, draft)
    officer = draft.officer_by_id.get(lock.officer or "")
    who = Text(*[f"{officer.name if officer else lock.officer} {lock.date} "] * 2)
    kinds = {lock.kind, other.kind}
    if LockKind.REST in kinds and len(kinds) == 2:
        return Text(who.zh + "又休息又上班", who.en + "is to rest and to work")
    if kinds == {LockKind.SHIFT} and lock.shift != other.shift:
        return Text(
            who.zh + f"有班次 {other.shift} 和 {lock.shift}", who.en + f"has shifts {other.shift} and {lock.shift}"
        )
    if kinds == {LockKind.DUTY} and (lock.duty, lock.place) != (other.duty, other.place):
        first, second = _dated(lock), _dated(other)
        if first and second and overlaps(*first, *second):
            return Text(who.zh + "同一时间有两项勤务", who.en + "has two duties at one time")
        if first and second and officer and not _one_shift(draft, officer, lock.date, first, second):
            return Text(who.zh + "的两项勤务没有一个班次都覆盖", who.en + "has two duties that no single shift covers")
    if kinds == {LockKind.SHIFT, LockKind.DUTY}:
        shift_lock, duty_lock = (lock, other) if lock.kind is LockKind.SHIFT else (other, lock)
        span = _dated(duty_lock)
        shift = draft.shift_by_id.get(shift_lock.shift or "")
        if shift and span and not draft.shift_day(shift.id, lock.date).covers(*span):
            return Text(who.zh + f"的勤务不在{shift.name}之内", who.en + f"has a duty outside {shift.name}")
    return None


def _one_shift(draft: Scenario, officer: Officer, on: date, *spans: tuple[datetime, datetime]) -> bool:
    """Return whether one shift covers all spans; also where one alone has none, which is reported at its own row."""
    shifts = [draft.shift_day(s.id, on) for s in draft.shifts_of(officer.squad) if s.id not in officer.barred_shifts]
    if not all(any(s.covers(*span) for s in shifts) for span in spans):
        return True
    return any(all(s.covers(*span) for span in spans) for s in shifts)


def _dated(lock: Lock) -> tuple[datetime, datetime] | None:
    if lock.start is None or lock.length is None:
        return None
    begin = datetime.combine(lock.date, lock.start)
    return begin, begin + lock.length


def _same_group(lock: Lock, other: Lock, draft: Scenario) -> Text | None:
    group = draft.group_by_id.get(lock.group or "")
    if group is None or lock.group != other.group or lock.start is None or other.start is None:
        return None
    first, second = (datetime.combine(k.date, k.start) for k in (lock, other) if k.start is not None)
    if overlaps(first, first + group.length, second, second + group.length):
        return Text(f"{group.name}同一时间有两次整治", f"{group.name} has two remediations at one time")
    apart = abs((lock.date - other.date).days)
    if apart < group.days_apart:
        return Text(
            f"{group.name}的两次整治只隔 {apart} 天,应至少 {group.days_apart} 天",
            f"two remediations of {group.name} are {apart} days apart; {group.days_apart} are asked for",
        )
    spot = draft.hotspot_by_id.get(lock.place or "")
    if spot is not None and lock.place == other.place and lock.date.replace(day=1) == other.date.replace(day=1):
        return Text(
            f"{spot.name}一个月内有两次整治,请换一个热点", f"two remediations at {spot.name} in a month; move one"
        )
    return None
