"""Puts files in place whole or not at all, and refuses targets that cannot work before any work is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from app.console import Voice
from domain.problem import InputError, Problem
from domain.words import Text
from inputs.save import Draft

SUFFIX = ".xlsx"


def problem(zh: str, en: str, *, read: str = "", expected: Text | None = None) -> InputError:
    """Return an InputError of one problem that has no place in a workbook."""
    return InputError((Problem(text=Text(zh, en), read=read, expected=expected),))


def month_of(text: str) -> date:
    """Return the first day of a month written as 2026-10; InputError if it is none."""
    match = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    if match is None or not 1 <= int(match[2]) <= 12 or not 2000 <= int(match[1]) <= 2100:
        raise problem(
            "--month 不是月份", "--month is no month", read=text, expected=Text("如 2026-10", "such as 2026-10")
        )
    return date(int(match[1]), int(match[2]), 1)


def refuse_bad_target(target: Path, source: Path | None = None, *, suffix: str = SUFFIX) -> None:
    """Raise InputError if ``target`` is a folder, lies in none, cannot be written, or is the input itself."""
    if target.suffix.lower() != suffix:
        raise problem(
            f"“{target}”不是 {suffix} 文件名", f"{target} is no {suffix} file name", expected=Text(suffix, suffix)
        )
    if source is not None and source.exists() and target.exists() and target.samefile(source):
        raise problem("输出文件不能就是输入文件,请换一个名字", "the output cannot be the input file; use another name")
    with Draft(target):
        pass  # entering proves that the folder takes files


def written(target: Path, write: Callable[[Path], object], voice: Voice) -> int:
    """Write a workbook by ``write`` and say where it lies; return exit code 0."""
    refuse_bad_target(target)
    with Draft(target) as draft:
        write(draft.path)
        found = draft.accept()
    tell_moved(voice, target, found)
    voice.say(f"文件:{found}", f"File: {found}", whole=True)
    return 0


def write_text(target: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all; InputError if that cannot be."""
    with Draft(target) as draft:
        draft.path.write_text(text, encoding="utf-8", newline="\n")
        draft.accept()


def tell_moved(voice: Voice, target: Path, found: Path) -> None:
    """Say so if a file lies beside its target because the target is open elsewhere."""
    if found != target:
        voice.warn(
            f"“{target.name}”正被其他程序打开,已写到旁边的“{found.name}”。",
            f"{target.name} is open in another program; written beside it as {found.name}.",
        )
