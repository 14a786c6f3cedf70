"""Counts by columns of days: which heads each day gets, found day by day, and a bound for the month.

The days of a month hang together only through the sums of the officers' conditions. So a day with given heads is a
column with a price, a linear programme picks one column a day within the sums, and its dual prices tell each day's
small model which heads to try next (Dantzig-Wolfe). The first prices come from the linear relaxation; later ones stay
near those with the best bound. The bound holds at any time: the dual value of the sums plus the least each day can
cost at those prices. A last small model picks whole columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from math import ceil, floor, inf, isfinite

from constraints.base import GRAIN, Candidate, OfficerClass, Rule, Task
from constraints.s04_holding import holdings
from constraints.s12_post_rotation import Stand
from domain.calendar import DAY, Day, Need, ShiftDay
from domain.roster import Roster
from domain.scenario import PastRemediation, Scenario
from scheduler.averages import PENALTY, average
from scheduler.build import NOTHING, tasks_of
from scheduler.counts import Sum, Switches, add_sums, heads_model
from scheduler.day_mix import Mix, Uses, mix, pick, reduced
from scheduler.kinds import Answer, Column, Dated, Kind, moved
from scheduler.learned import Learned
from scheduler.mip import Effort
from scheduler.officer_sums import officer_sums
from scheduler.owed import shapes
from scheduler.relaxed import Average, Tag, relax
from scheduler.tolls import tolls_of

NEAR, STEP = 0.5, 0.25
"""How near to the best prices so far the next ones are, and how much farther they go when nothing new is found."""
QUICK_UNITS, QUICK_OTHERS = 0.04, 8
"""Deterministic time of a day's model where columns are wanted rather than a bound, and how many more at a time."""
DEEP_UNITS, DEEP_GAP = 0.3, 0.2
"""The same where there is time left when they stand still, and the share of the gap that is then left."""
LAST_NODES = 20_000
"""Search nodes that a day's model gets at the best prices for the sake of the bound."""
COARSE = 0.005
"""Relative gap at which a bound is sought by full search."""
TOLL_GAP = 0.1
"""Relative gap beyond which a bound will hardly end in time anyway, so that tolls would only slow it down."""
STILL = 0.0005
"""A linear programme that became better by a smaller share than this stands still."""


@dataclass(frozen=True)
class Month:
    """Columns chosen for every day, their cost (None: none fit together), and the bound, in units of 1/GRAIN point.

    ``mixed`` is the value of the linear programme over the columns, below which no choice among them can be.
    """

    columns: tuple[Column, ...]
    cost: int | None
    bound: float
    mixed: float


class Days:
    """Column generation over the days of some squads."""

    def __init__(
        self,
        scenario: Scenario,
        rules: Sequence[Rule],
        squads: Sequence[str],
        *,
        candidates: Sequence[Candidate] = (),
        quotas: Mapping[tuple[str, str], int] | None = None,
        owed: Sequence[Candidate] = (),
        most: Mapping[str, float] | None = None,
        frozen: Roster = NOTHING,
        switches: Switches | None = None,
        met: Collection[str] = (),
        cuts: Collection[datetime] = (),
        seed: int = 1,
    ) -> None:
        """Make the kinds of the dates; ``cuts`` are further boundaries of periods, for the rest see `heads_model`."""
        self.scenario, self.rules, self.switches, self.met, self.seed = scenario, rules, switches, met, seed
        self.candidates, self.quotas, self.owed, self.frozen, self.cuts = candidates, quotas, owed, frozen, cuts
        known = officer_sums(scenario, rules, squads, most)
        self.people, self.most_shifts = known.people, known.most
        found = [
            *known.sums,
            *(Sum(group, shape, 1, 1) for group, shape in shapes(owed).items()),
        ]
        self.sums = [s for s in found if len(s.days) > 1]
        self.names = [_name(s) for s in self.sums]
        kinds: dict[object, Kind] = {}
        self.days: list[Dated] = []
        needs: dict[date, list[tuple[Task, Need]]] = defaultdict(list)
        for task, need in (row for squad in squads for row in tasks_of(scenario, squad)):
            needs[need.day].append((task, need))
        visits = {(v.hotspot, v.start): v.count for v in frozen.visits}
        for on in scenario.calendar:
            look = self._look(on, squads, needs[on.date], visits)
            if look not in kinds:
                kinds[look] = self._kind(on)
            limits = [s for s in found if s.days == {on.date}]
            self.days.append(Dated(on.date, kinds[look], limits))
        self.kinds = list(kinds.values())
        self.uses: Uses = defaultdict(list)
        for n, s in enumerate(self.sums):
            for shift, factor in s.shape:
                self.uses[s.group, shift].append((n, factor))
        self.bound, self.most, self.near = -inf, -inf, 0.0
        self.wanted: list[dict[OfficerClass, float]] = []
        """By kind: heads of each class in the relaxation."""
        self.effort = Effort(0.0, seed=seed)
        self.best: list[float] = [0.0] * len(self.sums)
        self.surest: list[float] | None = None
        """Prices at which most is proven; the best ones may have dates that are not solved to the end."""
        self.mixed = -inf
        self.charged: Mapping[Tag, int] = {}
        self.tolls: Mapping[Stand, int] = {}
        """What stands at posts cost beyond what they do (units each), for the sake of a bound (S12)."""
        self.free = 0
        """What the stands that S12 allows come to at the tolls (units)."""
        self.used: list[tuple[date, Column]] = []
        """Columns in the last mix."""
        self.shares: tuple[float, ...] = ()
        """What each of them has of its date."""

    def _look(
        self,
        on: Day,
        squads: Sequence[str],
        asked: Iterable[tuple[Task, Need]],
        frozen: Mapping[tuple[str, datetime], int],
    ) -> object:
        """Return everything about a date that its cost depends on, with times counted from its midnight.

        ``asked`` are the needs of the date, ``frozen`` the visits that others make, by hotspot and start of a window.
        """
        midnight = datetime.combine(on.date, time.min)
        needs = sorted((task, need.start - midnight, need.end - midnight, need.heads) for task, need in asked)
        windows = sorted(
            (w.start - midnight, w.end - midnight, *w[2:3], *w[4:], frozen.get((w.hotspot, w.start), 0))
            for hotspot in self.scenario.hotspots
            if set(squads) & set(hotspot.squads)
            for w in self.scenario.open_windows(hotspot.id, on.date)
        )
        held = [
            (h.hotspot, h.squad, h.start.time() if h.start else None, h.wanted)
            for h in holdings(self.only(on.date), NOTHING)
            if h.squad in squads
        ]
        return (
            tuple(needs),
            tuple(windows),
            tuple(held),
            tuple(c.id for c in (*self.candidates, *self.owed) if c.day == on.date),
            tuple(sorted(mark - midnight for mark in self.cuts if mark.date() == on.date)),
        )

    def only(self, on: date) -> Scenario:
        """Return the scenario of one date; remediations before it are past, and what is owed over several days is not.

        Leaving that out can only lower the cost.
        """
        before = tuple(
            PastRemediation(id=c.id, group=c.group, hotspot=c.hotspot, host=c.host, date=c.day)
            for c in self.candidates
            if c.day < on
        )
        return self.scenario.model_copy(
            update={
                "first": on,
                "end": on + DAY,
                "calendar": tuple(day for day in self.scenario.calendar if day.date == on),
                "past_remediations": (*self.scenario.past_remediations, *before),
                "policy": {**self.scenario.policy, "S04.block_visits": 0, "S04.after_end": 0},
            }
        )

    def _kind(self, on: Day) -> Kind:
        one = self.only(on.date)
        there, owed = (tuple(c for c in kept if c.day == on.date) for kept in (self.candidates, self.owed))
        built, counts = heads_model(
            one,
            self.rules,
            self.people,
            candidates=there,
            quotas=self.quotas,
            owed=owed,
            frozen=self.frozen,
            switches=self.switches,
            met=self.met,
            cuts=self.cuts,
        )
        return Kind(on.date, built, counts, list(built.cost))

    def altered(
        self,
        base: Kind,
        change: Callable[[Scenario], Scenario] = lambda one: one,
        *,
        candidates: Sequence[Candidate] = (),
        going: Sequence[tuple[Sequence[str], int, str | None, bool]] = (),
        unpaid: Tag | None = None,
        cuts: Collection[datetime] = (),
    ) -> Kind:
        """Return a date's model, its kind's or its own, of a changed date, with people sent to candidates.

        Visits to the window ``unpaid`` are not paid for. ``cuts`` are further boundaries of periods.
        """
        built, counts = heads_model(
            change(self.only(base.day)),
            self.rules,
            self.people,
            candidates=candidates,
            going=going,
            owed=tuple(owed for owed in self.owed if owed.day == base.day),
            frozen=self.frozen,
            switches=self.switches,
            met=self.met,
            cuts=(*self.cuts, *cuts),
        )
        add_sums(built.model.cp, counts, base.limits)
        found = Kind(base.day, built, counts, list(built.cost), base.limits)
        found.charge({tag: price for tag, price in self.charged.items() if tag != unpaid})
        return found.tolled(self.tolls) if self.tolls else found

    def charge(self, prices: Mapping[Tag, int]) -> None:
        """Pay for visits to some windows, in units per visit; what comes of it is for `bound` alone."""
        self.charged = prices
        for kind in self.kinds:
            for one in (kind, *kind.within.values()):
                one.charge(prices)

    # -- the relaxation -----------------------------------------------------------------------------------------

    def average(self) -> Average:
        """Return the linear relaxation over average days."""
        part = average(self.kinds, self.days, self.sums, self.names)
        part.most = dict(self.most_shifts)
        part.difficulty = sum(kind.difficulty for kind in self.kinds) / max(1, len(self.kinds))
        return part

    def _first_prices(self) -> tuple[float, list[float]]:
        """Return value and prices of the relaxation."""
        found = relax([self.average()], {})
        if found is None:
            return 0.0, [0.0] * len(self.sums)
        first = 0
        for kind in self.kinds:
            heads: dict[OfficerClass, float] = defaultdict(float)
            for (group, _), var in kind.counts.items():
                heads[group] += found.columns[0][first + var.index]
            self.wanted.append(heads)
            first += len(kind.built.model.cp.proto.variables)
        return found.value, [found.sums[0].get(name, 0.0) for name in self.names]

    def fitted(self, heads: Mapping[tuple[OfficerClass, ShiftDay], int], *, quick: bool = False) -> tuple[Column, ...]:
        """Return the cheapest duties for given heads of every date; dates where they fit nothing are left out.

        ``quick``: of a column with these heads its duties will do.
        """
        found = (self.cheapest_with(day, heads, quick=quick) for day in self.days)
        return tuple(column for column in found if column is not None)

    def cheapest_with(
        self, day: Dated, heads: Mapping[tuple[OfficerClass, ShiftDay], int], *, quick: bool = False
    ) -> Column | None:
        """Return the cheapest duties for given heads of a date (see `fitted`)."""
        by = day.kind.day - day.day
        wanted = {(g, moved(s, by)): n for (g, s), n in heads.items() if s.day == day.day and n}
        same = [c for c in day.columns if c.moved(day.kind.day).heads == wanted] if quick else []
        column = same[0] if same else day.kind.exactly(wanted, self.seed)
        return None if column is None else column.moved(day.day)

    # -- columns ------------------------------------------------------------------------------------------------

    def run(
        self,
        go_on: Callable[[], bool],
        *,
        rounds: int = 80,
        gap: float = 0.001,
        near: float = 0.0,
        start: Learned | None = None,
        steady: int = 0,
        deep: bool = False,
        choose: bool = True,
        toll: Callable[[], bool] = lambda: False,
    ) -> Month:
        """Generate columns until the linear programme is solved, after ``rounds``, or as ``go_on`` says.

        It is solved when it is within ``gap``, a share, or ``near``, in units. ``start`` is what to begin with; by
        default prices and heads of the linear relaxation. Who wants columns rather than a bound stops when the
        programme has not become better for ``steady`` rounds, or then goes on with more search, ``deep``, as long as
        there is time. Who wants a bound alone does not ``choose`` among them, and lets stands at posts be tolled (see
        `tolls`) if by then ``toll`` says that there is time for it.
        """
        value, first = self._first_prices()
        self.most = -inf
        if start is not None and start.prices:
            first = [start.prices.get(name, 0.0) for name in self.names]
        share = max(gap * abs(value), near) / len(self.days)
        quick = Effort(2 * share, QUICK_UNITS, seed=self.seed, others=QUICK_OTHERS)
        self.effort = quick if steady else Effort(share / 2, seed=self.seed)
        if start is not None:
            self._begin(start, go_on)
        self.near = near
        self._generate(first, go_on, rounds, gap, steady, toll)
        if deep and go_on():
            self.effort, self.most = replace(self.effort, gap=DEEP_GAP * self.effort.gap, units=DEEP_UNITS), -inf
            self._round(self.best, go_on)
            self._rounds(go_on, rounds, DEEP_GAP * gap, steady)
            self.effort = quick
        for day in self.days:
            if not day.columns:
                self._start(day.own, {group: self._usual(group) for group in self.people})
        if choose:
            self._settle(go_on)
        return self._month(choose=choose)

    def _settle(self, go_on: Callable[[], bool]) -> None:
        """Seek the cheapest duties for the heads of the columns in the mix: quick search leaves some of them dearer."""
        by_date = {day.day: day for day in self.days}
        new = True
        while new:
            new = False
            for on, column in self.used:
                day = by_date[on]
                exact = day.kind.exactly(column.moved(day.kind.day).heads, self.seed) if go_on() else None
                new |= exact is not None and exact.cost < column.cost and self._share(day, exact)
            if new:
                self._mix()

    def _mix(self) -> Mix:
        """Mix the columns that there are, and keep what comes of it; the tolls have nothing free in its value."""
        found = mix(self.days, self.sums, self.uses)
        found = replace(found, value=found.value - self.free)
        if isfinite(found.value):
            self.mixed, self.used, self.shares = found.value, list(found.used), found.shares
        return found

    def within(
        self,
        most: Mapping[tuple[OfficerClass, ShiftDay], int],
        there: Sequence[Column],
        go_on: Callable[[], bool],
        *,
        rounds: int = 80,
        gap: float = 0.001,
        steady: int = 0,
    ) -> Month:
        """Go on after `run` with no more heads than ``most`` on their dates, from the columns that are ``there`` too.

        What comes of it bounds nothing but rosters that keep to these heads.
        """
        for day in self.days:
            few = [Sum(g, ((shift, 1),), 0, n) for (g, shift), n in most.items() if shift.day == day.day]
            if few:
                day.limit(few)
        for column in there:
            self._share(next(day for day in self.days if day.day == column.day), column)
        for day in self.days:
            if not day.columns:
                self._start(day.own, {group: self._usual(group) for group in self.people})
        self.bound = self.most = -inf
        self._round(self.best, go_on)
        self._rounds(go_on, rounds, gap, steady)
        return self._month(choose=True)

    def _month(self, *, choose: bool) -> Month:
        chosen = pick(self.days, self.sums, self.uses, self.best, self.seed) if choose else ()
        cost = sum(c.cost for c in chosen) if chosen else None
        return Month(chosen, cost, self.bound, self.mixed)

    def _generate(
        self,
        first: Sequence[float],
        go_on: Callable[[], bool],
        rounds: int,
        gap: float,
        steady: int,
        toll: Callable[[], bool],
    ) -> None:
        self.best = list(first)
        self._round(first, go_on)
        for kind, heads in zip(self.kinds, self.wanted, strict=False):
            for whole in (floor, ceil):
                if go_on() and len(self.used) < len(self.days):
                    self._start(kind, {group: whole(n) for group, n in heads.items()})
        self._rounds(go_on, rounds, gap if steady else max(gap, COARSE), steady)
        if not steady and go_on():
            before = dict(vars(self))
            self.effort, self.most = replace(self.effort, nodes=LAST_NODES), -inf
            if toll() and self.mixed - self.bound <= TOLL_GAP * max(GRAIN, abs(self.mixed)):
                self._toll()
            self._round(self.best, go_on)
            self._rounds(go_on, rounds, gap, steady)
            if self.bound < before["bound"]:  # there was no time to bound all dates with the tolls
                vars(self).update(before)

    def _toll(self) -> None:
        """Charge the stands at posts of which the mix has too many, in models and columns; bounds start anew."""
        mix = ((column, share) for (_, column), share in zip(self.used, self.shares, strict=True))
        tolls, free = tolls_of(self.scenario, self.people, mix)
        if tolls:
            self.toll(tolls, free)

    def toll(self, tolls: Mapping[Stand, int], free: int = 0) -> None:
        """Charge stands at posts (units each), of which so many units are free; nothing is proven yet with that."""
        self.tolls, self.free = tolls, free
        kinds = {id(kind): kind.tolled(tolls) for kind in self.kinds}
        self.kinds = list(kinds.values())
        self.days = [Dated(d.day, kinds[id(d.kind)], d.limits, [c.tolled(tolls) for c in d.columns]) for d in self.days]
        self.bound, self.surest = -inf, None

    def _begin(self, start: Learned, go_on: Callable[[], bool]) -> None:
        """Make columns of heads that were good the last time."""
        by_date = {day.day: day for day in self.days}
        for on, heads in start.heads:
            day = by_date.get(on)
            if day is None or not go_on():
                continue
            wanted = {(g, moved(s, day.kind.day - on)): n for (g, s), n in heads.items()}
            column = day.own.exactly(wanted, self.seed)
            if column is not None:
                self._share(day, column)
                self.used.append((day.day, column))

    def learned(self) -> Learned:
        """Return the heads of the columns in the last mix."""
        return Learned(heads=tuple((on, column.heads) for on, column in self.used))

    def cheapest(self, day: Dated, dearer: float) -> list[Column]:
        """Return the columns of a date, cheapest first at the best prices, without those ``dearer`` by more units."""
        key = reduced(self.uses, self.best)
        least = min(map(key, day.columns), default=0.0)
        return sorted((column for column in day.columns if key(column) <= least + dearer), key=key)

    def visited(self) -> dict[Tag, float]:
        """Return the visits of all dates in the last mix, by window."""
        found: dict[Tag, float] = defaultdict(float)
        for (_, column), share in zip(self.used, self.shares, strict=False):
            for tag, n in column.visits_by_window.items():
                found[tag] += share * n
        return dict(found)

    def _rounds(self, go_on: Callable[[], bool], rounds: int, gap: float, steady: int) -> None:
        """Solve the linear programme and price the days at its prices, in turn."""
        near, least, still = NEAR, inf, 0
        for _ in range(1, rounds):
            found = self._mix()
            value = found.value
            still = 0 if value < least - STILL * abs(value) else still + 1
            least = min(least, value)
            if (
                value - self.most <= max(gap * max(1.0, abs(value)), self.near)
                or (steady and still >= steady)
                or not go_on()
            ):
                return
            duals = [near * old + (1 - near) * new for old, new in zip(self.best, found.duals, strict=True)]
            if not self._round(duals, go_on):
                if not near:
                    return
                near = max(0.0, near - STEP)

    def _round(self, duals: Sequence[float], go_on: Callable[[], bool]) -> bool:
        """Price every day once; raise the bound; return whether any day has a new column.

        The best prices are those where the days cost most as far as found, whether that is proven yet or not.
        """
        new = False
        told: set[int] = set()
        bound = found = self.support(duals)
        for day in self.days:
            priced = self._price(day, duals) if go_on() else self._priced(day, duals)
            if priced is None:
                return new
            answer, rounding, added = priced
            bound += answer.bound - rounding
            found += answer.cost
            new |= added
            for column in answer.others if id(answer) not in told else ():  # dates of a kind share answers
                self._share(day, column)
            told.add(id(answer))
        if bound > self.bound:
            self.bound, self.surest = bound, list(duals)
        if self.most < found < inf:
            self.most, self.best = found, list(duals)
        return new

    def _price(self, day: Dated, duals: Sequence[float]) -> tuple[Answer, float, bool]:
        """Solve a day at dual prices; return the answer, what rounding them may cost, and whether the column is new.

        Days of a kind share answers: the answer without the day's own limits is also the day's if it keeps them.
        """
        prices, rounding = self.prices_of(day, duals)
        found = day.kind.answer(prices, self.effort)
        if found.column is None or not found.column.moved(day.day).keeps(day.limits):
            found = day.own.answer(prices, self.effort)
        return found, rounding, found.column is not None and self._share(day, found.column)

    def _worth(self, day: Dated, duals: Sequence[float]) -> list[float]:
        by = day.day - day.kind.day
        keys = ((g, moved(s, by)) for g, s in day.kind.counts)
        return [-sum(duals[n] * factor for n, factor in self.uses[key]) for key in keys]

    def _priced(self, day: Dated, duals: Sequence[float]) -> tuple[Answer, float, bool] | None:
        """Return what is known of a day at these prices from before; None if it was not solved at them."""
        prices, rounding = self.prices_of(day, duals)
        known = [one.known[prices] for one in (day.kind, day.own) if prices in one.known]
        return (max(known, key=lambda a: a.bound), rounding, False) if known else None

    def support(self, duals: Sequence[float]) -> float:
        """Return the least that the sums make of their dual prices, without what is free of the tolls."""
        return sum(_support(s, y) for s, y in zip(self.sums, duals, strict=True)) - self.free

    def least_of(self, day: Dated, kind: Kind, duals: Sequence[float], effort: Effort) -> tuple[float, bool]:
        """Return what a date costs at least by its kind, or its own, at dual prices, and whether that may be had."""
        prices, rounding = self.prices_of(day, duals)
        answer = kind.answer(prices, effort)
        return answer.bound - rounding, answer.column is not None and answer.column.moved(day.day).keeps(day.limits)

    def known(self, day: Dated, duals: Sequence[float]) -> float | None:
        """Return the proven least cost of a date at dual prices, None where it was not asked."""
        found = self._priced(day, duals)
        return None if found is None else found[0].bound - found[1]

    def at_best(self) -> dict[date, Column]:
        """Return the cheapest heads of every date at the best prices, as far as any were found."""
        there = ((day.day, self._priced(day, self.best)) for day in self.days)
        answers = {on: priced[0].column for on, priced in there if priced is not None}
        return {on: column.moved(on) for on, column in answers.items() if column is not None}

    def prices_of(self, day: Dated, duals: Sequence[float]) -> tuple[tuple[int, ...], float]:
        """Return the whole prices of a day's heads, and what rounding them may cost."""
        exact = self._worth(day, duals)
        prices = tuple(round(x) for x in exact)
        rounding = sum(
            abs(x - price) * (len(self.people[group]) if group in self.people else 1)  # else it stands for an order
            for x, price, (group, _) in zip(exact, prices, day.kind.counts, strict=True)
        )
        return prices, rounding

    def _start(self, kind: Kind, heads: Mapping[OfficerClass, int]) -> None:
        """Find a column whose heads are about so many, for all dates of a kind."""
        column = kind.with_heads(heads, self.effort, PENALTY)
        if column is not None:
            self._share(next(day for day in self.days if kind in (day.kind, day.own)), column)

    def _usual(self, group: OfficerClass) -> int:
        """Return the heads a day that the longest plain sum over the class allows on average."""
        plain = [s for s in self.sums if s.group == group and all(factor == 1 for _, factor in s.shape)]
        if not plain:
            return round(0.6 * len(self.people[group]))
        longest = max(plain, key=lambda s: len(s.days))
        return round((max(0, longest.low) + longest.high) / 2 / len(longest.days))

    def _share(self, day: Dated, column: Column) -> bool:
        """Give a column to all dates of the kind that it fits; return whether it is new to ``day`` or cheaper there."""
        new = False
        for other in self.days:
            if other.kind is day.kind:
                there = column.moved(other.day)
                same = next((n for n, known in enumerate(other.columns) if known.heads == there.heads), None)
                if same is None and there.keeps(other.limits):
                    other.columns.append(there)
                    new |= other is day
                elif same is not None and there.cost < other.columns[same].cost:
                    other.columns[same] = there
                    new |= other is day
        return new


def _name(s: Sum) -> str:
    factors = tuple(sorted({factor for _, factor in s.shape}))
    group = "/".join(str(part) for part in s.group)
    return f"{group} {s.shape[0][0].start} {s.shape[-1][0].start} {len(s.shape)} {factors}"


def _support(s: Sum, dual: float) -> float:
    """Return the least that a dual price makes of a sum within its limits."""
    return dual * (s.low if dual > 0 else s.high)


def whole(bound: float) -> int | None:
    """Round a proven bound up to whole units; None if there is none."""
    return ceil(bound - 1e-6) if isfinite(bound) else None
