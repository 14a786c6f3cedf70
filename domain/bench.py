"""What a run on a public instance came to."""

from __future__ import annotations

from domain.words import Record, Status, Text


class Published(Record):
    """What others report of an instance: best bound and objective known, best objective after ten minutes."""

    lower: int
    upper: int
    ten_minutes: int | None = None


class BenchRow(Record):
    """One instance: what was found, proven and scored. Seconds count from the start of its solve.

    ``score`` is the objective by a scorer that shares nothing with the solver, ``breaches`` every hard limit broken by
    its account; ``bound_from`` says what proves the bound. Where nothing was found, objective and gap are None.
    """

    instance: str
    weeks: float
    staff: int
    shift_types: int
    status: Status
    objective: float | None
    bound: float
    gap: float | None
    objective_seconds: float | None
    bound_seconds: float | None
    wall_seconds: float
    score: int | None
    breaches: tuple[Text, ...]
    bound_from: Text
    published: Published | None

    @property
    def sound(self) -> bool:
        """Whether the scorer agrees: the same cost and no breach; true where there is nothing to score."""
        return self.objective is None or (not self.breaches and self.score == self.objective)


class BenchReport(Record):
    """A run over several instances, as written by ``--json``."""

    format_version: int = 1
    seconds_each: float
    workers: int
    seed: int
    versions: tuple[tuple[str, str], ...]
    rows: tuple[BenchRow, ...]
