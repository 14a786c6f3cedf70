"""What a rule is, and the model container that its ``post`` receives.

Only ``scheduler/build.py`` fills the container. ortools is needed by ``post`` alone, so it is imported for typing only.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from domain.calendar import OpenWindow, ShiftDay
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.words import DutyKind, Force, RemediationKind, Scope, Severity, Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from domain.roster import Roster
    from domain.scenario import Group, Officer, Scenario, Squad

    Literal = cp_model.IntVar | int
    """A Boolean of the model, or 0/1 where the part being solved takes the value as given."""
    Linear = cp_model.LinearExprT

GRAIN = 2400
"""Objective units per point: makes every price per person-minute (60), hundredth (100) or shift (480) whole."""


class OfficerClass(NamedTuple):
    """Officers of a squad who are equal in everything a duty rule reads; ``tag`` sets apart those with a duty lock."""

    squad: str
    force: Force
    certified: bool
    barred: tuple[DutyKind, ...]
    tag: str

    def may(self, duty: DutyKind) -> bool:
        """Return whether the class may do a kind of duty."""
        return duty not in self.barred


class Period(NamedTuple):
    """Time of a squad that no shift, post, desk, hotspot or candidate boundary cuts; half-open."""

    squad: str
    start: datetime
    end: datetime
    length_min: int


class Task(NamedTuple):
    """A duty at a place that needs heads: post, desk or presence; patrol is what remains."""

    kind: DutyKind
    place: str


@dataclass(frozen=True)
class Candidate:
    """A remediation that may be held: date, time and place are fixed, whether and with whom is open.

    ``squads`` may take part as squads (R13), ``helpers`` are mobile squads that may add people.
    ``need_squads`` is how many squads must take part. ``forced``: locked or designated on a fixed date and time.
    ``may_lack``: whether heads may be missing (S03), as all helpers and who commands alone are too few.
    """

    id: str
    group: str
    hotspot: str
    host: str
    start: datetime
    end: datetime
    squads: tuple[str, ...]
    helpers: tuple[str, ...]
    need_squads: int
    target_heads: int
    target_vehicles: int
    kind: RemediationKind = RemediationKind.MONTHLY
    designated: str | None = None
    commander: str | None = None
    forced: bool = False
    may_lack: bool = True

    @property
    def day(self) -> date:
        """Date the remediation starts on."""
        return self.start.date()

    @property
    def length_min(self) -> int:
        """Length in minutes."""
        return int((self.end - self.start).total_seconds()) // 60


class Heads(NamedTuple):
    """Heads on a dated shift: how many, and the most there can be."""

    there: cp_model.LinearExpr | int
    most: int


class Term(NamedTuple):
    """An amount of a rule in the model, unweighted and in the rule's unit; ``item`` names its price."""

    amount: Linear
    item: str = ""


@dataclass
class RosterModel:
    """Decision variables of the part being solved: whole brigade, group, squad, officer; all else is constant.

    A rule iterates ``officers``, ``squads``, ``groups``, ``periods``, ``candidates``, never the scenario's lists.
    Values typed Literal may be plain 0/1 for history, for frozen parts and for what cannot be.
    """

    cp: cp_model.CpModel
    officers: tuple[Officer, ...]
    squads: tuple[Squad, ...]
    groups: tuple[Group, ...]
    days: tuple[date, ...]
    works: dict[tuple[str, ShiftDay], Literal] = field(default_factory=dict)
    """Officer id and dated shift -> 1 if worked; includes the past shifts as 1."""
    rest: dict[tuple[str, date], Literal] = field(default_factory=dict)
    """Officer id and date of the horizon -> 1 if no shift starts that day; 1 on absences."""
    classes: dict[str, tuple[OfficerClass, ...]] = field(default_factory=dict)
    members: dict[OfficerClass, tuple[Officer, ...]] = field(default_factory=dict)
    periods: dict[str, tuple[Period, ...]] = field(default_factory=dict)
    """Squad id -> its periods in time order; only time in which some shift of the squad runs."""
    staff: dict[tuple[OfficerClass, Period, Task], cp_model.IntVar] = field(default_factory=dict)
    """Heads of a class on a task in a period."""
    pairs: dict[Period, cp_model.IntVar] = field(default_factory=dict)
    """Patrol pairs of the period's squad."""
    visits: dict[tuple[str, OpenWindow], cp_model.IntVar | int] = field(default_factory=dict)
    """Squad id and open window -> visits its patrols make; constants for squads outside the part."""
    candidates: tuple[Candidate, ...] = ()
    held: dict[str, Literal] = field(default_factory=dict)
    """Candidate id -> 1 if the remediation is held."""
    joins: dict[tuple[str, str], Literal] = field(default_factory=dict)
    """Officer id and candidate id -> 1 if the officer takes part; absent keys cannot."""
    sends: dict[tuple[str, str], Literal] = field(default_factory=dict)
    """Squad id and candidate id -> 1 if the squad takes part (helpers included)."""
    uses: dict[tuple[str, str], Literal] = field(default_factory=dict)
    """Vehicle id and candidate id -> 1 if the vehicle goes there."""
    does: dict[tuple[str, Period, Task | None], Literal] = field(default_factory=dict)
    """Naming stage only: officer id, period and task (None: patrol or standby) -> 1 if the officer does it."""
    named_before: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Naming stage only: officer id and post id -> shifts already stood there on earlier days."""

    squad_of: Mapping[str, str] = field(default_factory=dict)
    """Officer id -> squad id, for every officer of the scenario."""

    _doing: dict[tuple[str, Period], dict[Task | None, Literal]] = field(default_factory=dict, repr=False)
    _by_officer: dict[str, list[ShiftDay]] = field(default_factory=dict, repr=False)
    _tasks: dict[Period, list[Task]] = field(default_factory=dict, repr=False)
    _by_day: dict[tuple[str, date], list[ShiftDay]] = field(default_factory=dict, repr=False)
    _by_candidate: dict[str, list[tuple[str, Literal]]] = field(default_factory=dict, repr=False)
    _running: dict[Period, list[Candidate]] = field(default_factory=dict, repr=False)
    _on_shift: dict[tuple[str, ShiftDay], list[Literal]] = field(default_factory=dict, repr=False)

    def shift_days(self, officer: Officer | str) -> Sequence[ShiftDay]:
        """Return the dated shifts an officer has worked or may work, in time order, history first."""
        return self._by_officer.get(officer if isinstance(officer, str) else officer.id, ())

    def shift_days_on(self, officer: Officer | str, day: date) -> list[ShiftDay]:
        """Return the dated shifts an officer may work that start on a date."""
        return self._by_day.get((officer if isinstance(officer, str) else officer.id, day), [])

    def add_works(self, officer: str, shift: ShiftDay, value: Literal) -> None:
        """Enter one decision (build only); call in time order."""
        self.works[officer, shift] = value
        self._by_officer.setdefault(officer, []).append(shift)
        self._by_day.setdefault((officer, shift.day), []).append(shift)

    def heads(self, squad: str, shift: ShiftDay) -> Heads:
        """Return how many of a squad's officers work a dated shift, for rules that do not ask who."""
        if not self._on_shift:
            for (officer, worked), value in self.works.items():
                self._on_shift.setdefault((self.squad_of[officer], worked), []).append(value)
        there = self._on_shift.get((squad, shift), [])
        return Heads(sum(there), len(there))

    def present(self, group: OfficerClass, period: Period) -> list[Literal]:
        """Return the works of a class's officers that cover a period; past shifts have no duties here."""
        days = [d for d in (period.start.date() - timedelta(days=1), period.start.date()) if d >= self.days[0]]
        return [
            self.works[officer.id, shift]
            for officer in self.members[group]
            for day in days
            for shift in self.shift_days_on(officer, day)
            if shift.covers(period.start, period.end)
        ]

    def at_remediations(self, group: OfficerClass, period: Period) -> list[Literal]:
        """Return the joins of a class's officers for candidates that run in a period."""
        running = self._running.get(period)
        if running is None:  # every class of the squad asks for the same period
            running = [c for c in self.candidates if c.start < period.end and period.start < c.end]
            self._running[period] = running
        return [
            self.joins[officer.id, c.id]
            for c in running
            for officer in self.members[group]
            if (officer.id, c.id) in self.joins
        ]

    def spare(self, group: OfficerClass, period: Period) -> Linear:
        """Return who of a class is on shift and neither at a task nor at a remediation: patrol, or standby."""
        tasks = [var for task in self.tasks(period) if (var := self.staff.get((group, period, task))) is not None]
        return sum(self.present(group, period)) - sum(tasks) - sum(self.at_remediations(group, period))

    def add_does(self, officer: str, period: Period, task: Task | None, value: Literal) -> None:
        """Enter one naming decision (naming only)."""
        self.does[officer, period, task] = value
        self._doing.setdefault((officer, period), {})[task] = value

    def doing(self, officer: str, period: Period) -> Mapping[Task | None, Literal]:
        """Return what an officer may do in a period, with its literals (naming only)."""
        return self._doing.get((officer, period), {})

    def tasks(self, period: Period) -> Sequence[Task]:
        """Return the tasks that need heads in a period."""
        return self._tasks.get(period, ())

    def add_staff(self, group: OfficerClass, period: Period, task: Task, value: cp_model.IntVar) -> None:
        """Enter the heads of a class on a task (build only)."""
        self.staff[group, period, task] = value
        known = self._tasks.setdefault(period, [])
        if task not in known:
            known.append(task)

    def tasked(self, period: Period, task: Task) -> list[tuple[OfficerClass, cp_model.IntVar]]:
        """Return class and heads of one squad's classes on a task in a period."""
        found = ((c, self.staff.get((c, period, task))) for c in self.classes[period.squad])
        return [(c, var) for c, var in found if var is not None]

    def joining(self, candidate: Candidate, squad: str | None = None) -> list[tuple[str, Literal]]:
        """Return officer id and literal of all who may take part, of one squad or of all."""
        found = self._by_candidate.get(candidate.id, ())
        return [(officer, value) for officer, value in found if squad is None or self.squad_of[officer] == squad]

    def add_join(self, officer: str, candidate: str, value: Literal) -> None:
        """Enter one possible participation (build only)."""
        self.joins[officer, candidate] = value
        self._by_candidate.setdefault(candidate, []).append((officer, value))


class Rule(ABC):
    """One rule of the duty roster. Subclasses set the class variables and write ``post`` and ``audit``.

    ``unit`` is that of the amounts, ``units`` that of items counted in another one; ``per`` says how many amount units
    make one priced unit (60 where a price is per person-hour and the amount in person-minutes). ``prices`` maps an item
    to the parameter key of its weight.
    """

    id: ClassVar[str]
    title: ClassVar[Text]
    scope: ClassVar[Scope]
    severity: ClassVar[Severity]
    unit: ClassVar[Text]
    units: ClassVar[Mapping[str, Text]] = {}
    source: ClassVar[Text]
    by_class: ClassVar[bool] = False
    """Whether ``post`` reads heads of classes, visits and sends only, so that it can also be posted on mere counts."""
    apart: ClassVar[bool] = False
    """Whether ``post`` says nothing of two officers together where no duties, visits or actions are to decide."""
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    prices: ClassVar[Mapping[str, str]] = {}
    per: ClassVar[Mapping[str, int]] = {}
    _read: tuple[Mapping[str, object], SimpleNamespace] | None = None
    """The policy last asked about, and the parameters by it."""

    @abstractmethod
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        """Post the rule into the model and return its amounts."""

    @abstractmethod
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        """Yield a finding for everything in a finished roster that the rule minds. Shares nothing with ``post``."""

    def params(self, scenario: Scenario) -> SimpleNamespace:
        """Return the rule's parameters: the workbook's value, else the default."""
        policy, last = scenario.policy, self._read
        if last is not None and last[0] is policy:  # it is asked anew for every officer and day
            return last[1]
        found = SimpleNamespace(**{p.key: policy.get(f"{self.id}.{p.key}", p.default) for p in self.parameters})
        self._read = policy, found
        return found

    def unit_of(self, item: str = "") -> Text:
        """Return the unit that amounts of an item are in."""
        return self.units.get(item, self.unit)

    def price(self, scenario: Scenario, item: str = "") -> int:
        """Return objective units (1/GRAIN point) per unit of amount."""
        if not self.prices:
            return 0
        weight = getattr(self.params(scenario), self.prices[item])
        per = self.per.get(item, 1)
        if GRAIN % per:
            raise ValueError(f"{self.id}: GRAIN {GRAIN} is no multiple of {per}")
        return int(weight) * GRAIN // per

    def finding(
        self,
        scenario: Scenario,
        amount: int,
        where: Where,
        text: Text,
        advice: Text,
        *,
        item: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """Build a finding of this rule, priced from the scenario's weights; hard ones cost nothing."""
        severity = severity or self.severity
        points = 0.0 if severity is Severity.HARD else amount * self.price(scenario, item) / GRAIN
        return Finding(
            rule=self.id,
            severity=severity,
            amount=amount,
            where=where,
            text=text,
            advice=advice,
            item=item,
            points=points,
        )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one instance of every rule found in this package, in id order (R before S)."""
    found: dict[str, Rule] = {}
    package = importlib.import_module("constraints")
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"constraints.{info.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Rule)
                and value.__module__ == module.__name__
                and value is not Rule
            ):
                rule = value()
                if rule.id in found:
                    raise ValueError(f"two rules are called {rule.id}")
                found[rule.id] = rule
    return tuple(found[key] for key in sorted(found))


def all_parameters() -> tuple[tuple[str, Parameter], ...]:
    """Return (rule id, parameter) of every rule, for the template and the reader."""
    return tuple((rule.id, parameter) for rule in all_rules() for parameter in rule.parameters)
