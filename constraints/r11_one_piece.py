"""R11: a remediation is one piece, long enough, inside one open window of its hotspot; its people are on duty for it.

Model:  held[c] = 0 for a candidate that is too short or lies outside of every open window;
        joins[o, c] <= held[c];  joins[o, c] <= sum of works[o, s] over shifts s that cover all of c.
Where the brigade's order names a start, the order's dates and start take the place of the window.
Source: Huangpu 2013 (at least 4 h); muster and travel are included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from constraints.base import Candidate, RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name
from domain.calendar import DAY, minutes
from domain.result import Finding
from domain.units import MINUTES
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from domain.roster import Remediation, Roster
    from domain.scenario import Designated, Officer, Scenario


class OnePiece(Rule):
    """One piece of the asked length, in a window, its people on one shift that covers it."""

    id, title = "R11", Text("整治时长与时段", "Remediation in one piece")
    scope, severity = Scope.GROUP, Severity.HARD
    unit, source = MINUTES, Text("黄浦 2013(每次不少于 4 小时)", "Huangpu 2013 (at least 4 h)")

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        people = {officer.id: officer for officer in model.officers}
        orders = {order.id: order for order in scenario.designated}
        for c in model.candidates:
            if not _possible(scenario, c, orders):
                model.cp.add(model.held[c.id] == 0)
            for officer, joins in model.joining(c):
                model.cp.add(joins <= model.held[c.id])
                if officer in people:
                    shifts = [s for day in (c.day - DAY, c.day) for s in model.shift_days_on(people[officer], day)]
                    covering = [model.works[officer, s] for s in shifts if s.covers(c.start, c.end)]
                    model.cp.add(joins <= sum(covering))
        return ()

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        orders = {order.id: order for order in scenario.designated}
        for r in roster.remediations:
            order = orders.get(r.designated or "")
            yield from self._length(scenario, r, order)
            if order is not None:
                yield from self._as_ordered(scenario, r, order)
            if order is None or order.start is None:
                yield from self._window(scenario, r)
            for oid in dict.fromkeys(r.participants):
                if oid in scenario.officer_by_id:
                    yield from self._on_duty(scenario, roster, r, scenario.officer_by_id[oid])

    def _length(self, scenario: Scenario, r: Remediation, order: Designated | None) -> Iterator[Finding]:
        group = scenario.group_by_id.get(r.group)
        if order is None and group is None:
            return
        asked = order.length if order is not None else group.length if group is not None else timedelta(0)
        short = minutes(asked - (r.end - r.start))
        if short > 0:
            name = remediation_name(scenario, r)
            yield self.finding(
                scenario,
                short,
                at_remediation(r),
                Text(
                    f"{name.zh}到 {r.end:%H:%M} 为止,比要求的 {minutes(asked)} 分钟少 {short} 分钟",
                    f"{name.en} ends at {r.end:%H:%M}: {short} min short of the {minutes(asked)} min asked for",
                ),
                Text("提早开始或推迟结束", "Start earlier or end later"),
            )

    def _as_ordered(self, scenario: Scenario, r: Remediation, order: Designated) -> Iterator[Finding]:
        in_dates = order.first <= r.start.date() < order.end
        if in_dates and order.start in (None, r.start.time()):
            return
        name = remediation_name(scenario, r)
        last = order.end - DAY
        clock = f"{order.start:%H:%M}" if order.start else ""
        yield self.finding(
            scenario,
            minutes(r.end - r.start),
            at_remediation(r),
            Text(
                f"{name.zh}不在指令 {order.id} 要求的时间({order.first:%m-%d} 至 {last:%m-%d} {clock or '不限时刻'})",
                f"{name.en} is not when order {order.id} wants it"
                f" ({order.first:%m-%d} to {last:%m-%d}, {clock or 'any time'})",
            ),
            Text("按指令改日期和开始时间", "Move it to the date and start of the order"),
        )

    def _window(self, scenario: Scenario, r: Remediation) -> Iterator[Finding]:
        if r.hotspot not in scenario.hotspot_by_id:
            return
        inside = timedelta(0)
        opened = []
        for day in (r.start.date() - DAY, r.start.date()):
            for window in scenario.open_windows(r.hotspot, day):
                opened.append(f"{window.start:%H:%M}-{window.end:%H:%M}")
                inside = max(inside, min(r.end, window.end) - max(r.start, window.start))
        outside = minutes((r.end - r.start) - inside)
        if outside > 0:
            name = remediation_name(scenario, r)
            yield self.finding(
                scenario,
                outside,
                at_remediation(r),
                Text(
                    f"{name.zh}到 {r.end:%H:%M} 为止,有 {outside} 分钟不在同一热点时段内"
                    f"(时段:{'、'.join(opened) or '无'})",
                    f"{name.en} ends at {r.end:%H:%M}; {outside} min of it lie outside of one open window"
                    f" (windows: {', '.join(opened) or 'none'})",
                ),
                Text("移到一个热点时段之内", "Move it into one open window"),
            )

    def _on_duty(self, scenario: Scenario, roster: Roster, r: Remediation, person: Officer) -> Iterator[Finding]:
        known = scenario.shift_by_id
        worked = [scenario.shift_day(a.shift, a.day) for a in roster.shifts_of(person.id) if a.shift in known]
        worked += scenario.past_shifts_of(person.id)
        there = max((_common(s.start, s.end, r.start, r.end) for s in worked), default=timedelta(0))
        absent = minutes((r.end - r.start) - there)
        if absent > 0:
            name = remediation_name(scenario, r)
            yield self.finding(
                scenario,
                absent,
                at_remediation(r, officer=person.id, squad=person.squad),
                Text(
                    f"{person.name} 参加{name.zh}(到 {r.end:%H:%M}),但有 {absent} 分钟不在班上",
                    f"{person.name} takes part in {name.en} (to {r.end:%H:%M}) but is off shift for {absent} min of it",
                ),
                Text("给他排覆盖全程的班,或从名单去掉", "Give a shift that covers all of it, or take the name off"),
            )


def _possible(scenario: Scenario, c: Candidate, orders: dict[str, Designated]) -> bool:
    order = orders.get(c.designated or "")
    if c.end - c.start < (order.length if order else scenario.group_by_id[c.group].length):
        return False
    if order is not None and not order.first <= c.day < order.end:
        return False
    if order is not None and order.start is not None:
        return c.start.time() == order.start
    windows = [*scenario.open_windows(c.hotspot, c.day - DAY), *scenario.open_windows(c.hotspot, c.day)]
    return any(w.start <= c.start and c.end <= w.end for w in windows)


def _common(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> timedelta:
    return max(timedelta(0), min(a_end, b_end) - max(a_start, b_start))
