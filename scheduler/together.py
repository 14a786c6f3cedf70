"""What units do together: visits to a window on a border, and standing presences; who makes how many.

At the prices of its proof it costs a unit so much to make at least so many visits on a date, or to send so many heads.
What is cheap for one is dear for another, and half a pair makes no visits: that the units' average days share a window
evenly does not mean that their days should. With these costs the split that is cheapest for all is chosen, window by
window, the other windows paid for as in the proof; only where nobody shares two windows at the same time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import product
from math import inf, isfinite

from ortools.sat.python import cp_model

from constraints.base import GRAIN, OfficerClass, Period, Task
from domain.scenario import Presence, Scenario
from domain.words import DutyKind
from scheduler.days import Days
from scheduler.kinds import Dated, Kind, tag_of
from scheduler.mip import Effort
from scheduler.relaxed import Border, Tag

SHARES = ((0, 3, 6), (2, 4), (1, 5))
"""Sixths of the wanted visits that are asked for, all windows in the first way before any in the next; who is to make
some number between makes the next one asked for."""
DEARER = 0.05
"""Share by which heads become dearer with each that the same unit sends: prices hold for few of them."""
TOGETHER_UNITS, TOGETHER_NODES = 0.1, 2000
"""Deterministic time of one answer, and what SCIP gets where that is not enough."""
TOGETHER_GAP, TRUSTED = 5 * GRAIN, 10 * GRAIN
"""Units to which an answer is sought, and by which one on visits may be unproven: splits differ by little, and error
would decide."""

OFF_AIM = 0.25
"""Share of the price of a visit by which each is dearer that a unit makes more or less than in its mix: 街道八 lost 8.5
points with each visit more, at a price of 35.9."""
SPLIT_UNITS = 0.5
"""Deterministic time for the visits to one window on all dates."""

Unit = tuple[str, ...]
Costs = tuple[float, ...]
"""Units that a unit costs with 0, 1, 2, ... of them or more; only differences count."""


@dataclass(frozen=True)
class Parts:
    """What a unit's parts in common things cost it: visits by window and date, heads by presence on all its dates."""

    visits: Mapping[tuple[Tag, date], Costs] = field(default_factory=dict)
    presences: Mapping[str, Costs] = field(default_factory=dict)


def parts_of(
    days: Days,
    scenario: Scenario,
    squads: Collection[str],
    met: Mapping[Tag, Border],
    crowded: Collection[tuple[Tag, date]],
    go_on: Callable[[], bool],
) -> Parts:
    """Return what visits and heads cost the unit of ``squads``; what is not found in time is left out.

    ``scenario`` is the whole one, ``met`` the windows on borders; those that are ``crowded`` on a date are left out.
    """
    bounded = {p.id for p in days.scenario.presences}
    presences = {
        p.id: found
        for p in scenario.presences
        if p.id in bounded and not set(p.squads) <= set(squads)
        if (found := _of_heads(days, scenario, p, go_on)) is not None
    }
    on = _windows(days, met, crowded)
    asked = tuple(dict.fromkeys(on.values()))
    for shares in SHARES:
        for one in asked:
            one.ask(shares, go_on)
    return Parts({key: one.row() for key, one in on.items() if one.known}, presences)


@dataclass(eq=False)
class _Visits:
    """What so many visits to a window cost on dates that are alike; ``model`` does not pay for them."""

    model: Kind
    made: Sequence[cp_model.IntVar]
    wanted: int
    prices: tuple[int, ...]
    least: float
    price: int
    seed: int
    costs: dict[int, float] = field(default_factory=dict)
    known: bool = False
    """Whether all of some shares have been asked for, and something was found."""

    def ask(self, shares: Collection[int], go_on: Callable[[], bool]) -> None:
        """Find what some sixths of the wanted visits cost, or more of them, as long as ``go_on`` says."""
        effort = Effort(TOGETHER_GAP, TOGETHER_UNITS, TOGETHER_NODES, self.seed)
        for least in sorted({round(self.wanted * share / SHARES[0][-1]) for share in shares} - set(self.costs)):
            if not go_on():
                return
            answer = self.model.at_least(self.made, least, self.prices, effort)
            if isfinite(answer.cost) and answer.cost - answer.bound <= TRUSTED:
                self.costs[least] = max(answer.cost, self.least + self.price * least)  # less cannot be at these prices
        self.known = bool(self.costs)

    def row(self) -> Costs:
        return tuple(min((x for n, x in self.costs.items() if n >= m), default=inf) for m in range(self.wanted + 1))


def _windows(
    days: Days, met: Mapping[Tag, Border], crowded: Collection[tuple[Tag, date]]
) -> dict[tuple[Tag, date], _Visits]:
    """Return the windows on borders by date, alike ones together; those on most dates come first."""
    alike: dict[tuple[object, Tag], _Visits] = {}
    on: dict[tuple[Tag, date], _Visits] = {}
    for day in sorted(days.days, key=lambda d: -sum(other.kind is d.kind for other in days.days)):
        least = days.known(day, days.best)
        if least is None:
            continue
        open_ = {tag_of(w) for (_, w), v in day.kind.built.model.visits.items() if not isinstance(v, int)}
        asked = {tag for tag in open_ & set(met) if (tag, day.day) not in crowded}
        for tag in sorted(asked, key=str):
            key = _alike(days, day), tag
            if key not in alike:
                alike[key] = _window(days, day, tag, met[tag].wanted, least)
            on[tag, day.day] = alike[key]
    return on


def _window(days: Days, day: Dated, tag: Tag, wanted: int, least: float) -> _Visits:
    model = days.altered(day.kind, unpaid=tag)
    made = [v for (_, w), v in model.built.model.visits.items() if tag_of(w) == tag and not isinstance(v, int)]
    prices, _ = days.prices_of(day, days.best)
    return _Visits(model, made, wanted, prices, least, days.charged.get(tag, 0), days.seed)


def _alike(days: Days, day: Dated) -> object:
    """Return what dates have in common on which the same visits or heads cost as much, as far as prices tell."""
    prices, _ = days.prices_of(day, days.best)
    least = days.known(day, days.best)
    return prices, None if least is None else round(least / GRAIN)


def _of_heads(days: Days, scenario: Scenario, presence: Presence, go_on: Callable[[], bool]) -> Costs | None:
    """Return what heads at a shared presence cost, over all its dates together."""
    total: list[float] = [0.0] * (presence.heads + 1)
    seen: dict[object, list[float]] = {}
    for day in days.days:
        if not presence.first <= day.day < presence.end:
            continue
        alike = _alike(days, day)
        if alike not in seen:
            prices, _ = days.prices_of(day, days.best)
            seen[alike] = []
            for n in range(presence.heads + 1):
                if not go_on():
                    return None
                model = days.altered(day.kind, partial(_asking, scenario, presence.id, n))
                effort = Effort(0.0, TOGETHER_UNITS, seed=days.seed)
                seen[alike].append(model.at_least((), 0, prices, effort).cost)
        found = seen[alike]
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
    scenario: Scenario,
    costs: Mapping[Unit, Parts],
    met: Mapping[Tag, Border],
    aims: Mapping[Unit, Mapping[Tag, float]],
    prices: Mapping[Tag, int],
) -> dict[tuple[Unit, Tag, date], int]:
    """Return how many visits each unit is to make to each window and date; nothing where a unit's costs are unknown.

    In all it is to make about as many as its ``aims`` say, by window on all dates together: costs hold for one date.
    """
    found: dict[tuple[Unit, Tag, date], int] = {}
    for tag, border in met.items():
        units = [unit for unit in costs if set(unit) & set(scenario.hotspot_by_id[str(tag[0])].squads)]
        missing = tuple(border.units * m * (m + 1) / 2 for m in range(border.wanted + 1))
        rows: dict[date, tuple[Costs, ...]] = {}
        for on in scenario.dates:
            row = tuple(costs[unit].visits.get((tag, on)) for unit in units)
            known = tuple(one for one in row if one is not None)
            if known and len(known) == len(units):
                rows[on] = known
        share = len(rows) / border.dates
        asked = tuple(None if unit not in aims else share * aims[unit].get(tag, 0.0) for unit in units)
        for on, split in split_dates(rows, missing, asked, OFF_AIM * prices.get(tag, 0)).items():
            found |= {(unit, tag, on): n for unit, n in zip(units, split, strict=True)}
    return found


def split_dates(
    rows: Mapping[date, tuple[Costs, ...]], missing: Costs, aims: Sequence[float | None], dear: float
) -> dict[date, tuple[int, ...]]:
    """Return how many each row of a date takes at about the least cost in all.

    ``missing`` is the cost of 0, 1, ... that none takes on a date, ``dear`` what each is worth by which a row's sum
    over all dates is off its aim. What is chosen for some of the dates that are alike is spread over them.
    """
    alike: dict[tuple[Costs, ...], list[date]] = defaultdict(list)
    for on, row in rows.items():
        alike[row].append(on)
    cp = cp_model.CpModel()
    cost: list[cp_model.LinearExprT] = []
    taken: list[list[cp_model.LinearExprT]] = [[] for _ in aims]
    chosen: dict[tuple[Costs, ...], list[tuple[tuple[int, ...], cp_model.IntVar]]] = {}
    for row, days in alike.items():
        splits = tuple(product(*map(_marks, row)))
        chosen[row] = [(split, cp.new_int_var(0, len(days), "")) for split in splits]
        cp.add(sum(times for _, times in chosen[row]) == len(days))
        for split, times in chosen[row]:
            lacking = missing[max(0, len(missing) - 1 - sum(split))]
            cost.append(round(lacking + sum(c[n] for c, n in zip(row, split, strict=True))) * times)
            for n, mine in zip(split, taken, strict=True):
                mine.append(n * times)
    for aim, mine in zip(aims, taken, strict=True):
        if aim is not None and mine:
            off = cp.new_int_var(0, 10**6, "")
            cp.add(off >= sum(mine) - round(aim))
            cp.add(off >= round(aim) - sum(mine))
            cost.append(round(dear) * off)
    cp.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = SPLIT_UNITS
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    found: dict[date, tuple[int, ...]] = {}
    for row, days in alike.items():
        often = {split: solver.value(times) for split, times in chosen[row]}
        found |= zip(sorted(days), _spread(often), strict=True)
    return found


def _spread(often: Mapping[tuple[int, ...], int]) -> list[tuple[int, ...]]:
    """Return each split as often as it is to be, one after the other in turn."""
    rows = ((k / times, split) for split, times in often.items() for k in range(times))
    return [split for _, split in sorted(rows)]


def _marks(row: Costs) -> list[int]:
    """Return the numbers beyond which a row becomes dearer."""
    return [n for n, x in enumerate(row) if isfinite(x) and (n + 1 == len(row) or row[n + 1] > x)]


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
