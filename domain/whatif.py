"""What-if runs: what a spec asks for, what one run came to, and how two of them compare.

Shares lie in [0, 1]. An interval [low, high] of a measure says: ``low`` is reached by a roster that was found, and no
roster of the scenario reaches more than ``high``, which is proven. For points it is [bound, objective].
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.changes import MOST_SAMPLES, Change, Share
from domain.result import RuleTotal
from domain.words import PayRegime, Record, Status, Text


class Measure(StrEnum):
    """Needs whose fulfilment can be bounded: what minimum staffing asks and what verdicts are given on."""

    POSTS = "posts"
    DESKS = "desks"
    HOTSPOTS = "hotspots"
    REMEDIATIONS = "remediations"
    STRENGTH = "strength"
    HOLDING = "holding"
    LEADERS = "leaders"


# -- the spec ---------------------------------------------------------------------------------------------------------


class Alternative(Record):
    """A named list of changes."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    changes: tuple[Change, ...] = ()


class MinimumAsk(Record):
    """The least value of a knob such as ``officers(瑞金)`` such that ``posts=1.0, hotspots>=0.9`` can be kept."""

    least: str
    such_that: str
    low: Annotated[int, Field(ge=0, le=500)] | None = None
    high: Annotated[int, Field(ge=0, le=500)] | None = None


class Absences(Record):
    """Every officer (of ``squads``, all by default) and every vehicle absent once."""

    officers: bool = True
    vehicles: bool = True
    squads: tuple[str, ...] = ()


class Risk(Record):
    """Sick leave at a rate, so many samples of it."""

    rate: Share
    samples: Annotated[int, Field(ge=2, le=MOST_SAMPLES)] = 20
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    spell_days: Annotated[float, Field(ge=1, le=31)] = 3


class Spec(Record):
    """A whole spec. ``groups`` and ``squads`` say which part of the brigade is looked at; neither: all of it.

    ``prove`` names measures whose best possible value is bounded for every scenario by a run of its own.
    ``hourly_pay`` (yuan an hour of plain pay, by regime) turns hours of pay into money.
    """

    title: Annotated[str, Field(max_length=80)] = ""
    groups: tuple[str, ...] = ()
    squads: tuple[str, ...] = ()
    hourly_pay: dict[PayRegime, Annotated[float, Field(gt=0, le=10_000)]] = Field(default_factory=dict)
    prove: tuple[Measure, ...] = ()
    scenarios: tuple[Alternative, ...] = ()
    cross: tuple[Annotated[tuple[Alternative, ...], Field(min_length=1)], ...] = ()
    sweeps: tuple[str, ...] = ()
    minimum: tuple[MinimumAsk, ...] = ()
    n_minus_one: Absences | None = None
    risk: tuple[Risk, ...] = ()


# -- what a run came to -----------------------------------------------------------------------------------------------


class Overtime(Record):
    """Hours of overtime under one pay regime, and what they cost in plain hours of pay; time off for civil servants."""

    regime: PayRegime
    at_150_h: float
    at_200_h: float
    at_300_h: float
    pay_h: float
    lieu_h: float
    cost_yuan: float | None = None


class Figures(Record):
    """What is read off a roster. Heat maps are 7 weekdays (Monday first) x 24 hours, in weighted hundredths of visits.

    ``strength`` is the mean share of the wanted people that the remediations held have, None if none is held.
    Spreads are between the most and the least burdened of a squad, in the squad where that is largest.
    """

    posts: float
    posts_missing_h: float
    desks: float
    desks_missing_h: float
    hotspots: float
    heat_wanted: tuple[tuple[int, ...], ...]
    heat_reached: tuple[tuple[int, ...], ...]
    visits_wanted: int
    visits_reached: int
    remediations: int
    remediations_due: int
    fewest_remediations: int | None
    """Monthly remediations of the group that holds the fewest; None without groups."""
    extra_remediations: int
    strength: float | None
    below_strength: int
    person_times: int
    vehicle_times: int
    holding: float
    holding_wanted: int
    holding_reached: int
    leaders: float
    overtime: tuple[Overtime, ...]
    spread_late: int
    spread_weekends: int
    spread_holidays: int
    spread_remediations: int
    totals: tuple[RuleTotal, ...]

    def value(self, measure: Measure) -> float | None:
        """Return what a measure came to; remediations as the number of the group that holds the fewest."""
        if measure is Measure.REMEDIATIONS:
            return self.fewest_remediations
        found: float | None = getattr(self, measure.value)
        return found


class Ending(StrEnum):
    """How a run ended: with a roster, without one in time, proven to have none, or lost with its process."""

    SOLVED = "solved"
    NO_ROSTER = "no_roster"
    IMPOSSIBLE = "impossible"
    LOST = "lost"


class Outcome(Record):
    """One run: how it ended, its quality in points, its figures and how long it worked (wall seconds)."""

    ending: Ending
    status: Status = Status.UNKNOWN
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    figures: Figures | None = None
    reasons: tuple[Text, ...] = ()


# -- comparisons ------------------------------------------------------------------------------------------------------


class Interval(Record):
    """What is known of a value: it lies in [low, high], both included; None is not known."""

    low: float | None
    high: float | None


class Verdict(StrEnum):
    """A difference counts only where the intervals do not meet."""

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "not decided"


class Difference(Record):
    """How a scenario differs from the base in the objective (points, less is better) or in a measure (more is)."""

    of: str
    base: Interval
    here: Interval
    verdict: Verdict


class CaseKind(StrEnum):
    """What a case is for."""

    BASE = "base"
    SCENARIO = "scenario"
    SWEEP = "sweep"
    SAMPLE = "sample"
    ABSENT = "absent"
    LEVEL = "level"


class CaseResult(Record):
    """One case with its outcome and its differences from the base; ``roster_file`` is relative to the workbook.

    ``asks_otherwise``: the change alters what is asked for or its price, so that points are not on the base's scale.
    """

    id: str
    name: str
    kind: CaseKind
    changes: tuple[Text, ...]
    outcome: Outcome
    differences: tuple[Difference, ...] = ()
    asks_otherwise: bool = False
    roster_file: str | None = None
    axis: tuple[tuple[str, float], ...] = ()
    """Knob and value, for points of a sweep, levels of a minimum and samples."""


class Answer(StrEnum):
    """Whether a level can keep what is asked: shown by a roster, disproved by a bound, or open."""

    CAN = "can"
    CANNOT = "cannot"
    OPEN = "open"


class Level(Record):
    """One level of a minimum: the number, the answer and what was reached."""

    number: int
    answer: Answer
    reached: tuple[tuple[str, float | None], ...]
    proof: Text
    case: str


class MinimumResult(Record):
    """The least number lies in (``cannot``, ``can``]; it is ``can`` with a proof if ``can`` = ``cannot`` + 1."""

    least: str
    such_that: str
    now: int
    cannot: int | None
    can: int | None
    proven: bool
    levels: tuple[Level, ...]


class Damage(Record):
    """What the absence of one officer or vehicle costs: an interval of points, and what the roster found loses."""

    id: str
    name: str
    case: str
    points: Interval
    verdict: Verdict
    found: float | None
    """Objective found less the base's, by which they are ranked."""


class Spread(Record):
    """Distribution of a figure over the samples: mean, and the interval from the 5th to the 95th percentile."""

    of: str
    mean: float
    low: float
    median: float
    high: float


class RiskResult(Record):
    """Sick leave: so many samples run and the distribution of each figure over them."""

    name: str
    rate: float
    samples: int
    spreads: tuple[Spread, ...]


class SweepResult(Record):
    """A sweep over one knob or two; ``cases`` are the ids of its points."""

    title: str
    knobs: tuple[str, ...]
    cases: tuple[str, ...]


class Effort(Record):
    """What the runs took: ``overhead`` is what the processes did not spend on runs, as a share of what they did."""

    runs: int
    reused: int
    workers: int
    where: str
    wall_s: float
    solve_s: float
    overhead: float | None


class Comparison(Record):
    """Everything a what-if came to, as the workbook and the JSON show it.

    ``part`` names the squads looked at; none: the whole brigade.
    """

    title: str
    brigade: str
    part: tuple[str, ...]
    first: str
    last: str
    cases: tuple[CaseResult, ...]
    sweeps: tuple[SweepResult, ...] = ()
    minima: tuple[MinimumResult, ...] = ()
    damages: tuple[Damage, ...] = ()
    risks: tuple[RiskResult, ...] = ()
    effort: Effort
    seconds: float | None
    deterministic: float | None
    stop_gap: float = 0.0
    """Gap at which a run ended before its time."""
    seed: int
    complete: bool
    notes: tuple[Text, ...] = ()
