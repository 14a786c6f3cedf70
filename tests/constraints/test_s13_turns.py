"""S13: hosts and conveners take turns over the year."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s13_turns import TurnsOfSquads
from domain.roster import Roster
from domain.yearly import Turns
from tests.constraints.joint import candidate, holding, hotspot, joint, on
from tests.constraints.kit import agree, both_seen

RULE = TurnsOfSquads()
SPOTS = (hotspot("H", "A"), hotspot("I", "B"))


@pytest.mark.parametrize(
    ("hosted", "convened", "held", "over"),
    [
        ((0, 0), (0, 0), "A", 0),  # one more than the other is accepted; A convenes for the first time
        ((0, 0), (0, 0), "AA", 1),
        ((0, 2), (0, 1), "AA", 0),  # A makes up for last month
        ((3, 0), (0, 0), "", 2),
        ((3, 0), (0, 0), "B", 1),
        ((0, 0), (2, 0), "", 2),  # convened twice before and again now
    ],
)
def test_table(hosted: tuple[int, int], convened: tuple[int, int], held: str, over: int) -> None:
    turns = tuple(Turns(squad=s, hosted=hosted[n], convened=convened[n]) for n, s in enumerate("AB"))
    scenario = joint(hotspots=SPOTS, turns=turns)
    cs = [candidate(on(n)) if host == "A" else candidate(on(n), hotspot="I", host="B") for n, host in enumerate(held)]
    roster = Roster(remediations=tuple(holding(c, "1", "2") for c in cs))
    assert agree(RULE, scenario, roster, cs) == over


def test_a_squad_that_can_host_nowhere_has_no_turns() -> None:
    scenario = joint(turns=(Turns(squad="A", hosted=9),))
    assert agree(RULE, scenario, Roster()) == 0


def test_the_finding_names_both_squads_and_their_turns() -> None:
    scenario = joint(hotspots=SPOTS, turns=(Turns(squad="A", hosted=3),))
    (finding,) = RULE.audit(scenario, Roster())
    assert all(word in finding.text.zh for word in ("squad A", "squad B", "3", "0"))
    assert finding.points == 8


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        count = st.integers(0, 3)
        turns = tuple(Turns(squad=s, hosted=data.draw(count), convened=data.draw(count)) for s in "AB")
        scenario = joint(hotspots=SPOTS, turns=turns if data.draw(st.booleans()) else ())
        cs = [candidate(on(0)), candidate(on(1), hotspot="I", host="B"), candidate(on(2))]
        held = [c for c in cs if data.draw(st.booleans())]
        seen.append(agree(RULE, scenario, Roster(remediations=tuple(holding(c, "1", "2") for c in held)), cs))

    run()
    assert all(both_seen(seen))
