"""What visits on borders cost that nobody makes, as several units send people to one remediation."""

from __future__ import annotations

from datetime import time

import pytest

from scheduler.relaxed import Border, Tag
from scheduler.sending import Away, Unit, going_of
from scheduler.undone import undone
from tests.constraints.joint import HOUR, candidate

C = candidate(clock="14:00", end=candidate(clock="14:00").start + 4 * HOUR)
TAG: Tag = ("H", time(14), time(18), 400, 8)
HALF: Tag = ("H", time(16), time(20), 400, 8)
NIGHT: Tag = ("H", time(16), time(0), 400, 8)
MET = dict.fromkeys((TAG, HALF, NIGHT), Border(wanted=8, units=10, dates=3))


def away(tag: Tag, *lost: float) -> dict[Unit, Away]:
    found: dict[Unit, Away] = {}
    for squad, n in zip("AB", lost, strict=False):
        going = going_of(C, (squad,))
        assert going is not None
        found[squad,] = {(C.start, C.end, going): {tag: n}}
    return found


@pytest.mark.parametrize(
    ("tag", "lost", "price", "extra"),
    [
        (TAG, (2, 0), 0, 10 + 20),
        (TAG, (2, 2), 0, 10 + 20 + 30 + 40),
        (TAG, (2, 2), 10, 20 + 30 + 40 + 50 - 4 * 10),
        (TAG, (2, 2), 65, 70 + 80 - 2 * 65),
        (TAG, (1, -1), 0, 0),
        (HALF, (2, 2), 0, 10 + 20),
        (NIGHT, (4, 4), 0, 10 + 20),
    ],
    ids=[
        "one",
        "both",
        "after those missed anyway",
        "none beyond the wanted",
        "made by the other",
        "half",
        "a quarter",
    ],
)
def test_visits_that_several_leave_out_cost_more_with_each(
    tag: Tag, lost: tuple[float, float], price: float, extra: int
) -> None:
    assert undone(C, "AB", away(tag, *lost), MET, {tag: price}) == extra


def test_who_sends_nobody_leaves_nothing_out() -> None:
    assert undone(C, "A", away(TAG, 2, 2), MET, {}) == 10 + 20
    assert undone(C, "", away(TAG, 2, 2), MET, {}) == 0
    assert undone(candidate(clock="08:00"), "AB", away(TAG, 2, 2), MET, {}) == 0
