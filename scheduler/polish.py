"""Lines moved about beneath the heads of a part: persons' wishes are met better, and all that looks at heads stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import inf

from constraints.base import OfficerClass, RosterModel, Rule
from domain.calendar import ShiftDay, overlaps
from domain.scenario import Officer, Scenario
from scheduler.build import Built, build
from scheduler.decided import Decided
from scheduler.duties import decisive
from scheduler.job import Job
from scheduler.kinds import Busy, needed_of
from scheduler.parallel import stopped_here
from scheduler.parts import DECIDING, Clock
from scheduler.solve import solve

FEW, POLISH_POWER, POLISH_LEAST_SECONDS = 3, 1.5, 0.05
"""Up to so many officers of a class have their best lines proven, the others have theirs bettered; each class gets time
by this power of its officers, and no less than so many seconds."""


def polished(scenario: Scenario, job: Job, clock: Clock, known: Decided) -> Decided:
    """Move the lines about beneath the heads for the rest of the time; all else stays.

    Class by class, small ones first: as each keeps its heads, hardly anything but the spread of a squad (S05) ties
    classes together.
    """
    built, mine, best = same_heads(scenario, job, known), Clock(clock.rest()), inf
    left = sorted(built.model.members.values(), key=len)
    while left:
        sizes = [len(members) ** POLISH_POWER for members in left]
        rest = mine.rest(sizes[0] / sum(sizes), least=POLISH_LEAST_SECONDS)
        if rest.deterministic is not None:
            rest = replace(rest, deterministic=rest.deterministic * sizes[0] / sum(sizes))
        members = left.pop(0)
        few = len(members) <= FEW
        rest = replace(rest, light=few, polish=not few, threads=1 if few else rest.threads)
        found = solve(_one_class(built, members, known), rest, known=known, stopped=stopped_here)
        if found.decided is not None and found.cost is not None and found.cost <= best:
            known = replace(found.decided, staff=known.staff, visits=known.visits, uses=known.uses)
            best = found.cost
    return known


def _one_class(built: Built, members: Sequence[Officer], known: Decided) -> Built:
    """Return a model of lines in which those of the others are as known."""
    inside = {o.id for o in members}
    found = built.copy()
    for (oid, shift), literal in built.model.works.items():
        if oid not in inside and not isinstance(literal, int):
            found.model.cp.add(literal == int((oid, shift) in known.shifts))
    return found


def at_work(people: Mapping[OfficerClass, Sequence[Officer]], known: Decided) -> Counter[tuple[OfficerClass, ShiftDay]]:
    """Return how many of each class work each shift."""
    group_of = {o.id: group for group, members in people.items() for o in members}
    return Counter((group_of[oid], shift) for oid, shift in known.shifts)


def of_lines(scenario: Scenario, job: Job, rules: Sequence[Rule]) -> Built:
    """Build the lines with duties where they say who may work, and nowhere else."""
    near = decisive(scenario, job)
    return build(scenario, rules, squads=job.squads, candidates=job.candidates, frozen=job.frozen, near=near)


def same_heads(scenario: Scenario, job: Job, known: Decided, free: Collection[date] = ()) -> Built:
    """Build the lines with the heads as they are: whoever works, every class keeps its heads in every shift.

    So the duties stay as they are, and only what looks at persons changes. Participants of remediations stay, not
    their vehicles: each unit has chosen its own without a look at the others', and all of them together may be too
    many. Heads that do nothing may come and go. On the dates ``free`` any number may work.
    """
    rules: list[Rule] = [r for r in DECIDING if r.id == "R01" or not r.by_class]
    built = of_lines(scenario, job, rules)
    model = built.model
    job.hold(model)
    heads = at_work(model.members, known)
    needed = _needed(model, known, heads)
    for group, members in model.members.items():
        for shift in model.shift_days(members[0]):
            if shift.day >= model.days[0] and shift.day not in free:
                works = sum(model.works[o.id, shift] for o in members)
                least = needed.get((group, shift), 0)
                model.cp.add(works >= least)
                if least == heads[group, shift]:
                    model.cp.add(works <= least)
    for pair, literal in model.joins.items():
        if not isinstance(literal, int):
            model.cp.add(literal == int(pair in known.joins))
    for key, var in model.staff.items():
        model.cp.add(var == known.staff.get(key, 0))
    return built


def _needed(
    model: RosterModel, known: Decided, heads: Mapping[tuple[OfficerClass, ShiftDay], int]
) -> dict[tuple[OfficerClass, ShiftDay], int]:
    """Return the heads that do something; who is at a remediation does."""
    busy: Busy = defaultdict(lambda: defaultdict(int))
    for (group, period, _), n in known.staff.items():
        busy[group][period] += n
    for group, members in model.members.items():
        mine = {o.id for o in members}
        for c in model.candidates:
            sent = sum(1 for oid, cid in known.joins if cid == c.id and oid in mine)
            for period in model.periods[group.squad]:
                if sent and overlaps(period.start, period.end, c.start, c.end):
                    busy[group][period] += sent
    visiting = {(squad, window.day) for (squad, window), visits in known.visits.items() if visits}
    return needed_of(heads, busy, visiting)
