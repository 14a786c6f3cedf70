"""What `lianqin whatif` says at the end: every scenario against the base, minima, absences, risk, and the effort."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from app.console import Voice
from domain.whatif import CaseKind, CaseResult, Comparison
from outputs.compare import OWN_SHEET, minimum_answer, name_of
from outputs.compare_words import ENDINGS, OTHERWISE, SPREADS, VERDICTS, place, signed

MOST_DAMAGES = 10


def show_comparison(voice: Voice, found: Comparison, written: Path) -> None:
    """Print the comparison that lies at ``written``."""
    voice.say("用人方案比较", "What-if comparison", style="bold")
    voice.say(place(found, "zh"), place(found, "en"))
    shown = [case for case in found.cases if case.kind in OWN_SHEET]
    if shown:
        voice.out.print(_table(voice, shown))
        if any(case.asks_otherwise for case in shown):
            voice.say(f"* {OTHERWISE.zh}", f"* {OTHERWISE.en}")
    for minimum in found.minima:
        answer = minimum_answer(minimum)
        voice.say(
            f"{minimum.least},{minimum.such_that}:", f"{minimum.least} such that {minimum.such_that}:", style="bold"
        )
        voice.say(answer.zh, answer.en, indent=2)
    _damages(voice, found)
    for risk in found.risks:
        voice.say(
            f"{risk.name}({risk.samples} 个样本,90% 区间):",
            f"{risk.name} ({risk.samples} samples, 90 % interval):",
            style="bold",
        )
        for one in risk.spreads:
            word = SPREADS[one.of]
            shares = one.of == "hotspots"
            mean, low, high = (f"{v:.1%}" if shares else f"{v:,.1f}" for v in (one.mean, one.low, one.high))
            voice.say(f"{word.zh}:平均 {mean},{low} 至 {high}", f"{word.en}: mean {mean}, {low} to {high}", indent=2)
    effort = found.effort
    over = "-" if effort.overhead is None else f"{effort.overhead:.1%}"
    voice.say(
        f"求解 {effort.runs} 次,沿用 {effort.reused} 次,{effort.workers} 路,{effort.wall_s:,.0f} 秒,额外开销 {over}",
        f"{effort.runs} runs, {effort.reused} reused, {effort.workers} side by side, {effort.wall_s:,.0f} s, "
        f"overhead {over}",
    )
    for note in found.notes:
        voice.say(f"说明:{note.zh}", f"Note: {note.en}", style="bold")
    voice.say(f"文件:{written}", f"File: {written}", style="bold", whole=True)


def _table(voice: Voice, cases: list[CaseResult]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column(voice.pick("编号", "No."), no_wrap=True)
    table.add_column(voice.pick("方案", "Scenario"), overflow="fold", max_width=22)
    for zh, en in (("目标值", "Points"), ("下界", "Bound"), ("差距", "Gap"), ("岗", "Posts"), ("热点", "Spots")):
        table.add_column(voice.pick(zh, en), justify="right", no_wrap=True)
    table.add_column(voice.pick("整治", "Joint"), justify="right", no_wrap=True)
    table.add_column(voice.pick("比基准", "Verdict"), no_wrap=True)
    for case in cases:
        table.add_row(case.id, name_of(case, voice.lang), *_figures(case), _verdict(voice, case))
    return table


def _figures(case: CaseResult) -> list[str]:
    outcome, figures = case.outcome, case.outcome.figures
    if figures is None or outcome.objective is None or outcome.bound is None or outcome.gap is None:
        return ["-"] * 6
    held = f"{figures.remediations}/{figures.remediations_due}"
    points = f"{outcome.objective:,.0f}", f"{outcome.bound:,.0f}", f"{outcome.gap:.0%}"
    return [*points, f"{figures.posts:.0%}", f"{figures.hotspots:.0%}", held]


def _verdict(voice: Voice, case: CaseResult) -> str:
    if case.kind is CaseKind.BASE:
        return ""
    points = next((d for d in case.differences if d.of == "points"), None)
    if points is None:
        return voice.get(ENDINGS[case.outcome.ending])
    return voice.get(VERDICTS[points.verdict]) + ("*" if case.asks_otherwise else "")


def _damages(voice: Voice, found: Comparison) -> None:
    if not found.damages:
        return
    voice.say("逐一缺勤,代价最大的:", "Absent one at a time, the dearest:", style="bold")
    for n, damage in enumerate(found.damages[:MOST_DAMAGES], 1):
        more = "-" if damage.found is None else f"{damage.found:+,.0f}"
        verdict = VERDICTS[damage.verdict]
        interval = signed(damage.points, share=False)
        voice.say(
            f"{n}. {damage.name}:{more} 分(区间 {interval}),{verdict.zh}",
            f"{n}. {damage.name}: {more} points (interval {interval}), {verdict.en}",
            indent=2,
        )
