"""S11: two squads do not visit one hotspot in the same window without a plan."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from constraints.s11_border_overlap import BorderOverlap
from domain.calendar import EVERY_DAY
from domain.roster import Roster, Visits
from domain.scenario import Hotspot, HotspotHours, Scenario
from domain.words import BorderKind
from scheduler.build import build
from tests.constraints.kit import MONDAY, agree, at, audited, both_seen, officer, tiny, visit_rows

RULE = BorderOverlap()
PEOPLE = [officer("1"), officer("2", "B"), officer("3", "C")]
MORNING = HotspotHours(days=EVERY_DAY, start=time(8), length=timedelta(hours=4), weight=3)
EVENING = HotspotHours(days=EVERY_DAY, start=time(18), length=timedelta(hours=1), weight=5)


def spot(squads: tuple[str, ...], hid: str = "H") -> Hotspot:
    return Hotspot(id=hid, name=f"热点 {hid}", squads=squads, border=BorderKind.SQUADS, hours=(MORNING, EVENING))


def made(squad: str, start: str = "08:00", count: int = 1, days_on: int = 0) -> Visits:
    return Visits(squad=squad, hotspot="H", start=at(MONDAY + timedelta(days=days_on), start), count=count)


BORDER = spot(("A", "B", "C"))


@pytest.mark.parametrize(
    ("visits", "extra"),
    [
        ((), 0),
        ((made("A"),), 0),
        ((made("A", count=2),), 0),
        ((made("A"), made("B")), 1),
        ((made("A"), made("B", count=2)), 1),
        ((made("A"), made("B"), made("C")), 2),
        ((made("A"), made("B", "18:00")), 0),
        ((made("A", "18:00"), made("B", "18:00")), 1),  # where one visit is wanted
        ((made("A"), made("B", days_on=1)), 0),
        ((made("A"), made("B"), made("A", days_on=1), made("C", days_on=1)), 2),
    ],
)
def test_table(visits: tuple[Visits, ...], extra: int) -> None:
    assert agree(RULE, tiny(PEOPLE, hotspots=(BORDER,)), Roster(visits=visits)) == extra


@pytest.mark.parametrize(("theirs", "mine", "extra"), [(0, 1, 0), (2, 0, 0), (2, 1, 1)])
def test_a_squad_outside_the_part_counts(theirs: int, mine: int, extra: int) -> None:
    scenario = tiny(PEOPLE, count=1, hotspots=(spot(("A", "B")),))
    frozen = Roster(visits=(made("B", count=theirs),) if theirs else ())
    built = build(scenario, [RULE], squads=["A"], frozen=frozen)
    for (squad, window), count in built.model.visits.items():
        if squad == "A":
            built.model.cp.add(count == (mine if window.start == at(MONDAY, "08:00") else 0))
    built.model.cp.minimize(sum(term.amount for term in built.terms["S11"]))
    solver = cp_model.CpSolver()
    assert solver.solve(built.model.cp) == cp_model.OPTIMAL
    assert solver.objective_value == extra


def test_strangers_and_visits_at_no_window_do_not_count() -> None:
    visits = (made("A"), made("ghost"), made("A", "09:00"), made("B", "09:00"), made("C", count=0))
    elsewhere = Visits(squad="A", hotspot="ghost", start=at(MONDAY, "08:00"), count=1)
    assert audited(RULE, tiny(PEOPLE, hotspots=(BORDER,)), Roster(visits=(*visits, elsewhere))) == 0


def test_names_squads_place_date_and_hours() -> None:
    scenario = tiny(PEOPLE, count=1, hotspots=(BORDER,))
    (finding,) = RULE.audit(scenario, Roster(visits=(made("A"), made("C"))))
    assert all(w in finding.text.zh for w in ("squad A、squad C", "10-12 08:00-12:00", "热点 H"))
    assert all(w in finding.text.en for w in ("squad A, squad C", "10-12 08:00-12:00", "热点 H"))
    assert finding.points == 2


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Two hotspots of one to three squads."""
    owners = st.sampled_from([("A",), ("A", "B"), ("C", "B"), ("A", "B", "C")])
    return tiny(PEOPLE, count=2, hotspots=(spot(draw(owners)), spot(draw(owners), "I")))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        seen.append(agree(RULE, scenario, Roster(visits=data.draw(visit_rows(scenario)))))

    run()
    assert all(both_seen(seen))
