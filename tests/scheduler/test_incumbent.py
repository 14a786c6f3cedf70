"""How rosters are compared: wishes about persons, and names, count only once lines have been sought for wishes."""

from __future__ import annotations

from scheduler.incumbent import weigh
from tests.scheduler.test_duties import cost, named, swapping


def test_names_count_once_wishes_do() -> None:
    scenario, _, known = swapping()
    before, after = (weigh(scenario, [("A",)], known, (), wishes=wishes) for wishes in (False, True))
    assert before.named == after.named == named(scenario, known) > 0
    assert before.points == after.points == cost(scenario, known)
    assert before.counted <= before.points
    assert after.counted == after.points + after.named
    assert after.by_unit["A",] >= before.by_unit["A",] + after.named
