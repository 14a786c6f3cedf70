"""S17: a standing joint presence over the holidays has its people."""

from datetime import time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s17_standing_presence import StandingPresence
from domain.roster import Duty, Roster
from domain.scenario import Hotspot, Presence, Scenario
from domain.words import DutyKind
from scheduler.build import build
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    agree,
    at,
    audited,
    both_seen,
    duty_rows,
    officer,
    shift_rows,
    tiny,
    worked,
)

RULE = StandingPresence()
DAY = timedelta(days=1)
SPOT = Hotspot(id="H", name="新开河路", squads=("A", "B"))
STAND = Presence(
    id="V",
    hotspot="H",
    squads=("A", "B"),
    first=MONDAY,
    end=MONDAY + DAY,
    start=time(16),
    length=timedelta(hours=4),
    heads=2,
)


def stood(who: str, start: str = "16:00", end: str = "20:00", *, place: str = "V") -> Duty:
    start_at, end_at = at(MONDAY, start), at(MONDAY, end)
    return Duty(officer=who, day=MONDAY, start=start_at, end=end_at, kind=DutyKind.PRESENCE, place=place)


def evening(*duties: Duty, presence: Presence = STAND) -> int | None:
    """Return the verdict on one evening with late shifts for 1 (A) and 2 (B), a middle shift for 3 (B)."""
    people = [officer("1"), officer("2", "B"), officer("3", "B", certified=False)]
    scenario = tiny(people, count=1, hotspots=(SPOT,), presences=(presence,), shifts=(EARLY, MIDDLE, LATE))
    shifts = worked(scenario, {"1": "L", "2": "L", "3": "M"})
    return agree(RULE, scenario, Roster(shifts=shifts, duties=duties))


def test_one_of_each_squad_makes_two() -> None:
    assert evening(stood("1"), stood("2")) == 0


def test_nobody_there_misses_all() -> None:
    assert evening() == 480


def test_one_there_misses_one() -> None:
    assert evening(stood("1")) == 240


def test_it_needs_no_certificate_and_ends_with_the_shift() -> None:
    assert evening(stood("1"), stood("3", end="18:00")) == 120


def test_only_within_its_dates() -> None:
    later = STAND.model_copy(update={"first": MONDAY + DAY, "end": MONDAY + 3 * DAY})
    before = STAND.model_copy(update={"first": MONDAY - 2 * DAY, "end": MONDAY})
    assert evening(presence=later) == 0
    assert evening(presence=before) == 0
    assert evening(presence=STAND.model_copy(update={"first": MONDAY - DAY})) == 480


def test_other_squads_strangers_and_other_places_do_not_count() -> None:
    alone = STAND.model_copy(update={"squads": ("A",)})
    scenario = tiny([officer("1"), officer("2", "B")], count=1, hotspots=(SPOT,), presences=(alone,))
    duties = (stood("2"), stood("ghost"), stood("1", place="elsewhere"))
    assert audited(RULE, scenario, Roster(duties=duties)) == 480


def test_a_part_counts_its_own_squads_only() -> None:
    scenario = tiny([officer("1"), officer("2", "B"), officer("3", "C")], hotspots=(SPOT,), presences=(STAND,))
    assert len(build(scenario, [RULE], squads=["B"]).terms["S17"]) == 1
    assert build(scenario, [RULE], squads=["C"]).terms["S17"] == []


def test_names_squads_place_date_and_hours() -> None:
    scenario = tiny([officer("1"), officer("2", "B")], count=1, hotspots=(SPOT,), presences=(STAND,))
    (finding,) = RULE.audit(scenario, Roster(duties=(stood("1"), stood("2", end="19:30"))))
    assert finding.amount == 30
    assert all(word in finding.text.zh for word in ("squad A", "squad B", "10-12", "新开河路", "19:30-20:00 缺 1 人"))
    assert all(word in finding.text.en for word in ("squad A", "squad B", "10-12", "19:30-20:00 1 missing"))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Two squads with shifts of their own and up to two presences of either or both."""
    presences = [
        Presence(
            id=f"V{n}",
            hotspot="H",
            squads=draw(st.sampled_from([("A", "B"), ("B", "A"), ("B",)])),
            first=MONDAY + DAY * draw(st.integers(-1, 1)),
            end=MONDAY + DAY * draw(st.integers(1, 3)),
            start=time(draw(st.integers(8, 21)), draw(st.sampled_from([0, 30]))),
            length=timedelta(minutes=45 * draw(st.integers(1, 4))),
            heads=draw(st.integers(0, 3)),
        )
        for n in range(draw(st.integers(1, 2)))
    ]
    shifts = (EARLY, LATE.model_copy(update={"squads": ("A",)}), MIDDLE.model_copy(update={"squads": ("B",)}))
    people = [officer("1"), officer("2", certified=False), officer("3", "B")]
    return tiny(people, count=2, hotspots=(SPOT,), presences=tuple(presences), shifts=shifts)


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        duties = data.draw(duty_rows(scenario, shifts, keen=data.draw(st.booleans())))
        seen.append(agree(RULE, scenario, Roster(shifts=shifts, duties=duties)))

    run()
    assert all(both_seen(seen))
