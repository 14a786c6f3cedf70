"""Places and what goes there: fixed posts, case desks, hotspots and referrals to them, standing presences, vehicles."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain.calendar import DayRule
from domain.words import BorderKind, Force, Record, VehicleKind


class Post(Record):
    """A fixed post (sheet 固定岗): ``heads`` people of ``squad`` in given hours.

    ``force`` is the force it asks for: lower ones may not stand there (R07), higher ones at a price (S18).
    """

    id: str
    name: str
    squad: str
    heads: int
    start: time
    length: timedelta
    days: DayRule
    force: Force = Force.SERVICE


class Desk(Record):
    """A case desk (sheet 网格案件岗), manned by a certified pair of any of ``squads`` while it is open."""

    id: str
    name: str
    squads: tuple[str, ...]
    start: time
    length: timedelta
    days: DayRule


class HotspotHours(Record):
    """Hours of a hotspot with a weight (1-10). Rows that touch or overlap on a date form one open window."""

    days: DayRule
    start: time
    length: timedelta
    weight: int


class Hotspot(Record):
    """A hotspot (sheets 热点 and 热点时段); the first of ``squads`` is its host (属地)."""

    id: str
    name: str
    squads: tuple[str, ...]
    border: BorderKind = BorderKind.NONE
    hours: tuple[HotspotHours, ...] = ()
    long_standing: bool = False
    may_host: bool = False
    visit_every: timedelta = timedelta(hours=2)
    latitude: float | None = None
    longitude: float | None = None


class Referral(Record):
    """A notice from elsewhere (sheet 信息告知) that raises a hotspot's priority."""

    id: str
    squad: str
    hotspot: str
    date: date
    source: str


class Vehicle(Record):
    """A vehicle (sheet 车辆); ``squad`` None is the brigade's pool; ``inspection`` lists whole days out of use."""

    id: str
    name: str
    kind: VehicleKind
    squad: str | None = None
    inspection: tuple[date, ...] = ()


class Presence(Record):
    """A standing joint presence (sheet 节日值守): ``heads`` people of ``squads`` at ``hotspot``, dates [first, end)."""

    id: str
    hotspot: str
    squads: tuple[str, ...]
    first: date
    end: date
    start: time
    length: timedelta
    heads: int
