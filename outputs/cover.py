"""封面签批: what the file is, how good the roster is, and who signs for it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from domain.result import Result
from domain.scenario import Scenario
from domain.words import RemediationKind, Severity, Status, Text
from outputs.book import GREY, SIGNATURES, Page, tall
from outputs.layout import COVER
from outputs.printing import period

WIDTHS = (22, 26, 22, 26)
STATUSES = {
    Status.OPTIMAL: Text("已证最优", "optimal, proven"),
    Status.FEASIBLE: Text("可行,未证最优", "feasible, not proven optimal"),
    Status.INFEASIBLE: Text("无可行解", "infeasible"),
    Status.UNKNOWN: Text("改动后未再求解", "not solved since edited"),
    Status.MODEL_INVALID: Text("模型无效", "model invalid"),
}


def write_cover(page: Page, scenario: Scenario, result: Result, filled: date) -> None:
    """Write brigade, period, version, quality, remediations by group, notes and signatures."""
    book = page.book
    for n, width in enumerate(WIDTHS):
        page.sheet.set_column(n, n, width)
    title = Text(
        f"{scenario.brigade}{period(scenario, 'zh')}{COVER.title.zh}",
        f"{scenario.brigade}: {COVER.title.en}, {period(scenario, 'en')}",
    )
    page.sheet.fit_to_pages(1, 1)
    page.title(page.say(title), scenario.brigade, filled, len(WIDTHS))
    head, cell = book.style(bold=True, bg_color=GREY, text_wrap=True), book.style(text_wrap=True, align="left")
    facts = _facts(scenario, result, book.lang)
    row = 2
    for left, right in zip(facts[::2], [*facts[1::2], ("", "")][: len(facts[::2])], strict=True):
        for n, (name, value) in enumerate((left, right)):
            page.text(row, 2 * n, name, head)
            page.text(row, 2 * n + 1, value, cell)
        page.sheet.set_row(row, max(24.0, *(tall(value, WIDTHS[1]) for _, value in (left, right))))
        row += 1
    for note in _notes(scenario, result, book.lang):
        page.merge((row, 0), (row, 3), note, cell)
        page.sheet.set_row(row, 24)
        row += 1
    for signature in SIGNATURES:
        page.text(row, 0, page.say(signature), head)
        blank = Text("签名:                         日期:", "Signature:                         Date:")
        page.merge((row, 1), (row, 3), page.say(blank), book.style(align="right", valign="bottom"))
        page.sheet.set_row(row, 62)
        row += 1


def _facts(scenario: Scenario, result: Result, lang: str) -> list[tuple[str, str]]:
    report, found = result.report, Counter(f.severity for f in result.findings)
    versions = ", ".join(f"{name} {version}" for name, version in report.versions)
    bound = f"{report.bound:.1f}" if report.bounded else Text("尚无下界", "no bound yet").get(lang)
    facts = [
        (Text("期间", "Period"), f"{scenario.first} - {scenario.dates[-1]}"),
        (Text("版次", "Version"), _version(result).get(lang)),
        (Text("中队 / 人员", "Squads / people"), f"{len(scenario.squads)} / {len(scenario.officers)}"),
        (Text("联动整治(次)", "Remediations"), str(len(result.roster.remediations))),
        (Text("求解状态", "Status"), STATUSES[report.status].get(lang)),
        (Text("目标值 / 下界", "Objective / bound"), f"{report.objective:.1f} / {bound}"),
        (Text("差距", "Gap"), f"{report.gap:.2%}" if report.bounded else bound),
        (Text("排班 / 派勤分值", "Decided / named"), f"{report.decided:.1f} / {report.named:.1f}"),
        (Text("违规(项)", "Hard breaches"), str(found[Severity.HARD])),
        (Text("缺口 / 意愿(项)", "Shortfalls / wishes"), f"{found[Severity.SHORTFALL]} / {found[Severity.WISH]}"),
        (Text("随机种子", "Seed"), str(report.seed)),
        (Text("软件版本", "Software"), versions),
    ]
    named = [(name.get(lang), value) for name, value in facts]
    for group in scenario.groups:
        held = [r for r in result.roster.remediations if r.group == group.id]
        monthly = sum(r.kind is RemediationKind.MONTHLY for r in held)
        times = Text(
            f"月度{monthly}次(应{group.min_remediations}次),共{len(held)}次",
            f"{monthly} monthly (due {group.min_remediations}), {len(held)} in all",
        )
        named.append((Text(f"{group.name} 联动整治", f"{group.name}: remediations").get(lang), times.get(lang)))
    return named


def _version(result: Result) -> Text:
    if result.publication is None:
        return Text("第 ______ 版", "No. ______")
    latest = result.publication.latest
    return Text(
        f"第 {latest.number} 版,{latest.day} 公布\n{latest.content[:12]}",
        f"No. {latest.number}, filed {latest.day}\n{latest.content[:12]}",
    )


def _notes(scenario: Scenario, result: Result, lang: str) -> list[str]:
    notes = list(result.report.notes)
    if scenario.provisional:
        notes.append(
            Text("放假安排尚未公布,日历为暂定", "The holiday notice is not published yet: the calendar is provisional")
        )
    return [note.get(lang) for note in notes]
