"""A scenario cut down to one squad or one group, for `--squad` and `--group`."""

from __future__ import annotations

from collections.abc import Collection

from domain.problem import InputError, Problem
from domain.scenario import Group, Scenario
from domain.words import LockKind, Text
from scheduler.progress import Options


def restricted(scenario: Scenario, options: Options) -> Scenario:
    """Return the part of a scenario that the options ask for; all of it by default.

    A squad alone has no group: remediations are only those locked or ordered that it takes part in, R12 and R13 are not
    judged. A group comes in full, without the mobile squads, whose people the brigade distributes.
    """
    if options.squad is not None:
        squad = _one(options.squad, {s.id: s.name for s in scenario.squads}, Text("中队", "squad"))
        group = scenario.group_of(squad)
        alone = group and group.model_copy(update={"members": (squad,), "convener": squad, "min_remediations": 0})
        return narrowed(scenario, {squad}, (alone,) if alone else ())
    if options.group is not None:
        gid = _one(options.group, {g.id: g.name for g in scenario.groups}, Text("联动小组", "group"))
        group = scenario.group_by_id[gid]
        return narrowed(scenario, set(group.members), (group,))
    return scenario


def _one(asked: str, names: dict[str, str], what: Text) -> str:
    found = [key for key, name in names.items() if asked in (key, name)]
    if len(found) == 1:
        return found[0]
    known = "、".join(names)
    raise InputError(
        (
            Problem(
                text=Text(
                    f"没有编号或名称为「{asked}」的{what.zh};有:{known}", f"No {what.en} {asked!r}; there are: {known}"
                ),
                read=asked,
            ),
        )
    )


def narrowed(scenario: Scenario, squads: Collection[str], groups: tuple[Group, ...]) -> Scenario:
    """Return the scenario of some squads and groups; what concerns nobody of them is left out."""

    def keep(members: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(s for s in members if s in squads)

    officers = tuple(o for o in scenario.officers if o.squad in squads)
    ids = {o.id for o in officers}
    group_ids = {g.id for g in groups}
    hotspots = tuple(h.model_copy(update={"squads": keep(h.squads)}) for h in scenario.hotspots if keep(h.squads))
    places = {h.id for h in hotspots}
    return scenario.model_copy(
        update={
            "squads": tuple(s for s in scenario.squads if s.id in squads),
            "groups": groups,
            "officers": officers,
            "shifts": tuple(
                s.model_copy(update={"squads": keep(s.squads)})
                for s in scenario.shifts
                if not s.squads or keep(s.squads) or s.id in {p.shift for p in scenario.past_shifts if p.officer in ids}
            ),
            "posts": tuple(p for p in scenario.posts if p.squad in squads),
            "desks": tuple(d.model_copy(update={"squads": keep(d.squads)}) for d in scenario.desks if keep(d.squads)),
            "hotspots": hotspots,
            "referrals": tuple(r for r in scenario.referrals if r.hotspot in places and r.squad in squads),
            "vehicles": tuple(v for v in scenario.vehicles if v.squad is None or v.squad in squads),
            "absences": tuple(a for a in scenario.absences if a.officer in ids),
            "requests": tuple(r for r in scenario.requests if r.officer in ids),
            "locks": tuple(
                lock
                for lock in scenario.locks
                if (lock.kind is LockKind.REMEDIATION and lock.group in group_ids) or lock.officer in ids
            ),
            "designated": tuple(
                d.model_copy(update={"squads": keep(d.squads)})
                for d in scenario.designated
                if keep(d.squads) and d.group in group_ids and d.hotspot in places
            ),
            "presences": tuple(
                p.model_copy(update={"squads": keep(p.squads)})
                for p in scenario.presences
                if keep(p.squads) and p.hotspot in places
            ),
            "past_shifts": tuple(p for p in scenario.past_shifts if p.officer in ids),
            "past_remediations": tuple(
                p for p in scenario.past_remediations if p.hotspot in places and p.host in squads
            ),
        }
    )
