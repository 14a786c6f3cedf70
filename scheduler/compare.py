"""Holds what-if runs against the base: intervals, and verdicts only where they do not meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, quantiles

from domain.scenario import Scenario
from domain.whatif import (
    CaseKind,
    CaseResult,
    Damage,
    Difference,
    Ending,
    Figures,
    Interval,
    Measure,
    Outcome,
    RiskResult,
    Spread,
    Verdict,
)
from domain.words import Text
from scheduler.cases import Case, RiskCases, asks_otherwise
from scheduler.measures import interval
from scheduler.runs import Landed

POINTS = "points"
UNKNOWN = Interval(low=None, high=None)


def verdict(base: Interval, here: Interval, *, less_is_better: bool) -> Verdict:
    """Return better or worse where the intervals do not meet, else not decided."""
    if base.low is None or base.high is None or here.low is None or here.high is None:
        return Verdict.UNDECIDED
    if here.high < base.low:
        return Verdict.BETTER if less_is_better else Verdict.WORSE
    if here.low > base.high:
        return Verdict.WORSE if less_is_better else Verdict.BETTER
    return Verdict.UNDECIDED


def points_of(outcome: Outcome) -> Interval:
    """Return what is known of the least points: not below the bound, not above the roster found."""
    return Interval(low=outcome.bound, high=outcome.objective)


class Comparer:
    """Knows the base and the runs that prove single measures: by case id and measure."""

    def __init__(
        self,
        base: Case,
        landed: Mapping[str, Landed],
        proofs: Mapping[tuple[str, Measure], Landed],
    ) -> None:
        self.base, self.landed, self.proofs = base, landed, proofs

    def result(self, case: Case) -> CaseResult | None:
        """Return a case with its differences from the base; None if it was cut off."""
        if case.scenario is None:
            outcome = refused(case)
        elif case.id in self.landed:
            outcome = self.landed[case.id].outcome
        else:
            return None
        return CaseResult(
            id=case.id,
            name=case.name,
            kind=case.kind,
            changes=case.said,
            outcome=outcome,
            differences=() if case.kind is CaseKind.BASE else self._differences(case, outcome),
            asks_otherwise=case.scenario is not None and self._asks_otherwise(case.scenario),
            axis=case.axis,
        )

    def _asks_otherwise(self, scenario: Scenario) -> bool:
        return self.base.scenario is not None and asks_otherwise(self.base.scenario, scenario)

    def _differences(self, case: Case, outcome: Outcome) -> tuple[Difference, ...]:
        there = self.landed.get(self.base.id)
        if there is None or there.outcome.figures is None or outcome.figures is None:
            return ()
        base, here = points_of(there.outcome), points_of(outcome)
        found = [Difference(of=POINTS, base=base, here=here, verdict=verdict(base, here, less_is_better=True))]
        for measure in Measure:
            base, here = self._interval(self.base, measure), self._interval(case, measure)
            if base != UNKNOWN or here != UNKNOWN:
                found.append(
                    Difference(
                        of=measure.value, base=base, here=here, verdict=verdict(base, here, less_is_better=False)
                    )
                )
        return tuple(found)

    def _interval(self, case: Case, measure: Measure) -> Interval:
        if case.scenario is None:
            return UNKNOWN
        own, proof = self.landed.get(case.id), self.proofs.get((case.id, measure))
        seen = [landed.outcome.figures for landed in (own, proof) if landed is not None]
        reached = [v for f in seen if f is not None and (v := f.value(measure)) is not None]
        if not reached:
            return UNKNOWN
        return interval(case.scenario, measure, reached, None if proof is None else proof.outcome.bound)


def refused(case: Case) -> Outcome:
    """Return the outcome of a case that cannot be rostered at all."""
    return Outcome(ending=Ending.IMPOSSIBLE, reasons=case.refused)


def damages(base: Landed | None, cases: Sequence[Case], landed: Mapping[str, Landed]) -> tuple[Damage, ...]:
    """Return what each absence costs, the dearest first by the rosters found; what has no roster comes before all."""
    if base is None or base.outcome.objective is None or base.outcome.bound is None:
        return ()
    found: list[Damage] = []
    before = points_of(base.outcome)
    for case in cases:
        outcome = refused(case) if case.scenario is None else landed[case.id].outcome if case.id in landed else None
        if case.kind is not CaseKind.ABSENT or outcome is None:
            continue
        after = points_of(outcome)
        costs = Interval(low=_less(after.low, before.high), high=_less(after.high, before.low))
        found.append(
            Damage(
                id=case.id.removeprefix("A-"),
                name=case.name,
                case=case.id,
                points=costs,
                verdict=verdict(before, after, less_is_better=True),
                found=outcome.objective - base.outcome.objective if outcome.objective is not None else None,
            )
        )
    return tuple(sorted(found, key=lambda d: (d.found is not None, -(d.found or 0.0), d.id)))


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


# -- samples ----------------------------------------------------------------------------------------------------------

SPREADS = {
    "posts_missing_h": Text("固定岗缺人(人·小时)", "posts unfilled (person-hours)"),
    "visits_missing": Text("热点缺到点(次)", "hotspot visits missed"),
    "hotspots": Text("热点加权覆盖", "weighted hotspot coverage"),
    "below_strength": Text("不足编的整治(次)", "remediations below strength"),
    "remediations_missing": Text("少办的整治(次)", "remediations not held"),
    "points": Text("目标值(分)", "objective (points)"),
}


def risk(asked: RiskCases, landed: Mapping[str, Landed]) -> RiskResult | None:
    """Return the distribution of the figures over the samples that have a roster; None without any."""
    outcomes = [landed[cid].outcome for cid in asked.cases if cid in landed]
    solved = [(o, o.figures) for o in outcomes if o.figures is not None]
    if not solved:
        return None
    spreads = tuple(spread(key, [_figure(key, o, f) for o, f in solved]) for key in SPREADS)
    return RiskResult(name=asked.name, rate=asked.rate, samples=len(solved), spreads=spreads)


def _figure(key: str, outcome: Outcome, figures: Figures) -> float:
    if key == "visits_missing":
        return float(figures.visits_wanted - figures.visits_reached)
    if key == "remediations_missing":
        return float(max(0, figures.remediations_due - figures.remediations))
    if key == "points":
        return outcome.objective or 0.0
    return float(getattr(figures, key))


def spread(of: str, values: Sequence[float]) -> Spread:
    """Return mean, median and the 5th and 95th percentile, between neighbours by proportion."""
    cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else [values[0]] * 19
    return Spread(of=of, mean=fmean(values), low=cuts[0], median=cuts[9], high=cuts[18])
