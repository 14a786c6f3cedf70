"""The front door of what-if runs: a spec in YAML becomes a Spec, or every problem of it at once with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from domain.changes import Change
from domain.parameter import Parameter
from domain.problem import InputError, Problem
from domain.scenario import Scenario
from domain.whatif import MinimumAsk, Spec
from domain.words import Text
from inputs.change_error import ChangeError
from inputs.changes import changed
from inputs.knobs import counted, parse_knob, parse_requirements, parse_sweep
from inputs.values import CellError, shown
from inputs.yaml_text import Path as At
from inputs.yaml_text import Plain, YamlError, read_yaml

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)

_ERRORS: Mapping[str, tuple[str, str]] = {
    "missing": ("没有填写", "is missing"),
    "extra_forbidden": ("没有这一项,请改正或删去", "there is no such entry; correct or delete it"),
    "union_tag_invalid": ("没有这种改动", "there is no such change"),
    "union_tag_not_found": ("没有写明改动种类(do)", "does not say what to do (do)"),
    "int_type": ("应为整数", "should be a whole number"),
    "int_from_float": ("应为整数", "should be a whole number"),
    "float_type": ("应为数字", "should be a number"),
    "string_type": ("应为文字", "should be text"),
    "bool_type": ("应为 true 或 false", "should be true or false"),
    "tuple_type": ("应为列表", "should be a list"),
    "dict_type": ("应为一组“名称: 值”", "should be names with values"),
    "model_type": ("应为一组“名称: 值”", "should be names with values"),
    "model_attributes_type": ("应为一组“名称: 值”", "should be names with values"),
    "enum": ("没有这一项", "is not one of the choices"),
    "literal_error": ("没有这一项", "is not one of the choices"),
    "too_short": ("太少", "too few"),
    "string_too_short": ("没有填写", "is blank"),
    "string_too_long": ("文字太长", "the text is too long"),
    "time_parsing": ("不是时间,应如 17:00", "is no time such as 17:00"),
    "time_type": ("不是时间,应如 17:00", "is no time such as 17:00"),
    "greater_than": ("数值太小", "too small"),
    "greater_than_equal": ("数值太小", "too small"),
    "less_than": ("数值太大", "too large"),
    "less_than_equal": ("数值太大", "too large"),
}
"""What is said of pydantic's kinds of errors."""


@dataclass
class _Found:
    """Collects the problems of one spec."""

    name: str
    plain: Plain
    problems: list[Problem] = field(default_factory=list)

    def add(self, at: At, text: Text, expected: Text | None = None, read: str = "") -> None:
        column = ".".join(str(part + 1) if isinstance(part, int) else part for part in at)
        line = self.plain.line(at)
        self.problems.append(Problem(text=text, file=self.name, row=line, column=column, read=read, expected=expected))

    def cell(self, at: At, error: CellError) -> None:
        self.add(at, error.problem, error.expected, _shown(_part(self.plain.data, at)))

    def change(self, at: At, error: ChangeError) -> None:
        for one in (error, *error.others):
            inside = tuple(int(p) if p.isdigit() else p for p in _dotted(one.field))
            self.add((*at, *inside), one.problem, one.expected, _shown(_part(self.plain.data, (*at, *inside))))


def _dotted(path: str) -> list[str]:
    """Return the parts of a dotted path; the name of a parameter keeps its dot."""
    head, _, rest = path.partition(".")
    return [head, rest] if head == "set" else path.split(".")


def read_spec(path: Path, scenario: Scenario, parameters: Sequence[tuple[str, Parameter]]) -> Spec:
    """Read a spec and make sure that every change of it can be made to the scenario.

    Parameters
    ----------
    path
        The spec (.yaml), UTF-8.
    scenario
        The whole brigade.
    parameters
        (rule id, parameter) of every rule.

    Raises
    ------
    InputError
        With every problem of the spec, each with its line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(text=Text("不是 UTF-8 文本", "is not UTF-8 text"), file=path.name)
        raise InputError((problem,)) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        problem = Problem(text=Text(f"无法读取({why})", f"cannot be read ({why})"), file=path.name)
        raise InputError((problem,)) from error
    return spec_from(text, path.name, scenario, parameters)


def spec_from(text: str, name: str, scenario: Scenario, parameters: Sequence[tuple[str, Parameter]]) -> Spec:
    """Return the spec that a text holds; see ``read_spec``."""
    try:
        plain = read_yaml(text)
    except YamlError as error:
        raise InputError((Problem(text=error.text, file=name, row=error.line),)) from error
    found = _Found(name, plain)
    found.problems += [Problem(text=t.text, file=name, row=t.line) for t in plain.troubles]
    spec: Spec | None = None
    try:
        spec = Spec.model_validate_json(json.dumps(plain.data, ensure_ascii=True))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _misread(found, detail)
    _check(found, scenario, parameters)
    if found.problems:
        raise InputError(tuple(sorted(found.problems, key=lambda p: p.row or 0)))
    if spec is None:
        raise AssertionError("a spec that cannot be validated is a problem")
    return spec


def _misread(found: _Found, detail: ErrorDetails) -> None:
    at = _place(found.plain.data, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    zh, en = _ERRORS.get(kind, ("写法不对", detail["msg"]))
    expected: Text | None = None
    for key, word in (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<")):
        if key in context:
            expected = Text(f"{word} {context[key]}", f"{word} {context[key]}")
    for key in ("expected", "expected_tags"):
        if key in context:
            choices = re.findall(r"'([^']*)'", str(context[key]))
            expected = Text("、".join(choices), ", ".join(choices))
    if kind in ("too_short", "string_too_long"):
        most = context.get("max_length", context.get("min_length"))
        expected = Text(f"{most}", f"{most}")
    read = "" if kind in ("missing", "union_tag_not_found") else _shown(detail["input"])
    found.add(at, Text(zh, en), expected, read)


def _shown(value: object) -> str:
    return shown(value) if isinstance(value, str | int | float) else "" if value is None else shown(str(value))


def _place(data: Any, loc: Sequence[str | int]) -> At:  # noqa: ANN401
    """Return the path in the data of pydantic's place, which names the kind of change as well."""
    found: list[str | int] = []
    here = data
    for n, part in enumerate(loc):
        kind_named = n >= 2 and isinstance(loc[n - 1], int) and loc[n - 2] == "changes"
        if kind_named and isinstance(here, dict) and part == here.get("do"):
            continue
        if str(part).startswith(("function-", "tuple[", "constrained-")) or part in ("int", "float", "bool", "str"):
            continue
        found.append(part)
        here = _part(here, (part,))
    return tuple(found)


def _part(data: Any, at: At) -> Any:  # noqa: ANN401
    for part in at:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


# -- what the scenario says to it -------------------------------------------------------------------------------------


def _check(found: _Found, scenario: Scenario, parameters: Sequence[tuple[str, Parameter]]) -> None:
    data = found.plain.data
    for at, changes in _lists_of_changes(data):
        _try_changes(found, at, changes, scenario, parameters)
    for key, ids, what in (
        ("groups", scenario.group_by_id, Text("小组", "group")),
        ("squads", scenario.squad_by_id, Text("中队", "squad")),
    ):
        _known_ids(found, (key,), _part(data, (key,)), set(ids), what)
    _known_ids(
        found,
        ("n_minus_one", "squads"),
        _part(data, ("n_minus_one", "squads")),
        set(scenario.squad_by_id),
        Text("中队", "squad"),
    )
    for n, sweep in enumerate(_list(_part(data, ("sweeps",)))):
        if isinstance(sweep, str):
            try_sweep(sweep, scenario, parameters, lambda e, at=("sweeps", n): found.cell(at, e))
    for n, ask in enumerate(_list(_part(data, ("minimum",)))):
        if isinstance(ask, dict):
            _try_minimum(found, ("minimum", n), ask, scenario)
    names = [(at, _part(data, (*at, "name"))) for at in _alternatives(data) if at[0] == "scenarios"]
    for n, (at, name) in enumerate(names):
        if name is not None and name in [other for _, other in names[:n]]:
            found.add((*at, "name"), Text("名称重复", "the name is used twice"), Text("不同的名称", "another name"))


def _list(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else []


def _alternatives(data: Any) -> Iterator[At]:  # noqa: ANN401
    for n in range(len(_list(_part(data, ("scenarios",))))):
        yield "scenarios", n
    for n, one in enumerate(_list(_part(data, ("cross",)))):
        for m in range(len(_list(one))):
            yield "cross", n, m


def _lists_of_changes(data: Any) -> Iterator[tuple[At, list[Any]]]:  # noqa: ANN401
    for at in _alternatives(data):
        yield (*at, "changes"), _list(_part(data, (*at, "changes")))


def _known_ids(found: _Found, at: At, entered: Any, ids: set[str], what: Text) -> None:  # noqa: ANN401
    """Note which of a list of ids, or whether the one id entered, is not among those known."""
    rows = [(at, entered)] if isinstance(entered, str) else [((*at, n), one) for n, one in enumerate(_list(entered))]
    for place, one in rows:
        if isinstance(one, str) and one not in ids:
            text = Text(f"没有编号为 {one} 的{what.zh}", f"there is no {what.en} {one}")
            found.add(place, text, Text("、".join(sorted(ids)), ", ".join(sorted(ids))))


def _try_changes(
    found: _Found,
    at: At,
    changes: Sequence[Any],
    scenario: Scenario,
    parameters: Sequence[tuple[str, Parameter]],
) -> None:
    """Make the changes of one list that can be read, one on top of the other, and note what cannot be made."""
    for n, entered in enumerate(changes):
        try:
            change = _CHANGE.validate_json(json.dumps(entered))
        except ValidationError:  # noted when the whole was validated; a wrong name beside it is not
            _try_squads(found, (*at, n), entered, scenario)
            continue
        try:
            scenario = changed(scenario, change, parameters)
        except ChangeError as error:
            found.change((*at, n), error)


def _try_squads(found: _Found, at: At, entered: Any, scenario: Scenario) -> None:  # noqa: ANN401
    """Note a squad that is not there in a change that cannot be read."""
    _known_ids(found, (*at, "squad"), _part(entered, ("squad",)), set(scenario.squad_by_id), Text("中队", "squad"))


def try_sweep(text: str, scenario: Scenario, parameters: Sequence[tuple[str, Parameter]], report: Any) -> None:  # noqa: ANN401
    """Call ``report`` with a CellError if a sweep cannot be read, or an end of it cannot be made."""
    try:
        for axis in parse_sweep(text):
            for value in (min(axis.values), max(axis.values)):
                change = axis.knob.change(value)
                if change is not None:
                    changed(scenario, change, parameters)
    except CellError as error:
        report(error)
    except ChangeError as error:
        report(CellError(error.problem, error.expected or Text("", "")))


def try_minimum(ask: MinimumAsk, scenario: Scenario, report: Any) -> None:  # noqa: ANN401
    """Call ``report`` with field and CellError for everything in a question for the minimum that cannot be asked."""
    try:
        counted(scenario, parse_knob(ask.least))
    except CellError as error:
        report("least", error)
    try:
        parse_requirements(ask.such_that)
    except CellError as error:
        report("such_that", error)
    if ask.low is not None and ask.high is not None and ask.low > ask.high:
        report("low", CellError(Text("下限大于上限", "low is above high"), Text(f"<= {ask.high}", f"<= {ask.high}")))


def _try_minimum(found: _Found, at: At, ask: Mapping[str, Any], scenario: Scenario) -> None:
    try:
        asked = MinimumAsk.model_validate_json(json.dumps(ask))
    except ValidationError:
        return  # noted when the whole was validated
    try_minimum(asked, scenario, lambda key, error: found.cell((*at, key), error))
