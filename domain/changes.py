"""What may be changed in a what-if scenario, one record a kind; ``do`` says which.

The same records are read from a spec (``inputs/spec.py``), made by sweeps, and applied by ``inputs/changes.py``.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from domain.words import BorderKind, Force, Record, Text, VehicleKind

Share = Annotated[float, Field(ge=0, le=0.5)]
Factor = Annotated[float, Field(ge=0, le=10)]
Hours = Annotated[float, Field(gt=0, le=24)]
Count = Annotated[int, Field(ge=0, le=200)]
MOST_OFFICERS = 200
MOST_SAMPLES = 500

FORCES = {
    Force.ENFORCEMENT: Text("执法", "enforcement"),
    Force.MANAGEMENT: Text("管理", "management"),
    Force.SERVICE: Text("服务", "service"),
}
KINDS = {
    VehicleKind.CAR: Text("巡逻车", "car"),
    VehicleKind.TRUCK: Text("货车", "truck"),
    VehicleKind.VAN: Text("指挥车", "van"),
}


class Officers(Record):
    """``by`` officers more (or, negative, fewer) in a squad; without ``force`` in the squad's own mix."""

    do: Literal["officers"] = "officers"
    squad: str
    by: Annotated[int, Field(ge=-MOST_OFFICERS, le=MOST_OFFICERS)]
    force: Force | None = None
    certified: bool | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        force = FORCES[self.force] if self.force else Text("", "")
        paper = {None: Text("", ""), True: Text("持证", "certified"), False: Text("无证", "uncertified")}[
            self.certified
        ]
        en = " ".join(part for part in (self.squad, paper.en, force.en) if part)
        return Text(f"{self.squad}{paper.zh}{force.zh}人员 {self.by:+d}", f"{en} officers {self.by:+d}")


class SickLeave(Record):
    """Random sick leave at a ``rate`` of officer-days, in spells of ``spell_days`` on average; ``squads`` empty: all.

    With ``samples`` above 1 the scenario is run that often, each time with other people sick.
    """

    do: Literal["sick_leave"] = "sick_leave"
    rate: Share
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES)] = 1
    spell_days: Annotated[float, Field(ge=1, le=31)] = 3
    squads: tuple[str, ...] = ()

    @property
    def said(self) -> Text:
        """The change in words."""
        where = "、".join(self.squads)
        times = f" × {self.samples}" if self.samples > 1 else ""
        return Text(
            f"{where}随机病假 {self.rate:.0%}{times}", f"{where} random sick leave {self.rate:.0%}{times}".strip()
        )


class Policy(Record):
    """Values of the policy sheet by name, such as ``R03.min_rest: 12``, written as on the sheet."""

    do: Literal["policy"] = "policy"
    set: dict[str, int | float | bool | str]

    @property
    def said(self) -> Text:
        """The change in words."""
        line = ", ".join(f"{key} = {value}" for key, value in self.set.items())
        return Text(line, line)


class GroupTarget(Record):
    """What a joint group owes: remediations a month, people, vehicles, ``hours`` of one, days apart."""

    do: Literal["group"] = "group"
    group: str
    remediations: Annotated[int, Field(ge=0, le=20)] | None = None
    heads: Count | None = None
    vehicles: Count | None = None
    hours: Hours | None = None
    days_apart: Annotated[int, Field(ge=1, le=31)] | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        words = {
            "remediations": Text("联动整治(次)", "remediations"),
            "heads": Text("目标人数", "people"),
            "vehicles": Text("目标车辆", "vehicles"),
            "hours": Text("时长(小时)", "hours"),
            "days_apart": Text("间隔(天)", "days apart"),
        }
        asked = [(text, value) for key, text in words.items() if (value := getattr(self, key)) is not None]
        zh, en = (", ".join(f"{t.get(lang)} {v:g}" for t, v in asked) for lang in ("zh", "en"))
        return Text(f"小组 {self.group}:{zh}", f"group {self.group}: {en}")


class SpotHours(Record):
    """Hours of a new hotspot: ``days`` as on the sheet (daily, workdays, Mon, ...), from ``start`` for ``hours``."""

    days: str = "daily"
    start: time
    hours: Hours
    weight: Annotated[int, Field(ge=1, le=10)] = 5


class AddHotspot(Record):
    """A new hotspot; the first squad is its host."""

    do: Literal["add_hotspot"] = "add_hotspot"
    id: str
    name: str
    squads: Annotated[tuple[str, ...], Field(min_length=1)]
    hours: Annotated[tuple[SpotHours, ...], Field(min_length=1)]
    border: BorderKind = BorderKind.NONE
    may_host: bool = False
    long_standing: bool = False
    visit_every: Hours = 2

    @property
    def said(self) -> Text:
        """The change in words."""
        return Text(f"新增热点 {self.name}", f"new hotspot {self.name}")


class RemoveHotspot(Record):
    """A hotspot less."""

    do: Literal["remove_hotspot"] = "remove_hotspot"
    hotspot: str

    @property
    def said(self) -> Text:
        """The change in words."""
        return Text(f"取消热点 {self.hotspot}", f"without hotspot {self.hotspot}")


class ScaleHotspots(Record):
    """Hotspots (all, if none is named) whose weight and wanted visits are multiplied."""

    do: Literal["scale_hotspots"] = "scale_hotspots"
    hotspots: tuple[str, ...] = ()
    weight: Factor = 1
    visits: Annotated[float, Field(gt=0, le=10)] = 1

    @property
    def said(self) -> Text:
        """The change in words."""
        zh, en = "、".join(self.hotspots) or "全部热点", ", ".join(self.hotspots) or "all hotspots"
        return Text(
            f"{zh}:权重 × {self.weight:g},到点 × {self.visits:g}",
            f"{en}: weight x {self.weight:g}, visits x {self.visits:g}",
        )


class AddPost(Record):
    """A new fixed post."""

    do: Literal["add_post"] = "add_post"
    id: str
    name: str
    squad: str
    heads: Annotated[int, Field(ge=1, le=50)]
    start: time
    hours: Hours
    days: str = "daily"
    force: Force = Force.SERVICE

    @property
    def said(self) -> Text:
        """The change in words."""
        return Text(f"新增固定岗 {self.name} {self.heads} 人", f"new post {self.name}, {self.heads} people")


class RemovePost(Record):
    """A fixed post less."""

    do: Literal["remove_post"] = "remove_post"
    post: str

    @property
    def said(self) -> Text:
        """The change in words."""
        return Text(f"取消固定岗 {self.post}", f"without post {self.post}")


class ScalePosts(Record):
    """Fixed posts (all, if none is named) whose people are multiplied, rounded half up, one at least."""

    do: Literal["scale_posts"] = "scale_posts"
    posts: tuple[str, ...] = ()
    heads: Annotated[float, Field(gt=0, le=10)]

    @property
    def said(self) -> Text:
        """The change in words."""
        zh, en = "、".join(self.posts) or "全部固定岗", ", ".join(self.posts) or "all posts"
        return Text(f"{zh}:人数 × {self.heads:g}", f"{en}: people x {self.heads:g}")


class MergeGroups(Record):
    """Several joint groups become the first of them, which keeps its target."""

    do: Literal["merge_groups"] = "merge_groups"
    groups: Annotated[tuple[str, ...], Field(min_length=2)]

    @property
    def said(self) -> Text:
        """The change in words."""
        return Text(f"合并小组 {'、'.join(self.groups)}", f"groups {', '.join(self.groups)} merged")


class SplitPart(Record):
    """One of the groups that a group is split into."""

    id: str
    members: Annotated[tuple[str, ...], Field(min_length=2)]


class SplitGroup(Record):
    """A joint group becomes several; each has the old one's target and length."""

    do: Literal["split_group"] = "split_group"
    group: str
    parts: Annotated[tuple[SplitPart, ...], Field(min_length=2)]

    @property
    def said(self) -> Text:
        """The change in words."""
        zh = " / ".join("、".join(part.members) for part in self.parts)
        en = " / ".join(", ".join(part.members) for part in self.parts)
        return Text(f"小组 {self.group} 拆为 {zh}", f"group {self.group} split into {en}")


class DissolveGroup(Record):
    """Every squad of a group alone, as before the groups.

    With ``remediations`` each squad is to hold so many of its own, at its share of the group's people and vehicles.
    """

    do: Literal["dissolve_group"] = "dissolve_group"
    group: str
    remediations: Annotated[int, Field(ge=0, le=20)] = 0

    @property
    def said(self) -> Text:
        """The change in words."""
        own = self.remediations
        zh = f",各自整治 {own} 次" if own else ",不整治"
        en = f", {own} remediation(s) of its own" if own else ", no remediations"
        return Text(f"小组 {self.group} 解散,各中队单干{zh}", f"group {self.group} dissolved, each squad alone{en}")


class MoveSquad(Record):
    """A squad goes over to another group, or to none."""

    do: Literal["move_squad"] = "move_squad"
    squad: str
    to: str | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        zh, en = (f"编入小组 {self.to}", f"moves to group {self.to}") if self.to else ("退出小组", "leaves its group")
        return Text(f"{self.squad}{zh}", f"{self.squad} {en}")


class Lend(Record):
    """A squad (a mobile one, as a rule) lends officers to another for the whole horizon."""

    do: Literal["lend"] = "lend"
    squad: str
    to: str
    officers: Annotated[int, Field(ge=1, le=MOST_OFFICERS)]
    force: Force | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        return Text(
            f"{self.squad}借给{self.to} {self.officers} 人", f"{self.squad} lends {self.officers} officers to {self.to}"
        )


class ShiftTimes(Record):
    """Other times of a shift; what is not given stays. Paid hours follow the length unless given."""

    do: Literal["shift"] = "shift"
    shift: str
    start: time | None = None
    hours: Hours | None = None
    paid_hours: Hours | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        start = f" {self.start:%H:%M}" if self.start else ""
        zh, en = (f" {self.hours:g} 小时", f" {self.hours:g} h") if self.hours else ("", "")
        return Text(f"班次 {self.shift}{start}{zh}", f"shift {self.shift}{start}{en}")


class Vehicles(Record):
    """``by`` vehicles of a kind more or fewer, in a squad or in the brigade's pool."""

    do: Literal["vehicles"] = "vehicles"
    kind: VehicleKind
    by: Annotated[int, Field(ge=-50, le=50)]
    squad: str | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        kind = KINDS[self.kind]
        return Text(f"{self.squad or '大队'}{kind.zh} {self.by:+d}", f"{self.squad or 'pool'} {kind.en}s {self.by:+d}")


class Absent(Record):
    """An officer is away, or a vehicle out of use, for the whole horizon."""

    do: Literal["absent"] = "absent"
    officer: str | None = None
    vehicle: str | None = None

    @property
    def said(self) -> Text:
        """The change in words."""
        who = self.officer or self.vehicle or ""
        return Text(f"{who} 缺勤", f"{who} absent")


Change = Annotated[
    Officers
    | SickLeave
    | Policy
    | GroupTarget
    | AddHotspot
    | RemoveHotspot
    | ScaleHotspots
    | AddPost
    | RemovePost
    | ScalePosts
    | MergeGroups
    | SplitGroup
    | DissolveGroup
    | MoveSquad
    | Lend
    | ShiftTimes
    | Vehicles
    | Absent,
    Field(discriminator="do"),
]
