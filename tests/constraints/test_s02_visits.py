"""S02: hotspots get the visits they ask for, and no squad promises more than its patrols can make."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.base import Candidate
from constraints.s02_visits import HotspotVisits
from domain.calendar import EVERY_DAY, DayRule
from domain.roster import Duty, Remediation, Roster, Visits
from domain.scenario import Hotspot, HotspotHours, PastShift, Post, Scenario
from domain.words import BorderKind, DutyKind, Severity
from scheduler.build import build
from tests.constraints.kit import (
    EARLY,
    LATE,
    MONDAY,
    NIGHT,
    agree,
    at,
    audited,
    both_seen,
    duty_rows,
    least_penalty,
    officer,
    shift_rows,
    tiny,
    visit_rows,
    worked,
)

RULE = HotspotVisits()


def hours(start: str, length_h: float, weight: int = 3, days: DayRule = EVERY_DAY) -> HotspotHours:
    return HotspotHours(days=days, start=time.fromisoformat(start), length=timedelta(hours=length_h), weight=weight)


def spot(*rows: HotspotHours, hid: str = "H", squads: tuple[str, ...] = ("A",), **more: object) -> Hotspot:
    return Hotspot(id=hid, name=f"热点 {hid}", squads=squads, hours=rows, **more)


def duty(who: str, start: str, end: str, kind: DutyKind = DutyKind.PATROL, place: str | None = None) -> Duty:
    return Duty(officer=who, day=MONDAY, start=at(MONDAY, start), end=at(MONDAY, end), kind=kind, place=place)


def made(start: str, count: int, squad: str = "A", hotspot: str = "H") -> Visits:
    return Visits(squad=squad, hotspot=hotspot, start=at(MONDAY, start), count=count)


EARLIES = {"1": "E", "2": "E"}
OUT = (duty("1", "06:30", "14:30"), duty("2", "06:30", "14:30"))
MORNING = spot(hours("08:00", 6))
"""Weight 3, three visits wanted: one every two hours."""


def day(*visits: Visits, hotspots: tuple[Hotspot, ...] = (MORNING,), second: bool = True) -> int | None:
    """Return the verdict on one early shift on patrol of 1 and 2 (certified, or not)."""
    scenario = tiny([officer("1"), officer("2", certified=second)], count=1, hotspots=hotspots)
    return agree(RULE, scenario, Roster(shifts=worked(scenario, EARLIES), duties=OUT, visits=visits))


@pytest.mark.parametrize(("count", "amount"), [(3, 0), (2, 300), (1, 300 + 600), (0, 300 + 600 + 900)])
def test_the_nth_missing_visit_costs_n_times_the_weight(count: int, amount: int) -> None:
    assert day(made("08:00", count)) == amount


@pytest.mark.parametrize(("border", "amount"), [(BorderKind.SQUADS, 450), (BorderKind.DISTRICT, 300)])
def test_a_border_of_squads_counts_half_as_much_again(border: BorderKind, amount: int) -> None:
    assert day(hotspots=(spot(hours("08:00", 2), border=border),)) == amount


def test_a_certified_officer_and_an_assistant_are_a_pair() -> None:
    assert day(made("08:00", 3), second=False) == 0


def test_two_assistants_are_no_pair() -> None:
    people = [officer("1", certified=False), officer("2", certified=False)]
    scenario = tiny(people, count=1, hotspots=(MORNING,))
    assert (
        agree(RULE, scenario, Roster(shifts=worked(scenario, EARLIES), duties=OUT, visits=(made("08:00", 1),))) is None
    )


def test_a_lone_officer_supplies_nothing() -> None:
    scenario = tiny(count=1, hotspots=(MORNING,))
    roster = Roster(shifts=worked(scenario, {"1": "E"}), duties=OUT[:1], visits=(made("08:00", 1),))
    assert agree(RULE, scenario, roster) is None


def test_pairs_form_across_shifts() -> None:
    late = spot(hours("14:00", 0.5))
    scenario = tiny(count=1, hotspots=(late,))
    duties = (duty("1", "06:30", "14:30"), duty("2", "14:00", "22:00"))
    roster = Roster(shifts=worked(scenario, {"1": "E", "2": "L"}), duties=duties, visits=(made("14:00", 1),))
    assert agree(RULE, scenario, roster) == 0


@pytest.mark.parametrize(("minutes", "verdict"), [(24, None), (25, 0), (26, 0)])
def test_a_visit_takes_dose_and_travel(minutes: int, verdict: int | None) -> None:
    assert day(made("08:00", 1), hotspots=(spot(hours("08:00", minutes / 60)),)) == verdict


def test_windows_at_the_same_time_share_the_pair() -> None:
    both = (spot(hours("08:00", 0.5), hid="H"), spot(hours("08:00", 0.5), hid="I"))
    assert day(made("08:00", 1), hotspots=both) == 300
    assert day(made("08:00", 1), made("08:00", 1, hotspot="I"), hotspots=both) is None


def test_a_window_inside_another_is_served_first() -> None:
    both = (spot(hours("08:00", 1), hid="H"), spot(hours("08:15", 0.5), hid="I"))
    assert day(made("08:00", 1), made("08:15", 1, hotspot="I"), hotspots=both) == 0
    tight = (spot(hours("08:00", 0.75), hid="H"), spot(hours("08:15", 0.5), hid="I"))
    assert day(made("08:00", 1), made("08:15", 1, hotspot="I"), hotspots=tight) is None


def test_windows_that_only_touch_do_not_compete() -> None:
    both = (spot(hours("08:00", 0.5), hid="H"), spot(hours("08:30", 0.5), hid="I"))
    assert day(made("08:00", 1), made("08:30", 1, hotspot="I"), hotspots=both) == 0


def test_squads_of_a_border_hotspot_add_up_and_more_than_wanted_is_no_gain() -> None:
    shared = spot(hours("08:00", 4), squads=("A", "B"))
    people = [officer("1"), officer("2"), officer("3", "B"), officer("4", "B")]
    scenario = tiny(people, count=1, hotspots=(shared,))
    out = (*OUT, duty("3", "06:30", "14:30"), duty("4", "06:30", "14:30"))
    shifts = worked(scenario, dict.fromkeys("1234", "E"))
    for theirs, amount in ((0, 300), (1, 0), (2, 0)):
        visits = (made("08:00", 1), made("08:00", theirs, "B")) if theirs else (made("08:00", 1),)
        assert agree(RULE, scenario, Roster(shifts=shifts, duties=out, visits=visits)) == amount


@pytest.mark.parametrize(("squads", "amount"), [((), 300), (("A",), 0), (("B",), 0), (("A", "B"), 0)])
def test_either_squad_may_make_the_one_visit_wanted(squads: tuple[str, ...], amount: int) -> None:
    shared = spot(hours("08:00", 2), squads=("A", "B"))
    people = [officer("1"), officer("2"), officer("3", "B"), officer("4", "B")]
    scenario = tiny(people, count=1, hotspots=(shared,))
    out = (*OUT, duty("3", "06:30", "14:30"), duty("4", "06:30", "14:30"))
    visits = tuple(made("08:00", 1, squad) for squad in squads)
    shifts = worked(scenario, dict.fromkeys("1234", "E"))
    assert agree(RULE, scenario, Roster(shifts=shifts, duties=out, visits=visits)) == amount


def test_a_squad_outside_the_part_counts_as_given() -> None:
    shared = spot(hours("08:00", 4), squads=("A", "B"))
    scenario = tiny([officer("1"), officer("2", "B")], count=1, hotspots=(shared,))
    for given_count, amount in ((1, 300), (2, 0)):
        frozen = Roster(visits=(made("08:00", given_count, "B"),))
        built = build(scenario, [RULE], squads=["A"], frozen=frozen)
        window = scenario.open_windows("H", MONDAY)[0]
        built.model.cp.add(built.model.visits["A", window] == 0)
        (term,) = built.terms["S02"]
        built.model.cp.minimize(term.amount)
        assert _least(built.model.cp) == amount


def _least(cp: object) -> int:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    assert solver.solve(cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def test_people_at_a_remediation_do_not_patrol() -> None:
    where = spot(hours("08:00", 2))
    scenario = tiny(count=1, hotspots=(where,))
    start, end = at(MONDAY, "08:00"), at(MONDAY, "10:00")
    candidate = Candidate("R", "G", "H", "A", start, end, ("A",), (), 1, 2, 0)
    held = Remediation(
        id="R", group="G", hotspot="H", start=start, end=end, host="A", lead="A", commander="1", participants=("1",)
    )
    duties = (
        duty("1", "06:30", "08:00"),
        duty("1", "08:00", "10:00", DutyKind.REMEDIATION, "R"),
        duty("1", "10:00", "14:30"),
        OUT[1],
    )
    roster = Roster(shifts=worked(scenario, EARLIES), duties=duties, visits=(made("08:00", 1),), remediations=(held,))
    assert agree(RULE, scenario, roster, [candidate]) is None


def test_holding_supplies_visits_like_patrol() -> None:
    scenario = tiny(count=1, hotspots=(spot(hours("06:30", 8)),))
    duties = (duty("1", "06:30", "14:30", DutyKind.HOLDING, "H"), OUT[1])
    roster = Roster(shifts=worked(scenario, EARLIES), duties=duties, visits=(made("06:30", 4),))
    assert audited(RULE, scenario, roster) == least_penalty([RULE], scenario, roster) == 0


def test_a_promise_beyond_the_pairs_names_squad_date_and_time() -> None:
    scenario = tiny(count=1, hotspots=(spot(hours("08:00", 2), visit_every=timedelta(minutes=20)),))
    finding, short = RULE.audit(
        scenario, Roster(shifts=worked(scenario, EARLIES), duties=OUT, visits=(made("08:00", 5),))
    )
    assert (finding.severity, finding.amount, finding.points) == (Severity.HARD, 1, 0)
    assert all(w in finding.text.zh for w in ("squad A", "10-12 08:00-10:00", "热点 H", "5 次", "只够 4 次"))
    assert all(w in finding.text.en for w in ("squad A", "10-12 08:00-10:00", "热点 H", "5 visits", "for 4"))
    assert "应到点 6 次,排到 5 次" in short.text.zh
    assert "6 visits wanted, 5 made" in short.text.en


@pytest.mark.parametrize("visit", [made("08:30", 1), made("08:00", 1, "B")])
def test_visits_at_no_window_or_by_another_squad_are_a_breach(visit: Visits) -> None:
    scenario = tiny([officer("1"), officer("2"), officer("3", "B")], count=1, hotspots=(MORNING,))
    findings = list(RULE.audit(scenario, Roster(shifts=worked(scenario, EARLIES), duties=OUT, visits=(visit,))))
    assert [f.severity for f in findings] == [Severity.SHORTFALL, Severity.HARD]
    assert visit.squad == findings[1].where.squad


def test_unknown_squads_and_hotspots_are_left_to_r01() -> None:
    scenario = tiny(count=1, hotspots=(MORNING,))
    strange = (made("08:00", 3, "ghost"), made("08:00", 3, hotspot="ghost"))
    assert audited(RULE, scenario, Roster(visits=strange)) == 1800


def test_entered_twice_is_still_one_person_on_patrol() -> None:
    scenario = tiny(count=1, hotspots=(MORNING,))
    twice = (OUT[0], OUT[0].model_copy(update={"start": at(MONDAY, "07:00")}))
    assert audited(RULE, scenario, Roster(duties=twice, visits=(made("08:00", 1),))) is None


def test_last_months_night_shift_does_not_patrol_today() -> None:
    dawn = spot(hours("05:00", 1))
    before_six = EARLY.model_copy(update={"start": time(5)})
    past = tuple(PastShift(officer=who, date=MONDAY - timedelta(days=1), shift="N") for who in "12")
    scenario = tiny(count=1, hotspots=(dawn,), shifts=(before_six, NIGHT), past_shifts=past)
    assert agree(RULE, scenario, Roster(visits=(made("05:00", 1),))) is None


def test_windows_past_midnight_belong_together() -> None:
    tomorrow = MONDAY + timedelta(days=1)
    night = spot(hours("23:45", 0.5), hid="H")
    after = spot(hours("00:00", 0.25), hid="I")
    scenario = tiny(count=2, hotspots=(night, after), shifts=(EARLY, NIGHT))
    end = datetime.combine(tomorrow, time(6, 30))
    watch = [duty(who, "22:00", "23:00").model_copy(update={"end": end}) for who in "12"]
    shifts = worked(scenario, {"1": "N-", "2": "N-"})
    policy = {"S02.dose": timedelta(minutes=15), "S02.travel": timedelta(0)}
    scenario = scenario.model_copy(update={"policy": policy})
    one = Visits(squad="A", hotspot="I", start=at(tomorrow, "00:00"), count=1)
    roster = Roster(shifts=shifts, duties=tuple(watch), visits=(made("23:45", 1), one))
    assert agree(RULE, scenario, roster) is not None
    longer = scenario.model_copy(update={"policy": {"S02.dose": timedelta(minutes=16), "S02.travel": timedelta(0)}})
    assert agree(RULE, longer, roster) is None


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Three officers of A and two of B, up to three hotspots, a post that takes people off patrol."""
    certified = draw(st.lists(st.booleans(), min_size=5, max_size=5))
    people = [officer(f"{n}", "A" if n < 3 else "B", certified=c) for n, c in enumerate(certified)]
    people[0] = people[0].model_copy(
        update={"barred_duties": draw(st.sampled_from([(), (), (DutyKind.PATROL,), (DutyKind.POST,)]))}
    )
    spots = []
    for n in range(draw(st.integers(1, 3))):
        start = time(draw(st.integers(6, 15)), draw(st.sampled_from([0, 30])))
        first = hours(start.isoformat(), draw(st.sampled_from([0.25, 0.5, 1, 1, 2])), draw(st.integers(1, 10)))
        later = hours("16:00", 1, draw(st.integers(1, 10)), DayRule(weekdays=draw(st.sampled_from([(), (0,)]))))
        spots.append(
            spot(
                *draw(st.sampled_from([(first,), (first, later)])),
                hid=f"H{n}",
                squads=draw(st.sampled_from([("A",), ("A",), ("A", "B")])),
                border=draw(st.sampled_from([BorderKind.NONE, BorderKind.SQUADS, BorderKind.DISTRICT])),
                visit_every=timedelta(minutes=draw(st.sampled_from([30, 45, 120]))),
            )
        )
    gate = Post(
        id="P",
        name="gate",
        squad="A",
        heads=1,
        start=time(draw(st.integers(7, 12))),
        length=timedelta(hours=2),
        days=EVERY_DAY,
    )
    policy = {"S02.dose": timedelta(minutes=draw(st.sampled_from([5, 15, 20]))), "S02.border_percent": 125}
    return tiny(people, count=1, hotspots=tuple(spots), posts=(gate,), shifts=(EARLY, LATE), policy=policy)


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        duties = data.draw(duty_rows(scenario, shifts))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=duties, visits=data.draw(visit_rows(scenario)))))

    run()
    assert all(both_seen(seen))
    assert any(said is None for said in seen)
    assert any(said is not None for said in seen)
