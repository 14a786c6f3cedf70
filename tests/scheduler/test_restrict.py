"""A scenario cut down to one squad or one group."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest

from domain.problem import InputError
from domain.scenario import (
    Absence,
    Designated,
    PastRemediation,
    PastShift,
    Presence,
    Referral,
    Request,
    Scenario,
    Squad,
    Vehicle,
)
from domain.words import AbsenceKind, LockKind, SquadKind, VehicleKind
from scheduler.candidates import list_candidates
from scheduler.progress import Options
from scheduler.restrict import restricted
from tests.constraints.joint import HOUR, group, hotspot, joint, on
from tests.constraints.kit import MONDAY, NIGHT, officer
from tests.scheduler.kit import desk, lock, post


def brigade() -> Scenario:
    """Return groups G (A, B) and F (C) and mobile squad M with something of everything."""
    squads = (
        *(Squad(id=s, name=f"squad {s}", kind=SquadKind.STREET) for s in "ABC"),
        Squad(id="M", name="mobile", kind=SquadKind.MOBILE),
    )
    order = Designated(
        id="O",
        group="G",
        hotspot="H",
        first=MONDAY,
        end=on(1),
        start=time(16),
        length=HOUR,
        squads=("A", "B", "C"),
        heads=3,
        vehicles=0,
    )
    return joint(
        tuple(officer(f"{s}{n}", s) for s in "ABCM" for n in "12"),
        squads=squads,
        groups=(group(), group().model_copy(update={"id": "F", "name": "group F", "members": ("C",), "convener": "C"})),
        hotspots=(hotspot("H", "A", "B", clock="15:00"), hotspot("K", "B"), hotspot("L", "C")),
        posts=(post("PA", "A"), post("PC", "C")),
        desks=(desk("D", "A", "B"), desk("E", "C")),
        vehicles=(
            Vehicle(id="a", name="a", kind=VehicleKind.CAR, squad="A"),
            Vehicle(id="c", name="c", kind=VehicleKind.CAR, squad="C"),
            Vehicle(id="pool", name="pool", kind=VehicleKind.TRUCK),
        ),
        shifts=(*joint().shifts, NIGHT.model_copy(update={"squads": ("M",)})),
        absences=tuple(Absence(officer=f"{s}1", kind=AbsenceKind.SICK, start=MONDAY, end=on(1)) for s in "AC"),
        requests=tuple(Request(officer=f"{s}2", date=on(1), shift=None, weight=5) for s in "AC"),
        locks=(
            *(lock(LockKind.REST, on(2), officer=f"{s}2") for s in "AC"),
            *(lock(LockKind.REMEDIATION, on(2), group=g, place=h, start=time(15)) for g, h in ("GH", "FL")),
        ),
        designated=(order,),
        referrals=tuple(Referral(id=f"r{s}", squad=s, hotspot="H", date=MONDAY, source="12319") for s in "AC"),
        presences=(
            Presence(
                id="V", hotspot="H", squads=("A", "C"), first=MONDAY, end=on(1), start=time(19), length=HOUR, heads=2
            ),
        ),
        past_shifts=tuple(PastShift(officer=f"{s}1", date=MONDAY - timedelta(days=1), shift="E") for s in "AC"),
        past_remediations=tuple(
            PastRemediation(id=h, group=g, hotspot=h, host=s, date=date(2026, 9, 20))
            for g, h, s in (("G", "H", "A"), ("F", "L", "C"))
        ),
    )


def test_by_default_it_is_the_whole_brigade() -> None:
    scenario = brigade()
    assert restricted(scenario, Options()) is scenario


def test_a_squad_alone_keeps_what_concerns_it() -> None:
    alone = restricted(brigade(), Options(squad="A"))
    assert [s.id for s in alone.squads] == ["A"]
    assert {o.id for o in alone.officers} == {"A1", "A2"}
    assert [(h.id, h.squads) for h in alone.hotspots] == [("H", ("A",))]
    assert [p.id for p in alone.posts] == ["PA"]
    assert [(d.id, d.squads) for d in alone.desks] == [("D", ("A",))]
    assert [v.id for v in alone.vehicles] == ["a", "pool"]
    assert {s.id for s in alone.shifts} == {"E", "L"}
    for rows in (alone.absences, alone.requests, alone.past_shifts):
        assert {row.officer for row in rows} <= {"A1", "A2"}
        assert len(rows) == 1
    assert [r.id for r in alone.referrals] == ["rA"]
    assert [p.id for p in alone.past_remediations] == ["H"]
    assert [p.squads for p in alone.presences] == [("A",)]


def test_a_squad_alone_has_no_remediation_but_those_locked_or_ordered() -> None:
    alone = restricted(brigade(), Options(squad="A"))
    assert [(g.id, g.members, g.convener, g.min_remediations) for g in alone.groups] == [("G", ("A",), "A", 0)]
    assert [(d.id, d.squads) for d in alone.designated] == [("O", ("A",))]
    assert {(row.kind, row.group or row.officer) for row in alone.locks} == {
        (LockKind.REST, "A2"),
        (LockKind.REMEDIATION, "G"),
    }
    forced = [c for c in list_candidates(alone) if c.forced]
    assert [(c.squads, c.need_squads, c.helpers) for c in forced] == [(("A",), 1, ())] * 2


def test_a_group_alone_comes_in_full_and_without_the_others() -> None:
    part = restricted(brigade(), Options(group="G"))
    assert [s.id for s in part.squads] == ["A", "B"]
    assert part.groups == (brigade().group_by_id["G"],)
    assert {h.id for h in part.hotspots} == {"H", "K"}
    assert [d.id for d in part.designated] == ["O"]
    assert part.designated[0].squads == ("A", "B")
    assert part.mobile_squads == ()


def test_a_mobile_squad_has_no_group_and_keeps_its_night_calls() -> None:
    alone = restricted(brigade(), Options(squad="M"))
    assert alone.groups == ()
    assert {s.id for s in alone.shifts} == {"E", "L", "N"}
    assert (alone.hotspots, alone.posts, alone.desks) == ((), (), ())


def test_a_past_shift_of_another_squads_kind_is_still_known() -> None:
    past = PastShift(officer="A1", date=MONDAY - timedelta(days=1), shift="N")
    alone = restricted(brigade().model_copy(update={"past_shifts": (past,)}), Options(squad="A"))
    assert alone.past_shifts_of("A1")[0].shift == "N"
    assert {s.id for s in alone.shifts_of("A")} == {"E", "L"}


def test_names_are_understood_too() -> None:
    assert restricted(brigade(), Options(squad="squad B")).squads[0].id == "B"
    assert restricted(brigade(), Options(group="group F")).groups[0].id == "F"


@pytest.mark.parametrize(
    ("options", "what", "known"),
    [(Options(squad="X"), "squad", "ABCM"), (Options(group="A"), "group", "FG")],
)
def test_an_unknown_one_is_an_input_problem_that_names_the_known_ones(options: Options, what: str, known: str) -> None:
    with pytest.raises(InputError) as caught:
        restricted(brigade(), options)
    (problem,) = caught.value.problems
    assert what in problem.text.en
    for text in (problem.text.zh, problem.text.en):
        listed = re.split(r"[;;::]", text)[-1]
        assert sorted(set(re.findall(r"[A-Z]", listed))) == sorted(known)
    assert problem.read == (options.squad or options.group)
