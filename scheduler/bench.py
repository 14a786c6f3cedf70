"""The verb `bench`: public instances through the same rules and engine as every roster, scored by somebody else.

Sources of the figures of others: Curtois and Qu 2014; Rahimian 2017; Turhan and Bilgen, as tabulated in public.
"""

from __future__ import annotations

import math
import platform
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from constraints.base import GRAIN, all_rules
from domain.bench import BenchRow, Published
from domain.parameter import type_of_value
from domain.roster import Roster
from domain.words import Status
from inputs.curtois import Instance, lost_requests, scenario_of
from outputs.curtois import score
from scheduler.line_solved import Solved
from scheduler.lines import solve_lines
from scheduler.progress import Options, Progress, Watch

PRICED = ("S10", "S21")
"""The rules whose prices an instance knows: requests and heads on shifts. All other prices are nil there."""
UNASKED: Mapping[str, type_of_value] = {"R03.min_rest": timedelta(0), "R05.least": timedelta(0)}
"""Limits that an instance does not know."""
PACKAGES = ("lianqin", "ortools", "numpy")


def _known(lower: int, upper: int | None = None, ten_minutes: int | None = None) -> Published:
    upper = lower if upper is None else upper
    return Published(lower=lower, upper=upper, ten_minutes=ten_minutes)


PUBLISHED: Mapping[int, Published] = {
    1: _known(607, 607, 607),
    2: _known(828, 828, 828),
    3: _known(1001, 1001, 1001),
    4: _known(1716, 1716, 1716),
    5: _known(1143, 1143, 1143),
    6: _known(1950, 1950, 1950),
    7: _known(1056, 1056, 1056),
    8: _known(1300, 1300, 1341),
    9: _known(439, 439, 439),
    10: _known(4631, 4631, 4631),
    11: _known(3443, 3443, 3443),
    12: _known(4040, 4040, 4042),
    13: _known(1348, 1348, 3109),
    14: _known(1278, 1278, 1281),
    15: _known(3828, 3828, 4144),
    16: _known(3225, 3225, 3253),
    17: _known(5746, 5746, 5760),
    18: _known(4459, 4459, 5000),
    19: _known(3149, 3149, 3809),
    20: _known(4769),
    21: _known(21133),
    22: _known(30241),
    23: _known(17285),
    24: _known(40438, 40439),
}


def instances(folder: Path) -> dict[int, Path]:
    """Return the instance files of a folder by the number in their names, in order."""
    found = ((re.fullmatch(r"\D*(\d+)", path.stem), path) for path in folder.glob("*.txt"))
    return dict(sorted((int(match[1]), path) for match, path in found if match))


def policy() -> dict[str, type_of_value]:
    """Return the parameters under which a scenario asks for what an instance asks for, and nothing else."""
    nil = {f"{r.id}.{key}": 0 for r in all_rules() if r.id not in PRICED for key in r.prices.values()}
    return {**nil, **UNASKED}


def versions() -> tuple[tuple[str, str], ...]:
    """Return the versions of what the figures depend on."""
    return (("python", platform.python_version()), *((name, version(name)) for name in PACKAGES))


def bench_instance(number: int, instance: Instance, options: Options, watch: Watch) -> tuple[BenchRow, Roster]:
    """Solve one instance and score what was found; the roster is empty where nothing was."""
    lost, tell = lost_requests(instance), watch.tell

    def tell_all(said: Progress) -> None:
        objective, bound = (None if points is None else points + lost for points in (said.objective, said.bound))
        tell(replace(said, objective=objective, bound=bound))

    watch.tell = tell_all
    solved = solve_lines(scenario_of(instance, policy()), options, watch)
    roster = Roster(shifts=solved.shifts)
    return _row(number, instance, solved, roster, watch.elapsed), roster


def _row(number: int, instance: Instance, solved: Solved, roster: Roster, elapsed: float) -> BenchRow:
    lost = lost_requests(instance)
    objective = None if solved.objective is None else solved.objective + lost
    # every cost of an instance is whole, so a bound may be rounded up
    bound = float(math.ceil(solved.bound / GRAIN + lost - 1e-6))
    judged = None if objective is None else score(instance, roster)
    optimal = objective is not None and objective <= bound
    status = Status.OPTIMAL if optimal else Status.FEASIBLE if objective is not None else solved.status
    return BenchRow(
        instance=instance.name,
        weeks=instance.days / 7,
        staff=len(instance.staff),
        shift_types=len(instance.shifts),
        status=status,
        objective=objective,
        bound=bound if objective is None else min(bound, objective),
        gap=None if objective is None else max(0.0, objective - bound) / objective if objective else 0.0,
        objective_seconds=_rounded(solved.cost_seconds),
        bound_seconds=_rounded(solved.bound_seconds),
        wall_seconds=round(elapsed, 1),
        score=None if judged is None else judged.total,
        breaches=() if judged is None else judged.breaches,
        bound_from=solved.bound_from,
        published=PUBLISHED.get(number),
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
