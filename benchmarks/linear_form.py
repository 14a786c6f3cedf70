"""A CP-SAT model written out as a mixed integer programme in free MPS, for solvers of other houses.

Linear conditions are taken as they are. Where one holds only under literals, the bounds of its variables say how much
it has to give way when a literal is off (big M). Choices among literals (bool_or, bool_and, at_most_one, exactly_one)
become sums; a negated literal is one minus its variable. Whatever else a model may hold is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

FAR = 2**60
"""Limits beyond this stand for none in CP-SAT's linear conditions."""
KINDS = (
    *("linear", "bool_or", "bool_and", "at_most_one", "exactly_one"),
    *("bool_xor", "all_diff", "element", "circuit", "routes", "table", "automaton", "inverse", "reservoir"),
    *("interval", "no_overlap", "no_overlap_2d", "cumulative", "int_div", "int_mod", "int_prod", "lin_max"),
)
"""What a condition can be; those of the first line are translated."""


class Untranslated(ValueError):  # noqa: N818
    """The model holds what has no linear form here; the message says what."""


@dataclass(frozen=True)
class Row:
    """low <= sum of factor x variable <= high, variables by their index in the model."""

    factors: Mapping[int, int]
    low: float
    high: float


@dataclass(frozen=True)
class LinearForm:
    """Rows, bounds (low, high) of all integer variables, and the costs to be minimised, in the model's units."""

    bounds: tuple[tuple[int, int], ...]
    rows: tuple[Row, ...]
    cost: Mapping[int, float]
    offset: float


def linear_form(proto: Any) -> LinearForm:  # noqa: ANN401
    """Translate the proto of a CP-SAT model that minimises, or that has nothing to minimise.

    Raises
    ------
    Untranslated
        A variable has holes in its domain, or a condition is of a kind that is not translated.
    """
    bounds = []
    for variable in proto.variables:
        domain = list(variable.domain)
        if len(domain) != 2:
            raise Untranslated(f"variable {variable.name!r} with holes in its domain")
        bounds.append((domain[0], domain[1]))
    rows = [row for condition in proto.constraints for row in _rows(condition, bounds)]
    goal = proto.objective
    scale = goal.scaling_factor or 1.0
    if scale < 0:
        raise Untranslated("an objective that is maximised")
    cost: dict[int, float] = defaultdict(float)
    for index, factor in zip(goal.vars, goal.coeffs, strict=True):
        _add(cost, index, scale * factor)
    return LinearForm(tuple(bounds), tuple(rows), cost, scale * goal.offset)


def _add(factors: dict[int, Any], index: int, factor: float) -> None:
    """Add a variable; an index below 0 is the negation of -index - 1 in the way of CP-SAT's expressions."""
    if index < 0:
        factors[-index - 1] += -factor
    else:
        factors[index] += factor


def _rows(condition: Any, bounds: list[tuple[int, int]]) -> Iterator[Row]:  # noqa: ANN401
    under = list(condition.enforcement_literal)
    kind = next((name for name in KINDS if getattr(condition, f"has_{name}")()), "none")
    if kind == "linear":
        limits = list(condition.linear.domain)
        if len(limits) != 2:
            raise Untranslated(f"linear condition {condition.name!r} with holes in its domain")
        factors: dict[int, int] = defaultdict(int)
        for index, factor in zip(condition.linear.vars, condition.linear.coeffs, strict=True):
            _add(factors, index, factor)
        low = -inf if limits[0] <= -FAR else float(limits[0])
        high = inf if limits[1] >= FAR else float(limits[1])
        yield from _under(Row(factors, low, high), under, bounds)
    elif kind == "bool_and":
        for literal in condition.bool_and.literals:
            yield from _under(_sum([literal], 1, inf), under, bounds)
    elif kind in ("bool_or", "at_most_one", "exactly_one"):
        low, high = {"bool_or": (1, inf), "at_most_one": (-inf, 1), "exactly_one": (1, 1)}[kind]
        yield from _under(_sum(list(getattr(condition, kind).literals), low, high), under, bounds)
    else:
        raise Untranslated(f"a condition of the kind {kind}")


def _sum(literals: list[int], low: float, high: float) -> Row:
    """Return limits on how many of the literals hold."""
    factors: dict[int, int] = defaultdict(int)
    turned = 0
    for literal in literals:
        _add(factors, literal, 1)
        turned += literal < 0
    return Row(factors, low - turned, high - turned)


def _under(row: Row, literals: list[int], bounds: list[tuple[int, int]]) -> Iterator[Row]:
    """Yield the row such that it gives way as soon as one of the literals is off."""
    if not literals:
        yield row
        return
    reach = [sorted((f * bounds[n][0], f * bounds[n][1])) for n, f in row.factors.items()]
    least, most = sum(low for low, _ in reach), sum(high for _, high in reach)
    turned = sum(literal < 0 for literal in literals)
    for way, slack in ((1, row.low - least), (-1, most - row.high)):
        if slack > 0 and slack != inf:  # way x sum >= limit - slack x (literals that are off)
            factors: dict[int, int] = defaultdict(int)
            for n, factor in row.factors.items():
                factors[n] += way * factor
            for literal in literals:
                _add(factors, literal, -int(slack))
            limit = row.low if way > 0 else -row.high
            yield Row(factors, limit - slack * (len(literals) - turned), inf)


def write_mps(form: LinearForm, target: Path, unit: float = 1.0) -> None:
    """Write the programme; columns are named x0, x1, ... after the variables. Costs are divided by ``unit``."""
    columns: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for n, factor in form.cost.items():
        columns[n].append(("cost", factor / unit))
    head, right, spans = ["N cost"], [], []
    if form.offset:
        right.append(f" rhs cost {-form.offset / unit!r}")
    for number, row in enumerate(form.rows):
        name = f"r{number}"
        sort = "E" if row.low == row.high else "G" if row.low > -inf else "L"
        head.append(f"{sort} {name}")
        right.append(f" rhs {name} {row.high if sort == 'L' else row.low!r}")
        if sort == "G" and row.high < inf:
            spans.append(f" range {name} {row.high - row.low!r}")
        for n, factor in row.factors.items():
            columns[n].append((name, float(factor)))
    with target.open("w", encoding="ascii") as out:
        out.write("NAME peer\nROWS\n" + "".join(f" {line}\n" for line in head))
        out.write("COLUMNS\n MARKER 'MARKER' 'INTORG'\n")
        for n in range(len(form.bounds)):
            out.writelines(f" x{n} {name} {factor!r}\n" for name, factor in columns[n] or [("cost", 0.0)])
        out.write(" MARKER 'MARKER' 'INTEND'\n")
        out.write("RHS\n" + "".join(f"{line}\n" for line in right))
        out.write("RANGES\n" + "".join(f"{line}\n" for line in spans) if spans else "")
        out.write("BOUNDS\n")
        for n, (low, high) in enumerate(form.bounds):
            out.write(f" LO bound x{n} {low}\n UP bound x{n} {high}\n")
        out.write("ENDATA\n")
