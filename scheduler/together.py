"""What units do together: visits to a window on a border, and standing presences; who makes how many.

At the prices of its proof it costs a unit so much to make at least so many visits on a date, or to send so many heads.
What is cheap for one is dear for another, and half a pair makes no visits: that the units' average days share a window
evenly does not mean that their days should. With these costs the split that is cheapest for all is chosen, window by
window, the other windows paid for as in the proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import inf, isfinite

from constraints.base import GRAIN, OfficerClass, Period, Task
from domain.scenario import Presence, Scenario
from domain.words import DutyKind
from scheduler.days import Days
from scheduler.kinds import Dated, tag_of
from scheduler.mip import Effort
from scheduler.relaxed import Border, Tag

STEPS = 6
"""So many numbers of visits are asked for besides none; who is to make one between makes the next."""
DEARER = 0.05
"""Share by which heads become dearer with each that the same unit sends: prices hold for few of them."""
TOGETHER_UNITS = 0.1
"""Deterministic time of one answer; few need more."""
TRUSTED = 30 * GRAIN
"""Units by which an answer on visits may be unproven: splits differ by little, and error would decide."""

Unit = tuple[str, ...]
Costs = tuple[float, ...]
"""Units that a unit costs with 0, 1, 2, ... of them or more; only differences count."""


@dataclass(frozen=True)
class Parts:
    """What a unit's parts in common things cost it: visits by window and date, heads by presence on all its dates."""

    visits: Mapping[tuple[Tag, date], Costs] = field(default_factory=dict)
    presences: Mapping[str, Costs] = field(default_factory=dict)


def parts_of(
    days: Days, scenario: Scenario, squads: Collection[str], met: Mapping[Tag, Border], go_on: Callable[[], bool]
) -> Parts:
    """Return what visits and heads cost the unit of ``squads``; what is not found in time is left out.

    ``scenario`` is the whole one, ``met`` the windows on borders.
    """
    bounded = {p.id for p in days.scenario.presences}
    presences = {
        p.id: found
        for p in scenario.presences
        if p.id in bounded and not set(p.squads) <= set(squads)
        if (found := _of_heads(days, scenario, p, go_on)) is not None
    }
    seen: dict[tuple[int, Tag], Costs | None] = {}
    visits: dict[tuple[Tag, date], Costs] = {}
    for day in sorted(days.days, key=lambda d: -sum(other.kind is d.kind for other in days.days)):
        tags = {tag_of(w) for (_, w), v in day.kind.built.model.visits.items() if not isinstance(v, int)}
        for tag in sorted(tags & set(met), key=str):
            key = id(day.kind), tag
            if key not in seen:
                seen[key] = _of_visits(days, day, tag, met[tag].wanted, go_on)
            found = seen[key]
            if found is not None:
                visits[tag, day.day] = found
    return Parts(visits, presences)


def _of_visits(days: Days, day: Dated, tag: Tag, wanted: int, go_on: Callable[[], bool]) -> Costs | None:
    kind, least = day.kind, days.known(day, days.best)
    prices, _ = days.prices_of(day, days.best)
    if least is None:
        return None
    model = days.altered(kind, unpaid=tag)
    made = [v for (_, w), v in model.built.model.visits.items() if tag_of(w) == tag and not isinstance(v, int)]
    marks = sorted({round(wanted * n / STEPS) for n in range(STEPS + 1)})
    found = []
    for n in marks:
        if not go_on():
            return None
        answer = model.at_least(made, n, prices, Effort(0.0, TOGETHER_UNITS, seed=days.seed))
        if n == 0 and not isfinite(answer.cost) or isfinite(answer.cost) and answer.cost - answer.bound > TRUSTED:
            return None
        found.append(answer.cost)
    price = days.charged.get(tag, 0)
    at = {n: max(x, least + price * n) for n, x in zip(marks, found, strict=True)}  # less is impossible at these prices
    return tuple(min(x for n, x in at.items() if n >= asked) for asked in range(wanted + 1))


def _of_heads(days: Days, scenario: Scenario, presence: Presence, go_on: Callable[[], bool]) -> Costs | None:
    """Return what heads at a shared presence cost, over all its dates together."""
    total: list[float] = [0.0] * (presence.heads + 1)
    seen: dict[int, list[float]] = {}
    for day in days.days:
        if not presence.first <= day.day < presence.end:
            continue
        if id(day.kind) not in seen:
            prices, _ = days.prices_of(day, days.best)
            seen[id(day.kind)] = []
            for n in range(presence.heads + 1):
                if not go_on():
                    return None
                model = days.altered(day.kind, partial(_asking, scenario, presence.id, n))
                effort = Effort(0.0, TOGETHER_UNITS, seed=days.seed)
                seen[id(day.kind)].append(model.at_least((), 0, prices, effort).cost)
        found = seen[id(day.kind)]
        total = [a + b - found[0] for a, b in zip(total, found, strict=True)]
    cost = [max(total[: n + 1]) * (1.0 + DEARER * max(0, n - 1)) for n in range(len(total))]
    return tuple(cost) if all(isfinite(x) for x in cost) else None


def _asking(scenario: Scenario, presence: str, heads: int, one: Scenario) -> Scenario:
    """Return a date on which a shared presence asks for so many heads, at what they cost if they are missing."""
    asked = tuple(p.model_copy(update={"heads": heads}) if p.id == presence else p for p in one.presences)
    kept = tuple(p for p in asked if p.heads)
    policy = {key: value for key, value in one.policy.items() if key != "S17.weight"}
    policy |= {key: value for key, value in scenario.policy.items() if key == "S17.weight"}
    return one.model_copy(update={"presences": kept, "policy": policy})


def visits_of_all(
    scenario: Scenario, costs: Mapping[Unit, Parts], met: Mapping[Tag, Border]
) -> dict[tuple[Unit, Tag, date], int]:
    """Return how many visits each unit is to make to each window and date; nothing where a unit's costs are unknown."""
    found: dict[tuple[Unit, Tag, date], int] = {}
    for tag, border in met.items():
        units = [unit for unit in costs if set(unit) & set(scenario.hotspot_by_id[str(tag[0])].squads)]
        missing = tuple(border.units * m * (m + 1) / 2 for m in range(border.wanted + 1))
        chosen: dict[tuple[Costs, ...], tuple[int, ...]] = {}
        for on in scenario.dates:
            rows = tuple(costs[unit].visits.get((tag, on)) for unit in units)
            known = tuple(row for row in rows if row is not None)
            if len(known) < len(units):
                continue
            if known not in chosen:
                chosen[known] = cheapest_split(known, missing)
            found |= {(unit, tag, on): n for unit, n in zip(units, chosen[known], strict=True)}
    return found


def heads_of_all(costs: Mapping[Unit, Parts], presence: Presence, missing: float) -> dict[Unit, int] | None:
    """Return how many heads of a shared presence each unit owes; None if the costs of a unit are unknown.

    ``missing`` is what a head costs that nobody sends, in units.
    """
    units = [unit for unit in costs if set(unit) & set(presence.squads)]
    rows = tuple(costs[unit].presences.get(presence.id) for unit in units)
    known = tuple(row for row in rows if row is not None)
    if len(known) < len(units):
        return None
    split = cheapest_split(known, tuple(missing * m for m in range(presence.heads + 1)))
    owed = dict(zip(units, split, strict=True))
    dearest = min(owed, key=lambda unit: (-owed[unit], unit))  # what nobody sends is still owed by somebody
    owed[dearest] += presence.heads - sum(split)
    return owed


def heads_as_rostered(
    scenario: Scenario, units: Sequence[Unit], staff: Mapping[tuple[OfficerClass, Period, Task], int]
) -> dict[Unit, dict[str, int]]:
    """Return the heads that each unit mostly sends to shared presences, where they add up to all of them."""
    found: dict[Unit, dict[str, int]] = {unit: {} for unit in units}
    for presence in scenario.presences:
        usual = {}
        for unit in units:
            there: Counter[Period] = Counter()
            for (group, period, task), n in staff.items():
                if task == Task(DutyKind.PRESENCE, presence.id) and group.squad in unit:
                    there[period._replace(squad="")] += n
            usual[unit] = Counter(there.values()).most_common(1)[0][0] if there else 0
        if sum(usual.values()) == presence.heads:
            for unit, heads in usual.items():
                found[unit][presence.id] = heads
    return found


def cheapest_split(rows: Sequence[Costs], missing: Costs) -> tuple[int, ...]:
    """Return how many each row takes at least cost in all; ``missing`` is the cost of 0, 1, ... that none takes."""
    wanted = len(missing) - 1
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for row in rows:
        now: dict[int, tuple[float, tuple[int, ...]]] = defaultdict(lambda: (inf, ()))
        for taken, (cost, split) in best.items():
            for n in range(min(len(row) - 1, wanted - taken) + 1):
                if (more := cost + row[n]) < now[taken + n][0]:
                    now[taken + n] = more, (*split, n)
        best = now
    return min((cost + missing[wanted - taken], split) for taken, (cost, split) in best.items())[1]
