"""The input workbook as data: every sheet and column, one column per field of the domain's records.

Two heading rows, Chinese above English; data from the row below. Reader, template, sample and the sheets that a roster
workbook carries all follow these tables.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from domain import scenario as records
from domain import words
from domain.calendar import Day, DayRule
from domain.words import DayKind, DutyKind, Text
from inputs import columns as col
from inputs.columns import LONGEST_SHIFT, MOST_HEADS, Column, Kind, Sheet
from inputs.schema_limits import LIMIT_SHEETS
from inputs.schema_yearly import YEARLY_SHEETS

HOUR = timedelta(hours=1)
_WORKDAYS = DayRule(kinds=(DayKind.WORKDAY,))

CALENDAR = Sheet(
    "calendar",
    Text("日历", "Calendar"),
    Day,
    (
        col.date_column(),
        col.enum_column("kind", "日类", "Kind", DayKind),
        col.column("name", "节日名称", "Festival", Kind.TEXT),
    ),
    Text("空白则按国务院放假安排;填写的日期以此为准", "Blank: the statutory calendar; dates entered here override it"),
    Day(date=date(2026, 10, 1), kind=DayKind.HOLIDAY, name="国庆节"),
)

SQUADS = Sheet(
    "squads",
    Text("中队", "Squads"),
    records.Squad,
    (col.id_column(), col.name_column(), col.enum_column("kind", "类别", "Kind", words.SquadKind)),
    Text("每个中队一行;机动中队支援各组", "One row per squad; mobile squads lend people to any group"),
    records.Squad(id="WT", name="外滩", kind=words.SquadKind.STREET),
    filled=True,
)

GROUPS = Sheet(
    "groups",
    Text("联动小组", "Joint groups"),
    records.Group,
    (
        col.id_column(),
        col.name_column(),
        col.refs_column(
            "members",
            "成员中队",
            "Members",
            "squads",
            note=("按召集轮值顺序,用、分隔", "in convener order, comma between"),
        ),
        col.ref_column("convener", "本月召集中队", "Convener", "squads"),
        col.number_column("min_remediations", "每月整治次数", "Remediations a month", 0, 31),
        col.hours_column("length", "每次时长(小时)", "Length (h)", 1, LONGEST_SHIFT),
        col.number_column("target_heads", "目标人数", "Target people", 0, MOST_HEADS),
        col.number_column("target_vehicles", "目标车辆数", "Target vehicles", 0, 50),
        col.number_column("days_apart", "间隔天数", "Days apart", 0, 62),
    ),
    Text("三至四个相邻中队为一组", "Three or four neighbouring squads"),
    records.Group(id="A", name="第一联动小组", members=("WT", "YY", "XDM", "JQ1"), convener="WT"),
)

OFFICERS = Sheet(
    "officers",
    Text("队员", "Officers"),
    records.Officer,
    (
        col.id_column(),
        col.column("name", "姓名", "Name", Kind.TEXT),
        col.ref_column("squad", "中队", "Squad", "squads"),
        col.enum_column("force", "队伍", "Force", words.Force),
        col.column("certified", "执法证", "Certified", Kind.BOOL),
        col.enum_column("rank", "职务", "Rank", words.Rank),
        col.enums_column("licences", "准驾车型", "Licences", words.VehicleKind),
        col.enum_column("regime", "工时制度", "Pay regime", words.PayRegime),
        col.column(
            "protected",
            "孕哺期",
            "Protected",
            Kind.BOOL,
            ("怀孕七个月以上或哺乳期", "pregnant from month 7 or nursing"),
        ),
        col.refs_column("barred_shifts", "不上的班次", "Barred shifts", "shifts"),
        col.enums_column("barred_duties", "不做的勤务", "Barred duties", DutyKind),
        col.number_column("carried_late", "结转晚班数", "Late shifts carried", 0, 400),
        col.number_column("carried_weekends", "结转周末数", "Weekends carried", 0, 400),
        col.number_column("carried_holidays", "结转节日数", "Holidays carried", 0, 400),
        col.number_column("carried_remediations", "结转整治次数", "Remediations carried", 0, 400),
        col.hours_column("lieu", "待补休(小时)", "Time off owed (h)", 0, 2000),
    ),
    Text("每人一行;编号即工号", "One row per person; the id is the staff number"),
    records.Officer(
        id="1001",
        name="王建国",
        squad="WT",
        force=words.Force.ENFORCEMENT,
        certified=True,
        rank=words.Rank.LEADER,
        licences=(words.VehicleKind.CAR,),
        lieu=8 * HOUR,
    ),
    filled=True,
)

SHIFTS = Sheet(
    "shifts",
    Text("班次", "Shifts"),
    records.Shift,
    (
        col.id_column(),
        col.name_column(),
        col.column(
            "symbol",
            "符号",
            "Symbol",
            Kind.TEXT,
            ("排班表中的字,一至两字", "shown in the roster; one or two characters"),
        ),
        col.enum_column("kind", "类别", "Kind", words.ShiftKind),
        col.start_column(),
        col.until_column(LONGEST_SHIFT),
        col.hours_column("paid", "计薪工时(小时)", "Paid (h)", 0, LONGEST_SHIFT),
        col.refs_column(
            "squads",
            "适用中队",
            "Squads",
            "squads",
            note=("空白为全部;备班须填写", "blank: all; night shifts must name theirs"),
        ),
    ),
    Text("可跨零点", "May run past midnight"),
    records.Shift(
        id="Z",
        name="早班",
        symbol="早",
        kind=words.ShiftKind.EARLY,
        start=time(6, 30),
        length=8 * HOUR,
        paid=8 * HOUR,
        squads=("WT", "YY"),
    ),
    filled=True,
)

POSTS = Sheet(
    "posts",
    Text("固定岗", "Fixed posts"),
    records.Post,
    (
        col.id_column(),
        col.name_column(),
        col.ref_column("squad", "中队", "Squad", "squads"),
        col.number_column("heads", "人数", "People", 1, MOST_HEADS),
        col.start_column(),
        col.until_column(),
        col.days_column(),
        col.enum_column("force", "最低队伍", "Force", words.Force),
    ),
    Text("在规定时段需要若干人的地点", "A place that needs people in given hours"),
    records.Post(id="P01", name="外白渡桥岗", squad="WT", heads=2, start=time(7), length=2 * HOUR, days=_WORKDAYS),
)

DESKS = Sheet(
    "desks",
    Text("网格案件岗", "Case desks"),
    records.Desk,
    (
        col.id_column(),
        col.name_column(),
        col.refs_column("squads", "中队", "Squads", "squads"),
        col.start_column(),
        col.until_column(),
        col.days_column(),
    ),
    Text("开放时段内两名持证队员;可由相邻中队共用", "A certified pair while open; neighbours may share one"),
    records.Desk(
        id="D01",
        name="外滩案件岗",
        squads=("WT",),
        start=time(6, 30),
        length=timedelta(hours=15, minutes=30),
        days=DayRule(kinds=tuple(DayKind)),
    ),
)

HOTSPOTS = Sheet(
    "hotspots",
    Text("热点", "Hotspots"),
    records.Hotspot,
    (
        col.id_column(),
        col.name_column(),
        col.refs_column(
            "squads",
            "中队",
            "Squads",
            "squads",
            note=("第一个为属地中队,用、分隔", "the first is the host, comma between"),
        ),
        col.enum_column("border", "结合部", "Border", words.BorderKind),
        col.column("long_standing", "顽症", "Long-standing", Kind.BOOL),
        col.column("may_host", "可办联动整治", "May host", Kind.BOOL),
        col.hours_column("visit_every", "到点间隔(小时)", "A visit every (h)", 0.25, 24),
        Column("latitude", Text("纬度", "Latitude"), Kind.FLOAT, Text("可空", "may be blank"), low=-90, high=90),
        Column("longitude", Text("经度", "Longitude"), Kind.FLOAT, Text("可空", "may be blank"), low=-180, high=180),
    ),
    Text("时段和权重填在“热点时段”", "Hours and weights stand on the sheet Hotspot hours"),
    records.Hotspot(
        id="H01",
        name="陕西南路(南昌路-淮海中路)",
        squads=("RJ",),
        border=words.BorderKind.DISTRICT,
        long_standing=True,
        may_host=True,
        latitude=31.2157,
        longitude=121.4594,
    ),
)


class HoursRow(records.HotspotHours):
    """A row of the sheet 热点时段: hours with the hotspot they belong to."""

    hotspot: str


HOURS = Sheet(
    "hours",
    Text("热点时段", "Hotspot hours"),
    HoursRow,
    (
        col.ref_column("hotspot", "热点", "Hotspot", "hotspots"),
        col.days_column(),
        col.start_column(),
        col.until_column(),
        col.number_column("weight", "权重", "Weight", 1, 10, ("1 至 10", "1 to 10")),
    ),
    Text("相接或重叠的时段合为一个开放时段", "Rows that touch or overlap form one open window"),
    HoursRow(hotspot="H01", days=DayRule(kinds=tuple(DayKind)), start=time(16), length=6 * HOUR, weight=8),
)

REFERRALS = Sheet(
    "referrals",
    Text("信息告知", "Referrals"),
    records.Referral,
    (
        col.id_column(),
        col.ref_column("squad", "中队", "Squad", "squads"),
        col.ref_column("hotspot", "热点", "Hotspot", "hotspots"),
        col.date_column(),
        col.column("source", "来源", "Source", Kind.TEXT),
    ),
    Text("其他单位告知的情况,提高热点优先级", "Notices from elsewhere; they raise a hotspot's priority"),
    records.Referral(id="X01", squad="RJ", hotspot="H01", date=date(2026, 10, 8), source="12319 热线"),
)

VEHICLES = Sheet(
    "vehicles",
    Text("车辆", "Vehicles"),
    records.Vehicle,
    (
        col.id_column(),
        col.column("name", "车牌", "Plate", Kind.TEXT),
        col.enum_column("kind", "车型", "Kind", words.VehicleKind),
        col.ref_column("squad", "中队", "Squad", "squads", note=("空白为大队车辆", "blank: the brigade's pool")),
        col.column(
            "inspection",
            "检修日期",
            "Inspection",
            Kind.DATES,
            ("停用的日期,用、分隔", "dates out of use, comma between"),
        ),
    ),
    Text("联动整治使用的车辆", "Vehicles for remediations"),
    records.Vehicle(id="V01", name="沪A0001", kind=words.VehicleKind.CAR, squad="WT", inspection=(date(2026, 10, 12),)),
)

ABSENCES = Sheet(
    "absences",
    Text("请假", "Absences"),
    records.Absence,
    (
        col.ref_column("officer", "队员", "Officer", "officers"),
        col.enum_column("kind", "类别", "Kind", words.AbsenceKind),
        col.date_column("start", "首日", "First date"),
        col.last_column("start"),
    ),
    Text("不排班的日期;公差和培训计为出勤", "Dates without shifts; business and training count as worked"),
    records.Absence(officer="1001", kind=words.AbsenceKind.ANNUAL, start=date(2026, 10, 19), end=date(2026, 10, 24)),
)

REQUESTS = Sheet(
    "requests",
    Text("个人申请", "Requests"),
    records.Request,
    (
        col.ref_column("officer", "队员", "Officer", "officers"),
        col.date_column(),
        col.ref_column("shift", "班次", "Shift", "shifts", note=("空白为休息", "blank: a rest day"), optional=True),
        col.number_column("weight", "权重", "Weight", 1, 1000),
        col.column(
            "against", "不愿", "Against", Kind.BOOL, ("是:不愿上此班或不愿休息", "yes: not this shift, or no rest")
        ),
    ),
    Text("尽量满足", "Granted where possible"),
    records.Request(officer="1001", date=date(2026, 10, 10), shift=None, weight=5),
)

LOCKS = Sheet(
    "locks",
    Text("锁定", "Locks"),
    records.Lock,
    (
        col.id_column(),
        col.enum_column("kind", "类别", "Kind", words.LockKind),
        col.date_column(),
        col.ref_column("officer", "队员", "Officer", "officers"),
        col.ref_column("shift", "班次", "Shift", "shifts"),
        col.enum_column("duty", "勤务", "Duty", DutyKind),
        col.ref_column("place", "地点", "Place", "posts", "desks", "presences", "hotspots"),
        col.start_column(optional=True),
        col.until_column(optional=True),
        col.ref_column("group", "小组", "Group", "groups"),
    ),
    Text(
        "班次:队员、班次;休息:队员;勤务:队员、勤务、地点、起止;联动整治:小组、地点(热点)、开始",
        "shift: officer, shift; rest: officer; duty: officer, duty, place, times; remediation: group, place, start",
    ),
    records.Lock(id="L01", kind=words.LockKind.SHIFT, date=date(2026, 10, 8), officer="1001", shift="Z"),
)

DESIGNATED = Sheet(
    "designated",
    Text("指定整治", "Designated"),
    records.Designated,
    (
        col.id_column(),
        col.ref_column("group", "小组", "Group", "groups"),
        col.ref_column("hotspot", "热点", "Hotspot", "hotspots"),
        col.date_column("first", "首日", "First date"),
        col.last_column("first"),
        col.start_column(optional=True, note=("空白为任何合适时间", "blank: any time that fits")),
        col.hours_column("length", "时长(小时)", "Length (h)", 1, LONGEST_SHIFT),
        col.refs_column(
            "squads", "参加中队", "Squads", "squads", note=("可含组外中队,用、分隔", "of any group, comma between")
        ),
        col.number_column("heads", "人数", "People", 1, MOST_HEADS),
        col.number_column("vehicles", "车辆数", "Vehicles", 0, 50),
        col.ref_column(
            "commander",
            "指挥",
            "Commander",
            "officers",
            note=("空白为属地中队领导", "blank: a leader of the host squad"),
        ),
        col.ref_column("lead", "牵头中队", "Lead squad", "squads", note=("空白为召集中队", "blank: the convener")),
        col.enum_column("kind", "类别", "Kind", words.RemediationKind, ("指定或不定期", "designated or ad hoc")),
        col.column("reason", "事由", "Reason", Kind.TEXT),
    ),
    Text("大队指定的联动整治,不计入每月次数", "Ordered by the brigade; not counted in the monthly number"),
    records.Designated(
        id="Z01",
        group="A",
        hotspot="H01",
        first=date(2026, 10, 12),
        end=date(2026, 10, 17),
        start=time(14),
        length=4 * HOUR,
        squads=("WT", "YY", "XDM"),
        heads=18,
        vehicles=4,
        reason="媒体曝光",
    ),
)

PRESENCES = Sheet(
    "presences",
    Text("节日值守", "Standing presence"),
    records.Presence,
    (
        col.id_column(),
        col.ref_column("hotspot", "热点", "Hotspot", "hotspots"),
        col.refs_column("squads", "中队", "Squads", "squads"),
        col.date_column("first", "首日", "First date"),
        col.last_column("first"),
        col.start_column(),
        col.until_column(),
        col.number_column("heads", "人数", "People", 1, MOST_HEADS),
    ),
    Text("节日期间每日在热点值守", "People at a hotspot on every date given"),
    records.Presence(
        id="N01",
        hotspot="H01",
        squads=("WT", "YY"),
        first=date(2026, 10, 1),
        end=date(2026, 10, 8),
        start=time(17),
        length=4 * HOUR,
        heads=6,
    ),
)

PAST_SHIFTS = Sheet(
    "past_shifts",
    Text("上月班次", "Past shifts"),
    records.PastShift,
    (
        col.ref_column("officer", "队员", "Officer", "officers"),
        col.date_column(),
        col.ref_column("shift", "班次", "Shift", "shifts"),
    ),
    Text("本月前 14 天实际上的班", "Shifts worked in the 14 days before the month"),
    records.PastShift(officer="1001", date=date(2026, 9, 30), shift="Z"),
)

PAST_REMEDIATIONS = Sheet(
    "past_remediations",
    Text("上月整治", "Past remediations"),
    records.PastRemediation,
    (
        col.id_column(),
        col.ref_column("group", "小组", "Group", "groups"),
        col.ref_column("hotspot", "热点", "Hotspot", "hotspots"),
        col.ref_column("host", "属地中队", "Host squad", "squads"),
        col.date_column(),
        col.enum_column("kind", "类别", "Kind", words.RemediationKind),
    ),
    Text("本月前 42 天的联动整治,其固守延续到本月", "Of the 42 days before the month; their holding reaches into it"),
    records.PastRemediation(id="2026-09-A1", group="A", hotspot="H01", host="RJ", date=date(2026, 9, 22)),
)

SHEETS: tuple[Sheet, ...] = (
    CALENDAR,
    SQUADS,
    GROUPS,
    OFFICERS,
    SHIFTS,
    POSTS,
    DESKS,
    HOTSPOTS,
    HOURS,
    REFERRALS,
    VEHICLES,
    ABSENCES,
    REQUESTS,
    LOCKS,
    DESIGNATED,
    PRESENCES,
    PAST_SHIFTS,
    PAST_REMEDIATIONS,
    *LIMIT_SHEETS,
    *YEARLY_SHEETS,
)
"""Every sheet with one record per row, in workbook order, after the two sheets of names and values below."""

BY_KEY = {sheet.key: sheet for sheet in SHEETS}

SETTINGS_NAME = Text("设置", "Settings")
SETTINGS_HEADINGS = (Text("项目", "Item"), Text("内容", "Value"), Text("说明", "Note"))
"""The sheet 设置: an item's name (in either language), its value, its note."""

SETTINGS: tuple[Column, ...] = (
    col.column("brigade", "大队名称", "Brigade", Kind.TEXT, ("填表单位", "the unit this roster is for")),
    col.column("month", "月份", "Month", Kind.TEXT, ("如 2026-10", "such as 2026-10")),
    col.column("first", "首日", "First date", Kind.DATE, ("不排整月时填写", "only if not the whole month")),
    Column(
        "end",
        Text("末日", "Last date"),
        Kind.LAST_DATE,
        Text("不排整月时填写(含)", "only if not the whole month; included"),
        since="first",
    ),
    col.column(
        "provisional",
        "日历待定",
        "Provisional calendar",
        Kind.BOOL,
        ("空白则自动判断", "blank: decided from the published holidays"),
    ),
)
"""Items of the sheet 设置; ``first`` and ``end`` blank mean the whole month."""

POLICY_NAME = Text("规则参数", "Policy")
POLICY_HEADINGS = (
    Text("参数", "Parameter"),
    Text("名称", "Name"),
    Text("值", "Value"),
    Text("单位", "Unit"),
    Text("范围", "Range"),
)
"""The sheet 规则参数: only ``<rule>.<key>`` and the value are read; a blank value is the rule's default."""
