"""What `lianqin rules` says: every rule with its defaults and its source."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from app.console import Voice, value
from app.summary import KINDS
from domain.parameter import Parameter
from domain.result import RuleInfo


def show_rules(voice: Voice, rules: Sequence[RuleInfo], parameters: Sequence[tuple[str, Parameter]]) -> None:
    """Print a table of the rules; values are the defaults that the policy sheet overrides by the name shown."""
    table = Table(show_lines=True, padding=(0, 1))
    table.add_column(voice.pick("规则", "Rule"), no_wrap=True)
    table.add_column(voice.pick("名称", "Title"), ratio=3, overflow="fold")
    table.add_column(voice.pick("性质", "Kind"), no_wrap=True)
    table.add_column(voice.pick("参数与默认值", "Parameters and defaults"), ratio=6, overflow="fold")
    table.add_column(voice.pick("依据", "Source"), ratio=4, overflow="fold")
    for rule in rules:
        own = [parameter for owner, parameter in parameters if owner == rule.id]
        lines = "\n".join(parameter_line(voice, rule.id, parameter) for parameter in own)
        kind, source = voice.get(KINDS[rule.severity]), voice.get(rule.source)
        table.add_row(rule.id, voice.get(rule.title), kind, lines, source)
    voice.out.print(table)
    voice.say(
        "参数在输入工作簿的“规则参数”表中修改,名称如 R03.min_rest;空白为默认值。",
        "Change a parameter on the input workbook's sheet 规则参数 (policy), by its name, such as R03.min_rest; "
        "blank means the default.",
    )


def parameter_line(voice: Voice, rule: str, parameter: Parameter) -> str:
    """Return the parameter's name, default, unit and meaning in one line."""
    default = value(parameter.default, voice.lang)
    unit = voice.get(parameter.unit)
    return f"{rule}.{parameter.key} = {default} {unit}\n  {voice.get(parameter.text)}"
