"""What might fill a shortfall: each way opens part of the roster, some of them with a change of the input.

First what needs no change of the input: people moved that day, somebody called in, two who swap, a remediation held at
another time or with others. Then what needs one: a wider band of hours, people lent, remediations closer together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from constraints.base import Candidate, all_rules
from domain.calendar import DAY, overlaps
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, SquadKind, Text
from scheduler.candidates import list_candidates
from scheduler.opening import Opening, Stage, candidate_of
from scheduler.wants import Want

WIDER = timedelta(hours=8)
"""By how much a band is widened: one shift."""
REACH = 3
"""Days before and after on which a rest day may be moved or a swap returned."""
LENDERS, LENDERS_MORE = 2, 6
"""Squads that are asked to lend, and up to how many where that gave too little."""
REARRANGED = 6
"""Officer-days that a rearrangement over several days may change."""
CALLED, PEOPLE_CALLED = 2, 36
"""Squads whose people are called in or swap, if they are no more people than that together: so large a model is
answered while somebody waits. The first squad is the one that answers for the place."""
BAND = Text("放宽工时上浮,叫一名休息的队员", "widen the band of hours and call in a resting officer")
NEAR, FARTHER = 1, 3
"""Days by which a remediation is moved, and by how many where that gave too little; one time a date."""
HELD, HELD_MORE = 5, 12
"""Times and places at which a missing remediation is tried, and up to how many where that gave too little."""


@dataclass(frozen=True)
class Way:
    """One way to try: a name, the input it needs, the part of the brigade that is opened, and what of it."""

    kind: str
    text: Text
    scenario: Scenario
    stage: Stage
    opening: Opening
    inputs: tuple[Text, ...] = ()


def ways(scenario: Scenario, roster: Roster, want: Want) -> Iterator[Way]:
    """Yield what might help: first without a change of the input, then with one."""
    if want.planned is not None:
        yield from _held(scenario, roster, want, 0, HELD)
        return
    squads = tuple(dict.fromkeys(o.squad for o in want.people))
    day, today = want.day, frozenset({want.day})
    if want.kind is not DutyKind.REMEDIATION:
        yield Way(
            "drop",
            Text("当天调整勤务,放弃较低的热点或岗位", "move people that day and drop a lower hotspot or post"),
            scenario,
            Stage(squads, (day, day)),
            Opening(today),
        )
        yield from _called(scenario, roster, want, _opened(scenario, squads))
    yield from _moved(scenario, roster, want, 0, NEAR)
    yield from _lent(scenario, roster, want, squads, 0, LENDERS)


def more_alike(scenario: Scenario, roster: Roster, want: Want) -> Iterator[Way]:
    """Yield more of what ``ways`` tries: other squads that may lend, other dates for a remediation."""
    if want.planned is not None:
        yield from _held(scenario, roster, want, HELD, HELD_MORE)
        return
    if want.kind is DutyKind.REMEDIATION:
        yield from _moved(scenario, roster, want, NEAR + 1, FARTHER)
    squads = tuple(dict.fromkeys(o.squad for o in want.people))
    yield from _lent(scenario, roster, want, squads, LENDERS, LENDERS_MORE)


def more_changes(scenario: Scenario, roster: Roster, want: Want) -> Iterator[Way]:
    """Yield more changes at once than ``ways`` tries, within the band of hours and with a wider one."""
    if want.planned is not None or want.kind is DutyKind.REMEDIATION:
        return
    squads = tuple(dict.fromkeys(o.squad for o in want.people))
    stage, opening = _rearranged(scenario, roster, want, squads)
    yield Way(
        "rearrange",
        Text("几天内调整多人的班和休息", "rearrange several people's shifts and rest within days"),
        scenario,
        stage,
        opening,
    )
    yield from _wider(
        scenario,
        stage,
        opening,
        "band and rearrange",
        Text("放宽工时上浮,并调整几天内的班", "widen the band of hours and rearrange shifts within days"),
    )


def _rearranged(scenario: Scenario, roster: Roster, want: Want, squads: tuple[str, ...]) -> tuple[Stage, Opening]:
    """Return what is open where the first squad moves shifts and rest days around the date."""
    day = want.day
    stage = Stage(_opened(scenario, squads), near=(day - (REACH + 1) * DAY, day + (REACH + 1) * DAY))
    near = [day + n * DAY for n in range(-REACH, REACH + 1) if scenario.first <= day + n * DAY < scenario.end]
    mine = [o.id for s in squads[:1] for o in scenario.officers_of(s)]
    return stage, Opening(frozenset({day}), frozenset((o, d) for o in mine for d in near), REARRANGED)


def _opened(scenario: Scenario, squads: tuple[str, ...]) -> tuple[str, ...]:
    """Return the squads whose shifts are opened."""
    counts = accumulate(len(scenario.officers_of(s)) for s in squads[:CALLED])
    few = sum(count <= PEOPLE_CALLED for count in counts)
    return squads[: max(1, few)]


def _called(scenario: Scenario, roster: Roster, want: Want, squads: tuple[str, ...]) -> Iterator[Way]:
    """Yield what changes shifts: of the first squads, whose model is large enough; over several days of the first."""
    day, today = want.day, frozenset({want.day})
    stage = Stage(squads, near=(day - (REACH + 1) * DAY, day + (REACH + 1) * DAY))
    people = [o.id for s in squads for o in scenario.officers_of(s)]
    resting = frozenset((o, day) for o in people if (o, day) not in roster.shift_on)
    near = [day + n * DAY for n in range(-REACH, REACH + 1) if scenario.first <= day + n * DAY < scenario.end]
    mine = [o.id for o in scenario.officers_of(squads[0])] if squads else []
    later = frozenset((o, d) for o in mine for d in near if d != day and (o, d) in roster.shift_on)
    called = frozenset((o, day) for o in mine if (o, day) not in roster.shift_on)
    everybody = frozenset((o, day) for o in people)
    yield Way(
        "call in",
        Text("叫一名休息的队员来上班", "call in a resting officer"),
        scenario,
        stage,
        Opening(today, resting, 1),
    )
    yield Way(
        "move rest",
        Text("叫一名休息的队员来上班,另一天改休", "call in a resting officer and move a rest day"),
        scenario,
        stage,
        Opening(today, called | later, 2),
    )
    yield Way(
        "swap",
        Text("两名队员当天换班", "swap the shifts of two officers that day"),
        scenario,
        stage,
        Opening(today, everybody, 2, same_heads=True),
    )
    yield Way(
        "swap back",
        Text("两名队员换班,几天内换回", "swap two officers and swap them back within days"),
        scenario,
        stage,
        Opening(today, frozenset((o, d) for o in mine for d in near), 4, same_heads=True),
    )
    yield from _wider(scenario, stage, Opening(today, resting, 1), "band", BAND)


def _wider(scenario: Scenario, stage: Stage, opening: Opening, kind: str, text: Text) -> Iterator[Way]:
    rule = next(rule for rule in all_rules() if rule.id == "R06")
    now = rule.params(scenario).above
    policy = dict(scenario.policy) | {"R06.above": now + WIDER}
    hours, wider = f"{now / timedelta(hours=1):g}", f"{(now + WIDER) / timedelta(hours=1):g}"
    yield Way(
        kind,
        text,
        scenario.model_copy(update={"policy": policy}),
        stage,
        opening,
        (Text(f"规则参数 R06.above 由 {hours} 改为 {wider} 小时", f"policy R06.above from {hours} to {wider} h"),),
    )


def _lent(
    scenario: Scenario, roster: Roster, want: Want, squads: tuple[str, ...], first: int, end: int
) -> Iterator[Way]:
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
    for lender in sorted(near, key=lambda s: (-on[s], s))[first:end]:
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
            Stage((*squads, lender), (want.day, want.day)),
            Opening(frozenset({want.day})),
            (Text(f"{place} 的中队加上 {name}", f"add {name} to the squads of {place}"),),
        )


def _moved(scenario: Scenario, roster: Roster, want: Want, least: int, most: int) -> Iterator[Way]:
    """Yield other times, and other people, for the remediation wanted or for those that people are at that day.

    The times are ``least`` to ``most`` days away; other people are for a remediation that stays on its date.
    """
    if want.kind is DutyKind.REMEDIATION:
        mine = [r for r in roster.remediations if r.id == want.place]
        for r in mine if not least else ():
            c = candidate_of(scenario, r)
            yield Way(
                "crew",
                Text("换人参加整治,多派人和车", "let others take part, with more people and vehicles"),
                scenario,
                Stage(_part(c), (c.day, c.day), come=(c,)),
                Opening(frozenset({c.day})),
            )
    else:
        home = {o.id for o in want.people}
        near = [r for r in roster.remediations if any(overlaps(r.start, r.end, a, b) for a, b in want.spans)]
        mine = [r for r in near if home & {*r.participants}][:1]
    for r in mine:
        for c in _other_times(scenario, r, least, most):
            days = frozenset({r.start.date(), c.day})
            yield Way(
                "move",
                Text(
                    f"整治「{_spot(scenario, r.hotspot)}」由 {r.start:%m-%d %H:%M} 改到 {c.start:%m-%d %H:%M}",
                    f"move the remediation at {_spot(scenario, r.hotspot)} from {r.start:%m-%d %H:%M} to "
                    f"{c.start:%m-%d %H:%M}",
                ),
                scenario,
                Stage(_part(c), (min(days), max(days)), frozenset({r.id}), (c,)),
                Opening(days),
            )


def _other_times(scenario: Scenario, r: Remediation, least: int, most: int) -> list[Candidate]:
    """Return the same remediation so many days earlier or later, or at another hour; the nearest of a date."""
    group = scenario.group_by_id.get(r.group)
    found = [] if group is None else list_candidates(scenario, [group])
    same = [
        c
        for c in found
        if (c.hotspot, c.designated) == (r.hotspot, r.designated)
        and c.start != r.start
        and least * DAY <= abs(c.day - r.start.date()) <= most * DAY
    ]
    same.sort(key=lambda c: (abs(c.day - r.start.date()), abs(c.start - r.start), c.start))
    first: dict[date, Candidate] = {}
    for c in same:
        first.setdefault(c.day, c)
    return list(first.values())


def _held(scenario: Scenario, roster: Roster, want: Want, start: int, end: int) -> Iterator[Way]:
    """Yield the ``start``-th to ``end``-th time and place for a missing remediation.

    Those with most people on duty come first, one a date.
    """
    if want.planned is None:
        return
    group = scenario.group_by_id[want.planned.group]
    mine = [r.start.date() for r in roster.remediations if r.group == group.id and r.designated is None]
    squads = {*group.members, *scenario.mobile_squads}
    on = Counter(
        (a.day, a.shift)
        for a in roster.shifts
        if (o := scenario.officer_by_id.get(a.officer)) is not None and o.squad in squads
    )

    def heads(c: Candidate) -> int:
        return sum(n for (d, s), n in on.items() if d == c.day and scenario.shift_day(s, d).covers(c.start, c.end))

    found = [c for c in list_candidates(scenario, [group]) if c.designated is None]
    used = {r.hotspot for r in roster.remediations if r.group == group.id}
    found.sort(key=lambda c: (c.hotspot in used, -heads(c), c.start))  # a second one at a place needs an order (S15)
    for closer in (False, True):
        days: set[date] = set()
        for c in found:
            apart = min((abs((c.day - d).days) for d in mine), default=group.days_apart)
            if c.day in days or (apart < group.days_apart) is not closer or not apart or len(days) == end:
                continue
            days.add(c.day)
            if len(days) <= start:
                continue
            changed, inputs = _apart(scenario, c.group, apart) if closer else (scenario, ())
            yield Way(
                "hold",
                Text(
                    f"{c.start:%m-%d %H:%M} 在「{_spot(scenario, c.hotspot)}」办一次",
                    f"hold one at {_spot(scenario, c.hotspot)} on {c.start:%m-%d %H:%M}",
                ),
                changed,
                Stage(_part(c), (c.day, c.day), come=(c,)),
                Opening(frozenset({c.day})),
                inputs,
            )


def _apart(scenario: Scenario, group: str, days: int) -> tuple[Scenario, tuple[Text, ...]]:
    rows = tuple(g.model_copy(update={"days_apart": days}) if g.id == group else g for g in scenario.groups)
    name = scenario.group_by_id[group].name
    return scenario.model_copy(update={"groups": rows}), (
        Text(f"{name} 两次整治间隔改为 {days} 天", f"{name}: {days} days between remediations"),
    )


def _part(c: Candidate) -> tuple[str, ...]:
    return (*c.squads, *c.helpers)


def _spot(scenario: Scenario, hotspot: str) -> str:
    found = scenario.hotspot_by_id.get(hotspot)
    return found.name if found else hotspot
