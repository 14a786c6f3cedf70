"""From what a solver decided to a roster as our audit sees it; the same for every peer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from watched import Measured

from constraints.base import Candidate, RosterModel
from domain.roster import Roster
from domain.scenario import Scenario
from scheduler.audit import audit, hard, points
from scheduler.decided import Decided, read_off
from scheduler.finish import assemble, name_squad
from scheduler.parts import NAMING


class Values:
    """The values of a model's variables, to be read as a CP-SAT solver is."""

    def __init__(self, values: Sequence[int]) -> None:
        self._values = values

    def value(self, variable: Any) -> int:  # noqa: ANN401
        """Return the value of a variable of the model."""
        return self._values[variable.index]


def decided(model: RosterModel, values: Sequence[int]) -> Decided:
    """Read the decisions off the values of all variables, in the model's order."""
    reader: Any = Values(values)
    return read_off(model, reader)


def finished(scenario: Scenario, known: Decided, candidates: Sequence[Candidate]) -> Roster:
    """Name the duties with our own second stage and put the roster together."""
    duties: Iterable[Any] = chain.from_iterable(
        name_squad(scenario, squad.id, known.only(scenario, (squad.id,)), candidates, NAMING)
        for squad in scenario.squads
    )
    return assemble(scenario, known, candidates, duties)


def audited(measured: Measured, scenario: Scenario, known: Decided, candidates: Sequence[Candidate]) -> None:
    """Enter what our audit says of the finished roster: points as `lianqin check` counts them, and hard breaches."""
    findings = audit(scenario, finished(scenario, known, candidates))
    measured.objective = points(findings)
    measured.hard = len(hard(findings))
