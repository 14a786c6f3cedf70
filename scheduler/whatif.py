"""The verb `whatif`: runs the cases of a spec and holds them against the base."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.problem import InputError, Problem
from domain.result import Result
from domain.scenario import Scenario
from domain.whatif import (
    CaseKind,
    CaseResult,
    Comparison,
    Effort,
    Ending,
    Measure,
    MinimumResult,
    Spec,
)
from domain.words import Text
from scheduler.cases import Case, Expander, Parameters, expand, part_of
from scheduler.compare import Comparer, damages, risk
from scheduler.farm import Farm
from scheduler.measures import focused
from scheduler.minimum import Question
from scheduler.progress import Options
from scheduler.runs import Landed, RunJob, key_of

PROVEN = (CaseKind.BASE, CaseKind.SCENARIO, CaseKind.SWEEP)
"""Kinds of cases whose measures are bounded by runs of their own, where the spec asks for it."""
UNFINISHED = (Ending.LOST, Ending.NO_ROSTER)
BASE_TIMES = 2
"""The base gets so many times the work of a run, as all others start from its roster and its bound."""
SHIPPED = PROVEN
"""Kinds of cases whose rosters are written out."""


@dataclass(frozen=True)
class Done:
    """What a what-if came to, and the rosters to write out by case id."""

    comparison: Comparison
    rosters: Mapping[str, tuple[Scenario, Result]] = field(default_factory=dict)


class WhatIf:
    """Runs one spec on one brigade."""

    def __init__(
        self,
        spec: Spec,
        scenario: Scenario,
        parameters: Parameters,
        options: Options,
        farm: Farm,
        pace: float = 1.0,
    ) -> None:
        self.spec, self.options, self.farm, self.whole, self.pace = spec, options, farm, scenario, pace
        self.expander = Expander(scenario, part_of(spec, scenario), parameters)
        self.expanded = expand(spec, self.expander)
        self._refuse_hopeless()
        self.questions = [Question(n, ask, self.expander) for n, ask in enumerate(spec.minimum, 1)]

    @property
    def base(self) -> Scenario:
        """The base's scenario, which was found to be one that can be rostered."""
        found = self.expanded.cases[0].scenario
        if found is None:
            raise AssertionError("a base that cannot be rostered is a problem")
        return found

    def _refuse_hopeless(self) -> None:
        """Raise InputError for a base or a named scenario that cannot be rostered; sweeps may well reach their ends."""
        problems = [
            Problem(text=Text(f"{case.name}:{reason.zh}", f"{case.name}: {reason.en}"))
            for case in self.expanded.cases
            if case.kind in (CaseKind.BASE, CaseKind.SCENARIO, CaseKind.SAMPLE)
            for reason in case.refused
        ]
        if problems:
            raise InputError(tuple(dict.fromkeys(problems)))

    def job(self, scenario: Scenario, after: RunJob | None = None, *, to_the_end: bool = False) -> RunJob:
        """Return the job that runs a scenario, starting from the roster of the job ``after``; that job itself if equal.

        The middle of a sweep is the base, and so is a number of officers that is the present one. ``to_the_end`` of its
        time goes a job whatever gap is wanted.
        """
        pay, whole = self.spec.hourly_pay, replace(self.options, gap=0.0)
        if after is not None and key_of(scenario, whole, pay) == after.key:
            return after
        options = whole if to_the_end else self.options
        key = key_of(scenario, options, pay, after)
        return RunJob(key, scenario, options, pay, self.farm.executor.stop_name(), after, pace=self.pace)

    def base_job(self) -> RunJob:
        """Return the job that runs the base: in all places if it can, as the others wait for it, else for longer.

        It goes on to the end of its time: the nearer it is, the nearer do the others begin.
        """
        executor, job = self.farm.executor, self.job(self.base, to_the_end=True)
        if self.options.deterministic is not None:
            return job
        seconds = self.options.seconds * max(1.0, BASE_TIMES / executor.most_places)
        return replace(job, options=replace(job.options, seconds=seconds), places=executor.most_places)

    def run(self) -> Done:
        """Run everything and return the comparison; what a stop cut off is missing from it."""
        cases = self.expanded.cases
        base = self.base_job()
        jobs = {case.id: self.job(case.scenario, base) for case in cases[1:] if case.scenario is not None}
        jobs = {cases[0].id: base, **jobs}
        proofs = {
            (case.id, measure): self.job(focused(case.scenario, [measure]), to_the_end=True)
            for case in cases
            if case.kind in PROVEN and case.scenario is not None
            for measure in self.spec.prove
        }
        by_key = self.farm.run([*jobs.values(), *proofs.values()])
        landed = {cid: by_key[job.key] for cid, job in jobs.items() if job.key in by_key}
        proven = {at: by_key[job.key] for at, job in proofs.items() if job.key in by_key}
        minima: list[MinimumResult] = []
        extra: list[tuple[Case, Landed]] = []
        for question in self.questions:
            answer, ran = question.answer(self._solve)
            minima.append(answer)
            extra += ran
        return self._done(cases, landed, proven, minima, extra)

    def _solve(self, scenarios: Sequence[Scenario]) -> list[Landed | None]:
        base = self.base_job()
        jobs = [self.job(scenario, base, to_the_end=True) for scenario in scenarios]
        found = self.farm.run(jobs)
        return [found.get(job.key) for job in jobs]

    def _done(
        self,
        cases: Sequence[Case],
        landed: Mapping[str, Landed],
        proven: Mapping[tuple[str, Measure], Landed],
        minima: Sequence[MinimumResult],
        extra: Sequence[tuple[Case, Landed]],
    ) -> Done:
        comparer = Comparer(cases[0], landed, proven)
        found = [result for case in cases if (result := comparer.result(case)) is not None]
        found += [_level(case, one) for case, one in extra]
        complete = not self.farm.stop.is_set() and not any(r.outcome.ending in UNFINISHED for r in found)
        farm = self.farm
        rosters = {
            case.id: (case.scenario, shipped)
            for case in cases
            if case.kind in SHIPPED and case.scenario is not None and case.id in landed
            if (shipped := landed[case.id].result) is not None
        }
        comparison = Comparison(
            title=self.spec.title,
            brigade=self.whole.brigade,
            part=self._part(),
            first=str(self.whole.first),
            last=str(self.whole.dates[-1]),
            cases=tuple(found),
            sweeps=self.expanded.sweeps,
            minima=tuple(minima),
            damages=damages(landed.get(cases[0].id), cases, landed),
            risks=tuple(r for asked in self.expanded.risks if (r := risk(asked, landed)) is not None),
            effort=Effort(
                runs=farm.runs,
                reused=farm.reused,
                workers=farm.executor.count,
                where=farm.where,
                wall_s=round(time.monotonic() - farm.started, 1),
                solve_s=round(farm.solve_s, 1),
                overhead=None if farm.overhead is None else round(farm.overhead, 4),
            ),
            seconds=None if self.options.deterministic is not None else self.options.seconds,
            deterministic=self.options.deterministic,
            stop_gap=self.options.gap,
            seed=self.options.seed,
            complete=complete,
            notes=() if complete else (CUT_OFF,),
        )
        return Done(comparison, rosters)

    def _part(self) -> tuple[str, ...]:
        if self.expander.part.whole:
            return ()
        return tuple(s.name for s in self.whole.squads if s.id in self.expander.part.squads)


CUT_OFF = Text(
    "有的方案没有算完;再运行一次并加 --resume,已算完的不再重算",
    "some runs are missing; run it again with --resume, what is done is not repeated",
)


def _level(case: Case, landed: Landed) -> CaseResult:
    return CaseResult(
        id=case.id, name=case.name, kind=case.kind, changes=case.said, outcome=landed.outcome, axis=case.axis
    )
