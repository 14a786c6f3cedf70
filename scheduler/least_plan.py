"""What the remediations of a month cost at least, given what sending people costs each unit on each date.

A remediation takes people from the units that send them and misses those that do not come (S03). Whoever is not known
to cost anything comes for nothing, and of those who may come the cheapest do. Which remediations are held follows from
the rules that count and place them (R12, S15) and what is owed after the period (S04), as they stand. Of remediations
on one date in which the same units may have part only the dearest counts, or what two of them cost together where that
is known (see `both`). So what comes out may be added to the units' bounds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, inf, isfinite
from typing import NamedTuple

from ortools.sat.python import cp_model

from constraints.base import Candidate, RosterModel, all_rules
from domain.calendar import DAY, dates
from domain.scenario import Scenario
from domain.words import DutyKind
from scheduler.both import Both
from scheduler.keeping import Kept, holder_of
from scheduler.owed import price_of_one
from scheduler.parts import units
from scheduler.recut import one_at_most, recut_by
from scheduler.sending import Going, Sent, Unit, going_of

PLAN_UNITS = 5.0
COUNTED = ("R12", "S15", "S04")
"""Rules of which something follows from what is held alone: of S04, in a model without visits, what is owed later."""


SparedBy = Mapping[Unit, Mapping[str, int]]
"""By how much a date of a unit may cost less where a candidate cuts it (units), by its id."""
NOTHING_SPARED: SparedBy = {}
NOTHING_LESS: Mapping[str, int] = {}

Sets = dict[str, list[tuple[int, Candidate]]]
"""Candidates of one date with what they cost at least (units), in sets of which at most one is held."""


class Plan(NamedTuple):
    """What remediations cost at least (units), and those that are held where they cost no more, by id."""

    cost: int
    held: frozenset[str]


@dataclass(frozen=True)
class Offer:
    """A unit's part in a remediation: how many of its squads count, and its extra cost, None where not known.

    ``less`` is by how much its date may cost less whether it has a part or not (see `sparing`), ``few`` what those are
    paid for whom it must send.
    """

    squads: Unit
    people: int
    extra: int | None
    less: int = 0
    few: int = 0


def least_plan(
    scenario: Scenario,
    least: Mapping[str, int],
    candidates: Iterable[Candidate],
    kept: Mapping[Unit, Kept] | None = None,
    two: Mapping[tuple[str, str], int] | None = None,
    less: Mapping[str, int] = NOTHING_LESS,
) -> Plan:
    """Return the least that remediations cost in all.

    ``least`` is what each costs on its date, by candidate id, ``two`` what an order and another one on its date cost
    together; ``kept`` what the holding after it costs each unit. ``less`` is by how much others of its date may
    cost less for it (see `sparing`).
    """
    cp = cp_model.CpModel()
    shared = tuple(c for c in candidates if c.id in least)
    model = RosterModel(cp=cp, officers=(), squads=(), groups=scenario.groups, days=scenario.dates, candidates=shared)
    model.held = {c.id: cp.new_bool_var(f"held/{c.id}") for c in shared}
    cost: list[cp_model.LinearExprT] = []
    for rule in all_rules():
        if rule.id in COUNTED:
            cost += [rule.price(scenario, t.item) * t.amount for t in rule.post(model, scenario)]
    for one in sorted({c.designated for c in shared if c.designated is not None}):
        cp.add_exactly_one(model.held[c.id] for c in shared if c.designated == one)
    by_day: dict[tuple[date, int], Sets] = defaultdict(lambda: defaultdict(list))
    together = _together(scenario, shared)
    for c in shared:
        if c.forced:
            cp.add(model.held[c.id] == 1)
        if least[c.id] or less.get(c.id):
            by_day[c.day, together[c.squads[0]]][one_at_most(scenario, c)].append((least[c.id], c))
    for (day, n), sets in by_day.items():
        twos = list(_twos(sets, two or {}))
        every = (*sets.values(), *(rows for _, _, rows in twos))
        most = sum(max(0, *(units for units, _ in rows)) for rows in every)
        lowest = -sum(max(max(less.get(c.id, 0), -units) for units, c in rows) for rows in sets.values())
        dearest = cp.new_int_var(lowest, max(0, most), f"dearest/{day}/{n}")

        for apart in _apart(scenario, sets):
            held = sum(units * model.held[c.id] for name in apart for units, c in sets[name])
            cp.add(dearest + _beside(model, sets, apart, less) >= held)
        for order, names, rows in twos:
            dear = max(units for units, _ in rows) - lowest
            held = sum((units - lowest) * model.held[c.id] for units, c in rows)
            beside = _beside(model, sets, names, less)
            cp.add(dearest - lowest + beside + dear * (1 - model.held[order.id]) >= held)
        cost.append(dearest)
    after = holding_costs(scenario, kept or {}, shared)
    cost += [after[c.id] * model.held[c.id] for c in shared if after.get(c.id)]
    cp.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_deterministic_time = PLAN_UNITS
    status = solver.solve(cp)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    proven = ceil(solver.best_objective_bound - 1e-6) if found or status == cp_model.UNKNOWN else 0
    return Plan(proven, frozenset(c.id for c in shared if found and solver.boolean_value(model.held[c.id])))


def _beside(model: RosterModel, sets: Sets, names: Collection[str], less: Mapping[str, int]) -> cp_model.LinearExpr:
    """Return by how much a date may cost less for what is held on it beside some sets."""
    ids = [c.id for name in sets if name not in names for _, c in sets[name] if less.get(c.id)]
    return cp_model.LinearExpr.weighted_sum([model.held[cid] for cid in ids], [less[cid] for cid in ids])


def _apart(scenario: Scenario, sets: Sets) -> list[tuple[str, ...]]:
    """Return, for each set, it and others of which no two have units in common: what they cost adds up."""
    unit_of = {squad: unit for unit in units(scenario) for squad in unit}
    part = {name: {unit_of[squad] for _, c in rows for squad in c.squads} for name, rows in sets.items()}
    found = []
    for name in sets:
        there = [name]
        for other in sets:
            if not any(part[other] & part[one] for one in there):
                there.append(other)
        found.append(tuple(sorted(there)))
    return list(dict.fromkeys(found))


def _twos(
    sets: Sets, two: Mapping[tuple[str, str], int]
) -> Iterator[tuple[Candidate, tuple[str, str], list[tuple[int, Candidate]]]]:
    """Return each order's candidate, and what it costs together with those of one other set of its date.

    With the names of these two sets.
    """
    for name, orders in sets.items():
        for other, rows in sets.items():
            for _, order in orders if other != name else ():
                found = [(two[order.id, c.id], c) for _, c in rows if (order.id, c.id) in two]
                if found:
                    yield order, (name, other), found


def holding_costs(scenario: Scenario, kept: Mapping[Unit, Kept], candidates: Iterable[Candidate]) -> dict[str, int]:
    """Return what the holding after each monthly remediation costs the unit that holds at least, in units, by id.

    Only the days until the group's next one may be are counted (R12), so that the sums of all may be added. Where the
    unit may have part in something else meanwhile, an order takes the dearest day that it may be on, and what belongs
    to another group all of them.
    """
    every = tuple(candidates)
    found: dict[str, int] = {}
    for unit, rows in kept.items():
        part = [c for c in every if recut_by(scenario, c) & set(unit)]
        mine = [c for c in part if c.designated is None and holder_of(scenario, c) in unit]
        group = Counter(c.group for c in mine).most_common(1)[0][0] if mine else ""
        elsewhere = {c.day for c in part if c.designated is None and c.group != group}
        orders: dict[str, set[date]] = defaultdict(set)
        for c in part:
            if c.designated is not None:
                orders[c.designated].add(c.day)
        for c in (c for c in mine if c.group == group):
            after = dates(c.day + DAY, c.day + scenario.group_by_id[group].days_apart * DAY)
            costs = {on: rows.get((c.hotspot, holder_of(scenario, c), c.day, on), 0) for on in after}
            counted = {on: units for on, units in costs.items() if on not in elsewhere}
            lost = sum(max((counted.get(on, 0) for on in there), default=0) for there in orders.values())
            found[c.id] = max(0, sum(counted.values()) - lost)
    return found


def least_costs(
    scenario: Scenario,
    units: Sequence[Unit],
    known: Mapping[Unit, Sent],
    candidates: Iterable[Candidate],
    spared: SparedBy = NOTHING_SPARED,
) -> dict[str, int]:
    """Return what each candidate costs at least, by id, without the orders that a unit carries out alone.

    ``spared`` is by how much dates may cost less where it cuts them.
    """
    found: dict[str, int] = {}
    offers: dict[Hashable, list[Offer]] = {}
    for c in candidates:
        if c.designated is not None and any(recut_by(scenario, c) <= set(unit) for unit in units):
            continue
        less = tuple(spared.get(unit, {}).get(c.id, 0) for unit in units)
        key = c.start, c.end, c.squads, c.host, c.may_lack, less
        if key not in offers:
            made = (_offer(scenario, unit, known.get(unit, {}), c, n) for unit, n in zip(units, less, strict=True))
            offers[key] = [offer for offer in made if offer is not None]
        found[c.id] = least_of(scenario, c, offers[key]) - sum(less) + sum(offer.less for offer in offers[key])
    return found


def costs_of_two(
    scenario: Scenario,
    known: Mapping[Unit, Sent],
    both: Mapping[Unit, Both],
    least: Mapping[str, int],
    candidates: Iterable[Candidate],
    spared: SparedBy = NOTHING_SPARED,
) -> dict[tuple[str, str], int]:
    """Return what an order and another candidate on its date cost together at least, where ``both`` tells anything.

    By the ids of the two, in units; ``least`` is what each costs alone, ``spared`` as in `least_costs`.
    """
    shared = [c for c in candidates if c.id in least]
    by_date: dict[date, list[Candidate]] = defaultdict(list)
    for c in shared:
        by_date[c.day].append(c)
    alike: dict[object, int] = {}
    found = {}
    for order in (c for c in shared if c.designated is not None):
        for c in by_date[order.day]:
            if c.designated is not None and c.designated <= str(order.designated):
                continue
            less = {
                unit: max(n.get(order.id, 0), n.get(c.id, 0)) for unit, n in spared.items() if {order.id, c.id} & set(n)
            }
            key = order.id, c.start, c.end, c.squads, c.host, c.may_lack, tuple(less.items())
            if key not in alike:
                alike[key] = _least_of_two(scenario, known, both, (order, c), less)
            if alike[key] > max(least[order.id], least[c.id]):
                found[order.id, c.id] = alike[key]
    return found


def _least_of_two(
    scenario: Scenario,
    known: Mapping[Unit, Sent],
    both: Mapping[Unit, Both],
    two: tuple[Candidate, Candidate],
    less: Mapping[Unit, int],
) -> int:
    """Return the least sum of what units cost with enough squads at either, and the hosts among them.

    ``less`` is by how much the date may cost each of them less.
    """
    host = [c.host if c.commander is None else None for c in two]
    best: dict[tuple[int, int], float] = {(0, 0): 0.0}
    for unit in units(scenario):
        going = [going_of(c, unit) for c in two]
        bare = -less.get(unit, 0)
        if going[0] is None and going[1] is None:
            best = {counts: value + bare for counts, value in best.items()}
            continue
        extra = [
            None if who is None else known.get(unit, {}).get((c.start, c.end, who))
            for c, who in zip(two, going, strict=True)
        ]
        few = [0 if who is None else few_units(scenario, c, who) for c, who in zip(two, going, strict=True)]
        alone = [bare if x is None else max(bare, x + pay) for x, pay in zip(extra, few, strict=True)]
        options = {(False, False): bare, (True, False): alone[0], (False, True): alone[1], (True, True): max(alone)}
        if going[0] is not None and going[1] is not None:
            keys = (two[0].start, two[0].end, going[0]), (two[1].start, two[1].end, going[1])
            together = both.get(unit, {}).get(keys)
            if together is not None:
                options[True, True] = max(*alone, together + sum(few))
        now: dict[tuple[int, int], float] = defaultdict(lambda: inf)
        for there, cost in options.items():
            if any(
                (sends and who is None) or (not sends and must in unit)
                for sends, who, must in zip(there, going, host, strict=True)
            ):
                continue
            squads = [
                len(who.squads) if sends and who is not None else 0 for sends, who in zip(there, going, strict=True)
            ]
            for counts, value in best.items():
                first, second = (min(c.need_squads, n + m) for c, n, m in zip(two, counts, squads, strict=True))
                now[first, second] = min(now[first, second], value + cost)
        best = now
    cheapest: float = best.get((two[0].need_squads, two[1].need_squads), inf)
    return round(cheapest) if isfinite(cheapest) else 0


def few_heads(scenario: Scenario, going: Going) -> int:
    """Return how many people a unit must send in any case (R13)."""
    certified: int = next(rule for rule in all_rules() if rule.id == "R13").params(scenario).certified
    return max(1, certified) * going.least


def few_units(scenario: Scenario, c: Candidate, going: Going) -> int:
    """Return what those are paid for whom a unit must send in any case, in units."""
    return price_of_one(scenario, c) * few_heads(scenario, going) if going.paid else 0


def least_of(scenario: Scenario, c: Candidate, offers: Sequence[Offer]) -> int:
    """Return what a remediation takes from the units and lacks in people, at least, in units.

    With ``n`` heads a unit costs its extra + n x the price of one, and never less than its date costs cut so; each head
    that does not come costs the price of one. As many squads take part as must, the host among them unless the order
    names who commands.
    """
    one = price_of_one(scenario, c)
    free = sum(len(scenario.officers_of(s)) for s in c.helpers) + sum(o.people for o in offers if o.extra is None)
    if c.commander is not None:
        free += 1
    missing = one * max(0, c.target_heads - free)
    host = c.host if c.commander is None else None
    bare = [-o.less for o in offers]
    extra = [at if o.extra is None else o.extra for o, at in zip(offers, bare, strict=True)]
    out = [min(at, x) for at, x in zip(bare, extra, strict=True)]
    by_heads = missing + _cheapest(c, offers, host, out, extra)
    at_least = [at if o.extra is None else max(at, o.extra + o.few) for o, at in zip(offers, bare, strict=True)]
    by_pairs = _cheapest(c, offers, host, bare, at_least)
    return max(by_heads, by_pairs)


def _cheapest(
    c: Candidate, offers: Sequence[Offer], host: str | None, away: Sequence[int], there: Sequence[int]
) -> int:
    """Return the least sum of what units cost, ``there`` or ``away``, with enough squads and the host among them."""
    best: dict[int, float] = {0: 0.0}
    for offer, out, in_ in zip(offers, away, there, strict=True):
        now: dict[int, float] = defaultdict(lambda: inf)
        for count, value in best.items():
            more = min(c.need_squads, count + len(offer.squads))
            now[more] = min(now[more], value + in_)
            if host not in offer.squads:
                now[count] = min(now[count], value + out)
        best = now
    least = best.get(c.need_squads, inf)
    return round(least) if least < inf else 0


def _offer(scenario: Scenario, unit: Collection[str], sent: Sent, c: Candidate, less: int) -> Offer | None:
    going = going_of(c, unit)
    if going is None:
        return None
    people = [o for s in going.squads for o in scenario.officers_of(s) if DutyKind.REMEDIATION not in o.barred_duties]
    few = few_units(scenario, c, going)
    return Offer(going.squads, len(people), sent.get((c.start, c.end, going)), less, few)


def _together(scenario: Scenario, candidates: Iterable[Candidate]) -> dict[str, int]:
    """Number the squads so that those whose units ever take part in the same remediation have the same number."""
    number: dict[str, int] = {}
    for n, squads in enumerate(dict.fromkeys((*units(scenario), *(c.squads for c in candidates)))):
        met = {number[s] for s in squads if s in number}
        number = {s: n if at in met else at for s, at in number.items()} | dict.fromkeys(squads, n)
    return number
