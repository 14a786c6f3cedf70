"""What the words of the domain are called in cells: one label per language, and the short forms that are read too."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from domain.words import (
    AbsenceKind,
    BorderKind,
    DayKind,
    DutyKind,
    Force,
    LockKind,
    PayRegime,
    Rank,
    RemediationKind,
    ShiftKind,
    SquadKind,
    Text,
    VehicleKind,
)

LABELS: Mapping[type[StrEnum], Mapping[StrEnum, Text]] = {
    SquadKind: {
        SquadKind.STREET: Text("街道", "street"),
        SquadKind.COMMERCIAL: Text("商业街", "commercial"),
        SquadKind.SCENIC: Text("景区", "scenic"),
        SquadKind.MOBILE: Text("机动", "mobile"),
    },
    Force: {
        Force.ENFORCEMENT: Text("执法", "enforcement"),
        Force.MANAGEMENT: Text("管理", "management"),
        Force.SERVICE: Text("服务", "service"),
    },
    Rank: {
        Rank.LEADER: Text("中队长", "leader"),
        Rank.DEPUTY: Text("副中队长", "deputy"),
        Rank.MEMBER: Text("队员", "member"),
    },
    PayRegime: {
        PayRegime.COMPREHENSIVE: Text("综合工时", "comprehensive"),
        PayRegime.STANDARD: Text("标准工时", "standard"),
        PayRegime.CIVIL: Text("公务员", "civil"),
    },
    ShiftKind: {
        ShiftKind.EARLY: Text("早", "early"),
        ShiftKind.MIDDLE: Text("中", "middle"),
        ShiftKind.LATE: Text("晚", "late"),
        ShiftKind.NIGHT: Text("备", "night"),
    },
    DayKind: {
        DayKind.WORKDAY: Text("工作日", "workday"),
        DayKind.REST: Text("休息日", "rest day"),
        DayKind.HOLIDAY: Text("节日", "holiday"),
    },
    AbsenceKind: {
        AbsenceKind.SICK: Text("病假", "sick"),
        AbsenceKind.ANNUAL: Text("年假", "annual"),
        AbsenceKind.PERSONAL: Text("事假", "personal"),
        AbsenceKind.BUSINESS: Text("公差", "business"),
        AbsenceKind.TRAINING: Text("培训", "training"),
        AbsenceKind.MATERNITY: Text("产假", "maternity"),
    },
    DutyKind: {
        DutyKind.POST: Text("固定岗", "post"),
        DutyKind.DESK: Text("网格案件岗", "desk"),
        DutyKind.PATROL: Text("巡查", "patrol"),
        DutyKind.REMEDIATION: Text("联动整治", "remediation"),
        DutyKind.HOLDING: Text("固守", "holding"),
        DutyKind.PRESENCE: Text("节日值守", "presence"),
        DutyKind.STANDBY: Text("备勤", "standby"),
    },
    BorderKind: {
        BorderKind.NONE: Text("否", "none"),
        BorderKind.SQUADS: Text("中队结合部", "squads"),
        BorderKind.DISTRICT: Text("区界", "district"),
    },
    VehicleKind: {
        VehicleKind.CAR: Text("巡逻车", "car"),
        VehicleKind.TRUCK: Text("货车", "truck"),
        VehicleKind.VAN: Text("指挥车", "van"),
    },
    LockKind: {
        LockKind.SHIFT: Text("班次", "shift"),
        LockKind.REST: Text("休息", "rest"),
        LockKind.DUTY: Text("勤务", "duty"),
        LockKind.REMEDIATION: Text("联动整治", "remediation"),
    },
    RemediationKind: {
        RemediationKind.MONTHLY: Text("月度", "monthly"),
        RemediationKind.DESIGNATED: Text("指定", "designated"),
        RemediationKind.ADHOC: Text("不定期", "ad hoc"),
    },
}
"""Labels by enumeration, then member: members of two enumerations may be equal as strings."""

SHORT_FORMS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, ...]]] = {
    Force: {
        Force.SERVICE: ("协管",),
    },
    ShiftKind: {
        ShiftKind.EARLY: ("早班",),
        ShiftKind.MIDDLE: ("中班",),
        ShiftKind.LATE: ("晚班",),
        ShiftKind.NIGHT: ("夜班", "夜间备勤"),
    },
    DayKind: {
        DayKind.REST: ("rest", "周末"),
        DayKind.HOLIDAY: ("法定节日", "节假日"),
    },
    AbsenceKind: {
        AbsenceKind.SICK: ("病",),
        AbsenceKind.ANNUAL: ("年", "年休"),
        AbsenceKind.PERSONAL: ("事",),
        AbsenceKind.BUSINESS: ("公",),
        AbsenceKind.TRAINING: ("培",),
        AbsenceKind.MATERNITY: ("产",),
    },
    DutyKind: {
        DutyKind.REMEDIATION: ("联",),
        DutyKind.HOLDING: ("固",),
        DutyKind.POST: ("岗",),
    },
    BorderKind: {
        BorderKind.SQUADS: ("结合部",),
        BorderKind.NONE: ("无",),
    },
}
"""Other spellings read as the same member."""

WEEKDAYS = (
    Text("一", "Mon"),
    Text("二", "Tue"),
    Text("三", "Wed"),
    Text("四", "Thu"),
    Text("五", "Fri"),
    Text("六", "Sat"),
    Text("日", "Sun"),
)
"""Weekdays, Monday first."""

EVERY = Text("每日", "daily")
DAY_KINDS: Mapping[DayKind, Text] = {
    DayKind.WORKDAY: Text("工作日", "workdays"),
    DayKind.REST: Text("休息日", "rest days"),
    DayKind.HOLIDAY: Text("节日", "holidays"),
}
"""Kinds of day as the days of a post, desk or hotspot are written."""

YES = Text("是", "yes")
NO = Text("否", "no")


def label(member: StrEnum) -> Text:
    """Return the label of an enumeration's member."""
    return LABELS[type(member)][member]


def spellings(enum: type[StrEnum]) -> dict[str, StrEnum]:
    """Return every spelling of an enumeration's members, folded: labels, values and short forms."""
    short = SHORT_FORMS.get(enum, {})
    return {
        fold(word): member
        for member, text in LABELS[enum].items()
        for word in (text.zh, text.en, member.value, *short.get(member, ()))
    }


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Return a word as it is compared: lower case, no blanks, plain brackets."""
    return "".join(word.casefold().split()).replace("（", "(").replace("）", ")")
