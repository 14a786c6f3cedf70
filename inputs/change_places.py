"""Changes to places, times and things: hotspots, posts, shifts, vehicles, and the policy's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from domain.changes import (
    AddHotspot,
    AddPost,
    Policy,
    RemoveHotspot,
    RemovePost,
    ScaleHotspots,
    ScalePosts,
    ShiftTimes,
    SpotHours,
    Vehicles,
)
from domain.parameter import Parameter
from domain.scenario import Hotspot, HotspotHours, Post, Scenario, Vehicle
from domain.words import LockKind, ShiftKind, Text
from inputs.cells import decode_parameter
from inputs.change_error import ChangeError, known, unknown
from inputs.checks_orders import longest_window
from inputs.values import HOUR, CellError, to_day_rule, to_id, to_text

T = TypeVar("T")
MOST_WEIGHT = 10
A_PARAMETER = Text("如 R03.min_rest", "such as R03.min_rest")
SPOT, POST, SQUAD = Text("热点", "hotspot"), Text("固定岗", "post"), Text("中队", "squad")


def read(field: str, decode: Callable[[str], T], value: str) -> T:
    """Return what a text of the spec reads as, by the decoder of a cell."""
    try:
        return decode(value)
    except CellError as error:
        raise ChangeError(field, error.problem, error.expected) from error


# -- hotspots ---------------------------------------------------------------------------------------------------------


def add_hotspot(scenario: Scenario, change: AddHotspot) -> Scenario:
    """Return the scenario with a new hotspot."""
    unknown("id", change.id, scenario.hotspot_by_id, SPOT)
    for n, squad in enumerate(change.squads):
        known(f"squads.{n}", squad, scenario.squad_by_id, SQUAD)
    spot = Hotspot(
        id=read("id", to_id, change.id),
        name=read("name", to_text, change.name),
        squads=change.squads,
        border=change.border,
        hours=tuple(_hours(n, row) for n, row in enumerate(change.hours)),
        long_standing=change.long_standing,
        may_host=change.may_host,
        visit_every=_span(change.visit_every),
    )
    grown = scenario.model_copy(update={"hotspots": (*scenario.hotspots, spot)})
    group = grown.group_of(spot.squads[0])
    if spot.may_host and group is not None and longest_window(grown, spot.id, grown.dates) < group.length:
        need = f"{group.length / HOUR:g}"
        raise ChangeError(
            "may_host",
            Text(f"{spot.name}的开放时段都不足 {need} 小时", f"no window of {spot.name} has {need} h"),
            Text(f"{need} 小时的时段,或 may_host: false", f"a window of {need} h, or may_host: false"),
        )
    return grown


def _hours(n: int, row: SpotHours) -> HotspotHours:
    days = read(f"hours.{n}.days", to_day_rule, row.days)
    return HotspotHours(days=days, start=row.start, length=_span(row.hours), weight=row.weight)


def _span(hours: float) -> timedelta:
    return timedelta(minutes=round(hours * 60))


def remove_hotspot(scenario: Scenario, change: RemoveHotspot) -> Scenario:
    """Return the scenario without a hotspot and all that happens there."""
    known("hotspot", change.hotspot, scenario.hotspot_by_id, SPOT)
    gone = change.hotspot
    return scenario.model_copy(
        update={
            "hotspots": tuple(h for h in scenario.hotspots if h.id != gone),
            "referrals": tuple(r for r in scenario.referrals if r.hotspot != gone),
            "designated": tuple(d for d in scenario.designated if d.hotspot != gone),
            "presences": tuple(p for p in scenario.presences if p.hotspot != gone),
            "past_remediations": tuple(p for p in scenario.past_remediations if p.hotspot != gone),
            "locks": tuple(k for k in scenario.locks if not (k.kind is LockKind.REMEDIATION and k.place == gone)),
        }
    )


def scale_hotspots(scenario: Scenario, change: ScaleHotspots) -> Scenario:
    """Return the scenario with hotspots of other weights (1 to 10, rounded half up) and more or fewer wanted visits."""
    for n, hotspot in enumerate(change.hotspots):
        known(f"hotspots.{n}", hotspot, scenario.hotspot_by_id, SPOT)

    def scaled(spot: Hotspot) -> Hotspot:
        if change.hotspots and spot.id not in change.hotspots:
            return spot
        hours = tuple(
            row.model_copy(update={"weight": min(MOST_WEIGHT, max(1, int(row.weight * change.weight + 0.5)))})
            for row in spot.hours
        )
        every = timedelta(minutes=max(1, round(spot.visit_every / timedelta(minutes=1) / change.visits)))
        return spot.model_copy(update={"hours": hours, "visit_every": every})

    return scenario.model_copy(update={"hotspots": tuple(scaled(h) for h in scenario.hotspots)})


# -- posts ------------------------------------------------------------------------------------------------------------


def add_post(scenario: Scenario, change: AddPost) -> Scenario:
    """Return the scenario with a new fixed post."""
    for places in (scenario.post_by_id, scenario.desk_by_id, scenario.presence_by_id):
        unknown("id", change.id, places, POST)
    known("squad", change.squad, scenario.squad_by_id, SQUAD)
    post = Post(
        id=read("id", to_id, change.id),
        name=read("name", to_text, change.name),
        squad=change.squad,
        heads=change.heads,
        start=change.start,
        length=_span(change.hours),
        days=read("days", to_day_rule, change.days),
        force=change.force,
    )
    return scenario.model_copy(update={"posts": (*scenario.posts, post)})


def remove_post(scenario: Scenario, change: RemovePost) -> Scenario:
    """Return the scenario without a post and the locks on it."""
    known("post", change.post, scenario.post_by_id, POST)
    return scenario.model_copy(
        update={
            "posts": tuple(p for p in scenario.posts if p.id != change.post),
            "locks": tuple(k for k in scenario.locks if not (k.kind is LockKind.DUTY and k.place == change.post)),
        }
    )


def scale_posts(scenario: Scenario, change: ScalePosts) -> Scenario:
    """Return the scenario with more or fewer people at posts, rounded half up, one at least."""
    for n, post in enumerate(change.posts):
        known(f"posts.{n}", post, scenario.post_by_id, POST)
    return scenario.model_copy(
        update={
            "posts": tuple(
                p.model_copy(update={"heads": max(1, int(p.heads * change.heads + 0.5))})
                if not change.posts or p.id in change.posts
                else p
                for p in scenario.posts
            )
        }
    )


# -- shifts and vehicles ----------------------------------------------------------------------------------------------


def shift_times(scenario: Scenario, change: ShiftTimes) -> Scenario:
    """Return the scenario with other times of a shift; shifts already worked keep their date and get the new times."""
    known("shift", change.shift, scenario.shift_by_id, Text("班次", "shift"))
    old = scenario.shift_by_id[change.shift]
    length = old.length if change.hours is None else _span(change.hours)
    unpaid = old.length - old.paid if old.kind is not ShiftKind.NIGHT else length - min(length, old.paid)
    paid = max(timedelta(0), length - unpaid) if change.paid_hours is None else _span(change.paid_hours)
    if paid > length:
        raise ChangeError(
            "paid_hours",
            Text(f"{old.name}的计薪工时长于班次", f"{old.name} would be paid longer than it lasts"),
            Text(f"至多 {length / HOUR:g}", f"{length / HOUR:g} at most"),
        )
    new = old.model_copy(update={"start": change.start or old.start, "length": length, "paid": paid})
    return scenario.model_copy(update={"shifts": tuple(new if s.id == old.id else s for s in scenario.shifts)})


def vehicles(scenario: Scenario, change: Vehicles) -> Scenario:
    """Return the scenario with vehicles of a kind more, or fewer (the last of the input first)."""
    if change.squad is not None:
        known("squad", change.squad, scenario.squad_by_id, SQUAD)
    there = [v for v in scenario.vehicles if v.kind is change.kind and v.squad == change.squad]
    if change.by < 0:
        if -change.by > len(there):
            raise ChangeError(
                "by",
                Text(f"这样的车只有 {len(there)} 辆", f"there are {len(there)} such vehicles"),
                Text(f"至多减 {len(there)}", f"{len(there)} fewer at most"),
            )
        gone = {v.id for v in there[change.by :]}
        return scenario.model_copy(update={"vehicles": tuple(v for v in scenario.vehicles if v.id not in gone)})
    taken = set(scenario.vehicle_by_id)
    names = [name for n in range(1, len(taken) + change.by + 1) if (name := f"新车{n}") not in taken][: change.by]
    new = (Vehicle(id=name, name=name, kind=change.kind, squad=change.squad) for name in names)
    return scenario.model_copy(update={"vehicles": (*scenario.vehicles, *new)})


# -- policy -----------------------------------------------------------------------------------------------------------


def policy(scenario: Scenario, change: Policy, parameters: Sequence[tuple[str, Parameter]]) -> Scenario:
    """Return the scenario with other policy values, written and bounded as on the policy sheet."""
    by_name: Mapping[str, Parameter] = {f"{rule}.{parameter.key}": parameter for rule, parameter in parameters}
    values = dict(scenario.policy)
    wrong: list[ChangeError] = []
    for key, entered in change.set.items():
        if key not in by_name:
            near = [name for name in by_name if name.startswith(key.split(".", maxsplit=1)[0])]
            expected = Text("、".join(near), ", ".join(near)) if near else A_PARAMETER
            wrong.append(ChangeError(f"set.{key}", Text(f"没有参数 {key}", f"there is no parameter {key}"), expected))
            continue
        try:
            values[key] = decode_parameter(by_name[key], entered)
        except CellError as error:
            wrong.append(ChangeError(f"set.{key}", error.problem, error.expected))
            continue
        if values[key] == by_name[key].default:
            del values[key]
    if wrong:
        first, *others = wrong
        raise ChangeError(first.field, first.problem, first.expected, others)
    return scenario.model_copy(update={"policy": values})
