"""Changes to who acts with whom: what a group owes, and groups merged, split, dissolved or joined by a squad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.changes import DissolveGroup, GroupTarget, MergeGroups, MoveSquad, SplitGroup
from domain.scenario import Designated, Group, Hotspot, Lock, PastRemediation, Scenario
from domain.words import LockKind, Text
from inputs.change_error import ChangeError, known, unknown
from inputs.change_places import read
from inputs.checks_orders import longest_window
from inputs.values import HOUR, to_id

T = TypeVar("T", Lock, Designated, PastRemediation)
GROUP = Text("联动小组", "joint group")


def group_target(scenario: Scenario, change: GroupTarget) -> Scenario:
    """Return the scenario with another target of a group."""
    known("group", change.group, scenario.group_by_id, GROUP)
    fields = {
        "min_remediations": change.remediations,
        "target_heads": change.heads,
        "target_vehicles": change.vehicles,
        "length": None if change.hours is None else change.hours * HOUR,
        "days_apart": change.days_apart,
    }
    new = scenario.group_by_id[change.group].model_copy(
        update={key: value for key, value in fields.items() if value is not None}
    )
    return regrouped(scenario, [new if g.id == new.id else g for g in scenario.groups])


def merge_groups(scenario: Scenario, change: MergeGroups) -> Scenario:
    """Return the scenario with several groups as one, called and asked as the first of them."""
    for n, gid in enumerate(change.groups):
        known(f"groups.{n}", gid, scenario.group_by_id, GROUP)
    if len(set(change.groups)) < len(change.groups):
        raise ChangeError("groups", Text("同一小组写了两次", "a group is named twice"))
    first, *others = (scenario.group_by_id[gid] for gid in change.groups)
    members = first.members + tuple(squad for group in others for squad in group.members)
    merged = first.model_copy(update={"members": members})
    gone = {group.id for group in others}
    return regrouped(scenario, [merged if g.id == merged.id else g for g in scenario.groups if g.id not in gone])


def split_group(scenario: Scenario, change: SplitGroup) -> Scenario:
    """Return the scenario with a group as several; members named in none of them are in no group."""
    known("group", change.group, scenario.group_by_id, GROUP)
    old = scenario.group_by_id[change.group]
    seen: set[str] = set()
    parts: list[Group] = []
    for n, part in enumerate(change.parts):
        if part.id != old.id:
            unknown(f"parts.{n}.id", part.id, [*scenario.group_by_id, *(p.id for p in parts)], GROUP)
        for squad in part.members:
            known(f"parts.{n}.members", squad, old.members, Text(f"小组 {old.id} 的成员", f"member of {old.id}"))
            if squad in seen:
                raise ChangeError(
                    f"parts.{n}.members", Text(f"{squad} 写在两个小组中", f"{squad} is in two of the parts")
                )
            seen.add(squad)
        convener = old.convener if old.convener in part.members else part.members[0]
        pid = read(f"parts.{n}.id", to_id, part.id)
        name = old.name if pid == old.id else pid
        parts.append(old.model_copy(update={"id": pid, "name": name, "members": part.members, "convener": convener}))
    groups = [new for g in scenario.groups for new in (parts if g.id == old.id else [g])]
    return regrouped(scenario, groups)


def dissolve_group(scenario: Scenario, change: DissolveGroup) -> Scenario:
    """Return the scenario with every squad of a group alone: a group of one, as when a squad is rostered by itself.

    Squads that are to hold remediations of their own hold them at their share, by size, of people and vehicles.
    Locked remediations fall away unless the squads hold some.
    """
    known("group", change.group, scenario.group_by_id, GROUP)
    old = scenario.group_by_id[change.group]
    total = sum(len(scenario.officers_of(squad)) for squad in old.members) or 1
    alone: list[Group] = []
    for squad in old.members:
        size = len(scenario.officers_of(squad))
        alone.append(
            old.model_copy(
                update={
                    "id": f"{old.id}-{squad}",
                    "name": scenario.squad_by_id[squad].name,
                    "members": (squad,),
                    "convener": squad,
                    "min_remediations": change.remediations,
                    "target_heads": -(-old.target_heads * size // total),
                    "target_vehicles": -(-old.target_vehicles * size // total),
                }
            )
        )
    if not change.remediations:
        locks = tuple(k for k in scenario.locks if k.kind is not LockKind.REMEDIATION or k.group != old.id)
        scenario = scenario.model_copy(update={"locks": locks})
    return regrouped(scenario, [new for g in scenario.groups for new in (alone if g.id == old.id else [g])])


def move_squad(scenario: Scenario, change: MoveSquad) -> Scenario:
    """Return the scenario with a squad in another group, or in none."""
    known("squad", change.squad, scenario.squad_by_id, Text("中队", "squad"))
    if change.to is not None:
        known("to", change.to, scenario.group_by_id, GROUP)
    old = scenario.group_of(change.squad)
    if (old.id if old else None) == change.to:
        raise ChangeError("to", Text(f"{change.squad} 已在那里", f"{change.squad} is there already"))
    groups: list[Group] = []
    for group in scenario.groups:
        members = tuple(s for s in group.members if s != change.squad)
        if group.id == change.to:
            members = (*members, change.squad)
        if group == old and len(members) < 2:
            raise ChangeError(
                "squad",
                Text(f"小组 {group.id} 只剩一个中队", f"group {group.id} would be left with one squad"),
                Text("改用 dissolve_group", "dissolve_group instead"),
            )
        convener = group.convener if group.convener in members else members[0]
        groups.append(group.model_copy(update={"members": members, "convener": convener}))
    return regrouped(scenario, groups)


def regrouped(scenario: Scenario, groups: Sequence[Group]) -> Scenario:
    """Return the scenario with these groups; whatever names a group follows the squad that hosts it.

    What has no group left falls away. A hotspot whose windows are too short for its group hosts no longer.
    """
    new = scenario.model_copy(update={"groups": tuple(groups)})

    def home(group: str | None, host: str) -> str | None:
        if group in new.group_by_id and host in new.group_by_id[group].members:
            return group
        found = new.group_of(host)
        return found.id if found else None

    def host_at(hotspot: str, group: str | None) -> str:
        before = scenario.group_by_id.get(group or "")
        squads = scenario.hotspot_by_id[hotspot].squads
        return next((s for s in squads if before is not None and s in before.members), squads[0])

    def follows(rows: Sequence[T], at: Callable[[T], str]) -> tuple[T, ...]:
        found = []
        for row in rows:
            group = home(row.group, at(row))
            if group is not None:
                found.append(row.model_copy(update={"group": group}))
        return tuple(found)

    places = [k for k in scenario.locks if k.kind is LockKind.REMEDIATION and k.place is not None]
    moved = {k.id: k for k in follows(places, lambda k: host_at(k.place or "", k.group))}
    return new.model_copy(
        update={
            "locks": tuple(
                moved.get(k.id, k) for k in scenario.locks if k.kind is not LockKind.REMEDIATION or k.id in moved
            ),
            "designated": follows(scenario.designated, lambda d: host_at(d.hotspot, d.group)),
            "past_remediations": follows(scenario.past_remediations, lambda p: p.host),
            "hotspots": tuple(_hosting(new, spot) for spot in new.hotspots),
        }
    )


def _hosting(scenario: Scenario, spot: Hotspot) -> Hotspot:
    group = scenario.group_of(spot.squads[0])
    if not spot.may_host or group is None or longest_window(scenario, spot.id, scenario.dates) >= group.length:
        return spot
    return spot.model_copy(update={"may_host": False})
