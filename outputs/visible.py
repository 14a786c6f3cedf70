"""The deciding sheets of a roster workbook as records: grids, daily duties, plan and coverage.

What is derived (marks, counts, names, titles) is not read; a person, squad or place is whoever has the printed id.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property, lru_cache

from domain.problem import Problem
from domain.roster import Duty, Remediation, VehicleUse, Visits
from domain.scenario import Scenario
from domain.words import DutyKind, RemediationKind, Text
from inputs.labels import fold
from inputs.values import Cell, CellError, shown, to_date, to_int, to_member, to_text
from outputs.layout import COVERAGE, DAILY, PLAN, Sheet
from outputs.printing import OWN_BEAT, printed_ids, read_clock
from outputs.reading import Directory, Row, Rows, data_rows, locate, pieces, shown_in_full

DAILY_KEYS = ("day", "duty", "place", "start", "end", "leader", "officers", "assistants")
PLAN_KEYS = (
    "id", "group", "kind", "order", "day", "start", "end", "place", "host", "lead", "commander", "people", "vehicles",
)  # fmt: skip
COVERAGE_KEYS = ("day", "place", "start", "squad", "reached")
TABLES = tuple(name for sheet in (DAILY, PLAN, COVERAGE) for name in (sheet.name.zh, sheet.name.en))
"""Names of the deciding sheets besides the grids, in both languages."""
A_CLOCK = Text("时间,如 14:30 或 次日06:30", "a time such as 14:30 or +1 06:30")
MOST_VISITS = 999
_COLON = re.compile("[:\uff1a]")


@dataclass
class Reader:
    """Reads the sheets of one workbook against its scenario: the plan before the duties, which name its remediations.

    ``problems`` grows as it goes; ``planned`` are the numbers in the plan.
    """

    scenario: Scenario
    sheets: Mapping[str, Rows]
    problems: list[Problem] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)

    @cached_property
    def officers(self) -> Directory:
        """People by id."""
        return Directory(Text("队员", "officer"), ((o.id, o.name) for o in self.scenario.officers))

    @cached_property
    def squads(self) -> Directory:
        """Squads by id."""
        return Directory(Text("中队", "squad"), ((s.id, s.name) for s in self.scenario.squads))

    @cached_property
    def hotspots(self) -> Directory:
        """Hotspots by id."""
        return Directory(Text("热点", "hotspot"), ((h.id, h.name) for h in self.scenario.hotspots))

    @cached_property
    def groups(self) -> Directory:
        """Joint groups by id."""
        return Directory(Text("联动小组", "joint group"), ((g.id, g.name) for g in self.scenario.groups))

    @cached_property
    def orders(self) -> Directory:
        """Designated remediations by id."""
        return Directory(Text("指定整治", "designated remediation"), ((d.id, d.id) for d in self.scenario.designated))

    @cached_property
    def vehicles(self) -> Directory:
        """Vehicles by id."""
        return Directory(Text("车辆", "vehicle"), ((v.id, v.name) for v in self.scenario.vehicles))

    @cached_property
    def places(self) -> dict[DutyKind, Directory]:
        """Places a duty may be at, by kind of duty; not those of remediations, which the plan sheet decides."""
        s = self.scenario
        spots = s.hotspot_by_id
        presences = ((p.id, spots[p.hotspot].name if p.hotspot in spots else "?") for p in s.presences)
        return {
            DutyKind.POST: Directory(Text("固定岗", "fixed post"), ((p.id, p.name) for p in s.posts)),
            DutyKind.DESK: Directory(Text("网格案件岗", "case desk"), ((d.id, d.name) for d in s.desks)),
            DutyKind.PRESENCE: Directory(Text("节日值守", "standing presence"), presences),
            DutyKind.HOLDING: self.hotspots,
        }

    def rows(self, sheet: Sheet, keys: Sequence[str]) -> Iterator[Row]:
        """Yield the data rows of a sheet; a missing sheet is a problem."""
        name = next((n for n in (sheet.name.zh, sheet.name.en) if n in self.sheets), None)
        if name is None:
            text = Text(f"缺少工作表“{sheet.name.zh}”", f"the sheet '{sheet.name.en}' is missing")
            self.problems.append(Problem(text=text, sheet=sheet.name.zh))
            return
        where = locate(self.sheets[name], sheet, keys, name, self.problems)
        if where is not None:
            yield from data_rows(self.sheets[name], where, self.problems)

    # -- 每日勤务表 -------------------------------------------------------------------------------------------------

    def duties(self) -> tuple[Duty, ...]:
        """Return the duties; touching ones of one officer, kind and place are one duty."""
        found: list[Duty] = []
        for row in self.rows(DAILY, DAILY_KEYS):
            if not row.blank("duty", "start", "end", "leader", "officers", "assistants"):
                found += self._duties_of(row)
        return joined(found)

    def _duties_of(self, row: Row) -> list[Duty]:
        day = self._day(row)
        kind = row.read("duty", _duty_kind)
        span = self._span(row, day)
        place = self._place(row, kind)
        everyone = [row.optional(key, self.officers.find_all) or () for key in ("leader", "officers", "assistants")]
        if not row.good or day is None or kind is None or span is None:
            return []
        return [
            Duty(officer=officer, day=day, start=span[0], end=span[1], kind=kind, place=place)
            for officers in everyone
            for officer in officers
        ]

    def _place(self, row: Row, kind: DutyKind | None) -> str | None:
        if kind in (DutyKind.PATROL, DutyKind.STANDBY):
            row.optional("place", _no_place)
            return None
        if kind is DutyKind.REMEDIATION:
            return row.read("place", lambda cell: remediation_id(cell, self.planned))
        return row.read("place", self.places[kind].find) if kind is not None else None

    def _day(self, row: Row) -> date | None:
        return row.read("day", self._in_horizon)

    def _in_horizon(self, cell: Cell) -> date:
        on = to_date(cell)
        first, last = self.scenario.dates[0], self.scenario.dates[-1]
        if not first <= on <= last:
            raise CellError(
                Text("日期不在本期内", "the date is outside the period"),
                Text(f"{first} 至 {last}", f"{first} to {last}"),
            )
        return on

    def _span(self, row: Row, day: date | None) -> tuple[datetime, datetime] | None:
        if day is None:
            return None
        start, end = (row.read(key, lambda cell: _clock(cell, day)) for key in ("start", "end"))
        if start is None or end is None:
            return None
        if end <= start:
            row.wrong("end", Text("止不晚于起", "the end is not after the start"), A_CLOCK)
            return None
        return start, end

    # -- 联动整治计划(备案)表 ---------------------------------------------------------------------------------------

    def remediations(self) -> tuple[Remediation, ...]:
        """Return the remediations; two rows of one number are a problem."""
        found = []
        seen: dict[str, int] = {}
        for row in self.rows(PLAN, PLAN_KEYS):
            if row.blank("id", "day", "start", "end"):
                continue
            ident = row.read("id", shown_in_full)
            if ident is not None:
                self.planned.append(ident)
            if ident is not None and seen.setdefault(ident, row.number) != row.number:
                first = seen[ident]
                row.wrong(
                    "id",
                    Text(f"整治“{ident}”在第 {first} 行已有", f"remediation {ident} stands in row {first} already"),
                    Text("每次整治一行", "one row per remediation"),
                )
            remediation = self._remediation(row, ident)
            if remediation is not None:
                found.append(remediation)
        return tuple(found)

    def _remediation(self, row: Row, ident: str | None) -> Remediation | None:
        span = self._span(row, self._day(row))
        group = row.read("group", self.groups.find)
        kind = row.read("kind", _remediation_kind)
        order = row.optional("order", self.orders.find)
        hotspot = row.read("place", self.hotspots.find)
        host, lead = row.read("host", self.squads.find), row.read("lead", self.squads.find)
        commander = row.read("commander", self.officers.find)
        participants = row.optional("people", self.officers.find_all) or ()
        vehicles = row.optional("vehicles", self._vehicles) or ()
        if ident is None or span is None or group is None or kind is None or hotspot is None:
            return None
        if not row.good or host is None or lead is None or commander is None:
            return None
        return Remediation(
            id=ident,
            group=group,
            hotspot=hotspot,
            start=span[0],
            end=span[1],
            host=host,
            lead=lead,
            commander=commander,
            participants=participants,
            vehicles=vehicles,
            kind=kind,
            designated=order,
        )

    def _vehicles(self, cell: Cell) -> tuple[VehicleUse, ...]:
        return tuple(self._vehicle(piece) for piece in pieces(cell))

    def _vehicle(self, piece: str) -> VehicleUse:
        wrong = CellError(
            Text(f"“{shown(piece)}”没有写明驾驶员", f"'{shown(piece)}' names no driver"),
            Text("每行“车辆(编号):驾驶员(编号)”", "a line vehicle(id):driver(id) each"),
        )
        for colon in _COLON.finditer(piece):  # an id may hold a colon too
            try:
                vehicle = self.vehicles.find(piece[: colon.start()])
                return VehicleUse(vehicle=vehicle, driver=self.officers.find(piece[colon.end() :]))
            except CellError as error:
                wrong = error
        raise wrong

    # -- 热点覆盖 ---------------------------------------------------------------------------------------------------

    def visits(self) -> tuple[Visits, ...]:
        """Return the visits; a count without a squad, or two rows of one squad and window, are problems."""
        found: dict[tuple[str, str, datetime], Visits] = {}
        for row in self.rows(COVERAGE, COVERAGE_KEYS):
            visits = self._visits_of(row)
            if visits is None:
                continue
            key = (visits.squad, visits.hotspot, visits.start)
            if key in found:
                row.wrong(
                    "squad",
                    Text("该中队在该热点该时段已有一行", "this squad has a row for this hotspot and window already"),
                    Text("每个中队、热点、时段一行", "one row per squad, hotspot and window"),
                )
            found[key] = visits
        return tuple(found.values())

    def _visits_of(self, row: Row) -> Visits | None:
        count = row.optional("reached", lambda cell: to_int(cell, 0, MOST_VISITS))
        if not count:
            return None
        day = self._day(row)
        start = row.read("start", lambda cell: _clock(cell, day)) if day is not None else None
        hotspot, squad = row.read("place", self.hotspots.find), row.read("squad", self.squads.find)
        if start is None or hotspot is None or squad is None:
            return None
        starts = [window.start for window in self.scenario.open_windows(hotspot, start.date())]
        if start not in starts:
            known = "、".join(f"{s:%H:%M}" for s in starts) or "-"
            row.wrong(
                "start",
                Text("该热点此时没有时段开始", "no window of the hotspot begins at this time"),
                Text(f"{start:%m-%d} 的时段起点:{known}", f"window starts on {start:%d %b}: {known}"),
            )
            return None
        return Visits(squad=squad, hotspot=hotspot, start=start, count=count)


def joined(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """Return the duties with touching ones of one officer, date, kind and place made one."""
    runs: dict[tuple[str, date, DutyKind, str | None], list[Duty]] = defaultdict(list)
    for duty in sorted(duties, key=lambda d: (d.start, d.end)):
        run = runs[duty.officer, duty.day, duty.kind, duty.place]
        if run and run[-1].end == duty.start:
            run[-1] = run[-1].model_copy(update={"end": duty.end})
        else:
            run.append(duty)
    return tuple(duty for run in runs.values() for duty in run)


def remediation_id(cell: Cell, planned: Sequence[str]) -> str:
    """Return the remediation a duty names, preferably one of ``planned``; whether the plan has it the rules say."""
    text = shown_in_full(cell)
    found = next((ident for ident in planned if text == ident or text.endswith(f"({ident})")), None)
    bracketed = printed_ids(text)
    return found or (bracketed[-1] if bracketed else text)


def _duty_kind(cell: Cell) -> DutyKind:
    return _kind_of(to_text(cell))


@cache
def _kind_of(word: str) -> DutyKind:
    return DutyKind(to_member(DutyKind, word))


def _remediation_kind(cell: Cell) -> RemediationKind:
    return RemediationKind(to_member(RemediationKind, to_text(cell)))


def _no_place(cell: Cell) -> None:
    if fold(shown_in_full(cell)) not in (fold(OWN_BEAT.zh), fold(OWN_BEAT.en)):
        raise CellError(
            Text("巡查和备勤没有地点", "patrol and standby have no place"),
            Text(f"“{OWN_BEAT.zh}”或空白", f"'{OWN_BEAT.en}' or nothing"),
        )


def _clock(cell: Cell, day: date) -> datetime:
    found = _typed_clock(cell, day) if isinstance(cell, str) else read_clock(cell, day)
    if found is None:
        raise CellError(Text("不是时间", "not a time of day"), A_CLOCK)
    return found


@lru_cache(maxsize=4096)
def _typed_clock(text: str, day: date) -> datetime | None:
    return read_clock(text, day)
