"""Figures of a finished roster, as what-if runs compare them; no solver."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from constraints.s04_holding import holdings
from domain.calendar import Need, OpenWindow, minutes
from domain.result import Result, RuleTotal
from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.whatif import Figures, Overtime
from domain.words import PayRegime, RemediationKind, Severity
from outputs.ledger import LedgerRow, ledger_rows

HOUR = timedelta(hours=1)
HOURS_A_DAY, DAYS_A_WEEK = 24, 7


def figures(scenario: Scenario, result: Result, hourly_pay: Mapping[PayRegime, float] | None = None) -> Figures:
    """Return the figures of a roster; ``hourly_pay`` in yuan an hour turns hours of pay into money."""
    roster, totals = result.roster, result.report.totals
    wanted, reached = _heat(scenario, roster)
    visits = _visits(scenario, roster)
    monthly = Counter(r.group for r in roster.remediations if r.kind is RemediationKind.MONTHLY)
    strengths = [s for r in roster.remediations if (s := _strength(scenario, r)) is not None]
    held = holdings(scenario, roster)
    owed, kept = sum(h.wanted for h in held), sum(min(h.wanted, h.reached) for h in held)
    ledger = ledger_rows(scenario, roster)
    post_min, desk_min = amount(totals, "S01"), amount(totals, "S16")
    squad_days = len(scenario.squads) * len(scenario.dates)
    return Figures(
        posts=_kept(post_min, needed_minutes(scenario.post_needs)),
        posts_missing_h=post_min / 60,
        desks=_kept(desk_min, needed_minutes(scenario.desk_needs)),
        desks_missing_h=desk_min / 60,
        hotspots=coverage_share(visits),
        heat_wanted=wanted,
        heat_reached=reached,
        visits_wanted=sum(w.wanted for w, _ in visits),
        visits_reached=sum(min(w.wanted, n) for w, n in visits),
        remediations=sum(monthly.values()),
        remediations_due=sum(g.min_remediations for g in scenario.groups),
        fewest_remediations=min((monthly[g.id] for g in scenario.groups), default=None),
        extra_remediations=len(roster.remediations) - sum(monthly.values()),
        strength=sum(min(1.0, s) for s in strengths) / len(strengths) if strengths else None,
        below_strength=sum(s < 1 for s in strengths),
        person_times=sum(len(r.participants) for r in roster.remediations),
        vehicle_times=sum(len(r.vehicles) for r in roster.remediations),
        holding=kept / owed if owed else 1.0,
        holding_wanted=owed,
        holding_reached=kept,
        leaders=_kept(amount(totals, "S19"), squad_days),
        overtime=_overtime(scenario, ledger, hourly_pay or {}),
        spread_late=_spread(ledger, "late"),
        spread_weekends=_spread(ledger, "weekend_days"),
        spread_holidays=_spread(ledger, "holidays"),
        spread_remediations=_spread(ledger, "remediations"),
        totals=totals,
    )


def amount(totals: Iterable[RuleTotal], rule: str) -> int:
    """Return what a rule's shortfalls come to, in its unit."""
    return sum(t.amount for t in totals if t.rule == rule and t.severity is not Severity.HARD)


def needed_minutes(needs: Iterable[Need]) -> int:
    """Return the person-minutes that needs ask for."""
    return sum(need.heads * minutes(need.end - need.start) for need in needs)


def _kept(missing: float, needed: float) -> float:
    return 1 - missing / needed if needed else 1.0


# -- hotspots ---------------------------------------------------------------------------------------------------------


def _visits(scenario: Scenario, roster: Roster) -> list[tuple[OpenWindow, int]]:
    """Return every open window with the visits that reach it, of the hotspot's own squads."""
    made: Counter[tuple[str, datetime]] = Counter()
    for row in roster.visits:
        spot = scenario.hotspot_by_id.get(row.hotspot)
        if spot is not None and row.squad in spot.squads:
            made[row.hotspot, row.start] += row.count
    return [(window, made[window.hotspot, window.start]) for window in windows(scenario)]


def windows(scenario: Scenario) -> list[OpenWindow]:
    """Return every open window of the horizon."""
    return [w for spot in scenario.hotspots for day in scenario.dates for w in scenario.open_windows(spot.id, day)]


def coverage_share(visits: Iterable[tuple[OpenWindow, int]]) -> float:
    """Return the weighted share of the wanted visits that are made; 1 where none is wanted."""
    wanted = reached = 0
    for window, count in visits:
        wanted += window.weight_cents * window.wanted
        reached += window.weight_cents * min(window.wanted, count)
    return reached / wanted if wanted else 1.0


def _heat(scenario: Scenario, roster: Roster) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Return wanted and reached weighted visits (hundredths) by weekday and hour, spread evenly over each window."""
    wanted: dict[tuple[int, int], float] = defaultdict(float)
    reached: dict[tuple[int, int], float] = defaultdict(float)
    for window, count in _visits(scenario, roster):
        length = window.end - window.start
        hour = window.start.replace(minute=0)
        while hour < window.end:
            share = (min(hour + HOUR, window.end) - max(hour, window.start)) / length
            cell = hour.weekday(), hour.hour
            wanted[cell] += share * window.weight_cents * window.wanted
            reached[cell] += share * window.weight_cents * min(window.wanted, count)
            hour += HOUR
    return _table(wanted), _table(reached)


def _table(cells: Mapping[tuple[int, int], float]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(round(cells.get((d, h), 0.0)) for h in range(HOURS_A_DAY)) for d in range(DAYS_A_WEEK))


# -- remediations and people ------------------------------------------------------------------------------------------


def _strength(scenario: Scenario, found: Remediation) -> float | None:
    order = next((d for d in scenario.designated if d.id == found.designated), None)
    group = scenario.group_by_id.get(found.group)
    target = order.heads if order else group.target_heads if group else 0
    return len(set(found.participants)) / target if target else None


def _overtime(
    scenario: Scenario, ledger: Iterable[LedgerRow], hourly_pay: Mapping[PayRegime, float]
) -> tuple[Overtime, ...]:
    rows: dict[PayRegime, list[LedgerRow]] = {regime: [] for regime in PayRegime}
    for row in ledger:
        rows[scenario.officer_by_id[row.officer].regime].append(row)
    found = []
    for regime, mine in rows.items():
        if mine:
            pay, rate = sum(r.pay_h for r in mine), hourly_pay.get(regime)
            found.append(
                Overtime(
                    regime=regime,
                    at_150_h=sum(r.overtime_150_h for r in mine),
                    at_200_h=sum(r.overtime_200_h for r in mine),
                    at_300_h=sum(r.holiday_300_h for r in mine),
                    pay_h=pay,
                    lieu_h=sum(r.lieu_earned_h for r in mine),
                    cost_yuan=None if rate is None else round(pay * rate, 2),
                )
            )
    return tuple(found)


def _spread(ledger: Iterable[LedgerRow], item: str) -> int:
    """Return the largest difference inside a squad between two officers who worked at all."""
    by_squad: dict[str, list[int]] = defaultdict(list)
    for row in ledger:
        if row.shifts:
            by_squad[row.squad].append(getattr(row, item))
    return max((max(counts) - min(counts) for counts in by_squad.values()), default=0)
