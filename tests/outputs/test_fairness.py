"""The fairness sheet's pages: none cuts a squad or its chart where it can be helped."""

from outputs.fairness import PRINTED_ROWS, page_breaks
from outputs.layout import FIRST_ROW


def spans(*sizes: int) -> list[tuple[int, int, bool]]:
    """Return the spans of squads that follow each other, each with so many rows."""
    found, row = [], FIRST_ROW
    for size in sizes:
        found.append((row, row + size, True))
        row += size
    return found


def test_a_squad_that_would_be_cut_begins_a_page() -> None:
    assert page_breaks(spans(30, 30, 20)) == [FIRST_ROW + 60]


def test_squads_that_fit_share_a_page() -> None:
    assert page_breaks(spans(30, PRINTED_ROWS - 30)) == []


def test_a_squad_longer_than_a_page_is_cut_once_it_has_begun_one() -> None:
    assert page_breaks(spans(10, 2 * PRINTED_ROWS)) == [FIRST_ROW + 10]


def test_no_page_begins_inside_the_chart_of_the_squad_before() -> None:
    a, (first, end, _) = spans(60, 20)
    assert page_breaks([a, (first, end, False)]) == []
