"""Who of a class takes which duty: heads are honoured, nobody is idle, and the model betters the greedy start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from constraints.base import Candidate, Task, all_rules
from domain.roster import Roster
from domain.scenario import Scenario
from domain.words import DutyKind, LockKind
from scheduler.audit import hard, points
from scheduler.build import periods_of
from scheduler.decided import Decided
from scheduler.finish import assemble, name_squad
from scheduler.naming import Namer, stretches
from scheduler.parts import NAMING
from tests.constraints.joint import candidate, clock, joint
from tests.constraints.kit import EARLY, LATE, NIGHT, officer, tiny
from tests.scheduler.kit import best, desk, filled, heads_of, lock, no_gaps, post, squads, working


@st.composite
def rostered(draw: st.DrawFn) -> tuple[Scenario, Decided]:
    """Draw a squad with the decisions of its optimum."""
    scenario = draw(squads())
    found = best(scenario)
    assume(found is not None)
    assert found is not None
    return scenario, found[1]


def heads_named(scenario: Scenario, roster: Roster, squad: str = "A") -> Counter[tuple[object, ...]]:
    """Return how many of each class the duties put on each task, period by period."""
    found: Counter[tuple[object, ...]] = Counter()
    group_of = {o.id: (o.force, o.certified, o.barred_duties) for o in scenario.officers}
    for duty in roster.duties:
        if duty.kind in (DutyKind.POST, DutyKind.DESK, DutyKind.PRESENCE):
            for period in periods_of(scenario, squad):
                if duty.start <= period.start and period.end <= duty.end:
                    found[group_of[duty.officer], period, duty.kind, duty.place] += 1
    return found


def heads_decided(known: Decided) -> Counter[tuple[object, ...]]:
    return Counter(
        {
            ((group.force, group.certified, group.barred), period, task.kind, task.place): n
            for (group, period, task), n in known.staff.items()
        }
    )


def audited(scenario: Scenario, roster: Roster, *ids: str) -> Iterator[object]:
    for rule in all_rules():
        if rule.id in ids:
            yield from rule.audit(scenario, roster)


# -- what always holds --------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(rostered())
def test_every_periods_heads_are_honoured_and_everybody_has_a_duty_at_every_moment(
    given_: tuple[Scenario, Decided],
) -> None:
    scenario, known = given_
    for rules in ((), NAMING):
        roster = assemble(scenario, known, (), name_squad(scenario, "A", known, (), rules))
        assert heads_named(scenario, roster) == heads_decided(known)
        assert no_gaps(scenario, roster)
        assert list(audited(scenario, roster, "R01")) == []


@settings(max_examples=20, deadline=None)
@given(rostered())
def test_names_change_nothing_that_the_first_stage_has_priced(given_: tuple[Scenario, Decided]) -> None:
    scenario, known = given_
    deciding = [rule.id for rule in all_rules() if rule not in NAMING]
    greedy = list(audited(scenario, assemble(scenario, known, ()), *deciding))
    named = assemble(scenario, known, (), name_squad(scenario, "A", known, (), NAMING))
    better = list(audited(scenario, named, *deciding))
    assert hard(greedy) == hard(better) == []  # type: ignore[arg-type]
    assert points(greedy) == points(better)  # type: ignore[arg-type]
    found = best(scenario)
    assert found is not None
    assert round(points(greedy) * 2400) == found[0]  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(rostered())
def test_the_model_is_never_worse_than_the_greedy_start(given_: tuple[Scenario, Decided]) -> None:
    scenario, known = given_
    days = [known.only(scenario, ("A",))]
    for part in days:
        namer = Namer(scenario, "A", part, ())
        for stretch in stretches(scenario, "A", part, periods_of(scenario, "A")):
            one = replace(part, shifts=frozenset((o.id, s) for o, s in stretch.on))
            one = replace(one, staff={k: n for k, n in part.staff.items() if k[1] in stretch.periods})
            greedy, named = (
                points(list(audited(scenario, assemble(scenario, one, (), duties), "S12", "S20")))  # type: ignore[arg-type]
                for duties in (name_squad(scenario, "A", one, ()), name_squad(scenario, "A", one, (), NAMING))
            )
            assert named <= greedy
            start = namer.greedy(stretch)
            assert set(namer.improved(stretch, start, NAMING)) == set(start)


# -- by hand ------------------------------------------------------------------------------------------------------


def busy() -> tuple[Scenario, Decided]:
    """Return two officers on the same shifts for four days and a post that one of them mans."""
    scenario = tiny([officer("1"), officer("2")], count=4, posts=(post("P"),))
    known = working(scenario, {"1": "EEEE", "2": "EEEE"})
    return scenario, replace(known, staff=filled(scenario, known, "A"))


def test_posts_go_round() -> None:
    scenario, known = busy()
    for rules in ((), NAMING):
        duties = name_squad(scenario, "A", known, (), rules)
        stood = Counter(d.officer for d in duties if d.kind is DutyKind.POST)
        assert stood == {"1": 2, "2": 2}


def test_whoever_is_at_a_post_stays_there() -> None:
    # the desk's hours cut those of the post in three; nobody mans the desk
    scenario = tiny([officer("1"), officer("2")], count=1, posts=(post("P", hours=6),), desks=(desk("D"),))
    known = working(scenario, {"1": "E", "2": "E"})
    known = replace(known, staff=filled(scenario, known, "A"))
    assert len(known.staff) == 3
    for rules in ((), NAMING):
        (stand,) = [d for d in name_squad(scenario, "A", known, (), rules) if d.kind is DutyKind.POST]
        assert (stand.start, stand.end) == (clock(0, "08:00"), clock(0, "14:00"))


def test_the_model_finds_what_the_greedy_start_cannot_see() -> None:
    # who stands at P first should be the one who stays on when the other leaves
    scenario = tiny([officer("1"), officer("2")], count=1, posts=(post("P", clock="13:00", hours=3),))
    known = working(scenario, {"1": "E", "2": "L"})
    known = replace(known, staff=filled(scenario, known, "A"))
    for rules in ((), NAMING):
        duties = name_squad(scenario, "A", known, (), rules)
        at_post = sorted((d.start, d.officer) for d in duties if d.kind is DutyKind.POST)
        assert at_post[0] == (clock(0, "13:00"), "1")
        assert {o for _, o in at_post} == {"1", "2"}


def test_who_may_not_patrol_stands_by() -> None:
    scenario = tiny([officer("1", barred_duties=(DutyKind.PATROL,)), officer("2")], count=1)
    duties = name_squad(scenario, "A", working(scenario, {"1": "E", "2": "L"}), ())
    assert {d.officer: d.kind for d in duties} == {"1": DutyKind.STANDBY, "2": DutyKind.PATROL}


def test_participants_are_at_the_remediation_for_all_of_it_and_nowhere_else() -> None:
    people = (officer("1", "A"), officer("2", "A"), officer("3", "B"))
    scenario = joint(people, count=1, posts=(post("P", clock="10:00", hours=2),))
    c = candidate()
    known = replace(working(scenario, {"1": "E", "2": "E", "3": "E"}), joins=frozenset({("1", c.id), ("3", c.id)}))
    known = replace(known, staff=filled(scenario, known, "A", (c,)))
    for rules in ((), NAMING):
        duties = [d for s in "AB" for d in name_squad(scenario, s, known.only(scenario, (s,)), (c,), rules)]
        roster = assemble(scenario, known, (c,), duties)
        there = {(d.officer, d.start, d.end, d.place) for d in roster.duties if d.kind is DutyKind.REMEDIATION}
        assert there == {(o, c.start, c.end, c.id) for o in ("1", "3")}
        assert no_gaps(scenario, roster)
        assert list(audited(scenario, roster, "R01", "R11")) == []


def test_a_remediation_of_others_changes_nothing() -> None:
    scenario, known = busy()
    far: tuple[Candidate, ...] = (candidate(squads=("B",)),)
    assert name_squad(scenario, "A", known, far) == name_squad(scenario, "A", known, ())


def test_who_is_out_of_time_keeps_the_greedy_names() -> None:
    scenario, known = busy()
    late = name_squad(scenario, "A", known, (), NAMING, lambda: False)
    assert late == name_squad(scenario, "A", known, ())


# -- stretches ----------------------------------------------------------------------------------------------------


def test_days_are_named_one_by_one_where_no_shift_runs_into_the_next() -> None:
    scenario = tiny([officer("1"), officer("2")], count=3)
    known = working(scenario, {"1": "E-E", "2": "L-L"})
    found = list(stretches(scenario, "A", known, periods_of(scenario, "A")))
    assert [{s.day for _, s in stretch.on} for stretch in found] == [{scenario.dates[0]}, {scenario.dates[2]}]
    assert [o.id for o, _ in found[0].on] == ["1", "2"]
    assert len(heads_of(scenario, known)) == 4


def test_a_night_shift_ties_two_days_together() -> None:
    scenario = tiny([officer("1"), officer("2")], count=2, shifts=(EARLY, LATE, NIGHT))
    known = working(scenario, {"1": "N-", "2": "-E"})
    assert len(list(stretches(scenario, "A", known, periods_of(scenario, "A")))) == 2  # it ends as the next begins
    soon = EARLY.model_copy(update={"start": EARLY.start.replace(hour=6, minute=0)})
    tied = scenario.model_copy(update={"shifts": (soon, LATE, NIGHT)})
    again = working(tied, {"1": "N-", "2": "-E"})
    assert len(list(stretches(tied, "A", again, periods_of(tied, "A")))) == 1


def test_a_locked_officer_takes_the_locked_duty() -> None:
    scenario = tiny([officer("1"), officer("2"), officer("3")], count=1, posts=(post("P"),))
    need = scenario.post_needs[0]
    span = need.end - need.start
    fixed = lock(
        LockKind.DUTY,
        scenario.first,
        officer="2",
        duty=DutyKind.POST,
        place="P",
        start=need.start.time(),
        length=span,
    )
    scenario = scenario.model_copy(update={"locks": (fixed,)})
    found = best(scenario)
    assert found is not None
    duties = name_squad(scenario, "A", found[1], (), NAMING)
    assert "2" in {d.officer for d in duties if d.kind is DutyKind.POST}
    assert Task(DutyKind.POST, "P") in {task for _, _, task in found[1].staff}
