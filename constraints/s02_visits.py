"""S02: hotspots get the visits they ask for, and no squad promises more visits than its patrols can make.

Model:  2 pairs[p] <= spare people of period p who may patrol, pairs[p] <= the certified ones among them
        for all x < y: (dose + travel) x sum of visits[squad, w] over windows w inside [x, y)
                       <= sum of pairs[p] x length[p] over periods p inside [x, y)
        level_1 + ... + level_k >= wanted - sum of visits over the squads of a window, level_n in {0, 1};
        amount = weight of the window (hundredths; x border_percent on a border of squads) x sum of n x level_n,
        which at the optimum is weight x m (m + 1) / 2 for m missing visits.
Audit:  works through the promised visits by earliest deadline, minute by minute of the pairs that are out.
Source: dose of 15 minutes after Koper (1995); travel, weights and border factor are our own judgement.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from constraints.base import Period, RosterModel, Rule, Term
from domain.calendar import OpenWindow, minutes
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import WEIGHTED_VISITS
from domain.words import BorderKind, DutyKind, Scope, Severity, Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from constraints.base import Linear
    from domain.roster import Duty, Roster, Visits
    from domain.scenario import Scenario

PATROLLING = (DutyKind.PATROL, DutyKind.HOLDING)


class HotspotVisits(Rule):
    """Visits wanted at hotspots are made; what is promised can be made."""

    id, title = "S02", Text("热点到点", "Hotspot visits")
    scope, severity = Scope.GROUP, Severity.SHORTFALL
    by_class = True
    _last: tuple[Scenario, tuple[Visits, ...], Counter[tuple[str, OpenWindow]]] | None = None
    """Scenario and visits asked about last, with what was promised."""
    unit = WEIGHTED_VISITS
    source = Text(
        "每次 15 分钟:Koper 1995;路途和结合部系数本系统自定",
        "dose of 15 min: Koper 1995; travel and border factor: own judgement",
    )
    parameters = (
        Parameter(
            key="weight",
            default=1,
            text=Text("热点权重每分折算扣分", "Points per unit of hotspot weight"),
            unit=Text("分", "points"),
            low=0,
            high=1_000,
        ),
        Parameter(
            key="dose",
            default=timedelta(minutes=15),
            text=Text("每次到点停留时长", "Length of one stop at a hotspot"),
            unit=Text("小时", "h"),
            low=timedelta(minutes=5),
            high=timedelta(hours=4),
        ),
        Parameter(
            key="travel",
            default=timedelta(minutes=10),
            text=Text("每次到点路途时长", "Travel to one stop"),
            unit=Text("小时", "h"),
            low=timedelta(0),
            high=timedelta(hours=2),
        ),
        Parameter(
            key="border_percent",
            default=150,
            text=Text("中队结合部热点权重倍率", "Weight factor of hotspots on a border of squads"),
            unit=Text("%", "%"),
            low=0,
            high=1_000,
        ),
    )
    prices, per = {"": "weight"}, {"": 100}

    # -- model --------------------------------------------------------------------------------------------------

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        policy = self.params(scenario)
        visit_min = minutes(policy.dose + policy.travel)
        for squad in model.squads:
            for period in model.periods[squad.id]:
                _post_pairs(model, period)
            _post_promises(model, squad.id, visit_min)
        by_window: dict[OpenWindow, list[cp_model.IntVar | int]] = defaultdict(list)
        for (_, window), count in model.visits.items():
            by_window[window].append(count)
        for window, counts in by_window.items():
            on_border = scenario.hotspot_by_id[window.hotspot].border is BorderKind.SQUADS
            percent = policy.border_percent if on_border else 100
            yield Term(_missing_amount(model, window, counts, window.weight_cents * percent // 100))

    # -- audit --------------------------------------------------------------------------------------------------

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        yield from self.beyond(scenario, roster)
        yield from self.unvisited(scenario, roster)
        yield from self._nowhere(scenario, roster)

    def beyond(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        """Yield the promises that the patrols of a squad cannot keep; a part of the audit."""
        visit_min, made = self._visit_min(scenario), self._made(scenario, roster)
        for sid, window, beyond in self.overdue(scenario, roster):
            squad, promised = scenario.squad_by_id[sid], made[sid, window]
            hotspot = scenario.hotspot_by_id[window.hotspot]
            when = f"{window.day:%m-%d} {window.start:%H:%M}-{window.end:%H:%M}"
            yield self.finding(
                scenario,
                beyond,
                _where(sid, window),
                Text(
                    f"{squad.name} {when} 在热点「{hotspot.name}」排了 {promised} 次到点,"
                    f"巡查对的时间只够 {promised - beyond} 次(每次 {visit_min} 分钟)",
                    f"{squad.name} {when}: {promised} visits to hotspot {hotspot.name} promised, its patrol pairs "
                    f"have time for {promised - beyond} ({visit_min} min each)",
                ),
                Text("减少到点次数,或该时段增加巡查对", "Promise fewer visits, or put more pairs on patrol then"),
                severity=Severity.HARD,
            )

    def overdue(self, scenario: Scenario, roster: Roster) -> Iterator[tuple[str, OpenWindow, int]]:
        """Yield squad, window and number of the visits that its patrols cannot make, by squad and deadline."""
        visit_min = self._visit_min(scenario)
        jobs: dict[str, list[_Job]] = defaultdict(list)
        for (s, window), n in self._made(scenario, roster).items():
            if n:
                jobs[s].append(_Job(window.end, window.start, window, n * visit_min))
        out: dict[str, list[Duty]] = defaultdict(list)
        home = {o.id: o.squad for o in scenario.officers if o.squad in jobs}
        for duty in roster.duties:
            if duty.kind in PATROLLING and duty.officer in home:
                out[home[duty.officer]].append(duty)
        for squad in (s.id for s in scenario.squads if s.id in jobs):
            people = {o.id: o.certified for o in scenario.officers_of(squad)}
            for job, left_min in _unfinished(sorted(jobs[squad]), _pair_steps(out[squad], people)):
                yield squad, job.window, -(-left_min // visit_min)

    def pairs_out(self, scenario: Scenario, roster: Roster, squad: str) -> tuple[tuple[datetime, int], ...]:
        """Return from when on how many pairs of a squad are out: all that visits see of who patrols."""
        people = {o.id: o.certified for o in scenario.officers_of(squad)}
        steps = _pair_steps((d for d in roster.duties if d.kind in PATROLLING and d.officer in people), people)
        return tuple(step for n, step in enumerate(steps) if step[1] != (steps[n - 1][1] if n else 0))

    def _visit_min(self, scenario: Scenario) -> int:
        policy = self.params(scenario)
        return minutes(policy.dose + policy.travel)

    def _made(self, scenario: Scenario, roster: Roster) -> Counter[tuple[str, OpenWindow]]:
        """Return what was promised; the last answer is remembered, as rosters that differ in duties ask again."""
        last = self._last
        if last is None or last[0] is not scenario or last[1] is not roster.visits:
            last = self._last = scenario, roster.visits, _promised(scenario, roster)
        return last[2]

    def unvisited(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        """Yield the windows in which visits are missing; a part of the audit."""
        made, percent = self._made(scenario, roster), self.params(scenario).border_percent
        for hotspot in scenario.hotspots:
            squads = [scenario.squad_by_id[s] for s in hotspot.squads if s in scenario.squad_by_id]
            windows = (w for day in scenario.dates for w in scenario.open_windows(hotspot.id, day))
            for window in windows if squads else ():
                reached = sum(made[squad.id, window] for squad in squads)
                weight = window.weight_cents * (percent if hotspot.border is BorderKind.SQUADS else 100) // 100
                amount = weight * sum(range(1, window.wanted - reached + 1))
                if amount:
                    names = [squad.name for squad in squads]
                    when = f"{window.day:%m-%d} {window.start:%H:%M}-{window.end:%H:%M}"
                    yield self.finding(
                        scenario,
                        amount,
                        _where(squads[0].id, window),
                        Text(
                            f"{'、'.join(names)} {when} 热点「{hotspot.name}」应到点 {window.wanted} 次,"
                            f"排到 {reached} 次",
                            f"{', '.join(names)} {when}, hotspot {hotspot.name}: {window.wanted} visits wanted, "
                            f"{reached} made",
                        ),
                        Text(
                            "该时段增排巡查对,或请相邻中队、机动中队支援",
                            "Roster another patrol pair in these hours, or ask a neighbour or the mobile squads",
                        ),
                    )

    def _nowhere(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        for row in roster.visits:
            squad, hotspot = scenario.squad_by_id.get(row.squad), scenario.hotspot_by_id.get(row.hotspot)
            if squad is None or hotspot is None:
                continue
            if row.squad not in hotspot.squads or _window(scenario, row.hotspot, row.start) is None:
                when = f"{row.start:%m-%d %H:%M}"
                yield self.finding(
                    scenario,
                    max(1, row.count),
                    Where(squad=row.squad, day=row.start.date(), place=row.hotspot, start=row.start),
                    Text(
                        f"{squad.name} {when} 排了热点「{hotspot.name}」到点,但该热点不属该中队或此时不开放",
                        f"{squad.name} {when}: visits to hotspot {hotspot.name}, which is not this squad's or has no "
                        "window from then",
                    ),
                    Text("改为该中队热点的时段起点", "Enter a window start of one of the squad's hotspots"),
                    severity=Severity.HARD,
                )


# -- model ------------------------------------------------------------------------------------------------------


def _post_pairs(model: RosterModel, period: Period) -> None:
    spare = [(c.certified, model.spare(c, period)) for c in model.classes[period.squad] if c.may(DutyKind.PATROL)]
    pairs = model.pairs[period]
    model.cp.add(2 * pairs <= sum(heads for _, heads in spare))
    model.cp.add(pairs <= sum(heads for certified, heads in spare if certified))


def _post_promises(model: RosterModel, squad: str, visit_min: int) -> None:
    visits = {window: count for (s, window), count in model.visits.items() if s == squad}
    for cluster in _overlapping(visits):
        last = max(w.end for w in cluster)
        nearby = [p for p in model.periods[squad] if p.start < last and p.end > cluster[0].start]
        for x in sorted({w.start for w in cluster}):
            for y in sorted({w.end for w in cluster if w.start >= x}):
                inside = [w for w in cluster if w.start >= x and w.end <= y]
                # Where the windows inside do not reach x and y, or fall apart, narrower intervals say more.
                if (
                    inside
                    and min(inside).start == x
                    and max(w.end for w in inside) == y
                    and len(_overlapping(inside)) == 1
                ):
                    periods = [p for p in nearby if p.start >= x and p.end <= y]
                    supply = sum(p.length_min * model.pairs[p] for p in periods)
                    model.cp.add(visit_min * sum(visits[w] for w in inside) <= supply)


def _overlapping(windows: Iterable[OpenWindow]) -> list[list[OpenWindow]]:
    """Return the windows in runs that overlap in time; different runs do not compete for pairs."""
    found: list[list[OpenWindow]] = []
    for window in sorted(windows):
        if not found or window.start >= max(w.end for w in found[-1]):
            found.append([])
        found[-1].append(window)
    return found


def _missing_amount(
    model: RosterModel, window: OpenWindow, counts: Sequence[cp_model.IntVar | int], weight: int
) -> Linear:
    given = sum(count for count in counts if isinstance(count, int))
    open_counts = [count for count in counts if not isinstance(count, int)]
    most = max(0, window.wanted - given)
    if not open_counts:
        return weight * most * (most + 1) // 2
    if window.wanted == most == len(open_counts) == 1:
        return weight * (1 - open_counts[0])
    name = f"S02/missing/{window.hotspot}/{window.start:%m%d%H%M}"
    levels = [model.cp.new_bool_var(f"{name}/{n}") for n in range(1, most + 1)]
    model.cp.add(sum(levels) + sum(open_counts) >= most)
    return weight * sum(n * level for n, level in enumerate(levels, 1))


# -- audit ------------------------------------------------------------------------------------------------------


class _Job(NamedTuple):
    """Promised visits of one window, ``left_min`` pair-minutes of work; sorts by deadline."""

    end: datetime
    start: datetime
    window: OpenWindow
    left_min: int


def _where(squad: str, window: OpenWindow) -> Where:
    return Where(squad=squad, day=window.day, place=window.hotspot, start=window.start, end=window.end)


def _window(scenario: Scenario, hotspot: str, start: datetime) -> OpenWindow | None:
    return next((w for w in scenario.open_windows(hotspot, start.date()) if w.start == start), None)


def _promised(scenario: Scenario, roster: Roster) -> Counter[tuple[str, OpenWindow]]:
    """Return the visits by squad and window; those of unknown squads or at no window are left out."""
    found: Counter[tuple[str, OpenWindow]] = Counter()
    for row in roster.visits:
        window = _window(scenario, row.hotspot, row.start)
        known = row.squad in scenario.squad_by_id
        if window is not None and known and row.squad in scenario.hotspot_by_id[row.hotspot].squads:
            found[row.squad, window] += max(0, row.count)
    return found


def _pair_steps(duties: Iterable[Duty], certified: dict[str, bool]) -> list[tuple[datetime, int]]:
    """Return (moment, pairs out from then on) in time order, from the patrol duties of one squad."""
    changes: dict[datetime, list[tuple[str, int]]] = defaultdict(list)
    for duty in duties:
        changes[duty.start].append((duty.officer, 1))
        changes[duty.end].append((duty.officer, -1))
    times = dict.fromkeys(certified, 0)
    out, able = 0, 0
    steps = []
    for moment in sorted(changes):
        for officer, change in changes[moment]:
            before, now = times[officer] > 0, times[officer] + change > 0
            times[officer] += change
            out += now - before
            able += certified[officer] * (now - before)
        steps.append((moment, min(out // 2, able)))
    return steps


def _unfinished(jobs: Sequence[_Job], steps: Sequence[tuple[datetime, int]]) -> Iterator[tuple[_Job, int]]:
    """Yield the jobs that the pairs cannot finish by their deadline, with the pair-minutes left over."""
    changes = dict(steps)
    moments = sorted({*changes, *(job.start for job in jobs), *(job.end for job in jobs)})
    waiting = deque(sorted(jobs, key=lambda job: (job.start, job.window)))
    active: list[_Job] = []
    pairs = 0
    for start, end in pairwise(moments):
        pairs = changes.get(start, pairs)
        while waiting and waiting[0].start <= start:
            insort(active, waiting.popleft())
        supply = pairs * minutes(end - start)
        for n, job in enumerate(active):
            used = min(supply, job.left_min)
            active[n] = job._replace(left_min=job.left_min - used)
            supply -= used
        yield from ((job, job.left_min) for job in active if job.left_min and job.end == end)
        active = [job for job in active if job.left_min and job.end > end]
