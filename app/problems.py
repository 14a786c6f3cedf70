"""Shows what is wrong with an input: every problem with its place, what was read and what was expected."""

from __future__ import annotations

from app.console import Voice
from domain.problem import Problem


def show_problems(voice: Voice, problems: tuple[Problem, ...]) -> None:
    """Print every problem on stderr, numbered, in the order given."""
    voice.warn(f"共 {len(problems)} 处问题:", f"{len(problems)} problem(s):")
    for number, problem in enumerate(problems, 1):
        head = place(voice, problem)
        text = voice.get(problem.text)
        voice.warn(*_both(f"{number}. {head}"), style="bold")
        voice.warn(*_both(text), indent=4)
        for line in _details(voice, problem):
            voice.warn(*_both(line), indent=4)


def place(voice: Voice, problem: Problem) -> str:
    """Return where a problem is, as in "队员 第 12 行 中队 (C)"; the file as a whole where it has no sheet."""
    if problem.file:
        line = "" if problem.row is None else voice.pick(f" 第 {problem.row} 行", f", line {problem.row}")
        return f"{problem.file}{line}" + (f" {problem.column}" if problem.column else "")
    if not problem.sheet:
        return voice.pick("文件", "The file")
    row = "" if problem.row is None else voice.pick(f" 第 {problem.row} 行", f", row {problem.row}")
    column = f" {problem.column}" if problem.column else ""
    return voice.pick(f"工作表“{problem.sheet}”{row}{column}", f'Sheet "{problem.sheet}"{row}{column}')


def _details(voice: Voice, problem: Problem) -> list[str]:
    found = []
    if problem.read:
        found.append(voice.pick(f"读到:{problem.read}", f"read: {problem.read}"))
    if problem.expected is not None:
        found.append(voice.pick(f"应为:{problem.expected.zh}", f"expected: {problem.expected.en}"))
    return found


def _both(text: str) -> tuple[str, str]:
    return text, text
