"""`lianqin whatif`: input workbook and spec -> runs -> comparison workbook, JSON and a roster for every scenario."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Voice
from app.interrupt import listening, run_beside
from app.pace import pace_of
from app.whatif_progress import RunsLine
from app.whatif_rosters import write_rosters
from app.whatif_summary import show_comparison
from app.writing import refuse_bad_target, tell_moved, write_text
from constraints.base import all_parameters
from domain.problem import InputError, Problem
from domain.scenario import Scenario
from domain.whatif import Absences, CaseKind, Comparison, Ending, Measure, MinimumAsk, Risk, Spec
from domain.words import Text
from inputs.read import read_workbook
from inputs.save import Draft
from inputs.spec import read_spec, try_minimum, try_sweep
from inputs.values import CellError
from outputs.compare import write_comparison
from outputs.compare_json import to_json
from scheduler.audit import rule_infos
from scheduler.progress import Options

if TYPE_CHECKING:
    from scheduler.cluster import DaskCluster
    from scheduler.processes import OwnProcesses

WRITTEN, NO_BASE, REJECTED = 0, 3, 4


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line beside a spec, or instead of one."""

    sweeps: tuple[str, ...] = ()
    minimum: str | None = None
    such_that: str | None = None
    n_minus_one: bool = False
    risk: float | None = None
    samples: int = 20
    prove: tuple[str, ...] = ()
    group: str | None = None
    squad: str | None = None


@dataclass(frozen=True)
class Request:
    """What `lianqin whatif` was asked; ``options.seconds`` is the time of one run."""

    source: Path
    spec: Path | None
    target: Path
    json_target: Path | None
    asked: Asked
    options: Options
    workers: int
    cluster: str | None
    resume: bool


def what_if(request: Request, voice: Voice) -> int:
    """Run the cases, write the comparison and say what came out; return the exit code, or raise InputError."""
    refuse_bad_target(request.target, request.source)
    if request.json_target is not None:
        refuse_bad_target(request.json_target, suffix=".json")
    began = time.monotonic()
    scenario = read_workbook(request.source, all_parameters())
    pace = pace_of(scenario, time.monotonic() - began)
    spec = Spec() if request.spec is None else read_spec(request.spec, scenario, all_parameters())
    spec = with_asked(spec, request.asked, scenario)
    if not any((spec.scenarios, spec.cross, spec.sweeps, spec.minimum, spec.n_minus_one, spec.risk)):
        text = Text(
            "没有要比较的方案,请用 --spec、--sweep、--minimum、--n-minus-one 或 --risk 给出",
            "nothing to compare: give --spec, --sweep, --minimum, --n-minus-one or --risk",
        )
        raise InputError((Problem(text=text, file="lianqin whatif"),))
    return _run(request, spec, scenario, voice, pace)


def _run(request: Request, spec: Spec, scenario: Scenario, voice: Voice, pace: float) -> int:
    from scheduler.farm import Farm  # loads the solver, which a problem of the input need not wait for
    from scheduler.store import Store
    from scheduler.whatif import WhatIf

    folder = request.target.with_name(f"{request.target.stem}-runs")
    store = Store(folder)
    where = "processes" if request.cluster is None else "cluster"
    with _executor(request) as executor:
        expected_s = None if request.options.deterministic is not None else request.options.seconds
        farm = Farm(executor, store, request.resume, where=where, expected_s=expected_s)
        verb = WhatIf(spec, scenario, all_parameters(), request.options, farm, pace)
        store.prepare(keep=request.resume)
        with listening(farm.stop), RunsLine(voice, farm.stop) as line:
            farm.tell = line.tell
            done = run_beside(verb.run, line.tick)
    files, wrong = write_rosters(folder, done.rosters, request.workers, voice)
    comparison = with_files(done.comparison, files)
    with Draft(request.target) as draft:
        write_comparison(draft.path, comparison, rule_infos(), lang=voice.lang)
        if request.json_target is not None:
            write_text(request.json_target, to_json(comparison))
        written = draft.accept()
    tell_moved(voice, request.target, written)
    show_comparison(voice, comparison, written)
    if wrong:
        return REJECTED
    base = next((case.outcome.ending for case in comparison.cases if case.kind is CaseKind.BASE), None)
    return NO_BASE if base is Ending.NO_ROSTER else WRITTEN


def _executor(request: Request) -> OwnProcesses | DaskCluster:
    from scheduler.cluster import DaskCluster
    from scheduler.processes import OwnProcesses

    if request.cluster is None:
        return OwnProcesses(request.workers)
    return DaskCluster(request.cluster)


def with_files(found: Comparison, files: Mapping[str, str]) -> Comparison:
    """Return the comparison with the roster files that were written, by case id."""
    cases = (case.model_copy(update={"roster_file": files.get(case.id)}) for case in found.cases)
    return found.model_copy(update={"cases": tuple(cases)})


# -- what the command line adds to a spec -----------------------------------------------------------------------------


def with_asked(spec: Spec, asked: Asked, scenario: Scenario) -> Spec:
    """Return the spec with what the command line asks; InputError with everything that is wrong with that."""
    problems: list[Problem] = []
    parameters = all_parameters()

    def report(option: str, entered: str, error: CellError) -> None:
        problems.append(Problem(text=error.problem, file=option, read=entered, expected=error.expected))

    for sweep in asked.sweeps:
        try_sweep(sweep, scenario, parameters, lambda e, s=sweep: report("--sweep", s, e))
    minimum = spec.minimum
    if (asked.minimum is None) != (asked.such_that is None):
        text = Text("--minimum 与 --such-that 应一起使用", "--minimum and --such-that go together")
        problems.append(Problem(text=text, file="--minimum"))
    elif asked.minimum is not None and asked.such_that is not None:
        ask = MinimumAsk(least=asked.minimum, such_that=asked.such_that)
        entered = {"least": asked.minimum, "such_that": asked.such_that, "low": ""}
        names = {"least": "--minimum", "such_that": "--such-that", "low": "--minimum"}
        try_minimum(ask, scenario, lambda key, e: report(names[key], entered[key], e))
        minimum = (*minimum, ask)
    measures = _measures(asked.prove, problems)
    squads, groups = _part(asked, scenario, problems)
    risk = spec.risk
    if asked.risk is not None:
        if 0 < asked.risk <= 0.5 and 2 <= asked.samples <= 500:
            risk = (*risk, Risk(rate=asked.risk, samples=asked.samples))
        else:
            text = Text(
                "--risk 应在 0 至 0.5 之间,--samples 在 2 至 500 之间", "--risk wants 0 to 0.5, --samples 2 to 500"
            )
            problems.append(Problem(text=text, file="--risk", read=f"{asked.risk:g}, {asked.samples}"))
    if problems:
        raise InputError(tuple(problems))
    return spec.model_copy(
        update={
            "sweeps": (*spec.sweeps, *asked.sweeps),
            "minimum": minimum,
            "risk": risk,
            "n_minus_one": Absences() if asked.n_minus_one else spec.n_minus_one,
            "prove": tuple(dict.fromkeys((*spec.prove, *measures))),
            "squads": squads or spec.squads,
            "groups": groups or (() if squads else spec.groups),
        }
    )


def _measures(entered: Sequence[str], problems: list[Problem]) -> list[Measure]:
    found: list[Measure] = []
    for word in entered:
        if word in list(Measure):
            found.append(Measure(word))
        else:
            names = ", ".join(Measure)
            text = Text(f"没有“{word}”这一项", f"there is no measure {word}")
            problems.append(Problem(text=text, file="--prove", read=word, expected=Text(names, names)))
    return found


def _part(asked: Asked, scenario: Scenario, problems: list[Problem]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return squads and groups named on the command line, by id or name."""
    found: list[tuple[str, ...]] = []
    for option, entered, ids in (
        ("--squad", asked.squad, {s.id: s.name for s in scenario.squads}),
        ("--group", asked.group, {g.id: g.name for g in scenario.groups}),
    ):
        one = next((key for key, name in ids.items() if entered in (key, name)), None)
        if entered is not None and one is None:
            text = Text(f"没有“{entered}”", f"there is no {entered}")
            problems.append(
                Problem(text=text, file=option, read=entered, expected=Text("、".join(ids), ", ".join(ids)))
            )
        found.append(() if one is None else (one,))
    return found[0], found[1]
