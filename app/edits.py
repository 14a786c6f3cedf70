"""Shows hand edits one by one: who, when, from what to what, what it breaks, and its price by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.console import Voice
from app.summary import points
from domain.edit import PricedEdit
from domain.scenario import Scenario
from domain.words import Text
from outputs.edit_words import duties_text, remediation_text

MOST_SHOWN = 60
"""Edits printed; of the others only the number is said. All of them are in the total."""
BREAKS_SHOWN = 5
"""Breaches printed with an edit; all of them stand in the list of breaches before."""


def show_priced(voice: Voice, scenario: Scenario, edits: Sequence[PricedEdit], total: Mapping[str, float]) -> None:
    """Print every edit with its price; ``total`` is the change of the objective by rule of all of them together."""
    if not edits:
        voice.say("与排出时相同,没有改动。", "Unchanged since it was made.")
        return
    count = sum(1 + edit.more for edit in edits)
    voice.say(
        f"与排出时相比的改动 {count} 处(按日期逐一计价,前面的改动已算在内):",
        f"{count} edit(s) since it was made, each priced with those before it already made:",
        style="bold",
    )
    for number, edit in enumerate(edits[:MOST_SHOWN], 1):
        head = edit_text(scenario, edit)
        voice.say(f"{number}. {head.zh}", f"{number}. {head.en}")
        voice.say(*price_line(edit.points, edit.prices), indent=4)
        for finding in edit.breaks[:BREAKS_SHOWN]:
            voice.say(f"违反 {finding.rule}:{finding.text.zh}", f"breaks {finding.rule}: {finding.text.en}", indent=4)
        if len(edit.breaks) > BREAKS_SHOWN:
            more = len(edit.breaks) - BREAKS_SHOWN
            voice.say(f"违规另有 {more} 处,见上", f"and {more} more breaches, see above", indent=4)
    if len(edits) > MOST_SHOWN:
        rest = len(edits) - MOST_SHOWN
        voice.say(f"另有 {rest} 处", f"and {rest} more", indent=2)
    voice.say(*price_line(sum(total.values()), total, all_of_them=True), style="bold")


def price_line(sum_of: float, prices: Mapping[str, float], *, all_of_them: bool = False) -> tuple[str, str]:
    """Return the change of the objective and its parts by rule, in both languages."""
    parts = ", ".join(f"{rule} {_signed(value)}" for rule, value in prices.items())
    what = Text("全部改动合计", "All edits together") if all_of_them else Text("目标值", "objective")
    behind = f" ({parts})" if parts else ""
    return f"{what.zh} {_signed(sum_of)}{behind}", f"{what.en} {_signed(sum_of)}{behind}"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{points(value)}"


def edit_text(scenario: Scenario, edit: PricedEdit) -> Text:
    """Return who, when, from what to what."""
    more = Text(f"(另有 {edit.more} 处合并计价)", f" ({edit.more} more priced with it)") if edit.more else Text("", "")
    text = _officer_day(scenario, edit) if edit.officer is not None else _other(scenario, edit)
    return Text(text.zh + more.zh, text.en + more.en)


def _officer_day(scenario: Scenario, edit: PricedEdit) -> Text:
    officer = scenario.officer_by_id.get(edit.officer or "")
    who = f"{officer.name}({officer.id})" if officer else f"{edit.officer}"
    old, new = _shift(scenario, edit.before), _shift(scenario, edit.after)
    when = f"{edit.day:%Y-%m-%d}"
    zh, en = [], []
    if edit.before != edit.after:
        zh.append(f"{old.zh} 改为 {new.zh}")
        en.append(f"{old.en} -> {new.en}")
    if edit.duties_before != edit.duties_after:
        a, b = duties_text(scenario, edit.duties_before), duties_text(scenario, edit.duties_after)
        zh.append(f"勤务 {a.zh} 改为 {b.zh}")
        en.append(f"duties {a.en} -> {b.en}")
    return Text(f"{who} {when}:{';'.join(zh)}", f"{who} {when}: {'; '.join(en)}")


def _shift(scenario: Scenario, shift: str | None) -> Text:
    found = scenario.shift_by_id.get(shift or "")
    if shift is None:
        return Text("休", "off")
    return Text(found.name, found.name) if found else Text(shift, shift)


def _other(scenario: Scenario, edit: PricedEdit) -> Text:
    if edit.remediation is None:
        return Text(f"热点覆盖:{edit.visits} 个时段的到点次数", f"hotspot coverage: visits of {edit.visits} window(s)")
    old, new = edit.remediation
    if old is None or new is None:
        found = new or old
        name = found.id if found is not None else ""
        return (
            Text(f"联动整治 {name}:新增", f"remediation {name}: added")
            if old is None
            else Text(f"联动整治 {name}:已删除", f"remediation {name}: removed")
        )
    words = remediation_text(scenario, old, new)
    return Text(f"联动整治 {new.id}:{words.zh}", f"remediation {new.id}: {words.en}")
