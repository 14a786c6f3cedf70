"""R13: enough squads, certified people from each, a leader of the host in command."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.base import Candidate
from constraints.r13_taking_part import TakingPart
from domain.roster import Remediation, Roster
from domain.scenario import Designated, Officer, Scenario, Squad
from domain.words import Rank, RemediationKind, SquadKind
from scheduler.build import variables
from scheduler.candidates import list_candidates
from tests.constraints.joint import HOUR, candidate, group, holding, hotspot, joint, on
from tests.constraints.kit import agree, both_seen, officer, remediation_rows

RULE = TakingPart()
SQUADS = (
    *(Squad(id=s, name=f"squad {s}", kind=SquadKind.STREET) for s in "ABC"),
    Squad(id="M", name="mobile", kind=SquadKind.MOBILE),
)
PEOPLE = (
    officer("a", "A", rank=Rank.LEADER, name="张伟"),
    officer("a2", "A"),
    officer("a3", "A", certified=False),
    officer("b", "B", rank=Rank.DEPUTY),
    officer("b2", "B"),
    officer("c", "C", rank=Rank.LEADER),
    officer("c2", "C"),
    officer("m", "M", certified=False),
)


def world(people: tuple[Officer, ...] = PEOPLE, **more: Any) -> Scenario:
    return joint(people, squads=SQUADS, **more)


def order(**more: Any) -> Designated:
    values = {
        "group": "G",
        "hotspot": "H",
        "first": on(0),
        "end": on(1),
        "start": None,
        "length": HOUR,
        "squads": ("A", "C"),
        "heads": 2,
        "vehicles": 0,
    } | more
    return Designated(id="D", **values)


def ordered(**more: Any) -> Candidate:
    return candidate(squads=("A", "C"), helpers=("M",), kind=RemediationKind.DESIGNATED, designated="D", **more)


def held(c: Candidate, people: str, **more: Any) -> Roster:
    return Roster(remediations=(holding(c, *people.split(), **more),))


@pytest.mark.parametrize(
    ("people", "verdict"),
    [
        ("a a2 b b2", 0),
        ("a a2 a3 b b2 m", 0),  # helpers need no certificate
        ("a a2", None),  # one squad
        ("a a2 m", None),  # mobile squads do not count
        ("a a2 b", None),  # one certified officer of B
        ("a a3 b b2", None),
        ("b b2 a a2", None),  # the commander is the deputy of B, see below
    ],
)
def test_squads_and_certificates(people: str, verdict: int | None) -> None:
    c = candidate(helpers=("M",))
    roster = held(c, people)
    if people.startswith("b"):
        assert [f.where.officer for f in RULE.audit(world(), roster)] == ["b"]
    else:
        assert agree(RULE, world(), roster, [c]) == verdict


def test_the_host_needs_a_leader_there() -> None:
    c, scenario = candidate(), world((*PEOPLE, officer("a4", "A")))
    assert agree(RULE, scenario, held(c, "a2 a4 b b2"), [c]) is None
    assert agree(RULE, scenario, held(c, "a a4 b b2"), [c]) == 0
    assert agree(RULE, world(), Roster(), [c]) == 0  # nothing is asked of what is not held


def test_nobody_joins_what_is_not_there() -> None:
    c = candidate()
    assert agree(RULE, world(), held(c, ""), [c]) is None


@pytest.mark.parametrize(
    ("people", "more", "faults"),
    [
        ("a a2 b b2", {}, 0),
        ("a a2 b b2", {"commander": "a2"}, 1),  # no leader
        ("a a2 b b2", {"commander": "b"}, 1),  # not of the host
        ("a2 b b2", {"commander": "a"}, 2),  # not there; and A has one certified officer
        ("a a2 b b2", {"commander": "?"}, 1),
        ("a a2 b b2 c c2", {}, 1),  # C is a stranger
        ("a a2 a b b2 ?", {}, 0),  # a name twice is one person, and R01 reports unknown ids
        ("b b2 a a2", {"host": "B"}, 1),  # the place is not B's
    ],
)
def test_hand_edited_rosters(people: str, more: dict[str, str], faults: int) -> None:
    assert len(list(RULE.audit(world(), held(candidate(), people, **more)))) == faults


def test_a_group_without_the_places_squads_hosts_itself() -> None:
    scenario = world(hotspots=(hotspot("H", "C"),))
    assert list(RULE.audit(scenario, held(candidate(), "a a2 b b2"))) == []
    assert list(RULE.audit(scenario, held(candidate(), "a a2 b b2", group="?", hotspot="?"))) == []


def test_the_least_number_of_squads_is_a_parameter() -> None:
    every, three = "a a2 b b2 c c2", group(members=("A", "B", "C"))
    for need, people, verdict in ((3, every, 0), (3, "a a2 b b2", None), (2, "a a2 b b2", 0), (2, "a a2", None)):
        scenario = world(groups=(three,), policy={"R13.squads": need})
        c = candidate(squads=("A", "B", "C"), need_squads=need)
        assert agree(RULE, scenario, held(c, people), [c]) == verdict, (need, people)


def test_candidates_ask_for_as_many_squads_as_the_parameter_says() -> None:
    three = group(members=("A", "B", "C"))
    for policy, need in (({}, 3), ({"R13.squads": 2}, 2), ({"R13.squads": 9}, 3)):
        assert {c.need_squads for c in list_candidates(world(groups=(three,), policy=policy))} == {need}


@pytest.mark.parametrize(
    ("people", "commander", "verdict"),
    [
        ("a a2 c c2", None, 0),  # a squad of another group, by order
        ("a a2 c c2 m", None, 0),
        ("a a2 m", None, None),
        ("c a a2 c2", "c", 0),  # the brigade names a leader who is not of the host
        ("a a2 c2 c", "m", None),
        ("m a a2 c c2", "m", 0),
        ("b a a2 c c2", "b", 0),  # of a squad that does not take part: needs no certified pair there
        ("b2 a a2 c c2", "b2", 0),
    ],
)
def test_orders(people: str, commander: str | None, verdict: int | None) -> None:
    scenario, c = world(designated=(order(commander=commander),)), ordered(commander=commander)
    assert agree(RULE, scenario, held(c, people), [c]) == verdict


@pytest.mark.parametrize(
    ("held", "join", "sends", "possible"),
    [(1, 1, 1, True), (1, 1, 0, False), (1, 0, 1, False), (0, 0, 1, False), (0, 0, 0, True), (0, 1, 1, False)],
)
def test_a_squad_sends_if_and_only_if_somebody_joins(held: int, join: int, sends: int, possible: bool) -> None:
    scenario, c = world(), candidate(helpers=("M",))
    model = variables(scenario, candidates=[c])
    list(RULE.post(model, scenario))
    for value, wanted in ((model.held[c.id], held), (model.joins["m", c.id], join), (model.sends["M", c.id], sends)):
        model.cp.add(value == wanted)
    assert cp_model.CpSolver().solve(model.cp) == (cp_model.OPTIMAL if possible else cp_model.INFEASIBLE)


def test_names_squad_people_and_numbers() -> None:
    (finding,) = RULE.audit(world(), held(candidate(), "a a3 b b2"))
    assert finding.amount == 1
    assert all(word in finding.text.zh for word in ("squad A", "张伟", "10-12 10:00", "street H", "至少要 2 人"))


def commanded(scenario: Scenario, r: Remediation) -> Remediation:
    """Let a leader of the host command if one is there, as the naming of roles does."""
    people = [scenario.officer_by_id[p] for p in r.participants]
    return r.model_copy(
        update={"commander": next((p.id for p in people if p.squad == r.host and p.leads), people[0].id)}
    )


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        people = tuple(
            officer(
                str(n),
                squad,
                certified=data.draw(st.integers(0, 3)) > 0,
                rank=data.draw(st.sampled_from([Rank.LEADER, Rank.DEPUTY, Rank.MEMBER])),
            )
            for n, squad in enumerate("AABBM")
        )
        scenario = world(people, policy={"R13.certified": data.draw(st.integers(0, 2))})
        chosen = [candidate(helpers=("M",))]
        rows = [commanded(scenario, r) for r in data.draw(remediation_rows(scenario, chosen))]
        seen.append(agree(RULE, scenario, Roster(remediations=tuple(rows)), chosen))

    run()
    assert all(both_seen(seen))
