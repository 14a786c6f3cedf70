"""缺口与对策: what is left unfilled, why nobody fills it, what could be done; and the marks in the grids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from domain.explanation import Counted, Entry, Explanation, Obstacle, Offer, Option, Person, Reason
from domain.result import RuleInfo
from domain.scenario import Scenario
from domain.units import reading
from domain.words import Text
from outputs.book import Cell
from outputs.layout import FIRST_ROW
from outputs.printing import BETWEEN, printed, squad_name

OBSTACLES = {
    Obstacle.ABSENT: Text("请假", "absent"),
    Obstacle.REST: Text("须休息", "must rest"),
    Obstacle.HOURS: Text("工时已满", "hours used up"),
    Obstacle.PERSONAL: Text("特殊保护或个人限制", "protected or restricted"),
    Obstacle.CERTIFICATE: Text("无执法证", "not certified"),
    Obstacle.FORCE: Text("队伍不符", "of a lower force"),
    Obstacle.BARRED: Text("不做此勤务", "may not do this duty"),
    Obstacle.LOCKED: Text("已锁定", "locked elsewhere"),
    Obstacle.REMEDIATION: Text("整治抽不开", "held by a remediation"),
    Obstacle.SHIFT: Text("无班次覆盖", "no shift reaches it"),
    Obstacle.DUTY: Text("别处更要紧", "worth more elsewhere"),
    Obstacle.NO_GAIN: Text("来了也不增", "would not help"),
    Obstacle.THERE: Text("已在该处", "there already"),
    Obstacle.FREE: Text("可以调来", "could come"),
}
COUNTED = Text("计数校核", "Counted")
SHORTFALL = Text("缺口", "Shortfall")
WHY_NOT = Text("为何不在", "Why not")
OPTION = Text("对策", "Option")
TRIED = Text("试过无效", "Tried in vain")
GUIDE = Text("用法", "How to")
GUIDES = (
    Text(
        "缺口行:数量是缺多少,分值是扣分。对策行:数量是补上多少,分值是整张班表总分的变化,负数表示更好。",
        "Of a shortfall, the amount is what is missing and the points are its price. Of an option, the amount is what "
        "it fills and the points are what the whole roster then costs more; less, if negative.",
    ),
    Text(
        "再求某一缺口的对策:lianqin explain 本文件.xlsx --shortfall 编号(或 编号@月-日);"
        "分值最大的 20 条:lianqin explain 本文件.xlsx --options 20",
        "Ways out of one shortfall: lianqin explain THIS.xlsx --shortfall ID (or ID@MM-DD); of the 20 dearest: "
        "lianqin explain THIS.xlsx --options 20",
    ),
    Text(
        "采用某一对策,另存新表:lianqin explain 本文件.xlsx --apply 编号:序号 -o 新文件.xlsx",
        "Carry one out into a new workbook: lianqin explain THIS.xlsx --apply ID:NUMBER -o NEW.xlsx",
    ),
)
MARK = "▲"
"""In the grids, before the number of shortfalls of a squad and date."""
MOST_DATES = 8
"""Dates written out; of more only the first, the last and the number are."""


class Marked(NamedTuple):
    """What a squad's grid shows for a date: the mark, the comment behind it, and the row (from 1) it leads to."""

    text: str
    comment: str
    row: int


def shortfall_rows(
    scenario: Scenario, explanation: Explanation, rules: Sequence[RuleInfo], lang: str
) -> list[tuple[Cell, ...]]:
    """Return the rows of 缺口与对策: how to ask for more, what counting shows, then each entry.

    An entry has its options below it, then everybody's reasons.
    """
    return [row for _, row in _rows(scenario, explanation, rules, lang)]


def grid_marks(
    scenario: Scenario, explanation: Explanation, rules: Sequence[RuleInfo], lang: str
) -> dict[tuple[str, date], Marked]:
    """Return the marks of the grids by squad and date; each leads to the dearest of its entries."""
    row_of = {eid: FIRST_ROW + n + 1 for n, (eid, _) in enumerate(_rows(scenario, explanation, rules, lang)) if eid}
    found: dict[tuple[str, date], list[tuple[float, Entry, Text]]] = defaultdict(list)
    for entry in explanation.entries:
        for day in entry.days:
            for squad in entry.squads:
                found[squad, day.day].append((-day.points, entry, day.text))
    marked = {}
    for key, rows in found.items():
        rows.sort(key=lambda row: (row[0], row[1].id))
        comment = "\n".join(f"{entry.id} {text.get(lang)}" for _, entry, text in rows)
        marked[key] = Marked(f"{MARK}{len(rows)}", comment, row_of[rows[0][1].id])
    return marked


def _rows(
    scenario: Scenario, explanation: Explanation, rules: Sequence[RuleInfo], lang: str
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield (entry id where a row begins one, else "") and row."""
    units = {rule.id: rule for rule in rules}
    if explanation.entries:
        yield from (("", ("", GUIDE.get(lang), "", "", "", "", None, "", None, guide.get(lang))) for guide in GUIDES)
    for counted in explanation.counted:
        yield "", _counted(scenario, counted, lang)
    offers = {offer.entry: offer for offer in explanation.offers}
    for entry in explanation.entries:
        yield entry.id, _entry(scenario, entry, units.get(entry.rule), lang)
        yield from (("", row) for row in _offer(entry, offers.get(entry.id), units.get(entry.rule), lang))
        yield from (("", _person(scenario, entry, person, lang)) for person in entry.people)


def _counted(scenario: Scenario, counted: Counted, lang: str) -> tuple[Cell, ...]:
    squads = _squads(scenario, counted.squads, lang)
    text = counted.text.get(lang)
    return ("", COUNTED.get(lang), squads, "", "", "", None, "", None, text)


def _entry(scenario: Scenario, entry: Entry, rule: RuleInfo | None, lang: str) -> tuple[Cell, ...]:
    unit = reading(rule.unit_of(entry.item)) if rule else None
    return (
        entry.id,
        SHORTFALL.get(lang),
        _squads(scenario, entry.squads, lang),
        entry.what.get(lang),
        entry.hours,
        spelled([day.day for day in entry.days], lang),
        round(entry.amount / unit.per, 2) if unit else entry.amount,
        unit.text.get(lang) if unit else "",
        round(entry.points, 1),
        told(entry, lang),
    )


def told(entry: Entry, lang: str) -> str:
    """Return the cause of an entry and what the first of its days lacks."""
    cause = Text("主要原因:", "mostly: ").get(lang) + OBSTACLES[entry.cause].get(lang) if entry.cause else ""
    text = entry.days[0].text.get(lang)
    more = Text(" 等", " and others").get(lang) if len(entry.days) > 1 else ""
    return f"{cause}{Text(';', '; ').get(lang) if cause else ''}{text}{more}"


def _person(scenario: Scenario, entry: Entry, person: Person, lang: str) -> tuple[Cell, ...]:
    squad = squad_name(scenario, person.squad) if person.squad else ""
    why = "\n".join(said(reason, lang) for reason in person.reasons)
    return (entry.id, WHY_NOT.get(lang), squad, printed(person.name, person.id), "", "", None, "", None, why)


def said(reason: Reason, lang: str) -> str:
    """Return one reason with its dates, as in "工时已满(R06) 10-03、10-05:…"."""
    rule = Text(f"({reason.rule})", f" ({reason.rule})").get(lang) if reason.rule else ""
    days = spelled(reason.days, lang)
    between = Text(":", ": ").get(lang)
    return f"{OBSTACLES[reason.obstacle].get(lang)}{rule} {days}{between}{reason.text.get(lang)}"


def spelled(days: Sequence[date], lang: str) -> str:
    """Return dates as 10-03、10-05; of many the first, the last and how many."""
    if len(days) <= MOST_DATES:
        return (BETWEEN if lang == "zh" else ", ").join(f"{day:%m-%d}" for day in days)
    text = Text(f"{days[0]:%m-%d} 至 {days[-1]:%m-%d} 共 {len(days)} 天", f"{days[0]:%m-%d} to {days[-1]:%m-%d}")
    return text.zh if lang == "zh" else f"{text.en}, {len(days)} days"


def _offer(entry: Entry, offer: Offer | None, rule: RuleInfo | None, lang: str) -> Iterator[tuple[Cell, ...]]:
    if offer is None:
        return
    unit = reading(rule.unit_of(entry.item)) if rule else None
    for option in offer.options:
        amount = round(option.filled / unit.per, 2) if unit else option.filled
        name = unit.text.get(lang) if unit else ""
        yield (
            f"{entry.id}:{option.number}",
            OPTION.get(lang),
            "",
            option.text.get(lang),
            "",
            f"{option.day:%m-%d}",
            amount,
            name,
            round(option.points, 1),
            option_told(option, lang),
        )
    for text in offer.tried:
        yield (entry.id, TRIED.get(lang), "", text.get(lang), "", "", None, "", None, "")


def option_told(option: Option, lang: str) -> str:
    """Return what an option changes, whose overtime it costs, and what of the input it changes."""
    parts: list[Text] = [*option.changes, *option.overtime, *option.inputs]
    return "\n".join(part.get(lang) for part in parts)


def _squads(scenario: Scenario, squads: Iterable[str], lang: str) -> str:
    return (BETWEEN if lang == "zh" else ", ").join(squad_name(scenario, s) for s in squads)
