"""Standing presences as one unit sees them: its share at first, and later what the others leave to it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from constraints.base import OfficerClass, Period, Task
from domain.calendar import minutes
from domain.scenario import Presence, Scenario
from domain.words import DutyKind, Force
from scheduler.standing import left_over, shared_out
from tests.constraints.joint import HOUR, hotspot, on
from tests.constraints.kit import MONDAY, at, officer, tiny
from tests.scheduler.kit import post, squad_of


def presence(heads: int = 4, squads: tuple[str, ...] = ("A", "B"), **more: Any) -> Presence:
    values: dict[str, Any] = {"first": MONDAY, "end": on(2), "start": time(16), "length": 4 * HOUR} | more
    return Presence(id="V", hotspot="H", squads=squads, heads=heads, **values)


def standing(heads: int = 4, **more: Any) -> Scenario:
    """Return squads A and B with a presence 16:00-20:00 on two dates; A has a post 17:00-19:00, which cuts its time."""
    values: dict[str, Any] = {
        "hotspots": (hotspot("H", "A", "B"),),
        "posts": (post("P", "A", clock="17:00", hours=2),),
        "presences": (presence(heads),),
    } | more
    return tiny([*squad_of(4, "A"), *squad_of(4, "B")], **values)


def sent(*rows: tuple[str, str, int]) -> dict[tuple[OfficerClass, Period, Task], int]:
    """Return heads of squad B at the presence on the first date: from, to, how many."""
    group = OfficerClass("B", Force.ENFORCEMENT, True, (), "")
    return {
        (group, Period("B", at(MONDAY, a), at(MONDAY, b), minutes(at(MONDAY, b) - at(MONDAY, a))), V): n
        for a, b, n in rows
    }


V = Task(DutyKind.PRESENCE, "V")


def pieces(found: tuple[Presence, ...]) -> list[tuple[int, int, int, int]]:
    """Return day, first and last hour and heads of each piece."""
    rows = []
    for p in found:
        start = datetime.combine(p.first, p.start)
        rows.append(((p.first - MONDAY).days, start.hour, (start + p.length).hour, p.heads))
    return rows


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0, 20))
def test_the_shares_of_a_presence_add_up(sizes: list[int], heads: int) -> None:
    names = "ABCD"[: len(sizes)]
    people = [p for s, n in zip(names, sizes, strict=True) for p in squad_of(n, s)]
    standing = presence(heads, tuple(names))
    scenario = tiny([*people, officer("x", "X")], hotspots=(hotspot("H", *names),), presences=(standing,))
    shares = [shared_out(scenario, (s,))[0] for s in names]
    assert sum(p.heads for p in shares) in ({heads} if people else {heads, 0})
    assert [p.squads for p in shares] == [(s,) for s in names]
    assert shared_out(scenario, ("X",)) == ()
    if len(names) > 1:
        joined = shared_out(scenario, tuple(names[:2]))[0]
        assert joined.heads == shares[0].heads + shares[1].heads


def test_larger_squads_owe_more_of_a_presence() -> None:
    scenario = tiny(
        [*squad_of(6, "A"), *squad_of(2, "B")], hotspots=(hotspot("H", "A", "B"),), presences=(presence(4),)
    )
    assert [shared_out(scenario, (s,))[0].heads for s in "AB"] == [3, 1]


def test_what_the_others_send_is_not_owed_at_that_time() -> None:
    found = left_over(standing(), ("A",), sent(("16:00", "17:00", 3), ("17:00", "19:00", 1)))
    assert pieces(found) == [(0, 16, 17, 1), (0, 17, 19, 3), (0, 19, 20, 4), (1, 16, 20, 4)]
    assert {p.squads for p in found} == {("A",)}
    assert left_over(standing(), ("X",), {}) == ()


def test_a_presence_is_cut_no_finer_than_the_time_of_the_squad() -> None:
    found = left_over(standing(), ("A",), sent(("16:00", "18:00", 2), ("18:00", "20:00", 4)))
    assert pieces(found) == [(0, 16, 19, 2), (0, 19, 20, 0), (1, 16, 20, 4)]  # from 17:00 to 19:00 two lack at worst
    both = left_over(standing(), ("A", "B"), {})
    assert pieces(both) == [(0, 16, 20, 4), (1, 16, 20, 4)]


@given(st.integers(0, 5), st.lists(st.tuples(st.integers(15, 19), st.integers(1, 4), st.integers(0, 3)), max_size=4))
def test_with_what_is_left_the_presence_has_its_heads_at_all_times(
    heads: int, rows: list[tuple[int, int, int]]
) -> None:
    others: dict[Any, int] = {}
    for n, (start, hours, there) in enumerate(rows):
        (group, period, task), _ = next(iter(sent((f"{start}:00", f"{min(23, start + hours)}:00", 0)).items()))
        others[group._replace(tag=str(n)), period, task] = there
    found = left_over(standing(heads), ("A",), others)
    for day in (0, 1):
        for hour in range(16, 20):
            when = datetime.combine(on(day), time(hour, 30))
            mine = [
                p.heads
                for p in found
                if datetime.combine(p.first, p.start) <= when < datetime.combine(p.first, p.start) + p.length
            ]
            theirs = sum(n for (_, p, _), n in others.items() if p.start <= when < p.end)
            assert len(mine) == 1
            assert mine[0] + theirs >= heads
            assert mine[0] <= heads
