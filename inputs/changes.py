"""Applies changes to a scenario, one kind a function; what cannot be is a ChangeError of the field to blame."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from domain import changes as kinds
from domain.changes import Change
from domain.parameter import Parameter
from domain.scenario import Scenario
from domain.words import DutyKind, Text
from inputs import change_groups, change_people, change_places

APPLY: Mapping[type[Any], Callable[[Scenario, Any], Scenario]] = {
    kinds.Officers: change_people.officers,
    kinds.Lend: change_people.lend,
    kinds.Absent: change_people.absent,
    kinds.AddHotspot: change_places.add_hotspot,
    kinds.RemoveHotspot: change_places.remove_hotspot,
    kinds.ScaleHotspots: change_places.scale_hotspots,
    kinds.AddPost: change_places.add_post,
    kinds.RemovePost: change_places.remove_post,
    kinds.ScalePosts: change_places.scale_posts,
    kinds.ShiftTimes: change_places.shift_times,
    kinds.Vehicles: change_places.vehicles,
    kinds.GroupTarget: change_groups.group_target,
    kinds.MergeGroups: change_groups.merge_groups,
    kinds.SplitGroup: change_groups.split_group,
    kinds.DissolveGroup: change_groups.dissolve_group,
    kinds.MoveSquad: change_groups.move_squad,
}
"""What applies each kind of change that needs nothing else."""


def changed(
    scenario: Scenario, change: Change, parameters: Sequence[tuple[str, Parameter]], *, sample: int = 0
) -> Scenario:
    """Return the scenario with a change made; ``sample`` numbers the dice of random sick leave.

    Raises
    ------
    ChangeError
        If the change names what is not there or asks for what cannot be.
    """
    if isinstance(change, kinds.SickLeave):
        return change_people.sick_leave(scenario, change, sample)
    if isinstance(change, kinds.Policy):
        return change_places.policy(scenario, change, parameters)
    return APPLY[type(change)](scenario, change)


def undoable(scenario: Scenario, squads: Collection[str]) -> list[Text]:
    """Return why these squads cannot be rostered at all: nobody left, nobody for a post, no pair for a desk."""
    found: list[Text] = []
    for squad in scenario.squads:
        if squad.id in squads and not scenario.officers_of(squad.id):
            found.append(Text(f"{squad.name}没有人了", f"{squad.name} has nobody left"))
    for post in scenario.posts:
        able = (
            o.force.rank >= post.force.rank and DutyKind.POST not in o.barred_duties
            for o in scenario.officers_of(post.squad)
        )
        if post.squad in squads and not any(able):
            found.append(Text(f"{post.name}({post.id})无人可站", f"nobody may stand at {post.name} ({post.id})"))
    for desk in scenario.desks:
        mine = [s for s in desk.squads if s in squads]
        people = (o for squad in mine for o in scenario.officers_of(squad))
        if mine and sum(o.certified and DutyKind.DESK not in o.barred_duties for o in people) < 2:
            found.append(
                Text(f"{desk.name}({desk.id})凑不齐两名持证队员", f"{desk.name} ({desk.id}) has no certified pair left")
            )
    return found


def part_squads(scenario: Scenario, groups: Collection[str], squads: Collection[str]) -> frozenset[str]:
    """Return the squads of the part looked at: those of some groups and some more; all where nothing is named."""
    if not groups and not squads:
        return frozenset(scenario.squad_by_id)
    members = {s for gid in groups for s in scenario.group_by_id[gid].members}
    return frozenset(members | set(squads))


def outside(scenario: Scenario, squads: Collection[str]) -> list[Text]:
    """Return which groups lie only partly among the squads looked at, and so cannot be rostered with them."""
    found: list[Text] = []
    for group in scenario.groups:
        inside = [s for s in group.members if s in squads]
        if inside and len(inside) < len(group.members) and len(squads) > 1:
            others = [s for s in group.members if s not in squads]
            found.append(
                Text(
                    f"小组 {group.id} 的 {'、'.join(others)} 不在所看的范围内,请写进 groups 或 squads",
                    f"{', '.join(others)} of group {group.id} are not in the part looked at; name them in groups or "
                    "squads",
                )
            )
    return found
