"""Words and columns of the comparison workbook of what-if runs."""

from __future__ import annotations

from domain.whatif import Answer, Comparison, Ending, Interval, Measure, Verdict
from domain.words import PayRegime, Text
from outputs.layout import Column

MEASURES = {
    "points": Text("目标值(分,越少越好)", "Objective (points, less is better)"),
    Measure.POSTS.value: Text("固定岗到岗", "Posts manned"),
    Measure.DESKS.value: Text("案件岗到岗", "Case desks manned"),
    Measure.HOTSPOTS.value: Text("热点加权覆盖", "Weighted hotspot coverage"),
    Measure.REMEDIATIONS.value: Text("联动整治(最少的小组,次)", "Remediations (group with fewest)"),
    Measure.STRENGTH.value: Text("整治到员率", "Strength of remediations"),
    Measure.HOLDING.value: Text("固守完成", "Holding done"),
    Measure.LEADERS.value: Text("带班领导在岗", "Leader on duty"),
}
SHARES = tuple(m.value for m in Measure if m is not Measure.REMEDIATIONS)

VERDICTS = {
    Verdict.BETTER: Text("更好", "better"),
    Verdict.WORSE: Text("更差", "worse"),
    Verdict.UNDECIDED: Text("未定", "not decided"),
}
ENDINGS = {
    Ending.SOLVED: Text("已排", "rostered"),
    Ending.NO_ROSTER: Text("限时内无班表", "no roster in time"),
    Ending.IMPOSSIBLE: Text("排不出", "impossible"),
    Ending.LOST: Text("中断", "lost"),
}
ANSWERS = {
    Answer.CAN: Text("够", "can"),
    Answer.CANNOT: Text("不够(已证)", "cannot (proven)"),
    Answer.OPEN: Text("未定", "open"),
}
REGIMES = {
    PayRegime.COMPREHENSIVE: Text("综合计算工时", "comprehensive"),
    PayRegime.STANDARD: Text("标准工时", "standard"),
    PayRegime.CIVIL: Text("公务员(补休)", "civil servants (time off)"),
}
SPREADS = {
    "posts_missing_h": Text("固定岗缺人(人·小时)", "Posts unfilled (person-hours)"),
    "visits_missing": Text("热点缺到点(次)", "Hotspot visits missed"),
    "hotspots": Text("热点加权覆盖", "Weighted hotspot coverage"),
    "below_strength": Text("不足编的整治(次)", "Remediations below strength"),
    "remediations_missing": Text("少办的整治(次)", "Remediations not held"),
    "points": Text("目标值(分)", "Objective (points)"),
}
BASE = Text("基准", "base")

QUALITY = Text("目标值(分)", "Objective (points)")
KEPT = Text("完成情况", "What is kept")
ACTIONS = Text("联动整治", "Remediations")
WORK = Text("加班(小时)", "Overtime (hours)")
SPREAD = Text("苦乐差(最大中队)", "Spread (worst squad)")

SUMMARY = (
    Column("id", Text("编号", "No."), 9),
    Column("name", Text("方案", "Scenario"), 22, wrap=True, left=True),
    Column("changes", Text("改动", "Changes"), 30, wrap=True, left=True),
    Column("ending", Text("结果", "Result"), 11, wrap=True),
    Column("verdict", Text("目标值比基准", "Objective against base"), 12, wrap=True),
    Column("objective", Text("找到", "Found"), 10, QUALITY),
    Column("bound", Text("下界", "Bound"), 10, QUALITY),
    Column("gap", Text("差距", "Gap"), 8, QUALITY),
    Column("posts", Text("固定岗", "Posts"), 8, KEPT),
    Column("desks", Text("案件岗", "Desks"), 8, KEPT),
    Column("hotspots", Text("热点", "Hotspots"), 9, KEPT),
    Column("holding", Text("固守", "Holding"), 8, KEPT),
    Column("leaders", Text("带班", "Leaders"), 8, KEPT),
    Column("remediations", Text("次", "Held"), 6, ACTIONS),
    Column("due", Text("应办", "Due"), 6, ACTIONS),
    Column("strength", Text("到员", "Strength"), 9, ACTIONS),
    Column("person_times", Text("人次", "Person-times"), 8, ACTIONS),
    Column("vehicle_times", Text("车次", "Vehicle-times"), 8, ACTIONS),
    Column("overtime", Text("合计", "Hours"), 8, WORK),
    Column("pay", Text("折平时工资", "In plain pay"), 10, WORK),
    Column("cost", Text("费用(元)", "Cost (yuan)"), 11, WORK),
    Column("late", Text("晚班", "Late"), 6, SPREAD),
    Column("weekends", Text("周末", "Weekends"), 9, SPREAD),
    Column("holidays", Text("节日", "Holidays"), 8, SPREAD),
    Column("joint", Text("整治", "Joint"), 6, SPREAD),
)
DIFFERENCES = (
    Column("id", Text("编号", "No."), 9),
    Column("name", Text("方案", "Scenario"), 26, wrap=True, left=True),
    Column("of", Text("比较项", "Of"), 30, wrap=True, left=True),
    Column("base", Text("基准(区间)", "Base (interval)"), 22),
    Column("here", Text("本方案(区间)", "Here (interval)"), 22),
    Column("difference", Text("相差(区间)", "Difference (interval)"), 24),
    Column("verdict", Text("结论", "Verdict"), 12),
    Column("remark", Text("说明", "Remark"), 40, wrap=True, left=True),
)
LEVELS = (
    Column("number", Text("人数", "Number"), 9),
    Column("answer", Text("结论", "Answer"), 18),
    Column("reached", Text("班表达到", "The roster found reaches"), 46, wrap=True, left=True),
    Column("proof", Text("依据", "Proof"), 46, wrap=True, left=True),
)
DAMAGES = (
    Column("rank", Text("名次", "Rank"), 7),
    Column("name", Text("缺谁", "Absent"), 26, left=True),
    Column("found", Text("找到的班表多出(分)", "Roster found costs more by (points)"), 20),
    Column("interval", Text("最优值多出(区间)", "Optimum costs more by (interval)"), 26),
    Column("verdict", Text("结论", "Verdict"), 12),
)
RISK = (
    Column("of", Text("指标", "Figure"), 34, left=True),
    Column("mean", Text("平均", "Mean"), 12),
    Column("low", Text("5%", "5 %"), 12, Text("90% 区间", "90 % interval")),
    Column("median", Text("中位", "Median"), 12, Text("90% 区间", "90 % interval")),
    Column("high", Text("95%", "95 %"), 12, Text("90% 区间", "90 % interval")),
)
OTHERWISE = Text(
    "要求或分值与基准不同,分数不可直接相比", "asks for other things or at other prices: points are on another scale"
)
BEST_ONLY = Text("区间:已达到 - 已证不可超过", "interval: reached - proven not to be exceeded")


def place(found: Comparison, lang: str) -> str:
    """Return the brigade and the squads looked at, if not all."""
    return f"{found.brigade} {('、' if lang == 'zh' else ', ').join(found.part)}".strip()


def told(interval: Interval, *, share: bool) -> str:
    """Return an interval as text; unknown ends as "?"."""

    def one(value: float | None) -> str:
        if value is None:
            return "?"
        return f"{value:.1%}" if share else f"{value:,.0f}"

    return f"{one(interval.low)} - {one(interval.high)}"


def between(base: Interval, here: Interval) -> Interval:
    """Return the interval in which the difference lies."""
    low = None if here.low is None or base.high is None else here.low - base.high
    high = None if here.high is None or base.low is None else here.high - base.low
    return Interval(low=low, high=high)


def signed(interval: Interval, *, share: bool) -> str:
    """Return the interval of a difference as text; shares in percentage points."""

    def one(value: float | None) -> str:
        if value is None:
            return "?"
        return f"{100 * value:+.1f} %" if share else f"{value:+,.0f}"

    return f"{one(interval.low)} … {one(interval.high)}"
