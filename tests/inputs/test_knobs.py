"""Knobs, sweeps and requirements in one line, in both scripts; what is none is refused with what would do."""

from __future__ import annotations

import pytest

from domain.changes import Change, GroupTarget, Lend, Officers, Policy, ScaleHotspots, ScalePosts, SickLeave, Vehicles
from domain.whatif import Measure
from domain.words import Force, VehicleKind
from inputs.knobs import Requirement, counted, parse_knob, parse_requirements, parse_sweep
from inputs.values import CellError
from tests.app.kit import small_brigade


@pytest.mark.parametrize(
    ("text", "value", "change"),
    [
        ("officers(瑞金, enforcement)", -2, Officers(squad="瑞金", by=-2, force=Force.ENFORCEMENT)),
        ("officers(瑞金,执法,持证)", 2, Officers(squad="瑞金", by=2, force=Force.ENFORCEMENT, certified=True)),
        ("officers(瑞金)", 0, None),
        ("remediations(B)", 3, GroupTarget(group="B", remediations=3)),
        ("heads(B)", 20, GroupTarget(group="B", heads=20)),
        ("hours(B)", 4.5, GroupTarget(group="B", hours=4.5)),
        ("vehicles(car, 瑞金)", 1, Vehicles(kind=VehicleKind.CAR, by=1, squad="瑞金")),
        ("vehicles(货车)", 1, Vehicles(kind=VehicleKind.TRUCK, by=1)),
        ("posts(P01)", 2, ScalePosts(posts=("P01",), heads=2)),
        ("hotspots(all)", 1.5, ScaleHotspots(weight=1.5)),
        ("visits(H01)", 2, ScaleHotspots(hotspots=("H01",), visits=2)),
        ("policy(R03.min_rest)", 12, Policy(set={"R03.min_rest": 12})),
        ("sick()", 0.05, SickLeave(rate=0.05)),
        ("lend(机动一, 瑞金)", 3, Lend(squad="机动一", to="瑞金", officers=3)),
    ],
)
def test_a_knob_turns_into_a_change(text: str, value: float, change: Change | None) -> None:
    assert parse_knob(text).change(value) == change


@pytest.mark.parametrize("text", ["officers", "fly(x)", "officers()", "lend(a)", "officers(a,b,c,d)", "sick(x)", ""])
def test_what_is_no_knob_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_knob(text)


@pytest.mark.parametrize(
    ("text", "value"), [("officers(a)", 1.5), ("officers(a, elves)", 1), ("sick()", 0.9), ("vehicles(boat)", 1)]
)
def test_values_that_a_knob_cannot_take_are_refused(text: str, value: float) -> None:
    with pytest.raises(CellError):
        parse_knob(text).change(value)


def test_sweeps_over_ranges_steps_lists_and_two_knobs() -> None:
    assert parse_sweep("officers(瑞金)=-2..2")[0].values == (-2, -1, 0, 1, 2)
    assert parse_sweep("sick()=0..0.1:0.05")[0].values == (0, 0.05, 0.1)
    assert parse_sweep("heads(B)=12,15,18")[0].values == (12, 15, 18)
    first, second = parse_sweep("officers(瑞金)=-1..0 x remediations(B)=2..3")
    assert (first.knob.text, second.knob.text) == ("officers(瑞金)", "remediations(B)")


@pytest.mark.parametrize(
    "text",
    [
        "officers(a)",
        "officers(a)=2..1",
        "officers(a)=x",
        "officers(a)=0..1:0",
        "officers(a)=0..999",
        "officers(a)=1..2 x heads(b)=1..2 x hours(c)=1..2",
        "officers(a)=-50..50 x heads(b)=0..50",
    ],
)
def test_what_is_no_sweep_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_sweep(text)


def test_requirements_in_both_languages_and_percent() -> None:
    wanted = (
        Requirement(Measure.POSTS, 1.0),
        Requirement(Measure.HOTSPOTS, 0.9),
        Requirement(Measure.REMEDIATIONS, 2),
    )
    assert parse_requirements("posts=1.0, hotspots>=0.9, remediations>=2") == wanted
    assert parse_requirements("固定岗=100%、热点≥90%、联动整治>=2") == wanted


@pytest.mark.parametrize(
    "text", ["", "moon>=1", "posts", "posts=2", "remediations>=1.5", "posts=1, posts=0.5", "posts=1.1.1"]
)
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_requirements(text)


def test_the_minimum_counts_officers_of_one_squad() -> None:
    scenario = small_brigade()
    assert len(counted(scenario, parse_knob("officers(WT)"))) == 6
    assert len(counted(scenario, parse_knob("officers(WT, enforcement)"))) == 5
    for wrong in ("heads(A)", "officers(??)"):
        with pytest.raises(CellError):
            counted(scenario, parse_knob(wrong))
