"""调班记录 as rows: who works otherwise since the first version was published, the latest version first."""

from __future__ import annotations

from domain.publication import Publication
from domain.scenario import Scenario
from domain.words import Text
from outputs.book import Cell
from outputs.printing import people, squad_name

REST = Text("休息", "rest")


def change_rows(scenario: Scenario, publication: Publication, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 调班记录; the last column is for signatures."""
    order = {o.id: n for n, o in enumerate(scenario.officers)}
    ordered = sorted(publication.changes, key=lambda c: (-c.version, order.get(c.officer, len(order)), c.day))
    found: list[tuple[Cell, ...]] = []
    for change in ordered:
        officer = scenario.officer_by_id.get(change.officer)
        squad = squad_name(scenario, officer.squad) if officer else ""
        who = people(scenario, (change.officer,))
        old, new = (shift_name(scenario, shift, lang) for shift in (change.before, change.after))
        found.append((change.version, change.day, squad, who, old, new, change.reason, None))
    return found


def shift_name(scenario: Scenario, shift: str | None, lang: str) -> str:
    """Return a shift's name, its id where it is unknown, and the word for rest."""
    if shift is None:
        return REST.get(lang)
    found = scenario.shift_by_id.get(shift)
    return found.name if found else shift
