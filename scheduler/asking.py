"""What dates cost at least under some condition, beyond what they cost anyway: many dates ask the same of one model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Generic, TypeVar

from scheduler.kinds import Kind
from scheduler.mip import Effort

K = TypeVar("K", bound=Hashable)
Build = Callable[[], Kind]
"""Makes the model of a look."""
Question = tuple[Hashable, tuple[int, ...]]
"""What the model looks like, and the prices of heads."""


@dataclass
class Asking(Generic[K]):
    """Questions of dates; each date has a key, and the cost (units) from which its extra is counted."""

    build: dict[Hashable, Build] = field(default_factory=dict)
    models: dict[Hashable, Kind] = field(default_factory=dict)
    rows: dict[Question, list[tuple[K, float]]] = field(default_factory=lambda: defaultdict(list))
    bounds: dict[Question, float] = field(default_factory=dict)

    def ask(self, key: K, least: float, look: Hashable, prices: tuple[int, ...], build: Build) -> None:
        """Ask what a date costs beyond ``least``; the model of a ``look`` is built once it is needed."""
        self.build.setdefault(look, build)
        self.rows[look, prices].append((key, least))

    def relax(self) -> None:
        """Solve the linear relaxation of all questions."""
        for question in self.rows:
            bound = self._model(question).relaxed(question[1]).bound
            self.bounds[question] = bound if isfinite(bound) else -inf  # CP-SAT may prove that there is no answer

    def solve(
        self, effort: Effort, go_on: Callable[[], bool], *, wanted: Collection[K] | None = None, most: float = inf
    ) -> None:
        """Solve the questions, those first whose dates seem to cost least, as long as ``go_on`` says.

        Those whose dates seem to cost ``most`` extra or more are left out; only those are solved that one of the dates
        ``wanted`` asks, if any are named.
        """
        some = [q for q, rows in self.rows.items() if wanted is None or any(key in wanted for key, _ in rows)]
        for question in sorted(some, key=self.extra_of):
            if self.extra_of(question) >= most or not go_on():
                return
            bound = self._model(question).answer(question[1], effort).bound
            self.bounds[question] = max(self.bounds.get(question, -inf), bound)

    @property
    def cheapest(self) -> float:
        """What the cheapest date costs extra, as far as is known."""
        return min((self.extra_of(question) for question in self.rows), default=inf)

    def extra_of(self, question: Question) -> float:
        """Return what the cheapest date of a question costs extra, as far as is known."""
        return self.bounds.get(question, -inf) - max(least for _, least in self.rows[question])

    def extra(self) -> dict[K, float]:
        """Return what each date costs extra at least, as far as is known."""
        known = ((self.bounds.get(question, -inf), rows) for question, rows in self.rows.items())
        return {key: bound - least for bound, rows in known if bound > -inf for key, least in rows}

    def _model(self, question: Question) -> Kind:
        look = question[0]
        if look not in self.models:
            self.models[look] = self.build[look]()
        return self.models[look]
