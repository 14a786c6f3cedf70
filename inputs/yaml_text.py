"""YAML as far as a spec needs it: plain data with the line of every part. Aliases, tags and repeated keys are refused.

Times such as 06:30 and dates stay texts; only true and false are logical values. (YAML 1.1 would make 06:30 a number.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from domain.words import Text

LARGEST = 1 << 20
DEEPEST = 30
Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")


class YamlError(Exception):
    """The text is no plain YAML; ``line`` counts from 1."""

    def __init__(self, line: int | None, text: Text) -> None:
        super().__init__(text.en)
        self.line, self.text = line, text


@dataclass(frozen=True)
class Plain:
    """Data and the line of every part by its path, as in ("scenarios", 0, "name")."""

    data: Any
    lines: Mapping[Path, int]
    troubles: tuple[YamlError, ...] = ()
    """What is wrong with single parts; the rest could be read."""

    def line(self, path: Path) -> int | None:
        """Return the line of a part, or of the nearest one around it that has a line."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path)


@dataclass
class _Reader:
    lines: dict[Path, int] = field(default_factory=dict)
    troubles: list[YamlError] = field(default_factory=list)

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401
        line = node.start_mark.line + 1
        self.lines[path] = line
        if len(path) > DEEPEST:
            raise YamlError(line, Text("嵌套太深", "nested too deeply"))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, n)) for n, child in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, child in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                at = key.start_mark.line + 1
                self.troubles.append(
                    YamlError(at, Text(f"“{name}”写了两次,请删去一个", f"{name} stands here twice; delete one"))
                )
            found[name] = self.value(child, (*path, name))
            self.lines[*path, name] = key.start_mark.line + 1
        return found

    def _scalar(self, node: yaml.ScalarNode) -> Any:  # noqa: ANN401
        text = str(node.value)
        if node.style is not None:  # quoted, or a block of text
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _INT.fullmatch(text):
            return int(text) if len(text) < 16 else float(text)
        return float(text) if _FLOAT.fullmatch(text) else text


def read_yaml(text: str) -> Plain:
    """Return the data of one YAML document.

    Raises
    ------
    YamlError
        If it cannot be parsed, holds an alias or a tag, or is larger or deeper than any honest spec.
    """
    if len(text) > LARGEST:
        raise YamlError(None, Text("文件太大", "the file is too large"))
    loader = yaml.SafeLoader(text)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else None
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise YamlError(
                    line, Text("不支持别名(& 和 *),请写全", "aliases (& and *) are not taken; write it out")
                )
            if getattr(event, "tag", None):
                raise YamlError(line, Text("不支持标签(!),请删去", "tags (!) are not taken; delete it"))
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or "?"
        line_of = mark.line + 1 if mark else None
        raise YamlError(line_of, Text(f"不是 YAML({what})", f"not YAML ({what})")) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlError(None, Text("不是 YAML", "not YAML")) from error
    finally:
        loader.dispose()
    if node is None:
        return Plain({}, {(): 1})
    reader = _Reader()
    try:
        data = reader.value(node, ())
    except RecursionError as error:
        raise YamlError(None, Text("嵌套太深", "nested too deeply")) from error
    return Plain(data, reader.lines, tuple(reader.troubles))
