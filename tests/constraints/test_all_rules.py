"""What holds for every rule: ids, texts, prices, tests of its own; and that needless time boundaries change nothing."""

import inspect
import re
import sys
from collections import Counter
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import GRAIN, Rule, all_parameters, all_rules
from domain.calendar import EVERY_DAY
from domain.parameter import Parameter
from domain.roster import Roster
from domain.scenario import Desk, Hotspot, HotspotHours, Lock, Post, Presence, Scenario, Vehicle
from domain.words import DutyKind, LockKind, Severity, Text, VehicleKind
from scheduler.build import variables
from tests.constraints.joint import candidate, clock, joint
from tests.constraints.kit import (
    MONDAY,
    audited,
    duty_rows,
    least_penalty,
    officer,
    remediation_rows,
    shift_rows,
    tiny,
    visit_rows,
)

HERE = Path(__file__).parent
EXPECTED = {
    *(f"R{n:02}" for n in range(1, 21)),
    *(f"S{n:02}" for n in range(1, 22)),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def named(rule: Rule) -> str:
    return rule.id


every_rule = pytest.mark.parametrize("rule", all_rules(), ids=named)


# -- what a rule declares ---------------------------------------------------------------------------------------


def test_every_rule_is_there_once() -> None:
    ids = Counter(rule.id for rule in all_rules())
    assert EXPECTED - ids.keys() == set()
    assert set(ids.values()) == {1}


@every_rule
def test_file_and_docstring_carry_the_id(rule: Rule) -> None:
    module = sys.modules[type(rule).__module__]
    assert module.__name__.startswith(f"constraints.{rule.id.lower()}_")
    assert (module.__doc__ or "").startswith(f"{rule.id}: ")
    assert re.search(r"^(Model|Amount|Audit|Naming):", module.__doc__ or "", re.MULTILINE), "no formula"
    assert inspect.getdoc(type(rule))


def both_languages(text: Text) -> bool:
    return bool(CHINESE.search(text.zh)) and bool(text.en.strip()) and not CHINESE.search(text.en)


@every_rule
def test_texts_exist_in_both_languages(rule: Rule) -> None:
    assert both_languages(rule.title)
    for text in (rule.unit, *rule.units.values(), rule.source):
        assert text.zh.strip(), text
        assert both_languages(Text("中" + text.zh, text.en)), text
    assert set(rule.units) <= set(rule.prices)
    for parameter in rule.parameters:
        assert both_languages(parameter.text), parameter.key
        assert parameter.unit.zh.strip(), parameter.key
        assert parameter.unit.en.strip(), parameter.key


@every_rule
def test_what_is_not_hard_has_a_price_that_the_workbook_can_change(rule: Rule) -> None:
    scenario = tiny()
    declared = {p.key: p for p in rule.parameters}
    assert rule.severity is Severity.HARD or rule.prices
    assert set(rule.prices.values()) <= declared.keys()
    assert set(rule.per) <= set(rule.prices)
    for item, key in rule.prices.items():
        per = rule.per.get(item, 1)
        assert GRAIN % per == 0
        assert isinstance(declared[key].default, int)
        changed = scenario.model_copy(update={"policy": {f"{rule.id}.{key}": 7}})
        assert rule.price(changed, item) == 7 * GRAIN // per
        assert rule.price(scenario, item) == declared[key].default * GRAIN // per


@pytest.mark.parametrize(("rule_id", "parameter"), all_parameters(), ids=lambda v: getattr(v, "key", v))
def test_defaults_lie_within_their_bounds(rule_id: str, parameter: Parameter) -> None:
    for bound in (parameter.low, parameter.high):
        assert bound is None or type(bound) is type(parameter.default), rule_id
    if parameter.low is not None:
        assert not parameter.default < parameter.low
    if parameter.high is not None:
        assert not parameter.high < parameter.default


@every_rule
def test_an_empty_brigade_has_no_findings_and_no_terms(rule: Rule) -> None:
    bare = tiny().model_copy(update={"officers": (), "squads": ()})
    assert list(rule.post(variables(bare), bare)) == []
    assert list(rule.audit(bare, Roster())) == []


@every_rule
def test_its_property_test_saw_both_verdicts(rule: Rule) -> None:
    name = type(rule).__module__.removeprefix("constraints.")
    text = (HERE / f"test_{name}.py").read_text(encoding="utf-8")
    assert re.search(r"assert all\(both_seen\(|assert 0 in seen\n +assert any\(seen\)", text)
    assert "@given" in text


# -- cutting the day differently changes nothing ----------------------------------------------------------------

OVER_TIME = [rule for rule in all_rules() if rule.id in ("S01", "S02", "S03", "S16", "S17", "S18")]
PEOPLE = (officer("1"), officer("2"), officer("3", "B", certified=False), officer("4", "B"))


def spot(start: time, length: timedelta, weight: int, hid: str) -> Hotspot:
    rows = (HotspotHours(days=EVERY_DAY, start=start, length=length, weight=weight),)
    return Hotspot(id=hid, name=f"hotspot {hid}", squads=("A", "B"), hours=rows, visit_every=timedelta(hours=1))


def brigade() -> Scenario:
    """Two squads of two people with a need of every sort over one day."""
    morning, two = time(8), timedelta(hours=2)
    scenario = joint(
        PEOPLE,
        count=1,
        vehicles=(Vehicle(id="p", name="p", kind=VehicleKind.CAR),),
        posts=(Post(id="P", name="P", squad="A", heads=2, start=morning, length=two, days=EVERY_DAY),),
        desks=(Desk(id="D", name="D", squads=("A", "B"), start=time(9), length=two, days=EVERY_DAY),),
    )
    evening = {"start": time(19), "length": two, "heads": 2}
    stand = Presence(id="V", hotspot="K", squads=("A", "B"), first=MONDAY, end=MONDAY + timedelta(days=1), **evening)
    spots = (*scenario.hotspots, spot(time(8, 30), timedelta(hours=3), 4, "K"))
    return scenario.model_copy(update={"hotspots": spots, "presences": (stand,)})


def cut(scenario: Scenario, how: str, start: time, length: timedelta) -> Scenario:
    """Return the scenario with boundaries at ``start`` and ``length`` later that ask for nothing."""
    days = {"first": MONDAY, "end": MONDAY + timedelta(days=1)}
    more = {
        "post": ("posts", Post(id="Z", name="Z", squad="A", heads=0, start=start, length=length, days=EVERY_DAY)),
        "presence": (
            "presences",
            Presence(id="Z", hotspot="K", squads=("A", "B"), heads=0, start=start, length=length, **days),
        ),
        "hotspot": ("hotspots", spot(start, length, 0, "Z")),
        "lock": (
            "locks",
            Lock(
                id="Z",
                kind=LockKind.DUTY,
                date=MONDAY,
                officer="1",
                duty=DutyKind.PATROL,
                start=start,
                length=length,
            ),
        ),
    }
    name, record = more[how]
    return scenario.model_copy(update={name: (*getattr(scenario, name), record)})


@pytest.mark.parametrize("rule", OVER_TIME, ids=named)
def test_a_needless_boundary_changes_no_amount(rule: Rule) -> None:
    seen: list[int | None] = []

    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario, there = brigade(), [candidate(end=clock(0, "11:30"))]
        shifts = data.draw(shift_rows(scenario))
        held = data.draw(remediation_rows(scenario, there)) if rule.id == "S03" else ()
        duties = data.draw(duty_rows(scenario, shifts, there, held, keen=data.draw(st.booleans())))
        roster = Roster(shifts=shifts, duties=duties, remediations=held, visits=data.draw(visit_rows(scenario)))
        start = time(data.draw(st.integers(6, 20)), data.draw(st.sampled_from([0, 10, 45])))
        length = timedelta(minutes=data.draw(st.sampled_from([15, 70, 180])))
        finer = cut(scenario, data.draw(st.sampled_from(["post", "presence", "hotspot", "lock"])), start, length)
        before = least_penalty([rule], scenario, roster, there)
        assert before == least_penalty([rule], finer, roster, there) == audited(rule, finer, roster)
        seen.append(before)

    run()
    assert len(set(seen)) > 1, "every roster was judged alike"
