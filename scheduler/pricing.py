"""What every hand edit costs and breaks: the rules' own audit before and after it, in the order of the dates.

Each edit is priced with those before it already made, so that the prices add up to that of all edits together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from domain.edit import PricedEdit
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from scheduler.judge import Edits
from scheduler.nearby import by_rule, nearby, newly_hard

MOST_SINGLY = 40
"""Edits priced one by one; what is beyond them is priced together, so that a check stays quick."""


Step = tuple[PricedEdit, Callable[[Roster], Roster], frozenset[str]]
"""An edit without prices, what makes it, and the squads it concerns."""


def priced(scenario: Scenario, baseline: Roster, roster: Roster, made: Edits) -> tuple[PricedEdit, ...]:
    """Return every edit between two rosters with its price and what it breaks, in the order they are priced in."""
    steps = list(_steps(scenario, baseline, roster, made))
    singly = steps[:MOST_SINGLY]
    rest = steps[MOST_SINGLY:]
    found, current = [], baseline
    for edit, make, squads in singly:
        after = make(current)
        found.append(_priced(scenario, (current, after), edit, squads, [edit.day] if edit.day else scenario.dates))
        current = after
    if rest:
        squads = frozenset(s for _, _, some in rest for s in some)
        edit = rest[0][0]
        together = edit.model_copy(update={"more": len(rest) - 1})
        found.append(_priced(scenario, (current, roster), together, squads, scenario.dates))
    return tuple(found)


def _priced(
    scenario: Scenario,
    states: tuple[Roster, Roster],
    edit: PricedEdit,
    squads: frozenset[str],
    days: Sequence[date],
) -> PricedEdit:
    around = nearby(scenario, states, squads, days)
    before, after = around.audit(states[0]), around.audit(states[1])
    return edit.model_copy(update={"prices": by_rule(before, after), "breaks": newly_hard(before, after)})


def _steps(scenario: Scenario, baseline: Roster, roster: Roster, made: Edits) -> Iterator[Step]:
    """Yield remediations first, as duties name them, then officers' days, then visits."""
    home = {o.id: o.squad for o in scenario.officers}
    pairs: list[tuple[Remediation | None, Remediation | None]] = [(r, None) for r in made.removed]
    pairs += [(None, r) for r in made.added]
    pairs += list(made.changed)
    for old, new in sorted(pairs, key=lambda pair: (pair[1] or pair[0] or made.added[0]).start):
        about = [r for r in (old, new) if r is not None]
        squads = frozenset({r.host for r in about} | {home[p] for r in about for p in r.participants if p in home})
        edit = PricedEdit(day=about[-1].start.date(), remediation=(old, new))
        yield edit, _planning(old, new, roster), squads & set(scenario.squad_by_id)
    shifts = {(e.officer, e.day): e for e in made.shifts}
    for officer, day in sorted({*shifts, *made.duties}, key=lambda key: (key[1], key[0])):
        edit = PricedEdit(
            officer=officer,
            day=day,
            before=baseline.shift_on.get((officer, day)),
            after=roster.shift_on.get((officer, day)),
            duties_before=tuple(d for d in baseline.duties_of(officer) if d.day == day),
            duties_after=tuple(d for d in roster.duties_of(officer) if d.day == day),
        )
        yield edit, _living(officer, day, roster), frozenset({home[officer]} if officer in home else ())
    if made.visits:
        spots = {v.hotspot for v in set(baseline.visits) ^ set(roster.visits)}
        squads = frozenset(s for h in scenario.hotspots if h.id in spots for s in h.squads)
        yield PricedEdit(visits=made.visits), lambda now: now.model_copy(update={"visits": roster.visits}), squads


def _planning(old: Remediation | None, new: Remediation | None, roster: Roster) -> Callable[[Roster], Roster]:
    def make(now: Roster) -> Roster:
        gone = {r.id for r in (old, new) if r is not None}
        kept = [r for r in now.remediations if r.id not in gone]
        kept += [r for r in roster.remediations if new is not None and r.id == new.id]
        return now.model_copy(update={"remediations": tuple(kept)})

    return make


def _living(officer: str, day: date, roster: Roster) -> Callable[[Roster], Roster]:
    def make(now: Roster) -> Roster:
        shifts = [a for a in now.shifts if (a.officer, a.day) != (officer, day)]
        shifts += [a for a in roster.shifts_of(officer) if a.day == day]
        duties = [d for d in now.duties if (d.officer, d.day) != (officer, day)]
        duties += [d for d in roster.duties_of(officer) if d.day == day]
        return now.model_copy(update={"shifts": tuple(shifts), "duties": tuple(duties)})

    return make
