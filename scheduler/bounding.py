"""The bound of a scenario and what it teaches: a survey of all units, the proof of each, a second look at dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field, replace

from typing_extensions import override

from constraints.base import Candidate
from domain.words import Text
from scheduler.candidates import list_candidates
from scheduler.job import Job, Way
from scheduler.learned import Learned
from scheduler.neighbours import clusters, neighbours
from scheduler.parts import BoundJob, Proof, Unit, borders, presence_points, prove, survey
from scheduler.recut import Cut, cuts_of
from scheduler.relaxed import Prices, Tag, relax
from scheduler.second_look import LookJob, More, Seen, look_again, look_job
from scheduler.sending import Away, Key, Sent, key_of
from scheduler.sharing import Sharing, shares_something
from scheduler.solve import Limits
from scheduler.taught import Taught, teach
from scheduler.timed import Timed
from scheduler.whole_bound import bound_of_all, bound_of_relaxed

DIFFICULTY_POWER, DIFFICULTY_OF_HEADS = 1.5, 0.12
"""The time of a proof grows with this power of its difficulty; for heads this much of it counts besides people."""
PROOF, SURVEY = Text("证明下界", "Proving a bound"), Text("估算结合部", "Surveying the borders")
LOOK_SECONDS, LOOKS = 0.5, 8
"""Processor seconds that a second look needs to do any good, and how often it follows what the bound says is held."""
THREADS = 4
"""Solver threads a process; more threads than cores pay, as each searches in another way."""
BESIDE_PROOF = 2
"""Threads where the proof runs beside: with more of them it gets too little of the machine."""


@dataclass
class Bounding(Timed):
    """Bounds one scenario; ``bound`` (points) may be read at any time."""

    bound: float = 0.0
    prices: Prices | None = None
    learned: dict[Unit, Learned] = field(default_factory=dict)
    """What the heads of a unit are sought from the next time."""
    most: dict[Unit, Mapping[str, float]] = field(default_factory=dict)
    difficulty: dict[Unit, float] = field(default_factory=dict)
    """How hard the models of a unit's dates are."""
    proofs: dict[Unit, Proof] = field(default_factory=dict)
    surveyed: dict[Unit, tuple[BoundJob, Mapping[str, float]]] = field(default_factory=dict)
    """What was asked of the proofs, and the prices of the survey."""
    more: dict[Unit, More] = field(default_factory=dict)
    """What second looks at the dates have found beyond the proofs, of neighbours as one."""
    held: frozenset[str] = frozenset()
    """Remediations that are held where they cost no more than the bound says, by id."""
    looked: set[tuple[Unit, Key | Cut]] = field(default_factory=set)
    """Dates with remediations at which second looks have looked."""
    sent: Mapping[Unit, Sent] = field(default_factory=dict)
    """What sending people to remediations costs each unit, as far as the proof knows."""
    away: dict[Unit, Away] = field(default_factory=dict)
    """Which visits on borders those do not make whom a unit sends to remediations."""
    shares: Sharing = field(default_factory=Sharing)
    """Who makes which visits on borders and owes which heads at shared presences, as far as the proof knows."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.borders = borders(self.scenario)
        self.pairs = neighbours(self.scenario, self.units)
        self.clusters = clusters(self.pairs, self.units)

    def survey(self) -> None:
        """Relax all units together: they meet at borders, and their people are worth more here than there."""
        if self.watch.left <= 0:
            return
        self._say(SURVEY)
        futures = [self.workers.submit(survey, unit) for unit in self.units]
        wait(futures)
        if any(future.exception() is not None for future in futures):
            return  # a process was killed: the others start without prices
        found = [future.result() for future in futures]
        self.prices = relax(found, self.borders)
        if self.prices is not None:
            self.bound = max(self.bound, bound_of_relaxed(self.scenario, self.prices))
        self.most = {unit: part.most for unit, part in zip(self.units, found, strict=True)}
        self.difficulty = {unit: part.difficulty for unit, part in zip(self.units, found, strict=True)}

    @property
    def worth(self) -> Mapping[str, float]:
        """Units that an hour of each squad's people is worth, as far as the relaxation knows."""
        return self.prices.worth if self.prices is not None else {}

    def prove(self, until: float, *, sharing: bool = False) -> None:
        """Bound every unit without remediations; what visits on borders are paid for is added for the windows.

        So is what remediations cost at least, at what the units say that sending people to them adds. With ``sharing``
        it is settled who makes which visits on borders and owes which heads at shared presences, at the prices found.
        """
        starts = [Learned(sums) for sums in self.prices.sums] if self.prices else [None] * len(self.units)
        rows = zip(self.units, starts, strict=True)
        jobs = [
            self._bounding(unit, start, sharing=sharing and shares_something(self.scenario, unit))
            for unit, start in rows
        ]
        proofs = self.bounds(jobs, until)
        self._learn_prices(proofs)
        self.proofs, self.more, self.looked = dict(zip(self.units, proofs, strict=True)), {}, set()
        prices = (start.prices if start else {} for start in starts)
        self.surveyed = dict(zip(self.units, zip(jobs, prices, strict=True), strict=True))
        self.away = {unit: proof.away for unit, proof in self.proofs.items()}
        if sharing:
            self.shares.settle(self.scenario, self.proofs, self._paid()[0])
        self._add_up()

    def look(self, until: float, some: Sequence[Unit], *, again: bool = False) -> None:
        """Look once more at the dates of units, or of several as one, at the prices of their proofs.

        Of dates with remediations those are looked at of which the bound says that they are held, and ``again`` no
        others.
        """
        jobs = self._looks(some, again=again)
        for _ in range(LOOKS):
            if not jobs or until - self.watch.elapsed < LOOK_SECONDS * len(jobs) / self.workers.count * self.watch.pace:
                return
            for job, seen in zip(jobs, self._run_all(look_again, jobs, until, PROOF, Seen()), strict=True):
                self.looked |= {(job.squads, cut) for cut in seen.spared} | {(job.squads, key) for key in seen.sent}
                if job.squads not in self.proofs:
                    self.more[job.squads] = _dearest(self.more.get(job.squads, {}), seen.more)
                    continue
                proof = self.proofs[job.squads]
                less = {cut: min(n, seen.spared.get(cut, n)) for cut, n in proof.spared.items()}
                sent = {**proof.sent, **{key: max(n, proof.sent.get(key, n)) for key, n in seen.sent.items()}}
                more = _dearest(proof.more, seen.more)
                self.proofs[job.squads] = replace(proof, spared=less, sent=sent, more=more)
            self._add_up()
            jobs = self._looks(some, again=True)

    def _looks(self, some: Iterable[Unit], *, again: bool) -> list[LookJob]:
        """Return looks at the dates of units, or of several as one, that may find something."""
        prices, points = self._paid()
        every = list_candidates(self.scenario)
        found = []
        for squads in some:
            proofs = {unit: self.proofs[unit] for unit in self._inside(squads) if unit in self.proofs}
            there = self._held(squads, every) if squads in self.proofs else set()
            most = self._most(squads)
            job = look_job(self.scenario, proofs, self._limits(), prices, points, most, there) if proofs else None
            if job is not None:
                found.append(replace(job, asked=frozenset()) if again else job)
        return [job for job in found if job.asked or job.held]

    def _held(self, unit: Unit, candidates: Sequence[Candidate]) -> set[str]:
        """Return remediations that the bound says are held at whose dates nobody has looked again for a unit, by id."""
        cuts = cuts_of(self.scenario, unit, candidates)
        there = [c for c in candidates if c.id in self.held and c.id in cuts]
        known = {c.id: {(unit, cuts[c.id]), (unit, key_of(c, unit) or cuts[c.id])} for c in there}
        return {cid for cid, looks in known.items() if not looks <= self.looked}

    @property
    def taught(self) -> Taught | None:
        """What the proofs have found, for scenarios much like this one; None before them."""
        known = (teach(self.scenario, *self.surveyed[unit], proof) for unit, proof in self.proofs.items())
        return Taught(units=tuple(one for one in known if one is not None)) if self.proofs else None

    def _add_up(self) -> None:
        """Put the bound together from what is known."""
        every = list_candidates(self.scenario)
        whole = bound_of_all(self.scenario, self.proofs, *self._paid(), every, self.prices, self.more)
        self.sent, self.held = whole.sent, whole.held
        self.bound = max(self.bound, whole.points)
        self._say(PROOF)

    def _paid(self) -> tuple[dict[Tag, int], int]:
        """Return what units are paid for a visit to each window on a border, and charged an hour at a presence."""
        prices = {tag: round(price) for tag, price in self.prices.windows.items()} if self.prices else {}
        return prices, presence_points(self.scenario, self.worth)

    def _bounding(self, unit: Unit, start: Learned | None, *, sharing: bool) -> BoundJob:
        prices, points = self._paid()
        most = self.most.get(unit)
        return BoundJob(unit, self._limits(), prices, start, most=most, presence_points=points, sharing=sharing)

    def bounds(self, jobs: Sequence[BoundJob], until: float) -> list[Proof]:
        """Bound the units side by side."""
        return self._run_all(prove, jobs, until, PROOF, Proof())

    def _learn_prices(self, proofs: Sequence[Proof]) -> None:
        """Heads are sought from the prices of the proof: they are far nearer the best ones than the survey's."""
        for unit, proof in zip(self.units, proofs, strict=True):
            if proof.prices:
                self.learned[unit] = replace(self.learned.get(unit, Learned()), prices=proof.prices)

    def _inside(self, squads: Unit) -> list[Unit]:
        """Return the units that are solved as one for some squads: one, or two."""
        return [unit for unit in self.units if set(unit) <= set(squads)]

    def _most(self, squads: Unit) -> Mapping[str, float] | None:
        """Return what the survey found of the officers of some squads (see `Average`)."""
        return {o: n for unit in self._inside(squads) for o, n in self.most[unit].items()} if self.most else None

    def _limits(self) -> Limits:
        """Return limits without a wall clock yet; `_timed` sets it when the job starts."""
        threads = THREADS if len(self.units) >= self.workers.count else BESIDE_PROOF
        return Limits(seconds=None, deterministic=self.options.deterministic, seed=self.options.seed, threads=threads)

    @override
    def _weight(self, job: Job | BoundJob | LookJob) -> float:
        """Return how much time a job takes: heads and bounds by how hard the models of the unit's dates are too."""
        difficulty = sum(self.difficulty.get(unit, 0.0) for unit in self._inside(job.squads))
        if isinstance(job, LookJob):
            return max(1.0, difficulty)
        dates: float = max(1.0, difficulty) ** DIFFICULTY_POWER
        if not self.difficulty or (isinstance(job, Job) and job.way is not Way.HEADS):
            return super()._weight(job)
        return super()._weight(job) + DIFFICULTY_OF_HEADS * dates if isinstance(job, Job) else dates


def _dearest(one: More, other: More) -> More:
    """Return what dates cost more by either of two looks at them."""
    return {on: max(one.get(on, 0), other.get(on, 0)) for on in (*one, *other)}
