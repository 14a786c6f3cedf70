"""A scenario cut down to one squad or one group, for `--squad` and `--group`.

What is left is a scenario of its own: it names nobody and nothing that is not in it, so a roster workbook can carry it
and read it back; only a shift that is there for the sake of the past keeps the squads that use it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.problem import InputError, Problem
from domain.scenario import Designated, Desk, Group, Hotspot, Lock, Officer, Presence, Request, Scenario, Shift
from domain.words import DutyKind, LockKind, Text
from scheduler.progress import Options


def restricted(scenario: Scenario, options: Options) -> Scenario:
    """Return the part of a scenario that the options ask for; all of it by default. Doing it twice changes nothing.

    A squad alone is a group of its own that owes no remediation: remediations are only those locked or ordered that it
    takes part in, with its share of their people and vehicles; R12 has nothing to judge. A group comes in full, without
    the mobile squads, whose people the brigade distributes.
    """
    if options.squad is not None:
        squad = _one(options.squad, {s.id: s.name for s in scenario.squads}, Text("中队", "squad"))
        group = scenario.group_of(squad)
        return narrowed(scenario, {squad}, (_alone(scenario, group, squad),) if group else ())
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


def _alone(scenario: Scenario, group: Group, squad: str) -> Group:
    return group.model_copy(
        update={
            "members": (squad,),
            "convener": squad,
            "min_remediations": 0,
            "target_heads": _share(scenario, group.target_heads, group.members, {squad}),
            "target_vehicles": _share(scenario, group.target_vehicles, group.members, {squad}),
        }
    )


def _share(scenario: Scenario, wanted: int, squads: Sequence[str], kept: Collection[str]) -> int:
    """Return how much of what some squads send falls on those kept, by the number of officers, rounded up."""
    total = sum(len(scenario.officers_of(squad)) for squad in squads)
    here = sum(len(scenario.officers_of(squad)) for squad in squads if squad in kept)
    return -(-wanted * here // total) if total else wanted


def narrowed(scenario: Scenario, squads: Collection[str], groups: tuple[Group, ...]) -> Scenario:
    """Return the scenario of some squads and groups; what concerns nobody of them is left out."""
    people = [o for o in scenario.officers if o.squad in squads]
    ids, group_ids = {o.id for o in people}, {g.id for g in groups}
    past_shifts = tuple(p for p in scenario.past_shifts if p.officer in ids)
    shifts = _shifts(scenario, squads, {p.shift for p in past_shifts})
    shift_ids = {s.id for s in shifts}
    hotspots = tuple(_hotspot(h, squads) for h in scenario.hotspots if set(h.squads) & set(squads))
    spots = {h.id for h in hotspots}
    posts = tuple(p for p in scenario.posts if p.squad in squads)
    desks = tuple(d for desk in scenario.desks if (d := _desk(desk, squads, people)) is not None)
    presences = tuple(_presence(scenario, p, squads) for p in scenario.presences if p.hotspot in spots)
    presences = tuple(p for p in presences if p.squads)
    places = {None, *spots, *(p.id for p in posts), *(d.id for d in desks), *(p.id for p in presences)}
    return scenario.model_copy(
        update={
            "squads": tuple(s for s in scenario.squads if s.id in squads),
            "groups": groups,
            "officers": tuple(_officer(o, shift_ids) for o in people),
            "shifts": shifts,
            "posts": posts,
            "desks": desks,
            "hotspots": hotspots,
            "referrals": tuple(r for r in scenario.referrals if r.hotspot in spots and r.squad in squads),
            "vehicles": tuple(v for v in scenario.vehicles if v.squad is None or v.squad in squads),
            "absences": tuple(a for a in scenario.absences if a.officer in ids),
            "requests": tuple(r for r in scenario.requests if r.officer in ids and _can_be_met(r, shift_ids)),
            "locks": tuple(k for k in scenario.locks if _concerns(k, ids, group_ids) and k.place in places),
            "designated": tuple(
                _order(scenario, d, squads, ids)
                for d in scenario.designated
                if set(d.squads) & set(squads) and d.group in group_ids and d.hotspot in spots
            ),
            "presences": presences,
            "limits": tuple(x for x in scenario.limits if x.officer in ids),
            "shift_caps": tuple(c for c in scenario.shift_caps if c.officer in ids and c.shift in shift_ids),
            "successions": tuple(x for x in scenario.successions if {x.first, x.then} <= shift_ids),
            "covers": tuple(c for c in scenario.covers if c.squad in squads),
            "turns": tuple(t for t in scenario.turns if t.squad in squads),
            "published": tuple(p for p in scenario.published if p.officer in ids),
            "past_shifts": past_shifts,
            "past_remediations": tuple(
                p
                for p in scenario.past_remediations
                if p.hotspot in spots and p.host in squads and p.group in group_ids
            ),
        }
    )


def _only(ids: Sequence[str], kept: Collection[str]) -> tuple[str, ...]:
    return tuple(one for one in ids if one in kept)


def _shifts(scenario: Scenario, squads: Collection[str], worked: Collection[str]) -> tuple[Shift, ...]:
    """Return the shifts of the squads, and those of others that somebody of them has worked before."""
    return tuple(
        s.model_copy(update={"squads": _only(s.squads, squads) or s.squads})
        for s in scenario.shifts
        if not s.squads or _only(s.squads, squads) or s.id in worked
    )


def _officer(officer: Officer, shifts: Collection[str]) -> Officer:
    return officer.model_copy(update={"barred_shifts": _only(officer.barred_shifts, shifts)})


def _hotspot(hotspot: Hotspot, squads: Collection[str]) -> Hotspot:
    """Return the hotspot of the squads kept; only its own host chooses it for a monthly remediation."""
    may_host = hotspot.may_host and hotspot.squads[0] in squads
    return hotspot.model_copy(update={"squads": _only(hotspot.squads, squads), "may_host": may_host})


def _desk(desk: Desk, squads: Collection[str], people: Sequence[Officer]) -> Desk | None:
    """Return the desk of the squads kept; None if they have no certified pair for it."""
    mine = _only(desk.squads, squads)
    able = sum(o.certified and DutyKind.DESK not in o.barred_duties for o in people if o.squad in mine)
    return desk.model_copy(update={"squads": mine}) if able >= 2 else None


def _presence(scenario: Scenario, presence: Presence, squads: Collection[str]) -> Presence:
    heads = _share(scenario, presence.heads, presence.squads, squads)
    return presence.model_copy(update={"squads": _only(presence.squads, squads), "heads": heads})


def _order(scenario: Scenario, order: Designated, squads: Collection[str], officers: Collection[str]) -> Designated:
    return order.model_copy(
        update={
            "squads": _only(order.squads, squads),
            "heads": _share(scenario, order.heads, order.squads, squads),
            "vehicles": _share(scenario, order.vehicles, order.squads, squads),
            "commander": order.commander if order.commander in officers else None,
            "lead": order.lead if order.lead in squads else None,
        }
    )


def _can_be_met(request: Request, shifts: Collection[str]) -> bool:
    return request.shift is None or request.shift in shifts


def _concerns(lock: Lock, officers: Collection[str], groups: Collection[str]) -> bool:
    return lock.group in groups if lock.kind is LockKind.REMEDIATION else lock.officer in officers
