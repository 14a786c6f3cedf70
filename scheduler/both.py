"""What it costs a unit, at the prices of its proof, to send people to two remediations on one date.

An order and a monthly remediation may fall on one date, and a unit may have part in both. Who is at one of them is not
at the other at the same time, so both cost more than the dearer one alone. What is not solved in time is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from math import floor, inf, isfinite

from constraints.base import Candidate
from scheduler.days import Days
from scheduler.kinds import Kind
from scheduler.mip import Effort
from scheduler.recut import NEVER, Cut
from scheduler.sending import DEAR, SEND_GAP, Key, Part, base_of, cut_by_key, going_of, marks_of, part_of, sending_to

BOTH_UNITS, BOTH_NODES = 0.1, 500
"""Deterministic time of one answer, and what SCIP gets where that leaves a gap."""

Look = tuple[int, Part, Part, tuple[timedelta, ...]]
"""Kind of day, who goes to either remediation and when, and where the date is cut, counted from midnight."""
Question = tuple[Look, tuple[int, ...]]
"""A look, and the prices of heads."""
Both = Mapping[tuple[Key, Key], int]
"""Least extra cost [units] of sending people to both, less what heads are paid where they could be missing (S03)."""


class Twice:
    """Dates with people sent to an order and to something else on it, of a unit at the best prices."""

    def __init__(
        self, days: Days, squads: Collection[str], candidates: Collection[Candidate], cuts: Mapping[str, Cut]
    ) -> None:
        """Make the models and solve their linear relaxations; ``cuts`` say where candidates cut dates (see `recut`)."""
        pairs = _pairs(squads, candidates)
        cut_at = cut_by_key(squads, candidates, cuts)
        self._seed = days.seed
        self._models: dict[Look, Kind] = {}
        self._bounds: dict[Question, float] = {}
        self._rows: dict[Question, list[tuple[tuple[Key, Key], float]]] = defaultdict(list)
        for day in days.days:
            least = days.known(day, days.best)
            prices, rounding = days.prices_of(day, days.best)
            for keys, there in pairs.get(day.day, {}).items() if least is not None else ():
                base = base_of(days, day)
                marks = marks_of(day, cut_at[keys[0]] | cut_at[keys[1]])
                look = id(base), part_of(day, keys[0]), part_of(day, keys[1]), marks
                if look not in self._models:
                    who = {c: key[2] for c, key in zip(there, keys, strict=True)}
                    self._models[look] = sending_to(days, base, day, who, marks)
                if (look, prices) not in self._bounds:
                    relaxed = self._models[look].relaxed(prices).bound
                    self._bounds[look, prices] = relaxed if isfinite(relaxed) else -inf
                if least is not None:
                    self._rows[look, prices].append((keys, least + rounding))

    def solve(self, go_on: Callable[[], bool]) -> None:
        """Solve those that look cheapest, as long as ``go_on`` says."""
        extra = {question: self._bounds[question] - min(x for _, x in rows) for question, rows in self._rows.items()}
        cheapest = min(extra.values(), default=0.0)
        effort = Effort(SEND_GAP, BOTH_UNITS, BOTH_NODES, self._seed)
        for question in sorted(extra, key=lambda q: extra[q]):
            if extra[question] > cheapest + DEAR or not go_on():
                return
            bound = self._models[question[0]].answer(question[1], effort).bound
            self._bounds[question] = max(self._bounds[question], bound)

    @property
    def told(self) -> Both:
        """What sending people to both adds, as far as is known."""
        known = [(question, rows) for question, rows in self._rows.items() if self._bounds[question] > -inf]
        return {
            keys: floor(min(NEVER, self._bounds[question] - least)) for question, rows in known for keys, least in rows
        }


def _pairs(
    squads: Collection[str], candidates: Iterable[Candidate]
) -> dict[date, dict[tuple[Key, Key], tuple[Candidate, Candidate]]]:
    """Return an order's candidate with each other one on its date, by what a unit sees of them."""
    by_date: dict[date, list[tuple[Key, Candidate]]] = defaultdict(list)
    for c in candidates:
        going = going_of(c, squads)
        if going is not None:
            by_date[c.day].append(((c.start, c.end, going), c))
    found: dict[date, dict[tuple[Key, Key], tuple[Candidate, Candidate]]] = defaultdict(dict)
    for on, there in by_date.items():
        for key, order in there:
            if order.designated is not None:
                for other, c in there:
                    if c.designated is None or c.designated > order.designated:
                        found[on].setdefault((key, other), (order, c))
    return found
