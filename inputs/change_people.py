"""Changes to who is there: officers more or fewer, lent, sick or absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from random import Random
from statistics import median_low
from typing import TypeVar

from domain.calendar import DAY
from domain.changes import Absent, Lend, Officers, SickLeave
from domain.scenario import Absence, Officer, Scenario
from domain.words import AbsenceKind, Force, PayRegime, Rank, Text
from inputs.change_error import ChangeError, known

T = TypeVar("T")
Make = tuple[Force, bool]
"""Force and certificate: what the mix of a squad is told by."""


def officers(scenario: Scenario, change: Officers) -> Scenario:
    """Return the scenario with so many officers more or fewer in a squad.

    Who goes: members before deputies before the leader, so that the mix of forces stays as near as can be, the last of
    the input first. Who comes is a plain officer of the make that is scarcest against the squad's own mix, present all
    month, without licences, restrictions or a past. So each number contains the next smaller one.
    """
    known("squad", change.squad, scenario.squad_by_id, Text("中队", "squad"))
    people = [o for o in scenario.officers_of(change.squad) if _fits(o, change.force, change.certified)]
    if change.by < 0:
        if -change.by > len(people):
            raise ChangeError(
                "by",
                Text(
                    f"{change.squad}这样的队员只有 {len(people)} 名,不能减 {-change.by} 名",
                    f"{change.squad} has {len(people)} such officers; {-change.by} cannot go",
                ),
                Text(f"至多减 {len(people)}", f"{len(people)} fewer at most"),
            )
        return without(scenario, {o.id for o in leaving(people)[: -change.by]})
    return _with_new(scenario, change)


def _fits(officer: Officer, force: Force | None, certified: bool | None) -> bool:
    return force in (None, officer.force) and certified in (None, officer.certified)


def leaving(people: Sequence[Officer]) -> list[Officer]:
    """Return people in the order in which they would go: the mix stays, leaders last, the last of the input first."""
    whole = Counter(_make(o) for o in people)
    here = Counter(whole)
    order = {Rank.MEMBER: 0, Rank.DEPUTY: 1, Rank.LEADER: 2}
    left = sorted(people, key=lambda o: order[o.rank])  # stable: the input's order within a rank
    found: list[Officer] = []
    while left:
        rank = left[0].rank
        same = [o for o in left if o.rank is rank]
        fullest = max((_make(o) for o in same), key=lambda make: (here[make] / whole[make], whole[make]))
        goes = [o for o in same if _make(o) == fullest][-1]
        left.remove(goes)
        here[fullest] -= 1
        found.append(goes)
    return found


def _make(officer: Officer) -> Make:
    return officer.force, officer.certified


def _with_new(scenario: Scenario, change: Officers) -> Scenario:
    whole = Counter(_make(o) for o in scenario.officers_of(change.squad))
    makes = [m for m in whole if change.force in (None, m[0]) and change.certified in (None, m[1])]
    if not makes:
        force = change.force or Force.ENFORCEMENT
        makes = [(force, force is Force.ENFORCEMENT if change.certified is None else change.certified)]
    here = Counter(whole)
    taken, found = {o.id for o in scenario.officers}, list(scenario.officers)
    for number in range(1, change.by + 1):
        scarcest = min(makes, key=lambda make: (here[make] / max(1, whole[make]), -whole[make]))
        here[scarcest] += 1
        found.append(_new(scenario, change.squad, scarcest, _free_id(f"{change.squad}新", number, taken)))
    return scenario.model_copy(update={"officers": tuple(found)})


def _free_id(stem: str, number: int, taken: set[str]) -> str:
    while f"{stem}{number}" in taken:
        number += 1
    taken.add(f"{stem}{number}")
    return f"{stem}{number}"


def _new(scenario: Scenario, squad: str, make: Make, oid: str) -> Officer:
    """Return a new officer with the usual regime and carried balances of his like, so that S05 is not disturbed."""
    like = [o for o in scenario.officers_of(squad) if _make(o) == make and not o.leads]
    regimes = Counter(o.regime for o in like)
    return Officer(
        id=oid,
        name=oid,
        squad=squad,
        force=make[0],
        certified=make[1],
        regime=regimes.most_common(1)[0][0] if regimes else PayRegime.COMPREHENSIVE,
        carried_late=_usual(o.carried_late for o in like),
        carried_weekends=_usual(o.carried_weekends for o in like),
        carried_holidays=_usual(o.carried_holidays for o in like),
        carried_remediations=_usual(o.carried_remediations for o in like),
    )


def _usual(balances: Iterable[int]) -> int:
    found = list(balances)
    return median_low(found) if found else 0


def without(scenario: Scenario, gone: Collection[str]) -> Scenario:
    """Return the scenario without some officers and all that names them."""

    def kept(rows: Sequence[T]) -> tuple[T, ...]:
        return tuple(row for row in rows if getattr(row, "officer", None) not in gone)

    return scenario.model_copy(
        update={
            "officers": tuple(o for o in scenario.officers if o.id not in gone),
            "absences": kept(scenario.absences),
            "requests": kept(scenario.requests),
            "locks": kept(scenario.locks),
            "past_shifts": kept(scenario.past_shifts),
            "designated": tuple(
                d.model_copy(update={"commander": None}) if d.commander in gone else d for d in scenario.designated
            ),
        }
    )


def lend(scenario: Scenario, change: Lend) -> Scenario:
    """Return the scenario with members of one squad serving in another all the time; locks on them fall away."""
    known("squad", change.squad, scenario.squad_by_id, Text("中队", "squad"))
    known("to", change.to, scenario.squad_by_id, Text("中队", "squad"))
    if change.squad == change.to:
        raise ChangeError("to", Text("不能借给自己", "a squad cannot lend to itself"))
    able = [o for o in scenario.officers_of(change.squad) if not o.leads and _fits(o, change.force, None)]
    if change.officers > len(able):
        raise ChangeError(
            "officers",
            Text(f"{change.squad}可借的队员只有 {len(able)} 名", f"{change.squad} has {len(able)} officers to lend"),
            Text(f"至多 {len(able)}", f"{len(able)} at most"),
        )
    lent = {o.id for o in leaving(able)[: change.officers]}
    usable = {s.id for s in scenario.shifts_of(change.to)}
    return scenario.model_copy(
        update={
            "officers": tuple(
                o.model_copy(update={"squad": change.to}) if o.id in lent else o for o in scenario.officers
            ),
            "locks": tuple(k for k in scenario.locks if k.officer not in lent),
            "requests": tuple(
                r for r in scenario.requests if r.officer not in lent or r.shift is None or r.shift in usable
            ),
        }
    )


def sick_leave(scenario: Scenario, change: SickLeave, sample: int = 0) -> Scenario:
    """Return the scenario with random sick leave; every officer has dice of his own, so others change nothing there.

    Day by day an officer falls ill or recovers, such that the share of sick days is ``rate`` and a spell lasts
    ``spell_days`` on average. Days already off stay as they are; locks on sick days fall away.
    """
    for n, squad in enumerate(change.squads):
        known(f"squads.{n}", squad, scenario.squad_by_id, Text("中队", "squad"))
    found: list[Absence] = []
    for officer in scenario.officers:
        if not change.squads or officer.squad in change.squads:
            # a text seeds through SHA-512, so it does not depend on the hash seed
            rng = Random(f"{change.seed} {sample} {officer.id}")
            days = [d for d in _sick_days(scenario, change, rng) if scenario.absence(officer.id, d) is None]
            found += [
                Absence(officer=officer.id, kind=AbsenceKind.SICK, start=run[0], end=run[-1] + DAY)
                for run in _runs(days)
            ]
    return away(scenario, found)


def _sick_days(scenario: Scenario, change: SickLeave, rng: Random) -> Iterator[date]:
    recover = 1 / change.spell_days
    fall_ill = min(1.0, recover * change.rate / (1 - change.rate))
    sick = rng.random() < change.rate
    for on in scenario.dates:
        if sick:
            yield on
        sick = rng.random() >= recover if sick else rng.random() < fall_ill


def _runs(days: Sequence[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for on in days:
        if runs and runs[-1][-1] + DAY == on:
            runs[-1].append(on)
        else:
            runs.append([on])
    return runs


def away(scenario: Scenario, absences: Sequence[Absence]) -> Scenario:
    """Return the scenario with further absences; locks on these days and commands that meet them fall away."""
    days = {(a.officer, a.start + n * DAY) for a in absences for n in range((a.end - a.start).days)}
    ordered = tuple(
        d.model_copy(update={"commander": None})
        if any((d.commander, d.first + n * DAY) in days for n in range((d.end - d.first).days))
        else d
        for d in scenario.designated
    )
    return scenario.model_copy(
        update={
            "absences": tuple(sorted((*scenario.absences, *absences), key=lambda a: (a.officer, a.start))),
            "locks": tuple(k for k in scenario.locks if k.officer is None or (k.officer, k.date) not in days),
            "designated": ordered,
        }
    )


def absent(scenario: Scenario, change: Absent) -> Scenario:
    """Return the scenario with an officer away, or a vehicle out of use, for the whole horizon."""
    if (change.officer is None) == (change.vehicle is None):
        raise ChangeError("do", Text("应写一名队员或一辆车", "name one officer or one vehicle"))
    if change.vehicle is not None:
        known("vehicle", change.vehicle, scenario.vehicle_by_id, Text("车辆", "vehicle"))
        return scenario.model_copy(
            update={
                "vehicles": tuple(
                    v.model_copy(update={"inspection": scenario.dates}) if v.id == change.vehicle else v
                    for v in scenario.vehicles
                )
            }
        )
    if change.officer is None:
        return scenario
    known("officer", change.officer, scenario.officer_by_id, Text("队员", "officer"))
    free = scenario.model_copy(update={"absences": tuple(a for a in scenario.absences if a.officer != change.officer)})
    gone = Absence(officer=change.officer, kind=AbsenceKind.SICK, start=scenario.first, end=scenario.end)
    return away(free, [gone])
