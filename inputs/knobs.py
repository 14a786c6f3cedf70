"""What sweeps turn and minimum staffing asks, as one line: ``officers(瑞金, enforcement)=-4..4``.

A knob is a name with arguments; a value of it is a change. Brackets, commas and signs may be full-width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from domain.changes import (
    Change,
    GroupTarget,
    Lend,
    Officers,
    Policy,
    ScaleHotspots,
    ScalePosts,
    SickLeave,
    Vehicles,
)
from domain.scenario import Officer, Scenario
from domain.whatif import Measure
from domain.words import Force, Text, VehicleKind
from inputs.labels import fold, spellings
from inputs.values import CellError

MOST_POINTS = 200
_KNOB = re.compile(r"\s*([a-z_]+)\s*\(([^()]*)\)\s*")
_RANGE = re.compile(r"\s*([-+]?[\d.]+)\s*\.\.\s*([-+]?[\d.]+)\s*(?::\s*([\d.]+)\s*)?")
_ASKED = re.compile(r"\s*(\S+?)\s*(>=|==|=|≥)\s*([\d.]+)\s*(%?)\s*")

MEASURES = {
    Measure.POSTS: Text("固定岗", "posts"),
    Measure.DESKS: Text("案件岗", "desks"),
    Measure.HOTSPOTS: Text("热点", "hotspots"),
    Measure.REMEDIATIONS: Text("联动整治", "remediations"),
    Measure.STRENGTH: Text("整治强度", "strength"),
    Measure.HOLDING: Text("固守", "holding"),
    Measure.LEADERS: Text("带班领导", "leaders"),
}
A_KNOB = Text(
    "如 officers(瑞金, enforcement)、remediations(B)、heads(B)、hours(B)、vehicles(car, 瑞金)、posts(P01)、"
    "hotspots(H01)、visits(all)、policy(R03.min_rest)、sick()、lend(机动一, 瑞金)",
    "such as officers(S1, enforcement), remediations(B), heads(B), hours(B), vehicles(car, S1), posts(P01), "
    "hotspots(H01), visits(all), policy(R03.min_rest), sick(), lend(M1, S1)",
)
A_SWEEP = Text("如 officers(瑞金)=-4..4,双向用 x 连接", "such as officers(S1)=-4..4; two of them joined by x")
A_REQUIREMENT = Text(
    "如 posts=1.0, hotspots>=0.9, remediations>=2", "such as posts=1.0, hotspots>=0.9, remediations>=2"
)


@dataclass(frozen=True)
class Knob:
    """Something that takes a number: ``name`` and ``arguments``, as typed in ``text``."""

    text: str
    name: str
    arguments: tuple[str, ...]

    def change(self, value: float) -> Change | None:
        """Return the change that sets the knob to a value; None where the value changes nothing.

        Raises
        ------
        CellError
            If the value is none for this knob.
        """
        try:
            return _CHANGES[self.name](self, value)
        except ValidationError as error:
            raise CellError(
                Text(f"{self.text} 不能取 {value:g}", f"{self.text} cannot be {value:g}"),
                Text(error.errors()[0]["msg"], error.errors()[0]["msg"]),
            ) from error


def _whole(knob: Knob, value: float) -> int:
    if not float(value).is_integer():
        raise CellError(
            Text(f"{knob.text} 应为整数,而不是 {value:g}", f"{knob.text} wants whole numbers, not {value:g}"),
            Text("整数", "a whole number"),
        )
    return int(value)


def _makes(knob: Knob) -> tuple[Force | None, bool | None]:
    """Return force and certificate named after the first argument."""
    force: Force | None = None
    certified: bool | None = None
    for word in knob.arguments[1:]:
        named = spellings(Force).get(fold(word))
        if isinstance(named, Force):
            force = named
        elif fold(word) in ("certified", "持证"):
            certified = True
        elif fold(word) in ("uncertified", "无证"):
            certified = False
        else:
            raise CellError(
                Text(f"“{word}”不是队伍", f"{word} is no force"),
                Text("执法 / 管理 / 服务 / 持证 / 无证", "enforcement / management / service / (un)certified"),
            )
    return force, certified


def _officers(knob: Knob, value: float) -> Change | None:
    force, certified = _makes(knob)
    by = _whole(knob, value)
    return Officers(squad=knob.arguments[0], by=by, force=force, certified=certified) if by else None


def _vehicles(knob: Knob, value: float) -> Change | None:
    kind = spellings(VehicleKind).get(fold(knob.arguments[0]))
    if not isinstance(kind, VehicleKind):
        raise CellError(
            Text(f"“{knob.arguments[0]}”不是车型", f"{knob.arguments[0]} is no type of vehicle"),
            Text("car / truck / van", "car / truck / van"),
        )
    by = _whole(knob, value)
    squad = knob.arguments[1] if len(knob.arguments) > 1 else None
    return Vehicles(kind=kind, by=by, squad=squad) if by else None


def _places(knob: Knob) -> tuple[str, ...]:
    return () if fold(knob.arguments[0]) in ("all", "全部") else (knob.arguments[0],)


def _lend(knob: Knob, value: float) -> Change | None:
    heads = _whole(knob, value)
    return Lend(squad=knob.arguments[0], to=knob.arguments[1], officers=heads) if heads else None


_CHANGES: Mapping[str, Callable[[Knob, float], Change | None]] = {
    "officers": _officers,
    "vehicles": _vehicles,
    "lend": _lend,
    "remediations": lambda knob, value: GroupTarget(group=knob.arguments[0], remediations=_whole(knob, value)),
    "heads": lambda knob, value: GroupTarget(group=knob.arguments[0], heads=_whole(knob, value)),
    "hours": lambda knob, value: GroupTarget(group=knob.arguments[0], hours=value),
    "posts": lambda knob, value: ScalePosts(posts=_places(knob), heads=value),
    "hotspots": lambda knob, value: ScaleHotspots(hotspots=_places(knob), weight=value),
    "visits": lambda knob, value: ScaleHotspots(hotspots=_places(knob), visits=value),
    "policy": lambda knob, value: Policy(set={knob.arguments[0]: int(value) if float(value).is_integer() else value}),
    "sick": lambda knob, value: SickLeave(rate=value) if value else None,
}
_ARGUMENTS = {"officers": (1, 3), "vehicles": (1, 2), "lend": (2, 2), "sick": (0, 0)}
"""Fewest and most arguments; one where nothing is said."""


def parse_knob(text: str) -> Knob:
    """Return the knob that a text such as ``officers(瑞金)`` names; CellError if it names none."""
    match = _KNOB.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None or match[1] not in _CHANGES:
        raise CellError(Text(f"“{text.strip()}”不是可调项", f"{text.strip()} is nothing that can be turned"), A_KNOB)
    arguments = tuple(part for raw in re.split("[,、]", match[2]) if (part := raw.strip()))
    fewest, most = _ARGUMENTS.get(match[1], (1, 1))
    if not fewest <= len(arguments) <= most:
        raise CellError(
            Text(
                f"{match[1]} 的括号内应有 {fewest} 至 {most} 项",
                f"{match[1]} takes {fewest} to {most} names in brackets",
            ),
            A_KNOB,
        )
    return Knob(f"{match[1]}({', '.join(arguments)})", match[1], arguments)


# -- sweeps -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Axis:
    """A knob and the values it takes."""

    knob: Knob
    values: tuple[float, ...]


def parse_sweep(text: str) -> tuple[Axis, ...]:
    """Return the one or two axes of a sweep such as ``officers(瑞金)=-2..2 x remediations(B)=2..3``."""
    parts = re.split(r"\s+[x×*]\s+", unicodedata.normalize("NFKC", text).strip())
    if len(parts) > 2:
        raise CellError(Text("至多两个可调项", "two knobs at most"), A_SWEEP)
    axes = tuple(_axis(part) for part in parts)
    points = 1
    for axis in axes:
        points *= len(axis.values)
    if points > MOST_POINTS:
        raise CellError(
            Text(f"共 {points} 个点,太多", f"{points} points are too many"),
            Text(f"至多 {MOST_POINTS}", f"{MOST_POINTS} at most"),
        )
    return axes


def _axis(text: str) -> Axis:
    name, sign, values = text.partition("=")
    if not sign:
        raise CellError(Text(f"“{text}”没有取值", f"{text} has no values"), A_SWEEP)
    axis = Axis(parse_knob(name), _values(values))
    for value in axis.values:
        axis.knob.change(value)
    return axis


def _values(text: str) -> tuple[float, ...]:
    wrong = CellError(Text(f"“{text.strip()}”不是取值范围", f"{text.strip()} is no range of values"), A_SWEEP)
    match = _RANGE.fullmatch(text)
    try:
        if match is None:
            return tuple(dict.fromkeys(float(part) for part in text.split(",")))
        low, high, step = float(match[1]), float(match[2]), float(match[3] or 1)
    except ValueError:
        raise wrong from None
    if high < low or step <= 0 or (high - low) / step >= MOST_POINTS:
        raise wrong
    return tuple(round(low + n * step, 9) for n in range(int((high - low) / step + 1e-9) + 1))


# -- requirements -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Requirement:
    """A measure must reach at least so much."""

    measure: Measure
    least: float


def parse_requirements(text: str) -> tuple[Requirement, ...]:
    """Return what ``posts=1.0, hotspots>=0.9, remediations>=2`` asks; shares may be written as 90%."""
    found: list[Requirement] = []
    words = {fold(w): measure for measure, t in MEASURES.items() for w in (t.zh, t.en)}
    for part in re.split("[,、;]", unicodedata.normalize("NFKC", text)):
        match = _ASKED.fullmatch(part)
        measure = words.get(fold(match[1])) if match else None
        if match is None or measure is None:
            raise CellError(Text(f"“{part.strip()}”不是要求", f"{part.strip()} is no requirement"), A_REQUIREMENT)
        try:
            least = float(match[3]) / (100 if match[4] else 1)
        except ValueError:
            raise CellError(Text(f"“{match[3]}”不是数", f"{match[3]} is no number"), A_REQUIREMENT) from None
        whole = measure is Measure.REMEDIATIONS
        if (whole and (not least.is_integer() or least > 20)) or (not whole and least > 1):
            raise CellError(
                Text(f"{match[1]} 不能要求 {match[3]}", f"{match[1]} cannot be asked to be {match[3]}"),
                Text("0 至 20 的整数" if whole else "0 至 1", "a whole number up to 20" if whole else "0 to 1"),
            )
        if any(r.measure is measure for r in found):
            raise CellError(Text(f"{match[1]} 要求了两次", f"{match[1]} is asked twice"), A_REQUIREMENT)
        found.append(Requirement(measure, least))
    return tuple(found)


# -- minimum staffing -------------------------------------------------------------------------------------------------


def counted(scenario: Scenario, knob: Knob) -> tuple[Officer, ...]:
    """Return the officers that a knob of minimum staffing counts; CellError if it counts none."""
    if knob.name != "officers":
        raise CellError(
            Text("最少人数只能问 officers(…)", "the minimum can be asked of officers(...) alone"),
            Text("如 officers(瑞金)", "such as officers(S1)"),
        )
    if knob.arguments[0] not in scenario.squad_by_id:
        raise CellError(
            Text(f"没有编号为 {knob.arguments[0]} 的中队", f"there is no squad {knob.arguments[0]}"),
            Text("、".join(scenario.squad_by_id), ", ".join(scenario.squad_by_id)),
        )
    force, certified = _makes(knob)
    return tuple(
        o
        for o in scenario.officers_of(knob.arguments[0])
        if force in (None, o.force) and certified in (None, o.certified)
    )
