"""From a spec to the cases that are run: the base, every scenario, product, sweep point, sample and absence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from domain.changes import Absent, Change, SickLeave
from domain.parameter import Parameter
from domain.scenario import Scenario
from domain.whatif import Absences, Alternative, CaseKind, Risk, Spec, SweepResult
from domain.words import Text
from inputs.change_error import ChangeError
from inputs.changes import changed, outside, part_squads, undoable
from inputs.knobs import parse_sweep
from scheduler.progress import Options
from scheduler.restrict import narrowed, restricted

Parameters = Sequence[tuple[str, Parameter]]


@dataclass(frozen=True)
class Part:
    """The part of the brigade looked at: all its squads, or some; a single one is rostered as ``--squad`` does."""

    squads: frozenset[str]
    whole: bool

    def cut(self, scenario: Scenario) -> Scenario:
        """Return the part of a scenario, after its changes were made."""
        if self.whole:
            return scenario
        if len(self.squads) == 1:
            return restricted(scenario, Options(squad=next(iter(self.squads))))
        groups = tuple(g for g in scenario.groups if set(g.members) <= self.squads)
        return narrowed(scenario, self.squads, groups)


def part_of(spec: Spec, scenario: Scenario) -> Part:
    """Return the part that a spec looks at."""
    squads = part_squads(scenario, spec.groups, spec.squads)
    return Part(squads, squads == frozenset(scenario.squad_by_id))


@dataclass(frozen=True)
class Case:
    """One case: its changes in words and the scenario they lead to, or why they lead to none."""

    id: str
    name: str
    kind: CaseKind
    said: tuple[Text, ...]
    scenario: Scenario | None
    refused: tuple[Text, ...] = ()
    axis: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class RiskCases:
    """The samples of one rate of sick leave."""

    name: str
    rate: float
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Expanded:
    """All cases of a spec but those of minimum staffing, which follow from each other; the first is the base."""

    cases: tuple[Case, ...]
    sweeps: tuple[SweepResult, ...]
    risks: tuple[RiskCases, ...]


class Expander:
    """Makes cases of one brigade and part."""

    def __init__(self, scenario: Scenario, part: Part, parameters: Parameters) -> None:
        self.whole, self.part, self.parameters = scenario, part, parameters

    def case(
        self,
        cid: str,
        name: str,
        kind: CaseKind,
        changes: Sequence[Change],
        *,
        sample: int = 0,
        axis: tuple[tuple[str, float], ...] = (),
    ) -> Case:
        """Return the case of some changes; what cannot be made or rostered is refused with its reasons."""
        said = tuple(change.said for change in changes)
        scenario = self.whole
        try:
            for change in changes:
                scenario = changed(scenario, change, self.parameters, sample=sample)
        except ChangeError as error:
            return Case(cid, name, kind, said, None, (error.problem,), axis)
        wrong = outside(scenario, self.part.squads) + undoable(scenario, self.part.squads)
        return Case(cid, name, kind, said, None if wrong else self.part.cut(scenario), tuple(wrong), axis)


def expand(spec: Spec, expander: Expander) -> Expanded:
    """Return the cases of a spec, numbered in its order."""
    cases = [expander.case("S00", "base", CaseKind.BASE, ())]
    sweeps: list[SweepResult] = []
    risks: list[RiskCases] = []
    named = [*spec.scenarios, *_products(spec.cross), *(_sick(risk) for risk in spec.risk)]
    for n, one in enumerate(named, 1):
        sick = [c for c in one.changes if isinstance(c, SickLeave)]
        samples = max((c.samples for c in sick), default=1)
        if samples == 1:
            cases.append(expander.case(f"S{n:02}", one.name, CaseKind.SCENARIO, one.changes))
            continue
        ids = []
        for k in range(samples):
            cid = f"S{n:02}-{k + 1:03}"
            axis = (("sample", float(k + 1)),)
            found = expander.case(cid, f"{one.name} #{k + 1}", CaseKind.SAMPLE, one.changes, sample=k, axis=axis)
            cases.append(found)
            ids.append(cid)
        risks.append(RiskCases(one.name, max(c.rate for c in sick), tuple(ids)))
    for n, sweep in enumerate(spec.sweeps, 1):
        points = list(_sweep(f"W{n:02}", sweep, expander))
        axes = parse_sweep(sweep)
        cases += points
        sweeps.append(
            SweepResult(title=sweep, knobs=tuple(a.knob.text for a in axes), cases=tuple(p.id for p in points))
        )
    if spec.n_minus_one is not None:
        cases += _absences(spec.n_minus_one, expander)
    return Expanded(tuple(cases), tuple(sweeps), tuple(risks))


def _products(cross: Sequence[Sequence[Alternative]]) -> Iterator[Alternative]:
    """Return every combination of one alternative of each list."""
    for chosen in product(*cross) if cross else ():
        name = " + ".join(one.name for one in chosen)
        changes = tuple(change for one in chosen for change in one.changes)
        yield Alternative.model_construct(name=name, changes=changes)  # joined names may be long


def _sick(risk: Risk) -> Alternative:
    change = SickLeave(rate=risk.rate, seed=risk.seed, samples=risk.samples, spell_days=risk.spell_days)
    return Alternative(name=f"{risk.rate:.0%} × {risk.samples}", changes=(change,))


def _sweep(cid: str, sweep: str, expander: Expander) -> Iterator[Case]:
    axes = parse_sweep(sweep)
    for n, values in enumerate(product(*(axis.values for axis in axes)), 1):
        changes = [c for axis, v in zip(axes, values, strict=True) if (c := axis.knob.change(v)) is not None]
        name = " x ".join(f"{axis.knob.text} = {v:g}" for axis, v in zip(axes, values, strict=True))
        axis_values = tuple((axis.knob.text, v) for axis, v in zip(axes, values, strict=True))
        yield expander.case(f"{cid}-{n:03}", name, CaseKind.SWEEP, changes, axis=axis_values)


def _absences(asked: Absences, expander: Expander) -> Iterator[Case]:
    base = expander.part.cut(expander.whole)
    if asked.officers:
        for officer in base.officers:
            if not asked.squads or officer.squad in asked.squads:
                name = f"{officer.name}({officer.id})"
                change = Absent(officer=officer.id)
                yield expander.case(f"A-{officer.id}", name, CaseKind.ABSENT, (change,))
    if asked.vehicles:
        for vehicle in base.vehicles:
            name = f"{vehicle.name}({vehicle.id})"
            yield expander.case(f"A-{vehicle.id}", name, CaseKind.ABSENT, (Absent(vehicle=vehicle.id),))


def asks_otherwise(base: Scenario, here: Scenario) -> bool:
    """Return whether a scenario asks for other things than the base, or prices them otherwise: points then differ."""

    def asks(scenario: Scenario) -> tuple[object, ...]:
        groups = tuple(g.model_copy(update={"convener": ""}) for g in scenario.groups)
        places = scenario.posts, scenario.desks, scenario.hotspots, scenario.presences, scenario.designated
        return (*places, groups, scenario.calendar, dict(scenario.policy), len(scenario.squads))

    return asks(base) != asks(here)
