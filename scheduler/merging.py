"""From the decisions of a repaired part back to a roster: who keeps his duties has the same, the others are named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from constraints.base import Candidate
from constraints.s04_holding import holdings
from domain.calendar import overlaps
from domain.roster import Assignment, Duty, Holding, Remediation, Roster, VehicleUse
from domain.scenario import Officer, Scenario
from domain.words import DutyKind, Rank
from outputs.visible import joined
from scheduler.changes import Ask
from scheduler.decided import Decided, as_remediation, drivers, visits_of
from scheduler.finish import with_holdings
from scheduler.levels import Repaired
from scheduler.naming import Namer
from scheduler.parts import NAMING
from scheduler.published import heads

Key = tuple[str, date]


def merged(repaired: Repaired) -> Roster:
    """Return the roster that the part was repaired in, with the part's shifts, duties, visits and remediations new."""
    part, decided = repaired.part, repaired.decided
    ask, scenario = part.ask, part.ask.scenario
    inside = {o.id for o in part.built.model.officers}
    given = ask.given
    shifts = [a for a in given.shifts if a.officer not in inside]
    shifts += [Assignment(officer=oid, day=shift.day, shift=shift.shift) for oid, shift in decided.shifts]
    remediations = _remediations(scenario, ask, decided, part.candidates, inside)
    roster = Roster(
        shifts=tuple(shifts),
        duties=(*(d for d in given.duties if d.officer not in inside), *_duties(repaired)),
        visits=(*(v for v in given.visits if v.squad not in ask.squads), *visits_of(decided)),
        remediations=remediations,
    )
    return _held(scenario, roster, ask)


# -- duties -------------------------------------------------------------------------------------------------------


def _duties(repaired: Repaired) -> list[Duty]:
    part = repaired.part
    ask = part.ask
    found: list[Duty] = []
    named: set[Key] = set()
    for oid, shift in repaired.decided.shifts:
        key = oid, shift.day
        if not ask.open(shift.day) or key in part.stays:
            found += [d for d in ask.given.duties_of(oid) if d.day == shift.day]
        elif key in repaired.kept:
            found += [d for d in ask.published.duties_of(oid) if d.day == shift.day]
        else:
            named.add(key)
    return found + _named(repaired, named)


def _named(repaired: Repaired, named: Collection[Key]) -> list[Duty]:
    """Name the duties of those who do not keep theirs: what the others leave of the heads."""
    part, decided = repaired.part, repaired.decided
    staying = {key: part.was.doing[key] for key in repaired.kept}
    staying |= {key: part.now.doing[key] for key in part.stays}
    staying |= {key: rows for key, rows in part.now.doing.items() if not part.ask.open(key[1])}
    taken = heads(part.ask.scenario, staying)
    rest = replace(
        decided,
        shifts=frozenset((oid, shift) for oid, shift in decided.shifts if (oid, shift.day) in named),
        staff={key: left for key, n in decided.staff.items() if (left := n - taken.get(key, 0)) > 0},
    )
    found: list[Duty] = []
    for squad in part.ask.squads:
        namer = Namer(part.ask.scenario, squad, rest.only(part.ask.scenario, (squad,)), part.candidates)
        found += namer.duties(part.built.model.periods[squad], NAMING, lambda: True)
    return found


def _held(scenario: Scenario, roster: Roster, ask: Ask) -> Roster:
    """Charge patrols with the holding windows of the part's squads that have lost their pair, and no others."""
    owed = holdings(scenario, roster)
    home = {o.id: o.squad for o in scenario.officers}
    mine = [d for d in roster.duties if home.get(d.officer) in ask.squads]
    at: dict[tuple[str, str, date], list[Duty]] = defaultdict(list)
    for duty in mine:
        if duty.kind is DutyKind.HOLDING:
            at[home[duty.officer], duty.place or "", duty.start.date()].append(duty)
    wanted: list[Holding] = []
    stay = {d for d in mine if d.kind is DutyKind.HOLDING and not ask.open(d.day)}
    for holding in (h for h in owed if h.squad in ask.squads and h.reached and ask.open(h.day)):
        windows = scenario.open_windows(holding.hotspot, holding.day)
        window = next((w for w in windows if holding.start in (None, w.start)), None)
        if window is None:
            continue
        near = at[holding.squad, holding.hotspot, holding.day]
        there = [d for d in near if overlaps(d.start, d.end, window.start, window.end)]
        if len({d.officer for d in there}) >= 2:
            stay.update(there)
        else:
            wanted.append(holding)
    free = [
        d.model_copy(update={"kind": DutyKind.PATROL, "place": None})
        if d.kind is DutyKind.HOLDING and d not in stay
        else d
        for d in mine
    ]
    charged = with_holdings(scenario, roster.model_copy(update={"duties": joined(free)}), wanted)
    others = [d for d in roster.duties if home.get(d.officer) not in ask.squads]
    return roster.model_copy(update={"duties": (*others, *charged), "holdings": owed})


# -- remediations -------------------------------------------------------------------------------------------------


def _remediations(
    scenario: Scenario, ask: Ask, decided: Decided, candidates: Sequence[Candidate], inside: Collection[str]
) -> tuple[Remediation, ...]:
    """Return the remediations with the people the part sends now; roles and vehicles stay where they can."""
    before = {r.id: r for r in ask.given.remediations}
    here = {c.id: c for c in candidates}
    found = [r for r in ask.given.remediations if r.id not in here]
    for c in candidates:
        was = before.get(c.id)
        there = {oid for oid, cid in decided.joins if cid == c.id}
        there |= {p for p in (was.participants if was else ()) if p not in inside}
        if there:
            people = [o for o in scenario.officers if o.id in there]
            meant = [vehicle for vehicle, cid in decided.uses if cid == c.id]
            away = {vehicle for vehicle, cid in decided.uses if cid != c.id and _meet(c, here[cid])}
            away |= {use.vehicle for r in found if _meet(c, r) for use in r.vehicles}
            found.append(_remediation(scenario, c, was, people, [v for v in meant if v not in away], away))
    return tuple(sorted(found, key=lambda r: (r.start, r.id)))


def _meet(a: Candidate, b: Candidate | Remediation) -> bool:
    return overlaps(a.start, a.end, b.start, b.end)


def _remediation(
    scenario: Scenario,
    c: Candidate,
    was: Remediation | None,
    people: Sequence[Officer],
    meant: Sequence[str],
    away: Collection[str],
) -> Remediation:
    """Return a remediation with roles and vehicles: ``meant`` by the solver, never those ``away`` meanwhile."""
    there = {o.id for o in people}
    leaders = sorted((o for o in people if o.squad == c.host and o.leads), key=lambda o: o.rank is not Rank.LEADER)
    commander = c.commander or (leaders[0].id if leaders else people[0].id)
    if was is not None and was.commander in there and c.commander is None:
        commander = was.commander
    order_of = next((d for d in scenario.designated if d.id == c.designated), None)
    group = scenario.group_by_id.get(c.group)
    lead = (order_of.lead if order_of else None) or (was.lead if was else None) or (group.convener if group else c.host)
    used = _vehicles(scenario, c, was, people, commander, meant, away)
    return as_remediation(c, lead, commander, [o.id for o in people], used)


def _vehicles(
    scenario: Scenario,
    c: Candidate,
    was: Remediation | None,
    people: Sequence[Officer],
    commander: str,
    meant: Sequence[str],
    away: Collection[str],
) -> tuple[VehicleUse, ...]:
    """Return the vehicles: those there were, with their drivers, then those meant, up to what is asked for or was."""
    squads, there = {None, *(o.squad for o in people)}, {o.id for o in people}
    before = was.vehicles if was else ()
    known = [
        use
        for use in before
        if use.vehicle not in away
        and (vehicle := scenario.vehicle_by_id[use.vehicle]).squad in squads
        and not {c.day, c.end.date()}.intersection(vehicle.inspection)
    ]
    order = [o.id for o in sorted(people, key=lambda o: o.id == commander)]
    found: tuple[VehicleUse, ...] = tuple(use for use in known if use.driver in there)
    for one in [*(use.vehicle for use in known), *sorted(meant)]:
        if len(found) >= max(c.target_vehicles, len(before)):
            break
        chosen = [use.vehicle for use in found]
        if one not in chosen:
            found = drivers(scenario, [*chosen, one], order, found)
    return tuple(sorted(found, key=lambda use: use.vehicle))
