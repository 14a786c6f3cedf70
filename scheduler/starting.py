"""What a repair's solves start from: the roster as given without those who are away, or what a solve before found."""

from __future__ import annotations

from collections.abc import Mapping

from ortools.sat.python import cp_model

from scheduler.changes import Part
from scheduler.decided import Decided, hint
from scheduler.published import heads


def suggest_given(part: Part) -> None:
    """Suggest to the part's model that everybody does as given, and that whoever is away rests."""
    scenario, now = part.ask.scenario, part.now
    away = {key for key in now.shifts if scenario.absence(*key) is not None}
    there = {key: rows for key, rows in now.doing.items() if key not in away}
    known = Decided(
        shifts=frozenset((key[0], shift) for key, shift in now.shifts.items() if key not in away),
        staff=heads(scenario, there),
        visits={key: min(key[1].wanted, n) for key, n in now.visits.items()},
        joins=frozenset(pair for pair in now.joins if not _away(part, *pair)),
        uses=frozenset((use.vehicle, r.id) for r in part.ask.given.remediations for use in r.vehicles),
    )
    cp = part.built.model.cp
    cp.clear_hints()  # type: ignore[no-untyped-call]
    hint(part.built.model, known)
    for key, literal in part.keep.items():
        cp.add_hint(literal, key in there and part.was.doing.get(key) == there[key])


def _away(part: Part, officer: str, remediation: str) -> bool:
    days = {c.start.date() for c in part.candidates if c.id == remediation}
    return any(part.ask.scenario.absence(officer, day) is not None for day in days)


def suggest_values(cp: cp_model.CpModel, values: Mapping[int, int]) -> None:
    """Suggest values by number of variable; variables added since then get none."""
    cp.clear_hints()  # type: ignore[no-untyped-call]
    for n, value in values.items():
        cp.add_hint(cp.get_int_var_from_proto_index(n), value)


def values_of(cp: cp_model.CpModel, solver: cp_model.CpSolver) -> dict[int, int]:
    """Return the values of all variables by their number."""
    return {n: solver.value(cp.get_int_var_from_proto_index(n)) for n in range(len(cp.proto.variables))}
