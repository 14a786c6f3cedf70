"""S04: holding after a remediation: visits that the host squad's patrols owe its hotspot (defaults in brackets).

Days are counted from the day after the remediation. What is owed:
    phase 1 (days 1-3)    every open window its full wanted visits;
    phase 2 (days 4-7)    one window a day, the one wanting most, the earliest on ties, its wanted visits;
    phase 3 (days 8-14)   three visits a day over the day's windows, or what they want if that is less;
    phase 4 (days 15-42)  one visit in every block of 4 days, or what its windows want if that is less.
The host owes it; where the hotspot is not on the host's ground, the hotspot's first squad does. Demands of several
remediations on one window, day or block: the largest counts. Windows and day together miss the larger of the two.
Model:  window[w] >= wanted * held - visits;  day[d] >= wanted * held - visits of the day - sum of window[w] of the day;
        block[b] >= wanted * held - visits in the block. Monthly candidates of a hotspot and month exclude each other
        (S15), as do those of one order (R10), so each such set shares an inequality: the sum over held is one demand.

After the horizon's end visits are owed that nobody can plan yet, blocks that the end cuts included. They are counted on
the hotspot's mean day of the horizon, so that dates do not matter, and charged flat: ``after_end`` percent of a missing
visit each (50). A visit made inside the horizon costs patrol time that is worth something between nothing and the price
of a missing visit, as beyond that it would be left out. At half the price, then, a visit that moves across the end
favours neither an early nor a late date by more than half a missing visit; at 0 % late ones would be free, at 100 %
they would be charged for work that is then really done. Remediations before the horizon owe only what reaches into it.
Amount: hundredths of a missing visit (item "after_end": of a visit owed after the end, already at its percentage).
Source: Barnes 2020 (residual effect about 4 days); Sherman 1990 (short, rotating crackdowns); lengths own judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from constraints.base import Candidate, RosterModel, Rule, Term
from constraints.phrases import at_remediation, remediation_name, squad_name
from domain.calendar import DAY, OpenWindow, dates
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.roster import Holding
from domain.units import LATER_VISITS, MISSING_VISITS
from domain.words import Scope, Severity, Text

if TYPE_CHECKING:
    from constraints.base import Linear
    from domain.roster import Remediation, Roster
    from domain.scenario import Hotspot, Scenario

Due: TypeAlias = OpenWindow | tuple[date, date]
"""What visits are owed in: a window, or the dates [first, end) of a day or a block."""


Owed: TypeAlias = "dict[tuple[str, str, Due], dict[tuple[object, ...], list[tuple[int, Linear]]]]"
"""By squad, hotspot and due: sets of remediations of which at most one is held, each with visits wanted and held."""


def _days(key: str, default: int, zh: str, en: str) -> Parameter:
    return Parameter(key=key, default=default, text=Text(zh, en), unit=Text("天", "days"), low=0, high=366)


def _visits(key: str, default: int, zh: str, en: str) -> Parameter:
    return Parameter(key=key, default=default, text=Text(zh, en), unit=Text("次", "visits"), low=0, high=100)


class HoldingVisits(Rule):
    """Visits owed after a remediation and not made."""

    id, title = "S04", Text("整治后固守", "Holding after a remediation")
    scope, severity = Scope.GROUP, Severity.SHORTFALL
    by_class = True
    unit = MISSING_VISITS
    source = Text("Barnes 2020;Sherman 1990;时长本系统自定", "Barnes 2020; Sherman 1990; lengths are our own judgement")
    units = {"after_end": LATER_VISITS}
    prices = {"": "weight", "after_end": "weight"}
    per = {"": 100, "after_end": 100}
    parameters = (
        Parameter(
            key="weight",
            default=10,
            text=Text("每缺一次到点的分值", "Price of a missing visit"),
            unit=Text("分", "points"),
            low=0,
            high=100_000,
        ),
        _days("first_until", 3, "第一阶段止于第几天(全部时段)", "Last day of phase 1 (every window)"),
        _days("second_until", 7, "第二阶段止于第几天(每天一个时段)", "Last day of phase 2 (one window a day)"),
        _days("third_until", 14, "第三阶段止于第几天(每天若干次)", "Last day of phase 3 (some visits a day)"),
        _days("last_until", 42, "第四阶段止于第几天(每隔几天一次)", "Last day of phase 4 (a visit every few days)"),
        _visits("third_visits", 3, "第三阶段每天到点次数", "Visits a day in phase 3"),
        Parameter(
            key="block_days",
            default=4,
            text=Text("第四阶段每几天到点", "Days of a block in phase 4"),
            unit=Text("天", "days"),
            low=1,
            high=366,
        ),
        _visits("block_visits", 1, "第四阶段每个周期到点次数", "Visits in each block of phase 4"),
        Parameter(
            key="after_end",
            default=50,
            text=Text("本期结束后应到点按缺到点价格的比例", "Price of a visit owed after the end, of a missing one"),
            unit=Text("%", "%"),
            low=0,
            high=100,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        values = self.params(scenario)
        owed: Owed = defaultdict(lambda: defaultdict(list))
        for past in scenario.past_remediations:
            hotspot = scenario.hotspot_by_id.get(past.hotspot)
            if hotspot is not None:
                holder = past.host if past.host in hotspot.squads else hotspot.squads[0]
                for due, wanted in _owed(scenario, values, hotspot, past.date):
                    owed[holder, hotspot.id, due]["past", past.id].append((wanted, 1))
        seen: dict[tuple[str, date], list[tuple[Due, int]]] = {}
        for c in model.candidates:
            hotspot = scenario.hotspot_by_id[c.hotspot]
            holder = c.host if c.host in hotspot.squads else hotspot.squads[0]
            if (c.hotspot, c.day) not in seen:
                seen[c.hotspot, c.day] = list(_owed(scenario, values, hotspot, c.day))
            for due, wanted in seen[c.hotspot, c.day]:
                owed[holder, hotspot.id, due][_exclusive(c)].append((wanted, model.held[c.id]))
            yield Term(_after_end(scenario, values, hotspot, c.day) * model.held[c.id], "after_end")
        yield from _missing(model, scenario, owed)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        largest: dict[tuple[object, ...], Holding] = {}
        for h in holdings(scenario, roster):
            key = (h.squad, h.hotspot, h.day, h.end_day, h.start)
            if key not in largest or h.wanted > largest[key].wanted:
                largest[key] = h
        charged: dict[tuple[str, str, date], int] = defaultdict(int)
        for h in sorted(largest.values(), key=lambda h: (h.start is None, h.day, h.hotspot, h.squad)):  # windows first
            missing = max(0, h.wanted - h.reached)
            if h.start is not None:
                charged[h.squad, h.hotspot, h.day] += missing
            elif h.end_day - h.day == DAY:
                missing = max(0, missing - charged[h.squad, h.hotspot, h.day])
            if missing > 0:
                yield self._short(scenario, h, missing)
        for r in roster.remediations:
            yield from self._after(scenario, r)

    def _short(self, scenario: Scenario, h: Holding, missing: int) -> Finding:
        who, where, last = squad_name(scenario, h.squad), scenario.hotspot_by_id[h.hotspot].name, h.end_day - DAY
        when = f"{h.day:%m-%d}" if last == h.day else f"{h.day:%m-%d}~{last:%m-%d}"
        when += f" {h.start:%H:%M}" if h.start else ""
        return self.finding(
            scenario,
            100 * missing,
            Where(squad=h.squad, day=h.day, place=h.hotspot, remediation=h.remediation, start=h.start),
            Text(
                f"{where} 整治后固守:{who} {when} 应到点 {h.wanted} 次,实到 {h.reached} 次,缺 {missing} 次",
                f"Holding at {where}: {who} owes {h.wanted} visits on {when} and makes {h.reached}; {missing} missing",
            ),
            Text("该时段多排一对巡查,或减去别处到点", "Put another pair on patrol then, or drop visits elsewhere"),
        )

    def _after(self, scenario: Scenario, r: Remediation) -> Iterator[Finding]:
        values, hotspot = self.params(scenario), scenario.hotspot_by_id.get(r.hotspot)
        if hotspot is None:
            return
        week = [[w.wanted for w in scenario.open_windows(hotspot.id, on)] for on in scenario.dates]
        due, length = Fraction(0), len(week)
        for n in range(1, values.last_until + 1):
            phase = _phase(values, n)
            on = r.start.date() + n * DAY
            if phase == 4 and (n - values.third_until - 1) % values.block_days == 0:
                last = min(n + values.block_days - 1, values.last_until)
                cut = r.start.date() + last * DAY >= scenario.end
                due += values.block_visits if cut and any(week) else 0
            elif phase < 4 and on >= scenario.end:
                asked = {1: sum, 2: lambda day: max(day, default=0), 3: lambda day: min(values.third_visits, sum(day))}
                due += Fraction(sum(asked[phase](day) for day in week), length)
        amount = int(due * values.after_end)
        if amount > 0:
            name, share = remediation_name(scenario, r), values.after_end
            yield self.finding(
                scenario,
                amount,
                at_remediation(r, squad=r.host),
                Text(
                    f"{name.zh}之后约有 {float(due):.1f} 次固守到点落在本期结束以后,按缺到点价格的 {share}% 计",
                    f"About {float(due):.1f} holding visits after {name.en} fall behind the end of this roster;"
                    f" they cost {share} % of missing ones",
                ),
                Text("下期排班时完成", "They are for the next roster to make"),
                item="after_end",
                severity=Severity.WISH,
            )


def holdings(scenario: Scenario, roster: Roster) -> tuple[Holding, ...]:
    """Return what is owed inside the horizon after each past and each held remediation, and what was reached.

    In order of remediation and time; demands that coincide are listed for each remediation.
    """
    values = HoldingVisits().params(scenario)
    made: dict[tuple[str, str, datetime], int] = defaultdict(int)
    for row in roster.visits:
        made[row.squad, row.hotspot, row.start] += row.count
    held = [(p.id, p.hotspot, p.host, p.date) for p in scenario.past_remediations]
    held += [(r.id, r.hotspot, r.host, r.start.date()) for r in roster.remediations]
    found = []
    for rid, place, host, day in held:
        hotspot = scenario.hotspot_by_id.get(place)
        if hotspot is None:
            continue
        squad = host if host in hotspot.squads else hotspot.squads[0]
        for windows, start, first, end, wanted in _walk(scenario, values, hotspot, day):
            found.append(
                Holding(
                    remediation=rid,
                    squad=squad,
                    hotspot=place,
                    day=first,
                    end_day=end,
                    start=start,
                    wanted=wanted,
                    reached=sum(made[squad, place, w.start] for w in windows),
                )
            )
    return tuple(found)


_Owed: TypeAlias = tuple[list[OpenWindow], datetime | None, date, date, int]
"""Windows whose visits count, start of the window or None, dates [first, end), visits wanted."""


def _phase(values: SimpleNamespace, n: int) -> int:
    if n > values.third_until:
        return 4
    return 1 if n <= values.first_until else 2 if n <= values.second_until else 3


def _walk(scenario: Scenario, values: SimpleNamespace, hotspot: Hotspot, day: date) -> Iterator[_Owed]:
    """Walk the days after a remediation and yield what is owed on those of the horizon."""
    block: list[date] = []
    for n in range(1, values.last_until + 1):
        on, phase = day + n * DAY, _phase(values, n)
        windows = sorted(scenario.open_windows(hotspot.id, on))
        if phase == 1:
            yield from (([w], w.start, on, on + DAY, w.wanted) for w in windows)
        elif phase == 2 and windows:
            one = sorted(windows, key=lambda w: -w.wanted)[0]
            yield [one], one.start, on, on + DAY, one.wanted
        elif phase == 3 and (few := min(values.third_visits, sum(w.wanted for w in windows))):
            yield windows, None, on, on + DAY, few
        elif phase == 4:
            block.append(on)
            if len(block) == values.block_days or n == values.last_until:
                inside = [d for d in block if d >= scenario.first]
                over = [w for d in inside for w in scenario.open_windows(hotspot.id, d)]
                few = min(values.block_visits, sum(w.wanted for w in over))
                if few and on < scenario.end:
                    yield over, None, inside[0], on + DAY, few
                block = []


def _exclusive(c: Candidate) -> tuple[object, ...]:
    """Return the set of candidates of which at most one is held."""
    return ("order", c.designated) if c.designated else ("month", c.day.year, c.day.month)


def _owed(scenario: Scenario, values: SimpleNamespace, hotspot: Hotspot, day: date) -> Iterator[tuple[Due, int]]:
    for n in range(1, min(values.third_until, values.last_until) + 1):
        on = day + timedelta(days=n)
        windows = scenario.open_windows(hotspot.id, on)
        if not windows:
            continue
        if n <= values.first_until:
            yield from ((w, w.wanted) for w in windows)
        elif n <= values.second_until:
            most = max(windows, key=lambda w: w.wanted)  # the first of them, and windows come in time order
            yield most, most.wanted
        else:
            yield (on, on + DAY), min(values.third_visits, sum(w.wanted for w in windows))
    for first, end in _blocks(values, day):
        if scenario.first < end <= scenario.end:
            first = max(first, scenario.first)
            wanted = sum(w.wanted for on in dates(first, end) for w in scenario.open_windows(hotspot.id, on))
            yield (first, end), min(values.block_visits, wanted)


def _blocks(values: SimpleNamespace, day: date) -> Iterator[tuple[date, date]]:
    end = day + timedelta(days=values.last_until + 1)
    for n in range(values.third_until + 1, values.last_until + 1, values.block_days):
        first = day + timedelta(days=n)
        yield first, min(first + timedelta(days=values.block_days), end)


def _after_end(scenario: Scenario, values: SimpleNamespace, hotspot: Hotspot, day: date) -> int:
    """Return the flat charge for what a remediation of that day owes after the horizon, in hundredths of a visit."""
    outside = (scenario.end - day).days
    wanted = [[w.wanted for w in scenario.open_windows(hotspot.id, on)] for on in scenario.dates]

    def days(low: int, high: int) -> int:
        last: int = min(high, values.third_until, values.last_until)
        return max(0, last - max(low, outside) + 1)

    few: int = values.third_visits
    later = max(values.first_until, values.second_until) + 1
    of_days = days(1, values.first_until) * sum(sum(row) for row in wanted)
    of_days += days(values.first_until + 1, values.second_until) * sum(max(row, default=0) for row in wanted)
    of_days += days(later, values.third_until) * sum(min(few, sum(row)) for row in wanted)
    cut = sum(end > scenario.end for _, end in _blocks(values, day)) if any(wanted) else 0
    share: int = values.after_end
    in_block: int = values.block_visits
    return share * of_days // len(wanted) + share * in_block * cut


def _missing(model: RosterModel, scenario: Scenario, owed: Owed) -> Iterator[Term]:
    short: dict[tuple[str, str, date], list[Linear]] = defaultdict(list)
    for (holder, hotspot, due), claims in sorted(owed.items(), key=lambda item: not isinstance(item[0][2], OpenWindow)):
        if isinstance(due, OpenWindow):
            first, windows = due.day, [due]
        else:
            first, windows = due[0], [w for on in dates(*due) for w in scenario.open_windows(hotspot, on)]
        visits = [model.visits[holder, w] for w in windows if (holder, w) in model.visits]
        if not visits:
            continue  # the hotspot is none of the part's
        single = not isinstance(due, OpenWindow) and due[1] - due[0] == DAY
        covered = [*visits, *(short[holder, hotspot, first] if single else ())]
        most = max(sum(wanted for wanted, _ in rows) for rows in claims.values())
        missing = model.cp.new_int_var(0, most, f"S04/missing/{holder}/{hotspot}/{first:%m%d}/{len(windows)}")
        for rows in claims.values():
            model.cp.add(missing >= sum(wanted * held for wanted, held in rows) - sum(covered))
        if isinstance(due, OpenWindow):
            short[holder, hotspot, first].append(missing)
        yield Term(100 * missing)
