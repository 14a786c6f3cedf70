"""The first roster: every officer in turn takes the line that is best around what the others have by then."""

from __future__ import annotations

import random
from concurrent.futures import Future

from domain.words import Text
from scheduler.line_cp import Line, totals_of
from scheduler.line_crew import Crew
from scheduler.line_known import Known
from scheduler.line_master import Master
from scheduler.line_rounds import answer_here
from scheduler.line_store import Column
from scheduler.parallel import Workers

FIRST = Text("建立班表", "First roster")
A_TURN_IS_WORTH = 0.01


class First:
    """Gives every officer a line around the others; lines found go into ``master`` too."""

    def __init__(self, known: Known, crew: Crew, master: Master, dice: random.Random) -> None:
        self._known, self._crew, self._master, self._dice = known, crew, master, dice

    def run(self, turns: int) -> None:
        """Go through all officers so many times, or until a turn is worth little; processes do not wait."""
        known = self._known
        lines = dict(known.lines)
        totals = totals_of(known.ties, {n: line for n, (line, _) in lines.items()})
        for _ in range(turns):
            before, again = known.cost, bool(lines)
            totals = self._turn(lines, totals)
            if known.watch.left <= 0 or (again and known.cost > before * (1 - A_TURN_IS_WORTH)):
                return

    def _turn(self, lines: dict[int, tuple[Line, int]], totals: list[int]) -> list[int]:
        known, crew = self._known, self._crew
        waiting = {w: list(share) for w, share in zip(crew.workers, crew.shares, strict=True)}
        running: dict[Future[Column | None], Workers] = {}
        again = bool(lines)
        idle = list(crew.workers)
        while running or any(waiting.values()):
            for w in [w for w in idle if waiting[w]] if known.watch.left > 0 else []:
                idle.remove(w)
                officer = waiting[w].pop(0)
                line = lines[officer][0] if officer in lines else None
                without = totals if line is None else known.moved(totals, officer, line, -1)
                shift = self._dice.randrange(1, len(known.scenario.dates)) if again else 0
                running[w.submit(answer_here, officer, known.worth.one_more(without), line, shift)] = w
            if not running:
                break
            for future in crew.finished(running):
                idle.append(running.pop(future))
                totals = self._answered(future.result(), lines, totals)
            known.say(FIRST)
        return totals

    def _answered(self, answer: Column | None, lines: dict[int, tuple[Line, int]], totals: list[int]) -> list[int]:
        """Take an officer's answer if the roster is not dearer with it; return the totals then."""
        if answer is None:
            return totals
        known = self._known
        officer, line, cost = answer
        self._master.add([answer])
        old = lines.get(officer)
        moved = known.moved(totals if old is None else known.moved(totals, officer, old[0], -1), officer, line, 1)
        if old is not None and len(lines) == len(known.everyone) and not known.keep({**lines, officer: (line, cost)}):
            return totals
        lines[officer] = (line, cost)
        known.keep(lines)
        return moved
