"""The cheapest ways out of a shortfall: each is re-solved around the roster, audited, priced and ranked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from ortools.sat.python import cp_model

from constraints.base import Task, all_rules
from domain.calendar import DAY, minutes
from domain.explanation import Entry, Offer, Option
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Severity, SquadKind, Text
from inputs.labels import label
from outputs.ledger import ledger_rows
from scheduler.around import Around, Goal, Opening
from scheduler.audit import audit
from scheduler.parallel import Workers, scenario_here
from scheduler.wants import MANNED, Want, want_of

WIDER = timedelta(hours=8)
"""By how much a band is widened: one shift."""
REACH = 4
"""Days before and after on which a rest day may be moved or a swap returned."""
LENDERS = 2
"""Squads that are asked to lend."""


@dataclass(frozen=True)
class Way:
    """One way to try: a name, the input it needs, the squads that are opened, and what of them."""

    kind: str
    text: Text
    scenario: Scenario
    squads: tuple[str, ...]
    opening: Opening
    inputs: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Solved:
    """A way that works: the new roster, what it fills, and what it costs more."""

    way: Way
    roster: Roster
    filled: int
    points: float


def offer(scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry) -> Offer:
    """Return the options of an entry's dearest day, cheapest first; the same every time it is asked."""
    day = dearest(entry)
    solved, vain = _tried(scenario, roster, findings, entry, day)
    options = tuple(
        Option(
            number=n,
            kind=s.way.kind,
            text=s.way.text,
            day=day,
            filled=s.filled,
            missing=_amount(findings, entry, day),
            points=round(s.points, 2),
            changes=tuple(changes(scenario, roster, s.roster)),
            inputs=s.way.inputs,
            overtime=tuple(overtime(s.way.scenario, roster, s.roster)),
        )
        for n, s in enumerate(solved, 1)
    )
    return Offer(entry=entry.id, options=options, tried=tuple(way.text for way in vain))


def offers(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], wanted: Sequence[Entry], workers: Workers
) -> Iterator[Offer]:
    """Yield the options of several entries in their order, worked out side by side."""
    futures: list[Future[Offer]] = []
    for entry in wanted:
        mine = [f for f in findings if any(_is_of(f, entry, d.day) for d in entry.days)]
        futures.append(workers.submit(offer_here, roster, mine, entry.model_copy(update={"people": ()})))
    for future in futures:
        yield future.result()


def offer_here(roster: Roster, findings: Sequence[Finding], entry: Entry) -> Offer:
    """Return the options of an entry, worked out in this process (see Workers)."""
    return offer(scenario_here(), roster, findings, entry)


def applied(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry, option: Option
) -> tuple[Scenario, Roster]:
    """Return the input and the roster with an option of ``offer`` carried out."""
    solved, _ = _tried(scenario, roster, findings, entry, option.day)
    chosen = solved[option.number - 1]
    return chosen.way.scenario, chosen.roster


def dearest(entry: Entry) -> date:
    """Return the date of an entry that costs most, the first of equals."""
    return max(entry.days, key=lambda d: (d.points, -d.day.toordinal())).day


def _amount(findings: Iterable[Finding], entry: Entry, day: date) -> int:
    return sum(f.amount for f in findings if _is_of(f, entry, day))


def _is_of(finding: Finding, entry: Entry, day: date) -> bool:
    where = finding.where
    same = (finding.rule, finding.item, where.place, where.day) == (entry.rule, entry.item, entry.place, day)
    clock = where.start is None or not entry.hours or f"{where.start:%H:%M}" == entry.hours[:5]
    home = entry.place is not None or where.squad in entry.squads
    return same and home and (clock or entry.rule not in ("S02", "S04"))


def _tried(
    scenario: Scenario, roster: Roster, findings: Sequence[Finding], entry: Entry, day: date
) -> tuple[list[Solved], list[Way]]:
    finding = next((f for f in findings if _is_of(f, entry, day)), None)
    want = want_of(scenario, roster, finding) if finding is not None else None
    if finding is None or want is None or want.planned is not None:
        return [], []
    missing = _amount(findings, entry, day)
    found: list[Solved] = []
    vain: list[Way] = []
    models: dict[int, Around] = {}
    for way in ways(scenario, roster, want):
        key = id(way.scenario)
        if key not in models or models[key].squads != way.squads:
            models[key] = Around(way.scenario, roster, way.squads)
        solved = _solved(models[key], way, want, entry, day, missing)
        if solved is not None and not any(solved.roster == other.roster for other in found):
            found.append(solved)
        elif solved is None:
            vain.append(way)
    found.sort(key=lambda s: (bool(s.way.inputs), s.points, s.way.kind))
    return found, vain


def _solved(around: Around, way: Way, want: Want, entry: Entry, day: date, missing: int) -> Solved | None:
    known, opening = around.solve(way.opening, goal_of(want)), way.opening
    if known is not None and any(d not in opening.days for _, d in opening.free):
        opening = around.changed(known, opening)  # the dates that stayed are closed again, or they would be tidied too
        known = around.solve(opening, goal_of(want))
    if known is None:
        return None
    roster = around.roster_of(known, opening.days | {d for _, d in opening.free})
    part = narrow(way.scenario, around.roster, roster, way.squads)
    before = audit(part, _only(part, around.roster))
    after = audit(part, _only(part, roster))
    filled = missing - sum(f.amount for f in after if _is_of(f, entry, day))
    broken = Counter(f for f in after if f.severity is Severity.HARD) - Counter(before)
    if filled <= 0 or broken:
        return None
    points = sum(f.points for f in after) - sum(f.points for f in before)
    return Solved(way, roster, filled, points)


# -- the ways ---------------------------------------------------------------------------------------------------


def ways(scenario: Scenario, roster: Roster, want: Want) -> Iterator[Way]:
    """Yield what might help: first without a change of the input, then with one."""
    squads = tuple(dict.fromkeys(o.squad for o in want.people))
    day, today = want.day, frozenset({want.day})
    people = [o.id for s in squads for o in scenario.officers_of(s)]
    resting = frozenset((o, day) for o in people if (o, day) not in roster.shift_on)
    near = [day + n * DAY for n in range(-REACH, REACH + 1) if scenario.first <= day + n * DAY < scenario.end]
    working = frozenset((o, d) for o in people for d in near if d != day and (o, d) in roster.shift_on)
    everybody = frozenset((o, day) for o in people)
    yield Way(
        "drop",
        Text("当天调整勤务,放弃较低的热点或岗位", "move people that day and drop a lower hotspot or post"),
        scenario,
        squads,
        Opening(today),
    )
    yield Way(
        "call in",
        Text("叫一名休息的队员来上班", "call in a resting officer"),
        scenario,
        squads,
        Opening(today, resting, 1),
    )
    yield Way(
        "move rest",
        Text("叫一名休息的队员来上班,另一天改休", "call in a resting officer and move a rest day"),
        scenario,
        squads,
        Opening(today, resting | working, 2),
    )
    yield Way(
        "swap",
        Text("两名队员当天换班", "swap the shifts of two officers that day"),
        scenario,
        squads,
        Opening(today, everybody, 2, same_heads=True),
    )
    yield Way(
        "swap back",
        Text("两名队员换班,几天内换回", "swap two officers and swap them back within days"),
        scenario,
        squads,
        Opening(today, frozenset((o, d) for o in people for d in near), 4, same_heads=True),
    )
    yield from _wider(scenario, squads, Opening(today, resting, 1))
    yield from _lent(scenario, roster, want, squads)


def _wider(scenario: Scenario, squads: tuple[str, ...], opening: Opening) -> Iterator[Way]:
    rule = next(rule for rule in all_rules() if rule.id == "R06")
    now = rule.params(scenario).above
    policy = dict(scenario.policy) | {"R06.above": now + WIDER}
    hours, wider = f"{now / timedelta(hours=1):g}", f"{(now + WIDER) / timedelta(hours=1):g}"
    yield Way(
        "band",
        Text("放宽工时上浮,叫一名休息的队员", "widen the band of hours and call in a resting officer"),
        scenario.model_copy(update={"policy": policy}),
        squads,
        opening,
        (Text(f"规则参数 R06.above 由 {hours} 改为 {wider} 小时", f"policy R06.above from {hours} to {wider} h"),),
    )


def _lent(scenario: Scenario, roster: Roster, want: Want, squads: tuple[str, ...]) -> Iterator[Way]:
    """Yield what lets neighbours of the group or mobile squads help: their squad is added to the place."""
    place = want.window.hotspot if want.window is not None else want.place
    kinds = {DutyKind.DESK: "desks", DutyKind.PRESENCE: "presences", DutyKind.PATROL: "hotspots"}
    group = scenario.group_of(squads[0]) if squads else None
    near = [s for s in (*(group.members if group else ()), *scenario.mobile_squads) if s not in squads]
    if place is None or want.kind not in kinds:
        return
    on = Counter(
        o.squad
        for a in roster.shifts
        if a.day == want.day and (o := scenario.officer_by_id.get(a.officer)) is not None
        if want.kind is not DutyKind.DESK or o.certified
    )
    for lender in sorted(near, key=lambda s: (-on[s], s))[:LENDERS]:
        rows = [
            row.model_copy(update={"squads": (*row.squads, lender)}) if row.id == place else row
            for row in getattr(scenario, kinds[want.kind])
        ]
        name = scenario.squad_by_id[lender].name
        mobile = scenario.squad_by_id[lender].kind is SquadKind.MOBILE
        zh, en = ("机动中队", "the mobile squad") if mobile else ("相邻中队", "a neighbour")
        yield Way(
            "borrow",
            Text(f"向{zh}{name}借人", f"borrow from {en} {name}"),
            scenario.model_copy(update={kinds[want.kind]: tuple(rows)}),
            (*squads, lender),
            Opening(frozenset({want.day})),
            (Text(f"{place} 的中队加上 {name}", f"add {name} to the squads of {place}"),),
        )


# -- what is to be filled -----------------------------------------------------------------------------------------


def goal_of(want: Want) -> Goal:
    """Return what a want asks to be made large: person-minutes in its spans, visits, people, or one leader."""

    def goal(around: Around, cp: cp_model.CpModel) -> cp_model.LinearExprT:
        model = around.model
        if want.window is not None:
            counts = [v for (_, w), v in model.visits.items() if w == want.window and not isinstance(v, int)]
            most = want.window.wanted
            filled = cp.new_int_var(0, most, "option/visits")
            cp.add(filled <= sum(counts))
            return filled
        if want.kind in MANNED.values():
            return _manned(around, cp, want)
        shifts = [
            model.works[o.id, s]
            for o in want.people
            if around.scenario.absence(o.id, want.day) is None
            for s in model.shift_days(o)
            if s.day == want.day and want.shift in (None, s.shift)
        ]
        most = 1 if want.shift is None else len(shifts)
        filled = cp.new_int_var(0, most, "option/people")
        cp.add(filled <= sum(shifts))
        return filled

    return goal


def _manned(around: Around, cp: cp_model.CpModel, want: Want) -> cp_model.LinearExprT:
    model, scenario = around.model, around.scenario
    task, heads = Task(want.kind, want.place or ""), _heads(scenario, want)
    inside = [p for ps in model.periods.values() for p in ps if any(p.start < b and a < p.end for a, b in want.spans)]
    marks = sorted({t for p in inside for t in (p.start, p.end)} | {t for span in want.spans for t in span})
    parts: list[cp_model.LinearExprT] = []
    for a, b in pairwise(marks):
        if not any(x <= a and b <= y for x, y in want.spans):
            continue
        there = [
            heads_there
            for p in inside
            if p.start <= a and b <= p.end
            for c, heads_there in model.tasked(p, task)
            if want.kind is not DutyKind.DESK or c.certified
        ]
        filled = cp.new_int_var(0, heads, f"option/{a:%m%d%H%M}")
        cp.add(filled <= sum(there))
        parts.append(minutes(b - a) * filled)
    return sum(parts)


def _heads(scenario: Scenario, want: Want) -> int:
    if want.kind is DutyKind.DESK:
        return 2
    places = scenario.post_by_id if want.kind is DutyKind.POST else scenario.presence_by_id
    return places[want.place or ""].heads


# -- pricing ------------------------------------------------------------------------------------------------------


def narrow(scenario: Scenario, before: Roster, after: Roster, squads: Sequence[str]) -> Scenario:
    """Return the scenario of some squads and of those that share desks and presences with them.

    What two rosters that differ in those squads alone cost apart is the same in it as in the whole.
    """
    near = set(squads)
    for sharing in (*(d.squads for d in scenario.desks), *(p.squads for p in scenario.presences)):
        if set(sharing) & set(squads):
            near |= set(sharing)
    people = {o.id for s in near for o in scenario.officers_of(s)}
    hotspots = tuple(h for h in scenario.hotspots if near & set(h.squads))
    visiting = near | {s for h in hotspots for s in h.squads}
    return scenario.model_copy(
        update={
            "officers": tuple(o for o in scenario.officers if o.id in people),
            "absences": tuple(a for a in scenario.absences if a.officer in people),
            "posts": tuple(p for p in scenario.posts if p.squad in near),
            "desks": tuple(d for d in scenario.desks if near & set(d.squads)),
            "presences": tuple(p for p in scenario.presences if near & set(p.squads)),
            "hotspots": hotspots,
            "squads": tuple(s for s in scenario.squads if s.id in visiting),
            "groups": (),
            "designated": (),
        }
    )


def _only(scenario: Scenario, roster: Roster) -> Roster:
    """Return the part of a roster that a narrow scenario knows; remediations are left out, as nothing touches them."""
    known, spots = scenario.officer_by_id, scenario.hotspot_by_id
    return Roster(
        shifts=tuple(a for a in roster.shifts if a.officer in known),
        duties=tuple(d for d in roster.duties if d.officer in known),
        visits=tuple(v for v in roster.visits if v.hotspot in spots and v.squad in scenario.squad_by_id),
        remediations=roster.remediations,
    )


def changes(scenario: Scenario, before: Roster, after: Roster) -> Iterator[Text]:
    """Yield who works or does what else, and which hotspots are visited more or less, in time order."""
    keys = sorted({*before.shift_on.items()} ^ {*after.shift_on.items()}, key=lambda row: (row[0][1], row[0][0]))
    moved = {key for key, _ in keys}
    for officer, day in sorted(moved, key=lambda key: (key[1], key[0])):
        name = scenario.officer_by_id[officer].name
        old, new = (_shift(scenario, r.shift_on.get((officer, day))) for r in (before, after))
        yield Text(f"{name} {day:%m-%d}:{old.zh} → {new.zh}", f"{name} {day:%m-%d}: {old.en} -> {new.en}")
    gone = {*before.duties} - {*after.duties}
    for duty in sorted({*after.duties} - {*before.duties}, key=lambda d: (d.start, d.officer)):
        same = any(
            (d.officer, d.kind, d.place) == (duty.officer, duty.kind, duty.place)
            and d.start < duty.end
            and duty.start < d.end
            for d in gone
        )
        if duty.kind in (DutyKind.PATROL, DutyKind.STANDBY, DutyKind.HOLDING) or same:
            continue
        name, place = scenario.officer_by_id[duty.officer].name, _place(scenario, duty.place)
        clock, what = f"{duty.start:%m-%d %H:%M}-{duty.end:%H:%M}", label(duty.kind)
        yield Text(f"{name} {clock} 到{what.zh}{place}", f"{name} {clock} to {what.en}{place}")
    visits: Counter[tuple[str, datetime]] = Counter()
    for sign, roster in ((1, after), (-1, before)):
        for v in roster.visits:
            visits[v.hotspot, v.start] += sign * v.count
    for (hotspot, start), n in sorted(visits.items(), key=lambda row: row[0][1]):
        if n:
            name = scenario.hotspot_by_id[hotspot].name
            yield Text(
                f"热点「{name}」{start:%m-%d %H:%M} 到点 {n:+d} 次",
                f"hotspot {name} {start:%m-%d %H:%M}: {n:+d} visits",
            )


def _shift(scenario: Scenario, shift: str | None) -> Text:
    found = scenario.shift_by_id.get(shift or "")
    return Text(found.name, found.name) if found else Text("休", "off")


def _place(scenario: Scenario, place: str | None) -> str:
    for known in (scenario.post_by_id, scenario.desk_by_id):
        if place is not None and place in known:
            return f"「{known[place].name}」"
    return f"「{place}」" if place else ""


def overtime(scenario: Scenario, before: Roster, after: Roster) -> Iterator[Text]:
    """Yield for everybody whose hours change how many hours of overtime come or go, and how they are settled."""
    moved = {key[0] for key, _ in {*before.shift_on.items()} ^ {*after.shift_on.items()}}
    part = scenario.model_copy(update={"officers": tuple(o for o in scenario.officers if o.id in moved)})
    for old, new in zip(ledger_rows(part, before), ledger_rows(part, after), strict=True):
        hours = new.worked_h - old.worked_h
        pay = [
            (kind, round(getattr(new, key) - getattr(old, key), 1))
            for kind, key in (
                (Text("150%", "150 %"), "overtime_150_h"),
                (Text("200%", "200 %"), "overtime_200_h"),
                (Text("300%", "300 %"), "holiday_300_h"),
                (Text("补休", "time off"), "lieu_earned_h"),
            )
        ]
        paid = [(kind, h) for kind, h in pay if h]
        if not hours and not paid:
            continue
        officer = scenario.officer_by_id[new.officer]
        regime = label(officer.regime)
        zh = "、".join(f"{kind.zh} {h:+g} 小时" for kind, h in paid) or "不增加加班"
        en = ", ".join(f"{kind.en} {h:+g} h" for kind, h in paid) or "no overtime more"
        yield Text(
            f"{officer.name}({regime.zh})工时 {hours:+g} 小时:{zh}", f"{officer.name} ({regime.en}) {hours:+g} h: {en}"
        )
