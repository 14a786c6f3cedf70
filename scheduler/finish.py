"""From first-stage decisions to a finished roster: names, holdings, and the marks of holding on patrols."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from constraints.base import Candidate, Rule
from constraints.s04_holding import holdings
from domain.calendar import OpenWindow
from domain.roster import Assignment, Duty, Holding, Roster
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler.build import periods_of
from scheduler.decided import Decided, remediations_of, visits_of
from scheduler.naming import Namer
from scheduler.parallel import scenario_here, stopped_here


def name_squad(
    scenario: Scenario,
    squad: str,
    known: Decided,
    candidates: Sequence[Candidate],
    rules: Sequence[Rule] = (),
    go_on: Callable[[], bool] = lambda: True,
) -> list[Duty]:
    """Return the duties of a squad; without ``rules`` by the greedy start alone, which is quick."""
    return Namer(scenario, squad, known, candidates).duties(periods_of(scenario, squad, candidates), rules, go_on)


def name_here(
    squad: str, known: Decided, candidates: Sequence[Candidate], rules: Sequence[Rule], until: float | None
) -> list[Duty]:
    """Name a squad in this process (see Workers) until the clock shows ``until`` (Unix time; None: no limit)."""

    def go_on() -> bool:
        return not stopped_here() and (until is None or time.time() < until)

    return name_squad(scenario_here(), squad, known, candidates, rules, go_on)


def assemble(
    scenario: Scenario, known: Decided, candidates: Sequence[Candidate], duties: Iterable[Duty] | None = None
) -> Roster:
    """Put a roster together; duties are named greedily unless given."""
    if duties is None:
        parts = {s.id: known.only(scenario, (s.id,)) for s in scenario.squads}
        duties = [d for s in scenario.squads for d in name_squad(scenario, s.id, parts[s.id], candidates)]
    order = {o.id: n for n, o in enumerate(scenario.officers)}
    shifts = sorted(known.shifts, key=lambda k: (order[k[0]], k[1]))
    roster = Roster(
        shifts=tuple(Assignment(officer=oid, day=s.day, shift=s.shift) for oid, s in shifts),
        duties=tuple(sorted(duties, key=lambda d: (order[d.officer], d.start))),
        visits=visits_of(known),
        remediations=remediations_of(scenario, known, candidates),
    )
    owed = holdings(scenario, roster)
    return roster.model_copy(update={"holdings": owed, "duties": with_holdings(scenario, roster, owed)})


def with_holdings(scenario: Scenario, roster: Roster, owed: Sequence[Holding]) -> tuple[Duty, ...]:
    """Charge one patrol pair with each holding window that was reached: its patrol in the window becomes holding.

    A pair is two officers of the host squad on patrol for the same part of the window, one of them certified; where no
    pair stays for all of the window, the one that stays longest.
    """
    duties = set(roster.duties)
    patrols: dict[tuple[str, object], list[Duty]] = {}
    for duty in roster.duties:
        if duty.kind is DutyKind.PATROL:
            home = scenario.officer_by_id[duty.officer].squad
            patrols.setdefault((home, duty.start.date()), []).append(duty)
    for holding in owed:
        window = _window(scenario, holding)
        if window is None or not holding.reached:
            continue
        mine = patrols.get((holding.squad, holding.day), [])
        pair = _pair(scenario, mine, window.start, window.end)
        for duty in pair:
            a, b = _common(pair, window.start, window.end)
            duties.discard(duty)
            mine.remove(duty)
            for piece in _cut_out(duty, a, b, holding.hotspot):
                duties.add(piece)
                if piece.kind is DutyKind.PATROL:
                    mine.append(piece)
    return tuple(sorted(duties, key=lambda d: (d.officer, d.start)))


def _window(scenario: Scenario, holding: Holding) -> OpenWindow | None:
    windows = scenario.open_windows(holding.hotspot, holding.day)
    return next((w for w in windows if holding.start is None or w.start == holding.start), None)


def _pair(scenario: Scenario, patrols: Sequence[Duty], start: datetime, end: datetime) -> tuple[Duty, ...]:
    best: tuple[Duty, ...] = ()
    longest = 0.0
    certified = [d for d in patrols if scenario.officer_by_id[d.officer].certified]
    for a in certified:
        for b in patrols:
            if a.officer == b.officer:
                continue
            x, y = _common((a, b), start, end)
            if (y - x).total_seconds() > longest:
                best, longest = (a, b), (y - x).total_seconds()
    return best


def _common(pair: Sequence[Duty], start: datetime, end: datetime) -> tuple[datetime, datetime]:
    return max(start, *(d.start for d in pair)), min(end, *(d.end for d in pair))


def _cut_out(duty: Duty, start: datetime, end: datetime, hotspot: str) -> list[Duty]:
    pieces = [duty.model_copy(update={"end": start})] if duty.start < start else []
    pieces.append(duty.model_copy(update={"start": start, "end": end, "kind": DutyKind.HOLDING, "place": hotspot}))
    if end < duty.end:
        pieces.append(duty.model_copy(update={"start": end}))
    return pieces
