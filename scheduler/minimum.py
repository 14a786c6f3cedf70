"""Minimum staffing: the least number that can keep what is asked, with the proof that one fewer cannot.

More officers never keep less: who is not needed patrols or stands by. So a number that can settles all above it, and
one that cannot settles all below. A number can if a roster was found that keeps everything; it cannot if the bound of
the focused scenario (see ``measures``) exceeds what its keepers could cost, or if it has no lawful roster at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domain.changes import Officers
from domain.scenario import Scenario
from domain.whatif import Answer, CaseKind, Ending, Level, MinimumAsk, MinimumResult
from domain.words import Text
from inputs.knobs import Knob, Requirement, counted, parse_knob, parse_requirements
from scheduler.cases import Case, Expander
from scheduler.measures import PROVABLE, asked, disproved, focused, kept
from scheduler.runs import Landed

WAVE = 4
"""Levels tried at once; fixed, so that the number of processes does not change which are tried."""
Solve = Callable[[Sequence[Scenario]], Sequence[Landed | None]]
"""Runs scenarios side by side; None where a stop cut one off."""


@dataclass
class Search:
    """Which numbers are still to be tried in [low, high]."""

    low: int
    high: int
    answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def cannot(self) -> int | None:
        """The largest number known not to do."""
        return max((n for n, a in self.answers.items() if a is Answer.CANNOT), default=None)

    @property
    def can(self) -> int | None:
        """The least number known to do."""
        return min((n for n, a in self.answers.items() if a is Answer.CAN), default=None)

    def next(self) -> list[int]:
        """Return the numbers to try now, spread over what is open; none when nothing more can be learnt."""
        below = self.low - 1 if self.cannot is None else self.cannot
        above = self.high + 1 if self.can is None else self.can
        tried = [n for n, a in self.answers.items() if a is Answer.OPEN and below < n < above]
        gaps = [(below, above)] if not tried else [(below, min(tried)), (max(tried), above)]
        found: list[int] = []
        for a, b in gaps:
            room = b - a - 1
            wanted = min(room, max(1, WAVE // len(gaps)))
            found += [a + (k + 1) * (room + 1) // (wanted + 1) for k in range(wanted)]
        return sorted(set(found) - set(self.answers))


class Question:
    """One question for a minimum, asked of one part of a brigade."""

    def __init__(self, number: int, ask: MinimumAsk, expander: Expander) -> None:
        self.number, self.ask, self.expander = number, ask, expander
        self.knob: Knob = parse_knob(ask.least)
        self.requirements: tuple[Requirement, ...] = parse_requirements(ask.such_that)
        self.now = len(counted(expander.whole, self.knob))

    def answer(self, solve: Solve) -> tuple[MinimumResult, tuple[tuple[Case, Landed], ...]]:
        """Search the minimum and return it with the cases that were run."""
        high = max(self.now * 2, self.now + 4) if self.ask.high is None else self.ask.high
        low = 0 if self.ask.low is None else self.ask.low
        search = Search(low, high)
        levels: dict[int, Level] = {}
        ran: list[tuple[Case, Landed]] = []
        while wave := search.next():
            cases = [self._case(n) for n in wave]
            found = self._try(cases, solve, self._focus)
            if found is None:
                break
            for n, case, landed in zip(wave, cases, found, strict=True):
                levels[n] = self._level(n, case, landed)
                if landed is not None:
                    ran.append((case, landed))
            again = [n for n in wave if levels[n].answer is Answer.OPEN and self._provable != self.requirements]
            if again and self._provable:
                proofs = self._try([self._case(n) for n in again], solve, self._proof_focus)
                for n, landed in zip(again, proofs or (), strict=bool(proofs)):
                    levels[n] = self._disprove(levels[n], landed)
            search.answers |= {n: levels[n].answer for n in wave}
        can, cannot = search.can, search.cannot
        result = MinimumResult(
            least=self.knob.text,
            such_that=self.ask.such_that,
            now=self.now,
            cannot=cannot,
            can=can,
            proven=can is not None and (can == 0 or cannot == can - 1),
            levels=tuple(levels[n] for n in sorted(levels)),
        )
        return result, tuple(ran)

    @property
    def _provable(self) -> tuple[Requirement, ...]:
        return tuple(r for r in self.requirements if r.measure in PROVABLE)

    def _case(self, number: int) -> Case:
        by = number - self.now
        change = self.knob.change(by)
        changes = [change] if isinstance(change, Officers) else []
        axis = ((self.knob.text, float(number)),)
        name = f"{self.knob.text} = {number}"
        return self.expander.case(f"M{self.number:02}-{number:03}", name, CaseKind.LEVEL, changes, axis=axis)

    def _focus(self, scenario: Scenario) -> Scenario:
        return self._focused(scenario, self.requirements)

    def _proof_focus(self, scenario: Scenario) -> Scenario:
        return self._focused(scenario, self._provable)

    def _focused(self, scenario: Scenario, requirements: Sequence[Requirement]) -> Scenario:
        full = [r.measure for r in requirements if r.least >= 1 and r.measure in PROVABLE]
        return focused(asked(scenario, requirements), [r.measure for r in requirements], full)

    def _try(
        self, cases: Sequence[Case], solve: Solve, focus: Callable[[Scenario], Scenario]
    ) -> list[Landed | None] | None:
        """Run the cases that are not refused; None if a stop cut any of them off."""
        runnable = [case for case in cases if case.scenario is not None]
        found = solve([focus(case.scenario) for case in runnable if case.scenario is not None])
        if any(landed is None for landed in found):
            return None
        by_id = {case.id: landed for case, landed in zip(runnable, found, strict=True)}
        return [by_id.get(case.id) for case in cases]

    def _level(self, number: int, case: Case, landed: Landed | None) -> Level:
        def level(answer: Answer, proof: Text, reached: tuple[tuple[str, float | None], ...] = ()) -> Level:
            return Level(number=number, answer=answer, reached=reached, proof=proof, case=case.id)

        if case.scenario is None:
            return level(Answer.CANNOT, case.refused[0])
        if landed is None or landed.outcome.ending is Ending.LOST:
            return level(Answer.OPEN, Text("求解进程中断", "its process died"))
        outcome = landed.outcome
        if outcome.ending is Ending.IMPOSSIBLE:
            return level(Answer.CANNOT, outcome.reasons[0] if outcome.reasons else Text("无解", "no lawful roster"))
        if outcome.figures is None or outcome.bound is None:
            return level(Answer.OPEN, Text("限时内没有班表", "no roster in the time given"))
        reached = tuple((r.measure.value, outcome.figures.value(r.measure)) for r in self.requirements)
        if all(kept(outcome.figures, r) for r in self.requirements):
            return level(Answer.CAN, Text("有班表为证", "shown by a roster"), reached)
        if disproved(self._focus(case.scenario), self.requirements, outcome.bound):
            return level(Answer.CANNOT, _bounded(outcome.bound), reached)
        return level(Answer.OPEN, Text("未找到,也未证否", "neither found nor disproved"), reached)

    def _disprove(self, level: Level, landed: Landed | None) -> Level:
        case = self._case(level.number)
        bound = None if landed is None else landed.outcome.bound
        if case.scenario is None or bound is None:
            return level
        if not disproved(self._proof_focus(case.scenario), self._provable, bound):
            return level
        return level.model_copy(update={"answer": Answer.CANNOT, "proof": _bounded(bound)})


def _bounded(bound: float) -> Text:
    return Text(f"下界 {bound:,.0f} 分,超出要求所容", f"the bound of {bound:,.0f} points exceeds what is allowed")
