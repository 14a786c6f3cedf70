"""Tables of the sample brigade: squads, groups, shifts, posts, desks, hotspots, vehicles.

Squad sizes and groups follow the Huangpu brigade; place names are Huangpu's, every number is made up.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import NamedTuple

from domain.calendar import EVERY_DAY, DayRule
from domain.scenario import Desk, Group, Hotspot, HotspotHours, Post, Shift, Squad
from domain.words import BorderKind, DayKind, Force, ShiftKind, SquadKind

WORKDAYS = DayRule(kinds=(DayKind.WORKDAY,))
DAYS_OFF = DayRule(kinds=(DayKind.REST, DayKind.HOLIDAY))

SIZES: dict[str, int] = {
    "外滩": 30,
    "豫园": 20,
    "小东门": 18,
    "景区一": 14,
    "瑞金": 20,
    "街道五": 18,
    "街道六": 18,
    "商业街一": 16,
    "街道七": 17,
    "街道八": 17,
    "商业街二": 16,
    "景区二": 12,
    "街道九": 16,
    "街道十": 16,
    "景区三": 10,
    "机动一": 16,
    "机动二": 16,
}
"""Officers by squad id; 290 in all."""

MOBILE = ("机动一", "机动二")
TWO_SHIFTS = ("景区二", "景区三")
"""Squads of 10-13 people have no middle shift."""

GROUPS = (
    Group(id="A", name="第一联动小组", members=("外滩", "豫园", "小东门", "景区一"), convener="豫园"),
    Group(id="B", name="第二联动小组", members=("瑞金", "街道五", "街道六", "商业街一"), convener="瑞金"),
    Group(id="C", name="第三联动小组", members=("街道七", "街道八", "商业街二", "景区二"), convener="商业街二"),
    Group(id="D", name="第四联动小组", members=("街道九", "街道十", "景区三"), convener="街道十"),
)


def _kind(squad: str) -> SquadKind:
    starts = {"商业街": SquadKind.COMMERCIAL, "景区": SquadKind.SCENIC, "机动": SquadKind.MOBILE}
    return next((kind for start, kind in starts.items() if squad.startswith(start)), SquadKind.STREET)


def _hours(text: str) -> tuple[time, timedelta]:
    """Return start and length of "07:00-11:30"; an end before the start is on the next day."""
    start, end = (time.fromisoformat(part) for part in text.split("-"))
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return start, timedelta(minutes=minutes if minutes > 0 else minutes + 1440)


SQUADS = tuple(Squad(id=squad, name=f"{squad}中队", kind=_kind(squad)) for squad in SIZES)


def _shift(name: str, symbol: str, kind: ShiftKind, hours: str, paid_h: int, squads: tuple[str, ...] = ()) -> Shift:
    start, length = _hours(hours)
    paid = timedelta(hours=paid_h)
    return Shift(id=symbol, name=name, symbol=symbol, kind=kind, start=start, length=length, paid=paid, squads=squads)


SHIFTS = (
    _shift("早班", "早", ShiftKind.EARLY, "06:30-14:30", 8),
    _shift("中班", "中", ShiftKind.MIDDLE, "10:00-18:00", 8, tuple(s for s in SIZES if s not in TWO_SHIFTS)),
    _shift("晚班", "晚", ShiftKind.LATE, "14:00-22:00", 8),
    _shift("夜间备勤", "备", ShiftKind.NIGHT, "22:00-06:30", 4, MOBILE),
)
"""A night call is paid half: people sleep at the station unless they are called out."""


def _post(number: int, name: str, squad: str, hours: str, days: DayRule, force: Force) -> Post:
    start, length = _hours(hours)
    return Post(id=f"P{number:02}", name=name, squad=squad, heads=2, start=start, length=length, days=days, force=force)


_POSTS: tuple[tuple[str, str, str, DayRule, Force], ...] = (
    ("外滩观景平台岗", "外滩", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("台湾路早市岗", "外滩", "07:00-09:00", EVERY_DAY, Force.SERVICE),
    ("豫园门楼岗", "豫园", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("人民路道口岗", "豫园", "07:00-09:00", WORKDAYS, Force.SERVICE),
    ("老码头岗", "小东门", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("董家渡路早市岗", "小东门", "07:00-09:00", EVERY_DAY, Force.SERVICE),
    ("外白渡桥岗", "景区一", "17:00-21:00", EVERY_DAY, Force.SERVICE),
    ("黄浦公园岗", "景区一", "11:00-13:00", DAYS_OFF, Force.SERVICE),
    ("瑞金医院门前岗", "瑞金", "07:00-09:00", WORKDAYS, Force.SERVICE),
    ("陕西南路岗", "瑞金", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("淡水路岗", "街道五", "17:00-21:00", EVERY_DAY, Force.SERVICE),
    ("卢湾一小护学岗", "街道五", "07:00-09:00", WORKDAYS, Force.SERVICE),
    ("打浦桥地铁口岗", "街道六", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("淮海中路岗", "商业街一", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("新天地岗", "商业街一", "11:00-13:00", EVERY_DAY, Force.SERVICE),
    ("老西门路口岗", "街道七", "07:00-09:00", WORKDAYS, Force.SERVICE),
    ("文庙路岗", "街道七", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("陆家浜路岗", "街道八", "17:00-21:00", EVERY_DAY, Force.SERVICE),
    ("南京东路步行街岗", "商业街二", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("河南中路口岗", "商业街二", "11:00-13:00", EVERY_DAY, Force.SERVICE),
    ("九曲桥岗", "景区二", "11:00-13:00", EVERY_DAY, Force.SERVICE),
    ("古城公园岗", "景区二", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("大同中学护学岗", "街道九", "07:00-09:00", WORKDAYS, Force.SERVICE),
    ("五里桥路岗", "街道九", "17:00-21:00", EVERY_DAY, Force.MANAGEMENT),
    ("蒙自路岗", "街道十", "11:00-13:00", EVERY_DAY, Force.SERVICE),
    ("世博滨江岗", "景区三", "11:00-13:00", DAYS_OFF, Force.SERVICE),
    # two people of the brigade are on call each night; the two mobile squads share the week
    ("机动一夜间备勤", "机动一", "22:00-06:30", DayRule(weekdays=(0, 1, 4, 5)), Force.ENFORCEMENT),
    ("机动二夜间备勤", "机动二", "22:00-06:30", DayRule(weekdays=(2, 3, 6)), Force.ENFORCEMENT),
)
POSTS = tuple(_post(number, *row) for number, row in enumerate(_POSTS, start=1))

DESK_HOURS: dict[str, str] = {"景区二": "08:00-14:30"}
"""Shorter desk hours of a squad with fewer than 8 certified officers; all others are open 06:30-22:00."""


def _desks() -> tuple[Desk, ...]:
    found: list[Desk] = []
    for squad in SIZES:
        if squad in MOBILE or squad == "景区三":
            continue
        squads = ("街道十", "景区三") if squad == "街道十" else (squad,)
        start, length = _hours(DESK_HOURS.get(squad, "06:30-22:00"))
        name = "、".join(squads) + "案件岗"
        desk = Desk(id=f"D{len(found) + 1:02}", name=name, squads=squads, start=start, length=length, days=EVERY_DAY)
        found.append(desk)
    return tuple(found)


DESKS = _desks()

PATTERNS: dict[str, tuple[tuple[DayRule, str, int], ...]] = {
    "早市": ((EVERY_DAY, "07:00-11:30", 0),),
    "早市及午后": ((EVERY_DAY, "07:00-11:30", 0), (EVERY_DAY, "14:00-19:00", 1)),
    "午后": ((EVERY_DAY, "14:00-19:00", 0),),
    "晚高峰": ((WORKDAYS, "16:00-22:00", 0), (DAYS_OFF, "14:00-22:00", 2)),
    "夜市": ((EVERY_DAY, "16:00-22:00", 0), (EVERY_DAY, "18:00-20:30", 2)),
    "学校": ((WORKDAYS, "07:00-08:30", 0), (WORKDAYS, "15:00-17:30", 0)),
    "医院": ((WORKDAYS, "07:00-11:30", 0), (DAYS_OFF, "07:00-11:30", -2), (WORKDAYS, "13:00-16:30", -1)),
    "地铁": ((EVERY_DAY, "07:00-09:30", 0), (EVERY_DAY, "17:00-21:00", 1)),
    "景点": ((WORKDAYS, "10:00-18:00", 0), (DAYS_OFF, "09:00-21:00", 2)),
    "商圈": ((WORKDAYS, "14:00-22:00", 0), (DAYS_OFF, "10:00-22:00", 2)),
}
"""Hours of a kind of hotspot: on which days, from-to, weight above or below the hotspot's own."""


class Spot(NamedTuple):
    """One row of the hotspot table; ``every_min`` is how often a visit is wanted [min]."""

    name: str
    squads: str
    pattern: str
    weight: int
    every_min: int
    latitude: float
    longitude: float
    marks: str = ""


HOSTS, LONG, DISTRICT = "可", "久", "区"
"""Marks of a hotspot: may host a remediation, long-standing, on the district border."""

_SPOTS: tuple[Spot, ...] = (
    # group A
    Spot("台湾路", "外滩", "早市", 8, 15, 31.2268, 121.4893, "可久"),
    Spot("外滩观景平台", "外滩", "景点", 6, 20, 31.2397, 121.4905, "可"),
    Spot("南京东路地铁站2号口", "外滩", "地铁", 5, 20, 31.2379, 121.4841),
    Spot("福州路书城", "外滩", "商圈", 4, 20, 31.2334, 121.4802),
    Spot("中山东一路人行道", "外滩", "景点", 5, 20, 31.2362, 121.4889),
    Spot("新开河路/人民路", "豫园 外滩 小东门", "早市及午后", 8, 15, 31.2298, 121.4919, "可久"),
    Spot("豫园地铁站1号口", "豫园", "地铁", 6, 20, 31.2281, 121.4868),
    Spot("方浜中路", "豫园 小东门", "午后", 6, 20, 31.2262, 121.4912, "可"),
    Spot("老码头夜市", "小东门", "夜市", 5, 15, 31.2226, 121.5004, "可"),
    Spot("董家渡路面料市场", "小东门", "早市", 6, 15, 31.2179, 121.4984, "可久"),
    Spot("外白渡桥堍", "景区一", "景点", 5, 20, 31.2450, 121.4879, "可"),
    # group B
    Spot("陕西南路(南昌路-淮海中路)", "瑞金", "晚高峰", 7, 15, 31.2172, 121.4577, "可久区"),
    Spot("瑞金医院", "瑞金", "医院", 7, 18, 31.2115, 121.4653, "可"),
    Spot("建国西路菜场", "瑞金 街道六", "早市", 5, 18, 31.2093, 121.4604, "可"),
    Spot("淡水路小吃街", "街道五", "夜市", 6, 15, 31.2166, 121.4714, "可久"),
    Spot("卢湾一中心小学", "街道五", "学校", 5, 15, 31.2196, 121.4702),
    Spot("打浦桥地铁站1号口", "街道六", "地铁", 6, 15, 31.2066, 121.4673),
    Spot("丽园路菜场", "街道六", "早市", 5, 15, 31.2057, 121.4757, "可久"),
    Spot("第九人民医院", "街道六", "医院", 6, 15, 31.2039, 121.4849),
    Spot("淮海中路百货门前", "商业街一 瑞金", "商圈", 6, 25, 31.2190, 121.4597, "可"),
    Spot("新天地南里", "商业街一", "商圈", 4, 25, 31.2189, 121.4759),
    # group C
    Spot("文庙路书市", "街道七", "午后", 6, 15, 31.2166, 121.4861, "可久"),
    Spot("老西门地铁站", "街道七", "地铁", 5, 15, 31.2187, 121.4842),
    Spot("蓬莱路第二小学", "街道七", "学校", 5, 15, 31.2143, 121.4880),
    Spot("陆家浜路夜宵街", "街道八", "夜市", 6, 15, 31.2109, 121.4893, "可久"),
    Spot("仁济医院西院", "街道八", "医院", 6, 15, 31.2325, 121.4790),
    Spot("南京东路步行街河南中路口", "商业街二", "商圈", 7, 20, 31.2368, 121.4818, "可久"),
    Spot("九江路", "商业街二", "夜市", 4, 20, 31.2353, 121.4807),
    Spot("城隍庙九曲桥", "景区二", "景点", 7, 20, 31.2269, 121.4920, "可"),
    Spot("古城公园", "景区二", "商圈", 4, 20, 31.2285, 121.4935),
    Spot("大境路早点摊", "街道八 街道七", "早市", 5, 15, 31.2213, 121.4847, "可"),
    # group D
    Spot("斜土路菜场", "街道九", "早市", 6, 15, 31.2013, 121.4718, "可久"),
    Spot("五里桥路夜市", "街道九 街道十", "夜市", 6, 15, 31.2003, 121.4765, "可"),
    Spot("大同中学", "街道九", "学校", 4, 15, 31.2031, 121.4789),
    Spot("蒙自路建材街", "街道十", "午后", 5, 15, 31.1997, 121.4731, "可"),
    Spot("世博会博物馆地铁站", "街道十", "地铁", 4, 15, 31.1964, 121.4749),
    Spot("世博滨江", "景区三", "景点", 5, 15, 31.1935, 121.4812, "可"),
    Spot("卢浦大桥桥孔", "景区三", "夜市", 4, 15, 31.1921, 121.4702, "可久"),
)


def _border(spot: Spot) -> BorderKind:
    if DISTRICT in spot.marks:
        return BorderKind.DISTRICT
    return BorderKind.SQUADS if " " in spot.squads else BorderKind.NONE


def _spot_hours(spot: Spot) -> tuple[HotspotHours, ...]:
    rows = ((days, *_hours(hours), spot.weight + more) for days, hours, more in PATTERNS[spot.pattern])
    return tuple(HotspotHours(days=days, start=start, length=length, weight=w) for days, start, length, w in rows)


def _hotspot(number: int, spot: Spot) -> Hotspot:
    return Hotspot(
        id=f"H{number:02}",
        name=spot.name,
        squads=tuple(spot.squads.split()),
        border=_border(spot),
        hours=_spot_hours(spot),
        long_standing=LONG in spot.marks,
        may_host=HOSTS in spot.marks,
        visit_every=timedelta(minutes=spot.every_min),
        latitude=spot.latitude,
        longitude=spot.longitude,
    )


HOTSPOTS = tuple(_hotspot(number, spot) for number, spot in enumerate(_SPOTS, start=1))
HOTSPOT_ID = {hotspot.name: hotspot.id for hotspot in HOTSPOTS}
"""Hotspot id by name."""

SECOND_CARS = ("外滩", "豫园", "瑞金", "机动一", "机动二")
"""Squads with two cars; all others have one."""
