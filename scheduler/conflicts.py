"""Which lines of the input contradict each other, and which to give up: every answer is verified by solving.

A conflict is a set of lines that leaves no roster, while without any one of them there is one. It is found by leaving
lines out one after the other, first for every officer alone, which is quick, then for squads together. The solver's own
cores are not used. The smallest relaxation is the cheapest set of lines that hits every conflict; it is proven by a
solve without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from constraints.base import Candidate, Rule, all_rules
from domain.problem import Problem
from domain.roster import Roster
from domain.scenario import Officer, Scenario
from domain.words import LockKind, Scope, Severity, Status, Text
from inputs.schema import BY_KEY
from scheduler.build import build
from scheduler.candidates import list_candidates
from scheduler.choose import nominal
from scheduler.clash_lines import Line, lines, without
from scheduler.parallel import scenario_here
from scheduler.parts import full_visits

HARD = tuple(rule for rule in all_rules() if rule.severity is Severity.HARD or rule.id == "R12")
"""What leaves no roster when it cannot be kept; R12 also keeps remediations apart."""
PERSONAL = tuple(r for r in HARD if r.scope is Scope.OFFICER or r.id in {"R01", "R10"})
SECONDS = 10.0
"""Wall seconds for one question; one that is not answered by then proves nothing."""
LEAST_LOCKS = 2
"""Locks of a unit from which on it is asked, before the search, whether they leave any roster."""
Place = Callable[[Line], tuple[str, int | None]]
"""Finds sheet name and row of a line."""


@dataclass(frozen=True)
class Contradiction:
    """Minimal conflicts that were found, and the lines to give up so that a roster exists (least total weight)."""

    conflicts: tuple[tuple[Line, ...], ...]
    relaxation: tuple[Line, ...]
    proven: bool

    @property
    def weight(self) -> int:
        """Total weight of the relaxation."""
        return sum(line.weight for line in self.relaxation)


def contradiction(scenario: Scenario, squads: Sequence[str]) -> Contradiction | None:
    """Return what contradicts itself in the input of some squads; None if there is a roster, or it was not decided."""
    found: list[tuple[Line, ...]] = []
    for squad in squads:
        for officer in scenario.officers_of(squad):
            part = _alone(scenario, officer)
            mine = [line for line in lines(part) if line.sheet != "designated" and not _of_group(part, line)]
            found += _all_conflicts(part, (squad,), mine, PERSONAL)
    given = {line for conflict in found for line in conflict}
    relaxation = _cheapest(found)
    rest = without(scenario, relaxation)
    candidates = [line for line in lines(scenario, squads) if line not in relaxation]
    status = lawful(rest, squads, HARD)
    joint = _all_conflicts(rest, squads, candidates, HARD, known=status) if status is Status.INFEASIBLE else []
    found += joint
    if not found:
        return None
    chosen = _cheapest(found)
    proven = lawful(without(scenario, chosen), squads, HARD) in (Status.OPTIMAL, Status.FEASIBLE)
    return Contradiction(tuple(found), chosen, proven and bool(given or joint))


def many_locks(scenario: Scenario, squads: Sequence[str]) -> bool:
    """Return whether some squads have so many locks that they may contradict each other."""
    people = {o.id for s in squads for o in scenario.officers_of(s)}
    return sum(k.officer in people for k in scenario.locks) >= LEAST_LOCKS


def clash_here(squads: Sequence[str]) -> bool:
    """Return whether it is proven, before anything is sought, that some squads have no roster (see Workers)."""
    return lawful(scenario_here(), squads, HARD) is Status.INFEASIBLE


def _alone(scenario: Scenario, officer: Officer) -> Scenario:
    """Return the scenario of one officer: of the places only those where a lock puts him, as no other is a must."""
    places = {k.place for k in scenario.locks if k.officer == officer.id}
    presences = tuple(p for p in scenario.presences if p.id in places)
    spots = {p.hotspot for p in presences}
    return scenario.model_copy(
        update={
            "officers": (officer,),
            "posts": tuple(p for p in scenario.posts if p.id in places),
            "desks": tuple(d for d in scenario.desks if d.id in places),
            "presences": presences,
            "hotspots": tuple(h for h in scenario.hotspots if h.id in spots),
            "absences": tuple(a for a in scenario.absences if a.officer == officer.id),
            "past_shifts": tuple(p for p in scenario.past_shifts if p.officer == officer.id),
        }
    )


def _of_group(scenario: Scenario, line: Line) -> bool:
    return line.sheet == "locks" and any(k.id == line.key[0] and k.kind is LockKind.REMEDIATION for k in scenario.locks)


# -- the search -----------------------------------------------------------------------------------------------------


def _all_conflicts(
    scenario: Scenario,
    squads: Sequence[str],
    among: Sequence[Line],
    rules: Sequence[Rule],
    *,
    known: Status | None = None,
) -> list[tuple[Line, ...]]:
    """Return minimal conflicts until giving up the cheapest lines that hit them all leaves a roster."""
    found: list[tuple[Line, ...]] = []
    given: tuple[Line, ...] = ()
    status = known if known is not None else lawful(scenario, squads, rules)
    while status is Status.INFEASIBLE:
        rest = without(scenario, given)
        conflict = minimal(rest, squads, [line for line in among if line not in given], rules)
        if not conflict:
            return found  # what contradicts itself is not among the lines
        found.append(conflict)
        given = _cheapest(found)
        status = lawful(without(scenario, given), squads, rules)
    return found


def minimal(
    scenario: Scenario, squads: Sequence[str], among: Sequence[Line], rules: Sequence[Rule]
) -> tuple[Line, ...]:
    """Return a minimal conflict among lines of an infeasible scenario, dear lines left out first; () if there is none.

    Lines are left out in blocks that are halved until one line is left: what is infeasible without a block does not
    need it. Only a proven INFEASIBLE counts.
    """
    pool = sorted(among, key=lambda line: -line.weight)
    if lawful(without(scenario, pool), squads, rules) is Status.INFEASIBLE:
        return ()
    given: list[Line] = []
    kept: list[Line] = []
    blocks: list[list[Line]] = [pool]
    while blocks:
        block = blocks.pop(0)
        if lawful(without(scenario, [*given, *block]), squads, rules) is Status.INFEASIBLE:
            given += block
        elif len(block) == 1:
            kept += block
        else:
            middle = len(block) // 2
            blocks[:0] = [block[:middle], block[middle:]]
    return tuple(kept)


def lawful(scenario: Scenario, squads: Sequence[str], rules: Sequence[Rule]) -> Status:
    """Return whether some squads can have any roster that breaks no hard rule: a solve of those rules alone."""
    mine: tuple[Candidate, ...] = ()
    frozen = Roster()
    if rules is HARD:
        forced = [c for c in list_candidates(scenario) if c.forced or c.designated]
        mine = tuple(c for c in forced if set(squads) & {*c.squads, *c.helpers})
        others = [s.id for s in scenario.squads if s.id not in squads]
        visits = full_visits(scenario, squads).visits
        frozen = Roster(visits=visits, remediations=nominal(scenario, mine, others))
    built = build(scenario, rules, squads=squads, candidates=mine, frozen=frozen, if_held=True)
    built.model.cp.clear_objective()  # type: ignore[no-untyped-call]
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = SECONDS
    return Status(solver.status_name(solver.solve(built.model.cp)))


def _cheapest(conflicts: Sequence[tuple[Line, ...]]) -> tuple[Line, ...]:
    """Return the lines of least total weight that hit every conflict: a small model, solved to the optimum."""
    known = list(dict.fromkeys(line for conflict in conflicts for line in conflict))
    if not known:
        return ()
    cp = cp_model.CpModel()
    gone = {line: cp.new_bool_var(f"gone/{n}") for n, line in enumerate(known)}
    for conflict in conflicts:
        cp.add_bool_or([gone[line] for line in conflict])
    cp.minimize(sum(line.weight * var for line, var in gone.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(cp)
    if status != cp_model.OPTIMAL:
        raise RuntimeError(f"hitting set: {solver.status_name(status)}")
    return tuple(line for line, var in gone.items() if solver.value(var))


# -- telling --------------------------------------------------------------------------------------------------------


def problems(found: Contradiction, place: Place | None = None) -> tuple[Problem, ...]:
    """Return a contradiction as problems: every line of every conflict at its sheet and row, then what to give up."""
    return tuple(_problems(found, place or _by_sheet))


def _by_sheet(line: Line) -> tuple[str, int | None]:
    return (BY_KEY[line.sheet].name.zh if line.sheet in BY_KEY else "规则参数"), None


def _problems(found: Contradiction, place: Place) -> Iterator[Problem]:
    for n, conflict in enumerate(found.conflicts, 1):
        size = len(conflict)
        for line in conflict:
            sheet, row = place(line)
            yield Problem(
                text=Text(
                    f"矛盾 {n}({size} 行不能同时成立,去掉其中任何一行即可):{line.text.zh}",
                    f"conflict {n} ({size} lines cannot hold together; without any one of them they can): "
                    f"{line.text.en}",
                ),
                sheet=sheet,
                row=row,
            )
    names = [(place(line), line) for line in found.relaxation]
    zh = ";".join(f"“{sheet}”{'' if row is None else f'第 {row} 行'} {line.text.zh}" for (sheet, row), line in names)
    en = "; ".join(f"{sheet}{'' if row is None else f' row {row}'}, {line.text.en}" for (sheet, row), line in names)
    sure = (
        Text("求解证明去掉后可以排班", "a solve proves that there is a roster without them")
        if found.proven
        else Text("去掉后能否排班尚未证明", "that there is a roster without them is not proven")
    )
    yield Problem(
        text=Text(
            f"最小让步(权重 {found.weight}):{zh};{sure.zh}",
            f"the least to give up (weight {found.weight}): {en}; {sure.en}",
        )
    )
