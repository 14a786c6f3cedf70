"""Writes docs/rules.md from the rules themselves: ``python -m scheduler.rules_doc``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from pathlib import Path

from constraints.base import Rule, all_rules
from domain.calendar import minutes
from domain.parameter import Parameter, type_of_value
from domain.words import Scope, Severity, Text

RULES_DOC = Path(__file__).resolve().parent.parent / "docs" / "rules.md"

SEVERITIES = {
    Severity.HARD: Text("硬性", "hard"),
    Severity.SHORTFALL: Text("缺口", "shortfall"),
    Severity.WISH: Text("意愿", "wish"),
}
SCOPES = {
    Scope.OFFICER: Text("队员", "officer"),
    Scope.SQUAD: Text("中队", "squad"),
    Scope.GROUP: Text("联动小组", "group"),
    Scope.BRIGADE: Text("大队", "brigade"),
    Scope.NAMING: Text("派岗", "naming"),
}
INTRODUCTION = """\
# 规则 / Rules

本页由规则代码生成(`python -m scheduler.rules_doc`),请勿手改。
参数在工作簿的参数表中按“规则.参数”改写,如 `R03.min_rest`。
**硬性**:系统排的班绝不违反,手改后违反即报违规。**缺口**:现实可能补不上的需求,计分、列出并说明原因。**意愿**:计分。
扣分 = 数量 × 单价;各条的数量单位、单价参数列于下。

This page is generated from the rules (`python -m scheduler.rules_doc`); do not edit it. The workbook's policy sheet
overrides a parameter by `rule.key`, as in `R03.min_rest`. **Hard**: never broken by the solver; in a roster changed by
hand a breach. **Shortfall**: a need that reality may leave unfilled: priced, listed and explained. **Wish**: priced.
Points = amount x price; units and prices are given with each rule. Scope says whom a rule couples.
"""


def render_rules() -> str:
    """Return the whole page: an overview, then each rule with its parameters and its formula."""
    rules = all_rules()
    overview = _table(
        ("编号 id", "规则", "rule", "性质 severity", "范围 scope"),
        [
            (
                f"[{r.id}](#{r.id.lower()})",
                r.title.zh,
                r.title.en,
                _both(SEVERITIES[r.severity]),
                _both(SCOPES[r.scope]),
            )
            for r in rules
        ],
    )
    return "\n".join([INTRODUCTION, *overview, *(line for rule in rules for line in _section(rule))]) + "\n"


def write_rules(path: Path = RULES_DOC) -> Path:
    """Write the page and return where it lies."""
    path.write_text(render_rules(), encoding="utf-8", newline="\n")
    return path


def _section(rule: Rule) -> Iterator[str]:
    module = inspect.getmodule(type(rule))
    formula = inspect.cleandoc((module.__doc__ if module else None) or "")
    yield from ("", f'<a id="{rule.id.lower()}"></a>', "", f"## {rule.id} {rule.title.zh} / {rule.title.en}", "")
    yield f"- 性质 severity: {_both(SEVERITIES[rule.severity])}"
    yield f"- 范围 scope: {_both(SCOPES[rule.scope])}"
    yield f"- 数量单位 unit: {_both(rule.unit)}"
    yield from (f"- 数量单位 unit ({item}): {_both(unit)}" for item, unit in rule.units.items())
    for item, key in rule.prices.items():
        per = rule.per.get(item, 1)
        price = f"`{rule.id}.{key}`" + (f" / {per}" if per != 1 else "")
        yield f"- 单价 price{f' ({item})' if item else ''}: {price}"
    yield from (f"- 依据 source: {rule.source.zh} / {rule.source.en}", "")
    if rule.parameters:
        head = ("参数 parameter", "说明", "meaning", "默认 default", "单位 unit", "上下限 range")
        yield from _table(head, [_parameter_row(rule, p) for p in rule.parameters])
        yield ""
    yield from ("```text", *formula.splitlines(), "```")


def _parameter_row(rule: Rule, p: Parameter) -> tuple[str, ...]:
    bounds = [_shown(bound) if bound is not None else "" for bound in (p.low, p.high)]
    return (
        f"`{rule.id}.{p.key}`",
        p.text.zh,
        p.text.en,
        _shown(p.default),
        _both(p.unit),
        " – ".join(bounds) if any(bounds) else "",
    )


def _shown(value: type_of_value) -> str:
    """Return a value as the policy sheet has it: spans in hours (or H:MM), times of day as HH:MM, yes or no."""
    if isinstance(value, bool):
        return _both(Text("是", "yes") if value else Text("否", "no"))
    if isinstance(value, timedelta):
        hours, rest = divmod(minutes(value), 60)
        return f"{hours}:{rest:02}" if rest else f"{hours}"
    return f"{value:%H:%M}" if isinstance(value, time) else f"{value}"


def _both(text: Text) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} {text.en}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


if __name__ == "__main__":
    write_rules()
