"""A small brigade with a finished roster for it, made by code: a group of three squads and a mobile squad."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import cache

from domain.calendar import EVERY_DAY, Day, dates, overlaps
from domain.result import Finding, Report, Result, RuleTotal, Where
from domain.roster import Assignment, Duty, Holding, Remediation, Roster, VehicleUse, Visits
from domain.scenario import (
    Absence,
    Desk,
    Group,
    Hotspot,
    HotspotHours,
    Officer,
    PastRemediation,
    PastShift,
    Post,
    Presence,
    Referral,
    Scenario,
    Shift,
    Squad,
    Vehicle,
)
from domain.words import (
    AbsenceKind,
    BorderKind,
    DayKind,
    DutyKind,
    Force,
    PayRegime,
    Rank,
    Severity,
    ShiftKind,
    SquadKind,
    Status,
    Text,
    VehicleKind,
)

FIRST, END = date(2026, 10, 1), date(2026, 11, 1)
HOUR = timedelta(hours=1)
STATUTORY = {1: "国庆节", 2: "国庆节", 3: "国庆节"}
ADJUSTED = {10}
REST_NAMES = {4: "国庆节", 5: "国庆节", 6: "国庆节", 7: "国庆节"}

SIZES = {"WT": 30, "YY": 20, "XD": 12, "JD": 8}
_NAMES = {"WT": "外滩", "YY": "豫园", "XD": "小东门", "JD": "机动一"}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("伟", "芳芳", "建国", "敏", "晓明", "志强", "丽华", "军", "海燕", "文杰", "欣怡")


def _calendar() -> tuple[Day, ...]:
    days = []
    for on in dates(FIRST, END):
        if on.day in STATUTORY:
            days.append(Day(date=on, kind=DayKind.HOLIDAY, name=STATUTORY[on.day]))
        elif on.day in REST_NAMES or (on.weekday() >= 5 and on.day not in ADJUSTED):
            days.append(Day(date=on, kind=DayKind.REST, name=REST_NAMES.get(on.day, "")))
        else:
            days.append(Day(date=on, kind=DayKind.WORKDAY, name="国庆调休" if on.day in ADJUSTED else ""))
    return tuple(days)


def _officers(squad: str, size: int) -> list[Officer]:
    found = []
    for n in range(size):
        force = Force.ENFORCEMENT if n % 10 < 6 else Force.MANAGEMENT if n % 10 < 9 else Force.SERVICE
        offset = sum(map(ord, squad))
        found.append(
            Officer(
                id=f"{squad}{n + 1:02d}",
                name=_SURNAMES[(n + offset) % len(_SURNAMES)] + _GIVEN[(n * 7 + offset) % len(_GIVEN)],
                squad=squad,
                force=force,
                certified=force is Force.ENFORCEMENT,
                rank=Rank.LEADER if n == 0 else Rank.DEPUTY if n == 1 else Rank.MEMBER,
                licences=(VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.VAN) if n % 2 == 0 else (),
                regime=PayRegime.CIVIL if n < 2 else PayRegime.STANDARD if n % 5 == 4 else PayRegime.COMPREHENSIVE,
                lieu=timedelta(hours=4) if n == 3 else timedelta(0),
            )
        )
    return found


def _hotspots() -> tuple[Hotspot, ...]:
    morning = HotspotHours(days=EVERY_DAY, start=time(7), length=4 * HOUR, weight=5)
    evening = HotspotHours(days=EVERY_DAY, start=time(17), length=5 * HOUR, weight=8)
    long = HotspotHours(days=EVERY_DAY, start=time(14), length=6 * HOUR, weight=7)
    return (
        Hotspot(id="H01", name="台湾路", squads=("WT",), hours=(morning, long), long_standing=True, may_host=True),
        Hotspot(
            id="H02",
            name="新开河路/人民路(长途客运站周边)",
            squads=("YY", "WT", "XD"),
            border=BorderKind.SQUADS,
            hours=(long,),
            long_standing=True,
            may_host=True,
        ),
        Hotspot(id="H03", name="方浜中路", squads=("YY",), hours=(evening,)),
        Hotspot(id="H04", name="小东门地铁口", squads=("XD",), border=BorderKind.DISTRICT, hours=(morning, evening)),
    )


@cache
def small_scenario() -> Scenario:
    """Return the checked input: 70 people, a month, four hotspots, absences, history."""
    officers = [officer for squad, size in SIZES.items() for officer in _officers(squad, size)]
    posts = [
        Post(id=f"P{n}", name=name, squad=squad, heads=2, start=start, length=2 * HOUR, days=EVERY_DAY)
        for n, (name, squad, start) in enumerate(
            (("陈毅广场", "WT", time(11)), ("豫园商城北门", "YY", time(17)), ("董家渡路口", "XD", time(7))), 1
        )
    ]
    desks = [
        Desk(
            id=f"D{n}", name=f"{_NAMES[s]}案件岗", squads=(s,), start=time(6, 30), length=31 * HOUR / 2, days=EVERY_DAY
        )
        for n, s in enumerate(("WT", "YY", "XD"), 1)
    ]
    return Scenario(
        brigade="黄浦城管大队",
        first=FIRST,
        end=END,
        calendar=_calendar(),
        squads=tuple(
            Squad(id=s, name=n, kind=SquadKind.MOBILE if s == "JD" else SquadKind.STREET) for s, n in _NAMES.items()
        ),
        groups=(Group(id="A", name="A组", members=("WT", "YY", "XD"), convener="YY"),),
        officers=tuple(officers),
        shifts=(
            Shift(
                id="E",
                name="早班",
                symbol="早",
                kind=ShiftKind.EARLY,
                start=time(6, 30),
                length=8 * HOUR,
                paid=8 * HOUR,
            ),
            Shift(
                id="M", name="中班", symbol="中", kind=ShiftKind.MIDDLE, start=time(10), length=8 * HOUR, paid=8 * HOUR
            ),
            Shift(
                id="L", name="晚班", symbol="晚", kind=ShiftKind.LATE, start=time(14), length=8 * HOUR, paid=8 * HOUR
            ),
            Shift(
                id="N",
                name="夜备",
                symbol="备",
                kind=ShiftKind.NIGHT,
                start=time(22),
                length=17 * HOUR / 2,
                paid=4 * HOUR,
                squads=("JD",),
            ),
        ),
        posts=tuple(posts),
        desks=tuple(desks),
        hotspots=_hotspots(),
        referrals=(Referral(id="X1", squad="YY", hotspot="H02", date=date(2026, 9, 28), source="12319热线"),),
        vehicles=(
            Vehicle(id="V1", name="执法车01", kind=VehicleKind.CAR, squad="WT"),
            Vehicle(id="V2", name="执法车02", kind=VehicleKind.CAR, squad="YY", inspection=(date(2026, 10, 5),)),
            Vehicle(id="V3", name="清运车01", kind=VehicleKind.TRUCK),
            Vehicle(id="V4", name="指挥车", kind=VehicleKind.VAN),
        ),
        absences=(
            Absence(officer="WT05", kind=AbsenceKind.SICK, start=date(2026, 10, 12), end=date(2026, 10, 15)),
            Absence(officer="YY04", kind=AbsenceKind.TRAINING, start=date(2026, 10, 19), end=date(2026, 10, 22)),
            Absence(officer="XD08", kind=AbsenceKind.MATERNITY, start=date(2026, 9, 1), end=date(2026, 12, 1)),
        ),
        presences=(
            Presence(
                id="Z1",
                hotspot="H02",
                squads=("WT", "YY"),
                first=date(2026, 10, 1),
                end=date(2026, 10, 4),
                start=time(18),
                length=3 * HOUR,
                heads=2,
            ),
        ),
        past_shifts=(PastShift(officer="WT01", date=date(2026, 9, 30), shift="E"),),
        past_remediations=(PastRemediation(id="A-0901", group="A", hotspot="H01", host="WT", date=date(2026, 9, 20)),),
        policy={"R03.min_rest": timedelta(hours=11)},
    )


_Busy = tuple[datetime, datetime, DutyKind, str | None]


def _joined(busy: list[_Busy]) -> list[_Busy]:
    """Adjacent duties of one kind and place are one duty."""
    found: list[_Busy] = []
    for start, end, kind, place in busy:
        if found and found[-1][1:] == (start, kind, place):
            start = found.pop()[0]
        found.append((start, end, kind, place))
    return found


class _Board:
    """Who is on shift when, and which parts of the shifts are taken; what is left becomes patrol."""

    def __init__(self, scenario: Scenario, shifts: list[Assignment]) -> None:
        self.scenario, self.shifts = scenario, shifts
        self.busy: dict[tuple[str, date], list[_Busy]] = defaultdict(list)
        self.by_day: dict[tuple[str, date], list[Assignment]] = defaultdict(list)
        for a in shifts:
            self.by_day[scenario.officer_by_id[a.officer].squad, a.day].append(a)

    def free(self, squad: str, start: datetime, end: datetime) -> list[Assignment]:
        return [
            a
            for a in self.by_day[squad, start.date()]
            if self.scenario.shift_day(a.shift, a.day).covers(start, end)
            and not any(overlaps(start, end, s, e) for s, e, *_ in self.busy[a.officer, a.day])
        ]

    def put(self, chosen: list[Assignment], start: datetime, end: datetime, kind: DutyKind, place: str | None) -> None:
        for a in chosen:
            self.busy[a.officer, a.day].append((start, end, kind, place))

    def duties(self) -> list[Duty]:
        found = []
        for a in self.shifts:
            shift = self.scenario.shift_day(a.shift, a.day)
            clock = shift.start
            for start, end, kind, place in [
                *_joined(sorted(self.busy[a.officer, a.day])),
                (shift.end, shift.end, None, None),
            ]:
                if clock < start:
                    filler = (
                        DutyKind.STANDBY
                        if self.scenario.shift_by_id[shift.shift].kind is ShiftKind.NIGHT
                        else DutyKind.PATROL
                    )
                    found.append(Duty(officer=a.officer, day=a.day, start=clock, end=start, kind=filler))
                if kind is not None:
                    found.append(Duty(officer=a.officer, day=a.day, start=start, end=end, kind=kind, place=place))
                clock = end
        return found


def _shifts(scenario: Scenario) -> list[Assignment]:
    """Everyone keeps one shift all month, five days on and three off, leaders and forces spread over the cycle."""
    found = []
    ids = {"EMLN"[list(ShiftKind).index(shift.kind)]: shift.id for shift in scenario.shifts}
    for squad in scenario.squads:
        for n, officer in enumerate(scenario.officers_of(squad.id)):
            mine = "LEELM"[n % 5] if squad.kind is not SquadKind.MOBILE else "ELN"[n % 3]
            for on in scenario.dates:
                if (on.toordinal() + 5 * n) % 8 < 5 and scenario.absence(officer.id, on) is None:
                    found.append(Assignment(officer=officer.id, day=on, shift=ids[mine]))
    return found


def _with_leader(board: _Board, host: str, days: tuple[date, ...], length: timedelta) -> datetime | None:
    starts = [datetime.combine(on, time(14)) for on in days]
    known = board.scenario.officer_by_id
    return next((s for s in starts if any(known[a.officer].leads for a in board.free(host, s, s + length))), None)


def _remediation(board: _Board, number: int, group: Group, hotspot: Hotspot, start: datetime) -> Remediation | None:
    scenario, end = board.scenario, start + group.length
    chosen: list[Assignment] = []
    for squad in (*group.members, *scenario.mobile_squads[:1]):
        free = board.free(squad, start, end)
        certified = [a for a in free if scenario.officer_by_id[a.officer].certified]
        others = [a for a in free if not scenario.officer_by_id[a.officer].certified]
        leaders = [a for a in certified if scenario.officer_by_id[a.officer].leads]
        chosen += (leaders[:1] + [a for a in certified if a not in leaders])[:4] + others[:1]
    host = hotspot.squads[0]
    own = [a.officer for a in chosen if scenario.officer_by_id[a.officer].squad == host]
    if not own:
        return None
    commander = next((o for o in own if scenario.officer_by_id[o].leads), own[0])
    drivers = [a.officer for a in chosen if VehicleKind.CAR in scenario.officer_by_id[a.officer].licences]
    ident = f"{group.id}-{number:02d}"
    board.put(chosen, start, end, DutyKind.REMEDIATION, ident)
    return Remediation(
        id=ident,
        group=group.id,
        hotspot=hotspot.id,
        start=start,
        end=end,
        host=host,
        lead=group.convener,
        commander=commander,
        participants=tuple(o.id for o in scenario.officers if o.id in {a.officer for a in chosen}),
        vehicles=tuple(
            VehicleUse(vehicle=v.id, driver=d) for v, d in zip(scenario.vehicles[:4], drivers[:4], strict=False)
        ),
    )


def _desks_and_posts(board: _Board) -> None:
    scenario = board.scenario
    for need in scenario.desk_needs:
        squad = scenario.desk_by_id[need.place].squads[0]
        turn = datetime.combine(need.day, time(14))
        for start, end in ((need.start, turn), (turn, need.end)):
            free = [a for a in board.free(squad, start, end) if scenario.officer_by_id[a.officer].certified]
            board.put(free[-2:], start, end, DutyKind.DESK, need.place)
    for need in scenario.post_needs:
        squad = scenario.post_by_id[need.place].squad
        board.put(board.free(squad, need.start, need.end)[-2:], need.start, need.end, DutyKind.POST, need.place)
    for need in scenario.presence_needs:
        for squad in scenario.presence_by_id[need.place].squads:
            board.put(board.free(squad, need.start, need.end)[-1:], need.start, need.end, DutyKind.PRESENCE, need.place)


def _holdings(board: _Board, remediations: list[Remediation]) -> list[Holding]:
    """The first three days of each holding, a pair of the host squad in every window where one is free."""
    scenario, found = board.scenario, []
    for r in remediations:
        for on in dates(r.start.date() + timedelta(days=1), min(r.start.date() + timedelta(days=4), scenario.end)):
            for window in scenario.open_windows(r.hotspot, on):
                pair = board.free(r.host, window.start, window.start + HOUR)[:2]
                pair = pair if len(pair) == 2 else []
                board.put(pair, window.start, window.start + HOUR, DutyKind.HOLDING, r.hotspot)
                found.append(
                    Holding(
                        remediation=r.id,
                        squad=r.host,
                        hotspot=r.hotspot,
                        day=on,
                        end_day=on + timedelta(days=1),
                        start=window.start,
                        wanted=2,
                        reached=2 if pair else 0,
                    )
                )
    return found


def make_roster(scenario: Scenario) -> Roster:
    """Return a plausible roster of any scenario with the four kinds of shift."""
    shifts = _shifts(scenario)
    board = _Board(scenario, shifts)
    remediations = []
    for group in scenario.groups:
        hosts = [h for h in scenario.hotspots if h.may_host and h.squads[0] in group.members]
        for number, (fortnight, hotspot) in enumerate(zip((7, 21), hosts, strict=False), 1):
            start = _with_leader(board, hotspot.squads[0], scenario.dates[fortnight : fortnight + 6], group.length)
            if start and (held := _remediation(board, number, group, hotspot, start)) is not None:
                remediations.append(held)
    holdings = _holdings(board, remediations)
    _desks_and_posts(board)
    visits = [
        Visits(squad=h.squads[0], hotspot=h.id, start=w.start, count=w.wanted - (w.start.day % 3 == 0))
        for h in scenario.hotspots
        for on in scenario.dates
        for w in scenario.open_windows(h.id, on)
        if w.wanted - (w.start.day % 3 == 0) > 0
    ]
    return Roster(
        shifts=tuple(shifts),
        duties=tuple(board.duties()),
        visits=tuple(visits),
        remediations=tuple(remediations),
        holdings=tuple(holdings),
    )


def make_result(scenario: Scenario) -> Result:
    """Return the roster of ``make_roster`` with a report and three findings, one of each severity."""
    first = scenario.officers[2]
    spot = scenario.hotspots[0]
    findings = (
        Finding(
            rule="R03",
            severity=Severity.HARD,
            amount=150,
            where=Where(officer=first.id, day=date(2026, 10, 9), squad=first.squad),
            text=Text(f"{first.name}10月9日前只休息8.5小时", f"{first.name} rests 8.5 h before 9 October"),
            advice=Text("改排晚班或休息", "give a late shift or a day off"),
        ),
        Finding(
            rule="S02",
            severity=Severity.SHORTFALL,
            amount=3,
            where=Where(squad=spot.squads[0], place=spot.id, day=date(2026, 10, 3)),
            text=Text(
                f"{spot.name}10月3日下午少到点1次", f"{spot.name} misses one visit on the afternoon of 3 October"
            ),
            advice=Text("增加一组晚班巡查", "add a late patrol pair"),
            points=3.0,
        ),
        Finding(
            rule="S06",
            severity=Severity.WISH,
            amount=1,
            where=Where(officer=first.id, squad=first.squad),
            text=Text(f"{first.name}连续晚班4天", f"{first.name} has four late shifts in a row"),
            advice=Text("换一天早班", "swap one for an early shift"),
            points=8.0,
        ),
    )
    report = Report(
        status=Status.FEASIBLE,
        objective=2871.0,
        decided=2811.0,
        named=60.0,
        bound=2717.0,
        gap=(2871.0 - 2717.0) / 2871.0,
        totals=tuple(
            RuleTotal(rule=f.rule, severity=f.severity, unit=Text("次", "times"), amount=f.amount, points=f.points)
            for f in findings
        ),
        seed=1,
        workers=2,
        deterministic=None,
        wall_seconds=61.5,
        versions=(("lianqin", "0.1.0"), ("ortools", "9.15")),
        notes=(Text("示例数据", "Made-up figures"),),
    )
    return Result(roster=make_roster(scenario), report=report, findings=findings)


@cache
def small_result() -> Result:
    """Return the finished roster of ``small_scenario`` with its report."""
    return make_result(small_scenario())
