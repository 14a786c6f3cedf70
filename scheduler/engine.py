"""The brigade's engine: squads side by side, then again around each other, and a bound from the squads relaxed.

1. survey: the linear relaxation of all units together says what a visit on a border is worth, and who makes how many.
2. construct: every unit is solved with the chosen remediations; the others are taken to send their quotas and to make
   their part of the visits on the borders.
3. prove: every unit is bounded without remediations, its visits on the borders paid for; heads are then sought from
   the prices that come of it, and what visits on borders cost each unit at these prices says who is to make them. A
   second look at the dates, of units and of neighbours as one, raises the bound.
4. improve: every unit is re-solved around the rest, in one of several ways; only what the audit finds better is kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

from typing_extensions import override

from constraints.base import GRAIN, Candidate
from domain.roster import Roster, Visits
from domain.words import RemediationKind, Status, Text
from scheduler.bounding import Bounding
from scheduler.choose import choose, enough, nominal, quotas
from scheduler.decided import Decided, as_frozen, merge, replaced
from scheduler.incumbent import Incumbent, weigh
from scheduler.job import Job, Way
from scheduler.learned import Learned
from scheduler.least_plan import few_heads, few_units, least_costs
from scheduler.neighbours import added, alone, heads_of, matched, together
from scheduler.parts import (
    Unit,
)
from scheduler.sending import going_of
from scheduler.solve import Outcome
from scheduler.stages import run
from scheduler.standing import left_over, shared_out
from scheduler.timed import FIRST_SHARE, LEAST_SECONDS, PROOF_SHARE
from scheduler.undone import undone

RETRY_SECONDS = 10.0
SPAN_DAYS = 7
REPLAN_SECONDS = 0.018
"""Processor seconds that other remediations need to be worth a try, by the square of a squad's officers."""
REPLAN_POINTS, REPLAN_SHARE = 200, 0.7
"""By how much other remediations must look cheaper before heads are sought for them, and the share of the time that
this gets at first; the rest is for units that came out dearer."""
UNDECIDED = Outcome(Status.UNKNOWN, None, None, None)
FIRST, RETRY = Text("建立班表", "First roster"), Text("重试", "Retry")
PHASES = {
    Way.HEADS: Text("改进人数", "Bettering heads"),
    Way.WISHES: Text("改进个人班次", "Bettering lines"),
    Way.DUTIES: Text("改进勤务", "Bettering duties"),
    Way.SPAN: Text("改进几天", "Bettering some days"),
}


@dataclass
class Engine(Bounding):
    """Solves one scenario; ``best`` and ``bound`` (points) may be read at any time."""

    best: Incumbent | None = None
    statuses: dict[Unit, Status] = field(default_factory=dict)
    turn: int = 0
    wishes: bool = False
    """Whether lines have been sought for wishes about persons, which then count."""
    often: Counter[Unit] = field(default_factory=Counter)
    """How often two units have been solved as one."""

    def run(self, candidates: Sequence[Candidate]) -> None:
        """Go through all stages within the watch's time; with a deterministic limit each stage comes once."""
        self.survey()
        chosen = self._chosen(candidates)
        if self.options.deterministic is not None:
            self.construct(chosen, math.inf)
            self.prove(math.inf, sharing=True)
            self.look(math.inf, (*self.units, *self.pairs))
            self.replan(candidates, math.inf)
            for way in (Way.HEADS, Way.DUTIES, Way.WISHES, Way.SPAN):
                some = self.clusters if way is Way.DUTIES else self.units
                if some and self._open():
                    self.improve(way, math.inf, some)
            return
        end = self.watch.seconds - self.naming_seconds()
        if len(self.units) < self.workers.count:  # a process would lie idle
            with ThreadPoolExecutor(1) as side:
                proof = side.submit(self.prove, self._after(end, 0.75, 240.0))
                self.construct(chosen, self._after(end, FIRST_SHARE, self._first_seconds()))
                self._better(end, (Way.HEADS, Way.WISHES))
                proof.result()
            self.look(self._until_looked(end, self.units), self.units)
        else:
            self.construct(chosen, self._after(end, FIRST_SHARE, self._first_seconds()))
            if self._open():
                # first, as its prices make the next heads much better
                share, most = PROOF_SHARE
                self.prove(self._after(end, share, self._load() * most), sharing=True)
                self.look(self._until_looked(end, self.units), self.units)
                if self._open():
                    self.replan(candidates, self._until(end, Way.HEADS))
        pairs = self.pairs
        while self._better(end, (Way.HEADS, Way.WISHES, Way.SPAN)):
            if self._open():
                self.look(self._until_looked(end, pairs), pairs)
                self.look(self._until_looked(end, self.units), self.units, again=True)
            pairs = []

    def _better(self, end: float, ways: Sequence[Way]) -> bool:
        """Go once through some ways of bettering the roster; return whether there was time for any.

        Some days are opened only where nothing else has helped: it takes as long, and mostly gains nothing. Once lines
        have been moved about, heads see to their wishes too.
        """
        tried, before, wished = False, self.best, self.wishes
        for way in ways:
            until = self._until(end, way)
            if way is Way.WISHES and tried and wished or way is Way.SPAN and tried and self.best is not before:
                continue
            least = LEAST_SECONDS[way] * self._rounds() * self.watch.pace
            gained = True
            while gained and self._open() and until - self.watch.elapsed >= least:
                now = self.best
                self.improve(way, until, self._paired() if way is Way.HEADS else ())
                tried, gained = True, way is Way.HEADS and self.best is not now
            if way is Way.HEADS and tried:
                self._together(end)
        return tried

    def _together(self, end: float) -> None:
        """Seek the duties of units that hang together anew, beneath their lines and with a look at each other."""
        until = self._until(end, Way.DUTIES)
        least = LEAST_SECONDS[Way.DUTIES] * self._rounds() * self.watch.pace
        if self.clusters and self._open() and until - self.watch.elapsed >= least:
            self.improve(Way.DUTIES, until, self.clusters)

    def _paired(self, some: Sequence[Unit] = ()) -> list[Unit]:
        """Return units for a turn, of all or ``some``, two neighbours as one where that can be: each pair in turn."""
        inside = {squad for unit in some or self.units for squad in unit}
        found = matched([pair for pair in self.pairs if inside & set(pair)], some or self.units, self.often)
        self.often.update(set(found) - set(self.units))
        return found

    def _open(self) -> bool:
        """Return whether there is a roster, time, and something left to gain."""
        best = self.best
        return (
            best is not None
            and self.watch.left > 0
            and (bool(best.hard) or not self.options.near(best.points + best.named, self.bound))
        )

    def _visits_of(self, unit: Unit) -> tuple[Visits, ...]:
        """Return the visits on borders that the other units are to make, or do in the relaxation, in whole ones."""
        return self.shares.others(self.scenario, self.units, unit, self.prices)

    # -- construct --------------------------------------------------------------------------------------------

    def construct(self, chosen: tuple[Candidate, ...], until: float) -> None:
        """Make the first complete roster; ``until`` in seconds of the watch, later if there is none by then."""
        with self.watch.any_roster():
            self._construct(chosen, until)

    def _construct(self, chosen: tuple[Candidate, ...], until: float) -> None:
        jobs = [self._first(unit, chosen) for unit in self.units]
        outcomes = dict(zip(self.units, self._run_all(run, jobs, until, FIRST, UNDECIDED), strict=True))
        forced = {c.id for c in chosen if c.forced or c.designated is not None}
        for retry in (
            [replace(job, quotas=()) for job in jobs],
            [replace(_only_held(job, forced), quotas=()) for job in jobs],
        ):
            missed = [job for job in retry if outcomes[job.squads].decided is None]
            if missed and self.watch.left > 0:
                later = max(until, self.watch.elapsed) + RETRY_SECONDS * self.watch.pace
                again = self._run_all(run, missed, later, RETRY, UNDECIDED)
                outcomes |= {job.squads: outcome for job, outcome in zip(missed, again, strict=True)}
        self.statuses = {unit: o.status for unit, o in outcomes.items()}
        self._learn(outcomes)
        parts = [o.decided for o in outcomes.values() if o.decided is not None]
        if len(parts) == len(self.units):
            self._keep(self._weigh(merge(parts), chosen))
            self._drop_unlawful()
            self._say(FIRST)

    def _first(self, unit: Unit, chosen: tuple[Candidate, ...]) -> Job:
        mine = tuple(c for c in chosen if set(unit) & {*c.squads, *c.helpers})
        others = [s.id for s in self.scenario.squads if s.id not in unit]
        heads = {
            (s, c.id): n
            for c in mine
            for s, n in quotas(self.scenario, c, self._worth_at(c)).items()
            if s in unit and n
        }
        there = [r for c in mine for r in nominal(self.scenario, (c,), others, self._worth_at(c))]
        return Job(
            squads=unit,
            limits=self._limits(),
            candidates=mine,
            held=frozenset(c.id for c in mine),
            frozen=Roster(visits=self._visits_of(unit), remediations=tuple(there)),
            quotas=tuple(sorted(heads.items())),
            start=self.learned.get(unit),
            most=self.most.get(unit),
            presences=shared_out(self.scenario, unit, self.shares.owed.get(unit, {})),
        )

    def _worth_at(self, c: Candidate) -> Mapping[str, float]:
        """Return units that an hour of each squad's people is worth where they are during a candidate."""
        hours = c.length_min / 60
        found = dict(self.worth)
        for unit, extra in self.sent.items():
            going = going_of(c, unit)
            if going is not None and (units := extra.get((c.start, c.end, going))) is not None:
                cost = max(0, units + few_units(self.scenario, c, going)) / few_heads(self.scenario, going)
                found |= dict.fromkeys(going.squads, cost / hours)
        return found

    def _drop_unlawful(self) -> None:
        """Give up monthly remediations that came out unlawful, one at a time, as long as that helps."""
        while self.best is not None and self.best.hard:
            bad = {f.where.remediation for f in self.best.hard} & {cid for _, cid in self.best.known.joins}
            drop = [
                c for c in self.best.candidates if c.id in bad and c.kind is RemediationKind.MONTHLY and not c.forced
            ]
            if not drop or not self._keep(self._weigh(self.best.known.without({drop[0].id}), self.best.candidates)):
                return

    def replan(self, candidates: Sequence[Candidate], until: float) -> None:
        """Choose the remediations again at what people cost by the proof; seek heads for them if that is much less."""
        best = self.best
        need = REPLAN_SECONDS * sum(len(self.scenario.officers_of(s)) ** 2 for unit in self.units for s in unit)
        if (until - self.watch.elapsed) * self.workers.count < need * self.watch.pace:
            return  # with less time for each the heads get no good lines
        if best is None or not any(self.sent.values()) or self.watch.left <= 0:
            return
        least = self._least(candidates)
        chosen = self._chosen(candidates)
        held = {cid for _, cid in best.known.joins}
        if sum(least.get(cid, 0) for cid in held) - sum(least[c.id] for c in chosen) < REPLAN_POINTS * GRAIN:
            return
        self.turn += 1
        jobs = [
            replace(
                self._first(unit, chosen),
                limits=replace(self._limits(), seed=self.options.seed + self.turn),
                known=best.known.only(self.scenario, unit),
                start=self.learned.get(unit),
                wishes=self.wishes,
            )
            for unit in self.units
        ]
        outcomes = self._run_all(run, jobs, self._after(until, REPLAN_SHARE, until), PHASES[Way.HEADS], UNDECIDED)
        self._learn({j.squads: o for j, o in zip(jobs, outcomes, strict=True)})
        parts = [o.decided for o in outcomes if o.decided is not None]
        if len(parts) == len(self.units):
            tried = self._weigh(merge(parts), chosen)
            self._keep(tried if tried.key < best.key else self._mended(tried, best, until))
        self._say(PHASES[Way.HEADS])

    def _chosen(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Choose the remediations to hold, by what people cost as far as that is known."""
        least = self._least(candidates) if any(self.sent.values()) else None
        visits = self.prices.visits if self.prices is not None else {}
        return choose(self.scenario, candidates, worth=self.worth, visits=visits, least=least, seed=self.options.seed)

    def _least(self, candidates: Sequence[Candidate]) -> dict[str, int]:
        """Return what each candidate takes from the units, and from borders where several of them send people."""
        known = least_costs(self.scenario, self.units, self.sent, candidates)
        prices, _ = self._paid()
        found = {}
        for c in candidates:
            part = [squad for squad, n in quotas(self.scenario, c, self._worth_at(c)).items() if n]
            found[c.id] = known.get(c.id, 0) + undone(c, part, self.away, self.borders, prices)
        return found

    def _mended(self, tried: Incumbent, best: Incumbent, until: float) -> Incumbent:
        """Solve the units again that cost much more than before: mostly they came to no good lines in time."""
        jobs = [
            self._again(unit, tried, Way.HEADS)
            for unit in self.units
            if tried.by_unit[unit] > best.by_unit[unit] + REPLAN_POINTS
        ]
        outcomes = self._run_all(run, jobs, until, PHASES[Way.HEADS], UNDECIDED)
        changes = {j.squads: o.decided for j, o in zip(jobs, outcomes, strict=True) if o.decided is not None}
        return self._weigh(self._with(tried.known, changes), tried.candidates)

    # -- improve ----------------------------------------------------------------------------------------------

    def improve(self, way: Way, until: float, some: Sequence[Unit] = ()) -> None:
        """Re-solve every unit, or ``some`` (several as one too), around the rest as it stands; what is better is kept.

        All jobs start from the same roster and are judged together, so that the number of processes changes nothing:
        first all changes, then those of the units that came out cheaper.
        """
        best = self.best
        if best is None or self.watch.left <= 0:
            return
        if way is Way.WISHES and not self.wishes:
            self.wishes = True
            self.best = best = self._weigh(best.known, best.candidates)
        self.turn += 1
        jobs = [self._again(unit, best, way) for unit in some or self.units]
        outcomes = self._run_all(run, jobs, until, PHASES[way], UNDECIDED)
        self._learn({j.squads: o for j, o in zip(jobs, outcomes, strict=True)})
        changes = {j.squads: o.decided for j, o in zip(jobs, outcomes, strict=True) if o.decided is not None}
        tried = self._weigh(self._with(best.known, changes), best.candidates)
        cheaper = {squads: new for squads, new in changes.items() if self._gain(squads, best, tried) > 0}
        if len(cheaper) < len(changes):
            self._keep(tried)
            tried = self._weigh(self._with(best.known, cheaper), best.candidates)
        self._keep(tried)
        self._say(PHASES[way])

    def _gain(self, squads: Unit, before: Incumbent, after: Incumbent) -> float:
        """Return by how many points the units of some squads have become cheaper."""
        return sum(before.by_unit[unit] - after.by_unit[unit] for unit in self._inside(squads))

    def _learn(self, outcomes: Mapping[Unit, Outcome]) -> None:
        for squads, outcome in outcomes.items():
            if outcome.learned is not None:
                for unit in self._inside(squads):
                    before = self.learned.get(unit, Learned())
                    self.learned[unit] = replace(alone(outcome.learned, unit), prices=before.prices)

    def _with(self, known: Decided, changes: Mapping[Unit, Decided]) -> Decided:
        for unit, new in changes.items():
            known = replaced(self.scenario, known, new, unit)
        return known

    def _again(self, unit: Unit, best: Incumbent, way: Way) -> Job:
        mine = tuple(c for c in best.candidates if set(unit) & {*c.squads, *c.helpers})
        others = [s.id for s in self.scenario.squads if s.id not in unit]
        known = best.known.only(self.scenario, unit)
        around = best.known.only(self.scenario, others)
        frozen = as_frozen(self.scenario, around, mine)
        presences = left_over(self.scenario, unit, around.staff, mine)
        if way is Way.HEADS and self.turn == 1:  # the first roster's visits on borders were made in little time
            frozen = frozen.model_copy(update={"visits": self._visits_of(unit)})
            presences = shared_out(
                self.scenario, unit, added([self.shares.owed.get(u, {}) for u in self._inside(unit)])
            )
        sent = Counter((self.scenario.officer_by_id[oid].squad, cid) for oid, cid in best.known.joins)
        there = {c.id: {squad: n for (squad, cid), n in sent.items() if cid == c.id} for c in mine}
        asked = {(squad, c.id): n for c in mine for squad, n in enough(c, there[c.id], self._worth_at(c)).items()}
        parts = self._inside(unit)
        learned = [self.learned[part] for part in parts if part in self.learned]
        return Job(
            squads=unit,
            limits=replace(self._limits(), seed=self.options.seed + self.turn),
            way=way,
            candidates=mine,
            held=frozenset(c.id for c in mine) & {cid for _, cid in best.known.joins},
            frozen=frozen,
            known=known,
            quotas=tuple(sorted((key, n) for key, n in asked.items() if key[0] in unit)),
            days=self._span(),
            start=together(learned, heads_of(self.scenario, unit, known)) if len(learned) == len(parts) else None,
            most=self._most(unit),
            wishes=self.wishes,
            presences=presences,
            deep=self.deep(),
        )

    def deep(self) -> bool:
        """Return whether heads are sought for as long as a job has time: not in a first turn, where more is to gain."""
        return self.turn > 1 and self.options.deterministic is None

    def _span(self) -> frozenset[date]:
        """Return the days that this turn opens: a stretch that moves on from turn to turn."""
        days = self.scenario.dates
        first = (self.turn * SPAN_DAYS * 2 // 3) % len(days)
        return frozenset((days + days)[first : first + SPAN_DAYS])

    # -- together -----------------------------------------------------------------------------------------------

    def _weigh(self, known: Decided, candidates: tuple[Candidate, ...]) -> Incumbent:
        return weigh(self.scenario, self.units, known, candidates, wishes=self.wishes)

    def _keep(self, found: Incumbent) -> bool:
        """Keep a roster if it is better than the best; return whether it is."""
        if self.best is not None and found.key >= self.best.key:
            return False
        self.best = found
        return True

    @override
    def _say(self, phase: Text) -> None:
        best = self.best.points + self.best.named if self.best is not None else None
        self.watch.say(phase, best, self.bound or None)


def _only_held(job: Job, ids: Collection[str]) -> Job:
    """Return the job with only these remediations held; the others stay in play, as the periods are cut by them."""
    there = tuple(r for r in job.frozen.remediations if r.id in ids)
    frozen = job.frozen.model_copy(update={"remediations": there})
    return replace(job, held=job.held & frozenset(ids), frozen=frozen)
