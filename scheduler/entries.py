"""Shortfalls as a leader reads them: those of one place, hours and cause on several days are one entry."""

from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from itertools import groupby

from domain.explanation import Entry, Obstacle, Person, ShortDay
from domain.result import Finding
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import Text
from scheduler.beside import Beside, shared
from scheduler.parallel import Workers, roster_here, scenario_here
from scheduler.reasons import LASTING, Asker, gathered
from scheduler.wants import MANNED, shortfalls, squads_at

SHARES = 10
"""Pieces of work that are shared with a process beside this one."""
PIECES = 4
"""Pieces of work a process: they take unequal time."""
Explained = tuple[Finding, list[Person]]


def entries(
    scenario: Scenario,
    roster: Roster,
    findings: Iterable[Finding],
    *,
    workers: Workers | None = None,
    only: str | None = None,
    beside: Beside | None = None,
) -> tuple[Entry, ...]:
    """Return the entries of a roster, dearest first, everybody's reasons included.

    Parameters
    ----------
    scenario, roster, findings
        The roster and its audit.
    workers
        Processes to share the work; without them it is done here.
    only
        The id of one entry: then only what is needed to name it is worked out.
    beside
        A process that knows scenario and roster, to share that with.
    """
    short = shortfalls(findings)
    if only is not None:
        short = [f for f in short if _stem(scenario, f) == only.rpartition("-")[0]]
    if workers is not None:
        return _by_workers(scenario, roster, short, workers)
    explained = _asked(scenario, roster, short) if beside is None else _shared(scenario, roster, short, beside)
    return _gathered(scenario, explained)


def _asked(scenario: Scenario, roster: Roster, short: Sequence[Finding]) -> list[Explained]:
    asker = Asker(scenario, roster)
    return [(finding, asker.people(finding)) for finding in short]


def _by_workers(scenario: Scenario, roster: Roster, short: Sequence[Finding], workers: Workers) -> tuple[Entry, ...]:
    """Return the entries of shortfalls; each process asks about places of its own and gathers what it was told."""
    from pebble import ProcessExpired  # here, as it takes its time, which somebody who asks about one entry waits

    pieces, packed = _by_squads(scenario, short, PIECES * workers.count), pickle.dumps(roster.model_copy())
    futures: list[Future[tuple[Entry, ...]]] = [workers.submit(entries_here, packed, piece) for piece in pieces]
    found: list[Entry] = []
    for piece, future in zip(pieces, futures, strict=True):
        try:
            found += future.result()
        except ProcessExpired:  # a process that died loses its own piece only
            found += _gathered(scenario, _asked(scenario, roster, piece))
    return tuple(sorted(found, key=_order))


def _by_squads(scenario: Scenario, short: Sequence[Finding], count: int) -> list[list[Finding]]:
    """Return shortfalls in about so many pieces, each of whole places, and squads if it can be.

    What is asked of a squad is remembered where it was asked.
    """
    home: dict[str, str] = {}
    for f in short:
        home.setdefault(_stem(scenario, f), f.where.squad or "")

    def squad(finding: Finding) -> str:
        return home[_stem(scenario, finding)]

    size, pieces = -(-len(short) // count), list[list[Finding]]()
    for _, mine in groupby(sorted(short, key=lambda f: (squad(f), str(f.where.day))), key=squad):
        if not pieces or len(pieces[-1]) >= size:
            pieces.append([])
        pieces[-1] += mine
    return pieces


def _shared(scenario: Scenario, roster: Roster, short: Sequence[Finding], beside: Beside) -> list[Explained]:
    """Return the people of shortfalls in the order of their dates, one half of them from the process beside."""
    ordered, asker = sorted(short, key=lambda f: str(f.where.day)), Asker(scenario, roster)
    size = max(1, -(-len(ordered) // SHARES))
    pieces = [ordered[n : n + size] for n in range(0, len(ordered), size)]
    found = shared(beside, pieces, lambda piece: [asker.people(f) for f in piece], asked_there)
    return [row for piece, people in zip(pieces, found, strict=True) for row in zip(piece, people, strict=True)]


def asked_there(scenario: Scenario, roster: Roster, findings: Sequence[Finding]) -> list[list[Person]]:
    """Return the people of some shortfalls with their reasons, in a process beside the one that asks."""
    if not _askers or _askers[0].roster is not roster:
        _askers[:] = [Asker(scenario, roster)]
    return [_askers[0].people(finding) for finding in findings]


_askers: list[Asker] = []
"""Who asks in this process, beside another: what was asked before is remembered."""


def entries_here(packed: bytes, findings: Sequence[Finding]) -> tuple[Entry, ...]:
    """Return the entries of some shortfalls of a packed roster, worked out in this process (see Workers)."""
    scenario = scenario_here()
    return _gathered(scenario, _asked(scenario, roster_here(packed), findings))


def _gathered(scenario: Scenario, explained: Sequence[Explained]) -> tuple[Entry, ...]:
    by_key: dict[tuple[str, str, Obstacle | None], list[Explained]] = defaultdict(list)
    for finding, people in explained:
        by_key[_stem(scenario, finding), _hours(finding), _cause(people)].append((finding, people))
    found = [_entry(scenario, *key, rows) for key, rows in by_key.items()]
    numbers: Counter[str] = Counter()
    numbered = []
    for entry in sorted(found, key=_order):
        numbers[entry.id] += 1
        numbered.append(entry.model_copy(update={"id": f"{entry.id}-{numbers[entry.id]}"}))
    return tuple(sorted(numbered, key=_order))


def _order(entry: Entry) -> tuple[float, str, str, str]:
    """Return where an entry stands: the dearest first."""
    return -entry.points, entry.id, entry.hours, entry.cause or ""


def _entry(scenario: Scenario, eid: str, hours: str, cause: Obstacle | None, rows: Sequence[Explained]) -> Entry:
    rows = sorted(rows, key=lambda row: (str(row[0].where.day), str(row[0].where.start)))
    first, where = rows[0][0], rows[0][0].where
    return Entry(
        id=eid,
        rule=first.rule,
        item=first.item,
        place=where.place,
        what=_what(scenario, first),
        hours=hours,
        squads=_squads(scenario, first),
        cause=cause,
        days=tuple(
            ShortDay(
                day=f.where.day or scenario.first,
                amount=f.amount,
                points=f.points,
                text=f.text,
                start=f.where.start,
                end=f.where.end,
            )
            for f, _ in rows
        ),
        people=gathered(person for _, people in rows for person in people),
        group=where.group,
        remediation=where.remediation,
    )


def _stem(scenario: Scenario, finding: Finding) -> str:
    """Return the part of an entry's id that tells rule and place."""
    where = finding.where
    at = where.place or where.squad or where.group or "-"
    if finding.rule == "S03":
        at = f"{where.remediation}-{finding.item}"
    elif finding.rule == "R12":
        at = where.group or "-"
    return f"{finding.rule}-{at}"


def _hours(finding: Finding) -> str:
    """Return the clock of a finding, as in ``06:30-22:00``; "" where it has none."""
    start, end = finding.where.start, finding.where.end
    if start is None or finding.rule in ("S03", "R12"):
        return ""
    return f"{start:%H:%M}-{end:%H:%M}" if end is not None else f"{start:%H:%M}"


def _cause(people: Iterable[Person]) -> Obstacle | None:
    """Return the obstacle that most people have of those who could do it at all; of all, where none could."""
    found = list(people)
    first = [p.reasons[0].obstacle for p in found if p.reasons]
    able = [
        o
        for p in found
        if p.reasons and not any(r.obstacle in LASTING for r in p.reasons)
        for o in [p.reasons[0].obstacle]
    ]
    counted = Counter(able or first)
    order = list(Obstacle)
    return min(counted, key=lambda o: (-counted[o], order.index(o)), default=None)


def _what(scenario: Scenario, finding: Finding) -> Text:
    """Return the place of a shortfall by name."""
    where = finding.where
    squad = scenario.squad_by_id.get(where.squad or "")
    name = squad.name if squad else where.squad or ""
    if finding.rule == "S01" and where.place in scenario.post_by_id:
        post = scenario.post_by_id[where.place].name
        return Text(f"{name} 固定岗「{post}」", f"{name}, post {post}")
    if finding.rule == "S16" and where.place in scenario.desk_by_id:
        desk = scenario.desk_by_id[where.place].name
        return Text(f"{name} {desk}", f"{name}, {desk}")
    if finding.rule == "S17" and where.place in scenario.presence_by_id:
        site = scenario.hotspot_by_id.get(scenario.presence_by_id[where.place].hotspot)
        return Text(f"{site.name if site else where.place} 值守", f"presence at {site.name if site else where.place}")
    spot = scenario.hotspot_by_id.get(where.place or "")
    if finding.rule == "S19":
        return Text(f"{name} 带班领导", f"{name}, a leader on duty")
    if finding.rule == "R12":
        group = scenario.group_by_id.get(where.group or "")
        title = group.name if group else where.group
        return Text(f"{title} 联动整治次数", f"{title}, number of remediations")
    if finding.rule == "S03":
        kind = Text("车辆", "vehicles") if finding.item == "vehicles" else Text("人员", "people")
        return Text(f"整治 {where.remediation} {kind.zh}", f"remediation {where.remediation}, {kind.en}")
    place = spot.name if spot else where.place or ""
    kind = Text("固守", "holding") if finding.rule == "S04" else Text("巡查", "visits")
    return Text(f"{name} 热点「{place}」{kind.zh}", f"{name}, hotspot {place}, {kind.en}")


def _squads(scenario: Scenario, finding: Finding) -> tuple[str, ...]:
    """Return the squads whose business a shortfall is."""
    where = finding.where
    if finding.rule in MANNED and where.place is not None:
        return squads_at(scenario, MANNED[finding.rule], where.place)
    if finding.rule == "S02" and where.place in scenario.hotspot_by_id:
        return scenario.hotspot_by_id[where.place].squads
    group = scenario.group_by_id.get(where.group or "")
    if where.squad is None and group is not None:
        return group.members
    return (where.squad,) if where.squad is not None else ()
