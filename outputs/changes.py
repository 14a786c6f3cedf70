"""调班记录 as rows: what is otherwise since the first version was published, the latest version first."""

from __future__ import annotations

from collections.abc import Mapping

from domain.publication import Change, ChangeKind, OtherChange, Publication
from domain.scenario import Scenario
from domain.words import Text
from outputs.book import Cell
from outputs.printing import people, squad_name

REST = Text("休息", "rest")
SHIFT_KIND = Text("班次", "Shift")
KINDS: Mapping[ChangeKind, Text] = {
    ChangeKind.DUTY: Text("勤务", "Duties"),
    ChangeKind.REMEDIATION: Text("整治", "Remediation"),
}


def change_rows(scenario: Scenario, publication: Publication, lang: str) -> list[tuple[Cell, ...]]:
    """Return the rows of 调班记录: shifts, then duties, then remediations; the last column is for signatures."""
    order = {o.id: n for n, o in enumerate(scenario.officers)}
    rows: list[tuple[tuple[object, ...], tuple[Cell, ...]]] = []
    for change in publication.changes:
        old, new = (shift_name(scenario, shift, lang) for shift in (change.before, change.after))
        key = (-change.version, 0, order.get(change.officer, len(order)), f"{change.day}")
        rows.append((key, _row(scenario, change, SHIFT_KIND.get(lang), change.officer, old, new)))
    for other in publication.others:
        place = 1 + list(ChangeKind).index(other.kind)
        key = (-other.version, place, order.get(other.subject, len(order)), f"{other.day} {other.subject}")
        rows.append((key, _row(scenario, other, KINDS[other.kind].get(lang), other.people, other.before, other.after)))
    return [row for _, row in sorted(rows, key=lambda item: item[0])]


def _row(
    scenario: Scenario, change: Change | OtherChange, kind: str, who: str, before: str, after: str
) -> tuple[Cell, ...]:
    ids = who.split(" ")
    squads = dict.fromkeys(scenario.officer_by_id[i].squad for i in ids if i in scenario.officer_by_id)
    homes = "、".join(squad_name(scenario, squad) for squad in squads)
    return change.version, kind, change.day, homes, people(scenario, ids), before, after, change.reason, None


def told(publication: Publication) -> tuple[str, ...]:
    """Return the ids of the people whom the latest version concerns, each once."""
    number = publication.latest.number
    shifts = [c.officer for c in publication.changes if c.version == number]
    others = [who for c in publication.others if c.version == number for who in c.people.split(" ") if who]
    return tuple(dict.fromkeys([*shifts, *others]))


def summary(scenario: Scenario, publication: Publication) -> Text:
    """Return the latest version's changes, counted by kind, and whom to tell."""
    number = publication.latest.number
    shifts = sum(c.version == number for c in publication.changes)
    duties, remediations = (sum((c.version, c.kind) == (number, kind) for c in publication.others) for kind in KINDS)
    order = {o.id: n for n, o in enumerate(scenario.officers)}
    who = sorted(told(publication), key=lambda ident: order.get(ident, len(order)))
    return Text(
        f"第 {number} 版:班次改动 {shifts} 人·天,班次不变而勤务改动 {duties} 人·天,整治改动 {remediations} 次;"
        f"需通知 {len(who)} 人:{people(scenario, who)}",
        f"Version {number}: {shifts} officer-days of shifts, {duties} of duties in unchanged shifts, "
        f"{remediations} remediation(s); {len(who)} people to notify: {people(scenario, who)}",
    )


def shift_name(scenario: Scenario, shift: str | None, lang: str) -> str:
    """Return a shift's name, its id where it is unknown, and the word for rest."""
    if shift is None:
        return REST.get(lang)
    found = scenario.shift_by_id.get(shift)
    return found.name if found else shift
