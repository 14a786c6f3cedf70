"""The brigades of the benchmark: parts of the sample, the sample, and the sample twice over."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from domain.scenario import Scenario
from inputs.sample import sample_scenario
from scheduler.progress import Options
from scheduler.restrict import restricted

ONE, FOUR, SAMPLE, DOUBLED = 1, 4, 17, 34
SIZES = (ONE, FOUR, SAMPLE, DOUBLED)
ONE_SQUAD, FOUR_SQUADS = "外滩", "A"
TEXT_FIELDS = ("name", "symbol", "source", "reason", "brigade")


def scenario_of(squads: int) -> Scenario:
    """Return one squad, one group, the sample brigade, or the sample twice over."""
    sample = sample_scenario()
    if squads == DOUBLED:
        return doubled(sample)
    return restricted(sample, part_of(squads))


def part_of(squads: int) -> Options:
    """Return the options that restrict the sample to so many squads."""
    if squads == ONE:
        return Options(squad=ONE_SQUAD)
    return Options(group=FOUR_SQUADS) if squads == FOUR else Options()


def doubled(scenario: Scenario) -> Scenario:
    """Return the brigade beside a second one like it; the second one's ids end in "二", shifts are common."""
    lists = [name for name in type(scenario).model_fields if isinstance(getattr(scenario, name), tuple)]
    own = [name for name in lists if name not in ("calendar", "shifts")]
    ids = {row.id for name in own for row in getattr(scenario, name) if hasattr(row, "id")}
    update: dict[str, Any] = {}
    for name in own:
        rows = getattr(scenario, name)
        copies = (type(row)(**renamed(dict(row), ids)) for row in rows)
        update[name] = (*rows, *copies)
    update["shifts"] = tuple(
        s.model_copy(update={"squads": (*s.squads, *renamed(s.squads, ids))}) for s in scenario.shifts
    )
    return scenario.model_copy(update=update)


def renamed(value: Any, ids: set[str]) -> Any:  # noqa: ANN401
    """Return a value with every id in it renamed; texts that people read stay."""
    if isinstance(value, Mapping):
        return {key: part if key in TEXT_FIELDS else renamed(part, ids) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(renamed(part, ids) for part in value)
    is_id = isinstance(value, str) and not isinstance(value, Enum) and value in ids
    return f"{value}二" if is_id else value
