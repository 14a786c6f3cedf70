"""Which sheets the roster workbook has and which columns they carry, as data, in both languages.

Every table sheet has a title row, a row of 填表单位 / 填表时间 and two heading rows. A column under a band has its
heading in the lower of the two, any other in the upper one (merged): ``merge_headings`` puts that together again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain.words import Text

TITLE_ROW, FILLED_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 2, 4
"""Rows counted from 0: title, who filled it in and when, the upper heading row, the first row of data."""


class Column(NamedTuple):
    """One column: ``key`` for code, ``head`` as printed (unit in brackets), ``width`` in characters at 11 points.

    ``band`` is the heading above it that neighbours share; ``wrap`` breaks long texts; ``left`` aligns to the left;
    ``number`` is how numbers are shown, as in Excel's formats.
    """

    key: str
    head: Text
    width: float
    band: Text | None = None
    wrap: bool = False
    left: bool = False
    number: str = ""


class Sheet(NamedTuple):
    """One kind of sheet: its name (30 characters at most), its title and its columns."""

    key: str
    name: Text
    title: Text
    columns: tuple[Column, ...] = ()

    def column(self, key: str) -> int:
        """Return the position of a column, counted from 0."""
        return next(n for n, column in enumerate(self.columns) if column.key == key)


TIME = Text("时间", "Time")
PEOPLE = Text("人员", "People")
VISITS = Text("到点(次)", "Visits (times)")
SUPERVISION = Text("督察", "Supervision")
ROLES = Text("中队与指挥", "Squads and command")

DAY = Column("day", Text("日期", "Date"), 11)
START = Column("start", Text("起", "From"), 9, TIME)
END = Column("end", Text("止", "To"), 9, TIME)
SQUAD = Column("squad", Text("中队", "Squad"), 12)

COVER = Sheet("cover", Text("封面签批", "Cover"), Text("勤务排班签批表", "Duty roster for approval"))

GRID = Sheet(
    "grid",
    Text("月排班表", "Roster"),
    Text("月排班表", "Monthly duty roster"),
    (
        Column("number", Text("序号", "No."), 4),
        Column("id", Text("编号", "Officer id"), 7),
        Column("name", Text("姓名", "Name"), 7.5),
        Column("rank", Text("职务", "Rank"), 7.5),
        Column("force", Text("类别", "Force"), 5),
        Column("certified", Text("持证", "Cert."), 4.6),
    ),
)
"""One sheet per squad, called by ``printing.grid_name``. After these columns one per date (``printing.day_heading``),
then ``GRID_COUNTS``."""

SHIFTS_BAND = Text("班次(次)", "Shifts (times)")
HOURS_BAND = Text("工时(小时)", "Hours (h)")
OVERTIME_BAND = Text("加班(小时)", "Overtime (h)")
LIEU_BAND = Text("补休(小时)", "Time off owed (h)")
DAYS_BAND = Text("假日值勤(天)", "Days off worked")

GRID_COUNTS = (
    Column("early", Text("早", "E"), 3.4, SHIFTS_BAND),
    Column("middle", Text("中", "M"), 3.4, SHIFTS_BAND),
    Column("late", Text("晚", "L"), 3.4, SHIFTS_BAND),
    Column("night", Text("备", "N"), 3.4, SHIFTS_BAND),
    Column("hours", Text("实际", "Worked"), 5.6, HOURS_BAND),
    Column("target_h", Text("应勤", "Due"), 5.6, HOURS_BAND),
    Column("overtime", Text("加班", "Over"), 5.6, HOURS_BAND),
    Column("weekend_days", Text("周末", "Wkend"), 5, DAYS_BAND),
    Column("holidays", Text("节日", "Hol."), 5, DAYS_BAND),
)
"""``hours`` is worked plus credited; ``overtime`` all hours settled in pay or in time off."""

DAILY = Sheet(
    "daily",
    Text("每日勤务表", "Daily duties"),
    Text("每日勤务表", "Daily duties"),
    (
        DAY,
        SQUAD,
        Column("shift", Text("班次", "Shift"), 7),
        Column("duty", Text("勤务", "Duty"), 10),
        Column("place", Text("地点", "Place"), 26, wrap=True, left=True),
        START,
        END,
        Column("leader", Text("带班", "Leader"), 16, PEOPLE, wrap=True, left=True),
        Column("officers", Text("执法队员", "Officers"), 30, PEOPLE, wrap=True, left=True),
        Column("assistants", Text("协管人员", "Assistants"), 24, PEOPLE, wrap=True, left=True),
        Column("vehicle", Text("车辆", "Vehicle"), 14, wrap=True, left=True),
        Column("driver", Text("驾驶员", "Driver"), 14, wrap=True, left=True),
    ),
)
"""Decides duties. Each person of a row stands in exactly one of leader, officers and assistants."""

WATCH = Sheet(
    "watch",
    Text("值班表", "Watch list"),
    Text("值班表", "Watch list"),
    (
        DAY,
        Column("weekday", Text("星期", "Weekday"), 8),
        Column("kind", Text("日类", "Kind of day"), 14, wrap=True),
        SQUAD,
        Column("leaders", Text("带班领导", "Leaders on duty"), 34, wrap=True, left=True),
        Column("desk", Text("案件岗", "Case desk"), 44, wrap=True, left=True),
        Column("night", Text("夜间备勤", "Night call"), 30, wrap=True, left=True),
        Column("heads", Text("在岗(人)", "On duty (people)"), 9),
    ),
)

PLAN = Sheet(
    "plan",
    Text("联动整治计划(备案)表", "Remediation plan"),
    Text("联动整治计划(备案)表", "Plan of joint remediations (for filing)"),
    (
        Column("id", Text("编号", "Number"), 20),
        Column("group", Text("联动小组", "Group"), 8, wrap=True),
        Column("kind", Text("类别", "Kind"), 8, wrap=True),
        Column("order", Text("指定令号", "Order id"), 8),
        DAY,
        START,
        END,
        Column("hours", Text("时长(小时)", "Length (h)"), 8, TIME),
        Column("place", Text("整治地点", "Place"), 15, wrap=True, left=True),
        Column("border", Text("结合部", "Border"), 7, wrap=True),
        Column("reason", Text("事由", "Reason"), 14, wrap=True, left=True),
        Column("host", Text("属地", "Host"), 13, ROLES, wrap=True),
        Column("lead", Text("牵头", "Lead"), 13, ROLES, wrap=True),
        Column("commander", Text("指挥", "Commander"), 11, ROLES, wrap=True),
        Column("squads", Text("参加中队(人)", "Squads (people)"), 15, ROLES, wrap=True, left=True),
        Column("people", Text("参加人员", "People"), 62, wrap=True, left=True),
        Column("vehicles", Text("车辆及驾驶员", "Vehicles and drivers"), 36, wrap=True, left=True),
        Column("holding", Text("固守安排", "Holding"), 16, wrap=True, left=True),
        Column("emergency", Text("应急预案", "Emergency plan"), 22, wrap=True, left=True),
    ),
)
"""Decides remediations. ``people`` has one line per squad, ``vehicles`` one line "vehicle(id):driver(id)" each."""

ORDERS = Sheet("orders", Text("行动派遣单", "Orders"), Text("联动整治行动派遣单", "Order for a joint remediation"))

HOLDINGS = Sheet(
    "holdings",
    Text("固守安排表", "Holdings"),
    Text("固守安排表", "Holding after remediations"),
    (
        Column("remediation", Text("整治编号", "Remediation"), 20),
        Column("place", Text("地点", "Place"), 26, wrap=True, left=True),
        Column("squad", Text("固守中队", "Host squad"), 12),
        Column("first", Text("起日", "First day"), 11, Text("日期", "Dates")),
        Column("last", Text("止日", "Last day"), 11, Text("日期", "Dates")),
        Column("start", Text("时段起", "From"), 9),
        Column("wanted", Text("应到", "Wanted"), 8, VISITS),
        Column("reached", Text("安排", "Planned"), 8, VISITS),
        Column("missing", Text("缺", "Missing"), 8, VISITS),
        Column("supervisor", Text("督察人", "Supervisor"), 11, SUPERVISION),
        Column("checked", Text("时间", "Time"), 13, SUPERVISION),
        Column("result", Text("结果", "Result"), 22, SUPERVISION),
    ),
)

MEETINGS = Sheet(
    "meetings",
    Text("例会轮值表", "Meetings"),
    Text("联动小组例会轮值表", "Conveners of the group meetings"),
    (
        Column("month", Text("月份", "Month"), 11),
        Column("group", Text("联动小组", "Group"), 14),
        Column("convener", Text("召集中队", "Convening squad"), 16),
        Column("members", Text("成员中队", "Members"), 54, wrap=True, left=True),
        Column("attends", Text("到会大队领导", "Brigade leader attending"), 20),
        Column("date", Text("会议日期", "Held on"), 14),
        Column("matter", Text("议题与决定", "Matters and decisions"), 40),
    ),
)

VEHICLES = Sheet(
    "vehicles",
    Text("车辆派遣表", "Vehicles"),
    Text("车辆派遣表", "Vehicle dispatch"),
    (
        DAY,
        START,
        END,
        Column("vehicle", Text("车辆", "Vehicle"), 26, wrap=True, left=True),
        Column("kind", Text("车型", "Type"), 12),
        Column("owner", Text("所属", "Owner"), 12),
        Column("driver", Text("驾驶员", "Driver"), 20, wrap=True, left=True),
        Column("remediation", Text("整治编号", "Remediation"), 20),
        Column("place", Text("地点", "Place"), 26, wrap=True, left=True),
        Column("leaves", Text("出车里程", "Out (km)"), 10),
        Column("returns", Text("收车里程", "In (km)"), 10),
    ),
)

CHANGES = Sheet(
    "changes",
    Text("调班记录", "Changes"),
    Text("调班记录", "Changes to the published roster"),
    (
        Column("version", Text("版次", "Version"), 6),
        Column("kind", Text("类别", "Kind"), 9),
        DAY,
        Column("squad", Text("中队", "Squad"), 14, wrap=True),
        Column("who", Text("人员", "Who"), 26, wrap=True, left=True),
        Column("before", Text("原安排", "From"), 34, wrap=True, left=True),
        Column("after", Text("现安排", "To"), 34, wrap=True, left=True),
        Column("reason", Text("事由", "Reason"), 20, wrap=True, left=True),
        Column("told", Text("已通知(签字)", "Told (signature)"), 18),
    ),
)
"""What is otherwise since the first version; those whom the latest version concerns are the ones to notify."""

SORTIES = Sheet(
    "sorties",
    Text("出动统计表", "Sorties"),
    Text("联动整治出动统计表", "Remediations in figures"),
    (
        Column("unit", Text("小组 / 中队", "Group / squad"), 22, left=True),
        Column("hosted", Text("属地(次)", "As host (times)"), 11),
        Column("led", Text("牵头(次)", "As lead (times)"), 11),
        Column("times", Text("出动(次)", "Taken part (times)"), 12),
        Column("person_times", Text("人次", "Person-times"), 11),
        Column("person_hours", Text("工时(人·小时)", "Person-hours"), 13),
        Column("vehicle_times", Text("车次", "Vehicle-times"), 11),
        Column("educated", Text("教育纠正(起)", "Corrected by education"), 14),
        Column("cases", Text("办理案件(件)", "Cases handled"), 13),
    ),
)

COVERAGE = Sheet(
    "coverage",
    Text("热点覆盖", "Hotspot coverage"),
    Text("热点巡查到点表", "Visits to hotspots"),
    (
        DAY,
        Column("place", Text("热点", "Hotspot"), 30, wrap=True, left=True),
        START,
        END,
        Column("squad", Text("到点中队", "Visiting squad"), 22),
        Column("wanted", Text("应到", "Wanted"), 8, VISITS),
        Column("reached", Text("安排", "Planned"), 8, VISITS),
        Column("missing", Text("缺", "Missing"), 8, VISITS),
        Column("why", Text("原因", "Why"), 52, wrap=True, left=True),
    ),
)
"""Decides visits: one row per hotspot, window and visiting squad; ``reached`` is that squad's count."""

LEDGER = Sheet(
    "ledger",
    Text("加班补休台账", "Overtime and lieu"),
    Text("加班补休台账", "Overtime and time off in lieu"),
    (
        Column("id", Text("编号", "Officer id"), 9),
        Column("name", Text("姓名", "Name"), 10),
        Column("squad", Text("中队", "Squad"), 10),
        Column("regime", Text("工时制", "Regime"), 13),
        Column("worked_h", Text("实际", "Worked"), 9, HOURS_BAND),
        Column("credited_h", Text("公差培训", "Credited"), 9, HOURS_BAND),
        Column("target_h", Text("应出勤", "Due"), 9, HOURS_BAND),
        Column("overtime_150_h", Text("150%", "150 %"), 8, OVERTIME_BAND),
        Column("overtime_200_h", Text("200%", "200 %"), 8, OVERTIME_BAND),
        Column("holiday_300_h", Text("300%", "300 %"), 8, OVERTIME_BAND),
        Column("lieu_carried_h", Text("上月结存", "Brought in"), 9.5, LIEU_BAND),
        Column("lieu_earned_h", Text("本月新增", "Earned"), 9.5, LIEU_BAND),
        Column("lieu_taken_h", Text("本月补休", "Taken"), 9.5, LIEU_BAND),
        Column("lieu_balance_h", Text("月末结存", "Carried on"), 9.5, LIEU_BAND),
        Column("signature", Text("本人签字", "Signature"), 14),
    ),
)

FINDINGS = Sheet(
    "findings",
    Text("规则校核", "Findings"),
    Text("规则校核", "Findings by rule"),
    (
        Column("number", Text("序号", "No."), 6),
        Column("rule", Text("规则", "Rule"), 7),
        Column("title", Text("名称", "Title"), 18, wrap=True, left=True),
        Column("severity", Text("性质", "Severity"), 9),
        Column("day", Text("日期", "Date"), 11),
        Column("squad", Text("中队 / 小组", "Squad / group"), 13),
        Column("who", Text("人员", "Officer"), 14, wrap=True),
        Column("text", Text("情况", "What is the matter"), 58, wrap=True, left=True),
        Column("advice", Text("建议", "What to do"), 46, wrap=True, left=True),
        Column("amount", Text("数量", "Amount"), 8),
        Column("unit", Text("单位", "Unit"), 13, wrap=True),
        Column("points", Text("分值", "Points"), 8),
    ),
)

PARAMETERS = Sheet(
    "parameters",
    Text("参数", "Parameters"),
    Text("规则参数", "Parameters of the rules"),
    (
        Column("key", Text("参数", "Parameter"), 24, left=True),
        Column("text", Text("含义", "Meaning"), 56, wrap=True, left=True),
        Column("value", Text("本月取值", "Value used"), 14),
        Column("default", Text("默认值", "Default"), 14),
        Column("unit", Text("单位", "Unit"), 22, wrap=True),
        Column("source", Text("依据", "Source"), 60, wrap=True, left=True),
    ),
)

SHORTFALLS = Sheet(
    "shortfalls",
    Text("缺口与对策", "Shortfalls"),
    Text("缺口、原因与对策", "Shortfalls, reasons and ways out"),
    (
        Column("id", Text("编号", "Id"), 14, left=True),
        Column("kind", Text("类型", "Kind"), 9),
        Column("squad", Text("中队", "Squad"), 14, wrap=True),
        Column("what", Text("事项 / 人员 / 对策", "What / who / way out"), 34, wrap=True, left=True),
        Column("hours", Text("时段", "Hours"), 12),
        Column("days", Text("日期", "Dates"), 20, wrap=True),
        Column("amount", Text("数量", "Amount"), 8),
        Column("unit", Text("单位", "Unit"), 10, wrap=True),
        Column("points", Text("分值", "Points"), 9),
        Column("why", Text("说明", "Explanation"), 82, wrap=True, left=True),
    ),
)
"""``amount`` of an option is what it fills; ``points`` what the whole roster then costs more (less, if negative)."""

FAIRNESS_ITEMS = {
    "late": Text("晚班(次)", "Late shifts"),
    "weekend_days": Text("周末(天)", "Weekend days"),
    "holidays": Text("节日(天)", "Holidays"),
    "remediations": Text("整治(次)", "Remediations"),
    "hours": Text("工时(小时)", "Hours (h)"),
    "overtime": Text("加班(小时)", "Overtime (h)"),
}
"""What officers of a squad are compared in."""

FAIRNESS = Sheet(
    "fairness",
    Text("均衡对比", "Fairness"),
    Text("队员负担与中队平均对比", "Officers beside the mean of their squad"),
    (
        Column("id", Text("编号", "Officer id"), 9),
        Column("name", Text("姓名", "Name"), 10),
        Column("squad", Text("中队", "Squad"), 12),
        *(
            Column(f"{key}_{part}", head, 7, band, number=number)
            for key, band in FAIRNESS_ITEMS.items()
            for part, head, number in (
                ("own", Text("本人", "Own"), ""),
                ("mean", Text("平均", "Mean"), "0.0"),
                ("beyond", Text("差", "Diff."), "+0.0;-0.0;0.0"),
            )
        ),
    ),
)

SHEETS = (
    COVER,
    GRID,
    DAILY,
    WATCH,
    PLAN,
    ORDERS,
    HOLDINGS,
    MEETINGS,
    VEHICLES,
    SORTIES,
    COVERAGE,
    LEDGER,
    FAIRNESS,
    SHORTFALLS,
    FINDINGS,
    PARAMETERS,
)
"""In the order of the workbook; the grid stands for one sheet per squad."""


def merge_headings(upper: Sequence[object], lower: Sequence[object]) -> list[str]:
    """Return one heading per column from the two heading rows: the lower cell, or the upper where that is empty."""
    return [
        str(below if below not in (None, "") else (above if above is not None else "")).strip()
        for above, below in zip(upper, lower, strict=True)
    ]
