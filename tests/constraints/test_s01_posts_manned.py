"""S01: fixed posts are manned in their hours."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.s01_posts_manned import PostsManned
from domain.calendar import EVERY_DAY, DayRule
from domain.roster import Duty, Roster
from domain.scenario import Post, Scenario
from domain.words import DutyKind
from tests.constraints.kit import (
    EARLY,
    LATE,
    MIDDLE,
    MONDAY,
    NIGHT,
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

RULE = PostsManned()
GATE = Post(id="P", name="南门", squad="A", heads=1, start=time(7), length=timedelta(hours=2), days=EVERY_DAY)


def standing(who: str, start: str, end: str, *, kind: DutyKind = DutyKind.POST, place: str = "P") -> Duty:
    return Duty(officer=who, day=MONDAY, start=at(MONDAY, start), end=at(MONDAY, end), kind=kind, place=place)


def one_day(post: Post = GATE, rows: dict[str, str] | None = None, duties: tuple[Duty, ...] = ()) -> int | None:
    """Return what model and audit say of one day with two officers of squad A."""
    scenario = tiny(count=1, posts=(post,), shifts=(EARLY, MIDDLE, LATE))
    return agree(RULE, scenario, Roster(shifts=worked(scenario, rows or {}), duties=duties))


def test_manned_for_all_hours_costs_nothing() -> None:
    assert one_day(rows={"1": "E"}, duties=(standing("1", "07:00", "09:00"),)) == 0


def test_nobody_on_shift_misses_everything() -> None:
    assert one_day() == 120


def test_patrol_does_not_man_the_post() -> None:
    assert one_day(rows={"1": "E"}, duties=(standing("1", "06:30", "14:30", kind=DutyKind.PATROL),)) == 120


def test_each_missing_head_counts() -> None:
    pair = GATE.model_copy(update={"heads": 2})
    assert one_day(pair, {"1": "E"}, (standing("1", "07:00", "09:00"),)) == 120


def test_a_third_person_makes_up_for_nothing() -> None:
    long = GATE.model_copy(update={"length": timedelta(hours=8), "start": time(9)})
    both = (standing("1", "09:00", "10:00"), standing("2", "09:00", "10:00"))
    assert one_day(long, {"1": "E", "2": "E"}, both) == 7 * 60


def test_hours_no_shift_covers_are_missing() -> None:
    before = GATE.model_copy(update={"start": time(6), "length": timedelta(hours=1)})
    assert one_day(before, {"1": "E"}, (standing("1", "06:30", "07:00"),)) == 30


def test_overlapping_posts_are_counted_apart() -> None:
    north = GATE.model_copy(update={"id": "Q", "name": "北门", "start": time(8)})
    scenario = tiny(count=1, posts=(GATE, north))
    there = (standing("1", "07:00", "08:00"), standing("1", "08:00", "10:00", place="Q"))
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "E"}), duties=there)) == 60


def test_needs_no_one_on_days_it_does_not_run() -> None:
    assert one_day(GATE.model_copy(update={"days": DayRule(weekdays=(1,))})) == 0


def test_a_night_post_passes_midnight() -> None:
    night = GATE.model_copy(update={"start": time(23), "length": timedelta(hours=3), "heads": 2})
    scenario = tiny(count=1, posts=(night,), shifts=(EARLY, NIGHT))
    watch = standing("1", "23:00", "23:30").model_copy(update={"end": at(MONDAY + timedelta(days=1), "02:00")})
    assert agree(RULE, scenario, Roster(shifts=worked(scenario, {"1": "N"}), duties=(watch,))) == 180


@pytest.mark.parametrize("who", ["2", "ghost"])
def test_a_stranger_or_someone_of_another_squad_does_not_man_it(who: str) -> None:
    scenario = tiny([officer("1"), officer("2", "B")], count=1, posts=(GATE,))
    assert audited(RULE, scenario, Roster(duties=(standing(who, "07:00", "09:00"),))) == 120


def test_entered_twice_is_still_one_person() -> None:
    scenario = tiny(count=1, posts=(GATE.model_copy(update={"heads": 2}),))
    twice = (standing("1", "07:00", "09:00"), standing("1", "08:00", "10:00"))
    assert audited(RULE, scenario, Roster(duties=twice)) == 120


def test_names_squad_post_date_and_hours() -> None:
    scenario = tiny(count=1, posts=(GATE,))
    (finding,) = RULE.audit(scenario, Roster(duties=(standing("1", "07:00", "08:15"),)))
    assert all(word in finding.text.zh for word in ("squad A", "10-12", "南门", "08:15-09:00 缺 1 人"))
    assert all(word in finding.text.en for word in ("squad A", "10-12", "南门", "08:15-09:00 1 missing"))
    assert (finding.where.place, finding.where.start) == ("P", at(MONDAY, "08:15"))
    assert finding.points == 45 / 60 * 30


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Two officers, up to three posts on the half hour, night shifts and a second squad now and then."""
    half_hours = st.integers(1, 8).map(lambda n: timedelta(minutes=30 * n))
    posts = [
        Post(
            id=f"P{n}",
            name=f"post {n}",
            squad=draw(st.sampled_from(["A", "A", "B"])),
            heads=draw(st.integers(0, 2)),
            start=time(draw(st.integers(5, 23)), draw(st.sampled_from([0, 30]))),
            length=draw(half_hours),
            days=draw(st.sampled_from([EVERY_DAY, DayRule(weekdays=(0,))])),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    people = [officer("1"), officer("2"), officer("3", "B")]
    return tiny(people, count=2, posts=tuple(posts), shifts=draw(st.sampled_from([(EARLY, LATE), (MIDDLE, NIGHT)])))


def test_model_equals_audit() -> None:
    seen = []

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        scenario = data.draw(scenarios())
        shifts = data.draw(shift_rows(scenario))
        roster = Roster(shifts=shifts, duties=data.draw(duty_rows(scenario, shifts)))
        seen.append(agree(RULE, scenario, roster))

    run()
    assert all(both_seen(seen))
