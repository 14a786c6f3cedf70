"""A part of the brigade around a published roster: what may change, what a change costs, and the levels of a repair.

keep[o, d] = 1 if officer o does on date d exactly what was published. Officers of a class are interchangeable, so it is
enough that in every period the heads of each class at each task, and those on the beat, are no fewer than the ones who
keep their duty there: whoever does not keep takes what is left. So duties need no variable of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import gcd
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from constraints.base import Candidate, OfficerClass, Period, RosterModel, Task, Term
from domain.calendar import overlaps
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Scope, Severity
from scheduler.build import Built, post, variables
from scheduler.parts import DECIDING
from scheduler.published import Facts, candidate_of, concerns, cuts, facts, heads

if TYPE_CHECKING:
    from constraints.base import Linear, Literal

SHORTFALLS = tuple(rule for rule in DECIDING if rule.severity is Severity.SHORTFALL)
VISITS = "S02"
WISHES = frozenset(rule.id for rule in DECIDING if rule.severity is Severity.WISH)
LATER = "after_end"
"""The item of S04 that charges what falls behind the horizon; no repair can change it."""
MOST = 1_000_000_000
"""More than any need can lack, in its rule's unit."""
PERSONAL = tuple(r.id for r in DECIDING if r.severity is Severity.HARD and r.scope is Scope.OFFICER)
LICENSED = ("R07", "R08")
"""Hard rules about who may do a task; with the personal ones, what a forced edit may break."""


@dataclass(frozen=True)
class Ask:
    """What a part is asked to repair.

    ``scenario`` is today's input, ``before`` the one the roster was published for. ``given`` is the roster to start
    from: the published one with the edits that are kept, and what others have been repaired to. Changes are counted
    against ``published``. Only dates from ``first`` on are open, and of them only ``days`` unless that is None.
    ``fixed`` are officers and dates whose shift stays as given, ``fixed_duties`` those whose duties do as well; the
    rules about persons are not asked of officers in ``forced``. ``added`` are remediations that are new.
    """

    squads: tuple[str, ...]
    scenario: Scenario
    before: Scenario
    published: Roster
    given: Roster
    first: date
    days: frozenset[date] | None = None
    fixed: frozenset[tuple[str, date]] = frozenset()
    fixed_duties: frozenset[tuple[str, date]] = frozenset()
    forced: frozenset[str] = frozenset()
    added: tuple[Candidate, ...] = ()
    fixed_joins: tuple[tuple[str, str, bool], ...] = ()
    """Officer, remediation, and whether he takes part: edits of the plan that are kept."""
    moving: frozenset[str] = frozenset()
    """Remediations that need not stay as given; of those and ``added`` ones a group holds no more than before."""
    visits: bool = False
    """Whether hotspot visits (S02) count among the shortfalls of the first level."""
    ideal: bool = False
    """Whether the other squads are taken to do whatever helps, for a bound."""
    wishes: bool = True
    """Whether the wishes are posted; the levels before the objective do without them."""

    def open(self, day: date) -> bool:
        """Return whether a date may change."""
        return day >= self.first and (self.days is None or day in self.days)


@dataclass
class Part:
    """The model of an ask. ``keep`` by officer and date; ``changed`` and ``duties`` are the counts, as linear sums."""

    ask: Ask
    built: Built
    was: Facts
    now: Facts
    candidates: tuple[Candidate, ...]
    keep: dict[tuple[str, date], cp_model.IntVar] = field(default_factory=dict)
    stays: set[tuple[str, date]] = field(default_factory=set)
    """Officers and dates whose duties stay as given."""
    changed: list[Linear] = field(default_factory=list)
    duties: list[Linear] = field(default_factory=list)
    excess: list[tuple[int, cp_model.IntVar]] = field(default_factory=list)
    """Price in units of 1/GRAIN point and amount that a need is served worse than published."""
    visits: list[Linear] = field(default_factory=list)
    others: list[Literal] = field(default_factory=list)
    """Participants of new remediations that are not from mobile squads."""

    @property
    def grain(self) -> int:
        """Greatest common divisor of the prices of the shortfalls, so that their sum can be counted in steps."""
        return gcd(*(price for price, _ in self.excess)) or 1


def part_of(ask: Ask, known: Mapping[tuple[str, int], int]) -> Part:
    """Build the model of a part with all deciding rules, what stays frozen, and the counts of changes.

    ``known`` is what ``accepted`` returned for the part.
    """
    scenario = ask.scenario
    held = [candidate_of(scenario, r) for r in ask.given.remediations]
    candidates = tuple(c for c in (*held, *ask.added) if concerns(scenario, c, ask.squads))
    model = _model(ask, scenario, candidates)
    built = _posted(ask, model)
    was = facts(ask.before, ask.published, model)
    now = facts(scenario, ask.given, model)
    part = Part(ask, built, was, now, candidates)
    _freeze(part, now)
    _keep(part, now)
    _count(part)
    _shortfalls(part, known)
    return part


def _model(ask: Ask, scenario: Scenario, candidates: tuple[Candidate, ...]) -> RosterModel:
    if ask.ideal:
        candidates = tuple(replace(c, need_squads=0) for c in candidates)
    made = cuts(scenario, (ask.published, ask.given), ask.squads)
    unmanned = tuple(r.model_copy(update={"vehicles": ()}) for r in ask.given.remediations)
    frozen = ask.given.model_copy(update={"remediations": unmanned})
    model = variables(scenario, squads=ask.squads, candidates=candidates, frozen=frozen, cuts=made)
    _free_vehicles(ask, model)
    if ask.ideal:
        for (squad, window), count in model.visits.items():
            if isinstance(count, int):
                model.visits[squad, window] = window.wanted
    return model


def _free_vehicles(ask: Ask, model: RosterModel) -> None:
    """Let any vehicle go to the part's remediations that is not away at another one meanwhile."""
    here = {c.id: c for c in model.candidates}
    away = [(use.vehicle, r) for r in ask.given.remediations if r.id not in here for use in r.vehicles]
    for vehicle, cid in model.uses:
        c = here[cid]
        busy = any(v == vehicle and overlaps(r.start, r.end, c.start, c.end) for v, r in away)
        model.uses[vehicle, cid] = 0 if busy else model.cp.new_bool_var(f"uses/{vehicle}/{cid}")


def _posted(ask: Ask, model: RosterModel) -> Built:
    """Post the deciding rules; those about persons do not see officers whose edits were forced."""
    asked = [rule for rule in DECIDING if ask.wishes or rule.id not in WISHES]
    lawful = tuple(rule for rule in asked if rule.id in (*PERSONAL, *LICENSED))
    rest = tuple(rule for rule in asked if rule not in lawful)
    view = model
    if ask.forced:
        view = replace(
            model,
            officers=tuple(o for o in model.officers if o.id not in ask.forced),
            staff={key: var for key, var in model.staff.items() if key[0].tag not in ask.forced},
        )
    strict = post(view, ask.scenario, lawful)
    loose = post(model, ask.scenario, rest)
    return Built(model, strict.terms | loose.terms, [*strict.cost, *loose.cost])


# -- what stays ---------------------------------------------------------------------------------------------------


def _freeze(part: Part, now: Facts) -> None:
    """Fix shifts, heads and visits of days that are not open, kept shifts, and that remediations are held."""
    ask, model = part.ask, part.built.model
    cp = model.cp
    for (oid, shift), var in model.works.items():
        if isinstance(var, int):
            continue
        stays = not ask.open(shift.day) or (oid, shift.day) in ask.fixed or oid in ask.forced
        if stays:
            cp.add(var == int(now.shifts.get((oid, shift.day)) == shift))
    frozen = {key: rows for key, rows in now.doing.items() if not ask.open(key[1])}
    regular = all(key in now.doing for key in now.shifts if not ask.open(key[1]))
    manned = heads(ask.scenario, frozen)
    for key, var in model.staff.items():
        if not ask.open(key[1].start.date()) and regular:
            cp.add(var == manned.get(key, 0))
    for (squad, window), count in model.visits.items():
        if not isinstance(count, int) and not ask.open(window.day):
            cp.add(count == min(window.wanted, now.visits[squad, window]))
    for oid, cid, there in ask.fixed_joins:
        literal = model.joins.get((oid, cid))
        if literal is not None and not isinstance(literal, int):
            cp.add(literal == int(there))
    new = {c.id for c in ask.added}
    _no_more(part)
    for c in part.candidates:
        if c.id in new or (c.id in ask.moving and ask.open(c.day)):
            continue
        cp.add(model.held[c.id] == 1)
        if not ask.open(c.day):
            for oid, literal in model.joining(c):
                if not isinstance(literal, int):
                    cp.add(literal == int((oid, c.id) in now.joins))


def _no_more(part: Part) -> None:
    """Let every remediation that may move be held at most once, wherever it goes."""
    held = part.built.model.held
    moved = [c for c in part.candidates if c.id in part.ask.moving]
    plans = dict.fromkeys((c.group, c.hotspot, c.kind, c.designated) for c in moved)
    for plan in plans:
        same = [c for c in part.candidates if (c.group, c.hotspot, c.kind, c.designated) == plan]
        known = sum(c.id not in {a.id for a in part.ask.added} for c in same)
        part.built.model.cp.add(sum(held[c.id] for c in same) <= known)


def _keep(part: Part, now: Facts) -> None:
    """Make ``keep`` for every open day that somebody worked, and tie it to heads and joins."""
    ask, model, was = part.ask, part.built.model, part.was
    cp = model.cp
    group_of = {o.id: group for group, members in model.members.items() for o in members}
    at: dict[tuple[OfficerClass, Period, Task | None], list[Literal]] = defaultdict(list)
    for key, shift in sorted(was.shifts.items() | now.shifts.items()):
        oid, day = key
        works = model.works.get((oid, shift))
        if not ask.open(day) or works is None:
            continue
        fixed = key in now.doing and (key in ask.fixed_duties or oid in ask.forced)
        source = now if fixed else was
        rows = source.doing.get(key)
        if rows is None or source.shifts.get(key) != shift:
            continue
        if fixed:
            keep = cp.new_constant(1)
            part.stays.add(key)
        else:
            keep = cp.new_bool_var(f"keep/{oid}/{day:%m%d}")
            part.keep[key] = keep
        cp.add(keep <= works)
        _tie(part, group_of[oid], oid, rows, keep, at)
    for (group, period, task), keeping in at.items():
        if task is None:
            cp.add(model.spare(group, period) >= sum(keeping))
        elif (staff := model.staff.get((group, period, task))) is not None:
            cp.add(staff >= sum(keeping))
        else:  # the task is none of the squad's any more, so nobody can keep it
            for literal in keeping:
                cp.add(literal == 0)


def _tie(
    part: Part,
    group: OfficerClass,
    oid: str,
    rows: Iterable[tuple[Period, Task | None]],
    keep: cp_model.IntVar,
    at: dict[tuple[OfficerClass, Period, Task | None], list[Literal]],
) -> None:
    model = part.built.model
    rows = tuple(rows)
    joined = {task.place for _, task in rows if task is not None and task.kind is DutyKind.REMEDIATION}
    for period, task in rows:
        if task is None or task.kind is not DutyKind.REMEDIATION:
            at[group, period, task].append(keep)
    for place in joined:
        model.cp.add(keep <= model.joins.get((oid, place), 0))
    start, end = rows[0][0].start, rows[-1][0].end
    for c in part.candidates:
        literal = model.joins.get((oid, c.id))
        if literal is not None and c.id not in joined and overlaps(c.start, c.end, start, end):
            model.cp.add(keep + literal <= 1)


# -- what is counted ----------------------------------------------------------------------------------------------


def _count(part: Part) -> None:
    ask, model, was = part.ask, part.built.model, part.was
    for officer in model.officers:
        for day in model.days:
            if not ask.open(day):
                continue
            shift = was.shifts.get((officer.id, day))
            if shift is None:
                part.changed.append(1 - model.rest[officer.id, day])
                continue
            works = model.works.get((officer.id, shift), 0)
            part.changed.append(1 - works)
            key = officer.id, day
            same = key in part.stays and part.now.doing[key] == was.doing.get(key)
            part.duties.append(0 if same else works - part.keep.get(key, 0))
    for (squad, window), count in model.visits.items():
        if not isinstance(count, int) and ask.open(window.day):
            differs = model.cp.new_int_var(0, window.wanted, f"visits/differ/{squad}/{window.hotspot}/{window.start}")
            model.cp.add(differs >= count - part.was.visits[squad, window])
            model.cp.add(differs >= part.was.visits[squad, window] - count)
            part.visits.append(differs)
    driven = {(use.vehicle, r.id) for r in ask.published.remediations for use in r.vehicles}
    for pair, literal in model.uses.items():
        if not isinstance(literal, int):
            part.visits.append(1 - literal if pair in driven else literal)
    new = {c.id for c in ask.added}
    home = model.squad_of
    part.others = [
        literal for (oid, cid), literal in model.joins.items()
        if cid in new and home[oid] not in ask.scenario.mobile_squads
    ]  # fmt: skip


def _shortfalls(part: Part, accepted: Mapping[tuple[str, int], int]) -> None:
    """Make an amount for every need that may be served worse than published."""
    cp = part.built.model.cp
    for rule, n, term, price in _terms(part.ask, part.built.terms):
        if isinstance(term.amount, int) or not price:
            continue
        beyond = cp.new_int_var(0, MOST, f"beyond/{rule}/{n}")
        cp.add(beyond >= term.amount - accepted.get((rule, n), 0))
        part.excess.append((price, beyond))


def _terms(ask: Ask, terms: Mapping[str, list[Term]]) -> Iterable[tuple[str, int, Term, int]]:
    for rule in SHORTFALLS:
        if (rule.id == VISITS and not ask.visits) or (ask.ideal and rule.id in ("S03", "S17", "R12")):
            continue
        for n, term in enumerate(terms.get(rule.id, ())):
            if term.item != LATER:
                yield rule.id, n, term, rule.price(ask.scenario, term.item)


def accepted(ask: Ask) -> dict[tuple[str, int], int]:
    """Return what every need lacks in the published roster, by rule and number of its term, in the rule's unit.

    Where the published roster was itself no lawful one, nothing is taken as accepted and the dict is empty.
    """
    ask = replace(ask, scenario=ask.before, forced=frozenset())
    held = {r.id for r in ask.published.remediations}
    known = [candidate_of(ask.before, r) for r in ask.published.remediations]
    candidates = tuple(c for c in (*known, *ask.added) if concerns(ask.before, c, ask.squads))
    model = _model(replace(ask, given=ask.published), ask.before, candidates)
    was = facts(ask.before, ask.published, model)
    there = heads(ask.before, was.doing)
    cp = model.cp
    for key, var in model.works.items():
        if not isinstance(var, int):
            cp.add(var == int(was.shifts.get((key[0], key[1].day)) == key[1]))
    for group, var in model.staff.items():
        cp.add(var == there.get(group, 0))
    for seen, count in model.visits.items():
        if not isinstance(count, int):
            cp.add(count == min(seen[1].wanted, was.visits[seen]))
    for pair, literal in model.joins.items():
        if not isinstance(literal, int):
            cp.add(literal == int(pair in was.joins))
    driven = {(use.vehicle, r.id) for r in ask.published.remediations for use in r.vehicles}
    for pair, literal in model.uses.items():
        if not isinstance(literal, int):
            cp.add(literal == int(pair in driven))
    for c in candidates:
        cp.add(model.held[c.id] == int(c.id in held))
    built = post(model, ask.before, SHORTFALLS)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    if solver.solve(cp) != cp_model.OPTIMAL:
        return {}
    return {(rule, n): solver.value(term.amount) for rule, n, term, _ in _terms(ask, built.terms)}
