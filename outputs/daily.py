"""每日勤务表 and 值班表: who does what, where and with whom on every date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import DutyKind, Force, ShiftKind
from inputs.labels import WEEKDAYS
from outputs.book import Cell
from outputs.crews import Crew, crews
from outputs.printing import BETWEEN, clock, people, place_name, printed, squad_name, symbols, word


def daily_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 每日勤务表 in the order of its columns."""
    held = {r.id: r for r in roster.remediations}
    places = {r.id: r.hotspot for r in roster.remediations}
    named = symbols(scenario, lang)
    return [_row(scenario, roster, crew, held, places, named, lang) for crew in crews(scenario, roster)]


def _row(
    scenario: Scenario,
    roster: Roster,
    crew: Crew,
    held: Mapping[str, Remediation],
    places: Mapping[str, str],
    named: Mapping[str, str],
    lang: str,
) -> tuple[Cell, ...]:
    leaders = [o for o in crew.officers if scenario.officer_by_id[o].leads][:1]
    rest = [o for o in crew.officers if o not in leaders]
    officers = [o for o in rest if scenario.officer_by_id[o].force is Force.ENFORCEMENT]
    assistants = [o for o in rest if o not in officers]
    action = held.get(crew.place or "") if crew.kind is DutyKind.REMEDIATION else None
    uses = [use for use in action.vehicles if use.driver in crew.officers] if action else []
    return (
        crew.day,
        squad_name(scenario, crew.squad),
        BETWEEN.join(_shifts(named, roster, crew)),
        word(crew.kind, lang),
        place_name(scenario, crew.place, lang, remediations=places),
        clock(crew.start, crew.day, lang),
        clock(crew.end, crew.day, lang),
        people(scenario, leaders),
        people(scenario, officers),
        people(scenario, assistants),
        BETWEEN.join(vehicle_name(scenario, use.vehicle) for use in uses),
        people(scenario, (use.driver for use in uses)),
    )


def _shifts(named: Mapping[str, str], roster: Roster, crew: Crew) -> list[str]:
    worked = {roster.shift_on.get((o, crew.day)) for o in crew.officers}
    return [symbol for shift, symbol in named.items() if shift in worked]


def vehicle_name(scenario: Scenario, vehicle: str) -> str:
    """Return a vehicle as name(id)."""
    found = scenario.vehicle_by_id.get(vehicle)
    return printed(found.name if found else "?", vehicle)


def watch_rows(scenario: Scenario, roster: Roster, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 值班表: per date and squad the leaders, case desk, night call and heads on duty."""
    on_duty: dict[tuple[date, str], list[tuple[str, str]]] = defaultdict(list)
    for a in roster.shifts:
        on_duty[a.day, scenario.officer_by_id[a.officer].squad].append((a.officer, a.shift))
    desks: dict[tuple[date, str], list[Crew]] = defaultdict(list)
    for crew in crews(scenario, roster):
        if crew.kind is DutyKind.DESK:
            desks[crew.day, crew.squad].append(crew)
    return [
        _watch(scenario, on, squad.id, on_duty[on, squad.id], desks[on, squad.id], lang)
        for on in scenario.dates
        for squad in scenario.squads
    ]


def _watch(
    scenario: Scenario, on: date, squad: str, present: Iterable[tuple[str, str]], desks: Iterable[Crew], lang: str
) -> tuple[Cell, ...]:
    present = list(present)
    day = scenario.day(on)
    leaders = [
        f"{scenario.shift_by_id[shift].name} {people(scenario, [officer])}"
        for officer, shift in present
        if scenario.officer_by_id[officer].leads
    ]
    night = [o for o, shift in present if scenario.shift_by_id[shift].kind is ShiftKind.NIGHT]
    desk = [
        f"{clock(crew.start, on, lang)}-{clock(crew.end, on, lang)} {people(scenario, crew.officers)}" for crew in desks
    ]
    kind = word(day.kind, lang) + (f" {day.name}" if day.name else "")
    return (
        on,
        WEEKDAYS[on.weekday()].get(lang),
        kind,
        squad_name(scenario, squad),
        "\n".join(leaders),
        "\n".join(desk),
        people(scenario, night),
        len(present),
    )
