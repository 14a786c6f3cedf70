"""What ties the officers' lines together, read off what the rules of squads have posted.

Most of these rules ask how many work a shift and not who. So heads on a shift are one variable of the model they are
posted into, and an officer's own shift becomes a variable only when a rule asks for it. Of a year with 150 people and
32 shifts a day no million variables are made then that nothing looks at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from ortools.sat.python import cp_model
from typing_extensions import override

from constraints.base import Heads, RosterModel
from domain.calendar import ShiftDay
from domain.scenario import Officer, Scenario
from domain.words import Scope
from scheduler.build import post
from scheduler.line_model import Aux, Posted, Table, TieRow, Ties, add_gain, index_of, loud_rules, posted

Key = TypeVar("Key")
Cell = tuple[int, int]
"""A date's place and a choice."""


class _Asked(dict[Key, "cp_model.IntVar | int"]):
    """Literals that are made when they are asked for."""

    def __init__(self, make: Callable[[Key], cp_model.IntVar | int]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> cp_model.IntVar | int:
        self[key] = made = self._make(key)
        return made


class _Tied(RosterModel):
    """The shifts of all officers, made as they are asked for; ``meaning`` says of an officer's own what they are."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(
            cp=cp_model.CpModel(),
            officers=scenario.officers,
            squads=scenario.squads,
            groups=(),
            days=scenario.dates,
            squad_of={o.id: o.squad for o in scenario.officers},
        )
        self.periods = {squad.id: () for squad in scenario.squads}
        self.works = _Asked(self._make_works)
        self.rest = _Asked(self._make_rest)
        self.place = {day: n for n, day in enumerate(scenario.dates)}
        self.choices: dict[str, list[list[ShiftDay]]] = {
            squad.id: [sorted(scenario.shift_day(s.id, day) for s in shifts) for day in scenario.dates]
            for squad in scenario.squads
            for shifts in [scenario.shifts_of(squad.id)]
        }
        self.meaning: dict[int, tuple[str, int, int]] = {}
        """Variable -> officer id, place of the date, choice."""
        self.head_of: dict[int, tuple[str, int, int]] = {}
        """Variable -> squad id, place of the date, choice."""
        self._past = {o.id: list(scenario.past_shifts_of(o.id)) for o in scenario.officers}
        self._heads: dict[tuple[str, ShiftDay], cp_model.IntVar] = {}
        self._strength = {s.id: sum(o.squad == s.id for o in scenario.officers) for s in scenario.squads}

    def _make_works(self, key: tuple[str, ShiftDay]) -> cp_model.IntVar | int:
        officer, shift = key
        if shift.day not in self.place:
            if shift in self._past[officer]:
                return 1
            raise KeyError(key)
        n = self.place[shift.day]
        choice = self.choices[self.squad_of[officer]][n].index(shift) + 1
        return self._own(officer, n, choice)

    def _make_rest(self, key: tuple[str, date]) -> cp_model.IntVar | int:
        return self._own(key[0], self.place[key[1]], 0)

    def _own(self, officer: str, n: int, choice: int) -> cp_model.IntVar:
        literal = self.cp.new_bool_var("")
        self.meaning[index_of(literal)] = (officer, n, choice)
        return literal

    @override
    def shift_days(self, officer: Officer | str) -> Sequence[ShiftDay]:
        oid = officer if isinstance(officer, str) else officer.id
        return [*self._past[oid], *(shift for day in self.choices[self.squad_of[oid]] for shift in day)]

    @override
    def shift_days_on(self, officer: Officer | str, day: date) -> list[ShiftDay]:
        oid = officer if isinstance(officer, str) else officer.id
        if day in self.place:
            return self.choices[self.squad_of[oid]][self.place[day]]
        return [shift for shift in self._past[oid] if shift.day == day]

    @override
    def heads(self, squad: str, shift: ShiftDay) -> Heads:
        if (squad, shift) not in self._heads:
            n = self.place[shift.day]
            var = self.cp.new_int_var(0, self._strength[squad], "")
            self.head_of[index_of(var)] = (squad, n, self.choices[squad][n].index(shift) + 1)
            self._heads[squad, shift] = var
        return Heads(self._heads[squad, shift], self._strength[squad])


def ties(scenario: Scenario) -> Ties:
    """Post the rules for all officers and squads and read off what touches more than one officer, or none.

    Raises
    ------
    Unread
        If a rule has posted what is not linear.
    """
    rules = [rule for rule in loud_rules(scenario) if rule.scope is not Scope.OFFICER and not rule.apart]
    model = _Tied(scenario)
    post(model, scenario, rules)
    reading = posted(model, {*model.meaning, *model.head_of})
    totals = _Totals(model)
    used: dict[int, int] = {}
    rows = []
    for (terms, low, high), tied in zip(reading.rows, _tied(model, reading), strict=True):
        if tied:
            aux = {used.setdefault(reading.aux_of[v], len(used)): f for v, f in terms if v in reading.aux_of}
            factors, moved = totals.of(terms)
            rows.append(TieRow(factors, aux, low - moved, high - moved))
    costs = dict(reading.costs)
    back = {i: var for var, i in reading.aux_of.items()}
    found = tuple(Aux(*reading.aux[i], costs.get(back[i], 0)) for i in sorted(used, key=used.__getitem__))
    return Ties(totals.count, totals.tables(scenario), tuple(rows), found, reading.fixed)


def _tied(model: _Tied, reading: Posted) -> list[bool]:
    """Return of each row whether it touches more than one officer, or none, rules' own variables included.

    A row on one officer alone is in that officer's own model already.
    """
    near: dict[int, set[str]] = defaultdict(set)
    touched = []
    for terms, _, _ in reading.rows:
        people = {model.meaning[var][0] for var, _ in terms if var in model.meaning}
        if any(var in model.head_of for var, _ in terms) or any(var in reading.aux_of for var, _ in terms):
            people |= {"", "tied"}
        for var, _ in terms:
            if var in reading.aux_of:
                near[var] |= people
        touched.append(people)
    return [len(people) != 1 for people in touched]


class _Totals:
    """Numbers the sums over officers that rows look at, and collects what each choice adds to them."""

    def __init__(self, model: _Tied) -> None:
        self._model = model
        self.count = 0
        self._known: dict[object, tuple[int, int]] = {}
        self._squads: dict[str, dict[Cell, list[Cell]]] = defaultdict(lambda: defaultdict(list))
        self._own: dict[str, dict[Cell, list[Cell]]] = defaultdict(lambda: defaultdict(list))

    def of(self, terms: Sequence[tuple[int, int]]) -> tuple[dict[int, int], int]:
        """Return a row's factors by total, and what all lines add to it whatever they are."""
        factors: dict[int, int] = {}
        people = tuple((var, factor) for var, factor in terms if var in self._model.meaning)
        moved = 0
        if people:
            total, moved = self._people(people)
            factors[total] = 1
        for var, factor in terms:
            if var in self._model.head_of:
                total = self._heads(var)
                factors[total] = factors.get(total, 0) + factor
        return factors, moved

    def _heads(self, var: int) -> int:
        if var not in self._known:
            squad, n, choice = self._model.head_of[var]
            self._squads[squad][n, choice].append((self.count, 1))
            self._known[var] = (self.count, 0)
            self.count += 1
        return self._known[var][0]

    def _people(self, people: tuple[tuple[int, int], ...]) -> tuple[int, int]:
        if people not in self._known:
            gains: dict[tuple[str, int], list[int]] = {}
            moved = 0
            for var, factor in people:
                officer, n, choice = self._model.meaning[var]
                shifts = self._model.choices[self._model.squad_of[officer]][n]
                moved += add_gain(gains.setdefault((officer, n), [0] * (len(shifts) + 1)), choice, factor)
            for (officer, n), gain in gains.items():
                for choice, value in enumerate(gain):
                    if value:
                        self._own[officer][n, choice].append((self.count, value))
            self._known[people] = (self.count, moved)
            self.count += 1
        return self._known[people]

    def tables(self, scenario: Scenario) -> tuple[Table, ...]:
        """Return every officer's table; officers who add alike share one."""
        known: dict[Table, Table] = {}
        plain: dict[str, Table] = {}
        found = []
        for officer in scenario.officers:
            if officer.id not in self._own:
                if officer.squad not in plain:
                    plain[officer.squad] = self._table(officer.squad, {})
                found.append(plain[officer.squad])
            else:
                table = self._table(officer.squad, self._own[officer.id])
                found.append(known.setdefault(table, table))
        return tuple(found)

    def _table(self, squad: str, own: dict[Cell, list[Cell]]) -> Table:
        shared = self._squads.get(squad, {})
        return tuple(
            tuple((*shared.get((n, c), ()), *own.get((n, c), ())) for c in range(len(shifts) + 1))
            for n, shifts in enumerate(self._model.choices[squad])
        )
