"""S05: late shifts, weekends, holidays and remediations are shared evenly in a squad.

Score of an officer for an item, in hundredths: (count + carried) x (1000 // days present), that is per 10 days present.
Only officers who may do the item and are present on at least least_days dates are compared. A weekend day is a shift
that starts on a Saturday or Sunday, a holiday a shift that starts on a statutory holiday.

Model:  high = S05/high/<squad>/<item> >= score(o) >= low for every officer o compared
        amount = S05/over/<squad>/<item> >= high - low - 100 x spread, at least 0
        Weekends and holidays are left out where the horizon has none.
Source: own judgement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from constraints.base import RosterModel, Rule, Term
from constraints.r09_personal import Personal
from domain.parameter import Parameter
from domain.result import Finding, Where
from domain.units import TURNS
from domain.words import DayKind, DutyKind, Scope, Severity, ShiftKind, Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from constraints.base import Linear, Literal
    from domain.roster import Roster
    from domain.scenario import Officer, Scenario, Squad

ITEMS = {
    "late": Text("晚班", "late shifts"),
    "weekends": Text("周末上班", "weekend days"),
    "holidays": Text("节日上班", "holidays"),
    "remediations": Text("联动整治", "remediations"),
}


class Share(NamedTuple):
    """What an officer has had of an item, carried balance included, and that per 10 days present in hundredths."""

    score: int
    name: str
    officer: str
    turns: int


class EvenShares(Rule):
    """The spread between the most and the least burdened of a squad, by item."""

    id, title = "S05", Text("苦班均衡", "Even shares")
    scope, severity = Scope.SQUAD, Severity.WISH
    unit, source = TURNS, Text("本系统自定", "own judgement")
    prices = dict.fromkeys(ITEMS, "weight")
    per = dict.fromkeys(ITEMS, 100)
    parameters = (
        Parameter(
            key="spread",
            default=1,
            text=Text("容许的差距(每 10 个在岗日)", "Spread that is accepted (per 10 days present)"),
            unit=Text("次", "turns"),
            low=0,
            high=10,
        ),
        Parameter(
            key="least_days",
            default=10,
            text=Text("在岗不足此天数者不参与比较", "Days present below which an officer is not compared"),
            unit=Text("天", "days"),
            low=1,
            high=31,
        ),
        Parameter(
            key="weight",
            default=10,
            text=Text("差距每超出 1 次", "Per turn beyond the spread"),
            unit=Text("分", "points"),
            low=0,
        ),
    )

    @override
    def post(self, model: RosterModel, scenario: Scenario) -> Iterable[Term]:
        params = self.params(scenario)
        joins: dict[str, list[Literal]] = defaultdict(list)
        for (officer_id, _), value in model.joins.items():
            joins[officer_id].append(value)
        for squad in model.squads:
            present = {
                officer: sum(scenario.absence(officer.id, day) is None for day in model.days)
                for officer in model.officers
                if officer.squad == squad.id
            }
            for item in ITEMS:
                scores = [
                    _score(1000 // days, turns)
                    for officer, days in present.items()
                    if days >= params.least_days and _may_have(scenario, officer, item)
                    if (turns := _turns(model, scenario, officer, item, joins[officer.id])) is not None
                ]
                if len(scores) > 1:
                    yield Term(_over(model, f"{squad.id}/{item}", scores, 100 * params.spread), item)

    @override
    def audit(self, scenario: Scenario, roster: Roster) -> Iterator[Finding]:
        params = self.params(scenario)
        away = Counter(oid for oid in scenario.officer_by_id for d in scenario.dates if scenario.absence(oid, d))
        joined = Counter(officer for r in roster.remediations for officer in set(r.participants))
        for squad in scenario.squads:
            shares: dict[str, list[Share]] = {item: [] for item in ITEMS}
            for officer in scenario.officers_of(squad.id):
                days = len(scenario.dates) - away[officer.id]
                if days < params.least_days:
                    continue
                had = _had(scenario, roster, officer) | {
                    "remediations": officer.carried_remediations + joined[officer.id]
                }
                for item, count in had.items():
                    if _may_have(scenario, officer, item):
                        shares[item].append(Share(1000 // days * count, officer.name, officer.id, count))
            for item, found in shares.items():
                over = max(found)[0] - min(found)[0] - 100 * params.spread if found else 0
                if over > 0:
                    yield self._uneven(scenario, squad, item, over, max(found), min(found))

    def _uneven(self, scenario: Scenario, squad: Squad, item: str, over: int, most: Share, fewest: Share) -> Finding:
        what = ITEMS[item]
        zh = f"{most.name} {most.turns} 次(每 10 个在岗日 {most.score / 100:g} 次)"
        zh += f",{fewest.name} {fewest.turns} 次({fewest.score / 100:g} 次),含结转"
        en = f"{most.name} has {most.turns} ({most.score / 100:g} per 10 days present), "
        en += f"{fewest.name} {fewest.turns} ({fewest.score / 100:g}), carried balance included"
        return self.finding(
            scenario,
            over,
            Where(officer=most.officer, squad=squad.id),
            Text(f"{squad.name}{what.zh}不均:{zh}", f"{squad.name}, {what.en} are uneven: {en}"),
            Text(f"把{most.name}的换给{fewest.name}", f"Give some of {most.name}'s to {fewest.name}"),
            item=item,
        )


def _may_have(scenario: Scenario, officer: Officer, item: str) -> bool:
    """Return whether the officer may do the item at all: a fact of the input, not of the roster."""
    if item == "remediations":
        return DutyKind.REMEDIATION not in officer.barred_duties
    if item != "late":
        return True
    if officer.protected and Personal().params(scenario).late_is_night:
        return False
    lates = {shift.id for shift in scenario.shifts_of(officer.squad) if shift.kind is ShiftKind.LATE}
    return not lates <= set(officer.barred_shifts)


# -- the model --------------------------------------------------------------------------------------------------


class Turns(NamedTuple):
    """Turns of an officer in the model, with the least and the most they can be."""

    value: Linear
    least: int
    most: int


def _turns(
    model: RosterModel, scenario: Scenario, officer: Officer, item: str, joins: Sequence[Literal]
) -> Turns | None:
    """Return the turns with the carried balance; None where the horizon has no date of the item."""
    if item == "remediations":
        return _count(officer.carried_remediations, joins)
    if item == "late":
        shifts = [s for s in model.shift_days(officer) if s.day >= scenario.first]
        lates = [s for s in shifts if scenario.shift_by_id[s.shift].kind is ShiftKind.LATE]
        return _count(officer.carried_late, [model.works[officer.id, s] for s in lates])
    if item == "weekends":
        carried, days = officer.carried_weekends, [d for d in model.days if d.weekday() >= 5]
    else:
        carried = officer.carried_holidays
        days = [d for d in model.days if scenario.day(d).kind is DayKind.HOLIDAY]
    rests = sum(model.rest[officer.id, day] for day in days)
    return Turns(carried + len(days) - rests, carried, carried + len(days)) if days else None


def _count(carried: int, literals: Sequence[Literal]) -> Turns:
    return Turns(carried + sum(literals), carried, carried + len(literals))


def _score(rate: int, turns: Turns) -> Turns:
    return Turns(rate * turns.value, rate * turns.least, rate * turns.most)


def _over(model: RosterModel, name: str, scores: Sequence[Turns], accepted: int) -> cp_model.IntVar:
    least, most = min(s.least for s in scores), max(s.most for s in scores)
    high = model.cp.new_int_var(least, most, f"S05/high/{name}")
    low = model.cp.new_int_var(least, most, f"S05/low/{name}")
    for score in scores:
        model.cp.add(high >= score.value)
        model.cp.add(low <= score.value)
    over = model.cp.new_int_var(0, max(0, most - least - accepted), f"S05/over/{name}")
    model.cp.add(over >= high - low - accepted)
    return over


# -- the audit --------------------------------------------------------------------------------------------------


def _had(scenario: Scenario, roster: Roster, officer: Officer) -> dict[str, int]:
    """Walk the officer's shifts; items of which the horizon has no date are left out."""
    shifts = scenario.dated(roster.shifts_of(officer.id))
    worked = {shift.day for shift in shifts}
    late = sum(scenario.shift_by_id[shift.shift].kind is ShiftKind.LATE for shift in shifts)
    found = {"late": officer.carried_late + late}
    if any(day.isoweekday() > 5 for day in scenario.dates):
        found["weekends"] = officer.carried_weekends + sum(day.isoweekday() > 5 for day in worked)
    if any(day.kind is DayKind.HOLIDAY for day in scenario.calendar):
        holidays = sum(scenario.day(day).kind is DayKind.HOLIDAY for day in worked)
        found["holidays"] = officer.carried_holidays + holidays
    return found
