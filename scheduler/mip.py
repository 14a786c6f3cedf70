"""One small integer model solved again and again at other prices: by CP-SAT, and by SCIP where that leaves a gap.

CP-SAT is the quicker one where it gets to the end at all; SCIP's cuts close the gaps that it leaves. The model has
linear conditions only; it is kept, and only prices change between solves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

LINEARIZATION = 2
"""CP-SAT uses all of the linear relaxation: it is strong here."""
SAFE = 1e-7
"""Share of a bound given away for the solver's floating-point arithmetic."""


@dataclass(frozen=True)
class Effort:
    """How far one model is solved: to within ``gap`` units of cost, in ``units`` of deterministic time of CP-SAT.

    SCIP then gets at most ``nodes`` of its search tree; with none it is not asked. So many ``others`` that CP-SAT came
    by on its way are told too.
    """

    gap: float
    units: float = 0.1
    nodes: int = 0
    seed: int = 1
    others: int = 0


@dataclass(frozen=True)
class Solved:
    """Cost found and proven (units; infinite where there is none), the values of the variables, and other values."""

    cost: float
    bound: float
    values: tuple[int, ...] | None
    others: tuple[tuple[int, ...], ...] = ()


UNSOLVED = Solved(inf, -inf, None)


@dataclass(frozen=True)
class Relaxed:
    """What the linear relaxation proves (units), and its values of the variables, None where it has none."""

    bound: float
    values: tuple[float, ...] | None = None


class Mip:
    """A CP-SAT model with linear conditions only, solved at prices."""

    def __init__(self, cp: cp_model.CpModel, cost: Mapping[int, int]) -> None:
        """Take the conditions of ``cp``; ``cost`` is by index of the variable, in units."""
        self.cp = cp
        self.cost = [cost.get(n, 0) for n in range(len(cp.proto.variables))]
        self._hard = False
        self._scip: _Linear | None = None
        self._glop: _Linear | None = None

    def solve(self, prices: Mapping[int, int], effort: Effort) -> Solved:
        """Solve with some variables dearer by their price.

        CP-SAT is left out from then on where it has once left a gap and SCIP may be asked.
        """
        cost = {n: c + prices.get(n, 0) for n, c in enumerate(self.cost) if c + prices.get(n, 0)}
        found = UNSOLVED if self._hard and effort.nodes else self._quick(cost, effort)
        if found.cost - found.bound <= effort.gap or not effort.nodes:
            return found
        self._hard = True
        self._scip = self._scip or _Linear(self.cp, "SCIP")
        other = self._scip.solve(cost, effort)
        best = min(found, other, key=lambda s: s.cost)
        return Solved(best.cost, max(found.bound, other.bound), best.values, found.others)

    def relaxed(self, prices: Mapping[int, int]) -> Relaxed:
        """Return the linear relaxation with some variables dearer by their price."""
        self._glop = self._glop or _Linear(self.cp, "GLOP")
        return self._glop.relaxed({n: c + prices.get(n, 0) for n, c in enumerate(self.cost)})

    def _quick(self, cost: Mapping[int, int], effort: Effort) -> Solved:
        variables = [self.cp.get_int_var_from_proto_index(n) for n in cost]
        self.cp.minimize(cp_model.LinearExpr.weighted_sum(variables, list(cost.values())))
        solver = cp_model.CpSolver()
        solver.parameters.catch_sigint_signal = False
        solver.parameters.num_workers = 1
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.linearization_level = LINEARIZATION
        solver.parameters.random_seed = effort.seed
        solver.parameters.max_deterministic_time = effort.units
        solver.parameters.absolute_gap_limit = effort.gap
        if effort.others:
            solver.parameters.fill_additional_solutions_in_response = True
            solver.parameters.solution_pool_size = effort.others
        status = solver.solve(self.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Solved(inf, inf if status == cp_model.INFEASIBLE else -inf, None)
        values = tuple(int(v) for v in solver.response_proto.solution)
        others = tuple(tuple(int(v) for v in more.values) for more in solver.response_proto.additional_solutions)
        return Solved(solver.objective_value, solver.best_objective_bound, values, others)


class _Linear:
    """The same conditions as a mixed integer programme, or as its linear relaxation."""

    def __init__(self, cp: cp_model.CpModel, solver: str) -> None:
        self._solver = pywraplp.Solver.CreateSolver(solver)
        self._goal = self._solver.Objective()
        self._goal.SetMinimization()
        self._columns = []
        for variable in cp.proto.variables:
            domain = list(variable.domain)
            column = self._solver.IntVar(float(domain[0]), float(domain[-1]), "")
            self._columns.append(column)
        for constraint in cp.proto.constraints:
            low, high, factors = read_linear(constraint)
            row = self._solver.Constraint(low, high)
            for n, factor in factors.items():
                row.SetCoefficient(self._columns[n], factor)

    def _price(self, cost: Mapping[int, int]) -> None:
        for n, column in enumerate(self._columns):
            self._goal.SetCoefficient(column, float(cost.get(n, 0)))

    def relaxed(self, cost: Mapping[int, int]) -> Relaxed:
        self._price(cost)
        status = self._solver.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            return Relaxed(inf if status == pywraplp.Solver.INFEASIBLE else -inf)
        return Relaxed(_safe(self._goal.Value()), tuple(column.solution_value() for column in self._columns))

    def solve(self, cost: Mapping[int, int], effort: Effort) -> Solved:
        self._price(cost)
        limits = f"limits/nodes = {effort.nodes}\nlimits/absgap = {effort.gap}\n"
        self._solver.SetSolverSpecificParametersAsString(limits)
        status = self._solver.Solve()
        if status == pywraplp.Solver.INFEASIBLE:
            return Solved(inf, inf, None)
        bound = _safe(self._goal.BestBound())
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return Solved(inf, bound, None)
        values = tuple(round(column.solution_value()) for column in self._columns)
        return Solved(float(sum(c * values[n] for n, c in cost.items())), bound, values)


def _safe(bound: float) -> float:
    """Return a bound of a solver in floating-point arithmetic, made safe."""
    return bound - SAFE * abs(bound) - 1.0 if isfinite(bound) and abs(bound) < 1e15 else -inf


def read_linear(c: Any) -> tuple[float, float, Mapping[int, float]]:  # noqa: ANN401
    """Return limits and factors by variable index of a linear condition or a choice among Booleans.

    Raises
    ------
    ValueError
        The condition is of another sort.
    """
    if c.has_linear() and not len(c.enforcement_literal) and len(c.linear.domain) == 2:
        factors: dict[int, float] = defaultdict(float)
        for v, factor in zip(c.linear.vars, c.linear.coeffs, strict=True):
            factors[v] += factor
        low, high = c.linear.domain
        return (-inf if low <= -(2**60) else float(low)), (inf if high >= 2**60 else float(high)), factors
    for name, low_, high_ in (("at_most_one", -inf, 1.0), ("exactly_one", 1.0, 1.0), ("bool_or", 1.0, inf)):
        if getattr(c, f"has_{name}")() and not len(c.enforcement_literal):
            return _choice(list(getattr(c, name).literals), low_, high_)
    raise ValueError(f"not a linear condition: {c}")


def _choice(literals: list[int], low: float, high: float) -> tuple[float, float, Mapping[int, float]]:
    """Return the sum of literals as a row; a negative literal is one minus its variable."""
    factors: dict[int, float] = defaultdict(float)
    turned = 0
    for literal in literals:
        factors[literal if literal >= 0 else -literal - 1] += 1.0 if literal >= 0 else -1.0
        turned += literal < 0
    return low - turned, high - turned, factors
